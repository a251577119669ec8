"""Names the app for Django."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"
