"""Tables of the snapshots: the blocks that they are made of, each kept once, and each platform's own head."""

from django.db import models

from leeward.industry.bank.rules import EPOCH_LENGTH
from leeward.industry.exchange.rules import DIGEST_DIGITS, PUBLIC_KEY_BYTES


class SnapshotKey(models.Model):
    """The public half of a key that signs snapshots; the newest one signs."""

    generation = models.PositiveIntegerField(unique=True)
    public_key = models.BinaryField(max_length=PUBLIC_KEY_BYTES)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-generation"]

    def __str__(self) -> str:
        return f"snapshot key {self.generation}"


class SnapshotBlock(models.Model):
    """A block of rows by its digest: platforms share all but the blocks that hold a canary."""

    sha256 = models.CharField(max_length=DIGEST_DIGITS, primary_key=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        return "block of a snapshot"  # never what it holds


class Snapshot(models.Model):
    """The newest snapshot for one platform: its head, which names the blocks, and its place in the feed."""

    platform = models.OneToOneField("platforms.Platform", on_delete=models.CASCADE, related_name="+")
    epoch = models.CharField(max_length=EPOCH_LENGTH)
    sequence = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    head = models.BinaryField()

    def __str__(self) -> str:
        return f"snapshot at {self.sequence}"
