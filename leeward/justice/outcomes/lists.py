"""The analyst's list: every submission."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import write_day
from leeward.foundation.editing.fields import select
from leeward.foundation.web.words import choices_of, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing
from leeward.justice.outcomes.queries.submissions import (
    SubmissionLine,
    submission_lines,
    submission_rows,
    tell_submissions,
)
from leeward.justice.outcomes.rules.terms import SubmissionState


def submissions_list() -> Listing[SubmissionLine]:
    """Every submission, the newest first."""
    return Listing(
        rows=submission_rows(),
        tell=tell_submissions,
        lines=submission_lines,
        columns=[
            Column("authority", _("Authority"), lambda line: line.authority),
            Column("kind", _("What it holds"), lambda line: word(line.kind)),
            Column(
                "period", _("Period"), lambda line: f"{write_day(line.period_start)} – {write_day(line.period_end)}"
            ),
            Column("state", _("State"), lambda line: line.state),
            Column("warnings", _("Warnings"), lambda line: line.warnings),
            Column("received", _("Received"), lambda line: write_day(line.received_at), Order(by="received_at")),
        ],
        sort="-received",
        address=lambda _line: reverse("outcomes:submissions"),
        filters=[
            Filter(
                key="state",
                field=select(_("State"), [("", _("All")), *choices_of(SubmissionState)]),
                where=lambda state: Q(state=state),
            )
        ],
        csv="submissions",
    )
