"""The made-up country itself: an island in an empty part of the Atlantic, with its towns, codes and holidays."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from leeward.society.directory.operations.places import PlaceRow
from leeward.society.directory.rules.places import METRES_A_DEGREE, PlaceKind
from leeward.society.directory.rules.records import Weekday

# Open sea on every map.
MIDDLE = (41.2, -15.4)
UNITS = ("AB", "DE", "GH", "LN", "QR", "XY")
SECTORS = range(1, 10)
MONDAYS_OF_MAY, MONDAYS_OF_AUGUST = 5, 8


@dataclass(frozen=True, kw_only=True)
class Area:
    """A county: its code, its name in both languages of the pages, and the letters of its postcodes."""

    code: str
    name: str
    arabic: str
    letters: str


@dataclass(frozen=True, kw_only=True)
class Town:
    """A town: how many of the nation's thousand services are there, and where it is, in kilometres from the middle."""

    name: str
    area: Area
    east: float
    north: float
    weight: int
    district: int
    reach: float = 2.0  # kilometres from its middle to its edge

    @property
    def latitude(self) -> float:
        """Degrees north of its middle."""
        return MIDDLE[0] + self.north * 1000 / METRES_A_DEGREE

    @property
    def longitude(self) -> float:
        """Degrees east of its middle."""
        return MIDDLE[1] + self.east * 1000 / METRES_A_DEGREE / math.cos(math.radians(self.latitude))


@dataclass(frozen=True, kw_only=True)
class Postcode:
    """A postcode and where its middle is."""

    code: str
    town: Town
    latitude: float
    longitude: float


BAY = Area(code="XX-FH", name="Fairhaven Bay", arabic="خليج فيرهيفن", letters="FH")
NORTH = Area(code="XX-NC", name="Northcliff", arabic="نورثكليف", letters="NC")
EAST = Area(code="XX-EM", name="Eastmarsh", arabic="إيستمارش", letters="EM")
WEST = Area(code="XX-WY", name="Westerly", arabic="وسترلي", letters="WY")
SALT = Area(code="XX-SM", name="Saltmere", arabic="سولتمير", letters="SM")
MOOR = Area(code="XX-HM", name="High Moor", arabic="هاي مور", letters="HM")
SOUTH = Area(code="XX-SS", name="South Sound", arabic="ساوث ساوند", letters="SS")
ISLES = Area(code="XX-OI", name="Outer Isles", arabic="الجزر الخارجية", letters="OI")
AREAS = (BAY, NORTH, EAST, WEST, SALT, MOOR, SOUTH, ISLES)

# Name, kilometres east and north, weight. The first of an area is its largest.
MAP = {
    BAY: (
        ("Fairhaven", 0, 0, 190),
        ("Harbour Cross", 4, 3, 40),
        ("Lantern Hill", -3, 5, 30),
        ("Quayside", 2, -3, 25),
        ("Millbrook", -8, 2, 18),
        ("Newton", 9, 8, 12),
        ("Gullport", 7, -6, 12),
        ("Castle Wynd", -5, -5, 10),
    ),
    NORTH: (
        ("Northcliff", 5, 70, 60),
        ("Ravenscar Bay", 18, 78, 18),
        ("Stonehythe", -9, 64, 15),
        ("Beacon Head", 2, 88, 10),
        ("Kirkholm", -20, 72, 10),
        ("Aldersea", 22, 62, 8),
        ("Whinfell", -3, 55, 6),
    ),
    EAST: (
        ("Eastmarsh", 52, 12, 50),
        ("Reedham Fen", 61, 20, 14),
        ("Saltings", 66, 5, 10),
        ("Newton", 45, 24, 10),
        ("Heronford", 40, 4, 9),
        ("Osier End", 57, -8, 7),
        ("Marsh Cross", 48, 33, 6),
    ),
    WEST: (
        ("Westerly", -50, 10, 48),
        ("Cape Sorrow", -68, 14, 10),
        ("Fishergate", -58, -2, 12),
        ("Gannet Cove", -63, 25, 8),
        ("Brackenholt", -41, 19, 8),
        ("Tern Point", -70, -6, 6),
        ("Longsand", -47, -11, 8),
    ),
    SALT: (
        ("Saltmere", 30, -42, 45),
        ("Panhouse", 38, -50, 10),
        ("White Pans", 26, -55, 9),
        ("Dunwick", 44, -36, 8),
        ("Merehaven", 21, -34, 9),
        ("Coppersand", 35, -63, 6),
    ),
    MOOR: (
        ("High Moor", -22, 36, 28),
        ("Blackwater Tarn", -31, 44, 7),
        ("Heatherbridge", -14, 29, 8),
        ("Cairnside", -28, 28, 6),
        ("Peat Cross", -37, 35, 5),
        ("Stony Ford", -18, 47, 5),
    ),
    SOUTH: (
        ("Southsound", -12, -62, 52),
        ("Pilot's Rest", -4, -74, 10),
        ("Maryhythe", -24, -58, 10),
        ("Anchor Bay", -17, -78, 9),
        ("Sandwater", -2, -52, 9),
        ("Low Lights", -30, -70, 6),
    ),
    ISLES: (
        ("Skerry", -95, -52, 12),
        ("North Holm", -98, -38, 4),
        ("Selkie Sound", -104, -60, 4),
        ("Little Holm", -91, -64, 3),
    ),
}
CAPITAL, CAPITAL_DISTRICTS, CAPITAL_REACH = "Fairhaven", 4, 5.0

# Every year on the same day.
FIXED_HOLIDAYS = ((1, 1, "New Year's Day"), (3, 3, "Founders' Day"), (6, 24, "Midsummer"), (11, 1, "Sailors' Day"))
WINTER_HOLIDAYS = ((12, 25, "Winter Day"), (12, 26, "Second Winter Day"))


@cache
def towns() -> tuple[Town, ...]:
    """All towns; two of them have one name."""
    return tuple(
        Town(
            name=name,
            area=area,
            east=east,
            north=north,
            weight=weight,
            district=place + 1 if area is not BAY or place == 0 else place + CAPITAL_DISTRICTS,
            reach=CAPITAL_REACH if name == CAPITAL else 2.0,
        )
        for area, rows in MAP.items()
        for place, (name, east, north, weight) in enumerate(rows)
    )


@cache
def postcodes() -> tuple[Postcode, ...]:
    """All postcodes, always the same."""
    return tuple(_postcodes())


def _postcodes() -> Iterator[Postcode]:
    dice = random.Random("Fairhaven")  # noqa: S311  # the same country on every machine
    for town in towns():
        for extra in range(CAPITAL_DISTRICTS if town.name == CAPITAL else 1):
            for sector in SECTORS:
                for unit in UNITS:
                    away, turn = town.reach * math.sqrt(dice.random()), dice.random() * math.tau
                    yield Postcode(
                        code=f"{town.area.letters}{town.district + extra} {sector}{unit}",
                        town=town,
                        latitude=round(town.latitude + away * math.sin(turn) * 1000 / METRES_A_DEGREE, 5),
                        longitude=round(
                            town.longitude
                            + away * math.cos(turn) * 1000 / METRES_A_DEGREE / math.cos(math.radians(town.latitude)),
                            5,
                        ),
                    )


def places() -> Iterator[PlaceRow]:
    """The rows of the places table: towns and postcodes."""
    for town in towns():
        yield PlaceRow(
            kind=PlaceKind.TOWN,
            name=town.name,
            latitude=round(town.latitude, 5),
            longitude=round(town.longitude, 5),
            area_code=town.area.code,
            area_name=town.area.name,
        )
    for postcode in postcodes():
        yield PlaceRow(
            kind=PlaceKind.POSTCODE,
            name=postcode.code,
            latitude=postcode.latitude,
            longitude=postcode.longitude,
            area_code=postcode.town.area.code,
            area_name=postcode.town.area.name,
        )


def holidays_of(year: int) -> tuple[tuple[date, str], ...]:
    """The public holidays of a year."""
    fixed = [(date(year, month, day), name) for month, day, name in (*FIXED_HOLIDAYS, *WINTER_HOLIDAYS)]
    spring = _first_monday(year, MONDAYS_OF_MAY)
    last_of_august = _first_monday(year, MONDAYS_OF_AUGUST + 1) - timedelta(weeks=1)
    return tuple(sorted([*fixed, (spring, "Harbour Day"), (last_of_august, "Lantern Night")]))


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % len(Weekday))
