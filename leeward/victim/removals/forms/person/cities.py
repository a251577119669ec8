"""Time zones as people know them: by a city that has the same clock, and by what that clock shows now."""

import functools
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leeward.victim.file.rules.news import list_zones

_NEWER_NAMES: Mapping[str, str] = get_global("zone_aliases")


def city_words(zone: str) -> str:
    """The city by which a zone is named, in the language of the page."""
    return _cities(get_language() or settings.LANGUAGE_CODE).get(zone) or _plain(zone)


def list_cities(*, home: str, now: datetime) -> list[tuple[str, str]]:
    """Each zone with its city and its time now: the nation's own first, then by the city's name.

    A zone that has an older name as well stands there once.
    """
    cities = _cities(get_language() or settings.LANGUAGE_CODE)
    others = sorted(set(cities) - set(_NEWER_NAMES) - {home}, key=lambda zone: cities[zone])
    words = _("%(city)s, now %(time)s")
    return [
        (zone, words % {"city": city_words(zone), "time": f"{now.astimezone(ZoneInfo(zone)):%H:%M}"})
        for zone in (home, *others)
    ]


@functools.cache
def _cities(language: str) -> dict[str, str]:
    """Every zone's city. The world's list of translated names still has some zones under older names."""
    try:
        known: Mapping[str, Any] = Locale.parse(language, sep="-").time_zones
    except (UnknownLocaleError, ValueError):
        known = {}
    names = {zone: str(known.get(zone, {}).get("city", "")) for zone in list_zones()}
    for older, newer in _NEWER_NAMES.items():
        if newer in names and not names[newer]:
            names[newer] = str(known.get(older, {}).get("city", ""))
    return {zone: name or _plain(zone) for zone, name in names.items()}


def _plain(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
