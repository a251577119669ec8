"""What pages count of themselves."""

from leeward.foundation.pages.queries import pages_to_look_at


def count_overdue() -> int:
    """How many pages somebody should have looked at again by now."""
    return pages_to_look_at().count()
