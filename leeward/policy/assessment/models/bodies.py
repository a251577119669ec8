"""Bodies that give their view in a review, and who of the staff speaks for each."""

import uuid

from django.db import models

from leeward.policy.assessment.rules.rounds import NAME_LENGTH, REFERENCE_LENGTH, Sector


class Body(models.Model):
    """Police, prosecutors, an association, a survivors' group. Never deleted: its views stay in the rounds."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    public_name = models.CharField(max_length=NAME_LENGTH)
    sector = models.CharField(max_length=12, choices=[(sector.value, sector.value) for sector in Sector])
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="assessment_body_sector", condition=models.Q(sector__in=[sector.value for sector in Sector])
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A reviewer who speaks for a body; nobody speaks for two."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="members")
    user_reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return "member"
