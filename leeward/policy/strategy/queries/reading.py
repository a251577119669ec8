"""What several reads and writes need: an action with its organisations, and what every action needs."""

from collections import defaultdict

from leeward.foundation.rows import read_row
from leeward.policy.strategy.models import Action
from leeward.policy.strategy.rules.plan import NewAction


def read_action(row: Action) -> NewAction:
    """An action as it is edited; asks for its organisations."""
    supporting = tuple(each.public_id for each in row.supporting.all())
    return read_row(NewAction, row, lead=row.lead and row.lead.public_id, supporting=supporting)


def needs_of_all() -> dict[int, tuple[int, ...]]:
    """For every action that needs others their numbers, by its own."""
    found: dict[int, list[int]] = defaultdict(list)
    pairs = Action.objects.filter(needs__isnull=False).values_list("number", "needs__number")
    for number, needed in pairs.order_by("number", "needs__number"):
        found[number].append(needed)
    return {number: tuple(needed) for number, needed in found.items()}
