"""What stands on every page of somebody who works here: their rooms, the pages of the open one, and which is open."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse

from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.web.access import access_of
from leeward.foundation.web.components import Text
from leeward.foundation.work.rooms import Room, RoomPage, all_rooms

BELONGS = 1_000  # closer than any address


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link and its `aria-current`: this very page, or what the page lies in, or "" for neither."""

    text: Text
    address: str
    current: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page stands: the home and the rooms of the header, and the pages of the open room, if it has several."""

    home: Link
    rooms: Sequence[Link]
    room: Text
    pages: Sequence[Link]


def staff_header(request: HttpRequest) -> Mapping[str, Any]:
    """Give a page its place among the rooms of whoever reads it; read only where the page shows it."""

    @functools.cache
    def place() -> Place:
        return find_place(request, role=staff_of(request).role)

    return {"staff_place": place, "clock_pace": settings.LEEWARD_CLOCK_PACE}


def find_place(request: HttpRequest, *, role: str) -> Place:
    """Find where a page stands; one that lies in no room lies at home."""
    on = [pages for pages in open_pages(role) if pages[0].is_on is None or pages[0].is_on()]
    rooms = sorted(on, key=lambda pages: str(_title(pages[0])))
    closest = max((_closeness(request, each) for pages in rooms for each in pages), default=0)
    here = next((each for pages in rooms for each in pages if closest and _closeness(request, each) == closest), None)

    def link(text: Text, address: str, *, is_here: bool) -> Link:
        current = "" if not is_here else "page" if address == request.path else "true"
        return Link(text=text, address=address, current=current)

    inside = next((pages for pages in rooms if here in pages), ())
    return Place(
        home=link("", reverse("work:home"), is_here=here is None),
        rooms=[link(_title(pages[0]), pages[0].address, is_here=here in pages) for pages in rooms],
        room=_title(inside[0]) if inside else "",
        pages=[link(each.page.text or each.title, each.address, is_here=each is here) for each in inside]
        if len(inside) > 1
        else [],
    )


@dataclass(frozen=True, kw_only=True)
class OpenPage:
    """A page of a room that a role may open. `is_on`: whether that room has anything now; None where it always has."""

    page: RoomPage
    title: Text
    address: str
    is_on: Callable[[], bool] | None


@functools.cache
def open_pages(role: str) -> tuple[tuple[OpenPage, ...], ...]:
    """The pages that a role may open, room by room, without rooms of which it may open none."""
    rooms = (tuple(each for page in room.pages for each in _open(page, room, role)) for room in all_rooms())
    return tuple(filter(None, rooms))


def _open(page: RoomPage, room: Room, role: str) -> Sequence[OpenPage]:
    address = reverse(page.name, args=page.args)
    access = access_of(resolve(address).func)
    if access is None or role not in access.roles:
        return []
    return [OpenPage(page=page, title=access.desk_title, address=address, is_on=room.is_on)]


def _title(first: OpenPage) -> Text:
    return first.title or first.page.text


def _closeness(request: HttpRequest, each: OpenPage) -> int:
    """How closely a page belongs to one of a room: 0 for not at all; what lies deeper, and what is named, is closer."""
    if request.path == each.address or request.path.startswith(f"{each.address.rstrip('/')}/"):
        return len(each.address) + (2 * BELONGS if request.path == each.address else 0)
    name = request.resolver_match.view_name if request.resolver_match else ""
    return BELONGS if each.page.also and name.startswith(each.page.also) else 0
