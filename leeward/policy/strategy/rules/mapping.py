"""The map of everybody who works in the field: what is kept of each, who covers what, where nobody does."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from pydantic import TypeAdapter

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.labels import Labelled, mark
from leeward.policy.strategy.rules.terms import Level, Sector

SAME_WORK = 2


@dataclass(frozen=True, kw_only=True)
class NewStakeholder:
    """An organisation. `identifier` is an org-id such as XI-LEI-1234; `rows` are ids of capabilities, such as P3.

    `named`: whether it may be named outside the secretariat; one that must not be found is counted and never named.
    """

    name: str
    sector: Sector
    area: str
    rows: tuple[str, ...] = ()
    identifier: str = ""
    work: str = ""
    capacity: Level = Level.UNKNOWN
    capacity_words: str = ""
    influence: Level = Level.UNKNOWN
    interest: Level = Level.UNKNOWN
    funding: str = ""
    contact_role: str = ""
    contact: str = ""
    named: bool = True


@dataclass(frozen=True, kw_only=True)
class NewScoping:
    """A scoping exercise: what was asked, how it was found out, and what was found."""

    title: str
    question: str
    method: str
    findings: str
    began_on: date


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """An organisation as the coverage needs it."""

    reference: UUID
    name: str
    sector: Sector
    area: str
    rows: tuple[str, ...]
    capacity: Level = Level.UNKNOWN
    named: bool = True


# Organisations as a published exercise keeps them.
MAPS = TypeAdapter(tuple[Mapped, ...])


class Cover(Labelled):
    """How a capability is covered."""

    NONE = "none", mark("Gap"), "red"  # nobody works on it
    THIN = "thin", mark("Thin"), "yellow"  # one organisation alone, or nobody with more than little capacity
    COVERED = "covered", mark("Covered"), "green"


@dataclass(frozen=True, kw_only=True)
class RowCover:
    """One capability: how many organisations of each sector work on it, in the order of the sectors."""

    row: str
    counts: tuple[int, ...]
    total: int
    cover: Cover

    @property
    def sectors(self) -> int:
        """How many sectors have somebody who works on it."""
        return sum(count > 0 for count in self.counts)


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Several organisations of one sector that do the same in the same area."""

    row: str
    sector: Sector
    area: str
    who: tuple[Mapped, ...]


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The whole matrix: capabilities with the gaps first, sectors as columns, and where work is done twice."""

    rows: tuple[RowCover, ...]
    overlaps: tuple[Overlap, ...]
    by_sector: tuple[int, ...]
    total: int

    @property
    def gaps(self) -> tuple[RowCover, ...]:
        """Capabilities that nobody works on."""
        return tuple(each for each in self.rows if each.cover is Cover.NONE)

    @property
    def thin(self) -> tuple[RowCover, ...]:
        """Capabilities that stand on one organisation, or on little capacity."""
        return tuple(each for each in self.rows if each.cover is Cover.THIN)


def check_stakeholder(new: NewStakeholder, *, rows: Iterable[str]) -> NewStakeholder:
    """The organisation as it is kept; `rows` are the ids that the model knows. Raises FieldRefused."""
    return replace(
        new,
        name=values.line("name", new.name),
        area=values.line("area", new.area),
        rows=values.known("rows", new.rows, among=rows),
        identifier=values.line("identifier", new.identifier, most=80, optional=True),
        work=values.text("work", new.work),
        capacity_words=values.line("capacity_words", new.capacity_words, optional=True),
        funding=values.line("funding", new.funding, optional=True),
        contact_role=values.line("contact_role", new.contact_role, optional=True),
        contact=values.line("contact", new.contact, optional=True),
    )


def check_scoping(new: NewScoping) -> NewScoping:
    """The exercise as it is kept. Raises FieldRefused."""
    return replace(
        new,
        title=values.line("title", new.title),
        question=values.text("question", new.question),
        method=values.text("method", new.method),
        findings=values.text("findings", new.findings),
    )


def check_ready(new: NewScoping) -> None:
    """Whether the exercise can be published: it asks, says how, and says what it found. Raises FieldRefused."""
    for field in ("question", "method", "findings"):
        if not getattr(new, field):
            raise FieldRefused(field, Mistake.MISSING)


def measure_coverage(mapped: Sequence[Mapped], *, rows: Sequence[str]) -> Coverage:
    """Who covers what, the gaps first: nobody, then thin, then the fewest sectors; within these the model's order."""
    at = {row: [each for each in mapped if row in each.rows] for row in rows}
    found = [_cover(row, at[row]) for row in rows]
    order = {row: place for place, row in enumerate(rows)}
    depth = {Cover.NONE: 0, Cover.THIN: 1, Cover.COVERED: 2}
    found.sort(key=lambda each: (depth[each.cover], each.sectors, each.total, order[each.row]))
    sectors = Counter(each.sector for each in mapped)
    return Coverage(
        rows=tuple(found),
        overlaps=tuple(overlap for row in rows for overlap in _overlaps(row, at[row])),
        by_sector=tuple(sectors[sector] for sector in Sector),
        total=len(mapped),
    )


def _cover(row: str, there: Sequence[Mapped]) -> RowCover:
    counts = Counter(each.sector for each in there)
    strong = any(each.capacity is not Level.LOW for each in there)
    cover = Cover.COVERED if len(there) > 1 and strong else Cover.THIN if there else Cover.NONE
    return RowCover(row=row, counts=tuple(counts[sector] for sector in Sector), total=len(there), cover=cover)


def _overlaps(row: str, there: Sequence[Mapped]) -> Iterable[Overlap]:
    alike: dict[tuple[Sector, str], list[Mapped]] = defaultdict(list)
    for each in there:
        if not each.named:  # where it works is not said, so neither is that somebody else does the same there
            continue
        alike[each.sector, " ".join(each.area.casefold().split())].append(each)
    for (sector, _area), who in alike.items():
        if len(who) >= SAME_WORK:
            yield Overlap(row=row, sector=sector, area=who[0].area, who=tuple(who))
