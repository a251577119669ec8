"""Members of the network: what they take, whether they have room, whether they are trained, and who is proposed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from leeward.foundation.labels import Labelled, mark
from leeward.victim.file.rules.needs import Need
from leeward.victim.file.rules.offers import NeedOffer, offers_of
from leeward.victim.network.errors import WhyNot

# A word about room that is older says nothing any more.
FRESH = timedelta(days=14)
# So many declines for no room in so many days outweigh an older word.
FULL_BY, FULL_WITHIN = 2, timedelta(days=7)
# Under this share of people with training in date, a member is shown with it and not proposed first.
TRAINED_PERCENT = 80


class MemberState(Labelled):
    """How an organisation stands with the network."""

    APPLICANT = "applicant", mark("Has not signed yet"), "yellow"
    MEMBER = "member", mark("Member"), "green"
    SUSPENDED = "suspended", mark("Suspended"), "red"
    LEFT = "left", mark("Has left"), "grey"


# Who asks to join, and who has left: neither is passed anything on, and nobody counts for either.
NOT_HERE = (MemberState.APPLICANT, MemberState.LEFT)


class Way(Labelled):
    """How a member comes to what is passed on to it."""

    ACCOUNTS = "accounts", mark("Its people have accounts")
    LINK = "link", mark("By a link that is mailed to it for each referral")


class Sector(Labelled):
    """What kind of organisation it is."""

    SUPPORT = "support", mark("Support service")
    POLICE = "police", mark("Police")
    HEALTH = "health", mark("Health care")
    SOCIAL = "social", mark("Social care")
    WORK = "work", mark("Occupational health")
    LAW = "law", mark("Legal advice")
    MEETING = "meeting", mark("Meeting on high risk")
    OTHER = "other", mark("Other")


class Kind(Labelled):
    """The kind of help that is asked of a member: the one purpose of a referral."""

    SHELTER = "shelter", mark("A safe place to stay")
    TALK = "talk", mark("Somebody to talk to")
    LAW = "law", mark("Legal help")
    HEALTH = "health", mark("A doctor or therapist")
    POLICE = "police", mark("The police")
    SOCIAL = "social", mark("Help with money, home or care")
    WORK = "work", mark("Help at work")
    DEVICE = "device", mark("Making devices and accounts safe")
    COMMUNITY = "community", mark("People who live as I do")
    CHILDREN = "children", mark("Help for children")
    MEETING = "meeting", mark("A meeting about danger")


class PassedTo(Labelled):
    """To whom a member must pass something on by law."""

    POLICE = "police", mark("The police")
    IMMIGRATION = "immigration", mark("The authority for foreigners")
    CHILDREN = "children", mark("The authority for children")
    EMPLOYER = "employer", mark("The employer")
    FAMILY = "family", mark("The family")


class Said(Labelled):
    """What a member says about its room; four words, as in HL7's SDOH Clinical Care 3.0.0."""

    ROOM = "room", mark("Has room"), "green"
    WAITING_LIST = "waiting_list", mark("Has a waiting list"), "yellow"
    LOOK_FIRST = "look_first", mark("Must check first"), "yellow"
    FULL = "full", mark("Full"), "red"


class Room(Labelled):
    """What the board shows of a member's room."""

    ROOM = "room", mark("Has room"), "green"
    WAITING_LIST = "waiting_list", mark("Has a waiting list"), "yellow"
    LOOK_FIRST = "look_first", mark("Must check first"), "yellow"
    FULL = "full", mark("Full"), "red"
    FULL_BY_ANSWERS = "full_by_answers", mark("Full, by two answers"), "red"
    NOT_SAID = "not_said", mark("Not confirmed lately"), "grey"


IS_FULL = frozenset({Room.FULL, Room.FULL_BY_ANSWERS})
# In which order members are proposed.
BY_ROOM = (Room.ROOM, Room.LOOK_FIRST, Room.NOT_SAID, Room.WAITING_LIST, *sorted(IS_FULL))


def has_ended(until: date | None, *, today: date) -> bool:
    """Return whether a protocol that was signed until a day is over."""
    return until is not None and until < today


def room_of(said: Said | None, *, said_at: datetime | None, declined: Iterable[datetime], now: datetime) -> Room:
    """Return what the board shows. `declined`: when this member declined for no room.

    Two such answers within seven days outweigh whatever was said before the second one, until they say otherwise.
    """
    lately = sorted(at for at in declined if now - FULL_WITHIN < at <= now)
    if len(lately) >= FULL_BY and (said_at is None or said_at < lately[-1]):
        return Room.FULL_BY_ANSWERS
    if said is None or said_at is None or now - said_at > FRESH:
        return Room.NOT_SAID
    return Room(said.value)


def is_trained(*, in_date: int, people: int) -> bool:
    """Whether enough people have training in date."""
    return in_date * 100 >= TRAINED_PERCENT * people


@dataclass(frozen=True, kw_only=True)
class Part:
    """One service of the directory with which a member takes part."""

    service: UUID
    kinds: frozenset[Kind]
    languages: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One service of a member, as it stands now. `areas`: codes; None for the whole nation.

    `has_reader`: whether somebody there can open what is passed on.
    """

    service: UUID
    member: UUID
    name: str
    state: MemberState
    until: date | None
    kinds: frozenset[Kind]
    languages: frozenset[str]
    areas: frozenset[str] | None
    room: Room
    are_trained: bool
    passes_to: frozenset[PassedTo] = frozenset()
    passes_on: str = ""
    way: Way = Way.ACCOUNTS
    has_reader: bool = True
    sector: Sector = Sector.OTHER
    # How the directory sorts the service, and how it is reached.
    terms: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is looked for: a kind of help, where and in which language it is needed ("" for any).

    `fears`: to whom nothing may be passed on. `offers`: what the person's wishes change in what is offered.
    """

    kind: Kind
    area: str = ""
    language: str = ""
    fears: frozenset[PassedTo] = field(default_factory=frozenset)
    offers: tuple[NeedOffer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """One candidate and what speaks against them; nothing does where `why_not` is empty.

    `because`: the wishes for which they stand before others.
    """

    candidate: Candidate
    why_not: tuple[WhyNot, ...]
    because: tuple[Need, ...] = ()


def fears_of(needs: Iterable[Need]) -> frozenset[PassedTo]:
    """Return to whom nothing may be passed on, as far as somebody's wishes tell."""
    return frozenset(PassedTo(to) for offer in offers_of(needs) for to in offer.fears)


def because_of(candidate: Candidate, wish: Wish) -> tuple[Need, ...]:
    """Return the wishes for which a candidate is there, by people, sector, way of contact or language."""
    return tuple(
        offer.need
        for offer in wish.offers
        if candidate.terms & set(offer.people)
        or candidate.sector in offer.sectors
        or (candidate.ways & set(offer.ways))
        or (offer.speaks and wish.language and wish.language in candidate.languages)
    )


def why_not(candidate: Candidate, wish: Wish, *, today: date) -> tuple[WhyNot, ...]:
    """Return all that speaks against asking a candidate, the gravest first."""
    found = {
        WhyNot.NOT_SIGNED: candidate.state is not MemberState.MEMBER,
        WhyNot.ENDED: candidate.until is None or candidate.until < today,
        WhyNot.KIND: wish.kind not in candidate.kinds,
        WhyNot.UNREAD: not candidate.has_reader,
        WhyNot.AREA: bool(wish.area) and candidate.areas is not None and wish.area not in candidate.areas,
        WhyNot.LANGUAGE: bool(wish.language) and wish.language not in candidate.languages,
        WhyNot.FULL: candidate.room in IS_FULL,
        WhyNot.UNTRAINED: not candidate.are_trained,
        WhyNot.PASSES_ON: bool(candidate.passes_to & wish.fears),
        WhyNot.LOCAL: candidate.areas is not None and any(offer.no_local for offer in wish.offers),
        WhyNot.SECTOR: any(candidate.sector in offer.never for offer in wish.offers),
    }
    return tuple(why for why in WhyNot if found[why])


def propose(candidates: Iterable[Candidate], wish: Wish, *, today: date) -> tuple[Proposed, ...]:
    """Return all candidates: those whom nothing speaks against first, then the others with why not.

    Among them stand first those who are there for the person's wishes, then those with room. Nobody is ranked
    otherwise: those who are alike stand by their names.
    """
    found = [
        Proposed(candidate=each, why_not=why_not(each, wish, today=today), because=because_of(each, wish))
        for each in candidates
    ]
    return tuple(sorted(found, key=_order))


def _order(each: Proposed) -> tuple[int, int, int, str]:
    room = BY_ROOM.index(each.candidate.room)
    return (len(each.why_not), -len(each.because), room, each.candidate.name)
