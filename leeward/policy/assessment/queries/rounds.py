"""Reads of rounds and bodies for staff. A reviewer finds the rounds in which her body takes part, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.rows import read_row
from leeward.policy.assessment.errors import IncomingUnknown
from leeward.policy.assessment.models import Body, HeldPiece, Incoming, Member, Round, RoundEvent, Score
from leeward.policy.assessment.queries.states import Participant, RoundState, read_state, voice_of
from leeward.policy.assessment.rules.pieces import Piece
from leeward.policy.assessment.rules.rounds import (
    DRAFT_VOICE,
    SETTLED,
    Hand,
    RoundStep,
    ScoreKind,
    Sector,
    Stage,
    may_score,
)
from leeward.policy.assessment.rules.scale import State
from leeward.policy.assessment.rules.workbooks import WORKBOOK_KEPT, removed_at

ROUNDS_MOST = 200
HISTORY_MOST = 500
WAITING_MOST = 20
UNSEEN_BY_REVIEWERS = (Stage.DRAFT.value, Stage.DROPPED.value)


@dataclass(frozen=True, kw_only=True)
class RoundLine:
    """A round in a list."""

    public_id: UUID
    title: str
    held_on: date
    stage: Stage
    edition: int


@dataclass(frozen=True, kw_only=True)
class Voice:
    """For whom somebody answers: the draft, or a body. `key` stands in addresses."""

    key: str
    source: ScoreKind
    name: str
    body_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A round that this viewer may see. `own`: the body she speaks for, None for policy officers.

    `may_see_views`: a reviewer sees what others say after her body has finished, so that nobody follows anybody.
    """

    state: RoundState
    own: Voice | None
    may_see_views: bool

    def participant(self, voice: Voice) -> Participant | None:
        """The body that speaks with this voice, None for the draft."""
        return next((each for each in self.state.participants if str(each.public_id) == voice.key), None)

    def may_answer(self, voice: Voice) -> bool:
        """Whether this viewer may answer for the voice now: once a body has finished, only the body itself."""
        part = self.participant(voice)
        is_closed = self.own is None and part is not None and part.finished_at is not None
        return may_score(self.state.stage, voice.source) and not is_closed


@dataclass(frozen=True, kw_only=True)
class BodyLine:
    """A body with the references of those who speak for it."""

    public_id: UUID
    name: str
    public_name: str
    sector: Sector
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One step in a round's history."""

    step: RoundStep
    at: datetime
    words: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """One answer in an item's history. `voice` is "draft", "agreed" or a body's name.

    `by` is the reference of whoever gave it, "" where this viewer is not told.
    """

    voice: str
    state: State
    reason: str
    note: str
    at: datetime
    hand: Hand
    by: str


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """A piece of evidence that does not count any more because somebody took it back."""

    piece: Piece
    at: datetime
    why: str


def list_rounds(viewer: User) -> tuple[RoundLine, ...]:
    """The rounds that she may see, the newest first."""
    return tuple(line_of(held) for held in round_rows(viewer)[:ROUNDS_MOST])


def open_round(viewer: User, public_id: UUID, *, now: datetime, voice: str = "") -> Opened:
    """A round, by default by its own answers, for a reviewer by those of her body. Raises EntryUnknown."""
    held = find_round(viewer, public_id)
    own = _own_voice(viewer)
    if own is None:
        return Opened(state=read_state(held, now=now, voice=voice), own=None, may_see_views=True)
    finished = held.participations.filter(body_id=own.body_id or 0, finished_at__isnull=False).exists()
    settled = Stage(held.stage) in SETTLED
    state = read_state(held, now=now, voice="" if settled else own.key)
    return Opened(state=state, own=own, may_see_views=finished or settled)


def find_round(viewer: User, public_id: UUID) -> Round:
    """The row of a round, for operations. Raises EntryUnknown."""
    held = round_rows(viewer).filter(public_id=public_id).first()
    if held is None:
        raise EntryUnknown
    return held


def find_voice(viewer: User, held: Round, key: str) -> Voice:
    """For whom she wants to answer: a reviewer for her own body alone. Raises EntryUnknown."""
    own = _own_voice(viewer)
    if own is not None and key != own.key:
        raise EntryUnknown
    if key == DRAFT_VOICE:
        return Voice(key=DRAFT_VOICE, source=ScoreKind.DRAFT, name="")
    for part in held.participations.select_related("body"):
        if str(part.body.public_id) == key:
            return Voice(key=key, source=ScoreKind.BODY, name=part.body.name, body_id=part.body_id)
    raise EntryUnknown


def unfinished_bodies(viewer: User, public_id: UUID) -> tuple[str, ...]:
    """The bodies that have not finished with a round: all of them, or a reviewer's own. Raises EntryUnknown."""
    own = _own_voice(viewer)
    parts = find_round(viewer, public_id).participations.filter(finished_at__isnull=True)
    parts = parts if own is None else parts.filter(body_id=own.body_id or 0)
    return tuple(parts.order_by("body__name").values_list("body__name", flat=True))


def body_rows() -> QuerySet[Body]:
    """All bodies."""
    return Body.objects.all()


def body_lines(rows: Sequence[Body]) -> tuple[BodyLine, ...]:
    """These bodies as a list shows them."""
    prefetch_related_objects(rows, "members")
    return tuple(map(_body_line, rows))


def list_bodies() -> tuple[BodyLine, ...]:
    """Every body, by name."""
    return body_lines(list(Body.objects.order_by("name")))


def find_body(public_id: UUID) -> BodyLine:
    """One body. Raises EntryUnknown."""
    body = Body.objects.prefetch_related("members").filter(public_id=public_id).first()
    if body is None:
        raise EntryUnknown
    return _body_line(body)


def list_reviewers() -> Sequence[tuple[str, str]]:
    """Those who can speak for a body: reference and name."""
    return [(each.reference, each.name) for each in staff_of_role(Role.REVIEWER)]


def history_of(held: Round) -> tuple[Happened, ...]:
    """What was done with a round, the newest first."""
    rows = RoundEvent.objects.filter(round=held).order_by("-id")[:HISTORY_MOST]
    return tuple(read_row(Happened, row) for row in rows)


def answers_to(held: Round, item_id: str, *, voices: frozenset[str] | None, own: Voice | None) -> tuple[Said, ...]:
    """Every answer to one item, the newest first; of the given voices alone where some are given.

    Policy officers are told who gave each answer; a reviewer (`own`) only of those of her own body.
    """
    rows = Score.objects.filter(round=held, item_id=item_id).select_related("body").order_by("-id")[:HISTORY_MOST]
    return tuple(
        read_row(
            Said,
            row,
            voice=row.body.name if row.body else row.source,
            by=row.by if own is None or row.body_id == own.body_id else "",
        )
        for row in rows
        if voices is None or voice_of(row) in voices
    )


def taken_back_from(held: Round, item_id: str) -> tuple[TakenBack, ...]:
    """The pieces of evidence of one item that were taken back, and why."""
    rows = HeldPiece.objects.filter(round=held, item_id=item_id, taken_back_at__isnull=False)
    return tuple(
        TakenBack(piece=row.as_piece(), at=row.taken_back_at, why=row.taken_back_why)
        for row in rows
        if row.taken_back_at is not None
    )


def earlier_rounds(viewer: User, held: Round) -> tuple[RoundLine, ...]:
    """Settled rounds before this one, to compare it with, the newest first."""
    stages = [stage.value for stage in SETTLED]
    rows = round_rows(viewer).filter(stage__in=stages, held_on__lte=held.held_on).exclude(pk=held.pk)
    return tuple(line_of(each) for each in rows[:ROUNDS_MOST])


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A workbook that came back and that nobody has taken over yet."""

    public_id: UUID
    received_at: datetime
    removed_at: datetime


def waiting_workbooks(held: Round, voice: Voice, *, now: datetime) -> tuple[Waiting, ...]:
    """What waits to be taken over for one voice, the newest first; at most WAITING_MOST."""
    rows = Incoming.objects.filter(round=held, source=voice.source.value, taken_at__isnull=True)
    rows = rows.filter(body__isnull=True) if voice.body_id is None else rows.filter(body_id=voice.body_id)
    return tuple(
        Waiting(public_id=row.public_id, received_at=row.received_at, removed_at=removed_at(row.received_at))
        for row in rows.filter(received_at__gt=now - WORKBOOK_KEPT)[:WAITING_MOST]
    )


def find_incoming(held: Round, public_id: UUID) -> Incoming:
    """What a workbook said that came back. Raises IncomingUnknown, also once it is removed."""
    found = Incoming.objects.select_related("body").filter(round=held, public_id=public_id).first()
    if found is None:
        raise IncomingUnknown
    return found


def line_of(held: Round) -> RoundLine:
    """A round as a line of a list."""
    return read_row(RoundLine, held)


def round_rows(viewer: User) -> QuerySet[Round]:
    """The rounds that somebody may see."""
    if viewer.role == Role.POLICY_OFFICER.value:
        return Round.objects.all()
    if viewer.role != Role.REVIEWER.value:
        return Round.objects.none()
    bodies = Member.objects.filter(user_reference=viewer.reference).values("body_id")
    parts = Round.objects.filter(participations__body_id__in=bodies)
    return parts.exclude(stage__in=UNSEEN_BY_REVIEWERS)


def _own_voice(viewer: User) -> Voice | None:
    """The body for which a reviewer speaks; None for policy officers, who see all and speak for the secretariat."""
    if viewer.role == Role.POLICY_OFFICER.value:
        return None
    member = Member.objects.select_related("body").filter(user_reference=viewer.reference).first()
    if member is None:
        raise EntryUnknown
    body = member.body
    return Voice(key=str(body.public_id), source=ScoreKind.BODY, name=body.name, body_id=body.pk)


def _body_line(body: Body) -> BodyLine:
    return read_row(BodyLine, body, members=tuple(member.user_reference for member in body.members.all()))
