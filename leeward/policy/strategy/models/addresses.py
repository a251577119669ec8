"""The secret addresses of the secretariat's calendar."""

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH
from leeward.foundation.rows import public_id
from leeward.policy.strategy.rules.terms import REFERENCE_LENGTH


class CalendarAddress(models.Model):
    """A secret address of the secretariat's calendar. Of its secret only the digest is kept."""

    public_id = public_id()
    label = models.CharField(max_length=LINE_LENGTH)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=REFERENCE_LENGTH)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.label
