"""Tactics noted from a case: with the person's yes alone, each once, and gone with the yes."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.victim.helpline.errors import SightedTwice, UnagreedSighting
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.cases import save_statistics
from leeward.victim.helpline.operations.sightings import note_sighting, sighted_by
from leeward.victim.network.models import Sighting, Tactic
from tests.browsing import see
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker, came
from tests.victim.network.warned import SAID, begin

pytestmark = pytest.mark.django_db


def agree(her: Her, *, agrees: bool = True) -> None:
    save_statistics(opened=her.open(), agrees=agrees, by=PERSON, now=NOW)


def test_a_sighting_needs_the_yes_counts_once_and_goes_with_it(sam: Worker, her: Her) -> None:
    tactic = begin(NOW, who="lee")
    opened, known = sam.open(her.case), {"tactic": tactic, "by": sam.actor, "now": NOW}
    with pytest.raises(UnagreedSighting):
        note_sighting(opened=opened, **known)
    agree(her)
    note_sighting(opened=opened, **known)
    with pytest.raises(SightedTwice):
        note_sighting(opened=opened, **known)
    other = came()
    agree(other)
    note_sighting(opened=sam.open(other.case), **known)
    assert sorted(Sighting.objects.values_list("by", "team")) == [("lee", "helpline"), *2 * [("sam", "helpline")]]
    assert sighted_by(her.open()) == {tactic}
    row = Case.objects.get(reference=her.case)
    assert str(tactic) not in row.sighted  # sealed
    for line in AuditEvent.objects.filter(verb="helpline.sighted"):
        assert str(tactic) not in str(line.facts)
    agree(her, agrees=False)
    assert Sighting.objects.count() == 2  # the other's stays
    assert sighted_by(her.open()) == frozenset()
    agree(her)
    note_sighting(opened=opened, tactic=uuid.uuid4(), said=SAID, by=sam.actor, now=NOW)
    assert (Tactic.objects.count(), Sighting.objects.count()) == (2, 3)


@pytest.fixture
def amal(house: Standing, monkeypatch: pytest.MonkeyPatch) -> Client:
    at(monkeypatch, NOW)
    house(("staff", "amal"), lambda: employ("amal", Role.PRACTITIONER))
    return come_in("amal")


def test_a_worker_adds_it_from_the_case(amal: Client) -> None:
    her, tactic = came(), begin(NOW, who="lee")
    page = reverse("helpline:desk-tactic", args=[her.case])
    case = reverse("helpline:desk-case", args=[her.case])
    assert "has not agreed to be counted" in see(amal, page)
    assert page not in see(amal, case)
    once = str(uuid.uuid4())
    assert amal.post(page, {"once": once, "tactic": str(tactic)}).status_code == 409
    agree(her)
    assert page in see(amal, case)
    refused = amal.post(page, {"once": once, "tactic": "new", "words": "Karim asks 500."})
    assert refused.status_code == 400
    for said in ("Look at this again", "500", "Choose one from the list"):
        assert said in refused.content.decode()
    facets = {"channel": "call", "way_in": "stranger", "lever": "authority", "demand": "money", "means": "claimed"}
    typed = {"once": once, "tactic": "new", "words": "A caller asks 500.", "looked": "on", **facets}
    assert amal.post(page, typed).status_code == 303
    assert "This was not done" in amal.post(page, typed).content.decode()  # pressed twice
    assert amal.post(page, {"once": once, "tactic": str(tactic)}).status_code == 303
    shown = see(amal, page)
    assert "Noted from this case:" in shown
    assert f'value="{tactic}"' not in shown
    assert Sighting.objects.count() == 3
