"""Names the app for Django."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Django's entry for this app: it holds the operators' commands and the demonstration's pages, no tables."""

    name = "leeward.config"
    label = "config"
