"""What the public log holds of pages: each edition."""

from django.utils.translation import gettext_lazy as _

from leeward.foundation.editions.kinds import LeafKind
from leeward.foundation.pages.queries import address_of
from leeward.foundation.pages.rules.texts import LEAF_KIND

EDITIONS = LeafKind(
    code=LEAF_KIND, title=_("Edition of a page"), address=lambda name: address_of(name.partition("/")[0])
)
