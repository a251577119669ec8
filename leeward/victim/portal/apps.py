"""Names the app for Django."""

from django.apps import AppConfig

from leeward.victim.portal import checks as _checks  # registers them


class PortalConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.victim.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
    checks = _checks
