"""Names the app for Django, and its sealed mailboxes to the rotation of the notifier's key."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class TrainingConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.justice.training"
    label = "training"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name the columns that are sealed to a worker."""
        register_boxes = import_string("leeward.foundation.vault.service_boxes.register")
        register_boxes("training.mailboxes", "leeward.justice.training.operations.people.MAILBOXES")
