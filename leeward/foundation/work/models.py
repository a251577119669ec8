"""Tables of what desks share: exposure and shift notes, long work that was begun, views of lists that people keep."""

import uuid

from django.db import models

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment

REFERENCE_LENGTH = 64


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
