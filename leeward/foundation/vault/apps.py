"""Names the app for Django."""

from django.apps import AppConfig

from leeward.foundation.vault import checks as _checks  # registers them


class VaultConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"
    checks = _checks
