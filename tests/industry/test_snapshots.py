"""Snapshots of the feed: what they hold, who gets which, when they are made, and what a platform owes that took one."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hashmatch.bank import Bank
from hashmatch.feed import FeedClient
from hashmatch.feed import Keys as ClientKeys
from hashmatch.hashes import PdqHash
from hashmatch.snapshot import PREAMBLE, Header, etag_of, family_name, open_header, read_block
from hashmatch.sync import sync_bank

from leeward.config.sweeps import do_round
from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.models import Disclosure, Draw, Entry, Withdrawal
from leeward.industry.bank.operations import begin_epoch, publish_pending, withdraw_submission
from leeward.industry.exchange import rules
from leeward.industry.exchange.errors import SnapshotKeyMissing
from leeward.industry.exchange.keys import key_path
from leeward.industry.exchange.models import Snapshot, SnapshotBlock
from leeward.industry.exchange.operations import enrol_platform
from leeward.industry.exchange.snapshots import (
    found_snapshots,
    make_snapshots,
    open_present_key,
    rotate_snapshot_key,
    snapshot_keys,
)
from leeward.industry.platforms.operations import suspend_platform
from tests.industry.conftest import NOW, PERSON, Keys, pdq, picture, protect

pytestmark = pytest.mark.django_db

VARIANTS = ("upright", "rot90", "crop10")


@pytest.fixture(autouse=True)
def few_places_are_enough(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys"
    monkeypatch.setattr(rules, "SNAPSHOT_FROM_PLACES", 5)


def make(*, days: float = 0) -> int:
    found_snapshots(by=Actor.operator(), now=NOW)
    publish_pending(now=NOW)
    return make_snapshots(now=timezone.now() + timedelta(days=days))


def ask(keys: Keys, variants: str = "frames", **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {keys.fetch_key}"} | {
        name.replace("_", "-"): text for name, text in headers.items()
    }
    return Client().get(f"/api/v1/snapshot?variants={variants}", headers=sent)


def fetch(keys: Keys, variants: str = "frames") -> bytes:
    answer = ask(keys, variants)
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content)
    assert len(body) == int(answer.headers["Content-Length"])
    return body


def read(keys: Keys, variants: str = "frames") -> tuple[Header, dict[str, dict[str, Any]]]:
    """The header, and what the file says of each hash, as a page would say it."""
    body = fetch(keys, variants)
    header = open_header(body, {key.id: key.ed25519 for key in snapshot_keys()})
    place = len(body) - sum(block.length for block in header.up_to(variants))
    told: dict[str, dict[str, Any]] = {}
    for number, block in enumerate(header.up_to(variants)):
        columns = read_block(block, body[place : place + block.length], number=number)
        place += block.length
        for row in range(block.rows):
            told[columns["hash"][row].tobytes().hex()] = {
                **header.details[columns["detail"][row]],
                "family": family_name(header.family_key, columns["family"][row]),
                "variant": header.variants[columns["variant"][row]],
                "quality": int(columns["quality"][row]),
            }
    return header, told


def page(keys: Keys, cursor: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {keys.fetch_key}"}
    answer: dict[str, Any] = Client().get(f"/api/v1/hashes?cursor={cursor}", headers=headers).json()
    return answer


def test_it_says_of_each_hash_what_a_page_says(alpha: Keys) -> None:
    protect(picture("a", variants=VARIANTS), picture("b", quality=77))
    assert make() == 1
    header, told = read(alpha)
    paged = page(alpha)
    assert set(told) == {entry["hash"] for entry in paged["entries"]}
    for entry in paged["entries"]:
        same = {name: entry.get(name, 255) for name in told[entry["hash"]]}
        assert told[entry["hash"]] == same
    assert page(alpha, header.cursor) == {**page(alpha, paged["cursor"]), "cursor": header.cursor}


def test_a_canary_stands_in_its_own_platforms_file_alone_and_nothing_tells_it_there(alpha: Keys, beta: Keys) -> None:
    for number in range(20):
        protect(picture(number))
    make()
    canaries = dict(Entry.objects.filter(canary_for__isnull=False).values_list("value", "canary_for"))
    of_alpha, of_beta = read(alpha), read(beta)
    for (header, told), keys in ((of_alpha, alpha), (of_beta, beta)):
        mine = {value for value, owner in canaries.items() if owner == keys.partner.id}
        assert mine
        assert set(told) & set(canaries) == mine
        assert len(header.blocks) == len({(block.level, block.hash_type) for block in header.blocks})
    assert of_alpha[0].family_key != of_beta[0].family_key
    shared = set(of_alpha[1]) & set(of_beta[1])
    assert len(shared) == 20
    assert all(of_alpha[1][one]["family"] != of_beta[1][one]["family"] for one in shared)


def test_a_level_gets_the_beginning_of_the_file(alpha: Keys) -> None:
    protect(picture("a", variants=VARIANTS))
    make()
    whole, less = fetch(alpha), fetch(alpha, "turned")
    assert whole.startswith(less)
    assert {one["variant"] for one in read(alpha, "turned")[1].values()} == {"upright", "rot90"}
    draw = Draw.objects.get(platform=alpha.partner.id, door="modern")
    assert draw.level == 3  # the whole one was given too


def test_ranges_and_names_are_honoured(alpha: Keys) -> None:
    protect(picture("a", variants=VARIANTS))
    make()
    whole = fetch(alpha)
    tag = etag_of(whole[: PREAMBLE.size + PREAMBLE.unpack(whole[: PREAMBLE.size])[2]])
    part = ask(alpha, Range="bytes=7-99")
    assert (part.status_code, part.headers["Content-Range"]) == (206, f"bytes 7-99/{len(whole)}")
    assert b"".join(part.streaming_content) == whole[7:100]
    rest = ask(alpha, Range="bytes=100-", If_Range=tag)
    assert b"".join(rest.streaming_content) == whole[100:]
    other = ask(alpha, Range="bytes=100-", If_Range='"another"')
    assert (other.status_code, b"".join(other.streaming_content)) == (200, whole)
    assert rest.headers["Cache-Control"] == "private, no-cache"
    assert rest.headers["X-Content-Type-Options"] == "nosniff"
    assert ask(alpha, If_None_Match=tag).status_code == 304
    behind = ask(alpha, Range=f"bytes={len(whole)}-")
    assert (behind.status_code, behind.json()["error"]["code"]) == (416, "range_unmet")
    for odd in ("bytes=5-3", "bytes=9-4"):
        assert ask(alpha, Range=odd).status_code == 416
    for unknown in ("bytes=-5", "bytes=1-2,4-5", "lines=1-2", "bytes=a-"):
        assert ask(alpha, Range=unknown).status_code == 200


def test_who_may_not_draw_the_feed_gets_no_snapshot(alpha: Keys) -> None:
    protect(picture("a", variants=VARIANTS))
    make()
    assert Client().get("/api/v1/snapshot").status_code == 401
    wrong = {"Authorization": f"Bearer {alpha.submit_key}"}
    assert Client().get("/api/v1/snapshot", headers=wrong).status_code == 403
    suspend_platform(partner=alpha.partner, reason="late", by=Actor.operator(), now=NOW)
    assert ask(alpha).json()["error"]["code"] == "suspended"
    assert not Disclosure.objects.filter(platform=alpha.partner.id).exists()


def test_there_is_none_before_the_first_and_after_a_restore(alpha: Keys) -> None:
    protect(picture("a", variants=VARIANTS))
    assert ask(alpha).json()["error"]["code"] == "no_snapshot"
    make()
    fetch(alpha)
    begin_epoch(by=Actor.operator(), now=NOW)
    assert ask(alpha).json()["error"]["code"] == "no_snapshot"
    assert make() == 1
    fetch(alpha)
    Snapshot.objects.update(made_at=timezone.now() - timedelta(days=21))  # its worker has stood still
    assert ask(alpha).json()["error"]["code"] == "no_snapshot"


def test_what_no_worker_makes_anew_is_deleted_before_its_withdrawals_are_forgotten(alpha: Keys) -> None:
    protect(picture("a", variants=VARIANTS))
    make()
    now = timezone.now()
    assert do_round(now + timedelta(days=19)).done["snapshots forgotten"] == 0
    assert SnapshotBlock.objects.exists()
    assert do_round(now + timedelta(days=21)).done["snapshots forgotten"] == 1
    assert not SnapshotBlock.objects.exists()


def test_it_is_made_anew_after_enough_changes_a_new_platform_or_a_day(alpha: Keys, enrol: Any) -> None:
    protect(picture("a", variants=VARIANTS))
    assert make() == 1
    assert make(days=2) == 0  # nothing has changed
    protect(picture("b"))
    assert make() == 0
    assert make(days=1.1) == 1
    enrol("Late")
    assert make(days=1.1) == 2
    for number in range(5):
        protect(picture(number))
    assert make(days=1.1) == 2
    read(alpha)
    named = {block.sha256 for row in Snapshot.objects.all() for block in Header.from_bytes(bytes(row.head)[96:]).blocks}
    assert set(SnapshotBlock.objects.values_list("pk", flat=True)) == named  # nothing of older ones is left


def test_what_was_withdrawn_since_is_owed_by_whoever_takes_the_snapshot(alpha: Keys) -> None:
    gone = protect(picture("gone"))
    protect(picture("kept", variants=VARIANTS))
    make()
    withdraw_submission(reference=gone, by=PERSON, now=NOW)
    assert not Withdrawal.objects.exists()  # nobody had drawn it
    header, told = read(alpha)
    assert pdq("gone/upright") in told
    assert Withdrawal.objects.get().entry.value == pdq("gone/upright")
    (tombstone,) = page(alpha, header.cursor)["tombstones"]
    assert tombstone["hash"] == pdq("gone/upright")
    assert tombstone["acknowledge_by"] is not None
    make(days=1.1)
    assert pdq("gone/upright") not in read(alpha)[1]


def test_each_file_is_counted_once_among_what_was_disclosed(alpha: Keys) -> None:
    protect(picture("a", variants=VARIANTS))
    make()
    whole = fetch(alpha)
    ask(alpha, Range=f"bytes={len(whole) - 10}-")
    noted = Disclosure.objects.get(platform=alpha.partner.id)
    assert noted.count == len(read(alpha)[1])
    assert Draw.objects.get(platform=alpha.partner.id, door="modern").sequence == noted.to_sequence


def test_without_its_key_the_worker_refuses_and_a_new_one_is_announced(alpha: Keys) -> None:
    protect(picture("a", variants=VARIANTS))
    make()
    (old,) = snapshot_keys()
    key_path(1).write_text("bm90IGl0")
    with pytest.raises(SnapshotKeyMissing):
        open_present_key()
    new = rotate_snapshot_key(by=Actor.operator(), now=NOW)
    assert snapshot_keys() == (new, old)
    assert make_snapshots(now=timezone.now()) == 1
    open_header(fetch(alpha), {new.id: new.ed25519})
    listed = Client().get("/api/v1/signing-keys").json()["snapshot_keys"]
    assert listed[0] == {"id": new.id, "ed25519": new.ed25519}


@pytest.mark.postgresql
def test_an_empty_bank_is_filled_by_it_and_follows_the_feed_from_there(
    live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_snapshots(by=Actor.operator(), now=NOW)
    printed = enrol_platform(name="Gamma", by=Actor.operator(), now=NOW).as_json_object()
    assert printed["snapshot_key"]
    keys = ClientKeys.from_json(json.loads(json.dumps(printed)), path="keys.json")
    gone = protect(picture("gone", variants=VARIANTS))
    protect(picture("kept", variants=VARIANTS))
    make()
    withdraw_submission(reference=gone, by=PERSON, now=timezone.now())
    protect(picture("new"))
    path, paged = tmp_path / "bank", tmp_path / "paged"
    with FeedClient(live_server.url, keys) as client:
        done = sync_bank(client, path)
        assert (done.entries, done.open_withdrawals) == (3 + 3 + 1, 0)
        monkeypatch.setattr(FeedClient, "fetch_snapshot", lambda *_, **__: None)
        sync_bank(client, paged)
    assert {entry.hash: entry for entry in Bank.open(path).entries()} == {
        entry.hash: entry for entry in Bank.open(paged).entries()
    }
    assert not Bank.open(path).match(PdqHash.from_hex(pdq("gone/upright"))).matches
    assert Bank.open(path).facts.snapshot[1] > 0
