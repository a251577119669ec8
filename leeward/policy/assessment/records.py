"""The model and live evidence as plain records, for JSON: on the command line and on the pages.

A published round speaks the language that is active: the model's texts are translated, while ids, codes and whatever
people here wrote stay as they are.
"""

from datetime import date

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leeward.foundation.records import Record
from leeward.policy.assessment.queries.states import ItemState, RoundState, RowState
from leeward.policy.assessment.rules.evidence import EvidenceValue
from leeward.policy.assessment.rules.model import Item, Row
from leeward.policy.assessment.rules.pieces import Piece
from leeward.policy.assessment.rules.rounds import Hand
from leeward.policy.assessment.words import text_of


def row_record(row: Row) -> Record:
    """One row with its features and items."""
    items = [item_record(item) for item in row.items]
    return {"id": row.id, "title": row.title, "features": list(row.features), "items": items}


def item_record(item: Item) -> Record:
    """One item; what is usual is left out: an inferred column, evidence, a reason to scope out."""
    record: Record = {
        "id": item.id,
        "text": item.text,
        "kind": item.kind.value,
        "column": item.column.value,
        "features": list(item.features),
    }
    if item.column_inferred:
        record["column_inferred"] = True
    if item.evidence:
        record["evidence"] = item.evidence
    if item.scoped_out:
        record["scoped_out"] = item.scoped_out
    if item.is_own:
        record["own"] = True
    return record


def evidence_record(found: EvidenceValue) -> Record:
    """One live value with its unit, day, scope and caveat; without a value, why there is none."""
    query = found.query
    return {
        "name": query.name,
        "title": query.title,
        "definition": query.definition,
        "value": found.value,
        **({"no_value": found.no_value.label} if found.no_value else {}),
        "unit": query.unit.value,
        "date": found.on.isoformat(),
        "scope": query.scope,
        "caveat": query.caveat,
    }


def round_record(state: RoundState) -> Record:
    """A published round for programs: each row's standing, each item's state, and nothing that adds rows up."""
    return {
        "id": str(state.public_id),
        "language": get_language() or settings.LANGUAGE_CODE,
        "title": state.title,
        "held_on": state.held_on.isoformat(),
        "agreed_on": state.day.isoformat(),
        "model": state.model.id,
        "edition": state.edition,
        "bodies": [
            {
                "name": each.public_name,
                "sector": each.sector.value,
                "entered_by_secretariat": sorted((*each.unconfirmed, *each.confirmed)),
                "not_confirmed": list(each.unconfirmed),
            }
            for each in state.participants
        ],
        "areas": [
            {
                "id": area.area.id,
                "title": _(area.area.title),
                "rows_by_standing": {standing.value: number for standing, number in area.view.counts.items() if number},
                "weakest": list(area.view.weakest),
                "rows": [_state_record(row, day=state.day) for row in area.rows],
            }
            for area in state.areas
        ],
    }


def _state_record(row: RowState, *, day: date) -> Record:
    return {
        "id": row.row.id,
        "title": _(row.row.title),
        "standing": row.view.standing.value,
        "level": row.view.level,
        "could_be": row.view.ceiling.value,
        "waits_for": list(row.view.holding_back),
        "unknown": list(row.view.unknown),
        "does_not_apply": list(row.view.left),
        "items": [
            {
                **item_record(each.item),
                "text": text_of(each.item),
                **({"state": each.state.value} if each.is_assessable else {}),
                **({"reason": each.answer.reason} if each.answer and each.answer.reason else {}),
                **({"note": each.agreed.note} if each.agreed and each.agreed.note else {}),
                "evidence_shown": [_piece_record(held.piece, day=day) for held in each.pieces],
                "said": [
                    {
                        "by": view.body.public_name,
                        "state": view.answer.state.value,
                        "given": view.answer.hand.value,
                    }
                    for view in each.views
                ]
                if each.spread.is_disputed
                else [],
            }
            for each in row.items
        ],
    }


def _bodies(each: ItemState, *hands: Hand) -> str:
    """The bodies for which an answer to this item was given by one of these hands."""
    return "; ".join(view.body.public_name for view in each.views if view.answer.hand in hands)


def _piece_record(piece: Piece, *, day: date) -> Record:
    return {
        "kind": piece.kind.value,
        "title": piece.title,
        "as_of": piece.as_of.isoformat(),
        "expires_on": piece.expires_on.isoformat(),
        "counts": piece.counts_on(day),
        "owner": piece.owner,
        **({"address": piece.address} if piece.address else {}),
        **({"sha256": piece.digest} if piece.digest else {}),
        **({"query": piece.query} if piece.query else {}),
        **({"value": str(piece.value.normalize()), "unit": piece.unit} if piece.value is not None else {}),
    }


def round_rows(state: RoundState) -> list[Record]:
    """A published round as a table: one line an item."""
    return [
        {
            "area": area.area.id,
            "row": row.row.id,
            "row_standing": row.view.standing.value,
            "item": each.item.id,
            "column": each.item.column.value,
            "column_inferred": "yes" if each.item.column_inferred else "no",
            "text": text_of(each.item),
            "state": each.state.value if each.is_assessable else "not_assessed",
            "reason": each.item.scoped_out or (each.answer.reason if each.answer else ""),
            "note": each.agreed.note if each.agreed else "",
            "entered_by_secretariat": _bodies(each, Hand.SECRETARIAT, Hand.CONFIRMED),
            "not_confirmed": _bodies(each, Hand.SECRETARIAT),
            "evidence": "; ".join(held.piece.address or held.piece.title for held in each.pieces),
            "evidence_in_date": sum(held.piece.counts_on(state.day) for held in each.pieces),
        }
        for area in state.areas
        for row in area.rows
        for each in row.items
    ]
