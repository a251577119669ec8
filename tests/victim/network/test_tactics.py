"""Sightings and the rule that warns of a tactic: against brute force, against scipy, and as the database keeps them."""

import itertools
import random
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from scipy.stats import nbinom

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day
from leeward.victim.network.errors import TacticUnknown
from leeward.victim.network.models import Alert, Sighting, Tactic
from leeward.victim.network.operations.tactics import add_sighting, count_tactic, forget_sightings
from leeward.victim.network.rules.tactics import (
    AlertKind,
    Seen,
    is_due,
    is_rising,
    likelihood,
    marks,
    next_leaving,
    week_of,
)
from tests.victim.helpline.conftest import NOW
from tests.victim.network.warned import SAID, begin

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = NOW.date()
ZONES = ("UTC", "Pacific/Auckland", "America/St_Johns", "Asia/Kathmandu")

type Event = tuple[int, int, int]  # hours after the first, team, worker


def brute(events: Sequence[Event], *, zone: ZoneInfo, begin_at: datetime, left: int | None, has_one_team: bool) -> bool:
    """Whether some five of these sightings are enough at the moment of the last, by the rule's own words."""
    days = [(begin_at + hours * HOUR).astimezone(zone).toordinal() for hours, *_who in events]
    today = days[-1]
    if today - days[0] > 180 or (left is not None and today - left <= 180):
        return False
    for five in itertools.combinations(range(len(events)), 5):
        if any(today - days[each] > 27 for each in five):
            continue
        if len({events[each][1] for each in five}) > 1:
            return True
        people = {events[each][1:] for each in five}
        if has_one_team and len(people) > 1 and len({days[each] for each in five}) > 2:
            return True
    return False


@settings(max_examples=60, deadline=None)
@given(
    gaps=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 1), st.integers(0, 2)), min_size=1, max_size=11),
    zone=st.sampled_from(ZONES),
    teams=st.booleans(),
)
def test_the_rule_is_what_five_sightings_say_one_by_one(gaps: list[Event], zone: str, *, teams: bool) -> None:
    hours, events = 0, list[Event]()
    there, left = ZoneInfo(zone), None
    seen: list[Seen] = []
    for gap, team, worker in gaps:
        hours += gap
        events.append((hours, team if teams else 0, worker))
        on = (NOW + hours * HOUR).astimezone(there).date()
        seen.append(Seen(on=on, team=str(events[-1][1]), by=f"{events[-1][1]}/{worker}"))
        known = len({each.team for each in seen}) == 1
        expected = brute(events, zone=there, begin_at=NOW, left=left, has_one_team=known)
        last = date.fromordinal(left) if left else None
        assert is_due(seen, today=on, begun_on=seen[0].on, last_left_on=last, has_one_team=known) is expected
        left = on.toordinal() if expected else left


def seen(*days: int, teams: str = "ab", people: str = "st") -> list[Seen]:
    """A sighting so many days ago each, by these teams and people in turn."""
    rounds = zip(days, itertools.cycle(teams), itertools.cycle(people), strict=False)
    return [Seen(on=TODAY - each * DAY, team=team, by=person) for each, team, person in rounds]


@pytest.mark.parametrize(
    ("rows", "begun", "left", "is_one", "expected"),
    [
        pytest.param(seen(0, 0, 0, 0, 0), 180, None, False, True, id="180 days old"),
        pytest.param(seen(0, 0, 0, 0, 0), 181, None, False, False, id="181 days old"),
        pytest.param(seen(0, 0, 0, 0, 0), 30, 180, False, False, id="one left 180 days ago"),
        pytest.param(seen(0, 0, 0, 0, 0), 30, 181, False, True, id="one left 181 days ago"),
        pytest.param(seen(27, 0, 0, 0, 0), 27, None, False, True, id="the first of five 27 days ago"),
        pytest.param(seen(28, 0, 0, 0, 0), 28, None, False, False, id="the first of five 28 days ago"),
        pytest.param(seen(0, 0, 0, 0), 0, None, False, False, id="four"),
        pytest.param(seen(2, 1, 0, 0, 0, teams="a"), 2, None, True, True, id="one team, two people, three days"),
        pytest.param(seen(1, 1, 0, 0, 0, teams="a"), 1, None, True, False, id="one team, two people, two days"),
        pytest.param(seen(2, 1, 0, 0, 0, teams="a", people="s"), 2, None, True, False, id="one team, one person"),
        pytest.param(seen(2, 1, 0, 0, 0, teams="a"), 2, None, False, False, id="one team where others note too"),
    ],
)
def test_each_bound_of_the_rule_holds_on_both_sides(
    rows: list[Seen], begun: int, left: int | None, *, is_one: bool, expected: bool
) -> None:
    last = None if left is None else TODAY - left * DAY
    found = is_due(rows, today=TODAY, begun_on=TODAY - begun * DAY, last_left_on=last, has_one_team=is_one)
    assert found is expected


@pytest.mark.parametrize("total", [0, 1, 26, 130, 5_000, 60_000])
def test_how_likely_a_week_is_agrees_with_scipy(total: int) -> None:
    for count in (0, 1, 10, 14, 40, round(total / 26) + 60):
        expected = nbinom.sf(count - 1, total + 0.5, 26 / 27)
        assert likelihood(total, count) == pytest.approx(expected, abs=1e-7)


def test_a_tactic_rises_from_ten_a_week_on_where_that_is_less_likely_than_one_in_200() -> None:
    assert not is_rising([0] * 26, 9)  # however rare it was
    assert is_rising([0] * 26, 10)
    assert not is_rising([6] * 26, 13)
    assert is_rising([6] * 26, 14)
    with pytest.raises(ValueError, match="26 weeks"):
        is_rising([1] * 25, 10)


def test_what_may_name_somebody_is_marked() -> None:
    assert marks("They pay. Nobody answers.") == ()
    said = "On Friday Karim (@karim_k) asks 500 through www.pay.example or a.b@c.example; write to pay.example."
    found = ("Friday", "Karim", "(@karim_k)", "500", "www.pay.example", "a.b@c.example;", "pay.example")
    assert marks(said) == found
    assert marks("يطلب ٥٠٠") == ("٥٠٠",)


def test_warnings_leave_at_the_next_of_two_times_on_the_nations_clock() -> None:
    berlin, times = ZoneInfo("Europe/Berlin"), (time(10), time(16))

    def left(at: datetime) -> datetime:
        return next_leaving(at, times=times, zone=berlin)

    assert left(datetime(2026, 3, 28, 15, 0, tzinfo=UTC)) == datetime(2026, 3, 29, 8, 0, tzinfo=UTC)  # summer time
    assert left(datetime(2026, 3, 28, 14, 59, tzinfo=UTC)) == datetime(2026, 3, 28, 15, 0, tzinfo=UTC)
    assert left(datetime(2026, 3, 29, 8, 0, tzinfo=UTC)) == datetime(2026, 3, 29, 14, 0, tzinfo=UTC)


def see(tactic: uuid.UUID, at: datetime, *, team: str = "helpline", who: str = "sam") -> uuid.UUID:
    reference = uuid.uuid4()
    add_sighting(tactic=tactic, reference=reference, team=team, by=Actor(kind=ActorKind.STAFF, id=who), now=at)
    return reference


@pytest.mark.django_db
def test_the_fifth_sighting_raises_the_alert_in_its_own_transaction_and_no_second_one_does() -> None:
    tactic = begin(NOW - 20 * DAY)
    for days, who in ((14, "lee"), (9, "sam"), (4, "lee")):
        see(tactic, NOW - days * DAY, who=who)
    assert not Alert.objects.exists()
    lines = AuditEvent.objects.count()
    see(tactic, NOW)
    alert = Alert.objects.get()
    assert (alert.kind, alert.since) == (AlertKind.NEW, week_of((NOW - 20 * DAY).date()))
    assert (alert.helps, alert.signed_at, alert.drafted_by) == ({}, None, "system")
    [line] = AuditEvent.objects.order_by("pk")[lines:]  # by nobody: who noted the fifth is not told
    assert line.verb == "network.alert_raised"
    see(tactic, NOW)
    assert Alert.objects.count() == 1
    with pytest.raises(TacticUnknown):
        see(uuid.uuid4(), NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("doors", [("helpline",), ("helpline", "desk", "member:ark", "member:bay")])
def test_chance_sightings_from_every_door_raise_an_alert_when_brute_force_does(
    settings: Settings, doors: Sequence[str]
) -> None:
    """Ten people are met at the doors of a far zone, some by several, and whoever meets them notes the same tactic."""
    settings.LEEWARD_TIME_ZONE, chance, raised = "Pacific/Auckland", random.Random(7), 0
    for _round in range(5):
        tactic, hours, events, met = uuid.uuid4(), 0, list[Event](), set[int]()
        for _sighting in range(14):
            person, door, worker = chance.randrange(10), chance.randrange(len(doors)), chance.randrange(2)
            by = Actor(kind=ActorKind.STAFF, id=f"{doors[door]}/{worker}")
            known = {"person": f"{person:064x}", "tactic": tactic, "said": SAID, "team": doors[door], "by": by}
            count_tactic(**known, now=NOW + hours * HOUR)  # type: ignore[arg-type]
            if person not in met:
                met.add(person)
                events.append((hours, door, worker))
            zone, one = ZoneInfo("Pacific/Auckland"), len({team for _hours, team, _who in events}) == 1
            expected = brute(events, zone=zone, begin_at=NOW, left=None, has_one_team=one)
            assert Alert.objects.filter(tactic__public_id=tactic).exists() is expected
            assert Sighting.objects.count() == len(met)
            if expected:
                raised += 1
                break
            hours += chance.choice((0, 5, 30, 60, 200, 800))
        Sighting.objects.all().delete()
    assert 0 < raised < 5


@pytest.mark.django_db
def test_a_second_team_anywhere_means_that_two_must_have_seen_it() -> None:
    other = begin(NOW - 2 * DAY, team="desk")
    tactic = begin(NOW - 9 * DAY)
    for days in (7, 5, 3, 1):
        see(tactic, NOW - days * DAY, who="lee")
    assert not Alert.objects.exists()
    see(tactic, NOW, team="desk")
    assert Alert.objects.get().tactic.public_id == tactic
    assert Sighting.objects.filter(tactic__public_id=other).exists()


@pytest.mark.django_db
def test_a_known_tactic_rises_by_its_weeks() -> None:
    monday = week_of(TODAY)
    tactic = begin(NOW - 28 * 7 * DAY - 3 * DAY)
    row = Tactic.objects.get(public_id=tactic)
    Sighting.objects.bulk_create(
        Sighting(reference=uuid.uuid4(), tactic=row, week=monday - week * 7 * DAY, on=None, team="helpline", by="sam")
        for week in range(2, 29)
        for _each in range(2)
    )
    for number in range(9):
        see(tactic, NOW + number * HOUR)
    assert not Alert.objects.exists()
    see(tactic, NOW + 9 * HOUR)
    assert (Alert.objects.get().kind, Alert.objects.get().since) == (AlertKind.RISING, monday)


@pytest.mark.django_db
def test_the_day_is_forgotten_once_the_rule_counts_it_no_more_and_all_of_it_after_24_months(settings: Settings) -> None:
    settings.LEEWARD_TIME_ZONE = "Pacific/Auckland"
    late = datetime(2026, 11, 29, 12, 30, tzinfo=UTC)  # there it is Monday already
    begin(late)
    row = Sighting.objects.get()
    assert (row.on, row.week) == (local_day(late), date(2026, 11, 30))
    assert forget_sightings(now=late + 27 * DAY, limit=10) == 0
    assert forget_sightings(now=late + 28 * DAY, limit=10) == 1
    row.refresh_from_db()
    assert (row.on, row.week) == (None, date(2026, 11, 30))
    assert forget_sightings(now=late + 730 * DAY, limit=10) == 0
    assert forget_sightings(now=late + 738 * DAY, limit=10) == 1
    assert not Sighting.objects.exists()
