"""What was printed of a year: drafted by one person, published by another, and kept as it was, for good."""

from typing import ClassVar

from django.db import models

from leeward.foundation import rows
from leeward.foundation.editions.signed import Signed
from leeward.foundation.labels import Labelled
from leeward.justice.outcomes.errors import OutcomesMistake


class Printing(Signed):
    """One printing of a year. `cells`: what everybody reads; `counts`: the true totals behind, for the next one.

    `about`: by authority's code its name, replies and as-of day; `missing`: the names of those that were expected and
    have not reported the whole year; `methods`: by kind which version; `lists`: by kind which codes it follows. Of a
    draft that was thrown away, who did so and why is kept; its numbers are not.
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

    PUBLISHED = models.Q(signed_at__isnull=False)
    OWN: ClassVar[Labelled] = OutcomesMistake.OWN

    class Meta(Signed.Meta):
        constraints = [
            *Signed.Meta.constraints,
            # At most one draft of a year waits: it has the number that comes next.
            models.UniqueConstraint(
                fields=["year", "revision"],
                condition=models.Q(discarded_at__isnull=True),
                name="outcomes_printing_revision",
            ),
            models.CheckConstraint(
                name="outcomes_printing_again_says_why", condition=models.Q(revision=1) | ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.revision}"
