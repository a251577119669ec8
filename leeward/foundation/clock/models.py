"""The one row that remembers when the last round of work was done."""

from django.db import models


class LastRound(models.Model):
    """When the last round was done by a clock that could be believed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="clock_lastround_single", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"last round at {self.at:%Y-%m-%d %H:%M}"
