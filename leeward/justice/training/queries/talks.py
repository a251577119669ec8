"""Where officers go wrong: how often each answer of a talk was chosen in a quarter that is over, protected."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Sum

from leeward.foundation.lessons.catalogue import all_talks
from leeward.foundation.lessons.rules.talk import Saying, Talk, Turn
from leeward.foundation.protection.contributors import suppress_sums
from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.foundation.protection.printed import percentage
from leeward.foundation.protection.tables import (
    SUPPRESSED,
    TOTAL,
    Key,
    Published,
    Table,
    protect,
    protect_list,
    round_count,
)
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
    # Which sums of its answers the table of employers hides, by WRONG and TOTAL.
    hidden: frozenset[str]
    # How often each answer was chosen, by turn and answer.
    chosen: Mapping[tuple[str, str], int] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class AllAnswers:
    """Answers of all talks in a quarter, and how many of them hurt."""

    answers: Published
    wrong: Published


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


def answers_in(quarter: Period) -> AllAnswers | None:
    """Return all answers of a quarter, as they were counted; None where nobody practised.

    A sum that would narrow down what a turn, or an employer, hides is hidden.
    """
    told = [talk for talk in turns_in(quarter) if talk.chosen]
    counts: dict[Key, int] = {}
    hidden: set[Key] = set()
    for talk in told:
        for turn, lines in talk.turns:
            if not any(talk.chosen.get((turn.id, each.id)) for each in turn.sayings):
                continue  # a turn that never came tells of nobody
            row = f"{talk.talk.slug}/{turn.id}"
            if lines and lines[0].asked.value is None:
                hidden.add((row, TOTAL))
            for each in lines:
                key = (row, WRONG if each.saying.is_wrong else OTHER)
                counts[key] = counts.get(key, 0) + talk.chosen.get((turn.id, each.saying.id), 0)
                if each.number.value is None:
                    hidden.add(key)
    if not counts:
        return None
    table = Table(axes=(tuple(dict.fromkeys(row for row, _kind in counts)), (WRONG, OTHER)), counts=counts)
    known = table.with_margins()
    gone = {code for _total, code in suppress_sums(table.axes, known, hidden=hidden)}.union(
        *(each.hidden for each in told)
    )
    wrong, answers = (
        SUPPRESSED if code in gone else Published(value=round_count(known[TOTAL, code])) for code in (WRONG, TOTAL)
    )
    return AllAnswers(answers=answers, wrong=wrong)


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
    employers, hidden = _employers(by_employer)
    return TalkTurns(
        talk=talk,
        turns=tuple((turn, tuple(_lines(turn, chosen))) for turn in talk.turns),
        employers=employers,
        hidden=hidden,
        chosen=chosen,
    )


def _lines(turn: Turn, chosen: Mapping[tuple[str, str], int]) -> Iterator[ChosenLine]:
    told = protect_list({each.id: chosen.get((turn.id, each.id), 0) for each in turn.sayings})
    for each in turn.sayings:
        percent = percentage(told[each.id], told[TOTAL]).value
        yield ChosenLine(saying=each, number=told[each.id], asked=told[TOTAL], percent=percent)


def _employers(counts: Mapping[tuple[str, str], int]) -> tuple[tuple[EmployerTurns, ...], frozenset[str]]:
    """Each employer's answers, and which of their sums are hidden."""
    keys = sorted({employer for employer, _kind in counts})
    if not keys:
        return (), frozenset()
    full: dict[tuple[str, ...], int] = {
        (employer, kind): counts.get((employer, kind), 0) for employer in keys for kind in (WRONG, OTHER)
    }
    told = protect(Table(axes=(tuple(keys), (WRONG, OTHER)), counts=full))
    names = {str(pk): name for pk, name in Employer.objects.values_list("pk", "name")}
    lines = [
        EmployerTurns(name=names.get(each, ""), wrong=told[each, WRONG], answers=told[each, TOTAL]) for each in keys
    ]
    hidden = frozenset(code for code in (WRONG, TOTAL) if told[TOTAL, code].value is None)
    return tuple(sorted(lines, key=lambda each: (not each.name, each.name))), hidden
