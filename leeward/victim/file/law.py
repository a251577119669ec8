"""What the law of this installation's nation leaves out."""

from django.conf import settings

from leeward.victim.file.rules.paths import Law


def law_here(*, is_silent: bool = False) -> Law:
    """Return what no law here covers. `is_silent`: staff found that it has nothing for this person."""
    return Law(uncovered=settings.LEEWARD_NOT_IN_LAW, is_silent=is_silent)
