"""Names the app for Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
