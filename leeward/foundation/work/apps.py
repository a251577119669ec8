"""The app's entry in Django."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Lists, for the rooms of all wings."""

    name = "leeward.foundation.work"
    label = "work"
