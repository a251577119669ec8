"""What made-up people tell the made-up desk, and when: about two reports a day, from the first day of a month on."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto

from demo.history import CHARACTERS, how_many, how_many_items, reports_a_day
from leeward.victim.file.rules.story import Danger, Harm, Made, Reporter, Shown, Story, Wish
from leeward.victim.removals.rules.reports import Item, ItemKind, Path, Source

BRIEF = 10  # of so many reports that chance makes, one is told where the past is brief
LIVED = timedelta(days=60)  # at least so long, from the first of a month on
HOSTS = {
    "Lantern": "lantern.example",
    "Picture House": "picturehouse.example",
    "Market Square": "marketsquare.example",
    "Old Harbour": "oldharbour.example",
}
# Of the first three the desk has found out how they are reached; the last one nobody has looked at yet.
SITES = ("clipwall.example", "board42.example", "pastebay.example")
UNSET, BROKEN = "quietfiles.example", "deadletter.example"
LANGUAGES = {"en": 68, "ar": 20, "es": 7, "fr": 5}
HARMS = {
    Harm.SHARED: 44,
    Harm.SEXTORTION: 5,
    Harm.FILMED_SECRETLY: 11,
    Harm.MADE_BY_AI: 15,
    Harm.STOLEN: 8,
    Harm.CREATOR_CONTENT: 5,
    Harm.DOXXING: 4,
    Harm.OUTING: 3,
    Harm.CULTURALLY_SENSITIVE: 5,
}
WORDS = {
    "en": (
        "We broke up in spring. Now it is on a page that everybody at work can open.",
        "Somebody made these with a computer. It is my face and not my body.",
        "I never knew that there was a camera.",
        "My account was broken into, and everything in it is online now.",
        "They want money, or they will send it to my family.",
    ),
    "ar": ("نُشرت صوري من دون علمي وأريد حذفها.", "صنعوا هذه الصور بالحاسوب، وهي ليست لي.", "يهددني بإرسالها إلى أهلي."),
    "es": ("Subió el vídeo después de que lo dejamos.",),
    "fr": ("Mes photos ont été volées et mises en ligne.",),
}


class Fate(Enum):
    """What becomes of a request at its platform."""

    REMOVED = auto()
    RETURNED = auto()  # … and is up again, and asked for anew
    STILL_UP = auto()  # they say that it is removed, and it is not
    DOUBTED = auto()  # they say that it is removed, and no machine can tell
    COUNTERED = auto()  # … and the uploader objects
    REFUSED = auto()  # and looked at again, where people decide
    PARTLY = auto()
    SILENT = auto()
    MISSING = auto()  # they miss something, and then remove it
    UNDELIVERED = auto()


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One report as it is told. `fate` is that of all its places, where it is not left to chance."""

    at: datetime
    language: str
    story: Story
    items: tuple[Item, ...]
    path: Path = Path.ONLINE
    source: Source = Source.WEB
    fate: Fate | None = None
    is_left: bool = False  # nobody at the desk has come to it


def first_lived_day(today: date) -> date:
    """Return the first day of the lived months."""
    return (today - LIVED).replace(day=1)


def tell_all(chance: random.Random, *, now: datetime, brief: bool) -> Iterator[Telling]:
    """Everything that is told until now."""
    by_chance = list(tell_by_chance(chance, now=now))
    yield from by_chance[:: BRIEF if brief else 1]
    yield from arrange(chance, now=now)


def tell_by_chance(chance: random.Random, *, now: datetime) -> Iterator[Telling]:
    """What chance makes, one day after the other; the first is told on the very first day."""
    first = first_lived_day(now.astimezone(UTC).date())
    for number in range((now.date() - first).days + 1):
        day = first + timedelta(days=number)
        for place in range(max(how_many(chance, mean=reports_a_day(day, along=1)), int(number == 0))):
            yield _one(chance, at=_at(day, place))


def _at(day: date, place: int) -> datetime:
    hours = (9, 20, 14, 7, 22, 11, 17)
    return datetime.combine(day, time(hours[place % len(hours)], 7 * place % 60), UTC)


def _one(chance: random.Random, *, at: datetime) -> Telling:
    harm, language = _draw(chance, HARMS), _draw(chance, LANGUAGES)
    path = Path.FOUND if chance.random() < 0.04 else Path.ONLINE
    return Telling(
        at=at,
        language=language,
        path=path,
        source=Source.PHONE if chance.random() < 0.06 else Source.WEB,
        story=_story(chance, harm=harm, path=path, language=language),
        items=tuple(_item(chance, _host(chance)) for _each in range(how_many_items(chance))),
    )


def arrange(chance: random.Random, *, now: datetime) -> Iterator[Telling]:
    """What the last days hold whatever chance does, so that every state can be seen."""
    house, square, harbour = HOSTS["Picture House"], HOSTS["Market Square"], HOSTS["Old Harbour"]
    for hours, host, fate, many in (
        (14, house, Fate.REFUSED, 1),  # waits for a second person
        (40, house, Fate.REFUSED, 2),
        (62, house, Fate.REFUSED, 1),  # being looked at again
        (14 * 24, house, Fate.REFUSED, 2),
        (12, square, Fate.MISSING, 2),
        (20 * 24, house, Fate.RETURNED, 1),
        (30, house, Fate.STILL_UP, 1),
        (29, square, Fate.DOUBTED, 1),
        (5 * 24, house, Fate.COUNTERED, 1),
        (40 * 24, house, Fate.COUNTERED, 1),
        (30, house, Fate.PARTLY, 1),
        (5 * 24, harbour, Fate.SILENT, 3),
        (9 * 24, harbour, Fate.SILENT, 1),
        (50 * 24, harbour, Fate.SILENT, 2),
        (26, harbour, Fate.SILENT, 1),  # due today
        (38, house, Fate.SILENT, 2),
        (7, house, Fate.SILENT, 2),
        (28, BROKEN, Fate.UNDELIVERED, 1),
        (6, UNSET, None, 1),
        (33, UNSET, None, 2),
    ):
        yield Telling(
            at=now - timedelta(hours=hours),
            language="en",
            story=_story(chance, harm=Harm.SHARED, path=Path.ONLINE, language="en"),
            items=tuple(_item(chance, host) for _each in range(many)),
            fate=fate,
            is_left=host == UNSET,
        )
    for hours, dangers, harm in (
        (2, (Danger.ADDRESS, Danger.SPREADING), Harm.DOXXING),
        (4, (Danger.CONTROLS,), Harm.SEXTORTION),
        (80, (), Harm.SHARED),  # nobody has come to it, and its time is over
        (76, (), Harm.MADE_BY_AI),
        (3, (), Harm.SHARED),
    ):
        story = _story(chance, harm=harm, path=Path.ONLINE, language="en")
        yield Telling(
            at=now - timedelta(hours=hours),
            language="ar" if dangers else "en",
            story=Story(**{**vars(story), "dangers": dangers}),
            items=tuple(_item(chance, _host(chance)) for _each in range(2)),
            is_left=True,
        )
    for hours in (5, 70, 24 * 30):
        yield Telling(
            at=now - timedelta(hours=hours),
            language="en",
            path=Path.THREAT,
            story=_story(chance, harm=Harm.THREATENED, path=Path.THREAT, language="en"),
            items=(Item(kind=ItemKind.ACCOUNT, handle="a name that changes", site="Picture House"),),
            is_left=hours < 24,
        )


def _story(chance: random.Random, *, harm: Harm, path: Path, language: str) -> Story:
    made = {
        Harm.MADE_BY_AI: Made.MADE_BY_AI,
        Harm.FILMED_SECRETLY: Made.TAKEN_SECRETLY,
        Harm.STOLEN: Made.STOLEN,
        Harm.CREATOR_CONTENT: Made.MY_WORK,
    }.get(harm, chance.choice((Made.I_SENT_IT, Made.TAKEN_WITH_YES, Made.UNKNOWN)))
    shown = Shown.CULTURAL if harm is Harm.CULTURALLY_SENSITIVE else chance.choice((Shown.NUDE, Shown.SEXUAL))
    return Story(
        harm=harm,
        reporter=Reporter.THIRD_PARTY
        if path is Path.FOUND
        else chance.choice((Reporter.SELF,) * 5 + (Reporter.AGENT,)),
        shown=(shown,),
        made=made,
        wishes=(Wish.REMOVE, *((Wish.DEINDEX,) if chance.random() < 0.4 else ())),
        dangers=(Danger.SPREADING,) if chance.random() < 0.05 else (),
        words=chance.choice(WORDS[language]) if chance.random() < 0.7 else "",
        everyone_adult=True,
    )


def _host(chance: random.Random) -> str:
    name = chance.choices(CHARACTERS, [each.share for each in CHARACTERS])[0].name
    return HOSTS.get(name) or chance.choice(SITES)


def _item(chance: random.Random, host: str) -> Item:
    return Item(url=f"https://{host}/post/{chance.randrange(10**5, 10**7)}")


def _draw[T](chance: random.Random, weights: dict[T, int]) -> T:
    return chance.choices(list(weights), list(weights.values()))[0]
