"""The secretary's pages: who signed what, who is trained, who is late; and nothing of anybody who was passed on."""

import csv
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.network.models import Member, TrainedCount
from leeward.victim.network.operations.turns import accept_turn, decline_turn
from leeward.victim.network.queries.members import read_clocks
from leeward.victim.network.rules.members import Kind, MemberState, PassedTo, Sector, Way
from leeward.victim.network.rules.turns import DeclineReason
from tests.browsing import see
from tests.foundation.accounts.people import at, come_in, employ
from tests.society.directory.factories import make_organization, make_service
from tests.standing import Standing
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, Worker
from tests.victim.network.browsing import page_of, press
from tests.victim.network.conftest import Body, agreed, forward, turns

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
SIGNED = {
    "name": "Harbour Trust",
    "sector": Sector.SUPPORT.value,
    "version": "3",
    "way": Way.ACCOUNTS.value,
    "until": (TODAY + timedelta(days=365)).isoformat(),
    "accept_days": "2",
    "accept_hours": "3",
    "act_days": "5",
    "act_days_urgent": "1",
    "passes_to": [PassedTo.POLICE.value],
    "passes_on": "Crimes that we learn of.",
    "kinds-0": [Kind.SHELTER.value, Kind.TALK.value],
    "languages-0": ["ar"],
}
COLUMNS = "member,requirement,in_date,people,as_of"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def hugo(house: Standing) -> Client:
    house(("staff", "hugo"), lambda: employ("hugo", Role.NETWORK_SECRETARY))
    return come_in("hugo")


def test_an_organisation_of_the_directory_signs_is_prolonged_suspended_and_leaves(hugo: Client) -> None:
    trust = make_organization()
    service = make_service("Harbour Rooms", organization_id=trust.id)
    answer = hugo.post(page_of("member-choose"), {"organization": str(trust.id)})
    add = answer.headers["Location"]
    assert "Harbour Rooms: what they help with" in see(hugo, add)
    for changed, wrong in (
        ({"accept_days": "3"}, "Enter a whole number from 1 to 2"),
        ({"until": (TODAY - timedelta(days=1)).isoformat()}, "Choose today or a day to come"),
        ({"kinds-0": []}, "Tick what at least one service helps with"),
        ({"languages-0": []}, "Tick at least one language"),
        ({"passes_on": ""}, "Say what they must pass on"),
    ):
        refused = hugo.post(add, SIGNED | changed)
        assert refused.status_code == 400
        assert wrong in refused.content.decode()
    assert not Member.objects.exists()
    member = page_of("member", Member.objects.get().public_id) if hugo.post(add, SIGNED).status_code == 303 else ""
    row = Member.objects.get()
    assert (row.state, row.accept_hours, row.passes_to, row.signed_on) == (MemberState.MEMBER, 3, ["police"], TODAY)
    assert row.services.get().service == service.id
    shown = see(hugo, member)
    for said in (
        "Harbour Rooms",
        "A safe place to stay",
        "Crimes that we learn of.",
        "Nothing is known",
    ):
        assert said in shown
    # Nobody else can take part with a service that is one member's.
    assert "Harbour Rooms" not in see(hugo, add)
    sign = page_of("member-sign", row.public_id)
    stale = hugo.post(sign, SIGNED | {"seen": "2020-01-01T00:00:00+00:00"})
    assert "Somebody has changed this meanwhile" in stale.content.decode()
    seen = row.changed_at.isoformat()
    assert hugo.post(sign, SIGNED | {"version": "4", "seen": seen}).status_code == 303
    assert Member.objects.get().protocol_version == 4
    for name, state in (("member-suspend", MemberState.SUSPENDED), ("member-let-go", MemberState.LEFT)):
        page = page_of(name, row.public_id)
        assert "goes on to the next one at once" in see(hugo, page)
        assert hugo.post(page, {"seen": Member.objects.get().changed_at.isoformat()}).status_code == 303
        assert Member.objects.get().state is state
    file = hugo.get(f"{page_of('members')}?format=csv").content.decode()
    assert [line[0] for line in csv.reader(file.splitlines())] == ["Member", "Harbour Trust"]


def test_counts_of_trained_people_are_kept_whole_or_each_fault_is_named(hugo: Client, bodies: tuple[Body, ...]) -> None:
    good = f"Ark,image-abuse-care,8,10,{TODAY}"
    lines = (
        good, "Nobody,image-abuse-care,1,2,2026-11-01", "Bay,Care!,3,2,2026-13-01", "Cove,care,1",
        f"Ark,image-abuse-care,1,10,{TODAY}", f"Bay,care,0,0,{TODAY + timedelta(days=1)}",
    )  # fmt: skip
    refused = press(hugo, "trained", status=400, counts="\n".join([COLUMNS, *lines]))
    for fault in (
        "Line 3, member: Enter the name or the id of a member",
        "Line 4, requirement: Enter a code",
        "Line 4, in_date: Enter a whole number from 0 to the number of people",
        "Line 4, as_of: Enter today or a day that is over",
        "Line 5: Enter 5 cells",
        "Line 6, requirement: Enter each training once for each member",
        "Line 7, people: Enter a whole number from 1 to",
        "Line 7, as_of",
    ):
        assert fault in refused, fault
    assert not TrainedCount.objects.exists()
    assert f"The first line is: {COLUMNS}" in press(hugo, "trained", status=400, counts=good)
    press(hugo, "trained", counts=f"{COLUMNS}\n{good}\n{bodies[1].member},law,1,4,{TODAY}\n")
    shown = see(hugo, page_of("trained"))
    assert "image-abuse-care" in shown
    assert "Fewer than 80 in 100" in shown
    assert TrainedCount.objects.count() == 2


def test_clocks_are_counted_by_member_without_anything_of_anybody(
    hugo: Client, bodies: tuple[Body, ...], teller: Teller, sam: Worker, forwarder: ServiceKeys,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    ark, bay, _cove = bodies
    referral = agreed(teller, sam, (ark, bay))
    forward(forwarder, NOW)
    first, second = (turn.reference for turn in turns(referral))
    reason = DeclineReason.NO_ROOM
    decline_turn(turn=first, reason=reason, keyring=ark.worker.keyring, by=ark.worker.actor, now=NOW)
    forward(forwarder, NOW)
    accept_turn(turn=second, keyring=bay.worker.keyring, by=bay.worker.actor, now=NOW)
    later = NOW + timedelta(days=20)
    at(monkeypatch, later)
    counted = {line.name: line for line in read_clocks(now=later)}
    assert (counted["Ark"].open, counted["Ark"].declined) == (0, 1)
    assert (counted["Bay"].open, counted["Bay"].late_to_begin, counted["Bay"].late_to_answer) == (1, 1, 0)
    hugo = come_in("hugo")
    home = see(hugo, reverse("work:home"))
    assert page_of("member", bay.member) in home
    for page in (see(hugo, page_of("clocks")), see(hugo, page_of("member", bay.member)), home):
        assert "Bay" in page
        for secret in (first, second, referral.reference, teller.file):
            assert str(secret)[:8] not in page
    for name in ("inbox", "room"):
        see(hugo, page_of(name), status=403)
    see(hugo, page_of("turn", second), status=403)
    see(hugo, page_of("member", uuid.uuid4()), status=404)


def test_the_route_map_marks_where_nobody_takes_anybody(
    hugo: Client, bodies: tuple[Body, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leeward.victim.network.views.boards.known_areas", lambda: {"XX-A": "Coast", "XX-B": "Moor"})
    page = see(hugo, page_of("routes"))
    taken, kinds = 2, len(Kind)
    assert f"In {2 * (kinds - taken)} of {2 * kinds} kinds and areas nobody" in page
    assert "Ark, Bay, Cove" in page
    assert "Coast" in page
