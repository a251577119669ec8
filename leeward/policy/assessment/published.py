"""What of the assessment stands in the public log."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editions.kinds import LeafKind
from leeward.policy.assessment.rules.rounds import LEAF_KIND

ROUNDS = LeafKind(
    code=LEAF_KIND,
    title=_("Round of the national assessment"),
    address=lambda round_id: reverse("assessment:public-round", args=[round_id]),
)
