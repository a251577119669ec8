"""What stands on every page of somebody who works here: their rooms, and which of them is open."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from leeward.foundation.accounts.desk import DeskLink, list_desk
from leeward.foundation.accounts.unlocking import staff_of


def staff_header(request: HttpRequest) -> Mapping[str, Any]:
    """Give a page the rooms of whoever reads it; read only where the page shows them."""

    def rooms() -> list[tuple[DeskLink, bool]]:
        every = list_desk(role=staff_of(request).role)
        # A page that lies inside a room is reached from there.
        links = [link for link in every if not any(_is_inside(link.url, room.url) for room in every if room != link)]
        return [(link, _is_inside(request.path, link.url)) for link in links]

    return {"staff_rooms": rooms, "clock_pace": settings.LEEWARD_CLOCK_PACE}


def _is_inside(path: str, room: str) -> bool:
    return path == room or path.startswith(f"{room.rstrip('/')}/")
