"""The monitor: looks at each address again when it is due, and writes down what it saw; never a picture."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.reach.errors import AddressRefused, ReachRefused
from leeward.foundation.reach.operations import fetch, may_fetch
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations import blind_index, open_sealed
from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.victim.removals.errors import StepImpossible
from leeward.victim.removals.models import Check, Request
from leeward.victim.removals.operations.reports import watch_place
from leeward.victim.removals.operations.steps import locked_request, take_step
from leeward.victim.removals.rules.checks import CheckReason, Seen, Signal, Verdict, describe_page, judge
from leeward.victim.removals.rules.states import OPEN_STATES, RequestState, Step

PRINT_INDEX = "removals/page"
RETRY_AFTER = timedelta(hours=1)
LEASE = timedelta(minutes=10)
# A page that was seen before: the same is up, another one under its address is for a person to look at.
SAME = Verdict(signal=Signal.UP, reason=CheckReason.SAME_PAGE)
OTHER = Verdict(signal=Signal.UNSURE, reason=CheckReason.OTHER_PAGE)
WATCHED = OPEN_STATES | {RequestState.GONE}


def check_due(*, now: datetime, limit: int, monitor: PrivateKey) -> int:
    """Look at every address whose time has come; returns how many. Safe to repeat and to kill."""
    due = Request.objects.filter(next_check_at__lte=now).exclude(watch="").order_by("next_check_at")
    references = list(due.values_list("reference", flat=True)[:limit])
    for reference in references:
        check_request(reference=reference, monitor=monitor, now=now)
    return len(references)


def check_request(*, reference: uuid.UUID, monitor: PrivateKey, now: datetime) -> Signal | None:
    """Look at one address now; nothing where it is not watched any more."""
    row = Request.objects.filter(reference=reference).exclude(watch="").first()
    if row is None:
        return None
    # Taken for ten minutes: another monitor looks elsewhere, and a killed one is followed up.
    Request.objects.filter(pk=row.pk).update(next_check_at=now + LEASE)
    try:
        url = open_sealed(monitor, row.watch, place=watch_place(reference))
    except SealBroken:
        return None  # sealed to a key that was changed; a person's next visit seals it anew
    verdict, status, described = look(url)
    page_print = blind_index(described, purpose=PRINT_INDEX) if described else ""
    if row.page_print and verdict.reason is CheckReason.FIRST_LOOK:
        verdict = SAME if row.page_print == page_print else OTHER
    note_check(reference=reference, verdict=verdict, status=status, page_print=page_print, by=Actor.system(), now=now)
    return verdict.signal


def look(url: str) -> tuple[Verdict, int | None, str]:
    """Fetch one address: what it says, its status, and what the page calls itself."""
    try:
        if not may_fetch(url):
            return Verdict(signal=Signal.UNSURE, reason=CheckReason.ROBOTS), None, ""
        fetched = fetch(url)
    except AddressRefused:
        return Verdict(signal=Signal.UNSURE, reason=CheckReason.REFUSED_ADDRESS), None, ""
    except ReachRefused:
        return Verdict(signal=Signal.TROUBLE, reason=CheckReason.UNREACHABLE), None, ""
    seen = Seen(
        asked=url,
        final=fetched.final_url,
        status=fetched.status,
        text=fetched.body.decode("utf-8", "replace"),
    )
    return judge(seen), fetched.status, describe_page(seen)


def note_check(
    *,
    reference: uuid.UUID,
    verdict: Verdict,
    status: int | None,
    by: Actor,
    now: datetime,
    page_print: str = "",
) -> None:
    """Write down what was seen, by the monitor or by a person, and what follows from it."""
    with transaction.atomic():
        row = locked_request(reference=reference)
        Check.objects.create(
            request=row,
            at=now,
            signal=verdict.signal.value,
            reason=verdict.reason.value,
            status=status,
            by=by.id,
        )
        row.last_checked_at, row.last_signal = now, verdict.signal.value
        if verdict.signal is Signal.UP and page_print and not row.page_print:
            row.page_print = page_print
        _follow(row, verdict=verdict, by=by, now=now)


def _follow(row: Request, *, verdict: Verdict, by: Actor, now: datetime) -> None:
    step = {Signal.GONE: Step.SEEN_GONE, Signal.UP: Step.SEEN_UP, Signal.UNSURE: Step.SEEN_UNSURE}.get(verdict.signal)
    state = RequestState(row.state)
    if step is None or state not in WATCHED:
        row.next_check_at = now + RETRY_AFTER / settings.LEEWARD_CLOCK_PACE if state in WATCHED else None
        row.save()
        return
    if step is Step.SEEN_GONE and state is RequestState.GONE:
        _later(row, now=now)
        return
    if step in (Step.SEEN_UP, Step.SEEN_UNSURE) and state not in (RequestState.DECIDED, RequestState.GONE):
        # Nobody has said that it is gone: what we saw is written down, and changes nothing.
        _later(row, now=now)
        return
    try:
        take_step(row, step=step, by=by, now=now, code=verdict.reason.value, notice=row.notice)
    except StepImpossible:
        _later(row, now=now)


def _later(row: Request, *, now: datetime) -> None:
    pause = timedelta(days=7) if row.state == RequestState.GONE.value else timedelta(hours=12)
    row.next_check_at = now + pause / settings.LEEWARD_CLOCK_PACE
    row.save()
