"""A directory of made-up services in the database that is configured, and how long it takes to make and to keep up."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from demo.directory import make_directory
from demo.directory.country import holidays_of
from leeward.config.sweeps import SERVICES_AT_ONCE
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day, nation_zone
from leeward.society.directory.models import SearchRow, SearchWord
from leeward.society.directory.operations.bulk import add_entries
from leeward.society.directory.operations.founding import found_directory
from leeward.society.directory.operations.indexing import refresh_openings, refresh_services
from leeward.society.directory.operations.places import save_holidays, save_places
from leeward.society.directory.rules.history import Source

SEED = 5
BY = Actor.operator()
SWEEPS = 5
VACUUM = "VACUUM ANALYZE"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How large a directory is, and what keeping it costs: seconds to add all, to index some, and of each sweep."""

    services: int
    found: int
    words: int
    adding: float
    indexing: float
    indexed: int
    sweeps: tuple[float, ...]
    swept: int


def fill_directory(total: int, *, now: datetime) -> Kept:
    """Make so many services in an empty, migrated database; time adding, sweeping and indexing; tidy up."""
    found_directory(by=BY, now=now)
    made = make_directory(services=total, seed=SEED, today=local_day(now))
    save_places(made.places, by=BY, now=now)
    save_holidays(made.holidays, by=BY, now=now)
    adding = _seconds(
        lambda: add_entries(
            organizations=made.organizations,
            locations=made.locations,
            services=made.services,
            source=Source.SYSTEM,
            by=BY,
            now=now,
        )
    )
    tidy()
    # A week on every spell is over, so that each sweep has as much to do as it may; indexing puts these back to now.
    later, swept, sweeps = now + timedelta(days=7), 0, []
    for _ in range(SWEEPS):
        started = time.perf_counter()
        swept += refresh_openings(now=later, limit=SERVICES_AT_ONCE)
        sweeps.append(time.perf_counter() - started)
    again = list(SearchRow.objects.filter(look_at__gt=later).values_list("service__public_id", flat=True))
    indexing = _seconds(lambda: refresh_services(again, now=now))
    tidy()
    return Kept(
        services=len(made.services),
        found=SearchRow.objects.count(),
        words=SearchWord.objects.count(),
        adding=adding,
        indexing=indexing,
        indexed=len(again),
        sweeps=tuple(sweeps),
        swept=swept,
    )


def working_hour(now: datetime) -> datetime:
    """Half past ten on the latest Wednesday that was no holiday: when most are open, whenever this is run."""
    zone = nation_zone()
    day = now.astimezone(zone).replace(hour=10, minute=30, second=0, microsecond=0)
    day -= timedelta(days=(day.weekday() - 2) % 7)
    while any(day.date() == holiday for holiday, _name in holidays_of(day.year)):
        day -= timedelta(days=7)
    return day.astimezone(UTC)


def tidy() -> None:
    """What a database does by itself at night."""
    with connection.cursor() as cursor:
        cursor.execute(VACUUM if connection.vendor == "postgresql" else "ANALYZE")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
