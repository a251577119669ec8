"""What can be wrong with a lesson's file, or with what a page sends.

LessonMalformed   the file is no lesson; `problems` names each mistake with its line, its place and the way out
LessonUnknown     there is no lesson of this name
ProgressOver      the page was open too long, is not ours, or the lesson was changed meanwhile
ResultUnknown     a token is no result of ours, or is too old
"""

from leeward.foundation.editing.errors import EntryUnknown


class LessonMalformed(ValueError):
    """The file is no lesson that could be played."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class LessonUnknown(EntryUnknown):
    """There is no lesson of this name."""


class ProgressOver(Exception):
    """Where somebody was in a lesson is not known any more: they begin again."""


class ResultUnknown(Exception):
    """No result of ours, or one that is too old."""
