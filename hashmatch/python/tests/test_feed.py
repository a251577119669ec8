"""The feed client uses only what is signed, waits when it must, and sends what it should."""

import base64
import datetime
import email.utils
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hashmatch.entries import FeedbackValue, Tier
from hashmatch.errors import (
    FeedAnswerError,
    FeedbackValueError,
    FeedRefusedError,
    FeedSignatureError,
    FeedUnreachableError,
    InvalidHashError,
    KeysFileError,
    SigningKeyError,
)
from hashmatch.feed import FeedbackItem, FeedClient, Keys, endpoint_base, guess_hash, parse_feedback_value
from hashmatch.hashes import Md5Hash, VideoMd5Hash
from hashmatch.variants import Level


class Clock:
    """Notes how long it was asked to sleep."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(exchange: Any, clock: Clock) -> Iterator[FeedClient]:
    keys = Keys.from_json(exchange.keys_json(), path="keys.json")
    with FeedClient(exchange.url, keys, sleep=clock) as one:
        yield one


def test_a_page_is_read_as_the_contract_says(exchange: Any, client: FeedClient, make_hash: Any) -> None:
    exchange.add(make_hash(1), tier="verified", variant="flipx", quality=88, family="f", expires_on="2028-11-24")
    exchange.add(VideoMd5Hash(b"v" * 16), feedback=[{"source": "X", "value": "Blocked"}], in_review=True)
    exchange.add(make_hash(2))
    exchange.withdraw(make_hash(2))
    page = client.fetch_page("")
    assert page is not None
    first, second = page.entries
    assert (first.hash, first.tier, first.variant, first.quality) == (make_hash(1), Tier.VERIFIED, "flipx", 88)
    assert (first.family, first.expires_on) == ("f", datetime.date(2028, 11, 24))
    assert (second.hash, second.tier, second.quality) == (VideoMd5Hash(b"v" * 16), Tier.SUBMITTED, None)
    assert second.in_review
    assert second.feedback[0].source == "X"
    assert [one.hash for one in page.tombstones] == [make_hash(2)]
    assert (page.cursor, page.has_more) == ("c4", False)
    headers = exchange.requests[0][3]
    assert headers["authorization"] == "Bearer fetch-secret"
    assert headers["leeward-client"].endswith("; honours-withdrawals")
    assert exchange.requests[0][2] == {"limit": "1000", "variants": "frames"}


def test_the_choice_of_variants_and_the_cursor_are_sent(exchange: Any, client: FeedClient, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    client.fetch_page("c1", level=Level.TURNED, limit=5)
    assert exchange.requests[0][2] == {"cursor": "c1", "limit": "5", "variants": "turned"}


def test_an_unchanged_page_is_not_sent_again(exchange: Any, client: FeedClient, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    assert client.fetch_page("c1", if_changed=True) is not None
    assert client.fetch_page("c1", if_changed=True) is None
    assert client.fetch_page("c1") is not None
    exchange.add(make_hash(2))
    page = client.fetch_page("c1", if_changed=True)
    assert page is not None
    assert [entry.hash for entry in page.entries] == [make_hash(2)]


def tampered(reply: Any) -> Any:
    reply.body = reply.body.replace(b'"submitted"', b'"verified"')
    return reply


def unsigned(reply: Any) -> Any:
    del reply.headers["Leeward-Signature"]
    return reply


def nonsense(reply: Any) -> Any:
    reply.headers["Leeward-Signature"] = "keyid=key-1, ed25519=AAAA"
    return reply


@pytest.mark.parametrize("spoil", [tampered, unsigned, nonsense])
def test_a_page_without_a_good_signature_is_refused(
    exchange: Any, client: FeedClient, make_hash: Any, spoil: Callable[[Any], Any]
) -> None:
    exchange.add(make_hash(1))
    exchange.faults = [spoil]
    with pytest.raises(FeedSignatureError, match="signature"):
        client.fetch_page("")


def test_a_page_signed_by_a_stranger_is_refused(exchange: Any, client: FeedClient, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    client.pin_signing_keys()
    exchange.signing_key = Ed25519PrivateKey.generate()
    with pytest.raises(FeedSignatureError, match="wrong signature"):
        client.fetch_page("")
    exchange.signing_id = "key-2"
    exchange.shown_keys = {"key-2": exchange.signing_key}
    with pytest.raises(SigningKeyError, match="signs with the key 'key-2', but pinned are: key-1"):
        client.fetch_page("")


def test_a_key_of_the_keys_file_is_trusted_and_none_is_asked_for(exchange: Any, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    signing = {"id": "key-1", "ed25519": exchange.public_key(exchange.signing_key)}
    keys = Keys.from_json(exchange.keys_json(signing_key=signing), path="keys.json")
    with FeedClient(exchange.url, keys, signing_keys={"key-1": "something pinned before"}) as client:
        assert client.fetch_page("") is not None
    assert [path for _, path, _, _ in exchange.requests] == ["/api/v1/hashes"]


def test_all_keys_of_a_rotation_are_pinned(exchange: Any, client: FeedClient, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    following = Ed25519PrivateKey.generate()
    exchange.shown_keys["key-2"] = following
    assert client.fetch_page("") is not None
    exchange.signing_id, exchange.signing_key = "key-2", following
    assert client.fetch_page("") is not None


@pytest.mark.parametrize("listed", [{}, {"keys": []}, {"keys": [{"id": "x"}]}, {"keys": 3}, []])
def test_a_senseless_list_of_signing_keys_is_refused(serve: Any, reply: Any, exchange: Any, listed: Any) -> None:
    def handle(*_: Any) -> Any:
        return reply(200, json.dumps(listed).encode())

    with serve(handle) as url, FeedClient(url, Keys()) as client:
        with pytest.raises(FeedAnswerError, match="signing key"):
            client.pin_signing_keys()
        assert client.signing_keys == {}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_exchange_is_asked_again_after_the_time_it_names(
    exchange: Any, client: FeedClient, clock: Clock, reply: Any, make_hash: Any, status: int
) -> None:
    exchange.add(make_hash(1))
    exchange.faults = [reply(status, b"", {"Retry-After": "7"}), reply(status, b"busy")]
    assert client.fetch_page("") is not None
    assert clock.slept[0] == 7
    assert 1.0 <= clock.slept[1] <= 2.0


def test_retry_after_may_be_a_date_and_is_bounded(exchange: Any, client: FeedClient, clock: Clock, reply: Any) -> None:
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=30)
    for value in (email.utils.format_datetime(soon, usegmt=True), "Tue, 01 Jan 1980 00:00:00 GMT", "soon", "999999"):
        exchange.faults.append(reply(429, b"", {"Retry-After": value}))
    client.fetch_page("")
    assert 25 < clock.slept[0] <= 30
    assert clock.slept[1] == 0
    assert 2 <= clock.slept[2] <= 4
    assert clock.slept[3] == 300


def test_it_gives_up_after_some_attempts(exchange: Any, client: FeedClient, clock: Clock, reply: Any) -> None:
    exchange.faults = [reply(503)] * 10
    with pytest.raises(FeedUnreachableError, match="status 503, after 6 attempts"):
        client.fetch_page("")
    assert len(clock.slept) == 5


def test_a_page_torn_on_its_way_is_fetched_again(
    exchange: Any, client: FeedClient, clock: Clock, make_hash: Any
) -> None:
    exchange.add(make_hash(1))

    def torn(answer: Any) -> Any:
        answer.cut_after = len(answer.body) // 2
        return answer

    exchange.faults = [torn]
    page = client.fetch_page("")
    assert page is not None
    assert len(page.entries) == 1
    assert len(clock.slept) == 1


def test_nobody_there_is_named(clock: Clock, serve: Any) -> None:
    with serve(lambda *_: None) as url:
        pass
    with (
        FeedClient(url, Keys(fetch_key="k"), sleep=clock) as client,
        pytest.raises(FeedUnreachableError, match="reached"),
    ):
        client.fetch_page("")


def test_a_refusal_carries_the_exchange_s_own_words(exchange: Any, clock: Clock) -> None:
    with FeedClient(exchange.url, Keys(fetch_key="wrong"), sleep=clock) as client:
        complaint = r"\(401\): This key is not known. Use the key"
        with pytest.raises(FeedRefusedError, match=complaint) as caught:
            client.fetch_page("")
    assert (caught.value.status, caught.value.code) == (401, "unknown_key")
    assert clock.slept == []


@pytest.mark.parametrize("body", [b"<html>no</html>", b'{"error": "text"}', b"[]", b"", b'{"error": {}}'])
def test_a_refusal_in_any_form_is_reported(exchange: Any, client: FeedClient, reply: Any, body: bytes) -> None:
    exchange.faults = [reply(403, body)]
    with pytest.raises(FeedRefusedError, match="refused \\(403\\)") as caught:
        client.fetch_page("")
    assert caught.value.code == ""


def test_a_redirect_is_not_followed_with_the_key(exchange: Any, client: FeedClient, reply: Any) -> None:
    exchange.faults = [reply(302, b"", {"Location": "http://elsewhere.example/"})]
    with pytest.raises(FeedAnswerError, match=r"sends on to http://elsewhere.example/"):
        client.fetch_page("")


GOOD: dict[str, Any] = {"entries": [], "tombstones": [], "cursor": "c9", "has_more": False}


@pytest.mark.parametrize(
    "values",
    [
        [],
        {},
        GOOD | {"entries": None},
        GOOD | {"tombstones": {}},
        GOOD | {"cursor": 5},
        GOOD | {"has_more": 1},
        GOOD | {"tombstones": [{"hash_type": "pdq", "hash": "abc"}]},
        GOOD | {"tombstones": ["x"]},
    ],
)
def test_a_signed_page_of_another_form_is_refused(exchange: Any, client: FeedClient, reply: Any, values: Any) -> None:
    body = json.dumps(values).encode()
    exchange.faults = [reply(200, body, {"Leeward-Signature": exchange.sign(body)})]
    with pytest.raises(FeedAnswerError):
        client.fetch_page("")


def test_a_page_that_is_not_json_is_refused(exchange: Any, client: FeedClient, reply: Any) -> None:
    exchange.faults = [reply(200, b"{", {"Leeward-Signature": exchange.sign(b"{")})]
    with pytest.raises(FeedAnswerError, match="not JSON"):
        client.fetch_page("")


def test_an_endless_answer_is_cut_off(
    exchange: Any, client: FeedClient, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hashmatch.feed.LARGEST_ANSWER", 1000)
    exchange.faults = [reply(200, b" " * 100_000)]
    with pytest.raises(FeedAnswerError, match="more than"):
        client.fetch_page("")


BAD_ENTRIES = [
    "text",
    {"hash": "ab"},
    {"hash_type": "pdq", "hash": "ab"},
    {"hash_type": "new", "hash": "ab"},
    {"hash_type": "pdq", "hash": "a" * 64, "quality": 101},
    {"hash_type": "pdq", "hash": "a" * 64, "quality": True},
    {"hash_type": "pdq", "hash": "a" * 64, "variant": 3},
    {"hash_type": "pdq", "hash": "a" * 64, "expires_on": "soon"},
    {"hash_type": "pdq", "hash": "a" * 64, "in_review": "no"},
    {"hash_type": "pdq", "hash": "a" * 64, "feedback": {}},
    {"hash_type": "pdq", "hash": "a" * 64, "feedback": ["x"]},
]


@pytest.mark.parametrize("bad", BAD_ENTRIES)
def test_an_entry_of_another_form_is_left_out_and_counted(
    exchange: Any, client: FeedClient, reply: Any, make_hash: Any, bad: Any
) -> None:
    good = {"hash_type": "pdq", "hash": make_hash(1).hex, "something_new": 1, "variant": "a-new-one", "tier": "gold"}
    unknown = {"hash_type": "new", "hash": "ab", "withdrawn_at": "x"}
    body = json.dumps(GOOD | {"entries": [bad, good], "tombstones": [unknown]}).encode()
    exchange.faults = [reply(200, body, {"Leeward-Signature": exchange.sign(body)})]
    page = client.fetch_page("")
    assert page is not None
    assert [(entry.hash, entry.variant, entry.tier) for entry in page.entries] == [
        (make_hash(1), "a-new-one", Tier.SUBMITTED)
    ]
    assert page.skipped == 1
    assert page.tombstones == ()


def test_feedback_goes_out_in_batches_with_its_own_key(exchange: Any, client: FeedClient, make_hash: Any) -> None:
    exchange.add(make_hash(0))
    items = [FeedbackItem(make_hash(0), FeedbackValue.BLOCKED, ("tag one", "b"))]
    items += [FeedbackItem(make_hash(number), FeedbackValue.NONE) for number in range(1, 2300)]
    results = list(client.send_feedback(items))
    assert len(results) == 2300
    assert results[0].is_accepted
    assert not results[1].is_accepted
    assert results[1].result == "unknown_hash"
    assert exchange.feedback[0] == {
        "hash": make_hash(0).hex,
        "hash_type": "pdq",
        "value": "Blocked",
        "tags": ["tag one", "b"],
    }
    sent = [headers["authorization"] for _, path, _, headers in exchange.requests if path.endswith("/feedback")]
    assert sent == ["Bearer feedback-secret"] * 3


def test_own_hashes_are_submitted_with_their_key(exchange: Any, client: FeedClient, make_hash: Any) -> None:
    results = list(client.submit_hashes([(make_hash(1), 90), (Md5Hash(b"m" * 16), None)]))
    assert [one.result for one in results] == ["recorded", "recorded"]
    assert exchange.submitted[0] == {"hash_type": "pdq", "hash": make_hash(1).hex, "quality": 90}
    assert "quality" not in exchange.submitted[1]


def test_status_and_acknowledgement(exchange: Any, client: FeedClient) -> None:
    assert client.fetch_status()["platform"] == "Test"
    assert client.acknowledge("c5") == 0
    assert exchange.acknowledged == ["c5"]


@pytest.mark.parametrize("answer", [{}, [], {"results": 3}, {"results": [{"hash": "x"}]}, {"results": []}])
def test_results_of_another_form_are_refused(serve: Any, reply: Any, make_hash: Any, answer: Any) -> None:
    def handle(*_: Any) -> Any:
        return reply(200, json.dumps(answer).encode())

    with serve(handle) as url, FeedClient(url, Keys(feedback_key="k", fetch_key="f")) as client:
        with pytest.raises(FeedAnswerError):
            list(client.send_feedback([FeedbackItem(make_hash(1), FeedbackValue.BLOCKED)]))
        with pytest.raises(FeedAnswerError):
            client.acknowledge("c")


@pytest.mark.parametrize(
    ("site", "base"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api/v1"),
        ("https://x.example/", "https://x.example/api/v1"),
        ("https://x.example/leeward/api/v1/", "https://x.example/leeward/api/v1"),
    ],
)
def test_a_site_is_given_with_or_without_its_endpoint(site: str, base: str) -> None:
    assert endpoint_base(site) == base


@pytest.mark.parametrize("site", ["", "x.example", "ftp://x.example", "http://"])
def test_what_is_no_address_is_named(site: str) -> None:
    with pytest.raises(FeedAnswerError, match="not a site's address"):
        endpoint_base(site)


KEY = base64.b64encode(b"k" * 32).decode()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not JSON"),
        ("[]", "one JSON object"),
        ('{"fetch_key": 5}', "fetch_key in .* is not text"),
        ('{"signing_key": {"id": "a"}}', "needs an id and an ed25519"),
        ('{"signing_key": "abc"}', "needs an id and an ed25519"),
    ],
)
def test_a_keys_file_of_another_form_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(KeysFileError, match=complaint):
        Keys.from_file(path)


def test_a_keys_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"fetch_key": "f", "signing_key": {"id": "a", "ed25519": KEY}, "else": 1}))
    keys = Keys.from_file(path)
    assert (keys.fetch_key, keys.feedback_key, keys.signing_key) == ("f", None, ("a", KEY))
    with pytest.raises(KeysFileError, match="no feedback_key"):
        keys.require("feedback_key")
    with pytest.raises(KeysFileError, match="cannot be read"):
        Keys.from_file(tmp_path / "absent")
    with pytest.raises(SigningKeyError, match="32 bytes"):
        Keys.from_json({"signing_key": {"id": "a", "ed25519": "AAAA"}}, path=path)


def test_names_of_values_and_types_are_checked() -> None:
    assert parse_feedback_value("NotBlocked") is FeedbackValue.NOT_BLOCKED
    with pytest.raises(FeedbackValueError, match="None, QualityUnknown, PendingReview"):
        parse_feedback_value("blocked")
    assert guess_hash("ab" * 16) == VideoMd5Hash(b"\xab" * 16)
    assert guess_hash("ab" * 16, "md5") == Md5Hash(b"\xab" * 16)
    with pytest.raises(FeedbackValueError, match="no hash type"):
        guess_hash("ab" * 16, "crc")
    with pytest.raises(InvalidHashError, match="64 hexadecimal"):
        guess_hash("ab" * 15)
