"""The cells of the package's files: how a value is written, how it is read, and how no cell becomes a formula.

Programs that show tables take a cell that begins with = + - @ (or a tab or a line's end before them) as a formula,
which may fetch or send something (OWASP, CSV injection). Such a text is written with an apostrophe before it; so is one
that begins with apostrophes and then such a sign, so that reading takes exactly one away again and no text is changed.
Numbers, telephone numbers and days of the week hold nothing that can be called, and stay as the standard wants them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from leeward.society.directory.rules.columns import TEXTS, Column, Kind

RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # full-width signs count too
HARMLESS = re.compile(r"[+\-]?[0-9(][0-9 ().,/\-]*|[+\-]?[0-9]{0,2}(MO|TU|WE|TH|FR|SA|SU)([,+\-0-9MOTUWEHFRSA]*)")
PLAIN_ID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
TRUE, FALSE = ("true", "1", "yes"), ("false", "0", "no")
WHOLE_MOST = 10**9
DIGITS_MOST = 40


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """Why a cell cannot be read, and how to mend it."""

    what: str
    how: str


def guarded(text: str) -> str:
    """A text as it stands in a file: nothing that a program for tables would run."""
    return f"'{text}" if RISKY.match(text) and not HARMLESS.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The text that a file's cell stands for."""
    return text[1:] if text.startswith("'") and RISKY.match(text) else text


def write_cell(column: Column, value: Any) -> str:
    """A value as text; "" where there is none."""
    if value is None or value in ("", ()):
        return ""
    if column.kind is Kind.FLAG:
        return "true" if value else "false"
    if column.kind is Kind.MONEY:
        return format(value, "f")
    if column.kind is Kind.DEGREES:
        return repr(float(value))
    if column.kind is Kind.MOMENT and isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if column.kind is Kind.CHOICES:
        return ",".join(value)
    return guarded(str(value))


def read_cell(column: Column, text: str) -> Any:
    """The value of a cell; None, "", () or False where it is empty. A Misfit where it cannot be read."""
    plain = unguarded(text)
    if column.kind in TEXTS:
        return plain.strip() if column.kind in (Kind.EMAIL, Kind.WEB) else plain
    plain = plain.strip()
    if not plain:
        return {Kind.CHOICE: "", Kind.CHOICES: (), Kind.FLAG: False}.get(column.kind)
    return _READERS[column.kind](column, plain)


def _uuid(_column: Column, text: str) -> Any:
    if PLAIN_ID.fullmatch(text):
        return UUID(text)
    return Misfit(what="This is no id.", how="Use a UUID, such as 4a1de3c2-7b1c-4b0e-9a40-6f6c0b7d2f11.")


def _whole(_column: Column, text: str) -> Any:
    number = _number(text)
    if number is None or number != number.to_integral_value() or abs(number) > WHOLE_MOST:
        return Misfit(what="This is no whole number.", how="Write digits alone.")
    return int(number)


def _degrees(_column: Column, text: str) -> Any:
    number = _number(text)
    if number is None:
        return Misfit(what="These are no degrees.", how="Write them with a point, such as 38.7223.")
    return float(number)


def _money(_column: Column, text: str) -> Any:
    number = _number(text)
    if number is None:
        return Misfit(what="This is no amount.", how="Write it with a point and without a currency, such as 12.50.")
    return number


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text) if len(text) <= DIGITS_MOST and "_" not in text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number.adjusted()) < DIGITS_MOST else None


def _day(_column: Column, text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return Misfit(what="This is no day.", how="Write it as 2026-11-25.")


def _moment(_column: Column, text: str) -> Any:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return Misfit(what="This is no time.", how="Write it as 2026-11-25T10:30:00Z.")
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return Misfit(what="This is no time.", how="Write it as 2026-11-25T10:30:00Z.")


def _clock(_column: Column, text: str) -> Any:
    try:
        found = time.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or found.microsecond:
        return Misfit(what="This is no time of the day.", how="Write it as 09:30, in the nation's own time.")
    return found


def _flag(_column: Column, text: str) -> Any:
    if text.casefold() in TRUE:
        return True
    if text.casefold() in FALSE:
        return False
    return Misfit(what="This is neither true nor false.", how="Write true or false.")


def _choice(column: Column, text: str) -> Any:
    for choice in column.choices:
        if choice.casefold() == text.casefold():
            return choice
    return Misfit(what=f"There is no {text[:40]!r} here.", how=f"Use one of: {', '.join(column.choices)}.")


def _choices(column: Column, text: str) -> Any:
    found = [_choice(column, part.strip()) for part in text.split(",")]
    wrong = [one for one in found if isinstance(one, Misfit)]
    return wrong[0] if wrong else tuple(dict.fromkeys(found))


_READERS: dict[Kind, Callable[[Column, str], Any]] = {
    Kind.UUID: _uuid,
    Kind.WHOLE: _whole,
    Kind.DEGREES: _degrees,
    Kind.MONEY: _money,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
    Kind.CLOCK: _clock,
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
}
