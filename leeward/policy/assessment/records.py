"""The model and live evidence as plain records, for JSON: on the command line and on the pages."""

from typing import Any

from leeward.policy.assessment.rules.evidence import NO_VALUE_TEXTS, EvidenceValue
from leeward.policy.assessment.rules.model import Item, Model, Row


def model_record(model: Model) -> dict[str, Any]:
    """The whole model: `rows` in its order, each with its features and items."""
    return {
        "id": model.id,
        "title": model.title,
        "edition": model.edition,
        "source_sha256": model.source_sha256,
        **({"country": model.country} if model.country else {}),
        "areas": [{"id": area.id, "title": area.title, "rows": [row.id for row in area.rows]} for area in model.areas],
        "rows": [row_record(row) for row in model.rows],
    }


def row_record(row: Row) -> dict[str, Any]:
    """One row with its features and items."""
    items = [item_record(item) for item in row.items]
    return {"id": row.id, "title": row.title, "features": list(row.features), "items": items}


def item_record(item: Item) -> dict[str, Any]:
    """One item; what is usual is left out: an inferred column, evidence, a reason to scope out."""
    record: dict[str, Any] = {
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


def evidence_record(found: EvidenceValue) -> dict[str, Any]:
    """One live value with its unit, day, scope and caveat; without a value, why there is none."""
    query = found.query
    return {
        "name": query.name,
        "title": query.title,
        "definition": query.definition,
        "value": found.value,
        **({"no_value": NO_VALUE_TEXTS[found.no_value]} if found.no_value else {}),
        "unit": query.unit.value,
        "date": found.on.isoformat(),
        "scope": query.scope,
        "caveat": query.caveat,
    }
