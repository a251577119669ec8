"""Members as the helpline, the secretary and members themselves see them: room, routes, and who is proposed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from leeward.foundation.days import local_day
from leeward.foundation.rows import read_row
from leeward.society.directory.queries.areas import area_names, areas_of
from leeward.victim.network.errors import MemberUnknown, WhyNot
from leeward.victim.network.models import Capacity, Member, MemberService, TrainedCount, Turn
from leeward.victim.network.rules.clocks import Terms
from leeward.victim.network.rules.members import (
    FULL_WITHIN,
    Candidate,
    Kind,
    MemberState,
    PassedTo,
    Proposed,
    Room,
    Sector,
    Wish,
    is_trained,
    propose,
    room_of,
    why_not,
)
from leeward.victim.network.rules.turns import DeclineReason


@dataclass(frozen=True, kw_only=True)
class MemberLine:
    """A member, as everybody in the network may see it."""

    public_id: UUID
    name: str
    organization: UUID
    sector: Sector
    state: MemberState
    protocol_version: int
    signed_on: date | None
    until: date | None
    passes_to: tuple[PassedTo, ...]
    passes_on: str
    terms: Terms


@dataclass(frozen=True, kw_only=True)
class Trained:
    """How many of a member's people have one training in date."""

    requirement: str
    in_date: int
    people: int
    as_of: date
    source: TrainedCount.Source

    @property
    def is_enough(self) -> bool:
        """Whether it is enough to be proposed first."""
        return is_trained(in_date=self.in_date, people=self.people)


@dataclass(frozen=True, kw_only=True)
class BoardLine:
    """What the board shows of one service and one kind of help. `said_at`: how old the word is."""

    member: UUID
    name: str
    service: UUID
    kind: Kind
    room: Room
    places: int | None
    wait_days: int | None
    said_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Route:
    """Who takes one kind of help in one area today; nobody where it is a hole."""

    kind: Kind
    area: str
    takers: tuple[str, ...]


def list_members() -> tuple[MemberLine, ...]:
    """Every member that there is or was, by name."""
    return tuple(_line(row) for row in Member.objects.order_by("name", "id"))


def read_member(member: UUID) -> MemberLine:
    """One member. Raises MemberUnknown."""
    row = Member.objects.filter(public_id=member).first()
    if row is None:
        raise MemberUnknown
    return _line(row)


def list_training(member: UUID) -> tuple[Trained, ...]:
    """What is known of a member's training."""
    rows = TrainedCount.objects.filter(member__public_id=member).order_by("requirement")
    return tuple(read_row(Trained, row) for row in rows)


def read_candidates(kind: Kind, *, now: datetime) -> tuple[Candidate, ...]:
    """Every service of a member, with its room for one kind of help as it is now; those that left are left out."""
    services = _services()
    areas = areas_of([row.service for row in services])
    rooms = {line.service: line.room for line in _board(services, [kind], now=now)}
    counts: dict[int, list[bool]] = defaultdict(list)
    for count in TrainedCount.objects.values("member_id", "in_date", "people"):
        enough = is_trained(in_date=count["in_date"], people=count["people"])
        counts[count["member_id"]].append(enough)
    return tuple(
        Candidate(
            service=row.service,
            member=row.member.public_id,
            name=row.member.name,
            state=row.member.state,
            until=row.member.until,
            kinds=frozenset(map(Kind, row.kinds)),
            languages=frozenset(row.languages),
            areas=areas.get(row.service),
            room=rooms.get(row.service, Room.NOT_SAID),
            are_trained=all(counts[row.member.pk]),
            passes_to=frozenset(map(PassedTo, row.member.passes_to)),
            passes_on=row.member.passes_on,
        )
        for row in services
    )


def propose_members(wish: Wish, *, now: datetime) -> tuple[Proposed, ...]:
    """Whom to ask: those whom nothing speaks against first, then the others with why not."""
    return propose(read_candidates(wish.kind, now=now), wish, today=local_day(now))


def what_speaks_against(kind: Kind, *, now: datetime) -> dict[UUID, tuple[WhyNot, ...]]:
    """What speaks against asking each service for one kind of help, wherever and in whichever language."""
    return {each.candidate.service: each.why_not for each in propose_members(Wish(kind=kind), now=now)}


def members_areas() -> dict[str, str]:
    """The areas in which members work by their codes, with their names."""
    return area_names([row.service for row in _services()])


def read_board(*, now: datetime) -> tuple[BoardLine, ...]:
    """Who has room for what, and how old the word is. Members and the helpline alone see it."""
    return _board(_services(), tuple(Kind), now=now)


def read_routes(areas: Collection[str], *, now: datetime) -> tuple[Route, ...]:
    """Who takes which kind of help in which of these areas today, whatever the language."""
    today, found = local_day(now), []
    for kind in Kind:
        candidates = read_candidates(kind, now=now)
        for area in areas:
            wish = Wish(kind=kind, area=area)
            takers = sorted({each.name for each in candidates if not why_not(each, wish, today=today)})
            found.append(Route(kind=kind, area=area, takers=tuple(takers)))
    return tuple(found)


def member_names() -> dict[str, str]:
    """Names of all members that have not left, by public id: those to whom people on staff may belong."""
    rows = Member.objects.exclude(state=MemberState.LEFT).order_by("name").values_list("public_id", "name")
    return {str(public_id): name for public_id, name in rows}


def _services() -> Sequence[MemberService]:
    rows = MemberService.objects.select_related("member").exclude(member__state=MemberState.LEFT)
    return list(rows.order_by("member__name", "id"))


def _board(services: Sequence[MemberService], kinds: Collection[Kind], *, now: datetime) -> tuple[BoardLine, ...]:
    said = {(row.service_id, row.kind): row for row in Capacity.objects.all()}
    declined: dict[tuple[UUID, Kind], list[datetime]] = defaultdict(list)
    recent = Turn.objects.filter(code=DeclineReason.NO_ROOM, since__gt=now - FULL_WITHIN)
    for service, kind, since in recent.values_list("service", "referral__kind", "since"):
        declined[service, Kind(kind)].append(since)
    return tuple(
        _board_line(row, Kind(kind), word=said.get((row.pk, Kind(kind))), declined=declined, now=now)
        for row in services
        for kind in row.kinds
        if Kind(kind) in kinds
    )


def _board_line(
    row: MemberService,
    kind: Kind,
    *,
    word: Capacity | None,
    declined: dict[tuple[UUID, Kind], list[datetime]],
    now: datetime,
) -> BoardLine:
    said_at = word.said_at if word else None
    return BoardLine(
        member=row.member.public_id,
        name=row.member.name,
        service=row.service,
        kind=kind,
        room=room_of(word.said if word else None, said_at=said_at, declined=declined[row.service, kind], now=now),
        places=word.places if word else None,
        wait_days=word.wait_days if word else None,
        said_at=said_at,
    )


def _line(row: Member) -> MemberLine:
    return read_row(MemberLine, row)
