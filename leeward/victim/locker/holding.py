"""What the portal is told of a locker: it goes with everything else that its person erases."""

from leeward.victim.locker.operations.lockers import erase_hers
from leeward.victim.portal.holders import Holder

HOLDER = Holder(show=lambda _request, _bearer, _now: "", erase=erase_hers)
