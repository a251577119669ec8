"""Names the app for Django."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.society.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"
