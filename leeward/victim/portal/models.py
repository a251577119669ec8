"""The portal's tables: which visits are still good, and words that wait for a code. Nothing says whose they are."""

from django.db import models

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment

DIGEST_BYTES = 32


class OpenVisit(models.Model):
    """One visit that a code has opened. The key itself stands in the browser's sealed cookie alone."""

    id = RandomKey()
    digest = models.BinaryField(max_length=DIGEST_BYTES, unique=True)
    # A day: an hour would tie the visit to what was written in it.
    ends_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return "visit"


class KeptWords(models.Model):
    """One form that came after its visit was over. It opens by the code of whoever sent it, and in their browser."""

    id = RandomKey()
    # Of a key that the browser's sealed cookie alone has: whoever types the code elsewhere saves nothing of it.
    digest = models.BinaryField(max_length=DIGEST_BYTES, unique=True)
    # Of the key under the code, which nothing else holds: erasing finds by it what waits in any browser.
    owner = models.BinaryField(max_length=DIGEST_BYTES, db_index=True)
    words = SealedField(compartment=Compartment.STORY)
    # A day, as of visits.
    ends_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return "words"
