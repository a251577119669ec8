"""What of the declaration stands in the public log."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editions.kinds import LeafKind
from leeward.industry.declarations.rules.texts import LEAF_KIND

VERSIONS = LeafKind(
    code=LEAF_KIND,
    title=_("Version of the national declaration"),
    address=lambda number: reverse("declarations:version", args=[int(number)]),
)
