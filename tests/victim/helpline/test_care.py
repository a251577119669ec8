"""What people who work here get for themselves: a pause, a debrief, supervision, an end of the shift."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.work.desks import count_exposure
from leeward.victim.file.rules.story import Danger, Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import CaseUnknown, HandsFull, OnPause, ShiftOver
from leeward.victim.helpline.models import Care, Case
from leeward.victim.helpline.models import Profile as ProfileRow
from leeward.victim.helpline.operations.allocation import save_profile
from leeward.victim.helpline.operations.care import (
    answer_offer,
    forget_care,
    go_on,
    hold,
    note_supervision,
    offer_debriefs,
    pause,
)
from leeward.victim.helpline.operations.cases import write_message
from leeward.victim.helpline.operations.desk import ask_review, claim_case, decide_review
from leeward.victim.helpline.queries.allocation import not_offered
from leeward.victim.helpline.queries.care import asked_care, care_of, held_minutes
from leeward.victim.helpline.rules.allocation import Profile
from leeward.victim.helpline.rules.care import CareKind, CareState
from tests.browsing import see, send
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, Her, Worker, came

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEAD = Actor(kind=ActorKind.STAFF, id="lea")


def test_a_pause_calls_a_lead_and_stops_what_is_given(sam: Worker, her: Her) -> None:
    claim_case(reference=her.case, by=sam.actor, now=NOW)
    for _ in range(2):
        pause(by=sam.actor, now=NOW)
    assert not Case.objects.exclude(claimed_by="").exists()
    assert not_offered(["sam", "lee"], now=NOW) == {"sam": OnPause}
    [line] = asked_care()
    with pytest.raises(CaseUnknown):
        hold(care=line.reference, minutes=None, by=sam.actor, now=NOW)  # nobody answers their own
    hold(care=line.reference, minutes=None, by=LEAD, now=NOW)
    assert (asked_care(), care_of("sam", now=NOW).pause is not None) == ((), True)
    for _ in range(2):
        go_on(by=sam.actor, now=NOW + HOUR)
    assert (not_offered(["sam"], now=NOW), care_of("sam", now=NOW).pause) == ({}, None)
    pause(by=sam.actor, now=NOW + 2 * HOUR)  # and once more
    assert len(asked_care()) == 1


def test_nothing_is_given_after_the_hours_of_a_shift_until_the_next(sam: Worker, her: Her) -> None:
    claim_case(reference=her.case, by=sam.actor, now=NOW)
    claim_case(reference=her.case, by=sam.actor, now=NOW + HOUR)  # the shift counts from its first case
    assert not_offered(["sam"], now=NOW + 8 * HOUR - timedelta(seconds=1)) == {}
    assert not_offered(["sam"], now=NOW + 8 * HOUR) == {"sam": ShiftOver}
    save_profile(Profile(hours=3, most=1), by=sam.actor, now=NOW)
    assert not_offered(["sam"], now=NOW + 3 * HOUR) == {"sam": ShiftOver}
    assert not_offered(["sam"], now=NOW + HOUR) == {"sam": HandsFull}
    assert not_offered(["sam"], now=NOW + 16 * HOUR) == {}
    claim_case(reference=her.case, by=sam.actor, now=NOW + 16 * HOUR)
    assert ProfileRow.objects.get(staff="sam").began_at == NOW + 16 * HOUR


def test_a_debrief_is_offered_after_a_red_case_to_who_worked_on_it(sam: Worker, lee: Worker) -> None:
    her = came(story=Story(everyone_adult=True, dangers=(Danger.NOW,)))
    write_message(opened=sam.open(her.case), words="Here.", side=Side.TEAM, by=sam.actor, now=NOW)
    ask_review(opened=sam.open(her.case), reason="Safe.", by=sam.actor, now=NOW)
    assert not Care.objects.exists()
    review = Case.objects.get().reviews.get().reference
    decide_review(opened=lee.open(her.case), review=review, agrees=True, by=lee.actor, now=NOW)
    assert {each.staff for each in Care.objects.all()} == {"sam", "lee"}
    assert str(her.case) not in str(Care.objects.values())
    offer_debriefs(Case.objects.get(), by=lee.actor, now=NOW)
    assert Care.objects.count() == 2  # one waits already
    [mine], [lees] = care_of("sam", now=NOW).offers, care_of("lee", now=NOW).offers
    with pytest.raises(CaseUnknown):
        answer_offer(care=lees.reference, wants=True, by=sam.actor, now=NOW)
    answer_offer(care=mine.reference, wants=True, by=sam.actor, now=NOW)
    answer_offer(care=lees.reference, wants=False, by=lee.actor, now=NOW)
    assert (care_of("sam", now=NOW).is_asked, care_of("lee", now=NOW).is_asked) == (True, False)
    hold(care=mine.reference, minutes=45, by=LEAD, now=NOW + DAY)
    assert held_minutes(since=NOW, until=NOW + DAY) == {"sam": 45}
    assert (forget_care(now=NOW + 15 * DAY, limit=5), Care.objects.get().state) == (1, CareState.HELD)
    assert forget_care(now=NOW + 900 * DAY, limit=5) == 1


def test_a_debrief_that_is_offered_to_a_volunteer_needs_them(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    house("volunteer", lambda: employ("vic", Role.VOLUNTEER))
    vic, own = come_in("vic"), User.objects.get(username="vic").reference
    care = Care.objects.create(kind=CareKind.DEBRIEF, state=CareState.OFFERED, staff=own, at=NOW)
    assert "A red case that you worked on was closed" in see(vic, reverse("work:home"))
    assert reverse("helpline:care-debrief", args=[care.reference]) in see(vic, reverse("helpline:volunteer-home"))
    Care.objects.update(at=NOW - timedelta(days=14))  # an offer that nobody took in time
    assert "A red case that you worked on was closed" not in see(vic, reverse("work:home"))


def test_each_of_several_who_wait_for_a_lead_stands_on_the_leads_home(
    house: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOW)
    house("lead", lambda: employ("lea", Role.HELPLINE_LEAD))
    for name in ("ama", "bo"):
        pause(by=Actor(kind=ActorKind.STAFF, id=name), now=NOW)
    lea = come_in("lea")
    for line in asked_care():
        assert f"{reverse('helpline:lead-people')}#{line.reference}" in see(lea, reverse("work:home"))
        assert f'id="{line.reference}"' in see(lea, reverse("helpline:lead-people"))


def test_pages(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    house("staff", lambda: [employ("ama", Role.PRACTITIONER), employ("lea", Role.HELPLINE_LEAD)])
    ama, lea, her = come_in("ama"), come_in("lea"), came()
    people, home = reverse("helpline:lead-people"), reverse("helpline:desk-home")
    waiting, own = reverse("helpline:desk-queue", args=["waiting"]), User.objects.get(username="ama").reference
    send(ama, reverse("helpline:care-pause"))
    assert "You are taking a pause" in see(ama, home)
    assert "You are taking a pause" in send(ama, waiting, status=409)
    assert people in see(lea, reverse("work:home")).partition("<main")[2]
    [line] = asked_care()
    held = reverse("helpline:lead-care-held", args=[line.reference])
    assert held in see(lea, people)
    send(lea, held)
    assert "A lead is with you" in see(ama, home)
    send(ama, reverse("helpline:care-go-on"))
    send(ama, waiting)
    assert Case.objects.get(reference=her.case).claimed_by == own
    care = Care.objects.create(kind=CareKind.DEBRIEF, state=CareState.OFFERED, staff=own, at=NOW)
    debrief = reverse("helpline:care-debrief", args=[care.reference])
    assert debrief in see(ama, home)
    for number, said in ((1, "1 story or contact today."), (2, "2 stories or contacts today.")):
        count_exposure(by=Actor(kind=ActorKind.STAFF, id=own), now=NOW)
        assert f"You have opened {said}" in see(ama, home), number
    assert "Accept or decline" in see(ama, reverse("work:home"))
    send(ama, debrief, wants="yes")
    assert "Accept or decline" not in see(ama, reverse("work:home"))
    held = reverse("helpline:lead-care-held", args=[care.reference])
    refused = send(lea, held, status=400, minutes="many")
    assert ("Enter a whole number from 1 to 480" in refused, held in refused) == (True, True)
    assert "<title>Error:" in refused
    assert held in see(lea, people)
    send(lea, held, minutes="30")
    send(lea, held, status=404)
    assert "Enter a whole number" in send(lea, people, status=400, staff=own, minutes="0")
    send(lea, people, staff=own, minutes="60")
    assert "1.5" in see(lea, people)
    assert "1.5" in see(ama, reverse("helpline:desk-figures"))
    with pytest.raises(CaseUnknown):
        note_supervision(staff=str(uuid.uuid4()), minutes=5, by=LEAD, now=NOW)
