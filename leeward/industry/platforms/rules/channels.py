"""Which platform an address belongs to, the ways to reach one, and what the desk knows of how it works."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from leeward.industry.platforms.errors import (
    AddressRefused,
    ChannelRefused,
    DomainRefused,
    ProfileRefused,
)
from leeward.industry.platforms.rules.addresses import (
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
MAIL_LENGTH = 254
SOURCE_LENGTH = 300
LANGUAGE_LENGTH = 35
JURISDICTION_LENGTH = 6
TITLE_LENGTH = 200
POSITION_MOST = 99
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
JURISDICTION = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([^@\s]+)")
THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


class ChannelKind(StrEnum):
    """How a notice travels."""

    INBOX = "inbox"
    WEBHOOK = "webhook"
    EMAIL = "email"
    XARF = "xarf"
    LETTER = "letter"
    FORM = "form"


class Rung(StrEnum):
    """Whom a channel reaches, in the order in which the ladder is climbed."""

    PLATFORM = "platform"
    TRUSTED_FLAGGER = "trusted_flagger"
    HOST = "host"
    CDN = "cdn"
    REGISTRAR = "registrar"
    SEARCH = "search"
    PAYMENT = "payment"
    ADVERTISING = "advertising"
    REGULATOR = "regulator"
    COURT = "court"
    ACCESS_BLOCK = "access_block"


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
    """The channel as it is kept. Raises ChannelRefused, naming the field."""
    address = new.address.strip()
    if new.kind is ChannelKind.LETTER:
        address = "\n".join(line.strip() for line in address.splitlines() if line.strip())
    if len(address) > ADDRESS_LENGTH:
        raise ChannelRefused("address", f"The address is longer than {ADDRESS_LENGTH} characters.")
    _check_address(new.kind, address)
    if not 0 <= new.position <= POSITION_MOST:
        raise ChannelRefused("position", f"The place in the order is a whole number from 0 to {POSITION_MOST}.")
    source = new.source.strip()
    if len(source) > SOURCE_LENGTH:
        raise ChannelRefused("source", f"The source is longer than {SOURCE_LENGTH} characters.")
    if new.language and (len(new.language) > LANGUAGE_LENGTH or not LANGUAGE.fullmatch(new.language)):
        raise ChannelRefused("language", "A language is a code such as en, ar or pt-BR.")
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
    """The profile if it can be kept. Raises ProfileRefused, naming the field."""
    if new.language and (len(new.language) > LANGUAGE_LENGTH or not LANGUAGE.fullmatch(new.language)):
        raise ProfileRefused("language", "A language is a code such as en, ar or pt-BR.")
    if new.jurisdiction and not JURISDICTION.fullmatch(new.jurisdiction):
        raise ProfileRefused(
            "jurisdiction", "A home is a country's two capital letters, or such as US-CA; EU for the Union."
        )
    for field in ("policy_url", "reporting_url"):
        url = getattr(new, field)
        if url and not is_web_address(url, schemes=("https", "http")):
            raise ProfileRefused(field, "This is no web address. It begins with https://.")
    for field in ("policy_clause", "lead_name", "lead_contact"):
        text = getattr(new, field)
        if len(text) > TITLE_LENGTH or not (text.isprintable() or not text):
            raise ProfileRefused(field, f"This has at most {TITLE_LENGTH} printable characters.")
    return new


def is_web_address(text: str, *, schemes: tuple[str, ...]) -> bool:
    """Whether `text` is a whole web address with one of these schemes, as it stands."""
    try:
        clean_url(text)
        split = urlsplit(text)
    except ValueError:
        return False
    return split.scheme in schemes and bool(split.hostname) and "@" not in split.netloc and not re.search(r"\s", text)


def is_mail_address(text: str) -> bool:
    """Whether mail can be sent to `text`, which holds nothing else."""
    match = MAIL.fullmatch(text)
    if match is None or len(text) > MAIL_LENGTH:
        return False
    try:
        return clean_url(f"https://{match[1]}").host == match[1].lower()
    except AddressRefused:
        return False


def _check_address(kind: ChannelKind, address: str) -> None:
    if kind is ChannelKind.INBOX and address:
        raise ChannelRefused("address", "The inbox is here: it has no address. Leave it empty.")
    if kind in (ChannelKind.EMAIL, ChannelKind.XARF) and not is_mail_address(address):
        raise ChannelRefused("address", "This is no e-mail address, such as abuse@example.com.")
    if kind is ChannelKind.FORM and not is_web_address(address, schemes=("https", "http")):
        raise ChannelRefused("address", "This is no web address. It begins with https://.")
    if kind is ChannelKind.WEBHOOK and not _is_webhook(address):
        raise ChannelRefused("address", "A webhook's address begins with https://.")
    if kind is ChannelKind.LETTER and len(address) < 10:
        raise ChannelRefused("address", "A letter needs the whole postal address.")
    if kind is ChannelKind.LETTER and not all(line.isprintable() for line in address.split("\n")):
        raise ChannelRefused("address", "The postal address has signs that cannot be printed.")


def _is_webhook(address: str) -> bool:
    if is_web_address(address, schemes=("https",)):
        return True
    return is_web_address(address, schemes=("http",)) and urlsplit(address).hostname in THIS_MACHINE
