"""What surveys tell the home page: waves in which somebody has something to do."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.surveys.queries import ShownWave, shown, waiting_proposal, waiting_waves, wave_rows
from leeward.foundation.surveys.rules.waves import WaveState
from leeward.foundation.surveys.views.staff import STAFF
from leeward.foundation.web.components import Text
from leeward.foundation.web.words import told
from leeward.foundation.work.rooms import Need, Room, RoomPage, Waiting, wait_in_rows

MOST = 100


def waiting(user: User, now: datetime) -> Iterable[Waiting]:
    """Waves in which somebody has something to do."""
    if user.role not in STAFF:
        return
    is_due = Q(permitted_at__isnull=True, closes_at__gt=now) | ~Q(trouble="")
    is_due |= Q(printed_at__isnull=False, published_at__isnull=True) | Q(pk__in=waiting_waves())
    rows = wave_rows().filter(is_due, abandoned_at__isnull=True)
    needs = [_need(each, user) for each in shown(list(rows.order_by("closes_at")[:MOST]))]
    yield wait_in_rows(_("Surveys"), reverse("surveys:staff"), [need for need in needs if need])


def _need(wave: ShownWave, user: User) -> Need | None:
    found: tuple[str, Text, Text] | None
    waiting = waiting_proposal(wave.row)
    if waiting is not None:
        found = waiting.drafted_by, _("Awaits a second person’s signature"), _("Review the wave")
    else:
        found = {
            WaveState.DRAFTED: (wave.row.drafted_by, _("Awaits a second person’s permission"), _("Review the wave")),
            WaveState.EMPTIED: ("", _("Its weights do not work out"), _("Review the margins")),
            WaveState.PRINTED: ("", _("Computed, to be published"), _("Review the wave")),
        }.get(wave.state)
    if found is None or found[0] == str(user.reference):
        return None
    _by, why, press = found
    address = reverse("surveys:staff-wave", args=[wave.row.code])
    return Need(about=told(wave.row.title), why=why, press=press, address=address)


ROOM = Room(pages=(RoomPage(name="surveys:staff", also=("surveys:staff-",)),), waiting=waiting)
