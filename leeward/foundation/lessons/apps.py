"""Names the app for Django."""

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.lessons"
    label = "lessons"
