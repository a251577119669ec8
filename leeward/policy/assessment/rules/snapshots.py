"""Reads back the model that a round keeps: the round stays with the edition, and the extension, it was made in."""

from collections.abc import Mapping
from typing import Any

from leeward.policy.assessment.rules.model import Area, Column, Item, Kind, Model, Row


def read_snapshot(record: Mapping[str, Any]) -> Model:
    """The model as `records.model_record` wrote it."""
    rows = {each["id"]: _row(each) for each in record["rows"]}
    areas = tuple(
        Area(id=area["id"], title=area["title"], rows=tuple(rows[row_id] for row_id in area["rows"]))
        for area in record["areas"]
    )
    return Model(
        id=record["id"],
        title=record["title"],
        edition=record["edition"],
        source_sha256=record["source_sha256"],
        areas=areas,
        country=record.get("country", ""),
    )


def _row(record: Mapping[str, Any]) -> Row:
    return Row(id=record["id"], title=record["title"], items=tuple(map(_item, record["items"])))


def _item(record: Mapping[str, Any]) -> Item:
    return Item(
        id=record["id"],
        column=Column(record["column"]),
        kind=Kind(record["kind"]),
        text=record["text"],
        features=tuple(record["features"]),
        evidence=record.get("evidence", ""),
        column_inferred=record.get("column_inferred", False),
        scoped_out=record.get("scoped_out", ""),
        is_own=record.get("own", False),
    )
