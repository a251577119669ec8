"""Names the app for Django."""

from django.apps import AppConfig


class ReachConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.reach"
    label = "reach"
    default_auto_field = "django.db.models.BigAutoField"
