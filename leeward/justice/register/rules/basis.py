"""A legal basis as it is written, what is wrong with one, and what it lets be entered."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.editing.values import line, web_address
from leeward.foundation.labels import Labelled, mark
from leeward.justice.register.errors import RegisterMistake
from leeward.justice.register.rules.names import is_shape
from leeward.justice.register.rules.terms import AgencyKind, Duty, EndRule, NumberCheck, Purpose

CODE = re.compile(r"[A-Za-z0-9./-]{1,20}")


class BasisState(Labelled):
    """Where a legal basis stands."""

    WAITS = "waits", mark("Awaits a second person"), "yellow"
    AHEAD = "ahead", mark("Approved, not yet in force"), "blue"
    IN_FORCE = "in_force", mark("In force"), "green"
    OVER = "over", mark("Over"), "grey"


@dataclass(frozen=True, kw_only=True)
class BasisEntry:
    """What a statute says: what may be entered, whose check, for what, how long, and who looked at its impact."""

    statute: str
    source: str
    offences: tuple[str, ...]
    duties: tuple[Duty, ...]
    askers: tuple[AgencyKind, ...]
    purposes: tuple[Purpose, ...]
    end_rule: EndRule
    months: int
    review_months: int
    clock_days: int
    assessment: str
    assessed_on: date
    from_on: date
    until_on: date | None = None
    number_shape: str = ""
    number_check: NumberCheck = NumberCheck.NONE


def check_basis(entry: BasisEntry, *, today: date) -> None:
    """Raise FieldRefused for what no legal basis can say."""
    line("statute", entry.statute)
    line("assessment", entry.assessment)
    web_address("source", entry.source)
    if not entry.source:
        raise FieldRefused("source", Mistake.ADDRESS_NEEDED)
    if not entry.offences:
        raise FieldRefused("offences", RegisterMistake.NO_OFFENCE)
    for code in entry.offences:
        if CODE.fullmatch(code) is None:
            raise FieldRefused("offences", RegisterMistake.CODE, about=code)
    for field in ("duties", "askers", "purposes"):
        if not getattr(entry, field):
            raise FieldRefused(field, RegisterMistake.NONE_CHOSEN)
    if entry.number_shape and not is_shape(entry.number_shape):
        raise FieldRefused("number_shape", RegisterMistake.SHAPE)
    if entry.assessed_on > today:
        raise FieldRefused("assessed_on", Mistake.FUTURE)
    if entry.until_on is not None and entry.until_on < entry.from_on:
        raise FieldRefused("until_on", RegisterMistake.ORDER_OF_DAYS)


def state_of(*, from_on: date, until_on: date | None, is_approved: bool, is_ended: bool, on: date) -> BasisState:
    """Where a legal basis stands on a day."""
    if is_ended or (until_on is not None and until_on < on):
        return BasisState.OVER
    if not is_approved:
        return BasisState.WAITS
    return BasisState.IN_FORCE if from_on <= on else BasisState.AHEAD


def check_covered(*, field: str, said: Collection[str], covered: Collection[str]) -> None:
    """Raise FieldRefused for what a legal basis does not name."""
    outside = [each for each in said if each not in covered]
    if outside:
        raise FieldRefused(field, RegisterMistake.NOT_COVERED, about=", ".join(outside))
