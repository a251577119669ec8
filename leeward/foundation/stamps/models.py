"""Tables of stamps: commitments that wait for the next hour, and each hour's tree. No row says what they are of."""

from django.db import models

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.stamps.rules.commitments import DIGEST_BYTES

HEX_LENGTH = 2 * DIGEST_BYTES


class Waiting(models.Model):
    """A commitment that no tree holds yet. No column tells when it came."""

    id = RandomKey()
    commitment = models.CharField(max_length=HEX_LENGTH, unique=True)

    def __str__(self) -> str:
        return self.commitment


class Stamp(models.Model):
    """One hour's tree, for good. `hour`: when it was made, to the hour; `leaves`: 32 bytes each, in their order.

    `token`: the authority's answer as it came, `token_at` its time; both may come later, once. `asked_at`: when the
    authority was asked last.
    """

    hour = models.DateTimeField(unique=True)
    root = models.CharField(max_length=HEX_LENGTH)
    leaves = models.BinaryField()
    asked_at = models.DateTimeField(null=True)
    token = models.BinaryField(null=True)
    token_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stamps_stamp_token_whole",
                condition=models.Q(token__isnull=True, token_at__isnull=True)
                | models.Q(token__isnull=False, token_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["hour"], name="stamps_stamp_asks", condition=models.Q(token__isnull=True))]

    def __str__(self) -> str:
        return self.hour.isoformat()
