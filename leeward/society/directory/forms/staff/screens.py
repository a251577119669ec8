"""A screen of an entry: one form of single values, and tables of parts (phones, prices), a few rows at a time.

A screen changes only what it shows: `applied` gives the record with its own values taken over and all others as they
were. Nothing here decides whether the record may be kept; what the rules refuse is put beside its field.
"""

import dataclasses
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import mistake
from leeward.society.directory.forms.staff.fields import field_of
from leeward.society.directory.rules.columns import Column, Kind, columns_of
from leeward.society.directory.rules.limits import PARTS_MOST

type Values = dict[str, Any]  # by the names of a form's fields, or of a record's

# A form of ours may send 200 fields; two tables of 12 rows stay below that.
ROWS_AT_ONCE = 12
BLANK_ROWS = 2


class PartForm(forms.Form):
    """One row of a table: one part of a record. A row whose every field is empty is no part."""

    use_required_attribute = False
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def has_changed(self) -> bool:
        """Whether anybody typed into the row: a choice without words is none, so emptying the words removes a part."""
        typed = (self[name].data for name, field in self.fields.items() if isinstance(field.widget, forms.TextInput))
        return any(str(value or "").strip() for value in typed)

    @classmethod
    def values_of(cls, part: Any) -> Values:
        """What stands in the row of a part."""
        return {name: getattr(part, name) for name in cls.base_fields}

    part: ClassVar[Callable[..., Any]]

    def as_part(self, before: Any | None) -> Any:
        """The part, made of the one that stood in this row before (None for a new one)."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "id"}
        # An id of its own, so that it never takes the place of a part that was moved up by a removed one.
        return dataclasses.replace(before, **values) if before is not None else self.part(**values, id=uuid.uuid4())


def rows_of(part: Any, base: type[PartForm] = PartForm) -> type[PartForm]:
    """The row of a kind of part, made of its fields."""
    fields = {name: field_of(column, is_row=True) for name, column in columns_of(part).items() if column.label}
    return type(f"{part.__name__}Form", (base,), {"part": part, **fields})


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of parts on a screen."""

    form: type[PartForm]
    title: Any
    row_title: Any  # "Phone number"; its number follows
    hint: Any = ""


class Rows:
    """The rows of a table that are shown at once: those from `start` on, and after the last a blank one or two."""

    def __init__(self, name: str, table: Table, parts: tuple[Any, ...], *, data: QueryDict | None, start: int) -> None:
        self.name, self.table, self._parts = name, table, parts
        self.total = len(parts)
        self.start = _whole(data.get(f"{name}-start"), most=self.total) if data is not None else min(start, self.total)
        self._shown = parts[self.start : self.start + ROWS_AT_ONCE]
        self.count = self._count(data)
        self.rows = [self._row(place, data) for place in range(self.count)]

    def parts(self) -> tuple[Any, ...]:
        """The parts as they are now: those that are not shown, and those of the rows, without the blank ones."""
        known = {part.id: part for part in self._shown if part.id}
        made = [row.as_part(known.pop(row.cleaned_data.get("id"), None)) for row in self.rows if row.has_changed()]
        return (*self._parts[: self.start], *made, *self._parts[self.start + len(self._shown) :])

    def refuse(self, path: list[str], words: str) -> bool:
        """Put what is wrong with a part beside its control: `path` is the part's place and its field."""
        made = [row for row in self.rows if row.has_changed()]
        place = int(path[0]) - self.start if path[0].isdigit() else -1
        if not 0 <= place < len(made):
            return False
        name = path[-1] if path[-1] in made[place].fields else None
        made[place].add_error(name, words)
        return True

    @property
    def windows(self) -> list[tuple[int, int, int, bool]]:
        """Where the table is longer than a screen, its parts: start, first and last number, whether it is shown."""
        if self.total <= ROWS_AT_ONCE:
            return []
        starts = range(0, self.total, ROWS_AT_ONCE)
        return [(at, at + 1, min(at + ROWS_AT_ONCE, self.total), at == self.start) for at in starts]

    def _count(self, data: QueryDict | None) -> int:
        if data is not None:
            return _whole(data.get(f"{self.name}-rows"), most=ROWS_AT_ONCE + BLANK_ROWS)
        room = PARTS_MOST - self.total
        is_last = self.start + ROWS_AT_ONCE >= self.total
        return len(self._shown) + (min(BLANK_ROWS if not self.total else 1, room) if is_last else 0)

    def _row(self, place: int, data: QueryDict | None) -> PartForm:
        kind, prefix = self.table.form, f"{self.name}-{place}"
        part = self._shown[place] if place < len(self._shown) else None
        initial = kind.values_of(part) if data is None and part is not None else None
        row = kind(data, initial=initial, prefix=prefix, empty_permitted=True)
        for field in row.fields.values() if place else ():
            field.help_text = ""  # said once, at the first row
        return row


class EntryForm(forms.Form):
    """A screen of an entry. Its fields are named as the record's are; `tables` are its tables of parts."""

    use_required_attribute = False
    title: ClassVar[Any] = ""
    tables: ClassVar[Mapping[str, Table]] = {}
    called: ClassVar[Mapping[str, str]] = {}  # fields of the record that have another name here

    def __init__(
        self,
        record: Any,
        *,
        data: QueryDict | None = None,
        starts: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        self.record = record
        super().__init__(data, initial=self.values_of(record), **options)
        self.rows = {
            name: Rows(
                name,
                table,
                getattr(record, name),
                data=data,
                start=_whole((starts or {}).get(name), most=PARTS_MOST),
            )
            for name, table in self.tables.items()
        }

    @classmethod
    def values_of(cls, record: Any) -> Values:
        """What stands in the form for a record."""
        return {name: getattr(record, name) for name in cls.base_fields if hasattr(record, name)}

    def changes(self) -> Values:
        """What the form says of the record's fields."""
        typed = {name: value for name, value in self.cleaned_data.items() if hasattr(self.record, name)}
        return {name: tuple(value) if isinstance(value, list) else value for name, value in typed.items()}

    def applied(self) -> Any:
        """The record with what was typed. Only after `is_valid`."""
        return dataclasses.replace(
            self.record, **self.changes(), **{name: rows.parts() for name, rows in self.rows.items()}
        )

    @property
    def own(self) -> list[forms.BoundField]:
        """The controls that stand in no table."""
        return [self[name] for name in self.fields]

    def __iter__(self) -> Iterator[forms.BoundField]:
        """Every control, in the order in which they stand on the screen."""
        yield from self.own
        for row in self._rows():
            yield from row

    @property
    def errors(self) -> ErrorDict:
        """All that is wrong, by the controls' names."""
        rows = {row.add_prefix(name): listed for row in self._rows() for name, listed in row.errors.items()}
        return ErrorDict(super().errors | rows)

    def non_field_errors(self) -> ErrorList:
        """What is wrong with the whole."""
        rows = (error for row in self._rows() for error in row.non_field_errors())
        return ErrorList([str(error) for error in (*super().non_field_errors(), *rows)])

    def refuse(self, errors: Iterable[FieldRefused]) -> None:
        """Put what the rules refuse beside the controls that it is about."""
        for error in errors:
            words, (name, *rest) = mistake(error), error.field.split(".")
            if name in self.rows and rest and self.rows[name].refuse(rest, words):
                continue
            name = rest[-1] if rest else name
            name = self.called.get(name, name)
            self.add_error(name if name in self.fields else None, words)

    def _rows(self) -> Iterator[PartForm]:
        for rows in self.rows.values():
            yield from rows.rows


def screen[F: EntryForm](
    base: type[F], columns: Iterable[Column], *, title: Any = "", tables: Mapping[str, Table] | None = None
) -> type[F]:
    """A screen for those fields of a record that have words: tables of parts, and a control for each other one."""
    said = [column for column in columns if column.label]
    own = {column.name: field_of(column) for column in said if column.kind is not Kind.PARTS}
    rows = {column.name: tables[column.name] for column in said if tables and column.name in tables}
    return type(base.__name__, (base,), {"title": title or base.title, "tables": rows, **own})


def _whole(typed: Any, *, most: int) -> int:
    """A whole number from 0 to `most`, 0 for anything else: nobody types these by hand."""
    written = str(typed or "")
    return min(int(written), most) if written.isascii() and written.isdigit() and len(written) < 6 else 0
