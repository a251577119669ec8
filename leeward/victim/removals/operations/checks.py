"""The monitor: looks at each address again when it is due, and writes down what it saw; never a picture."""

import secrets
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.reach.errors import AddressRefused, ReachRefused
from leeward.foundation.reach.operations import fetch, may_fetch, take_turn
from leeward.foundation.reach.rules.limits import Limits, Pace
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations import ServiceKeys, blind_index, open_sealed
from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.victim.removals.errors import RequestUnknown
from leeward.victim.removals.models import Check, Request
from leeward.victim.removals.operations.reports import watch_place
from leeward.victim.removals.operations.returns import ask_anew, lock_report_of, may_return_unasked
from leeward.victim.removals.operations.steps import locked_request, plan_next_look, take_step
from leeward.victim.removals.rules.checks import TEXT_TYPES, CheckReason, Seen, Signal, Verdict, describe_page, judge
from leeward.victim.removals.rules.decisions import REMOVING
from leeward.victim.removals.rules.schedule import MOST_TURNS, wait_for_turn
from leeward.victim.removals.rules.states import ENDED, OPEN_STATES, RequestState, Step

PRINT_INDEX = "removals/page"
LEASE = timedelta(minutes=10)
PACE = Pace()
# A page's head is enough, and of what is no text nothing is read at all: no picture ever comes here.
LOOK_LIMITS = Limits(body_bytes=256 * 1024, media=TEXT_TYPES)
# A page that was seen before: the same is up, another one under its address is for a person to look at.
SAME = Verdict(signal=Signal.UP, reason=CheckReason.SAME_PAGE)
OTHER = Verdict(signal=Signal.UNSURE, reason=CheckReason.OTHER_PAGE)
REMOVED = REMOVING


def check_due(*, now: datetime, limit: int, monitor: PrivateKey | ServiceKeys, limits: Limits = LOOK_LIMITS) -> int:
    """Look at every address whose time has come; returns how many were taken up. Safe to repeat and to kill."""
    due = Request.objects.filter(next_check_at__lte=now).exclude(watch="").order_by("next_check_at")
    references = list(due.values_list("reference", flat=True)[:limit])
    for reference in references:
        check_request(reference=reference, monitor=monitor, now=now, limits=limits)
    return len(references)


def check_request(
    *, reference: uuid.UUID, monitor: PrivateKey | ServiceKeys, now: datetime, limits: Limits = LOOK_LIMITS
) -> Signal | None:
    """Look at one address now; returns None where it is not watched, another monitor has it, or its host must rest."""
    row = Request.objects.filter(reference=reference).exclude(watch="").first()
    if row is None or not _take(row, now=now):
        return None
    try:
        url = open_sealed(monitor, row.watch, place=watch_place(row))
    except SealBroken:  # sealed to a key that was changed since: no monitor can look there, so a person must
        # Not where it was sealed anew while we looked: that one is looked at when the lease has ended.
        Request.objects.filter(pk=row.pk, watch=row.watch).update(next_check_at=None, attention_at=now)
        return None
    if not _is_turn(url):
        _wait(row, now=now)
        return None
    verdict, status, described = look(url, limits=limits)
    page_print = blind_index(described, purpose=PRINT_INDEX) if described else ""
    if row.page_print and verdict.reason is CheckReason.FIRST_LOOK:
        verdict = SAME if row.page_print == page_print else OTHER
    try:
        note_check(
            reference=reference, verdict=verdict, status=status, page_print=page_print, by=Actor.system(), now=now
        )
    except RequestUnknown:  # erased while we looked
        return None
    return verdict.signal


def look(url: str, *, limits: Limits = LOOK_LIMITS) -> tuple[Verdict, int | None, str]:
    """Fetch one address: what it says, its status, and what the page calls itself."""
    try:
        if not may_fetch(url):
            return Verdict(signal=Signal.UNSURE, reason=CheckReason.ROBOTS), None, ""
        fetched = fetch(url, limits=limits)
    except AddressRefused:
        return Verdict(signal=Signal.UNSURE, reason=CheckReason.REFUSED_ADDRESS), None, ""
    except ReachRefused:
        return Verdict(signal=Signal.TROUBLE, reason=CheckReason.UNREACHABLE), None, ""
    if urlsplit(fetched.final_url).hostname != urlsplit(url).hostname:
        take_turn(fetched.final_url, pace=PACE)  # asked already, but it rests from now on too
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
    """Write down what was seen, by the monitor or by a person, and what follows from it. Raises RequestUnknown."""
    with transaction.atomic():
        lock_report_of(reference)
        row = locked_request(reference=reference)
        is_person = verdict.reason is CheckReason.PERSON
        if row.state in ENDED and not is_person:
            return  # it ended while the monitor looked
        verdict = _believe(row, verdict=verdict, now=now)
        is_news = _is_news(row, verdict=verdict)
        Check.objects.create(
            request=row,
            at=now,
            signal=verdict.signal,
            reason=verdict.reason,
            status=status,
            by=by.id,
        )
        row.last_checked_at, row.last_signal = now, verdict.signal
        if verdict.signal is Signal.UP and page_print and not row.page_print:
            row.page_print = page_print
        _follow(row, verdict=verdict, is_news=is_news, by=by, now=now)


def _take(row: Request, *, now: datetime) -> bool:
    """Take an address for ten minutes: another monitor looks elsewhere, and a killed one is followed up."""
    untouched = Request.objects.filter(pk=row.pk, next_check_at=row.next_check_at)
    return untouched.update(next_check_at=now + LEASE) == 1


def _is_turn(url: str) -> bool:
    try:
        return take_turn(url, pace=PACE)
    except AddressRefused:
        return True  # never asked at all; looking says so


def _wait(row: Request, *, now: datetime) -> None:
    """Let an address wait for its host; those of one platform, which is all that we see of hosts, spread out."""
    beside = Request.objects.filter(platform=row.platform, next_check_at__lte=now)
    pause = wait_for_turn(
        interval=PACE.interval,
        waiting=beside.order_by()[:MOST_TURNS].count(),
        draw=secrets.SystemRandom().random(),
    )
    Request.objects.filter(pk=row.pk, next_check_at=now + LEASE).update(next_check_at=now + pause)


def _believe(row: Request, *, verdict: Verdict, now: datetime) -> Verdict:
    """Judge a look: only a page that is recognised, or a person, shows that something is still or again up.

    A page that was never seen before it was said to be removed may be one that says so in words that we do not know.
    """
    if verdict.signal is not Signal.UP or verdict.reason is CheckReason.PERSON:
        return verdict
    if row.state == RequestState.DECIDED and verdict.reason is CheckReason.FIRST_LOOK:
        return Verdict(signal=Signal.UNSURE, reason=verdict.reason)
    if row.state != RequestState.GONE:
        return verdict
    if verdict.reason is CheckReason.SAME_PAGE and may_return_unasked(row, now=now):
        return verdict
    return Verdict(signal=Signal.UNSURE, reason=verdict.reason)


def _is_news(row: Request, *, verdict: Verdict) -> bool:
    """Whether this look tells more than the monitor's last one did.

    It does not where it is the same doubt again, and the desk is on it still or has settled that it is gone.
    """
    if verdict.reason is CheckReason.PERSON:
        return True
    last = row.checks.exclude(reason=CheckReason.PERSON).order_by("-at", "-id").first()
    is_same = last is not None and (last.signal, last.reason) == (verdict.signal, verdict.reason)
    is_known = row.attention_at is not None or row.state == RequestState.GONE
    return not is_same or (verdict.signal is Signal.UNSURE and not is_known)


def _follow(row: Request, *, verdict: Verdict, is_news: bool, by: Actor, now: datetime) -> None:
    step = _step(row, signal=verdict.signal) if is_news else _repeated(row, signal=verdict.signal)
    if step is Step.CAME_BACK:
        ask_anew(row, code=verdict.reason, by=by, now=now)
    elif step is not None:
        take_step(row, step=step, by=by, now=now, code=verdict.reason, notice=row.notice)
    else:
        if verdict == Verdict(signal=Signal.GONE, reason=CheckReason.PERSON):
            row.attention_at = None  # somebody has looked, and it is as it was
        row.next_check_at = plan_next_look(row, now=now, saw_nothing=_is_first_trouble(row, verdict=verdict))
        row.save()


def _step(row: Request, *, signal: Signal) -> Step | None:
    """Return the step that follows from a look; None where it changes nothing."""
    state = row.state
    if signal is Signal.GONE:
        return Step.SEEN_GONE if state in OPEN_STATES else None
    if signal is Signal.UP:
        return {RequestState.DECIDED: Step.SEEN_UP, RequestState.GONE: Step.CAME_BACK}.get(state)
    doubtful = (RequestState.DECIDED, RequestState.GONE, RequestState.STILL_UP)
    return Step.SEEN_UNSURE if signal is Signal.UNSURE and state in doubtful else None


def _repeated(row: Request, *, signal: Signal) -> Step | None:
    """Return the step that follows from seeing the same again."""
    step = _step(row, signal=signal)
    if step is Step.SEEN_UP and row.last_outcome not in REMOVED:
        return None
    return None if step is Step.SEEN_UNSURE else step


def _is_first_trouble(row: Request, *, verdict: Verdict) -> bool:
    if verdict.signal is not Signal.TROUBLE:
        return False
    last = row.checks.order_by("-at", "-id")[1:2]
    return not any(check.signal == Signal.TROUBLE for check in last)
