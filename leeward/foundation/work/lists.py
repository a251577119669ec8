"""Lists that a room declares: columns, filters, order, acts. Pages, chips, sorting, CSV and the next item follow.

Every list works by links and forms alone. What its address asks for and it does not have is said on the page, and the
rest of what was asked for stands.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from http import HTTPStatus
from itertools import groupby, takewhile
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from leeward.foundation.labels import Labelled
from leeward.foundation.opendata import table
from leeward.foundation.web.components import Text
from leeward.foundation.web.words import word
from leeward.foundation.work.errors import CursorUnknown
from leeward.foundation.work.keyset import COUNTED_TO, PAGE, Order, Page, count_capped, page_rows
from leeward.foundation.work.saved import View, views_of
from leeward.foundation.work.way import ENTRY, ITEM, MOVED, NEXT, PLACE, STAY, Way, add_to, address_of

SORT, FORMAT = "sort", "format"
OWN = {SORT, FORMAT, PLACE, NEXT, ITEM, ENTRY, MOVED, STAY, "ended"}
MOST_IN_FILE = 5_000
EVERYTHING = Q()


@dataclass(frozen=True)
class Tag:
    """A state in a word or two, and the colour of its tag. A member of a `Labelled` enum is one by itself."""

    text: Text
    colour: str


@dataclass(frozen=True)
class Late:
    """Words about something whose time is over."""

    text: Text


@dataclass(frozen=True)
class Column[L]:
    """One column. `show` gives text, a number, a day, a moment, a tag, several of these, or None for nothing.

    With an `order` people may sort by it; it says how it rises. The first column leads to the item, so it shows text.
    `is_minor`: it is left out on a phone, where the item's own page shows it.
    """

    key: str
    heading: Text
    show: Callable[[L], object]
    order: Order | None = None
    is_numeric: bool = False
    is_minor: bool = False


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Something to narrow a list by: a field that may be left empty, and the rows that fit what it says.

    `otherwise`: the rows that fit where nothing is said.
    """

    key: str
    field: forms.Field
    where: Callable[[Any], Q]
    otherwise: Q = EVERYTHING


@dataclass(frozen=True, kw_only=True)
class Act:
    """A button of the bar: what is done with all that is ticked. `value` is sent by the name `step`."""

    text: Text
    address: str
    value: str = ""
    kind: str = "secondary"


@dataclass(frozen=True, kw_only=True)
class Selection[L]:
    """What can be ticked: by which name and value a line is sent, and to which acts."""

    name: str
    value: Callable[[L], object]
    acts: Sequence[Act]
    method: str = "post"
    lead: Text = ""


@dataclass(frozen=True, kw_only=True)
class Row[L]:
    """One line, its cells in the order of the columns, and where it leads."""

    line: L
    cells: tuple[object, ...]
    address: str
    tick: str
    is_urgent: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Listing[L]:
    """A list as its room declares it.

    `tell` adds what is told of the rows of a page (`select_related`), `lines` makes of them what is shown. `sort` is
    the key of the column by which it comes, with "-" before it where that falls. `address` leads to a line's item;
    `item` names it where several lines are of one, so that the next item is another one.
    `views`: other lists or narrowed ones beside it, as text and address. `group`: what stands above the lines that
    share it. `beside`: rows of other rooms that stand among these, by `due`, when the list is opened; they cannot be
    ticked. `is_urgent`: which lines get the mark of what is urgent; where these stand first, a heading counts them.
    `known`: what else may stand in its address. `csv`: the name of its file, where there may be one.
    """

    rows: QuerySet[Any]
    lines: Callable[[Sequence[Any]], Sequence[L]]
    columns: Sequence[Column[L]]
    sort: str
    address: Callable[[L], str] | None = None
    item: Callable[[L], object] | None = None
    tell: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    filters: Sequence[Filter] = ()
    selection: Selection[L] | None = None
    views: Sequence[tuple[Text, str]] = ()
    group: Callable[[L], Text] | None = None
    is_urgent: Callable[[L], bool] | None = None
    beside: Sequence[Row[Any]] = ()
    due: Callable[[L], datetime | None] | None = None
    empty: Text = ""
    csv: str = ""
    known: Sequence[str] = ()
    limit: int = PAGE


@dataclass(frozen=True, kw_only=True)
class Head:
    """The heading of a column: by which address the list is sorted by it ("" for never), and whether it is now."""

    text: Text
    address: str
    sorted: str
    is_numeric: bool
    is_minor: bool = False


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One thing to which the list is narrowed, and the address without it."""

    text: str
    address: str


class Found[L]:
    """A list as an address asks for it. A template gives it to the macro `listing` of `work/list.jinja`."""

    def __init__(self, request: HttpRequest, listing: Listing[L]) -> None:
        self.listing = listing
        self.path = request.path
        self._owner = str(getattr(getattr(request, "user", None), "reference", ""))
        self._asked: Mapping[str, str] = request.GET.dict()
        self.form = _form_of(listing.filters, self._asked)
        self.is_ended = "ended" in self._asked
        self._sorted_by, self._order = self._read_order()

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """The rows that fit."""
        rows = self.listing.rows
        for each in self.listing.filters:
            where = each.where(self.chosen[each.key]) if each.key in self.chosen else each.otherwise
            rows = rows.filter(where) if where else rows
        return rows

    @cached_property
    def chosen(self) -> Mapping[str, Any]:
        """What was chosen of the filters; an invalid choice counts as none."""
        return {key: value for key, value in self.form.cleaned_data.items() if value not in (None, "", False)}

    @cached_property
    def query(self) -> dict[str, str]:
        """The same as it stands in an address, with the order."""
        kept = {key: self._asked[key] for key in self.chosen}
        return kept if self._sorted_by == self.listing.sort else {**kept, SORT: self._sorted_by}

    @cached_property
    def _read(self) -> tuple[Page[Any], bool]:
        """The page that is asked for, or the first one where there is no such place; and which it is."""
        try:
            return self.read(cursor=self.cursor), True
        except CursorUnknown:
            return self.read(), False

    def read(self, *, cursor: str = "", limit: int = 0) -> Page[Any]:
        """Read the page behind a place. Raises CursorUnknown."""
        return page_rows(
            self.rows, self._order, cursor=cursor, limit=limit or self.listing.limit, tell=self.listing.tell
        )

    @property
    def cursor(self) -> str:
        """The place behind which this page begins, as the address says it."""
        return self._asked.get(PLACE, "")

    @cached_property
    def wrong(self) -> list[str]:
        """What the address asks for and this list does not have."""
        said = []
        filters = {each.key for each in self.listing.filters}
        if set(self._asked) - filters - OWN - set(self.listing.known):
            said.append(_("This list has no such filter. It was left out."))
        if self.form.errors:
            said.append(_("This list has no such choice of a filter. It was left out."))
        if SORT in self._asked and self._asked[SORT] != self._sorted_by:
            said.append(_("This list cannot be sorted like that. It comes in its own order."))
        if not self._read[1]:
            said.append(_("This place in the list is not known. The list begins again."))
        if self._asked.get(FORMAT, "csv" if self.listing.csv else "") not in ("", "csv") or (
            FORMAT in self._asked and not self.listing.csv
        ):
            said.append(_("There is no such file of this list."))
        return said

    @cached_property
    def lines(self) -> tuple[Row[L], ...]:
        """The lines of this page, with the rows that stand beside them where the list is opened as it comes."""
        rows = self.show(self._read[0])
        return tuple(sorted([*self._beside, *rows], key=_pressing)) if self._beside else rows

    @cached_property
    def _beside(self) -> Sequence[Row[Any]]:
        width = len(self.listing.columns)
        rows = self.listing.beside if self.is_first and not self.query else ()
        return [replace(row, cells=(*row.cells, *[None] * (width - len(row.cells)))) for row in rows]

    def show(self, page: Page[Any]) -> tuple[Row[L], ...]:
        """Make the lines of a page."""
        listing = self.listing
        lines = zip(listing.lines(page.rows), page.cursors, strict=True)
        return tuple(
            Row(
                line=line,
                cells=tuple(as_cell(column.show(line)) for column in listing.columns),
                address=self._way(cursor, line).lead(listing.address(line)) if listing.address else "",
                tick=str(listing.selection.value(line)) if listing.selection else "",
                is_urgent=bool(listing.is_urgent and listing.is_urgent(line)),
                due_at=listing.due(line) if listing.due else None,
            )
            for line, cursor in lines
        )

    @property
    def groups(self) -> list[tuple[Text, list[Row[L]]]]:
        """The lines below what stands above them; all together where nothing does."""
        group = self.listing.group
        if group is None:
            return self._urgent_first()
        return [(title, list(rows)) for title, rows in groupby(self.lines, lambda row: group(row.line))]

    def _urgent_first(self) -> list[tuple[Text, list[Row[L]]]]:
        """The lines below "Urgent, 4" and "Not urgent" where the urgent ones stand first; else all together."""
        urgent = list(takewhile(lambda row: row.is_urgent, self.lines))
        rest = list(self.lines[len(urgent) :])
        if not urgent or any(row.is_urgent for row in rest):
            return [("", list(self.lines))]
        is_known = self.is_first and (bool(rest) or not self.next)  # else more of them stand on other pages
        title = urgent_title(len(urgent)) if is_known else _("Urgent")
        return [(title, urgent), *([(_("Not urgent"), rest)] if rest else [])]

    @cached_property
    def heads(self) -> list[Head]:
        """The headings, each with the address by which the list is sorted by it, or the other way round."""
        key, is_falling = self._sorted_by.removeprefix("-"), self._sorted_by.startswith("-")
        heads = []
        for column in self.listing.columns:
            is_sorted = column.key == key
            falls = is_sorted and not is_falling
            sort = f"{'-' if falls else ''}{column.key}"
            query = {name: value for name, value in self.query.items() if name != SORT}
            heads.append(
                Head(
                    text=column.heading,
                    address=address_of(self.path, query if sort == self.listing.sort else {**query, SORT: sort})
                    if column.order
                    else "",
                    sorted=("descending" if is_falling else "ascending") if is_sorted else "",
                    is_numeric=column.is_numeric,
                    is_minor=column.is_minor,
                )
            )
        return heads

    @property
    def chips(self) -> list[Chip]:
        """What the list is narrowed to."""
        return [
            Chip(
                text=_said(self.form, key, value),
                address=address_of(self.path, {name: each for name, each in self.query.items() if name != key}),
            )
            for key, value in self.chosen.items()
        ]

    @cached_property
    def count(self) -> str:
        """How many lines there are, up to 999."""
        page, is_known = self._read
        is_whole = page.is_last and not (is_known and self.cursor)  # the page has shown all of them already
        number = len(self._beside) + (len(page.rows) if is_whole else count_capped(self.rows))
        return str(number) if number < COUNTED_TO else f"{number}+"

    @cached_property
    def views(self) -> Sequence[View]:
        """The lists beside this one: those that its room declares, and those that the reader has saved."""
        asked = {name: value for name, value in self._asked.items() if value and name not in OWN - {SORT}}
        return views_of(self.listing.views, self.path, asked, owner=self._owner)

    @property
    def may_save(self) -> bool:
        """Whether this is a view that its reader, who has an account, could save."""
        return bool(self._owner and self.query) and self.view is None

    @property
    def view(self) -> View | None:
        """The view that is shown; None where the list is narrowed or sorted in a way that no view has."""
        return next((each for each in self.views if each.current == "page"), None)

    @property
    def sort(self) -> str:
        """The order that was asked for, which the form of filters keeps; "" for the list's own."""
        return self.query.get(SORT, "")

    @property
    def first(self) -> str:
        """The address of the first page."""
        return address_of(self.path, self.query)

    @property
    def is_first(self) -> bool:
        """Whether this is the first page."""
        return not self.cursor or not self._read[1]

    @property
    def next(self) -> str:
        """The address of the next page, "" on the last one."""
        cursor = self._read[0].next_cursor
        return address_of(self.path, {**self.query, PLACE: cursor}) if cursor else ""

    @property
    def file(self) -> str:
        """The address of the list as a file, "" where there is none."""
        return address_of(self.path, {**self.query, FORMAT: "csv"}) if self.listing.csv else ""

    def go_on(self) -> HttpResponse:
        """Lead to the item behind the place that the address names, or to the list where that was the last one.

        What else the list knows goes along: what was said of the item before.
        """
        try:
            address = self._address_behind(self.cursor, item=self._asked.get(NEXT, ""))
        except CursorUnknown:
            address = ""
        address = address or address_of(self.path, {**self.query, "ended": "1"})
        kept = {name: self._asked[name] for name in (*self.listing.known, MOVED) if name in self._asked}
        return HttpResponseRedirect(add_to(address, kept), status=HTTPStatus.SEE_OTHER)

    def _address_behind(self, cursor: str, *, item: str) -> str:
        """Return the address of the first line behind a place that is of another item, "" without one."""
        while True:
            page = self.read(cursor=cursor, limit=self.listing.limit if self.listing.item else 1)
            for row in self.show(page):
                if not item or item != item_of(self.listing, row.line):
                    return row.address
            cursor = page.next_cursor
            if not cursor:
                return ""

    def as_file(self) -> HttpResponse:
        """The lines as CSV, from the first one on, at most 5,000; its name says where it ends before the list does."""
        page = self.read(limit=MOST_IN_FILE)
        head = [str(column.heading) for column in self.listing.columns]
        cells = ([as_text(cell) for cell in row.cells] for row in self.show(page))
        ending = "" if page.is_last else f"-first-{MOST_IN_FILE}"
        return table([head, *cells], name=f"{self.listing.csv}{ending}.csv")

    def __iter__(self) -> Iterator[Row[L]]:
        return iter(self.lines)

    def _way(self, cursor: str, line: L) -> Way:
        return Way(path=self.path, query=self.query, place=cursor, item=item_of(self.listing, line))

    def _read_order(self) -> tuple[str, Order]:
        asked = self._asked.get(SORT, "")
        sortable = {column.key for column in self.listing.columns if column.order}
        sort = asked if asked.removeprefix("-") in sortable else self.listing.sort
        return sort, order_of(self.listing, sort)


def _pressing(row: Row[Any]) -> tuple[bool, bool, datetime]:
    return not row.is_urgent, row.due_at is None, row.due_at or datetime.max.replace(tzinfo=UTC)


def item_of[L](listing: Listing[L], line: L) -> str:
    """Return the name of what a line is of, "" where each line is an item of its own."""
    return str(listing.item(line)) if listing.item else ""


def order_of[L](listing: Listing[L], sort: str = "") -> Order:
    """Return the order of a list: its own, or that of a column that can be sorted by."""
    sort = sort or listing.sort
    order = next(column.order for column in listing.columns if column.key == sort.removeprefix("-"))
    assert order is not None  # noqa: S101  # narrows the type; nothing else is asked for
    return replace(order, is_falling=sort.startswith("-"))


def show_list[L](request: HttpRequest, listing: Listing[L], answer: Callable[[Found[L]], HttpResponse]) -> HttpResponse:
    """Answer a list's address: its page, which `answer` renders, its file, or the way to the next item."""
    found = Found(request, listing)
    if NEXT in request.GET and listing.address:
        return found.go_on()
    if request.GET.get(FORMAT) == "csv" and listing.csv:
        return found.as_file()
    return answer(found)


def urgent_title(number: int) -> str:
    """The heading above so many urgent lines."""
    return _("Urgent, %(number)d") % {"number": number}


def as_text(cell: object) -> str:
    """A cell as a file holds it."""
    if cell is None:
        return ""
    if isinstance(cell, Labelled):
        return word(cell)
    if isinstance(cell, Tag | Late):
        return str(cell.text)
    if isinstance(cell, date):  # a moment is one too
        return cell.isoformat()
    if isinstance(cell, list | tuple):
        return "; ".join(filter(None, map(as_text, cell)))
    return str(cell)


def as_cell(value: object) -> object:
    """What a column shows, as a template tells it apart: words as text, several things without those that are none."""
    if isinstance(value, list | tuple):
        return [as_cell(each) for each in value if each]
    return str(value) if isinstance(value, Promise) else value


def _form_of(filters: Sequence[Filter], asked: Mapping[str, str]) -> forms.Form:
    """The filters as a form of Django's, filled in and looked through."""
    made: type[forms.Form] = type("FilterForm", (forms.Form,), {each.key: each.field for each in filters})
    form = made(asked)
    form.is_valid()
    return form


def _said(form: forms.Form, key: str, value: Any) -> str:
    """What was chosen, in words: the label of a box, or a field's label with what it says."""
    field = form.fields[key]
    if isinstance(field, forms.BooleanField):
        return str(field.label)
    words = dict(field.widget.choices).get(value, value) if isinstance(field.widget, forms.Select) else value
    return f"{field.label}: {words}"
