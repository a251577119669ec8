"""Names the app for Django, and to the vault what it holds for the courier."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class OutboxConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name what is sealed to the courier; the vault's own tables are there only now."""
        register = import_string("leeward.foundation.vault.service_boxes.register")
        register("outbox.parcel", "leeward.foundation.outbox.operations.posting.BOXES")
