"""The only way in which a request changes: an event is written; state and clocks are computed from all events."""

import uuid
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from leeward.foundation.audit.rules import HOUR, Actor
from leeward.industry.duties.queries import find_regime
from leeward.industry.duties.rules import Clock, clock_under
from leeward.victim.file.operations.news import note_news
from leeward.victim.removals.errors import ReportUnknown, RequestUnknown
from leeward.victim.removals.models import Notice, Report, Request, RequestEvent
from leeward.victim.removals.operations.verbs import RemovalVerb, write_line
from leeward.victim.removals.queries.clocks import clock_events
from leeward.victim.removals.rules.clocks import first_due
from leeward.victim.removals.rules.decisions import REMOVING, Outcome
from leeward.victim.removals.rules.schedule import look_after, look_again
from leeward.victim.removals.rules.states import BEFORE_SENT, ENDED, NEWS, RequestState, Step, advance

# After these the desk must look; after those somebody at the desk has.
ATTENTION_AFTER = frozenset(
    {
        Step.UNSENT,
        Step.RECALLED,
        Step.FOUND_INCOMPLETE,
        Step.DECIDED_KEPT,
        Step.SEEN_UNSURE,
        Step.RESTORED,
        Step.APPEAL_UPHELD,
    }
)
LOOKED_AFTER = frozenset(
    {
        Step.QUEUED,
        Step.COMPLETED,
        Step.ESCALATED,
        Step.CLOSED,
        Step.WITHDRAWN,
        Step.APPEALED,
        Step.SEEN_GONE,
        Step.CAME_BACK,
    }
)
LOOKS = frozenset({Step.SEEN_GONE, Step.SEEN_UP, Step.SEEN_UNSURE})


def locked_request(**where: object) -> Request:
    """Lock the one request with these fields. Raises RequestUnknown."""
    found = Request.objects.select_for_update(of=("self",)).select_related("report", "platform").filter(**where).first()
    if found is None:
        raise RequestUnknown
    return found


def locked_report(reference: uuid.UUID) -> Report:
    """Lock a report. Raises ReportUnknown."""
    if (found := locked_if_there(reference)) is None:
        raise ReportUnknown
    return found


def locked_if_there(reference: uuid.UUID) -> Report | None:
    """Lock a report; None where there is none, or none any more."""
    return Report.objects.select_for_update(of=("self",)).select_related("file").filter(reference=reference).first()


def noted(now: datetime, *, by: Actor) -> datetime:
    """Return the time to write down: of her own acts only the hour, so that they cannot be linked by time."""
    return by.clock(now, hour=HOUR / settings.LEEWARD_CLOCK_PACE)


def take_step(
    request: Request,
    *,
    step: Step,
    by: Actor,
    now: datetime,
    at: datetime | None = None,
    code: str = "",
    notice: Notice | None = None,
    voids: RequestEvent | None = None,
) -> RequestEvent:
    """Write one event of a locked request and set its state and clocks by it. Raises StepImpossible.

    `at` is when it happened, if that was before it is noted. `code` is a word from a fixed list, never anybody's words.
    Her own steps tell the hour, but never one before what they follow.
    """
    earlier = request.events.aggregate(at=Max("at"), ordinal=Max("ordinal"))
    hour = noted(now, by=by)
    if hour != now:
        now = max(hour, earlier["at"] or hour)
    before = request.state
    after = advance(before, step, was_removed=request.last_outcome in REMOVING)
    event = RequestEvent.objects.create(
        request=request,
        step=step,
        at=at or now,
        noted_at=now,
        before=before,
        after=after,
        actor_kind=by.kind,
        actor_reference=by.id,
        code=code,
        notice=notice,
        voids=voids,
        ordinal=(earlier["ordinal"] or 0) + 1,
    )
    request.state = after
    _apply(request, step=step, before=before, after=after, code=code, at=event.at, now=now)
    set_clocks(request)
    request.save()
    if step in NEWS:
        note_news_of(request.report, by=by, now=now)
    write_line(RemovalVerb.STEP, request, by=by, now=now, step=step, code=code)
    return event


def note_arrival(
    request: Request, *, by: Actor, now: datetime, code: str, notice: Notice | None, at: datetime | None = None
) -> None:
    """Note that a locked request's notice has reached its platform; a corrected one supplies what was missing."""
    made = request.events.filter(step=Step.QUEUED.value).order_by("-ordinal").first()
    if request.missing_element and made is not None and made.code == request.missing_element:
        take_step(request, step=Step.COMPLETED, by=by, at=at, now=now, code=request.missing_element, notice=notice)
    else:
        take_step(request, step=Step.SENT, by=by, at=at, now=now, code=code, notice=notice)


def note_news_of(report: Report, *, by: Actor, now: datetime) -> None:
    """Note that there is news of a report for its person; who told it for somebody else is told nothing of it."""
    if not report.is_for_another:
        note_news(report.file_id, by=by, now=now)


def set_clocks(request: Request) -> None:
    """Compute both clocks of a request from its events; the caller saves."""
    clock = law_clock(request)
    request.law_started_at = clock.started_at if clock else None
    request.law_due_at = clock.due_at if clock else None
    request.law_paused_at = clock.paused_since if clock else None
    request.law_stopped_at = clock.stopped_at if clock else None
    state = request.state
    is_law_running = clock is not None and clock.is_running and state not in ENDED
    own = request.own_due_at if request.first_sent_at is None and state in BEFORE_SENT else None
    request.due_at = first_due(own, request.law_due_at if is_law_running else None)


def law_clock(request: Request) -> Clock | None:
    """The law's clock of a request; None before a regime was chosen."""
    if not request.regime_code:
        return None
    regime = find_regime(request.regime_code, request.regime_version)
    if regime.limit_hours is not None and settings.LEEWARD_CLOCK_PACE != 1:
        regime = replace(regime, limit_hours=regime.limit_hours / settings.LEEWARD_CLOCK_PACE)
    return clock_under(regime=regime, events=clock_events(list(request.events.order_by("at", "ordinal", "id"))))


def _apply(
    request: Request, *, step: Step, before: RequestState, after: RequestState, code: str, at: datetime, now: datetime
) -> None:
    if step is Step.SENT and request.first_sent_at is None:
        request.first_sent_at = at
    if step in (Step.DECIDED_REMOVED, Step.DECIDED_KEPT, Step.APPEAL_REVERSED):
        request.last_outcome = Outcome(code or Outcome.REMOVED)
    request.missing_element = code if step is Step.FOUND_INCOMPLETE else request.missing_element
    if step is Step.COMPLETED:
        request.missing_element = ""
    if step in ATTENTION_AFTER or (after is RequestState.STILL_UP and before is not RequestState.STILL_UP):
        request.attention_at = now
    elif step in LOOKED_AFTER:
        request.attention_at = None
    if after in ENDED:
        request.closed_at, request.watch = now, ""
        request.let_go()
    request.next_check_at = _next_check(request, step=step, is_new=before is not after, now=now)


def plan_next_look(request: Request, *, now: datetime, saw_nothing: bool = False) -> datetime | None:
    """Return when the monitor looks next after a look; None where it need not look any more."""
    if not request.watch:
        return None
    pause = look_again(
        request.state,
        watches=request.report.watching_agreed_at is not None,
        saw_nothing=saw_nothing,
        pace=settings.LEEWARD_CLOCK_PACE,
    )
    return None if pause is None else now + pause


def _next_check(request: Request, *, step: Step, is_new: bool, now: datetime) -> datetime | None:
    """Return when the monitor looks next: only at an address of which it has a sealed copy.

    What leaves a request where it stands moves no look: a platform that answers often is not looked at less often.
    """
    if step in LOOKS:
        return plan_next_look(request, now=now)
    if not request.watch or (not is_new and request.next_check_at is not None):
        return request.next_check_at if request.watch else None
    pause = look_after(
        request.state,
        watches=request.report.watching_agreed_at is not None,
        was_seen=request.last_checked_at is not None,
        pace=settings.LEEWARD_CLOCK_PACE,
    )
    return None if pause is None else now + pause
