"""Webhooks to a real receiver: signed, repeated until they are taken, and failing visibly."""

import base64
import uuid
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from leeward.foundation.outbox.operations import find_parcel, retry_parcel, send_due
from leeward.foundation.outbox.operations import sending as sending_module
from leeward.foundation.outbox.rules.parcels import ParcelKind, Stage, Trouble, TryResult, Verdict
from leeward.foundation.outbox.rules.retries import LEASE, PAUSES
from leeward.foundation.outbox.signing import webhook_public_key
from leeward.foundation.vault.operations import ServiceKeys
from tests.foundation.outbox.conftest import NOW, SYSTEM, Receiver, a_hook, post


def check(headers: dict[str, str], body: bytes) -> None:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(webhook_public_key().removeprefix("whpk_")))
    version, _, signature = headers["webhook-signature"].partition(",")
    assert version == "v1a"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key.verify(base64.b64decode(signature), signed)


def test_a_webhook_arrives_signed_and_is_wiped(receiver: Receiver, courier: ServiceKeys) -> None:
    parcel = post(a_hook(receiver.url, '{"text":"Grüße"}'))
    assert send_due(now=NOW, limit=10, courier=courier) == 1
    ((headers, body),) = receiver.came
    assert body == '{"text":"Grüße"}'.encode()
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == str(parcel)
    assert int(headers["webhook-timestamp"]) - NOW.timestamp() < 60
    check(headers, body)
    with pytest.raises(InvalidSignature):
        check(headers, body + b" ")
    with pytest.raises(InvalidSignature):
        check({**headers, "webhook-id": str(uuid.uuid4())}, body)
    state = find_parcel(parcel)
    assert (state.kind, state.state, state.reply_code, state.has_content) == (
        ParcelKind.WEBHOOK,
        Stage.SENT,
        204,
        False,
    )


@pytest.mark.parametrize("status", [302, 400, 401, 404, 410, 429, 500, 503])
def test_other_answers_are_tried_again_and_show_their_code(
    status: int, receiver: Receiver, courier: ServiceKeys
) -> None:
    receiver.status = status
    parcel = post(a_hook(receiver.url))
    send_due(now=NOW, limit=10, courier=courier)
    state = find_parcel(parcel)
    assert (state.state, state.trouble, state.reply_code) == (Stage.WAITING, Trouble.ANSWERED_BADLY, status)
    receiver.status = 200
    send_due(now=NOW + PAUSES[0] + LEASE, limit=10, courier=courier)
    assert find_parcel(parcel).state is Stage.SENT
    first, second = receiver.came
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[0]["webhook-timestamp"] != second[0]["webhook-timestamp"]


def test_a_webhook_that_is_never_taken_fails_visibly_and_can_be_tried_again(
    receiver: Receiver, courier: ServiceKeys
) -> None:
    receiver.status = 500
    parcel = post(a_hook(receiver.url))
    for number in range(8):
        send_due(now=NOW + number * timedelta(days=1), limit=10, courier=courier)
    state = find_parcel(parcel)
    assert (state.state, state.attempts, state.reply_code) == (Stage.FAILED, 5, 500)
    assert len(receiver.came) == 5
    receiver.status = 200
    retry_parcel(parcel=parcel, by=SYSTEM, now=NOW)
    send_due(now=NOW, limit=10, courier=courier)
    assert find_parcel(parcel).state is Stage.SENT


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/hook",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "https://user:word@127.0.0.1/",
        "http://[",
    ],
)
def test_an_address_that_is_never_fetched_fails_at_once(url: str, courier: ServiceKeys) -> None:
    parcel = post(a_hook(url))
    send_due(now=NOW, limit=10, courier=courier)
    state = find_parcel(parcel)
    assert (state.state, state.trouble) == (Stage.FAILED, Trouble.ADDRESS_REFUSED)


def test_loopback_is_refused_in_production(receiver: Receiver, courier: ServiceKeys, settings: Any) -> None:
    settings.LEEWARD_REACH_PRIVATE = False
    parcel = post(a_hook(receiver.url))
    send_due(now=NOW, limit=10, courier=courier)
    assert find_parcel(parcel).trouble is Trouble.ADDRESS_REFUSED
    assert receiver.came == []


def test_a_receiver_that_hangs_up_is_tried_again(receiver: Receiver, courier: ServiceKeys) -> None:
    receiver.status = 0
    parcel = post(a_hook(receiver.url))
    send_due(now=NOW, limit=10, courier=courier)
    state = find_parcel(parcel)
    assert (state.state, state.trouble) == (Stage.WAITING, Trouble.ANSWERED_BADLY)


def test_a_webhook_without_a_result_is_repeated_with_the_same_id(
    receiver: Receiver, courier: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = post(a_hook(receiver.url))
    with monkeypatch.context() as patched:
        patched.setattr(sending_module, "_conclude", lambda *_arguments, **_named: None)
        send_due(now=NOW, limit=1, courier=courier)
    assert find_parcel(parcel).state is Stage.SENDING
    assert send_due(now=NOW + 2 * LEASE, limit=1, courier=courier) == 0
    state = find_parcel(parcel)
    assert (state.state, state.trouble, state.attempts) == (Stage.WAITING, Trouble.NO_RESULT, 1)
    assert send_due(now=NOW + 6 * LEASE, limit=1, courier=courier) == 1
    assert find_parcel(parcel).state is Stage.SENT
    assert [headers["webhook-id"] for headers, _ in receiver.came] == [str(parcel)] * 2


def test_an_outcome_says_nothing_by_default() -> None:
    assert TryResult(verdict=Verdict.DELIVERED).trouble is Trouble.NONE
