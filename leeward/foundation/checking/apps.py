"""Names the app for Django."""

from django.apps import AppConfig


class CheckingConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.checking"
    label = "checking"
