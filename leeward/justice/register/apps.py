"""Names the app for Django."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.justice.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
