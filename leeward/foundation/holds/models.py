"""The table of legal holds: which record of which kind, by whom, for what, until when. Nothing of the record itself."""

from django.db import models
from django.db.models import F, Q

from leeward.foundation.rows import public_id

KIND_LENGTH, RECORD_LENGTH, REASON_LENGTH, REFERENCE_LENGTH = 40, 64, 300, 64


class Hold(models.Model):
    """One hold on one record. A new one is asked for where it must last longer; none is ever changed back."""

    public_id = public_id()
    kind = models.CharField(max_length=KIND_LENGTH)
    record = models.CharField(max_length=RECORD_LENGTH)
    reason = models.CharField(max_length=REASON_LENGTH)
    until = models.DateField(db_index=True)
    asked_by = models.CharField(max_length=REFERENCE_LENGTH)
    asked_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lift_reason = models.CharField(max_length=REASON_LENGTH, blank=True)

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
