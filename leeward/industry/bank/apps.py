"""Names the app for Django."""

from django.apps import AppConfig


class BankConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.industry.bank"
    label = "bank"
    default_auto_field = "django.db.models.BigAutoField"
