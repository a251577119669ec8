"""Names the app for Django."""

from django.apps import AppConfig


class PerpetratorsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.justice.perpetrators"
    label = "perpetrators"
    default_auto_field = "django.db.models.BigAutoField"
