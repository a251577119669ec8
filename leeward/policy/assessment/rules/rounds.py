"""A round's way from draft to published, the bodies that take part, and what their views have in common.

Views are never averaged: where bodies differ, people talk, agree on a state, and write down why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leeward.foundation.labels import Labelled, mark
from leeward.policy.assessment.rules.scale import PLACES, State

TITLE_LENGTH, NAME_LENGTH, NOTE_LENGTH, REASON_LENGTH = 120, 120, 2_000, 500
ID_LENGTH, REFERENCE_LENGTH, CODE_LENGTH = 24, 40, 24
BODIES_MOST, MEMBERS_MOST = 40, 50
DRAFT_VOICE = "draft"
LEAF_KIND = "assessment-round"  # of the public log


class Stage(Labelled):
    """Where a round is."""

    DRAFT = "draft", mark("Draft"), "grey"
    REVIEW = "review", mark("In review"), "yellow"
    AGREED = "agreed", mark("Agreed"), "blue"
    PUBLISHED = "published", mark("Published"), "green"
    PRIVATE = "private", mark("Kept private"), "teal"
    DROPPED = "dropped", mark("Dropped"), "red"


class RoundStep(Labelled):
    """What moves a round from one stage to the next."""

    MAKE = "make", mark("Round created")
    OPEN_REVIEW = (
        "open_review",
        mark("Open the review"),
        "",
        mark(
            "The draft can no longer be changed. Each body that takes part gives its own view, and sees the "
            "others’ after it has finished."
        ),
    )
    AGREE = (
        "agree",
        mark("Agree on the round"),
        "",
        mark(
            "Where nobody differs, what all say becomes what is agreed. Where somebody does, you must have "
            "agreed on it by hand. What nobody knows is agreed as not known."
        ),
    )
    REOPEN = (
        "reopen",
        mark("Open the review again"),
        "",
        mark("Bodies can change their views again. What was agreed stays, and can be agreed anew."),
    )
    PUBLISH = (
        "publish",
        mark("Publish"),
        "",
        mark(
            "Everybody can read what is agreed, what each body said (without its notes), and the evidence. "
            "This cannot be undone: a correction is a new round."
        ),
    )
    KEEP_PRIVATE = (
        "keep_private",
        mark("Keep private"),
        "",
        mark("Only policy officers and the bodies of this round see it. It can be published later."),
    )
    DROP = (
        "drop",
        mark("Drop the round"),
        "",
        mark("Nobody works on it any more. It stays in the list of dropped rounds, with your reason."),
    )


STEPS: Mapping[RoundStep, tuple[frozenset[Stage], Stage]] = {
    RoundStep.OPEN_REVIEW: (frozenset({Stage.DRAFT}), Stage.REVIEW),
    RoundStep.AGREE: (frozenset({Stage.REVIEW}), Stage.AGREED),
    RoundStep.REOPEN: (frozenset({Stage.AGREED, Stage.PRIVATE}), Stage.REVIEW),
    RoundStep.PUBLISH: (frozenset({Stage.AGREED, Stage.PRIVATE}), Stage.PUBLISHED),
    RoundStep.KEEP_PRIVATE: (frozenset({Stage.AGREED}), Stage.PRIVATE),
    RoundStep.DROP: (frozenset({Stage.DRAFT, Stage.REVIEW}), Stage.DROPPED),
}
NEEDS_WORDS = frozenset({RoundStep.REOPEN, RoundStep.DROP})  # whoever undoes something says why
SETTLED = frozenset({Stage.AGREED, Stage.PUBLISHED, Stage.PRIVATE})  # what is agreed counts, not the draft


class Sector(Labelled):
    """Of what kind a body is."""

    POLICE = "police", mark("Police")
    PROSECUTORS = "prosecutors", mark("Prosecutors")
    COURTS = "courts", mark("Courts")
    GOVERNMENT = "government", mark("Government")
    REGULATOR = "regulator", mark("Regulator")
    NGO = "ngo", mark("Non-governmental organisation")
    SURVIVORS = "survivors", mark("Survivors’ group")
    INDUSTRY = "industry", mark("Industry")
    HEALTH = "health", mark("Health")
    ACADEMIA = "academia", mark("Academia")
    MEDIA = "media", mark("Media")


class ScoreKind(StrEnum):
    """Whose a score is: the secretariat's first draft, a body's view, or what was agreed in the end."""

    DRAFT = "draft"
    BODY = "body"
    AGREED = "agreed"


class Hand(Labelled):
    """By whose hand an answer of a body was given. What the secretariat enters waits until the body confirms it."""

    OWN = "own", mark("Given by the body itself"), "grey"
    SECRETARIAT = "secretariat", mark("Entered by the secretariat, not confirmed"), "orange"
    CONFIRMED = "confirmed", mark("Entered by the secretariat, confirmed by the body"), "teal"


def steps_from(stage: Stage) -> tuple[RoundStep, ...]:
    """What can be done with a round at this stage."""
    return tuple(step for step, (origins, _goal) in STEPS.items() if stage in origins)


def may_score(stage: Stage, source: ScoreKind) -> bool:
    """Whether a score of this kind can be given now: the draft while drafting, views and agreement in review."""
    return stage is (Stage.DRAFT if source is ScoreKind.DRAFT else Stage.REVIEW)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What several voices say about one item: who says what, lowest first, and whether that differs.

    `common` is the state that all share who have one; None where they differ or nobody knows.
    """

    groups: tuple[tuple[State, tuple[str, ...]], ...]
    common: State | None
    is_disputed: bool


def spread_of(views: Mapping[str, State]) -> Spread:
    """Put the voices that say the same together. Who does not know, does not contradict; "does not apply" does."""
    order = [*PLACES, State.NOT_APPLICABLE, State.UNKNOWN]
    groups = tuple(
        (state, tuple(sorted(voice for voice, said in views.items() if said is state)))
        for state in order
        if state in views.values()
    )
    said = [state for state, _voices in groups if state is not State.UNKNOWN]
    return Spread(groups=groups, common=said[0] if len(said) == 1 else None, is_disputed=len(said) > 1)


def unsettled(
    item_ids: Sequence[str], *, views: Mapping[str, Mapping[str, State]], agreed: Mapping[str, State]
) -> tuple[str, ...]:
    """The items on which voices differ and nothing has been agreed yet."""
    return tuple(each for each in item_ids if each not in agreed and spread_of(views.get(each, {})).is_disputed)
