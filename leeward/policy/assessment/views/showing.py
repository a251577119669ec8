"""What pages of staff and of everybody show alike: areas as tiles, items with their words, evidence, views."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from leeward.foundation.web.words import word
from leeward.policy.assessment import words
from leeward.policy.assessment.queries.states import AreaState, HeldEvidence, ItemState, RoundState, RowState
from leeward.policy.assessment.rules.model import COLUMN_ORDER
from leeward.policy.assessment.rules.pieces import PieceKind
from leeward.policy.assessment.rules.rounds import DRAFT_VOICE
from leeward.policy.assessment.rules.scale import LEVELS, Standing


def areas_in_words(state: RoundState) -> list[dict[str, Any]]:
    """Every area: its rows as tiles, its distribution, and which rows stand lowest."""
    return [_area(each) for each in state.areas]


def row_in_words(row: RowState) -> dict[str, Any]:
    """A row with where it stands and why."""
    return {
        "id": row.row.id,
        "title": _(row.row.title),
        "standing": words.standing(row.view.standing),
        "holds_back": words.what_holds_back(row.view),
        "unknown": words.what_is_unknown(row.view),
        "left": ", ".join(row.view.left),
        "disputed": sum(each.spread.is_disputed for each in row.items),
        "answered": sum(each.answer is not None for each in row.items if each.is_assessable),
        "total": sum(each.is_assessable for each in row.items),
    }


def item_in_words(each: ItemState, *, day: date) -> dict[str, Any]:
    """An item with its words, its state and its evidence."""
    item = each.item
    return {
        "id": item.id,
        "text": item.text if item.is_own else _(item.text),
        "column": word(item.column),
        "column_code": item.column.value,
        "inferred": item.column_inferred,
        "is_rationale": not each.is_assessable and not item.scoped_out,
        "scoped_out": item.scoped_out,
        "is_own": item.is_own,
        "is_assessable": each.is_assessable,
        "state": words.state(each.state),
        "is_answered": each.answer is not None,
        "reason": each.answer.reason if each.answer else "",
        "note": each.answer.note if each.answer else "",
        "agreed_note": each.agreed.note if each.agreed else "",
        "features": [words.feature_title(name) for name in item.features],
        "pieces": [piece_in_words(piece, day=day) for piece in each.pieces],
        "is_disputed": each.spread.is_disputed,
        "query": item.evidence,
    }


def items_by_column(row: RowState, *, day: date) -> list[dict[str, Any]]:
    """A row's items in the order in which levels are reached, each column with its name."""
    return [
        {
            "title": word(column),
            "code": column.value,
            "items": [item_in_words(each, day=day) for each in row.items if each.item.column is column],
        }
        for column in COLUMN_ORDER
    ]


def piece_in_words(held: HeldEvidence, *, day: date) -> dict[str, Any]:
    """A piece of evidence, and whether it counts on that day."""
    piece = held.piece
    return {
        "public_id": held.public_id,
        "kind": word(piece.kind),
        "title": _(piece.title) if piece.kind is PieceKind.LIVE else piece.title,
        "address": piece.address,
        "digest": piece.digest,
        "value": words.amount(piece.value, piece.unit) if piece.value is not None else "",
        "as_of": piece.as_of,
        "owner": piece.owner,
        "expires_on": piece.expires_on,
        "expired": piece.has_expired_by(day),
    }


def groups_in_words(each: ItemState, *, public: bool = False) -> list[dict[str, Any]]:
    """Who says what about an item, lowest first, each with its note; for everybody without notes."""
    names = {str(view.body.public_id): view.body.public_name if public else view.body.name for view in each.views}
    said = {str(view.body.public_id): view.answer for view in each.views}
    if each.draft is not None:
        said[DRAFT_VOICE] = each.draft
    return [
        {
            "state": words.state(state),
            "voices": [
                {
                    "name": words.voice(voice, names.get(voice, "")),
                    "note": "" if public else said[voice].note,
                    "reason": said[voice].reason,
                }
                for voice in voices
            ],
        }
        for state, voices in each.spread.groups
    ]


def said_in_words(said: Any) -> dict[str, Any]:
    """One answer in an item's history."""
    return {
        "voice": words.voice(said.voice, said.voice),
        "state": words.state(said.state),
        "reason": said.reason,
        "note": said.note,
        "at": said.at,
    }


def legend() -> list[dict[str, Any]]:
    """The levels with what each means, and the two that are none."""
    return [words.standing(each) for each in (*LEVELS, Standing.UNKNOWN, Standing.NOT_APPLICABLE)]


def _area(each: AreaState) -> dict[str, Any]:
    counted = [(standing, number) for standing, number in each.view.counts.items() if number]
    return {
        "id": each.area.id,
        "title": _(each.area.title),
        "rows": [row_in_words(row) for row in each.rows],
        "counts": [{"number": number, **_count(standing)} for standing, number in counted],
        "weakest": ", ".join(each.view.weakest),
    }


def _count(standing: Standing) -> dict[str, Any]:
    """`number` is how many; the level's own number is not shown beside it."""
    found = words.standing(standing)
    return {"text": found["text"], "colour": found["colour"], "code": found["code"]}
