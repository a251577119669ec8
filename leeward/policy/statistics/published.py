"""What of the statistics stands in the public log."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editions.kinds import LeafKind
from leeward.policy.statistics.operations.releases import LEAF_KIND

RELEASES = LeafKind(
    code=LEAF_KIND,
    title=_("Release of statistics"),
    address=lambda edition: reverse("statistics-data:release", args=[edition]),
)
