"""Who looks at a picture before pages may show it: a PictureCheck of each room that LEEWARD_PICTURE_CHECKS names."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, kw_only=True)
class PictureCheck:
    """How a room looks at pictures.

    `marks` makes of a file's bytes what the picture is known by, so that it can be looked at again without them; raises
    NotComparable. A process of its own calls it, so it is a function of a module that needs no settings. `upto` is how
    far the room's list goes now. `is_refused` says whether a picture of these marks may not be shown, by what came to
    the list after a place that `upto` gave; by the whole list where that is "".
    """

    marks: Callable[[bytes], Collection[str]]
    upto: Callable[[], str]
    is_refused: Callable[[Collection[str], str], bool]


def picture_checks() -> dict[str, PictureCheck]:
    """All of them by their names. Where there is none, nothing can be compared."""
    return {name: import_string(name) for name in settings.LEEWARD_PICTURE_CHECKS}
