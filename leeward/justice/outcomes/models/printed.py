"""What was printed of a year: kept as it was, for good."""

from django.db import models

from leeward.foundation import rows
from leeward.justice.outcomes.models.codes import REFERENCE_LENGTH


class Printing(models.Model):
    """One printing of a year. `cells`: what everybody reads; `counts`: the true totals behind, for the next one.

    `about`: by authority's code its name, replies and as-of day; `missing`: the names of those that were expected and
    have not reported the whole year; `methods`: by kind which version; `lists`: by kind which codes it follows.
    """

    public_id = rows.public_id()
    year = models.PositiveSmallIntegerField()
    revision = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    cells = models.JSONField()
    counts = models.JSONField()
    about = models.JSONField()
    missing = models.JSONField(default=list, blank=True)
    methods = models.JSONField()
    lists = models.JSONField(null=True)
    reason = models.CharField(max_length=1_000, blank=True)
    printed_at = models.DateTimeField()
    printed_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "revision"], name="outcomes_printing_revision"),
            models.CheckConstraint(
                name="outcomes_printing_again_says_why", condition=models.Q(revision=1) | ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.revision}"
