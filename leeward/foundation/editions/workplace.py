"""What the home page tells administrators of the public log: that leaves wait, so its sealer may not run."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import write_moment
from leeward.foundation.notary.figures import read_delays
from leeward.foundation.work.rooms import Need, Room, Waiting, wait_in_rows


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """That what was published has waited for its place in the log for more than an hour."""
    if user.role != Role.ADMINISTRATOR:
        return
    delays = read_delays(now=now)
    if delays.is_late and delays.oldest_at is not None:
        late = Need(
            about=_("The public log"),
            why=_("What was published since %(when)s is not in it. See that leeward notary runs.")
            % {"when": write_moment(delays.oldest_at)},
            press=_("Open the log"),
            address=reverse("editions:notary"),
            is_urgent=True,
        )
        yield wait_in_rows(_("The public log is behind"), reverse("editions:notary"), [late], is_late=True)


ROOM = Room(waiting=waiting)
