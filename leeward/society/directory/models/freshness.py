"""What keeps entries fresh: history, proposals, owners' links and probes."""

import uuid

from django.db import models

from leeward.society.directory.models.entries import Service
from leeward.society.directory.rules.freshness import ProbeTrouble, ProposalKind, ProposalState
from leeward.society.directory.rules.history import Action, Changed, Source
from leeward.society.directory.rules.limits import EMAIL_LENGTH, NAME_LENGTH, TEXT_LENGTH


class Revision(models.Model):
    """One value that changed (HSDS `metadata`). What a place lost when it became confidential is not kept."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    resource_type = models.CharField(max_length=30)  # service, organization, location, taxonomy_term
    resource_id = models.UUIDField()
    at = models.DateTimeField()
    action = models.CharField(max_length=10)  # create, update, delete, confirm
    field = models.CharField(max_length=NAME_LENGTH)
    previous = models.TextField(blank=True)
    replacement = models.TextField(blank=True)
    # Who, by kind: editor, owner, import, public. Never a name.
    updated_by = models.CharField(max_length=20)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["resource_id", "at"], name="directory_revision_of")]

    def __str__(self) -> str:
        return f"{self.resource_type} {self.field}"

    def as_change(self) -> Changed:
        """The change as everybody else sees it."""
        return Changed(
            id=self.public_id,
            at=self.at,
            action=Action(self.action),
            field=self.field,
            before=self.previous,
            after=self.replacement,
            by=Source(self.updated_by),
        )


class Proposal(models.Model):
    """A change that somebody outside wishes; a person decides."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ProposalKind])
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in ProposalState],
        default=ProposalState.OPEN.value,
    )
    # For a change: the values of the fields that it changes. For a mistake: what people can see is wrong.
    values = models.JSONField(default=dict, blank=True)
    words = models.TextField(max_length=TEXT_LENGTH, blank=True)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="directory_proposal_kind", condition=models.Q(kind__in=[kind.value for kind in ProposalKind])
            ),
            models.CheckConstraint(
                name="directory_proposal_decided_at_a_time",
                condition=models.Q(state=ProposalState.OPEN.value, decided_at__isnull=True)
                | (~models.Q(state=ProposalState.OPEN.value) & models.Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["state", "made_at", "id"], name="directory_proposal_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class OwnerLink(models.Model):
    """A link by which a service's owner comes in without an account. Only its digest is kept; a new link ends it."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="owner_link")
    digest = models.CharField(max_length=64, unique=True)
    sent_to = models.CharField(max_length=EMAIL_LENGTH)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return "link"


class Probe(models.Model):
    """What a look at a service's web addresses and phone numbers found."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="probe")
    probed_at = models.DateTimeField(db_index=True)
    trouble = models.CharField(
        max_length=20, choices=[(trouble.value, trouble.value) for trouble in ProbeTrouble], blank=True
    )
    about = models.CharField(max_length=NAME_LENGTH, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.trouble
