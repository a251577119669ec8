"""Names the app for Django."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.policy.assessment"
    label = "assessment"
    default_auto_field = "django.db.models.BigAutoField"
