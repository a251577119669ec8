"""The analyst's lists: every submission, every file of a cohort."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import write_day
from leeward.foundation.editing.fields import select
from leeward.foundation.web.words import choices_of, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing
from leeward.justice.outcomes.queries.cohorts import CohortLine, cohort_lines, cohort_rows, tell_cohorts
from leeward.justice.outcomes.queries.submissions import (
    SubmissionLine,
    submission_lines,
    submission_rows,
    tell_submissions,
)
from leeward.justice.outcomes.rules.cohort_terms import CohortState
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
            Column("period", _("Quarter"), lambda line: line.period),
            Column("state", _("State"), lambda line: line.state),
            Column("warnings", _("Warnings"), lambda line: line.warnings[0] if line.warnings else ""),
            Column("received", _("Received"), lambda line: write_day(line.received_at), Order(by="received_at")),
        ],
        sort="-received",
        address=lambda line: reverse("outcomes:submission", args=[line.reference]),
        filters=[
            Filter(
                key="state",
                field=select(_("State"), [("", _("All")), *choices_of(SubmissionState)]),
                where=lambda state: Q(state=state),
            )
        ],
        csv="submissions",
    )


def cohorts_list() -> Listing[CohortLine]:
    """Every file of a cohort, the newest first."""
    return Listing(
        rows=cohort_rows(),
        tell=tell_cohorts,
        lines=cohort_lines,
        columns=[
            Column("quarter", _("Cohort"), lambda line: line.quarter),
            Column("state", _("State"), lambda line: line.state),
            Column("as_of", _("As of"), lambda line: write_day(line.as_of)),
            Column("authority", _("Submitted by"), lambda line: line.authority or gettext("The data office itself")),
            Column("lines", _("Lines"), lambda line: line.lines),
            Column("key", _("Fingerprint of the key"), lambda line: line.fingerprint),
            Column("received", _("Received"), lambda line: write_day(line.received_at), Order(by="received_at")),
        ],
        sort="-received",
        address=lambda line: reverse("outcomes:cohort", args=[line.reference]),
        filters=[
            Filter(
                key="state",
                field=select(_("State"), [("", _("All")), *choices_of(CohortState)]),
                where=lambda state: Q(state=state),
            )
        ],
        csv="cohorts",
    )
