"""The one table of access codes: nothing in it opens anything without the code itself."""

from django.db import models

from leeward.foundation.audit.keys import RandomKey


class AccessCode(models.Model):
    """One code. Nothing in its row says when it was made, nor in which order."""

    # Not the look-up number: SQLite would number the rows besides, in the order in which they came.
    id = RandomKey()
    look_up = models.CharField(unique=True, max_length=8)
    salt = models.BinaryField(max_length=16)
    memory_kib = models.PositiveIntegerField()
    passes = models.PositiveSmallIntegerField()
    lanes = models.PositiveSmallIntegerField()
    verifier_digest = models.BinaryField(max_length=32)
    sealed = models.BinaryField(max_length=4096)
    # The first day of a month: a day or an hour would tie the code to what was stored at that time.
    expires_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(look_up__regex=r"^[0-9]{8}$"), name="vault_look_up_is_eight_digits"
            ),
        ]

    def __str__(self) -> str:
        return "access code"
