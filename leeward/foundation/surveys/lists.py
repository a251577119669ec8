"""The list of waves."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.editing.fields import box
from leeward.foundation.surveys.queries import ShownWave, shown, wave_rows
from leeward.foundation.web.words import told, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing


def waves_list() -> Listing[ShownWave]:
    """Every wave, the newest first; those that were given up when asked for."""
    return Listing(
        rows=wave_rows(),
        lines=shown,
        columns=[
            Column("wave", _("Wave"), lambda each: told(each.row.title)),
            Column("state", _("State"), lambda each: each.state),
            Column("way", _("Answers"), lambda each: word(each.row.way)),
            Column("closes", _("Closes"), lambda each: each.row.closes_at),
            Column("drafted", _("Drafted"), lambda each: each.row.drafted_at, Order(by="drafted_at")),
        ],
        sort="-drafted",
        address=lambda each: reverse("surveys:staff-wave", args=[each.row.code]),
        filters=[
            Filter(
                key="abandoned",
                field=box(_("Those that were given up")),
                where=lambda _ticked: Q(abandoned_at__isnull=False),
                otherwise=Q(abandoned_at__isnull=True),
            )
        ],
        csv="surveys",
        empty=_("There is no wave yet."),
    )
