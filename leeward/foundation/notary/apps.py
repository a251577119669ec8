"""Names the app for Django."""

from django.apps import AppConfig


class NotaryConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.notary"
    label = "notary"
    default_auto_field = "django.db.models.BigAutoField"
