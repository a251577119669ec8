"""Grants and holdings: wraps and sealed texts, beside the random names of those they are for."""

from django.db import models

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.vault.rules.files import GrantRow
from leeward.foundation.vault.rules.grants import GRANTABLE, Compartment, Grantee, GranteeKind

ID_LENGTH = 80
REASON_LENGTH = 60
WRAP_LENGTH = 2048  # room for a suite whose wraps are longer than today's 81 bytes


class Grant(models.Model):
    """One generation of a compartment's key, wrapped to one grantee. The row is the permission."""

    id = RandomKey()
    file = models.UUIDField()
    compartment = models.CharField(max_length=10, choices=[(name.value, name.value) for name in Compartment])
    generation = models.PositiveIntegerField()
    grantee_kind = models.CharField(max_length=10)
    grantee_id = models.CharField(max_length=ID_LENGTH)
    grantee_generation = models.PositiveIntegerField()
    public_key = models.BinaryField(max_length=32)
    wrapped = models.BinaryField(max_length=WRAP_LENGTH)
    vouched = models.BinaryField(max_length=32)
    granted_by = models.CharField(max_length=ID_LENGTH)
    granted_at = models.DateTimeField()
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="")
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file", "compartment", "generation", "grantee_kind", "grantee_id", "grantee_generation"],
                name="vault_grant_once",
            ),
            models.CheckConstraint(
                condition=models.Q(compartment__in=[name.value for name in Compartment]),
                name="vault_grant_compartment_known",
            ),
            models.CheckConstraint(
                condition=models.Q(grantee_kind__in=sorted(kind.value for kind in GRANTABLE)),
                name="vault_grant_never_to_a_user",
            ),
            models.CheckConstraint(
                condition=models.Q(generation__gte=1, grantee_generation__gte=1),
                name="vault_grant_generations_from_one",
            ),
        ]
        indexes = [
            models.Index(fields=["grantee_kind", "grantee_id", "grantee_generation"], name="vault_grant_of_grantee"),
            models.Index(
                fields=["expires_at"], name="vault_grant_expiring", condition=models.Q(expires_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"grant of {self.compartment} to a {self.grantee_kind}"

    def as_row(self) -> GrantRow:
        """The row as the rules know it."""
        return GrantRow(
            compartment=Compartment(self.compartment),
            generation=self.generation,
            grantee=Grantee(
                kind=GranteeKind(self.grantee_kind),
                id=self.grantee_id,
                generation=self.grantee_generation,
                public_key=bytes(self.public_key),
            ),
            wrapped=bytes(self.wrapped),
            vouched=bytes(self.vouched),
            expires_at=self.expires_at,
        )


class Holding(models.Model):
    """A small sealed box, found by a name that only its own private key yields: what a person's code leads to."""

    id = RandomKey()
    name = models.CharField(unique=True, max_length=64)
    sealed = models.BinaryField(max_length=16 * 1024)
    # The first day of a month, as with codes.
    expires_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(name__regex=r"^[0-9a-f]{64}$"), name="vault_holding_name_is_a_digest"
            ),
        ]

    def __str__(self) -> str:
        return "holding"
