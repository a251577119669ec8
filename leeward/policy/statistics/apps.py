"""Names the app for Django."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.policy.statistics"
    label = "statistics"
    default_auto_field = "django.db.models.BigAutoField"
