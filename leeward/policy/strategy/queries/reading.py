"""What several reads and writes need: the nation's day, and what every action needs."""

from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from leeward.policy.strategy.models import Action


def local_day(now: datetime) -> date:
    """The day that it is in the nation."""
    return now.astimezone(ZoneInfo(settings.LEEWARD_TIME_ZONE)).date()


def needs_of_all() -> dict[int, tuple[int, ...]]:
    """For every action that needs others their numbers, by its own."""
    found: dict[int, list[int]] = defaultdict(list)
    pairs = Action.objects.filter(needs__isnull=False).values_list("number", "needs__number")
    for number, needed in pairs.order_by("number", "needs__number"):
        found[number].append(needed)
    return {number: tuple(needed) for number, needed in found.items()}
