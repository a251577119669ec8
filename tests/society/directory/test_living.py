"""What pages refer to in the directory: a page and its printed card follow a number."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.pages.kinds import look_up
from leeward.foundation.pages.models import Sheet
from leeward.foundation.pages.rules.dialect import Reference
from leeward.society.directory.models import Service
from leeward.society.directory.rules.columns import Section
from leeward.society.directory.rules.records import Phone, PhoneType
from tests.foundation.accounts.people import at, come_in, employ
from tests.foundation.pages.writing import approve, text_of, write
from tests.society.directory.factories import NOW, make_organization, make_service, new_id
from tests.society.directory.forms_filled import send

pytestmark = pytest.mark.django_db

HELPLINE = new_id("helpline of the nation")
KEY = str(HELPLINE)[:8]


@pytest.fixture
def helpline(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    at(monkeypatch, NOW)
    organization = make_organization()
    phone = Phone(number="0800 555 0142", type=PhoneType.VOICE)
    make_service("Bay Helpline", id=HELPLINE, organization_id=organization.id, phones=(phone,))


def said(key: str, part: str = "", *, language: str = "en") -> str | None:
    reference = Reference("service", key, part)
    found = look_up([reference], language=language, now=NOW).of(reference)
    return found.words if found else None


def test_a_page_and_its_printed_card_follow_the_directory(
    helpline: None, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    employ("petra", Role.POLICY_OFFICER)
    employ("dana", Role.DIRECTORY_EDITOR)
    petra, dana = come_in("petra"), come_in("dana")
    body = f"Somebody is there for you.\n\nCall [[service:{KEY}]].\n\n- Day: [[service:{KEY} phone]]"
    assert write(petra, body=body).status_code == 303
    assert approve(dana).status_code == 303
    assert "Call Bay Helpline: 0800 555 0142 ." in text_of(client.get("/help"))

    card = client.get(reverse("pages:paper", args=["help", "card"]))
    assert card.content.startswith(b"%PDF-")
    code = Sheet.objects.get().code
    assert "This sheet is still right" in text_of(client.get(f"/p/{code}"))

    at(monkeypatch, NOW + timedelta(minutes=10))
    address = reverse("directory:staff-service-edit", args=[HELPLINE, Section.TALKING.value])
    assert send(dana, address, **{"phones-0-number": "0800 555 0999"}).status_code in (302, 303)
    page = text_of(client.get("/help"))
    assert "Call Bay Helpline: 0800 555 0999 ." in page
    assert "0142" not in page.partition("Get help")[2].partition("On paper")[0]
    told = text_of(client.get(f"/p/{code}"))
    assert "This sheet has changed" in told
    assert "On your sheet: 0800 555 0142 Today: 0800 555 0999" in told
    assert client.get(reverse("pages:paper", args=["help", "card"])).content != card.content
    assert Sheet.objects.count() == 2


def test_a_service_is_found_by_its_id_or_the_first_digits_of_it(helpline: None) -> None:
    assert said(KEY) == said(str(HELPLINE)) == said(KEY.upper()) == "Bay Helpline: 0800 555 0142"
    assert said(KEY, "phone") == "0800 555 0142"
    assert said(KEY, "hours")
    for wrong in ("", "0", "zzzzzzzz", "00000000", KEY[:7], f"{KEY}0"):
        assert said(wrong) is None


def test_what_is_given_no_more_leads_to_the_nations_helpline(helpline: None) -> None:
    Service.objects.filter(public_id=HELPLINE).update(withdrawn_at=NOW)
    assert re.search("Fairhaven Image Abuse Helpline", said(KEY) or "")
    assert said(KEY, "phone") == "0800 555 0142"
    reference = Reference("service", KEY)
    assert look_up([reference], language="en", now=NOW).is_ended(reference)
