"""The named errors about the model, its extensions, live evidence, rounds and workbooks.

AssessmentError
├── ModelMalformed     a file of the model or of an extension cannot be used; `problems` says where
├── ItemUnknown        the model, or the round, has no such item or row
├── QueryUnknown       there is no live query of this name
├── FieldRefused       a value cannot be kept; `field` says which, `mistake` why
├── RoundUnknown       there is no such round, or nothing of it that this viewer may see
├── BodyUnknown        there is no such body, or it does not take part
├── PieceUnknown       there is no such piece of evidence, or it was taken back
├── StepRefused        the round is not at the stage for this, or something is missing; `mistake` says what
├── WorkbookRefused    a file is no workbook of ours, or not of this round; `mistake` says why
└── IncomingUnknown    there is no such workbook waiting, or it was taken over already
"""

from collections.abc import Sequence


class AssessmentError(Exception):
    """Anything that is refused in the assessment; catch this one to catch them all."""


class ModelMalformed(AssessmentError, ValueError):
    """A file of the model, or of a country's extension, cannot be used.

    `problems` are pairs: the place in the file, and what is wrong there with how to mend it.
    """

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{place}: {text}" for place, text in self.problems))


class ItemUnknown(AssessmentError):
    """The model, or the round, has no such item or row."""


class QueryUnknown(AssessmentError):
    """There is no live query of this name."""


class FieldRefused(AssessmentError, ValueError):
    """A value cannot be kept; `field` says where to mend it, `mistake` names what is wrong."""

    def __init__(self, field: str, mistake: str) -> None:
        self.field, self.mistake = field, mistake
        super().__init__(f"{field}: {mistake}")


class RoundUnknown(AssessmentError):
    """There is no such round, or nothing of it that this viewer may see: one answer for both."""


class BodyUnknown(AssessmentError):
    """There is no such body, or it does not take part in the round."""


class PieceUnknown(AssessmentError):
    """There is no such piece of evidence, or it was taken back."""


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
