"""Which platform an address belongs to, the ways to reach one, and what the desk knows of how it works."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.typed import is_printable
from leeward.industry.platforms.errors import (
    AddressRefused,
    DomainRefused,
    PlatformMistake,
)
from leeward.industry.platforms.rules.addresses import (
    URL_LENGTH,
    CleanUrl,
    clean_path_prefix,
    clean_url,
    fold_host,
    is_below,
    is_shared_suffix,
)

CHANNELS_MOST = 40
DOMAINS_MOST = 200
# With the other columns of its index it stays below what PostgreSQL can index, in any script.
ADDRESS_LENGTH = 600
SOURCE_LENGTH = 300
LANGUAGE_LENGTH = 35
JURISDICTION_LENGTH = 6
TITLE_LENGTH = 200
POSITION_MOST = 99
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
JURISDICTION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


class ChannelKind(Labelled):
    """How a notice travels."""

    INBOX = "inbox", mark("Inbox here")
    WEBHOOK = "webhook", mark("Webhook")
    EMAIL = "email", mark("E-mail")
    XARF = "xarf", mark("Abuse report by e-mail (XARF)")
    LETTER = "letter", mark("Letter")
    FORM = "form", mark("Form on its website")


class Rung(Labelled):
    """Whom a channel reaches, in the order in which the ladder is climbed."""

    PLATFORM = "platform", mark("The platform itself")
    TRUSTED_FLAGGER = "trusted_flagger", mark("Its line for trusted flaggers")
    HOST = "host", mark("Hosting provider")
    CDN = "cdn", mark("Content delivery network")
    REGISTRAR = "registrar", mark("Domain registrar")
    SEARCH = "search", mark("Search engine")
    PAYMENT = "payment", mark("Payment provider")
    ADVERTISING = "advertising", mark("Advertising provider")
    REGULATOR = "regulator", mark("Regulator")
    COURT = "court", mark("Court")
    ACCESS_BLOCK = "access_block", mark("Access provider, to block it")


@dataclass(frozen=True, kw_only=True)
class NewDomain:
    """A site's host as it is known with all names below it, and the start of the path where a host is shared."""

    host: str
    path_prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class Domain(NewDomain):
    """A domain of a platform."""

    reference: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class NewChannel:
    """A way to reach a platform; `address` is a mail address, a URL, a postal address, or "" for the inbox here."""

    kind: ChannelKind
    rung: Rung = Rung.PLATFORM
    address: str = ""
    language: str = ""
    position: int = 0
    checked_on: date | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Channel(NewChannel):
    """A channel of a platform."""

    reference: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the desk knows of how a platform works; each part with the day on which somebody last looked."""

    language: str = ""
    jurisdiction: str = ""
    policy_url: str = ""
    policy_clause: str = ""
    policy_checked_on: date | None = None
    lead_name: str = ""
    lead_contact: str = ""
    lead_checked_on: date | None = None
    reporting_url: str = ""
    reporting_checked_on: date | None = None

    @property
    def has_lead(self) -> bool:
        """Whether somebody is named who answers for image abuse."""
        return bool(self.lead_name and self.lead_checked_on)

    @property
    def has_policy(self) -> bool:
        """Whether the clause that forbids image abuse is named, with its address."""
        return bool(self.policy_url and self.policy_clause and self.policy_checked_on)

    @property
    def has_reporting(self) -> bool:
        """Whether there is a page where people report."""
        return bool(self.reporting_url and self.reporting_checked_on)

    @property
    def is_complete(self) -> bool:
        """Whether lead, policy and reporting interface are all known (I1)."""
        return self.has_lead and self.has_policy and self.has_reporting


def check_domain(new: NewDomain) -> NewDomain:
    """The domain as it is kept: host in ASCII without www, path without a slash at its end. Raises DomainRefused."""
    try:
        host = fold_host(clean_url(new.host).host)
        path_prefix = clean_path_prefix(new.path_prefix)
    except AddressRefused as error:
        raise DomainRefused(str(error)) from error
    if is_shared_suffix(host):
        raise DomainRefused(f"{host} is no site of its own: everybody's sites stand below it. Name the site.")
    return NewDomain(host=host, path_prefix=path_prefix)


def choose_domain[D: NewDomain](domains: Iterable[D], *, url: CleanUrl) -> D | None:
    """Of domains whose host is that of `url` or above it, the one with the longest host, then the longest path."""
    fitting = [domain for domain in domains if is_below(url.path, domain.path_prefix)]
    return max(fitting, key=lambda domain: (len(domain.host), len(domain.path_prefix)), default=None)


def check_channel(new: NewChannel) -> NewChannel:
    """The channel as it is kept. Raises FieldRefused."""
    address = new.address.strip()
    if new.kind is ChannelKind.LETTER:
        address = "\n".join(line.strip() for line in address.splitlines() if line.strip())
    if len(address) > ADDRESS_LENGTH:
        raise FieldRefused("address", Mistake.LONG, about=ADDRESS_LENGTH)
    _check_address(new.kind, address)
    if not 0 <= new.position <= POSITION_MOST:
        raise FieldRefused("position", PlatformMistake.POSITION)
    source = new.source.strip()
    if len(source) > SOURCE_LENGTH:
        raise FieldRefused("source", Mistake.LONG, about=SOURCE_LENGTH)
    _check_language(new.language)
    return NewChannel(
        kind=new.kind,
        rung=new.rung,
        address=address,
        language=new.language,
        position=new.position,
        checked_on=new.checked_on,
        source=source,
    )


def check_profile(new: Profile) -> Profile:
    """The profile if it can be kept. Raises FieldRefused."""
    _check_language(new.language)
    if new.jurisdiction and not JURISDICTION.fullmatch(new.jurisdiction):
        raise FieldRefused("jurisdiction", PlatformMistake.JURISDICTION)
    for field in ("policy_url", "reporting_url"):
        values.web_address(field, getattr(new, field), most=URL_LENGTH, optional=True)
    for field in ("policy_clause", "lead_name", "lead_contact"):
        values.line(field, getattr(new, field), most=TITLE_LENGTH, optional=True)
    return new


def _check_language(code: str) -> None:
    if code and (len(code) > LANGUAGE_LENGTH or not LANGUAGE.fullmatch(code)):
        raise FieldRefused("language", PlatformMistake.LANGUAGE)


def _check_address(kind: ChannelKind, address: str) -> None:
    if kind is ChannelKind.INBOX and address:
        raise FieldRefused("address", PlatformMistake.INBOX)
    if kind in (ChannelKind.EMAIL, ChannelKind.XARF):
        values.mailbox("address", address)
    if kind is ChannelKind.FORM:
        values.web_address("address", address, most=ADDRESS_LENGTH)
    if kind is ChannelKind.WEBHOOK and not _is_webhook(address):
        raise FieldRefused("address", Mistake.ADDRESS_NEEDED)
    if kind is ChannelKind.LETTER and (len(address) < 10 or not is_printable(address, also="\n")):
        raise FieldRefused("address", PlatformMistake.LETTER)


def _is_webhook(address: str) -> bool:
    if values.is_web_address(address, schemes=("https",)):
        return True
    return values.is_web_address(address, schemes=("http",)) and urlsplit(address).hostname in THIS_MACHINE
