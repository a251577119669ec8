"""Names the app for Django."""

from django.apps import AppConfig
from django.core.signals import got_request_exception

from leeward.foundation.web.records import record_exception


class WebConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.foundation.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have errors recorded our way; Django's own record would carry paths and values."""
        got_request_exception.connect(record_exception, dispatch_uid="leeward.web.record_exception")
