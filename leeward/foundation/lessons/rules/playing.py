"""How a lesson is played: where somebody is, what they answered, and how it ends. Nobody is kept: a page carries it.

A step is a page that is shown, or the same page once its question is answered, with what is right and why.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from leeward.foundation.lessons.rules.lesson import Lesson, Option, Page, QuestionKind


class AnswerRefused(ValueError):
    """What was sent is no answer to this page's question: nothing, too much, or what is not offered."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where somebody is: a page, what they answered there (empty until then), and which questions were right so far.

    A question that is asked again counts as it was answered last. `is_over`: it ended with the answer to a question.
    """

    page: str
    given: tuple[str, ...] = ()
    right: frozenset[str] = frozenset()
    is_over: bool = False


@dataclass(frozen=True, kw_only=True)
class Result:
    """How it went."""

    right: int
    asked: int
    is_passed: bool


def begin(lesson: Lesson) -> Progress:
    """Return the first step."""
    return Progress(page=lesson.first.id)


def answer(lesson: Lesson, progress: Progress, given: Sequence[str]) -> Progress:
    """Return the step after an answer. Raises AnswerRefused; one that was given already stays as it is."""
    page = page_of(lesson, progress)
    if page.question is None or progress.is_over:
        raise AnswerRefused
    if progress.given:
        return progress
    offered = {option.id for option in page.question.options}
    chosen = tuple(given)
    if not chosen or not set(chosen) <= offered or len(set(chosen)) != len(chosen):
        raise AnswerRefused
    if page.question.kind is QuestionKind.ONE and len(chosen) != 1:
        raise AnswerRefused
    if page.question.kind is QuestionKind.ORDER and set(chosen) != offered:
        raise AnswerRefused
    right = progress.right | {page.id} if is_right(page, chosen) else progress.right - {page.id}
    return replace(progress, given=chosen, right=right)


def go_on(lesson: Lesson, progress: Progress) -> Progress:
    """Return the step after this one; the same where the question is not answered yet, or the lesson is over."""
    page = page_of(lesson, progress)
    if has_ended(lesson, progress) or (page.question is not None and not progress.given):
        return progress
    branches = {option.id: option.goes_to for option in page.question.options} if page.question else {}
    target = next((branches[each] for each in progress.given if branches.get(each)), page.goes_to)
    if not target:
        return replace(progress, is_over=True)
    return Progress(page=target, right=progress.right)


def has_ended(lesson: Lesson, progress: Progress) -> bool:
    """Whether this is the last step: the lesson is over, or its page asks nothing and leads nowhere."""
    page = page_of(lesson, progress)
    return progress.is_over or (page.question is None and not page.goes_to)


def result_of(lesson: Lesson, progress: Progress) -> Result:
    """Return how it went so far."""
    right = len(progress.right)
    return Result(right=right, asked=len(lesson.questions), is_passed=right >= lesson.pass_right)


def is_right(page: Page, given: Sequence[str]) -> bool:
    """Whether an answer is the right one; of an order, in its order."""
    assert page.question is not None  # noqa: S101  # the caller has looked
    if page.question.kind is QuestionKind.ORDER:
        return tuple(given) == page.question.right
    return set(given) == set(page.question.right)


def shown_options(lesson: Lesson, page: Page) -> tuple[Option, ...]:
    """Return a question's options as they are shown: of an order not in the right one, and alike for everybody."""
    assert page.question is not None  # noqa: S101  # the caller has looked
    options = page.question.options
    if page.question.kind is not QuestionKind.ORDER:
        return options
    mixed = sorted(options, key=lambda each: hashlib.sha256(f"{lesson.slug}|{page.id}|{each.id}".encode()).digest())
    return tuple(mixed) if tuple(mixed) != options else (*options[1:], options[0])


def page_of(lesson: Lesson, progress: Progress) -> Page:
    """Return the page of a step, which the lesson must have."""
    page = lesson.page(progress.page)
    if page is None:
        raise KeyError(progress.page)
    return page
