"""Names the app for Django, and lets the vault know which columns are sealed to the teller."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class SurveysConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.surveys"
    label = "surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what is sealed to the teller, so that the rotation of its key finds it."""
        register = import_string("leeward.foundation.vault.service_boxes.register")
        register("surveys.box", "leeward.foundation.surveys.operations.urns.BOXES")
        register("surveys.file", "leeward.foundation.surveys.operations.urns.FILES")
