"""The named errors about the model, its extensions, live evidence, rounds and workbooks.

AssessmentError
├── ModelMalformed     a file of the model or of an extension cannot be used; `problems` says where
├── QueryUnknown       there is no live query of this name
├── StepRefused        the round is not at the stage for this, or something is missing; `mistake` says what
├── WorkbookRefused    a file is no workbook of ours, or not of this round; `mistake` says why
└── IncomingUnknown    there is no such workbook waiting, or it was taken over already
"""

from collections.abc import Sequence

from leeward.foundation.labels import Labelled, mark


class AssessmentMistake(Labelled):
    """What can be wrong with a value of a round or in a cell of a workbook, beside what can be wrong with any."""

    DAY_NOT_PAST = "day_not_past", mark("Enter a day from 1990 up to today, such as 2026-11-24.")
    STATE_EARNED = "state_earned", mark("Choose “In place” and add evidence: then it is in place with evidence.")
    REASON_MISSING = "reason_missing", mark("Say why it does not apply in this country.")
    NOTE_MISSING = "note_missing", mark("Bodies differ here. Write down how you came to agree.")
    EXPIRY_OUT_OF_RANGE = (
        "expiry_out_of_range",
        mark("It expires after the day it is about, three years later at the latest."),
    )
    VALUE_OUT_OF_RANGE = "value_out_of_range", mark("Enter a number below a million million.")
    ADDRESS_MALFORMED = (
        "address_malformed",
        mark("Enter a web address such as https://example.org/page, without name and password."),
    )
    DIGEST_MALFORMED = "digest_malformed", mark("Choose the file, or enter its SHA-256: 64 characters of 0–9 and a–f.")
    NAME_TAKEN = "name_taken", mark("Another body has this name. Choose another.")
    TOO_MANY = "too_many", mark("There are as many bodies as there can be.")
    MEMBER_UNKNOWN = "member_unknown", mark("Choose people who have the role of reviewer.")
    MEMBER_ELSEWHERE = (
        "member_elsewhere",
        mark("Somebody you chose speaks for another body already. Take them out there first."),
    )
    FILE_TOO_LARGE = "file_too_large", mark("This file is larger than 200 MB. Enter its SHA-256 instead.")
    SHEET_NOT_READ = "sheet_not_read", mark("This sheet is none of ours and is not read.")
    SHEET_MISSING = "sheet_missing", mark("This sheet is gone. Nothing of its area is changed.")
    TOO_MANY_ROWS = "too_many_rows", mark("What stands below row 1,000 is not read. Move it up into the table.")
    HEAD_CHANGED = (
        "head_changed",
        mark("The columns are not where they were, so nothing of this sheet is read. Put the heads of row 4 back."),
    )
    OUTSIDE = "outside", mark("This stands beside the table and is not taken over. Move it into a yellow cell.")
    FORMULA = "formula", mark("Formulas are not read. Type what it shows.")
    ERROR_CELL = "error_cell", mark("The cell shows an error. Type the answer anew.")
    ITEM_UNKNOWN = (
        "item_unknown",
        mark("This round has no such item. Put the code back as it was in the file you were given."),
    )
    ITEM_TWICE = (
        "item_twice",
        mark("This item stands here more than once, so none is taken over. Keep one of the lines."),
    )
    ITEM_ELSEWHERE = (
        "item_elsewhere",
        mark("This item belongs to the sheet of its first letter. Move the line back there."),
    )
    TEXT_OF_ANOTHER = (
        "text_of_another",
        mark(
            "The text beside this code is that of the item named here; one column was moved without the other. "
            "Put the codes and texts back as they were."
        ),
    )
    STATE_MISSING = "state_missing", mark("There is a note or a reason but no answer. Choose one, or empty the note.")
    STATE_UNKNOWN = "state_unknown", mark("This is no answer from the list. Choose one.")
    REASON_NOT_NEEDED = (
        "reason_not_needed",
        mark("A reason is only for what does not apply here. Move it to the note, or choose that answer."),
    )


class AssessmentError(Exception):
    """Anything that is refused in the assessment; catch this one to catch them all."""


class ModelMalformed(AssessmentError, ValueError):
    """A file of the model, or of a country's extension, cannot be used.

    `problems` are pairs: the place in the file, and what is wrong there with how to mend it.
    """

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{place}: {text}" for place, text in self.problems))


class QueryUnknown(AssessmentError):
    """There is no live query of this name."""


class StepRefused(AssessmentError):
    """The round is not at the stage for this, or something is missing; `mistake` names what, `items` where."""

    def __init__(self, mistake: str, *, items: Sequence[str] = ()) -> None:
        self.mistake, self.items = mistake, tuple(items)
        super().__init__(f"{mistake} {' '.join(items)}".strip())


class WorkbookRefused(AssessmentError):
    """A file is no workbook of ours, or not of this round; `mistake` names why, `facts` what it says instead."""

    def __init__(self, mistake: str, **facts: str) -> None:
        self.mistake, self.facts = mistake, facts
        super().__init__(f"{mistake} {facts or ''}".strip())


class IncomingUnknown(AssessmentError):
    """There is no such workbook waiting, or it was taken over already."""
