"""The model checklist for platforms, and how far one platform's policy and process are known to meet it (I1, I2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.industry.declarations.errors import DeclarationMistake
from leeward.industry.declarations.rules.terms import (
    TEXT_LENGTH,
    FindingKind,
    Measure,
    ProcessStep,
    Speaker,
    Verdict,
)

# A finding older than this is shown with its age: policies change.
AGED_AFTER = timedelta(days=365)
PERIOD_MOST = timedelta(days=1_100)
VALUE_MOST = Decimal(10) ** 12


@dataclass(frozen=True, kw_only=True)
class ItemWords:
    """One item in one language: the question, and what answers it."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that a good policy has. `is_essential` items make a policy complete; the code is for good."""

    code: str
    capability: str
    is_essential: Annotated[bool, Field(validation_alias="essential")]
    words: Mapping[str, ItemWords]


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """An edition of the model checklist. A published edition is never changed: the next one has the next number."""

    edition: int
    items: tuple[Item, ...]

    def item(self, code: str) -> Item | None:
        """The item with this code."""
        return next((each for each in self.items if each.code == code), None)


@dataclass(frozen=True, kw_only=True)
class NewFinding:
    """What staff found about an item or a step, on which day, and where that can be read."""

    kind: FindingKind
    code: str
    verdict: Verdict
    found_on: date
    source: str
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class NewFigure:
    """A count that a platform gives for itself, for a period; on which day it said so, as whom, and where."""

    measure: Measure
    began_on: date
    ended_on: date
    value: Decimal
    said_on: date
    said_by: Speaker
    source: str


def check_finding(new: NewFinding, *, checklist: Checklist, today: date) -> NewFinding:
    """The finding if it can be kept. Raises FieldRefused."""
    known = checklist.item(new.code) is not None if new.kind is FindingKind.POLICY else new.code in set(ProcessStep)
    if not known:
        raise FieldRefused("code", Mistake.GONE)
    if new.found_on > today:
        raise FieldRefused("found_on", Mistake.NOT_PAST)
    return replace(
        new,
        source=values.line("source", new.source),
        words=values.text("words", new.words, most=TEXT_LENGTH),
    )


def check_figure(new: NewFigure, *, today: date) -> NewFigure:
    """The figure if it can be kept. Raises FieldRefused."""
    if new.began_on > new.ended_on or new.ended_on > today or new.ended_on - new.began_on > PERIOD_MOST:
        raise FieldRefused("ended_on", DeclarationMistake.PERIOD)
    if not new.ended_on <= new.said_on <= today:
        raise FieldRefused("said_on", DeclarationMistake.SAID)
    if not new.value.is_finite() or not 0 <= new.value < VALUE_MOST:
        raise FieldRefused("value", DeclarationMistake.VALUE)
    if new.measure is not Measure.MEDIAN_HOURS and new.value != new.value.to_integral_value():
        raise FieldRefused("value", DeclarationMistake.VALUE)
    return replace(new, source=values.line("source", new.source))


def is_complete(checklist: Checklist, verdicts: Mapping[str, Verdict]) -> bool:
    """Whether every essential item is met. Unknown is not met, and nothing outweighs anything else."""
    return all(verdicts.get(each.code) is Verdict.MET for each in checklist.items if each.is_essential)


def count_verdicts(codes: Iterable[str], verdicts: Mapping[str, Verdict]) -> dict[Verdict, int]:
    """How many of these are met, partly met, not met and unknown; what nobody looked at is unknown."""
    counted = dict.fromkeys(Verdict, 0)
    for code in codes:
        counted[verdicts.get(code, Verdict.UNKNOWN)] += 1
    return counted
