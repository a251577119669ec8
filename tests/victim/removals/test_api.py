"""The platforms' door for machines: each sees its own, answers once, and is told by name what is wrong."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.industry.bank import rules as bank
from leeward.industry.bank.operations import admit_platform, draw_page
from leeward.victim.removals.api import openapi_text
from leeward.victim.removals.models import Request
from leeward.victim.removals.queries.platforms import page_asked
from tests.depth import times
from tests.described import calls_of, try_call
from tests.victim.removals.conftest import NOW, Company, Worker, told
from tests.victim.removals.desk_people import send_all

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]


class Door:
    """A platform at the door, by its own keys."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.client = Client()

    def get(self, path: str, **query: str) -> tuple[int, Any]:
        answer = self.client.get(
            f"/api/v1/{path}", query, headers={"Authorization": f"Bearer {self.company.issued.fetch_key}"}
        )
        return answer.status_code, answer.json()

    def post(self, path: str, body: object) -> tuple[int, Any]:
        answer = self.client.post(
            f"/api/v1/{path}",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.company.issued.feedback_key}"},
        )
        return answer.status_code, answer.json()


@pytest.fixture
def door(chatter: Company) -> Door:
    return Door(chatter)


@pytest.mark.postgresql
def test_requests_come_page_by_page_with_what_is_needed_and_no_more(robin: Worker, door: Door) -> None:
    filed = told(*(f"https://chatter.example/p/{number}" for number in range(5)))
    send_all(filed, robin)
    seen, cursor = [], ""
    for _ in range(4):
        status, page = door.get("requests", limit="2", cursor=cursor)
        assert status == 200
        seen += [each["url"] for each in page["requests"]]
        cursor = page["cursor"]
        if not page["has_more"]:
            break
    assert seen == [f"https://chatter.example/p/{number}" for number in range(5)]
    first = door.get("requests")[1]["requests"][0]
    assert first["agent"]["agency"] == "Fairhaven Removal Desk"
    assert (first["state"], first["regime"], first["readable"]) == ("sent", "generic", True)
    assert "Sunday" not in json.dumps(first)


@pytest.mark.postgresql
def test_an_answer_counts_once(robin: Worker, door: Door) -> None:
    filed = told("https://chatter.example/p/1")
    send_all(filed, robin)
    (asked,) = door.get("requests")[1]["requests"]
    for _ in range(2):
        status, said = door.post(f"requests/{asked['id']}/decision", {"outcome": "removed"})
        assert (status, said["state"], said["outcome"]) == (200, "decided", "removed")
    assert door.get("requests")[1]["requests"] == []
    assert len(door.get("requests", state="decided")[1]["requests"]) == 1
    assert len(door.get("requests", state="all")[1]["requests"]) == 1
    status, refused = door.post(f"requests/{asked['id']}/decision", {"outcome": "not_found"})
    assert (status, refused["error"]["code"]) == (409, "step_refused")


def test_naming_a_missing_element_stops_the_clock(robin: Worker, door: Door) -> None:
    filed = told("https://chatter.example/p/1")
    Request.objects.update(regime_code="us-tida", regime_version=1)
    send_all(filed, robin)
    (asked,) = door.get("requests")[1]["requests"]
    within_the_law = NOW + timedelta(hours=1)
    with patch("leeward.victim.removals.api.timezone.now", return_value=within_the_law):
        status, said = door.post(f"requests/{asked['id']}/missing", {"element": "signature"})
    assert (status, said["state"]) == (200, "incomplete")
    shown = door.get(f"requests/{asked['id']}")[1]
    assert (shown["paused"], shown["missing_element"]) == (True, "signature")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"outcome": "vanished"}, "outcome"),
        ({}, "outcome"),
        ({"outcome": "refused"}, "refusal"),
        ({"outcome": "refused", "refusal": "other"}, "facts"),
        ({"outcome": "removed", "name": "x"}, "name"),
        ({"outcome": "removed", "facts": "a" * 5_001}, "facts"),
        ({"outcome": "removed", "ground": "DECISION_GROUND_ILLEGAL_CONTENT"}, "legal_ground"),
        ([], "object"),
    ],
)
def test_a_bad_answer_is_named_and_changes_nothing(robin: Worker, door: Door, body: object, word: str) -> None:
    filed = told("https://chatter.example/p/1")
    send_all(filed, robin)
    reference = Request.objects.get().reference
    status, refused = door.post(f"requests/{reference}/decision", body)
    assert status == 400
    assert word in refused["error"]["message"]
    assert Request.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"state": "prepared"}, "bad_parameter"),
        ({"state": "nonsense"}, "bad_parameter"),
        ({"cursor": "nonsense"}, "bad_cursor"),
        ({"limit": "0"}, "bad_parameter"),
        ({"limit": "201"}, "bad_parameter"),
        ({"due_before": "yesterday"}, "bad_parameter"),
        ({"due_before": "2026-11-24T12:00:00"}, "bad_parameter"),
        ({"due_before": "0001-01-01T00:00:00+14:00"}, "bad_parameter"),
        ({"sate": "open"}, "bad_parameter"),
    ],
)
def test_a_bad_question_is_named(door: Door, query: dict[str, str], code: str) -> None:
    status, refused = door.get("requests", **query)
    assert (status, refused["error"]["code"]) == (400, code)


def test_others_and_unknown_requests_are_one_answer(
    robin: Worker, door: Door, open_company: Callable[..., Company]
) -> None:
    stranger = Door(open_company("Other", host="other.example"))
    filed = told("https://chatter.example/p/1")
    send_all(filed, robin)
    reference = Request.objects.get().reference
    answers = {json.dumps(stranger.get(f"requests/{each}")) for each in (reference, "0" * 8, "not-an-id", "a" * 64)} | {
        json.dumps(stranger.post(f"requests/{reference}/decision", {"outcome": "removed"}))
    }
    assert len(answers) == 1
    assert json.loads(answers.pop())[0] == 404


def test_each_door_takes_its_own_key(door: Door) -> None:
    issued = door.company.issued
    for key, status in ((issued.feedback_key, 403), (issued.submit_key, 403), ("nonsense", 401), ("", 401)):
        answer = door.client.get("/api/v1/requests", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == status


@pytest.mark.postgresql
def test_due_before_narrows_by_the_laws_clock(robin: Worker, door: Door) -> None:
    filed = told("https://chatter.example/p/1")
    Request.objects.update(regime_code="us-tida", regime_version=1)
    send_all(filed, robin)
    due = Request.objects.get().law_due_at
    assert due is not None
    before, after = ((due + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z") for seconds in (0, 1))
    assert door.get("requests", due_before=before)[1]["requests"] == []
    assert len(door.get("requests", due_before=after)[1]["requests"]) == 1
    # A zone that no database knows: the same moment all the same.
    assert door.get("requests", due_before="0110-07-06T12:36:38-21:59")[1]["requests"] == []


def test_the_description_is_the_committed_one() -> None:
    assert (ROOT / "docs" / "openapi-requests.json").read_text(encoding="utf-8") == openapi_text()


@pytest.mark.slow
@pytest.mark.parametrize("call", calls_of(openapi_text()))
def test_every_call_is_answered_as_described(call: str, chatter: Company, live_server: Any) -> None:
    key = chatter.issued.fetch_key if call.startswith("GET ") else chatter.issued.feedback_key

    # A state, a cursor and a reference must be ones that are there: no schema can say so.
    @settings(max_examples=times(10, deep=20), deadline=None, suppress_health_check=list(HealthCheck))
    def ask(case: Case) -> None:
        case.call_and_validate(
            base_url=live_server.url,
            headers={"Authorization": f"Bearer {key}"},
            excluded_checks=[positive_data_acceptance, negative_data_rejection],
        )

    try_call(openapi_text(), call, ask)


def rows_of_the_installation() -> int:
    """How many rows all tables have together; counters that live for minutes are none."""
    return sum(model._base_manager.count() for model in apps.get_models() if model._meta.managed)


@pytest.mark.postgresql(alone=True)
def test_a_thousand_polls_that_bring_nothing_new_add_a_bounded_number_of_rows(robin: Worker, door: Door) -> None:
    """At every door where a partner's machine asks again and again: requests that wait, and the feed by both wires."""
    send_all(told("https://chatter.example/p/1", "https://chatter.example/p/2"), robin)
    issued = door.company.issued
    admit_platform(partner=issued.partner, by=Actor.operator(), now=NOW)
    stock = {"x-functions-key": issued.fetch_key, "Ocp-Apim-Subscription-Key": issued.subscription_key}
    cursor = door.get("hashes")[1]["cursor"]

    def poll_all() -> None:
        assert len(door.get("requests")[1]["requests"]) == 2
        assert door.get("hashes")[1]["entries"], "a client that always begins from the start"
        assert not door.get("hashes", cursor=cursor)[1]["entries"]
        assert door.client.get("/exchange/v1/FetchHashes", headers=stock).status_code == 200

    poll_all()
    before = rows_of_the_installation()
    for _ in range(15):
        poll_all()
    for _ in range(470):  # the same without the way through HTTP, which writes nothing and takes its time
        page_asked(door.company.side, now=timezone.now())
        draw_page(
            partner=issued.partner,
            door=bank.Door.MODERN,
            position=bank.FeedPosition(),
            limit=9,
            level=3,
            now=timezone.now(),
        )
    # A day may turn in between, and a minute's counter with it.
    assert rows_of_the_installation() - before <= 8


def test_the_trail_says_when_a_platforms_list_is_another(robin: Worker, door: Door) -> None:
    send_all(told("https://chatter.example/p/1"), robin)

    def lists() -> int:
        return AuditEvent.objects.filter(verb="vault.files_listed", actor_kind="platform").count()

    for _ in range(3):
        door.get("requests")
    assert lists() == 1
    send_all(told("https://chatter.example/p/2"), robin)
    for _ in range(3):
        door.get("requests")
    assert lists() == 2
    with patch("leeward.victim.removals.api.timezone.now", return_value=timezone.now() + timedelta(days=1)):
        door.get("requests")
    assert lists() == 3
