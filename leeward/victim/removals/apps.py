"""Names the app for Django, the portal (what a code leads to), the duties (whose clocks run), the vault (its boxes)."""

from collections.abc import Iterable
from typing import cast

from django.apps import AppConfig
from django.utils.module_loading import import_string

from leeward.industry.duties.rules import OpenClock
from leeward.victim.file.holders import register as register_room
from leeward.victim.portal.holders import register
from leeward.victim.removals.rules.beginning import REPORT


class RemovalsConfig(AppConfig):
    """Django's entry for this app."""

    name = "leeward.victim.removals"
    label = "removals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Name this app to those below it that would otherwise have to look up."""
        register(REPORT, "leeward.victim.removals.views.person.following.HOLDER")
        register_room(REPORT, "leeward.victim.removals.operations.circle.ROOM")
        # These need the tables of all apps, which are there only now.
        register_open_requests = import_string("leeward.industry.duties.queries.register_open_requests")
        register_open_requests(_open_clocks)
        register_boxes = import_string("leeward.foundation.vault.service_boxes.register")
        register_boxes("removals.watch", "leeward.victim.removals.operations.reports.WATCHES")
        register_boxes("removals.pictures", "leeward.victim.removals.operations.picture_watches.LINKS")


def _open_clocks(code: str) -> Iterable[OpenClock]:
    found = import_string("leeward.victim.removals.queries.clocks.open_clocks")(code)
    return cast("Iterable[OpenClock]", found)
