"""What was agreed: standards, agreements on sharing data, and which reminders of these were written."""

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH, MAIL_LENGTH, TEXT_LENGTH, URL_LENGTH
from leeward.foundation.rows import Edited


class Standard(Edited):
    """A standard that was agreed on. Never deleted: one that is not kept any more was withdrawn on a day."""

    title = models.CharField(max_length=LINE_LENGTH)
    publisher = models.CharField(max_length=LINE_LENGTH)
    version = models.CharField(max_length=LINE_LENGTH, blank=True)
    url = models.CharField(max_length=URL_LENGTH, blank=True)
    applies_to = models.TextField(max_length=TEXT_LENGTH, blank=True)
    agreed_on = models.DateField()
    review_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    is_public = models.BooleanField(default=True)

    class Meta:
        ordering = ["title", "id"]
        indexes = [
            models.Index(fields=["title", "id"], name="strategy_standard_by_title"),
            models.Index(fields=["agreed_on", "id"], name="strategy_standard_by_day"),
        ]

    def __str__(self) -> str:
        return self.title


class Agreement(Edited):
    """An agreement on sharing data. Never deleted: it expires, or was ended on a day."""

    title = models.CharField(max_length=LINE_LENGTH)
    parties = models.JSONField(default=list)
    purpose = models.TextField(max_length=TEXT_LENGTH)
    legal_basis = models.CharField(max_length=LINE_LENGTH)
    categories = models.TextField(max_length=TEXT_LENGTH)
    retention = models.CharField(max_length=LINE_LENGTH)
    starts_on = models.DateField()
    review_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    impact_url = models.CharField(max_length=URL_LENGTH, blank=True)
    keeper_email = models.CharField(max_length=MAIL_LENGTH, blank=True)
    language = models.CharField(max_length=12, blank=True)
    ended_on = models.DateField(null=True)
    is_public = models.BooleanField(default=False)
    # When it is looked at next, for a reminder.
    look_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                name="strategy_agreement_expires_later",
                condition=models.Q(expires_on__isnull=True) | models.Q(expires_on__gte=models.F("starts_on")),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Reminder(models.Model):
    """That a keeper was written to about one expiry, at one step: no step of it is written twice."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="reminders")
    expires_on = models.DateField()
    step = models.PositiveSmallIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [
            models.UniqueConstraint(name="strategy_reminder_once", fields=["agreement", "expires_on", "step"])
        ]

    def __str__(self) -> str:
        return f"{self.expires_on} {self.step}"
