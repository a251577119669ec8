"""Names the app for Django."""

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.policy.strategy"
    label = "strategy"
    default_auto_field = "django.db.models.BigAutoField"
