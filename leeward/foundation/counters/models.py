"""The one table of counters: whole numbers with an end. Nothing in it is ever read as anything but a number."""

from django.db import models


class Counter(models.Model):
    """One count. Its name is a keyed digest: the table does not tell which network, code, name or site was counted."""

    name = models.CharField(primary_key=True, max_length=64)
    amount = models.PositiveBigIntegerField()
    rests_until = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "counter"
