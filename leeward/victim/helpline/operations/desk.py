"""What a practitioner does with a case: take it, judge it, note, call, help, watch, close with a second person."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import (
    CaseUnknown,
    ClaimedByAnother,
    HelpUnfinished,
    OverrideUnfinished,
    ReasonMissing,
    ReviewOver,
    SecondPersonNeeded,
    StepImpossible,
)
from leeward.victim.helpline.models import Case, Help, Note, Review
from leeward.victim.helpline.operations.calls import count_call
from leeward.victim.helpline.operations.care import count_shift, offer_debriefs
from leeward.victim.helpline.operations.cases import (
    end_lending_of,
    end_stand_in_of,
    let_in_again,
    withdraw_looks,
    write_message,
)
from leeward.victim.helpline.operations.parity import count_parity
from leeward.victim.helpline.operations.steps import locked_case, noted, take_step
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.overrides import is_overridden, is_unfinished
from leeward.victim.helpline.rules.cases import CallOutcome, CaseState, EventKind, Reopening
from leeward.victim.helpline.rules.helps import HELP_ENDED, HelpKind, HelpState, Met
from leeward.victim.helpline.rules.instruments import URGENCY
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.volunteers import Withdrawn
from leeward.victim.removals.rules.reports import Band

CLAIM_LIFETIME = timedelta(minutes=60)
# Closing a red case is never one person's decision.
NEEDS_REVIEW_TO_CLOSE = frozenset({Band.RED})


def claim_case(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take a case for an hour. Raises ClaimedByAnother, CaseUnknown."""
    with transaction.atomic():
        case = locked_case(reference)
        if case.is_anothers(by.id, now=now):
            raise ClaimedByAnother
        case.claim(by.id, until=now + CLAIM_LIFETIME)
        case.save(update_fields=["claimed_by", "claimed_until"])
        count_shift(by=by, now=now)
        write_line(HelplineVerb.CLAIMED, case, by=by, now=now)


def release_case(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Give a case back to the queue. Safe to repeat."""
    with transaction.atomic():
        case = locked_case(reference)
        if case.claimed_by == by.id:
            case.let_go()
            case.save(update_fields=["claimed_by", "claimed_until"])
            write_line(HelplineVerb.LET_GO, case, by=by, now=now)


def add_note(*, opened: OpenCase, words: str, by: Actor, now: datetime, reference: uuid.UUID | None = None) -> None:
    """A note among staff. The same reference again changes nothing."""
    reference = reference or uuid.uuid4()
    with transaction.atomic():
        case = locked_case(opened.reference)
        if Note.objects.filter(reference=reference).exists():
            return
        sealed = Note.box(casework(opened), "words", reference, words)
        Note.objects.create(case=case, reference=reference, at=now, by=by.id, words=sealed)
        write_line(HelplineVerb.NOTED, case, by=by, now=now)


def set_band(*, opened: OpenCase, band: Band, reason: str = "", by: Actor, now: datetime) -> None:
    """Say how soon somebody must answer. A lower one needs a reason, kept as a note. Raises ReasonMissing.

    A promise that was given is never moved back.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        if case.band == band:
            return
        if URGENCY.index(band) > URGENCY.index(case.band):
            if not reason.strip():
                raise ReasonMissing
            add_note(opened=opened, words=reason, by=by, now=now)
        take_step(case, EventKind.BAND_SET, by=by, now=now, code=band)


def note_call(*, opened: OpenCase, outcome: CallOutcome, by: Actor, now: datetime) -> None:
    """Note what came of a call, as an attempt at the one that she asked for. Raises CallRefused.

    When somebody else answered, the case is red from then on.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        count_call(case, opened, outcome=outcome, now=now)
        take_step(case, EventKind.CALLED, by=by, now=now, code=outcome)
        if outcome is CallOutcome.SOMEBODY_ELSE and case.band != Band.RED:
            take_step(case, EventKind.BAND_SET, by=by, now=now, code=Band.RED)


def ask_help(*, opened: OpenCase, kind: HelpKind, by: Actor, now: datetime) -> None:
    """Note that she asked for one kind of help; what is open already stays as it is."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        if not case.helps.filter(kind=kind, ended_at__isnull=True).exists():
            let_in_again(case, opened=opened, by=by, now=now)
            case.helps.create(kind=kind, asked_at=noted(now, by=by))
            take_step(case, EventKind.HELP_ASKED, by=by, now=now, code=kind)


def offer_help(*, opened: OpenCase, help_: uuid.UUID, words: str = "", by: Actor, now: datetime) -> None:
    """Note what was offered. Safe to repeat."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        row = _open_help(case, help_)
        if words:
            row.words = Help.box(casework(opened), "words", row.reference, words)
        is_new, row.state = row.state is HelpState.ASKED, HelpState.OFFERED
        row.save(update_fields=["words", "state"])
        if is_new:
            take_step(case, EventKind.HELP_OFFERED, by=by, now=now, code=row.kind)


def end_help(*, opened: OpenCase, help_: uuid.UUID, state: HelpState, seen: Met, by: Actor, now: datetime) -> None:
    """Note what came of it, as the worker sees it; whether it helped is hers to say."""
    if state not in HELP_ENDED:
        raise HelpUnfinished
    with transaction.atomic():
        case = locked_case(opened.reference)
        row = _open_help(case, help_)
        row.state, row.seen, row.ended_at = state, seen, now
        row.save(update_fields=["state", "seen", "ended_at"])
        take_step(case, EventKind.HELP_ENDED, by=by, now=now, code=row.kind)


def say_met(*, opened: OpenCase, help_: uuid.UUID, met: Met, by: Actor, now: datetime) -> None:
    """Keep whether she got what she asked for, in her word. She may change it."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        row = case.helps.filter(reference=help_, ended_at__isnull=False).first()
        if row is None:
            raise CaseUnknown
        if row.met != met:
            row.met = met
            row.save(update_fields=["met"])
            take_step(case, EventKind.MET, by=by, now=now, code=met)
            count_parity(case, opened, now=now)


def watch_case(*, opened: OpenCase, review_on: date, by: Actor, now: datetime) -> None:
    """Set a case aside until a day on which somebody looks at it again. Raises StepImpossible."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        take_step(case, EventKind.WATCHED, by=by, now=now)
        case.review_on = review_on
        case.let_go()
        case.save(update_fields=["review_on", "claimed_by", "claimed_until"])


def close_case(
    *, opened: OpenCase, told: str = "", by: Actor, now: datetime, reference: uuid.UUID | None = None
) -> None:
    """Close a case of which each help has an end; what they were told is kept as a note of this reference.

    Raises HelpUnfinished, OverrideUnfinished, StepImpossible, and SecondPersonNeeded for a red one, and for one from
    which something was passed on without a yes: ask for a review then.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        if needs_two(case.reference, band=case.band):
            raise SecondPersonNeeded
        _must_be_ended(case)
        if told:
            add_note(opened=opened, words=told, by=by, now=now, reference=reference)
        _close(case, opened, by=by, now=now)


def needs_two(case: uuid.UUID, *, band: Band) -> bool:
    """Whether two people close it."""
    return band in NEEDS_REVIEW_TO_CLOSE or is_overridden(case)


def reopen_case(*, opened: OpenCase, why: Reopening, by: Actor, now: datetime) -> None:
    """Take a case up again. Raises StepImpossible, also where she has stopped it."""
    with transaction.atomic():
        take_step(locked_case(opened.reference), EventKind.REOPENED, by=by, now=now, code=why)


def ask_review(*, opened: OpenCase, reason: str, by: Actor, now: datetime) -> None:
    """Ask a second person whether the case may be closed; asking twice changes nothing. Raises HelpUnfinished."""
    with transaction.atomic():
        case = locked_case(opened.reference)
        _must_be_ended(case)
        if case.reviews.filter(kind=Review.Kind.CLOSE, state=Review.State.OPEN).exists():
            return
        reference = uuid.uuid4()
        case.reviews.create(
            reference=reference,
            kind=Review.Kind.CLOSE,
            asked_at=now,
            asked_by=by.id,
            reason=Review.box(casework(opened), "reason", reference, reason),
        )
        write_line(HelplineVerb.REVIEW_ASKED, case, by=by, now=now)


def decide_review(*, opened: OpenCase, review: uuid.UUID, agrees: bool, by: Actor, now: datetime) -> None:
    """The second person's word on closing their case; what was agreed to is done at once.

    Raises CaseUnknown, ReviewOver, SecondPersonNeeded, HelpUnfinished, OverrideUnfinished, and StepImpossible for a
    case whose person has written since it was asked.
    """
    with transaction.atomic():
        locked_case(opened.reference)  # what withdraws it holds the case too
        found = decided(
            opened=opened, review=review, kinds=(Review.Kind.CLOSE, Review.Kind.REPLY), agrees=agrees, by=by, now=now
        )
        case = locked_case(opened.reference)
        if agrees and found.kind is Review.Kind.REPLY:
            words = found.unbox(opened.thread, "words")
            write_message(opened=opened, words=words, side=Side.TEAM, by=by, now=now, reference=review)
        elif agrees and case.state is not CaseState.CLOSED:
            if case.waiting_since is not None and case.waiting_since > found.asked_at:
                raise StepImpossible  # whoever asked had not read it
            _close(case, opened, by=by, now=now)


def decided(
    *, opened: OpenCase, review: uuid.UUID, kinds: Collection[Review.Kind], agrees: bool, by: Actor, now: datetime
) -> Review:
    """Keep the second person's word, in the caller's transaction.

    Raises CaseUnknown, ReviewOver, SecondPersonNeeded.
    """
    rows = Review.objects.select_for_update(of=("self",)).filter(reference=review, kind__in=kinds)
    found = rows.first()
    if found is None or found.case.reference != opened.reference:
        raise CaseUnknown
    if found.state is not Review.State.OPEN:
        raise ReviewOver
    if found.asked_by == by.id:
        raise SecondPersonNeeded
    found.decide(agrees=agrees, by=by.id, now=now)
    case = locked_case(opened.reference)
    write_line(HelplineVerb.REVIEW_DECIDED, case, by=by, now=now, agrees=agrees)
    return found


def casework(opened: OpenCase) -> OpenFile:
    """Staff's own part of a case. Raises CaseUnknown where these keys do not open it."""
    if opened.casework is None:
        raise CaseUnknown
    return opened.casework


def _close(case: Case, opened: OpenCase, *, by: Actor, now: datetime) -> None:
    _must_be_ended(case)
    end_lending_of(case, opened=opened, by=by, now=now)
    withdraw_looks(case, Withdrawn.CLOSED, by=by, now=now)
    end_stand_in_of(case, opened=opened, by=by, now=now)
    take_step(case, EventKind.CLOSED, by=by, now=now)
    count_parity(case, opened, now=now)
    if case.band is Band.RED:
        offer_debriefs(case, by=by, now=now)


def _must_be_ended(case: Case) -> None:
    if case.helps.filter(ended_at__isnull=True).exists():
        raise HelpUnfinished
    if is_unfinished(case.reference):
        raise OverrideUnfinished


def _open_help(case: Case, reference: uuid.UUID) -> Help:
    row: Help | None = case.helps.filter(reference=reference, ended_at__isnull=True).first()
    if row is None:
        raise CaseUnknown
    return row
