"""Rows of what she and those who help her write each other, as a class from which a room's own rows inherit."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Max

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.operations import OpenFile
from leeward.foundation.vault.rules.grants import Compartment

REFERENCE_LENGTH = 64


class Said(Boxed):
    """One message. She reads it by code; its words are never sent to her. A room adds where it belongs and its side."""

    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    words = SealedField(compartment=Compartment.STORY)
    read_at = models.DateTimeField(null=True)
    # 1, 2, 3 among those it stands with: hers tell the hour alone.
    ordinal = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    @classmethod
    def add(
        cls, opened: OpenFile, words: str, *, by: Actor, now: datetime, reference: uuid.UUID | None, **where: Any
    ) -> bool:
        """Write one more among those of `where`; False where the reference is there already.

        The caller holds a lock on what they hang on, and has cut her own times to the hour.
        """
        reference = reference or uuid.uuid4()
        if cls._default_manager.filter(reference=reference).exists():
            return False
        place = {name: value for name, value in where.items() if name != "side"}
        earlier = cls._default_manager.filter(**place).aggregate(at=Max("at"), ordinal=Max("ordinal"))
        cls._default_manager.create(
            reference=reference,
            at=max(now, earlier["at"] or now),  # an hour is never before what it answers
            ordinal=(earlier["ordinal"] or 0) + 1,
            by=by.id,
            words=cls.box(opened, "words", reference, words),
            **where,
        )
        return True
