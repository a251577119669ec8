"""The modern endpoint: signed pages by cursor, tombstones, acknowledgements, and every way to call it wrongly."""

import base64
import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.models import Draw, Entry, Withdrawal
from leeward.industry.bank.operations import suspend_stale_platforms, withdraw_submission
from leeward.industry.bank.rules import HashType, MediaKind, NewHash, NewPicture
from leeward.industry.exchange import gate
from leeward.industry.exchange.api import openapi_text
from leeward.industry.platforms.operations import suspend_platform
from tests.industry.conftest import NOW, PERSON, Keys, md5, pdq, picture, protect

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
TURNED = ("upright", "rot90", "flipx", "crop10")


class Caller:
    """A platform's client: small, and free to get things wrong."""

    def __init__(self, keys: Keys) -> None:
        self.keys, self.http = keys, Client()

    def get(self, path: str, key: str | None = None, **headers: str):
        sent = {"Authorization": f"Bearer {key or self.keys.fetch_key}"} | headers
        return self.http.get(f"/api/v1/{path}", headers=sent)

    def post(self, path: str, body: object, key: str, content_type: str = "application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body)
        return self.http.post(
            f"/api/v1/{path}", data=data, content_type=content_type, headers={"Authorization": f"Bearer {key}"}
        )

    def feedback(self, *items: dict[str, object]):
        return self.post("feedback", {"feedback": list(items)}, self.keys.feedback_key)

    def sync(self, cursor: str = "", *, limit: int = 1_000, variants: str = "frames") -> tuple[dict, str]:
        """What a client holds after following the feed from this cursor to its end."""
        held: dict[tuple[str, str], dict | None] = {}
        while True:
            page = self.get(f"hashes?cursor={cursor}&limit={limit}&variants={variants}").json()
            held |= {(one["hash_type"], one["hash"]): one for one in page["entries"]}
            held |= {(one["hash_type"], one["hash"]): None for one in page["tombstones"]}
            cursor = page["cursor"]
            if not page["has_more"]:
                return held, cursor


@pytest.fixture
def caller(alpha: Keys) -> Caller:
    return Caller(alpha)


def assert_refused(response, status: int, code: str) -> None:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/json"
    error = json.loads(response.content)["error"]
    assert set(error) == {"code", "message", "how"}
    assert error["code"] == code
    assert error["message"]
    assert error["how"]


class TestPages:
    def test_an_entry_says_what_the_guide_promises(self, caller: Caller, settings) -> None:
        settings.LEEWARD_JURISDICTION = "NZ"
        protect(
            picture("a", variants=TURNED),
            NewPicture(kind=MediaKind.IMAGE, hashes=(NewHash(hash_type=HashType.MD5, value=md5("f")),)),
        )
        caller.feedback({"hash": pdq("a/upright"), "value": "PendingReview", "tags": ["x"]})
        held, _ = caller.sync()
        entry = held["pdq", pdq("a/upright")]
        family = entry.pop("family")
        assert entry == {
            "hash_type": "pdq",
            "hash": pdq("a/upright"),
            "tier": "submitted",
            "variant": "upright",
            "quality": 90,
            "harm": "intimate_image_abuse",
            "jurisdiction": "NZ",
            "expires_on": "2028-11-24",
            "in_review": False,
            "feedback": [{"source": "Alpha", "value": "PendingReview"}],
        }
        assert held["pdq", pdq("a/rot90")]["family"] == family
        assert held["md5", md5("f")]["family"] != family
        assert "quality" not in held["md5", md5("f")]

    def test_a_family_has_another_name_at_every_platform(self, caller: Caller, beta: Keys) -> None:
        protect(picture("a"))
        names = {one.sync()[0]["pdq", pdq("a/upright")]["family"] for one in (caller, Caller(beta))}
        assert len(names) == 2

    @pytest.mark.parametrize("limit", [1, 3, 2_000])
    def test_pages_of_any_size_add_up_to_the_same(self, caller: Caller, limit: int) -> None:
        protect(*(picture(number, variants=TURNED) for number in range(3)))
        held, cursor = caller.sync(limit=limit)
        assert len(held) == 12 + 3
        assert caller.sync(cursor)[0] == {}

    @pytest.mark.parametrize(("variants", "count"), [("upright", 1), ("turned", 3), ("cropped", 4), ("frames", 4)])
    def test_a_platform_chooses_its_level(self, caller: Caller, variants: str, count: int) -> None:
        protect(picture("a", variants=TURNED))
        assert len(caller.sync(variants=variants)[0]) == count + 3

    def test_pages_are_signed_over_the_uncompressed_body(self, caller: Caller) -> None:
        protect(*(picture(number) for number in range(20)))
        [key] = Client().get("/api/v1/signing-keys").json()["keys"]
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key["ed25519"]))
        response = caller.get("hashes", **{"Accept-Encoding": "gzip"})
        assert response.headers["Content-Encoding"] == "gzip"
        body = gzip.decompress(response.content)
        key_id, signature = (
            part.strip().split("=", 1)[1] for part in response.headers["Leeward-Signature"].split(",", 1)
        )
        assert key_id == key["id"]
        public.verify(base64.b64decode(signature), body)
        with pytest.raises(InvalidSignature):
            public.verify(base64.b64decode(signature), body.replace(b"submitted", b"verified", 1))

    def test_an_unchanged_page_is_not_sent_again(self, caller: Caller) -> None:
        protect(picture("a"))
        first = caller.get("hashes", **{"Accept-Encoding": "gzip"})
        etag = first.headers["ETag"]
        again = caller.get("hashes", **{"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"].removeprefix("W/") == etag.removeprefix("W/")
        assert caller.get("hashes?limit=7", **{"If-None-Match": etag}).status_code == 200
        assert caller.get("hashes", **{"If-None-Match": '"other"'}).status_code == 200
        caller.feedback({"hash": pdq("a/upright"), "value": "Blocked"})
        assert caller.get("hashes", **{"If-None-Match": etag}).status_code == 200

    def test_a_visit_that_brings_nothing_new_still_counts_as_one(self, caller: Caller) -> None:
        etag = caller.get("hashes").headers["ETag"]
        Draw.objects.update(last_fetch_at=NOW - timedelta(days=9))
        assert caller.get("hashes", **{"If-None-Match": etag}).status_code == 304
        assert caller.get("status").json()["last_fetch_at"] > "2026-11-20"

    def test_a_cursor_is_good_for_its_platform_alone_and_for_ever(self, caller: Caller, beta: Keys) -> None:
        _, cursor = caller.sync()
        assert caller.get(f"hashes?cursor={cursor}").status_code == 200
        assert_refused(Caller(beta).get(f"hashes?cursor={cursor}"), 400, "bad_cursor")
        assert_refused(Caller(beta).post("acknowledgements", {"cursor": cursor}, beta.fetch_key), 400, "bad_cursor")


class TestWithdrawals:
    def test_drawn_dropped_and_acknowledged(self, caller: Caller) -> None:
        reference = protect(picture("a"), picture("b"))
        _, cursor = caller.sync()
        withdraw_submission(reference=reference, by=PERSON, now=timezone.now())
        status = caller.get("status").json()
        assert status["open_withdrawals"] == 2
        assert status["acknowledge_by"]
        assert status["entries"] == 3
        old = caller.post("acknowledgements", {"cursor": cursor}, caller.keys.fetch_key).json()
        assert old == {"acknowledged": 0, "open": 2}
        held, cursor = caller.sync(cursor)
        assert held == {("pdq", pdq("a/upright")): None, ("pdq", pdq("b/upright")): None}
        done = caller.post("acknowledgements", {"cursor": cursor}, caller.keys.fetch_key).json()
        assert done == {"acknowledged": 2, "open": 0}

    def test_a_tombstone_says_by_when(self, caller: Caller) -> None:
        reference = protect(picture("a"))
        _, cursor = caller.sync()
        withdraw_submission(reference=reference, by=PERSON, now=NOW)
        [tombstone] = caller.get(f"hashes?cursor={cursor}").json()["tombstones"]
        assert tombstone == {
            "hash_type": "pdq",
            "hash": pdq("a/upright"),
            "withdrawn_at": "2026-11-24T12:00:00Z",
            "acknowledge_by": "2026-11-27T12:00:00Z",
        }

    def test_a_suspended_platform_can_see_what_it_owes_and_pay(self, caller: Caller) -> None:
        reference = protect(picture("a"))
        caller.sync()
        withdraw_submission(reference=reference, by=PERSON, now=timezone.now() - timedelta(days=40))
        suspend_stale_platforms(now=timezone.now())
        assert_refused(caller.get("hashes"), 403, "suspended")
        assert caller.get("status").json()["suspended"] is True
        owed = caller.get("withdrawals").json()
        assert owed["open"] == 1
        for tombstone in owed["tombstones"]:
            result = caller.feedback({"hash": tombstone["hash"], "value": "Withdrawn"}).json()
            assert result["results"][0]["result"] == "recorded"
        assert caller.get("hashes").status_code == 200


class TestAnswers:
    def test_results_stand_in_the_order_of_the_items(self, caller: Caller) -> None:
        protect(picture("a"), picture("b"))
        gone = protect(picture("c"))
        caller.sync()
        caller.feedback({"hash": pdq("a/upright"), "value": "Blocked"})
        withdraw_submission(reference=gone, by=PERSON, now=NOW)
        response = caller.feedback(
            {"hash": pdq("a/upright").upper(), "hash_type": "pdq", "value": "Blocked"},
            {"hash": pdq("b/upright"), "hash_type": "sha256", "value": "Blocked"},
            {"hash": pdq("b/upright"), "value": "NotBlocked", "tags": ["t"]},
            {"hash": pdq("c/upright"), "value": "Blocked"},
        )
        assert [one["result"] for one in response.json()["results"]] == [
            "unchanged",
            "unknown_hash",
            "recorded",
            "withdrawn_hash",
        ]

    def test_hashes_of_a_platforms_own(self, caller: Caller, beta: Keys) -> None:
        response = caller.post(
            "hashes",
            {
                "hashes": [
                    {"hash_type": "pdq", "hash": pdq("x"), "quality": 90},
                    {"hash_type": "pdq", "hash": pdq("y"), "quality": 10},
                    {"hash_type": "sha256", "hash": pdq("z")},
                ]
            },
            caller.keys.submit_key,
        )
        assert [one["result"] for one in response.json()["results"]] == ["recorded", "refused", "recorded"]
        held, _ = Caller(beta).sync()
        assert held["pdq", pdq("x")]["tier"] == "submitted"
        assert ("pdq", pdq("y")) not in held

    def test_a_body_is_taken_whole_or_not_at_all(self, caller: Caller) -> None:
        response = caller.post(
            "hashes",
            {"hashes": [{"hash_type": "pdq", "hash": pdq("x")}, {"hash_type": "md5", "hash": pdq("x")}]},
            caller.keys.submit_key,
        )
        assert_refused(response, 400, "bad_body")
        assert "hashes[1]" in response.content.decode()
        assert not Entry.objects.filter(value=pdq("x")).exists()


class TestBadCalls:
    @pytest.mark.parametrize(
        ("header", "status", "code"),
        [
            ("", 401, "key_missing"),
            ("Bearer", 401, "key_missing"),
            ("Bearer ", 401, "key_missing"),
            ("Basic abc", 401, "key_missing"),
            ("Bearer wrong", 401, "key_unknown"),
            ("Bearer \u00fc\u00fc", 401, "key_unknown"),
        ],
    )
    def test_without_a_good_key(self, header: str, status: int, code: str) -> None:
        response = Client().get("/api/v1/hashes", headers={"Authorization": header})
        assert_refused(response, status, code)

    def test_every_key_opens_its_own_door_only(self, caller: Caller) -> None:
        keys = caller.keys
        for key in (keys.feedback_key, keys.submit_key, keys.subscription_key):
            for path in ("hashes", "status", "withdrawals"):
                assert_refused(caller.get(path, key), 403, "key_of_another_endpoint")
            assert_refused(caller.post("acknowledgements", {}, key), 403, "key_of_another_endpoint")
        assert_refused(caller.post("feedback", {}, keys.submit_key), 403, "key_of_another_endpoint")
        assert_refused(caller.post("hashes", {}, keys.fetch_key), 403, "key_of_another_endpoint")

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("limit=0", "bad_parameter"),
            ("limit=2001", "bad_parameter"),
            ("limit=many", "bad_parameter"),
            ("limit=" + "9" * 5_000, "bad_parameter"),
            ("variants=all", "bad_parameter"),
            ("curser=abc", "bad_parameter"),
            ("=null", "bad_parameter"),
            ("cursor=%00", "bad_cursor"),
            ("cursor=%ff", "bad_cursor"),
            ("cursor=MQ", "bad_cursor"),
            ("cursor=" + "A" * 300, "bad_parameter"),
        ],
    )
    def test_a_bad_query_is_named(self, caller: Caller, query: str, code: str) -> None:
        assert_refused(caller.get(f"hashes?{query}"), 400, code)

    @pytest.mark.parametrize(
        "body",
        [
            b"null",
            b"[]",
            b"\xc3(",
            b"[" * 100_000,
            b'{"feedback":[]}',
            b'{"feedback":[{}]}',
            b'{"feedback":[{"hash":"' + b"a" * 64 + b'","value":"Banned"}]}',
            b'{"feedback":[{"hash":"' + b"g" * 64 + b'","value":"None"}]}',
            b'{"feedback":[{"hash":"' + b"a" * 64 + b'","value":"None","extra":1}]}',
            b'{"feedback":[{"hash":"' + b"a" * 64 + b'","value":"None","tags":["\\u0000"]}]}',
            b'{"feedback":[{"hash":"' + b"a" * 64 + b'","value":"None","tags":"x"}]}',
            b'{"feedback":[{"hash":' + b"1" * 5_000 + b',"value":"None"}]}',
            b'{"feedback":[{"hash":"\\ud83d","value":"None"}]}',
        ],
        ids=lambda body: str(body[:50]),
    )
    def test_a_bad_body_is_named(self, caller: Caller, body: bytes) -> None:
        assert_refused(caller.post("feedback", body, caller.keys.feedback_key), 400, "bad_body")

    def test_a_cursor_of_broken_characters_is_refused(self, caller: Caller) -> None:
        for cursor, code in (("\ud800", "bad_body"), ("a\0b", "bad_cursor"), ("é", "bad_cursor"), ("x", "bad_cursor")):
            body = json.dumps({"cursor": cursor}).encode()
            assert_refused(caller.post("acknowledgements", body, caller.keys.fetch_key), 400, code)

    def test_an_empty_body_is_named(self, caller: Caller) -> None:
        response = Client().generic(
            "POST",
            "/api/v1/feedback",
            b"",
            headers={"Authorization": f"Bearer {caller.keys.feedback_key}", "Content-Type": "application/json"},
        )
        assert_refused(response, 400, "bad_body")

    def test_size_type_method_and_address(self, caller: Caller) -> None:
        key = caller.keys.feedback_key
        assert_refused(caller.post("feedback", b" " * 1_100_000, key), 413, "body_too_large")
        assert_refused(caller.post("feedback", b"{}", key, content_type="text/plain"), 415, "body_type_unknown")
        for response in (caller.get("feedback"), Client().delete("/api/v1/hashes")):
            assert_refused(response, 405, "method_not_allowed")
            assert response.headers["Allow"]
        for path in ("/api/v1/", "/api/v1/nothing", "/api", "/api/v2/hashes", "/exchange/v1/nothing", "/exchange/"):
            assert_refused(Client().get(path), 404, "no_such_endpoint")

    def test_a_refusal_never_repeats_a_key_or_a_hash(self, caller: Caller) -> None:
        secret = "SECRET" + "a" * 58
        for response in (
            caller.get("hashes", secret),
            caller.get(f"hashes?cursor={secret}"),
            caller.feedback({"hash": secret, "value": "Blocked"}),
        ):
            assert response.status_code in (400, 401)
            assert "SECRET" not in response.content.decode()

    def test_too_many_calls_are_slowed_down(self, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gate, "REQUESTS_PER_MINUTE", 2)
        late = [response for response in (caller.get("status") for _ in range(6)) if response.status_code == 429]
        assert late
        assert_refused(late[0], 429, "too_many_requests")
        assert 1 <= int(late[0].headers["Retry-After"]) <= 60

    def test_a_suspension_by_staff_does_not_end_by_acknowledging(self, caller: Caller) -> None:
        reference = protect(picture("a"))
        caller.sync()
        withdraw_submission(reference=reference, by=PERSON, now=NOW)
        suspend_platform(partner=caller.keys.partner, reason="You sold the list.", by=Actor.operator(), now=NOW)
        caller.feedback({"hash": pdq("a/upright"), "value": "Withdrawn"})
        assert not Withdrawal.objects.filter(acknowledged_at__isnull=True).exists()
        response = caller.get("hashes")
        assert_refused(response, 403, "suspended")
        assert "You sold the list." in response.content.decode()


def test_the_committed_description_is_the_one_that_is_served() -> None:
    committed = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert committed == openapi_text(), "run: leeward print-openapi > docs/openapi.json"
    assert Client().get("/api/v1/openapi.json").content.decode() == committed
