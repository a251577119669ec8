"""Names the app for Django."""

from django.apps import AppConfig


class ClockConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.clock"
    label = "clock"
    default_auto_field = "django.db.models.BigAutoField"
