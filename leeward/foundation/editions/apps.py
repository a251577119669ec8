"""Names the app for Django."""

from django.apps import AppConfig


class EditionsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.editions"
    label = "editions"
    default_auto_field = "django.db.models.BigAutoField"
