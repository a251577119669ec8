"""Names the app for Django."""

from django.apps import AppConfig


class HoldsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.holds"
    label = "holds"
    default_auto_field = "django.db.models.BigAutoField"
