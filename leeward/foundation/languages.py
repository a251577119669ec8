"""The languages of the interface: one folder each under `leeward/locale`, with `language.toml` and its texts.

`tools/languages.py` counts, when the product is built, how many texts of each room a language has. A language that
is for her pages alone is offered there only while it is whole: docs/languages.md.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "locale"
ROOT = FOLDER.parents[1]
COUNTS = FOLDER / "built" / "counts.json"
DANGER = "context:danger"


class Offered(StrEnum):
    """Where a language is offered once it is whole."""

    EVERYWHERE = "everywhere"
    HER_PAGES = "her pages"
    NOWHERE = "nowhere"  # while it is being translated


class Direction(StrEnum):
    """Which way a language is written."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


class LanguageMalformed(Exception):
    """A language's file cannot be used; the message names the file and what belongs there."""


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language: its names, its direction, the words of its search and how reading is measured in it."""

    code: str
    name: str
    native: str
    direction: Direction
    offered: Offered
    search: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    empty_words: frozenset[str] = frozenset()
    reading: Mapping[str, Any] = field(default_factory=dict)
    banned: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Room:
    """One room of the interface: how many texts it has, and how many of them a language has."""

    name: str
    is_hers: bool
    texts: int
    translated: Mapping[str, int]

    def lacks(self, language: str) -> int:
        """Return how many texts this language lacks here."""
        return self.texts - self.translated.get(language, 0)


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """The rooms of her pages, by their files, and the folder of the pages that ship."""

    hers: Mapping[str, tuple[str, ...]]
    not_hers: frozenset[str]
    pages: str

    def room_of(self, file: str) -> str:
        """Return the room of hers that a file belongs to, "" where it belongs to none."""
        if file.rpartition("/")[2] in self.not_hers:
            return ""
        return next((name for name, patterns in self.hers.items() if any(_fits(file, each) for each in patterns)), "")


def _fits(file: str, pattern: str) -> bool:
    """Return whether a path has this form: `**/` stands for any folders, `*` for any name within one."""
    parts = (re.escape(part).replace(r"\*", "[^/]*") for part in pattern.split("**/"))
    return re.fullmatch("(?:.*/)?".join(parts), file) is not None


@cache
def read_rooms(folder: Path = FOLDER) -> Rooms:
    """Return the rooms of her pages, as `rooms.toml` declares them."""
    told = tomllib.loads((folder / "rooms.toml").read_text(encoding="utf-8"))
    hers = {name: tuple(patterns) for name, patterns in told["hers"].items()}
    return Rooms(hers=hers, not_hers=frozenset(told["not_hers"]), pages=told["pages"])


@cache
def read_languages(folder: Path = FOLDER) -> Mapping[str, Language]:
    """Return every language by its code, English first. Raises LanguageMalformed."""
    found = [_read(file) for file in sorted(folder.glob("*/language.toml"))]
    return {each.code: each for each in sorted(found, key=lambda one: (one.code != "en", one.offered, one.code))}


def _read(file: Path) -> Language:
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    try:
        return Language(
            code=file.parent.name,
            name=str(told["name"]),
            native=str(told["native"]),
            direction=Direction(told["direction"]),
            offered=Offered(told["offered"]),
            search={means: tuple(words) for means, words in told.get("search", {}).items()},
            empty_words=frozenset(told.get("empty_words", "").split()),
            reading=told.get("reading", {}),
            banned=told.get("banned", {}),
        )
    except (KeyError, ValueError) as error:
        raise LanguageMalformed(f"{file}: {error}") from error


@cache
def read_counts(file: Path = COUNTS) -> tuple[Room, ...]:
    """Return the counts of the last build; none where nothing was built."""
    if not file.exists():
        return ()
    return tuple(Room(**row) for row in json.loads(file.read_text(encoding="utf-8")))


def lacks(language: Language, rooms: tuple[Room, ...]) -> dict[str, int]:
    """Return what keeps a language from her pages: texts by room, `search` and `reading`; empty where nothing does."""
    found = {room.name: room.lacks(language.code) for room in rooms if room.is_hers and room.lacks(language.code)}
    found |= {} if language.search.get(DANGER) else {"search": 1}
    found |= {} if language.reading else {"reading": 1}
    return found


def unknown_to_django(languages: Mapping[str, Language], known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the names and directions of the languages that Django does not know, as its LANG_INFO has them."""
    return {
        each.code: {"bidi": each.direction == "rtl", "code": each.code, "name": each.name, "name_local": each.native}
        for each in languages.values()
        if each.code not in known
    }


def offered_everywhere(languages: Mapping[str, Language]) -> list[tuple[str, str]]:
    """Return the languages of the whole interface as Django's LANGUAGES, by their English names."""
    return [(each.code, each.name) for each in languages.values() if each.offered is Offered.EVERYWHERE]


def offered_to_her(languages: Mapping[str, Language], rooms: tuple[Room, ...]) -> tuple[str, ...]:
    """Return the codes of the languages of her pages: those of everything, and each other one that is whole."""
    return tuple(
        each.code
        for each in languages.values()
        if each.offered is Offered.EVERYWHERE
        or (each.offered is Offered.HER_PAGES and rooms and not lacks(each, rooms))
    )


def is_hers(module: str, view: str) -> bool:
    """Return whether a view is of her pages: its module belongs to a room of hers, its template is not others'."""
    path = module.replace(".", "/")
    if f"{view}.jinja" in read_rooms().not_hers:
        return False
    return bool(read_rooms().room_of(f"{path}.py") or read_rooms().room_of(f"{path}/__init__.py"))
