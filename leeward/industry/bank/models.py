"""Tables of the bank: what people submitted, the hashes it comes to, and what each platform did about them.

Nothing here says who a person is. A submission is known by a random reference that the portal keeps sealed.
"""

import secrets

from django.db import models
from django.db.models.functions import Length, Lower
from django.db.models.lookups import Exact
from hashmatch.variants import VARIANTS

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.rows import choice, one_of, public_id, read_row
from leeward.industry.bank.rules import (
    DIGITS,
    DOOR_TYPES,
    EPOCH_LENGTH,
    AbuseKind,
    Door,
    Drawn,
    EntryStatus,
    FeedbackValue,
    FeedPlace,
    FeedPosition,
    HashType,
    Intake,
    MediaKind,
    Stamping,
    SubmissionState,
    Tier,
)

VALUE_LENGTH = max(DIGITS.values())
LONGEST_LEVEL = 3


def new_epoch() -> str:
    """A random name for a history of the feed."""
    return secrets.token_hex(EPOCH_LENGTH // 2)


def _well_formed() -> models.Q:
    """The database's own check that a value is lower-case and as long as its type says."""
    by_length: dict[int, list[str]] = {}
    for hash_type, digits in DIGITS.items():
        by_length.setdefault(digits, []).append(hash_type.value)
    known = models.Q()
    for digits, types in by_length.items():
        known |= models.Q(Exact(Length("value"), digits), hash_type__in=types)
    return known & models.Q(value=Lower("value"))


class Submission(models.Model):
    """A set of pictures to protect: a person's, an operator's list, a platform's, or a list that hangs on an order."""

    id = RandomKey()
    reference = models.UUIDField(unique=True, editable=False)
    source = choice(Intake, 8)
    platform = models.ForeignKey("platforms.Platform", null=True, on_delete=models.PROTECT, related_name="+")
    abuse_kind = choice(AbuseKind, 20, blank=True)
    state = choice(SubmissionState, 9, default=SubmissionState.OPEN.value)
    opened_on = models.DateField()
    expires_on = models.DateField()
    # Of a list that hangs on an order: since when that makes its entries verified.
    vouched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("state", SubmissionState, "bank_submission_state"),
            models.CheckConstraint(
                name="bank_submission_source",
                condition=models.Q(source=Intake.PLATFORM.value, platform__isnull=False)
                | models.Q(
                    source__in=[Intake.PORTAL.value, Intake.IMPORT.value, Intake.ORDER.value], platform__isnull=True
                ),
            ),
            models.CheckConstraint(
                name="bank_submission_within_scope",
                condition=~models.Q(source=Intake.PORTAL.value)
                | models.Q(abuse_kind__in=[kind.value for kind in AbuseKind]),
            ),
            models.CheckConstraint(
                name="bank_submission_ends_after_it_begins", condition=models.Q(expires_on__gt=models.F("opened_on"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_on"],
                name="bank_submission_due",
                condition=models.Q(state=SubmissionState.OPEN.value),
            )
        ]

    def __str__(self) -> str:
        return f"submission from {self.source}"


class Picture(models.Model):
    """One picture or video of a submission. `batch` names the call that brought it, so that a repeat adds nothing."""

    id = RandomKey()
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="pictures")
    ordinal = models.PositiveIntegerField()
    batch = models.UUIDField()
    kind = choice(MediaKind, 5)
    accepted = models.PositiveIntegerField()
    refused = models.JSONField(default=dict)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_picture_ordinal", fields=["submission", "ordinal"]),
            one_of("kind", MediaKind, "bank_picture_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ordinal}"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries by where they stand in the feed."""

    def pending(self) -> "EntryQuerySet":
        """Entries that have changed since the feed last carried them."""
        return self.filter(pending_publication=True)

    def held(self) -> models.Exists:
        """Whether any submission still asks for the entry: a condition for filters and annotations."""
        return models.Exists(
            Membership.objects.filter(
                entry=models.OuterRef("pk"),
                picture__withdrawn_at__isnull=True,
                picture__submission__state=SubmissionState.OPEN.value,
            )
        )

    def visible_to(self, platform_id: int, *, level: int) -> "EntryQuerySet":
        """Return what a platform's feed carries: its level and below, its own canaries, and all that it must drop."""
        return self.filter(
            models.Q(level__lte=level)
            | models.Exists(Withdrawal.objects.filter(entry=models.OuterRef("pk"), platform=platform_id)),
        ).filter(models.Q(canary_for__isnull=True) | models.Q(canary_for=platform_id))

    def at_door(self, door: Door) -> "EntryQuerySet":
        """The types of hash that this door carries.

        Said by what it does not carry: a list of wanted types would lure SQLite into reading the whole bank by type.
        """
        left_out = sorted(set(HashType) - DOOR_TYPES[door])
        return self.exclude(hash_type__in=left_out) if left_out else self.all()

    def from_position(self, position: FeedPosition, *, through_sequence: int) -> "EntryQuerySet":
        """Return the feed from this position up to this place, in order, read from an index."""
        published = self.filter(sequence__lte=through_sequence)
        if position.is_start_of_sweep:
            return published.filter(stamped_at__gte=position.from_stamp).order_by("stamped_at", "sequence")
        return published.filter(sequence__gt=position.after_sequence).order_by("sequence")


class Entry(models.Model):
    """One hash, however many submissions hold it.

    `sequence` is its place in the feed, given by the publisher alone; `first_sequence` the place where it first stood;
    `stamped_at` the whole second that platforms see. `barred_at` means that a practitioner took it out, so that no
    submission brings it back.
    """

    # Publication writes all that waited in one transaction, in the order of their random keys: that has mixed them.
    mixed_only = models.Q(pending_publication=True)

    id = RandomKey()
    reference = public_id()
    hash_type = choice(HashType, 9)
    value = models.CharField(max_length=VALUE_LENGTH)
    variant = models.CharField(max_length=9, choices=[(variant, variant) for variant in VARIANTS])
    level = models.PositiveSmallIntegerField()
    quality = models.PositiveSmallIntegerField(null=True)
    status = choice(EntryStatus, 9, default=EntryStatus.ACTIVE.value)
    tier = choice(Tier, 9, default=Tier.SUBMITTED.value)
    in_review = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True)
    expires_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)
    barred_at = models.DateTimeField(null=True)
    # Without an index: one that holds hardly anything but empty cells lures SQLite away from the feed's order.
    canary_for = models.ForeignKey(
        "platforms.Platform", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    pending_publication = models.BooleanField(default=True)
    sequence = models.PositiveBigIntegerField(null=True, unique=True)
    first_sequence = models.PositiveBigIntegerField(null=True)
    stamped_at = models.PositiveBigIntegerField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_entry_hash", fields=["hash_type", "value"]),
            models.CheckConstraint(name="bank_entry_well_formed", condition=_well_formed()),
            models.CheckConstraint(
                name="bank_entry_status_and_time_agree",
                condition=models.Q(status=EntryStatus.ACTIVE.value, withdrawn_at__isnull=True, barred_at__isnull=True)
                | models.Q(status=EntryStatus.WITHDRAWN.value, withdrawn_at__isnull=False),
            ),
            one_of("tier", Tier, "bank_entry_tier"),
            models.CheckConstraint(
                name="bank_entry_not_believed_in_review",
                condition=models.Q(in_review=False) | models.Q(tier=Tier.SUBMITTED.value),
            ),
            models.CheckConstraint(
                name="bank_entry_quality", condition=models.Q(quality__isnull=True) | models.Q(quality__lte=100)
            ),
            models.CheckConstraint(name="bank_entry_level", condition=models.Q(level__lte=LONGEST_LEVEL)),
            models.CheckConstraint(
                name="bank_entry_published_whole",
                condition=models.Q(sequence__isnull=True, first_sequence__isnull=True, stamped_at__isnull=True)
                | models.Q(sequence__isnull=False, first_sequence__isnull=False, stamped_at__isnull=False),
            ),
            models.CheckConstraint(
                name="bank_entry_unpublished_is_pending",
                condition=models.Q(sequence__isnull=False)
                | models.Q(pending_publication=True)
                | models.Q(status=EntryStatus.WITHDRAWN.value),
            ),
        ]
        indexes = [
            models.Index(fields=["stamped_at", "sequence"], name="bank_entry_by_stamp"),
            models.Index(fields=["id"], name="bank_entry_pending", condition=models.Q(pending_publication=True)),
            models.Index(
                fields=["withdrawn_at"],
                name="bank_entry_tombstones",
                condition=models.Q(status=EntryStatus.WITHDRAWN.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hash_type} entry {self.reference}"  # never the hash: this text ends in logs


class Membership(models.Model):
    """The link from a picture to an entry, as one of its variants."""

    id = RandomKey()
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="memberships")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="memberships")
    variant = models.CharField(max_length=9, choices=[(variant, variant) for variant in VARIANTS])

    class Meta:
        constraints = [models.UniqueConstraint(name="bank_membership_once", fields=["picture", "entry"])]

    def __str__(self) -> str:
        return self.variant


class Feedback(models.Model):
    """One platform's present answer on one entry. Earlier answers stand in the audit trail."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="feedbacks")
    platform = models.ForeignKey("platforms.Platform", on_delete=models.PROTECT, related_name="+")
    value = choice(FeedbackValue, 14)
    tags = models.JSONField(default=list)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_feedback_one_per_platform", fields=["entry", "platform"]),
            one_of("value", FeedbackValue, "bank_feedback_value"),
        ]

    def __str__(self) -> str:
        return self.value


class Withdrawal(models.Model):
    """A platform's duty to drop an entry: by when, and whether it has said that it did.

    `stale_at` is when it last answered about the hash as if it had not.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="withdrawals")
    platform = models.ForeignKey("platforms.Platform", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    stale_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_withdrawal_one_per_platform", fields=["entry", "platform"]),
            models.CheckConstraint(
                name="bank_withdrawal_due_after_asked", condition=models.Q(due_at__gt=models.F("asked_at"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["platform", "due_at"],
                name="bank_withdrawal_open",
                condition=models.Q(acknowledged_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"withdrawal due {self.due_at:%Y-%m-%d}"


class FeedState(models.Model):
    """The publisher's one row: the last place given, the stamp now in use, and how many places carry it.

    `epoch` is the random name of this history of the feed; a database that is restored from a back-up gets another.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.CharField(max_length=EPOCH_LENGTH, default=new_epoch)
    last_sequence = models.PositiveBigIntegerField(default=0)
    stamp = models.PositiveBigIntegerField(default=0)
    rows_at_stamp = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="bank_feedstate_single", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"feed at {self.last_sequence}"

    @property
    def end(self) -> FeedPlace:
        """The last place of the feed."""
        return FeedPlace(epoch=self.epoch, sequence=self.last_sequence)

    def as_stamping(self) -> Stamping:
        """The counters as rules see them."""
        return read_row(Stamping, self)


class Draw(models.Model):
    """How far one platform has drawn the feed at one door, at which level, and when it last came.

    `stamp` is the latest from which it was told to go on, where the door goes by time.
    """

    platform = models.ForeignKey("platforms.Platform", on_delete=models.CASCADE, related_name="+")
    door = choice(Door, 8)
    sequence = models.PositiveBigIntegerField(default=0)
    stamp = models.PositiveBigIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0)
    last_fetch_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_draw_one_per_door", fields=["platform", "door"]),
            one_of("door", Door, "bank_draw_door"),
        ]

    def __str__(self) -> str:
        return f"drawn to {self.sequence}"

    def as_drawn(self) -> Drawn:
        """The row as rules see it."""
        return read_row(Drawn, self)


class Disclosure(models.Model):
    """What a platform fetched on one day at one door: pages, entries, first and last place. Never a hash."""

    platform = models.ForeignKey("platforms.Platform", on_delete=models.PROTECT, related_name="+")
    door = choice(Door, 8)
    on = models.DateField()
    pages = models.PositiveIntegerField()
    count = models.PositiveBigIntegerField()
    from_sequence = models.PositiveBigIntegerField()
    to_sequence = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_disclosure_one_a_day", fields=["platform", "door", "on"]),
        ]
        indexes = [models.Index(fields=["on"], name="bank_disclosure_by_day")]

    def __str__(self) -> str:
        return f"{self.count} entries"


class DenyEntry(models.Model):
    """A picture that everyone shares (a flag, a logo, a news picture), which may not be protected by anyone."""

    hash_type = choice(HashType, 9)
    value = models.CharField(max_length=VALUE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_denyentry_hash", fields=["hash_type", "value"]),
            models.CheckConstraint(name="bank_denyentry_well_formed", condition=_well_formed()),
        ]

    def __str__(self) -> str:
        return f"{self.hash_type} on the deny list"


class CanaryAlarm(models.Model):
    """An alarm: a platform answered about a hash that was made only for another platform, so a list has leaked."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="alarms")
    reported_by = models.ForeignKey("platforms.Platform", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="bank_canaryalarm_once", fields=["entry", "reported_by"])]

    def __str__(self) -> str:
        return "canary alarm"
