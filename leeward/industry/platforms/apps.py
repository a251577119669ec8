"""Names the app for Django."""

from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.industry.platforms"
    label = "platforms"
    default_auto_field = "django.db.models.BigAutoField"
