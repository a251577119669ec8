"""The documented proxy takes every file that a room takes: its limits are those that the rooms declare."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from leeward.foundation.web.uploads import TakesFile
from leeward.victim.locker.rules.keeping import PIECE_BYTES

PAGE = Path(__file__).resolve().parents[2] / "docs/operating/proxy.md"
MIB = 1024 * 1024
SAMPLES = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1"}


def declared(resolver: Any = None, before: str = "/") -> Iterator[tuple[str, int]]:
    """Return an address of each page that takes a file, and how large the file may be."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + re.sub(r"<(\w+):\w+>", lambda found: SAMPLES.get(found[1], "a"), str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from declared(pattern, path)
        elif isinstance(pattern, URLPattern):
            takes = getattr(pattern.callback, "takes_file", None)
            if isinstance(takes, TakesFile):
                yield path, takes.most_bytes


def locations() -> dict[str, int]:
    """Return the page's locations of nginx with their limits in MiB; "/" has that of the whole server."""
    page = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^    location (.+?) \{\n(.*?)^    \}", page, re.MULTILINE | re.DOTALL)
    of_server = re.search(r"^    client_max_body_size +(\d+)m;", page, re.MULTILINE)
    assert of_server
    limits = {name: re.search(r"client_max_body_size +(\d+)m;", body) for name, body in blocks}
    return {name: int((found or of_server)[1]) for name, found in limits.items()}


def location_of(path: str, names: Iterator[str] | list[str]) -> str:
    """Return the location that nginx takes: the first expression that fits, else the longest beginning."""
    every = list(names)
    for name in every:
        if name.startswith("~ ") and re.search(name[2:], path):
            return name
    return max((name for name in every if path.startswith(name)), key=len)


def test_each_room_that_takes_files_is_let_through_with_a_megabyte_to_spare() -> None:
    limits = locations()
    largest: dict[str, int] = {}
    for path, most_bytes in declared():
        name = location_of(path, list(limits))
        largest[name] = max(largest.get(name, 0), most_bytes)
    assert len(limits) > 5
    assert {name: -(-most // MIB) + 1 for name, most in largest.items()} == limits


def test_a_form_and_a_piece_of_the_locker_fit_into_what_every_page_takes() -> None:
    assert max(PIECE_BYTES, settings.DATA_UPLOAD_MAX_MEMORY_SIZE) == locations()["/"] * MIB
