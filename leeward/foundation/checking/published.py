"""What of stamps stands in the public log: each day's roots, under the day."""

from django.utils.translation import gettext_lazy as _

from leeward.foundation.editions.kinds import LeafKind
from leeward.foundation.stamps.rules.times import STAMPS_KIND

STAMPS = LeafKind(code=STAMPS_KIND, title=_("Stamps of a day"))
