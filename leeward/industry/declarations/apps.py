"""Names the app for Django."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.industry.declarations"
    label = "declarations"
    default_auto_field = "django.db.models.BigAutoField"
