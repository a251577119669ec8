"""The editors' pages about opening times: the week, special days and further rules."""

import dataclasses
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.editing.pages import WRITING, typed
from leeward.society.directory.errors import EntryChanged
from leeward.society.directory.forms.staff.hours import HoursForm, RuleForm, WeekRecord
from leeward.society.directory.operations.editing import keep_entry
from leeward.society.directory.queries.editing import ServiceEntry
from leeward.society.directory.rules.history import Changed
from leeward.society.directory.rules.records import AtLocation, LocationRecord, Schedule, ServiceRecord
from leeward.society.directory.rules.weekly import Hours, in_order, join_week, keep_ids, split_schedules
from leeward.society.directory.schedule_words import describe_schedule, describe_spell, next_spells
from leeward.society.directory.views.staff.services import find_service
from leeward.society.directory.views.staff.shared import ask, editors, go, meanwhile, page, today


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

    def with_week(self, typed: WeekRecord) -> ServiceRecord:
        """The service with this week's table, special days and holidays."""
        week = join_week(typed.week, before=self.schedules, today=today())
        rows = (*week, *keep_ids(typed.special, before=self.schedules), *self.hours().rules)
        return self.replaced(in_order(rows, before=self.schedules), holidays=typed.holidays)

    def with_rule(self, rule: Schedule) -> ServiceRecord:
        """The service with this further rule."""
        rows = self.schedules
        if any(row.id == rule.id for row in rows):
            return self.replaced(rule if row.id == rule.id else row for row in rows)
        return self.replaced((*rows, rule))

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


@editors
@require_http_methods(WRITING)
def week(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """The week's table, special days, what holidays do, and the further rules in words."""
    target = _target(request, service_id)
    hours = target.hours()
    record = WeekRecord(week=hours.week, special=hours.special, holidays=target.entry.record.holidays)
    form = HoursForm(record, data=typed(request), starts=request.GET.dict())
    now = timezone.now()
    rules = [(row, describe_schedule(row), _next(row, now)) for row in hours.rules]
    more = {"target": target, "rules": rules, "query": target.query}
    then, made = _back(target), lambda: target.with_week(form.applied())
    return ask(request, form, "hours", entry=target.entry, then=then, made=made, **more)


@editors
@require_http_methods(WRITING)
def add_rule(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """A new further rule."""
    target = _target(request, service_id)
    return _rule_page(request, target, Schedule(id=uuid.uuid4()), is_new=True)


@editors
@require_http_methods(WRITING)
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
    version = request.POST.get("state", "")
    try:
        keep_entry(record, version=version, by=actor_of(request), now=timezone.now())
    except EntryChanged:
        more = _shown(target, gone, is_new=False, changes=meanwhile(service_id, version))
        return page(request, "rule", {**more, "form": RuleForm(gone)}, status=HTTPStatus.BAD_REQUEST)
    return _back(target)(said="removed")


def _rule_page(request: HttpRequest, target: Target, row: Schedule, *, is_new: bool) -> HttpResponse:
    """A rule's form: sent with "show", it says what the rule means and saves nothing."""
    form = RuleForm(row, data=typed(request))
    if "show" in request.POST and form.is_valid():
        context = {**_shown(target, form.applied(), is_new=is_new), "form": form, "row": row}
        return page(request, "rule", context)
    more = _shown(target, row, is_new=is_new)
    if is_new or form.is_bound:
        more |= {"meaning": "", "spells": ()}
    then, made = _back(target), lambda: target.with_rule(form.applied())
    return ask(request, form, "rule", then=then, made=made, **more)


def _shown(target: Target, row: Schedule, *, is_new: bool, changes: Sequence[Changed] = ()) -> dict[str, Any]:
    """What a rule's page says beside its form: what the rule means, and when it opens next."""
    return {
        "entry": target.entry,
        "version": target.entry.version,
        "query": target.query,
        "row": row,
        "is_new": is_new,
        "changes": changes,
        "meaning": describe_schedule(row),
        "spells": _next(row, timezone.now()),
    }


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


def _back(target: Target) -> Callable[..., HttpResponse]:
    """To the page of opening times, of the same place."""
    place = {"place": str(target.place.id)} if target.place else {}
    return partial(go, "staff-hours", target.entry.record.id, **place)
