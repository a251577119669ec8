"""Checks of single values: lines, texts in several languages, web addresses, mailboxes, sums of money."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from ipaddress import ip_address

from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.outbox.errors import AddressRefused as MailboxRefused
from leeward.foundation.outbox.rules.addresses import check_address
from leeward.foundation.reach.errors import AddressRefused
from leeward.foundation.reach.rules.targets import read_target
from leeward.foundation.typed import UNSEEN, is_printable, trim_line

LINE_LENGTH = 200
TEXT_LENGTH = 4_000
WORDS_LENGTH = 10_000  # what somebody tells or is told at length
LIST_MOST = 200
URL_LENGTH = 500
MAIL_LENGTH = 254
WEB = ("https", "http")
# A name of the web as the name system has it: labels, and a last one of letters.
LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
HOST_NAME = re.compile(rf"(?:{LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}})\.?")
CURRENCY = re.compile(r"[A-Z]{3}")
MONEY_MOST = Decimal("1000000000000")

type Texts = Mapping[str, str]


def line(field: str, typed: str, *, most: int = LINE_LENGTH, optional: bool = False) -> str:
    """One printable line without outer spaces. Raises FieldRefused: MISSING, LONG or LINE."""
    stripped = trim_line(typed)
    if not stripped and not optional:
        raise FieldRefused(field, Mistake.MISSING)
    if len(stripped) > most:
        raise FieldRefused(field, Mistake.LONG, about=most)
    if not is_printable(stripped):
        raise FieldRefused(field, Mistake.LINE)
    return stripped


def text(field: str, typed: str, *, most: int = TEXT_LENGTH) -> str:
    """A text of several lines, which may be empty. Raises FieldRefused: LONG."""
    lines = typed.replace("\r\n", "\n").replace("\0", "").strip()
    if len(lines) > most:
        raise FieldRefused(field, Mistake.LONG, about=most)
    return lines


def lines(field: str, typed: Iterable[str], *, least: int = 0, most: int = LIST_MOST) -> tuple[str, ...]:
    """Several lines, each once and none empty. Raises FieldRefused: FEW, MANY or what `line` raises."""
    found = tuple(dict.fromkeys(line(field, each) for each in typed if each.strip()))
    if len(found) < least:
        raise FieldRefused(field, Mistake.FEW, about=least)
    if len(found) > most:
        raise FieldRefused(field, Mistake.MANY, about=most)
    return found


def titles(field: str, typed: Texts, *, main_language: str) -> dict[str, str]:
    """A line in each language in which one was typed; the nation's own must be among them. Raises FieldRefused."""
    found = {language: line(field, each) for language, each in typed.items() if each.strip()}
    if main_language not in found:
        raise FieldRefused(field, Mistake.MISSING)
    return found


def texts(field: str, typed: Texts) -> dict[str, str]:
    """A text in each language in which one was typed. Raises FieldRefused."""
    return {language: text(field, each) for language, each in typed.items() if each.strip()}


def direction_of(typed: str) -> str:
    """Which way a typed text runs, rtl or ltr, by its first letter that says so; ltr where none does."""
    for letter in typed:
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def web_address(field: str, typed: str, *, most: int = URL_LENGTH, optional: bool = False) -> str:
    """A whole web address without outer spaces and unseen signs. Raises FieldRefused: ADDRESS or ADDRESS_NEEDED."""
    stripped = typed.strip().strip(UNSEEN)
    if optional and not stripped:
        return ""
    if len(stripped) > most or not is_web_address(stripped):
        raise FieldRefused(field, Mistake.ADDRESS if optional else Mistake.ADDRESS_NEEDED)
    return stripped


def is_web_address(text: str, *, schemes: tuple[str, ...] = WEB) -> bool:
    """Whether `text` is a whole address of one of these schemes, with a host of the web and no name or password."""
    try:
        target = read_target(text)
    except AddressRefused:
        return False
    return text.isprintable() and target.scheme in schemes and is_host(target.host)


def mailbox(field: str, typed: str, *, optional: bool = False) -> str:
    """A mailbox without outer spaces and unseen signs. Raises FieldRefused: MAILBOX or MAILBOX_NEEDED."""
    stripped = typed.strip().strip(UNSEEN)
    if optional and not stripped:
        return ""
    if not is_mail_address(stripped):
        raise FieldRefused(field, Mistake.MAILBOX if optional else Mistake.MAILBOX_NEEDED)
    return stripped


def is_mail_address(text: str) -> bool:
    """Whether mail can be sent to `text` as it stands, which holds nothing else."""
    name, at, host = text.rpartition("@")
    try:
        return check_address(text) == f"{name}{at}{host.lower()}" and HOST_NAME.fullmatch(host.lower()) is not None
    except MailboxRefused:
        return False


def is_host(text: str) -> bool:
    """Whether a host, in small letters of ASCII, can be one of the web: a full name, one in digits, localhost."""
    if HOST_NAME.fullmatch(text) or text == "localhost":
        return True
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def money(field: str, typed: Decimal | None) -> Decimal | None:
    """A sum from zero on with two decimals, or nothing. Raises FieldRefused: MONEY."""
    if typed is None:
        return None
    if not typed.is_finite() or typed < 0 or typed >= MONEY_MOST or typed != typed.quantize(Decimal("0.01")):
        raise FieldRefused(field, Mistake.MONEY)
    return typed.quantize(Decimal("0.01"))


def currency(field: str, typed: str) -> str:
    """A currency's three letters as in ISO 4217, or nothing. Raises FieldRefused: CURRENCY."""
    stripped = typed.strip().upper()
    if stripped and not CURRENCY.fullmatch(stripped):
        raise FieldRefused(field, Mistake.CURRENCY)
    return stripped


def known(field: str, asked: Iterable[str], *, among: Iterable[str]) -> tuple[str, ...]:
    """Ids that are all known, in the order in which the catalogue has them. Raises FieldRefused: UNKNOWN."""
    wanted, catalogue = set(asked), list(among)
    strangers = sorted(wanted - set(catalogue))
    if strangers:
        raise FieldRefused(field, Mistake.UNKNOWN, about=", ".join(strangers))
    return tuple(each for each in catalogue if each in wanted)
