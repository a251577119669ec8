"""The list of signed records for staff."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.checking.kinds import SignedKind
from leeward.foundation.references import write_reference
from leeward.foundation.signing.queries import RecordLine, record_lines, record_rows
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Listing

REVOKED = "revoked"  # in the list's address: what was just taken back


def records_list(kinds: Sequence[SignedKind], *, now: datetime) -> Listing[RecordLine]:
    """Records of these kinds, the newest first; each leads to where it is taken back."""
    names = {kind.code: kind.name for kind in kinds}
    return Listing(
        rows=record_rows(names),
        lines=partial(record_lines, now=now),
        columns=[
            Column("number", _("Number"), lambda line: write_reference(line.number)),
            Column("kind", _("Kind"), lambda line: names[line.kind]),
            Column("title", _("What it says"), lambda line: line.title),
            Column("state", _("State"), lambda line: line.state),
            Column("asked", _("Asked for"), lambda line: line.asked_at, Order(by="asked_at")),
            Column("until", _("Valid until"), lambda line: line.valid_until),
        ],
        sort="-asked",
        address=lambda line: reverse("checking:revoke", args=[line.number]),
        known=[REVOKED],
        csv="signed-records",
        empty=_("Nothing was signed yet."),
    )
