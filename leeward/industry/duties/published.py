"""What of the duties of platforms stands in the public log."""

from django.utils.translation import gettext_lazy as _

from leeward.foundation.editions.kinds import LeafKind
from leeward.industry.duties.rules.regimes import LEAF_KIND

VERSIONS = LeafKind(code=LEAF_KIND, title=_("Version of a law’s duties for platforms"))
