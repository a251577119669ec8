"""Names the app for Django, and the vault (its boxes)."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from leeward.victim.file import checks as _checks  # registers them


class FileConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.victim.file"
    label = "file"
    default_auto_field = "django.db.models.BigAutoField"
    checks = _checks

    def ready(self) -> None:
        """Name this app to those below it that would otherwise have to look up."""
        register_holder = import_string("leeward.victim.portal.holders.register")
        register_holder("threads", "leeward.victim.file.views.threads.HOLDER")
        register_receivers = import_string("leeward.victim.portal.holders.register_receivers")
        register_receivers("leeward.victim.file.operations.shown.RECEIVERS")
        register_boxes = import_string("leeward.foundation.vault.service_boxes.register")
        register_boxes("file.news", "leeward.victim.file.operations.news.SAFE_WAYS")
