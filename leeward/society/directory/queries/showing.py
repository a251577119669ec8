"""One service as a reader sees it: in her language, with its hours, never with a place that must not be found."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, partial
from uuid import UUID
from zoneinfo import ZoneInfo

from leeward.foundation.days import nation_zone
from leeward.society.directory.errors import EntryUnknown
from leeward.society.directory.models import Holiday, Service, Term
from leeward.society.directory.rules.finding import is_free
from leeward.society.directory.rules.freshness import Freshness, freshness_of
from leeward.society.directory.rules.places import Spot, metres_between
from leeward.society.directory.rules.records import (
    LocationRecord,
    OrganizationRecord,
    Schedule,
    ServiceRecord,
    ServiceStatus,
    text_in,
)
from leeward.society.directory.rules.schedules import DayHours, Spell, current_or_next, week_of


class Group(StrEnum):
    """Why a service stands where it stands among what was found."""

    CRISIS = "crisis"
    NEAR = "near"
    NATIONAL = "national"
    AREA = "area"
    FAR = "far"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When a service is open, worked out for one moment. Times are aware, in the nation's zone."""

    is_known: bool
    is_open: bool
    is_always_open: bool
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class TermView:
    """A term in the reader's language, with the codes of its taxonomy and of the term that it stands under, if any."""

    taxonomy: str
    code: str
    name: str
    id: UUID
    under: str


@dataclass(frozen=True, kw_only=True)
class ServiceView:
    """A service for one reader. `locations` are those that everybody may know of; `metres` is None for all others."""

    record: ServiceRecord
    organization: OrganizationRecord
    locations: tuple[LocationRecord, ...]
    terms: tuple[TermView, ...]
    language: str
    freshness: Freshness
    hours: Hours
    zone: ZoneInfo
    holidays: Mapping[date, str]
    now: datetime
    group: Group = Group.OTHER
    metres: float | None = None
    is_withdrawn: bool = False

    @property
    def id(self) -> UUID:
        """The service's public id."""
        return self.record.id

    @property
    def version(self) -> str:
        """By what a form says which state of the service it was made of."""
        return self.record.last_modified.isoformat() if self.record.last_modified else ""

    def text(self, name: str) -> str:
        """A text of the service in the reader's language, in its own words where nobody has translated it."""
        return text_in(self.record, name, self.language)

    @property
    def name(self) -> str:
        """The service's name."""
        return self.text("name")

    @property
    def description(self) -> str:
        """What the service does."""
        return self.text("description")

    @property
    def organization_name(self) -> str:
        """Who gives it."""
        return text_in(self.organization, "name", self.language)

    def location_text(self, location: LocationRecord, name: str) -> str:
        """A text of a place in the reader's language."""
        return text_in(location, name, self.language)

    @property
    def is_free(self) -> bool:
        """Whether one can use it without paying."""
        return is_free(self.record)

    @cached_property
    def week(self) -> tuple[DayHours, ...]:
        """The hours of the next seven days, today first."""
        return week_of(
            all_schedules(self.record),
            zone=self.zone,
            holidays=frozenset(self.holidays),
            holiday_hours=self.record.holidays,
            today=self.now.astimezone(self.zone).date(),
        )


def show_service(service_id: UUID, *, language: str, now: datetime) -> ServiceView:
    """One service, however old its last check is. Raises EntryUnknown for what nobody may see and what is not there."""
    row = Service.objects.published().whole().filter(public_id=service_id).first()
    if row is None:
        raise EntryUnknown
    return view_services([row], language=language, now=now)[0]


def preview_service(service_id: UUID, *, language: str, now: datetime) -> ServiceView:
    """The same for editors and owners: internal and withdrawn services too. Raises EntryUnknown."""
    row = Service.objects.whole().filter(public_id=service_id).first()
    if row is None:
        raise EntryUnknown
    return view_services([row], language=language, now=now)[0]


def view_services(
    rows: Iterable[Service],
    *,
    language: str,
    now: datetime,
    spot: Spot | None = None,
    groups: Mapping[int, Group] | None = None,
) -> tuple[ServiceView, ...]:
    """The services, loaded by `whole`, as a reader sees them; in two more queries for all."""
    holidays = dict(Holiday.objects.values_list("day", "name"))
    terms = {term.pk: term for term in Term.objects.select_related("taxonomy", "parent")}
    made = partial(_view, language=language, now=now, spot=spot, zone=nation_zone(), holidays=holidays, terms=terms)
    return tuple(made(row, group=(groups or {}).get(row.pk, Group.OTHER)) for row in rows)


def facet_choices(taxonomy: str, *, language: str) -> tuple[TermView, ...]:
    """The terms of a taxonomy in the reader's language, in their order, for questions that people answer."""
    rows = Term.objects.filter(taxonomy__code=taxonomy).select_related("taxonomy", "parent")
    return tuple(_term(taxonomy, row, language) for row in rows)


def all_schedules(record: ServiceRecord) -> tuple[Schedule, ...]:
    """A service's own hours and those of its places."""
    return record.schedules + tuple(row for part in record.locations for row in part.schedules)


def hide_places(record: ServiceRecord, places: Iterable[LocationRecord]) -> tuple[LocationRecord, ...]:
    """The places that everybody may know of."""
    return () if record.hides_address else tuple(place for place in places if not place.is_confidential)


def _view(
    row: Service,
    *,
    language: str,
    now: datetime,
    spot: Spot | None,
    group: Group,
    zone: ZoneInfo,
    holidays: Mapping[date, str],
    terms: Mapping[int, Term],
) -> ServiceView:
    record = row.as_record()
    places = hide_places(record, (place.location.as_record() for place in row.at_locations.all()))
    shown = frozenset(place.id for place in places)
    record = dataclasses.replace(
        record,
        owner_email="",
        locations=tuple(part for part in record.locations if part.location_id in shown or part.schedules),
    )
    links = sorted(
        (terms[link.term_id] for link in row.service_terms.all()), key=lambda term: (term.position, term.name)
    )
    return ServiceView(
        record=record,
        organization=row.organization.as_record(),
        locations=places,
        terms=tuple(_term(term.taxonomy.code, term, language) for term in links),
        language=language,
        freshness=freshness_of(record.assured_date, today=now.astimezone(zone).date()),
        hours=_hours(record, zone=zone, holidays=holidays, now=now),
        zone=zone,
        holidays=holidays,
        now=now,
        group=group,
        metres=_metres(places, spot),
        is_withdrawn=row.is_withdrawn,
    )


def _term(taxonomy: str, term: Term, language: str) -> TermView:
    record, under = term.as_record(), term.parent.code if term.parent else ""
    return TermView(
        taxonomy=taxonomy, code=record.code, name=text_in(record, "name", language), id=record.id, under=under
    )


def _hours(record: ServiceRecord, *, zone: ZoneInfo, holidays: Mapping[date, str], now: datetime) -> Hours:
    schedules = all_schedules(record)
    if record.status is not ServiceStatus.ACTIVE:
        return Hours(is_known=True, is_open=False, is_always_open=False, opens_at=None, closes_at=None)
    spell: Spell | None = current_or_next(
        schedules,
        zone=zone,
        holidays=frozenset(holidays),
        holiday_hours=record.holidays,
        now=now,
    )
    is_open = spell is not None and spell.opens_at <= now < spell.closes_at
    always = is_open and spell is not None and (spell.closes_at - now).days >= 7  # a week without end
    return Hours(
        is_known=bool(schedules),
        is_open=is_open,
        is_always_open=always,
        opens_at=spell.opens_at.astimezone(zone) if spell else None,
        closes_at=spell.closes_at.astimezone(zone) if spell else None,
    )


def _metres(places: tuple[LocationRecord, ...], spot: Spot | None) -> float | None:
    """How far the nearest place that can be known is, as the crow flies."""
    if spot is None:
        return None
    away = [
        metres_between(spot.latitude, spot.longitude, place.latitude, place.longitude)
        for place in places
        if place.latitude is not None and place.longitude is not None
    ]
    return min(away, default=None)
