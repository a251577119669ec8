"""A member's own program: the file of a turn, out and in, and the door at which it says what became of it."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from fhir.resources.R4B.bundle import Bundle

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.file.models import Opening
from leeward.victim.network.api import openapi_text
from leeward.victim.network.models import Member, Referral, TurnEvent
from leeward.victim.network.operations.machines import draw_key
from leeward.victim.network.operations.members import suspend_member
from leeward.victim.network.operations.referrals import withdraw
from leeward.victim.network.rules.fhir import (
    CODES,
    MOST_BYTES,
    REASONS,
    SAYS,
    STATUS,
    Passed,
    read_bundle,
    write_bundle,
)
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.rules.releases import ReleaseField
from leeward.victim.network.rules.turns import Act, TurnState
from tests.browsing import see
from tests.foundation.accounts.people import at
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Worker
from tests.victim.network.browsing import accepts, page_of, press
from tests.victim.network.conftest import WORDS, Body, ring, states, turns

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
TURN, SERVICE = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


def passed_as(state: TurnState, **changes: Any) -> Passed:
    made: dict[str, Any] = {
        "turn": TURN,
        "service": SERVICE,
        "service_name": "Coral Ladder House",
        "sender": "Helpline",
        "kind": Kind.SHELTER,
        "is_urgent": True,
        "state": state,
        "code": "",
        "since": NOW,
        "offered_at": NOW,
        "due_at": NOW + timedelta(hours=4),
        "texts": {ReleaseField.HAPPENED: WORDS, ReleaseField.NAME: "Nadia Example"},
    }
    return Passed(**made | changes)


def task_of(bundle: dict[str, Any]) -> dict[str, Any]:
    (task,) = (each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Task")
    return task


def coded(code: str, text: str = "Because") -> dict[str, Any]:
    return {"coding": [{"system": REASONS, "code": code}], "text": text}


def test_each_state_is_a_valid_file_that_names_nobody_and_says_who_acts_until_when() -> None:
    assert set(STATUS) == set(TurnState) - {TurnState.DRAFTED}
    codes = {TurnState.DECLINED: "no_room", TurnState.DONE: "got_it", TurnState.FAILED: "stopped"}
    for state, status in STATUS.items():
        written = write_bundle(passed_as(state, code=codes.get(state, "")), now=NOW)
        read = Bundle.model_validate_json(json.dumps(written))
        task, request = (entry.resource for entry in read.entry)
        assert (task.status, task.businessStatus.coding[0].code) == (status, state.value)
        assert task.focus.reference == read.entry[1].fullUrl
        for performer in (task.owner, request.performer[0]):
            assert performer.identifier.value == f"urn:uuid:{SERVICE}"
        assert task.restriction.period.end == NOW + timedelta(hours=4)
        assert task.for_fhir.reference is None
        assert [each.valueString for each in task.input] == [WORDS]
        assert "Nadia" not in json.dumps(written)
        if status in ("rejected", "cancelled", "failed"):
            assert task.statusReason.text
        assert bool(task.output) is (state is TurnState.DONE)
    assert "restriction" not in task_of(write_bundle(passed_as(TurnState.STARTED, due_at=None), now=NOW))


def test_what_each_status_says_is_read_and_all_else_is_refused_by_its_field() -> None:
    def said(**changes: Any) -> Any:
        bundle = write_bundle(passed_as(TurnState.OFFERED), now=NOW)
        task_of(bundle).update(changes)
        return read_bundle(json.dumps(bundle).encode(), turn=TURN)

    for status, act in SAYS.items():
        for code in CODES.get(act, [""]):
            outcome = {"output": [{"valueCodeableConcept": coded(code)}]} if status == "completed" else {}
            found = said(status=status, statusReason=coded(code) if code else None, **outcome)
            assert (found.act, found.code) == (act, code)
    # A program without our codes can say no in its own words.
    assert said(status="rejected", statusReason={"text": "Full"}).code == "other"
    assert read_bundle(json.dumps(task_of(write_bundle(passed_as(TurnState.ACCEPTED), now=NOW))).encode(), turn=TURN)
    for changes, wrong in (
        ({"status": "requested"}, "Task.status"),
        ({"status": ["accepted"]}, "Task.status"),
        ({"status": "rejected"}, "Task.statusReason.text"),
        ({"status": "rejected", "statusReason": coded("no_room", " ")}, "Task.statusReason.text"),
        ({"status": "rejected", "statusReason": coded("tired")}, "Task.statusReason.coding.code: enter one of no_room"),
        ({"status": "failed", "statusReason": {"text": "No"}}, "Task.statusReason.coding.code: enter one of unreached"),
        ({"status": "completed"}, "Task.output.valueCodeableConcept.coding.code: enter one of got_it"),
        ({"status": "completed", "output": {"a": [3]}}, "Task.output"),
        ({"identifier": [{"value": ["urn:uuid"]}, 7]}, "Task.identifier"),
        ({"identifier": None}, "Task.identifier"),
    ):
        with pytest.raises(FieldRefused) as refused:
            said(**changes)
        assert refused.value.message.startswith(wrong), refused.value.message
    deep, many = b"[" * 200_000, {"resourceType": "Bundle", "entry": [{"resource": {}}] * 21}
    for data, wrong in (
        (b"{}" + b" " * MOST_BYTES, "The file is too large"),
        (b"\xff\xfe", "The file is not text in UTF-8"),
        (b'{\n"resourceType": "Bundle",\n"entry": [,]}', "Line 3 is not JSON"),
        (b'{"a": ' + b"9" * 9_000 + b"}", "Line 1 is not JSON"),
        (deep, "The file is nested too deeply"),
        (b"[]", "resourceType"),
        (b'{"resourceType": "Patient"}', "resourceType"),
        (b'{"resourceType": "Bundle"}', "Bundle.entry"),
        (b'{"resourceType": "Bundle", "entry": [{}]}', "Bundle.entry"),
        (b'{"resourceType": "Bundle", "entry": []}', "Bundle.entry: exactly one Task"),
        (json.dumps(many).encode(), "Bundle.entry: at most 20"),
    ):
        with pytest.raises(FieldRefused) as refused:
            read_bundle(data, turn=TURN)
        assert refused.value.message.startswith(wrong), refused.value.message


def upload(client: Client, turn: uuid.UUID, content: bytes, *, status: int = 303) -> str:
    file = SimpleUploadedFile("referral.json", content, "application/fhir+json")
    answer = client.post(page_of("turn-file-in", turn), {"file": file})
    assert answer.status_code == status, answer.content.decode()[:2_000]
    return answer.content.decode()


def test_a_member_saves_the_file_of_what_is_with_it_and_sends_it_back_with_another_status(
    ruth: Client, two: tuple[Body, Body], passed: Referral, teller: Teller
) -> None:
    mine, others = (each.reference for each in turns(passed))
    see(ruth, page_of("turn-file", mine), status=303)  # the protocol comes first
    accepts(ruth)
    assert page_of("turn-file", mine) in see(ruth, page_of("turn", mine))
    assert not Opening.objects.exclude(team=two[0].team).exists()
    answer = ruth.get(page_of("turn-file", mine))
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    bundle = Bundle.model_validate_json(answer.content)
    assert bundle.entry[0].resource.input[0].valueString == WORDS
    assert str(passed.reference) not in answer.content.decode()  # it is the same for all who are asked
    file = json.loads(answer.content)
    see(ruth, page_of("turn-file", others), status=404)

    def back(**changes: Any) -> bytes:
        task_of(file).update(changes)
        return json.dumps(file, indent=1).encode()

    assert "Line 2 is not JSON" in upload(ruth, mine, b"{\n]", status=400)
    assert "Task.status: enter one of accepted" in upload(ruth, mine, back(status="draft"), status=400)
    assert "at most 256 KB" in upload(ruth, mine, b" " * (MOST_BYTES + 1), status=400)
    assert states(passed)[0] == TurnState.OFFERED
    upload(ruth, mine, back(status="accepted"))
    upload(ruth, mine, back())
    assert states(passed)[0] == TurnState.ACCEPTED
    assert "This is not possible as the referral stands now" in upload(
        ruth, mine, back(status="rejected", statusReason=coded("no_room")), status=409
    )
    upload(ruth, mine, back(status="in-progress"))
    other = back(identifier=[{"value": f"urn:uuid:{others}"}], status="completed")
    assert "this is the file of another referral" in upload(ruth, mine, other, status=400)
    assert states(passed)[0] == TurnState.STARTED
    withdraw(referral=passed.reference, keyring=ring(teller), by=PERSON, now=NOW)
    mine_again = [{"value": f"urn:uuid:{mine}"}]
    done = back(identifier=mine_again, status="completed", output=[{"valueCodeableConcept": coded("got_it")}])
    assert "This is no longer with you" in upload(ruth, mine, done, status=409)


def call(key: str, turn: uuid.UUID, body: object, **more: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = Client().post(
        f"/api/v1/turns/{turn}/status", body, headers=headers, **{"content_type": "application/json"} | more
    )
    return answer.status_code, answer.json()


def test_a_program_says_a_status_once_however_often_it_is_sent(
    ruth: Client, two: tuple[Body, Body], passed: Referral, teller: Teller, sam: Worker,
    forwarder: ServiceKeys, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    mine, others = (each.reference for each in turns(passed))
    see(ruth, page_of("program"), status=303)  # the protocol comes first
    accepts(ruth)
    assert "No program of yours has a key" in see(ruth, page_of("program"))
    key = press(ruth, "program", status=200).partition('id="key">')[2].partition("<")[0]
    row = Member.objects.get(public_id=two[0].member)
    assert key.startswith("lwm_")
    assert key not in json.dumps(row.key_digest)
    assert key not in see(ruth, page_of("program"))
    moment = NOW.isoformat()
    accepted = {"status": "accepted", "at": moment}
    for sent, turn, expected in (
        ("", mine, (401, "key_missing")),
        ("lwm_none", mine, (401, "key_unknown")),
        (key, others, (404, "no_such_turn")),
        (key, uuid.uuid4(), (404, "no_such_turn")),
        (key, "nothing", (404, "no_such_turn")),
    ):
        status, answer = call(sent, turn, accepted)
        assert (status, answer["error"]["code"]) == expected
    for body in (
        {}, [], {"status": "accepted"}, {"status": "requested", "at": moment}, accepted | {"more": 1},
        accepted | {"at": "2026-11-24T10:00:00"}, accepted | {"at": "2999-01-01T00:00:00Z"},
        {"status": "rejected", "at": moment}, {"status": "rejected", "reason": "tired", "at": moment},
    ):  # fmt: skip
        assert call(key, mine, body)[0] == 400, body
    assert call(key, mine, "{" * 100_000)[1]["error"]["code"] == "bad_body"
    assert call(key, mine, "a=1", content_type="application/x-www-form-urlencoded")[0] == 415
    assert states(passed)[0] == TurnState.OFFERED
    first = call(key, mine, accepted)
    assert first == (200, {"turn": str(mine), "status": "accepted", "reason": "", "noted_at": first[1]["noted_at"]})
    assert call(key, mine, accepted | {"at": datetime(2026, 1, 1, tzinfo=UTC).isoformat()}) == first
    started = call(key, mine, {"status": "in-progress", "at": moment})
    assert started[0] == 200
    assert call(key, mine, accepted) == first  # though it has gone on since
    assert (
        call(key, mine, {"status": "rejected", "reason": "no_room", "at": moment})[1]["error"]["code"] == "step_refused"
    )
    assert TurnEvent.objects.filter(turn__reference=mine, act=Act.ACCEPTED).count() == 1
    # It opened nothing of anybody.
    assert not Opening.objects.exists()
    failed = {"status": "failed", "reason": "stopped", "at": moment}
    assert call(key, mine, failed)[1]["status"] == "failed"
    assert call(key, mine, failed)[0] == 200
    assert call(key, mine, {"status": "on-hold", "at": moment})[1]["error"]["code"] == "moved_on"
    # A new version of the protocol, the member's suspension and a new key each end it.
    Member.objects.filter(pk=row.pk).update(protocol_version=9)
    assert call(key, mine, accepted)[0] == 401
    new = draw_key(member=two[0].member, by=OPERATOR, now=NOW)
    assert (call(key, mine, accepted)[0], call(new, mine, accepted)) == (401, first)
    monkeypatch.setattr("leeward.victim.network.api.CALLS_PER_MINUTE", 1)
    assert call(new, mine, accepted)[1]["error"]["code"] == "too_many_requests"
    suspend_member(member=two[0].member, by=OPERATOR, now=NOW)
    assert call(new, mine, accepted)[0] == 401


def test_the_description_of_the_door_is_the_one_that_is_kept() -> None:
    assert (ROOT / "docs" / "openapi-turns.json").read_text() == openapi_text()
