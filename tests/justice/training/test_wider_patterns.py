"""The course on wider patterns, in each language: who passes it, and which sources its last page names."""

import pytest

from leeward.foundation.lessons.catalogue import find_lesson
from leeward.foundation.lessons.rules.lesson import Page
from leeward.foundation.lessons.rules.playing import Progress, answer, begin, go_on, has_ended, page_of, result_of

COURSE = find_lesson("wider-patterns")
SOURCES = ("CETS 210", "2024/1385")


def walk(*, wrong: frozenset[str] = frozenset()) -> tuple[list[Page], Progress]:
    """Return every page that is met, and the last step. Questions named in `wrong` get an answer that is not right."""
    step, met = begin(COURSE), []
    while True:
        page = page_of(COURSE, step)
        met.append(page)
        if page.question:
            others = [each.id for each in page.question.options if not each.is_right]
            step = answer(COURSE, step, others[:1] if page.id in wrong else page.question.right)
        if has_ended(COURSE, step):
            return met, step
        step = go_on(COURSE, step)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_last_page_names_the_sources(language: str) -> None:
    met, _ = walk()
    assert {page.id for page in met} == {page.id for page in COURSE.pages}
    assert all(source in met[-1].text[language] for source in SOURCES)


def test_whoever_sees_the_pattern_passes() -> None:
    _, end = walk()
    result = result_of(COURSE, end)
    assert (result.right, result.asked, result.is_passed) == (5, 5, True)


def test_whoever_takes_it_for_one_picture_does_not_pass() -> None:
    _, end = walk(wrong=frozenset({"ask", "stalking"}))
    result = result_of(COURSE, end)
    assert (result.right, result.is_passed) == (3, False)
