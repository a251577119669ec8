"""Reads the catalogue of known sites that ships, or one of an operator, and names everything in it that cannot be."""

import re
from functools import cache
from pathlib import Path

from leeward.foundation.editing import values
from leeward.industry.platforms.errors import DirectoryRefused
from leeward.industry.platforms.rules import check_channel, check_name
from leeward.industry.platforms.rules.addresses import parent_hosts
from leeward.industry.platforms.rules.channels import (
    ADDRESS_LENGTH,
    DOMAINS_MOST,
    TITLE_LENGTH,
    ChannelKind,
    NewChannel,
    NewDomain,
    check_domain,
)
from leeward.industry.platforms.rules.known import (
    Catalogue,
    Category,
    Fact,
    HashList,
    KnownSite,
    Participation,
    Source,
    Stand,
)
from leeward.industry.platforms.rules.reading import (
    ENTRIES_MOST,
    Flaw,
    as_choice,
    as_day,
    as_list,
    as_object,
    as_text,
    kept,
    read_each,
    read_file,
    refuse_if_any,
)

SHIPPED = Path(__file__).with_name("data") / "known_platforms.json"
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CODE_LENGTH = 40
MAILBOXES_MOST = 10
FILE_KEYS = ("about", "sources", "platforms")
SOURCE_KEYS = ("title", "url", "dated")
ENTRY_KEYS = ("code", "name", "category", "hosts", "operator", "reporting", "mailboxes", "hash_lists")
HOSTS_KEYS = ("hosts", "source")
OPERATOR_KEYS = ("name", "source")
REPORTING_KEYS = ("url", "for_intimate_images", "source")
MAILBOX_KEYS = ("address", "source")
PARTICIPATION_KEYS = ("list", "stand", "source")

type Sources = dict[str, Source]


@cache
def shipped_catalogue() -> Catalogue:
    """The sites that ship with Leeward; read once."""
    return Catalogue(read_catalogue(SHIPPED))


def read_catalogue(file: Path) -> tuple[KnownSite, ...]:
    """The sites in `file`, by name. Raises DirectoryRefused, which names every place in it that is wrong."""
    return read_sites(read_file(file))


def read_sites(content: object) -> tuple[KnownSite, ...]:
    """The sites in a parsed file, by name. Raises DirectoryRefused."""
    whole = isinstance(content, dict) and not set(content) - set(FILE_KEYS)
    listed, told = (content.get("platforms"), content.get("sources")) if isinstance(content, dict) else (None, None)
    if not whole or not isinstance(listed, list) or not isinstance(told, dict) or len(listed) > ENTRIES_MOST:
        raise DirectoryRefused(
            f'The file is one object {{"sources": {{...}}, "platforms": [...]}} with at most {ENTRIES_MOST} platforms.'
        )
    try:
        sources = {code: _read_source(code, value) for code, value in told.items()}
    except Flaw as flaw:
        raise DirectoryRefused(str(flaw)) from flaw
    sites, flaws = read_each(listed, lambda item: _read_site(item, sources))
    refuse_if_any(flaws + _repeated(sites))
    return tuple(sorted(sites, key=lambda site: site.name.casefold()))


def _read_source(code: str, value: object) -> Source:
    where = f"sources.{code}"
    fields = as_object(value, SOURCE_KEYS, where=where)
    if "dated" not in fields:
        raise Flaw(where=f"{where}.dated", what="Give the day that it bears or was stored on, or null.")
    return Source(
        code=code,
        title=kept(lambda: values.line("title", as_text(fields, "title", where=where), most=TITLE_LENGTH), where=where),
        url=kept(lambda: values.web_address("url", as_text(fields, "url", where=where)), where=where),
        dated=None if fields["dated"] is None else as_day(fields, "dated", where=f"{where}.dated"),
    )


def _read_site(item: object, sources: Sources) -> KnownSite:
    fields = as_object(item, ENTRY_KEYS, where="entry")
    reporting, is_for_intimate_images = _read_reporting(fields, sources)
    site = KnownSite(
        code=_read_code(fields),
        name=kept(lambda: check_name(as_text(fields, "name", where="name")), where="name"),
        category=Category(as_choice(fields, "category", Category, default="", where="entry")),
        hosts=_read_hosts(fields, sources),
        operator=_read_operator(fields, sources),
        reporting=reporting,
        is_for_intimate_images=is_for_intimate_images,
        mailboxes=tuple(
            _read_mailbox(value, number, sources) for number, value in as_list(fields, "mailboxes", most=MAILBOXES_MOST)
        ),
        participations=tuple(
            _read_participation(value, number, sources)
            for number, value in as_list(fields, "hash_lists", most=len(HashList))
        ),
    )
    if not any(source.dated for source in _sources_of(site)):
        raise Flaw(where="entry", what="No fact in it has a source with a day. Name such a source for one of them.")
    return site


def _read_code(fields: dict[str, object]) -> str:
    code = as_text(fields, "code", where="code")
    if not CODE.fullmatch(code) or len(code) > CODE_LENGTH:
        raise Flaw(where="code", what=f"This is at most {CODE_LENGTH} small letters, digits and hyphens.")
    return code


def _read_hosts(fields: dict[str, object], sources: Sources) -> tuple[Fact, ...]:
    found: list[Fact] = []
    for number, value in as_list(fields, "hosts", most=DOMAINS_MOST):
        where = f"hosts[{number}]"
        group = as_object(value, HOSTS_KEYS, where=where)
        source = _source(group, sources, where=where)
        found += [
            Fact(value=_read_host(host, where=where), source=source)
            for _place, host in as_list(group, "hosts", most=DOMAINS_MOST)
        ]
    hosts = [fact.value for fact in found]
    if not hosts or len(hosts) > DOMAINS_MOST:
        raise Flaw(where="hosts", what=f"A site has 1 to {DOMAINS_MOST} hosts.")
    for host in hosts:
        if hosts.count(host) > 1:
            raise Flaw(where="hosts", what=f"{host} stands here twice. Leave one out.")
        above = next((each for each in parent_hosts(host)[1:] if each in hosts), None)
        if above:
            raise Flaw(where="hosts", what=f"{host} is found by {above} already. Leave it out.")
    return tuple(found)


def _read_host(value: object, *, where: str) -> str:
    if not isinstance(value, str):
        raise Flaw(where=where, what="A host is a text.")
    host = kept(lambda: check_domain(NewDomain(host=value)), where=where).host
    if host != value:
        raise Flaw(where=where, what=f"{value!r} is kept as {host}. Write that.")
    return host


def _read_operator(fields: dict[str, object], sources: Sources) -> Fact | None:
    if "operator" not in fields:
        return None
    told = as_object(fields["operator"], OPERATOR_KEYS, where="operator")
    name = kept(lambda: values.line("name", as_text(told, "name", where="operator")), where="operator")
    return Fact(value=name, source=_source(told, sources, where="operator"))


def _read_reporting(fields: dict[str, object], sources: Sources) -> tuple[Fact | None, bool]:
    if "reporting" not in fields:
        return None, False
    told = as_object(fields["reporting"], REPORTING_KEYS, where="reporting")
    url = kept(
        lambda: values.web_address("url", as_text(told, "url", where="reporting"), most=ADDRESS_LENGTH),
        where="reporting",
    )
    is_for_intimate_images = told.get("for_intimate_images")
    if not isinstance(is_for_intimate_images, bool):
        raise Flaw(where="reporting.for_intimate_images", what="This is true or false.")
    return Fact(value=url, source=_source(told, sources, where="reporting")), is_for_intimate_images


def _read_mailbox(value: object, number: int, sources: Sources) -> Fact:
    where = f"mailboxes[{number}]"
    told = as_object(value, MAILBOX_KEYS, where=where)
    new = NewChannel(kind=ChannelKind.EMAIL, address=as_text(told, "address", where=where))
    return Fact(value=kept(lambda: check_channel(new), where=where).address, source=_source(told, sources, where=where))


def _read_participation(value: object, number: int, sources: Sources) -> Participation:
    where = f"hash_lists[{number}]"
    told = as_object(value, PARTICIPATION_KEYS, where=where)
    source = _source(told, sources, where=where)
    if source is None:
        raise Flaw(where=f"{where}.source", what="That a company takes part is said only with a source. Name it.")
    return Participation(
        hash_list=HashList(as_choice(told, "list", HashList, default="", where=where)),
        stand=Stand(as_choice(told, "stand", Stand, default="", where=where)),
        source=source,
    )


def _source(told: dict[str, object], sources: Sources, *, where: str) -> Source | None:
    code = told.get("source", "")
    if code is None:
        return None
    if not isinstance(code, str) or code not in sources:
        raise Flaw(
            where=f"{where}.source",
            what='Name a key of "sources" where this was read, or null for what is known and was not checked.',
        )
    return sources[code]


def _sources_of(site: KnownSite) -> list[Source]:
    facts = [*site.hosts, *site.mailboxes, *(fact for fact in (site.operator, site.reporting) if fact)]
    return [fact.source for fact in facts if fact.source] + [each.source for each in site.participations]


def _repeated(sites: list[KnownSite]) -> list[str]:
    flaws: list[str] = []
    codes: set[str] = set()
    names: set[str] = set()
    owners: dict[str, str] = {}
    for site in sites:
        if site.code in codes or site.name.casefold() in names:
            flaws.append(f"{site.name} ({site.code}): stands in the file twice. Leave one out, or name it otherwise.")
        codes.add(site.code)
        names.add(site.name.casefold())
        flaws += [
            f"{site.name} ({site.code}): {host.value} belongs to {owners[host.value]} in this file. Leave it out here."
            for host in site.hosts
            if owners.setdefault(host.value, site.name) != site.name
        ]
    return flaws
