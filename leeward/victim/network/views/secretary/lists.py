"""The secretary's list of members."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import select
from leeward.foundation.web.words import choices_of, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Late, Listing
from leeward.victim.network.queries.members import MemberLine, member_lines, member_rows
from leeward.victim.network.rules.members import MemberState, Sector

ALL = ("", _("All"))
STATE = Filter(key="state", field=select(_("State"), [ALL, *choices_of(MemberState)]), where=lambda said: Q(state=said))
SECTOR = Filter(key="sector", field=select(_("Sector"), [ALL, *choices_of(Sector)]), where=lambda said: Q(sector=said))


def members_list(*, now: datetime) -> Listing[MemberLine]:
    """Every member that there is or was, by name."""
    today = local_day(now)

    def until(line: MemberLine) -> object:
        is_over = line.until is not None and line.until < today and line.state is MemberState.MEMBER
        return (line.until, Late(_("Ended"))) if is_over else line.until

    return Listing(
        rows=member_rows(),
        lines=member_lines,
        columns=[
            Column("name", _("Member"), lambda line: line.name, Order(by="name")),
            Column("sector", _("Sector"), lambda line: word(line.sector)),
            Column("state", _("State"), lambda line: line.state),
            Column("signed", _("Signed on"), lambda line: line.signed_on),
            Column("until", _("Until"), until),
            Column("version", _("Version"), lambda line: line.protocol_version, is_numeric=True),
        ],
        sort="name",
        address=lambda line: reverse("network:member", args=[line.public_id]),
        filters=[STATE, SECTOR],
        empty=_("Nobody has signed yet."),
        csv="members",
    )
