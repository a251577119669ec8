"""Names the app for Django."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.pages"
    label = "pages"
