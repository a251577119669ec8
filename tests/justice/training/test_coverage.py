"""How many are trained by employer and role: small counts stay hidden, also from whoever adds and subtracts."""

import csv
import io
import random
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import day_in
from leeward.foundation.protection.tables import THRESHOLD, TOTAL, Status
from leeward.justice.training.models import CoverageSheet, Learner
from leeward.justice.training.operations.coverage import count_coverage
from leeward.justice.training.operations.reckoning import reckon_stale
from leeward.justice.training.operations.telling import tell_network
from leeward.justice.training.rules.coverage import Covered, Standing, protect_coverage
from leeward.policy.assessment.queries.evidence import run_query
from leeward.victim.network.operations.members import sign_member
from leeward.victim.network.queries.members import list_training
from tests.foundation.accounts import people
from tests.justice.training.force import COURSE, NOW, OPERATOR, Force, person
from tests.victim.network.members import protocol


def made_up(seed: int) -> dict[tuple[str, str], Standing]:
    draw = random.Random(seed)  # a table that is the same each time
    found = {}
    for employer in ("north", "south", "east", "west"):
        for role in ("responder", "handler", "judge"):
            of = draw.choice((0, 3, 12, 40, 90, 200))
            in_date = draw.randint(0, of)
            found[employer, role] = Standing(
                people=of, in_date=in_date, lately=draw.randint(0, of), exempt=draw.choice((0, 1, 20))
            )
    return found


@pytest.mark.parametrize("seed", range(20))
def test_no_small_count_is_told_nor_follows_from_what_is(seed: int) -> None:
    found = made_up(seed)
    told = protect_coverage({COURSE: found})[COURSE]
    employers = {employer for employer, _role in found}
    for (employer, role), each in told.items():
        parts = [each for (e, r), each in found.items() if employer in (e, TOTAL) and role in (r, TOTAL)]
        whole, in_date, lately = (sum(getattr(x, name) for x in parts) for name in ("people", "in_date", "lately"))
        for number, count in ((each.in_date, in_date), (each.lately, lately)):
            if number.value is not None:
                assert count >= THRESHOLD
                assert each.people.value is None or whole - count >= THRESHOLD
                assert abs(number.value - count) <= 2
        assert each.people.value is None or whole >= THRESHOLD
        assert each.exempt.value is None or sum(x.exempt for x in parts) >= THRESHOLD
    # What is hidden of a row whose sum is told is at least two cells, with enough people to hide among.
    rows = [[(e, r) for e, r in told if e == employer and r != TOTAL] for employer in employers]
    sums = [(employer, TOTAL) for employer in employers]
    rows.append([key for key in sums if key in told])
    for row, total in zip(rows, [*sums, (TOTAL, TOTAL)], strict=True):
        for name in ("people", "in_date", "lately"):
            if total in told and getattr(told[total], name).value is not None:
                hidden = [key for key in row if hides(told[key], name)]
                counts = [
                    sum(getattr(x, name) for (e, r), x in found.items() if e == key[0] and key[1] in (r, TOTAL))
                    for key in hidden
                ]
                assert not hidden or (len(hidden) > 1 and sum(counts) >= THRESHOLD)


def hides(covered: Covered, name: str) -> bool:
    return getattr(covered, name).status is Status.CONFIDENTIAL


@pytest.mark.django_db
def test_a_course_is_counted_once_a_week_for_the_centre(
    forces: tuple[Force, Force], monkeypatch: pytest.MonkeyPatch
) -> None:
    north, south = forces
    north.load(*(person(each, role=("first_responder", "supervisor")[each // 60]) for each in range(90)))
    south.load(*(person(each) for each in range(40)))
    lines = [f"P-{each},{COURSE},2,2026-02-01,passed,," for each in range(30)]
    north.load_completions(*lines)
    south.load_completions(*lines[:15])
    assert count_coverage(now=NOW) == 1
    kept, whole = CoverageSheet.objects.get(course__code=COURSE), CoverageSheet.objects.get(course=None)
    assert [each for each in whole.cells if each[0] != "police"] == kept.cells
    assert kept.week_on.isoformat() == "2026-11-23"
    assert str(Learner.objects.all()[0].reference) not in str(kept.cells)
    south.load(*(person(each) for each in range(80)))
    assert count_coverage(now=NOW + timedelta(days=2)) == 0
    people.employ("olga", Role.POLICY_OFFICER)
    people.at(monkeypatch, NOW + timedelta(minutes=5))
    olga = people.come_in("olga")
    shown = olga.get(reverse("training:coverage")).content.decode()
    assert shown.index("All employers") < shown.index("North Police") < shown.index("South Police")
    file = olga.get(reverse("training:coverage"), {"course": COURSE, "format": "csv"}).content.decode()
    rows = {(row["employer"], row["role"], row["measure"]): row for row in csv.DictReader(io.StringIO(file))}

    def value(*of: str) -> tuple[str, str, str, str]:
        row = rows[of]
        return row["value"], row["low"], row["high"], row["status"]

    assert value("", "", "people") == ("100", "98", "102", "")
    assert value("", "", "in_date_percent") == ("45.0", "42.0", "48.0", "")
    assert value("North Police", "first_responder", "in_date") == ("30", "28", "32", "")
    assert value("North Police", "first_responder", "passed_12_months_percent") == ("50.0", "45.0", "56.0", "")
    assert value("South Police", "first_responder", "in_date_percent") == ("38.0", "30.0", "45.0", "")
    assert value("South Police", "", "exempt") == ("", "", "", "z")
    assert run_query("training.in_date", now=NOW).value == 45.0
    assert olga.get(reverse("training:coverage"), {"course": "nothing"}).status_code == 404
    assert people.come_in(north.manager).get(reverse("training:coverage")).status_code == 403
    assert Client().get(reverse("training:coverage")).status_code == 302


@pytest.mark.django_db
def test_the_centre_says_zone_language_and_member_and_the_network_is_told_each_day(
    north: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = uuid.uuid4()
    sign_member(protocol=protocol("Northern Police", uuid.uuid4(), now=NOW), member=member, by=OPERATOR, now=NOW)
    people.employ("olga", Role.POLICY_OFFICER)
    people.at(monkeypatch, NOW + timedelta(minutes=5))
    olga, here = people.come_in("olga"), reverse("training:employer-change", args=[north.employer])
    assert "Northern Police" in olga.get(here).content.decode()
    said = {"zone": "Pacific/Auckland", "language": "ar", "member": str(member)}
    assert olga.post(here, {**said, "zone": "Moon/Base"}).status_code == 400
    assert olga.post(here, said).status_code == 303
    assert (north.row.zone, north.row.language) == ("Pacific/Auckland", "ar")
    # There a new day has begun: a completion of that day is no completion ahead of time.
    line = f"P-1,{COURSE},2,2026-11-25,passed,,"
    assert day_in(north.row.zone, NOW) > NOW.date()
    assert north.load_completions(line, now=NOW + timedelta(days=1)) == 1
    assert tell_network(now=NOW, limit=9) == 1
    assert tell_network(now=NOW + timedelta(hours=1), limit=9) == 0
    [count] = list_training(member)
    assert (count.requirement, count.in_date, count.people, count.source) == (COURSE, 1, 12, "training")
    assert tell_network(now=NOW + timedelta(days=1), limit=9) == 1
    assert list_training(member)[0].as_of == NOW.date() + timedelta(days=1)
    assert olga.get(reverse("training:employer-change", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.django_db
def test_nothing_is_counted_before_due_days_are_reckoned(north: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    people.employ("olga", Role.POLICY_OFFICER)
    people.at(monkeypatch, NOW)
    type(north.row).objects.update(stale_at=NOW)
    assert count_coverage(now=NOW) == 0
    assert "Nothing was counted yet" in people.come_in("olga").get(reverse("training:coverage")).content.decode()
    assert run_query("training.in_date", now=NOW).value is None
    reckon_stale(limit=100)
    assert count_coverage(now=NOW) == 1
    assert run_query("training.in_date", now=NOW).value is None  # of 12 people nobody passed: hidden
