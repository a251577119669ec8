"""The parts of charts: numbers that are protected already, and words in the reader's language."""

from dataclasses import dataclass

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.printed import PrintedNumber
from leeward.foundation.protection.tables import Status


class Unit(Labelled):
    """What a value is a number of."""

    PERCENT = "percent", mark("per cent")
    HOURS = "hours", mark("hours")
    RATIO = "ratio", mark("for each one")
    COUNT = "count", mark("number")


NOTHING = PrintedNumber(value=None, status=Status.NOT_AVAILABLE)


@dataclass(frozen=True, kw_only=True)
class PeriodName:
    """The name of a period: in full for sentences and tables, short for an axis, and the year under it."""

    name: str
    short: str
    year: str


@dataclass(frozen=True, kw_only=True)
class TrendLine:
    """One number over time. `outer`: it bounds the main line's band, as nine in ten bounds a half."""

    name: str
    amounts: tuple[PrintedNumber, ...]
    outer: bool = False


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A level that a line is read against, such as a law's limit."""

    name: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Lines over time; at most one of them outer."""

    key: str
    title: str
    periods: tuple[PeriodName, ...]
    lines: tuple[TrendLine, ...]
    unit: Unit
    sentence: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar and what it is called."""

    name: str
    amount: PrintedNumber


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Bars beside each other, from zero on. `of` and `measure` name the two columns of the table."""

    key: str
    title: str
    of: str
    measure: str
    bars: tuple[Bar, ...]
    unit: Unit
    sentence: str

    @property
    def has_ranges(self) -> bool:
        """Return whether the range of any of them is known."""
        return any(bar.amount.has_range for bar in self.bars)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """How many things of one group stand at each level, the lowest first, and at none, by reason."""

    name: str
    counts: tuple[int, ...]
    aside: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Aside:
    """A reason why things stand at no level, and the sign that is drawn for it."""

    name: str
    sign: str


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Groups of things that each stand at one of up to six levels, or at none; `names` are the levels'."""

    key: str
    title: str
    of: str
    names: tuple[str, ...]
    stacks: tuple[Stack, ...]
    sentence: str
    aside: tuple[Aside, ...] = ()

    @property
    def all_names(self) -> tuple[str, ...]:
        """The levels, the lowest first, then the reasons for standing at none."""
        return (*self.names, *(each.name for each in self.aside))

    def all_counts(self, stack: Stack) -> tuple[int, ...]:
        """A group's counts in the order of `all_names`."""
        return (*stack.counts, *stack.aside, *(0 for _each in self.aside[len(stack.aside) :]))


@dataclass(frozen=True, kw_only=True)
class Spark:
    """A line the size of a word, beside a number in words."""

    key: str
    title: str
    periods: tuple[PeriodName, ...]
    amounts: tuple[PrintedNumber, ...]
    unit: Unit


type Chart = Trend | Bars | Levels


@dataclass(frozen=True, kw_only=True)
class DataTable:
    """A chart's numbers as text. Each row's first cell is its header."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The size of a drawing in the page's pixels; letters have the same size in every frame."""

    name: str
    width: int

    @property
    def is_narrow(self) -> bool:
        """Whether words stand above what they name instead of beside it."""
        return self.width < 440


PHONE = Frame(name="phone", width=262)
COLUMN = Frame(name="column", width=470)
PAGE = Frame(name="page", width=940)
