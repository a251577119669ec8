"""Tables of the locker. What says anything about anybody is sealed; docs/clear-fields.md defends the rest.

Nothing here points at a file, at a case or at pictures, and the key to which entries are sealed is the locker's own:
what joins a locker to anything else of its person stands in the holding of their code alone.
"""

import uuid

from django.db import models

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.rows import member, one_of
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment
from leeward.victim.locker.rules.keeping import YEARS, PartKind, PartState


class Locker(models.Model):
    """One person's locker. Its reference stands in the holding of their code, and nowhere else."""

    id = RandomKey()
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    years = models.PositiveSmallIntegerField()
    # The first day of a month.
    expires_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="locker_years_fit", condition=models.Q(years__gte=YEARS[0], years__lte=YEARS[-1])
            )
        ]

    def __str__(self) -> str:
        return "locker"


class Item(Boxed):
    """One entry. Its reference is the vault's file: *story* are its words, *evidence* the key of its files."""

    id = RandomKey()
    locker = models.ForeignKey(Locker, on_delete=models.CASCADE, related_name="items")
    # 1, 2, 3 of a locker: how a person names it.
    ordinal = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["locker", "ordinal"], name="locker_item_ordinal_once")]

    def __str__(self) -> str:
        return "entry"


class Version(Boxed):
    """What an entry said from some moment on; all versions are kept."""

    id = RandomKey()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="versions")
    ordinal = models.PositiveSmallIntegerField()
    written = SealedField(compartment=Compartment.STORY)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "ordinal"], name="locker_version_ordinal_once")]

    def __str__(self) -> str:
        return "version"


class Custody(Boxed):
    """One event of an entry's chain of custody. Its place in the chain and its time are sealed with it."""

    id = RandomKey()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="custody")
    event = SealedField(compartment=Compartment.STORY)

    def __str__(self) -> str:
        return "event of custody"


class Part(Boxed):
    """One sealed file of an entry. Its pieces lie in a folder under its reference (`pieces`).

    `generation`: of the key of the entry's evidence that seals it. `facts`: its digest and what else is told of it.
    """

    id = RandomKey()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="parts")
    kind = member(PartKind, max_length=8)
    state = member(PartState, max_length=8, default=PartState.SENDING)
    generation = models.PositiveIntegerField()
    pieces = models.PositiveIntegerField()
    facts = SealedField(compartment=Compartment.STORY)
    # The hour in which it was begun, while it is being sent; empty from then on.
    begun_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("kind", PartKind, "locker_part_kind_known"),
            models.CheckConstraint(
                name="locker_part_sending_has_begun",
                condition=models.Q(state=PartState.SENDING.value, begun_at__isnull=False)
                | models.Q(state=PartState.KEPT.value, begun_at__isnull=True),
            ),
            models.CheckConstraint(
                name="locker_part_counts_from_one", condition=models.Q(generation__gte=1, pieces__gte=1)
            ),
        ]
        indexes = [
            models.Index(
                fields=["begun_at"], name="locker_part_unfinished", condition=models.Q(begun_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return "file"


class Store(models.Model):
    """The one store of pieces. `mark`: what stands in its folder, so that another folder is not taken for it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    mark = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(name="locker_store_single", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return "store of pieces"


class PendingDeletion(models.Model):
    """An erased file whose pieces may still lie in the store. Its key is gone; the row ends with the pieces."""

    id = RandomKey()
    part = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return "pieces to delete"
