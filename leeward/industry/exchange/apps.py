"""Names the app for Django."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.industry.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
