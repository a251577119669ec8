"""The one question before anything else."""

from enum import StrEnum


class AgeAnswer(StrEnum):
    """Whether everybody in the picture was 18 or over when it was taken."""

    ALL_ADULT = "yes"
    NOT_ALL_ADULT = "no"
    NOT_SURE = "not_sure"
