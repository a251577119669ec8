"""Names the app for Django."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"
