"""Names the app for Django, the portal (what a code leads to) and her file (who works on it)."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from leeward.victim.file.holders import register as register_room
from leeward.victim.portal.holders import register

NETWORK = "network"


class NetworkConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.victim.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name this app to those below it that would otherwise have to look up."""
        register(NETWORK, "leeward.victim.network.views.person.HOLDER")
        register_room(NETWORK, "leeward.victim.network.operations.circle.ROOM")
        register_boxes = import_string("leeward.foundation.vault.service_boxes.register")
        register_boxes("network.mailboxes", "leeward.victim.network.operations.letters.MAILBOXES")
        register_boxes("network.plan", "leeward.victim.network.operations.letters.PLAN_MAILBOX")
