"""Names the app for Django."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.signing"
    label = "signing"
    default_auto_field = "django.db.models.BigAutoField"
