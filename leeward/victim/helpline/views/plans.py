"""What a suggested change of a plan changes, side by side, for the person and for staff alike."""

from collections.abc import Sequence

from leeward.victim.helpline.queries.plans import Plans
from leeward.victim.helpline.rules.plans import PlanPart


def compare(plans: Plans) -> Sequence[tuple[PlanPart, str, str]]:
    """Each part that the waiting suggestion changes: how it reads now, and how it would."""
    suggested = plans.waiting.plan.texts if plans.waiting else {}
    return [(part, plans.current.texts.get(part, ""), words) for part, words in suggested.items()]
