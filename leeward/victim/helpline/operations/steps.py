"""The only way in which a case changes: an event is written; state, turn and clocks are computed from all events."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from leeward.foundation.audit.rules import HERS, HOUR, Actor
from leeward.foundation.days import nation_zone
from leeward.victim.file.operations.files import keep_until
from leeward.victim.file.operations.news import note_news
from leeward.victim.helpline.errors import CaseUnknown
from leeward.victim.helpline.models import CallBack, Case
from leeward.victim.helpline.models import CaseEvent as EventRow
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.hours import open_after
from leeward.victim.helpline.rules.calls import CallState
from leeward.victim.helpline.rules.cases import CASE_LIFETIME, CaseEvent, CaseState, EventKind, stand
from leeward.victim.helpline.rules.paces import promised_open_days
from leeward.victim.helpline.rules.promise import promise_due
from leeward.victim.removals.rules.reports import Band

# After these there is something new for her to read.
NEWS = frozenset({EventKind.ANSWERED, EventKind.HELP_OFFERED, EventKind.PLAN_SUGGESTED, EventKind.CLOSED})


def noted(now: datetime, *, by: Actor) -> datetime:
    """Return the time to write down: of her own acts only the hour, so that they cannot be linked by time."""
    return by.clock(now, hour=HOUR / settings.LEEWARD_CLOCK_PACE)


def counts_from(now: datetime, *, by: Actor) -> datetime:
    """Since when a promise counts: for her own acts, of which the hour is kept, from the end of that hour.

    Counted from its beginning, a promise of one hour that was given at two minutes to would last two minutes.
    """
    at = noted(now, by=by)
    return at if by.kind not in HERS else at + HOUR / settings.LEEWARD_CLOCK_PACE


def locked_case(reference: uuid.UUID) -> Case:
    """Lock a case. Raises CaseUnknown."""
    found = (
        Case.objects.select_for_update(of=("self",))
        .select_related("file", "thread")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise CaseUnknown
    return found


def take_step(case: Case, kind: EventKind, *, by: Actor, now: datetime, code: str = "") -> None:
    """Write one event of a locked case and save where it stands by it. Raises StepImpossible; nothing is written then.

    Her own steps tell the hour, but never one before what they follow.
    """
    earlier = case.events.aggregate(at=Max("at"), ordinal=Max("ordinal"))
    at = max(noted(now, by=by), earlier["at"] or noted(now, by=by))
    events = [*events_of(case), CaseEvent(kind=kind, at=at, code=code)]
    standing = stand(events)
    case.events.create(
        ordinal=(earlier["ordinal"] or 0) + 1,
        kind=kind,
        at=at,
        actor_kind=by.kind,
        actor_reference=by.id,
        code=code,
    )
    is_newly_waiting = standing.waiting_since is not None and case.waiting_since != standing.waiting_since
    case.state, case.turn = standing.state, standing.turn
    case.waiting_since, case.closed_at = standing.waiting_since, standing.closed_at
    case.answered_at, case.said_at = standing.answered_at, standing.said_at
    case.turn_since = standing.turn_since
    if kind is EventKind.BAND_SET:
        case.band = Band(code)
    if standing.waiting_since is None:
        case.promise_due = None
    elif is_newly_waiting:
        open_days = promised_open_days(case.pace, band=case.band, is_first=standing.answered_at is None)
        case.promise_due = due_for(case.band, since=max(at, counts_from(now, by=by)), open_days=open_days)
        if standing.answered_at is None:
            case.first_due = case.promise_due
    elif kind is EventKind.BAND_SET:  # sooner where it has become more urgent; what was promised is never moved back
        sooner = [each for each in (case.promise_due, due_for(case.band, since=at)) if each is not None]
        case.promise_due = min(sooner, default=None)
    if standing.state is not CaseState.WATCHING:
        case.review_on = None
    if standing.state is CaseState.CLOSED:
        case.let_go()
        CallBack.objects.filter(case=case).update(state=CallState.DROPPED, window="")
    case.save()
    keep_until(case.file, (now + CASE_LIFETIME).date())
    if kind in NEWS:
        note_news(case.file_id, by=by, now=now)
    write_line(HelplineVerb.STEP, case, by=by, now=noted(now, by=by), step=kind, code=code)


def events_of(case: Case) -> Iterable[CaseEvent]:
    """The events of a case as the rules read them, the earliest first."""
    rows: Iterable[EventRow] = case.events.order_by("ordinal")
    return tuple(CaseEvent(kind=row.kind, at=row.at, code=row.code) for row in rows)


def due_for(band: Band, *, since: datetime, open_days: int = 1) -> datetime | None:
    """Until when she is promised an answer who has waited since then; sooner in a demonstration, whose clock runs."""
    due = promise_due(band, since=since, spells=open_after(since), zone=nation_zone(), open_days=open_days)
    return since + timedelta(seconds=(due - since).total_seconds() / settings.LEEWARD_CLOCK_PACE) if due else None
