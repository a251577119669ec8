"""The editors' pages about opening times: the week, special days and further rules."""

import dataclasses
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from leeward.society.directory.errors import EntryChanged
from leeward.society.directory.forms.staff.hours import RuleForm, WeekForm, WeekRecord
from leeward.society.directory.forms.staff.screens import Screen
from leeward.society.directory.operations.editing import keep_entry
from leeward.society.directory.queries.editing import ServiceEntry
from leeward.society.directory.rules.records import AtLocation, LocationRecord, Schedule, ServiceRecord
from leeward.society.directory.rules.schedules import check_schedule
from leeward.society.directory.rules.weekly import Hours, in_order, join_week, keep_ids, split_schedules
from leeward.society.directory.schedule_words import describe_schedule, describe_spell, next_spells
from leeward.society.directory.views.staff.services import find_service
from leeward.society.directory.views.staff.shared import (
    actor,
    editors,
    go,
    keep,
    meanwhile,
    page,
    status_of,
    today,
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whose times they are: the service's own (`part` is None), or those at one of its places."""

    entry: ServiceEntry
    part: AtLocation | None
    place: LocationRecord | None

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """The times as they stand."""
        return self.entry.record.schedules if self.part is None else self.part.schedules

    @property
    def query(self) -> str:
        """What the address of a page says of the place."""
        return f"?{urlencode({'place': str(self.place.id)})}" if self.place else ""

    def hours(self) -> Hours:
        """The times by how people change them."""
        return split_schedules(self.schedules, today=today())

    def replaced(self, schedules: Iterable[Schedule], **values: Any) -> ServiceRecord:
        """The service with other times; each row has an id of its own, so that none takes another's."""
        numbered = tuple(row if row.id else dataclasses.replace(row, id=uuid.uuid4()) for row in schedules)
        record = dataclasses.replace(self.entry.record, **values)
        if self.part is None:
            return dataclasses.replace(record, schedules=numbered)
        changed = dataclasses.replace(self.part, schedules=numbered)
        parts = tuple(changed if part.id == changed.id else part for part in record.locations)
        return dataclasses.replace(record, locations=parts)


class _WeekScreen(Screen):
    """The week's table, which makes a whole service of what was typed."""

    def __init__(self, target: Target, **options: Any) -> None:
        self.target, hours = target, target.hours()
        record = WeekRecord(week=hours.week, special=hours.special, holidays=target.entry.record.holidays)
        super().__init__(WeekForm, record, **options)

    def applied(self) -> ServiceRecord:
        """The service with these times."""
        typed: WeekRecord = super().applied()
        before = self.target.schedules
        week = join_week(typed.week, before=before, today=today())
        special = keep_ids(typed.special, before=before)
        rows = (*week, *special, *self.target.hours().rules)
        return self.target.replaced(in_order(rows, before=before), holidays=typed.holidays)


class _RuleScreen(Screen):
    """One further rule, which makes a whole service of what was typed."""

    def __init__(self, target: Target, row: Schedule, **options: Any) -> None:
        self.target, self.row = target, row
        super().__init__(RuleForm, row, **options)

    def rule(self) -> Schedule:
        """The rule as it was typed."""
        made: Schedule = super().applied()
        return made

    def applied(self) -> ServiceRecord:
        """The service with this rule."""
        rule, rows = self.rule(), self.target.schedules
        if any(row.id == rule.id for row in rows):
            return self.target.replaced(rule if row.id == rule.id else row for row in rows)
        return self.target.replaced((*rows, rule))

    def is_valid(self) -> bool:
        """Whether it can be read, and is a rule."""
        if not super().is_valid():
            return False
        self.refuse(check_schedule(self.rule()))
        return not self.errors


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def week(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """The week's table, special days, what holidays do, and the further rules in words."""
    target = _target(request, service_id)
    screen = _WeekScreen(target, data=request.POST if request.method == "POST" else None, starts=request.GET.dict())
    changes: tuple[Any, ...] = ()
    if request.method == "POST":
        kept = keep(request, screen, reference=target.entry.record.id)
        if kept.said:
            return _back(target, said=kept.said)
        changes = kept.changes
    now = timezone.now()
    rules = [(row, describe_schedule(row), _next(row, now)) for row in target.hours().rules]
    context = {"form": screen, "target": target, "rules": rules, "changes": changes}
    return page(request, "hours", {**context, **_shared(target)}, status=status_of(screen))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def add_rule(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """A new further rule."""
    target = _target(request, service_id)
    return _rule_page(request, target, Schedule(id=uuid.uuid4()), is_new=True)


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: HttpRequest, service_id: uuid.UUID, rule_id: uuid.UUID) -> HttpResponse:
    """Change a further rule."""
    target = _target(request, service_id)
    return _rule_page(request, target, _find_rule(target, rule_id), is_new=False)


@editors
@require_POST
def remove_rule(request: HttpRequest, service_id: uuid.UUID, rule_id: uuid.UUID) -> HttpResponse:
    """Take a further rule away."""
    target = _target(request, service_id)
    gone = _find_rule(target, rule_id)
    record = target.replaced(row for row in target.schedules if row.id != gone.id)
    try:
        keep_entry(record, version=request.POST.get("state", ""), by=actor(request), now=timezone.now())
    except EntryChanged:
        return _rule_page(
            request, target, gone, is_new=False, changes=meanwhile(service_id, request.POST.get("state", ""))
        )
    return _back(target, said="removed")


def _rule_page(
    request: HttpRequest, target: Target, row: Schedule, *, is_new: bool, changes: tuple[Any, ...] = ()
) -> HttpResponse:
    """A rule's form: sent with "show", it says what the rule means and saves nothing."""
    is_sent = request.method == "POST" and "freq" in request.POST
    screen = _RuleScreen(target, row, data=request.POST if is_sent else None)
    meaning = ""
    spells: tuple[str, ...] = ()
    if is_sent and screen.is_valid():
        if "show" in request.POST:
            meaning, spells = describe_schedule(screen.rule()), _next(screen.rule(), timezone.now())
        else:
            kept = keep(request, screen, reference=target.entry.record.id)
            if kept.said:
                return _back(target, said=kept.said)
            changes = kept.changes
    elif not is_new and not is_sent:
        meaning, spells = describe_schedule(row), _next(row, timezone.now())
    context = {"form": screen, "row": row, "is_new": is_new, "changes": changes, "meaning": meaning, "spells": spells}
    status = HTTPStatus.BAD_REQUEST if changes else status_of(screen)
    return page(request, "rule", {**context, **_shared(target)}, status=status)


def _shared(target: Target) -> dict[str, Any]:
    return {"target": target, "entry": target.entry, "version": target.entry.version, "query": target.query}


def _target(request: HttpRequest, service_id: uuid.UUID) -> Target:
    """Whose times the page's address names."""
    entry, wanted = find_service(service_id), request.GET.get("place")
    if not wanted:
        return Target(entry=entry, part=None, place=None)
    part = next((part for part in entry.record.locations if str(part.location_id) == wanted), None)
    if part is None:
        raise Http404
    place = next(place for place in entry.places if place.id == part.location_id)
    return Target(entry=entry, part=part, place=place)


def _find_rule(target: Target, rule_id: uuid.UUID) -> Schedule:
    for row in target.hours().rules:
        if row.id == rule_id:
            return row
    raise Http404


def _next(row: Schedule, now: datetime) -> tuple[str, ...]:
    return tuple(describe_spell(spell) for spell in next_spells(row, now=now))


def _back(target: Target, *, said: str) -> HttpResponse:
    response = go("staff-hours", target.entry.record.id, said=said)
    if target.place:
        address = reverse("directory:staff-hours", args=[target.entry.record.id])
        response["Location"] = f"{address}?{urlencode({'said': said, 'place': str(target.place.id)})}"
    return response
