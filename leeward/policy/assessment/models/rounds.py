"""Rounds, what was done with each, and which bodies take part."""

from django.db import models

from leeward.foundation.rows import choice, one_of, public_id
from leeward.policy.assessment.models.bodies import Body
from leeward.policy.assessment.rules.model import SNAPSHOTS, Model
from leeward.policy.assessment.rules.rounds import NOTE_LENGTH, REFERENCE_LENGTH, TITLE_LENGTH, RoundStep, Stage


class Round(models.Model):
    """One assessment of the nation. `content` is the model as it was when the round was made, extension included."""

    public_id = public_id()
    title = models.CharField(max_length=TITLE_LENGTH)
    held_on = models.DateField()
    stage = choice(Stage, 10)
    edition = models.PositiveIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            one_of("stage", Stage, "assessment_round_stage"),
            models.CheckConstraint(
                name="assessment_round_agreed_when_settled",
                condition=models.Q(
                    stage__in=[Stage.AGREED.value, Stage.PUBLISHED.value, Stage.PRIVATE.value], agreed_at__isnull=False
                )
                | models.Q(
                    stage__in=[Stage.DRAFT.value, Stage.REVIEW.value, Stage.DROPPED.value], agreed_at__isnull=True
                ),
            ),
            models.CheckConstraint(
                name="assessment_round_published_has_its_day",
                condition=models.Q(stage=Stage.PUBLISHED.value, published_at__isnull=False)
                | (~models.Q(stage=Stage.PUBLISHED.value) & models.Q(published_at__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["stage", "-held_on"], name="assessment_round_stage")]

    def __str__(self) -> str:
        return self.title

    def as_model(self) -> Model:
        """The model that this round is about."""
        return SNAPSHOTS.validate_python(self.content)


class RoundEvent(models.Model):
    """One step of a round. The database refuses to change it."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="events")
    step = choice(RoundStep, 12)
    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH)
    words = models.TextField(max_length=NOTE_LENGTH, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.step


class Participation(models.Model):
    """That a body takes part in a round, and since when its view is complete."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="participations")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="participations")
    invited_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    finished_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        ordering = ["body__name"]
        constraints = [models.UniqueConstraint(name="assessment_participation_once", fields=["round", "body"])]

    def __str__(self) -> str:
        return f"{self.round} {self.body}"
