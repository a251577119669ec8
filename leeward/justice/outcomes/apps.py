"""Names the app for Django."""

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.justice.outcomes"
    label = "outcomes"
    default_auto_field = "django.db.models.BigAutoField"
