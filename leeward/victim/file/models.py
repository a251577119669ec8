"""Tables of what is hers. What says anything about anybody is sealed; docs/clear-fields.md defends the rest."""

import uuid

from django.db import models
from django.db.models import F, Q

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.rows import member
from leeward.foundation.vault.boxed import Boxed
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment, Service
from leeward.victim.file.rules.news import NewsState
from leeward.victim.file.rules.threads import Side

REFERENCE_LENGTH = 64


class File(Boxed):
    """What one person told us, and how to reach them, whoever of us works on it. Its reference is the vault's file.

    A room that works on it (the removal desk) has rows of its own that point here, and forgets them first.
    """

    id = RandomKey()
    language = models.CharField(max_length=12)
    # The public half of her key, so that what is written later can be opened by her code too.
    victim_key_id = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    victim_public_key = models.BinaryField(max_length=64, null=True)
    story = SealedField(compartment=Compartment.STORY)
    contact = SealedField(compartment=Compartment.CONTACT)
    # How she wishes to be treated, where she lets every room that works on it know.
    needs = SealedField(compartment=Compartment.STORY)
    # A secret by which what the person met counts once, whichever of our rooms notes it; "" before the first.
    counting = SealedField(compartment=Compartment.STORY)
    expires_on = models.DateField(db_index=True)
    # When the time of somebody's keys ends: from then on nothing is written before it has new ones.
    renew_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "file"

    @classmethod
    def place_of(cls, column: str, reference: uuid.UUID) -> str:
        """Where a sealed column belongs, by the name under which it was first sealed, when it was a report's."""
        return f"removals.report.{column}|{reference}"


class Opening(models.Model):
    """On how many days a team of ours opened a file: by team and by day, for her own page; erased with the file."""

    id = RandomKey()
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="openings")
    team = models.CharField(max_length=REFERENCE_LENGTH)
    first_on = models.DateField()
    last_on = models.DateField()
    days = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "team"], name="file_opening_once"),
            models.CheckConstraint(
                name="file_opening_days_fit",
                condition=Q(days__gte=1, last_on__gte=F("first_on")),
            ),
        ]

    def __str__(self) -> str:
        return "opening"


class SafeWay(models.Model):
    """How a machine may tell one person that there is news, sealed to the notifier. No row, no message.

    It says nothing that the person has not chosen: it goes with her yes, and its address with the first hard failure.
    """

    id = RandomKey()
    file = models.OneToOneField(File, on_delete=models.CASCADE, related_name="safe_way")
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = SealedField(compartment=Compartment.CONTACT, service=Service.NOTIFIER)
    # Since when there is news of which she was not told, and when the notifier looks at it next.
    news_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    # The last message, and its parcel while nobody knows yet what became of it.
    told_at = models.DateTimeField(null=True)
    parcel = models.UUIDField(null=True, unique=True)
    misses = models.PositiveSmallIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="file_safe_way_stopped_is_forgotten",
                condition=(Q(stopped_at__isnull=True) & ~Q(sealed=""))
                | Q(stopped_at__isnull=False, sealed="", news_at__isnull=True, parcel__isnull=True),
            ),
            models.CheckConstraint(
                name="file_safe_way_looks_for_news",
                condition=Q(news_at__isnull=True, look_at__isnull=True)
                | Q(news_at__isnull=False, look_at__isnull=False),
            ),
            models.CheckConstraint(
                name="file_safe_way_parcel_tells",
                condition=Q(parcel__isnull=True) | Q(told_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["look_at"], name="file_safe_way_due", condition=Q(look_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return "safe way"

    @property
    def state(self) -> NewsState:
        """How it stands with messages to her."""
        return NewsState.ON if self.stopped_at is None else NewsState.STOPPED


class Thread(Boxed):
    """What one person and one team write each other. Its reference is the vault's: nobody but the two opens it."""

    id = RandomKey()
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="threads")
    team = models.CharField(max_length=REFERENCE_LENGTH)
    opened_at = models.DateTimeField()
    # What she shows the team besides her file: references. Empty where she has never shown it anything.
    shown = SealedField(compartment=Compartment.STORY)
    renew_at = models.DateTimeField(null=True)  # as of a file

    def __str__(self) -> str:
        return "thread"


class Message(Boxed):
    """A message of a thread. She reads it by code; its words are never sent to her.

    She may take hers out: its words go, and that something was there stays.
    """

    id = RandomKey()
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    side = member(Side, max_length=10)
    at = models.DateTimeField()
    by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    words = SealedField(compartment=Compartment.STORY)
    read_at = models.DateTimeField(null=True)
    # 1, 2, 3 of a thread: hers tell the hour alone.
    ordinal = models.PositiveSmallIntegerField(default=0)
    taken_out_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="file_message_taken_out_is_gone", condition=Q(taken_out_at__isnull=True) | Q(words="")
            ),
        ]
        indexes = [models.Index(fields=["thread", "at", "ordinal"], name="file_message_order")]

    def __str__(self) -> str:
        return "message"
