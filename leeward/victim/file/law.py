"""What the law of this installation's nation leaves out, and where it ends what stays between a person and us."""

from datetime import date

from django.conf import settings

from leeward.foundation.labels import mark
from leeward.victim.file.rules.paths import Law

LIMIT = mark("In great danger, laws may let us tell others without your yes; your pages say so once that is safe.")


def law_here(*, is_silent: bool = False) -> Law:
    """Return what no law here covers. `is_silent`: staff found that it has nothing for this person."""
    return Law(uncovered=settings.LEEWARD_NOT_IN_LAW, is_silent=is_silent)


def limit_of_confidence(*, today: date) -> str:
    """Return the sentence about what a law lets the helpline pass on without a yes; "" while no law is in use."""
    return LIMIT if any(each.is_used(today) for each in settings.LEEWARD_OVERRIDES) else ""
