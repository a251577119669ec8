"""The helpline's figures: only who agreed is counted, a promise by its own hours, and small numbers are hidden."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.figures import first_answers, needs_met, open_cases
from leeward.victim.helpline.operations.cases import save_statistics, write_message
from leeward.victim.helpline.operations.desk import ask_help, end_help, say_met
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from tests.foundation.accounts.people import PASSPHRASE, at, come_in, employ
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker, came

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def agree(her: Her) -> Her:
    save_statistics(opened=her.open(), agrees=True, by=PERSON, now=NOW)
    return her


def answer(her: Her, sam: Worker, *, after: timedelta) -> None:
    write_message(opened=sam.open(her.case, NOW + after), words="Here.", side=Side.TEAM, by=sam.actor, now=NOW + after)


def test_first_answers_are_counted_by_the_promise_and_in_open_hours(sam: Worker) -> None:
    # Green, come at noon on a Tuesday: promised until Wednesday 18:00.
    for after in (2 * HOUR, 24 * HOUR, 48 * HOUR):
        answer(agree(came()), sam, after=after)
    agree(came())  # never answered
    answer(came(), sam, after=HOUR)  # has not agreed
    agree(came(now=NOW + 9 * DAY))  # not due yet
    found = first_answers(since=NOW - DAY, until=NOW + 9 * DAY + HOUR)
    # From noon to one, and from two to noon: 1, 7 and 14 open hours.
    assert (found.promised, found.in_time, found.median_hours) == (4, 2, 7.0)
    assert first_answers(since=NOW - DAY, until=NOW).promised == 0


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
    assert not any(needs_met(since=NOW + DAY, until=NOW + 2 * DAY)[HelpKind.LAW].values())


def test_the_page_hides_what_is_small(house: object, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW + 9 * DAY)
    # The hours of these tests last two months.
    monkeypatch.setattr("leeward.victim.helpline.views.desk.figures.PERIOD", 30 * DAY)
    user = employ("ama", Role.PRACTITIONER).user
    ring = keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=PASSPHRASE))
    ama = Worker(actor=Actor(kind=ActorKind.STAFF, id=user.reference), keyring=ring)
    answer(agree(came()), ama, after=2 * HOUR)
    client = come_in("ama")
    assert values(client) == ["hidden", "hidden", "hidden", "1", "1", "1.0"]
    for after in (*[2 * HOUR] * 14, *[48 * HOUR] * 15):
        answer(agree(came()), ama, after=after)
    assert open_cases() == 30
    assert values(client) == ["30", "50 %", "7.5", "30", "1", "30.0"]


def values(client: Client) -> list[str]:
    page = client.get("/staff/helpline/figures").content.decode()
    return [each.strip() for each in re.findall(r'govuk-summary-list__value">([^<]*)<', page)]
