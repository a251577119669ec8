"""How many are trained, by employer and role, as it may be told: small counts hidden, the others rounded.

Two shares stand side by side, in date and passed in the last twelve months. Both have the same whole, the people who
are not exempt; so what is hidden of it in one is hidden in the other. Who is exempt is counted beside. The tables are
nested: all employers, and each employer's roles. No total of a role over all employers is told: with it, small counts
of one employer could be worked out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from leeward.foundation.protection.tables import (
    SUPPRESSED,
    TOTAL,
    Key,
    Published,
    Status,
    add_margins,
    round_count,
    suppress,
)

YES, NO = "yes", "no"
NOTHING = Published(value=None, status=Status.NOT_APPLICABLE)
type Place = tuple[str, str]  # an employer and a role, or TOTAL for either


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


def protect_coverage(found: Mapping[Place, Standing]) -> Mapping[Place, Covered]:
    """Return what may be told of each employer and role, of each employer, and of all, which stand under TOTAL."""
    people = {key: each for key, each in found.items() if each.people}
    in_date = _Nested({key: {YES: each.in_date, NO: each.people - each.in_date} for key, each in people.items()})
    lately = _Nested({key: {YES: each.lately, NO: each.people - each.lately} for key, each in people.items()})
    exempt = _Nested({key: {YES: each.exempt} for key, each in found.items() if each.exempt})
    exempt.settle()
    before = -1
    while before != len(in_date.hidden) + len(lately.hidden):
        before = len(in_date.hidden) + len(lately.hidden)
        for one, other in ((in_date, lately), (lately, in_date)):
            one.settle()
            other.hide(key for key in one.hidden if key[2] == TOTAL)
    keys = {(employer, role) for each in (in_date, lately, exempt) for employer, role, _code in each.counts}
    return {
        key: Covered(
            people=in_date.told((*key, TOTAL)),
            in_date=in_date.told((*key, YES)),
            lately=lately.told((*key, YES)),
            exempt=exempt.told((*key, YES)),
        )
        for key in keys
    }


@dataclass
class _Nested:
    """Counts by employer, role and code: a table of all employers, and one of each employer's roles.

    What is hidden in one of them is hidden in the other, until nothing more has to be.
    """

    parts: Mapping[Place, Mapping[str, int]]
    hidden: set[Key] = field(default_factory=set)
    counts: dict[Key, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables: dict[str, dict[Key, int]] = defaultdict(dict)
        for (employer, role), codes in self.parts.items():
            for code, count in codes.items():
                self.tables[employer][role, code] = count
        whole: dict[Key, int] = {}
        for employer, table in list(self.tables.items()):
            self.tables[employer] = add_margins(table)
            whole |= {(employer, code): self.tables[employer][TOTAL, code] for _role, code in table}
        self.tables[TOTAL] = add_margins(whole)
        for employer, table in self.tables.items():
            self.counts |= {self._key(employer, key): count for key, count in table.items()}

    def hide(self, keys: Iterable[Key]) -> None:
        """Let these be hidden too, as they are elsewhere."""
        self.hidden.update(key for key in keys if key in self.counts)

    def settle(self) -> None:
        """Hide what must be."""
        before = -1
        while before != len(self.hidden):
            before = len(self.hidden)
            for employer, table in self.tables.items():
                also = {key for key in table if self._key(employer, key) in self.hidden}
                axes = [sorted({key[place] for key in table if key[place] != TOTAL}) for place in range(2)]
                found = suppress(axes, table, also=also) if table else frozenset()
                if (TOTAL, TOTAL) in found:
                    found = frozenset(table)
                self.hidden.update(self._key(employer, key) for key in found)

    def told(self, key: Key) -> Published:
        """What may be told of a count."""
        if key not in self.counts:
            return NOTHING
        return SUPPRESSED if key in self.hidden else Published(value=round_count(self.counts[key]))

    @staticmethod
    def _key(table: str, key: Key) -> Key:
        """A cell of a table as employer, role and code. That of all employers has employers where others have roles."""
        return (key[0], TOTAL, key[1]) if table == TOTAL else (table, *key)
