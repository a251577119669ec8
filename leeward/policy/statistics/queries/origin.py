"""Says whether any number was made up, so that every page can say so."""

from leeward.policy.statistics.models import Gathering

# The source by which made-up counts are taken in.
MADE_UP = "made-up"


def is_made_up() -> bool:
    """Whether any count that was taken in is made up, like those of the demonstration."""
    return Gathering.objects.filter(source=MADE_UP).exists()
