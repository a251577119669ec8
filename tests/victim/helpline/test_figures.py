"""The helpline's figures: only who agreed is counted, a promise by its own hours, and small numbers are hidden."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.web.words import word
from leeward.policy.statistics.operations.sources import SOURCES
from leeward.policy.statistics.rules.recipes import Breakdown
from leeward.policy.statistics.words import code_label
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.figures import first_answers, first_day, helps_judged, months_paid, needs_met, open_cases
from leeward.victim.helpline.models import Case, Funding
from leeward.victim.helpline.operations.cases import save_statistics, write_message
from leeward.victim.helpline.operations.desk import ask_help, end_help, say_met
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from tests.foundation.accounts.people import PASSPHRASE, at, come_in, employ
from tests.readers import close_door
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker, came

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def agree(her: Her) -> Her:
    save_statistics(opened=her.open(), agrees=True, by=PERSON, now=NOW)
    return her


def gathered(source: str, step: Frequency, *, now: datetime = NOW + HOUR) -> dict[tuple[str, str], int]:
    """What the statistics are told of the month or quarter of these tests."""
    found = SOURCES[source].ask(period_of(NOW.date(), step=step), now)
    return {(each.measure.value, each.code): each.count for each in found}


def answer(her: Her, sam: Worker, *, after: timedelta) -> None:
    write_message(opened=sam.open(her.case, NOW + after), words="Here.", side=Side.TEAM, by=sam.actor, now=NOW + after)


def test_first_answers_are_counted_by_the_promise_and_in_open_hours(sam: Worker) -> None:
    # Green, come at noon on a Tuesday: promised until Wednesday 18:00.
    for after in (2 * HOUR, 24 * HOUR, 48 * HOUR):
        answer(agree(came()), sam, after=after)
    agree(came())  # never answered
    answer(came(), sam, after=HOUR)  # has not agreed
    agree(came(now=NOW + 9 * DAY))  # not due yet
    end = NOW + 9 * DAY + HOUR
    found = first_answers(since=NOW - DAY, until=end, now=end)
    # From noon to one, and from two to noon: 1, 7 and 14 open hours, and one that nobody gave.
    assert (found.promised, found.in_time, found.median_hours) == (4, 2, 7.0)
    assert first_answers(since=NOW - DAY, until=NOW, now=NOW).promised == 0
    assert first_day() == NOW.date()
    told = gathered("answers", Frequency.MONTH, now=end)
    assert told == {("helpline.answers", ""): 4, ("helpline.answers.in_time", ""): 2, ("helpline.hours.50", ""): 4}
    Case.objects.filter(answered_at__gt=NOW + 23 * HOUR).update(answered_at=None)
    # One of four had an answer: half of them had none.
    found = first_answers(since=NOW - DAY, until=NOW + HOUR, now=end)
    assert (found.promised, found.in_time, found.median_hours) == (4, 1, None)


def test_the_helpline_is_paid_for_whole_months() -> None:
    assert months_paid(today=NOW.date()) is None
    assert first_day() is None
    today = date(2026, 11, 15)
    for ends, months in ((14, 1), (13, 0), (30, 1)):
        Funding.objects.all().delete()
        Funding.objects.create(
            source="A fund", hours=40, begins_on=date(2026, 1, 1), ends_on=date(2026, 12, ends), changed_at=NOW
        )
        assert months_paid(today=today) == months
    assert months_paid(today=date(2026, 12, 31)) == 0
    assert months_paid(today=date(2026, 1, 1)) == 11


def test_what_people_say_of_the_help_stands_by_its_kind(sam: Worker) -> None:
    for number, met in enumerate((Met.YES, Met.NO, None)):
        her = came()
        if number != 1:
            agree(her)
        ask_help(opened=her.open(), kind=HelpKind.LAW, by=PERSON, now=NOW)
        opened = sam.open(her.case)
        [help_] = read_case(opened).helps
        end_help(
            opened=opened, help_=help_.reference, state=HelpState.GIVEN, seen=Met.YES, by=sam.actor, now=NOW + HOUR
        )
        if met:
            say_met(opened=her.open(), help_=help_.reference, met=met, by=PERSON, now=NOW + HOUR)
    law = needs_met(since=NOW, until=NOW + DAY)[HelpKind.LAW]
    assert {met: number for met, number in law.items() if number} == {Met.YES: 1, None: 1}
    told = gathered("helps", Frequency.QUARTER)
    assert {cell: number for cell, number in told.items() if number} == {
        ("helpline.helps.said", ""): 1,
        ("helpline.helps.met", ""): 1,
        ("helpline.helps.said", "law"): 1,
        ("helpline.helps.met", "law"): 1,
    }
    assert gathered("helps", Frequency.MONTH)["helpline.helps", ""] == 2
    judged = next(each for each in helps_judged(since=NOW, until=NOW + DAY) if each.kind == HelpKind.LAW)
    assert (judged.ended, judged.said, judged.met) == (2, 1, 1)
    assert [word(each) for each in HelpKind] == [code_label(Breakdown.HELP, each, said="") for each in HelpKind]
    assert not any(needs_met(since=NOW + DAY, until=NOW + 2 * DAY)[HelpKind.LAW].values())


def test_the_page_hides_what_is_small(house: object, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW + 9 * DAY)
    # The hours of these tests last two months.
    monkeypatch.setattr("leeward.victim.helpline.views.desk.figures.PERIOD", 30 * DAY)
    user = employ("ama", Role.PRACTITIONER).user
    ring = keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=PASSPHRASE))
    ama = Worker(actor=Actor(kind=ActorKind.STAFF, id=user.reference), keyring=ring)
    client = come_in("ama")
    close_door("helpline")  # by ama it stays open, who alone works there now
    answer(agree(came()), ama, after=2 * HOUR)
    assert values(client) == ["hidden", "hidden", "hidden", "hidden", "1", "1", "1.0", "0.0"]
    for after in (*[2 * HOUR] * 14, *[48 * HOUR] * 15):
        answer(agree(came()), ama, after=after)
    assert open_cases() == 30
    assert values(client) == ["30", "50% (40 to 61)", "1.0", "hidden", "30", "1", "30.0", "0.0"]


def values(client: Client) -> list[str]:
    page = client.get("/staff/helpline/figures").content.decode()
    return [each.strip() for each in re.findall(r'govuk-summary-list__value">([^<]*)<', page)]
