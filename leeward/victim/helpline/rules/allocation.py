"""Who is offered which case first: few ordered rules, of which the first that fits decides, and what workers say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from leeward.foundation.labels import Labelled, mark
from leeward.victim.file.rules.needs import Need
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.removals.rules.reports import Band

MOST_RULES = 20
MOST_AT_ONCE = 50
SHIFT_HOURS, MOST_HOURS = 8, 12
# So long after its beginning what somebody takes belongs to another shift.
NEXT_SHIFT = timedelta(hours=16)
# Of so many cases, the last that came, a rule says what it would have done before it counts.
TRIED_ON = 200


class Kind(Labelled):
    """What leads write whose history is kept."""

    RULE = "helpline_rule", mark("Rule")


class RuleVerb(Labelled):
    """What was done to a rule."""

    ADDED = "helpline.rule_added", mark("added")
    CHANGED = "helpline.rule_changed", mark("changed")
    COUNTS = "helpline.rule_counts", mark("put to use")
    OFF = "helpline.rule_off", mark("switched off")


class Clear(Protocol):
    """What of a case stands in clear, so that a rule can read it without a key."""

    @property
    def band(self) -> Band: ...  # noqa: D102  # said above
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> CaseSource: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Which cases go to whom first. `place`: 1, 2, 3 in the order. None, and "" of the language, fits every case.

    `workers`: references of the people of the helpline who take them.
    """

    place: int
    band: Band | None
    language: str
    source: CaseSource | None
    workers: tuple[str, ...]

    def fits(self, case: Clear) -> bool:
        """Whether a case is one of those."""
        wanted = ((self.band, case.band), (self.language, case.language), (self.source, case.source))
        return all(not each or each == found for each, found in wanted)


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a worker says of themselves: languages (none: all), wishes they are trained for, most cases at once.

    `most`: None where they set no limit; `hours`: after how many of a shift they are given none, None for
    eight. `about`: what else people may ask for, in words that their team alone opens.
    """

    languages: tuple[str, ...] = ()
    trained: tuple[Need, ...] = ()
    most: int | None = None
    hours: int | None = None
    about: str = ""


def is_shift_over(*, began_at: datetime | None, hours: int | None, now: datetime) -> bool:
    """Whether somebody has worked as long as they wanted to, and has not rested yet."""
    if began_at is None:
        return False
    return timedelta(hours=hours or SHIFT_HOURS) <= now - began_at < NEXT_SHIFT


def who_fits(needs: Iterable[Need], language: str, people: Mapping[str, Profile]) -> dict[Need, list[str]]:
    """Return who fits which wish, by name; `language`: that of the case.

    Who was trained for it; for another language who speaks it, and for somebody like them who has said something of
    themselves, in their own words.
    """
    found: dict[Need, list[str]] = {}
    for need in needs:
        for name, profile in people.items():
            if need is Need.SOMEBODY_LIKE_ME and profile.about:
                found.setdefault(need, []).append(f"{name}: {profile.about}")
            elif need in profile.trained or (need is Need.LANGUAGE and language in profile.languages):
                found.setdefault(need, []).append(name)
    return found


def first_fit[R: Rule](rules: Iterable[R], case: Clear) -> R | None:
    """Return the first of some rules, sorted by place, that fits a case; None where it goes to everybody."""
    return next((rule for rule in rules if rule.fits(case)), None)
