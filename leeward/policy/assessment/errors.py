"""The named errors about the model, its extensions, live evidence, rounds and workbooks."""

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
