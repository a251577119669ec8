"""One service: how to talk with them first, then everything else that we know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leeward.foundation.web.access import public
from leeward.foundation.web.words import word
from leeward.society.directory.queries.cards import (
    calls_of,
    hides_place,
    hours_of,
    language_of,
    links_of,
    organization_name,
    unchecked_since,
)
from leeward.society.directory.queries.showing import ServiceView, show_service
from leeward.society.directory.rules.freshness import Freshness
from leeward.society.directory.rules.records import (
    Address,
    Coverage,
    LocationRecord,
    LocationType,
    PhoneType,
    ServiceStatus,
    text_in,
)
from leeward.society.directory.rules.schedules import DayHours, week_of
from leeward.society.directory.words import (
    cost_words,
    day_words,
    language_names,
    list_words,
    price_words,
    spell_words,
    weekday_words,
)


@dataclass(frozen=True, kw_only=True)
class ShownDay:
    """One day of the week that lies ahead."""

    name: str
    date: str
    hours: str
    holiday: str


@dataclass(frozen=True, kw_only=True)
class ShownPlace:
    """A place that everybody may know, in words."""

    name: str
    lines: tuple[str, ...]
    way_there: str
    access: tuple[str, ...]
    hours: tuple[str, ...]


@public
@require_safe
def service(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Everything about one service. What nobody may see and what is not there are the same 404."""
    view = read_service(service_id, now=timezone.now())
    return render(request, "directory/service.jinja", describe(view))


def read_service(service_id: UUID, *, now: datetime) -> ServiceView:
    """The service in the reader's language. Raises EntryUnknown."""
    return show_service(service_id, language=get_language() or settings.LANGUAGE_CODE, now=now)


def describe(view: ServiceView) -> dict[str, object]:
    """What the page says, in words."""
    record, language = view.record, view.language
    return {
        "service": view,
        "lang": language_of(record, "name", language),
        "text_lang": language_of(record, "description", language),
        "organization_name": organization_name(view),
        "organization_text": text_in(view.organization, "description", language),
        "calls": calls_of(record.phones, language=language),
        "faxes": tuple(phone.number for phone in record.phones if phone.type is PhoneType.FAX),
        "links": links_of(record),
        "hours": hours_of(view),
        "week": tuple(_day(day, view) for day in view.week) if view.hours.is_known else (),
        "is_active": record.status is ServiceStatus.ACTIVE,
        "unchecked_since": unchecked_since(view),
        "is_never_checked": record.assured_date is None,
        "is_old": view.freshness is Freshness.HIDDEN,
        "hides_place": hides_place(view),
        "places": tuple(
            _place(place, view) for place in view.locations if place.location_type is LocationType.PHYSICAL
        ),
        "postal": tuple(_place(place, view) for place in view.locations if place.location_type is LocationType.POSTAL),
        "cost": cost_words(record, fees=""),
        "prices": tuple(price_words(cost) for cost in record.cost_options),
        "needs": tuple(term.name for term in view.terms if term.taxonomy == "needs"),
        "people": tuple(term.name for term in view.terms if term.taxonomy == "people"),
        "ages": age_words(record.minimum_age, record.maximum_age),
        "areas": _areas(view),
        "languages": language_names(record.languages, language=language),
    }


def age_words(minimum: int | None, maximum: int | None) -> str:
    """For which ages it is; "" for all."""
    ages = {"minimum": minimum, "maximum": maximum}
    if minimum and maximum is not None:
        return _("From %(minimum)d to %(maximum)d years") % ages
    if minimum:
        return _("From %(minimum)d years on") % ages
    return _("Up to %(maximum)d years") % ages if maximum is not None else ""


def _day(day: DayHours, view: ServiceView) -> ShownDay:
    return ShownDay(
        name=weekday_words(day.day),
        date=day_words(day.day),
        hours=_hours(day, view) or _("Closed"),
        holiday=view.holidays.get(day.day, ""),
    )


def _hours(day: DayHours, view: ServiceView) -> str:
    spells = ((spell.opens_at.astimezone(view.zone), spell.closes_at.astimezone(view.zone)) for spell in day.spells)
    return list_words(tuple(spell_words(*spell) for spell in spells))


def _own_hours(place: LocationRecord, view: ServiceView) -> Iterator[str]:
    """The hours of a place of its own, where it has some: the days on which somebody is there."""
    schedules = tuple(row for part in view.record.locations if part.location_id == place.id for row in part.schedules)
    week = week_of(
        schedules,
        zone=view.zone,
        holidays=frozenset(view.holidays),
        holiday_hours=view.record.holidays,
        today=view.now.astimezone(view.zone).date(),
    )
    for day in week if schedules else ():
        if day.spells:
            yield f"{weekday_words(day.day)} {_hours(day, view)}"


def _place(place: LocationRecord, view: ServiceView) -> ShownPlace:
    return ShownPlace(
        name=view.location_text(place, "name"),
        lines=tuple(_lines(place.address)) if place.address else (),
        way_there=view.location_text(place, "transportation"),
        access=tuple(
            list_words(tuple(filter(None, (word(item.kind) if item.kind else "", item.description))))
            for item in place.accessibility
        ),
        hours=tuple(_own_hours(place, view)),
    )


def _lines(address: Address) -> list[str]:
    lines = (
        address.attention,
        address.address_1,
        address.address_2,
        f"{address.postal_code} {address.city}",
        address.region,
    )
    return [line for line in lines if line.strip()]


def _areas(view: ServiceView) -> str:
    if view.record.coverage is Coverage.NATIONAL:
        return _("People everywhere in %(nation)s") % {"nation": settings.LEEWARD_NATION}
    areas = list_words(tuple(area.name for area in view.record.service_areas))
    return _("People in %(areas)s") % {"areas": areas} if areas else ""
