"""What this room tells the search: platforms and known sites, by a part of their name or by a host."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.work.rooms import FOUND, Hit, Room
from leeward.industry.platforms.queries import known_platforms, recognise, sites_to_take_up
from leeward.industry.platforms.views import PAGE, STAFF


def find(user: User, term: str) -> Iterable[Hit]:
    """Platforms that this installation knows, and known sites that were not taken up."""
    if user.role not in STAFF:
        return
    partners = {each.public_id: each for each in known_platforms(search=term, limit=FOUND)}
    at_address = recognise(term) if "." in term else None
    if at_address:
        partners[at_address.public_id] = at_address
    for each in partners.values():
        standing = "" if each.is_listed else _("Not in the list")
        yield Hit(kind=_("Platform"), title=each.name, standing=standing, address=reverse(PAGE, args=[each.public_id]))
    for site in sites_to_take_up(search=term, limit=FOUND):
        address = reverse("platforms-known-site", args=[site.code])
        yield Hit(kind=_("Known site"), title=site.name, standing=_("Not taken up yet"), address=address)


ROOM = Room(find=find)
