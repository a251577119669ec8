"""What the monitor makes of a page: gone, up, or not for a machine to say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import SplitResult, urlsplit

from leeward.foundation.labels import Labelled, mark

GONE_STATUSES = frozenset({404, 410})
FOUND = 200
# What is read for its words; "": the answer does not say what it is.
TEXT_TYPES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain"})
# A page that asks who we are, or shows nothing to strangers, proves nothing.
CLOSED_STATUSES = frozenset({401, 402, 403, 405, 406, 407, 451})
LONGEST_TITLE = 300
MOST_TEXT = 200_000
LONGEST_TAG = 2_000
MOST_TAGS = 200
# A page is written by whoever owns it: every look through it is one pass, however it is made.
TITLE_BEGINS = re.compile(r"<title\b", re.IGNORECASE)
TITLE_ENDS = re.compile(r"</title", re.IGNORECASE)
TAG = re.compile(r"<(?:link|meta)\b", re.IGNORECASE)
NAMES_ITSELF = re.compile(r"""rel=["']?canonical\b|property=["']?og:url\b""", re.IGNORECASE)
ITS_ADDRESS = re.compile(r"""\b(?:href|content)=["']([^"']+)""", re.IGNORECASE)
SIGN_IN_PATHS = ("/login", "/signin", "/sign-in", "/accounts/login", "/auth", "/age", "/verify")
# Phrases by which sites say that something is not there although they answer 200. Whole and short: a phrase in the
# middle of a long page proves nothing, so only titles are read for them.
GONE_TITLES = re.compile(
    r"\b(not found|page not found|no longer available|has been removed|content unavailable|404)\b"
    r"|(غير موجود|غير متاح|تمت إزالت)"
    r"|(nicht gefunden|introuvable|no encontrad|não encontrad|non trovat|nie znaleziono|bulunamad|не найден)"
    r"|(見つかりません|찾을 수 없|不存在|未找到)",
    re.IGNORECASE,
)


class Signal(Labelled):
    """What was seen."""

    GONE = "gone", mark("Gone")
    UP = "up", mark("Still there")
    UNSURE = "unsure", mark("Needs a human check")
    TROUBLE = "trouble", mark("Check failed")  # nothing was seen at all: try again later


class CheckReason(Labelled):
    """By what it was told."""

    STATUS = "status", mark("by the page's answer")
    SAME_PAGE = "same_page", mark("the same page as before")
    OTHER_PAGE = "other_page", mark("another page stands there now")
    FIRST_LOOK = "first_look", mark("seen for the first time")
    SIGN_IN = "sign_in", mark("it asks to sign in")
    CLOSED = "closed", mark("it is closed to strangers")
    MOVED = "moved", mark("it leads somewhere else")
    SAYS_GONE = "says_gone", mark("its title says that it is gone")
    SERVER = "server", mark("the server had trouble")
    UNREACHABLE = "unreachable", mark("nobody answered")
    REFUSED_ADDRESS = "refused_address", mark("an address that is never fetched")
    ROBOTS = "robots", mark("the site asks machines to stay away")
    PERSON = "person", mark("a person looked")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A page as it was fetched: no picture of it is ever asked for or kept."""

    asked: str
    final: str
    status: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was seen and why it is believed."""

    signal: Signal
    reason: CheckReason


def judge(seen: Seen) -> Verdict:
    """Judge a fetched page by itself. FIRST_LOOK means up, as far as that can be told without an earlier look."""
    if seen.status in GONE_STATUSES:
        return Verdict(signal=Signal.GONE, reason=CheckReason.STATUS)
    if seen.status in CLOSED_STATUSES:
        return Verdict(signal=Signal.UNSURE, reason=CheckReason.CLOSED)
    if seen.status != FOUND:
        return Verdict(signal=Signal.TROUBLE, reason=CheckReason.SERVER)
    if _asks_to_sign_in(seen):
        return Verdict(signal=Signal.UNSURE, reason=CheckReason.SIGN_IN)
    if GONE_TITLES.search(read_title(seen.text)):
        return Verdict(signal=Signal.UNSURE, reason=CheckReason.SAYS_GONE)
    if _has_moved(seen):
        return Verdict(signal=Signal.UNSURE, reason=CheckReason.MOVED)
    return Verdict(signal=Signal.UP, reason=CheckReason.FIRST_LOOK)


def describe_page(seen: Seen) -> str:
    """Return what a page calls itself, its title and its own address; equal for the same page."""
    parts = _split(_read_own_address(seen.text)) or urlsplit(seen.final)
    return f"{read_title(seen.text)}|{(parts.hostname or '').casefold()}{parts.path.rstrip('/')}"


def tell_seen(signals: Sequence[Signal]) -> Iterator[str]:
    """What each look at one address found, the first look first: its signal, or "back" where it was up after gone."""
    was_gone = False
    for signal in signals:
        yield "back" if was_gone and signal is Signal.UP else signal.value
        if signal in (Signal.GONE, Signal.UP):
            was_gone = signal is Signal.GONE


def read_title(text: str) -> str:
    """The title of a page of HTML, its spaces made single; "" where it has none."""
    head = text[:MOST_TEXT]
    begins = TITLE_BEGINS.search(head)
    start = head.find(">", begins.end()) + 1 if begins else 0
    ends = TITLE_ENDS.search(head, start) if start else None
    return " ".join(head[start : min(ends.start(), start + LONGEST_TAG)].split())[:LONGEST_TITLE] if ends else ""


def _read_own_address(text: str) -> str:
    """The address that a page gives as its own; "" for none."""
    head = text[:MOST_TEXT]
    for tag in islice(TAG.finditer(head), MOST_TAGS):
        inside = head[tag.start() : tag.start() + LONGEST_TAG].partition(">")[0]
        address = ITS_ADDRESS.search(inside) if NAMES_ITSELF.search(inside) else None
        if address:
            return address.group(1)
    return ""


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address) if address else None
    except ValueError:  # the page says what it likes
        return None


def _asks_to_sign_in(seen: Seen) -> bool:
    asked, final = urlsplit(seen.asked), urlsplit(seen.final)
    return final.path != asked.path and final.path.casefold().startswith(SIGN_IN_PATHS)


def _has_moved(seen: Seen) -> bool:
    """Whether the answer came from the front page instead of the item, or from another site."""
    asked, final = urlsplit(seen.asked), urlsplit(seen.final)
    to_front = final.path.strip("/") == "" and asked.path.strip("/") != ""
    return to_front or _site(asked.hostname or "") != _site(final.hostname or "")


def _site(host: str) -> str:
    return host.casefold().removeprefix("www.").removeprefix("m.")
