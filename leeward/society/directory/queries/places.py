"""Finds where somebody looks from, in the country's own table; no other site is ever asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import batched

from leeward.foundation.rows import read_row
from leeward.society.directory.models import Holiday, Place, Synonym
from leeward.society.directory.rules.places import CHANGING, PlaceKind, PlaceRow, Spot, place_key

AT_ONCE = 500
SPOTS_MOST = 12
TEXT_MOST = 100


@dataclass(frozen=True, kw_only=True)
class SpotFound:
    """What a text names: nothing, one spot, or several towns of one name."""

    spots: tuple[Spot, ...]

    @property
    def only(self) -> Spot | None:
        """The spot where there is exactly one."""
        return self.spots[0] if len(self.spots) == 1 else None


def find_spot(text: str) -> SpotFound:
    """The places that a postcode or a town's name can mean. "Town, Area" tells towns of one name apart."""
    text = text[:TEXT_MOST]
    postcodes = Place.objects.filter(kind=PlaceKind.POSTCODE, key=place_key(PlaceKind.POSTCODE, text))
    found = tuple(read_row(Spot, row) for row in postcodes.order_by("area_code")[:1])
    if found:
        return SpotFound(spots=found)
    name, _comma, area = text.partition(",")
    towns = Place.objects.filter(kind=PlaceKind.TOWN, key=place_key(PlaceKind.TOWN, name))
    spots = tuple(read_row(Spot, row) for row in towns.order_by("area_name", "area_code")[:SPOTS_MOST])
    wanted = place_key(PlaceKind.TOWN, area)
    exact = tuple(spot for spot in spots if wanted and place_key(PlaceKind.TOWN, spot.area_name) == wanted)
    return SpotFound(spots=exact or spots)


def known_areas() -> dict[str, str]:
    """Return the nation's areas by their codes, with their names, by name."""
    rows = Place.objects.filter(kind=PlaceKind.TOWN).exclude(area_code="")
    return dict(rows.order_by("area_name", "area_code").values_list("area_code", "area_name").distinct())


def count_places() -> dict[PlaceKind, int]:
    """How many places of each kind we know."""
    return {kind: Place.objects.filter(kind=kind).count() for kind in PlaceKind}


def changed_places(rows: Iterable[PlaceRow]) -> Iterator[tuple[PlaceRow, bool]]:
    """Of these places, those that are not here as they are, and whether each is new; in few queries."""
    for some in batched(rows, AT_ONCE):
        wanted = {(row.kind.value, place_key(row.kind, row.name), row.area_code): row for row in some}
        here = {
            (place.kind, place.key, place.area_code): place
            for place in Place.objects.filter(key__in={key for _kind, key, _area in wanted})
        }
        for identity, row in wanted.items():
            place = here.get(identity)
            if place is None:
                yield row, True
            elif any(getattr(place, name) != getattr(row, name) for name in CHANGING):
                yield row, False


def known_holidays() -> dict[date, str]:
    """The holidays that are here."""
    return dict(Holiday.objects.values_list("day", "name"))


def known_synonyms() -> set[tuple[str, str, str]]:
    """The synonyms that are here: language, word, what it means."""
    return set(Synonym.objects.values_list("language", "word", "means"))
