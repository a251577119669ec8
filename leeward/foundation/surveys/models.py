"""The tables of surveys. No row of an answer has a time, an order or anything of whoever sent it."""

from django.db import models

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.editions.signed import Signed
from leeward.foundation.rows import member, one_of, public_id
from leeward.foundation.surveys.errors import SurveyMistake
from leeward.foundation.surveys.rules.printing import CellStatus, Drawn
from leeward.foundation.surveys.rules.waves import Proposed, Way
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Compartment, Service

CODE_LENGTH = 40
LINE_LENGTH, WORDS_LENGTH = 200, 1_000
DIGEST_LENGTH = 64


class Questionnaire(models.Model):
    """One version of a questionnaire, which nothing changes any more."""

    code = models.CharField(max_length=CODE_LENGTH)
    version = models.PositiveIntegerField()
    data = models.JSONField()
    sha256 = models.CharField(max_length=DIGEST_LENGTH)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="surveys_questionnaire_version_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="surveys_versions_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Wave(models.Model):
    """One round of asking. Where it stands follows from the times of what happened to it."""

    public_id = public_id()
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    title = models.JSONField()
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="waves")
    population = models.CharField(max_length=WORDS_LENGTH)
    assumption = models.CharField(max_length=WORDS_LENGTH, blank=True)
    drawn = member(Drawn, max_length=10)
    way = member(Way, max_length=10)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    plan = models.JSONField()
    plan_sha256 = models.CharField(max_length=DIGEST_LENGTH)
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=64)
    permitted_at = models.DateTimeField(null=True)
    permitted_by = models.CharField(max_length=64, blank=True)
    permit_body = models.CharField(max_length=LINE_LENGTH, blank=True)
    permit_reference = models.CharField(max_length=LINE_LENGTH, blank=True)
    permit_until = models.DateField(null=True)
    invited = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)  # answers that came in files
    is_full = models.BooleanField(default=False)  # so the teller says: nobody else can answer
    emptied_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(default=0)  # answers that were counted, known from the emptying on
    dropped = models.PositiveIntegerField(default=0)  # boxes without a valid code, or followed by another with the same
    trouble = models.CharField(max_length=20, blank=True)  # why it could not be weighted: a mistake, and its place
    trouble_about = models.CharField(max_length=LINE_LENGTH, blank=True)
    deff = models.FloatField(null=True)
    printed_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)
    abandoned_why = models.CharField(max_length=WORDS_LENGTH, blank=True)

    class Meta:
        constraints = [
            one_of("drawn", Drawn, "surveys_wave_drawn"),
            one_of("way", Way, "surveys_wave_way"),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="surveys_wave_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=models.Q(permitted_by="") | ~models.Q(permitted_by=models.F("drafted_by")),
                name="surveys_wave_permitted_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(emptied_at__isnull=True) | models.Q(permitted_at__isnull=False),
                name="surveys_wave_permitted_before_it_is_emptied",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | models.Q(printed_at__isnull=False),
                name="surveys_wave_printed_before_it_is_published",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Invitation(models.Model):
    """A code that was drawn for a letter: its keyed digest, and no word of whom it went to or whether it came back."""

    id = RandomKey()
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=DIGEST_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "digest"], name="surveys_invitation_once")]

    def __str__(self) -> str:
        return "an invitation"


class Box(models.Model):
    """What was answered, sealed to the teller: one person's answers, or a part of a file."""

    id = RandomKey()
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="boxes")
    sealed = SealedField(compartment=Compartment.PACKET, service=Service.TELLER)

    def __str__(self) -> str:
        return "a box"


class WaveFile(models.Model):
    """All answers of a wave after its urn was emptied, in a random order, sealed to the teller."""

    wave = models.OneToOneField(Wave, on_delete=models.CASCADE, related_name="file")
    sealed = SealedField(compartment=Compartment.PACKET, service=Service.TELLER)

    def __str__(self) -> str:
        return "a wave's answers"


class Proposal(Signed):
    """What one officer proposes once an urn was opened and another one signs: other margins, publication, an erratum.

    `content` is what is signed, and what the public log has of it.
    """

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="proposals")
    OWN = SurveyMistake.OWN_PROPOSAL

    kind = member(Proposed, max_length=10)
    content = models.JSONField()

    class Meta(Signed.Meta):
        constraints = [
            *Signed.Meta.constraints,
            one_of("kind", Proposed, "surveys_proposal_kind"),
            models.UniqueConstraint(fields=["wave"], condition=Signed.WAITS, name="surveys_one_proposal_waits"),
        ]

    def __str__(self) -> str:
        return self.kind.value


class Printed(models.Model):
    """One cell of a wave's tables, as it is printed."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="printed")
    position = models.PositiveIntegerField()
    table = models.CharField(max_length=80)
    question = models.CharField(max_length=80)
    groups = models.JSONField()
    answer = models.CharField(max_length=CODE_LENGTH)
    status = models.CharField(max_length=10, blank=True)
    base = models.PositiveIntegerField(null=True)
    people = models.PositiveIntegerField(null=True)
    percent = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    effective = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "position"], name="surveys_printed_once"),
            models.CheckConstraint(
                condition=~models.Q(status__in=[CellStatus.HIDDEN.value, CellStatus.UNSURE.value])
                | models.Q(people__isnull=True, percent__isnull=True, low__isnull=True, high__isnull=True),
                name="surveys_what_is_hidden_is_not_there",
            ),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.table} {self.answer}"
