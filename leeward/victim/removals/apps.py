"""Names the app for Django."""

from django.apps import AppConfig


class RemovalsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.victim.removals"
    label = "removals"
    default_auto_field = "django.db.models.BigAutoField"
