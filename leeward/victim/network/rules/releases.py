"""What is passed on, a file release a receiver: copies of chosen things of a closed list, each read by the person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark
from leeward.victim.network.errors import NeedMissing, ReceiversRefused, ReleaseRefused, YesMissing

MOST_RECEIVERS = 3
TEXT_LIMIT = 20_000  # signs of one field
LONGEST = timedelta(days=365)
# After the day by which the last of three would have begun.
USUAL = timedelta(days=90)
UNTIL_BEGUN = timedelta(days=10)


class ReleaseField(Labelled):
    """One thing that may be passed on. Names only where the person asks for it."""

    HAPPENED = "happened", mark("What happened")
    HARM = "harm", mark("What kind of harm it is")
    TALK = "talk", mark("What we need to talk with each other")
    NEEDS = "needs", mark("How I wish to be treated")
    REACH = "reach", mark("How and when to reach me")
    SAFE_WORD = "safe_word", mark("The safe word")
    PLACES = "places", mark("Where it is online")
    SCREEN = "screen", mark("What the questions about danger showed")
    PLAN = "plan", mark("My plan to stay safe")
    REMOVAL = "removal", mark("What came of removing it")
    CHOSEN = "chosen", mark("What I kept and chose to show")
    NAME = "name", mark("My name")


@dataclass(frozen=True, kw_only=True)
class Release(Kept):
    """What one receiver gets, word for word. `law`: by which it is passed on without a yes, by language; else empty.

    `counting`: the secret by which its person counts once for a tactic, whoever notes it; "" where they cannot.
    """

    texts: Mapping[ReleaseField, str] = field(default_factory=dict)
    law: Mapping[str, str] = field(default_factory=dict)
    counting: str = ""


class YesBy(Labelled):
    """How the person said yes."""

    CODE = "code", mark("With their code")
    VOICE = "voice", mark("By voice, typed in")


@dataclass(frozen=True, kw_only=True)
class Yes(Kept):
    """The person's yes. By voice: in which words, and who heard them."""

    by: YesBy
    words: str = ""
    heard_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Without(Kept):
    """Why something is passed on without the person's yes, as they read it.

    `law` and `place`: what the law is called and where it stands, by language, as on that day. `needed`: why each thing
    is passed on.
    """

    law: Mapping[str, str]
    place: Mapping[str, str]
    words: str
    needed: Mapping[ReleaseField, str]


def check_without(without: Without, releases: Mapping[UUID, Release]) -> None:
    """Raises NeedMissing where it says not why, or not why something is passed on."""
    passed = {each for release in releases.values() for each in release.texts}
    if not without.words.strip() or not all(without.needed.get(each, "").strip() for each in passed):
        raise NeedMissing


def check_yes(yes: Yes) -> None:
    """Raises YesMissing for a yes by voice that nobody wrote down."""
    if yes.by is YesBy.VOICE and not (yes.words.strip() and yes.heard_by.strip()):
        raise YesMissing


def check_releases(releases: Mapping[UUID, Release], *, until: date, today: date) -> None:
    """Raises ReceiversRefused, and ReleaseRefused where one of them has no field, or the end is no good one."""
    if not 1 <= len(releases) <= MOST_RECEIVERS:
        raise ReceiversRefused
    if not today < until <= today + LONGEST:
        raise ReleaseRefused
    for release in releases.values():
        texts = release.texts.values()
        if not texts or not all(text.strip() and len(text) <= TEXT_LIMIT for text in texts):
            raise ReleaseRefused


def usual_end(today: date, *, receivers: int) -> date:
    """Return until when a release lasts where nothing else is said."""
    return today + UNTIL_BEGUN * receivers + USUAL
