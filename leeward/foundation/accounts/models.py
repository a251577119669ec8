"""The table of staff."""

import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role

ROLE_NAMES = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.PRACTITIONER: _("Practitioner"),
    Role.EXCHANGE_OFFICER: _("Exchange officer"),
}


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
    role = models.CharField(max_length=20, choices=[(role.value, name) for role, name in ROLE_NAMES.items()])
    is_active = models.BooleanField(default=True)
    link_digest = models.CharField(max_length=64, blank=True, default="")
    link_expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    failed_tries = models.PositiveIntegerField(default=0)
    resting_until = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name", "role"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="accounts_user_role_known"
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

    @property
    def role_name(self) -> str:
        """The role as people read it."""
        return str(ROLE_NAMES[Role(self.role)])
