"""Tactics that many people meet: their facets, what their words may not say, and when a warning about one is due."""

import hmac
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from leeward.foundation.labels import Labelled, mark

LONGEST_WORDS = 280
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
# A warning is due at so many sightings in so many days, the last one counted too, …
ENOUGH, WITHIN_DAYS = 5, 28
# … by so many teams, or, where a nation has one, by so many people on so many days, …
TEAMS, PEOPLE, DAYS = 2, 2, 3
# … of a tactic that is no older, and about which none went out for so long.
FRESH_DAYS = QUIET_DAYS = 180
# A known tactic rises when a week has so many, which must be less likely than this given so many weeks before it that
# ended so many weeks before.
RISING, UNLIKELY = 10, 1 / 200
HISTORY_WEEKS, GAP_WEEKS = 26, 2
KNOWN_AFTER = (HISTORY_WEEKS + GAP_WEEKS) * WEEK
ANSWER_WITHIN = timedelta(days=14)
# So many tactics count for one person.
MOST_OF_ONE = 10
KEPT_FOR = timedelta(days=730)


class Channel(Labelled):
    """Where it begins."""

    DATING = "dating", mark("Dating app or site")
    SOCIAL = "social", mark("Social network")
    MESSAGING = "messaging", mark("Messenger")
    GAMES = "games", mark("Game or its chat")
    CALL = "call", mark("Phone or video call")
    MAIL = "mail", mark("E-mail")
    SITE = "site", mark("Web site or forum")
    FACE = "face", mark("Face to face")
    OTHER = "other", mark("Another place")


class WayIn(Labelled):
    """How they get to people."""

    STRANGER = "stranger", mark("A stranger makes contact")
    FALSE_PROFILE = "false_profile", mark("A false profile or a false name")
    KNOWN = "known", mark("Somebody the person knows")
    ACCOUNT = "account", mark("An account or a device is broken into")
    OFFER = "offer", mark("An offer of work, money or a role")
    FOUND = "found", mark("Pictures that were found, bought or leaked")
    OTHER = "other", mark("Another way in")


class Lever(Labelled):
    """What they press with."""

    TELLING = "telling", mark("Telling family, friends or work")
    PUBLISHING = "publishing", mark("Publishing it")
    AUTHORITY = "authority", mark("Posing as police, court or platform")
    FAITH = "faith", mark("Shame before family or community")
    STAY = "stay", mark("The right to stay, children, money or home")
    VIOLENCE = "violence", mark("Violence")
    NONE = "none", mark("No pressure: it is simply done")
    OTHER = "other", mark("Another lever")


class Demand(Labelled):
    """What they want."""

    MONEY = "money", mark("Money or vouchers")
    PICTURES = "pictures", mark("More pictures")
    MEETING = "meeting", mark("A meeting or sex")
    ACCESS = "access", mark("Passwords or accounts")
    STAYING = "staying", mark("That the person comes back or stays")
    SILENCE = "silence", mark("Silence, or that a complaint is taken back")
    NOTHING = "nothing", mark("Nothing is asked")
    OTHER = "other", mark("Something else")


class Means(Labelled):
    """With what."""

    REAL = "real", mark("Pictures that the person had sent or shared")
    MADE = "made", mark("Pictures made or changed by a program")
    HIDDEN = "hidden", mark("Pictures taken in secret")
    RECORDED = "recorded", mark("A recorded call or screen")
    STOLEN = "stolen", mark("Pictures stolen from a device or account")
    CLAIMED = "claimed", mark("Pictures that they only say they have")
    OTHER = "other", mark("Something else")


class AlertKind(Labelled):
    """Why a warning is due."""

    NEW = "new", mark("New"), "red"
    RISING = "rising", mark("Rising"), "orange"


class AnswerKind(Labelled):
    """What the government's contact says to an alert."""

    KNOWN = "known", mark("Known to the government"), "blue"
    ACTING = "acting", mark("Action under way"), "green"
    NOT_OURS = "not_ours", mark("Not ours"), "grey"


FACETS: dict[str, type[Labelled]] = {
    "channel": Channel,
    "way_in": WayIn,
    "lever": Lever,
    "demand": Demand,
    "means": Means,
}


@dataclass(frozen=True, kw_only=True)
class TacticWords:
    """What a tactic is, in words that name nobody, and its facets."""

    words: str
    channel: Channel
    way_in: WayIn
    lever: Lever
    demand: Demand
    means: Means


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One sighting of a tactic as the rule reads it. `on`: the day in the nation on which it was noted."""

    on: date
    team: str
    by: str


_MARKS = re.compile(
    r"https?://\S+|www\.\S+"  # addresses
    r"|\S*@\S+|@"  # mailboxes and handles
    r"|\b[\w-]+\.(?:[a-z]{2,})\b"  # names of sites
    r"|\S*\d\S*"  # digits of every script
)
_CAPITAL = re.compile(r"(?<![.!?:]\s)(?<!^)\b[^\W\d_]*[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я][^\W\d_]*", re.MULTILINE)


def marks(words: str) -> tuple[str, ...]:
    """What in these words may name somebody, a sum or a place: a person decides, the machine only marks it.

    Digits, "@", addresses, and words with a capital that do not begin a sentence. Arabic has no capitals: there a
    person's eyes are all.
    """
    found = [*_MARKS.finditer(words), *_CAPITAL.finditer(words)]
    return tuple(dict.fromkeys(each.group() for each in sorted(found, key=lambda each: each.start())))


def sighting_of(person: str, tactic: UUID) -> UUID:
    """The reference of the one sighting by which a person counts for a tactic. `person`: their secret, in hex.

    Whoever has not the secret can tell from it neither whose it is nor that two are the same person's.
    """
    return UUID(bytes=hmac.digest(bytes.fromhex(person), tactic.bytes, "sha256")[:16], version=4)


def week_of(day: date) -> date:
    """The Monday of the ISO week in which a day lies."""
    return day - day.weekday() * DAY


def is_due(seen: Iterable[Seen], *, today: date, begun_on: date, last_left_on: date | None, has_one_team: bool) -> bool:
    """Whether a warning about a tactic is due today, after these sightings.

    `begun_on`: the day of its first sighting; `last_left_on`: on which a warning about it went out last.
    """
    is_fresh = today - begun_on <= FRESH_DAYS * DAY
    is_quiet = last_left_on is None or today - last_left_on > QUIET_DAYS * DAY
    lately = [each for each in seen if timedelta(0) <= today - each.on < WITHIN_DAYS * DAY]
    if not is_fresh or not is_quiet or len(lately) < ENOUGH:
        return False
    if len({each.team for each in lately}) >= TEAMS:
        return True
    enough = len({each.by for each in lately}) >= PEOPLE and len({each.on for each in lately}) >= DAYS
    return has_one_team and enough


def is_rising(counts: Sequence[int], this_week: int) -> bool:
    """Whether this week's count of a known tactic is more than chance, given those of the 26 weeks that count.

    `counts` are those of the 26 weeks that ended two weeks before this one.
    """
    if len(counts) != HISTORY_WEEKS:
        raise ValueError(f"The history is {HISTORY_WEEKS} weeks, not {len(counts)}.")
    return this_week >= RISING and likelihood(sum(counts), this_week) < UNLIKELY


def likelihood(total: int, count: int) -> float:
    """How likely a week with so many sightings, or more, is where 26 weeks before had `total`.

    Sightings come by chance at a rate that the history tells (a Gamma of shape total + ½ and 26 weeks), so a week's are
    negative binomial with r = total + ½ and p = 26/27. Logarithms, so that many sightings do not underflow.
    """
    shape, chance = total + 0.5, HISTORY_WEEKS / (HISTORY_WEEKS + 1)
    begin = shape * math.log(chance) - math.lgamma(shape)
    below = math.fsum(
        math.exp(begin + math.lgamma(shape + each) - math.lgamma(each + 1) + each * math.log1p(-chance))
        for each in range(count)
    )
    return max(0.0, 1 - below)


def next_leaving(now: datetime, *, times: Sequence[time], zone: ZoneInfo) -> datetime:
    """The next of the day's fixed times at which warnings leave, by the nation's clock."""
    there = now.astimezone(zone)
    days = (there.date(), there.date() + DAY)
    found = (datetime.combine(day, at, tzinfo=zone) for day in days for at in sorted(times))
    return next(each for each in found if each > now)
