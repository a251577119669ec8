"""What an address alone says of what stands there: a picture or a video by the ending of its file, else nothing."""

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from leeward.victim.removals.rules.notices.facts import Medium

ENDINGS: dict[Medium, frozenset[str]] = {
    Medium.IMAGE: frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".bmp"}),
    Medium.VIDEO: frozenset({".mp4", ".m4v", ".webm", ".mov", ".mkv", ".avi", ".mpg", ".mpeg", ".flv", ".3gp"}),
}


def medium_at(url: str) -> Medium | None:
    """What kind of file an address names; None for a page, which may show anything."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    ending = PurePosixPath(path).suffix.lower()
    return next((medium for medium, endings in ENDINGS.items() if ending in endings), None)
