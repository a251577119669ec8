"""The tables of staff, of their passkeys and names at other providers, and of who has unlocked where."""

import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from leeward.foundation.accounts.rules import BODY_OF, PASSKEY_NAME_LIMIT, WORKING_NAME_LIMIT, Role, team_of
from leeward.foundation.accounts.verbs import WAYS_IN
from leeward.foundation.web.words import choices_of, word

OF_A_BODY = models.Q(role__in=sorted(role.value for role in BODY_OF))


def draw_reference() -> str:
    """A random name for an account in the audit trail."""
    return secrets.token_hex(8)


class UserManager(BaseUserManager["User"]):
    """Finds staff by their name; accounts are made by operations alone."""


class User(AbstractBaseUser):
    """A member of staff. There are no other accounts: people who were harmed need none."""

    reference = models.CharField(max_length=16, unique=True, default=draw_reference, editable=False)
    username = models.CharField(max_length=32, unique=True)
    display_name = models.CharField(max_length=80)
    # With which this person signs what leaves the house, chosen by the person alone; "" where the house signs.
    working_name = models.CharField(max_length=WORKING_NAME_LIMIT, blank=True, default="")
    role = models.CharField(max_length=20, choices=choices_of(Role))
    # The public id of the organisation whose people these are (rules.BODY_OF); "" for everybody else.
    affiliation = models.CharField(max_length=36, blank=True, default="")
    is_active = models.BooleanField(default=True)
    link_digest = models.CharField(max_length=64, blank=True, default="")
    link_expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    # Drawn anew with each change of a way in: sessions that began before are over.
    session_seed = models.CharField(max_length=16, blank=True, default="")
    # Of who is signed in as her. What strangers try with her name is counted by network, apart from this row.
    unlock_failed_tries = models.PositiveIntegerField(default=0)
    unlock_resting_until = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "role"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="accounts_user_role_known"
            ),
            models.CheckConstraint(
                condition=(OF_A_BODY & ~models.Q(affiliation="")) | (~OF_A_BODY & models.Q(affiliation="")),
                name="accounts_user_affiliation_fits",
            ),
            models.CheckConstraint(
                condition=models.Q(link_digest="", link_expires_at__isnull=True)
                | (~models.Q(link_digest="") & models.Q(link_expires_at__isnull=False)),
                name="accounts_user_link_whole",
            ),
            models.UniqueConstraint(
                fields=["link_digest"], condition=~models.Q(link_digest=""), name="accounts_user_link_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """A session lasts as long as the passphrase and the seed with which it began."""
        content = self.password + self.session_seed
        return salted_hmac("leeward.accounts.session", content, secret=secret, algorithm="sha256").hexdigest()

    @property
    def role_name(self) -> str:
        """The role as people read it."""
        return word(Role(self.role))

    @property
    def team(self) -> str | None:
        """The team whose key this person may hold, None where there is none for her role."""
        return team_of(role=Role(self.role), affiliation=self.affiliation)


class Passkey(models.Model):
    """The public half of a passkey: enough to check who signs in, worth nothing to a thief."""

    reference = models.CharField(max_length=16, unique=True, default=draw_reference, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.CharField(max_length=1400, unique=True)  # base64url of at most 1,023 bytes
    public_key = models.BinaryField(max_length=1024)
    sign_count = models.PositiveBigIntegerField()
    name = models.CharField(max_length=PASSKEY_NAME_LIMIT)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "passkey"


class WayChange(models.Model):
    """A change of somebody's ways in, of which the owner and whoever leads the team are told."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="way_changes")
    what = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(what__in=[verb.value for verb in WAYS_IN]), name="accounts_way_change_known"
            ),
        ]

    def __str__(self) -> str:
        return self.what


class OutsideIdentity(models.Model):
    """Somebody's identity at her agency's own provider. She binds it once, herself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="outside_identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="accounts_outside_subject_once"),
            models.UniqueConstraint(fields=["user", "issuer"], name="accounts_outside_issuer_once"),
        ]

    def __str__(self) -> str:
        return "outside identity"


class Unlock(models.Model):
    """One browser in which somebody has unlocked: her private key, sealed under a key that only that browser holds."""

    id = models.CharField(primary_key=True, max_length=32)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="unlocks")
    sealed = models.BinaryField(max_length=1024)
    started_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used_at__gte=models.F("started_at")), name="accounts_unlock_used_after_start"
            ),
        ]

    def __str__(self) -> str:
        return "unlock"
