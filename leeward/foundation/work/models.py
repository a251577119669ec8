"""What any desk's work needs: claims, second looks, exposure, shift notes; long work begun, and views of lists kept."""

import uuid
from datetime import datetime

from django.db import models

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.rows import member
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment

REFERENCE_LENGTH = 64


class Claimed(models.Model):
    """A row that one person works on at a time: theirs until a moment, then free again by itself."""

    claimed_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def is_anothers(self, who: str, *, now: datetime) -> bool:
        """Whether the claim of somebody else holds now."""
        return self.claimed_by not in ("", who) and self.claimed_until is not None and self.claimed_until > now

    def claim(self, who: str, *, until: datetime) -> None:
        """Let it be theirs until then; the caller saves."""
        self.claimed_by, self.claimed_until = who, until

    def let_go(self) -> None:
        """Let it be free; the caller saves."""
        self.claimed_by, self.claimed_until = "", None


class SecondLook(Boxed):
    """Something that needs a second pair of eyes before it is done; a room adds what it is about, and its kinds."""

    class State(Labelled):
        """What became of it."""

        OPEN = "open", mark("Waits")
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


class Exposure(models.Model):
    """How often one member of staff opened evidence on one day, at whichever desk; nothing about which."""

    staff = models.CharField(max_length=REFERENCE_LENGTH)
    day = models.DateField()
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "day"], name="work_exposure_day")]

    def __str__(self) -> str:
        return "exposure"


class ShiftNote(models.Model):
    """What one shift of a team tells the next; sealed to the team."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.CharField(max_length=REFERENCE_LENGTH)
    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH)
    words = SealedField(compartment=Compartment.CASEWORK)

    class Meta:
        indexes = [models.Index(fields=["team", "at"], name="work_shift_note_team_at")]

    def __str__(self) -> str:
        return "shift note"


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
