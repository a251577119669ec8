"""Takes in what the country publishes: where postcodes and towns are, its holidays; and the words that people use."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from itertools import batched

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.models import Holiday, Place, Synonym
from leeward.society.directory.operations.indexing import refresh_all_openings
from leeward.society.directory.operations.verbs import DirectoryVerb, note
from leeward.society.directory.rules.places import CHANGING, PlaceRow, place_key
from leeward.society.directory.rules.words import SynonymRow, split_words

__all__ = ["PlaceRow", "SynonymRow", "remove_synonym", "save_holidays", "save_places", "save_synonyms"]

AT_ONCE = 2_000


def save_places(rows: Iterable[PlaceRow], *, by: Actor, now: datetime) -> int:
    """Add or change places; returns how many rows there were. In parts of 2,000, each whole; safe to repeat."""
    count = 0
    for some in batched(rows, AT_ONCE):
        made = {
            (row.kind, place_key(row.kind, row.name), row.area_code): Place(
                key=place_key(row.kind, row.name), **asdict(row)
            )
            for row in some
        }
        Place.objects.bulk_create(
            made.values(),
            update_conflicts=True,
            unique_fields=["kind", "key", "area_code"],
            update_fields=CHANGING,
        )
        count += len(some)
    note(DirectoryVerb.LISTS_CHANGED, "places", "", by=by, now=now, facts={"rows": count})
    return count


@transaction.atomic
def save_holidays(
    days: Iterable[tuple[date, str]], *, replace_years: Iterable[int] = (), by: Actor, now: datetime
) -> int:
    """Add or rename holidays; of the years in `replace_years`, those that are not named are dropped."""
    rows = [Holiday(day=day, name=name) for day, name in dict(days).items()]
    for year in replace_years:
        Holiday.objects.filter(day__year=year).delete()
    Holiday.objects.bulk_create(rows, update_conflicts=True, unique_fields=["day"], update_fields=["name"])
    refresh_all_openings(now=now)
    note(DirectoryVerb.LISTS_CHANGED, "holidays", "", by=by, now=now, facts={"rows": len(rows)})
    return len(rows)


@transaction.atomic
def save_synonyms(rows: Iterable[SynonymRow], *, by: Actor, now: datetime) -> int:
    """Add synonyms; those that are there already stay as they are. Returns how many rows there were."""
    made = [
        Synonym(language=row.language, word=" ".join(split_words(row.word)), means=row.means.strip()) for row in rows
    ]
    Synonym.objects.bulk_create([row for row in made if row.word and row.means], ignore_conflicts=True)
    note(DirectoryVerb.LISTS_CHANGED, "synonyms", "", by=by, now=now, facts={"rows": len(made)})
    return len(made)


@transaction.atomic
def remove_synonym(row: SynonymRow, *, by: Actor, now: datetime) -> bool:
    """Take a synonym away; whether it was there."""
    gone, _rows = Synonym.objects.filter(language=row.language, word=row.word, means=row.means).delete()
    if gone:
        note(DirectoryVerb.LISTS_CHANGED, "synonyms", "", by=by, now=now, facts={"rows": -gone})
    return bool(gone)
