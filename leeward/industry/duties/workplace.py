"""What this room tells the search: laws by their code or a part of their name."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.work.rooms import Hit, Room, RoomPage
from leeward.industry.duties.queries import all_regimes
from leeward.industry.duties.views import KEEPERS


def find(user: User, term: str) -> Iterable[Hit]:
    """Laws whose code or name holds the term."""
    if user.role not in KEEPERS:
        return
    wanted = term.casefold()
    for each in all_regimes(on=timezone.localdate()):
        if wanted in each.code.casefold() or wanted in each.name.casefold():
            address = reverse("duties-regime", args=[each.code])
            yield Hit(kind=_("Law"), title=each.name, standing=each.code, address=address)


ROOM = Room(
    pages=(RoomPage(name="duties-regimes"),),
    find=find,
)
