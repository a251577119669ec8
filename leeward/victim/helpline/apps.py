"""Names the app for Django, the portal (what a code leads to), her file (who works on it) and the network (counts)."""

from django.apps import AppConfig

from leeward.victim.file.holders import register as register_room
from leeward.victim.network.handed import hand_law_gaps
from leeward.victim.portal.holders import register

HELPLINE = "helpline"


class HelplineConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.victim.helpline"
    label = "helpline"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name this app to those below it that would otherwise have to look up."""
        register(HELPLINE, "leeward.victim.helpline.views.person.following.HOLDER")
        register_room(HELPLINE, "leeward.victim.helpline.operations.circle.ROOM")
        hand_law_gaps("leeward.victim.helpline.figures.law_gaps")
