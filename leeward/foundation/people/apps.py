"""Names the app for Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Django's entry for this app: it holds pages, and no tables."""

    name = "leeward.foundation.people"
    label = "people"
