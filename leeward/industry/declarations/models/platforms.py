"""What staff found about platforms' policies and processes, and what platforms count themselves."""

from django.db import models

from leeward.foundation.rows import choice, one_of, public_id
from leeward.industry.declarations.rules.terms import (
    CODE_LENGTH,
    LINE_LENGTH,
    NAME_LENGTH,
    REFERENCE_LENGTH,
    TEXT_LENGTH,
    AnswerKind,
    AskedFor,
    AskerKind,
    FindingKind,
    Measure,
    Speaker,
    Verdict,
)


class Finding(models.Model):
    """What was found about one item or step on a day. The newest counts; the ones before stay as its history."""

    public_id = public_id()
    platform = models.ForeignKey("platforms.Platform", on_delete=models.PROTECT, related_name="+")
    kind = choice(FindingKind, 8)
    edition = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=CODE_LENGTH)
    verdict = choice(Verdict, 8)
    found_on = models.DateField()
    source = models.CharField(max_length=LINE_LENGTH)
    words = models.TextField(max_length=TEXT_LENGTH, blank=True)
    reply = models.TextField(max_length=TEXT_LENGTH, blank=True)
    replied_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        ordering = ["found_on", "id"]
        constraints = [
            one_of("verdict", Verdict, "declarations_finding_verdict"),
            models.CheckConstraint(
                name="declarations_finding_reply_with_its_day",
                condition=models.Q(reply="", replied_on__isnull=True)
                | (~models.Q(reply="") & models.Q(replied_on__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["platform", "kind", "code", "found_on"], name="declarations_finding_newest")]

    def __str__(self) -> str:
        return f"{self.platform} {self.code}"


class InformationRequest(models.Model):
    """That police, a court, a regulator or a support service asked a platform for information; nothing of the case."""

    public_id = public_id()
    platform = models.ForeignKey("platforms.Platform", on_delete=models.PROTECT, related_name="+")
    asker_kind = choice(AskerKind, 16)
    asker = models.CharField(max_length=NAME_LENGTH)
    asked_for = choice(AskedFor, 14)
    sent_on = models.DateField()
    due_on = models.DateField()
    source = models.CharField(max_length=LINE_LENGTH)
    answered_on = models.DateField(null=True)
    answer = choice(AnswerKind, 10, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        ordering = ["-sent_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="declarations_request_due_later", condition=models.Q(due_on__gte=models.F("sent_on"))
            ),
            models.CheckConstraint(
                name="declarations_request_answer_with_its_day",
                condition=models.Q(answer="", answered_on__isnull=True)
                | (~models.Q(answer="") & models.Q(answered_on__isnull=False, answered_on__gte=models.F("sent_on"))),
            ),
        ]
        indexes = [models.Index(fields=["platform", "sent_on"], name="declarations_request_of")]

    def __str__(self) -> str:
        return f"{self.platform} {self.sent_on}"


class StatedFigure(models.Model):
    """A count that a platform gave for itself on a day; ours stand beside it elsewhere.

    The one that was said last is shown; those before stay as its history, and those too that were written down wrongly.
    """

    public_id = public_id()
    platform = models.ForeignKey("platforms.Platform", on_delete=models.PROTECT, related_name="+")
    measure = choice(Measure, 24)
    began_on = models.DateField()
    ended_on = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=2)
    said_on = models.DateField()
    said_by = choice(Speaker, 12)
    source = models.CharField(max_length=LINE_LENGTH)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=REFERENCE_LENGTH)
    mistaken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-ended_on", "-began_on", "measure", "-said_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="declarations_figure_period", condition=models.Q(ended_on__gte=models.F("began_on"))
            ),
            models.CheckConstraint(name="declarations_figure_from_zero", condition=models.Q(value__gte=0)),
            one_of("said_by", Speaker, "declarations_figure_speaker"),
        ]
        indexes = [
            models.Index(
                fields=["platform", "measure", "began_on", "ended_on", "said_on"], name="declarations_figure_newest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.measure}"
