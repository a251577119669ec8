"""The one table of the portal: which visits are still good. Nothing in it says whose they are."""

from django.db import models

from leeward.foundation.audit.keys import RandomKey

DIGEST_BYTES = 32


class OpenVisit(models.Model):
    """One visit that a code has opened. The key itself stands in the browser's sealed cookie alone."""

    id = RandomKey()
    digest = models.BinaryField(max_length=DIGEST_BYTES, unique=True)
    # A day: an hour would tie the visit to what was written in it.
    ends_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return "visit"
