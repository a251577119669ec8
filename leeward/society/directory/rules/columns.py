"""What is known of a record's field, said once beside it: its kind, its limit, its words, who may change it.

The checks, the tables of the database and of the package, the standard's writer and reader, the forms, the proposals
and the histories read it here. A field without a `Column` of its own has one by its type.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from leeward.foundation.labels import Labelled, mark
from leeward.society.directory.rules.limits import EMAIL_LENGTH, NAME_LENGTH, TEXT_LENGTH, URL_LENGTH


class Kind(StrEnum):
    """What a field holds."""

    UUID = "uuid"
    TEXT = "text"  # one line
    LONG = "long"  # several lines
    EMAIL = "email"
    WEB = "web"
    WHOLE = "whole"  # a whole number
    DEGREES = "degrees"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    CLOCK = "clock"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"  # several, in a file with commas between them
    LANGUAGES = "languages"
    PARTS = "parts"  # what has, as languages have, a table of its own in the standard


IN_TABLES = (Kind.PARTS, Kind.LANGUAGES)
TEXTS = {Kind.TEXT: NAME_LENGTH, Kind.LONG: TEXT_LENGTH, Kind.EMAIL: EMAIL_LENGTH, Kind.WEB: URL_LENGTH}
PLAIN_KINDS = {
    UUID: Kind.UUID,
    str: Kind.TEXT,
    int: Kind.WHOLE,
    float: Kind.DEGREES,
    Decimal: Kind.MONEY,
    date: Kind.DAY,
    datetime: Kind.MOMENT,
    time: Kind.CLOCK,
    bool: Kind.FLAG,
}


class Section(Labelled):
    """The screens on which editors change a service, in the order in which they stand."""

    ABOUT = "about", mark("About the service")
    TALKING = "talking", mark("How people talk with it")
    LINKS = "links", mark("More web pages")
    PLACES = "places", mark("Places and areas")
    PEOPLE = "people", mark("Audience and purpose")
    COST = "cost", mark("What it costs")
    LANGUAGES = "languages", mark("Languages")
    SAFETY = "safety", mark("Safety")
    OWNER = "owner", mark("Owner")


@dataclass(frozen=True, kw_only=True)
class Owner:
    """How a service's owner is asked for a field, and what it is called where she reads what she has changed."""

    called: str
    question: str = ""
    hint: str = ""
    missing: str = ""  # what is said where it is empty; "" where it may be
    rows: int = 1


@dataclass(frozen=True, kw_only=True)
class Column:
    """One field of a record, or one column of a file.

    `limit` is of characters, or the highest whole number and `least` the lowest; `refers` says which table's ids it
    holds; `also` is a second name by which the standard's profiles know it. `label` is its name as people read it; a
    form asks by `question` where that differs, says `missing` where it must not be empty and `wrong` where it cannot
    be read, and calls the choice of nothing `unset`. Words are marked for translation.
    """

    name: str = ""
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    part: type | None = None  # of what it has several, or one of its own kind
    is_single: bool = False  # one part at most
    limit: int = 0
    least: int = 0
    is_needed: bool = False  # it has no default
    is_required: bool | None = None  # in each line of a file; None: where it is needed
    is_ours: bool = False  # not in the standard
    is_secret: bool = False  # never leaves
    in_history: bool = True
    is_translated: bool = False
    is_searched: bool = False  # people find an entry by its words
    tells_where: bool = False  # says, or may say, where a place is
    refers: str = ""
    also: str = ""
    label: str = ""
    question: str = ""
    hint: str = ""
    missing: str = ""
    wrong: str = ""
    unset: str = ""
    rows: int = 5
    section: Section | None = None
    owner: Owner | None = None

    @property
    def enum(self) -> type[Labelled]:
        """The enum whose members are its choices."""
        return cast("type[Labelled]", type(self.choices[0]))

    @property
    def most(self) -> int:
        """How many characters it may have."""
        return self.limit or TEXTS.get(self.kind, 0)


def long(label: str = "", **known: Any) -> Column:
    """Several lines of text."""
    return Column(kind=Kind.LONG, label=label, **known)


def web(label: str = "", **known: Any) -> Column:
    """A web address."""
    return Column(kind=Kind.WEB, label=label, **known)


def mail(label: str = "", **known: Any) -> Column:
    """A mail address."""
    return Column(kind=Kind.EMAIL, label=label, **known)


def column(label: str = "", **known: Any) -> Column:
    """A field whose kind follows from its type."""
    return Column(label=label, **known)


def once[T](work: Callable[[type], T]) -> Callable[[type], T]:
    """Work something out once for each kind of record."""
    return cache(work)


@once
def columns_of(record: type) -> Mapping[str, Column]:
    """The fields of a record or a part by their names, in order."""
    hints = get_type_hints(record, include_extras=True)
    return {field.name: _column(field, hints[field.name]) for field in dataclasses.fields(record)}


@once
def published(record: type) -> tuple[Column, ...]:
    """The fields that leave and are no parts."""
    return tuple(each for each in columns_of(record).values() if each.kind not in IN_TABLES and not each.is_secret)


@once
def parts_of(record: type) -> tuple[Column, ...]:
    """The fields that have tables of their own."""
    return tuple(each for each in columns_of(record).values() if each.kind in IN_TABLES)


@once
def searched(record: type) -> tuple[Column, ...]:
    """The texts by whose words an entry is found."""
    return tuple(each for each in columns_of(record).values() if each.is_searched)


@once
def translated(record: type) -> tuple[str, ...]:
    """The names of the texts that can be translated."""
    return tuple(each.name for each in columns_of(record).values() if each.is_translated)


def owners(record: type) -> Iterator[Column]:
    """The fields for which a service's owner is asked."""
    return (each for each in columns_of(record).values() if each.owner)


def _column(field: "dataclasses.Field[Any]", hint: Any) -> Column:
    said = Column()
    if get_origin(hint) is Annotated:
        hint, said = get_args(hint)
    if isinstance(hint, UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    kind, choices = said.kind if said.kind is not Kind.TEXT else PLAIN_KINDS.get(hint, Kind.PARTS), said.choices
    several = get_args(hint)[0] if get_origin(hint) is tuple else None
    if several is not None and issubclass(several, StrEnum):
        kind, choices = Kind.CHOICES, tuple(several)
    elif several is str:
        kind = Kind.LANGUAGES
    elif several is None and issubclass(hint, StrEnum):
        kind, choices = Kind.CHOICE, tuple(hint)
    is_needed = field.default is MISSING
    return dataclasses.replace(
        said,
        name=field.name,
        kind=kind,
        choices=choices,
        part=(several or hint) if kind in IN_TABLES else None,
        is_single=several is None,
        is_needed=is_needed,
        is_required=(is_needed or field.name == "id") if said.is_required is None else said.is_required,
    )
