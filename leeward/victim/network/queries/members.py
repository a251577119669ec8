"""Members as the helpline, the secretary and members themselves see them: room, routes, and who is proposed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from leeward.foundation.accounts.queries import teams_that_read
from leeward.foundation.days import local_day
from leeward.foundation.rows import read_row, read_values
from leeward.foundation.web.words import language
from leeward.society.directory.queries.areas import Traits, area_names, traits_of
from leeward.society.directory.queries.names import organizations_of_services, spoken_languages
from leeward.victim.network.errors import MemberUnknown, WhyNot
from leeward.victim.network.models import NAME_LENGTH, Accepted, Capacity, Member, MemberService, TrainedCount, Turn
from leeward.victim.network.rules.clocks import Terms
from leeward.victim.network.rules.listing import Known
from leeward.victim.network.rules.members import (
    FULL_WITHIN,
    NOT_HERE,
    Candidate,
    Kind,
    MemberState,
    PassedTo,
    Proposed,
    Room,
    Sector,
    Way,
    Wish,
    is_trained,
    propose,
    room_of,
    why_not,
)
from leeward.victim.network.rules.turns import OPEN, UNANSWERED, DeclineReason, TurnState

LATELY = timedelta(days=30)
FOUND = 8
NO_TRAITS = Traits()


@dataclass(frozen=True, kw_only=True)
class MemberLine:
    """A member, as everybody in the network may see it."""

    public_id: UUID
    name: str
    organization: UUID
    sector: Sector
    state: MemberState
    way: Way
    has_mailbox: bool
    protocol_version: int
    signed_on: date | None
    until: date | None
    passes_to: tuple[PassedTo, ...]
    passes_on: str
    terms: Terms
    changed_at: datetime
    applied: str
    has_key: bool
    team: str

    def is_in_force(self, *, today: date) -> bool:
        """Whether its protocol is in force on this day."""
        return self.state is MemberState.MEMBER and self.until is not None and today <= self.until


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
class PartLine:
    """A service with which a member takes part: what it helps with, in which languages."""

    service: UUID
    kinds: tuple[Kind, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ClockLine:
    """How one member keeps its time: what is with it now and late, and what ended otherwise in the last 30 days."""

    member: UUID
    name: str
    open: int
    late_to_answer: int
    late_to_begin: int
    expired: int
    declined: int


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


def member_rows() -> QuerySet[Member]:
    """Every member that there is or was, for a list."""
    return Member.objects.all()


def member_lines(rows: Iterable[Member]) -> tuple[MemberLine, ...]:
    """Members as a list shows them."""
    return tuple(_line(row) for row in rows)


def find_members(term: str) -> tuple[MemberLine, ...]:
    """The first members that bear these words in their names."""
    return member_lines(Member.objects.filter(name__icontains=term).order_by("name", "id")[:FOUND]) if term else ()


def list_members() -> tuple[MemberLine, ...]:
    """Every member that there is or was, by name."""
    return member_lines(Member.objects.order_by("name", "id"))


def members_to_name() -> tuple[tuple[UUID, str], ...]:
    """Whoever is a member and has not left, by name: for a choice in another room."""
    rows = Member.objects.exclude(state__in=NOT_HERE).order_by("name", "id")
    return tuple(rows.values_list("public_id", "name"))


def read_member(member: UUID) -> MemberLine:
    """One member. Raises MemberUnknown."""
    row = Member.objects.filter(public_id=member).first()
    if row is None:
        raise MemberUnknown
    return _line(row)


def has_accepted(member: MemberLine, *, staff: str) -> bool:
    """Whether somebody who works there has accepted the protocol as it is now."""
    rows = Accepted.objects.filter(member__public_id=member.public_id, staff=staff)
    return rows.filter(version=member.protocol_version).exists()


def parts_of_member(member: UUID) -> tuple[PartLine, ...]:
    """The services with which a member takes part."""
    return tuple(read_row(PartLine, row) for row in MemberService.objects.filter(member__public_id=member))


def read_known(*, languages: Collection[str]) -> Known:
    """What a list of members is held against."""
    # Of two with one name the one that has not left is meant.
    members = sorted(Member.objects.order_by("pk"), key=lambda each: each.state is not MemberState.LEFT)
    return Known(
        members={key: each.public_id for each in members for key in (each.name, str(each.public_id))},
        of_member={each.public_id: each.organization for each in members},
        gone={each.public_id for each in members if each.state is MemberState.LEFT},
        organizations=organizations_of_services(),
        taken=dict(MemberService.objects.values_list("service", "member__public_id")),
        languages=languages,
        longest_name=NAME_LENGTH,
    )


def services_elsewhere(services: Collection[UUID], *, member: UUID | None) -> frozenset[UUID]:
    """Which of these services are another member's."""
    rows = MemberService.objects.filter(service__in=services)
    if member is not None:
        rows = rows.exclude(member__public_id=member)
    return frozenset(rows.values_list("service", flat=True))


def read_clocks(*, now: datetime) -> tuple[ClockLine, ...]:
    """How the members that have not left keep their time, by name; nothing of anybody."""
    is_late, lately = Q(turns__due_at__lte=now), Q(turns__since__gt=now - LATELY)
    counts = {
        "open": Q(turns__state__in=sorted(OPEN)),
        "late_to_answer": Q(turns__state__in=sorted(UNANSWERED)) & is_late,
        "late_to_begin": Q(turns__state=TurnState.ACCEPTED) & is_late,
        "expired": Q(turns__state=TurnState.EXPIRED) & lately,
        "declined": Q(turns__state=TurnState.DECLINED) & lately,
    }
    rows = Member.objects.exclude(state__in=NOT_HERE).order_by("name", "id").values("public_id", "name")
    counted = rows.annotate(**{name: Count("turns", filter=which) for name, which in counts.items()})
    return tuple(read_values(ClockLine, row, member=row["public_id"]) for row in counted)


def list_trained() -> tuple[tuple[str, Trained], ...]:
    """What is known of the training of each member that has not left, with the member's name."""
    rows = TrainedCount.objects.exclude(member__state=MemberState.LEFT).select_related("member")
    return tuple((row.member.name, read_row(Trained, row)) for row in rows.order_by("member__name", "requirement"))


def list_training(member: UUID) -> tuple[Trained, ...]:
    """What is known of a member's training."""
    rows = TrainedCount.objects.filter(member__public_id=member).order_by("requirement")
    return tuple(read_row(Trained, row) for row in rows)


def read_candidates(kind: Kind, *, now: datetime) -> tuple[Candidate, ...]:
    """Every service of a member, with its room for one kind of help as it is now; those that left are left out."""
    return look_at_network(now=now).candidates(kind)


@dataclass(frozen=True, kw_only=True)
class Look:
    """All that is known of the members' services at one moment, read once for every kind of help and each area.

    `said` and `declined`: the word of a service on its room for a kind, and when it declined for want of it.
    `untrained`: members of which not enough people have their training in date. `unread`: those where nobody can read.
    """

    at: datetime
    services: Sequence[MemberService]
    traits: Mapping[UUID, Traits]
    said: Mapping[tuple[int, str], Capacity]
    declined: Mapping[tuple[UUID, str], Sequence[datetime]]
    untrained: Collection[int]
    unread: Collection[int]

    @property
    def areas(self) -> dict[str, str]:
        """The areas in which members work by their codes, with their names."""
        return area_names([row.service for row in self.services])

    @property
    def board(self) -> tuple[BoardLine, ...]:
        """Who has room for what, and how old the word is."""
        return _board(self.services, self.said, self.declined, now=self.at)

    def candidates(self, kind: Kind) -> tuple[Candidate, ...]:
        """Every service, with its room for one kind of help."""
        return tuple(_candidate(row, kind, self) for row in self.services)

    def routes_in(self, areas: Collection[str]) -> tuple[Route, ...]:
        """Who takes which kind of help in which of these areas, whatever the language."""
        today, found = local_day(self.at), []
        for kind in Kind:
            able = [_candidate(row, kind, self) for row in self.services if kind in row.kinds]
            for area in areas:
                wish = Wish(kind=kind, area=area)
                takers = sorted({each.name for each in able if not why_not(each, wish, today=today)})
                found.append(Route(kind=kind, area=area, takers=tuple(takers)))
        return tuple(found)


def look_at_network(*, now: datetime) -> Look:
    """Read what is known of all members' services now; those of members that left are left out."""
    services = _services()
    counts = TrainedCount.objects.values_list("member_id", "in_date", "people")
    return Look(
        at=now,
        services=services,
        traits=traits_of([row.service for row in services]),
        said=_words(),
        declined=_declines(now=now),
        untrained={member for member, in_date, people in counts if not is_trained(in_date=in_date, people=people)},
        unread=unread_members(row.member for row in services),
    )


def unread_members(members: Iterable[Member]) -> frozenset[int]:
    """Return the keys of those members where nobody who could open what is passed on has signed in and stayed.

    A member that comes in by mailed links reads its mailbox, and is never among them.
    """
    teams = {each.team: each.pk for each in members if each.way is Way.ACCOUNTS}
    reading = teams_that_read(teams)
    return frozenset(key for team, key in teams.items() if team not in reading)


def _candidate(row: MemberService, kind: Kind, look: Look) -> Candidate:
    traits = look.traits.get(row.service, NO_TRAITS)
    return Candidate(
        service=row.service,
        member=row.member.public_id,
        name=row.member.name,
        state=row.member.state,
        until=row.member.until,
        kinds=frozenset(map(Kind, row.kinds)),
        languages=frozenset(row.languages),
        areas=traits.areas,
        room=_room(row, kind, look.said, look.declined, now=look.at) if kind in row.kinds else Room.NOT_SAID,
        are_trained=row.member.pk not in look.untrained,
        passes_to=frozenset(map(PassedTo, row.member.passes_to)),
        passes_on=row.member.passes_on,
        way=row.member.way,
        has_reader=row.member.pk not in look.unread,
        sector=row.member.sector,
        terms=traits.terms,
        ways=traits.ways,
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


def read_board(*, now: datetime, member: UUID | None = None) -> tuple[BoardLine, ...]:
    """Who has room for what, of all or of one member, and how old the word is; the network alone sees it."""
    services = [row for row in _services() if member in (None, row.member.public_id)]
    return _board(services, _words(), _declines(now=now), now=now)


def read_routes(areas: Collection[str], *, now: datetime) -> tuple[Route, ...]:
    """Who takes which kind of help in which of these areas today, whatever the language."""
    return look_at_network(now=now).routes_in(areas)


def known_languages() -> dict[str, str]:
    """The languages of the pages and those that are spoken in the nation, by their codes, with their names."""
    return {code: language(code) for code, _name in settings.LANGUAGES} | spoken_languages()


def member_names() -> dict[str, str]:
    """Names of members that have not left, by public id: those to whom people on staff may belong."""
    rows = (
        Member.objects.filter(way=Way.ACCOUNTS)
        .exclude(state__in=NOT_HERE)
        .order_by("name")
        .values_list("public_id", "name")
    )
    return {str(public_id): name for public_id, name in rows}


def _services() -> Sequence[MemberService]:
    rows = MemberService.objects.select_related("member").exclude(member__state__in=NOT_HERE)
    return list(rows.order_by("member__name", "id"))


def _words() -> dict[tuple[int, str], Capacity]:
    """What each service last said of its room for a kind of help."""
    return {(row.service_id, row.kind): row for row in Capacity.objects.all()}


def _declines(*, now: datetime) -> dict[tuple[UUID, str], list[datetime]]:
    """When services declined for want of room, lately."""
    found: dict[tuple[UUID, str], list[datetime]] = defaultdict(list)
    recent = Turn.objects.filter(code=DeclineReason.NO_ROOM, since__gt=now - FULL_WITHIN)
    for service, kind, since in recent.values_list("service", "referral__kind", "since"):
        found[service, kind].append(since)
    return found


def _board(
    services: Iterable[MemberService],
    said: Mapping[tuple[int, str], Capacity],
    declined: Mapping[tuple[UUID, str], Sequence[datetime]],
    *,
    now: datetime,
) -> tuple[BoardLine, ...]:
    lines = []
    for row in services:
        for kind in row.kinds:
            word = said.get((row.pk, kind))
            lines.append(
                BoardLine(
                    member=row.member.public_id,
                    name=row.member.name,
                    service=row.service,
                    kind=Kind(kind),
                    room=_room(row, kind, said, declined, now=now),
                    places=word.places if word else None,
                    wait_days=word.wait_days if word else None,
                    said_at=word.said_at if word else None,
                )
            )
    return tuple(lines)


def _room(
    row: MemberService,
    kind: str,
    said: Mapping[tuple[int, str], Capacity],
    declined: Mapping[tuple[UUID, str], Sequence[datetime]],
    *,
    now: datetime,
) -> Room:
    word = said.get((row.pk, kind))
    return room_of(
        word.said if word else None,
        said_at=word.said_at if word else None,
        declined=declined.get((row.service, kind), ()),
        now=now,
    )


def _line(row: Member) -> MemberLine:
    return read_row(MemberLine, row)
