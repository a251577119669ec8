"""Names the app for Django."""

from django.apps import AppConfig


class StampsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.stamps"
    label = "stamps"
    default_auto_field = "django.db.models.BigAutoField"
