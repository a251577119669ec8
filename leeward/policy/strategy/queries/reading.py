"""What several reads and writes need: what every action needs."""

from collections import defaultdict

from leeward.policy.strategy.models import Action


def needs_of_all() -> dict[int, tuple[int, ...]]:
    """For every action that needs others their numbers, by its own."""
    found: dict[int, list[int]] = defaultdict(list)
    pairs = Action.objects.filter(needs__isnull=False).values_list("number", "needs__number")
    for number, needed in pairs.order_by("number", "needs__number"):
        found[number].append(needed)
    return {number: tuple(needed) for number, needed in found.items()}
