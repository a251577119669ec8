"""Where everything stands in the workbook, and in which words; writing and reading both follow this."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from leeward.foundation.web.words import hint_of, word
from leeward.policy.assessment.rules.scale import CHOSEN, State

FORMAT = "leeward-assessment-2"
ABOUT, LISTS = "About", "Lists"
TITLE_ROW, HINT_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 4, 5
STATES_NAME = "leeward_states"


class Fact(StrEnum):
    """What the workbook says of itself; each is a defined name, so that it is found wherever its cell is moved."""

    FORMAT = "leeward_format"
    ROUND = "leeward_round"
    MODEL = "leeward_model"
    EDITION = "leeward_edition"
    VOICE = "leeward_voice"
    LANGUAGE = "leeward_language"
    EXPORTED = "leeward_exported"


class Cell(StrEnum):
    """The columns of an area's sheet, by their letters."""

    ID = "A"
    ROW = "B"
    COLUMN = "C"
    TEXT = "D"
    STATE = "E"
    REASON = "F"
    NOTE = "G"
    EVIDENCE_TITLE = "H"
    EVIDENCE_ADDRESS = "I"
    EVIDENCE_DAY = "J"
    EVIDENCE_OWNER = "K"
    HAND = "L"


INPUTS = tuple(Cell)[4:11]
EVIDENCE = tuple(Cell)[7:11]
LAST = Cell.HAND
WIDTHS: Mapping[Cell, int] = dict(zip(Cell, (12, 30, 20, 60, 24, 34, 44, 28, 34, 14, 26, 34), strict=True))


def headings() -> Mapping[Cell, str]:
    """The head of the table in the language that is being spoken; all differ, as a table needs."""
    return {
        Cell.ID: _("Item"),
        Cell.ROW: _("Capability"),
        Cell.COLUMN: _("Column of the model"),
        Cell.TEXT: _("What the model asks for"),
        Cell.STATE: _("Level reached"),
        Cell.REASON: _("Why it does not apply"),
        Cell.NOTE: _("Note"),
        Cell.EVIDENCE_TITLE: _("Evidence: what it is"),
        Cell.EVIDENCE_ADDRESS: _("Evidence: address"),
        Cell.EVIDENCE_DAY: _("Evidence: day"),
        Cell.EVIDENCE_OWNER: _("Evidence: who answers for it"),
        Cell.HAND: _("Who gave the answer"),
    }


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What may stand in a workbook of any language of this installation, folded for comparing."""

    states: Mapping[str, State]
    headings: Mapping[Cell, frozenset[str]]


def vocabulary() -> Vocabulary:
    """Every word for a state, and every heading, in every language; the codes too."""
    states = {fold(state.value): state for state in State}
    for state_words in _in_every_language(lambda: {state: word(state) for state in State}):
        states |= {fold(text): state for state, text in state_words.items()}
    heads = _in_every_language(headings)
    return Vocabulary(states=states, headings={cell: frozenset(fold(each[cell]) for each in heads) for cell in Cell})


def in_every_language(text: str) -> frozenset[str]:
    """One text of the model in every language, folded."""
    return frozenset(fold(each) for each in _in_every_language(lambda: translation.gettext(text)))


def chosen_words() -> list[tuple[str, str]]:
    """What can be chosen, with what it means, in the language that is being spoken."""
    return [(word(state), hint_of(state)) for state in CHOSEN]


def fold(text: str) -> str:
    """A text as it is compared: without case and with single blanks."""
    return " ".join(text.split()).casefold()


def _in_every_language[T](make: Callable[[], T]) -> list[T]:
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(make())
    return found
