"""Which services fit where somebody stands in Leeward, and in which order: decided without a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

# Who takes everybody: a service that bears this term, or none of these terms at all.
EVERYONE = "everyone"
# Programmes for those who did it: never named to whom it was done.
FOR_WHO_DOES_IT = "stopping_harm"
# What helps somebody under age, or those who bring them up.
CHILDREN = "children"
ADULT = 18


class Context(StrEnum):
    """Where somebody stands when a page suggests whom to talk to."""

    HELP = "help"  # the page for help, and pages that do not know more
    NOW = "now"  # below a search, for who cannot wait
    CHILD = "child"  # somebody in the picture is, or may be, under 18
    THREAT = "threat"
    ONLINE = "online"  # it is already posted
    NOT_REMOVED = "not_removed"  # a platform has said no
    # What is done to them, where it has a path of its own.
    SEXTORTION = "sextortion"
    COMMUNITY = "community"  # intimate in a culture
    DOXXING = "doxxing"
    OUTING = "outing"
    HARASSMENT = "harassment"
    CREATOR = "creator"  # somebody's own professional work
    NOT_IN_LAW = "not_in_law"
    STOLEN = "stolen"  # accounts or devices were broken into
    DANGER = "danger"  # in danger now, or thinking of ending her life
    FOUND = "found"  # somebody else's picture


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What fits: needs in the order in which they help, and for whom a service may be besides everybody.

    `first`: of these needs come before others, and `ways`: one of these ways of contact has to be there; () is any.
    """

    needs: tuple[str, ...]
    people: tuple[str, ...] = ()
    first: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()
    for_child: bool = False
    is_now: bool = False  # only who is there now, and crisis lines, which say when they are


WISHES: Mapping[Context, Wish] = {
    Context.HELP: Wish(needs=("helpline", "advocacy", "counselling", "legal")),
    Context.NOW: Wish(needs=("helpline", "counselling"), is_now=True),
    Context.CHILD: Wish(
        needs=(CHILDREN, "content_removal", "helpline"), people=("young_people", "parents"), for_child=True
    ),
    Context.THREAT: Wish(needs=("helpline", "online_safety", "police", "advocacy")),
    Context.ONLINE: Wish(needs=("content_removal", "helpline", "legal", "advocacy")),
    Context.NOT_REMOVED: Wish(needs=("content_removal", "legal", "helpline")),
    Context.SEXTORTION: Wish(needs=("helpline", "online_safety", "police", "counselling"), people=("men",)),
    Context.COMMUNITY: Wish(needs=("helpline", "housing", "advocacy", "legal"), people=("minorities",)),
    Context.DOXXING: Wish(needs=("helpline", "police", "online_safety", "housing")),
    Context.HARASSMENT: Wish(needs=("helpline", "advocacy", "police", "legal", "court_support")),
    Context.NOT_IN_LAW: Wish(needs=("helpline", "content_removal", "legal", "advocacy", "counselling")),
    Context.CREATOR: Wish(needs=("helpline", "content_removal", "legal"), people=("creators", "workers")),
    Context.OUTING: Wish(needs=("helpline", "counselling", "legal"), people=("lgbtq",)),
    Context.STOLEN: Wish(needs=("online_safety", "helpline", "police")),
    Context.DANGER: Wish(needs=("helpline", "police", "housing")),
    Context.FOUND: Wish(needs=("helpline", "content_removal")),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wishes besides, all of it by codes: kinds of services, who they are for, ways of contact.

    `language`: who speaks it; "" for any.
    """

    needs: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    language: str = ""


def with_asked(wish: Wish, asked: Iterable[Asked]) -> Wish:
    """Return what fits somewhere, with what somebody wishes before it."""
    each = tuple(asked)
    needs = tuple(need for one in each for need in one.needs)
    people = tuple(code for one in each for code in one.people)
    return replace(
        wish,
        needs=tuple(dict.fromkeys((*needs, *wish.needs))),
        people=tuple(dict.fromkeys((*people, *wish.people))),
        first=frozenset(needs),
        ways=frozenset(way for one in each for way in one.ways),
    )


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What of a service decides whether and where it is suggested. `needs` and `people` are codes of terms."""

    name: str
    needs: frozenset[str]
    people: frozenset[str]
    languages: frozenset[str]
    ways: frozenset[str] = frozenset()
    minimum_age: int | None = None
    maximum_age: int | None = None
    is_national: bool = True
    is_crisis_line: bool = False
    is_confidential: bool = False
    is_open_now: bool = False


def is_fitting(candidate: Candidate, wish: Wish) -> bool:
    """Whether a service takes whoever stands there: wherever she lives, whoever she is, however old."""
    if not candidate.is_national or (wish.is_now and not (candidate.is_open_now or candidate.is_crisis_line)):
        return False
    if FOR_WHO_DOES_IT in candidate.needs or (wish.ways and not candidate.ways & wish.ways):
        return False
    others = candidate.people - {EVERYONE}
    if others and EVERYONE not in candidate.people and not others & set(wish.people):
        return False
    if wish.for_child:
        is_for_them = CHILDREN in candidate.needs or bool(others & set(wish.people))
        return is_for_them and (candidate.minimum_age is None or candidate.minimum_age < ADULT)
    return candidate.maximum_age is None or candidate.maximum_age >= ADULT


def is_asked_for(candidate: Candidate, asked: Asked) -> bool:
    """Whether a service is there because of this wish."""
    return bool(
        candidate.needs & set(asked.needs)
        or candidate.people & set(asked.people)
        or candidate.ways & set(asked.ways)
        or asked.language in candidate.languages
    )


def suggestion_order(candidate: Candidate, wish: Wish, *, language: str) -> tuple[bool | int | str, ...]:
    """Sorts by what helps most: crisis lines, those for the same people, open, language, the need, confidence, name."""
    places = [place for place, need in enumerate(wish.needs) if need in candidate.needs]
    return (
        not candidate.is_crisis_line,
        not candidate.people & set(wish.people),
        not candidate.needs & wish.first,
        not candidate.is_open_now,
        language not in candidate.languages,
        min(places, default=len(wish.needs)),
        not candidate.is_confidential,
        candidate.name,
    )


def choose_mixed[T](ordered: list[tuple[T, Candidate]], *, most: int) -> list[T]:
    """The first ones, with room for another way on: crisis lines take over half only where nothing else is."""
    crisis = [each for each, candidate in ordered if candidate.is_crisis_line]
    others = [each for each, candidate in ordered if not candidate.is_crisis_line]
    taken = crisis[: max((most + 1) // 2, most - len(others))]
    return [*taken, *others[: most - len(taken)]]
