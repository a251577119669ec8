"""The list of what a person has to look at: it names no address, and empties as people look."""

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.states import RequestState
from tests.foundation.accounts.people import at, come_in, employ
from tests.victim.removals.conftest import NOW, OPERATOR, told

pytestmark = pytest.mark.django_db
LOOKS = "/staff/removals/looks"


@pytest.fixture
def rob(house: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    at(monkeypatch, NOW)
    employ("rob", Role.DESK_PRACTITIONER)
    return come_in("rob")


def test_what_a_machine_cannot_tell_waits_here_until_somebody_has_looked(rob: Client) -> None:
    assert "Nothing waits here" in rob.get(LOOKS).content.decode()
    told("https://chatter.example/p/very-private-1")
    Request.objects.update(state=RequestState.DECIDED.value, last_outcome="removed", first_sent_at=NOW)
    (row,) = Request.objects.all()
    doubt = Verdict(signal=Signal.UNSURE, reason=CheckReason.SIGN_IN)
    note_check(reference=row.reference, verdict=doubt, status=200, by=OPERATOR, now=NOW)
    shown = rob.get(LOOKS).content.decode()
    request_page = reverse("removals:desk-request", args=[row.report.reference, row.reference])
    assert request_page in shown
    assert "it asks to sign in" in shown
    assert "very-private" not in shown
    rob.post(f"{request_page}/seen", {"seen": "gone"})
    row.refresh_from_db()
    assert row.state == "gone"
    assert "Nothing waits here" in rob.get(LOOKS).content.decode()


def test_the_list_is_for_the_desk_alone(client: Client) -> None:
    assert client.get(LOOKS).status_code == 302
