"""Tables of the statistics: what was gathered and never leaves, what was published, and what platforms reply.

`Fact` and `TrueCount` hold raw counts. Only the operations that gather and publish may read them; a test sees to that.
Facts, published counts and corrections are never changed: the database refuses it.
"""

from django.db import models
from django.db.models import Q

from leeward.foundation.protection.periods import Frequency
from leeward.foundation.protection.tables import Status
from leeward.foundation.rows import choice, one_of, public_id, read_row
from leeward.policy.statistics.rules.measures import Measure
from leeward.policy.statistics.rules.replies import REASON_MOST, WORDS_MOST, Reply, ReplyState

NAME_LENGTH = 40
LABEL_LENGTH = 200
# An employer and a role; a talk, a turn and an answer.
CODE_LENGTH = 125
REFERENCE_LENGTH = 64
WORDS_LENGTH = 500


class Counted(models.Model):
    """What a row is of: one measure in one period, of everything (`code` empty) or of one code of its breakdown."""

    measure = models.CharField(max_length=NAME_LENGTH)
    step = models.CharField(max_length=7)
    start = models.DateField()
    code = models.CharField(max_length=CODE_LENGTH, blank=True)
    label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.measure} {self.step} {self.start} {self.code} {self.revision}"


class Fact(Counted):
    """A count as it was gathered. A later, other count of the same is a further revision."""

    count = models.PositiveBigIntegerField()
    hours = models.PositiveIntegerField(null=True)
    # What is left of it without the contributor who has most of it.
    left = models.PositiveBigIntegerField(null=True)
    # Its room hides it: there is no count of it here.
    is_hidden = models.BooleanField(default=False)
    gathered_at = models.DateTimeField()
    source = models.CharField(max_length=NAME_LENGTH)
    # Why a count of a period that was final is another now.
    reason = models.CharField(max_length=WORDS_LENGTH, blank=True)

    class Meta:
        constraints = [
            one_of("measure", Measure, "statistics_fact_measure"),
            one_of("step", Frequency, "statistics_fact_step"),
            models.UniqueConstraint(
                fields=["step", "start", "measure", "code", "revision"], name="statistics_fact_revision"
            ),
            models.CheckConstraint(
                name="statistics_fact_hidden_has_no_count", condition=Q(is_hidden=False) | Q(count=0)
            ),
        ]


class Gathering(models.Model):
    """That one source was asked about one period; `published_at` is empty while the answer waits to be published."""

    source = models.CharField(max_length=NAME_LENGTH)
    step = models.CharField(max_length=7)
    start = models.DateField()
    gathered_at = models.DateTimeField()
    # Nothing more can happen that would count: it is asked again only if somebody says so.
    is_final = models.BooleanField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("step", Frequency, "statistics_gathering_step"),
            models.UniqueConstraint(fields=["source", "step", "start"], name="statistics_gathering_once"),
        ]
        indexes = [
            models.Index(
                fields=["step", "start"], name="statistics_gathering_waits", condition=Q(published_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.step} {self.start}"


class PublishedCount(Counted):
    """What is published of a count: rounded, or the symbol that stands instead. Anybody may read it."""

    value = models.PositiveBigIntegerField(null=True)
    status = models.CharField(max_length=3, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("measure", Measure, "statistics_published_measure"),
            one_of("step", Frequency, "statistics_published_step"),
            one_of("status", Status, "statistics_published_status"),
            models.UniqueConstraint(
                fields=["measure", "step", "code", "start", "revision"], name="statistics_published_revision"
            ),
            models.CheckConstraint(
                name="statistics_published_hidden_is_empty",
                condition=~Q(status__in=[Status.CONFIDENTIAL.value, Status.NOT_AVAILABLE.value])
                | Q(value__isnull=True),
            ),
        ]


class TrueCount(models.Model):
    """The true count behind a published or suppressed one: the ledger that protects against differencing."""

    published = models.OneToOneField(PublishedCount, on_delete=models.CASCADE, related_name="true_count")
    count = models.PositiveBigIntegerField()
    # What is left of it without the contributor who has most of it.
    left = models.PositiveBigIntegerField(null=True)

    def __str__(self) -> str:
        return "true count"


class Correction(models.Model):
    """A number that was published as final and is another now; before and after as published."""

    indicator = models.CharField(max_length=NAME_LENGTH)
    step = models.CharField(max_length=7)
    start = models.DateField()
    code = models.CharField(max_length=CODE_LENGTH, blank=True)
    before = models.CharField(max_length=NAME_LENGTH)
    after = models.CharField(max_length=NAME_LENGTH)
    reason = models.CharField(max_length=WORDS_LENGTH)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of("step", Frequency, "statistics_correction_step"),
            models.CheckConstraint(name="statistics_correction_has_words", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["at"], name="statistics_correction_newest")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.start}"


class PlatformReply(models.Model):
    """One reply. What was shown is kept, also when a newer one has taken its place."""

    public_id = public_id()
    platform = models.ForeignKey("platforms.Platform", on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=WORDS_MOST)
    language = models.CharField(max_length=12, blank=True)
    state = choice(ReplyState, 12)
    reason = models.TextField(max_length=REASON_MOST, blank=True)
    handed_in_at = models.DateTimeField()
    handed_in_by = models.CharField(max_length=REFERENCE_LENGTH)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)

    class Meta:
        ordering = ["handed_in_at", "id"]
        constraints = [
            one_of("state", ReplyState, "statistics_reply_state"),
            models.CheckConstraint(name="statistics_reply_has_words", condition=~models.Q(words="")),
            models.CheckConstraint(
                name="statistics_reply_sent_back_with_reason",
                condition=~models.Q(state=ReplyState.SENT_BACK.value) | ~models.Q(reason=""),
            ),
            models.UniqueConstraint(
                name="statistics_reply_one_waits",
                fields=["platform"],
                condition=models.Q(state=ReplyState.WAITING.value),
            ),
            models.UniqueConstraint(
                name="statistics_reply_one_is_shown",
                fields=["platform"],
                condition=models.Q(state=ReplyState.SHOWN.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.state}"

    def as_reply(self) -> Reply:
        """The row as other rooms know it; its platform must have been fetched with it."""
        return read_row(Reply, self, platform=self.platform.name)
