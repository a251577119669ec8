"""Names the app for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
