"""The organisations to which people on staff may belong. Rooms above hand them down, since only they know them."""

from collections.abc import Callable, Mapping

type Names = Callable[[], Mapping[str, str]]

_SOURCES: list[Names] = []


def register_bodies(names: Names) -> None:
    """Let these be chosen: names by the public ids that an account keeps as its affiliation."""
    if names not in _SOURCES:
        _SOURCES.append(names)


def names_of_bodies() -> dict[str, str]:
    """All of them, by public id."""
    return {key: name for names in _SOURCES for key, name in names().items()}
