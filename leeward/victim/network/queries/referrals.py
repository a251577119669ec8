"""Referrals as they stand: for the person, for whoever prepared them, and for the member whose turn it is."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet

from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import list_readers
from leeward.foundation.vault.rules.files import OpenFile
from leeward.foundation.vault.rules.grants import GranteeKind
from leeward.victim.file.holders import is_helped, owes_word
from leeward.victim.network.models import Referral, Turn
from leeward.victim.network.queries.members import unread_members
from leeward.victim.network.rules.members import Kind, PassedTo, Way
from leeward.victim.network.rules.turns import (
    OPEN,
    Act,
    InTouch,
    ReferralState,
    ToldAgain,
    TurnState,
)

MOST = 200  # referrals of one file


@dataclass(frozen=True, kw_only=True)
class TurnLine:
    """One turn, without what is sealed. `is_late`: the clock that runs has rung.

    `has_reader`: whether somebody at its member can open what is passed on, while it is with them or waits for them.

    `name` is the member's; by law it must pass on `passes_on`, to those of `passes_to`.
    """

    reference: UUID
    position: int
    name: str
    passes_to: tuple[PassedTo, ...]
    passes_on: str
    way: Way
    service: UUID
    state: TurnState
    since: datetime
    offered_at: datetime | None
    due_at: datetime | None
    code: str
    in_touch: InTouch | None
    told_again: ToldAgain | None
    is_late: bool
    has_reader: bool


@dataclass(frozen=True, kw_only=True)
class ReferralLine:
    """One referral with its turns, without what is sealed. `file`: whose it is.

    `is_override`: whether it is passed on without the person's yes; `is_told`: whether their pages tell it.
    `is_helped`: whether the team that prepared it still helps the person; `is_owed`: whether that team has not written
    to them since it came back; `is_read`: whether that team can open it.
    """

    reference: UUID
    file: UUID
    team: str
    kind: Kind
    is_urgent: bool
    version: int
    state: ReferralState
    begun_at: datetime
    agreed_at: datetime | None
    ended_at: datetime | None
    until: date
    is_told: bool
    is_override: bool
    is_helped: bool
    is_owed: bool
    is_read: bool
    turns: tuple[TurnLine, ...]

    @property
    def open_turn(self) -> TurnLine | None:
        """The turn that is with its receiver; None where none is."""
        return next((turn for turn in self.turns if turn.state in OPEN), None)

    @property
    def goes_on(self) -> bool:
        """Whether somebody else is asked where whoever has it cannot help."""
        return any(turn.state is TurnState.AGREED for turn in self.turns)

    @property
    def next_reads(self) -> bool:
        """Whether somebody could read it where it would go next: those where nobody could are asked last."""
        return any(turn.state is TurnState.AGREED and turn.has_reader for turn in self.turns)


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A question of a receiver, or the answer to it."""

    act: Act
    at: datetime
    words: str


def referrals_of(file: UUID, *, now: datetime) -> tuple[ReferralLine, ...]:
    """All referrals of one file, the newest first."""
    return _lines(Referral.objects.filter(file__reference=file), now=now)


def find_referral(reference: UUID, *, now: datetime) -> ReferralLine | None:
    """One referral; None where there is none. It opens nothing."""
    return next(iter(_lines(Referral.objects.filter(reference=reference), now=now)), None)


def asking_turns() -> QuerySet[Turn]:
    """The turns in which a receiver waits for an answer. Here and below `whose` is the key of the person's file."""
    return Turn.objects.filter(state=TurnState.ASKED).annotate(whose=F("referral__file"))


def unbegun_turns() -> QuerySet[Turn]:
    """The turns in which somebody has accepted and not begun, whose `due_at` says until when they were to."""
    return Turn.objects.filter(state=TurnState.ACCEPTED, due_at__isnull=False).annotate(whose=F("referral__file"))


def returned_referrals() -> QuerySet[Referral]:
    """The referrals that came back, of which the person knows."""
    return Referral.objects.filter(state=ReferralState.RETURNED, is_told=True).annotate(whose=F("file"))


def untold_returned() -> QuerySet[Referral]:
    """Those that came back of which the person does not know, until something is passed on again."""
    later = Referral.objects.filter(file=OuterRef("file"), begun_at__gt=OuterRef("ended_at"))
    rows = Referral.objects.filter(~Exists(later), state=ReferralState.RETURNED, is_told=False)
    return rows.annotate(whose=F("file"))


def read_talk(turn: UUID, opened: OpenFile) -> tuple[Spoken, ...]:
    """What a receiver asked and what they were answered, the earliest first. Raises the vault's NotGranted."""
    rows = Turn.objects.get(reference=turn).events.exclude(words="").order_by("ordinal")
    return tuple(Spoken(act=row.act, at=row.at, words=row.unbox(opened, "words")) for row in rows)


def _lines(rows: QuerySet[Referral], *, now: datetime) -> tuple[ReferralLine, ...]:
    turns = Prefetch("turns", Turn.objects.select_related("member").order_by("position"))
    found = rows.select_related("file").prefetch_related(turns).order_by("-begun_at", "id")[:MOST]
    keys = {
        (each.file, each.id)
        for each in list_readers({row.reference for row in found}, now=now)
        if each.kind is GranteeKind.TEAM
    }
    asked = OPEN | {TurnState.AGREED}
    unread = unread_members(turn.member for row in found for turn in row.turns.all() if turn.state in asked)
    return tuple(
        read_row(
            ReferralLine,
            row,
            file=row.file.reference,
            is_override=bool(row.without),
            is_helped=is_helped(row.file_id, team=row.team),
            is_owed=row.ended_at is not None and owes_word(row.file_id, team=row.team, since=row.ended_at),
            is_read=(row.reference, row.team) in keys,
            turns=tuple(
                read_row(
                    TurnLine,
                    turn,
                    name=turn.member.name,
                    passes_to=tuple(map(PassedTo, turn.member.passes_to)),
                    passes_on=turn.member.passes_on,
                    way=turn.member.way,
                    is_late=turn.due_at is not None and turn.due_at <= now,
                    has_reader=turn.state not in asked or turn.member_id not in unread,
                )
                for turn in row.turns.all()
            ),
        )
        for row in found
    )
