"""Names the app for Django."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.industry.duties"
    label = "duties"
    default_auto_field = "django.db.models.BigAutoField"
