"""The secretary's pages: who signed what, who is trained, who is late; and nothing of anybody who was passed on."""

import csv
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.network.figures import practices_in_date
from leeward.victim.network.models import Member, Practice, TrainedCount
from leeward.victim.network.operations.members import sign_member
from leeward.victim.network.operations.turns import accept_turn, decline_turn
from leeward.victim.network.queries.members import member_names, read_candidates, read_clocks
from leeward.victim.network.rules.listing import COLUMNS as LIST
from leeward.victim.network.rules.members import Kind, MemberState, PassedTo, Sector, Way
from leeward.victim.network.rules.turns import DeclineReason
from tests.browsing import see
from tests.foundation.accounts.people import at, come_in, employ
from tests.society.directory.factories import make_organization, make_service
from tests.standing import Standing
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, OPERATOR, Worker
from tests.victim.network.browsing import page_of, press
from tests.victim.network.conftest import Body, agreed, forward, turns
from tests.victim.network.members import protocol

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
TRUST = uuid.UUID(int=7)


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


def test_counts_of_trained_people_are_tried_and_kept_whole_or_each_fault_is_named(
    hugo: Client, bodies: tuple[Body, ...]
) -> None:
    good = f"Ark,image-abuse-care,8,10,{TODAY}"
    lines = (
        good, "Nobody,image-abuse-care,1,2,2026-11-01", "Bay,Care!,3,2,2026-13-01", "Cove,care,1",
        f"Ark,image-abuse-care,1,10,{TODAY}", f"Bay,care,0,0,{TODAY + timedelta(days=1)}",
    )  # fmt: skip
    refused = press(hugo, "trained", status=400, keep=1, lines="\n".join([COLUMNS, *lines]))
    for fault in (
        "Line 3, member: Enter the name or the id of a member",
        "Line 4, requirement: Enter a code",
        "Line 4, in_date: Enter a whole number from 0 to the number of people",
        "Line 4, as_of: Enter a day such as",
        "Line 5: Enter 5 cells",
        "Line 6, requirement: Enter each training once for each member",
        "Line 7, people: Enter a whole number from 1 to",
        "Line 7, as_of: Enter today or a day that is over",
    ):
        assert fault in refused, fault
    assert f"The first line is: {COLUMNS}" in press(hugo, "trained", status=400, lines=good)
    assert "Paste the lines" in press(hugo, "trained", status=400)
    whole = f"{COLUMNS}\n{good}\n{bodies[1].member},law,1,4,{TODAY}\n"
    tried = press(hugo, "trained", status=200, lines=whole)
    assert "Nothing is kept yet" in tried
    assert "Bay, law: 1 of 4" in tried
    # A file takes the place of what was pasted, and what it holds stands in the box to be kept.
    file = SimpleUploadedFile("trained.csv", b"\xef\xbb\xbf" + whole.encode(), "text/csv")
    assert f"{bodies[1].member},law,1,4" in hugo.post(page_of("trained"), {"file": file}).content.decode()
    for content, wrong in ((b"\xff\xff", "not text in UTF-8"), (b"a" * 200_001, "too large")):
        file = SimpleUploadedFile("trained.csv", content, "text/csv")
        answer = hugo.post(page_of("trained"), {"file": file, "keep": "1"})
        assert (answer.status_code, wrong in answer.content.decode()) == (400, True)
    assert not TrainedCount.objects.exists()
    press(hugo, "trained", keep=1, lines=whole)
    shown = see(hugo, page_of("trained"))
    assert "image-abuse-care" in shown
    assert "Fewer than 80 in 100" in shown
    assert TrainedCount.objects.count() == 2


def test_a_list_of_members_is_tried_and_kept_whole_or_each_fault_is_named(
    hugo: Client, bodies: tuple[Body, ...]
) -> None:
    trust = make_organization()
    rooms, talk = (make_service(name, organization_id=trust.id).id for name in ("Harbour Rooms", "Harbour Talk"))
    other = make_service("Elsewhere").id
    sign_member(protocol=replace(protocol("Trust", rooms), organization=trust.id), member=TRUST, by=OPERATOR, now=NOW)
    until, late = TODAY + timedelta(days=90), TODAY + timedelta(days=1)
    head = ",".join(LIST)
    lines = (
        f"Trust,{rooms},shelter,en ar,{TODAY},{until}",
        f"Trust,{rooms},shelter talk,en,{TODAY},{late}",
        f"Trust,{other},sleep,xx,{late},2026-02-30",
        f",{bodies[0].service},,,,",
        f"Ark,{talk},talk,en,{TODAY},{until}",
        f"New,{rooms},talk,en,{TODAY},{until}",
    )
    refused = press(hugo, "members-list", status=400, keep=1, lines="\n".join([head, *lines]))
    for fault in (
        "Line 3, service_id: Enter each service once",
        "Line 3, until: Enter a day that is not before signed_on, the same on each line",
        "Line 4, service_id: This service belongs to another organisation",
        "Line 4, kinds: Enter one or more of these",
        "Line 4, languages: Enter one or more codes",
        "Line 4, signed_on: Enter today or a day that is over",
        "Line 4, until",
        "Line 5, member: Enter a name",
        "Line 5, service_id: Enter the id of a service of the directory",
        "Line 6, service_id: This service belongs to another organisation",
        "Line 7, service_id: Enter each service once",
    ):
        assert fault in refused, fault
    assert "Line 2," not in refused
    whole = "\n".join(
        [
            head,
            f"{TRUST},{talk},talk,ar,{TODAY},{until}",
            f"New,{other},law,en,{TODAY},{until}",
            f"Trust,{rooms},shelter talk,en,{TODAY},{until}",
        ]
    )
    tried = press(hugo, "members-list", status=200, lines=whole)
    assert "Trust changes: 2 services, until" in tried
    assert "New is new and waits to sign: 1 service, until" in tried
    assert not Member.objects.filter(name="New").exists()
    press(hugo, "members-list", keep=1, lines=whole)
    signed = Member.objects.get(public_id=TRUST)
    assert (signed.state, signed.until, signed.services.count()) == (MemberState.MEMBER, until, 2)
    assert sorted(signed.services.get(service=rooms).kinds) == ["shelter", "talk"]
    new = Member.objects.get(name="New")
    assert (new.state, new.services.get().service) == (MemberState.APPLICANT, other)
    assert "2 members stay as they are" in press(hugo, "members-list", status=200, lines=whole)
    # No list lets anybody sign: nobody is passed on to it, and no account belongs to it.
    assert {each.name for each in read_candidates(Kind.LAW, now=NOW)} == {"Trust", "Ark", "Bay", "Cove"}
    assert str(new.public_id) not in member_names()
    Member.objects.filter(pk=signed.pk).update(state=MemberState.LEFT)
    assert "Line 2, member: This member has left" in press(hugo, "members-list", status=400, lines=whole)


def test_an_organisation_asks_to_join_and_the_secretary_decides(
    hugo: Client, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust, quay = make_organization(), make_organization(name="Quay")
    make_service("Harbour Rooms", organization_id=trust.id)
    make_service("Quay Law", organization_id=quay.id)
    asked = {"organization": str(trust.id), "sector": "support", "words": "We have three rooms."}
    for changed in ({"organization": str(uuid.uuid4())}, {"sector": ""}, {"words": " "}):
        assert client.post(page_of("join"), asked | changed).status_code == 400, changed
    assert not Member.objects.exists()
    assert client.post(page_of("join"), asked).headers["Location"] == page_of("joined")
    assert "Nobody is passed on to you before you have signed" in see(client, page_of("joined"))
    again = client.post(page_of("join"), asked)
    assert (again.status_code, "has already asked" in again.content.decode()) == (400, True)
    row = Member.objects.get()
    assert row.state is MemberState.APPLICANT
    assert "We have three rooms." in see(hugo, page_of("member", row.public_id))
    assert page_of("member", row.public_id) in see(hugo, reverse("work:home"))
    assert row.name in see(hugo, f"{page_of('members')}?state=applicant")
    assert row.name not in see(hugo, page_of("clocks"))
    sign = page_of("member-sign", row.public_id)
    assert hugo.post(sign, SIGNED | {"seen": row.changed_at.isoformat()}).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.applied) == (MemberState.MEMBER, "")
    refuse = page_of("member-refuse", row.public_id)
    assert "has signed" in press(hugo, "member-refuse", row.public_id, status=409)
    client.post(page_of("join"), asked | {"organization": str(quay.id)})
    applicant = Member.objects.get(organization=quay.id)
    refuse = page_of("member-refuse", applicant.public_id)
    assert "What they wrote is deleted" in see(hugo, refuse)
    assert hugo.post(refuse).headers["Location"] == page_of("members")
    assert not Member.objects.filter(organization=quay.id).exists()
    monkeypatch.setattr("leeward.victim.network.views.joining.FROM_ONE_NETWORK", 1)
    limited = client.post(page_of("join"), asked | {"organization": str(quay.id)})
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "600")


def test_what_helps_stands_on_the_shelf_until_its_day_and_is_then_a_task(
    hugo: Client, two: tuple[Body, Body], monkeypatch: pytest.MonkeyPatch
) -> None:
    for role, name in ((Role.PRACTITIONER, "ama"), (Role.DESK_PRACTITIONER, "dee")):
        employ(name, role)
    day = TODAY + timedelta(days=30)
    said = {
        "page": "safe-accounts", "measured": "Who wrote again", "result": "7 of 112", "measured_by": "The helpline",
        "source": "https://research.example/1", "review_on": str(day),
    }  # fmt: skip
    for changed, wrong in (
        ({"page": "nowhere"}, "govuk-error-summary"),
        ({"result": ""}, "Record the outcome"),
        ({"source": "javascript:x"}, "Enter a web address"),
        ({"review_on": str(TODAY)}, "Choose a day after today"),
    ):
        assert wrong in press(hugo, "practice-add", status=400, **said | changed), changed
    assert practices_in_date(today=TODAY) == (0, 0)
    press(hugo, "practice-add", **said)
    assert "is already among the practices" in press(hugo, "practice-add", status=400, **said)
    practice = Practice.objects.get()
    change = page_of("practice", practice.public_id)
    for client, page in ((hugo, "network:practices"), (come_in("ruth"), "network:practices")):
        shown = see(client, reverse(page))
        assert ("7 of 112" in shown, "/p" in shown, "Still holds" in shown) == (True, True, True)
        assert (change in shown) is (client is hugo)
    assert "7 of 112" in see(come_in("ama"), reverse("helpline:desk-practices"))
    for name, page in (("dee", page_of("practices")), ("ama", page_of("practices")), ("ruth", change)):
        see(come_in(name), page, status=403)
    assert change not in see(hugo, reverse("work:home"))
    assert (practices_in_date(today=day), practices_in_date(today=day + timedelta(days=1))) == ((1, 1), (1, 0))
    at(monkeypatch, NOW + timedelta(days=31))
    hugo = come_in("hugo")
    assert change in see(hugo, reverse("work:home"))
    assert "To review again" in see(hugo, page_of("practices"))
    later = str(day + timedelta(days=200))
    press(hugo, "practice", practice.public_id, **said | {"review_on": later, "seen": practice.changed_at.isoformat()})
    assert change not in see(hugo, reverse("work:home"))
    # A page that nobody can read any more holds nothing.
    Practice.objects.update(page="gone")
    assert practices_in_date(today=TODAY) == (1, 0)
    assert "The page cannot be read now" in see(hugo, page_of("practices"))
    drop = page_of("practice-drop", practice.public_id)
    assert "Its page stays" in see(hugo, drop)
    assert hugo.post(drop).status_code == 303
    assert not Practice.objects.exists()
    see(hugo, drop, status=404)


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
    assert f"For {2 * (kinds - taken)} of {2 * kinds} kinds of help in an area, nobody" in page
    assert "Ark, Bay, Cove" in page
    assert "Coast" in page
