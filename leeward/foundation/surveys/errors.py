"""What can be wrong with a questionnaire, a plan, margins or a file of answers.

FieldRefused (of the editing room) with a member of SurveyMistake: `about` names the place and the way out
FileRefused      a file of answers cannot be taken in; `faults` says each line, column, value and what is allowed
AnswersRefused   a sent form holds what its questionnaire does not know: nothing of it is kept
"""

from collections.abc import Sequence
from dataclasses import dataclass

from leeward.foundation.labels import Labelled, mark


class SurveyMistake(Labelled):
    """What can be wrong here, beside what can be wrong with any entry. %(about)s is the place, or what is allowed."""

    MALFORMED = "malformed", mark("This is no questionnaire that can be read: %(about)s")
    FIRST_ASKS_AGE = (
        "first_asks_age",
        mark("The first question must ask for the age group, with at least one answer marked “minor”: %(about)s"),
    )
    CONDITION = "condition", mark("A condition names an earlier question and answers of it: %(about)s")
    PLAN = "plan", mark("The plan cannot be used: %(about)s")
    MARGIN_SUM = "margin_sum", mark("The shares of a margin must add up to 100 per cent: %(about)s")
    MARGIN_UNKNOWN = "margin_unknown", mark("A margin has a share for each answer of its question: %(about)s")
    MARGINS_CROSSED = (
        "margins_crossed",
        mark(
            "A margin cannot be shown by another margin. The weights fit both, so the shares would tell how few people "
            "stand behind them"
        ),
    )
    NOBODY = "nobody", mark("Nobody gave this answer. Join it with another one of its margin: %(about)s")
    UNSETTLED = "unsettled", mark("The weights do not settle. Join answers of this margin, or leave it out: %(about)s")
    WEIGHT = "weight", mark("Each weight must be a number above zero: %(about)s")
    STRATUM = "stratum", mark("A stratum has one cluster alone. Join it with another stratum: %(about)s")
    CODE = "code", mark("Enter small letters, digits or hyphens, a letter first, such as life-2026")
    TAKEN = "taken", mark("Another one has this name. Enter another")
    SAME_HANDS = "same_hands", mark("You drafted this wave. Somebody else must permit it")
    OWN_PROPOSAL = "own_proposal", mark("You made this proposal. Ask a colleague to look at it and to sign it.")
    ENDS = "ends", mark("The permit must last until the wave is over, and the wave must not be over yet")
    LONG_OPEN = "long_open", mark("A wave is open for at most %(about)s days")
    DRAWN = (
        "drawn",
        mark("Whoever answers on this site without a code chose to: say “open to everybody”, and only then"),
    )
    TOO_MANY = "too_many", mark("Enter a number from 1 to %(about)s")
    FULL = "full", mark("This survey has as many answers as it can take")
    LOOK = "look", mark("Read both first, then tick this")
    NO_TABLES = "no_tables", mark("Nothing can be printed: its plan has no table yet")
    SAME_MARGINS = "same_margins", mark("Leave a margin out, or join answers of one")
    TABLE = (
        "table",
        mark("This table stands in the plan already, or shows a question by itself or by what decides who is asked"),
    )
    GROUPS = "groups", mark("These groups do not fit: the first begins at the lowest number, and a table may need them")
    BOUNDS = "bounds", mark("Enter the lowest number of each group, from %(about)s on, such as 0, 1, 5")
    XLSFORM = "xlsform", mark("This form cannot be taken in: %(about)s")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One value that cannot be taken. `line` is the line of the file, the head being the first; `column` its name."""

    line: int
    column: str
    value: str
    allowed: str


class FileRefused(ValueError):
    """A file of answers cannot be taken in, and nothing of it was."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults")


class AnswersRefused(ValueError):
    """What was sent is no set of answers to its questionnaire. The message names the question and no answer."""
