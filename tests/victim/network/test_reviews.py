"""Who of those whom a path concerns read its page: nothing is said to be read that was not, and it falls due again."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.victim.network.models import Member, PathReview
from leeward.victim.network.operations.members import sign_member
from leeward.victim.network.rules.members import MemberState, Way
from tests.browsing import see
from tests.foundation.accounts.people import at, come_in, employ
from tests.victim.helpline.conftest import NOW, OPERATOR
from tests.victim.network.browsing import page_of, press
from tests.victim.network.conftest import Body
from tests.victim.network.members import protocol

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
UNREAD = "Nobody it concerns has read this page as it is now."
SAID = {
    "people": "five people who were outed",
    "said": "Say earlier that you contact nobody.",
    "review_on": str(TODAY + timedelta(days=30)),
}


def test_nothing_is_said_to_be_read_that_was_not_and_it_falls_due_again(
    two: tuple[Body, Body], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOW)
    for name, role in (("hugo", Role.NETWORK_SECRETARY), ("ama", Role.PRACTITIONER)):
        employ(name, role)
    hugo, ruth = come_in("hugo"), come_in("ruth")
    advice, public = reverse("pages:page", args=["your-own-life"]), page_of("paths")
    assert see(client, public).count("Not reviewed yet") == 7
    assert UNREAD in see(client, advice)
    assert UNREAD in see(client, reverse("portal:first-help"))
    assert UNREAD not in see(client, reverse("pages:page", args=["safe-accounts"]))

    give = page_of("review", "outing")
    for changed, wrong in (
        ({"people": ""}, "Record who read it"),
        ({"said": ""}, "Say what they say about it"),
        ({"review_on": str(TODAY)}, "Choose a day after today"),
        ({"review_on": str(TODAY + timedelta(days=366))}, "Choose a day after today"),
        ({"seen": "0" * 64}, "changed"),  # another text than they had before them
    ):
        assert wrong in press(ruth, "review", "outing", status=400, **SAID | changed), changed
    see(ruth, page_of("review", "nowhere"), status=404)
    for page in (page_of("reviews"), give):
        see(come_in("ama"), page, status=403)
    assert not PathReview.objects.exists()
    press(ruth, "review", "outing", **SAID)

    review = PathReview.objects.get()
    answering = page_of("review-answer", review.public_id)
    shown = see(client, public)
    assert ("five people who were outed" in shown, "Read as it is now" in shown) == (True, True)
    assert "What came of it has not been said yet." in shown
    assert "Read by people it concerns:" in (shown := see(client, advice))
    assert "five people who were outed" in shown
    arabic = Client(headers={"accept-language": "ar"})
    assert "five people who were outed" not in see(arabic, advice)  # they read the English one
    assert "Read as it is now" not in see(arabic, public)
    assert UNREAD in see(client, reverse("pages:page", args=["your-address"]))
    assert answering in see(hugo, reverse("work:home"))
    see(ruth, answering, status=403)
    press(hugo, "review-answer", review.public_id, words="It stands first now.", seen=review.changed_at.isoformat())
    assert "It stands first now." in see(client, public)
    assert answering not in see(hugo, reverse("work:home"))

    # Another text is another page, and a day comes.
    assert give not in see(ruth, reverse("work:home"))
    PathReview.objects.update(sha256="0" * 64)
    assert "Changed since it was read" in see(client, public)
    assert UNREAD in see(client, advice)
    assert give in see(ruth, reverse("work:home"))
    PathReview.objects.update(sha256=review.sha256)
    at(monkeypatch, NOW + timedelta(days=31))
    assert "To review again" in see(client, public)
    assert UNREAD in see(client, advice)
    again = SAID | {"review_on": str(TODAY + timedelta(days=60)), "people": "two of them"}
    press(come_in("ruth"), "review", "outing", **again)
    shown = see(client, public)
    assert ("two of them" in shown, "five people" in shown) == (True, False)  # the last word of each member

    # Who is no member says nothing; of those who have no account the secretary says it.
    Member.objects.filter(public_id=two[0].member).update(state=MemberState.SUSPENDED)
    assert "Only a member whose protocol is in force" in press(come_in("ruth"), "review", "outing", status=400, **again)
    bench = uuid.uuid4()
    by_link = protocol("Bench", uuid.uuid4(), way=Way.LINK, mailbox="bench@bench.example")
    sign_member(protocol=by_link, member=bench, by=OPERATOR, now=NOW)
    hugo = come_in("hugo")
    shown = see(hugo, page_of("review", "doxxing"))
    assert (str(two[1].member) in shown, str(bench) in shown) == (False, True)
    press(hugo, "review", "doxxing", **again, member=str(bench))
    assert PathReview.objects.get(path="doxxing").member.public_id == bench
