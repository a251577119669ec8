"""The StopNCII endpoint, drawn by the client that platforms already run, and by clients that get it wrong."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.utils import timezone
from threatexchange.exchanges.clients.stopncii.api import (
    FetchHashesResponse,
    StopNCIIAPI,
    StopNCIICSPFeedback,
    StopNCIICSPFeedbackValue,
    StopNCIIEndpoint,
    StopNCIIHashRecord,
    StopNCIISignalType,
)

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.models import Entry, Submission, Withdrawal
from leeward.industry.bank.operations import verify_hash, withdraw_hash
from leeward.industry.bank.rules import HashType, MediaKind, NewHash, NewPicture
from leeward.industry.exchange import gate
from leeward.industry.platforms.operations import rotate_keys, suspend_platform
from tests.industry.conftest import NOW, Keys, md5, pdq, picture, protect

pytestmark = pytest.mark.usefixtures("live_server")

TX = Path(sys.executable).parent / "tx"
JSON_HEADERS = {"Content-Type": "application/json"}
# As long as a busy machine may need to answer: none of these tests is about speed.
PATIENCE_SECONDS = 60


@pytest.fixture
def base(live_server) -> str:
    return f"{live_server.url}/exchange/v1"


@pytest.fixture
def client(base: str) -> Callable[[Keys], StopNCIIAPI]:
    def make(keys: Keys) -> StopNCIIAPI:
        return StopNCIIAPI(
            keys.subscription_key,
            keys.fetch_key,
            {
                StopNCIIEndpoint.SubmitFeedback: keys.feedback_key,
                StopNCIIEndpoint.SubmitHashes: keys.submit_key,
            },
            base,
        )

    return make


def headers(keys: Keys, key: str = "") -> dict[str, str]:
    return {"x-functions-key": key or keys.fetch_key, "Ocp-Apim-Subscription-Key": keys.subscription_key}


def records(page: FetchHashesResponse) -> dict[str, StopNCIIHashRecord]:
    return {record.hashValue: record for record in page.hashRecords}


def fetch(base: str, keys: Keys, **query: object) -> requests.Response:
    return requests.get(f"{base}/FetchHashes", params=query, headers=headers(keys), timeout=60)


def assert_refused(response: requests.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/json"
    error = response.json()["error"]
    assert error["code"] == code
    assert len(error["message"]) > 10
    assert len(error["how"]) > 5


class TestFetch:
    def test_the_unmodified_client_draws_every_hash_once(self, alpha: Keys, client, monkeypatch) -> None:
        for number in range(5):
            protect(*(picture(f"{number}-{part}", variants=("upright", "rot90")) for part in range(50)))
        original = StopNCIIAPI.fetch_hashes
        monkeypatch.setattr(StopNCIIAPI, "fetch_hashes", lambda self, **how: original(self, page_size=100, **how))
        pages = list(client(alpha).fetch_hashes_iter())
        drawn = [record.hashValue for page in pages for record in page.hashRecords]
        assert len(drawn) == len(set(drawn)) == 500 + 3
        assert [page.count for page in pages] == [100] * 5 + [3]
        stamps = [page.nextSetTimestamp for page in pages]
        assert stamps == sorted(stamps)

    def test_a_record_has_every_key_rightly_typed(self, base: str, alpha: Keys) -> None:
        protect(picture("a"))
        page = fetch(base, alpha).json()
        assert set(page) == {"count", "nextPageToken", "nextSetTimestamp", "hasMoreRecords", "hashRecords", "epoch"}
        assert type(page["count"]) is type(page["nextSetTimestamp"]) is int
        assert page["hasMoreRecords"] is False
        assert page["nextPageToken"] is None
        [record] = [record for record in page["hashRecords"] if record["hashValue"] == pdq("a/upright")]
        stamp = record.pop("lastModtimestamp")
        assert type(stamp) is int
        assert abs(stamp - time.time()) < 60
        assert record == {
            "signalType": "ImagePDQ",
            "hashValue": pdq("a/upright"),
            "hashStatus": "Active",
            "caseNumbers": {},
            "CSPFeedbacks": [],
            "hashRegions": ["XX"],
        }

    def test_a_sweep_that_is_cut_off_goes_on_by_its_timestamp_alone(self, base: str, alpha: Keys) -> None:
        for number in range(6):
            protect(picture(number))
            fetch(base, alpha)  # gives it a place
        first = fetch(base, alpha, pageSize=4).json()
        rest: dict[str, object] = {}
        stamp = first["nextSetTimestamp"]
        for _ in range(20):  # never a token
            page = fetch(base, alpha, startTimestamp=stamp, pageSize=2_000).json()
            rest |= {record["hashValue"]: record for record in page["hashRecords"]}
            assert page["nextSetTimestamp"] >= stamp
            stamp = page["nextSetTimestamp"]
        drawn = {record["hashValue"] for record in first["hashRecords"]} | set(rest)
        assert {pdq(f"{number}/upright") for number in range(6)} <= drawn

    def test_an_idle_poll_gives_back_at_least_what_it_was_given(self, base: str, alpha: Keys) -> None:
        ahead = int(time.time()) + 3_600
        fetch(base, alpha, startTimestamp=ahead)  # never given by this exchange; see test_restored
        page = fetch(base, alpha, startTimestamp=ahead).json()
        assert page["nextSetTimestamp"] == ahead
        assert page["hashRecords"] == []
        assert page["hasMoreRecords"] is False

    def test_only_what_the_protocol_knows_is_served(self, base: str, alpha: Keys) -> None:
        protect(
            NewPicture(
                kind=MediaKind.IMAGE,
                hashes=(
                    NewHash(hash_type=HashType.MD5, value=md5("f")),
                    NewHash(hash_type=HashType.SHA256, value=pdq("f")),
                ),
            ),
            NewPicture(
                kind=MediaKind.VIDEO,
                hashes=(
                    NewHash(hash_type=HashType.VIDEO_MD5, value=md5("v")),
                    NewHash(hash_type=HashType.PDQ, value=pdq("frame"), variant="frame", quality=80),
                ),
            ),
        )
        page = fetch(base, alpha).json()
        served = {(record["signalType"], record["hashValue"]) for record in page["hashRecords"]}
        assert ("VideoMD5", md5("v")) in served
        assert len(served) == 1 + 3

    def test_verified_and_disputed_are_said_in_the_protocols_own_words(self, alpha: Keys, client) -> None:
        protect(picture("a"))
        verify_hash(value=pdq("a/upright"), reason="looked", by=Actor.operator(), now=NOW)
        api = client(alpha)
        told = records(api.fetch_hashes())[pdq("a/upright")].CSPFeedbacks
        assert [(one.source, one.feedbackValue.value, one.tags) for one in told] == [
            ("Leeward", "Blocked", {"leeward:verified"})
        ]
        api.submit_feedback(StopNCIISignalType.ImagePDQ, pdq("a/upright"), StopNCIICSPFeedbackValue.NotBlocked)
        told = records(api.fetch_hashes())[pdq("a/upright")].CSPFeedbacks
        assert [(one.source, one.feedbackValue.value) for one in told] == [("Leeward", "None"), ("Alpha", "NotBlocked")]

    @pytest.mark.parametrize("slashes", ["/", "//"])
    def test_a_slash_at_the_end_of_the_base_address_does_no_harm(self, base: str, alpha: Keys, slashes: str) -> None:
        assert requests.get(f"{base}{slashes}FetchHashes", headers=headers(alpha), timeout=60).status_code == 200

    def test_answers_are_compressed_for_those_who_take_it(self, base: str, alpha: Keys) -> None:
        protect(*(picture(number) for number in range(20)))
        response = fetch(base, alpha)
        assert response.headers["Content-Encoding"] == "gzip"
        assert len(response.json()["hashRecords"]) == 23
        plain = requests.get(
            f"{base}/FetchHashes", headers=headers(alpha) | {"Accept-Encoding": "identity"}, timeout=60
        )
        assert "Content-Encoding" not in plain.headers


class TestBadCalls:
    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"startTimestamp": "-1"}, "bad_parameter"),
            ({"startTimestamp": "1.5"}, "bad_parameter"),
            ({"startTimestamp": "soon"}, "bad_parameter"),
            ({"startTimestamp": ""}, "bad_parameter"),
            ({"startTimestamp": "9" * 30}, "bad_parameter"),
            ({"startTimestamp": "9" * 5_000}, "bad_parameter"),
            ({"startTimestamp": "٣"}, "bad_parameter"),
            ({"startTimestamp": "99999999999"}, "bad_parameter"),
            ({"pageSize": "0"}, "bad_parameter"),
            ({"pageSize": "2001"}, "bad_parameter"),
            ({"pageSize": "a\0b"}, "bad_parameter"),
            ({"nextPageToken": "abc"}, "bad_cursor"),
            ({"nextPageToken": "ünï"}, "bad_cursor"),
            ({"nextPageToken": "A" * 3_000}, "bad_cursor"),
        ],
    )
    def test_a_bad_query_is_named(self, base: str, alpha: Keys, query: dict[str, str], code: str) -> None:
        assert_refused(fetch(base, alpha, **query), 400, code)

    def test_a_token_is_good_for_its_platform_and_day_only(
        self, base: str, alpha: Keys, beta: Keys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        protect(picture("a"), picture("b"))
        token = fetch(base, alpha, pageSize=1).json()["nextPageToken"]
        assert fetch(base, alpha, nextPageToken=token).status_code == 200
        assert_refused(fetch(base, beta, nextPageToken=token), 400, "bad_cursor")
        assert_refused(fetch(base, alpha, nextPageToken=token[:-4] + "AAAA"), 400, "bad_cursor")
        real = time.time()
        monkeypatch.setattr("django.core.signing.time.time", lambda: real + 25 * 3_600)
        response = fetch(base, alpha, nextPageToken=token)
        assert_refused(response, 400, "bad_cursor")
        assert "too old" in response.text

    def test_keys_that_are_missing_wrong_or_swapped(self, base: str, alpha: Keys, beta: Keys) -> None:
        url = f"{base}/FetchHashes"
        good = headers(alpha)
        cases = [
            ({}, 401, "key_missing"),
            ({"x-functions-key": alpha.fetch_key}, 401, "key_missing"),
            ({"Ocp-Apim-Subscription-Key": alpha.subscription_key}, 401, "key_missing"),
            (good | {"x-functions-key": "wrong"}, 401, "key_unknown"),
            (good | {"Ocp-Apim-Subscription-Key": "wrong"}, 401, "key_unknown"),
            (good | {"x-functions-key": alpha.feedback_key}, 403, "key_of_another_endpoint"),
            (
                {"x-functions-key": alpha.subscription_key, "Ocp-Apim-Subscription-Key": alpha.fetch_key},
                403,
                "key_of_another_endpoint",
            ),
            (good | {"Ocp-Apim-Subscription-Key": beta.subscription_key}, 403, "key_of_another_endpoint"),
        ]
        for sent, status, code in cases:
            assert_refused(requests.get(url, headers=sent, timeout=60), status, code)
        for endpoint in ("SubmitFeedback", "SubmitHashes"):
            response = requests.post(f"{base}/{endpoint}", json={}, headers=good, timeout=60)
            assert_refused(response, 403, "key_of_another_endpoint")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"null",
            b"{",
            b"\xff\xfe{}",
            b"[" * 100_000,
            b'{"hashFeedbacks":' + b"[" * 50_000,
            b'{"hashFeedbacks":[{"hashValue":1,"feedbackValue":"Blocked"}]}',
            b'{"hashFeedbacks":[{"hashValue":"ab","feedbackValue":"Undefined"}]}',
            b'{"hashFeedbacks":[{"hashValue":"ab","feedbackValue":"Blocked","tags":null}]}',
            b'{"hashFeedbacks":[{"hashValue":"ab","feedbackValue":"Blocked","tags":["a\\u0000b"]}]}',
            b'{"hashFeedbacks":[{"hashValue":"ab","feedbackValue":"Blocked","tags":["\\ud800"]}]}',
            b'{"hashFeedbacks":[{"hashValue":"\\ud800","feedbackValue":"Blocked"}]}',
            b'{"hashFeedbacks":[{"feedbackValue":"Blocked"}]}',
            b'{"hashFeedbacks":{}}',
            b'{"count":' + b"9" * 5_000 + b',"hashFeedbacks":[]}',
            b'{"count":NaN,"hashFeedbacks":[]}',
            b'{"count":2,"hashFeedbacks":[]}',
            b'{"count":"0","hashFeedbacks":[]}',
            json.dumps({"hashFeedbacks": [{"hashValue": "ab", "feedbackValue": "None"}] * 1_001}).encode(),
        ],
        ids=lambda body: str(body[:60]),
    )
    def test_a_bad_body_is_named(self, base: str, alpha: Keys, body: bytes) -> None:
        response = requests.post(
            f"{base}/SubmitFeedback", data=body, headers=headers(alpha, alpha.feedback_key) | JSON_HEADERS, timeout=60
        )
        assert_refused(response, 400, "bad_body")

    def test_size_type_and_method(self, base: str, alpha: Keys) -> None:
        url, sent = f"{base}/SubmitFeedback", headers(alpha, alpha.feedback_key)
        assert_refused(
            requests.post(url, data=b" " * 1_100_000, headers=sent | JSON_HEADERS, timeout=60), 413, "body_too_large"
        )
        assert_refused(requests.post(url, data=b"{}", headers=sent, timeout=60), 415, "body_type_unknown")
        response = requests.get(url, headers=sent, timeout=60)
        assert_refused(response, 405, "method_not_allowed")
        assert response.headers["Allow"] == "POST"
        assert_refused(requests.post(f"{base}/FetchHashes", headers=sent, timeout=60), 405, "method_not_allowed")
        assert_refused(requests.get(f"{base}/fetchhashes", headers=sent, timeout=60), 404, "no_such_endpoint")

    @pytest.mark.parametrize(
        "record",
        [
            {"signalType": "Text", "hashValue": "hello"},
            {"signalType": "PhotoDNA", "hashValue": "a" * 64},
            {"signalType": "ImagePDQ", "hashValue": "a" * 63},
            {"signalType": "ImagePDQ", "hashValue": "g" * 64},
            {"signalType": "VideoMD5", "hashValue": "a" * 64},
            {"hashValue": "a" * 64},
        ],
    )
    def test_a_hash_that_the_bank_cannot_keep_is_named(self, base: str, alpha: Keys, record: dict[str, object]) -> None:
        body = {"hashRecords": [{"signalType": "ImagePDQ", "hashValue": pdq("good")}, record]}
        response = requests.post(
            f"{base}/SubmitHashes", json=body, headers=headers(alpha, alpha.submit_key), timeout=60
        )
        assert_refused(response, 400, "bad_body")
        assert "hashRecords[1]" in response.text
        assert not Entry.objects.filter(value=pdq("good")).exists()

    def test_too_many_calls_are_slowed_down(self, base: str, alpha: Keys, beta: Keys, monkeypatch) -> None:
        monkeypatch.setattr(gate, "REQUESTS_PER_MINUTE", 3)
        responses = [fetch(base, alpha) for _ in range(8)]
        late = [response for response in responses if response.status_code == 429]
        assert late, "the minute may turn once in between, not twice"
        assert_refused(late[0], 429, "too_many_requests")
        assert 1 <= int(late[0].headers["Retry-After"]) <= 60
        assert fetch(base, beta).status_code == 200, "one platform's pace is not another's"

    def test_old_keys_work_until_they_end(self, base: str, alpha: Keys) -> None:
        issued = rotate_keys(name="Alpha", by=Actor.operator(), now=timezone.now())
        fresh = Keys(issued.partner, issued.fetch_key, issued.feedback_key, issued.submit_key, issued.subscription_key)
        assert fetch(base, alpha).status_code == 200
        assert fetch(base, fresh).status_code == 200
        rotate_keys(name="Alpha", overlap=timedelta(0), by=Actor.operator(), now=timezone.now())
        assert_refused(fetch(base, alpha), 401, "key_unknown")
        assert_refused(fetch(base, fresh), 401, "key_unknown")

    def test_a_suspended_platform_reads_why(self, base: str, alpha: Keys, client) -> None:
        protect(picture("a"))
        suspend_platform(partner=alpha.partner, reason="You sold the list.", by=Actor.operator(), now=NOW)
        response = fetch(base, alpha)
        assert_refused(response, 403, "suspended")
        assert "You sold the list." in response.text
        with pytest.raises(requests.HTTPError, match="403"):
            client(alpha).submit_hash(StopNCIISignalType.ImagePDQ, pdq("x"))
        client(alpha).submit_feedback(StopNCIISignalType.ImagePDQ, pdq("a/upright"), StopNCIICSPFeedbackValue.Withdrawn)


class TestAnswers:
    def test_feedback_reaches_every_platform_once(self, alpha: Keys, beta: Keys, client) -> None:
        protect(picture("a"))
        first, second = client(alpha), client(beta)
        stamp = second.fetch_hashes().nextSetTimestamp
        for _ in range(2):
            first.submit_feedback(
                StopNCIISignalType.ImagePDQ, pdq("a/upright"), StopNCIICSPFeedbackValue.Blocked, {"x", "y"}
            )
        told = records(second.fetch_hashes(start_timestamp=stamp))[pdq("a/upright")].CSPFeedbacks
        assert told == [
            StopNCIICSPFeedback(StopNCIICSPFeedbackValue.Blocked, {"x", "y"}, "Alpha"),
        ]

    @pytest.mark.parametrize("value", list(StopNCIICSPFeedbackValue))
    def test_every_value_of_the_protocol_is_taken_and_served(
        self, alpha: Keys, client, value: StopNCIICSPFeedbackValue
    ) -> None:
        protect(picture("a"))
        api = client(alpha)
        api.fetch_hashes()
        api.submit_feedback(StopNCIISignalType.ImagePDQ, pdq("a/upright"), value)
        told = records(api.fetch_hashes())[pdq("a/upright")].CSPFeedbacks
        assert value in {one.feedbackValue for one in told}

    def test_the_answer_says_what_became_of_each(self, base: str, alpha: Keys) -> None:
        protect(picture("a"))
        body = {
            "count": 2,
            "hashFeedbacks": [
                {"hashValue": pdq("a/upright").upper(), "feedbackValue": "Blocked", "tags": []},
                {"hashValue": "https://example.org/x", "feedbackValue": "Blocked"},
            ],
        }
        response = requests.post(
            f"{base}/SubmitFeedback", json=body, headers=headers(alpha, alpha.feedback_key), timeout=60
        )
        assert [one["result"] for one in response.json()["results"]] == ["recorded", "unknown_hash"]

    def test_both_spellings_of_a_signal_type_are_taken(self, base: str, alpha: Keys, beta: Keys, client) -> None:
        client(alpha).submit_hash(StopNCIISignalType.ImagePDQ, pdq("python"), {"t"})
        response = requests.post(
            f"{base}/SubmitHashes",
            json={
                "count": 1,
                "hashRecords": [{"signalType": "VideoMD5", "hashValue": md5("plain"), "CSPFeedbacks": []}],
            },
            headers=headers(alpha, alpha.submit_key),
            timeout=60,
        )
        assert response.json()["results"][0]["result"] == "recorded"
        drawn = records(client(beta).fetch_hashes())
        assert drawn[pdq("python")].CSPFeedbacks == [
            StopNCIICSPFeedback(StopNCIICSPFeedbackValue.Blocked, {"t"}, "Alpha")
        ]
        assert drawn[md5("plain")].signalType is StopNCIISignalType.VideoMD5
        assert set(Submission.objects.values_list("source", "abuse_kind")) == {("platform", "")}


class TestWithdrawals:
    def test_a_withdrawn_hash_stays_in_the_feed_as_withdrawn(self, alpha: Keys, client) -> None:
        protect(picture("a"))
        api = client(alpha)
        stamp = api.fetch_hashes().nextSetTimestamp
        withdraw_hash(value=pdq("a/upright"), reason="appeal", by=Actor.operator(), now=NOW)
        for start in (stamp, 10):
            record = records(api.fetch_hashes(start_timestamp=start))[pdq("a/upright")]
            assert record.hashStatus.value == "Withdrawn"

    @pytest.mark.parametrize(("says", "acknowledged"), [("hashmatch/0.1; honours-withdrawals", 1), ("tx/1.2.17", 0)])
    def test_going_on_past_a_tombstone_acknowledges_for_a_client_that_honours_it(
        self, base: str, alpha: Keys, says: str, acknowledged: int
    ) -> None:
        protect(picture("a"))
        sent = headers(alpha) | {"Leeward-Client": says}

        def poll(stamp: int) -> int:
            response = requests.get(f"{base}/FetchHashes", params={"startTimestamp": stamp}, headers=sent, timeout=60)
            found: int = response.json()["nextSetTimestamp"]
            return found

        stamp = poll(10)
        withdraw_hash(value=pdq("a/upright"), reason="appeal", by=Actor.operator(), now=NOW)
        stamp = poll(stamp)
        assert Withdrawal.objects.filter(acknowledged_at__isnull=False).count() == 0, "drawn is not yet applied"
        # A stamp is a second, and the feed goes on once it is over: two are enough for whoever never acknowledges.
        deadline = time.monotonic() + (PATIENCE_SECONDS if acknowledged else 2)
        while time.monotonic() < deadline and Withdrawal.objects.filter(acknowledged_at__isnull=True).exists():
            stamp = poll(stamp)
            time.sleep(0.3)
        assert Withdrawal.objects.filter(acknowledged_at__isnull=False).count() == acknowledged


@pytest.fixture
def tx(tmp_path: Path, base: str, alpha: Keys) -> Callable[..., str]:
    environment = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "TX_STOPNCII_KEYS": f"{alpha.fetch_key},{alpha.subscription_key},{base}",
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [str(TX), *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    return run


@pytest.mark.slow
def test_the_command_line_of_threatexchange_draws_the_feed(tx: Callable[..., str]) -> None:
    protect(*(picture(number) for number in range(30)))
    tx("config", "collab", "edit", "stop_ncii", "--create", "leeward")
    tx("fetch")
    dataset = tx("dataset", "-P")
    assert re.search(r"pdq\D*33", dataset) or len(dataset.splitlines()) >= 33, dataset
    found = tx("match", "--only-signal", "pdq", "--hashes", "photo", "--", pdq("7/upright"))
    assert "leeward" in found
    nothing = tx("match", "--only-signal", "pdq", "--hashes", "photo", "--", pdq("not in the bank"))
    assert "leeward" not in nothing
    protect(picture("new"))
    tx("fetch")
    assert "leeward" in tx("match", "--only-signal", "pdq", "--hashes", "photo", "--", pdq("new/upright"))


@pytest.mark.slow
def test_our_extension_for_tx_forgets_what_is_withdrawn(tx: Callable[..., str]) -> None:
    protect(picture("kept"), picture("gone"))
    tx("config", "extensions", "add", "hashmatch.threatexchange_extension")
    tx("config", "collab", "edit", "leeward", "--create", "Fairhaven")
    tx("fetch")

    def match(name: str) -> str:
        return tx("match", "--only-signal", "pdq", "--hashes", "photo", "--", pdq(f"{name}/upright"))

    assert "Fairhaven" in match("gone")
    withdraw_hash(value=pdq("gone/upright"), reason="appeal", by=Actor.operator(), now=NOW)
    tx("fetch")
    assert "Fairhaven" not in match("gone")
    assert "Fairhaven" in match("kept")
