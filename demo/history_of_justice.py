"""Two years of made-up numbers of training and of change, as their rooms would have printed them: protected alike."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from demo.training import EMPLOYERS, Made, employer_id
from leeward.foundation.lessons.catalogue import all_talks
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.tables import TOTAL, Published, protect_list
from leeward.justice.perpetrators.rules.check import Ending
from leeward.justice.perpetrators.rules.referrals import ProgrammeKind, ReferrerKind
from leeward.justice.training.figures import WORST_TURNS
from leeward.justice.training.rules.coverage import Standing, protect_coverage
from leeward.justice.training.rules.terms import OFFICERS, EmployerKind
from leeward.policy.statistics.rules.measures import Measure, Measured

SEED = 20_270
M = Measure
TALK = "first-call"
# Of a hundred programmes that are offered: who refers, and to which kind.
SOURCES = {ReferrerKind.POLICE: 38, ReferrerKind.PROBATION: 24, ReferrerKind.COURT: 26, ReferrerKind.HELPLINE: 12}
KINDS = {ProgrammeKind.HELP_SEEKING: 40, ProgrammeKind.EARLY_RESPONSE: 24, ProgrammeKind.BEHAVIOUR_CHANGE: 36}
# How many go on from step to step.
STEPS = ((M.OFFERED, 1.0), (M.AGREED, 0.74), (M.STARTED, 0.56), (M.COMPLETED, 0.34))
ENDINGS = {Ending.TALK: 0.5, Ending.HARM: 0.3, Ending.STOP: 0.2}

type Along = Callable[[Period], float]


def counts_of_justice(step: Frequency, *, periods: Sequence[Period], along: Along) -> Iterator[Measured]:
    """Yield what is counted of these periods, which are over. `along`: how far through the two years one ends."""
    if step is Frequency.QUARTER:
        for period in periods:
            chance = random.Random(f"{SEED} {period.name}")  # noqa: S311  # made-up numbers, the same each time
            yield from _change(period, chance, along=along(period))
            yield from _turns(period, chance, along=along(period))
            yield from _endings(period, along=along(period))
        return
    for period in periods:
        chance = random.Random(f"{SEED} {period.name}")  # noqa: S311  # as above
        yield from _training(period, along=along(period))
        yield from _signals(period, chance, along=along(period))


def _printed(period: Period, measure: Measure, told: Published, *, code: str = "", label: str = "") -> Measured:
    return Measured(
        measure=measure, step=period.step, start=period.start, count=told.value or 0, is_hidden=told.value is None,
        code=code, label=label,
    )  # fmt: skip


def _counted(period: Period, counts: Mapping[Measure, int]) -> Iterator[Measured]:
    for measure, count in counts.items():
        yield Measured(measure=measure, step=period.step, start=period.start, count=count)


def _training(period: Period, *, along: float) -> Iterator[Measured]:
    """A quarter of the people in date at the beginning; in the end as many as their employers see to."""
    found = {
        (str(employer_id(made.name)), role.value): _standing(made, number, along=along)
        for made in EMPLOYERS
        for role, number in Counter(made.roles[each % len(made.roles)] for each in range(made.people)).items()
    }
    names = {str(employer_id(made.name)): made.name for made in EMPLOYERS}
    forces = {str(employer_id(made.name)) for made in EMPLOYERS if made.kind is EmployerKind.POLICE}
    officers = {place for place in found if place[0] in forces and place[1] in OFFICERS}
    told = protect_coverage({"all": found}, groups={EmployerKind.POLICE.value: officers})[TOTAL]
    police = told.pop((EmployerKind.POLICE.value, TOTAL))
    for (employer, role), cell in sorted(told.items()):
        code = "/".join(each for each in (employer, role) if each != TOTAL)
        if not code or period.step is Frequency.MONTH:
            for measure, number in (
                (M.TRAINED, cell.people), (M.TRAINED_IN_DATE, cell.in_date), (M.TRAINED_LATELY, cell.lately),
            ):  # fmt: skip
                yield _printed(period, measure, number, code=code, label=names.get(employer, ""))
    yield _printed(period, M.POLICE, police.people)
    yield _printed(period, M.POLICE_LATELY, police.lately)
    passes = round(80 + 520 * along)
    yield from _counted(
        period,
        {
            M.OVERDUE_DAYS: round(70 - 40 * along),
            M.PASSES: passes,
            M.PASSES_PRESENT: round(passes * (0.5 + 0.2 * along)),
            M.CHANGES_OLDEST: round(45 - 30 * along),
            M.CHANGES_DUE: round(5 + 7 * along),
            M.CHANGES_IN_TIME: round(2 + 8 * along),
        },
    )


def _standing(made: Made, number: int, *, along: float) -> Standing:
    share = 0.25 + (0.9 - made.late / 10 - 0.25) * along
    in_date = round(number * share)
    return Standing(people=number, in_date=in_date, lately=round(in_date * 0.94), exempt=0)


def _signals(period: Period, chance: random.Random, *, along: float) -> Iterator[Measured]:
    told = round((period.end - period.start).days * (1.3 + 0.4 * along) * chance.uniform(0.9, 1.1))
    yield from _counted(period, {M.SIGNALS: told, M.SIGNALS_IN_TIME: round(told * (0.55 + 0.15 * along))})


def _change(period: Period, chance: random.Random, *, along: float) -> Iterator[Measured]:
    offered = round((110 + 90 * along) * chance.uniform(0.95, 1.05))
    for measure, share in STEPS:
        number = round(offered * share)
        by_source = protect_list(_shared(number, {each.value: SOURCES.get(each, 0) for each in ReferrerKind}))
        by_kind = protect_list(_shared(number, {each.value: KINDS.get(each, 0) for each in ProgrammeKind}))
        yield _printed(period, measure, by_source[TOTAL])
        for name, by_code in (("source", by_source), ("kind", by_kind)):
            for code, told in by_code.items():
                if code != TOTAL:
                    yield _printed(period, measure, told, code=f"{name}/{code}")
        if measure is M.STARTED:
            yield _printed(period, M.STARTED_NAMED, by_source[TOTAL])
    yield from _counted(period, {M.START_DAYS: round(34 - 14 * along)})


def _turns(period: Period, chance: random.Random, *, along: float) -> Iterator[Measured]:
    """Of the first turns of the talk: most answers help, and more do with time."""
    talk, worst, answers, wrong = all_talks()[TALK], list[tuple[str, str, Published, Published]](), 0, 0
    for turn in talk.turns[:3]:
        number = round((150 + 120 * along) * chance.uniform(0.9, 1.1))
        hurt = 0.42 - 0.14 * along
        weights = {each.id: (hurt if each.is_wrong else 1 - hurt) * 100 for each in turn.sayings}
        told = protect_list(_shared(number, {name: round(weight) for name, weight in weights.items()}))
        parts = {each.id: told[each.id].value for each in turn.sayings if each.is_wrong}
        asked = told[TOTAL].value
        if asked is not None and None not in parts.values():
            answers, wrong = answers + asked, wrong + sum(value or 0 for value in parts.values())
        worst += [
            (f"{TALK}/{turn.id}/{each.id}", each.words["en"], told[TOTAL], told[each.id])
            for each in turn.sayings
            if each.is_wrong and told[each.id].value is not None
        ]
    yield from _counted(period, {M.TURNS: answers, M.TURNS_WRONG: wrong})
    for code, label, of, chosen in sorted(worst, key=lambda each: -(each[3].value or 0))[:WORST_TURNS]:
        yield _printed(period, M.TURNS, of, code=code, label=label)
        yield _printed(period, M.TURNS_WRONG, chosen, code=code, label=label)


def _endings(period: Period, *, along: float) -> Iterator[Measured]:
    number = round(260 + 500 * along)
    told = protect_list({each.value: round(number * share) for each, share in ENDINGS.items()})
    for code, value in told.items():
        yield _printed(period, M.ENDINGS, value, code="" if code == TOTAL else code)


def _shared(number: int, weights: Mapping[str, int]) -> dict[str, int]:
    """A number shared out by weight; what is left over goes to the heaviest."""
    whole = sum(weights.values())
    found = {name: number * weight // whole for name, weight in weights.items()}
    found[max(weights, key=lambda name: weights[name])] += number - sum(found.values())
    return found
