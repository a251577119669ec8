"""Her pages and the desk's: what is asked, what is refused and why, and how it stands with messages to her."""

import html
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils.translation import override

from leeward.foundation.accounts.rules import Role
from leeward.victim.file.models import SafeWay
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.news import NewsState
from leeward.victim.removals.forms.person import ReachForm
from leeward.victim.removals.forms.person.cities import city_words
from leeward.victim.removals.models import Report
from tests.foundation.accounts.people import at, come_in, employ
from tests.victim.removals.conftest import NOW, Company, told
from tests.victim.removals.her import Her
from tests.victim.removals.news_people import by_mail, choose
from tests.victim.removals.teller import Teller
from tests.victim.removals.teller import _clean as _clean

pytestmark = pytest.mark.django_db
YES: dict[str, Any] = {
    "way": "email",
    "email": "her@mail.example",
    "news": "on",
    "news_begin": "9",
    "news_until": "17",
    "news_days": ["0", "4"],
    "news_zone": "Europe/Lisbon",
}


@pytest.fixture
def teller() -> Teller:
    teller = Teller()
    teller.begin()
    return teller


def refused(teller: Teller, **changes: Any) -> str:
    page = teller.post("/report/q/reach", **(YES | changes))
    assert page.status_code == 422
    assert not SafeWay.objects.exists()
    return html.unescape(page.content.decode())


def test_nothing_is_ticked_for_her(teller: Teller) -> None:
    page = teller.see("/report/q/reach")
    assert "checked" not in page.replace('name="way" type="radio" value="none" checked', "")
    assert "Something new for you" in page
    assert "It comes once a day at most" in page


def test_a_yes_is_kept_and_shown_again_and_in_her_answers(teller: Teller) -> None:
    teller.answer("reach", **YES)
    news = teller.view().contact
    assert news is not None
    assert news.news is not None
    assert SafeWay.objects.count() == 1
    page = teller.see("/report/q/reach")
    assert page.count("checked") == 4  # the way, the yes, and two days
    assert page.count(" selected>") == 3
    assert "A short message when there is news: Monday, Friday, 09:00 to 17:00, by the clock of Lisbon" in (
        teller.see("/report/check")
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"news_begin": ""}, "Choose from when until when"),
        ({"news_until": ""}, "Choose from when until when"),
        ({"news_until": "9"}, "Choose from when until when"),
        ({"news_days": []}, "Choose at least one day"),
        ({"news_begin": "24"}, "Choose from the list"),
        ({"news_days": ["7"]}, "Choose from the list"),
        ({"news_zone": "Nowhere/At_All"}, "Choose from the list"),
        ({"email": ""}, "This is not an e-mail address"),
        ({"email": "her@mail"}, "This is not an e-mail address"),
        ({"email": "zoë@mail.example"}, "This is not an e-mail address"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_kept(teller: Teller, changes: dict[str, Any], said: str) -> None:
    assert said in refused(teller, **changes)


def test_what_belongs_to_another_way_is_neither_asked_nor_kept(teller: Teller) -> None:
    teller.answer("reach", way="phone", phone="123 456", email="half an address", news="on")
    contact = teller.view().contact
    assert contact is not None
    assert (contact.phone, contact.email, contact.news) == ("123 456", "", None)
    teller.answer("reach", way="none", phone="no number", email="half an address")
    contact = teller.view().contact
    assert contact is not None
    assert (contact.phone, contact.email) == ("", "")


def test_what_may_be_said_and_left_stands_in_her_answers(teller: Teller) -> None:
    teller.answer("reach", way="phone", phone="123 456", may_leave_message="on")
    page = teller.see("/report/check")
    assert "You may leave a message" in page
    assert "You may say who you are" not in page
    teller.answer("reach", way="phone", phone="123 456", may_say_who="on")
    assert "You may say who you are when you call or write" in teller.see("/report/check")


def test_a_clock_is_chosen_by_a_city_and_its_time_in_her_language(settings: Any) -> None:
    settings.LEEWARD_TIME_ZONE = "Europe/Lisbon"
    form = ReachForm.of(Contact(), now=NOW)
    zones = dict(form.fields["news_zone"].choices)  # type: ignore[attr-defined]  # it is a choice field
    assert next(iter(zones)) == form["news_zone"].value() == "Europe/Lisbon"
    assert zones["Africa/Cairo"] == f"Cairo, now {NOW.astimezone(ZoneInfo('Africa/Cairo')):%H:%M}"
    assert "Asia/Kolkata" in zones
    assert "Asia/Calcutta" not in zones  # the same clock by its older name
    assert not any("/" in words or "_" in words for words in zones.values())
    with override("ar"):
        assert city_words("Africa/Cairo") == "القاهرة"
        assert city_words("Asia/Kolkata") == "كالكتا"
    assert (city_words("UTC"), city_words("Europe/Lisbon")) == ("UTC", "Lisbon")
    settings.LEEWARD_TIME_ZONE = "UTC"
    assert next(iter(ReachForm.of(Contact(), now=NOW).fields["news_zone"].choices))[0] == "UTC"  # type: ignore[attr-defined]


@pytest.mark.parametrize("changes", [{"way": "none"}, {"way": ""}, {"way": "phone", "phone": "123 456"}, {"news": ""}])
def test_hours_without_a_yes_by_mail_are_no_yes(teller: Teller, changes: dict[str, Any]) -> None:
    teller.answer("reach", **(YES | changes))
    contact = teller.view().contact
    assert contact is None or contact.news is None
    assert not SafeWay.objects.exists()


def test_her_page_says_how_it_stands(chatter: Company) -> None:
    with patch("leeward.victim.portal.views.visiting.timezone.now", return_value=NOW):
        her = Her(told("https://chatter.example/p/1"))
        assert "short message" not in her.see()
        choose(her.filed, by_mail())
        assert "You get a short message when there is news, as you chose." in her.see()
        SafeWay.objects.update(stopped_at=NOW, sealed="")
        for page in (her.see(), her.see("/report/q/reach")):
            assert "We could not reach you by e-mail. We will not try again." in page
        # The same answers saved once more are a new yes; she may have mended her mailbox.
        assert her.decide("/report/q/reach", **YES).status_code == 303
        row = SafeWay.objects.get()
        assert row.state is NewsState.ON
        assert "You get a short message" in her.see()
        before = row.reference
        her.decide("/report/q/reach", **YES)
        assert SafeWay.objects.get().reference == before  # nothing changed, nothing was sealed anew
        assert her.decide("/status/who/stop").status_code == 303
        assert not SafeWay.objects.exists()
        assert "short message" not in her.see()


def test_a_page_that_was_left_open_does_not_change_it(chatter: Company) -> None:
    with patch("leeward.victim.portal.views.visiting.timezone.now", return_value=NOW) as clock:
        her = Her(told("https://chatter.example/p/1"))
        her.see()
        clock.return_value = NOW + timedelta(hours=2)
        her.decide("/report/q/reach", **YES)
    assert not SafeWay.objects.exists()


def test_the_desk_reads_how_she_may_be_reached_and_that_no_machine_calls(
    monkeypatch: pytest.MonkeyPatch, chatter: Company
) -> None:
    at(monkeypatch, NOW)
    employ("rob", Role.DESK_PRACTITIONER)
    rob = come_in("rob")
    filed = told("https://chatter.example/p/1")
    report = Report.objects.get().reference

    def shown(client: Client) -> str:
        page = client.post(f"/staff/removals/reports/{report}/show", {"part": "contact"})
        assert page.status_code == 200
        return html.unescape(page.content.decode())

    assert "No: they look with their code" in shown(rob)
    choose(filed, by_mail())
    assert "Yes, none sent yet" in shown(rob)
    SafeWay.objects.update(told_at=NOW)
    assert "Yes, the last one Tuesday" in shown(rob)
    SafeWay.objects.update(stopped_at=NOW, sealed="")
    assert "Stopped: they could not be reached there" in shown(rob)
    assert "her@mail.example" not in html.unescape(rob.get(f"/staff/removals/reports/{report}").content.decode())
