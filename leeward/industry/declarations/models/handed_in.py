"""What shows that a signatory keeps its word: evidence, published statements, and when these could not be read."""

from django.db import models

from leeward.foundation.rows import choice, public_id
from leeward.industry.declarations.models.signatories import Signatory
from leeward.industry.declarations.models.versions import PublishedVersion
from leeward.industry.declarations.rules.terms import (
    CODE_LENGTH,
    LINE_LENGTH,
    NAME_LENGTH,
    REFERENCE_LENGTH,
    URL_LENGTH,
    EvidenceKind,
    HandedInBy,
    HandedInState,
    LinkTrouble,
)

STATES = [(state.value, state.value) for state in HandedInState]
SOURCES = [(source.value, source.value) for source in HandedInBy]


def _decided(name: str) -> models.CheckConstraint:
    """What was decided has a time and somebody who did; what was rejected has a reason too."""
    waiting = models.Q(state=HandedInState.WAITING.value, decided_at__isnull=True)
    decided = models.Q(decided_at__isnull=False) & ~models.Q(decided_by="")
    accepted = models.Q(state=HandedInState.ACCEPTED.value) & decided
    rejected = models.Q(state=HandedInState.REJECTED.value) & decided & ~models.Q(reason="")
    return models.CheckConstraint(name=name, condition=waiting | accepted | rejected)


class Evidence(models.Model):
    """One piece of evidence for a commitment. Of a file only its name and SHA-256 are kept."""

    public_id = public_id()
    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="evidence")
    code = models.CharField(max_length=CODE_LENGTH)
    kind = choice(EvidenceKind, 10)
    words = models.CharField(max_length=LINE_LENGTH)
    url = models.CharField(max_length=URL_LENGTH, blank=True)
    file_name = models.CharField(max_length=LINE_LENGTH, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    dated_on = models.DateField()
    expires_on = models.DateField(null=True)
    handed_in_on = models.DateField()
    handed_in_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=SOURCES)
    state = models.CharField(max_length=10, choices=STATES)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    reason = models.CharField(max_length=LINE_LENGTH, blank=True)

    class Meta:
        ordering = ["handed_in_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="declarations_evidence_whole",
                condition=(
                    models.Q(kind=EvidenceKind.LINK.value, file_name="", sha256="") & ~models.Q(url="")
                    | models.Q(kind=EvidenceKind.FILE_HASH.value, url="") & ~models.Q(file_name="", sha256="")
                ),
            ),
            models.CheckConstraint(
                name="declarations_evidence_dated_before", condition=models.Q(dated_on__lte=models.F("handed_in_on"))
            ),
            _decided("declarations_evidence_decided"),
        ]
        indexes = [models.Index(fields=["state", "handed_in_at"], name="declarations_evidence_waiting")]

    def __str__(self) -> str:
        return f"{self.code} {self.dated_on}"


class Statement(models.Model):
    """A published statement about the declaration, and what the last look at its address said."""

    public_id = public_id()
    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="statements")
    title = models.CharField(max_length=LINE_LENGTH)
    url = models.CharField(max_length=URL_LENGTH)
    handed_in_on = models.DateField()
    handed_in_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    source = models.CharField(max_length=10, choices=SOURCES)
    state = models.CharField(max_length=10, choices=STATES)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    reason = models.CharField(max_length=LINE_LENGTH, blank=True)
    checked_at = models.DateTimeField(null=True)
    trouble = choice(LinkTrouble, 12, blank=True)
    # When it is looked at next; null for what is not on the list: it waits, was rejected or has ended.
    look_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["handed_in_at", "id"]
        constraints = [_decided("declarations_statement_decided")]
        indexes = [models.Index(fields=["state", "handed_in_at"], name="declarations_statement_waits")]

    def __str__(self) -> str:
        return self.title


class OfferedSignature(models.Model):
    """A signature that came by a link. It waits for staff; accepted, it becomes a signature of the day it came."""

    public_id = public_id()
    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="offers")
    version = models.ForeignKey(PublishedVersion, on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(max_length=NAME_LENGTH)
    signer_title = models.CharField(max_length=LINE_LENGTH)
    handed_in_on = models.DateField()
    handed_in_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=STATES)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    reason = models.CharField(max_length=LINE_LENGTH, blank=True)

    class Meta:
        ordering = ["handed_in_at", "id"]
        constraints = [
            _decided("declarations_offer_decided"),
            models.UniqueConstraint(
                name="declarations_offer_one_waiting",
                fields=["signatory"],
                condition=models.Q(state=HandedInState.WAITING.value),
            ),
        ]
        indexes = [models.Index(fields=["state", "handed_in_at"], name="declarations_offer_waits")]

    def __str__(self) -> str:
        return f"{self.signatory} {self.version}"


class Outage(models.Model):
    """Days on which a statement could not be read: the record behind a lapse, kept when the page is back."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="outages")
    began_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["began_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="declarations_outage_one_open",
                fields=["statement"],
                condition=models.Q(ended_on__isnull=True),
            ),
            models.CheckConstraint(
                name="declarations_outage_ends_later",
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("began_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_on}"
