"""A bank is filled by a snapshot of the feed, whatever is wrong with the snapshot or with the way that it comes."""

import datetime
import itertools
import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import hashmatch.feed
import hashmatch.sync
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hashmatch.bank import Bank, BankWriter
from hashmatch.errors import FeedError, FeedSignatureError, SnapshotError
from hashmatch.feed import FeedClient, Keys
from hashmatch.hashes import Md5Hash
from hashmatch.snapshot import (
    PREAMBLE,
    ROW_BYTES,
    Header,
    family_name,
    head_length,
    key_id,
    open_header,
    seal_header,
)
from hashmatch.sync import SyncResult, sync_bank
from hashmatch.variants import Level

ROWS = 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bank"


@pytest.fixture
def part(path: Path) -> Path:
    return path.with_name("bank.snapshot")


@pytest.fixture
def draw(exchange: Any, path: Path) -> Callable[..., SyncResult]:
    def run(where: Path = path, **options: Any) -> SyncResult:
        keys = Keys.from_json(exchange.keys_json(), path="keys.json")
        with FeedClient(exchange.url, keys, sleep=lambda _: None) as client:
            return sync_bank(client, where, **options)

    return run


@pytest.fixture
def filled(exchange: Any, make_hash: Any) -> Any:
    for number in range(ROWS):
        exchange.add(make_hash(number), variant=["upright", "rot90", "frame"][number % 3], quality=60 + number % 3)
    exchange.add(Md5Hash(make_hash("m").bytes[:16]), tier="verified")
    exchange.make_snapshot()
    return exchange


def asked(exchange: Any, name: str) -> list[dict[str, str]]:
    """The headers of each request for a snapshot or for hashes."""
    return [headers for _, where, _, headers in exchange.requests if where.endswith(f"/{name}")]


def named(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(record.getMessage() for record in caplog.records if record.levelname == "WARNING")


def test_a_row_is_46_bytes() -> None:
    assert 32 + ROW_BYTES == 46


def test_a_bank_filled_by_snapshot_is_the_one_that_pages_make(
    filled: Any, draw: Any, path: Path, tmp_path: Path, make_hash: Any
) -> None:
    result = draw()
    assert (result.entries, result.drawn.counts.added, result.drawn.pages) == (ROWS + 1, ROWS + 1, 1)
    assert not path.with_name("bank.snapshot").exists()
    filled.snapshot = b""
    draw(tmp_path / "paged")
    by_pages = {entry.hash: entry for entry in Bank.open(tmp_path / "paged").entries()}
    by_snapshot = {entry.hash: entry for entry in Bank.open(path).entries()}
    days = {entry.expires_on for entry in by_snapshot.values()}
    assert days == {datetime.date(2028, 1, 1)}
    assert {one: replace(entry, expires_on=None) for one, entry in by_snapshot.items()} == by_pages
    for number in range(ROWS):
        (match,) = Bank.open(path).match(make_hash(number))
        assert match.distance == 0


def test_changes_come_after_it_and_families_keep_their_names_through_a_rewrite(
    exchange: Any, draw: Any, path: Path, make_hash: Any
) -> None:
    exchange.add(make_hash(1), family_number=77)
    exchange.add(make_hash(2), family_number=2**64 - 1)
    exchange.make_snapshot()
    draw()
    exchange.withdraw(make_hash(2))  # which writes the file anew
    exchange.add(make_hash(3), family="f" * 24)
    draw()
    bank = Bank.open(path)
    assert {entry.hash: entry.family for entry in bank.entries()} == {
        make_hash(1): family_name("ab" * 32, 77),
        make_hash(3): "f" * 24,
    }
    assert not bank.match(make_hash(2)).matches


def test_a_hash_withdrawn_after_it_was_made_is_gone_when_the_run_ends(
    filled: Any, draw: Any, path: Path, make_hash: Any
) -> None:
    filled.withdraw(make_hash(4))
    result = draw()
    assert (result.entries, result.open_withdrawals) == (ROWS, 0)
    assert make_hash(4).bytes not in path.read_bytes()
    assert filled.acknowledged == [f"c{ROWS + 2}"]


def test_only_the_wanted_level_is_drawn(filled: Any, draw: Any, path: Path) -> None:
    draw(level=Level.TURNED)
    assert {entry.variant for entry in Bank.open(path).entries()} == {"upright", "rot90"}


def test_an_exchange_without_one_is_drawn_by_page(exchange: Any, draw: Any, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    exchange.shown_snapshot_keys = []
    assert draw().entries == 1
    assert asked(exchange, "snapshot") == []


@pytest.mark.parametrize("cut", [10, 96, 300, -200, -1])
def test_a_download_that_ends_anywhere_is_gone_on_with(
    filled: Any, draw: Any, cut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashmatch.feed, "SNAPSHOT_CHUNK", 20)  # what is lost of a chunk that was not whole
    whole = len(filled.snapshot)
    filled.faults.append(lambda reply: replace(reply, cut_after=cut % whole))
    assert draw().entries == ROWS + 1
    first, second = asked(filled, "snapshot")
    assert "range" not in first
    if cut < 0:
        start = int(second["range"].removeprefix("bytes=").removesuffix("-"))
        assert cut % whole - 20 <= start <= cut % whole
    else:
        assert "range" not in second  # not even the header was whole


def test_a_newer_one_takes_the_place_of_what_was_half_drawn(
    filled: Any, draw: Any, path: Path, part: Path, make_hash: Any
) -> None:
    part.write_bytes(filled.snapshot[:-100])
    filled.add(make_hash(99))
    filled.make_snapshot()
    assert draw().entries == ROWS + 2


def test_one_that_was_whole_before_the_process_died_is_not_drawn_again(filled: Any, draw: Any, part: Path) -> None:
    part.write_bytes(filled.snapshot)
    assert draw().entries == ROWS + 1
    (headers,) = asked(filled, "snapshot")
    assert headers["if-none-match"]


def test_of_an_altered_one_what_is_good_is_kept_and_the_rest_drawn_again(
    filled: Any, draw: Any, part: Path, caplog: Any
) -> None:
    altered = bytearray(filled.snapshot)
    altered[-300] ^= 1
    part.write_bytes(altered)
    assert draw().entries == ROWS + 1
    assert named(caplog) == ""
    assert int(asked(filled, "snapshot")[1]["range"].removeprefix("bytes=").removesuffix("-")) > len(altered) // 2


def spoil(exchange: Any, what: str) -> str:
    """Make the exchange's snapshot unusable in one way; a word of what must be said of it."""
    length = head_length(exchange.snapshot) or 0
    header = Header.from_bytes(exchange.snapshot[PREAMBLE.size : length])
    body = exchange.snapshot[length:]
    sealed = exchange.snapshot[:length]
    match what:
        case "altered block":
            exchange.snapshot = sealed + body[:200] + bytes([body[200] ^ 1]) + body[201:]
            return "digest"
        case "altered header":
            exchange.snapshot = sealed[:150] + bytes([sealed[150] ^ 1]) + sealed[151:] + body
            return "signature"
        case "another key":
            exchange.snapshot = seal_header(header, Ed25519PrivateKey.generate()) + body
            return "pinned are"
        case "too old":
            exchange.make_snapshot(made_at=datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=31))
            return "too old"
        case "another version":
            exchange.snapshot = b"LEEWSNAP\x02" + exchange.snapshot[9:]
            return "version 2"
        case "unknown detail":
            exchange.snapshot = seal_header(replace(header, details=header.details[:3]), exchange.snapshot_key) + body
            return "does not list"
        case "unknown variant":
            exchange.snapshot = seal_header(replace(header, variants=("upright",)), exchange.snapshot_key) + body
            return "does not list"
    raise AssertionError(what)


SPOILT = (
    "altered block",
    "altered header",
    "another key",
    "too old",
    "another version",
    "unknown detail",
    "unknown variant",
)


@pytest.mark.parametrize("what", SPOILT)
def test_one_that_may_not_be_used_is_named_and_the_feed_drawn_by_page(
    filled: Any, draw: Any, path: Path, part: Path, caplog: Any, what: str
) -> None:
    words = spoil(filled, what)
    assert draw().entries == ROWS + 1
    assert words in named(caplog)
    assert Bank.open(path).facts.snapshot == ("", 0)
    assert not part.exists()
    assert asked(filled, "hashes")


def test_an_older_one_than_was_taken_in_before_is_named_and_not_used(
    filled: Any, draw: Any, path: Path, caplog: Any, make_hash: Any
) -> None:
    draw()
    filled.make_snapshot(place=3)
    filled.oldest_cursor = 10**6  # the exchange no longer knows the bank's place: all is drawn afresh
    filled.log.append(filled.log[0])
    draw()
    assert "older than the one of place" in named(caplog)
    assert Bank.open(path).match(make_hash(0)).matches
    assert Bank.open(path).facts.snapshot == ("", ROWS + 1)


def test_keys_are_pinned_at_first_contact(filled: Any, draw: Any, path: Path, caplog: Any) -> None:
    draw()
    pinned = dict(Bank.open(path).facts.snapshot_keys)
    assert list(pinned) == [key_id(filled.snapshot_key.public_key().public_bytes_raw())]
    filled.snapshot_key = Ed25519PrivateKey.generate()
    filled.shown_snapshot_keys = [filled.snapshot_key]
    filled.make_snapshot()
    draw(level=Level.TURNED)  # which draws all afresh
    assert "put it into the keys file as snapshot_key" in named(caplog)
    assert Bank.open(path).facts.level == Level.TURNED.value
    assert dict(Bank.open(path).facts.snapshot_keys) == pinned
    caplog.clear()
    draw(level=Level.FRAMES)  # and again: a bank that was drawn by page has not forgotten the key
    assert "put it into the keys file as snapshot_key" in named(caplog)


def test_the_bank_that_was_good_stays_while_another_is_drawn(
    filled: Any, draw: Any, path: Path, make_hash: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw()
    before = path.read_bytes()
    monkeypatch.setattr(hashmatch.sync, "take_in_snapshot", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        draw(level=Level.TURNED)
    assert path.read_bytes() == before
    monkeypatch.undo()
    assert draw(level=Level.TURNED).entries == 28


def test_a_snapshot_that_a_killed_run_left_is_deleted_by_the_next(
    filled: Any, draw: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(hashmatch.sync, "refuse_older", lambda *_, **__: 1 / 0)  # it ends before it deletes
        with pytest.raises(ZeroDivisionError):
            draw()
    left = path.with_name("bank.snapshot")
    content = left.read_bytes()
    draw()
    assert not left.exists()
    left.write_bytes(content)
    draw()
    assert not left.exists()


DYING = """
import os, signal, sys
from pathlib import Path
import hashmatch.container, hashmatch.feed
from hashmatch.feed import FeedClient, Keys
from hashmatch.sync import sync_bank
from hashmatch.variants import Level

left = int(sys.argv[3])

def step(function):
    def counted(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return counted

# Each write of the download, each look at the file, each step of putting the bank in its place.
hashmatch.feed.SNAPSHOT_CHUNK = 700
hashmatch.feed.find_damage = step(hashmatch.feed.find_damage)
os.fsync, os.truncate, Path.unlink = step(os.fsync), step(os.truncate), step(Path.unlink)
Path.replace, Path.chmod = step(Path.replace), step(Path.chmod)
import requests
of = requests.Response.iter_content
def chunks(self, size):
    for chunk in of(self, size):
        step(lambda: None)()
        yield chunk
requests.Response.iter_content = chunks
keys = Keys.from_file(sys.argv[2])
with FeedClient(sys.argv[1], keys, sleep=lambda _: None) as client:
    sync_bank(client, Path(sys.argv[4]), level=Level(sys.argv[5]))
"""


def test_killed_at_any_step_the_old_bank_is_usable_and_the_next_run_goes_on(
    filled: Any, draw: Any, path: Path, tmp_path: Path, make_hash: Any
) -> None:
    keys, code = tmp_path / "keys.json", tmp_path / "dying.py"
    keys.write_text(json.dumps(filled.keys_json()))
    code.write_text(textwrap.dedent(DYING))
    draw()
    steps = 0
    for steps in itertools.count(0, 4):
        told = [sys.executable, code, filled.url, keys, str(steps), path, Level.TURNED.value]
        ended = subprocess.run(told, check=False, capture_output=True).returncode
        entries = {entry.hash for entry in Bank.open(path).entries()}
        assert len(entries) in (ROWS + 1, 28)
        assert make_hash(0) in entries
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert steps > 8
    assert len(entries) == 28
    with BankWriter(path) as bank:
        assert bank.facts.level == Level.TURNED.value


def test_a_header_is_read_strictly(exchange: Any, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    exchange.make_snapshot()
    keys = {key_id(exchange.snapshot_key.public_key().public_bytes_raw()): exchange.public_key(exchange.snapshot_key)}
    header = open_header(exchange.snapshot, keys)
    for changed in (
        replace(header, cursor=""),
        replace(header, blocks=(replace(header.blocks[0], hash_type="phash"),)),
        replace(header, blocks=(replace(header.blocks[0], rows=0),)),
        replace(header, blocks=(replace(header.blocks[0], level="cropped"), header.blocks[0])),
    ):
        with pytest.raises(SnapshotError):
            open_header(seal_header(changed, exchange.snapshot_key), keys)
    for cut in (0, 50, 95, 96, 200):
        with pytest.raises(SnapshotError):
            open_header(exchange.snapshot[:cut], keys)
    with pytest.raises(FeedSignatureError):
        open_header(exchange.snapshot, dict.fromkeys(keys, "AAAA"))
    assert issubclass(SnapshotError, FeedError)
