"""The table of the audit trail, whose lines the database itself refuses to change or delete (see the migrations)."""

from django.db import models

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.audit.rules import Actor, ActorKind, Subject, TrailLine


class AuditEvent(models.Model):
    """One line: who did what to what, when. `sequence` and the hashes are empty until the line is sealed."""

    # A sealed line never changes; sealing has mixed it.
    mixed_only = models.Q(sequence__isnull=True)

    id = RandomKey()
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_id = models.CharField(max_length=64, blank=True)
    subject_kind = models.CharField(max_length=30)
    subject_reference = models.CharField(max_length=64, blank=True)
    facts = models.TextField(default="{}")
    sequence = models.PositiveBigIntegerField(null=True, unique=True, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audit_event_sealed_whole",
                condition=models.Q(sequence__isnull=True, hash="", previous_hash="")
                | (models.Q(sequence__isnull=False) & ~models.Q(hash="") & ~models.Q(previous_hash="")),
            ),
            models.CheckConstraint(
                name="audit_event_person_unnamed",
                condition=~models.Q(actor_kind=ActorKind.PERSON.value) | models.Q(actor_id=""),
            ),
        ]
        indexes = [
            models.Index(fields=["at", "id"], name="audit_event_unsealed", condition=models.Q(sequence__isnull=True)),
            models.Index(fields=["subject_kind", "subject_reference"], name="audit_event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} on {self.subject_kind}"

    def as_line(self) -> TrailLine:
        """The content that is hashed."""
        return TrailLine(
            at=self.at,
            verb=self.verb,
            by=Actor(kind=ActorKind(self.actor_kind), id=self.actor_id),
            subject=Subject(kind=self.subject_kind, reference=self.subject_reference),
            facts=self.facts,
        )


class Mixing(models.Model):
    """When persons' rows were mixed last.

    The numbers are of PostgreSQL's transactions: what is not older than the horizon is to be mixed, but for what the
    mixing itself has written; the same once more for the first mixing of an hour.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    mixed_at = models.DateTimeField(null=True)
    horizon = models.PositiveBigIntegerField(default=0)
    mixed_by = models.PositiveBigIntegerField(default=0)
    hour_horizon = models.PositiveBigIntegerField(default=0)
    hour_mixed_by = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="audit_mixing_single", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return "mixing"
