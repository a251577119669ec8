"""What was changed, when and by whom; and the secret addresses of the secretariat's calendar."""

import uuid

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH
from leeward.policy.strategy.rules.terms import REFERENCE_LENGTH, ChangeVerb, Kind


class Change(models.Model):
    """One change of one entry. The database refuses to change or delete one."""

    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in Kind])
    reference = models.UUIDField()
    verb = models.CharField(max_length=10, choices=[(verb.value, verb.value) for verb in ChangeVerb])
    reason = models.CharField(max_length=LINE_LENGTH, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_index=True)
    made_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["kind", "reference", "made_at"], name="strategy_change_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.verb}"


class CalendarAddress(models.Model):
    """A secret address of the secretariat's calendar. Of its secret only the digest is kept."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    label = models.CharField(max_length=LINE_LENGTH)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=REFERENCE_LENGTH)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.label
