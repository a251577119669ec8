"""What rows of any desk have, as classes from which a room's own rows inherit: a claim, a note, a second look."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.rows import member, read_row
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment
from leeward.foundation.work.claims import is_anothers

REFERENCE_LENGTH = 64


class Claimed(models.Model):
    """A row that one person works on at a time: theirs until a moment, then free again by itself."""

    claimed_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def is_anothers(self, who: str, *, now: datetime) -> bool:
        """Whether the claim of somebody else holds now."""
        return is_anothers(self, who, now=now)

    def claim(self, who: str, *, until: datetime) -> None:
        """Let it be theirs until then; the caller saves."""
        self.claimed_by, self.claimed_until = who, until

    def let_go(self) -> None:
        """Let it be free; the caller saves."""
        self.claimed_by, self.claimed_until = "", None


class Noted(Boxed):
    """A note among staff; never shown to the person nor to anybody outside. A room adds what it is about."""

    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH)
    words = SealedField(compartment=Compartment.CASEWORK)

    class Meta:
        abstract = True


class SecondLook(Boxed):
    """Something that needs a second pair of eyes before it is done; a room adds what it is about, and its kinds."""

    class State(Labelled):
        """What became of it."""

        OPEN = "open", mark("Waiting")
        AGREED = "agreed", mark("Agreed")
        REFUSED = "refused", mark("Refused")

    state = member(
        State, max_length=10, choices=[(each.value, each.name.capitalize()) for each in State], default=State.OPEN
    )
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=REFERENCE_LENGTH)
    reason = SealedField(compartment=Compartment.CASEWORK)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        abstract = True

    def decide(self, *, agrees: bool, by: str, now: datetime) -> None:
        """Keep the second person's word."""
        self.state = self.State.AGREED if agrees else self.State.REFUSED
        self.decided_at, self.decided_by = now, by
        self.save(update_fields=["state", "decided_at", "decided_by"])


@dataclass(frozen=True, kw_only=True)
class SecondLookLine:
    """A second look on a list; `about`: the reference of what it is about."""

    reference: uuid.UUID
    about: uuid.UUID
    kind: Labelled
    state: SecondLook.State
    band: Labelled
    asked_at: datetime
    asked_by: str

    @classmethod
    def of(cls, row: SecondLook, *, kind: Labelled, about: uuid.UUID, band: Labelled) -> "SecondLookLine":
        """Read it from a row of a room."""
        return read_row(cls, row, kind=kind, about=about, band=band)
