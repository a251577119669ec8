"""The lessons and talks of this installation: files that `config` names (LEEWARD_LESSONS, LEEWARD_TALKS)."""

import functools
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from leeward.foundation.lessons.errors import LessonUnknown
from leeward.foundation.lessons.rules.lesson import Lesson
from leeward.foundation.lessons.rules.reading import read_lesson
from leeward.foundation.lessons.rules.reading_talks import read_talk
from leeward.foundation.lessons.rules.talk import Talk


@functools.cache
def all_lessons() -> Mapping[str, Lesson]:
    """Every lesson by its name in addresses."""
    lessons = [read_lesson(Path(path).read_text(encoding="utf-8")) for path in settings.LEEWARD_LESSONS]
    return {lesson.slug: lesson for lesson in lessons}


def find_lesson(slug: str) -> Lesson:
    """One lesson. Raises LessonUnknown."""
    try:
        return all_lessons()[slug]
    except KeyError:
        raise LessonUnknown(slug) from None


@functools.cache
def all_talks() -> Mapping[str, Talk]:
    """Every talk by its name in addresses."""
    talks = [read_talk(Path(path).read_text(encoding="utf-8")) for path in settings.LEEWARD_TALKS]
    return {talk.slug: talk for talk in talks}


def find_talk(slug: str) -> Talk:
    """One talk. Raises LessonUnknown."""
    try:
        return all_talks()[slug]
    except KeyError:
        raise LessonUnknown(slug) from None
