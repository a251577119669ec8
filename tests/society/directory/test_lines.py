"""A line of the nation's file says everywhere what the directory says of its service, and never two numbers."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from leeward.foundation.accounts.rules import Role
from leeward.foundation.pages.models import Sheet
from leeward.foundation.web import lines as told_lines
from leeward.foundation.web.lines import lines, one_answer, services
from leeward.society.directory import living
from leeward.society.directory.operations.saving import save_service, withdraw_service
from leeward.society.directory.queries.lines import stamp_of_lines
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.society.directory.rules.columns import Section
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import (
    Coverage,
    Phone,
    PhoneType,
    ServiceRecord,
    ServiceStatus,
    Translation,
    Way,
)
from tests.foundation.accounts.people import at, come_in, employ
from tests.foundation.pages.writing import approve, text_of, write
from tests.society.directory.factories import ALWAYS, BY, NOW, make_service, make_term
from tests.society.directory.forms_filled import send

pytestmark = pytest.mark.django_db

HELPLINE, CRISIS = settings.LEEWARD_LINES["helpline"], settings.LEEWARD_LINES["crisis"]
OLD, NEW = HELPLINE.phone, "0800 555 0999"


def helpline(name: str = "Fairhaven Image Abuse Helpline", number: str = OLD, **values: Any) -> ServiceRecord:
    made = {
        "terms": (make_term("helpline", taxonomy="needs").id,),
        "coverage": Coverage.NATIONAL,
        "is_crisis_line": True,
        "schedules": (ALWAYS,),
        "phones": (Phone(number=number, type=PhoneType.VOICE),),
    }
    return make_service(name, id=HELPLINE.service, **(made | values))


def numbers(response: Any) -> tuple[int, int]:
    """How often a page says the old number and the new one."""
    text = text_of(response).replace("\u00a0", " ")
    return text.count(OLD), text.count(NEW)


def test_a_number_that_an_editor_changes_is_the_only_one_everywhere(
    settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    at(monkeypatch, NOW)
    record = helpline()
    employ("petra", Role.POLICY_OFFICER)
    employ("dana", Role.DIRECTORY_EDITOR)
    petra, dana = come_in("petra"), come_in("dana")
    key = str(record.id)[:8]
    body = f"Call us.\n\n[[line:helpline]]\n\nOr: [[line:helpline phone]], [[service:{key} phone]]."
    assert write(petra, "safety", body=body).status_code == 303
    assert approve(dana, "safety").status_code == 303
    assert client.get(reverse("pages:paper", args=["safety", "card"])).status_code == 200
    sheet = f"/p/{Sheet.objects.get().code}"
    # How often a page names the line: beside its text, in a card of the text, in the text as it was written.
    times = {"/privacy": 1, "/help": 1, "/safety": 3}
    for address, count in times.items():
        assert numbers(client.get(address)) == (count, 0), address
    assert "This sheet is still right" in text_of(client.get(sheet))

    at(monkeypatch, NOW + timedelta(minutes=10))
    form = reverse("directory:staff-service-edit", args=[record.id, Section.TALKING.value])
    assert send(dana, form, **{"phones-0-number": NEW}).status_code == 303
    for address, count in times.items():
        assert numbers(client.get(address)) == (0, count), address
    told = text_of(client.get(sheet))
    assert "This sheet has changed" in told
    assert f"On your sheet: {OLD} Today: {NEW}" in told
    old, new = numbers(client.get("/pages/safety.json"))
    assert new > old == 0
    first, *others = suggest_cards(Context.HELP, now=NOW)
    assert (first.service_id, first.calls[0].number) == (record.id, NEW)
    assert record.id not in [each.service_id for each in others]


def test_name_hours_and_ways_are_the_directory_s_in_each_language() -> None:
    number = Phone(number=NEW, type=PhoneType.VOICE)
    extension = dataclasses.replace(number, extension=7, number="0800 1")
    text = Phone(number="0555 1", type=PhoneType.TEXT)
    helpline(
        "New Name",
        phones=(extension, text, number),
        ways=(Way.PHONE, Way.TEXT),
        translations=(Translation(language="ar", field="name", text="اسم جديد"),),
    )
    line = lines()["helpline"]
    assert (str(line.name), line.phone, line.text, line.chat) == ("New Name", NEW, "0555 1", "")
    assert str(line.hours) == "every day, day and night"
    assert (line.about, line.cost) == (HELPLINE.about, HELPLINE.cost)
    with translation.override("ar"):
        assert str(line.name) == "اسم جديد"
        assert str(line.hours) == "كل يوم، ليلًا ونهارًا"
    assert lines()["crisis"] == CRISIS
    assert services() == settings.LEEWARD_SERVICES


def withdrawn(record: ServiceRecord) -> None:
    withdraw_service(record.id, source=Source.EDITOR, by=BY, now=NOW)


def closed(record: ServiceRecord) -> None:
    changed = dataclasses.replace(record, status=ServiceStatus.CLOSED_FOR_NOW)
    save_service(changed, source=Source.EDITOR, by=BY, now=NOW + timedelta(minutes=1))


def without_number(record: ServiceRecord) -> None:
    text = (Phone(number="0555 1", type=PhoneType.TEXT),)
    changed = dataclasses.replace(record, phones=text, ways=(Way.TEXT,))
    save_service(changed, source=Source.EDITOR, by=BY, now=NOW + timedelta(minutes=1))


@pytest.mark.parametrize("end", [withdrawn, closed, without_number])
def test_where_its_service_cannot_stand_for_it_the_file_does_and_editors_are_told(
    end: Callable[[ServiceRecord], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOW)
    record = helpline(number=NEW)
    for line in (CRISIS, settings.LEEWARD_LINES["children"], *settings.LEEWARD_SERVICES):
        make_service(str(line.name), id=line.service, phones=(Phone(number=line.phone),))
    employ("dana", Role.DIRECTORY_EDITOR)
    dana = come_in("dana")
    assert lines()["helpline"].phone == NEW
    assert "Lines of the nation’s file" not in text_of(dana.get("/staff/"))
    end(record)
    assert lines()["helpline"] == HELPLINE
    told = text_of(dana.get("/staff/"))
    assert told.count("the number of the nation’s file is shown") == 1
    assert str(HELPLINE.name) in told


@pytest.mark.parametrize(
    ("name", "number", "is_told"),
    [
        (str(HELPLINE.name), NEW, "told"),
        ("Another name", OLD, "told"),
        (str(HELPLINE.name), OLD, ""),
        ("Another name", NEW, ""),
    ],
)
def test_editors_are_told_where_the_file_differs_and_names_no_service(
    name: str, number: str, is_told: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    at(monkeypatch, NOW)
    alone = {key: dataclasses.replace(line, service=None) for key, line in settings.LEEWARD_LINES.items()}
    settings.LEEWARD_LINES, settings.LEEWARD_SERVICES = alone, ()
    helpline(name, number)
    employ("dana", Role.DIRECTORY_EDITOR)
    assert ("Ask whoever runs this site to link the two" in text_of(come_in("dana").get("/staff/"))) is bool(is_told)
    assert lines() == alone


def test_where_the_database_is_away_what_it_said_last_stands(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object) -> None:
        raise OperationalError("database is out of reach")

    helpline(number=NEW)
    assert numbers(client.get("/privacy")) == (0, 1)
    monkeypatch.setattr(living, "stamp_of_lines", away)
    assert numbers(client.get("/privacy")) == (0, 1)
    monkeypatch.setattr(told_lines, "_heard", {})
    assert numbers(client.get("/privacy")) == (1, 0)


def test_a_page_of_a_failure_asks_nobody(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    helpline(number=NEW)
    assert numbers(client.get("/privacy")) == (0, 1)
    monkeypatch.setattr(living, "stamp_of_lines", lambda _ids: pytest.fail("it was asked"))
    lost = client.get("/nowhere")
    assert (lost.status_code, numbers(lost)) == (404, (0, 1))


def test_one_answer_asks_one_question(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    helpline(number=NEW)
    lines()  # what this process keeps holds
    with CaptureQueriesContext(connection) as captured, one_answer():
        assert lines() == lines()
        services()
    assert len(captured) == 1
    asked = []
    monkeypatch.setattr(living, "stamp_of_lines", lambda ids: asked.append(ids) or stamp_of_lines(ids))
    for address in ("/help", "/privacy"):  # one names the line in its text, one beside it
        client.get(address)
        assert len(asked) == 1, address
        asked.clear()
