"""What is sent costs its sender by the number of hashes: a flood ends, its neighbours go on, and nobody pays twice."""

import json
import random
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone
from hashmatch.variants import MOST_SENT_FRAMES

from leeward.foundation.vault.errors import TooManyAtOnce
from leeward.foundation.vault.operations import codes, tries
from leeward.industry.bank.models import Entry, Submission
from leeward.victim.portal import operations
from leeward.victim.portal.rules import work
from leeward.victim.portal.rules.work import (
    FIRST_BITS,
    HASHES_PER_SHARE,
    HASHES_PER_SUM,
    LEAST_HASHES,
    SHARES,
    is_paid,
    price_of,
)
from tests.made_up_hashes import made_up_family, made_up_frames

pytestmark = pytest.mark.postgresql

NODE = shutil.which("node")
ONE = LEAST_HASHES


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shares and sums as they are, but each sum small, and all within one window, whenever a test begins."""
    monkeypatch.setattr(work, "FIRST_BITS", 2)
    counted, began = tries._in_window, timezone.now()
    monkeypatch.setattr(tries, "_in_window", lambda **about: counted(**about | {"now": began}))
    monkeypatch.setattr(tries, "end_of_window", lambda _now: began + timedelta(hours=1))


def _share_for(monkeypatch: pytest.MonkeyPatch, pictures: int) -> None:
    """Let so many sendings of one picture fill a share."""
    monkeypatch.setattr(operations.charging, "HASHES_PER_SHARE", pictures * ONE)


def _sent(visitor: Any, seed: str, *, share: int = 0, address: str = "192.0.2.1") -> Any:
    """Send one picture, with the sums of this share."""
    visitor.pass_gate()
    page = visitor.get("pictures").content.decode()
    token, challenge = (page.split(f'data-{name}="')[1].split('"')[0] for name in ("token", "challenge"))
    body = {"token": token, "consent": True, "proof": visitor.prove(challenge, ONE, share)}
    return visitor.client.post(
        "/protect/send",
        json.dumps(body | {"hashes": visitor.payload(seed)}),
        content_type="application/json",
        REMOTE_ADDR=address,
    )


def test_the_price_follows_the_hashes_and_doubles_with_each_share() -> None:
    assert [price_of(hashes=hashes, share=0).sums for hashes in (21, 24, 25, 630)] == [3, 3, 4, 79]
    assert [price_of(hashes=21, share=share).bits for share in range(3)] == [2, 3, 4]
    assert (FIRST_BITS, HASHES_PER_SUM) == (14, 8)


def test_a_proof_is_of_this_challenge_and_each_place() -> None:
    price = price_of(hashes=630, share=3)
    proof = [next(n for n in range(10**6) if is_paid_at(place, n, price.bits)) for place in range(price.sums)]
    assert is_paid(challenge="c", proof=proof, price=price)
    assert not is_paid(challenge="d", proof=proof, price=price)
    assert not is_paid(challenge="c", proof=proof[1:], price=price)
    assert not is_paid(challenge="c", proof=[*proof[:-1], -1], price=price)
    assert not is_paid(challenge="c", proof=[*proof[1:], proof[0]], price=price)


def is_paid_at(place: int, number: int, bits: int) -> bool:
    return work._zero_bits(f"c:{place}:{number}") >= bits


def test_a_network_that_sent_much_is_asked_for_more_work_and_then_goes_on(
    visitor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _share_for(monkeypatch, 2)
    visitor.pass_gate()
    assert [_sent(visitor, seed).status_code for seed in "ab"] == [201, 201]
    asked = _sent(visitor, "c")
    assert (asked.status_code, asked.json()["error"]["code"]) == (400, "no_work")
    assert asked.json()["error"]["work"] == {"sums": 3, "bits": 3}
    assert Submission.objects.count() == 2
    assert _sent(visitor, "c", share=1).status_code == 201
    assert _sent(visitor, "d", address="2001:db8::1").status_code == 201  # another network is asked for nothing more


def test_what_was_asked_for_more_work_counts_once(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _share_for(monkeypatch, 1)
    visitor.pass_gate()
    assert _sent(visitor, "a").status_code == 201
    assert {_sent(visitor, "b").status_code for _ in range(5)} == {400}
    assert _sent(visitor, "b", share=1).status_code == 201


def test_no_proof_brings_more_than_all_shares(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _share_for(monkeypatch, 1)
    visitor.pass_gate()
    answers = [_sent(visitor, str(number), share=min(number, SHARES - 1)) for number in range(SHARES + 2)]
    assert [answer.status_code for answer in answers] == [201] * SHARES + [429] * 2
    assert answers[-1].json()["error"]["code"] == "too_many_tries"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert _sent(visitor, "elsewhere", address="198.51.100.7").status_code == 201


def test_busy_places_count_nothing(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _share_for(monkeypatch, 1)
    visitor.pass_gate()
    with patch.object(operations.bearers, "harden_code", side_effect=TooManyAtOnce):
        assert {_sent(visitor, "a").status_code for _ in range(3)} == {429}
    assert _sent(visitor, "a").status_code == 201


def test_the_flood_of_hashes_ends(visitor: Any) -> None:
    """Sixteen videos of 3,000 frames a sending: three of them once brought 144,096 entries."""
    visitor.pass_gate()
    visitor.pass_gate()
    page = visitor.get("pictures").content.decode()
    token, challenge = (page.split(f'data-{name}="')[1].split('"')[0] for name in ("token", "challenge"))
    chance = random.Random(7)
    films = {
        frames: [
            visitor.picture(f"{frames}/{n}", kind="video", path="webcodecs", pdq=made_up_frames(chance, frames))
            for n in range(15)
        ]
        for frames in (MOST_SENT_FRAMES + 1, MOST_SENT_FRAMES)
    }
    for frames, films_of_it in films.items():
        hashes = 15 * (frames + 2)
        body = {
            "token": token,
            "consent": True,
            "proof": visitor.prove(challenge, hashes),
            "hashes": {"spec": "leeward-hashes:1", "pictures": films_of_it},
        }
        answer = visitor.send(body)
        assert answer.status_code == (201 if frames == MOST_SENT_FRAMES else 422), answer.content
    assert Entry.objects.count() == hashes
    assert SHARES * HASHES_PER_SHARE == 7_500  # the most that a network brings in ten minutes, with script


def test_a_sending_costs_one_slow_hash_and_few_queries_however_many_pictures(
    visitor: Any, django_assert_max_num_queries: Any
) -> None:
    chance = random.Random(3)
    visitor.pass_gate()
    visitor.pass_gate()
    page = visitor.get("pictures").content.decode()
    token, challenge = (page.split(f'data-{name}="')[1].split('"')[0] for name in ("token", "challenge"))
    pictures = [visitor.picture(f"{n}", pdq=made_up_family(chance)) for n in range(30)]
    body = {"token": token, "consent": True, "proof": visitor.prove(challenge, 30 * 21)}
    with (
        patch.object(codes, "derive_code_keys", wraps=codes.derive_code_keys) as slow,
        django_assert_max_num_queries(60),
    ):
        answer = visitor.send(body | {"hashes": {"spec": "leeward-hashes:1", "pictures": pictures}})
    assert answer.status_code == 201
    assert slow.call_count == 1


def test_pasting_is_counted_in_hashes_and_asks_for_patience(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _share_for(monkeypatch, 3)
    visitor.pass_gate()
    answers = []
    for number in range(4):
        visitor.pass_gate()
        page = visitor.post("paste", {"codes": json.dumps(visitor.payload(str(number)))})
        hidden = {name: visitor.field_in(page, name) for name in ("codes", "token")}
        answers.append(visitor.post("paste-send", hidden | {"consent": "on", "kept": "on"}))
    assert [answer.status_code for answer in answers] == [303] * 3 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Nothing is lost. Press the button again" in answers[-1].content.decode()
    assert Submission.objects.count() == 3


@pytest.mark.skipif(NODE is None, reason="needs Node")
def test_the_pages_sums_are_those_that_the_server_asks_for() -> None:
    script = """
      import { startWork } from "./leeward/victim/portal/js/work.js";
      const work = startWork("challenge");
      const early = work.prove({ sums: 9, bits: 3 }, "reading");
      const first = await work.prove({ sums: 4, bits: 6 }, "waiting");
      const second = await work.prove({ sums: 4, bits: 9 }, "waiting");
      console.log(JSON.stringify([await early, first, second]));
    """
    done = subprocess.run(
        [str(NODE), "--input-type=module", "-e", script], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    early, first, second = json.loads(done.stdout)
    assert early is None
    for proof, bits in ((first, 6), (second, 9)):
        assert is_paid(challenge="challenge", proof=proof, price=work.Price(sums=4, bits=bits))
