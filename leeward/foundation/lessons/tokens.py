"""What a page carries instead of a session: where somebody is in a lesson, and in the end how it went.

Both are signed by the web server and short-lived. They name nobody. Whoever goes back and answers again gets another
result: a room that counts results asks its own people, and takes each result's id once.
"""

import secrets
from dataclasses import dataclass

from django.core import signing

from leeward.foundation.lessons.errors import ProgressOver, ResultUnknown
from leeward.foundation.lessons.rules.lesson import Lesson
from leeward.foundation.lessons.rules.playing import Progress, result_of

PROGRESS, RESULT = "leeward.lessons.progress", "leeward.lessons.result"
PROGRESS_SECONDS, RESULT_SECONDS = 2 * 60 * 60, 24 * 60 * 60
ID_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Passed:
    """A result that a room takes: of which lesson and version, and how it went. `id` is another one each time."""

    id: str
    lesson: str
    version: int
    right: int
    asked: int
    is_passed: bool


def write_progress(lesson: Lesson, progress: Progress) -> str:
    """Return a step as a page carries it."""
    kept = [lesson.digest, progress.page, list(progress.given), sorted(progress.right), progress.is_over]
    return signing.dumps(kept, salt=PROGRESS, compress=True)


def read_progress(lesson: Lesson, token: str) -> Progress:
    """Read what a page of this very version carried. Raises ProgressOver."""
    try:
        digest, page, given, right, is_over = signing.loads(token, salt=PROGRESS, max_age=PROGRESS_SECONDS)
    except (signing.BadSignature, ValueError) as error:
        raise ProgressOver from error
    if digest != lesson.digest:
        raise ProgressOver
    return Progress(page=page, given=tuple(given), right=frozenset(right), is_over=is_over)


def write_result(lesson: Lesson, progress: Progress) -> str:
    """Return how it went, for the room that asked for the lesson."""
    found = result_of(lesson, progress)
    kept = [secrets.token_hex(ID_BYTES), lesson.slug, lesson.version, found.right, found.asked, found.is_passed]
    return signing.dumps(kept, salt=RESULT)


def read_result(token: str) -> Passed:
    """Read a result of the last day. Raises ResultUnknown. Whoever counts it sees to it that its id counts once."""
    try:
        id_, lesson, version, right, asked, is_passed = signing.loads(token, salt=RESULT, max_age=RESULT_SECONDS)
    except (signing.BadSignature, ValueError) as error:
        raise ResultUnknown from error
    return Passed(id=id_, lesson=lesson, version=version, right=right, asked=asked, is_passed=is_passed)
