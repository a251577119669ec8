"""Published entries as whole records, with everything that they name: for the open API, its streams and the files.

Each page costs a fixed number of statements, however many entries are on it. Internal and withdrawn services are in
none of this, nor is a place or an organisation that only they would show.
"""

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Prefetch, Q, QuerySet, Subquery

from leeward.foundation.days import local_day
from leeward.society.directory.errors import EntryUnknown
from leeward.society.directory.models import (
    Location,
    OpeningTime,
    Organization,
    Revision,
    ServedArea,
    Service,
    ServiceAtLocation,
    ServiceTerm,
    Taxonomy,
    Term,
)
from leeward.society.directory.queries.asking import ask
from leeward.society.directory.queries.search import Search, find_ids
from leeward.society.directory.rules.finding import EVERYWHERE, FacetKind
from leeward.society.directory.rules.freshness import HIDDEN_AFTER
from leeward.society.directory.rules.history import Changed
from leeward.society.directory.rules.hours import day_bit
from leeward.society.directory.rules.places import Spot, degrees_around, metres_between
from leeward.society.directory.rules.records import (
    AtLocation,
    LocationRecord,
    OrganizationRecord,
    ServiceRecord,
    ServiceStatus,
    TaxonomyRecord,
    TermRecord,
    Weekday,
)
from leeward.society.directory.rules.standard import TOLD_CHANGES_HIDDEN, Around
from leeward.society.directory.rules.words import facet

AT_ONCE = 200
MINIMAL_AT_ONCE = 2_000
PLACES_AT_ONCE = 2_000
SEARCHED_MOST = 10_000
WORDS_MOST = 12
HISTORY_MOST = 50
SERVICES_MOST = 100  # of one organisation; all of them are at /services?organization_id=
HALF_TURN = 180.0  # degrees of longitude
DESCRIBED = ("name", "description", "code")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody asks for. All that is named must be met. Times are those of the nation's clock.

    With a `spot` alone: what is there for the people of its area. With `within_metres` too: what is at a place that can
    be found within that distance of it, the nearest first.
    """

    words: str = ""
    term_id: UUID | None = None
    taxonomy_id: UUID | None = None
    organization_id: UUID | None = None
    modified_after: datetime | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    opens_from: time | None = None
    closes_by: time | None = None
    day: Weekday | None = None
    spot: Spot | None = None
    within_metres: float | None = None

    @property
    def narrows(self) -> bool:
        """Whether the database itself has services to choose among the published ones."""
        asked = (self.term_id, self.taxonomy_id, self.organization_id, self.modified_after)
        others = (*asked, self.minimum_age, self.maximum_age)
        return self.asks_hours or self.asks_area or any(value is not None for value in others)

    @property
    def asks_hours(self) -> bool:
        """Whether opening times matter."""
        return self.opens_from is not None or self.closes_by is not None or self.day is not None

    @property
    def asks_area(self) -> bool:
        """Whether it matters for whose areas a service is there."""
        return self.spot is not None and self.within_metres is None


@dataclass(frozen=True, kw_only=True)
class Slice[T]:
    """Some of what was found, in its order, with what stands around it."""

    items: tuple[T, ...]
    around: Around = field(default_factory=Around)


@dataclass(frozen=True, kw_only=True)
class OrganizationEntry:
    """An organisation with its places and services, as far as these are published."""

    record: OrganizationRecord
    locations: tuple[LocationRecord, ...] = ()
    services: tuple[ServiceRecord, ...] = ()


type Placed = tuple[ServiceRecord, AtLocation]


class Listing[T]:
    """What was asked for, to be read page by page, in parts, or one by one.

    `order` are the keys of what was found where their order is not that of the rows' own keys.
    """

    def __init__(
        self, rows: QuerySet[Any], load: Callable[[Sequence[int]], Slice[T]], order: Sequence[int] | None = None
    ) -> None:
        self._rows, self._load, self._order = rows, load, order

    def count(self) -> int:
        """How many there are in all."""
        return self._rows.count() if self._order is None else len(self._order)

    def page(self, number: int, per_page: int) -> Slice[T]:
        """One page; the first is 1."""
        first = (number - 1) * per_page
        keys = self._order if self._order is not None else self._rows.order_by("pk").values_list("pk", flat=True)
        return self._load(list(keys[first : first + per_page]))

    def parts(self) -> Iterator[Slice[T]]:
        """All of it in parts; what is added or removed meanwhile moves nothing."""
        if self._order is not None:
            yield from (self._load(some) for some in batched(self._order, AT_ONCE))
            return
        last = 0
        while keys := list(self._rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
            yield self._load(keys)
            last = keys[-1]

    def one(self, reference: UUID) -> Slice[T]:
        """The one with this id. Raises EntryUnknown."""
        found = self._load(list(self._rows.filter(public_id=reference).values_list("pk", flat=True)))
        if not found.items:
            raise EntryUnknown
        return found


def services(wanted: Wanted, *, language: str, now: datetime) -> Listing[ServiceRecord]:
    """Services with everything that they name. `language` is that of the words."""
    return _list_services(wanted, _services, language=language, now=now)


def minimal_services(wanted: Wanted, *, language: str, now: datetime) -> Listing[ServiceRecord]:
    """The same with nothing of each service but its ids, name, status and last change: thousands fit on a page."""
    return _list_services(wanted, _minimal, language=language, now=now)


def read_service(service_id: UUID) -> tuple[Slice[ServiceRecord], tuple[Changed, ...]]:
    """One service and its history, the latest change first. Raises EntryUnknown: internal, withdrawn, not there."""
    found = Listing(Service.objects.published(), _services).one(service_id)
    changes = Revision.objects.filter(resource_type="service", resource_id=service_id)
    changes = changes.exclude(previous="").exclude(replacement="").order_by("-at", "-id")[:HISTORY_MOST]
    secret_until = _secret_until(service_id, (part.location_id for part in found.items[0].locations))
    return found, tuple(
        row.as_change()
        for row in changes
        if secret_until is None or row.at > secret_until or row.field in TOLD_CHANGES_HIDDEN
    )


def places(wanted: Wanted, *, language: str, now: datetime) -> Listing[Placed]:
    """Services at their places."""
    found = _matching(wanted)
    rows = _at_places(found, wanted)
    kept = set(_worded(found, wanted.words, language=language, now=now)) if wanted.words.strip() else None
    if wanted.spot is not None and wanted.within_metres is not None:
        near = _near(rows, wanted.spot, wanted.within_metres)
        return Listing(rows, _places, [place for _metres, place, service in near if kept is None or service in kept])
    if kept is None:
        return Listing(rows, _places)
    pairs = rows.order_by("pk").values_list("pk", "service_id")
    return Listing(rows, _places, [place for place, service in pairs if service in kept])


def organizations(wanted: Wanted, *, depth: str) -> Listing[OrganizationEntry]:
    """Organisations, none that has internal services alone.

    `depth`: basics, full (with places, and services by name), or services (these whole).
    """
    return Listing(_choose_organizations(wanted), partial(_organizations, depth=depth))


def taxonomies(words: str = "") -> Listing[TaxonomyRecord]:
    """Taxonomies that have these words."""
    return Listing(_having(Taxonomy.objects.all(), words, DESCRIBED), load_taxonomies)


def terms(
    words: str = "", *, taxonomy_id: UUID | None = None, parent_id: UUID | None = None, top_only: bool = False
) -> Listing[TermRecord]:
    """Terms that have these words; `top_only`: those that stand under no other."""
    rows = _having(Term.objects.all(), words, DESCRIBED)
    if taxonomy_id is not None:
        rows = rows.filter(taxonomy__public_id=taxonomy_id)
    if parent_id is not None:
        rows = rows.filter(parent__public_id=parent_id)
    return Listing(rows.filter(parent__isnull=True) if top_only else rows, load_terms)


def _secret_until(service_id: UUID, places: Iterable[UUID]) -> datetime | None:
    """Until when a service's history may say where it was hidden; None where it never was.

    It was while it hid its address, and while it was given at a confidential place, or at one that is gone since.
    """
    moments: list[datetime] = []
    named: dict[UUID, list[datetime]] = {place: [] for place in places}
    own = Revision.objects.filter(resource_type="service", resource_id=service_id)
    own = own.filter(field__in=("hides_address", "locations"))
    for at, name, *values in own.values_list("at", "field", "previous", "replacement"):
        if name == "hides_address":
            moments.append(at)
            continue
        for part in (part for value in values for part in json.loads(value or "[]")):
            named.setdefault(UUID(part["location_id"]), []).append(at)
    if named:
        shown = Location.objects.filter(public_id__in=named, is_confidential=False)
        hidden = set(named) - set(shown.values_list("public_id", flat=True))
        turned = Revision.objects.filter(resource_type="location", resource_id__in=named, field="is_confidential")
        for at, place in turned.values_list("at", "resource_id"):
            moments.append(at)
            hidden.add(place)
        moments += [at for place in hidden for at in named[place]]
    return max(moments, default=None)


def _list_services[T](
    wanted: Wanted, load: Callable[[Sequence[int]], Slice[T]], *, language: str, now: datetime
) -> Listing[T]:
    rows = _matching(wanted)
    found = _worded(rows, wanted.words, language=language, now=now) if wanted.words.strip() else None
    if wanted.spot is not None and wanted.within_metres is not None:
        near = _near(_at_places(rows, wanted), wanted.spot, wanted.within_metres)
        kept = None if found is None else set(found)
        nearest = dict.fromkeys(service for _metres, _place, service in near)
        found = [key for key in nearest if kept is None or key in kept]
    return Listing(rows, load, found)


def _at_places(services: QuerySet[Service], wanted: Wanted) -> QuerySet[ServiceAtLocation]:
    """The places of services that the database has chosen; all published ones where nothing is asked of services."""
    rows = ServiceAtLocation.objects.filter(service__is_internal=False, service__withdrawn_at__isnull=True)
    # Asked as a list of services, SQLite tries every one of them at each of the places that are near.
    return rows.filter(Exists(services.filter(pk=OuterRef("service")))) if wanted.narrows else rows


def _choose_organizations(wanted: Wanted) -> QuerySet[Organization]:
    rows = _having(published_organizations(), wanted.words, ("name", "alternate_name", "description"))
    if wanted.modified_after is not None:
        rows = rows.filter(modified_at__gte=wanted.modified_after)
    services = Service.objects.published().filter(organization=OuterRef("pk"))
    if wanted.term_id is not None:
        rows = rows.filter(Exists(services.filter(service_terms__term__public_id=wanted.term_id)))
    if wanted.taxonomy_id is not None:
        rows = rows.filter(Exists(services.filter(service_terms__term__taxonomy__public_id=wanted.taxonomy_id)))
    return rows


def _matching(wanted: Wanted) -> QuerySet[Service]:
    """The published services that meet all that is asked but for words and distances."""
    rows: QuerySet[Service] = Service.objects.published()
    bears = ServiceTerm.objects.filter(service=OuterRef("pk"))
    if wanted.term_id is not None:
        rows = rows.filter(Exists(bears.filter(term__public_id=wanted.term_id)))
    if wanted.taxonomy_id is not None:
        rows = rows.filter(Exists(bears.filter(term__taxonomy__public_id=wanted.taxonomy_id)))
    if wanted.organization_id is not None:
        rows = rows.filter(organization__public_id=wanted.organization_id)
    if wanted.minimum_age is not None:
        rows = rows.filter(minimum_age__gte=wanted.minimum_age)
    if wanted.maximum_age is not None:
        rows = rows.filter(maximum_age__lte=wanted.maximum_age)
    if wanted.modified_after is not None:
        rows = rows.filter(_modified_since(wanted.modified_after))
    if wanted.asks_hours:
        rows = rows.filter(pk__in=_opening_times(wanted).values("service"))
    if wanted.spot is not None and wanted.asks_area:
        areas = {EVERYWHERE, facet(FacetKind.AREA, wanted.spot.area_code) if wanted.spot.area_code else EVERYWHERE}
        rows = rows.filter(pk__in=ServedArea.objects.filter(area__in=areas).values("service"))
    return rows


def _modified_since(moment: datetime) -> Q:
    """A service has changed when its organisation or one of its places has: what we publish of it differs then.

    Of a place that must not be found nothing is published, and so not when it was changed either.
    """
    places = _open_places().filter(service=OuterRef("pk"), location__modified_at__gte=moment)
    return Q(modified_at__gte=moment) | Q(organization__modified_at__gte=moment) | Q(Exists(places))


def _worded(rows: QuerySet[Service], words: str, *, language: str, now: datetime) -> list[int]:
    """The keys of services that a text finds, the best first.

    What people find is found as they find it: in other forms of the word, by synonyms, mistyped. What is too old or not
    at work is in no index, and found by its words as they stand.
    """
    found: list[int] = []
    if ask(words, language=language).groups:
        found = find_ids(Search(words=words), language=language, now=now, limit=SEARCHED_MOST)
        kept = set(rows.filter(pk__in=found).values_list("pk", flat=True))
        found = [key for key in found if key in kept]
    today = local_day(now)
    is_listed = Q(search_row__isnull=False, assured_date__gt=today - HIDDEN_AFTER)
    others = _having(rows.exclude(is_listed), words, ("name", "alternate_name", "description"))
    return found + list(others.order_by("pk").values_list("pk", flat=True)[:SEARCHED_MOST])


def _having[M: Model](rows: QuerySet[M], words: str, names: tuple[str, ...]) -> QuerySet[M]:
    """The rows that have each of these words in one of their texts."""
    for word in words.split()[:WORDS_MOST]:
        has = Q()
        for name in names:
            has |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(has)
    return rows


def _near(rows: QuerySet[ServiceAtLocation], spot: Spot, metres: float) -> list[tuple[float, int, int]]:
    """Distance, key and service's key of what is given within that distance, at places that can be found."""
    height, width = degrees_around(spot.latitude, metres)
    inside = Q(latitude__gte=spot.latitude - height, latitude__lte=spot.latitude + height)
    west, east = spot.longitude - width, spot.longitude + width
    if west >= -HALF_TURN and east <= HALF_TURN:  # a box over the date line is two; the distance itself decides there
        inside &= Q(longitude__gte=west, longitude__lte=east)
    places = Location.objects.filter(inside, is_confidential=False).order_by()
    measured = {
        key: metres_between(spot.latitude, spot.longitude, latitude, longitude)
        for key, latitude, longitude in places.values_list("pk", "latitude", "longitude").iterator()
        if latitude is not None and longitude is not None
    }
    hiding = ServiceAtLocation.objects.filter(service__hides_address=True).order_by()
    hidden = set(hiding.values_list("location_id", flat=True))
    near = [key for key, away in measured.items() if away <= metres and key not in hidden]
    # Place by place, which is an index's work; asked all at once, a database may well go through the services first.
    found = (
        (measured[place], key, service)
        for some in batched(near, PLACES_AT_ONCE)
        for key, service, place in rows.filter(location__in=some)
        .order_by()
        .values_list("pk", "service_id", "location_id")
    )
    return sorted(found)


def _opening_times(wanted: Wanted) -> QuerySet[OpeningTime]:
    """The rules of opening times that fit: one and the same must be on that day, and open and close as is asked."""
    rows = OpeningTime.objects.all()
    if wanted.day is not None:
        rows = rows.alias(on_day=F("days").bitand(day_bit(wanted.day))).filter(on_day__gt=0)
    if wanted.opens_from is not None:
        rows = rows.filter(opens_at__gte=wanted.opens_from)
    if wanted.closes_by is not None:
        rows = rows.filter(closes_at__lte=wanted.closes_by)
    return rows


def _hiding(location: Any) -> QuerySet[ServiceAtLocation]:
    """Whatever service, published or not, hides that it is given at a place."""
    return ServiceAtLocation.objects.filter(location_id=location, service__hides_address=True)


def _hidden(locations: Iterable[int]) -> frozenset[UUID]:
    """Of these places, those where a service hides its address."""
    hiding = ServiceAtLocation.objects.filter(location_id__in=list(locations), service__hides_address=True)
    return frozenset(hiding.values_list("location__public_id", flat=True))


def _open_places() -> QuerySet[ServiceAtLocation]:
    """Services at places that can be found."""
    hiding = ServiceAtLocation.objects.filter(location=OuterRef("location"), service__hides_address=True)
    return ServiceAtLocation.objects.filter(~Exists(hiding), location__is_confidential=False)


def published_organizations() -> QuerySet[Organization]:
    """Those with a published service, and those without any: an umbrella of others."""
    services = Service.objects.filter(organization=OuterRef("pk"))
    return Organization.objects.filter(Exists(services.published()) | ~Exists(services))


def published_locations() -> QuerySet[Location]:
    """Those of a published service, and an organisation's own, without a service, that can be found."""
    services = ServiceAtLocation.objects.filter(location=OuterRef("pk"))
    is_shown = Exists(services.filter(service__is_internal=False, service__withdrawn_at__isnull=True))
    is_own = Q(is_confidential=False, organization__in=published_organizations()) & ~Exists(services)
    return Location.objects.filter(Q(is_shown) | is_own)


def _known(organizations: Iterable[Organization | None]) -> frozenset[UUID]:
    """Of these organisations, those that are published."""
    keys = {row.pk for row in organizations if row is not None}
    if not keys:
        return frozenset()
    return frozenset(published_organizations().filter(pk__in=keys).values_list("public_id", flat=True))


def load_services(keys: Sequence[int]) -> Slice[ServiceRecord]:
    """Services by their keys, in that order, each with the time of its own last change, published or not."""
    rows, around = _load(keys)
    return Slice(items=tuple(row.as_record() for row in rows), around=around)


def load_locations(keys: Sequence[int]) -> tuple[tuple[tuple[LocationRecord, datetime], ...], Around]:
    """Places by their keys, in that order, each with the time of its last change, published or not."""
    rows = _in_order(Location.objects.select_related("organization"), keys)
    around = Around(hidden=_hidden(keys), known=_known(row.organization for row in rows))
    return tuple((row.as_record(), row.modified_at) for row in rows), around


def load_organizations(keys: Sequence[int]) -> tuple[tuple[tuple[OrganizationRecord, datetime], ...], Around]:
    """Organisations by their keys, in that order, each with the time of its last change, published or not."""
    rows = _in_order(Organization.objects.select_related("parent"), keys)
    around = Around(known=_known(row.parent for row in rows))
    return tuple((row.as_record(), row.modified_at) for row in rows), around


def _services(keys: Sequence[int]) -> Slice[ServiceRecord]:
    """Services by their keys, in that order, with what stands around them."""
    rows, around = _load(keys)
    return Slice(items=tuple(_dated(row, around) for row in rows), around=around)


def _load(keys: Sequence[int]) -> tuple[list[Service], Around]:
    at_locations = ServiceAtLocation.objects.select_related("location__organization")
    terms = ServiceTerm.objects.select_related("term__taxonomy", "term__parent")
    loaded = Service.objects.select_related("organization__parent")
    loaded = loaded.prefetch_related(Prefetch("at_locations", at_locations), Prefetch("service_terms", terms))
    rows = _in_order(loaded, keys)
    places = {place.location.pk: place.location for row in rows for place in row.at_locations.all()}
    borne = {link.term.pk: link.term for row in rows for link in row.service_terms.all()}
    organizations = {row.organization.pk: row.organization for row in rows}
    owners = [place.organization for place in places.values()]
    around = Around(
        organizations={row.public_id: row.as_record() for row in organizations.values()},
        locations={row.public_id: row.as_record() for row in places.values()},
        terms={row.public_id: row.as_record() for row in borne.values()},
        taxonomies={row.taxonomy.public_id: row.taxonomy.as_record() for row in borne.values()},
        hidden=_hidden(places) if places else frozenset(),
        known=_known([*(row.parent for row in organizations.values()), *owners]),
    )
    return rows, around


def _minimal(keys: Sequence[int]) -> Slice[ServiceRecord]:
    """Records with ids, name, status and last change alone, in the order of the keys."""
    names = ("pk", "public_id", "organization__public_id", "name", "status")
    times = ("modified_at", "organization__modified_at", "moved_at")
    places = _open_places().filter(service=OuterRef("pk")).order_by("-location__modified_at")
    moved = places.values("location__modified_at")[:1]
    found: dict[int, ServiceRecord] = {}
    for some in batched(keys, MINIMAL_AT_ONCE):
        rows = Service.objects.filter(pk__in=some).order_by()
        rows = rows.annotate(moved_at=Subquery(moved))
        for key, identity, owner, name, status, *moments in rows.values_list(*names, *times):
            found[key] = ServiceRecord(
                id=identity,
                organization_id=owner,
                name=name,
                status=ServiceStatus(status),
                last_modified=max(moment for moment in moments if moment is not None),
            )
    return Slice(items=tuple(found[key] for key in keys if key in found))


def _dated(row: Service, around: Around) -> ServiceRecord:
    """A service's record with the time at which it, its organisation or a place that can be found was changed last."""
    places = (place.location for place in row.at_locations.all())
    moments = [row.modified_at, row.organization.modified_at]
    moments += [each.modified_at for each in places if not (each.is_confidential or each.public_id in around.hidden)]
    return dataclasses.replace(row.as_record(), last_modified=max(moments))


def _places(keys: Sequence[int]) -> Slice[Placed]:
    rows = {row.pk: row for row in ServiceAtLocation.objects.filter(pk__in=keys)}
    placed = [rows[key] for key in keys if key in rows]
    found = _services(list(dict.fromkeys(row.service_id for row in placed)))
    parts = {part.id: (record, part) for record in found.items for part in record.locations}
    items = tuple(parts[row.public_id] for row in placed if row.public_id in parts)
    return Slice(items=items, around=found.around)


def _organizations(keys: Sequence[int], *, depth: str) -> Slice[OrganizationEntry]:
    rows = _in_order(Organization.objects.select_related("parent"), keys)
    around = Around(known=_known(row.parent for row in rows))
    if depth == "basics":
        return Slice(items=tuple(OrganizationEntry(record=row.as_record()) for row in rows), around=around)
    given = _services_of(rows)
    locations: dict[int, list[Location]] = {}
    own = published_locations().filter(organization__in=keys).select_related("organization").order_by("pk")
    for location in own:
        locations.setdefault(location.organization_id or 0, []).append(location)
    hidden = _hidden(location.pk for some in locations.values() for location in some)
    known = given.around.known | around.known | {row.public_id for row in rows}
    entries = (
        OrganizationEntry(
            record=row.as_record(),
            locations=tuple(location.as_record() for location in locations.get(row.pk, ())),
            services=tuple(record for record in given.items if record.organization_id == row.public_id),
        )
        for row in rows
    )
    hidden |= given.around.hidden
    return Slice(items=tuple(entries), around=dataclasses.replace(given.around, hidden=hidden, known=known))


def _services_of(rows: Sequence[Organization]) -> Slice[ServiceRecord]:
    """The first hundred published services of each of these organisations."""
    first: dict[int, list[int]] = {}
    pairs = Service.objects.published().filter(organization__in=[row.pk for row in rows]).order_by("pk")
    for key, organization in pairs.values_list("pk", "organization_id"):
        some = first.setdefault(organization, [])
        if len(some) < SERVICES_MOST:
            some.append(key)
    return _services([key for some in first.values() for key in some])


def load_taxonomies(keys: Sequence[int]) -> Slice[TaxonomyRecord]:
    """Taxonomies by their keys, in that order."""
    return Slice(items=tuple(row.as_record() for row in _in_order(Taxonomy.objects.all(), keys)))


def load_terms(keys: Sequence[int]) -> Slice[TermRecord]:
    """Terms by their keys, in that order, with their taxonomies."""
    rows = _in_order(Term.objects.select_related("taxonomy", "parent"), keys)
    families = {row.taxonomy.public_id: row.taxonomy.as_record() for row in rows}
    return Slice(items=tuple(row.as_record() for row in rows), around=Around(taxonomies=families))


def _in_order[M: Model](rows: QuerySet[M], keys: Sequence[int]) -> list[M]:
    """The rows of these keys, in their order."""
    found = rows.in_bulk(keys)
    return [found[key] for key in keys if key in found]
