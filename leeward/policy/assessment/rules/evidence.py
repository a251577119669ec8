"""The live queries of this platform that can be evidence: what each counts, in which unit, of what, and its caveat.

Of what the statistics keep a series, evidence is their newest number, in their words: no two rooms tell two. Other
lists that anybody may read are counted as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.tables import THRESHOLD

SMALLEST_BASE = THRESHOLD  # below this, a share says more about chance, and about persons, than about the nation


class Unit(Labelled):
    """What a value is a number of."""

    PERCENT = "percent", mark("percent")
    DAYS = "days", mark("days")
    HASHES = "hashes", mark("hashes")
    LANGUAGES = "languages", mark("languages")
    MONTHS = "months", mark("months")
    NEEDS = "needs", mark("needs")
    PLATFORMS = "platforms", mark("platforms")
    REGIMES = "regimes", mark("regimes")
    REQUESTS = "requests", mark("requests")
    SERVICES = "services", mark("services")
    STAFF = "staff", mark("members of staff")


class NoValue(Labelled):
    """Why a query has no value."""

    NOTHING_YET = "nothing_yet", mark("There is nothing to count yet.")
    TOO_FEW = "too_few", mark("Fewer than 10 can be counted, too few to say anything about the whole.")
    HIDDEN = "hidden", mark("The statistics hide this number, because it is small or would give away something small.")


@dataclass(frozen=True, kw_only=True)
class EvidenceQuery:
    """One query by its stable name."""

    name: str
    title: str
    definition: str
    unit: Unit
    scope: str
    caveat: str


@dataclass(frozen=True, kw_only=True)
class Count:
    """What a figure gives: a number, and for a share the base that it is a share of."""

    number: int
    base: int | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the statistics have printed, of a period that ended on `on`: a value in the query's unit, None if hidden."""

    value: float | None
    on: date


@dataclass(frozen=True, kw_only=True)
class EvidenceValue:
    """What a query has found on a day: a number, or None and why."""

    query: EvidenceQuery
    value: float | None
    on: date
    no_value: NoValue | None = None

    def __post_init__(self) -> None:
        if (self.value is None) is not (self.no_value is not None):
            raise ValueError("A value, or the reason why there is none: one of the two.")


def judge(query: EvidenceQuery, count: Count | None, *, on: date) -> EvidenceValue:
    """Turn a count into a value: shares in whole percent, rounded down so that 100 means all.

    None for what does not exist yet; a share of fewer than 10 is withheld. What is of people comes from the statistics:
    see `judge_told`.
    """
    if count is None:
        return EvidenceValue(query=query, value=None, on=on, no_value=NoValue.NOTHING_YET)
    if query.unit is not Unit.PERCENT:
        return EvidenceValue(query=query, value=count.number, on=on)
    if count.base is None:
        raise ValueError(f"{query.name} is a share and needs its base.")
    if count.base < SMALLEST_BASE:
        reason = NoValue.TOO_FEW if count.base else NoValue.NOTHING_YET
        return EvidenceValue(query=query, value=None, on=on, no_value=reason)
    return EvidenceValue(query=query, value=100 * count.number // count.base, on=on)


def judge_told(query: EvidenceQuery, told: Told | None, *, on: date) -> EvidenceValue:
    """Turn a printed number into a value as it is, dated by its period's end; None for what is not printed."""
    if told is None:
        return EvidenceValue(query=query, value=None, on=on, no_value=NoValue.NOTHING_YET)
    if told.value is None:
        return EvidenceValue(query=query, value=None, on=on, no_value=NoValue.HIDDEN)
    value = int(told.value) if told.value.is_integer() else told.value
    return EvidenceValue(query=query, value=value, on=min(told.on, on))


_FILE = Path(__file__).parents[1] / "data" / "evidence.yaml"
QUERIES: Mapping[str, EvidenceQuery] = {
    each["name"]: EvidenceQuery(**{**each, "unit": Unit(each["unit"])})
    for each in yaml.load(_FILE.read_text("utf-8"), yaml.CSafeLoader)
}
