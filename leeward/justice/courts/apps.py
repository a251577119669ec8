"""Names the app for Django and the portal (what a code leads to)."""

from django.apps import AppConfig

from leeward.justice.courts.rules.joining import ORDER
from leeward.victim.portal.holders import register


class CourtsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.justice.courts"
    label = "courts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name this app to the portal, which otherwise would have to look up."""
        register(ORDER, "leeward.justice.courts.views.person.HOLDER")
