"""The rooms that work on her file, such as the removal desk; apps above this one name themselves here."""

from collections.abc import Callable
from typing import cast

from django.utils.module_loading import import_string

type IsOpen = Callable[[int], bool]

_rooms: dict[str, str] = {}


def register(name: str, is_open: str) -> None:
    """Let a room say whether it still works on the file of a key: where that function is found once all is loaded."""
    _rooms[name] = is_open


def is_worked_on(file: int) -> bool:
    """Whether any room still works on the file of this key."""
    return any(cast("IsOpen", import_string(is_open))(file) for is_open in _rooms.values())
