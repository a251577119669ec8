"""Says whether anything that stands behind the numbers was made up, so that every page can say so."""

from leeward.policy.statistics.models import Gathering

# The source by which made-up counts are taken in.
MADE_UP = "made-up"


def is_made_up() -> bool:
    """Whether any count was taken in that somebody made up, as the demonstration's are."""
    return Gathering.objects.filter(source=MADE_UP).exists()
