"""Keys of teams, users, services and of recovery: public halves in clear, private halves only as wraps."""

from django.db import models

from leeward.foundation.vault.models.grants import ID_LENGTH, WRAP_LENGTH
from leeward.foundation.vault.rules.custody import RECOVERY_ID
from leeward.foundation.vault.rules.grants import TEAM_HOLDERS, Grantee, GranteeKind, Service


class TeamKey(models.Model):
    """One generation of a team's key pair."""

    team = models.CharField(max_length=64)
    generation = models.PositiveIntegerField()
    public_key = models.BinaryField(max_length=32)
    vouched = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    # Set when a holder left: this generation is to be followed by another, which an unlocked member makes.
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "generation"], name="vault_team_generation_once"),
            models.UniqueConstraint(
                fields=["team"], name="vault_team_one_current", condition=models.Q(retired_at__isnull=True)
            ),
            models.CheckConstraint(condition=models.Q(generation__gte=1), name="vault_team_generations_from_one"),
        ]

    def __str__(self) -> str:
        return f"key {self.generation} of a team"

    def as_grantee(self) -> Grantee:
        """The public half."""
        return Grantee(
            kind=GranteeKind.TEAM, id=self.team, generation=self.generation, public_key=bytes(self.public_key)
        )


class TeamKeySlot(models.Model):
    """A team's private half, wrapped to one holder."""

    team_key = models.ForeignKey(TeamKey, on_delete=models.CASCADE, related_name="slots")
    holder_kind = models.CharField(max_length=10)
    holder_id = models.CharField(max_length=ID_LENGTH)
    holder_generation = models.PositiveIntegerField()
    public_key = models.BinaryField(max_length=32)
    wrapped = models.BinaryField(max_length=WRAP_LENGTH)
    vouched = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team_key", "holder_kind", "holder_id", "holder_generation"], name="vault_team_slot_once"
            ),
            models.CheckConstraint(
                condition=models.Q(holder_kind__in=sorted(kind.value for kind in TEAM_HOLDERS)),
                name="vault_team_slot_holder_known",
            ),
        ]
        indexes = [
            models.Index(fields=["holder_kind", "holder_id", "holder_generation"], name="vault_team_slot_of_holder"),
        ]

    def __str__(self) -> str:
        return f"team key for a {self.holder_kind}"

    def as_holder(self) -> Grantee:
        """The holder's public half."""
        return Grantee(
            kind=GranteeKind(self.holder_kind),
            id=self.holder_id,
            generation=self.holder_generation,
            public_key=bytes(self.public_key),
        )


class UserKey(models.Model):
    """One person's key pair; replaced when every secret is lost."""

    holder = models.CharField(max_length=64)
    generation = models.PositiveIntegerField()
    public_key = models.BinaryField(max_length=32)
    vouched = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "generation"], name="vault_user_generation_once"),
            models.UniqueConstraint(
                fields=["holder"], name="vault_user_one_current", condition=models.Q(retired_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return "key of a user"

    def as_grantee(self) -> Grantee:
        """The public half."""
        return Grantee(
            kind=GranteeKind.USER, id=self.holder, generation=self.generation, public_key=bytes(self.public_key)
        )


class UnlockSlot(models.Model):
    """A user's private half, sealed under one secret. Kinds are not listed here: a new one needs no migration."""

    user_key = models.ForeignKey(UserKey, on_delete=models.CASCADE, related_name="slots")
    kind = models.CharField(max_length=12)
    label = models.CharField(max_length=200, blank=True, default="")  # tells several of one kind apart
    salt = models.BinaryField(max_length=32)
    memory_kib = models.PositiveIntegerField(null=True)  # these three: only where the slow hash runs
    passes = models.PositiveSmallIntegerField(null=True)
    lanes = models.PositiveSmallIntegerField(null=True)
    sealed = models.BinaryField(max_length=1024)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_key", "kind", "label"], name="vault_unlock_slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} slot"


class ServiceKey(models.Model):
    """The public half of a worker's key; the private half is a file of the worker's own."""

    service = models.CharField(max_length=10, choices=[(service.value, service.value) for service in Service])
    generation = models.PositiveIntegerField()
    public_key = models.BinaryField(max_length=32)
    vouched = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    # From then on nothing new is sealed to it; its private half still opens what is.
    retired_at = models.DateTimeField(null=True)
    # From then on nothing is sealed to it any more, and its private half is gone.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "generation"], name="vault_service_generation_once"),
            models.UniqueConstraint(
                fields=["service"], name="vault_service_one_current", condition=models.Q(retired_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(retired_at__isnull=False),
                name="vault_service_retired_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"key of the {self.service}"

    def as_grantee(self) -> Grantee:
        """The public half."""
        return Grantee(
            kind=GranteeKind.SERVICE, id=self.service, generation=self.generation, public_key=bytes(self.public_key)
        )


class RecoveryKey(models.Model):
    """The public half of the offline recovery key; the private half is with the custodians."""

    generation = models.PositiveIntegerField(unique=True)
    public_key = models.BinaryField(max_length=32)
    vouched = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "recovery key"

    def as_grantee(self) -> Grantee:
        """The public half."""
        return Grantee(
            kind=GranteeKind.RECOVERY,
            id=RECOVERY_ID,
            generation=self.generation,
            public_key=bytes(self.public_key),
        )
