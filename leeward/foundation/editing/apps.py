"""Names the app for Django."""

from django.apps import AppConfig


class EditingConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.editing"
    label = "editing"
    default_auto_field = "django.db.models.BigAutoField"
