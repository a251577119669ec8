"""Sending: whole or not at all, once however often it is repeated, and only what the strict list allows."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from leeward.foundation.vault.errors import TooManyAtOnce
from leeward.foundation.vault.models import AccessCode
from leeward.foundation.vault.operations import codes as vault_operations
from leeward.industry.bank.models import Submission
from leeward.victim.portal import operations
from leeward.victim.portal.rules.payload import LONGEST_TEXT
from leeward.victim.portal.rules.tokens import TokenPurpose

pytestmark = pytest.mark.postgresql


def test_one_sending_makes_one_code_and_one_submission(visitor: Any, neighbour: Any) -> None:
    visitor.pass_gate()
    code, body = visitor.open_pictures()
    assert (AccessCode.objects.count(), Submission.objects.count()) == (0, 0)
    answer = visitor.send(body | {"hashes": visitor.payload("one", "two")})
    assert (answer.status_code, answer.json()) == (201, {"next": "/protect/receipt"})
    assert (AccessCode.objects.count(), Submission.objects.count()) == (1, 1)
    assert visitor.get("receipt").status_code == 200
    assert neighbour.enter(code).headers["Location"] == "/status/pictures"
    assert "Picture 2" in neighbour.get("door", door="pictures").content.decode()


def test_a_repeated_sending_counts_once_and_gets_the_same_receipt(visitor: Any) -> None:
    visitor.pass_gate()
    _, body = visitor.open_pictures()
    body |= {"hashes": visitor.payload("one")}
    first = visitor.send(body)
    with patch.object(vault_operations, "derive_code_keys") as slow:
        second = visitor.send(body)
        slow.assert_not_called()  # a lost answer costs no second slow hash
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert (AccessCode.objects.count(), Submission.objects.count()) == (1, 1)


def test_the_same_token_with_more_pictures_says_so(visitor: Any) -> None:
    visitor.pass_gate()
    _, body = visitor.open_pictures()
    visitor.send(body | {"hashes": visitor.payload("one")})
    answer = visitor.send(body | {"hashes": visitor.payload("one", "two")})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "sent_before")


def test_pressing_twice_at_once_counts_once(transactional_db: None, visitor: Any) -> None:
    visitor.pass_gate()
    _, body = visitor.open_pictures()
    body |= {"hashes": visitor.payload("one")}

    def press(_: int) -> int:
        try:
            return int(visitor.send(body).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(4))) == {201}
    assert (AccessCode.objects.count(), Submission.objects.count()) == (1, 1)


def test_nothing_is_kept_when_the_bank_fails(visitor: Any) -> None:
    visitor.pass_gate()
    code, body = visitor.open_pictures()
    body |= {"hashes": visitor.payload("one")}
    visitor.client.raise_request_exception = False
    with patch.object(operations.bearers, "open_submission", side_effect=OperationalError("database or disk is full")):
        answer = visitor.send(body)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["Retry-After"]
    assert AccessCode.objects.count() == 0
    assert visitor.send(body).status_code == 201
    assert visitor.enter(code).headers["Location"] == "/status/pictures"


def test_busy_is_said_quickly_and_can_be_tried_again(visitor: Any) -> None:
    visitor.pass_gate()
    _, body = visitor.open_pictures()
    body |= {"hashes": visitor.payload("one")}
    with patch.object(operations.bearers, "harden_code", side_effect=TooManyAtOnce):
        answer = visitor.send(body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert visitor.send(body).status_code == 201


def _expired(visitor: Any) -> dict[str, Any]:
    late = timezone.now() - timedelta(hours=12, minutes=1)
    with patch("leeward.victim.portal.views.sending.timezone.now", return_value=late):
        visitor.pass_gate()
        return dict(visitor.open_pictures()[1])


def test_refusals_name_what_is_wrong_and_how_to_mend_it(visitor: Any) -> None:
    visitor.pass_gate()
    _, body = visitor.open_pictures()
    good = body | {"hashes": visitor.payload("one")}
    cases = {
        "bad_hashes": [
            good | {"more": 1},
            {key: value for key, value in good.items() if key != "proof"},
            good | {"consent": False},
            good | {"consent": 1},
            good | {"token": 5},
            *(good | {"proof": proof} for proof in ("1 2 3", 5, [1.5], ["1"], [True] * 3)),
            good | {"hashes": {"spec": "leeward-hashes:1", "pictures": [visitor.picture("x", name="me.jpg")]}},
            "{",
            b"\xff",
        ],
        "nothing": [good | {"hashes": {"spec": "leeward-hashes:1", "pictures": []}}],
        "bad_token": [good | {"token": "x"}, good | {"token": good["token"][:-4] + "AAAA"}, good | {"token": ""}],
        "no_work": [good | {"proof": proof} for proof in ([], [1, 2, 3], [-1] * 3, [10**30] * 3, good["proof"] * 2)],
    }
    for code, bodies in cases.items():
        for each in bodies:
            answer = visitor.send(each)
            assert answer.json()["error"]["code"] == code, each
            assert 400 <= answer.status_code < 500
    assert (AccessCode.objects.count(), Submission.objects.count()) == (0, 0)


def test_a_page_from_yesterday_says_so(visitor: Any) -> None:
    body = _expired(visitor)
    answer = visitor.send(body | {"hashes": visitor.payload("one")})
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "page_too_old")


def test_too_much_is_413(visitor: Any) -> None:
    answer = visitor.send(b" " * (LONGEST_TEXT + 1))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    answer = visitor.send(b" " * (4 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_a_token_is_for_one_purpose(visitor: Any) -> None:
    visitor.protect("one")
    page = visitor.get("add").content.decode()
    token = page.split('data-token="')[1].split('"')[0]
    proof = visitor.prove(page.split('data-challenge="')[1].split('"')[0])
    body = {"token": token, "consent": True, "proof": proof, "hashes": visitor.payload("two")}
    assert visitor.send(body).json()["error"]["code"] == "bad_token"
    assert visitor.send(body, "add-send").status_code == 201


def test_a_token_of_another_case_adds_nothing_here(visitor: Any, neighbour: Any) -> None:
    visitor.protect("one")
    neighbour.protect("two")
    page = visitor.get("add").content.decode()
    body = {
        "token": page.split('data-token="')[1].split('"')[0],
        "consent": True,
        "proof": visitor.prove(page.split('data-challenge="')[1].split('"')[0]),
        "hashes": visitor.payload("three"),
    }
    assert neighbour.send(body, "add-send").json()["error"]["code"] == "bad_token"


def test_the_page_that_sends_needs_its_own_form_token(visitor: Any) -> None:
    strict = type(visitor)(client=type(visitor.client)(enforce_csrf_checks=True))
    assert strict.send({}).status_code == 403


# --- without script -------------------------------------------------------------------------------------------------


def test_pasting_shows_the_code_first_and_then_sends(visitor: Any, neighbour: Any) -> None:
    visitor.pass_gate()
    assert "SHA-256" in visitor.get("paste").content.decode()
    page = visitor.post("paste", {"codes": json.dumps(visitor.payload("one", "two"))})
    assert page.status_code == 200
    code = visitor.code_in(page)
    assert (AccessCode.objects.count(), Submission.objects.count()) == (0, 0)
    hidden = {name: visitor.field_in(page, name) for name in ("codes", "token")}

    saved = visitor.post("numbers", {"token": hidden["token"]})
    assert saved.content.decode() == f"{code}\n"
    assert saved.headers["Content-Disposition"] == 'attachment; filename="numbers.txt"'

    unticked = visitor.post("paste-send", hidden)
    assert unticked.status_code == 422
    assert "Tick the box if you want to send" in unticked.content.decode()
    assert visitor.code_in(unticked) == code
    assert Submission.objects.count() == 0

    sent = visitor.post("paste-send", hidden | {"consent": "on", "kept": "on"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/protect/receipt")
    again = visitor.post("paste-send", hidden | {"consent": "on", "kept": "on"})
    assert again.status_code == 303
    assert Submission.objects.count() == 1
    assert neighbour.enter(code).status_code == 303


def test_pasting_adds_under_an_open_code(visitor: Any) -> None:
    visitor.protect("one")
    page = visitor.post("add-paste", {"codes": visitor.payload("two")["pictures"][0]["sha256"]})
    hidden = {name: visitor.field_in(page, name) for name in ("codes", "token")}
    assert visitor.post("add-paste-send", hidden | {"consent": "on"}).headers["Location"] == "/status/part/pictures"
    text = visitor.client.get("/status/part/pictures").content.decode()
    assert "The new pictures are in" in text
    assert "Picture 2" in text
    assert "The new pictures are in" not in visitor.client.get("/status/part/pictures").content.decode()


@pytest.mark.parametrize("codes", ["", "   ", "me.jpg", "{", "{}", "\x00", "[" * 5000])
def test_unreadable_text_is_explained(visitor: Any, codes: str) -> None:
    visitor.pass_gate()
    page = visitor.post("paste", {"codes": codes})
    assert page.status_code in (200, 422)
    assert "There is a problem" in page.content.decode()


@pytest.mark.parametrize("data", [{}, {"token": "x"}, {"token": "x", "codes": "y", "consent": "on", "kept": "on"}])
def test_a_broken_last_step_is_explained(visitor: Any, data: dict[str, str]) -> None:
    for name in ("paste-send", "numbers"):
        answer = visitor.post(name, data)
        assert answer.status_code == 400
        assert "Load the page again" in answer.content.decode()


def test_tokens_say_nothing_to_those_who_hold_them() -> None:
    made = operations.make_send_token(now=timezone.now())
    assert made.token.code is not None
    assert made.token.code.secret not in made.sealed
    opened = operations.open_token(made.sealed, purpose=TokenPurpose.SEND, now=timezone.now())
    assert opened == made.token
