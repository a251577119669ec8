"""What employers' learning systems say: taken whole or not at all, counted once, contradicted where it cannot be."""

import base64
import copy
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tincan import (
    Activity,
    ActivityList,
    Agent,
    AgentAccount,
    Context,
    ContextActivities,
    RemoteLRS,
    Result,
    Score,
    StatementRef,
    StatementsResult,
    Verb,
)
from tincan import Statement as Said

from leeward.justice.training.errors import StatementRefused
from leeward.justice.training.models import Completion, Due, MachineDay, MachineKey, MachineStatement
from leeward.justice.training.operations.machines import (
    WAITS_AT_MOST,
    end_key,
    forget_statements,
    make_key,
    match_statements,
)
from leeward.justice.training.rules.statements import read_batch
from leeward.justice.training.rules.terms import Result as Ended
from leeward.justice.training.rules.terms import StatementState
from tests.justice.training.force import COURSE, NOW, TODAY, Force, learner, person

pytestmark = pytest.mark.django_db

HOME, ADL = "https://learn.police.example", "http://adlnet.gov/expapi/verbs/"
STATEMENTS = "/xapi/statements"


ACTIVITY = f"{settings.LEEWARD_URL}/training#{COURSE}/2"


def statement(number: int = 1, *, verb: str = "passed", **changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number}/{verb}")),
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": f"p-{number}"}},
        "verb": {"id": verb if ":" in verb else ADL + verb, "display": {"en": verb}},
        "object": {"id": ACTIVITY},
        "timestamp": "2026-02-01T10:00:00Z",
        **changes,
    }


def without(said: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key != name}


type Send = Callable[..., Any]


@pytest.fixture
def key(north: Force) -> tuple[uuid.UUID, str]:
    return make_key(employer=north.employer, name="Learning system", home=HOME, by=north.actor, now=NOW)


@pytest.fixture
def send(key: tuple[uuid.UUID, str], nadia: Client) -> Send:  # the clock stands
    """Send a body as a system does."""

    def go(body: Any, *, method: str = "POST", address: str = STATEMENTS, **headers: str) -> Any:
        given = base64.b64encode(f"{key[0]}:{key[1]}".encode()).decode()
        sent = {"Authorization": f"Basic {given}", "X-Experience-API-Version": "1.0.3"} | headers
        content = body if isinstance(body, bytes) else json.dumps(body)
        asked = {"content_type": sent.pop("type", "application/json"), "headers": sent}
        return Client().generic(method, address, content, **asked)  # type: ignore[arg-type]

    return go


def test_another_client_tells_us_who_passed(
    live_server: Any, key: tuple[uuid.UUID, str], north: Force, nadia: Client
) -> None:
    """The peer is tincan 1.0.0, which is not ours."""
    remote = RemoteLRS(endpoint=f"{live_server.url}/xapi/", username=str(key[0]), password=key[1], version="1.0.3")
    officer = Agent(account=AgentAccount(home_page=HOME, name="P-1"))
    told = Said(
        id=str(uuid.uuid4()),
        actor=officer,
        verb=Verb(id=ADL + "passed"),
        object=Activity(id="https://learn.police.example/made-up/77"),
        context=Context(context_activities=ContextActivities(grouping=ActivityList([Activity(id=ACTIVITY)]))),
        result=Result(score=Score(scaled=1.0), success=True),
        timestamp="2026-02-01T10:00:00+00:00",
    )
    first = remote.save_statement(told)  # PUT
    assert (first.success, first.response.status) == (True, 204)
    assert remote.save_statement(told).success  # the same again
    mailed = Said(
        actor=Agent(mbox="mailto:P2@police.example"), verb=Verb(id=ADL + "failed"), object=Activity(id=ACTIVITY)
    )
    both = remote.save_statements([mailed, Said(actor=officer, verb=Verb(id=ADL + "attempted"), object=told.object)])
    assert (both.success, both.response.status) == (True, 200)
    assert len(json.loads(both.data)) == 2
    assert Client().get("/xapi/about").json() == {"version": ["1.0.3", "2.0.0"]}
    assert not isinstance(remote.query_statements({}).content, StatementsResult)  # nothing is read here
    assert [(row.learner, row.result, row.score) for row in Completion.objects.order_by("on")] == [
        (learner(north, 1), Ended.PASSED, 1),
        (learner(north, 2), Ended.FAILED, None),
    ]
    assert Due.objects.get(learner=learner(north, 1)).due_on.isoformat() == "2027-02-01"
    assert MachineDay.objects.get().other_verbs == 1
    back = Said(actor=officer, verb=Verb(id=ADL + "voided"), object=StatementRef(id=told.id))
    assert remote.save_statement(back).success
    assert Due.objects.get(learner=learner(north, 1)).due_on.isoformat() == "2026-04-05"
    assert "Withdrawn by the system" in nadia.get(reverse("training:machines")).content.decode()


def test_the_version_is_asked_for_and_answered(send: Send) -> None:
    for version, status, answered in (
        ("1.0", 200, "1.0.3"),
        ("1.0.1", 200, "1.0.3"),
        ("2.0.0", 200, "2.0.0"),
        ("0.95", 400, "2.0.0"),
        ("", 400, "2.0.0"),
    ):
        response = send(statement(), **{"X-Experience-API-Version": version})
        assert (response.status_code, response.headers["X-Experience-API-Version"]) == (status, answered)
    assert Completion.objects.count() == 1


def test_a_known_id_changes_nothing_and_another_meaning_is_refused(send: Send) -> None:
    assert send(statement()).json() == [statement()["id"]]
    same = statement(stored="2026-02-02T00:00:00Z", timestamp="2026-02-01T11:00:00+01:00")
    same["object"]["definition"] = {"name": {"en": "A course"}}
    assert send([same, statement(2)]).status_code == 200
    other = statement(timestamp="2026-02-03T00:00:00Z")
    refused = send([statement(3), other])
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    assert Completion.objects.count() == 2  # nothing of the batch was taken
    assert send([statement(4), statement(4)]).status_code == 400
    address = f"{STATEMENTS}?statementId={statement(5)['id']}"
    assert send(without(statement(5), "id"), method="PUT", address=address).status_code == 204
    assert send(statement(5), method="PUT", address=address).status_code == 204
    assert Completion.objects.count() == 3
    assert send(statement(6), method="PUT", address=address).status_code == 400
    assert send([statement(5)], method="PUT", address=address).status_code == 400
    assert send(statement(5), method="PUT").status_code == 400


def changed(path: str, value: Any) -> dict[str, Any]:
    said = copy.deepcopy(statement(result={"score": {}}, context={"contextActivities": {}}))
    *parents, last = path.split(".")
    here = said
    for each in parents:
        here = here[each]
    here[last] = value
    return said


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("id", "x", "id must be a UUID"),
        ("more", 1, "more is no property"),
        ("verb", None, "verb is null"),
        ("verb.id", "passed", "verb.id must be an address"),
        ("actor", {"name": "P-1"}, "actor must have exactly one"),
        ("actor", {"objectType": "Robot"}, "actor.objectType"),
        ("actor", {"mbox": "p1@police.example"}, "actor.mbox must be a mailbox"),
        ("actor.account.name", "", "actor.account.name"),
        ("actor.account.homePage", "police", "actor.account.homePage"),
        ("object", {"id": "course"}, "object.id"),
        ("object", {"objectType": "Thing", "id": "x:y"}, "object.objectType"),
        ("result.score.scaled", 1.2, "result.score.scaled must be a number from -1 to 1"),
        ("result.score.scaled", "0.9", "result.score.scaled must be a number"),
        ("result.score.scaled", True, "result.score.scaled must be a number"),
        ("result.score", {"raw": 4, "min": 5, "max": 9}, "result.score.raw"),
        ("result.success", "yes", "result.success must be true or false"),
        ("result.duration", "4 minutes", "result.duration"),
        ("timestamp", "2026-02-01", "timestamp must be a moment"),
        ("timestamp", "2026-02-01T10:00:00", "timestamp has no time zone"),
        ("timestamp", "0001-01-01T00:00:00Z", "timestamp must lie"),
        ("context.registration", "1", "context.registration"),
        ("context.contextActivities.grouping", [{"id": "x"}], "context.contextActivities.grouping.id"),
        ("context.contextActivities.friends", [], "context.contextActivities.friends is unknown"),
    ],
)
def test_what_is_no_statement_is_named(path: str, value: Any, where: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        read_batch([statement(2), changed(path, value)])
    assert f"statement 2.{where}" in str(refused.value)


def test_a_batch_with_one_wrong_statement_is_refused_whole(send: Send) -> None:
    response = send([statement(2), changed("timestamp", "yesterday")])
    assert response.status_code == 400
    assert "statement 2.timestamp" in response.json()["error"]["message"]
    assert not Completion.objects.exists()


def test_odd_bodies_and_keys_are_refused(send: Send, north: Force, key: tuple[uuid.UUID, str]) -> None:
    assert send(b"{").status_code == 400
    assert send(b"[" * 200_000).status_code == 400
    assert send(b'[{"x": NaN}]').status_code == 400
    half = json.dumps([changed("actor.account.homePage", "https://police.example/\ud800")])
    assert send(half.encode()).status_code == 400
    assert send(b" " * (1024 * 1024 + 1)).status_code == 413
    assert send([statement(number) for number in range(501)]).status_code == 400
    assert send(b"--x", type="multipart/mixed").status_code == 415
    assert send(b"", method="GET").status_code == 405
    unknown = base64.b64encode(f"{key[0]}:wrong".encode()).decode()
    for given in ("", "Bearer x", "Basic !", f"Basic {unknown}"):
        response = send(statement(), Authorization=given)
        assert (response.status_code, "Basic" in response.headers["WWW-Authenticate"]) == (401, True)
    end_key(key=key[0], employer=north.employer, by=north.actor, now=NOW)
    assert send(statement()).status_code == 401
    assert not MachineStatement.objects.exists()


def test_what_cannot_be_so_is_shown_and_not_counted(send: Send, nadia: Client) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "score": {"result": {"score": {"scaled": 0.2}}},
        "no_success": {"result": {"success": False}},
        "future": {"timestamp": "2027-01-01T00:00:00Z"},
        "early": {"timestamp": "2025-12-31T00:00:00Z"},
    }
    assert send([statement(number, **each) for number, each in enumerate(wrong.values())]).status_code == 200
    rows = MachineStatement.objects.order_by("pk")
    assert {row.state for row in rows} == {StatementState.CONTRADICTED}
    assert {str(row.why) for row in rows} == set(wrong)
    shown = nadia.get(reverse("training:machines"), {"state": "contradicted"}).content.decode()
    assert "Officer 1 (P-1)" in shown
    address = reverse("training:machine-answer", args=[rows[0].reference])
    assert nadia.post(address, {"answer": "count"}).status_code == 200  # there is nothing to decide
    assert not Completion.objects.exists()


def test_who_is_unknown_waits_and_nobody_is_invented(send: Send, north: Force, nadia: Client) -> None:
    elsewhere = {"objectType": "Agent", "account": {"homePage": "https://other.example", "name": "P-1"}}
    hashed = {"mbox_sha1sum": "a" * 40}
    group = {"objectType": "Group", "member": []}
    batch = [
        statement(40),
        statement(41, actor=elsewhere),
        statement(42, actor=hashed),
        statement(43, verb="completed", actor=group),
        statement(44, object={"id": "https://learn.police.example/fire-safety"}),
    ]
    assert send(batch).status_code == 200
    assert not Completion.objects.exists()
    assert MachineDay.objects.get().other_activities == 2
    shown = nadia.get(reverse("training:machines")).content.decode()
    for who in (f"p-40 ({HOME})", "p-1 (https://other.example)", "a" * 40):
        assert who in shown
    assert {row.person.find("p-40") for row in MachineStatement.objects.all()} == {-1}  # sealed
    assert match_statements(now=NOW, limit=9) == 0
    north.load(*(person(each) for each in range(12)), person(40))
    assert match_statements(now=NOW, limit=9) == 1
    assert Due.objects.get(learner=learner(north, 40)).due_on.isoformat() == "2027-02-01"
    other, last = MachineStatement.objects.filter(state=StatementState.UNKNOWN).order_by("received_at", "person_by")
    address = reverse("training:machine-answer", args=[other.reference])
    assert "Enter the staff number" in nadia.post(address, {"answer": "count", "number": ""}).content.decode()
    assert "Nobody in your roster" in nadia.post(address, {"answer": "count", "number": "P-99"}).content.decode()
    assert nadia.post(address, {"answer": "count", "number": "P-3"}).status_code == 303
    assert Completion.objects.filter(learner=learner(north, 3)).count() == 1
    assert nadia.post(reverse("training:machine-answer", args=[last.reference]), {"answer": "drop"}).status_code == 303
    last.refresh_from_db()
    assert (last.state, last.person) == (StatementState.DROPPED, "")


def test_waived_waits_for_the_manager(send: Send, nadia: Client, north: Force) -> None:
    waived = "https://w3id.org/xapi/adl/verbs/waived"
    assert send([statement(1, verb=waived), statement(50, verb=waived)]).status_code == 200
    north.load(*(person(each) for each in range(12)), person(50))
    match_statements(now=NOW, limit=9)
    assert {row.state for row in MachineStatement.objects.all()} == {StatementState.WAIVED}
    assert not Completion.objects.exists()
    row = MachineStatement.objects.get(learner=learner(north, 1))
    assert nadia.post(reverse("training:machine-answer", args=[row.reference]), {"answer": "count"}).status_code == 303
    assert Completion.objects.get().result == Ended.PASSED


def test_what_takes_back_may_come_first_and_is_not_taken_back_itself(send: Send) -> None:
    back = statement(9, verb="voided", object={"objectType": "StatementRef", "id": statement()["id"]})
    assert send(back).status_code == 200
    again = statement(10, verb="voided", object={"objectType": "StatementRef", "id": back["id"]})
    assert send([again, statement()]).status_code == 200
    assert MachineStatement.objects.get(statement=statement()["id"]).state == StatementState.VOIDED
    assert not Completion.objects.exists()


def test_what_waited_in_vain_is_forgotten(send: Send) -> None:
    send([statement(60), statement(61, timestamp="2027-01-01T00:00:00Z")])
    assert forget_statements(now=NOW, limit=9) == 0
    assert forget_statements(now=NOW + WAITS_AT_MOST + timedelta(days=1), limit=9) == 2
    assert set(MachineStatement.objects.values_list("person", "person_index")) == {("", "")}


def test_a_key_is_shown_once_and_ended_by_its_own_manager(forces: tuple[Force, Force], nadia: Client) -> None:
    _north, south = forces
    wrong = nadia.post(reverse("training:systems"), {"name": "LMS", "home": "learn"})
    assert wrong.status_code == 400
    made = nadia.post(reverse("training:systems"), {"name": "LMS", "home": HOME}).content.decode()
    [row] = MachineKey.objects.all()
    secret = made.split('id="password">')[1].split("<")[0]
    assert row.digest not in made
    assert secret not in nadia.get(reverse("training:systems")).content.decode()
    foreign, _secret = make_key(employer=south.employer, name="Theirs", home=HOME, by=south.actor, now=NOW)
    assert nadia.post(reverse("training:systems"), {"end": str(foreign)}).status_code == 404
    assert nadia.post(reverse("training:systems"), {"end": str(row.reference)}).status_code == 303
    row.refresh_from_db()
    assert row.ended_at is not None
    assert MachineKey.objects.get(reference=foreign).ended_at is None
    assert row.ended_at.date() == TODAY
