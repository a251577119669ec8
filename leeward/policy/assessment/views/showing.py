"""What templates of the assessment ask for beside rounds and items themselves: words, levels, views, live evidence."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from leeward.foundation.editing.fields import Words
from leeward.foundation.web.words import hint_of
from leeward.policy.assessment.queries.evidence import run_query
from leeward.policy.assessment.queries.states import ItemState
from leeward.policy.assessment.rules.comparing import Change
from leeward.policy.assessment.rules.evidence import QUERIES, EvidenceValue
from leeward.policy.assessment.rules.features import FEATURES, Feature
from leeward.policy.assessment.rules.model import COLUMN_ORDER
from leeward.policy.assessment.rules.rounds import DRAFT_VOICE, Hand
from leeward.policy.assessment.rules.scale import CHOSEN, LEVELS, WEAK, Standing, State
from leeward.policy.assessment.words import amount, cell_mistake, text_of, voice, what_holds_back, what_is_unknown

__all__ = [
    "CHOSEN",
    "COLUMN_ORDER",
    "WEAK",
    "amount",
    "cell_mistake",
    "text_of",
    "voice",
    "what_holds_back",
    "what_is_unknown",
]

# The levels with what each means, and the two that are none.
LEGEND = (*LEVELS, Standing.UNKNOWN, Standing.NOT_APPLICABLE)
CHANGED = tuple(each for each in Change if each is not Change.SAME)


@dataclass(frozen=True, kw_only=True)
class Voice:
    """Whose answer it is, with its note and its reason, and by whose hand it was given."""

    name: Words
    note: str
    reason: str
    hand: Hand


def level_of(standing: Standing) -> int | None:
    """A standing's number; None for one that is no level."""
    return LEVELS.index(standing) if standing in LEVELS else None


def hints() -> dict[str, str]:
    """What stands below each answer that somebody can choose."""
    return {state.value: hint_of(state) for state in CHOSEN}


def groups(each: ItemState, *, public: bool = False) -> list[tuple[State, list[Voice]]]:
    """Who says what about an item, lowest first, each with its note; for everybody without notes."""
    names = {str(view.body.public_id): view.body.public_name if public else view.body.name for view in each.views}
    said = {str(view.body.public_id): view.answer for view in each.views}
    if each.draft is not None:
        said[DRAFT_VOICE] = each.draft
    return [
        (
            state,
            [
                Voice(
                    name=voice(key, names.get(key, "")),
                    note="" if public else said[key].note,
                    reason=said[key].reason,
                    hand=said[key].hand,
                )
                for key in voices
            ],
        )
        for state, voices in each.spread.groups
    ]


def live(name: str) -> EvidenceValue | None:
    """What a live query finds now; None where this version has no such query."""
    return run_query(name, now=timezone.now()) if name in QUERIES else None


def feature(name: str) -> Feature:
    """A room of Leeward; one that a later version has given up, by its name."""
    return FEATURES.get(name) or Feature(name=name, title=name, module=name)


def action_address(item_id: str) -> str:
    """Where an action is made from an item; "" in an installation without the strategy's pages."""
    try:
        return reverse("strategy:action_from_item", args=[item_id])
    except NoReverseMatch:
        return ""
