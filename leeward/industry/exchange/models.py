"""Tables of the snapshots (blocks, each kept once, and each platform's own head), and of the check without the list."""

from datetime import datetime

from django.db import models
from hashmatch.blind import MARK_BITS, OUTPUT_BYTES

from leeward.foundation.audit.keys import RandomKey
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


class BlindEpochQuerySet(models.QuerySet["BlindEpoch"]):
    """Epochs by whether they are in force."""

    def present(self) -> "BlindEpochQuerySet":
        """The epoch in force; none before the first is worked out."""
        return self.filter(begun_at__isnull=False, ended_at__isnull=True).order_by("-begun_at")


class BlindEpoch(models.Model):
    """A time in which blind checks are answered by one key.

    The key comes from `salt` and the server's secret; when the epoch ends the salt is emptied. `sequence` is the place
    in the feed up to which outputs are worked out; `prefix_bits` how much of a digest's mark a platform says, and
    `first_bits` how much it was when the epoch began.
    """

    name = models.CharField(max_length=EPOCH_LENGTH, unique=True)
    salt = models.BinaryField(max_length=PUBLIC_KEY_BYTES)
    public_key = models.BinaryField(max_length=PUBLIC_KEY_BYTES)
    sequence = models.PositiveBigIntegerField(default=0)
    first_bits = models.PositiveSmallIntegerField(default=0)
    prefix_bits = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = BlindEpochQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exchange_blindepoch_never_grows",
                condition=models.Q(prefix_bits__lte=models.F("first_bits"), first_bits__lte=MARK_BITS),
            ),
            models.CheckConstraint(
                name="exchange_blindepoch_ends_after_it_began",
                condition=models.Q(ended_at__isnull=True) | models.Q(begun_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"blind epoch {self.name}"

    @property
    def start(self) -> datetime:
        """When an epoch that is in force began."""
        if self.begun_at is None:
            raise ValueError("This epoch has not begun.")
        return self.begun_at


class BlindOutput(models.Model):
    """The first bytes of the function's value for one digest of the bank, and the digest's mark."""

    id = RandomKey()
    epoch = models.ForeignKey(BlindEpoch, on_delete=models.CASCADE, related_name="outputs", db_index=False)
    entry = models.ForeignKey("bank.Entry", on_delete=models.CASCADE, related_name="+")
    mark = models.PositiveIntegerField()
    output = models.BinaryField(max_length=OUTPUT_BYTES)

    class Meta:
        constraints = [models.UniqueConstraint(name="exchange_blindoutput_once", fields=["epoch", "entry"])]
        indexes = [models.Index(fields=["epoch", "mark"], name="exchange_blindoutput_bucket")]

    def __str__(self) -> str:
        return "output of the blind check"  # never of what


class BlindBlock(models.Model):
    """The outputs of one block of marks, in order, as answers take them: a million rows would be too slow to read.

    Blocks are named by the first `first_bits` bits of a mark. They lag behind withdrawals until the worker's next
    round.
    """

    epoch = models.ForeignKey(BlindEpoch, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    number = models.PositiveIntegerField()
    outputs = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(name="exchange_blindblock_once", fields=["epoch", "number"])]

    def __str__(self) -> str:
        return f"block {self.number}"  # never what it holds


class BlindUse(models.Model):
    """How much a platform checked blind on one day: calls and digests. Never which."""

    platform = models.ForeignKey("platforms.Platform", on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    calls = models.PositiveIntegerField(default=0)
    checked = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="exchange_blinduse_one_a_day", fields=["platform", "on"])]

    def __str__(self) -> str:
        return f"{self.checked} checked"
