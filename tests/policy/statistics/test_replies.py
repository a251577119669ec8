"""A platform's right of reply: its own words, looked at before they are shown, and never anybody else's."""

import html
import io
import re
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.industry.platforms.queries import find_partner_by_name
from leeward.industry.platforms.rules import Partner
from leeward.policy.statistics.errors import ReplyUnknown, WordsRefused
from leeward.policy.statistics.operations import replies
from leeward.policy.statistics.operations.replies import (
    hand_in_reply,
    publish_reply,
    send_reply_back,
    take_reply_back,
)
from leeward.policy.statistics.queries.replies import published_replies, replies_of
from leeward.policy.statistics.rules.replies import REASON_MOST, WORDS_MOST, ReplyState
from tests.counters import start_afresh
from tests.foundation.accounts.people import PASSPHRASE, come_in, employ
from tests.policy.statistics.kept_replies import shown_replies, waiting_replies
from tests.policy.statistics.nation import NOW, Place, publish_nation

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

BY = Actor.operator()


@pytest.fixture(autouse=True)
def _setting(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    settings.LEEWARD_STAFF_SIGN_IN = "passphrase"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    start_afresh()
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def platform(name: str = "Lantern") -> Partner:
    call_command("create_platform", name, stdout=io.StringIO())
    return find_partner_by_name(name)


@pytest.fixture
def lantern() -> Partner:
    return platform()


def say(partner: Partner, words: str = "We answer at night as well.") -> uuid.UUID:
    return hand_in_reply(partner=partner, words=words, language="en", by=BY, now=NOW)


# --- what is done -----------------------------------------------------------------------------------------------------


def test_a_reply_waits_and_is_then_shown(lantern: Partner) -> None:
    reference = say(lantern, "  We answer.  ")
    assert published_replies() == {}
    (waiting,) = waiting_replies()
    assert (waiting.platform, waiting.words, waiting.state) == ("Lantern", "We answer.", ReplyState.WAITING)
    publish_reply(reference=reference, by=BY, now=NOW)
    assert waiting_replies() == ()
    assert published_replies()[str(lantern.public_id)].words == "We answer."
    assert [each.platform for each in shown_replies()] == ["Lantern"]


def test_a_newer_reply_takes_the_place_of_the_one_before(lantern: Partner) -> None:
    publish_reply(reference=say(lantern, "First."), by=BY, now=NOW)
    first_waiting = say(lantern, "Second.")
    second_waiting = say(lantern, "Third.")
    assert [each.reference for each in waiting_replies()] == [second_waiting]
    assert published_replies()[str(lantern.public_id)].words == "First."
    publish_reply(reference=second_waiting, by=BY, now=NOW)
    assert published_replies()[str(lantern.public_id)].words == "Third."
    with pytest.raises(ReplyUnknown):
        publish_reply(reference=first_waiting, by=BY, now=NOW)
    states = [each.state for each in replies_of(lantern)]
    assert states == [ReplyState.SHOWN, ReplyState.ENDED, ReplyState.ENDED]


def test_a_reply_is_sent_back_with_a_reason(lantern: Partner) -> None:
    reference = say(lantern)
    with pytest.raises(WordsRefused):
        send_reply_back(reference=reference, reason=" ", by=BY, now=NOW)
    send_reply_back(reference=reference, reason="It names somebody.", by=BY, now=NOW)
    (own,) = replies_of(lantern)
    assert (own.state, own.reason) == (ReplyState.SENT_BACK, "It names somebody.")
    assert published_replies() == {}
    with pytest.raises(ReplyUnknown):
        publish_reply(reference=reference, by=BY, now=NOW)


def test_a_platform_takes_its_words_back(lantern: Partner) -> None:
    publish_reply(reference=say(lantern), by=BY, now=NOW)
    say(lantern, "And more.")
    take_reply_back(partner=lantern, by=BY, now=NOW)
    assert published_replies() == {}
    assert waiting_replies() == ()
    take_reply_back(partner=lantern, by=BY, now=NOW)


@pytest.mark.parametrize("words", ["", "   ", "x" * (WORDS_MOST + 1)])
def test_no_words_and_too_many_are_refused(lantern: Partner, words: str) -> None:
    with pytest.raises(WordsRefused):
        say(lantern, words)
    with pytest.raises(WordsRefused):
        send_reply_back(reference=say(lantern), reason="x" * (REASON_MOST + 1), by=BY, now=NOW)


def test_the_trail_says_that_and_never_what(lantern: Partner) -> None:
    publish_reply(reference=say(lantern, "Secret words."), by=BY, now=NOW)
    lines = AuditEvent.objects.filter(verb__startswith="statistics.reply")
    assert [line.verb for line in lines.order_by("verb")] == [
        "statistics.reply_handed_in",
        "statistics.reply_published",
    ]
    assert not any("Secret" in line.facts for line in lines)


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def lead(lantern: Partner) -> Client:
    employ("lena", Role.PLATFORM_LEAD, affiliation=str(lantern.public_id))
    return come_in("lena", passphrase=PASSPHRASE)


@pytest.fixture
def officer() -> Client:
    employ("paula", Role.POLICY_OFFICER)
    return come_in("paula", passphrase=PASSPHRASE)


def test_a_lead_replies_and_an_officer_shows_it(lead: Client, officer: Client, lantern: Partner) -> None:
    other = platform("Cove")
    publish_nation(
        first=Place(code=str(lantern.public_id), name="Lantern"), second=Place(code=str(other.public_id), name="Cove")
    )
    page = lead.get(reverse("statistics:reply")).content.decode()
    assert "17 hours" in page
    answer = lead.post(reverse("statistics:reply"), {"words": "We <b>answer</b>."})
    assert answer.status_code == 303
    assert "To review" in lead.get(reverse("statistics:reply")).content.decode()
    (waiting,) = waiting_replies()
    assert "Lantern" in officer.get(reverse("statistics:replies")).content.decode()
    page = officer.get(reverse("statistics:reply-show", args=[waiting.reference])).content.decode()
    assert "We &lt;b&gt;answer&lt;/b&gt;." in page
    assert officer.post(reverse("statistics:reply-publish", args=[waiting.reference])).status_code == 303
    board = Client().get("/how-the-nation-does/platforms").content.decode()
    assert "Lantern says, on 24 November 2026:" in board
    assert "We &lt;b&gt;answer&lt;/b&gt;." in board
    assert lead.post(reverse("statistics:reply-take-back")).status_code == 303
    assert (
        "answer" not in Client().get("/how-the-nation-does/platforms").content.decode().split("leeward-list")[1][:4000]
    )


def test_a_lead_without_words_is_told_so(lead: Client) -> None:
    answer = lead.post(reverse("statistics:reply"), {"words": ""})
    assert answer.status_code == 422
    assert "Enter what you say about your numbers" in answer.content.decode()


def test_an_officer_sends_back_with_a_reason_that_the_lead_reads(
    lead: Client, officer: Client, lantern: Partner
) -> None:
    reference = say(lantern)
    send_back = reverse("statistics:reply-send-back", args=[reference])
    answer = officer.post(send_back, {"reason": ""})
    assert answer.status_code == 422
    assert "Enter why it cannot be shown like this" in answer.content.decode()
    assert officer.post(send_back, {"reason": "It names somebody."}).status_code == 303
    assert "It names somebody." in lead.get(reverse("statistics:reply")).content.decode()
    for name in ("reply-publish", "reply-send-back"):
        address = reverse(f"statistics:{name}", args=[reference])
        assert officer.post(address, {"reason": "Again."}).status_code == 404
    assert officer.post(send_back, {"reason": ""}).status_code == 404


def test_a_lead_speaks_for_her_own_platform_alone(lead: Client) -> None:
    other = platform("Cove")
    publish_reply(reference=say(other, "Words of Cove."), by=BY, now=NOW)
    assert "Words of Cove." not in lead.get(reverse("statistics:reply")).content.decode()
    lead.post(reverse("statistics:reply-take-back"))
    assert published_replies()[str(other.public_id)].words == "Words of Cove."


def test_two_who_hand_in_at_once_leave_one_reply_that_waits(lantern: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    say(lantern, "The first.")
    real, calls = replies._end, []

    def late(*args: Any, **kwargs: Any) -> None:
        calls.append(args)
        if len(calls) > 1:  # the first time it looked before the other one was there
            real(*args, **kwargs)

    monkeypatch.setattr(replies, "_end", late)
    say(lantern, "The second.")
    assert [each.words for each in waiting_replies()] == ["The second."]
    assert {each.state for each in replies_of(lantern)} == {ReplyState.WAITING, ReplyState.ENDED}


def test_settling_a_reply_leads_to_the_next_one_of_the_list(officer: Client, lantern: Partner) -> None:
    say(lantern, "From Lantern.")
    say(platform("Cove"), "From Cove.")
    page = officer.get(reverse("statistics:replies")).content.decode()
    first, second = map(html.unescape, re.findall(r'href="([^"]+)" data-leeward-open', page))
    assert "From Lantern." in officer.get(first).content.decode()
    (lanterns, coves) = waiting_replies()
    where = {"list": parse_qs(urlsplit(first).query)["list"][0]}
    answer = officer.post(reverse("statistics:reply-publish", args=[lanterns.reference]), where, follow=True)
    assert "From Cove." in answer.content.decode()
    assert "This is the next one." in answer.content.decode()
    where = {"list": parse_qs(urlsplit(second).query)["list"][0], "reason": "It names somebody."}
    answer = officer.post(reverse("statistics:reply-send-back", args=[coves.reference]), where, follow=True)
    assert "That was the last one in this list." in answer.content.decode()
    page = officer.get(reverse("statistics:reply-show", args=[coves.reference])).content.decode()
    assert "It names somebody." in page
    assert "by Paula" in page
    assert "Cove" in officer.get(reverse("statistics:replies"), {"state": "sent_back"}).content.decode()
