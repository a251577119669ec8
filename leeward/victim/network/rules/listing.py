"""The list of members as lines of CSV: one for each service that takes part."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from leeward.foundation.editing.lines import Wrong, read_day, read_lines
from leeward.victim.network.errors import ListAllowed
from leeward.victim.network.rules.members import Kind, Part

COLUMNS = ("member", "service_id", "kinds", "languages", "signed_on", "until")
SHOWN = 8  # languages that a refusal names


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the lines are held against: members by name and by id, and organisations by their services.

    `of_member`: each member's organisation. `taken`: by which member each service is. `gone`: members that have left.
    """

    members: Mapping[str, UUID]
    of_member: Mapping[UUID, UUID]
    gone: Collection[UUID]
    organizations: Mapping[UUID, UUID]
    taken: Mapping[UUID, UUID]
    languages: Collection[str]
    longest_name: int


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One member as the list has it; `member` is None for an organisation that is none yet."""

    member: UUID | None
    name: str
    organization: UUID
    signed_on: date
    until: date
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class _Line:
    name: str
    days: tuple[date, date]
    organization: UUID
    part: Part


@dataclass(kw_only=True)
class _Reading:
    """What lines were read so far, against which the next one is held: each service once, one word of each member."""

    known: Known
    today: date
    services: set[UUID] = field(default_factory=set)
    days: dict[str, tuple[str, str]] = field(default_factory=dict)
    owners: dict[str, UUID] = field(default_factory=dict)

    def wrong(self, cells: Mapping[str, str]) -> Wrong:
        """Find what is wrong in a line."""
        name, member = cells["member"], self.known.members.get(cells["member"])
        if not 0 < len(name) <= self.known.longest_name or not name.isprintable():
            yield "member", ListAllowed.NAME, self.known.longest_name
        elif member in self.known.gone:
            yield "member", ListAllowed.GONE, ""
        key, service = str(member or name), _service(cells["service_id"])
        if why := self._wrong_service(service, member, key=key):
            yield "service_id", why, ""
        kinds, languages = cells["kinds"].split(), cells["languages"].split()
        if not kinds or not set(kinds) <= set(Kind):
            yield "kinds", ListAllowed.KINDS, " ".join(Kind)
        if not languages or not set(languages) <= set(self.known.languages):
            yield "languages", ListAllowed.LANGUAGES, " ".join(sorted(self.known.languages)[:SHOWN])
        yield from self._wrong_days(cells["signed_on"], cells["until"], key=key)

    def _wrong_service(self, service: UUID | None, member: UUID | None, *, key: str) -> ListAllowed | None:
        owner = self.known.organizations.get(service) if service else None
        if service is None or owner is None:
            return ListAllowed.SERVICE
        if service in self.services:
            return ListAllowed.ONCE
        self.services.add(service)
        if self.known.taken.get(service, member) != member:
            return ListAllowed.TAKEN
        first = self.known.of_member.get(member, owner) if member else owner
        return ListAllowed.OTHERS if owner != self.owners.setdefault(key, first) else None

    def _wrong_days(self, signed_on: str, until: str, *, key: str) -> Wrong:
        first = self.days.setdefault(key, (signed_on, until))
        signed, ends = read_day(signed_on), read_day(until)
        if signed is None or signed > self.today or signed_on != first[0]:
            yield "signed_on", ListAllowed.SIGNED, ""
        if ends is None or (signed and ends < signed) or until != first[1]:
            yield "until", ListAllowed.UNTIL, ""


def read_list(text: str, known: Known, *, today: date) -> tuple[Listed, ...]:
    """Read the lines, member by member. Raises LinesRefused."""

    def make(cells: Mapping[str, str]) -> _Line:
        service = UUID(cells["service_id"])
        part = Part(
            service=service,
            kinds=frozenset(map(Kind, cells["kinds"].split())),
            languages=frozenset(cells["languages"].split()),
        )
        span = date.fromisoformat(cells["signed_on"]), date.fromisoformat(cells["until"])
        return _Line(name=cells["member"], days=span, organization=known.organizations[service], part=part)

    found: dict[str, list[_Line]] = defaultdict(list)
    for line in read_lines(text, COLUMNS, wrong=_Reading(known=known, today=today).wrong, make=make):
        found[str(known.members.get(line.name, line.name))].append(line)
    return tuple(
        Listed(
            member=known.members.get(lines[0].name),
            name=lines[0].name,
            organization=lines[0].organization,
            signed_on=lines[0].days[0],
            until=lines[0].days[1],
            parts=tuple(line.part for line in lines),
        )
        for lines in found.values()
    )


def _service(cell: str) -> UUID | None:
    try:
        return UUID(cell)
    except ValueError:
        return None
