"""Reads of surveys. What a wave's answers say is read by the teller alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import QuerySet
from django.utils import timezone

from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.rows import read_row
from leeward.foundation.surveys.models import Printed, Proposal, Questionnaire, Wave
from leeward.foundation.surveys.rules.plans import Plan, read_margins, read_plan
from leeward.foundation.surveys.rules.printing import Drawn, PrintedCell
from leeward.foundation.surveys.rules.questionnaire import Questionnaire as Questions
from leeward.foundation.surveys.rules.questionnaire import read_questionnaire
from leeward.foundation.surveys.rules.waves import Proposed, WaveState, Way
from leeward.foundation.surveys.rules.weights import Margin

COUNT_STEP = 10  # so that nobody learns by looking again and again when somebody answered


@dataclass(frozen=True, kw_only=True)
class ShownWave:
    """A wave as pages show it."""

    row: Wave
    state: WaveState

    @cached_property
    def questions(self) -> Questions:
        """Its questionnaire."""
        return read_questionnaire(self.row.questionnaire.data)

    @cached_property
    def plan(self) -> Plan:
        """What will be printed of it."""
        return read_plan(self.row.plan, self.questions)

    @property
    def boxes(self) -> int:
        """How many boxes there are, rounded down to tens; for files how many answers they held."""
        return self.row.delivered if self.row.way is Way.FILE else self.row.boxes.count() // COUNT_STEP * COUNT_STEP


def state_of(row: Wave, *, now: datetime) -> WaveState:
    """Where a wave stands at a moment."""
    for at, state in (
        (row.abandoned_at, WaveState.ABANDONED),
        (row.published_at, WaveState.PUBLISHED),
        (row.printed_at, WaveState.PRINTED),
        (row.emptied_at, WaveState.EMPTIED),
    ):
        if at is not None:
            return state
    if row.permitted_at is None:
        return WaveState.DRAFTED
    if now < row.opens_at:
        return WaveState.PERMITTED
    return WaveState.OPEN if now < row.closes_at else WaveState.CLOSED


def wave_rows() -> QuerySet[Wave]:
    """Every wave."""
    return Wave.objects.select_related("questionnaire")


def shown(rows: Iterable[Wave]) -> list[ShownWave]:
    """These waves as pages show them now."""
    now = timezone.now()
    return [ShownWave(row=row, state=state_of(row, now=now)) for row in rows]


def find_wave(code: str) -> ShownWave:
    """One wave, for staff. Raises EntryUnknown."""
    for wave in shown(wave_rows().filter(code=code)):
        return wave
    raise EntryUnknown


def find_public(code: str, *, states: Sequence[WaveState]) -> ShownWave:
    """One wave, for everybody: only in these states. Raises EntryUnknown."""
    wave = find_wave(code)
    if wave.state not in states:
        raise EntryUnknown
    return wave


def open_waves() -> list[ShownWave]:
    """Those that anybody can answer here now, those that end first first."""
    now = timezone.now()
    rows = wave_rows().filter(permitted_at__isnull=False, abandoned_at__isnull=True, opens_at__lte=now)
    return shown(rows.filter(closes_at__gt=now).exclude(way=Way.FILE).order_by("closes_at", "pk"))


def ended_waves() -> list[ShownWave]:
    """Published ones, the newest first, and those that were given up after they were permitted."""
    rows = wave_rows().filter(permitted_at__isnull=False)
    published = rows.filter(published_at__isnull=False, abandoned_at__isnull=True).order_by("-published_at")
    return shown([*published, *rows.filter(abandoned_at__isnull=False).order_by("-abandoned_at")])


def proposals_of(row: Wave, kind: Proposed) -> list[Proposal]:
    """What of a kind was signed of a wave, in its order."""
    return list(row.proposals.filter(kind=kind, signed_at__isnull=False).order_by("signed_at", "pk"))


def waiting_proposal(row: Wave) -> Proposal | None:
    """What waits for a second person."""
    return row.proposals.filter(Proposal.WAITS).first()


def waiting_waves() -> QuerySet[Proposal, int]:
    """The keys of waves of which something waits for a second person."""
    return Proposal.objects.filter(Proposal.WAITS).values_list("wave", flat=True)


def margins_of(row: Wave) -> tuple[Margin, ...]:
    """To what a wave is weighted: the margins of its plan, or those that two officers put in their place."""
    changed = proposals_of(row, Proposed.MARGINS)
    now = changed[-1].content["margins"] if changed else row.plan["margins"]
    return read_margins(now, read_questionnaire(row.questionnaire.data))


def printed_cells(row: Wave) -> list[PrintedCell]:
    """What is printed of a wave, in the order of its plan."""
    return [read_row(PrintedCell, each) for each in Printed.objects.filter(wave=row).order_by("position")]


def wave_before(row: Wave) -> Wave | None:
    """The published wave before this one that asked the same and whose people were drawn too; None if there is none."""
    rows = Wave.objects.filter(published_at__isnull=False, abandoned_at__isnull=True, closes_at__lt=row.opens_at)
    same = rows.filter(questionnaire__code=row.questionnaire.code).exclude(drawn=Drawn.OPEN)
    return None if row.drawn is Drawn.OPEN else same.order_by("-closes_at").first()


def questionnaire_rows() -> QuerySet[Questionnaire]:
    """Every version of every questionnaire, the newest first."""
    return Questionnaire.objects.order_by("code", "-version")


def find_questionnaire(code: str, version: int) -> Questionnaire:
    """One version. Raises EntryUnknown."""
    row = Questionnaire.objects.filter(code=code, version=version).first()
    if row is None:
        raise EntryUnknown
    return row


@dataclass(frozen=True, kw_only=True)
class WaveResponse:
    """How many were invited to a published wave, and how many answers counted; the public log has the latter too.

    `invited` is None where nobody was invited by a code.
    """

    code: str
    title: Mapping[str, str]
    way: Way
    closed_on: date
    answers: int
    invited: int | None


def wave_responses(*, now: datetime) -> tuple[WaveResponse, ...]:
    """Return the response to each wave that was published until then, the newest first."""
    rows = wave_rows().filter(published_at__lte=now, abandoned_at__isnull=True).order_by("-published_at", "-pk")
    return tuple(
        WaveResponse(
            code=row.code,
            title=row.title,
            way=row.way,
            closed_on=row.closes_at.date(),
            answers=row.people,
            invited=row.invited if row.way is Way.CODES and row.invited else None,
        )
        for row in rows
    )
