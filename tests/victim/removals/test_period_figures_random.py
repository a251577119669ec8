"""What the database counts between two days against a plain count over lists, on happenings drawn at random."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from leeward.industry.platforms.models import Platform
from leeward.victim.file.models import File
from leeward.victim.removals.figures.periods import (
    EscalatedCounts,
    FiledCounts,
    GoneCounts,
    Hours,
    SentCounts,
    escalated_counts,
    filed_counts,
    first_day,
    gone_counts,
    hours_by_platform,
    hours_to_removal,
    sent_counts,
)
from leeward.victim.removals.models import Report, Request, RequestEvent
from leeward.victim.removals.rules.states import Step
from tests.depth import a_third_a_day

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

SINCE, UNTIL = date(2026, 3, 1), date(2026, 4, 1)
START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
FOLLOW_UP = timedelta(days=90)
ITEMS, REPORTS = 220, 60
STEPS = (
    Step.SENT,
    Step.ACKNOWLEDGED,
    Step.DECIDED_REMOVED,
    Step.DECIDED_KEPT,
    Step.FOUND_INCOMPLETE,
    Step.SEEN_GONE,
    Step.CAME_BACK,
    Step.RESTORED,
    Step.ESCALATED,
)
ANSWERS = {Step.DECIDED_REMOVED, Step.DECIDED_KEPT, Step.FOUND_INCOMPLETE}


@dataclass
class Happening:
    """One event that stands, as a list knows it."""

    step: str
    at: datetime
    pk: int
    code: str


@dataclass
class Item:
    """One request and everything about it, read back without any of the queries under test."""

    row: Request
    events: list[Happening] = field(default_factory=list)

    def first(self, *steps: str) -> Happening | None:
        found = [event for event in self.events if event.step in steps]
        return min(found, key=lambda event: (event.at, event.pk), default=None)

    @property
    def gone(self) -> Happening | None:
        if self.row.state == "still_up":
            return None
        return self.first(Step.SEEN_GONE) or self.first(Step.DECIDED_REMOVED)

    @property
    def place(self) -> tuple[str, str]:
        platform = self.row.platform
        return (platform.name, str(platform.public_id)) if platform and platform.is_listed else ("", "")


def make_nation(draw: random.Random) -> None:
    """Reports, items and events, with many at the same moment and on both edges of every span that is asked for."""

    def moment() -> datetime:
        return START + timedelta(days=draw.randrange(-20, 45), hours=draw.choice((0, 0, 6, 23)))

    platforms = [
        Platform.objects.create(name=name, created_at=START, is_listed=is_listed)
        for name, is_listed in (("Chatter", True), ("Lantern", True), ("Met", False))
    ]
    reports = [
        Report.objects.create(
            file=File.objects.create(language="en", expires_on=date(2028, 1, 1)),
            state="open",
            path="online",
            source="web",
            begun_at=filed,
            filed_at=filed,
            statistics_agreed_at=filed if draw.random() < 0.85 else None,
        )
        for filed in (moment() for _ in range(REPORTS))
    ]
    items: list[Request] = []
    for ordinal in range(ITEMS):
        report, sent, opened_after = draw.choice(reports), moment(), timedelta(days=draw.choice((0, 1, 30, 31)))
        items.append(
            Request.objects.create(
                report=report,
                ordinal=ordinal,
                platform=draw.choice([*platforms, None]),
                kind=draw.choice(("url", "url", "account", "match")),
                band="green",
                state=draw.choice(("sent", "gone", "gone", "closed", "still_up", "withdrawn")),
                opened_at=report.begun_at + opened_after,
                own_due_at=sent,
                first_sent_at=sent if draw.random() < 0.95 else None,
                law_due_at=sent + timedelta(hours=draw.choice((24, 48))) if draw.random() < 0.6 else None,
            )
        )
    for item in items:
        _make_events(item, moment, draw)


def _make_events(item: Request, moment: Callable[[], datetime], draw: random.Random) -> None:
    for _ in range(draw.randrange(7)):
        start = item.first_sent_at or moment()
        step = draw.choice(STEPS)
        after = timedelta(days=draw.choice((-1, 0, 0, 1, 2, 2, 9, 90, 91)), minutes=draw.choice((0, 0, 29, 30)))
        event = _event(item, step, start + after, code=draw.choice(("host", "cdn")) if step is Step.ESCALATED else "")
        if draw.random() < 0.15:
            _event(item, Step.CORRECTED, event.at, voids=event)


def _event(
    item: Request, step: Step, at: datetime, *, code: str = "", voids: RequestEvent | None = None
) -> RequestEvent:
    return RequestEvent.objects.create(
        request=item,
        step=step.value,
        at=at,
        noted_at=at,
        before="sent",
        after="sent",
        actor_kind="staff",
        code=code,
        voids=voids,
    )


def read_counted() -> list[Item]:
    """What may be counted, with the events that stand."""
    items = {
        row.pk: Item(row)
        for row in Request.objects.select_related("report", "platform")
        if row.report.statistics_agreed_at is not None and row.state != "withdrawn"
    }
    events = list(RequestEvent.objects.all())
    voided = {event.voids_id for event in events}
    for event in events:
        if event.request_id in items and event.pk not in voided:
            items[event.request_id].events.append(Happening(event.step, event.at, event.pk, event.code))
    return list(items.values())


def sent_in_period(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item.row.first_sent_at and START <= item.row.first_sent_at < END]


def is_soon(event: Happening | None, after: datetime | None) -> bool:
    return event is not None and after is not None and event.at <= after + FOLLOW_UP


def count_sent(items: list[Item]) -> tuple[SentCounts, ...]:
    lines: dict[tuple[str, str], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("sent", "gone", "verified", "answered", "accepted", "law", "in_time"), 0)
    )
    for item in sent_in_period(items):
        line, sent, gone = lines[item.place], item.row.first_sent_at, item.gone
        answer, due = item.first(*ANSWERS), item.row.law_due_at
        line["sent"] += 1
        line["law"] += due is not None
        if gone and is_soon(gone, sent):
            line["gone"] += 1
            line["verified"] += gone.step == Step.SEEN_GONE
            line["in_time"] += due is not None and gone.at <= due
        if answer and is_soon(answer, sent):
            line["answered"] += 1
            line["accepted"] += answer.step == Step.DECIDED_REMOVED
    return tuple(SentCounts(name=name, platform=platform, **line) for (name, platform), line in sorted(lines.items()))


def rank_hours(items: list[Item], percent: int, name: str = "", platform: str = "") -> tuple[Hours, ...]:
    """The smallest of the durations that so many per cent of them do not exceed, tried one after the other."""
    spans = [(item.row.first_sent_at, item.gone.at) for item in sent_in_period(items) if item.gone]
    took = sorted(gone - sent for sent, gone in spans if sent and sent <= gone <= sent + FOLLOW_UP)
    for duration in took:
        if 100 * sum(each <= duration for each in took) >= percent * len(took):
            hours = int(duration / timedelta(hours=1) + 0.5)
            return (Hours(platform=platform, name=name, percent=percent, number=len(took), hours=hours),)
    return ()


def count_gone(items: list[Item]) -> GoneCounts:
    counts = dict.fromkeys(("gone", "returned", "restored", "found"), 0)
    for item in items:
        gone = item.gone
        if gone and START <= gone.at < END:
            later = {event.step for event in item.events if gone.at <= event.at <= gone.at + FOLLOW_UP}
            counts["gone"] += 1
            counts["returned"] += Step.CAME_BACK in later
            counts["restored"] += Step.RESTORED in later
            counts["found"] += item.row.kind == "match"
    return GoneCounts(**counts)


def count_escalated(items: list[Item]) -> tuple[EscalatedCounts, ...]:
    lines: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for item in items:
        taken, gone = item.first(Step.ESCALATED), item.gone
        if taken and START <= taken.at < END:
            lines[taken.code][0] += 1
            lines[taken.code][1] += gone is not None and taken.at <= gone.at <= taken.at + FOLLOW_UP
    return tuple(EscalatedCounts(rung=rung, escalated=all_, gone=gone) for rung, (all_, gone) in sorted(lines.items()))


def count_filed(items: list[Item]) -> FiledCounts:
    agreed = [report for report in Report.objects.all() if report.statistics_agreed_at]
    reports = {report.pk for report in agreed if report.filed_at and START <= report.filed_at < END}
    named = [item.row for item in items if item.row.report_id in reports and item.row.kind != "match"]
    early = [row for row in named if row.report.filed_at and row.opened_at <= row.report.filed_at + timedelta(days=30)]
    return FiledCounts(reports=len(reports), items=len(early))


@pytest.mark.parametrize("seed", a_third_a_day(range(6)))
def test_the_database_counts_what_a_plain_count_over_lists_does(seed: int) -> None:
    make_nation(random.Random(seed))
    items = read_counted()
    period = {"since": SINCE, "until": UNTIL}
    sent = sent_counts(**period)
    assert sent == count_sent(items)
    assert all(sum(getattr(line, name) for line in sent) for name in ("gone", "verified", "accepted", "in_time"))
    assert hours_to_removal(**period, percents=(50, 90)) == rank_hours(items, 50) + rank_hours(items, 90)
    places = sorted({item.place for item in sent_in_period(items)})
    by_platform = {
        (name, platform): rank_hours([item for item in items if item.place == (name, platform)], 50, name, platform)
        for name, platform in places
    }
    found = hours_by_platform(**period, percent=50)
    assert sorted(found, key=lambda line: line.name) == [line for lines in by_platform.values() for line in lines]
    gone = gone_counts(**period)
    assert gone == count_gone(items)
    assert gone.gone > gone.returned + gone.restored > 0
    escalated = escalated_counts(**period)
    assert escalated == count_escalated(items)
    assert sum(line.gone for line in escalated)
    assert filed_counts(**period) == count_filed(items)
    agreed = Report.objects.filter(filed_at__isnull=False, statistics_agreed_at__isnull=False)
    assert first_day() == min(agreed.values_list("filed_at", flat=True)).date()
