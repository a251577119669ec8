"""Checks of single values: lines, texts in several languages, days, addresses, sums of money."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal

from leeward.foundation.typed import is_printable, trim_line
from leeward.industry.platforms.rules.channels import MAIL_LENGTH, is_mail_address, is_web_address
from leeward.policy.strategy.errors import FieldRefused
from leeward.policy.strategy.rules.terms import (
    LINE_LENGTH,
    LIST_MOST,
    TEXT_LENGTH,
    URL_LENGTH,
)

CURRENCY = re.compile(r"[A-Z]{3}")
MONEY_MOST = Decimal("1000000000000")

type Texts = Mapping[str, str]


def line(field: str, typed: str, *, most: int = LINE_LENGTH, optional: bool = False) -> str:
    """One printable line without outer spaces. Raises FieldRefused: `missing`, `long` or `line`."""
    stripped = trim_line(typed)
    if not stripped and not optional:
        raise FieldRefused(field, "missing")
    if len(stripped) > most:
        raise FieldRefused(field, "long", about=str(most))
    if not is_printable(stripped):
        raise FieldRefused(field, "line")
    return stripped


def text(field: str, typed: str, *, most: int = TEXT_LENGTH) -> str:
    """A text of several lines, which may be empty. Raises FieldRefused: `long`."""
    lines = typed.replace("\r\n", "\n").replace("\0", "").strip()
    if len(lines) > most:
        raise FieldRefused(field, "long", about=str(most))
    return lines


def lines(field: str, typed: Iterable[str], *, least: int = 0, most: int = LIST_MOST) -> tuple[str, ...]:
    """Several lines, each once and none empty. Raises FieldRefused: `few`, `many` or what `line` raises."""
    found = tuple(dict.fromkeys(line(field, each) for each in typed if each.strip()))
    if len(found) < least:
        raise FieldRefused(field, "few", about=str(least))
    if len(found) > most:
        raise FieldRefused(field, "many", about=str(most))
    return found


def titles(field: str, typed: Texts, *, main_language: str) -> dict[str, str]:
    """A line in each language in which one was typed; the nation's own must be among them. Raises FieldRefused."""
    found = {language: line(field, each) for language, each in typed.items() if each.strip()}
    if main_language not in found:
        raise FieldRefused(field, "missing")
    return found


def texts(field: str, typed: Texts) -> dict[str, str]:
    """A text in each language in which one was typed. Raises FieldRefused."""
    return {language: text(field, each) for language, each in typed.items() if each.strip()}


def in_language(found: Texts, *, language: str, main_language: str) -> str:
    """What is there in the reader's language, else in the nation's, else in any; "" where nothing is."""
    for wanted in (language, main_language):
        if found.get(wanted):
            return found[wanted]
    return next(iter(found.values()), "")


def language_of(found: Texts, *, language: str, main_language: str) -> str:
    """In which language `in_language` answers."""
    for wanted in (language, main_language):
        if found.get(wanted):
            return wanted
    return next(iter(found), main_language)


def direction_of(typed: str) -> str:
    """Which way a typed text runs, rtl or ltr, by its first letter that says so; ltr where none does."""
    for letter in typed:
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def web_address(field: str, typed: str) -> str:
    """A whole web address, or nothing. Raises FieldRefused: `address`."""
    stripped = typed.strip()
    if stripped and (len(stripped) > URL_LENGTH or not is_web_address(stripped, schemes=("https", "http"))):
        raise FieldRefused(field, "address")
    return stripped


def mail_address(field: str, typed: str) -> str:
    """A mailbox, or nothing. Raises FieldRefused: `mailbox`."""
    stripped = typed.strip()
    if stripped and (len(stripped) > MAIL_LENGTH or not is_mail_address(stripped)):
        raise FieldRefused(field, "mailbox")
    return stripped


def money(field: str, typed: Decimal | None) -> Decimal | None:
    """A sum from zero on with two decimals, or nothing. Raises FieldRefused: `money`."""
    if typed is None:
        return None
    if not typed.is_finite() or typed < 0 or typed >= MONEY_MOST or typed != typed.quantize(Decimal("0.01")):
        raise FieldRefused(field, "money")
    return typed.quantize(Decimal("0.01"))


def currency(field: str, typed: str) -> str:
    """A currency's three letters as in ISO 4217, or nothing. Raises FieldRefused: `currency`."""
    stripped = typed.strip().upper()
    if stripped and not CURRENCY.fullmatch(stripped):
        raise FieldRefused(field, "currency")
    return stripped


def known(field: str, asked: Iterable[str], *, among: Iterable[str]) -> tuple[str, ...]:
    """Ids that are all known, in the order in which the catalogue has them. Raises FieldRefused: `unknown`."""
    wanted, catalogue = set(asked), list(among)
    strangers = sorted(wanted - set(catalogue))
    if strangers:
        raise FieldRefused(field, "unknown", about=", ".join(strangers))
    return tuple(each for each in catalogue if each in wanted)
