"""Log records: rough times, and errors without a word of what anybody typed."""

import logging
import sys
import traceback
from pathlib import PurePath
from typing import Any

record = logging.getLogger("leeward.errors")

DURATIONS_MS = (10, 50, 100, 250, 500, 1000, 2500, 5000)
FRAMES_LIMIT = 40


def duration_bucket(seconds: float) -> str:
    """The first of our steps that is not below `seconds`: rough enough to tell nothing about what was done."""
    for step in DURATIONS_MS:
        if seconds * 1000 <= step:
            return f"<={step}ms"
    return f">{DURATIONS_MS[-1]}ms"


def describe_exception(error: BaseException) -> str:
    """Classes, files, lines and functions of an error and its causes; no message, no value, no line of code."""
    parts = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__, limit=-FRAMES_LIMIT)
        places = " < ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in reversed(frames))
        parts.append(f"{type(current).__module__}.{type(current).__qualname__} at {places}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return " caused by ".join(parts)


def record_exception(*, request: Any = None, **_signal: Any) -> None:
    """Receive Django's `got_request_exception`, the one place through which every unmet error passes."""
    error = sys.exception()
    if error is not None:
        number = request.META.get("leeward.request", "-") if request is not None else "-"
        record.error("%s %s", number, describe_exception(error))


def _short(filename: str) -> str:
    """The file from its package on: where the installation lies is nobody's business."""
    parts = PurePath(filename).parts
    for root in ("site-packages", "leeward"):
        if root in parts:
            return "/".join(parts[parts.index(root) + (root == "site-packages") :])
    return PurePath(filename).name
