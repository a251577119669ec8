"""Names the app for Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
