"""Reads a file of platforms with their domains, channels and profiles, and names everything in it that cannot be."""

from collections.abc import Mapping
from pathlib import Path

from leeward.industry.platforms.errors import DirectoryRefused
from leeward.industry.platforms.rules import (
    ChannelKind,
    NewChannel,
    NewDomain,
    Profile,
    Rung,
    check_channel,
    check_domain,
    check_name,
    check_profile,
)
from leeward.industry.platforms.rules.channels import CHANNELS_MOST, DOMAINS_MOST
from leeward.industry.platforms.rules.directory import PlatformEntry
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

ENTRY_KEYS = ("name", "domains", "channels", "language", "jurisdiction", "policy", "lead", "reporting")
CHANNEL_KEYS = ("kind", "rung", "address", "language", "position", "checked_on", "source")
PARTS: Mapping[str, tuple[str, ...]] = {
    "policy": ("url", "clause", "checked_on"),
    "lead": ("name", "contact", "checked_on"),
    "reporting": ("url", "checked_on"),
}
SITE_KEYS = ("host", "path_prefix")


def read_directory(file: Path) -> tuple[PlatformEntry, ...]:
    """The platforms in `file`. Raises DirectoryRefused, which names every place in it that is wrong."""
    return read_entries(read_file(file))


def read_entries(content: object) -> tuple[PlatformEntry, ...]:
    """The platforms in a parsed file. Raises DirectoryRefused."""
    listed = content.get("platforms") if isinstance(content, dict) and set(content) == {"platforms"} else None
    if not isinstance(listed, list) or len(listed) > ENTRIES_MOST:
        raise DirectoryRefused(f'The file is one object {{"platforms": [...]}} with at most {ENTRIES_MOST} platforms.')
    entries, flaws = read_each(listed, _read_entry)
    refuse_if_any(flaws + _repeated(entries))
    return tuple(entries)


def _repeated(entries: list[PlatformEntry]) -> list[str]:
    flaws = []
    names: set[str] = set()
    owners: dict[NewDomain, str] = {}
    for entry in entries:
        if entry.name in names:
            flaws.append(f"{entry.name}: stands in the file twice.")
        names.add(entry.name)
        flaws += [
            f"{entry.name}: {domain.host}{domain.path_prefix} belongs to {owners[domain]} in this file."
            for domain in entry.domains
            if owners.setdefault(domain, entry.name) != entry.name
        ]
    return flaws


def _read_entry(item: object) -> PlatformEntry:
    fields = as_object(item, ENTRY_KEYS, where="entry")
    name = kept(lambda: check_name(as_text(fields, "name", where="name")), where="name")
    domains = tuple(_read_domain(value, number) for number, value in as_list(fields, "domains", most=DOMAINS_MOST))
    channels = tuple(_read_channel(value, number) for number, value in as_list(fields, "channels", most=CHANNELS_MOST))
    if len(set(domains)) < len(domains):
        raise Flaw(where="domains", what="The same domain stands here twice.")
    if len({(channel.rung, channel.kind, channel.address, channel.language) for channel in channels}) < len(channels):
        raise Flaw(where="channels", what="The same channel stands here twice.")
    parts = {part: as_object(fields.get(part, {}), keys, where=part) for part, keys in PARTS.items()}
    profile = Profile(
        language=as_text(fields, "language", where="language"),
        jurisdiction=as_text(fields, "jurisdiction", where="jurisdiction"),
        policy_url=as_text(parts["policy"], "url", where="policy.url"),
        policy_clause=as_text(parts["policy"], "clause", where="policy.clause"),
        policy_checked_on=as_day(parts["policy"], "checked_on", where="policy.checked_on"),
        lead_name=as_text(parts["lead"], "name", where="lead.name"),
        lead_contact=as_text(parts["lead"], "contact", where="lead.contact"),
        lead_checked_on=as_day(parts["lead"], "checked_on", where="lead.checked_on"),
        reporting_url=as_text(parts["reporting"], "url", where="reporting.url"),
        reporting_checked_on=as_day(parts["reporting"], "checked_on", where="reporting.checked_on"),
    )
    return PlatformEntry(
        name=name,
        domains=domains,
        channels=channels,
        profile=kept(lambda: check_profile(profile), where="profile"),
    )


def _read_domain(value: object, number: int) -> NewDomain:
    where = f"domains[{number}]"
    if isinstance(value, str):
        value = {"host": value}
    fields = as_object(value, SITE_KEYS, where=where)
    new = NewDomain(
        host=as_text(fields, "host", where=f"{where}.host"),
        path_prefix=as_text(fields, "path_prefix", where=f"{where}.path_prefix"),
    )
    return kept(lambda: check_domain(new), where=where)


def _read_channel(value: object, number: int) -> NewChannel:
    where = f"channels[{number}]"
    fields = as_object(value, CHANNEL_KEYS, where=where)
    position = fields.get("position", 0)
    if not isinstance(position, int) or isinstance(position, bool):
        raise Flaw(where=f"{where}.position", what="This is a whole number.")
    new = NewChannel(
        kind=ChannelKind(as_choice(fields, "kind", ChannelKind, default="", where=where)),
        rung=Rung(as_choice(fields, "rung", Rung, default=Rung.PLATFORM, where=where)),
        address=as_text(fields, "address", where=f"{where}.address"),
        language=as_text(fields, "language", where=f"{where}.language"),
        position=position,
        checked_on=as_day(fields, "checked_on", where=f"{where}.checked_on"),
        source=as_text(fields, "source", where=f"{where}.source"),
    )
    return kept(lambda: check_channel(new), where=where)
