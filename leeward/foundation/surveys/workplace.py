"""What surveys tell the home page: waves that wait for a second person, for margins or to be published."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.surveys.queries import ShownWave, shown, wave_rows
from leeward.foundation.surveys.rules.waves import WaveState
from leeward.foundation.surveys.views.staff import STAFF
from leeward.foundation.web.words import told
from leeward.foundation.work.rooms import Need, Room, RoomPage, Waiting, wait_in_rows

MOST = 100


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Waves in which somebody has something to do."""
    if user.role not in STAFF:
        return
    rows = wave_rows().filter(abandoned_at__isnull=True, published_at__isnull=True)
    rows = rows.filter(Q(permitted_at__isnull=True, closes_at__gt=now) | ~Q(trouble="") | Q(printed_at__isnull=False))
    needs = [_need(each, user) for each in shown(list(rows.order_by("closes_at")[:MOST]))]
    yield wait_in_rows(_("Surveys"), reverse("surveys:staff"), [need for need in needs if need])


def _need(wave: ShownWave, user: User) -> Need | None:
    why, press = {
        WaveState.DRAFTED: (_("Waits for a second person to permit it"), _("Look at it")),
        WaveState.EMPTIED: (_("Its weights do not work out"), _("Look at its margins")),
        WaveState.PRINTED: (_("Is printed and waits to be published"), _("Look at it")),
    }.get(wave.state, ("", ""))
    if not why or (wave.state is WaveState.DRAFTED and wave.row.drafted_by == str(user.reference)):
        return None
    address = reverse("surveys:staff-wave", args=[wave.row.code])
    return Need(about=told(wave.row.title), why=why, press=press, address=address)


ROOM = Room(pages=(RoomPage(name="surveys:staff", also=("surveys:staff-",)),), waiting=waiting)
