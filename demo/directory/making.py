"""Makes a directory for the made-up nation: the same for the same seed and day, of any size.

The first hundred services of a directory of fifty thousand are the hundred services of a small one.
"""

import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import cycle, islice
from typing import Any
from uuid import UUID, uuid5

from demo.directory.country import (
    AREAS,
    Area,
    Postcode,
    Town,
    holidays_of,
    places,
    postcodes,
    towns,
)
from demo.directory.hours import make_hours
from demo.directory.kinds import KINDS, Kind, Price
from demo.directory.names import make_street, make_surname, make_symbol, site_of
from leeward.config.environment import MADE_UP_NATION
from leeward.foundation.web.nation import Service as Line
from leeward.foundation.web.nation import Words, read_nation
from leeward.society.directory.operations.places import PlaceRow
from leeward.society.directory.rules.freshness import HIDDEN_AFTER, LABELLED_AFTER
from leeward.society.directory.rules.records import (
    Access,
    Accessibility,
    Address,
    AtLocation,
    CostOption,
    Coverage,
    Frequency,
    HolidayHours,
    Link,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Phone,
    PhoneType,
    Schedule,
    ServiceArea,
    ServiceRecord,
    ServiceStatus,
    Translation,
    Way,
)
from leeward.society.directory.rules.shipped import term_id

NAMESPACE = UUID("0b8f4d52-6c1e-4c39-8f0a-51d3a7c9e2b4")
COUNTRY = "XX"
CURRENCY = "EUR"
EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"
# How many in a hundred are so.
IN_ARABIC, IN_ARABIC_FOR_SOME, IN_ANOTHER = 22, 60, 12
SPEAK_MORE, OWNED, LABELLED, HIDDEN, CLOSED, ENDED, ALERTED, SECOND_PHONE = 35, 30, 5, 4, 2, 1, 4, 10
MORE_LANGUAGES = ("ar", "fr", "uk", "pt", "es", "pl", "ro", "fa", "so", "ti", "ur", "zh")
OTHERS = ("fr", "uk", "pt")  # into which some texts are translated besides Arabic
FOR_NEWCOMERS = ("migrants", "community", "refuge")
PUBLIC_BODIES = ("police", "mental_health", "sexual_health", "court", "students", "internal")
NATIONAL_BODIES = {
    "police": "Fairhaven Police",
    "mental_health": "Fairhaven Health",
    "sexual_health": "Fairhaven Health",
}
TAKEN_NUMBERS = frozenset({18, 42, 65, 77})  # of the nation's own lines


@dataclass(frozen=True, kw_only=True)
class MadeDirectory:
    """A whole directory, in the order in which its parts can be saved."""

    organizations: tuple[OrganizationRecord, ...]
    locations: tuple[LocationRecord, ...]
    services: tuple[ServiceRecord, ...]
    places: tuple[PlaceRow, ...]
    holidays: tuple[tuple[date, str], ...]


@dataclass(kw_only=True)
class _Made:
    """What was made so far: who works where."""

    organizations: dict[str, OrganizationRecord] = field(default_factory=dict)
    homes: dict[str, Town] = field(default_factory=dict)
    locations: dict[tuple[UUID, str], LocationRecord] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class _Scene:
    """What one service is made from."""

    kind: Kind
    town: Town
    dice: random.Random
    today: date
    reference: UUID
    is_national: bool

    def is_so(self, percent: int) -> bool:
        """Whether something that holds for so many in a hundred holds for this one."""
        return self.dice.randrange(100) < percent

    def fill(self, text: str, language: str = "en", **more: str) -> str:
        """A text with its places filled in."""
        area = self.town.area.arabic if language == "ar" else self.town.area.name
        return text.format(town=self.town.name, area=area, **more)


def make_directory(*, services: int, seed: int, today: date) -> MadeDirectory:
    """A directory of so many services (at least the nation's five lines), as it would stand today."""
    made, records = _Made(), list(_lines(today=today))
    kinds = _order_of_kinds()
    for number in range(max(0, services - len(records))):
        dice = random.Random(f"{seed}/{number}")  # noqa: S311  # the same directory for the same seed
        kind = kinds[number % len(kinds)]
        scene = _Scene(
            kind=kind,
            town=_choose_town(dice),
            dice=dice,
            today=today,
            reference=uuid5(NAMESPACE, f"{seed}/service/{number}"),
            is_national=dice.randrange(100) < kind.national,
        )
        record = _service(scene, made, seed=seed)
        while record.name in made.names:  # a list of five that are called the same helps nobody to choose
            record = replace(record, name=f"{record.name}, {make_surname(dice)}")
        made.names.add(record.name)
        records.append(record)
    owners = (_line_owner(line) for line in _own_lines())
    return MadeDirectory(
        organizations=(*owners, *made.organizations.values()),
        locations=tuple(made.locations.values()),
        services=tuple(records),
        places=tuple(places()),
        holidays=(*holidays_of(today.year), *holidays_of(today.year + 1)),
    )


def line_ids() -> tuple[UUID, ...]:
    """The ids of the nation's own lines, the children's first: always the same."""
    return tuple(_line_id(line) for line in _own_lines())


# The nation's own lines


@dataclass(frozen=True, kw_only=True)
class _LineFacts:
    """What the nation's file says in words, in parts."""

    needs: tuple[str, ...]
    people: tuple[str, ...]
    ways: tuple[Way, ...]
    hours: tuple[Schedule, ...]
    is_crisis_line: bool = True


def _each_day(opens_at: time, closes_at: time, byday: str = EVERY_DAY) -> tuple[Schedule, ...]:
    return (Schedule(freq=Frequency.WEEKLY, byday=byday, opens_at=opens_at, closes_at=closes_at),)


LINES = (
    _LineFacts(
        needs=("children", "helpline", "content_removal"),
        people=("young_people", "parents", "everyone"),
        ways=(Way.PHONE, Way.CHAT),
        hours=_each_day(time(0), time(23, 59)),
    ),
    _LineFacts(
        needs=("helpline", "content_removal", "advocacy"),
        people=("everyone",),
        ways=(Way.PHONE, Way.CHAT, Way.EMAIL),
        hours=_each_day(time(8), time(22)),
    ),
    _LineFacts(
        needs=("helpline", "counselling"),
        people=("everyone",),
        ways=(Way.PHONE, Way.TEXT),
        hours=_each_day(time(0), time(23, 59)),
    ),
    _LineFacts(
        needs=("helpline", "advocacy", "housing"),
        people=("everyone",),
        ways=(Way.PHONE, Way.TEXT),
        hours=_each_day(time(0), time(23, 59)),
    ),
    _LineFacts(
        needs=("legal", "court_support"),
        people=("everyone",),
        ways=(Way.PHONE, Way.EMAIL),
        hours=_each_day(time(9), time(17), "MO,TU,WE,TH,FR"),
        is_crisis_line=False,
    ),
)


@cache
def _own_lines() -> tuple[Line, ...]:
    nation = read_nation(MADE_UP_NATION.read_text(encoding="utf-8"))
    return nation.children, nation.helpline, nation.crisis, *nation.services


def _in_english(words: Words) -> str:
    return words.by_language["en"]


def _line_id(line: Line) -> UUID:
    assert line.service, "the nation's file names the service of each of its own lines"  # noqa: S101  # narrows the type
    return line.service


def _line_owner(line: Line) -> OrganizationRecord:
    name = _in_english(line.name)
    return OrganizationRecord(
        id=uuid5(_line_id(line), "organization"),
        name=name,
        description=f"{name} is paid for by the nation and answers to nobody but those who call.",
        website=f"https://{site_of(name)}/",
        legal_status="Public foundation",
        translations=(Translation(language="ar", field="name", text=line.name.by_language["ar"]),),
    )


def _lines(*, today: date) -> Iterator[ServiceRecord]:
    for line, facts in zip(_own_lines(), LINES, strict=True):
        reference, name = _line_id(line), _in_english(line.name)
        site = site_of(name)
        text = (Phone(number=line.text or "0555 0199 65", type=PhoneType.TEXT),) if Way.TEXT in facts.ways else ()
        yield ServiceRecord(
            id=reference,
            organization_id=_line_owner(line).id,
            name=name,
            description=_in_english(line.about),
            url=f"https://{site}/",
            email=f"hello@{site}" if Way.EMAIL in facts.ways else "",
            interpretation_services="Interpreters by phone in most languages, free.",
            fees_description=_in_english(line.cost),
            assured_date=today - timedelta(days=9),
            assurer_email=f"directory@{site}",
            owner_email=f"directory@{site}",
            phones=(Phone(number=line.phone), *text),
            additional_urls=(Link(url=line.chat or f"https://{site}/chat", way=Way.CHAT),)
            if Way.CHAT in facts.ways
            else (),
            schedules=facts.hours,
            languages=("en", "ar", "fr", "uk", "pt"),
            cost_options=(CostOption(option="Free", amount=Decimal(0), currency=CURRENCY),),
            terms=(
                *(term_id("needs", code) for code in facts.needs),
                *(term_id("people", code) for code in facts.people),
            ),
            translations=(
                Translation(language="ar", field="name", text=line.name.by_language["ar"]),
                Translation(language="ar", field="description", text=line.about.by_language["ar"]),
                Translation(language="ar", field="fees_description", text=line.cost.by_language["ar"]),
            ),
            ways=facts.ways,
            coverage=Coverage.NATIONAL,
            holidays=HolidayHours.AS_USUAL if facts.is_crisis_line else HolidayHours.CLOSED,
            is_crisis_line=facts.is_crisis_line,
            is_confidential=True,
        )


# Everybody else


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("texts.toml").read_text(encoding="utf-8"))


@cache
def _order_of_kinds() -> tuple[Kind, ...]:
    """Each kind as often as it weighs, well mixed."""
    order = [kind for kind in KINDS for _time in range(kind.weight)]
    random.Random("kinds").shuffle(order)  # noqa: S311  # the same order for all
    return tuple(order)


@cache
def _weights() -> tuple[int, ...]:
    total, sums = 0, []
    for town in towns():
        total += town.weight
        sums.append(total)
    return tuple(sums)


@cache
def _postcodes_of() -> Mapping[Town, tuple[Postcode, ...]]:
    found: dict[Town, list[Postcode]] = {}
    for postcode in postcodes():
        found.setdefault(postcode.town, []).append(postcode)
    return {town: tuple(codes) for town, codes in found.items()}


def _choose_town(dice: random.Random) -> Town:
    return dice.choices(towns(), cum_weights=_weights())[0]


def _service(scene: _Scene, made: _Made, *, seed: int) -> ServiceRecord:
    kind, dice = scene.kind, scene.dice
    texts = _texts()[kind.code]
    symbol = make_symbol(dice)
    owner = _organization(scene, made, symbol=symbol, seed=seed)
    site = owner.website.removeprefix("https://").rstrip("/")
    ways = (*kind.ways, *(way for way in kind.more_ways if scene.is_so(45)))
    place = _location(scene, made, owner) if kind.hides_address or scene.is_so(kind.visits) else None
    if place is not None:
        ways = tuple(dict.fromkeys((*ways, Way.IN_PERSON)))
    variant = dice.randrange(len(texts["en"]))
    languages = _languages(scene, texts, variant)
    words = _Words(scene=scene, languages=languages, texts=texts, variant=variant)
    ages = dice.choice(kind.ages)
    status = _status(scene)
    assured_date = _assured(scene)
    hours = make_hours(dice.choice(kind.hours), dice=dice, today=scene.today)
    return ServiceRecord(
        id=scene.reference,
        organization_id=owner.id,
        name=scene.fill(dice.choice(texts["names"]), symbol=symbol, org=owner.name),
        status=status,
        description=words.describe(),
        url=owner.website if scene.is_so(80) or {Way.CHAT, Way.VIDEO} & set(ways) else "",
        email=f"hello@{site}" if Way.EMAIL in ways else "",
        interpretation_services=words.say("interpretation", percent=40),
        application_process=words.say("application", percent=80),
        fees_description=words.say("fees", percent=0 if Price.FREE in kind.prices[:1] else 90),
        wait_time=words.say("wait", percent=50),
        accreditations=dice.choice(_texts()["shared"]["accreditations"]) if scene.is_so(30) else "",
        eligibility_description=words.say("eligibility", percent=70, only=2 if scene.is_national else None),
        minimum_age=ages[0],
        maximum_age=ages[1],
        assured_date=assured_date,
        assurer_email=f"directory@{site}" if scene.is_so(60) else "",
        alert=words.say("closed_alerts", percent=100)
        if status is ServiceStatus.CLOSED_FOR_NOW
        else words.say("alerts", percent=ALERTED, only=0 if place is None else None),
        phones=tuple(_phones(scene, ways)),
        additional_urls=(Link(url=f"{owner.website}chat", way=Way.CHAT),) if Way.CHAT in ways else (),
        schedules=hours,
        languages=words.spoken(),
        cost_options=_costs(dice.choice(kind.prices)),
        service_areas=() if scene.is_national else tuple(_areas(scene)),
        locations=()
        if place is None
        else (AtLocation(id=uuid5(scene.reference, f"at/{place.id}"), location_id=place.id),),
        terms=(
            *(term_id("needs", code) for code in kind.needs),
            *(term_id("people", code) for code in dice.choice(kind.people)),
        ),
        translations=tuple(words.translations),
        ways=ways,
        coverage=Coverage.NATIONAL if scene.is_national else Coverage.AREAS,
        holidays=HolidayHours.AS_USUAL if kind.open_on_holidays else HolidayHours.CLOSED,
        is_confidential=scene.is_so(kind.is_secret),
        hides_address=kind.hides_address,
        is_internal=kind.is_internal,
        owner_email=f"directory@{site}" if scene.is_so(OWNED) else "",
    )


def _languages(scene: _Scene, texts: Mapping[str, Any], variant: int) -> tuple[str, ...]:
    """Into which languages the texts of a service are translated."""
    share = IN_ARABIC_FOR_SOME if scene.kind.code in FOR_NEWCOMERS else IN_ARABIC
    arabic = ("ar",) if scene.is_so(share) else ()
    others = (code for code in OTHERS if code in texts and variant == 0 and scene.is_so(IN_ANOTHER))
    return (*arabic, *others)


class _Words:
    """A service's texts, each written in English and gathered in the other languages that it is translated into."""

    def __init__(self, *, scene: _Scene, languages: tuple[str, ...], texts: Mapping[str, Any], variant: int) -> None:
        self._scene, self._languages, self._texts, self._variant = scene, languages, texts, variant
        self.translations: list[Translation] = []

    def describe(self) -> str:
        """The description: a kind's own words, and what many add."""
        count = self._scene.dice.randrange(3) if self._scene.kind.promises else 0
        more = self._scene.dice.sample(_texts()["more"], k=count)
        for language in self._languages:
            own = self._texts["ar"][self._variant] if language == "ar" else self._texts[language]
            text = " ".join((self._scene.fill(own, language), *(each[language] for each in more)))
            self.translations.append(Translation(language=language, field="description", text=text))
        return " ".join((self._scene.fill(self._texts["en"][self._variant]), *(each["en"] for each in more)))

    def say(self, name: str, *, percent: int, only: int | None = None) -> str:
        """One of the shared texts, or none; `only` names the one that it has to be."""
        if not self._scene.is_so(percent):
            return ""
        choices = _texts()["shared"][name]
        chosen = choices[only] if only is not None else self._scene.dice.choice(choices)
        if "ar" in self._languages:
            text = self._scene.fill(chosen["ar"], "ar")
            self.translations.append(Translation(language="ar", field=FIELDS[name], text=text))
        return self._scene.fill(chosen["en"])

    def spoken(self) -> tuple[str, ...]:
        """The languages that people there speak."""
        dice = self._scene.dice
        more = dice.sample(MORE_LANGUAGES, k=dice.randrange(1, 4)) if self._scene.is_so(SPEAK_MORE) else ()
        signed = ("ils",) if self._scene.kind.code == "deaf" else ()
        return tuple(dict.fromkeys(("en", *signed, *self._languages, *more)))


FIELDS = {
    "interpretation": "interpretation_services",
    "application": "application_process",
    "fees": "fees_description",
    "wait": "wait_time",
    "eligibility": "eligibility_description",
    "alerts": "alert",
    "closed_alerts": "alert",
}


def _organization(scene: _Scene, made: _Made, *, symbol: str, seed: int) -> OrganizationRecord:
    """Who gives it: somebody of this name in this county where there is one, else somebody new."""
    kind, dice = scene.kind, scene.dice
    pattern = dice.choice(_texts()[kind.code]["organizations"])
    is_everywhere = "{" not in pattern or kind.code in PUBLIC_BODIES
    while "{surname}" in pattern:
        pattern = pattern.replace("{surname}", make_surname(dice), 1)
    name = scene.fill(pattern, symbol=symbol)
    if not is_everywhere and made.homes.get(name, scene.town) != scene.town:
        # Where a house that nobody may find is, its owner's name must not say.
        name = f"{name}, {scene.town.area.name if kind.hides_address else scene.town.name}"
    if name not in made.organizations:
        parent = _national_body(made, NATIONAL_BODIES.get(kind.code, ""), seed=seed)
        made.organizations[name] = _new_organization(scene, name=name, parent=parent, seed=seed)
        made.homes[name] = scene.town
    return made.organizations[name]


def _national_body(made: _Made, name: str, *, seed: int) -> UUID | None:
    if not name:
        return None
    if name not in made.organizations:
        made.organizations[name] = OrganizationRecord(
            id=uuid5(NAMESPACE, f"{seed}/organization/{name}"),
            name=name,
            description="A public body of the whole nation.",
            website=f"https://{site_of(name)}/",
            legal_status="Public body",
        )
    return made.organizations[name].id


def _new_organization(scene: _Scene, *, name: str, parent: UUID | None, seed: int) -> OrganizationRecord:
    dice = scene.dice
    sector = "public" if scene.kind.code in PUBLIC_BODIES else "firm" if scene.kind.code == "solicitors" else "charity"
    choices = _texts()["organization"]["hidden" if scene.kind.hides_address else sector]
    text = dice.choice(choices)
    arabic = (Translation(language="ar", field="description", text=scene.fill(text["ar"], "ar")),)
    site = site_of(name)
    return OrganizationRecord(
        id=uuid5(NAMESPACE, f"{seed}/organization/{name}"),
        name=name,
        description=scene.fill(text["en"]),
        email=f"office@{site}",
        website=f"https://{site}/",
        legal_status={"public": "Public body", "firm": "Law firm", "charity": "Charity"}[sector],
        year_incorporated=dice.randrange(1950, scene.today.year) if scene.is_so(60) else None,
        parent_organization_id=parent,
        translations=arabic if scene.is_so(IN_ARABIC) else (),
    )


def _location(scene: _Scene, made: _Made, owner: OrganizationRecord) -> LocationRecord:
    """Where it is: the owner's house in this town; of one that hides it, nothing but that there is one."""
    key = owner.id, "hidden" if scene.kind.hides_address else scene.town.name + scene.town.area.code
    if key not in made.locations:
        reference = uuid5(owner.id, f"location/{key[1]}")
        if scene.kind.hides_address:
            made.locations[key] = LocationRecord(
                id=reference, location_type=LocationType.VIRTUAL, organization_id=owner.id, is_confidential=True
            )
        else:
            made.locations[key] = _house(scene, owner, reference)
    return made.locations[key]


def _house(scene: _Scene, owner: OrganizationRecord, reference: UUID) -> LocationRecord:
    dice, postcode = scene.dice, scene.dice.choice(_postcodes_of()[scene.town])
    street = make_street(dice)
    way = dice.choice(_texts()["shared"]["transportation"])
    accessible = dice.sample(tuple(Access), k=dice.randrange(6))
    if scene.kind.code == "deaf":
        accessible = list(dict.fromkeys((Access.SIGN_LANGUAGE, Access.HEARING_LOOP, *accessible)))
    return LocationRecord(
        id=reference,
        location_type=LocationType.PHYSICAL,
        organization_id=owner.id,
        name=owner.name,
        transportation=scene.fill(way, number=str(dice.randrange(1, 40)), street=street.split(" ", 1)[1])
        if scene.is_so(50)
        else "",
        latitude=round(postcode.latitude + dice.uniform(-0.001, 0.001), 5),
        longitude=round(postcode.longitude + dice.uniform(-0.001, 0.001), 5),
        address=Address(
            address_1=street,
            city=scene.town.name,
            state_province=scene.town.area.name,
            postal_code=postcode.code,
            country=COUNTRY,
        ),
        accessibility=tuple(Accessibility(kind=kind) for kind in accessible),
    )


def _phones(scene: _Scene, ways: tuple[Way, ...]) -> Iterator[Phone]:
    if Way.PHONE in ways:
        yield Phone(number=_number(scene))
        if scene.is_so(SECOND_PHONE):
            yield Phone(number=_number(scene), type=PhoneType.TEXTPHONE)
    if Way.TEXT in ways:
        yield Phone(number=_local_number(scene.dice), type=PhoneType.TEXT)


def _number(scene: _Scene) -> str:
    """A number of the ranges that no telephone has."""
    free = scene.dice.randrange(100)
    return f"0800 555 01{free:02}" if scene.is_national and free not in TAKEN_NUMBERS else _local_number(scene.dice)


def _local_number(dice: random.Random) -> str:
    return f"0555 01{dice.randrange(90):02} {dice.randrange(100):02}"


def _costs(price: Price) -> tuple[CostOption, ...]:
    match price:
        case Price.FREE:
            return (CostOption(option="Free", amount=Decimal(0), currency=CURRENCY),)
        case Price.SLIDING:
            words = "10 to 60 euros, by what you earn"
            return (CostOption(option="By income", amount=Decimal(10), currency=CURRENCY, amount_description=words),)
        case Price.FIRST_FREE:
            words = "120 euros an hour, after the first half hour"
            return (CostOption(option="An hour", amount=Decimal(120), currency=CURRENCY, amount_description=words),)
        case Price.PAID:
            return (CostOption(option="An hour", amount=Decimal(80), currency=CURRENCY),)
        case _:
            return ()


def _areas(scene: _Scene) -> Iterator[ServiceArea]:
    """The county that it is in, and sometimes the next ones."""
    own = AREAS.index(scene.town.area)
    around: Iterator[Area] = islice(cycle(AREAS), own, own + 1 + max(0, scene.dice.randrange(-4, 3)))
    for area in around:
        yield ServiceArea(name=area.name, code=area.code)


def _status(scene: _Scene) -> ServiceStatus:
    if scene.is_so(CLOSED):
        return ServiceStatus.CLOSED_FOR_NOW
    if scene.is_so(ENDED):
        return scene.dice.choice((ServiceStatus.INACTIVE, ServiceStatus.DEFUNCT))
    return ServiceStatus.ACTIVE


def _assured(scene: _Scene) -> date:
    """When it was last checked: mostly within the last weeks, some too long ago."""
    dice = scene.dice
    if scene.is_so(HIDDEN):
        return scene.today - HIDDEN_AFTER - timedelta(days=dice.randrange(300))
    if scene.is_so(LABELLED):
        return scene.today - LABELLED_AFTER - timedelta(days=dice.randrange((HIDDEN_AFTER - LABELLED_AFTER).days))
    return scene.today - timedelta(days=min(dice.randrange(85), dice.randrange(85)))
