"""Rows that remember when the last round of work was done, and which part of it cannot be done."""

from django.db import models


class LastRound(models.Model):
    """When the last round was done by a clock that could be believed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="clock_lastround_single", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"last round at {self.at:%Y-%m-%d %H:%M}"


class BrokenSweep(models.Model):
    """A part of the round that fails. `word`: as the operator is told it; `error`: its kind, never its message."""

    word = models.CharField(max_length=60, primary_key=True)
    error = models.CharField(max_length=100)
    since = models.DateTimeField()
    # How many rounds in a row it has failed in.
    times = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.word} fails since {self.since:%Y-%m-%d %H:%M} UTC ({self.error}, {self.times} times)"
