"""The table of legal holds: which record of which kind, by whom, until when; for what is sealed to who may see it."""

from django.db import models
from django.db.models import F, Q

from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment

KIND_LENGTH, RECORD_LENGTH, REASON_LENGTH, REFERENCE_LENGTH = 40, 64, 300, 64


class Hold(Boxed):
    """One hold on one record. A new one is asked for where it must last longer; none is ever changed back.

    Its reference is the vault's file of its reasons. A row of an earlier release has them in clear until a sweep has
    sealed them.
    """

    kind = models.CharField(max_length=KIND_LENGTH)
    record = models.CharField(max_length=RECORD_LENGTH)
    reason = SealedField(compartment=Compartment.CASEWORK)
    until = models.DateField(db_index=True)
    asked_by = models.CharField(max_length=REFERENCE_LENGTH)
    asked_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lift_reason = SealedField(compartment=Compartment.CASEWORK)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="holds_hold_confirmed_by_another",
                condition=Q(confirmed_by="", confirmed_at__isnull=True)
                | ~Q(confirmed_by="") & ~Q(confirmed_by=F("asked_by")) & Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="holds_hold_lifted_for_a_reason",
                condition=Q(lifted_at__isnull=True, lift_reason="") | Q(lifted_at__isnull=False) & ~Q(lift_reason=""),
            ),
            models.CheckConstraint(name="holds_hold_reason", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["kind", "record"], name="holds_hold_of_record")]

    def __str__(self) -> str:
        return f"hold on {self.kind}"
