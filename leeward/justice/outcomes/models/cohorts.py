"""Cohorts: what a file said of whom stays sealed until it is counted, and is then gone; numbers stay."""

import uuid

from django.db import models
from django.db.models import F, Q

from leeward.foundation import rows
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment
from leeward.justice.outcomes.models.codes import REFERENCE_LENGTH, Method
from leeward.justice.outcomes.models.counts import Authority
from leeward.justice.outcomes.rules.cohort_terms import CohortState
from leeward.justice.outcomes.rules.terms import WORDS_LENGTH
from leeward.justice.outcomes.rules.tokens import FINGERPRINT_LENGTH

WAITING = CohortState.RECEIVED.value
ACCEPTED = CohortState.ACCEPTED.value


class Cohort(models.Model):
    """One file of one quarter's cohort, known by its digest and its key's fingerprint. `file`: of the vault.

    `rows_gone_at`: when its keys and rows were destroyed; the line itself is the proof of it.
    """

    public_id = rows.public_id()
    quarter = models.DateField()
    as_of = models.DateField()
    authority = models.ForeignKey(Authority, null=True, on_delete=models.PROTECT, related_name="cohorts")
    method = models.ForeignKey(Method, on_delete=models.PROTECT, related_name="cohorts")
    sha256 = models.CharField(max_length=REFERENCE_LENGTH)
    fingerprint = models.CharField(max_length=FINGERPRINT_LENGTH)
    lines = models.PositiveIntegerField()
    state = rows.member(CohortState, max_length=10, default=CohortState.RECEIVED)
    # Why a figure that was accepted before is replaced; printed beside it.
    reason = models.CharField(max_length=WORDS_LENGTH, blank=True)
    file = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=REFERENCE_LENGTH)
    rows_gone_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        constraints = [
            rows.one_of("state", CohortState, "outcomes_cohort_state"),
            models.CheckConstraint(name="outcomes_cohort_as_of", condition=Q(as_of__gte=F("quarter"))),
            models.CheckConstraint(name="outcomes_cohort_quarter", condition=rows.BeginsQuarter("quarter")),
            models.CheckConstraint(
                name="outcomes_cohort_accepted",
                condition=Q(state=ACCEPTED, accepted_at__isnull=False)
                | ~Q(state=ACCEPTED) & Q(accepted_at__isnull=True),
            ),
            # Rows of persons are there while a file waits, and never after.
            models.CheckConstraint(
                name="outcomes_cohort_rows_gone",
                condition=Q(state=WAITING, rows_gone_at__isnull=True)
                | ~Q(state=WAITING) & Q(rows_gone_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["quarter"], condition=Q(state=WAITING), name="outcomes_cohort_one_waits"),
        ]
        indexes = [
            models.Index(fields=["received_at", "id"], name="outcomes_cohort_received"),
            models.Index(fields=["quarter", "accepted_at"], name="outcomes_cohort_quarters"),
        ]

    def __str__(self) -> str:
        return f"{self.quarter}"


class CohortPart(Boxed):
    """Some lines of a file that waits, sealed to the analysts' team under the file's own key."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    content = SealedField(compartment=Compartment.CASEWORK)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "number"], name="outcomes_cohort_part_once")]

    def __str__(self) -> str:
        return "part"


class CohortResult(models.Model):
    """What was counted of an accepted file over one follow-up; never changed."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="results")
    follow_up = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    reoffenders = models.PositiveIntegerField()
    reoffences = models.PositiveIntegerField()
    same_reoffenders = models.PositiveIntegerField()
    same_reoffences = models.PositiveIntegerField()
    last_index_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "follow_up"], name="outcomes_cohort_result_once"),
            models.CheckConstraint(
                name="outcomes_cohort_result_nests",
                condition=Q(
                    reoffenders__lte=F("people"),
                    same_reoffenders__lte=F("reoffenders"),
                    same_reoffences__lte=F("reoffences"),
                    reoffences__gte=F("reoffenders"),
                    same_reoffences__gte=F("same_reoffenders"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up}"
