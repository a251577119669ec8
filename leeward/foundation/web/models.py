"""The one table of the pages' own: what is written to see whether anything can be."""

import uuid

from django.db import models


class Trial(models.Model):
    """A row that is written and taken away in one transaction: nobody ever sees one, and the table is always empty."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.BinaryField()

    def __str__(self) -> str:
        return "a trial"
