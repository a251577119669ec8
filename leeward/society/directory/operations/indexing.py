"""Keeps what is searched in step with the entries, and the opening times in step with the clock."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched
from uuid import UUID

from django.conf import settings
from django.db import transaction

from leeward.foundation.days import nation_zone
from leeward.society.directory.models import (
    Holiday,
    OpeningTime,
    SearchPoint,
    SearchRow,
    SearchWord,
    ServedArea,
    Service,
    Term,
)
from leeward.society.directory.rules.finding import SearchText, areas_of, find_text, tier_of, vocabulary_of
from leeward.society.directory.rules.hours import day_times
from leeward.society.directory.rules.records import LocationRecord, Schedule, ServiceRecord, ServiceStatus, TermRecord
from leeward.society.directory.rules.schedules import current_or_next
from leeward.society.directory.rules.words import STEMMERS, sort_key, split_entry, stem

AT_ONCE = 500
SPELL_FIELDS = ("opens_at", "closes_at", "look_at")
# Where no spell is near, one that begins later on is looked for every day.
LOOKED_FOR_AGAIN_AFTER = timedelta(days=1)
ROW_FIELDS = [field.name for field in SearchRow._meta.fields if not field.primary_key]  # noqa: SLF001  # public in all but its name


@transaction.atomic
def refresh_services(ids: Iterable[UUID], *, now: datetime) -> int:
    """Make what is searched of these services anew, and forget those that are not to be found; returns how many."""
    count = 0
    calendar, words = _Calendar(), _Terms()
    for some in batched(ids, AT_ONCE):
        count += _refresh(some, now=now, calendar=calendar, words=words)
    return count


def rebuild_search(*, now: datetime, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Make everything that is searched anew, and forget words that stand nowhere any more."""
    SearchWord.objects.all().delete()
    ids = list(Service.objects.order_by("id").values_list("public_id", flat=True))
    for some in batched(ids, AT_ONCE):
        progress(refresh_services(some, now=now))
    return len(ids)


@transaction.atomic
def forget_words(texts: Iterable[str], *, kept: Iterable[str] = ()) -> int:
    """Forget the words of texts that must not be found any more, save those of `kept` and of any entry; how many.

    A mistyped word is mended by the words that we know, which would tell that such a word once stood here.
    """
    words = {word for text in texts for word in split_entry(text)}
    words -= {word for text in kept for word in split_entry(text)}
    return _forget(words)


def _forget(words: Iterable[str]) -> int:
    known = set(SearchWord.objects.filter(word__in=set(words)).values_list("word", flat=True))
    gone = _standing_nowhere(known)
    if not gone:
        return 0
    SearchWord.objects.filter(word__in=gone).delete()
    last = SearchWord.objects.order_by("pk").last()
    if last is not None:  # every process reads the words anew when the last one is another
        last.delete()
        SearchWord.objects.create(word=last.word)
    return len(gone)


def _standing_nowhere(words: Iterable[str]) -> set[str]:
    """Those of these words that no entry has which is found, in whatever language."""
    left = {word: {word, *(stem(word, code) for code in STEMMERS)} for word in words}
    if not left:
        return set()
    for texts in SearchRow.objects.values_list("names", "terms", "body").iterator(chunk_size=AT_ONCE):
        stems = {each for text in texts for each in text.split()}
        left = {word: forms for word, forms in left.items() if forms.isdisjoint(stems)}
        if not left:
            break
    return set(left)


@transaction.atomic
def refresh_openings(*, now: datetime, limit: int) -> int:
    """Move on the spells that are over; returns how many. A sweep: limited, and safe to repeat."""
    due = SearchRow.objects.filter(look_at__lte=now).order_by("look_at").values_list("pk", flat=True)[:limit]
    return _move_on(list(due), calendar=_Calendar(), now=now)


def refresh_all_openings(*, now: datetime) -> int:
    """Work every spell out anew, after the holidays changed; returns how many."""
    ids = list(SearchRow.objects.order_by("pk").values_list("pk", flat=True))
    return _move_on(ids, calendar=_Calendar(), now=now)


def _move_on(ids: list[int], *, calendar: "_Calendar", now: datetime) -> int:
    for some in batched(ids, AT_ONCE):
        rows = SearchRow.objects.in_bulk(some)
        for service in Service.objects.whole().filter(pk__in=some):
            row = rows[service.pk]
            row.opens_at, row.closes_at = calendar.spell(service.as_record(), now=now)
            row.look_at = row.closes_at or now + LOOKED_FOR_AGAIN_AFTER
        SearchRow.objects.bulk_update(rows.values(), SPELL_FIELDS, batch_size=AT_ONCE)
    return len(ids)


class _Calendar:
    """The nation's zone and holidays, read once."""

    def __init__(self) -> None:
        self._zone = nation_zone()
        self._holidays = frozenset(Holiday.objects.values_list("day", flat=True))

    def spell(self, record: ServiceRecord, *, now: datetime) -> tuple[datetime | None, datetime | None]:
        """When a service opens and closes next (or opened, where it is open)."""
        found = current_or_next(
            _schedules(record), zone=self._zone, holidays=self._holidays, holiday_hours=record.holidays, now=now
        )
        return (found.opens_at, found.closes_at) if found else (None, None)


class _Terms:
    """All terms by their ids, with their taxonomies' codes and what stands above them, read once."""

    def __init__(self) -> None:
        self._rows: dict[UUID, tuple[str, TermRecord]] = {}
        for term in Term.objects.select_related("taxonomy", "parent"):
            self._rows[term.public_id] = term.taxonomy.code, term.as_record()

    def of(self, record: ServiceRecord) -> tuple[tuple[str, TermRecord], ...]:
        """A service's terms and all above them: who looks for the wider one finds the narrower one too."""
        return tuple(dict.fromkeys(found for reference in record.terms for found in self._up(reference)))

    def _up(self, reference: UUID | None) -> Iterator[tuple[str, TermRecord]]:
        seen = set()
        while reference is not None and reference not in seen and reference in self._rows:
            seen.add(reference)
            code, term = self._rows[reference]
            yield code, term
            reference = term.parent_id


def _refresh(ids: Iterable[UUID], *, now: datetime, calendar: _Calendar, words: _Terms) -> int:
    services = list(Service.objects.whole().filter(public_id__in=ids).select_for_update(of=("self",)))
    shown = [service for service in services if is_found(service)]
    gone = SearchRow.objects.filter(pk__in={row.pk for row in services} - {row.pk for row in shown})
    left_by = set(gone.values_list("pk", flat=True))
    gone.delete()
    rows, points = [], []
    vocabulary: set[str] = set()
    for service in shown:
        record = service.as_record()
        places = _places_of(service)
        row = _row(service, record, now=now, calendar=calendar, words=words, vocabulary=vocabulary)
        rows.append(row)
        points += [
            SearchPoint(row_id=service.pk, latitude=place.latitude, longitude=place.longitude)
            for place in places
            if not (record.hides_address or place.is_confidential or place.latitude is None or place.longitude is None)
        ]
    SearchRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["service"], update_fields=ROW_FIELDS)
    SearchPoint.objects.filter(row_id__in=[row.pk for row in shown]).delete()
    SearchPoint.objects.bulk_create(points)
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in sorted(vocabulary)], ignore_conflicts=True)
    _keep_answers(services)
    if left_by:
        _forget(word for service in services if service.pk in left_by for word in vocabulary_of(_text(service, words)))
    return len(services)


def _keep_answers(services: Iterable[Service]) -> None:
    """What other sites ask of published services, whether people find these or not: opening times and areas."""
    records = {service.pk: service.as_record() for service in services if _is_published(service)}
    OpeningTime.objects.filter(service__in=services).delete()
    OpeningTime.objects.bulk_create(
        OpeningTime(service_id=key, days=times.days, opens_at=times.opens_at, closes_at=times.closes_at)
        for key, record in records.items()
        for times in day_times(_schedules(record))
    )
    ServedArea.objects.filter(service__in=services).delete()
    ServedArea.objects.bulk_create(
        ServedArea(service_id=key, area=area) for key, record in records.items() for area in areas_of(record)
    )


def _schedules(record: ServiceRecord) -> tuple[Schedule, ...]:
    """A service's own schedules and those at its places."""
    return record.schedules + tuple(row for part in record.locations for row in part.schedules)


def _is_published(service: Service) -> bool:
    return not (service.is_internal or service.is_withdrawn)


def is_found(service: Service) -> bool:
    """Whether people may find it; how old its last check is, the search itself asks."""
    return _is_published(service) and service.status == ServiceStatus.ACTIVE and service.assured_date is not None


def _places_of(service: Service) -> tuple[LocationRecord, ...]:
    return tuple(place.location.as_record() for place in service.at_locations.all())


def _text(service: Service, words: _Terms) -> SearchText:
    record = service.as_record()
    return find_text(
        record,
        organization=service.organization.as_record(),
        places=_places_of(service),
        terms=words.of(record),
        language=settings.LANGUAGE_CODE,
    )


def _row(
    service: Service,
    record: ServiceRecord,
    *,
    now: datetime,
    calendar: _Calendar,
    words: _Terms,
    vocabulary: set[str],
) -> SearchRow:
    text = _text(service, words)
    vocabulary.update(vocabulary_of(text))
    opens_at, closes_at = calendar.spell(record, now=now)
    assert record.assured_date is not None  # noqa: S101  # narrows the type; `is_found` has looked
    return SearchRow(
        service=service,
        names=text.names,
        terms=text.terms,
        body=text.body,
        facets=text.facets,
        sort_name=sort_key(record.name),
        assured_date=record.assured_date,
        minimum_age=record.minimum_age,
        maximum_age=record.maximum_age,
        tier=tier_of(record),
        opens_at=opens_at,
        closes_at=closes_at,
        look_at=closes_at or now + LOOKED_FOR_AGAIN_AFTER,
    )
