"""A person's plan to stay safe: their own words, in parts of which each may be left out, and changes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark

LONGEST_PART = 2_000
# After so many days somebody looks at it with them again.
LOOK_AGAIN = timedelta(days=30)


class PlanPart(Labelled):
    """What can stand in a plan, as the person reads it; the hint says what others write there."""

    SIGNS = (
        "signs",
        mark("How I notice that it gets dangerous"),
        "",
        mark("For example: they write all night, or wait outside."),
    )
    HELPS = "helps", mark("What helps me then"), "", mark("For example: I leave the room, I put the phone away.")
    PEOPLE = (
        "people",
        mark("Who I can call or write to"),
        "",
        mark("For example: a friend, a neighbour, and the word that tells them to come."),
    )
    PLACE = "place", mark("Where I can go, and what I take"), "", mark("For example: keys, papers, medicine, money.")
    DEVICE = (
        "device",
        mark("How I keep my phone and my accounts safe"),
        "",
        mark("For example: a new password, written down nowhere at home."),
    )
    MORE = "more", mark("What else matters to me"), "", mark("For example: children, animals, work.")


class PlanState(Labelled):
    """What became of one version, or of a change that the helpline suggests."""

    KEPT = "kept", mark("Theirs"), "green"
    WAITS = "waits", mark("Waits for their word"), "yellow"
    TAKEN = "taken", mark("They took it"), "green"
    LEFT = "left", mark("They left it"), "grey"
    REPLACED = "replaced", mark("We suggested something else"), "grey"


@dataclass(frozen=True, kw_only=True)
class Plan(Kept):
    """Words by part. Of a suggestion the parts alone that it changes, with "" for one that it takes out."""

    texts: Mapping[PlanPart, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.texts.values())

    def apply(self, change: "Plan") -> "Plan":
        """Return the plan with a change; parts stand in their order, and empty ones are left out."""
        told = {**self.texts, **change.texts}
        return Plan(texts={part: told[part] for part in PlanPart if told.get(part, "").strip()})

    def change_to(self, wanted: "Plan") -> "Plan":
        """Return the parts that differ, as they are wanted."""
        return Plan(
            texts={
                part: wanted.texts.get(part, "")
                for part in PlanPart
                if wanted.texts.get(part, "").strip() != self.texts.get(part, "").strip()
            }
        )
