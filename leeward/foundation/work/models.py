"""The table of long work that somebody has begun."""

import uuid

from django.db import models

from leeward.foundation.audit.keys import RandomKey


class Batch(models.Model):
    """Many things to be done one by one for somebody: what waits, and what became of each that was done.

    Its items are references and digests; its results add names of platforms and our own sentences, never what a person
    told us.
    """

    id = RandomKey()
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    owner = models.CharField(max_length=64)
    waiting = models.JSONField(default=list)
    done = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.kind
