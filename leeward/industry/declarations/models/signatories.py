"""Organisations on their way to a signature, their signatures, and how they left. No row of these is ever deleted."""

from django.db import models

from leeward.foundation.editing.values import MAIL_LENGTH
from leeward.foundation.rows import choice, one_of, public_id
from leeward.industry.declarations.models.versions import PublishedVersion
from leeward.industry.declarations.rules.terms import (
    LINE_LENGTH,
    NAME_LENGTH,
    REFERENCE_LENGTH,
    TEXT_LENGTH,
    URL_LENGTH,
    AuthorityWay,
    LeavingKind,
    OrganisationKind,
    Stage,
)

VERIFIED = [Stage.VERIFIED.value, Stage.SIGNED.value]


class Signatory(models.Model):
    """An organisation. Of its nominated person the role is public; her name and mailbox never are."""

    public_id = public_id()
    name = models.CharField(max_length=NAME_LENGTH)
    kind = choice(OrganisationKind, 12)
    platform = models.ForeignKey("platforms.Platform", on_delete=models.PROTECT, null=True, related_name="+")
    website = models.CharField(max_length=URL_LENGTH)
    stage = choice(Stage, 10)
    nominee_title = models.CharField(max_length=LINE_LENGTH)
    nominee_contact = models.CharField(max_length=LINE_LENGTH)
    nominee_name = models.CharField(max_length=NAME_LENGTH)
    nominee_email = models.CharField(max_length=MAIL_LENGTH)
    language = models.CharField(max_length=12)
    message = models.TextField(max_length=TEXT_LENGTH, blank=True)
    applied_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    verified_how = choice(AuthorityWay, 12, blank=True)
    verified_words = models.CharField(max_length=LINE_LENGTH, blank=True)
    refused_at = models.DateTimeField(null=True)
    refused_reason = models.CharField(max_length=LINE_LENGTH, blank=True)
    # When the mail about the refusal was posted; null where nobody was written to.
    told_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    # The day on which the nominated person is forgotten, and an application that nobody decided about ends; null
    # while the organisation is verified or on the list.
    forget_on = models.DateField(null=True, db_index=True)
    # When its duties are looked at next, for a reminder; null before it has signed.
    look_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            one_of("kind", OrganisationKind, "declarations_signatory_kind"),
            models.CheckConstraint(
                name="declarations_signatory_verified",
                condition=models.Q(stage__in=VERIFIED, verified_at__isnull=False)
                & ~models.Q(verified_by="")
                & ~models.Q(verified_how="")
                | models.Q(stage__in=[Stage.APPLIED.value, Stage.REFUSED.value]),
            ),
            models.CheckConstraint(
                name="declarations_signatory_refused_for_a_reason",
                condition=(models.Q(stage=Stage.REFUSED.value, refused_at__isnull=False) & ~models.Q(refused_reason=""))
                | (~models.Q(stage=Stage.REFUSED.value) & models.Q(refused_at__isnull=True, refused_reason="")),
            ),
            models.UniqueConstraint(
                name="declarations_signatory_platform_once",
                fields=["platform"],
                condition=models.Q(platform__isnull=False) & ~models.Q(stage=Stage.REFUSED.value),
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "applied_at"], name="declarations_stage"),
            models.Index(fields=["applied_at", "id"], name="declarations_applied"),
            models.Index(fields=["name", "id"], name="declarations_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Signature(models.Model):
    """Who signed which version for an organisation, and on which day."""

    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="signatures")
    version = models.ForeignKey(PublishedVersion, on_delete=models.PROTECT, related_name="signatures")
    signer_name = models.CharField(max_length=NAME_LENGTH)
    signer_title = models.CharField(max_length=LINE_LENGTH)
    signed_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        ordering = ["signed_on", "id"]
        constraints = [
            models.UniqueConstraint(name="declarations_signature_once", fields=["signatory", "version", "signed_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.signatory} {self.version}"


class Leaving(models.Model):
    """That an organisation has withdrawn, or was taken off, and why; it stays on the list as having left."""

    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="leavings")
    kind = choice(LeavingKind, 8)
    left_on = models.DateField()
    reason = models.CharField(max_length=LINE_LENGTH)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        ordering = ["left_on", "id"]
        constraints = [
            models.CheckConstraint(name="declarations_leaving_for_a_reason", condition=~models.Q(reason="")),
            models.UniqueConstraint(name="declarations_leaving_once", fields=["signatory", "left_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.signatory} {self.left_on}"


class SignatoryLink(models.Model):
    """The last link that was sent to an organisation's nominated person; of its token only the digest is kept."""

    signatory = models.OneToOneField(Signatory, on_delete=models.CASCADE, related_name="link")
    digest = models.CharField(max_length=64, unique=True)
    sent_to = models.CharField(max_length=MAIL_LENGTH)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return "link"
