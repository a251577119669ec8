"""All that one notice may say: the superset of what the laws ask for, out of which each regime takes its share.

One set of facts is one report's items at one platform under one regime. Whoever asks is the desk, as authorised agent,
unless the facts say otherwise: the platform needs to know that somebody may ask, never who is depicted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from leeward.foundation.labels import Labelled, mark
from leeward.industry.duties.rules import CopyScope, Element
from leeward.industry.platforms.rules import Rung
from leeward.victim.file.rules.story import Shown
from leeward.victim.removals.rules.notices.errors import NoticeMalformed

MOST_ITEMS = 200
MOST_COPIES = 50
MOST_HASHES = 64
LONGEST_LINE = 500
LONGEST_URL = 2_000
LONGEST_TEXT = 5_000
LONGEST_REFERENCE = 64


class SenderRole(StrEnum):
    """As what the sender asks."""

    DEPICTED = "depicted"
    AGENT = "agent"
    GUARDIAN = "guardian"
    TRUSTED_FLAGGER = "trusted_flagger"
    AUTHORITY = "authority"


# Whoever asks for somebody else shows by what right; its reference is an element of most laws.
ACTS_FOR_ANOTHER = frozenset({SenderRole.AGENT, SenderRole.GUARDIAN})
# Their name is a private person's: it stands in a notice only, and never in a subject, a complaint or an abuse report.
PRIVATE_ROLES = frozenset({SenderRole.DEPICTED, SenderRole.GUARDIAN})


class NoticeItemKind(StrEnum):
    """Where something stands."""

    URL = "url"
    ACCOUNT = "account"
    MESSAGE = "message"
    SEARCH_RESULT = "search_result"
    CACHED = "cached"
    MATCH = "match"  # found by the platform itself, by a hash: it alone knows where


class Surface(StrEnum):
    """Who can see it there."""

    PUBLIC = "public"
    PRIVATE = "private"
    UNKNOWN = "unknown"


class Medium(StrEnum):
    """What it is, technically."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    OTHER = "other"


# What an address alone says: a picture or a video by the ending of its file, and nothing else.
ENDINGS: dict[Medium, frozenset[str]] = {
    Medium.IMAGE: frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".bmp"}),
    Medium.VIDEO: frozenset({".mp4", ".m4v", ".webm", ".mov", ".mkv", ".avi", ".mpg", ".mpeg", ".flv", ".3gp"}),
}


def medium_at(url: str) -> Medium | None:
    """What kind of file an address names; None for a page, which may show anything."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    ending = PurePosixPath(path).suffix.lower()
    return next((medium for medium, endings in ENDINGS.items() if ending in endings), None)


class Synthetic(StrEnum):
    """Whether it was made or changed by a computer."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Behaviour(StrEnum):
    """What was done, in the words of the laws."""

    TAKEN = "taken"
    MADE = "made"
    SHARED = "shared"
    THREATENED = "threatened"
    EXTORTED = "extorted"
    IMPERSONATED = "impersonated"
    DOXXED = "doxxed"
    HARASSED = "harassed"


class Family(Labelled):
    """Behaviours that one template serves."""

    SHARING = "sharing", mark("Shared or taken")
    SYNTHETIC = "synthetic", mark("Made by a computer")
    THREAT = "threat", mark("Threat or blackmail")
    IDENTITY = "identity", mark("Private data, impersonation, harassment")


# The gravest that is online comes first: a notice of several behaviours is written in the terms of the first here.
FAMILY_OF: dict[Behaviour, Family] = {
    Behaviour.MADE: Family.SYNTHETIC,
    Behaviour.SHARED: Family.SHARING,
    Behaviour.TAKEN: Family.SHARING,
    Behaviour.EXTORTED: Family.THREAT,
    Behaviour.THREATENED: Family.THREAT,
    Behaviour.DOXXED: Family.IDENTITY,
    Behaviour.IMPERSONATED: Family.IDENTITY,
    Behaviour.HARASSED: Family.IDENTITY,
}


class Lever(StrEnum):
    """By what a notice moves its reader."""

    DUTY = "duty"  # the regime's own duty, and its clock
    CRIMINAL_CASE = "criminal_case"  # an open case, named
    PRIVACY = "privacy"
    COPYRIGHT = "copyright"  # she made the picture, so it is hers
    TERMS = "terms"  # the reader's own rules
    ORDER = "order"  # a court's order, by its number


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A typed signature and when it was set."""

    text: str = field(repr=False)
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who asks. `relay` is an address that the desk answers; `authority_reference` names the proof that it may ask."""

    role: SenderRole = SenderRole.AGENT
    name: str = field(repr=False)
    agency: str = ""
    relay: str = field(repr=False)
    country: str = ""  # where the depicted person lives: an ISO 3166 code, or a name where there is none
    signature: Signature | None = None
    authority_reference: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class ItemHash:
    """One hash of what is shown: its type in the bank's words, and its value in lower hex."""

    hash_type: str
    value: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, repr=False)
class NoticeItem:
    """One thing at the platform: where it stands, and what is shown, said without the picture."""

    kind: NoticeItemKind = NoticeItemKind.URL
    url: str = ""
    handle: str = ""
    object_id: str = ""
    first_seen_at: datetime | None = None
    surface: Surface = Surface.UNKNOWN
    medium: Medium | None = Medium.IMAGE  # None: nobody knows, so nothing is said
    synthetic: Synthetic = Synthetic.UNSURE
    shows: tuple[Shown, ...] = ()  # said in the notice's language
    description: str = ""  # more about it in free words, without the picture
    hashes: tuple[ItemHash, ...] = ()
    hash_family: str = ""
    known_copies: tuple[str, ...] = ()

    @property
    def is_identified(self) -> bool:
        """Return whether one can tell which content is meant."""
        return bool(self.hashes or self.shows) or any(
            text.strip() for text in (self.url, self.object_id, self.description, self.hash_family, self.handle)
        )

    @property
    def is_located(self) -> bool:
        """Whether the platform can find it: an address, or for what has none its number or its account there.

        What the platform found itself it finds again by the hash.
        """
        if self.kind is NoticeItemKind.MATCH:
            return bool(self.hashes)
        if self.kind in (NoticeItemKind.ACCOUNT, NoticeItemKind.MESSAGE):
            return bool(self.url.strip() or self.object_id.strip() or self.handle.strip())
        return bool(self.url.strip())

    @property
    def has_exact_address(self) -> bool:
        """Whether the address is the item's own: for anything but an account, more than that of a site.

        Of what the platform found itself nobody else can know one: its own record of the match is as exact.
        """
        if self.kind is NoticeItemKind.MATCH:
            return bool(self.hashes)
        parts = urlsplit(self.url)
        return bool(parts.hostname) and (
            self.kind is NoticeItemKind.ACCOUNT or bool(parts.path.strip("/") or parts.query)
        )


@dataclass(frozen=True, kw_only=True, repr=False)
class Grounds:
    """Why it must go: what was done, what is declared, and by which levers."""

    behaviours: tuple[Behaviour, ...]
    is_on_service: bool = False  # declared: the content is on this very service
    did_not_agree: bool = False
    good_faith: bool = False
    is_accurate: bool = False
    under_perjury: bool = False  # declared; it is printed only where the regime asks for it
    explanation: str = ""
    legal_basis: str = ""  # "" takes the regime's own
    policy_clause: str = ""
    levers: tuple[Lever, ...] = (Lever.DUTY,)
    case_authority: str = ""
    case_reference: str = ""
    order_reference: str = ""  # the court's or authority's order that the notice rests on
    prior_report: str = ""  # an earlier report to the platform, and what came of it
    is_author: bool = False  # she took the picture herself
    rights_holder: str = field(default="", repr=False)  # the name that she chose for whoever holds the rights

    @property
    def family(self) -> Family:
        """The family of templates that these behaviours call for."""
        return next(family for behaviour, family in FAMILY_OF.items() if behaviour in self.behaviours)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is asked for."""

    remove: bool = True
    copies: CopyScope | None = None  # None asks for as much as the regime gives
    deindex: bool = False
    suspend_uploader: bool = False
    preserve_days: int | None = None
    keep_sender_secret: bool = True
    reply_to_relay: bool = True


@dataclass(frozen=True, kw_only=True, repr=False)
class Supply:
    """One element that a platform named as missing, and what the desk says to it; "" for a mere declaration."""

    element: Element
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeFacts:
    """The superset of one notice. Raises NoticeMalformed for what no notice can carry."""

    reference: str
    written_on: date
    who: Sender
    items: tuple[NoticeItem, ...] = field(repr=False)
    why: Grounds = field(repr=False)
    ask: Wishes = Wishes()
    platform: str = ""  # where the items stand
    addressee: str = ""  # who is written to on a rung that is not the platform's own
    rung: Rung = Rung.PLATFORM
    due_at: datetime | None = None
    supplied: tuple[Supply, ...] = field(default=(), repr=False)  # what the platform named as missing before

    def __post_init__(self) -> None:
        for place, value, longest in _texts(self):
            if len(value) > longest:
                raise NoticeMalformed(place, f"This is longer than {longest} characters. Shorten it.")
        if not self.reference.strip():
            raise NoticeMalformed("reference", "A notice has a reference, so that the answer finds its way back.")
        if not 0 < len(self.items) <= MOST_ITEMS:
            raise NoticeMalformed("items", f"A notice names 1 to {MOST_ITEMS} items. Split it, or add one.")
        if not self.why.behaviours:
            raise NoticeMalformed("why.behaviours", "Say what was done: choose at least one behaviour.")
        if self.ask.preserve_days is not None and not 0 < self.ask.preserve_days <= 3_660:
            raise NoticeMalformed("ask.preserve_days", "Evidence is kept for 1 to 3,660 days.")
        _check_times(self)
        for at, item in enumerate(self.items):
            _check_item(item, f"items[{at}]")


def _texts(facts: NoticeFacts) -> Iterator[tuple[str, str, int]]:
    yield "reference", facts.reference, LONGEST_REFERENCE
    yield "platform", facts.platform, LONGEST_LINE
    yield "addressee", facts.addressee, LONGEST_LINE
    for name in ("name", "agency", "relay", "country", "authority_reference"):
        yield f"who.{name}", getattr(facts.who, name), LONGEST_LINE
    if facts.who.signature is not None:
        yield "who.signature.text", facts.who.signature.text, LONGEST_LINE
    for name in ("policy_clause", "case_authority", "case_reference", "order_reference", "rights_holder"):
        yield f"why.{name}", getattr(facts.why, name), LONGEST_LINE
    for name in ("explanation", "legal_basis", "prior_report"):
        yield f"why.{name}", getattr(facts.why, name), LONGEST_TEXT
    for at, supply in enumerate(facts.supplied):
        yield f"supplied[{at}].words", supply.words, LONGEST_TEXT
    for at, item in enumerate(facts.items):
        for name in ("handle", "object_id", "hash_family"):
            yield f"items[{at}].{name}", getattr(item, name), LONGEST_LINE
        yield f"items[{at}].description", item.description, LONGEST_TEXT


def _check_times(facts: NoticeFacts) -> None:
    times = {
        "due_at": facts.due_at,
        "who.signature.signed_at": None if facts.who.signature is None else facts.who.signature.signed_at,
        **{f"items[{at}].first_seen_at": item.first_seen_at for at, item in enumerate(facts.items)},
    }
    for place, time in times.items():
        if time is not None and time.utcoffset() is None:
            raise NoticeMalformed(place, "This time has no zone. Give it in UTC.")


def _check_item(item: NoticeItem, place: str) -> None:
    if len(item.hashes) > MOST_HASHES:
        raise NoticeMalformed(f"{place}.hashes", f"At most {MOST_HASHES} hashes of one item fit.")
    for each in item.hashes:
        if len(each.value) > LONGEST_LINE or len(each.hash_type) > LONGEST_LINE:
            raise NoticeMalformed(f"{place}.hashes", "This is no hash.")
    if len(item.known_copies) > MOST_COPIES:
        raise NoticeMalformed(f"{place}.known_copies", f"At most {MOST_COPIES} known copies of one item fit.")
    if item.url:
        check_address(item.url, f"{place}.url")
    for copy in item.known_copies:
        check_address(copy, f"{place}.known_copies")


def check_address(url: str, place: str) -> None:
    """Raise NoticeMalformed unless this is a web address on one line."""
    if len(url) > LONGEST_URL:
        raise NoticeMalformed(place, f"This address is longer than {LONGEST_URL} characters.")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise NoticeMalformed(place, "This is no web address.") from error
    if (
        parts.scheme not in ("http", "https")
        or not host
        or any(sign.isspace() or not sign.isprintable() for sign in url)
    ):
        raise NoticeMalformed(place, "A web address begins with http:// or https:// and holds no space.")
