"""Reads the model that ships and a country's extension of it; every mistake is named with its place and its cure.

The extension is a YAML file like this (all but `extends` and `country` may be left out):

    extends: {id: aoh-nrm, edition: 1}
    country: Fairhaven
    prefix: FH
    adds:
      - {id: FH-V3.E1, text: The helpline answers in sign language too., features: [helpline.advice]}
    scoped_out:
      - {id: C1.B4, reason: Our constitution forbids public lists of offenders.}
"""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from leeward.policy.assessment.rules.evidence import QUERIES
from leeward.policy.assessment.rules.features import FEATURES
from leeward.policy.assessment.rules.model import (
    COLUMN_LETTERS,
    Area,
    Column,
    EditionStep,
    Item,
    ItemPurpose,
    Model,
    Row,
)
from leeward.policy.assessment.rules.reading import QUERY_NAME, TITLE_LENGTH, Reader, read_yaml

SHIPPED = Path(__file__).parents[1] / "data" / "model.yaml"
AREA_ID, ROW_ID = re.compile(r"[PCVIMS]"), re.compile(r"[PCVIMS][1-9]")
ITEM_ID = re.compile(r"[PCVIMS][1-9]\.[OBE][1-9][0-9]?")
OWN_ID = re.compile(r"(?P<prefix>[A-Z]{2,6})-(?P<row>[PCVIMS][1-9])\.(?P<column>[OBE])[1-9][0-9]?")
PREFIX, MODEL_ID, SHA256 = re.compile(r"[A-Z]{2,6}"), re.compile(r"[a-z][a-z0-9-]{1,30}"), re.compile(r"[0-9a-f]{64}")
COLUMN_OF = {letter: column for column, letter in COLUMN_LETTERS.items()}
ITEM_KEYS = ("id", "column", "column_inferred", "kind", "text", "features", "evidence")
OWN_KEYS = ("id", "kind", "text", "features", "evidence")


@dataclass(frozen=True, kw_only=True)
class Extension:
    """What one country adds to an edition of the model, and what it scopes out: pairs of an id and a reason."""

    model_id: str
    edition: int
    country: str
    prefix: str = ""
    adds: tuple[Item, ...] = ()
    scoped_out: tuple[tuple[str, str], ...] = ()


@functools.cache
def shipped_model() -> Model:
    """The model that ships with Leeward."""
    return read_model(SHIPPED.read_text(encoding="utf-8"))


def read_model(text: str) -> Model:
    """Read a whole model. Raises ModelMalformed, which names every place."""
    reader = Reader()
    content = reader.mapping(read_yaml(text), "the file", known=("model", "areas", "steps"))
    about = reader.mapping(content.get("model"), "model", known=("id", "title", "edition", "source_sha256"))
    model = Model(
        id=reader.matching(about, "id", "model", pattern=MODEL_ID),
        title=reader.text(about, "title", "model", most=TITLE_LENGTH),
        edition=reader.number(about, "edition", "model"),
        source_sha256=reader.matching(about, "source_sha256", "model", pattern=SHA256),
        areas=tuple(_area(reader, each, place) for place, each in reader.entries(content.get("areas"), "areas")),
        steps=tuple(_step(reader, each, place) for place, each in reader.entries(content.get("steps", []), "steps")),
    )
    _check_ids(reader, model)
    _check_steps(reader, model)
    reader.finish()
    return model


def read_extension(text: str, *, model: Model) -> Extension:
    """Read a country's extension of `model`. Raises ModelMalformed, which names every place."""
    reader = Reader()
    keys = ("extends", "country", "prefix", "adds", "scoped_out")
    content = reader.mapping(read_yaml(text), "the file", known=keys)
    extends = reader.mapping(content.get("extends"), "extends", known=("id", "edition"))
    prefix = reader.matching(content, "prefix", "the file", pattern=PREFIX) if "prefix" in content else ""
    extension = Extension(
        model_id=reader.matching(extends, "id", "extends", pattern=MODEL_ID),
        edition=reader.number(extends, "edition", "extends"),
        country=reader.text(content, "country", "the file", most=TITLE_LENGTH),
        prefix=prefix,
        adds=tuple(_own(reader, each, place) for place, each in reader.entries(content.get("adds", []), "adds")),
        scoped_out=tuple(
            _scope(reader, each, place) for place, each in reader.entries(content.get("scoped_out", []), "scoped_out")
        ),
    )
    _check_extension(reader, extension, model)
    reader.finish()
    return extension


def extend(model: Model, extension: Extension) -> Model:
    """The model as one country uses it: every shipped item in its place, its own after those of the same row."""
    reasons = dict(extension.scoped_out)

    def row_of(row: Row) -> Row:
        own = tuple(item for item in extension.adds if _row_of(item.id) == row.id)
        items = tuple(replace(item, scoped_out=reasons.get(item.id, "")) for item in row.items)
        return replace(row, items=(*items, *own))

    areas = tuple(replace(area, rows=tuple(map(row_of, area.rows))) for area in model.areas)
    return replace(model, areas=areas, country=extension.country, prefix=extension.prefix)


def _area(reader: Reader, value: object, place: str) -> Area:
    values = reader.mapping(value, place, known=("id", "title", "rows"))
    return Area(
        id=reader.matching(values, "id", place, pattern=AREA_ID),
        title=reader.text(values, "title", place, most=TITLE_LENGTH),
        rows=tuple(_row(reader, each, spot) for spot, each in reader.entries(values.get("rows"), f"{place}, rows")),
    )


def _row(reader: Reader, value: object, place: str) -> Row:
    values = reader.mapping(value, place, known=("id", "title", "items"))
    return Row(
        id=reader.matching(values, "id", place, pattern=ROW_ID),
        title=reader.text(values, "title", place, most=TITLE_LENGTH),
        items=tuple(_item(reader, each, spot) for spot, each in reader.entries(values.get("items"), f"{place}, items")),
    )


def _item(reader: Reader, value: object, place: str) -> Item:
    values = reader.mapping(value, place, known=ITEM_KEYS)
    return Item(
        id=reader.matching(values, "id", place, pattern=ITEM_ID),
        column=reader.choice(values, "column", place, among=Column),
        column_inferred=reader.flag(values, "column_inferred", place),
        kind=reader.choice(values, "kind", place, among=ItemPurpose),
        text=reader.text(values, "text", place),
        features=reader.names(values, "features", place, among=FEATURES),
        evidence=_query(reader, values, place),
    )


def _own(reader: Reader, value: object, place: str) -> Item:
    values = {"kind": ItemPurpose.REQUIREMENT.value, **reader.mapping(value, place, known=OWN_KEYS)}
    item_id = reader.matching(values, "id", place, pattern=OWN_ID)
    parts = OWN_ID.fullmatch(item_id)
    return Item(
        id=item_id,
        column=COLUMN_OF[parts["column"]] if parts else Column.ESSENTIAL,
        kind=reader.choice(values, "kind", place, among=ItemPurpose),
        text=reader.text(values, "text", place),
        features=reader.names(values, "features", place, among=FEATURES),
        evidence=_query(reader, values, place),
        is_own=True,
    )


def _query(reader: Reader, values: Mapping[str, object], place: str) -> str:
    if "evidence" not in values:
        return ""
    name = reader.matching(values, "evidence", place, pattern=QUERY_NAME)
    if name and name not in QUERIES:
        reader.note(f"{place}, evidence", f"names {name!r}, which is no live query; `leeward evidence` lists them.")
    return name


def _scope(reader: Reader, value: object, place: str) -> tuple[str, str]:
    values = reader.mapping(value, place, known=("id", "reason"))
    return reader.matching(values, "id", place, pattern=ITEM_ID), reader.text(values, "reason", place)


def _step(reader: Reader, value: object, place: str) -> EditionStep:
    values = reader.mapping(value, place, known=("from_edition", "to_edition", "heirs"))
    heirs = values.get("heirs", {})
    if not isinstance(heirs, dict) or not all(isinstance(each, list) for each in heirs.values()):
        reader.note(f"{place}, heirs", "must give each old id the list of its new ids; an empty list ends it.")
        heirs = {}
    return EditionStep(
        from_edition=reader.number(values, "from_edition", place),
        to_edition=reader.number(values, "to_edition", place),
        heirs=tuple((str(old), tuple(map(str, new))) for old, new in heirs.items()),
    )


def _check_ids(reader: Reader, model: Model) -> None:
    ids = [area.id for area in model.areas] + [row.id for row in model.rows] + [item.id for item in model.items]
    for repeated in _repeated(ids):
        reader.note(repeated, "stands in the file more than once; ids are never used again.")
    for area in model.areas:
        for row in area.rows:
            if row.id[:1] != area.id:
                reader.note(row.id, f"stands in area {area.id}; the first letter of a row is its area's.")
            for item in row.items:
                if item.id.partition(".")[0] != row.id:
                    reader.note(item.id, f"stands in row {row.id}; an item's id begins with its row's.")
                if item.id and item.id.partition(".")[2][:1] != COLUMN_LETTERS[item.column]:
                    reader.note(item.id, f"stands in the column {item.column}; its letter must say so.")


def _check_steps(reader: Reader, model: Model) -> None:
    if [step.from_edition for step in model.steps] != list(range(1, model.edition)):
        reader.note("steps", f"edition {model.edition} needs one step from each edition before it, in order.")
    for step in model.steps:
        if step.to_edition != step.from_edition + 1:
            reader.note("steps", f"a step from edition {step.from_edition} leads to {step.from_edition + 1}.")
    known = {item.id for item in model.items}
    if model.steps:
        for old, heirs in model.steps[-1].heirs:
            for heir in heirs:
                if heir not in known:
                    reader.note("steps", f"{old} becomes {heir!r}, which this edition does not have.")


def _check_extension(reader: Reader, extension: Extension, model: Model) -> None:
    if (extension.model_id, extension.edition) != (model.id, model.edition):
        reader.note(
            "extends",
            f"is {extension.model_id!r} edition {extension.edition}; this Leeward has {model.id!r} edition "
            f"{model.edition}. Carry the file over with the model's steps, then name this edition.",
        )
    if extension.adds and not extension.prefix:
        reader.note("prefix", "is missing; a country's own items bear its prefix, such as FH.")
    rows, ids = {row.id for row in model.rows}, {item.id for item in model.items}
    for item in extension.adds:
        parts = OWN_ID.fullmatch(item.id)
        if parts and parts["prefix"] != extension.prefix:
            reader.note(item.id, f"must begin with {extension.prefix}-, the prefix of this file.")
        if parts and parts["row"] not in rows:
            reader.note(item.id, f"belongs to row {parts['row']}, which the model does not have.")
    for repeated in _repeated([*(item.id for item in extension.adds), *(each for each, _ in extension.scoped_out)]):
        reader.note(repeated, "stands in the file more than once; keep one.")
    for item_id, _reason in extension.scoped_out:
        if item_id and item_id not in ids:
            reader.note(item_id, "is scoped out, but the model has no such item; correct the id.")


def _row_of(item_id: str) -> str:
    return item_id.rpartition("-")[2].partition(".")[0]


def _repeated(ids: Sequence[str]) -> Iterator[str]:
    yield from sorted({each for each in ids if each and ids.count(each) > 1})
