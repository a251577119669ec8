"""Tables of signed records. What was asked, signed and revoked is never changed or deleted: the database refuses it."""

from django.db import models
from django.db.models import F, Q

from leeward.foundation.rows import member, one_of
from leeward.foundation.signing.rules.terms import (
    ABOUT_LENGTH,
    KIND_LENGTH,
    TITLE_LENGTH,
    WORDS_LENGTH,
    Reason,
)

NUMBER_LENGTH, KID_LENGTH, REFERENCE_LENGTH = 8, 43, 64


class SigningKey(models.Model):
    """A public key. The newest signs; older ones stay readable. What a withdrawn one signed is signed again."""

    generation = models.PositiveIntegerField(unique=True)
    kid = models.CharField(max_length=KID_LENGTH, unique=True)
    jwk = models.TextField()
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_words = models.CharField(max_length=WORDS_LENGTH, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="signing_key_withdrawn_for_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_words="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_words="")),
            )
        ]

    def __str__(self) -> str:
        return self.kid


class SignedRecord(models.Model):
    """What a room has asked to be signed, for good. Its place in the status list is drawn at random."""

    number = models.CharField(max_length=NUMBER_LENGTH, unique=True)
    kind = models.CharField(max_length=KIND_LENGTH)
    about = models.CharField(max_length=ABOUT_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    subject = models.TextField()
    status_list = models.PositiveIntegerField()
    status_index = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(db_index=True)
    asked_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="signing_record_place"),
            models.CheckConstraint(
                name="signing_record_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["kind", "about"], name="signing_record_about")]

    def __str__(self) -> str:
        return self.number


class WaitingRecord(models.Model):
    """A record that waits for the signer; the row goes in the transaction that signs it."""

    record = models.OneToOneField(SignedRecord, on_delete=models.PROTECT, related_name="waiting")

    def __str__(self) -> str:
        return str(self.record)


class Signature(models.Model):
    """A record's token by one key: once for each key, so that no restart signs twice."""

    record = models.ForeignKey(SignedRecord, on_delete=models.PROTECT, related_name="signatures")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    token = models.TextField()
    signed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "key"], name="signing_signature_once")]

    def __str__(self) -> str:
        return str(self.record)


class Revocation(models.Model):
    """That a record was taken back: once, by whom, when and why. The words are public, as the record is."""

    record = models.OneToOneField(SignedRecord, on_delete=models.PROTECT, related_name="revocation")
    reason = member(Reason, max_length=12)
    words = models.CharField(max_length=WORDS_LENGTH)
    revoked_at = models.DateTimeField(db_index=True)
    revoked_by = models.CharField(max_length=REFERENCE_LENGTH)

    class Meta:
        constraints = [
            one_of("reason", Reason, "signing_revocation_reason"),
            models.CheckConstraint(name="signing_revocation_has_words", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return str(self.record)


class StatusList(models.Model):
    """The newest token of one status list, and how many records it tells as revoked."""

    number = models.PositiveIntegerField(unique=True)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    token = models.TextField()
    revoked = models.PositiveIntegerField()
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.number)
