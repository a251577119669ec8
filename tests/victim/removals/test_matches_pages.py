"""What everybody sees of a picture that a platform found itself: her, the desk, the platform's people and machines."""

import html
import json
import uuid
from typing import Any

import pytest
from django.test import Client

from leeward.foundation.vault.models import ServiceKey
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.bank.rules import FeedbackValue
from leeward.victim.removals.models import PictureWatch, Request
from leeward.victim.removals.operations.complaints import build_complaint
from leeward.victim.removals.queries.reports import read_report
from tests.foundation.accounts.conftest import _own_founding_key  # noqa: F401  # used by itself
from tests.foundation.accounts.people import at, come_in
from tests.industry.conftest import pdq, picture, protect
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed, Worker, her_browser, told
from tests.victim.removals.desk_people import send_all
from tests.victim.removals.platform_people import chief, colleague
from tests.victim.removals.watching import LATER, URL, found, look, met, watched

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

ASKS = "/report/q/yes"
HERS = "Yes, act when a site finds one of my protected pictures"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


class Her:
    """A person whose code holds pictures and a report."""

    def __init__(self, filed: Filed, submission: uuid.UUID | None) -> None:
        self.client = her_browser(filed, submission)

    def see(self, path: str) -> str:
        page = self.client.get(path)
        assert page.status_code == 200, (path, page.status_code)
        return html.unescape(page.content.decode())

    def say(self, **ticked: str) -> Any:
        return self.client.post(ASKS, ticked)


def asked_again(filed: Filed, robin: Worker, chatter: Company) -> Request:
    send_all(filed, robin)
    met(chatter, FeedbackValue.PENDING_REVIEW)
    look()
    (row,) = found()
    return row


def test_she_says_yes_and_takes_it_back_on_the_page_of_consents() -> None:
    filed, submission = told(URL), protect(picture("beach"))
    her = Her(filed, submission)
    assert HERS in her.see(ASKS)
    assert her.say(notices="on", matches="on").status_code == 303
    assert PictureWatch.objects.get().report.reference == filed.reference
    assert HERS in her.see("/report/check")
    assert "checked" in her.see(ASKS).split('name="matches"')[1].split(">")[0]
    assert her.say(notices="on").status_code == 303
    assert not PictureWatch.objects.exists()


def test_who_protects_no_pictures_is_not_asked_about_them() -> None:
    her = Her(told(URL), None)
    assert HERS not in her.see(ASKS)
    assert her.say(notices="on", matches="on").status_code == 303
    assert not PictureWatch.objects.exists()


def test_without_a_monitor_she_is_not_asked_for_a_yes_that_could_not_be_sealed() -> None:
    her = Her(told(URL), protect(picture("beach")))
    ServiceKey.objects.all().delete()
    assert HERS not in her.see(ASKS)
    her.say(notices="on", matches="on")
    assert not PictureWatch.objects.exists()


def test_her_pages_say_what_was_found_and_what_comes_next(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    her = Her(filed, watched(filed))
    row = asked_again(filed, robin, chatter)
    page = her.see("/status/part/links")
    assert "A copy that the site found itself" in page
    assert "We have asked \u2068Chatter\u2069 to take it down." in page
    assert "The site's own search found a picture that you protect there." in her.see(f"/status/place/{row.ordinal}")
    saved = json.loads(her.client.post("/status/everything/save").content)["removal"]
    assert saved["requests"][1]["found_by_hash"] == [["pdq", pdq("beach/upright")]]
    assert saved["agreed"]["matches"] is True
    met(chatter, FeedbackValue.BLOCKED, now=NOW + LATER)
    look(NOW + 2 * LATER)
    page = her.see(f"/status/place/{row.ordinal}")
    assert "Only the site knows where it was." in page
    assert "We look whether it is really gone" not in page


def test_the_desk_sees_which_hash_it_was_and_that_no_address_is_known(chatter: Company) -> None:
    _member, worker = chief()
    sue = come_in("chief")
    filed = told(URL)
    watched(filed)
    row = asked_again(filed, worker, chatter)
    report = sue.get(f"/staff/removals/reports/{filed.reference}").content.decode()
    assert "Found by the platform" in report
    assert "May we act on what platforms find?" in report
    request = sue.get(f"/staff/removals/reports/{filed.reference}/requests/{row.reference}")
    assert request.status_code == 200
    assert pdq("beach/upright") in request.content.decode()
    assert "the hash is the address" in request.content.decode()


def test_the_platform_is_told_what_of_its_own_it_is_about_and_never_an_old_address(
    robin: Worker, chatter: Company
) -> None:
    filed = told(URL)
    watched(filed)
    row = asked_again(filed, robin, chatter)
    colleague("mona", chatter)
    mona = come_in("mona")
    queue = mona.get("/platform/requests").content.decode()
    assert "A copy that your own search found" in queue
    page = mona.get(f"/platform/requests/{row.reference}").content.decode()
    assert pdq("beach/upright") in page
    address = page.split("<h1")[1].split("The notice as it was sent")[0]
    assert URL not in address
    key = chatter.issued.fetch_key
    answer = Client().get("/api/v1/requests", headers={"Authorization": f"Bearer {key}"}).json()
    (asked,) = [each for each in answer["requests"] if each["kind"] == "match"]
    assert (asked["url"], asked["hashes"]) == ("", [{"hash_type": "pdq", "hash": pdq("beach/upright")}])


def test_a_complaint_names_it_by_its_hash(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    watched(filed)
    row = asked_again(filed, robin, chatter)
    view = read_report(file=filed.open().file, keyring=Keyring(filed.key), by=PERSON, now=NOW)
    request = next(each for each in view.requests if each.reference == row.reference)
    complaint = build_complaint(report=view, request=request, signer="Robin Vale", now=NOW + LATER)
    (item,) = [each for each in json.loads(complaint.record)["items"] if each["kind"] == "match"]
    assert item["hash_family"] == f"pdq {pdq('beach/upright')}"
