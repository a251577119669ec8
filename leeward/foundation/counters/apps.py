"""Names the app for Django."""

from django.apps import AppConfig


class CountersConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.counters"
    label = "counters"
    default_auto_field = "django.db.models.BigAutoField"
