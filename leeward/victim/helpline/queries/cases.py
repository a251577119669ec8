"""What the helpline reads of cases: for its lists without a key, and one case with what its reader's keys open."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import OpenFile
from leeward.victim.file.law import law_here
from leeward.victim.file.operations.files import read_contact, read_story
from leeward.victim.file.operations.threads import ThreadLine, read_thread
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.needs import Needs
from leeward.victim.file.rules.news import NewsState
from leeward.victim.file.rules.paths import PathRow, paths_of
from leeward.victim.file.rules.story import Story
from leeward.victim.helpline.errors import CaseUnknown
from leeward.victim.helpline.models import Case, Recusal
from leeward.victim.helpline.queries.plans import Plans, read_plans
from leeward.victim.helpline.rules.cases import ENDS, CaseSource, CaseState, EventKind, Turn
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.helpline.rules.instruments import Answers, Judgement
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.paces import PACES, Pace, PaceRow
from leeward.victim.removals.rules.reports import Band

# The vault's team of the people who work on cases.
TEAM = "helpline"
# That of volunteers, who may read some cases until the end of a shift.
VOLUNTEERS = "volunteers"
# Who hears what programmes tell, and opens nothing else but how to reach whoever asked to be told.
LIAISON = "liaison"
# That of those who lead the helpline: what went wrong, and cases that are closed to all others.
LEADS = "leads"
SEALED_OF_CASE = ("needs", "advice", "counted", "file__story", "file__contact", "file__needs")


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """A case as lists show it: where it stands, and who has it; nothing of what it is about."""

    reference: uuid.UUID
    team: str
    state: CaseState
    turn: Turn
    band: Band
    source: CaseSource
    language: str
    opened_at: datetime
    waiting_since: datetime | None
    promise_due: datetime | None
    answered_at: datetime | None
    review_on: date | None
    screen_on: date | None
    plan_on: date | None
    closed_at: datetime | None
    claimed_by: str
    claimed_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class HelpView:
    """One thing she asked for; `words` is "" where these keys do not open staff's part."""

    reference: uuid.UUID
    kind: HelpKind
    state: HelpState
    asked_at: datetime
    ended_at: datetime | None
    met: Met | None
    seen: Met | None
    words: str


@dataclass(frozen=True, kw_only=True)
class EventView:
    """One event, and who did it."""

    kind: EventKind
    at: datetime
    actor_kind: str
    actor_reference: str
    code: str


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """A note among staff; `words` is "" where these keys do not open it."""

    reference: uuid.UUID
    at: datetime
    by: str
    words: str


@dataclass(frozen=True, kw_only=True)
class AssessmentView:
    """That danger was asked about: what was said, and what the worker judged."""

    reference: uuid.UUID
    at: datetime
    by: str
    answers: Answers
    judgement: Judgement


@dataclass(frozen=True, kw_only=True)
class CaseView(CaseLine):
    """A case with what its reader's keys open of it."""

    may_be_lent: bool
    needs: Needs
    story: Story
    contact: Contact | None
    messages: tuple[ThreadLine, ...]
    helps: tuple[HelpView, ...]
    notes: tuple[NoteView, ...]
    assessments: tuple[AssessmentView, ...]
    plans: Plans
    events: tuple[EventView, ...]
    expires_on: date
    statistics_agreed_at: datetime | None
    news: NewsState
    pace: Pace

    @property
    def paths(self) -> tuple[PathRow, ...]:
        """The paths of harm that fit what she ticked and what staff found, the most pressing first."""
        is_silent = any(each.state is HelpState.NOT_IN_LAW for each in self.helps)
        return paths_of(self.story, needs=self.needs.ticked, law=law_here(is_silent=is_silent))

    @property
    def pace_row(self) -> PaceRow:
        """How fast we go with her."""
        return PACES[self.pace]

    @property
    def is_stopped(self) -> bool:
        """Whether she stopped it herself, so that the helpline opens nothing of it until she writes again."""
        ends = [event.kind for event in self.events if event.kind in ENDS]
        return self.state is CaseState.CLOSED and ends[-1] is EventKind.STOPPED


def team_of_case(reference: uuid.UUID) -> str:
    """Return the team that works on a case; "" where there is no such case."""
    return Case.objects.filter(reference=reference).values_list("team", flat=True).first() or ""


def is_open(file: int) -> bool:
    """Whether the helpline still works on the file of this key."""
    return Case.objects.filter(file_id=file).exclude(state=CaseState.CLOSED).exists()


def owes_word(file: int, since: datetime) -> bool:
    """Whether the helpline still works on the file of this key, and has not written to its person since a moment."""
    rows = Case.objects.filter(file_id=file).exclude(state=CaseState.CLOSED)
    return rows.exclude(said_at__gte=since).exists()


def is_counted(file: int) -> bool:
    """Whether the person of the file of this key agreed to be counted at the helpline."""
    return Case.objects.filter(file_id=file, statistics_agreed_at__isnull=False).exists()


def is_recused(case: Case, *, by: Actor) -> bool:
    """Whether somebody on staff has said that they know the person of a case."""
    return by.kind is ActorKind.STAFF and Recusal.objects.filter(case=case, staff=by.id).exists()


def tell_cases(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Add what a list tells of cases."""
    return rows.select_related("file").defer(*SEALED_OF_CASE)


def case_lines(rows: Iterable[Case]) -> tuple[CaseLine, ...]:
    """Return cases as a list shows them."""
    return tuple(read_row(CaseLine, row, language=row.file.language) for row in rows)


def find_case(file: uuid.UUID | None) -> uuid.UUID | None:
    """The case on her file; None where there is none."""
    if file is None:
        return None
    return Case.objects.filter(file__reference=file).values_list("reference", flat=True).first()


def read_needs(case: Case, opened: OpenCase) -> Needs:
    """How she wishes to be treated, as far as these keys open it."""
    return Needs.from_text(case.unbox(opened.thread, "needs")) if case.needs else Needs()


def read_assessments(case: Case, casework: OpenFile | None) -> tuple[AssessmentView, ...]:
    """Every time that danger was asked about, the earliest first; none where these keys do not open staff's part."""
    if casework is None:
        return ()
    return tuple(
        read_row(
            AssessmentView,
            row,
            answers=Answers.from_text(row.unbox(casework, "answers")),
            judgement=Judgement.from_text(row.unbox(casework, "judgement")),
        )
        for row in case.assessments.order_by("at", "pk")
    )


def read_case(opened: OpenCase) -> CaseView:
    """Read a case as far as these keys open it. Raises CaseUnknown."""
    row = Case.objects.select_related("file__safe_way", "thread").filter(reference=opened.reference).first()
    if row is None:
        raise CaseUnknown
    safe_way = getattr(row.file, "safe_way", None)
    helps = row.helps.order_by("asked_at", "pk")
    notes = row.notes.order_by("at", "pk")
    return read_row(
        CaseView,
        row,
        language=row.file.language,
        expires_on=row.file.expires_on,
        news=safe_way.state if safe_way else NewsState.OFF,
        needs=read_needs(row, opened),
        story=read_story(row.file, opened.file),
        contact=read_contact(row.file, opened.file),
        messages=read_thread(row.thread, opened.thread),
        helps=tuple(read_row(HelpView, each, words=each.peek(opened.casework, "words")) for each in helps),
        notes=tuple(read_row(NoteView, each, words=each.peek(opened.casework, "words")) for each in notes),
        plans=read_plans(row, opened),
        assessments=read_assessments(row, opened.casework),
        events=tuple(read_row(EventView, each) for each in row.events.order_by("ordinal")),
    )
