"""Calls that she asked for: agree on a time, count attempts, and end."""

from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import nation_zone
from leeward.victim.file.operations.files import keep_contact, read_contact
from leeward.victim.file.rules.contact import Contact
from leeward.victim.helpline.errors import CallRefused, CallTimeRefused, StepImpossible
from leeward.victim.helpline.models import CallBack, Case
from leeward.victim.helpline.operations.cases import let_in_again
from leeward.victim.helpline.operations.steps import locked_case, noted, take_step
from leeward.victim.helpline.queries.calls import is_phone_unwanted, read_window
from leeward.victim.helpline.queries.hours import open_after
from leeward.victim.helpline.rules.calls import (
    KEPT,
    CallState,
    Readiness,
    Window,
    after_call,
    good_times,
    judge,
    nearest,
    quarter_of,
    readiness,
)
from leeward.victim.helpline.rules.cases import CallOutcome, EventKind
from leeward.victim.helpline.rules.opened import OpenCase

# Here her next time is another attempt at the same call; after all others it is a call of its own.
SAME_CALL = frozenset({CallState.ASKED, CallState.MISSED})


def ask_call(*, opened: OpenCase, window: Window, contact: Contact, by: Actor, now: datetime) -> None:
    """She asks to be called in this time, in the way that `contact` says. The same again changes nothing.

    Raises CallTimeRefused, which names the nearest good time, and StepImpossible where she wishes no phone.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        if is_phone_unwanted(case, opened):
            raise StepImpossible
        _check_time(window, contact, now=now)
        let_in_again(case, opened=opened, by=by, now=now)
        if contact != read_contact(case.file, opened.file):
            keep_contact(case.file, contact, opened=opened.file, may_be_told=True, by=by, now=noted(now, by=by))
        row = CallBack.objects.filter(case=case).first() or CallBack(case=case, state=CallState.DONE)
        if row.state is CallState.ASKED and read_window(row, opened) == window:
            return
        if row.state not in SAME_CALL:
            row.attempts, row.tried_at = 0, None
        row.state, row.due_at = CallState.ASKED, quarter_of(window.begin, zone=nation_zone())
        row.window = CallBack.box(opened.thread, "window", row.reference, window.to_text())
        row.save()
        take_step(case, EventKind.CALL_ASKED, by=by, now=now)


def drop_call(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """She does not want the call any more. Safe to repeat."""
    _end_call(opened, CallState.DROPPED, EventKind.CALL_DROPPED, by=by, now=now)


def miss_call(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """Note that her time has passed: her page asks for another one. Safe to repeat."""
    _end_call(opened, CallState.MISSED, EventKind.CALL_MISSED, by=by, now=now)


def count_call(case: Case, opened: OpenCase, *, outcome: CallOutcome, now: datetime) -> None:
    """Count a call of a locked case that was made now or just before. Raises CallRefused where none may be made."""
    row = CallBack.objects.filter(case=case).first()
    if row is None:
        return
    window = read_window(row, opened)
    ready = readiness(row.state, window=window, attempts=row.attempts, tried_at=row.tried_at, now=now)
    if ready not in (Readiness.NOW, Readiness.OVER):
        raise CallRefused(ready.hint)
    if window is None:  # nothing was agreed: a call like any other
        return
    row.attempts, row.tried_at = row.attempts + 1, now
    row.state = after_call(outcome, window=window, attempts=row.attempts, now=now)
    row.window = row.window if row.state is CallState.ASKED else ""
    row.save()


def forget_calls(*, now: datetime, limit: int) -> int:
    """Forget calls 30 days after their time; returns how many."""
    due = CallBack.objects.filter(due_at__lt=now - KEPT).values("pk")[:limit]
    count, _by_table = CallBack.objects.filter(pk__in=list(due.values_list("pk", flat=True))).delete()
    return count


def _check_time(window: Window, contact: Contact, *, now: datetime) -> None:
    spells, hours = open_after(now), contact.news.hours if contact.news else None
    good = tuple(good_times(spells, hours=hours, now=now))
    refusal = judge(window, good, spells=spells, now=now)
    if refusal is not None:
        found = nearest(window, good)
        raise CallTimeRefused(refusal.label, nearest=(found.begin, found.end) if found else None)


def _end_call(opened: OpenCase, state: CallState, event: EventKind, *, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        case = locked_case(opened.reference)
        row = CallBack.objects.filter(case=case, state__in=SAME_CALL).exclude(state=state).first()
        if row is not None:
            row.state, row.window = state, ""
            row.save()
            take_step(case, event, by=by, now=now)
