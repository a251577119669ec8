"""The platform's side: take a request, answer it, say what is missing, confirm a refusal, hear an appeal."""

import contextlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import OpenFile, open_file
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.duties.rules import Element
from leeward.victim.removals.errors import (
    ClaimedByAnother,
    DecisionRefused,
    RequestUnknown,
    SecondPersonNeeded,
    StepImpossible,
)
from leeward.victim.removals.models import Appeal, Decision, Notice, Request
from leeward.victim.removals.operations.steps import locked_request, note_arrival, noted, take_step
from leeward.victim.removals.operations.verbs import RemovalVerb, write_line
from leeward.victim.removals.queries.passed import may_hear
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.decisions import NEEDS_SECOND, REMOVING, Answer, Outcome, check_answer
from leeward.victim.removals.rules.states import AT_PLATFORM, AT_REST, RequestState, Step, may_advance

CLAIM_LIFETIME = timedelta(minutes=30)


def claim_requests(*, side: AtPlatform, references: Sequence[uuid.UUID], now: datetime) -> int:
    """Take requests for oneself for half an hour, so that nobody does them twice. Raises ClaimedByAnother."""
    with transaction.atomic():
        rows = [_own_request(side, reference, now=now) for reference in references]
        for row in rows:
            _check_claim(row, side=side, now=now)
        for row in rows:
            row.claim(side.actor.id, until=now + CLAIM_LIFETIME)
            if row.state == RequestState.SENT:
                take_step(row, step=Step.ACKNOWLEDGED, by=side.actor, now=now, notice=row.notice)
            else:
                row.save(update_fields=["claimed_by", "claimed_until"])
            write_line(RemovalVerb.CLAIMED, row, by=side.actor, now=now)
    return len(rows)


def let_go(*, side: AtPlatform, references: Sequence[uuid.UUID], now: datetime) -> None:
    """Give back what one has claimed. Safe to repeat."""
    with transaction.atomic():
        for reference in references:
            row = _own_request(side, reference, now=now)
            if row.claimed_by == side.actor.id:
                row.let_go()
                row.save(update_fields=["claimed_by", "claimed_until"])
                write_line(RemovalVerb.LET_GO, row, by=side.actor, now=now)


def name_missing(*, side: AtPlatform, references: Sequence[uuid.UUID], element: Element, now: datetime) -> None:
    """Say which element a notice lacks: the law's clock stands still until the desk has supplied it.

    Raises RequestUnknown, StepImpossible, ClaimedByAnother.
    """
    with transaction.atomic():
        for reference in references:
            row = _own_request(side, reference, now=now)
            _check_claim(row, side=side, now=now)
            take_step(row, step=Step.FOUND_INCOMPLETE, by=side.actor, now=now, code=element, notice=row.notice)


def decide(*, side: AtPlatform, references: Sequence[uuid.UUID], answer: Answer, now: datetime) -> int:
    """Answer requests, all or none. A person's refusal waits for a second person; returns how many count already.

    The same answer again changes nothing. Raises RequestUnknown, StepImpossible, DecisionRefused, ClaimedByAnother.
    """
    check_answer(answer)
    counting = 0
    with transaction.atomic():
        for reference in references:
            counting += _decide_one(_own_request(side, reference, now=now), side=side, answer=answer, now=now)
    return counting


def confirm_decision(*, side: AtPlatform, decision: uuid.UUID, agrees: bool, now: datetime) -> None:
    """The second person's word on a refusal; without it the request goes back into the queue.

    Raises SecondPersonNeeded where the one who refused would confirm it.
    """
    with transaction.atomic():
        found = Decision.objects.select_for_update().filter(reference=decision, confirmed_at__isnull=True).first()
        if found is None:
            raise RequestUnknown
        row = _own_request(side, found.request.reference, now=now)
        if found.decided_by == side.actor.id:
            raise SecondPersonNeeded
        write_line(RemovalVerb.DECISION_CONFIRMED, row, by=side.actor, now=now, agrees=agrees)
        if not agrees:
            found.delete()
            return
        found.confirmed_at, found.confirmed_by = now, side.actor.id
        found.save()
        _count(row, outcome=found.outcome, by=side.actor, now=now)


def file_counter_notice(*, side: AtPlatform, reference: uuid.UUID, words: str, now: datetime) -> uuid.UUID:
    """Hand in what the uploader says against a removal. The two sides never learn of each other: the desk decides."""
    with transaction.atomic():
        row = _own_request(side, reference, now=now, states=frozenset({RequestState.DECIDED, RequestState.GONE}))
        return open_appeal(
            row,
            appeal_side=Appeal.Side.UPLOADER,
            words=words,
            packet=_packet(side, row, now=now),
            by=side.actor,
            now=now,
        )


def open_appeal(
    row: Request, *, appeal_side: Appeal.Side, words: str, packet: OpenFile, by: Actor, now: datetime
) -> uuid.UUID:
    """Open an appeal on a locked request; while one of the same side is open, a second changes nothing."""
    open_one = row.appeals.filter(side=appeal_side, state=Appeal.State.OPEN).first()
    if open_one:
        return open_one.reference
    reference = uuid.uuid4()
    take_step(row, step=Step.APPEALED, by=by, now=now, code=appeal_side, notice=row.notice)
    now = noted(now, by=by)
    Appeal.objects.create(
        reference=reference,
        request=row,
        side=appeal_side,
        opened_at=now,
        words=Appeal.box(packet, "words", reference, words),
    )
    if appeal_side == Appeal.Side.UPLOADER:
        row.attention_at = now
        row.save(update_fields=["attention_at"])
    write_line(RemovalVerb.APPEAL, row, by=by, now=now, side=appeal_side)
    return reference


def settle_appeal(*, side: AtPlatform, appeal: uuid.UUID, reverses: bool, words: str, now: datetime) -> None:
    """The platform's answer to the person's appeal: the decision stands, or it is removed after all.

    Where a platform has two people, whoever decided does not also hear the appeal: SecondPersonNeeded.
    """
    with transaction.atomic():
        found = Appeal.objects.select_for_update().filter(reference=appeal, state=Appeal.State.OPEN).first()
        if found is None or found.side != Appeal.Side.PERSON:
            raise RequestUnknown
        row = _own_request(side, found.request.reference, now=now)
        if not may_hear(row, side=side):
            raise SecondPersonNeeded
        packet = _packet(side, row, now=now)
        found.state = Appeal.State.REVERSED if reverses else Appeal.State.UPHELD
        found.answer = Appeal.box(packet, "answer", appeal, words)
        found.decided_at, found.decided_by = now, side.actor.id
        found.save()
        step, code = (Step.APPEAL_REVERSED, Outcome.REMOVED) if reverses else (Step.APPEAL_UPHELD, "")
        end_appeal(row, appeal=found, step=step, code=code, by=side.actor, now=now)


def end_appeal(row: Request, *, appeal: Appeal, step: Step, by: Actor, now: datetime, code: str = "") -> None:
    """Let a locked request go on from an appeal that was just settled.

    Where it has come to rest since, because it was seen to be gone, removed after all or closed, it stays there: the
    appeal has its answer, and nothing else follows. Raises StepImpossible where something else is under way by now.
    """
    state = row.state
    if state in AT_REST and not may_advance(state, step):
        write_line(RemovalVerb.APPEAL, row, by=by, now=now, side=appeal.side, settled=appeal.state)
        return
    take_step(row, step=step, by=by, now=now, code=code)


def note_answer(
    *, request: uuid.UUID, answer: Answer, keyring: Keyring, by: Actor, now: datetime, at: datetime
) -> None:
    """Note an answer that came by mail or letter and not by the platform's own door. The same again changes nothing.

    Raises RequestUnknown, DecisionRefused, StepImpossible.
    """
    with transaction.atomic():
        row = locked_request(reference=request)
        if is_repeated(row, answer):
            return
        packet = None  # where there is no notice, or it does not open, there is nothing to keep the words in
        if row.notice is not None:
            with contextlib.suppress(NotGranted):
                packet = open_file(file=row.notice.reference, keyring=keyring, by=by, now=now, reason="answer_noted")
        check_answer(answer)
        _keep_decision(row, answer=answer, packet=packet, by=by, at=at, is_confirmed=True, by_hand=True)
        _count(row, outcome=answer.outcome, by=by, now=now, at=at)


def _decide_one(row: Request, *, side: AtPlatform, answer: Answer, now: datetime) -> int:
    if is_repeated(row, answer):
        return 1
    _check_claim(row, side=side, now=now)
    step = Step.DECIDED_REMOVED if answer.outcome in REMOVING else Step.DECIDED_KEPT
    if not may_advance(row.state, step):
        raise StepImpossible(state=row.state, step=step)
    waiting = row.decisions.filter(confirmed_at__isnull=True).first()
    if waiting is not None:
        raise DecisionRefused(
            "outcome", "A refusal of this request waits for a second person. Confirm it or take it back."
        )
    confirmed = answer.outcome not in NEEDS_SECOND or not side.is_person
    packet = _packet(side, row, now=now)
    _keep_decision(row, answer=answer, packet=packet, by=side.actor, at=now, is_confirmed=confirmed, by_hand=False)
    write_line(RemovalVerb.DECISION, row, by=side.actor, now=now, outcome=answer.outcome)
    if confirmed:
        _count(row, outcome=answer.outcome, by=side.actor, now=now)
    return int(confirmed)


def _check_claim(row: Request, *, side: AtPlatform, now: datetime) -> None:
    """Raise ClaimedByAnother while a colleague's claim holds."""
    if row.is_anothers(side.actor.id, now=now):
        raise ClaimedByAnother


def is_repeated(row: Request, answer: Answer) -> bool:
    """Return whether this answer was the last one, so that a repeated call makes no second decision."""
    last = row.decisions.order_by("-decided_at", "-id").first()
    return (
        last is not None
        and row.state == RequestState.DECIDED
        and last.outcome == answer.outcome
        and last.confirmed_at is not None
    )


def _keep_decision(
    row: Request,
    *,
    answer: Answer,
    packet: OpenFile | None,
    by: Actor,
    at: datetime,
    is_confirmed: bool,
    by_hand: bool,
) -> None:
    reference, reasons = uuid.uuid4(), answer.reasons
    said = {name: text for name, text in asdict(reasons).items() if name in ("facts", "legal_ground", "explanation")}
    words = ""
    if packet is not None and any(said.values()):
        words = Decision.box(packet, "words", reference, json.dumps(said))
    Decision.objects.create(
        reference=reference,
        request=row,
        notice=row.notice,
        outcome=answer.outcome,
        ground=reasons.ground,
        refusal=reasons.refusal,
        automated_detection=reasons.automated_detection,
        automated_decision=reasons.automated_decision,
        words=words,
        decided_at=at,
        decided_by=by.id,
        confirmed_at=at if is_confirmed else None,
        by_hand=by_hand,
    )


def _count(row: Request, *, outcome: Outcome, by: Actor, now: datetime, at: datetime | None = None) -> None:
    step = Step.DECIDED_REMOVED if outcome in REMOVING else Step.DECIDED_KEPT
    row.let_go()
    take_step(row, step=step, by=by, now=now, at=at, code=outcome, notice=row.notice)


def _own_request(
    side: AtPlatform,
    reference: uuid.UUID,
    *,
    now: datetime,
    states: frozenset[RequestState] = frozenset(RequestState),
) -> Request:
    """Lock a request of this platform. Raises RequestUnknown where it is absent, another's or not yet sent."""
    row = locked_request(reference=reference, platform_id=side.platform_id)
    was_sent = row.first_sent_at is not None or row.state in AT_PLATFORM
    if not was_sent or row.state not in states or row.notice is None:
        raise RequestUnknown
    if side.notice is not None and row.notice.reference != side.notice:
        raise RequestUnknown
    if row.state == RequestState.SENDING:  # whoever answers has it
        note_arrival(row, by=side.actor, now=now, code="answered", notice=row.notice)
    return row


def _packet(side: AtPlatform, row: Request, *, now: datetime) -> OpenFile:
    notice = row.notice
    assert notice is not None  # noqa: S101  # narrows the type; _own_request has looked
    return open_packet(notice, keyring=side.keyring, by=side.actor, now=now)


def open_packet(notice: Notice, *, keyring: Keyring, by: Actor, now: datetime) -> OpenFile:
    """Open the file of one notice. Raises the vault's NotGranted."""
    return open_file(file=notice.reference, keyring=keyring, by=by, now=now)
