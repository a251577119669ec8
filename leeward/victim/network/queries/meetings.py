"""What meetings decided: to read with the keys of a turn, and what of it is due, without any."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, QuerySet

from leeward.foundation.rows import read_row
from leeward.foundation.vault.rules.files import OpenFile
from leeward.victim.network.models import MeetingAction, Member
from leeward.victim.network.rules.meetings import HELPLINE, ActionState
from leeward.victim.network.rules.members import MemberState
from leeward.victim.network.rules.turns import READABLE


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """One thing that was decided. `owner`: which organisation does it, by its name; "" for the helpline."""

    reference: UUID
    words: str
    owner: str
    due_on: date
    state: ActionState
    ended_at: datetime | None
    outcome: str


def read_actions(turn: UUID, opened: OpenFile) -> tuple[ActionLine, ...]:
    """What the meeting of a turn decided, by its day. Raises the vault's NotGranted."""
    rows = list(MeetingAction.objects.filter(turn__reference=turn).order_by("due_on", "asked_at", "pk"))
    names = _names(Member.objects.all()) if rows else {}
    return tuple(
        read_row(
            ActionLine,
            row,
            words=row.unbox(opened, "words"),
            owner=names.get(row.unbox(opened, "owner"), ""),
            outcome=row.unbox(opened, "outcome"),
        )
        for row in rows
    )


def possible_owners() -> dict[str, str]:
    """Which organisations can have something to do, by public id: members that have not left, and the helpline ("")."""
    return {HELPLINE: "", **_names(Member.objects.exclude(state=MemberState.LEFT))}


def due_actions() -> QuerySet[MeetingAction]:
    """What was decided and has no end, of turns that still hold; `whose` is the key of the person's file."""
    rows = MeetingAction.objects.filter(turn__state__in=[state.value for state in READABLE], state=ActionState.OPEN)
    return rows.annotate(whose=F("turn__referral__file"))


def _names(rows: QuerySet[Member]) -> dict[str, str]:
    return {str(public_id): name for public_id, name in rows.order_by("name").values_list("public_id", "name")}
