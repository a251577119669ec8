"""Enums whose members carry the words in which people read them, and texts in several languages.

Rules may import this: it knows no Django.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self


def mark(words: str) -> str:
    """Mark words for translation and return them unchanged; `word` translates them where they are shown."""
    return words


def language_of(texts: Mapping[str, str], *, language: str, main_language: str) -> str:
    """In which language something is told that was written in several: the reader's, the nation's, or any."""
    for wanted in (language, main_language):
        if texts.get(wanted):
            return wanted
    return next(iter(texts), main_language)


class Labelled(StrEnum):
    """An enum with labels: `OVERDUE = "overdue", mark("Overdue"), "red"`.

    `label` is in English and marked for translation; `colour` is that of its tag, "" for the plain one; `hint` is a
    sentence that explains it, marked too, "" where none is needed.
    """

    label: str
    colour: str
    hint: str

    def __new__(cls, value: str, label: str = "", colour: str = "", hint: str = "") -> Self:
        """A member is its value, what it is shown by stands beside it. `Status("late")` finds one by its value."""
        if not label:
            raise TypeError(f"{cls.__name__} has a member without a label: {value}.")
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.colour, member.hint = label, colour, hint
        return member
