"""How many are trained, by course, employer and role, as it may be told: small counts hidden, the others rounded.

Two shares stand side by side, in date and passed in the last twelve months. Both have the same whole, the people who
are not exempt. Who is exempt is counted beside. All courses together are one more row of the same tables, counted and
not added up from what is told. No total of a role over all employers is told: with it, small counts of one employer
could be worked out.

An employer knows its own people, so the table of all employers is made safe as it is left without each of them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from leeward.foundation.protection.contributors import View, settle
from leeward.foundation.protection.tables import (
    SUPPRESSED,
    TOTAL,
    Key,
    Published,
    Status,
    add_margins,
    round_count,
)

YES, NO = "yes", "no"
# Before what is counted: those of the people who are not.
WITHOUT = "~"
IN_DATE, LATELY, EXEMPT, PEOPLE = "in_date", "lately", "exempt", "people"
NOTHING = Published(value=None, status=Status.NOT_APPLICABLE)
type Place = tuple[str, str]  # an employer and a role, or TOTAL for either
type Name = tuple[str, str, str, str]  # a course, an employer, a role and what is counted: one number
type Rows = Mapping[tuple[str, str, str], Mapping[Key, int]]  # by course, employer and role: counts by code, if any
type Groups = Mapping[str, Collection[Place]]  # employers' roles that are told together, by a name


@dataclass(frozen=True, kw_only=True)
class Standing:
    """People of one employer and role under one course: those not exempt, how they stand, and who is exempt."""

    people: int
    in_date: int
    lately: int
    exempt: int


@dataclass(frozen=True, kw_only=True)
class Covered:
    """The same as it may be told."""

    people: Published
    in_date: Published
    lately: Published
    exempt: Published


def protect_coverage(
    found: Mapping[str, Mapping[Place, Standing]], *, groups: Groups | None = None
) -> dict[str, dict[Place, Covered]]:
    """Return what may be told by course: of each employer and role, of each employer, and of all, under TOTAL.

    All courses together stand under TOTAL too, and there each of the `groups` of employers' roles under its name. A
    group is told where all of its parts are: it gives nothing away that these do not.
    """
    rows = {(course, *place): own for course, places in found.items() for place, own in places.items()}
    people = {key: own for key, own in rows.items() if own.people}
    counted: Mapping[str, Rows] = {
        IN_DATE: {key: {(YES,): own.in_date, (NO,): own.people - own.in_date} for key, own in people.items()},
        LATELY: {key: {(YES,): own.lately, (NO,): own.people - own.lately} for key, own in people.items()},
        EXEMPT: {key: {(): own.exempt} for key, own in rows.items() if own.exempt},
    }
    tables = [view for measure, of in counted.items() for view in _tables(measure, of)]
    hidden = settle((*tables, *(view for measure, of in counted.items() for view in _left(measure, of))))
    counts = {name: view.counts[key] for view in tables for key, name in view.names.items()}
    for group, places in (groups or {}).items():
        for what in (PEOPLE, IN_DATE, LATELY, EXEMPT):
            parts = [name for place in places if (name := (TOTAL, *place, what)) in counts]
            whole = (TOTAL, group, TOTAL, what)
            if parts:
                counts[whole] = sum(counts[name] for name in parts)
            if not hidden.isdisjoint(parts):
                hidden.add(whole)

    def told(place: tuple[str, str, str], what: str) -> Published:
        name = (*place, what)
        if name not in counts:
            return NOTHING
        return SUPPRESSED if name in hidden else Published(value=round_count(counts[name]))

    made: dict[str, dict[Place, Covered]] = {}
    for course, employer, role in sorted({name[:3] for name in counts}):
        place = (course, employer, role)
        made.setdefault(course, {})[employer, role] = Covered(
            people=told(place, PEOPLE),
            in_date=told(place, IN_DATE),
            lately=told(place, LATELY),
            exempt=told(place, EXEMPT),
        )
    return made


def _tables(measure: str, rows: Rows) -> Iterator[View[Name]]:
    """Yield the table of all employers, and those of each employer's roles."""
    yield _of_all(measure, rows)
    for employer in sorted({key[1] for key in rows}):
        yield _of_employer(measure, rows, employer)


def _left(measure: str, rows: Rows) -> Iterator[View[Name]]:
    """Yield what is left, without each employer, of the table that all of them share."""
    for employer in sorted({key[1] for key in rows}):
        yield _of_all(measure, {key: codes for key, codes in rows.items() if key[1] != employer})


def _of_all(measure: str, rows: Rows) -> View[Name]:
    return _view(
        measure,
        [((course, employer), codes) for (course, employer, _role), codes in rows.items()],
        lambda key: (key[0], key[1], TOTAL),
    )


def _of_employer(measure: str, rows: Rows, employer: str) -> View[Name]:
    own = [((course, role), codes) for (course, each, role), codes in rows.items() if each == employer]
    return _view(measure, own, lambda key: (key[0], employer, key[1]))


def _view(
    measure: str, rows: Iterable[tuple[Key, Mapping[Key, int]]], place_of: Callable[[Key], tuple[str, str, str]]
) -> View[Name]:
    """Return a table of these rows, added up, each by its key and its codes."""
    inner: dict[Key, int] = {}
    width = 0
    for key, codes in rows:
        width = len(key)
        for code, number in codes.items():
            inner[*key, *code] = inner.get((*key, *code), 0) + number
    axes = [sorted(set(axis)) for axis in zip(*inner, strict=True)]
    counts = add_margins(inner)
    return View(
        axes=axes,
        counts=counts,
        names={key: (*place_of(key[:width]), _what(measure, key[width:])) for key in counts},
    )


def _what(measure: str, code: Key) -> str:
    """Return by what name a count is known: people are the whole of both shares."""
    if not code or code == (YES,):
        return measure
    return PEOPLE if code == (TOTAL,) else WITHOUT + measure
