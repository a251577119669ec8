"""Two years of made-up numbers of the made-up nation: one day after the other, one item after the other, then counted.

Nothing here is of a real country. What lies behind the numbers are the ranges that others have published: nine in ten
items gone at large platforms and about half elsewhere; half of those within a day, nine in ten within two weeks; one in
four up again; a median of three items a report; evidence looked at less than once an item. All of it gets a little
better with time, and with a law that begins to bind after a year.

Counts are made from the items alone, so that weeks and months, parts and wholes agree as real ones do.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from demo.history_of_justice import counts_of_justice
from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.editions.operations import plan_edition, sign_edition
from leeward.foundation.editions.queries import all_editions, drafts, find_draft
from leeward.foundation.protection.periods import Frequency, Period, period_of, periods_between
from leeward.industry.platforms.errors import PlatformUnknown
from leeward.industry.platforms.queries import find_partner_by_name, listed_platforms
from leeward.industry.platforms.rules import Rung
from leeward.policy.statistics.operations.gathering import take_in
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.statistics.operations.replies import hand_in_reply, publish_reply
from leeward.policy.statistics.operations.sources import SOURCES
from leeward.policy.statistics.published import draft
from leeward.policy.statistics.queries.origin import MADE_UP, is_made_up
from leeward.policy.statistics.queries.releases import FIGURES
from leeward.policy.statistics.rules.measures import (
    BREAKDOWN_STEP,
    CARRIERS,
    FOLLOW_UP_DAYS,
    NOT_CARRIERS,
    OTHER,
    Measure,
    Measured,
    rung_group,
)
from leeward.victim.helpline.rules.helps import HelpKind

DAYS = 730
SEED = 20_260
RELEASED_AGO = timedelta(days=75)
# Days of releases are announced so long before; the next one is to come out so long after today.
ANNOUNCED_BEFORE, NEXT_IN = timedelta(days=28), timedelta(days=20)
FOLLOW_UP = timedelta(days=FOLLOW_UP_DAYS)
LAW_HOURS = 48
# How often people ask the helpline for each kind of help, of a hundred, and how many say how it went.
HELPS = {
    HelpKind.LAW: 18,
    HelpKind.REMOVAL: 30,
    HelpKind.PROTECT: 16,
    HelpKind.EMOTIONAL: 20,
    HelpKind.POLICE: 10,
    HelpKind.REFERRAL: 6,
}
SAID = 0.66
# And of those who say whether a service got in touch, how many whether it had to be told again.
TOLD_OF_SAID = 0.72
OF_NETWORK = (
    Measure.ASKED,
    Measure.ASKED_ANSWERED,
    Measure.ASKED_ACCEPTED,
    Measure.ACCEPTED_ENDED,
    Measure.ACCEPTED_SAID,
    Measure.TOLD,
    Measure.TOLD_ONCE,
)
MOST_ITEMS = 20  # of one report
ESCALATED_AFTER = timedelta(days=7)
M = Measure
# What made-up platforms say about their made-up numbers, and whether it is shown.
# What the nation's own lists held two years ago, as a part of today's; no part grows faster than its whole.
LISTED = {
    M.SERVICES: 0.65,
    M.SERVICES_FRESH: 0.3,
    M.SIGNATORIES: 0.25,
    M.SIGNATORIES_GOOD: 0.2,
    M.COMMITMENTS: 0.25,
    M.COMMITMENTS_KEPT: 0.2,
    M.PLATFORMS: 0.75,
    M.PLATFORMS_LEAD: 0.3,
    M.PLATFORMS_POLICY: 0.5,
}
REPLIES = (
    (
        "Old Harbour",
        "New owners took us over in the summer. Since October a team of four answers requests.",
        True,
    ),
    (
        "Market Square",
        "We ask for what is missing in a notice before we remove a picture. Fewer are removed by mistake.",
        True,
    ),
    ("Picture House", "Since the autumn our people look at requests at night as well.", False),
)


@dataclass(frozen=True, kw_only=True)
class Character:
    """How one platform behaves: its share of all items, how many it removes and how fast, early and late."""

    name: str
    share: float
    removes: tuple[float, float]
    median_hours: tuple[float, float]
    spread: float
    bound_by_law: bool = True


CHARACTERS: tuple[Character, ...] = (
    Character(name="Lantern", share=0.34, removes=(0.84, 0.89), median_hours=(20, 8), spread=1.5),
    Character(name="Picture House", share=0.25, removes=(0.80, 0.87), median_hours=(34, 15), spread=1.7),
    Character(name="Market Square", share=0.17, removes=(0.76, 0.85), median_hours=(52, 24), spread=1.8),
    Character(name="Old Harbour", share=0.09, removes=(0.38, 0.46), median_hours=(180, 140), spread=1.4),
    Character(name="", share=0.15, removes=(0.50, 0.60), median_hours=(96, 60), spread=1.7, bound_by_law=False),
)
# Whom the desk asks after the platform, how often, and how often that helps.
RUNGS: tuple[tuple[Rung, float, float], ...] = (
    (Rung.HOST, 0.45, 0.42),
    (Rung.SEARCH, 0.25, 0.88),
    (Rung.CDN, 0.12, 0.25),
    (Rung.REGULATOR, 0.18, 0.58),
)


@dataclass(kw_only=True)
class Item:
    """One picture at one place, from the notice to its end."""

    platform: int
    sent: datetime
    gone: datetime | None
    answered: bool
    accepted: bool
    verified: bool
    returned: bool
    restored: bool
    found_by_platform: bool
    rung: Rung | None
    helped: bool

    @property
    def hours(self) -> int:
        """Whole hours from the notice until it was gone."""
        assert self.gone is not None  # noqa: S101  # asked of items that are gone alone
        return max(1, round((self.gone - self.sent).total_seconds() / 3600))


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report and how many items it names."""

    filed: date
    items: int


@dataclass(frozen=True, kw_only=True)
class History:
    """Everything that happened, before it is counted."""

    reports: tuple[Report, ...]
    items: tuple[Item, ...]


def found_history(*, now: datetime, until: date | None = None) -> None:
    """Take the made-up history in and print it, where that has not happened yet; safe to call again.

    `until`: the day from which reports and what became of them are counted from the desk's own rows.
    """
    if is_made_up():
        return
    platforms = {partner.name: str(partner.public_id) for partner in listed_platforms()}
    today = now.astimezone(UTC).date()
    ends = _standing(today=today, now=now)
    counts = made_up_counts(today=today, platforms=platforms, ends=ends, until=until or today)
    # The first release is of what was printed on its own day: later months are not known, and August still changes.
    released = now - RELEASED_AGO
    then = [each for each in counts if each.period.end <= released.astimezone(UTC).date()]
    take_in(then, source=MADE_UP, now=released)
    publish_figures(now=released)
    found_releases(now=now)
    take_in((each for each in counts if each.period.end > released.astimezone(UTC).date()), source=MADE_UP, now=now)
    publish_figures(now=now)
    for name, words, is_shown in REPLIES:
        _reply(name, words, is_shown=is_shown, now=now)


def _standing(*, today: date, now: datetime) -> Mapping[Measure, int]:
    """What stands on the made-up nation's lists now, so that no number differs from what a reader can count there."""
    month = period_of(today, step=Frequency.MONTH)
    found = [each for name in ("directory", "declarations") for each in SOURCES[name].ask(month, now)]
    return {Measure(each.measure): each.count for each in found}


def found_releases(*, now: datetime) -> None:
    """Publish a release as two of the secretariat, on a day that they announced, and announce the next."""
    officers, earlier = _secretariat(), now - RELEASED_AGO
    if len(officers) > 1 and not all_editions(FIGURES):
        announced = earlier - ANNOUNCED_BEFORE
        for on, title in ((earlier, "First release (made up)"), (now + NEXT_IN, "Second release (made up)")):
            plan_edition(shelf=FIGURES, on=on.date(), title=title, by=officers[0], now=announced)
        name = draft(title="The nation’s figures, first release (made up)", by=officers[0], now=earlier)
        sign_edition(shelf=FIGURES, name=name, sha256=find_draft(FIGURES, name).sha256, by=officers[1], now=earlier)


def found_draft(*, now: datetime) -> None:
    """Let the draft of a second release wait for one of the secretariat to sign it off."""
    officers = _secretariat()
    if len(officers) > 1 and len(all_editions(FIGURES)) == 1 and not drafts(FIGURES):
        draft(title="The nation’s figures, second release (made up)", by=officers[0], now=now)


def _secretariat() -> list[Actor]:
    return [Actor(kind=ActorKind.STAFF, id=each.reference) for each in staff_of_role(Role.POLICY_OFFICER)]


def _reply(name: str, words: str, *, is_shown: bool, now: datetime) -> None:
    """A platform says something about its numbers; staff have shown it, or it waits for them."""
    try:
        partner = find_partner_by_name(name)
    except PlatformUnknown:  # a demonstration of an earlier release
        return
    by = Actor.operator()
    reference = hand_in_reply(partner=partner, words=words, language="en", by=by, now=now)
    if is_shown:
        publish_reply(reference=reference, by=by, now=now)


def live_through(*, today: date, days: int = DAYS) -> History:
    """Let the days before `today` happen; the same ones for the same day."""
    chance = random.Random(SEED)  # noqa: S311  # made-up numbers that are the same each time, no secret
    reports: list[Report] = []
    items: list[Item] = []
    for index in range(days):
        day, along = today - timedelta(days=days - index), index / days
        for _report in range(how_many(chance, mean=reports_a_day(day, along=along))):
            number = how_many_items(chance)
            reports.append(Report(filed=day, items=number))
            items += [_item(chance, day=day, along=along) for _each in range(number)]
    return History(reports=tuple(reports), items=tuple(items))


def made_up_counts(
    *, today: date, platforms: Mapping[str, str], ends: Mapping[Measure, int], until: date
) -> tuple[Measured, ...]:
    """Every count of every week and month that is over, and today's state of things for the ones that are not.

    `platforms`: the public ids of listed platforms by name. `ends`: what stands on the nation's own lists today.
    `until`: the first of a month. Months from then on, and weeks that begin from then on, say nothing of reports and
    what became of them: that is counted from the desk's own rows.
    """
    return counts_of(live_through(today=today), today=today, platforms=platforms, ends=ends, until=until)


def counts_of(
    history: History, *, today: date, platforms: Mapping[str, str], ends: Mapping[Measure, int], until: date
) -> tuple[Measured, ...]:
    """The counts of a history as they are known on a day: what happens after it is not counted yet."""
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    codes = [platforms.get(character.name, OTHER) for character in CHARACTERS]
    counted: list[Measured] = []
    for step in Frequency:
        periods = _periods(step, today=today)
        if step is BREAKDOWN_STEP:
            over = [period for period in periods if period.end <= until]
            counted += _of_items(history, step=step, periods=over, now=now, codes=codes, names=platforms)
            counted += _of_helpline(step, periods=over, until=until)
            counted += counts_of_justice(step, periods=over, along=partial(_along, until=until))
            continue
        before = [period for period in periods if period.start < until]
        counted += _of_items(history, step=step, periods=before, now=now, codes=codes, names=platforms)
        counted += _of_reports(history, step=step, periods=before)
        counted += _of_helpline(step, periods=before, until=until)
        counted += _of_network(step, periods=before, until=until)
        counted += _of_calls(step, periods=before, until=until)
        counted += counts_of_justice(step, periods=before, along=partial(_along, until=until))
        counted += _of_staff(step, periods=periods, today=today)
        counted += _of_days(step, periods=(*periods, period_of(today, step=step)), today=today, ends=ends)
    return tuple(counted)


def _along(period: Period, *, until: date) -> float:
    """How far through the two years a period ends, from nothing to one."""
    return max(0, min((period.end - (until - timedelta(days=DAYS))).days / DAYS, 1))


# --- what happens -----------------------------------------------------------------------------------------------------


def reports_a_day(day: date, *, along: float) -> float:
    """More with time, more in the new year and after the summer, fewer at weekends."""
    season = {1: 1.15, 2: 1.05, 7: 0.85, 8: 0.85, 9: 1.1, 12: 0.9}.get(day.month, 1.0)
    return (1.7 + 0.55 * along) * season * (0.8 if day.weekday() > 4 else 1.08)  # Saturday, Sunday


def how_many(chance: random.Random, *, mean: float) -> int:
    """A number of things that happen by themselves, as in Poisson's law."""
    return max(0, round(chance.gauss(mean, mean**0.5)))


def how_many_items(chance: random.Random) -> int:
    """The number of items that one report names."""
    return min(MOST_ITEMS, max(1, round(chance.lognormvariate(1.1, 0.8))))


def _between(ends: tuple[float, float], along: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * along


def _item(chance: random.Random, *, day: date, along: float) -> Item:
    place = chance.choices(range(len(CHARACTERS)), weights=[each.share for each in CHARACTERS])[0]
    who = CHARACTERS[place]
    sent = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=chance.randrange(24 * 60))
    removed = chance.random() < _between(who.removes, along)
    median = _between(who.median_hours, along) * (0.75 if who.bound_by_law and along > 0.5 else 1)
    hours = min(chance.lognormvariate(0, who.spread) * median, 24 * FOLLOW_UP_DAYS - 2)
    gone = sent + timedelta(hours=max(1, hours)) if removed else None
    late = gone is None or gone - sent > ESCALATED_AFTER
    rung, helped = _escalate(chance) if late and chance.random() < _between((0.35, 0.6), along) else (None, False)
    if rung and helped and gone is None:
        gone = sent + ESCALATED_AFTER + timedelta(hours=24 + chance.randrange(24 * 20))
    return Item(
        platform=place,
        sent=sent,
        gone=gone,
        answered=gone is not None or chance.random() < _between((0.35, 0.5), along),
        accepted=removed and chance.random() < _between((0.74, 0.9), along),
        verified=gone is not None and chance.random() < _between((0.72, 0.86), along),
        returned=gone is not None and chance.random() < _between((0.36, 0.22), along),
        restored=gone is not None and chance.random() < 0.006,
        found_by_platform=gone is not None and chance.random() < _between((0.06, 0.26), along),
        rung=rung,
        helped=helped,
    )


def _escalate(chance: random.Random) -> tuple[Rung, bool]:
    rung, _share, helps = chance.choices(RUNGS, weights=[share for _rung, share, _helps in RUNGS])[0]
    return rung, chance.random() < helps


# --- how it is counted ------------------------------------------------------------------------------------------------


def _periods(step: Frequency, *, today: date) -> tuple[Period, ...]:
    """Whole periods alone: from the first that begins after the beginning to the last that is over."""
    first = period_of(today - timedelta(days=DAYS), step=step).following
    last = period_of(today, step=step)
    return tuple(period for period in periods_between(first, last) if period.end <= today)


def _of_items(
    history: History,
    *,
    step: Frequency,
    periods: Sequence[Period],
    now: datetime,
    codes: Sequence[str],
    names: Mapping[str, str],
) -> Iterator[Measured]:
    labels = {code: name for name, code in names.items()}
    sent: dict[Period, list[Item]] = defaultdict(list)
    gone: dict[Period, list[Item]] = defaultdict(list)
    escalated: dict[Period, list[Item]] = defaultdict(list)
    for item in history.items:
        sent[period_of(item.sent.date(), step=step)].append(item)
        if _is_gone(item, now=now) and item.gone is not None:
            gone[period_of(item.gone.date(), step=step)].append(item)
        if item.rung and item.sent + ESCALATED_AFTER <= now:
            escalated[period_of((item.sent + ESCALATED_AFTER).date(), step=step)].append(item)
    for period in periods:
        is_apart = step is BREAKDOWN_STEP
        yield from _counted(_cohort(sent[period], now=now), step=step, period=period, apart=is_apart)
        yield from _counted(_of_ladder(escalated[period], now=now), step=step, period=period)
        if not is_apart:
            yield from _counted(_afterwards(gone[period], now=now), step=step, period=period)
        else:
            for code in dict.fromkeys(codes):
                own = [item for item in sent[period] if codes[item.platform] == code]
                yield from _counted(
                    _cohort(own, now=now), step=step, period=period, code=code, label=labels.get(code, ""), apart=True
                )
            for group in (CARRIERS, NOT_CARRIERS):
                own = [item for item in escalated[period] if item.rung and rung_group(item.rung.value) == group]
                yield from _counted(_of_ladder(own, now=now), step=step, period=period, code=group)


def _is_gone(item: Item, *, now: datetime) -> bool:
    return item.gone is not None and item.gone <= min(item.sent + FOLLOW_UP, now)


type Counted = Iterable[tuple[Measure, int, int | None]]
# What is told apart by platform.
APART = frozenset({M.SENT, M.SENT_GONE, M.SENT_HOURS_MEDIAN, M.SENT_ANSWERED})


def _cohort(items: Sequence[Item], *, now: datetime) -> Counted:
    gone = [item for item in items if _is_gone(item, now=now)]
    hours = sorted(item.hours for item in gone)
    law = [item for item in items if CHARACTERS[item.platform].bound_by_law]
    yield M.SENT, len(items), None
    yield M.SENT_GONE, len(gone), None
    yield M.SENT_VERIFIED, sum(item.verified for item in gone), None
    yield M.SENT_ANSWERED, sum(item.answered for item in items), None
    yield M.SENT_ACCEPTED, sum(item.accepted for item in gone), None
    yield M.LAW, len(law), None
    yield M.LAW_IN_TIME, sum(_is_gone(item, now=now) and item.hours <= LAW_HOURS for item in law), None
    yield M.SENT_HOURS_MEDIAN, len(hours), hours[len(hours) // 2] if hours else None
    yield M.SENT_HOURS_P90, len(hours), hours[len(hours) * 9 // 10] if hours else None


def _afterwards(gone: Sequence[Item], *, now: datetime) -> Counted:
    """What came of items that were gone; what comes back does so within weeks."""
    old = [item for item in gone if item.gone is not None and now - item.gone > timedelta(days=10)]
    yield M.GONE, len(gone), None
    yield M.GONE_RETURNED, sum(item.returned for item in old), None
    yield M.GONE_RESTORED, sum(item.restored for item in old), None
    yield M.GONE_FOUND, sum(item.found_by_platform for item in gone), None


def _of_ladder(items: Sequence[Item], *, now: datetime) -> Counted:
    yield M.ESCALATED, len(items), None
    yield M.ESCALATED_GONE, sum(item.helped and _is_gone(item, now=now) for item in items), None


def _counted(
    counted: Counted, *, step: Frequency, period: Period, code: str = "", label: str = "", apart: bool = False
) -> Iterator[Measured]:
    for measure, number, hours in counted:
        if not apart or measure in APART:
            yield Measured(
                measure=measure, step=step, start=period.start, count=number, code=code, label=label, hours=hours
            )


def _of_reports(history: History, *, step: Frequency, periods: Sequence[Period]) -> Iterator[Measured]:
    filed: Counter[Period] = Counter()
    items: Counter[Period] = Counter()
    for report in history.reports:
        period = period_of(report.filed, step=step)
        filed[period] += 1
        items[period] += report.items
    for period in periods:
        yield from _counted(
            [(M.FILED, filed[period], None), (M.FILED_ITEMS, items[period], None)], step=step, period=period
        )


def _of_staff(step: Frequency, *, periods: Sequence[Period], today: date) -> Iterator[Measured]:
    """Staff look less often with time, because machines look first."""
    chance = random.Random(SEED + 1)  # noqa: S311  # as above
    views: Counter[Period] = Counter()
    days: Counter[Period] = Counter()
    staff: dict[Period, int] = {}
    for index in range(DAYS):
        period, along = period_of(today - timedelta(days=DAYS - index), step=step), index / DAYS
        staff[period] = 12 + round(6 * along)
        at_work = round(staff[period] * 0.55)
        days[period] += at_work
        views[period] += round(at_work * _between((9.5, 5.2), along) * chance.uniform(0.9, 1.1))
    for period in periods:
        yield from _counted(
            [(M.VIEWS, views[period], None), (M.VIEW_DAYS, days[period], None), (M.STAFF_VIEWING, staff[period], None)],
            step=step,
            period=period,
        )


def _of_helpline(step: Frequency, *, periods: Sequence[Period], until: date) -> Iterator[Measured]:
    """The helpline answers sooner with time; of the help that ends, people judge about two thirds."""
    chance = random.Random(SEED + 2)  # noqa: S311  # as above
    found: dict[Period, Counter[tuple[Measure, str]]] = defaultdict(Counter)
    hours: dict[Period, list[float]] = defaultdict(list)
    for index in range(DAYS):
        period, along = period_of(until - timedelta(days=DAYS - index), step=step), index / DAYS
        counts = found[period]
        for _ in range(how_many(chance, mean=_between((1.6, 2.6), along))):
            counts[M.ANSWERS, ""] += 1
            counts[M.ANSWERS_IN_TIME, ""] += chance.random() < _between((0.74, 0.9), along)
            hours[period].append(chance.lognormvariate(_between((1.4, 0.9), along), 0.8))
        for kind in chance.choices(tuple(HELPS), weights=tuple(HELPS.values()), k=how_many(chance, mean=2.4)):
            counts[M.HELPS, ""] += 1
            if chance.random() < SAID:
                is_met = chance.random() < _between((0.58, 0.7), along)
                for code in ("", kind.value):
                    counts[M.HELPS_SAID, code] += 1
                    counts[M.HELPS_MET, code] += is_met
    for period in periods:
        counts, waited = found[period], sorted(hours[period])
        whole = [M.HELPS_SAID, M.HELPS_MET]
        if step is not BREAKDOWN_STEP:
            whole += [M.ANSWERS, M.ANSWERS_IN_TIME, M.HELPS]
            half = round(waited[(len(waited) - 1) // 2]) if waited else None
            yield from _counted([(M.ANSWER_HOURS_MEDIAN, len(waited), half)], step=step, period=period)
        yield from _counted([(each, counts[each, ""], None) for each in whole], step=step, period=period)
        for kind in HELPS if step is BREAKDOWN_STEP else ():
            said = [(each, counts[each, kind.value], None) for each in (M.HELPS_SAID, M.HELPS_MET)]
            yield from _counted(said, step=step, period=period, code=kind.value)


def _of_calls(step: Frequency, *, periods: Sequence[Period], until: date) -> Iterator[Measured]:
    """With time more people call, and fewer give up before somebody answers."""
    chance = random.Random(SEED + 4)  # noqa: S311  # as above
    found: dict[Period, Counter[Measure]] = defaultdict(Counter)
    for index in range(DAYS):
        counts, along = found[period_of(until - timedelta(days=DAYS - index), step=step)], index / DAYS
        for _ in range(how_many(chance, mean=_between((11.0, 16.0), along))):
            given_up = chance.random() < _between((0.19, 0.11), along)
            counts[M.CALLS] += 1
            counts[M.CALLS_ABANDONED if given_up else M.CALLS_ANSWERED] += 1
    for period in periods:
        counts = found[period]
        measures = (M.CALLS, M.CALLS_ANSWERED, M.CALLS_ABANDONED)
        yield from _counted([(each, counts[each], None) for each in measures], step=step, period=period)


def _of_network(step: Frequency, *, periods: Sequence[Period], until: date) -> Iterator[Measured]:
    """Services answer more often with time; of those who were passed on, half say how it was."""
    chance = random.Random(SEED + 3)  # noqa: S311  # as above
    found: dict[Period, Counter[Measure]] = defaultdict(Counter)
    for index in range(DAYS):
        counts, along = found[period_of(until - timedelta(days=DAYS - index), step=step)], index / DAYS
        for _ in range(how_many(chance, mean=4.4)):
            counts[M.ASKED] += 1
            if chance.random() > _between((0.72, 0.9), along):
                continue
            counts[M.ASKED_ANSWERED] += 1
            if chance.random() > _between((0.5, 0.68), along):
                continue
            counts[M.ASKED_ACCEPTED] += 1
            counts[M.ACCEPTED_ENDED] += chance.random() < _between((0.55, 0.8), along)
            if chance.random() > SAID:
                continue
            counts[M.ACCEPTED_SAID] += 1
            if chance.random() < TOLD_OF_SAID:
                counts[M.TOLD] += 1
                counts[M.TOLD_ONCE] += chance.random() < _between((0.5, 0.74), along)
    for period in periods:
        counts = found[period]
        yield from _counted([(each, counts[each], None) for each in OF_NETWORK], step=step, period=period)


def _of_days(
    step: Frequency, *, periods: Sequence[Period], today: date, ends: Mapping[Measure, int]
) -> Iterator[Measured]:
    """States of things on the last day of each period, or today.

    What stands on the made-up nation's own lists grows to what stands there (`ends`), by the last month that is over.
    """
    begun, last = today - timedelta(days=DAYS), period_of(today, step=Frequency.MONTH).start
    for period in periods:
        along = min((period.end - begun).days / DAYS, 1)
        listed = min((period.end - begun).days / (last - begun).days, 1)
        hashes, taken_back = round(400 + 42_000 * along**1.4), round(20 + 230 * along)
        yield from _counted(
            [
                *((each, round(ends[each] * _between((began, 1), listed)), None) for each, began in LISTED.items()),
                (M.HASHES, hashes, None),
                (M.DRAWING, round(_between((1, 3.6), along)), None),
                (M.WITHDRAWALS, taken_back, None),
                (M.WITHDRAWALS_KEPT, round(taken_back * _between((0.78, 0.9), along)), None),
            ],
            step=step,
            period=period,
        )
