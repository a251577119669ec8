"""Names the app for Django, and the web (what ends when a person leaves)."""

from django.apps import AppConfig

from leeward.foundation.web.leaving import register
from leeward.victim.portal import checks as _checks  # registers them


class PortalConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.victim.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
    checks = _checks

    def ready(self) -> None:
        """Name this app to those below it that would otherwise have to look up."""
        register("portal", "leeward.victim.portal.views.visiting.leave")
