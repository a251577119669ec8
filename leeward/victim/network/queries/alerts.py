"""Tactics and alerts as the network's people read them; what has left, as members and the bulletin do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from leeward.foundation.days import local_day
from leeward.foundation.editions.signed import SignedState
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.rows import read_row
from leeward.victim.network.errors import AlertUnknown
from leeward.victim.network.models import Alert, AlertAnswer, AlertLetter, LawGap, Tactic, WarningPlan
from leeward.victim.network.rules.tactics import (
    DAY,
    FRESH_DAYS,
    WITHIN_DAYS,
    AlertKind,
    AnswerKind,
    Channel,
    Demand,
    Lever,
    Means,
    WayIn,
)

# Until a nation says otherwise.
FIRST, SECOND = time(10), time(16)
MOST_TACTICS = 100


class Standing(Labelled):
    """Where an alert stands."""

    UNWRITTEN = "unwritten", mark("To be written"), "yellow"
    DRAFT = "draft", mark("Awaits a second person"), "yellow"
    LEAVING = "leaving", mark("Will be sent at the next fixed time"), "blue"
    OUT = "out", mark("Sent"), "green"
    DISCARDED = "discarded", mark("Not sent"), "grey"


@dataclass(frozen=True, kw_only=True)
class TacticLine:
    """A tactic, and how often it was seen in 28 days; for whoever adds a sighting."""

    public_id: UUID
    words: str
    channel: Channel
    way_in: WayIn
    lever: Lever
    demand: Demand
    means: Means
    begun_on: date


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the government's contact said, and when."""

    kind: AnswerKind
    words: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AlertLine:
    """An alert. `since`: the Monday of the week since when. `due_at`: until when the contact answers; None unasked."""

    public_id: UUID
    kind: AlertKind
    since: date
    words: Mapping[str, str]
    helps: Mapping[str, str]
    drafted_at: datetime
    drafted_by: str
    sha256: str
    leaves_at: datetime | None
    discarded_why: str
    tactic: TacticLine
    standing: Standing
    due_at: datetime | None
    answers: tuple[Answer, ...]

    def is_overdue(self, now: datetime) -> bool:
        """Whether the contact was asked, has not answered, and the time for it is over."""
        return self.due_at is not None and self.due_at <= now and not self.answers


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When warnings leave, and who of the government gets them; `office`: "" for nobody."""

    office: str = ""
    language: str = ""
    first: time = FIRST
    second: time = SECOND
    changed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """What people meet and the law does not reach."""

    public_id: UUID
    words: str
    named_on: date
    closed_on: date | None


def list_tactics(*, now: datetime) -> tuple[TacticLine, ...]:
    """The tactics to which a sighting is likely to be added: young, or seen within 180 days; the last seen first."""
    since = local_day(now) - FRESH_DAYS * DAY
    rows = Tactic.objects.annotate(seen=Max("sightings__week")).filter(Q(begun_on__gt=since) | Q(seen__gt=since))
    return tuple(read_row(TacticLine, row) for row in rows.order_by("-seen", "-begun_on", "id")[:MOST_TACTICS])


def counted_tactics(*, now: datetime) -> tuple[tuple[TacticLine, int, bool], ...]:
    """For the secretary: each of those with how often it was seen in 28 days, and whether an alert about it waits."""
    lately = Q(sightings__on__gt=local_day(now) - WITHIN_DAYS * DAY)
    lines = list_tactics(now=now)
    rows = Tactic.objects.filter(public_id__in=[each.public_id for each in lines])
    counts = dict(rows.annotate(number=Count("sightings", filter=lately)).values_list("public_id", "number"))
    waits = set(Alert.objects.filter(Alert.WAITS).values_list("tactic__public_id", flat=True))
    return tuple((each, counts.get(each.public_id, 0), each.public_id in waits) for each in lines)


def alert_rows() -> QuerySet[Alert]:
    """Every alert, for a list."""
    return Alert.objects.all()


def alerts_out(*, now: datetime) -> QuerySet[Alert]:
    """The alerts that have left."""
    return Alert.objects.filter(leaves_at__lte=now)


def alerts_acted_on(*, now: datetime) -> QuerySet[Alert]:
    """The alerts to which the government said that it acts, the newest first."""
    acted = AlertAnswer.objects.filter(kind=AnswerKind.ACTING).values("alert")
    return alerts_out(now=now).filter(pk__in=acted).order_by("-leaves_at", "id")


def waiting_alerts() -> QuerySet[Alert]:
    """The alerts that wait for their words or for a second person, the longest first."""
    return Alert.objects.filter(Alert.WAITS).order_by("drafted_at", "id")


def overdue_alerts(*, now: datetime) -> QuerySet[Alert]:
    """The alerts to which the government's contact has not answered in time, the longest first."""
    letters = AlertLetter.objects.filter(member__isnull=True, due_at__lte=now, alert__answers__isnull=True)
    return Alert.objects.filter(pk__in=letters.values("alert")).order_by("leaves_at", "id")


def tell_alerts(rows: QuerySet[Alert]) -> QuerySet[Alert]:
    """The same rows with all that a line tells."""
    return rows.select_related("tactic").prefetch_related("letters", "answers")


def alert_lines(rows: Iterable[Alert], *, now: datetime) -> tuple[AlertLine, ...]:
    """Alerts as pages tell them."""
    return tuple(_line(row, now=now) for row in rows)


def read_alert(alert: UUID, *, now: datetime) -> AlertLine:
    """One alert. Raises AlertUnknown."""
    row = tell_alerts(Alert.objects.filter(public_id=alert)).first()
    if row is None:
        raise AlertUnknown
    return _line(row, now=now)


def read_plan() -> Plan:
    """When warnings leave, and who of the government gets them."""
    row = WarningPlan.objects.first()
    return read_row(Plan, row) if row else Plan()


def list_gaps(*, until: date | None = None) -> tuple[Gap, ...]:
    """The gaps in the law that are open, or were on a day; the oldest first."""
    rows = LawGap.objects.order_by("named_on", "id")
    rows = rows.filter(closed_on__isnull=True) if until is None else rows.filter(_open_on(until))
    return tuple(read_row(Gap, row) for row in rows)


def _open_on(day: date) -> Q:
    return Q(named_on__lte=day) & (Q(closed_on__isnull=True) | Q(closed_on__gt=day))


def _line(row: Alert, *, now: datetime) -> AlertLine:
    asked = next((each for each in row.letters.all() if each.member_id is None), None)
    answers: list[AlertAnswer] = sorted(row.answers.all(), key=lambda each: (each.at, each.pk))
    return read_row(
        AlertLine,
        row,
        tactic=read_row(TacticLine, row.tactic),
        standing=_standing(row, now=now),
        due_at=asked.due_at if asked else None,
        answers=tuple(read_row(Answer, each) for each in answers),
    )


def _standing(row: Alert, *, now: datetime) -> Standing:
    if row.state is SignedState.DISCARDED:
        return Standing.DISCARDED
    if row.leaves_at is None:
        return Standing.DRAFT if row.helps else Standing.UNWRITTEN
    return Standing.OUT if row.leaves_at <= now else Standing.LEAVING
