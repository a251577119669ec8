"""Tables of the public log: leaves, checkpoints with what others say of them, full tiles, and public halves of keys.

The database itself refuses to change or delete any of them (see the migration). A leaf is changed once, when it gets
its number.
"""

from django.db import models
from django.db.models import Q

from leeward.foundation.notary.rules import leaves, notes
from leeward.foundation.notary.rules.leaves import DIGEST_LENGTH, KIND_LENGTH, NAME_LENGTH
from leeward.foundation.notary.rules.tiles import HASH_BYTES

ORIGIN_LENGTH = 200
WITNESS_LENGTH, LINE_LENGTH = 300, 500
MEDIA_TYPE_LENGTH = 60


class LogKey(models.Model):
    """The public half of a key that signs checkpoints until it is retired. `name` is the log's."""

    name = models.CharField(max_length=ORIGIN_LENGTH)
    number = models.PositiveIntegerField(unique=True)
    public_key = models.BinaryField(max_length=notes.KEY_BYTES)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def verifier(self) -> notes.VerifierKey:
        """The key as tools know it."""
        return notes.VerifierKey(name=self.name, public=bytes(self.public_key))


class Leaf(models.Model):
    """One leaf. It has no number until the sealer gives it one."""

    kind = models.CharField(max_length=KIND_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    on = models.DateField()
    sha256 = models.CharField(max_length=DIGEST_LENGTH)
    entered_at = models.DateTimeField()
    sequence = models.PositiveBigIntegerField(null=True, unique=True, editable=False)
    sealed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notary_leaf_sealed_whole",
                condition=Q(sequence__isnull=True, sealed_at__isnull=True)
                | Q(sequence__isnull=False, sealed_at__isnull=False),
            ),
            models.CheckConstraint(name="notary_leaf_says_what", condition=~Q(kind="") & ~Q(name="") & ~Q(sha256="")),
        ]
        indexes = [
            models.Index(fields=["entered_at", "id"], name="notary_leaf_waits", condition=Q(sequence__isnull=True)),
            models.Index(fields=["kind", "name"], name="notary_leaf_named"),
            models.Index(fields=["sha256"], name="notary_leaf_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    def as_leaf(self) -> leaves.Leaf:
        """The leaf as it is hashed."""
        return leaves.Leaf(kind=self.kind, name=self.name, on=self.on, sha256=self.sha256)


class Content(models.Model):
    """The bytes whose digest a leaf has, as they were published."""

    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, primary_key=True, related_name="published")
    media_type = models.CharField(max_length=MEDIA_TYPE_LENGTH)
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.leaf_id)


class Checkpoint(models.Model):
    """A checkpoint as it was signed; the newest one is that of the largest size."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=HASH_BYTES)
    note = models.TextField()
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.size)


class CheckpointToken(models.Model):
    """What a stamping authority has answered about a checkpoint's text (RFC 3161), and the time that it names.

    `unproven`: how many leaves came since the token before, of which this one does not prove the day.
    """

    checkpoint = models.OneToOneField(Checkpoint, on_delete=models.PROTECT, primary_key=True, related_name="stamp")
    token = models.BinaryField()
    stamped_at = models.DateTimeField()
    unproven = models.PositiveIntegerField()

    def __str__(self) -> str:
        return str(self.checkpoint_id)


class Cosignature(models.Model):
    """A witness's signature of a checkpoint: its key, and the line of the note as it answered."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=WITNESS_LENGTH)
    line = models.CharField(max_length=LINE_LENGTH)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["witness"]
        constraints = [models.UniqueConstraint(name="notary_cosigned_once", fields=["checkpoint", "witness"])]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.witness}"


class FullTile(models.Model):
    """The hash over a full tile, which is a hash of the level above."""

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=HASH_BYTES)

    class Meta:
        constraints = [models.UniqueConstraint(name="notary_tile_once", fields=["level", "number"])]

    def __str__(self) -> str:
        return f"{self.level} {self.number}"
