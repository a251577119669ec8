"""Enums whose members carry the words in which people read them. Rules may import this: it knows no Django."""

from enum import StrEnum
from typing import Self


def mark(words: str) -> str:
    """Mark words for translation and return them unchanged; `word` translates them where they are shown."""
    return words


class Labelled(StrEnum):
    """An enum with labels: `OVERDUE = "overdue", mark("Overdue"), "red"`.

    `label` is in English and marked for translation; `colour` is that of its tag, "" for the plain one.
    """

    label: str
    colour: str

    def __new__(cls, value: str, label: str = "", colour: str = "") -> Self:
        """A member is its value; the label and the colour stand beside it. `Status("late")` finds one by its value."""
        if not label:
            raise TypeError(f"{cls.__name__} has a member without a label: {value}.")
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.colour = label, colour
        return member
