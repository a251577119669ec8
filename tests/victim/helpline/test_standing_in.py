"""One case of the closed team is lent to one colleague, until an end, and its person sees and stops it."""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.errors import CompartmentClosed, NotGranted, SealRefused
from leeward.foundation.vault.operations import (
    found_team_of_one,
    holders_of,
    join_team,
    open_file,
    team_grantee,
    user_grantee,
)
from leeward.foundation.vault.rules.grants import GranteeKind
from leeward.victim.file.models import File, Message
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import CaseUnknown, LendingRefused
from leeward.victim.helpline.models import Case, StandIn
from leeward.victim.helpline.operations.cases import save_contact, stop_case, write_message
from leeward.victim.helpline.operations.desk import add_note
from leeward.victim.helpline.operations.recusals import move_to_leads, recuse
from leeward.victim.helpline.operations.standing_in import end_stand_in, lend_to_colleague
from leeward.victim.helpline.queries.cases import find_case, read_case
from leeward.victim.helpline.views.lead import standing_in as views
from tests.browsing import see, send
from tests.foundation.accounts.people import at, come_in
from tests.foundation.accounts.people import employ as enrol
from tests.standing import Standing
from tests.victim.file.people import Teller, browser_of
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Her, Worker, came, worker_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
END = NOW + 3 * DAY
CONTACT = Contact(way=ContactWay.PHONE, phone="0555 0100", safe_word="plum")


@dataclass(frozen=True, kw_only=True)
class Office:
    """Two practitioners, who lead, and a person whose case was moved to those."""

    ama: Worker
    ben: Worker
    lea: Worker
    her: Her


def hire() -> None:
    """Enrol them; the second practitioner is let in by the first."""
    for name, role in (("ama", Role.PRACTITIONER), ("ben", Role.PRACTITIONER), ("lea", Role.HELPLINE_LEAD)):
        enrol(name, role, now=NOW)
    ben = User.objects.get(username="ben")
    ring = worker_of("ama").keyring
    join_team(team="helpline", holder=user_grantee(ben.reference), keyring=ring, by=OPERATOR, now=NOW)


@pytest.fixture
def office(house: Standing) -> Office:
    house("office", hire)
    ama = worker_of("ama")
    her = came(contact=CONTACT)
    add_note(opened=ama.open(her.case), words="Among us.", by=ama.actor, now=NOW)
    move_to_leads(opened=ama.open(her.case), keyring=ama.keyring, by=ama.actor, now=NOW)
    return Office(ama=ama, ben=worker_of("ben"), lea=worker_of("lea"), her=her)


def lend(office: Office, name: str = "ben") -> Worker:
    lea, staff = office.lea, User.objects.get(username=name).reference
    lend_to_colleague(opened=lea.open(office.her.case), staff=staff, until=END, by=lea.actor, now=NOW)
    return worker_of(name)  # who unlocks once more, or goes on: slots are read at each request


def files_of(her: Her) -> tuple[uuid.UUID, ...]:
    row = Case.objects.get(reference=her.case)
    return row.file.reference, row.thread.reference, row.casework


def test_one_colleague_opens_all_of_one_case_and_nobody_else_of_the_team_does(office: Office) -> None:
    other = came()
    move_to_leads(opened=office.ama.open(other.case), keyring=office.ama.keyring, by=office.ama.actor, now=NOW)
    with pytest.raises(NotGranted):
        office.ben.open(office.her.case)
    ben = lend(office)
    view = read_case(ben.open(office.her.case))
    assert ([each.words for each in view.notes], view.messages[0].words) == (["Among us."], "I need help.")
    assert view.contact == CONTACT
    for worker in (office.ama, office.ben):  # the team's own key opens nothing of it
        for file in files_of(office.her):
            with pytest.raises(NotGranted):
                open_file(file=file, keyring=worker.keyring, by=worker.actor, now=NOW)
    with pytest.raises(NotGranted):
        ben.open(other.case)
    [row] = StandIn.objects.all()
    assert holders_of(row.team) == ((GranteeKind.USER, ben.actor.id),)
    write_message(opened=ben.open(office.her.case), words="I am here.", side=Side.TEAM, by=ben.actor, now=NOW)
    assert read_case(office.her.open()).messages[-1].words == "I am here."
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"helpline.stand_in", "vault.team_founded", "vault.granted"} <= verbs


def clock(office: Office, ben: Worker) -> None:
    """The end comes by itself."""


def taken_back(office: Office, ben: Worker) -> None:
    end_stand_in(opened=office.lea.open(office.her.case), by=office.lea.actor, now=NOW)


def stopped_by_her(office: Office, ben: Worker) -> None:
    end_stand_in(opened=office.her.open(), by=PERSON, now=NOW)


def all_stopped(office: Office, ben: Worker) -> None:
    stop_case(opened=office.her.open(), by=PERSON, now=NOW)


def knows(office: Office, ben: Worker) -> None:
    recuse(reference=office.her.case, keyring=ben.keyring, by=ben.actor, now=NOW)


def another(office: Office, ben: Worker) -> None:
    lend(office, "ama")


@pytest.mark.parametrize("ends", [clock, taken_back, stopped_by_her, all_stopped, knows, another])
def test_after_the_end_a_kept_key_opens_nothing_new(office: Office, ends: object) -> None:
    ben = lend(office)
    kept = ben.open(office.her.case)
    assert kept.casework is not None
    read_case(kept)  # each key is unwrapped
    assert callable(ends)
    ends(office, ben)
    later = END + timedelta(hours=1)
    with pytest.raises((NotGranted, CaseUnknown)):
        ben.open(office.her.case, later)
    write_message(opened=office.her.open(later), words="Only now.", side=Side.PERSON, by=PERSON, now=later)
    save_contact(opened=office.her.open(later), contact=CONTACT, by=PERSON, now=later)
    add_note(opened=office.lea.open(office.her.case, later), words="Later.", by=office.lea.actor, now=later)
    row = Case.objects.select_related("file").get(reference=office.her.case)
    with pytest.raises(CompartmentClosed):
        File.objects.get(reference=office.her.file).unbox(kept.file, "contact")
    last = Message.objects.filter(thread__file=row.file).order_by("-ordinal")[0]
    with pytest.raises(CompartmentClosed):
        last.unbox(kept.thread, "words")
    note = row.notes.order_by("-at")[0]
    with pytest.raises(CompartmentClosed):
        note.unbox(kept.casework, "words")
    view = read_case(office.lea.open(office.her.case, later))
    assert ([each.words for each in view.notes], view.messages[-1].words) == (["Among us.", "Later."], "Only now.")
    assert not StandIn.objects.filter(staff=ben.actor.id, ended_at__isnull=True).exists()


def test_only_a_good_colleague_for_a_good_time_and_an_open_case(office: Office) -> None:
    lea, her, ben = office.lea, office.her, office.ben.actor.id

    def refused(staff: str = ben, until: object = END, case: uuid.UUID = her.case, by: Worker = lea) -> None:
        with pytest.raises(LendingRefused):
            lend_to_colleague(opened=by.open(case), staff=staff, until=until, by=by.actor, now=NOW)  # type: ignore[arg-type]

    refused(until=NOW)
    refused(until=NOW + 15 * DAY)
    refused(staff="nobody")
    refused(staff=lea.actor.id)
    refused(case=came().case, by=office.ama)  # the helpline's own
    recuse(reference=her.case, keyring=office.ben.keyring, by=office.ben.actor, now=NOW)
    refused()
    assert not StandIn.objects.exists()
    with pytest.raises(SealRefused):
        found_team_of_one(team="one:x", holder=team_grantee("leads"), by=OPERATOR, now=NOW)


def test_pages(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    house("office", hire)
    User.objects.filter(username="ben").update(working_name="Robin")
    teller = Teller()
    teller.come()
    hers = browser_of(teller, now=NOW)
    ama, ben, lea = (come_in(name) for name in ("ama", "ben", "lea"))
    case, home = find_case(teller.file), reverse("work:home")
    assert case is not None
    page = reverse("helpline:desk-case", args=[case])
    lend_page, back = (reverse(f"helpline:{name}", args=[case]) for name in ("lead-lend", "lead-lend-back"))
    send(ama, reverse("helpline:desk-know", args=[case]), move="leads")
    assert lend_page in see(lea, page)
    see(ben, page, status=404)
    see(ben, lend_page, status=403)
    assert "Choose a colleague" in send(lea, lend_page, status=400)
    staff = User.objects.get(username="ben").reference
    send(lea, lend_page, staff=staff, days="3")
    assert "Ben, until" in see(lea, page)
    assert page in see(ben, home)
    assert "I know this person: hide the case from me" in (shown := see(ben, page))
    assert "move it to the leads" not in shown
    assert page not in see(ama, home)
    see(ama, page, status=404)
    circle = reverse("file:circle")
    stop = reverse("file:circle-stop", args=["one"])
    told = hers.see(circle)
    assert "Robin, one practitioner of the helpline" in told
    assert ("Ben" in told, "so they asked this one person" in told, stop in told) == (False, True, True)
    assert "This one person can no longer open anything of yours." in hers.see(stop)
    assert hers.client.post(stop, {"numbers": hers.code}).headers["Location"] == circle
    see(ben, page, status=404)
    assert "Over" in see(lea, lend_page)
    send(lea, lend_page, staff=staff, days="1")
    see(ben, page)
    send(lea, back)
    see(ben, page, status=404)
    assert see(lea, lend_page).count("Lent by Lea") == 2


def test_whoever_lends_while_another_does_is_told_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three have the case open at once. The third finds its keys renewed, and is told so by a page."""
    at(monkeypatch, NOW)
    browser, case, lea = come_in("lea"), office.her.case, office.lea
    staff = User.objects.get(username="ben").reference
    first, second, stale = (lea.open(case) for _ in range(3))
    for opened in (first, second):
        lend_to_colleague(opened=opened, staff=staff, until=END, by=lea.actor, now=NOW)
    open_now = views.open_for
    monkeypatch.setattr(views, "open_for", lambda *said: replace(open_now(*said), opened=stale))
    answer = browser.post(reverse("helpline:lead-lend", args=[case]), {"staff": staff, "days": "3"})
    assert answer.status_code == 409
    assert "Somebody has changed this meanwhile" in answer.content.decode()
