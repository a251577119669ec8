"""Places and distances: metres on a sphere of the Earth's mean radius, coordinates in degrees (WGS 84)."""

import math
from dataclasses import dataclass
from enum import StrEnum

from leeward.society.directory.rules.words import split_words

EARTH_METRES = 6_371_008.8  # mean radius, IUGG
METRES_A_DEGREE = EARTH_METRES * math.pi / 180
NEAR_METRES = 25_000
# What can change of a place that stays the same one.
CHANGING = ("name", "latitude", "longitude", "area_name")


class PlaceKind(StrEnum):
    """What kind of place a row of the places table is."""

    POSTCODE = "postcode"
    TOWN = "town"


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where somebody looks from."""

    name: str
    latitude: float
    longitude: float
    area_code: str = ""
    area_name: str = ""


@dataclass(frozen=True, kw_only=True)
class PlaceRow(Spot):
    """One postcode or town: its name as people write it, its middle in degrees, and the area that it lies in."""

    kind: PlaceKind


def metres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance between two points, by the haversine formula."""
    first, second = math.radians(latitude), math.radians(other_latitude)
    half = math.sin((second - first) / 2) ** 2
    half += math.cos(first) * math.cos(second) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_METRES * math.asin(math.sqrt(min(1.0, half)))


def degrees_around(latitude: float, metres: float) -> tuple[float, float]:
    """Half the height and half the width, in degrees, of a box that holds all points within `metres`."""
    height = metres / METRES_A_DEGREE
    narrowest = min(89.0, abs(latitude) + height)
    return height, min(360.0, height / math.cos(math.radians(narrowest)))


def place_key(kind: PlaceKind, name: str) -> str:
    """By what a place is looked up: a postcode without its spaces and signs, a town's words folded."""
    words = split_words(name)
    return "".join(words) if kind is PlaceKind.POSTCODE else " ".join(words)
