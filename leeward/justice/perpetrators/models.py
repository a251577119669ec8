"""Tables of change. Of the self-check there are counts by week alone; docs/clear-fields.md defends what is in clear."""

from django.db import models
from django.db.models import Q

from leeward.foundation import rows
from leeward.justice.perpetrators.rules.check import Ending
from leeward.justice.perpetrators.rules.trials import Arm, TrialPlan

CODE_LENGTH = 40


class EndingCount(models.Model):
    """How often the self-check ended in this way in the week that began on this Monday."""

    week = models.DateField()
    ending = rows.member(Ending, max_length=8)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            rows.one_of("ending", Ending, "perpetrators_ending_known"),
            models.UniqueConstraint(fields=["week", "ending"], name="perpetrators_ending_once"),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.ending}"


class Trial(models.Model):
    """A trial of two messages. One runs at a time; what was planned is kept as it was planned."""

    code = models.SlugField(max_length=CODE_LENGTH, unique=True)
    # By text, and within it by language.
    texts = models.JSONField()
    followed = models.FloatField()
    more_percent = models.PositiveSmallIntegerField()
    weekly = models.PositiveIntegerField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(ended_at__isnull=True), name="perpetrators_trial_one_runs"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def plan(self) -> TrialPlan:
        """What was planned."""
        return TrialPlan(followed=self.followed, more_percent=self.more_percent, weekly=self.weekly)


class TrialCount(models.Model):
    """How often one text of a trial was shown and followed."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="counts")
    arm = rows.member(Arm, max_length=1)
    shown = models.PositiveIntegerField(default=0)
    followed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            rows.one_of("arm", Arm, "perpetrators_arm_known"),
            models.UniqueConstraint(fields=["trial", "arm"], name="perpetrators_arm_once"),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.arm}"
