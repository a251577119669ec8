"""Which questions a person is asked, and in which order; each is a page of its own, and each may be skipped."""

from enum import StrEnum

from leeward.victim.removals.rules.reports import Path, Reporter, Story


class Question(StrEnum):
    """The pages between keeping the code and checking the answers, named as their addresses are."""

    WHAT = "what"
    WHO = "who"
    WHERE = "where"
    MORE = "more"
    SHOWN = "shown"
    MADE = "made"
    WHEN = "when"
    BY = "by"
    WISH = "wish"
    SIGNS = "signs"
    EARLIER = "earlier"
    WORDS = "words"
    REACH = "reach"
    YES = "yes"


Q = Question
WHOLE = tuple(Question)
# Before anything is online: whether she is safe comes first, and places are accounts and messages.
THREAT = (Q.WHAT, Q.SIGNS, Q.WHO, Q.MORE, Q.BY, Q.SHOWN, Q.MADE, Q.WISH, Q.EARLIER, Q.WORDS, Q.REACH, Q.YES)
# Somebody who saw another person's picture: only what helps to have it removed, nothing about that person.
FOUND = (Q.WHERE, Q.MORE, Q.SHOWN, Q.WHEN, Q.WORDS, Q.YES)


def questions_for(*, path: Path, story: Story) -> tuple[Question, ...]:
    """Return the questions that this person is asked, in order."""
    if path is Path.FOUND:
        return FOUND
    if story.reporter is Reporter.THIRD_PARTY:
        return (Q.WHAT, Q.WHO, *FOUND)
    return THREAT if path is Path.THREAT else WHOLE


def next_question(question: Question, *, path: Path, story: Story) -> Question | None:
    """Return the next question; None after the last, and for one that this person is not asked."""
    asked = questions_for(path=path, story=story)
    if question not in asked:
        return None
    place = asked.index(question) + 1
    return asked[place] if place < len(asked) else None


def question_before(question: Question, *, path: Path, story: Story) -> Question | None:
    """Return the question before; None before the first, and for one that this person is not asked."""
    asked = questions_for(path=path, story=story)
    place = asked.index(question) if question in asked else 0
    return asked[place - 1] if place else None


def is_receipt_only(*, path: Path, story: Story) -> bool:
    """Return whether the reporter neither is nor represents the person shown, and so may read only the receipt."""
    return path is Path.FOUND or story.reporter is Reporter.THIRD_PARTY
