"""Where officers go wrong: how often each answer of a talk was chosen in a quarter that is over, protected."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from leeward.foundation.lessons.catalogue import all_talks
from leeward.foundation.lessons.rules.talk import Saying, Talk, Turn
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.foundation.protection.printed import percentage
from leeward.foundation.protection.tables import TOTAL, Published, Table, protect, protect_list
from leeward.justice.training.models import Employer, SayingCount

WRONG, OTHER = "wrong", "other"


@dataclass(frozen=True, kw_only=True)
class ChosenLine:
    """An answer, how often it was chosen, and in which share of the times the turn came; None where it is hidden.

    `asked`: how often the turn came.
    """

    saying: Saying
    number: Published
    asked: Published
    percent: float | None


@dataclass(frozen=True, kw_only=True)
class EmployerTurns:
    """An employer's answers in a quarter, and how many of them hurt. `name`: "" for people without an employer."""

    name: str
    wrong: Published
    answers: Published


@dataclass(frozen=True, kw_only=True)
class TalkTurns:
    """A talk in a quarter: each turn with its answers, and each employer, by name."""

    talk: Talk
    turns: tuple[tuple[Turn, tuple[ChosenLine, ...]], ...]
    employers: tuple[EmployerTurns, ...]


def last_quarter(today: date) -> Period:
    """The last quarter that is over: two looks at one that runs would tell of a single call."""
    this = period_of(today, step=Frequency.QUARTER)
    return period_of(this.start - timedelta(days=1), step=Frequency.QUARTER)


def turns_in(quarter: Period) -> tuple[TalkTurns, ...]:
    """What was chosen in a quarter's weeks, of the version that is installed."""
    return tuple(_talk_turns(talk, quarter) for talk in all_talks().values())


def wrong_turns(quarter: Period) -> Iterator[tuple[Talk, Turn, ChosenLine]]:
    """The answers that hurt, the most frequent first, as far as they may be told."""
    found = [
        (talk.talk, turn, line)
        for talk in turns_in(quarter)
        for turn, lines in talk.turns
        for line in lines
        if line.saying.is_wrong and line.percent is not None
    ]
    yield from sorted(found, key=lambda each: -(each[2].percent or 0))


def _talk_turns(talk: Talk, quarter: Period) -> TalkTurns:
    rows = SayingCount.objects.filter(
        talk=talk.slug, version=talk.version, week__gte=quarter.start, week__lt=quarter.end
    ).values_list("turn", "saying", "employer")
    chosen: dict[tuple[str, str], int] = defaultdict(int)
    by_employer: dict[tuple[str, str], int] = defaultdict(int)
    wrong = {(turn.id, each.id): each.is_wrong for turn in talk.turns for each in turn.sayings}
    for turn, saying, employer, number in rows.annotate(Sum("number")):
        chosen[turn, saying] += number
        by_employer[str(employer or ""), WRONG if wrong.get((turn, saying)) else OTHER] += number
    return TalkTurns(
        talk=talk,
        turns=tuple((turn, tuple(_lines(turn, chosen))) for turn in talk.turns),
        employers=tuple(_employers(by_employer)),
    )


def _lines(turn: Turn, chosen: Mapping[tuple[str, str], int]) -> Iterator[ChosenLine]:
    told = protect_list({each.id: chosen.get((turn.id, each.id), 0) for each in turn.sayings})
    for each in turn.sayings:
        percent = percentage(told[each.id], told[TOTAL]).value
        yield ChosenLine(saying=each, number=told[each.id], asked=told[TOTAL], percent=percent)


def _employers(counts: Mapping[tuple[str, str], int]) -> Iterator[EmployerTurns]:
    keys = sorted({employer for employer, _kind in counts})
    if not keys:
        return
    full: dict[tuple[str, ...], int] = {
        (employer, kind): counts.get((employer, kind), 0) for employer in keys for kind in (WRONG, OTHER)
    }
    told = protect(Table(axes=(tuple(keys), (WRONG, OTHER)), counts=full))
    names = {str(pk): name for pk, name in Employer.objects.values_list("pk", "name")}
    lines = [
        EmployerTurns(name=names.get(each, ""), wrong=told[each, WRONG], answers=told[each, TOTAL]) for each in keys
    ]
    yield from sorted(lines, key=lambda each: (not each.name, each.name))
