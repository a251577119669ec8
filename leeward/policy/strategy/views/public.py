"""What everybody may read: how far the strategy has come, the map, the forum, what was agreed, and the calendar."""

import json
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day
from leeward.foundation.opendata import open_data, table
from leeward.foundation.web.access import public
from leeward.foundation.web.links import by_link
from leeward.policy.strategy import words
from leeward.policy.strategy.calendars import CONTENT_TYPE, write_calendar
from leeward.policy.strategy.errors import AddressUnknown
from leeward.policy.strategy.operations.calendars import check_address
from leeward.policy.strategy.queries.calendar import Event, list_events
from leeward.policy.strategy.queries.forum import list_meetings, list_members
from leeward.policy.strategy.queries.mapping import find_published_scoping, published_scopings
from leeward.policy.strategy.queries.model import indicators_of
from leeward.policy.strategy.queries.plan import Reader, ShownAction, ShownStrategy, list_actions, list_strategies
from leeward.policy.strategy.queries.registers import list_agreements, list_standards
from leeward.policy.strategy.views.reports import coverage_csv, scoping_csv, scoping_pdf
from leeward.policy.strategy.views.shared import show as show_page

COLUMNS = (
    "strategy",
    "objective",
    "number",
    "title",
    "status",
    "since",
    "reason",
    "lead",
    "due_on",
    "late",
    "needs",
    "holds_up",
    "items",
    "milestones",
    "milestones_reached",
)


@public
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """How far each public strategy has come, what is late, what is blocked, and why."""
    now = timezone.now()
    return show_page(
        request,
        "public/progress",
        strategies=list_strategies(reader=Reader.EVERYBODY, now=now),
        today=local_day(now),
        scopings=published_scopings()[:1],
    )


@public
@require_safe
@open_data
def feed_json(request: HttpRequest) -> HttpResponse:
    """The same for programs. It may be read from other sites' pages: all of it is public."""
    del request
    now = timezone.now()
    body = {
        "as_of": local_day(now).isoformat(),
        "page": settings.LEEWARD_URL + reverse("strategy:progress"),
        "strategies": [_record(each) for each in list_strategies(reader=Reader.EVERYBODY, now=now)],
    }
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    return HttpResponse(text, content_type="application/json")


@public
@require_safe
@open_data
def feed_csv(request: HttpRequest) -> HttpResponse:
    """The same actions as a table, in the nation's own language."""
    del request
    found = list_strategies(reader=Reader.EVERYBODY, now=timezone.now())
    lines = [
        _line(strategy, objective.number, action)
        for strategy in found
        for objective in strategy.objectives
        for action in objective.actions
    ]
    return table([COLUMNS, *lines], name="strategy.csv")


@public
@require_safe
def forum(request: HttpRequest) -> HttpResponse:
    """Who sits in the forum, its public meetings and what they decided."""
    now = timezone.now()
    return show_page(
        request,
        "public/forum",
        members=[each for each in list_members(now=now) if each.has_seat],
        meetings=list_meetings(reader=Reader.EVERYBODY, now=now),
        numbered={each.number: each for each in list_actions(reader=Reader.EVERYBODY, now=now)},
    )


@public
@require_safe
def agreed(request: HttpRequest) -> HttpResponse:
    """Standards that were agreed on, and agreements on sharing data."""
    now = timezone.now()
    return show_page(
        request,
        "public/agreed",
        standards=list_standards(reader=Reader.EVERYBODY, now=now),
        agreements=list_agreements(reader=Reader.EVERYBODY, now=now),
        today=local_day(now),
    )


@public
@require_safe
def scoping(request: HttpRequest, reference: UUID) -> HttpResponse:
    """A scoping exercise that was published."""
    found = find_published_scoping(reference)
    return show_page(request, "public/scoping", scoping=found, others=published_scopings())


@public
@require_safe
@open_data
def scoping_file(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Its organisations as a table."""
    del request
    return scoping_csv(find_published_scoping(reference))


@public
@require_safe
@open_data
def scoping_coverage(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Its coverage as a table."""
    del request
    return coverage_csv(find_published_scoping(reference).coverage)


@public
@require_safe
def scoping_print(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Its report as an accessible document."""
    del request
    return scoping_pdf(find_published_scoping(reference))


@public
@require_safe
@open_data
def calendar(request: HttpRequest) -> HttpResponse:
    """Public days of the strategy, for a calendar program."""
    del request
    events = list_events(reader=Reader.EVERYBODY, now=timezone.now())
    return HttpResponse(write_calendar(events), content_type=CONTENT_TYPE)


def _secret_events(token: str, *, now: datetime) -> tuple[Event, ...]:
    check_address(token)
    return list_events(reader=Reader.STAFF, now=now)


@public
@require_safe
@by_link(
    _secret_events,
    purpose="strategy/calendar",
    unknown=AddressUnknown,
    why=_("This address is mistyped, or it was revoked. Ask whoever gave it to you for a new one."),
    page="strategy/public/no_calendar.jinja",
)
def secret_calendar(request: HttpRequest, events: tuple[Event, ...]) -> HttpResponse:
    """The secretariat's calendar. An address that is unknown and one that was revoked are one answer."""
    del request
    return HttpResponse(write_calendar(events), content_type=CONTENT_TYPE)


def _record(of: ShownStrategy) -> dict[str, object]:
    return {
        "id": str(of.reference),
        "title": dict(of.title),
        "starts_on": of.starts_on.isoformat(),
        "ends_on": of.ends_on.isoformat(),
        "actions": of.progress.total,
        "actions_by_status": {status.value: number for status, number in of.progress.counts.items()},
        "actions_late": of.progress.late,
        "objectives": [
            {
                "number": objective.number,
                "title": dict(objective.title),
                "words": dict(objective.words),
                "actions": [_action_record(action) for action in objective.actions],
            }
            for objective in of.objectives
        ],
    }


def _action_record(of: ShownAction) -> dict[str, object]:
    return {
        "id": str(of.reference),
        "number": of.number,
        "title": dict(of.title),
        "words": dict(of.words),
        "status": of.status.value,
        "history": [
            {"status": each.status.value, "since": each.since_on.isoformat(), "reason": each.reason}
            for each in of.statuses
        ],
        "lead": of.lead.name if of.lead else None,
        "supporting": [each.name for each in of.supporting if each.name],
        "items": list(of.items),
        "baseline": of.baseline,
        "target": of.target,
        "due_on": of.due_on.isoformat() if of.due_on else None,
        "late": of.is_late,
        "needs": list(of.facts.needs),
        "waits_for": list(of.waits_for),
        "holds_up": list(of.blocking.blocked),
        "figures_that_suffer": [each.id for each in indicators_of(of.suffers)],
        "milestones": [
            {
                "title": dict(each.title),
                "due_on": each.due_on.isoformat(),
                "reached_on": each.reached_on.isoformat() if each.reached_on else None,
            }
            for each in of.milestones
        ],
    }


def _line(strategy: ShownStrategy, objective: int, of: ShownAction) -> tuple[object, ...]:
    last, main = of.last, settings.LANGUAGE_CODE
    return (
        strategy.title.get(main, ""),
        objective,
        f"A{of.number}",
        of.title.get(main, ""),
        of.status.value,
        last.since_on.isoformat() if last else None,
        last.reason if last else None,
        of.lead.name if of.lead else None,
        of.due_on.isoformat() if of.due_on else None,
        "yes" if of.is_late else "no",
        words.numbers(of.facts.needs),
        words.numbers(of.blocking.blocked),
        " ".join(of.items),
        len(of.milestones),
        of.reached,
    )
