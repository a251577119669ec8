"""Names the app for Django, and the portal (what a code leads to)."""

from django.apps import AppConfig

from leeward.victim.portal.holders import register


class LockerConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.victim.locker"
    label = "locker"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name this app to those below it that would otherwise have to look up."""
        register("locker", "leeward.victim.locker.views.home.HOLDER")
