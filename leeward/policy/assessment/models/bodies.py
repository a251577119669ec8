"""Bodies that give their view in a review, and who of the staff speaks for each."""

from django.db import models

from leeward.foundation.rows import choice, one_of, public_id
from leeward.policy.assessment.rules.rounds import NAME_LENGTH, REFERENCE_LENGTH, Sector


class Body(models.Model):
    """Police, prosecutors, an association, a survivors' group. Never deleted: its views stay in the rounds."""

    public_id = public_id()
    name = models.CharField(max_length=NAME_LENGTH, unique=True)
    public_name = models.CharField(max_length=NAME_LENGTH)
    sector = choice(Sector, 12)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            one_of("sector", Sector, "assessment_body_sector"),
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
