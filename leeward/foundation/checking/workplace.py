"""What this room tells everybody who works here: where signed records are, and that no stamp came."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import write_moment
from leeward.foundation.stamps.queries import read_stamping
from leeward.foundation.work.rooms import Need, Room, RoomPage, Waiting, wait_in_rows


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """That an hour's tree, or the authority's token for it, has been missing for hours."""
    if user.role != Role.ADMINISTRATOR:
        return
    stamping = read_stamping(now=now)
    if stamping.is_late:
        since = stamping.token_at or stamping.hour
        late = Need(
            about=_("Stamps"),
            why=_("No new one since %(when)s. See that leeward work runs, and that the stamping authority answers.")
            % {"when": write_moment(since) if since else "–"},
            press=_("How stamps are checked"),
            address=reverse("checking:pack"),
            is_urgent=True,
        )
        yield wait_in_rows(_("Stamps are behind"), reverse("checking:pack"), [late], is_late=True)


ROOM = Room(pages=(RoomPage(name="checking:records", also=("checking:revoke",)),), waiting=waiting)
