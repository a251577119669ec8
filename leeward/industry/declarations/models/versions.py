"""The declaration's versions, which the database refuses to change, and the draft of the next one."""

from django.db import models

from leeward.foundation.rows import read_row
from leeward.industry.declarations.rules.texts import Draft, Version, from_record


class PublishedVersion(models.Model):
    """A version as it was published: its wordings and commitments as one JSON value."""

    number = models.PositiveIntegerField(unique=True)
    published_on = models.DateField()
    published_at = models.DateTimeField()
    renew_by = models.DateField(null=True)
    content = models.JSONField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(name="declarations_version_from_one", condition=models.Q(number__gte=1)),
            models.CheckConstraint(
                name="declarations_version_renewal_later",
                condition=models.Q(renew_by__isnull=True) | models.Q(renew_by__gt=models.F("published_on")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    def as_version(self) -> Version:
        """The version as other rooms see it."""
        return read_row(Version, self, **vars(from_record(self.content)))


class NextVersion(models.Model):
    """The draft that staff work on: one row at most, gone when it is published."""

    singleton = models.BooleanField(default=True, unique=True)
    content = models.JSONField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="declarations_next_version_one", condition=models.Q(singleton=True)),
        ]

    def __str__(self) -> str:
        return "draft"

    def as_draft(self) -> Draft:
        """What the draft says."""
        return from_record(self.content)
