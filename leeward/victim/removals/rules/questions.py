"""Which questions a person is asked, and in which order: once she has handed in, each may be skipped."""

from enum import StrEnum

from leeward.foundation.labels import Labelled, mark
from leeward.victim.file.rules.paths import asked_on, left_out
from leeward.victim.file.rules.story import Reporter, Story
from leeward.victim.removals.rules.reports import Path


class Question(StrEnum):
    """Questions, named as their addresses are."""

    WHERE = "where"
    YES = "yes"
    SIGNS = "signs"
    REACH = "reach"
    MORE = "more"
    SHOWN = "shown"
    WHEN = "when"
    WHAT = "what"
    DETAILS = "details"
    MADE = "made"
    BY = "by"
    EARLIER = "earlier"
    WORDS = "words"
    WHO = "who"
    WISH = "wish"


class Group(Labelled):
    """Questions that belong together, under the words that stand over them on her page."""

    SAFE = "safe", mark("Are you safe?")
    FIND = "find", mark("To find it, and have it taken down faster")
    HAPPENED = "happened", mark("What happened")
    HERS = "hers", mark("You, and what you want")


Q = Question
GROUPS = {
    Group.SAFE: (Q.SIGNS, Q.REACH),
    Group.FIND: (Q.MORE, Q.SHOWN, Q.WHEN),
    Group.HAPPENED: (Q.WHAT, Q.DETAILS, Q.MADE, Q.BY, Q.EARLIER, Q.WORDS),
    Group.HERS: (Q.WHO, Q.WISH),
}
# Somebody who saw another person's picture: only what helps to have it removed, nothing about that person.
FOUND = frozenset({Q.WHERE, Q.YES, Q.MORE, Q.SHOWN, Q.WHEN, Q.WORDS})


def is_asked(question: Question, *, path: Path, story: Story) -> bool:
    """Return whether this person is asked this question. Who chose the wrong one of two roles can always mend it.

    What a path of harm leaves out is not asked (`leeward/victim/file/rules/paths.py`).
    """
    if not is_receipt_only(path=path, story=story):
        return question not in left_out(story) and (question is not Q.DETAILS or bool(asked_on(story)))
    return question in FOUND or (question is Q.WHO and path is not Path.FOUND)


def questions_of(group: Group, *, path: Path, story: Story) -> tuple[Question, ...]:
    """Return the questions of a group that this person is asked, in order."""
    return tuple(question for question in GROUPS[group] if is_asked(question, path=path, story=story))


def group_of(question: Question) -> Group | None:
    """Return the group of a question; None for those that were asked before she handed in."""
    return next((group for group, questions in GROUPS.items() if question in questions), None)


def is_receipt_only(*, path: Path, story: Story) -> bool:
    """Return whether the reporter neither is nor represents the person shown, and so may read only the receipt."""
    return path is Path.FOUND or story.reporter is Reporter.THIRD_PARTY
