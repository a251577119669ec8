"""What the portal is told of a case: its part of her page, and how it is erased with the rest."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.safestring import SafeString

from leeward.victim.helpline.operations.cases import erase_hers
from leeward.victim.portal.holders import Holder
from leeward.victim.portal.rules.visits import Bearer


def part_of_her_page(_request: HttpRequest, _bearer: Bearer, _now: datetime) -> SafeString | str:
    """What her page says of her case; "" where she has none."""
    return ""


HOLDER = Holder(show=part_of_her_page, erase=erase_hers)
