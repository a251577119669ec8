"""What was agreed: standards, agreements on sharing data, and which reminders of these were written."""

import uuid

from django.db import models

from leeward.foundation.editing.values import LINE_LENGTH, MAIL_LENGTH, TEXT_LENGTH, URL_LENGTH
from leeward.policy.strategy.rules.registers import NewAgreement, NewStandard


class Standard(models.Model):
    """A standard that was agreed on. Never deleted: one that is not kept any more was withdrawn on a day."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=LINE_LENGTH)
    publisher = models.CharField(max_length=LINE_LENGTH)
    version = models.CharField(max_length=LINE_LENGTH, blank=True)
    url = models.CharField(max_length=URL_LENGTH, blank=True)
    applies_to = models.TextField(max_length=TEXT_LENGTH, blank=True)
    agreed_on = models.DateField()
    review_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)
    is_public = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title

    def as_entry(self) -> NewStandard:
        """The row as the rules know it."""
        return NewStandard(
            title=self.title,
            publisher=self.publisher,
            version=self.version,
            url=self.url,
            applies_to=self.applies_to,
            agreed_on=self.agreed_on,
            review_on=self.review_on,
            withdrawn_on=self.withdrawn_on,
            is_public=self.is_public,
        )


class Agreement(models.Model):
    """An agreement on sharing data. Never deleted: it expires, or was ended on a day."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
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
    changed_at = models.DateTimeField()
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

    def as_entry(self) -> NewAgreement:
        """The row as the rules know it."""
        return NewAgreement(
            title=self.title,
            parties=tuple(self.parties),
            purpose=self.purpose,
            legal_basis=self.legal_basis,
            categories=self.categories,
            retention=self.retention,
            starts_on=self.starts_on,
            review_on=self.review_on,
            expires_on=self.expires_on,
            impact_url=self.impact_url,
            keeper_email=self.keeper_email,
            language=self.language,
            ended_on=self.ended_on,
            is_public=self.is_public,
        )


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
