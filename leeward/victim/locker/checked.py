"""What anybody can check of a locker: that a pack is the one that was signed here, and nothing of whose it is."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leeward.foundation.checking.kinds import Checked, SignedKind
from leeward.foundation.checking.rules.packs import PACK_KIND
from leeward.foundation.web.components import Text


def facts(claims: Any) -> list[tuple[Text, object]]:
    """What the signature is over."""
    return [(_("SHA-256 of its file manifest-sha256.txt"), claims["manifest"])]


# Nobody of ours takes one back: what it says, that these files were put together then, stays true.
CHECKED = Checked(
    kinds=(SignedKind(code=PACK_KIND, name=_("Pack of pages"), facts=facts, roles=frozenset(), is_open=False),)
)
