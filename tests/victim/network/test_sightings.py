"""Tactics noted from every door: with the person's yes there alone, each person once, and gone with the yes."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.operations import ServiceKeys
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.models import File
from leeward.victim.file.operations.files import counting_key
from leeward.victim.helpline.operations.cases import save_statistics
from leeward.victim.network.errors import SightingsTooMany, UnagreedSighting
from leeward.victim.network.models import Alert, Sighting, Tactic
from leeward.victim.network.operations.reading import read_referral
from leeward.victim.network.operations.referrals import agree, change_draft, draft_referral
from leeward.victim.network.operations.sightings import note_from_turn, note_sighting
from leeward.victim.network.operations.tactics import count_tactic
from leeward.victim.removals.operations.reports import open_report, save_consents
from leeward.victim.removals.rules.reports import Consents
from tests.browsing import see, send
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, PERSON, Worker
from tests.victim.network.browsing import accepts, page_of
from tests.victim.network.conftest import BY_CODE, Body, draft_for, forward, ring, turns
from tests.victim.network.mailed import come_by, comes_by_link, mails, token_of
from tests.victim.network.warned import SAID, begin

pytestmark = pytest.mark.django_db

type Doors = dict[str, Callable[..., None]]


def agree_helpline(teller: Teller, *, agrees: bool = True) -> None:
    save_statistics(opened=teller.open_case(), agrees=agrees, by=PERSON, now=NOW)


def agree_desk(teller: Teller, *, agrees: bool = True) -> None:
    save_consents(opened=teller.open_report(), consents=Consents(statistics=agrees), by=PERSON, now=NOW)


@dataclass(frozen=True)
class Passed:
    """A person who told the helpline and the desk, and was passed on."""

    teller: Teller
    referral: uuid.UUID

    def doors(self, sam: Worker, dee: Worker, body: Body) -> Doors:
        """How each of those who work for the person notes a tactic."""
        case, report = sam.open(self.teller.open_case().reference).file, self.teller.file
        opened = open_report(reference=report, keyring=dee.keyring, by=dee.actor, now=NOW, reason="removal_work")
        turn = turns(self.referral)[0].reference
        keys = body.worker.keyring
        return {
            "helpline": partial(note_sighting, opened=case, team="helpline", by=sam.actor, now=NOW),
            "desk": partial(note_sighting, opened=opened.file, team="desk", by=dee.actor, now=NOW),
            "member": partial(note_from_turn, turn=turn, keyring=keys, by=body.worker.actor, now=NOW),
        }


def passed_on(sam: Worker, body: Body) -> Passed:
    teller = Teller()
    teller.come()
    teller.report()
    key = counting_key(sam.open(teller.open_case().reference).file)
    draft = draft_for([body])
    referral = draft_referral(file=teller.file, team="helpline", draft=draft, by=sam.actor, now=NOW, counting=key)
    hers = ring(teller)
    change_draft(referral=referral, draft=draft_for([body]), keyring=hers, by=PERSON, now=NOW)  # nothing is lost by it
    agree(referral=referral, version=2, yes=BY_CODE, keyring=hers, by=PERSON, now=NOW)
    return Passed(teller, referral)


def test_a_person_counts_once_for_a_tactic_whoever_notes_it_and_no_more_without_the_yes(
    sam: Worker, dee: Worker, bodies: tuple[Body, ...]
) -> None:
    one, other, tactic = passed_on(sam, bodies[0]), passed_on(sam, bodies[0]), begin(NOW, who="lee")
    doors = one.doors(sam, dee, bodies[0])
    for note in doors.values():
        with pytest.raises(UnagreedSighting):
            note(tactic=tactic)
    agree_helpline(one.teller)
    with pytest.raises(UnagreedSighting):  # what the desk was told is not counted with a yes to the helpline
        doors["desk"](tactic=tactic)
    agree_desk(one.teller)
    for note in (*doors.values(), *doors.values()):
        note(tactic=tactic)
    assert sorted(Sighting.objects.values_list("team", "by")) == [("helpline", "lee"), ("helpline", "sam")]
    new = uuid.uuid4()
    doors["member"](tactic=new, said=SAID)
    doors["member"](tactic=new, said=SAID)  # pressed twice
    doors["desk"](tactic=new)
    assert Sighting.objects.get(tactic__public_id=new).team == bodies[0].team
    agree_desk(other.teller)
    other.doors(sam, dee, bodies[0])["desk"](tactic=tactic)
    assert Sighting.objects.filter(tactic__public_id=tactic, team="desk").count() == 1
    assert Sighting.objects.count() == 4

    row = File.objects.get(reference=one.teller.file)
    secret = counting_key(sam.open(one.teller.open_case().reference).file)
    assert secret not in row.counting  # sealed
    said = read_referral(referral=one.referral, keyring=ring(one.teller), by=PERSON, now=NOW).turns[0].release
    assert (said.counting, secret in str(said.texts)) == (secret, False)
    for line in AuditEvent.objects.filter(verb="network.sighted"):
        assert str(tactic) not in str(line.facts)
    agree_desk(one.teller, agrees=False)  # either yes taken back takes all of them away
    assert sorted(Sighting.objects.values_list("team", flat=True)) == ["desk", "helpline"]
    agree_helpline(one.teller, agrees=False)
    with pytest.raises(UnagreedSighting):
        doors["member"](tactic=tactic)
    assert Tactic.objects.count() == 2


def test_a_person_counts_for_ten_tactics_at_most() -> None:
    count = partial(count_tactic, person="ab" * 32, said=SAID, team="desk", by=PERSON, now=NOW)
    known = [uuid.uuid4() for _each in range(10)]
    for tactic in known:
        count(tactic=tactic)
    count(tactic=known[0])
    with pytest.raises(SightingsTooMany):
        count(tactic=uuid.uuid4())
    assert Sighting.objects.count() == 10


@pytest.fixture
def staff(house: Standing, monkeypatch: pytest.MonkeyPatch, two: tuple[Body, Body]) -> dict[str, Client]:
    """A worker of the helpline, one of the desk, and one of a member."""
    at(monkeypatch, NOW)
    roles = {"amal": Role.PRACTITIONER, "rob": Role.DESK_PRACTITIONER}
    house(("staff", *roles), lambda: [employ(name, role) for name, role in roles.items()])
    del two
    return {name: come_in(name) for name in (*roles, "ruth")}


def test_every_door_has_the_page_and_the_fifth_raises_the_alert_whichever_it_came_by(
    staff: dict[str, Client], two: tuple[Body, Body], forwarder: ServiceKeys
) -> None:
    tactic = begin(NOW, who="lee")
    for number in range(3):
        count_tactic(person=f"{number:064x}", tactic=tactic, said=None, team="desk", by=PERSON, now=NOW)
    linked = comes_by_link("Dune")
    teller = Teller()
    teller.come()
    teller.report()
    case = reverse("helpline:desk-case", args=[teller.open_case().reference])
    report = reverse("removals:desk-report", args=[teller.file])
    keys = counting_key(teller.open_case().file)
    referrals = []
    for body in (two[0], linked):
        draft = draft_for([body])
        told = {"team": "helpline", "by": PERSON, "now": NOW, "counting": keys}
        referrals.append(draft_referral(file=teller.file, draft=draft, **told))  # type: ignore[arg-type]
        agree(referral=referrals[-1], version=1, yes=BY_CODE, keyring=Keyring(teller.key), by=PERSON, now=NOW)
    forward(forwarder, NOW)
    token = token_of(mails()[-1])
    accepts(staff["ruth"])
    turn = page_of("turn", turns(referrals[0])[0].reference)
    outside = come_by(token)
    doors = ((staff["amal"], case), (staff["rob"], report), (staff["ruth"], turn), (outside, f"/asked/{token}"))
    for client, page in doors:
        assert f"{page}/tactic" not in see(client, page)
        assert "has not agreed to be counted" in see(client, f"{page}/tactic")
        send(client, f"{page}/tactic", status=409, once=uuid.uuid4(), tactic=tactic)
    agree_helpline(teller)
    agree_desk(teller)
    facets = {"channel": "call", "way_in": "stranger", "lever": "authority", "demand": "money", "means": "claimed"}
    for client, page in doors:
        here = f"{page}/tactic"
        assert here in see(client, page)
        once = uuid.uuid4()
        refused = send(client, here, status=400, once=once, tactic="new", words="Karim asks 500.")
        for said in ("Look at this again", "500", "Choose one from the list"):
            assert said in refused
        typed = {"once": once, "tactic": "new", "words": "A caller asks 500.", "looked": "on", **facets}
        for _again in range(2):  # pressed twice
            send(client, here, **typed)
        assert Sighting.objects.filter(tactic__public_id=once).count() == 1
        assert not Alert.objects.exists()
    for client, page in doors[::-1]:
        assert str(tactic) in see(client, f"{page}/tactic")  # as before: who noted what of whom is not told
        send(client, f"{page}/tactic", once=uuid.uuid4(), tactic=tactic)
        assert "It is counted." in see(client, f"{page}/tactic?told=counted")
        assert Alert.objects.get().tactic.public_id == tactic  # the fifth, by the link
    assert Sighting.objects.filter(tactic__public_id=tactic).count() == 5
    client = Client()
    assert client.get(f"/asked/{token}/tactic").status_code == 303  # who has not read the protocol
