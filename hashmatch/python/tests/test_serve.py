"""The matcher service answers as the library does, refuses in plain words, and never tells what it was asked."""

import asyncio
import contextlib
import functools
import hashlib
import io
import json
import logging
import math
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import hashmatch.serve.app
import numpy as np
import pytest
from hashmatch.bank import Bank, BankWriter, Changes, Facts
from hashmatch.entries import Entry, Tier
from hashmatch.errors import MatcherError
from hashmatch.hashes import HASH_TYPES, HashValue, Md5Hash, PdqHash, Sha256Hash, VideoMd5Hash
from hashmatch.kernels import name_form
from hashmatch.pdq import hash_image, hash_views
from hashmatch.serve import batch_form
from hashmatch.serve.app import Service, build_app
from hashmatch.serve.batch_form import BatchAnswer, BatchQuestion
from hashmatch.serve.command import serve_command
from hashmatch.serve.envelope import WithoutExceptions
from hashmatch.serve.follower import Follower, Source
from hashmatch.serve.hasher import describe_frames
from hashmatch.serve.holder import BankHolder
from hashmatch.serve.metrics import Metrics
from hashmatch.serve.settings import Settings
from hashmatch.serve.workers import WorkerPool
from hashmatch.video import hash_video
from hashmatch.video.decoder import load_opencv
from how_often import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matcher_service import DEADLINE, InProcess, Reply, wait_until
from PIL import Image

RANDOM = np.random.default_rng(5)
BANK_ROWS = RANDOM.integers(0, 256, (400, 32), np.uint8)
SECRET = "a-token-long-enough"
BATCH, FILE = batch_form.MEDIA_TYPE, "application/octet-stream"


def pdq(row: Any) -> PdqHash:
    return PdqHash(bytes(row))


def near(one: PdqHash, distance: int) -> PdqHash:
    return PdqHash((int.from_bytes(one.bytes, "big") ^ ((1 << distance) - 1)).to_bytes(32, "big"))


def bank_entries() -> list[Entry]:
    """Half of them verified, some plain, some of unknown quality, and ten within a few bits of each other."""
    cluster = [near(pdq(BANK_ROWS[0]), distance) for distance in range(1, 10)]
    hashes = [*(pdq(row) for row in BANK_ROWS), *cluster]
    qualities = (None, 100, 79, 80, 49, 50)
    entries = [
        Entry(
            one,
            tier=Tier.VERIFIED if number % 2 else Tier.SUBMITTED,
            variant=("upright", "rot90", "crop04")[number % 3],
            quality=qualities[number % len(qualities)],
            family=f"family-{number // 8}",
        )
        for number, one in enumerate(hashes)
    ]
    exact = (Md5Hash(b"m" * 16), VideoMd5Hash(b"v" * 16), Sha256Hash(b"s" * 32))
    return entries + [Entry(one, harm="intimate_image_abuse") for one in exact]


def write_bank(path: Path, *entries: Entry, removed: tuple[HashValue, ...] = ()) -> None:
    with BankWriter(path) as writer:
        writer.apply(Changes(Facts(cursor="c7"), entries, removed))


@pytest.fixture(scope="module")
def bank_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Most entries in the arrays, the last ones in the journal."""
    path = tmp_path_factory.mktemp("bank") / "bank"
    entries = bank_entries()
    write_bank(path, *entries[:300])
    with BankWriter(path) as writer:
        writer.rewrite()
    write_bank(path, *entries[300:])
    return path


@pytest.fixture(scope="module")
def bank(bank_file: Path) -> Bank:
    return Bank.open(bank_file)


@pytest.fixture(scope="module")
def caller(bank_file: Path) -> Iterator[InProcess]:
    """A service with small limits and one worker."""
    limits = Settings(
        file_workers=1,
        search_threads=2,
        json_hashes=50,
        json_matches=50 * 100,
        batch_hashes=500,
        batch_matches=500 * 100,
        largest_file=4 << 20,
        largest_json=40_000,
    )
    with InProcess(build_app(Service(BankHolder(bank_file, limits), limits))).running() as running:
        yield running


def error_of(reply: Reply) -> dict[str, str]:
    error: dict[str, str] = reply.json["error"]
    assert error.keys() == {"code", "message", "how"}
    assert all(error.values())
    return error


def as_printed(bank: Bank, one: HashValue, **options: Any) -> list[dict[str, Any]]:
    """The matches in the words of `hashmatch match`, in an order that does not depend on ids."""
    listed = [
        {"distance": found.distance, "needs_person": found.needs_person, **found.entry.to_wire()}
        for found in bank.match(one, **options)
    ]
    return sorted(listed, key=lambda match: (match["distance"], match["hash"]))


def in_order(matches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert [match["distance"] for match in matches] == sorted(match["distance"] for match in matches)
    return sorted(matches, key=lambda match: (match["distance"], match["hash"]))


# Hashes as JSON


def test_json_gives_what_the_library_gives(caller: InProcess, bank: Bank) -> None:
    one = pdq(BANK_ROWS[0])
    hashes = [one, near(one, 20), near(pdq(BANK_ROWS[8]), 29), near(pdq(BANK_ROWS[350]), 3), PdqHash(bytes(32))]
    exact = [Md5Hash(b"m" * 16), VideoMd5Hash(b"v" * 16), Sha256Hash(b"s" * 32), VideoMd5Hash(b"m" * 16)]
    body = {"hashes": [{"hash": one.hex, "hash_type": one.TYPE_NAME} for one in (*hashes, *exact)]}
    reply = caller.post(body)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    results = reply.json["results"]
    for wanted, result in zip((*hashes, *exact), results, strict=True):
        assert (result["hash"], result["hash_type"], result["truncated"]) == (wanted.hex, wanted.TYPE_NAME, False)
        assert in_order(result["matches"]) == as_printed(bank, wanted)
    assert [len(result["matches"]) for result in results] == [len(bank.match(one)) for one in (*hashes, *exact)]
    assert list(results[0]["matches"][0])[:3] == ["hash", "distance", "needs_person"]
    assert sum(bool(result["matches"]) for result in results) == 7


@pytest.mark.parametrize(
    "body",
    [
        {"hashes": pdq(BANK_ROWS[1]).hex},
        {"hashes": [pdq(BANK_ROWS[1]).hex.upper()]},
        {"hashes": {"hash": pdq(BANK_ROWS[1]).hex}},
        {"hashes": {"hash": pdq(BANK_ROWS[1]).hex}, "hash_type": "pdq", "distance": 0, "limit": 1},
    ],
)
def test_a_single_hash_may_be_written_in_short(caller: InProcess, body: Any) -> None:
    results = caller.post(body).json["results"]
    assert [match["hash"] for match in results[0]["matches"]] == [pdq(BANK_ROWS[1]).hex]


def test_a_long_list_is_answered_by_a_thread_all_the_same(caller: InProcess, bank: Bank) -> None:
    hashes = [pdq(row) for row in BANK_ROWS[:50]]
    results = caller.post({"hashes": [one.hex for one in hashes]}).json["results"]
    assert [in_order(result["matches"]) for result in results] == [as_printed(bank, one) for one in hashes]


def test_distance_and_limit_of_a_request_are_kept(caller: InProcess, bank: Bank) -> None:
    one = pdq(BANK_ROWS[0])
    cut = caller.post({"hashes": one.hex, "limit": 3}).json["results"][0]
    whole = caller.post({"hashes": one.hex, "distance": 4}).json["results"][0]
    assert (len(cut["matches"]), cut["truncated"], whole["truncated"]) == (3, True, False)
    assert cut["matches"] == whole["matches"][:3]
    assert in_order(whole["matches"]) == as_printed(bank, one, max_distance=4)
    assert len(whole["matches"]) < len(bank.match(one))


def test_a_plain_picture_needs_a_person_or_is_not_compared(caller: InProcess) -> None:
    text = pdq(BANK_ROWS[1]).hex
    found = [
        caller.post({"hashes": [{"hash": text, "quality": quality}]}).json["results"][0]
        for quality in (100, 80, 79, 50, 49, 0)
    ]
    asked = [[match["needs_person"] for match in one["matches"]] for one in found]
    assert asked == [[False], [False], [True], [True], [], []]
    assert [one["compared"] for one in found] == [True] * 4 + [False] * 2
    assert "its quality is 49" in found[4]["reason"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b"\xff\xfe", "bad_json"),
        (b"[" * 30_000, "bad_json"),
        (b'{"hashes": ' + b"1" * 5000 + b"}", "bad_json"),
        (b"[]", "bad_request"),
        ({}, "bad_request"),
        ({"hashes": 5}, "bad_request"),
        ({"hashes": [None]}, "bad_request"),
        ({"hashes": [{"hash": 5}]}, "bad_request"),
        ({"hashes": "abc"}, "bad_hash"),
        ({"hashes": "z" * 64}, "bad_hash"),
        ({"hashes": "0" * 32}, "bad_hash"),
        ({"hashes": "0" * 31, "hash_type": "md5"}, "bad_hash"),
        ({"hashes": "0" * 64, "hash_type": "tmk"}, "bad_hash_type"),
        ({"hashes": [{"hash": "0" * 64, "hash_type": ["pdq"]}]}, "bad_hash_type"),
        ({"hashes": "0" * 64, "distnace": 3}, "unknown_field"),
        ({"hashes": [{"hash": "0" * 64, "qualiti": 3}]}, "unknown_field"),
        ({"hashes": [{"hash": "0" * 64, "quality": 101}]}, "bad_quality"),
        ({"hashes": [{"hash": "0" * 64, "quality": True}]}, "bad_quality"),
        ({"hashes": "0" * 64, "distance": 32}, "bad_distance"),
        ({"hashes": "0" * 64, "distance": -1}, "bad_distance"),
        ({"hashes": "0" * 64, "distance": "3"}, "bad_distance"),
        ({"hashes": "0" * 64, "distance": True}, "bad_distance"),
        ({"hashes": "0" * 64, "limit": 0}, "bad_limit"),
        ({"hashes": "0" * 64, "limit": 5001}, "bad_limit"),
        ({"hashes": "0" * 64, "limit": 1.5}, "bad_limit"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(caller: InProcess, body: Any, code: str) -> None:
    reply = caller.post(body, "application/json")
    assert reply.status == 400
    error = error_of(reply)
    assert error["code"] == code
    assert "z" * 64 not in reply.body.decode()


def test_too_much_is_refused_before_it_is_read(caller: InProcess) -> None:
    assert error_of(caller.post({"hashes": ["0" * 64] * 51}))["code"] == "too_many"
    reply = caller.post(b" " * 40_001, "application/json")
    assert (reply.status, error_of(reply)["code"]) == (413, "too_large")
    reply = caller.post(b"", "application/json", **{"content-length": "9" * 5000})
    assert (reply.status, error_of(reply)["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("media_type", "says"),
    [
        (None, "application/octet-stream"),
        ("text/plain", "application/json"),
        ("application/x-www-form-urlencoded", "application/json"),
        ("multipart/form-data; boundary=x", "curl -H 'Content-Type: application/octet-stream' --data-binary"),
    ],
)
def test_another_type_is_told_the_right_one(caller: InProcess, media_type: str | None, says: str) -> None:
    reply = caller.post(b"x", media_type)
    assert reply.status == 415
    assert says in error_of(reply)["how"]


def test_other_addresses_and_methods_are_named(caller: InProcess) -> None:
    assert error_of(caller.ask("GET", "/nothing"))["code"] == "not_found"
    assert error_of(caller.ask("GET", "/match/"))["code"] == "not_found"
    reply = caller.ask("GET", "/match")
    assert (reply.status, reply.headers["allow"], error_of(reply)["code"]) == (405, "POST", "wrong_method")
    assert caller.ask("PUT", "/health").status == 405
    reply = caller.post(b"x", "application/json", **{"content-encoding": "gzip"})
    assert reply.status == 415


def test_every_answer_has_the_headers_and_none_lets_browsers_in(caller: InProcess) -> None:
    replies = [
        caller.post({"hashes": []}),
        caller.post(b"{"),
        caller.ask("GET", "/nothing"),
        caller.ask("GET", "/health"),
        caller.ask("GET", "/"),
        caller.ask("OPTIONS", "/match", headers={"Access-Control-Request-Method": "POST"}),
        caller.post({"hashes": []}, Origin="https://a.example"),
    ]
    assert [reply.status for reply in replies] == [200, 415, 404, 200, 200, 405, 403]
    for reply in replies:
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"].startswith("default-src 'none'")
        assert not [name for name in reply.headers if name.startswith("access-control")]
    assert b"POST /match" in replies[4].body


# Hashes as bytes


def batch(
    hashes: Any,
    *,
    quality: Any = None,
    distance: int | None = None,
    limit: int | None = None,
    with_repeats: bool = False,
) -> bytes:
    question = BatchQuestion(np.asarray(hashes, np.uint8), quality, distance, limit, with_repeats)
    return batch_form.write_question(question)


def rows_of(answer: BatchAnswer, number: int) -> list[tuple[Any, ...]]:
    span = slice(int(answer.bounds[number]), int(answer.bounds[number + 1]))
    columns = (answer.hashes, answer.distances, answer.needs_person, answer.is_verified, answer.variant, answer.quality)
    return [
        (pdq(row), *numbers, answer.variant_names[variant], quality)
        for row, *numbers, variant, quality in zip(*(column[span].tolist() for column in columns), strict=True)
    ]


def test_the_binary_form_gives_what_the_library_gives(caller: InProcess, bank: Bank) -> None:
    queries = BANK_ROWS.copy()
    queries[::2, 5] ^= 0xFF
    queries[::5, 9:12] ^= 0xFF
    reply = caller.post(batch(queries), BATCH)
    assert (reply.status, reply.headers["content-type"]) == (200, BATCH)
    answer = batch_form.read_answer(reply.body)
    assert (len(answer), answer.is_cut.any()) == (len(queries), False)
    for number, row in enumerate(queries):
        expected = [
            (
                found.entry.hash,
                found.distance,
                found.needs_person,
                found.entry.tier is Tier.VERIFIED,
                found.entry.variant,
                255 if found.entry.quality is None else found.entry.quality,
            )
            for found in bank.match(pdq(row))
        ]
        assert sorted(rows_of(answer, number)) == sorted(expected)
    assert len(answer.distances) > 300


def test_the_binary_form_keeps_distance_limit_and_quality(caller: InProcess) -> None:
    queries = BANK_ROWS[[0, 1, 3]]
    answer = batch_form.read_answer(caller.post(batch(queries, limit=2), BATCH).body)
    assert (np.diff(answer.bounds).tolist(), answer.is_cut.tolist()) == ([2, 1, 1], [True, False, False])
    answer = batch_form.read_answer(caller.post(batch(queries, distance=0), BATCH).body)
    assert np.diff(answer.bounds).tolist() == [1, 1, 1]
    quality = np.array([49, 79, 255], np.uint8)
    answer = batch_form.read_answer(caller.post(batch(queries, quality=quality), BATCH).body)
    assert np.diff(answer.bounds).tolist() == [0, 1, 1]
    assert answer.needs_person.tolist() == [True, False]
    assert (answer.is_compared.tolist(), answer.is_cut.any()) == ([False, True, True], False)


def test_an_empty_batch_is_answered(caller: InProcess) -> None:
    answer = batch_form.read_answer(caller.post(batch(np.empty((0, 32))), BATCH).body)
    assert (len(answer), len(answer.distances)) == (0, 0)


def test_the_bytes_are_those_of_the_table(caller: InProcess) -> None:
    row = BANK_ROWS[1].tobytes()
    question = b"HMBQ" + bytes([1, 0, 1, 0, 1, 0, 0, 0, 5, 0, 0, 0, 31, 0]) + bytes(6) + row + bytes([90])
    assert batch(BANK_ROWS[1:2], quality=np.array([90], np.uint8), distance=31, limit=5) == question
    body = caller.post(question, BATCH).body
    names = b"upright\nrot90\ncrop04"
    head = b"HMBA" + bytes([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, len(names), 0, 0, 0, 0, 0, 0, 0])
    assert body == head + bytes([0, 0, 0, 0, 1, 0, 0, 0]) + row + bytes([0, 100, 1, 2, 0]) + names


GOOD = batch(BANK_ROWS[:3])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_batch"),
        (GOOD[:23], 400, "bad_batch"),
        (b"JUNK" + GOOD[4:], 400, "bad_batch"),
        (GOOD[:-1], 400, "bad_batch"),
        (GOOD + b"x", 400, "bad_batch"),
        (GOOD[:6] + b"\x04" + GOOD[7:], 400, "bad_batch"),
        (GOOD[:20] + b"\x01" + GOOD[21:], 400, "bad_batch"),
        (GOOD[:4] + b"\x02" + GOOD[5:], 400, "wrong_version"),
        (batch(BANK_ROWS[:1], quality=np.array([101], np.uint8)), 400, "bad_quality"),
        (batch(BANK_ROWS[:1], distance=32), 400, "bad_distance"),
        (batch(BANK_ROWS[:1], limit=50_001), 400, "bad_limit"),
        (GOOD[:8] + b"\xff\xff\xff\xff" + GOOD[12:], 413, "too_many"),
        (batch(np.zeros((520, 32))), 413, "too_large"),
    ],
)
def test_wrong_bytes_are_named(caller: InProcess, body: bytes, status: int, code: str) -> None:
    reply = caller.post(body, BATCH)
    assert (reply.status, error_of(reply)["code"]) == (status, code)


@pytest.mark.parametrize("cut", [0, 10, 30, 60, 61])
def test_a_client_refuses_an_answer_that_is_not_whole(caller: InProcess, cut: int) -> None:
    body = caller.post(GOOD, BATCH).body
    with pytest.raises(MatcherError):
        batch_form.read_answer(body[:cut])
    with pytest.raises(MatcherError):
        batch_form.read_answer(body[:-1])
    with pytest.raises(MatcherError, match="version"):
        batch_form.read_answer(body[:4] + b"\x09" + body[5:])


# How often it came


@pytest.fixture(scope="module")
def counting(bank_file: Path) -> Iterator[InProcess]:
    limits = Settings(file_workers=1, repeats_seconds=3600, most_repeats=50_000)
    with InProcess(build_app(Service(BankHolder(bank_file, limits), limits))).running() as running:
        yield running


def told_of(matches: list[dict[str, Any]]) -> list[tuple[int, bool, int]]:
    return [(match.pop("seen"), match.pop("first"), match.pop("entry_seen")) for match in matches]


def numbers_of(running: InProcess) -> list[str]:
    return running.ask("GET", "/metrics").body.decode().splitlines()


def repeated_matches(running: InProcess) -> float:
    name = 'hashmatch_repeated_matches_total{form="json"} '
    return next(float(line.removeprefix(name)) for line in numbers_of(running) if line.startswith(name))


def test_an_upload_that_comes_again_matches_as_before_and_is_first_once(counting: InProcess, bank: Bank) -> None:
    asked, before = pdq(BANK_ROWS[0]), repeated_matches(counting)
    for number in range(1, 4):
        matches = counting.post({"hashes": asked.hex}).json["results"][0]["matches"]
        assert len(matches) == 8
        assert told_of(matches) == [(number, number == 1, number)] * len(matches)
        assert in_order(matches) == as_printed(bank, asked)
    another = counting.post({"hashes": [near(asked, 20).hex, asked.hex]}).json["results"]
    assert [told_of(one["matches"])[0] for one in another] == [(1, True, 4), (4, False, 5)]
    assert counting.post({"hashes": "0" * 64}).json["results"][0]["matches"] == []
    digest = {"hashes": {"hash": "6d" * 16, "hash_type": "md5"}}
    answers = [counting.post(digest).json["results"][0]["matches"] for _ in range(2)]
    assert [told_of(one) for one in answers] == [[(1, True, 1)], [(2, False, 2)]]
    assert repeated_matches(counting) - before == 3 * 8 + 1
    assert "hashmatch_repeat_counters_pushed_out 0.0" in numbers_of(counting)
    assert b"seen within 3600 seconds" in counting.ask("GET", "/").body


def test_a_batch_counts_when_it_asks_to(counting: InProcess) -> None:
    """Beside the other columns, which are the same with and without."""
    rows = BANK_ROWS[[101, 102, 101]]
    plain = batch_form.read_answer(counting.post(batch(rows), BATCH).body)
    assert (plain.seen, plain.entry_seen) == (None, None)
    again = rows[1:] ^ np.eye(1, 32, dtype=np.uint8)
    bodies = [counting.post(batch(one, with_repeats=True), BATCH).body for one in (rows, again, rows[:0])]
    first, second, empty = map(batch_form.read_answer, bodies)
    assert first.seen is not None
    assert first.entry_seen is not None
    assert (first.seen.tolist(), first.entry_seen.tolist()) == ([1, 1, 2], [1, 1, 2])
    assert second.seen is not None
    assert second.entry_seen is not None
    assert (second.seen.tolist(), second.entry_seen.tolist()) == ([1, 1], [2, 3])
    assert empty.seen is not None
    assert len(empty.seen) == 0
    for name in ("bounds", "hashes", "distances", "quality", "variant", "needs_person", "is_verified", "is_cut"):
        assert np.array_equal(getattr(plain, name), getattr(first, name))
    assert plain.variant_names == first.variant_names
    assert counting.post({"hashes": pdq(BANK_ROWS[101]).hex}).json["results"][0]["matches"][0]["seen"] == 3
    for cut in range(1, 30):
        with pytest.raises(MatcherError):
            batch_form.read_answer(bodies[0][:-cut])


def test_counters_go_with_their_window_though_nobody_asks(bank_file: Path) -> None:
    limits = Settings(file_workers=1, repeats_seconds=0.05, forget_seconds=0.01)
    service = Service(BankHolder(bank_file, limits), limits)
    with InProcess(build_app(service)).running() as running:
        assert running.post({"hashes": pdq(BANK_ROWS[1]).hex}).json["results"][0]["matches"][0]["first"]
        assert service.repeats is not None
        wait_until(lambda: len(service.repeats or "") == 0, what="the counters are gone")


def test_a_service_that_does_not_count_says_nothing_of_it(caller: InProcess) -> None:
    matches = caller.post({"hashes": pdq(BANK_ROWS[1]).hex}).json["results"][0]["matches"]
    assert not matches[0].keys() & {"seen", "first", "entry_seen"}
    answer = batch_form.read_answer(caller.post(batch(BANK_ROWS[:3], with_repeats=True), BATCH).body)
    assert (answer.seen, len(answer.distances)) == (None, 10)
    assert b"seen within" not in caller.ask("GET", "/").body


def test_many_callers_at_once_are_told_of_one_first(counting: InProcess) -> None:
    """As a list so long that threads search it, and as single hashes, by the form in bytes besides."""
    asked = pdq(BANK_ROWS[107]).hex
    calls: list[tuple[bytes, str]] = [
        (json.dumps({"hashes": [asked] * 30, "limit": 5}).encode(), "application/json"),
        (json.dumps({"hashes": [asked]}).encode(), "application/json"),
    ] * 10
    futures = [counting.start("POST", "/match", body=body, headers={"content-type": kind}) for body, kind in calls]
    replies = [future.result(DEADLINE).json["results"] for future in futures]
    seen = [match["seen"] for results in replies for result in results for match in result["matches"]]
    assert sorted(seen) == list(range(1, 311))


# Any bytes: an answer or a refusal, never a failure

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
HASH_TEXTS = st.text("0123456789abcdefABCDEFg", max_size=66) | st.just("0" * 64) | st.just("f" * 32)
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "hash": HASH_TEXTS | JSON_VALUES,
        "hash_type": st.sampled_from(list(HASH_TYPES)) | JSON_VALUES,
        "quality": st.integers(-1, 101) | JSON_VALUES,
    },
)
QUESTIONS = st.fixed_dictionaries(
    {"hashes": st.lists(HASH_TEXTS | ITEMS | JSON_VALUES, max_size=4) | ITEMS | HASH_TEXTS | JSON_VALUES},
    optional={
        "hash_type": st.sampled_from(list(HASH_TYPES)) | JSON_VALUES,
        "distance": st.integers(-1, 33) | JSON_VALUES,
        "limit": st.integers(-1, 6000) | JSON_VALUES,
        "other": JSON_VALUES,
    },
)


def refused_or_answered(reply: Reply) -> None:
    if reply.status != 200:
        assert reply.status in (400, 413, 415, 422)
        error_of(reply)


@settings(max_examples=examples(300), deadline=None)
@given(QUESTIONS | JSON_VALUES)
def test_any_json_is_answered_or_refused(caller: InProcess, values: Any) -> None:
    reply = caller.post(json.dumps(values).encode(), "application/json")
    refused_or_answered(reply)
    if reply.status == 200:
        asked = values["hashes"]
        assert len(reply.json["results"]) == (len(asked) if isinstance(asked, list) else 1)


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["application/json", BATCH]))
@example(b"\xef\xbb\xbf{}", "application/json")
def test_any_bytes_are_answered_or_refused(caller: InProcess, body: bytes, media_type: str) -> None:
    refused_or_answered(caller.post(body, media_type))


@settings(max_examples=examples(300), deadline=None)
@given(st.data())
def test_a_batch_with_any_bytes_changed_is_answered_or_refused(caller: InProcess, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 4))
    quality = np.full(count, 90, np.uint8) if data.draw(st.booleans()) else None
    body = bytearray(batch(BANK_ROWS[:count], quality=quality))
    for _ in range(data.draw(st.integers(0, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    del body[len(body) - data.draw(st.integers(0, 3)) :]
    reply = caller.post(bytes(body), BATCH)
    refused_or_answered(reply)
    if reply.status == 200:
        assert len(batch_form.read_answer(reply.body)) == int.from_bytes(body[8:12], "little")


@settings(max_examples=examples(100), deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.dictionaries(st.sampled_from(["distance", "limit"]), st.text()))
def test_any_type_address_and_parameter_is_refused_in_plain_words(
    caller: InProcess, media_type: str, path: str, parameters: dict[str, str]
) -> None:
    media_type = media_type.encode("ascii", "replace").decode()
    reply = caller.post(b"x", media_type)
    assert reply.status in (400, 415)
    error_of(reply)
    assert caller.ask("GET", f"/-{path.replace('?', '')}").status == 404
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    assert caller.post(b"not a picture", FILE, f"/match?{query}").status in (400, 422)


# Files


@pytest.fixture(scope="module")
def pictures() -> dict[str, bytes]:
    """A photograph in several forms, and things that are none."""
    grid = RANDOM.integers(0, 256, (8, 8, 3), np.uint8)
    photo = Image.fromarray(grid).resize((320, 240), Image.Resampling.BICUBIC)
    forms = {}
    for name, options in (("png", {}), ("jpeg", {"quality": 60})):
        stream = io.BytesIO()
        photo.save(stream, name, **options)
        forms[name] = stream.getvalue()
    stream = io.BytesIO()
    Image.new("RGB", (200, 200), "grey").save(stream, "png")
    cut = {"cut": forms["jpeg"][:300], "torn": forms["png"][: len(forms["png"]) * 3 // 4]}
    return forms | cut | {"plain": stream.getvalue(), "text": b"hello", "empty": b""}


@pytest.fixture(scope="module")
def file_caller(tmp_path_factory: pytest.TempPathFactory, pictures: dict[str, bytes]) -> Iterator[InProcess]:
    """A service whose bank knows the photograph, and the digest of a file that is no picture."""
    path = tmp_path_factory.mktemp("files") / "bank"
    photo, plain = hash_image(pictures["png"]), hash_image(pictures["plain"])
    text = Md5Hash.from_hex("5d41402abc4b2a76b9719d911017c592")
    known = (Entry(photo.hash, quality=photo.quality), Entry(plain.hash), Entry(text), Entry(VideoMd5Hash(text.bytes)))
    write_bank(path, *known)
    limits = Settings(file_workers=1, largest_file=1 << 20, repeats_seconds=3600)
    with InProcess(build_app(Service(BankHolder(path, limits), limits))).running() as running:
        yield running


@pytest.mark.parametrize(("form", "media_type"), [("png", "image/png"), ("jpeg", "image/jpeg"), ("jpeg", FILE)])
def test_a_picture_is_hashed_and_matched(
    file_caller: InProcess, pictures: dict[str, bytes], form: str, media_type: str
) -> None:
    reply = file_caller.post(pictures[form], media_type)
    qualified = hash_image(pictures[form])
    assert reply.status == 200
    assert (reply.json["pdq"], reply.json["quality"]) == (qualified.hash.hex, qualified.quality)
    assert [match["distance"] for match in reply.json["matches"]] == [
        qualified.hash.distance(hash_image(pictures["png"]).hash)
    ]
    assert not reply.json["truncated"]


def test_files_that_are_no_picture_are_matched_by_digest_or_refused(
    file_caller: InProcess, pictures: dict[str, bytes]
) -> None:
    reply = file_caller.post(pictures["text"], FILE)
    assert reply.status == 200
    assert [match["hash_type"] for match in reply.json["matches"]] == ["md5", "video_md5"]
    assert reply.json["pdq"] is None
    assert "not a picture" in reply.json["picture_error"]
    assert (reply.json["compared"], reply.json["reason"]) == (False, reply.json["picture_error"])
    for name in ("cut", "empty"):
        reply = file_caller.post(pictures[name], "image/jpeg")
        assert (reply.status, error_of(reply)["code"]) == (422, "unreadable")


def test_a_picture_cut_short_is_hashed_as_it_is_shown(file_caller: InProcess, pictures: dict[str, bytes]) -> None:
    reply = file_caller.post(pictures["torn"], FILE)
    found = hash_views(pictures["torn"])
    assert (reply.status, reply.json["compared"], reply.json["note"]) == (200, True, found.note)
    assert reply.json["pdq"] == found.pdq.hash.hex
    assert reply.json.get("others", []) == [[one.hash.hex, one.quality] for one in found.others]
    assert found.note is not None


def test_a_plain_picture_is_not_matched_by_chance(file_caller: InProcess, pictures: dict[str, bytes]) -> None:
    reply = file_caller.post(pictures["plain"], "image/png")
    assert (reply.status, reply.json["matches"], reply.json["compared"]) == (200, [], False)
    assert f"its quality is {reply.json['quality']}" in reply.json["reason"]


def test_limits_of_a_file_request_come_in_the_address(file_caller: InProcess, pictures: dict[str, bytes]) -> None:
    assert file_caller.post(pictures["png"], FILE, "/match?distance=0&limit=1").json["matches"][0]["distance"] == 0
    for wrong in ("distance=32", "distance=x", "distance=-1", "limit=0", "limit=99999999999"):
        assert file_caller.post(pictures["png"], FILE, f"/match?{wrong}").status == 400
    assert file_caller.post(bytes((1 << 20) + 1), FILE).status == 413


def test_a_file_is_the_same_upload_by_what_is_seen_of_it(file_caller: InProcess, pictures: dict[str, bytes]) -> None:
    """Whatever its bytes, and also as a hash; where nothing is seen of it, by its bytes."""
    before = file_caller.post(pictures["jpeg"], FILE).json
    hashes = {"hashes": before["pdq"]}
    answers = [
        file_caller.post(pictures["jpeg"] + b"something behind the picture", FILE).json["matches"],
        file_caller.post(hashes).json["results"][0]["matches"],
    ]
    assert before["matches"][0]["seen"] >= 1
    assert [one[0]["seen"] - before["matches"][0]["seen"] for one in answers] == [1, 2]
    texts = [file_caller.post(pictures["text"], FILE).json["matches"] for _ in range(2)]
    assert [[later["seen"] - one["seen"] for one, later in zip(*texts, strict=True)]] == [[1, 1]]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Three seconds of three scenes."""
    path = tmp_path_factory.mktemp("film") / "film.avi"
    opencv = load_opencv()
    writer = opencv.VideoWriter(str(path), opencv.VideoWriter_fourcc(*"MJPG"), 10.0, (320, 240))
    random = np.random.default_rng(8)
    for _ in range(3):
        scene = Image.fromarray(random.integers(0, 256, (8, 8, 3), np.uint8)).resize(
            (320, 240), Image.Resampling.BICUBIC
        )
        for _ in range(10):
            writer.write(np.asarray(scene))
    writer.release()
    return path.read_bytes()


def test_a_video_is_matched_by_its_frames_without_a_file(tmp_path: Path, film: bytes) -> None:
    frames = hash_video(film).frames
    known = next(frame for frame in frames if frame.seconds >= 1)
    write_bank(tmp_path / "bank", Entry(known.hash, quality=known.quality, family="f"), Entry(pdq(BANK_ROWS[0])))
    limits = Settings(file_workers=1, repeats_seconds=60)
    with InProcess(build_app(Service(BankHolder(tmp_path / "bank", limits), limits))).running() as running:
        reply = running.post(film, "video/x-msvideo")
        assert (reply.status, reply.json["pdq"], reply.json["hashed_frames"]) == (200, None, len(frames))
        assert [match["hash"] for match in reply.json["matches"]] == [known.hash.hex]
        assert reply.json["matches"][0]["first_seconds"] >= 1
        assert told_of(reply.json["matches"]) == [(1, True, 1)]
        assert not reply.json["truncated"]
        reply = running.post(film[:6000], FILE)
        assert (reply.status, error_of(reply)["code"]) == (422, "unreadable")


def test_a_video_that_takes_too_long_gives_what_was_read(film: bytes) -> None:
    found = describe_frames(film, deadline=0)
    assert len(found["frames"]) < len(hash_video(film).frames)
    assert "time for one file is up" in found["video_error"]
    assert describe_frames(film, deadline=math.inf)["video_error"] is None


# A worker that hangs, dies or cannot start costs one request. The stand-in does what its file tells it to.

STAND_IN = """
import os, signal, sys
from hashmatch.serve import hasher

def digests(content):
    if content == b"die at once":
        os._exit(7)
    return real(content)

def pixels(content, *, deadline):
    if content == b"die":
        os._exit(7)
    if content == b"hang":
        signal.pause()
    return {"picture_error": "It is no picture."}

real, hasher.describe_digests, hasher.describe_pixels = hasher.describe_digests, digests, pixels
hasher.main()
"""
STAND_IN_COMMAND = (sys.executable, "-c", STAND_IN)
KNOWN_BY_DIGEST = b"hang"


@contextlib.contextmanager
def stand_in_service(path: Path, **limits: Any) -> Iterator[tuple[InProcess, Service]]:
    """A service whose workers are stand-ins; its bank knows the digest of one file that makes them hang."""
    write_bank(path, Entry(Md5Hash(hashlib.md5(KNOWN_BY_DIGEST, usedforsecurity=False).digest())))
    chosen = Settings(**{"file_workers": 1, "waiting_files": 2, **limits})
    counters = Metrics()
    pool = WorkerPool(
        chosen, command=STAND_IN_COMMAND, on_lost=lambda reason: counters.workers_lost.labels(reason).inc()
    )
    service = Service(BankHolder(path, chosen), chosen, counters=counters, pool=pool)
    with InProcess(build_app(service)).running() as running:
        yield running, service


def test_a_decoder_that_dies_or_hangs_costs_one_request(tmp_path: Path) -> None:
    with stand_in_service(tmp_path / "bank", file_seconds=1.0) as (running, _):
        for content, status, says in (
            (b"fine", 422, "no picture"),
            (b"die", 422, "decoder failed"),
            (b"fine", 422, "no picture"),
            (b"die at once", 503, "could not be hashed"),
            (b"fine", 422, "no picture"),
        ):
            reply = running.post(content, FILE)
            assert reply.status == status
            assert says in error_of(reply)["message"]
        hung = running.post(KNOWN_BY_DIGEST, FILE)
        assert (hung.status, [match["hash_type"] for match in hung.json["matches"]]) == (200, ["md5"])
        assert "within 1 s" in hung.json["picture_error"]
        assert running.post(b"fine", FILE).status == 422
        numbers = running.ask("GET", "/metrics").body.decode()
        assert 'hashmatch_workers_lost_total{reason="died"} 2.0' in numbers
        assert 'hashmatch_workers_lost_total{reason="too slow"} 1.0' in numbers


def test_a_full_queue_says_when_to_come_again(tmp_path: Path) -> None:
    async def slow_body(begun: threading.Event, may_end: asyncio.Event) -> AsyncIterator[bytes]:
        begun.set()
        yield b"fi"
        await may_end.wait()
        yield b"ne"

    with stand_in_service(tmp_path / "bank") as (running, service):
        may_end = asyncio.Event()
        begun = [threading.Event() for _ in range(3)]
        headers = {"content-type": FILE}
        waiting = [running.start("POST", "/match", body=slow_body(one, may_end), headers=headers) for one in begun]
        for one in begun:
            assert one.wait(DEADLINE)
        assert service.pool.waiting == 2
        reply = running.post(b"fine", FILE)
        assert (reply.status, error_of(reply)["code"]) == (503, "busy")
        assert int(reply.headers["retry-after"]) > 0
        running.loop.call_soon_threadsafe(may_end.set)
        assert [one.result(DEADLINE).status for one in waiting] == [422, 422, 422]
        assert running.post(b"fine", FILE).status == 422


def test_a_body_that_does_not_come_is_not_waited_for(tmp_path: Path) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    with stand_in_service(tmp_path / "bank", body_seconds=0.2) as (running, service):
        for media_type in ("application/json", BATCH, FILE):
            reply = running.start("POST", "/match", body=never(), headers={"content-type": media_type}).result(DEADLINE)
            assert (reply.status, error_of(reply)["code"]) == (408, "too_slow")
        assert service.pool.admitted == 0


def test_searches_beyond_the_queue_are_asked_to_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, may_go_on = threading.Semaphore(0), threading.Event()
    real = hashmatch.serve.app.match_columns

    def slow(*arguments: Any) -> Any:
        entered.release()
        assert may_go_on.wait(DEADLINE)
        return real(*arguments)

    monkeypatch.setattr(hashmatch.serve.app, "match_columns", slow)
    with stand_in_service(tmp_path / "bank", search_threads=1, waiting_searches=1) as (running, service):
        start = functools.partial(running.start, "POST", "/match", body=GOOD, headers={"content-type": BATCH})
        under_way = [start(), start()]
        assert entered.acquire(timeout=DEADLINE)
        wait_until(lambda: service.waiting_searches == 1, what="one search waits")
        reply = start().result(DEADLINE)
        assert (reply.status, error_of(reply)["code"]) == (503, "busy")
        # The event loop is free meanwhile: what needs no thread is answered.
        assert running.post({"hashes": "0" * 64}).status == 200
        may_go_on.set()
        assert [one.result(DEADLINE).status for one in under_way] == [200, 200]


# What is served while the bank's file changes


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[tuple[InProcess, Service, Path]]:
    path = tmp_path / "bank"
    write_bank(path, Entry(pdq(BANK_ROWS[0])))
    with BankWriter(path) as writer:
        writer.rewrite()
    limits = Settings(file_workers=1, watch_seconds=0.02, retry_seconds=0.1)
    counters = Metrics()
    service = Service(BankHolder(path, limits, on_failure=counters.reload_failures.inc), limits, counters=counters)
    with InProcess(build_app(service)).running() as running:
        yield running, service, path


def count_of(running: InProcess, row: Any) -> int:
    return len(running.post({"hashes": pdq(row).hex}).json["results"][0]["matches"])


def test_what_a_writer_does_is_taken_in(changing: tuple[InProcess, Service, Path]) -> None:
    running, _, path = changing
    assert [count_of(running, row) for row in BANK_ROWS[:2]] == [1, 0]
    write_bank(path, Entry(pdq(BANK_ROWS[1])))
    wait_until(lambda: count_of(running, BANK_ROWS[1]) == 1, what="a new hash matches")
    write_bank(path, removed=(pdq(BANK_ROWS[0]),))
    wait_until(lambda: count_of(running, BANK_ROWS[0]) == 0, what="a withdrawn hash does not match")
    before = running.ask("GET", "/health").json["bank"]
    with BankWriter(path) as writer:
        writer.erase_removed()
    wait_until(lambda: running.ask("GET", "/health").json["bank"]["edition"] != before["edition"], what="it is reread")
    assert [count_of(running, row) for row in BANK_ROWS[:2]] == [0, 1]


def test_a_damaged_file_leaves_the_last_good_one_in_use(
    changing: tuple[InProcess, Service, Path], caplog: pytest.LogCaptureFixture
) -> None:
    running, _, path = changing

    def health() -> Any:
        return running.ask("GET", "/health").json

    whole = path.read_bytes()
    assert health()["status"] == "ok"
    for content in (whole[: len(whole) // 2], b"", None):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        wait_until(lambda: health()["status"] == "degraded", what="the damage is told")
        assert str(path) in health()["problems"][0]
        assert count_of(running, BANK_ROWS[0]) == 1
        numbers = running.ask("GET", "/metrics").body.decode()
        assert "hashmatch_degraded 1.0" in numbers
        assert "hashmatch_bank_reload_failures_total 0.0" not in numbers
        path.write_bytes(whole)
        wait_until(lambda: health()["status"] == "ok", what="it is good again")
    assert "Answering from what was read before" in caplog.text
    assert "good again" in caplog.text


def test_questions_go_on_while_the_bank_is_replaced(changing: tuple[InProcess, Service, Path]) -> None:
    running, _, path = changing
    start = functools.partial(
        running.start, "POST", "/match", body=batch(np.tile(BANK_ROWS[0], (200, 1))), headers={"content-type": BATCH}
    )
    answers = []
    with BankWriter(path) as writer:
        for number in range(1, 30):
            writer.apply(Changes(Facts(), (Entry(pdq(BANK_ROWS[number])),)))
            answers += [start(), start()]
            if number % 3 == 0:
                writer.rewrite()
    for answer in answers:
        reply = answer.result(DEADLINE)
        assert reply.status == 200
        assert np.diff(batch_form.read_answer(reply.body).bounds).tolist() == [1] * 200
    wait_until(lambda: count_of(running, BANK_ROWS[29]) == 1, what="the last hash matches")


# Who may ask, what is counted, what is told


def test_without_the_token_only_health_answers_and_says_little(bank_file: Path) -> None:
    limits = Settings(file_workers=1, token=SECRET)
    with InProcess(build_app(Service(BankHolder(bank_file, limits), limits))).running() as running:
        shown = {"Authorization": f"Bearer {SECRET}"}
        for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": SECRET}, {"Authorization": "\xff"}):
            for method, path in (("POST", "/match"), ("GET", "/metrics"), ("GET", "/"), ("GET", "/nothing")):
                reply = running.ask(method, path, headers=wrong)
                assert (reply.status, reply.headers["www-authenticate"]) == (401, "Bearer")
                assert error_of(reply)["code"] == "wrong_token"
            assert running.ask("GET", "/health", headers=wrong).json == {"status": "ok", "live": True, "ready": True}
        assert running.post({"hashes": []}, **shown).status == 200
        health = running.ask("GET", "/health", headers=shown).json
        assert (health["bank"]["entries"], health["bank"]["cursor"]) == (412, "c7")
        assert health["kernels"] == name_form()


def test_requests_are_counted_by_form_and_status(bank_file: Path) -> None:
    limits = Settings(file_workers=1)
    with InProcess(build_app(Service(BankHolder(bank_file, limits), limits))).running() as running:
        running.post({"hashes": [pdq(BANK_ROWS[0]).hex, "0" * 64], "limit": 2})
        running.post(b"{", "application/json")
        running.post(batch(BANK_ROWS[:5]), BATCH)
        running.post(b"text", FILE)
        numbers = running.ask("GET", "/metrics").body.decode().splitlines()
    for line in (
        'hashmatch_requests_total{form="json",status="200"} 1.0',
        'hashmatch_requests_total{form="json",status="400"} 1.0',
        'hashmatch_requests_total{form="batch",status="200"} 1.0',
        'hashmatch_requests_total{form="file",status="422"} 1.0',
        'hashmatch_queries_total{form="json"} 2.0',
        'hashmatch_queries_total{form="batch"} 5.0',
        'hashmatch_matches_total{form="json"} 2.0',
        'hashmatch_cut_results_total{form="json"} 1.0',
        'hashmatch_request_seconds_count{form="batch"} 1.0',
        "hashmatch_bank_entries 412.0",
        "hashmatch_degraded 0.0",
        "hashmatch_waiting_files 0.0",
    ):
        assert line in numbers


def test_a_failure_says_where_and_never_what(
    bank_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = pdq(BANK_ROWS[3]).hex

    def fail(_: Any, body: bytes) -> Any:
        raise ZeroDivisionError(body.decode())

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(Service, "match_json", fail)
    limits = Settings(file_workers=1)
    application = build_app(Service(BankHolder(bank_file, limits), limits))
    with InProcess(application).running() as running:
        told: list[Reply] = []
        running.app = swallow(application)
        told.append(running.post({"hashes": secret}))
    assert (told[0].status, error_of(told[0])["code"]) == (500, "failed")
    assert secret not in told[0].body.decode()
    assert "ZeroDivisionError < fail" in caplog.text
    assert secret not in caplog.text
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "Exception in ASGI application\n", (), None)
    assert not WithoutExceptions().filter(record)


def swallow(application: Any) -> Any:
    """What the web server does with an exception that comes through after the answer has gone out."""

    async def call(scope: Any, receive: Any, send: Any) -> None:
        with contextlib.suppress(ZeroDivisionError):
            await application(scope, receive, send)

    return call


def test_nothing_that_is_asked_is_logged_or_left_on_disk(
    file_caller: InProcess,
    pictures: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    secret = pdq(BANK_ROWS[7]).hex
    file_caller.post({"hashes": secret})
    file_caller.post({"hashes": secret + "zz"})
    file_caller.post(pictures["jpeg"], "image/jpeg")
    file_caller.post(pictures["cut"], "image/jpeg")
    assert secret not in caplog.text
    assert hash_image(pictures["jpeg"]).hash.hex not in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_the_guide_names_every_option_metric_and_part_of_an_answer(bank_file: Path) -> None:
    guide = Path(__file__).parents[3] / "docs" / "operating" / "matcher.md"
    if not guide.exists():
        pytest.skip("The library is tested away from the rest of the house.")
    text = guide.read_text()
    limits = Settings(repeats_seconds=60)
    follower = Follower(BankHolder(bank_file, limits), Source("https://a.example", Path("keys"), 1.0))
    shown = Service(BankHolder(bank_file, limits), limits, follower=follower).metrics.expose().decode()
    names = {line.split()[2] for line in shown.splitlines() if line.startswith("# TYPE")}
    names = {name for name in names if not name.endswith("_created")}
    assert len(names) > 15
    assert [name for name in names if name not in text] == []
    options = [option for parameter in serve_command.params for option in parameter.opts]
    assert [option for option in options if f"`{option}`" not in text] == []
    layout = batch_form.__doc__ or ""
    rows = [line for line in layout.splitlines() if line.startswith("| ") and line.count("|") == 3]
    for row in rows[2:]:
        assert row.split("|")[1].strip() in text
