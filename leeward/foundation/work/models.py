"""The tables of long work that somebody has begun, and of the views of lists that people keep for themselves."""

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


class SavedView(models.Model):
    """How somebody narrows and sorts a list, under a name of theirs: what that list's address holds, and no more."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=1_500)
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "path", "name"], name="work_view_named_once")]

    def __str__(self) -> str:
        return self.name
