"""A referral as a file that other programs read and write: FHIR R4, a Bundle of one Task and its ServiceRequest.

The meaning of each status is that of HL7 SDOH Clinical Care 3.0.0. It is not its US Core profile: there is no patient.
Nobody is named; whom it is about stands there as `for.display`, in words that are the same for everybody.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.labels import Labelled
from leeward.victim.network.errors import FileMistake
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.rules.releases import ReleaseField
from leeward.victim.network.rules.turns import Act, DeclineReason, DoneAs, FailedAs, TurnState

MOST_BYTES = 256 * 1024
MOST_ENTRIES = 20
FORMAT = "leeward-referral:1"
URI = "urn:ietf:rfc:3986"
# Systems of our own codes, the same in every installation.
KINDS, REASONS, FIELDS, STANDS = (f"urn:x-leeward:{name}" for name in ("kind", "reason", "field", "turn-state"))
TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code"
SOMEBODY = "A person who asked for help"
# The status that each state is told as; the state itself stands beside it as `businessStatus`.
STATUS: Mapping[TurnState, str] = MappingProxyType(
    {
        TurnState.AGREED: "requested",
        TurnState.OFFERED: "requested",
        TurnState.ASKED: "requested",
        TurnState.ACCEPTED: "accepted",
        TurnState.STARTED: "in-progress",
        TurnState.WAITING: "on-hold",
        TurnState.DONE: "completed",
        TurnState.FAILED: "failed",
        TurnState.DECLINED: "rejected",
        TurnState.EXPIRED: "cancelled",
        TurnState.PASSED_OVER: "cancelled",
        TurnState.UNUSED: "cancelled",
        TurnState.WITHDRAWN: "cancelled",
    }
)
# What a receiver may say, and of which list a code tells more of it.
SAYS: Mapping[str, Act] = MappingProxyType(
    {
        "accepted": Act.ACCEPTED,
        "rejected": Act.DECLINED,
        "in-progress": Act.STARTED,
        "on-hold": Act.WAITED,
        "completed": Act.DONE,
        "failed": Act.FAILED,
    }
)
CODES: Mapping[Act, type[Labelled]] = MappingProxyType(
    {Act.DECLINED: DeclineReason, Act.DONE: DoneAs, Act.FAILED: FailedAs}
)
# What stands in a file, by the names of the standard.
type Resource = dict[str, Any]
# There a reader is told why in words.
WITH_REASON = frozenset({"rejected", "cancelled", "failed"})


@dataclass(frozen=True, kw_only=True)
class Passed:
    """One turn as its file tells it. `texts`: what the receiver gets; `due_at`: until when they answer, or begin.

    `code` is why it ended, `service_name` and `sender` are names of organisations.
    """

    turn: UUID
    service: UUID
    service_name: str
    sender: str
    kind: Kind
    is_urgent: bool
    state: TurnState
    code: str
    since: datetime
    offered_at: datetime
    due_at: datetime | None
    texts: Mapping[ReleaseField, str]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a receiver says of a turn: what they did, and the code of the fixed list for it ("" where there is none)."""

    act: Act
    code: str = ""


def said_of(status: str, code: str, *, where: str = "status", why: str = "reason") -> Said:
    """Return what a status and its code say. `where` and `why` name the two. Raises FieldRefused, of "file"."""
    act = SAYS.get(status)
    if act is None:
        raise FieldRefused("file", FileMistake.CODE, where=where, about=", ".join(SAYS))
    codes = CODES.get(act)
    if codes is None:
        return Said(act=act)
    if code not in set(codes):
        raise FieldRefused("file", FileMistake.CODE, where=why, about=", ".join(codes))
    return Said(act=act, code=code)


def write_bundle(passed: Passed, *, now: datetime) -> Resource:
    """Write the file of a turn. The person's name is left out of it even where they let it be passed on."""
    request = str(uuid5(passed.turn, "request"))
    entries = (_task(passed, request=request), _request(passed, request=request))
    return {
        "resourceType": "Bundle",
        "meta": {"tag": [{"system": "urn:x-leeward:format", "code": FORMAT}]},
        "type": "collection",
        "timestamp": now.isoformat(),
        "entry": [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in entries],
    }


def read_bundle(data: bytes, *, turn: UUID) -> Said:
    """Return what the file of this turn says now. Raises FieldRefused, which names the line or the field."""
    task = _find_task(_load(data))
    if not any(each.get("value") == f"urn:uuid:{turn}" for each in _mappings(task.get("identifier"))):
        raise FieldRefused("file", FileMistake.OTHER_TURN)
    status, reason = task.get("status"), _mapping(task.get("statusReason"))
    if status == "rejected" and not str(reason.get("text") or "").strip():
        raise FieldRefused("file", FileMistake.TEXT_NEEDED)
    if status == "completed":
        coded = [code for each in _mappings(task.get("output")) for code in _codes(each.get("valueCodeableConcept"))]
        why = "Task.output.valueCodeableConcept.coding.code"
    else:
        coded, why = list(_codes(reason)), "Task.statusReason.coding.code"
    # A program that has no codes of ours can still say no: its words are not kept.
    code = coded[0] if coded else DeclineReason.OTHER.value if status == "rejected" else ""
    return said_of(str(status), code, where="Task.status", why=why)


def _task(passed: Passed, *, request: str) -> Resource:
    task: Resource = {
        "resourceType": "Task",
        "id": str(passed.turn),
        "identifier": [{"system": URI, "value": f"urn:uuid:{passed.turn}"}],
        "status": STATUS[passed.state],
        "businessStatus": {"coding": [{"system": STANDS, "code": passed.state.value}], "text": passed.state.label},
        "intent": "order",
        "priority": "urgent" if passed.is_urgent else "routine",
        "code": {"coding": [{"system": TASK_CODE, "code": "fulfill"}]},
        "focus": {"reference": f"urn:uuid:{request}"},
        "for": {"display": SOMEBODY},
        "authoredOn": passed.offered_at.isoformat(),
        "lastModified": passed.since.isoformat(),
        "requester": {"display": passed.sender},
        "owner": _performer(passed),
        "input": [
            {"type": {"coding": [{"system": FIELDS, "code": field.value}], "text": field.label}, "valueString": words}
            for field, words in passed.texts.items()
            if field is not ReleaseField.NAME
        ],
    }
    if passed.due_at is not None:
        task["restriction"] = {"period": {"end": passed.due_at.isoformat()}}
    if STATUS[passed.state] in WITH_REASON:
        task["statusReason"] = _coded(REASONS, passed.code, passed.state.label)
    if passed.state is TurnState.DONE:
        outcome = {"coding": [{"system": TASK_CODE, "code": "fulfill"}], "text": "What came of it"}
        task["output"] = [{"type": outcome, "valueCodeableConcept": _coded(REASONS, passed.code, passed.code)}]
    return {name: value for name, value in task.items() if value != []}


def _request(passed: Passed, *, request: str) -> Resource:
    return {
        "resourceType": "ServiceRequest",
        "id": request,
        "status": "active",
        "intent": "order",
        "priority": "urgent" if passed.is_urgent else "routine",
        "code": _coded(KINDS, passed.kind.value, passed.kind.label),
        "subject": {"display": SOMEBODY},
        "authoredOn": passed.offered_at.isoformat(),
        "requester": {"display": passed.sender},
        "performer": [_performer(passed)],
    }


def _performer(passed: Passed) -> Resource:
    """The service, by its id in the directory (HSDS)."""
    return {
        "identifier": {"system": URI, "value": f"urn:uuid:{passed.service}"},
        **({"display": passed.service_name} if passed.service_name else {}),
    }


def _coded(system: str, code: str, text: str) -> Resource:
    return {**({"coding": [{"system": system, "code": code}]} if code else {}), "text": text}


def _load(data: bytes) -> Mapping[str, Any]:
    """Raises FieldRefused for what is too large, too deep, or no object of JSON."""
    if len(data) > MOST_BYTES:
        raise FieldRefused("file", FileMistake.LARGE, about=MOST_BYTES // 1024)
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FieldRefused("file", FileMistake.TEXT) from error
    except RecursionError as error:
        raise FieldRefused("file", FileMistake.DEEP) from error
    except ValueError as error:  # a number with more digits than anybody reads has no line
        raise FieldRefused("file", FileMistake.JSON, about=getattr(error, "lineno", 1)) from error
    if not isinstance(found, dict) or found.get("resourceType") not in ("Bundle", "Task"):
        raise FieldRefused("file", FileMistake.BUNDLE)
    return found


def _find_task(found: Mapping[str, Any]) -> Mapping[str, Any]:
    if found["resourceType"] == "Task":
        return found
    entries = found.get("entry")
    resources = [each.get("resource") for each in _mappings(entries)]
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES or not all(isinstance(r, dict) for r in resources):
        raise FieldRefused("file", FileMistake.ENTRIES, about=MOST_ENTRIES)
    tasks = [each for each in _mappings(resources) if each.get("resourceType") == "Task"]
    if len(tasks) != 1:
        raise FieldRefused("file", FileMistake.TASKS)
    return tasks[0]


def _codes(concept: object) -> Iterator[str]:
    """Codes of our own lists; those of others say nothing here."""
    for each in _mappings(_mapping(concept).get("coding")):
        if each.get("system") == REASONS and isinstance(each.get("code"), str):
            yield each["code"]


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _mappings(found: object) -> list[Mapping[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
