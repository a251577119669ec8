"""Reads a workbook that came back. Whatever is wrong is named by its cell; the rest can be used."""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import Workbook
from pydantic import TypeAdapter

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.workbooks import UNREADABLE, NotOpened, open_workbook
from leeward.policy.assessment.errors import AssessmentMistake, WorkbookRefused
from leeward.policy.assessment.rules.entries import NewPiece, NewScore, check_piece, check_score
from leeward.policy.assessment.rules.levels import is_assessable
from leeward.policy.assessment.rules.model import Item, Model
from leeward.policy.assessment.rules.pieces import PieceKind
from leeward.policy.assessment.rules.scale import State
from leeward.policy.assessment.workbook.layout import (
    ABOUT,
    EVIDENCE,
    FORMAT,
    HEAD_ROW,
    INPUTS,
    LISTS,
    Cell,
    Fact,
    Vocabulary,
    fold,
    in_every_language,
    vocabulary,
)

ROWS_MOST, COLUMNS_MOST = 1_000, 20
PROBLEMS_MOST = 500
ERROR_CELL, FORMULA_CELL = "e", "f"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIELD_CELLS = {
    "state": Cell.STATE,
    "reason": Cell.REASON,
    "note": Cell.NOTE,
    "title": Cell.EVIDENCE_TITLE,
    "address": Cell.EVIDENCE_ADDRESS,
    "as_of": Cell.EVIDENCE_DAY,
    "owner": Cell.EVIDENCE_OWNER,
}


@dataclass(frozen=True, kw_only=True)
class About:
    """What the workbook says of itself."""

    round: str
    model: str
    edition: str
    voice: str
    language: str
    exported_at: datetime


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong in one cell. `said` is what stands there, shortened; `about` fills the words of the mistake."""

    place: str
    mistake: str
    said: str = ""
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one line of a table says: an answer, a piece of evidence, or both."""

    place: str
    item_id: str
    score: NewScore | None
    piece: NewPiece | None


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a workbook says, as it is kept. `missing`: items whose line is gone from a sheet that was read."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]


CONTENTS = TypeAdapter(Content)


@dataclass(frozen=True, kw_only=True)
class Returned(Content):
    """A whole workbook, with what it says of itself."""

    about: About


@dataclass(kw_only=True)
class _Reader:
    model: Model
    today: date
    vocabulary: Vocabulary
    owners: Mapping[str, str]
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def note(self, place: str, mistake: str, said: str = "", *, about: str = "") -> None:
        if len(self.problems) < PROBLEMS_MOST:
            self.problems.append(Problem(place=place, mistake=mistake, said=said[:80], about=about))


def read_workbook(data: bytes, *, model: Model, today: date, now: datetime) -> Returned:
    """Read a whole file. Raises WorkbookRefused where it is no workbook of ours."""
    try:
        book = open_workbook(data)
    except NotOpened as error:
        raise WorkbookRefused(error.why.value) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            about = _about(book, now=now)
            reader = _Reader(model=model, today=today, vocabulary=vocabulary(), owners=_owners(model))
            _sheets(reader, book)
    except UNREADABLE as error:
        raise WorkbookRefused("not_a_workbook") from error
    finally:
        book.close()
    expected = [
        item.id
        for area in model.areas
        if area.id in reader.read
        for row in area.rows
        for item in row.items
        if is_assessable(item)
    ]
    return Returned(
        about=about,
        entries=tuple(reader.entries),
        problems=tuple(reader.problems),
        missing=tuple(each for each in expected if each not in reader.seen),
    )


def _about(book: Workbook, *, now: datetime) -> About:
    facts = {fact: _fact(book, fact) for fact in Fact}
    if facts[Fact.FORMAT] != FORMAT:
        raise WorkbookRefused("other_format" if facts[Fact.FORMAT] else "not_ours")
    try:
        exported_at = datetime.fromisoformat(facts[Fact.EXPORTED])
    except ValueError as error:
        raise WorkbookRefused("about_changed", fact=Fact.EXPORTED.value) from error
    exported_at = exported_at if exported_at.tzinfo else exported_at.replace(tzinfo=UTC)
    if exported_at > now:
        raise WorkbookRefused("about_changed", fact=Fact.EXPORTED.value)
    return About(
        round=facts[Fact.ROUND],
        model=facts[Fact.MODEL],
        edition=facts[Fact.EDITION],
        voice=facts[Fact.VOICE],
        language=facts[Fact.LANGUAGE],
        exported_at=exported_at,
    )


def _fact(book: Workbook, fact: Fact) -> str:
    name = book.defined_names.get(fact.value)
    for sheet, place in name.destinations if name is not None else ():
        if sheet in book.sheetnames and ":" not in place:
            cell = book[sheet][place.replace("$", "")]
            return "" if cell.value is None or cell.data_type == FORMULA_CELL else str(cell.value).strip()
    return ""


def _owners(model: Model) -> Mapping[str, str]:
    """Which item a text belongs to, in every language: a sort of one column alone is found by it."""
    return {text: item.id for item in model.items for text in in_every_language(item.text)}


def _sheets(reader: _Reader, book: Workbook) -> None:
    areas = {area.id for area in reader.model.areas}
    for name in book.sheetnames:
        if name in areas:
            _sheet(reader, name, book[name])
        elif name not in (ABOUT, LISTS):
            reader.note(name, "sheet_not_read")
    for name in sorted(areas - set(book.sheetnames)):
        reader.note(name, "sheet_missing")


def _sheet(reader: _Reader, name: str, sheet: Any) -> None:
    for number, cells in enumerate(sheet.iter_rows(max_row=ROWS_MOST + 1, max_col=COLUMNS_MOST), start=1):
        if number > ROWS_MOST:
            if any(cell.value is not None for cell in cells):
                reader.note(f"{name}!A{number}", "too_many_rows")
            return
        if number == HEAD_ROW:
            if not _check_head(reader, name, cells):
                return
            reader.read.add(name)
        if number > HEAD_ROW and any(cell.value is not None for cell in cells):
            _line(reader, name, number, cells)


def _check_head(reader: _Reader, name: str, cells: Any) -> bool:
    """Whether the columns still stand where they stood; nothing of a sheet is read where they do not."""
    for letter, cell in zip(Cell, cells, strict=False):
        if fold(str(cell.value or "")) not in reader.vocabulary.headings[letter]:
            reader.note(f"{name}!{letter.value}{HEAD_ROW}", "head_changed", str(cell.value or ""))
            return False
    return True


def _line(reader: _Reader, name: str, number: int, cells: Any) -> None:
    texts: dict[Cell, str] = {}
    failed = False
    for place, cell in enumerate(cells):
        where = f"{name}!{LETTERS[place]}{number}"
        if place >= len(Cell):
            if cell.value is not None:
                reader.note(where, "outside", str(cell.value))
            continue
        letter = tuple(Cell)[place]
        if cell.data_type in (FORMULA_CELL, ERROR_CELL) and cell.value is not None:
            if letter in INPUTS or letter is Cell.ID:
                reader.note(where, "formula" if cell.data_type == FORMULA_CELL else "error_cell")
                failed = True
            continue
        texts[letter] = _text(cell.value)
    item = _known(reader, name, number, texts)
    if item is not None and not failed:
        _take(reader, name, number, item, texts)


def _known(reader: _Reader, name: str, number: int, texts: Mapping[Cell, str]) -> Item | None:
    """The item that a line is about, where its id is one of ours, in its sheet, once, and beside its own text."""
    item_id, place = texts.get(Cell.ID, ""), f"{name}!{Cell.ID}{number}"
    filled = any(texts.get(cell) for cell in INPUTS)
    found = next((item for item in reader.model.items if item.id == item_id and is_assessable(item)), None)
    if found is None:
        if item_id or filled:
            reader.note(place, "item_unknown", item_id)
        return None
    if found.id in reader.seen:
        reader.note(place, "item_twice", f"{item_id}, {reader.seen[item_id]}")
        reader.entries[:] = [each for each in reader.entries if each.item_id != item_id]
        return None
    reader.seen[item_id] = place
    if not any(row.id == item_id.rpartition("-")[2].partition(".")[0] for row in _rows(reader.model, name)):
        reader.note(place, "item_elsewhere", item_id)
        return None
    owner = reader.owners.get(fold(texts.get(Cell.TEXT, "")), item_id)
    if owner != item_id:
        reader.note(f"{name}!{Cell.TEXT}{number}", "text_of_another", owner)
        return None
    return found


def _rows(model: Model, area_id: str) -> Iterator[Any]:
    return (row for area in model.areas if area.id == area_id for row in area.rows)


def _take(reader: _Reader, name: str, number: int, item: Item, texts: Mapping[Cell, str]) -> None:
    try:
        score = _score(reader, item, texts)
        piece = _piece(reader, texts)
    except FieldRefused as error:
        cell = FIELD_CELLS[error.field]
        reader.note(
            f"{name}!{cell.value}{number}", error.code, texts.get(cell, ""), about=str(error.about.get("about", ""))
        )
        return
    if score is not None or piece is not None:
        reader.entries.append(Entry(place=f"{name}!{Cell.STATE}{number}", item_id=item.id, score=score, piece=piece))


def _score(reader: _Reader, item: Item, texts: Mapping[Cell, str]) -> NewScore | None:
    said, reason, note = (texts.get(cell, "") for cell in (Cell.STATE, Cell.REASON, Cell.NOTE))
    if not said:
        if reason or note:
            raise FieldRefused("state", AssessmentMistake.STATE_MISSING)
        return None
    state = reader.vocabulary.states.get(fold(said))
    if state is None:
        raise FieldRefused("state", AssessmentMistake.STATE_UNKNOWN)
    # A reason beside an answer that needs none would be dropped without a word: it must be moved or emptied.
    if reason and state is not State.NOT_APPLICABLE:
        raise FieldRefused("reason", AssessmentMistake.REASON_NOT_NEEDED)
    return check_score(NewScore(item_id=item.id, state=state, reason=reason, note=note))


def _piece(reader: _Reader, texts: Mapping[Cell, str]) -> NewPiece | None:
    title, address, day, owner = (texts.get(cell, "") for cell in EVIDENCE)
    if not any((title, address, day, owner)):
        return None
    try:
        as_of = date.fromisoformat(day)
    except ValueError as error:
        raise FieldRefused("as_of", AssessmentMistake.DAY_NOT_PAST) from error
    new = NewPiece(kind=PieceKind.LINK, title=title, as_of=as_of, owner=owner, address=address)
    check_piece(new, today=reader.today)
    return new


def _text(value: object) -> str:
    """What a cell says, as somebody reads it there."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("_x000D_", "").strip()
