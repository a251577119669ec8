"""The few questions before anything else, and where each answer leads."""

from dataclasses import dataclass
from enum import StrEnum

from leeward.industry.bank.rules import AbuseKind


class AgeAnswer(StrEnum):
    """Whether everybody in the picture was 18 or over when it was taken."""

    ALL_ADULT = "yes"
    NOT_ALL_ADULT = "no"
    NOT_SURE = "not_sure"


class PersonAnswer(StrEnum):
    """Who is in the picture."""

    MYSELF = "myself"
    SOMEONE_I_HELP = "someone"
    SKIPPED = "skip"


class KindAnswer(StrEnum):
    """The kind of abuse. The bank keeps it with the hashes, as "not sure" if it was skipped."""

    SHARED = "shared"
    THREATENED = "threatened"
    FILMED_SECRETLY = "filmed_secretly"
    MADE_BY_AI = "made_by_ai"
    NOT_SURE = "not_sure"
    SKIPPED = "skip"

    @property
    def abuse_kind(self) -> AbuseKind:
        """The bank's word for it."""
        return AbuseKind.NOT_SURE if self is KindAnswer.SKIPPED else AbuseKind(self.value)


class GateStep(StrEnum):
    """The pages of the gate, named as their addresses are."""

    AGE = "age"
    PERSON = "person"
    KIND = "kind"
    PICTURES = "pictures"


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers so far. They are kept only in the person's own cookie."""

    everyone_adult: bool = False
    person: PersonAnswer | None = None
    kind: KindAnswer | None = None


def next_step(answers: Answers) -> GateStep:
    """The first question that is still open."""
    if not answers.everyone_adult:
        return GateStep.AGE
    if answers.person is None:
        return GateStep.PERSON
    if answers.kind is None:
        return GateStep.KIND
    return GateStep.PICTURES
