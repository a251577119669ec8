"""The leads' lists; none of them says what anything is about."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import when
from leeward.foundation.editing.fields import select
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing, Tag
from leeward.victim.helpline.queries.complaints import ComplaintLine, all_complaints, complaint_lines

WAITS = Q(answered_at__isnull=True)
ANSWERED = Filter(
    key="answered",
    field=select(_("Answer"), [("", _("All")), ("no", _("Without an answer")), ("yes", _("Answered"))]),
    where=lambda said: ~WAITS if said == "yes" else WAITS,
)


def complaints_list(*, now: datetime, names: Mapping[str, str]) -> Listing[ComplaintLine]:
    """What went wrong: those without an answer first, the oldest of them first."""
    return Listing(
        rows=all_complaints(),
        lines=complaint_lines,
        columns=[
            Column("complaint", _("Complaint"), lambda line: name_complaint(line.reference)),
            Column("told", _("Told"), lambda line: when(line.told_at, now=now), WAITING_FIRST),
            Column("answer", _("Answer"), lambda line: _answer(line, names, now=now)),
        ],
        sort="told",
        address=lambda line: reverse("helpline:lead-complaint", args=[line.reference]),
        filters=[ANSWERED],
        empty=_("Nobody has told you that something went wrong."),
    )


WAITING_FIRST = Order(by="told_at", parts=(WAITS, ~WAITS))


def name_complaint(reference: uuid.UUID) -> str:
    """A complaint's short name."""
    return f"{gettext('Complaint')} {str(reference)[:8]}"


def _answer(line: ComplaintLine, names: Mapping[str, str], *, now: datetime) -> object:
    if line.answered_at is None:
        return Tag(_("Waiting"), "yellow")
    return names.get(line.answered_by, gettext("A colleague")), when(line.answered_at, now=now)
