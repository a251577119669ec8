"""Names the app for Django, and lets the portal show and erase what a code leads to here."""

from django.apps import AppConfig

from leeward.victim.portal.holders import register


class RemovalsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.victim.removals"
    label = "removals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name this app to the portal."""
        register("removals", "leeward.victim.removals.views.person.following.HOLDER")
