"""The only way in which a turn changes: an event is written, and where it and the whole stand follows from events.

Whoever takes a step holds the referral's row. So two who act at once act one after the other, and the second one meets
what the first one has left.
"""

import uuid
from datetime import datetime, time, timedelta

from django.db.models import Max

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import nation_zone
from leeward.foundation.vault.operations import OpenFile, list_readers, revoke
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind
from leeward.victim.file.operations.news import note_news
from leeward.victim.network.errors import ReferralUnknown
from leeward.victim.network.models import Referral, Turn, TurnEvent
from leeward.victim.network.operations.clocks import (
    begin_acting,
    begin_answer,
    counts_from,
    noted,
    resume_after_reply,
    stop_for_question,
)
from leeward.victim.network.operations.letters import take_mail_back
from leeward.victim.network.operations.verbs import NetworkVerb, write_line
from leeward.victim.network.rules.turns import (
    AHEAD,
    OPEN,
    READABLE,
    UNANSWERED,
    Act,
    ReferralState,
    ends_all,
    step,
    whole,
    why_over,
)

# So long states and outcomes are kept after a referral ended, and drafts that nobody said yes to.
KEPT = timedelta(days=730)
DRAFT_KEPT = timedelta(days=30)
IS_OVER = frozenset({ReferralState.HELPED, ReferralState.RETURNED, ReferralState.WITHDRAWN})
# What tells the person nothing that they wait for.
NO_NEWS = frozenset({Act.AGREED, Act.OVERRIDDEN, Act.OFFERED, Act.REPLIED, Act.REMINDED, Act.UNUSED, Act.WITHDRAWN})


def locked_referral(reference: uuid.UUID) -> Referral:
    """Lock a referral. Raises ReferralUnknown."""
    found = Referral.objects.select_for_update(of=("self",)).select_related("file").filter(reference=reference).first()
    if found is None:
        raise ReferralUnknown
    return found


def locked_turn(reference: uuid.UUID) -> Turn:
    """Lock the referral of a turn, and return the turn as it is then. Raises ReferralUnknown."""
    whose = Turn.objects.filter(reference=reference).values_list("referral__reference", flat=True).first()
    if whose is None:
        raise ReferralUnknown
    referral = locked_referral(whose)
    for turn in turns_of(referral):
        if turn.reference == reference:
            return turn
    raise ReferralUnknown


def turns_of(referral: Referral) -> list[Turn]:
    """All turns of a locked referral, in the person's order."""
    turns = list(referral.turns.select_related("member").order_by("position"))
    for turn in turns:
        turn.referral = referral
    return turns


def take_step(
    turn: Turn,
    act: Act,
    *,
    by: Actor,
    now: datetime,
    code: str = "",
    words: str = "",
    opened: OpenFile | None = None,
    reference: uuid.UUID | None = None,
) -> None:
    """Write one event of a turn whose referral is locked, and let everything follow from it. Raises StepImpossible.

    Where the receiver may read it no longer, their key goes in the same transaction, and that of a link with
    every end. `words` are sealed with `opened`.
    """
    before, turn.state = turn.state, step(turn.state, act)
    reference = reference or uuid.uuid4()
    earlier = turn.events.aggregate(at=Max("at"), ordinal=Max("ordinal"))
    at = max(noted(now, by=by), earlier["at"] or noted(now, by=by))
    turn.events.create(
        reference=reference,
        ordinal=(earlier["ordinal"] or 0) + 1,
        act=act,
        at=at,
        actor_kind=by.kind,
        actor_reference=by.id,
        code=code,
        words=TurnEvent.box(opened, "words", reference, words) if opened is not None else "",
    )
    if turn.state is not before:
        turn.since = at
    _run_clocks(turn, act, since=max(at, counts_from(now, by=by)))
    if turn.state not in OPEN | AHEAD:
        turn.code, turn.due_at, turn.remind_at = code, None, None
    turn.save()
    if turn.state not in OPEN | AHEAD:
        take_mail_back(turn, by=by, now=now)
    if turn.state not in (OPEN if turn.link else READABLE) | AHEAD:
        shut_out(turn, by=by, now=at)
    write_line(NetworkVerb.STEP, turn, kind="turn", by=by, now=at, step=act, code=code)
    if ends_all(act, code):
        for other in turns_of(turn.referral):
            if other.state in AHEAD:
                take_step(other, Act.UNUSED, by=by, now=now)
    if act not in NO_NEWS and turn.referral.is_told:
        note_news(turn.referral.file_id, by=by, now=now)
    settle(turn.referral, now=at)


def settle(referral: Referral, *, now: datetime) -> None:
    """Keep where a locked referral stands by its turns, and when something of it becomes due."""
    turns = turns_of(referral)
    referral.state = whole([turn.state for turn in turns])
    if referral.state in IS_OVER:
        referral.ended_at = referral.ended_at or now
        referral.expires_on = max((now + KEPT).date(), referral.until)
    referral.look_at = _look_at(referral, turns, now=now)
    referral.save()


def shut_out(turn: Turn, *, by: Actor, now: datetime) -> None:
    """Take away every key to a turn but the person's and their worker's. Safe to repeat."""
    for reader in list_readers({turn.reference}, now=now):
        is_theirs = reader.kind is GranteeKind.TEAM and reader.id == turn.referral.team
        if not is_theirs and reader.kind is not GranteeKind.VICTIM:
            revoke(
                file=turn.reference,
                compartment=Compartment.PACKET,
                kind=reader.kind,
                id=reader.id,
                by=by,
                now=now,
            )


def ends_at(referral: Referral) -> datetime:
    """From when on no receiver can open anything of it: the day that the person named is over then."""
    return datetime.combine(referral.until + timedelta(days=1), time(), tzinfo=nation_zone())


def why_turn_over(turn: Turn, *, now: datetime) -> str:
    """Return why the time of a turn is over, by its own row alone; "" while it is not."""
    return why_over(turn.state, due_at=turn.due_at, ends_at=ends_at(turn.referral), now=now)


def _run_clocks(turn: Turn, act: Act, *, since: datetime) -> None:
    if act is Act.OFFERED:
        turn.offered_at = since
        begin_answer(turn, since=since)
    elif act is Act.ASKED:
        stop_for_question(turn, since=since)
    elif act is Act.REPLIED:
        resume_after_reply(turn, since=since)
    elif act is Act.ACCEPTED:
        begin_acting(turn, since=since)
    elif act is Act.REMINDED:
        turn.remind_at = None
    elif act in (Act.STARTED, Act.WAITED):
        turn.due_at = turn.remind_at = None


def _look_at(referral: Referral, turns: list[Turn], *, now: datetime) -> datetime | None:
    if referral.state is ReferralState.BETWEEN:
        return now
    if referral.state is not ReferralState.OPEN:
        return None
    (turn,) = (turn for turn in turns if turn.state in OPEN)
    rings = [ends_at(referral), turn.remind_at, turn.due_at if turn.state in UNANSWERED else None]
    return min(moment for moment in rings if moment is not None)
