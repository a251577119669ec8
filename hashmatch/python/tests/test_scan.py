"""A scan finds what one query at a time would find, each match once, whatever is killed, and mixes no two scans."""

import json
import os
import select
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hashmatch.bank import Bank, BankWriter, Changes, Facts
from hashmatch.entries import Entry, Tier
from hashmatch.errors import BankFileError, ScanEngineError, ScanOutputError, ScanSourceError
from hashmatch.files import hash_file
from hashmatch.hashes import PdqHash
from hashmatch.pdq import hash_pixels
from hashmatch.scan import run
from hashmatch.scan.frozen import take_snapshot
from hashmatch.scan.ledger import LineLog, Shard
from hashmatch.scan.pools import MOST_ATTEMPTS, Outcome, ProcessPool, run_shards
from hashmatch.scan.results import MATCH_SCHEMA
from hashmatch.scan.run import Summary, Workforce, scan
from hashmatch.scan.settings import Columns, Format, Kind, Settings
from hashmatch.scan.sources import Item
from PIL import Image

ALONE = Workforce(workers=0)


def make_bank(path: Path, *entries: Entry) -> Path:
    with BankWriter(path) as writer:
        writer.apply(Changes(Facts(), entries))
    return path


def flip(row: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    bits = np.unpackbits(row)
    bits[rng.choice(256, count, replace=False)] ^= 1
    return np.packbits(bits)


def read_rows(folder: Path, kind: str = "matches") -> list[dict[str, Any]]:
    """The rows of all files, in the order of the shards."""
    rows = []
    for path in sorted((folder / kind).iterdir()):
        if path.suffix == ".jsonl":
            rows += [json.loads(line) for line in path.read_text().splitlines()]
        else:
            rows += pq.read_table(path).to_pylist()
    return rows


def read_bytes(folder: Path) -> dict[str, bytes]:
    """Every file of the results."""
    paths = [path for kind in ("matches", "errors") for path in (folder / kind).iterdir()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def hashes(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(0, 256, (600, 32), dtype=np.uint8)


@pytest.fixture
def bank_file(tmp_path: Path, hashes: np.ndarray) -> Path:
    """Sixty entries of all qualities, some below what may match."""
    entries = [
        Entry(
            PdqHash(row.tobytes()),
            tier=Tier.VERIFIED if number % 3 else Tier.SUBMITTED,
            quality=None if number % 4 == 0 else 45 + number % 60 if 45 + number % 60 <= 100 else 100,
            variant="rot90" if number % 5 == 0 else "upright",
        )
        for number, row in enumerate(hashes[::10])
    ]
    return make_bank(tmp_path / "bank", *entries)


@pytest.fixture
def archived(tmp_path: Path, hashes: np.ndarray, rng: np.random.Generator) -> Path:
    """Parquet files of all three kinds of columns, with near and far copies of entries and some rows that are bad."""
    folder = tmp_path / "hashes"
    (folder / "größer").mkdir(parents=True)
    near = np.stack([flip(row, number % 40, rng) for number, row in enumerate(hashes)])
    fixed = pa.table(
        {
            "id": pa.array([f"upload-{number}" for number in range(300)]),
            "pdq": pa.array([row.tobytes() for row in near[:300]], pa.binary(32)),
            "quality": pa.array([number % 101 for number in range(300)], pa.uint8()),
        }
    )
    pq.write_table(fixed, folder / "a.parquet", row_group_size=70)
    hexadecimal = [row.tobytes().hex() for row in near[300:450]]
    hexadecimal[3], hexadecimal[5], hexadecimal[7] = "zz" * 32, None, hexadecimal[7].upper()
    pq.write_table(pa.table({"pdq": hexadecimal}), folder / "größer" / "b.parquet", row_group_size=40)
    raw = [row.tobytes() for row in near[450:]]
    raw[0] = b"short"
    pq.write_table(pa.table({"id": pa.array(range(150)), "pdq": pa.array(raw, pa.binary())}), folder / "c.parquet")
    (folder / "_SUCCESS").write_bytes(b"")
    return folder


def expected_rows(folder: Path, bank_file: Path, distance: int = 31) -> set[tuple[str, str, str, int, bool, str, str]]:
    """What one query at a time gives for every row of every file."""
    bank = Bank.open(bank_file)
    found = set()
    for path in folder.rglob("*.parquet"):
        for number, row in enumerate(pq.read_table(path).to_pylist()):
            value = row["pdq"]
            try:
                wanted = PdqHash.from_hex(value) if isinstance(value, str) else PdqHash(value)
            except ValueError:
                continue
            name = str(row["id"]) if "id" in row else f"{path}#{number}"
            if "quality" in row and row["quality"] < 50:  # too plain to be compared
                continue
            for match in bank.match(wanted, max_distance=distance):
                plain = row.get("quality") is not None and row["quality"] < 80
                details = (match.needs_person or plain, match.entry.tier.value, match.entry.variant)
                found.add((name, wanted.hex, match.entry.hash.hex, match.distance, *details))
    return found


def as_set(rows: list[dict[str, Any]]) -> set[tuple[str, str, str, int, bool, str, str]]:
    names = ("source", "query", "entry", "distance", "needs_person", "tier", "variant")
    return {tuple(row[name] for name in names) for row in rows}


def hash_settings(source: Path | str, **more: Any) -> Settings:
    return Settings(str(source), Kind.HASHES, **{"shard_size": 80, **more})


@pytest.mark.parametrize("distance", [0, 15, 31, 40])
def test_hashes_are_matched_like_one_query_at_a_time(
    archived: Path, bank_file: Path, tmp_path: Path, distance: int
) -> None:
    output = tmp_path / "out"
    summary = scan(hash_settings(archived, distance=distance), bank_file, output, workforce=ALONE)
    rows = read_rows(output)
    expected = expected_rows(archived, bank_file, distance)
    assert len(expected) > 2
    assert as_set(rows) == expected
    assert len(rows) == len(expected) == summary.matches
    assert summary.items == 600
    assert [row["source"].rpartition("/")[2] for row in read_rows(output, "errors")] == [
        "0",
        "b.parquet#3",
        "b.parquet#5",
    ]
    assert pq.read_schema(next((output / "matches").iterdir())).equals(MATCH_SCHEMA)
    assert json.loads((output / "summary.json").read_text()) == json.loads(json.dumps(summary.to_json()))


def test_rows_have_the_quality_and_id_of_the_column_that_was_named(
    tmp_path: Path, bank_file: Path, hashes: np.ndarray
) -> None:
    quality = [79.0, 80.0, None, 300.0, 49.0]
    table = pa.table({"h": [hashes[0].tobytes().hex()] * 5, "name": ["a", "b", "c", "d", "e"], "q": quality})
    pq.write_table(table, tmp_path / "x.parquet")
    settings = hash_settings(tmp_path / "x.parquet", columns=Columns("h", "name", "q"), format=Format.JSONL)
    summary = scan(settings, bank_file, tmp_path / "out", workforce=ALONE)
    assert (summary.items, summary.plain) == (5, 1)
    rows = read_rows(tmp_path / "out")
    assert [(row["source"], row["quality"], row["needs_person"]) for row in rows] == [
        ("a", 79, True),
        ("b", 80, False),
        ("c", None, False),
        ("d", None, False),
    ]


@pytest.fixture
def pictures(tmp_path: Path, photo: np.ndarray) -> Path:
    """A photo in several sizes, other things, and names of every kind."""
    root = tmp_path / "pictures"
    (root / "ünï cödé" / "深い").mkdir(parents=True)
    Image.fromarray(photo).save(root / "photo.png")
    for number in range(5):
        Image.fromarray(photo).resize((440 - number, 300)).save(root / "ünï cödé" / f"{number}.jpg", quality=90)
    Image.fromarray(photo[::-1]).save(root / "ünï cödé" / "深い" / "über Kopf.png")
    (root / "text.jpg").write_text("no picture")
    (root / "clip.mp4").write_bytes(b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2" + b"frames")
    (root / os.fsdecode(b"odd-\xff.png")).write_bytes((root / "photo.png").read_bytes())
    os.mkfifo(root / "pipe")  # whoever opened it would wait for ever
    return root


@pytest.fixture
def picture_bank(tmp_path: Path, pictures: Path, photo: np.ndarray) -> Path:
    """The photo by its PDQ, the clip by its MD5."""
    qualified = hash_pixels(photo)
    clip = hash_file(pictures / "clip.mp4").digests.sha256
    entry = Entry(qualified.hash, quality=qualified.quality, tier=Tier.VERIFIED)
    return make_bank(tmp_path / "picture-bank", entry, Entry(clip))


def test_pictures_are_matched_and_broken_ones_are_named(pictures: Path, picture_bank: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    summary = scan(Settings(str(pictures), Kind.FILES, shard_size=3), picture_bank, output, workforce=ALONE)
    assert summary.items == 10
    matched = [(row["source"], row["hash_type"], row["distance"] <= 31, row["tier"]) for row in read_rows(output)]
    assert matched == [
        (f"{pictures}/clip.mp4", "sha256", True, "submitted"),
        (f"{pictures}/odd-\\udcff.png", "pdq", True, "verified"),
        (f"{pictures}/photo.png", "pdq", True, "verified"),
        *((f"{pictures}/ünï cödé/{number}.jpg", "pdq", True, "verified") for number in range(5)),
    ]
    assert any(row["source"] == f"{pictures}/text.jpg" for row in read_rows(output, "errors"))


def test_a_list_of_names_is_scanned_in_its_order(pictures: Path, picture_bank: Path, tmp_path: Path) -> None:
    names = [str(pictures / "photo.png"), str(pictures / "gone.png"), f"file://{pictures}/ünï cödé/1.jpg", "nosuch://x"]
    (tmp_path / "list.txt").write_text("\n".join(names))
    settings = Settings(str(tmp_path / "list.txt"), Kind.LIST, shard_size=2)
    scan(settings, picture_bank, tmp_path / "out", workforce=ALONE)
    assert [row["source"] for row in read_rows(tmp_path / "out")] == [names[0], names[2]]
    assert [row["source"] for row in read_rows(tmp_path / "out", "errors")] == [names[1], names[3]]


def test_workers_give_the_same_bytes_as_one_process(
    archived: Path, bank_file: Path, pictures: Path, picture_bank: Path, tmp_path: Path
) -> None:
    two = Workforce(workers=2)
    for number, (settings, bank) in enumerate(
        [(hash_settings(archived), bank_file), (Settings(str(pictures), Kind.FILES, shard_size=4), picture_bank)]
    ):
        scan(settings, bank, tmp_path / f"one-{number}", workforce=ALONE)
        scan(settings, bank, tmp_path / f"two-{number}", workforce=two)
        assert read_bytes(tmp_path / f"one-{number}") == read_bytes(tmp_path / f"two-{number}")


def test_an_item_with_too_many_matches_says_so(tmp_path: Path, hashes: np.ndarray, rng: np.random.Generator) -> None:
    crowd = [Entry(PdqHash(flip(hashes[0], number, rng).tobytes())) for number in range(1, 20)]
    bank = make_bank(tmp_path / "bank", *crowd)
    pq.write_table(pa.table({"pdq": [hashes[0].tobytes(), hashes[1].tobytes()]}), tmp_path / "x.parquet")
    scan(hash_settings(tmp_path / "x.parquet", limit=5), bank, tmp_path / "out", workforce=ALONE)
    assert [row["distance"] for row in read_rows(tmp_path / "out")] == [1, 2, 3, 4, 5]
    errors = read_rows(tmp_path / "out", "errors")
    assert [row["source"].rpartition("/")[2] for row in errors] == ["x.parquet#0"]
    assert "More than 5" in errors[0]["error"]


@pytest.mark.parametrize("kind", [Kind.FILES, Kind.HASHES])
def test_an_empty_source_is_a_scan_of_nothing(kind: Kind, bank_file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    summary = scan(Settings(str(tmp_path / "empty"), kind), bank_file, tmp_path / "out", workforce=Workforce(workers=2))
    assert (summary.shards, summary.items, summary.matches, summary.errors) == (0, 0, 0, 0)
    assert (tmp_path / "out" / "summary.json").exists()


def test_a_broken_file_among_good_ones_is_a_row_of_errors(archived: Path, bank_file: Path, tmp_path: Path) -> None:
    whole = (archived / "a.parquet").read_bytes()
    (archived / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    pq.write_table(pa.table({"other": [1]}), archived / "other.parquet")
    summary = scan(hash_settings(archived), bank_file, tmp_path / "out", workforce=ALONE)
    assert summary.items == 600
    errors = {row["source"].rpartition("/")[2]: row["error"] for row in read_rows(tmp_path / "out", "errors")}
    assert "cannot be read as Parquet" in errors["cut.parquet"]
    assert "no column 'pdq'" in errors["other.parquet"]


def test_a_source_without_the_column_is_refused_with_the_names_that_it_has(
    archived: Path, bank_file: Path, tmp_path: Path
) -> None:
    with pytest.raises(ScanSourceError, match=r"no column 'hash', but id, pdq, quality.*--column"):
        scan(hash_settings(archived, columns=Columns("hash")), bank_file, tmp_path / "out", workforce=ALONE)


# What may not be mixed


def test_another_scan_is_not_mixed_in(archived: Path, bank_file: Path, tmp_path: Path, make_hash: Any) -> None:
    output = tmp_path / "out"
    scan(hash_settings(archived), bank_file, output, workforce=ALONE)
    before = read_bytes(output)
    with pytest.raises(ScanOutputError, match=r"distance was 31 and is 30.*another --output, or delete"):
        scan(hash_settings(archived, distance=30), bank_file, output, workforce=ALONE)
    with pytest.raises(ScanOutputError, match="source was"):
        scan(hash_settings(archived / "a.parquet"), bank_file, output, workforce=ALONE)
    with BankWriter(bank_file) as writer:  # a page in the journal
        writer.apply(Changes(Facts(), (Entry(make_hash(1)),)))
    with pytest.raises(ScanOutputError, match="the bank has changed since"):
        scan(hash_settings(archived), bank_file, output, workforce=ALONE)
    assert read_bytes(output) == before


def test_a_folder_with_other_things_is_left_alone(archived: Path, bank_file: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(ScanOutputError, match="holds other things"):
        scan(hash_settings(archived), bank_file, tmp_path / "out", workforce=ALONE)


def test_two_runs_do_not_write_at_once(archived: Path, bank_file: Path, tmp_path: Path) -> None:
    def scan_again(_: object) -> None:
        with pytest.raises(ScanOutputError, match="Another run"):
            scan(hash_settings(archived), bank_file, tmp_path / "out", workforce=ALONE)

    scan(hash_settings(archived), bank_file, tmp_path / "out", workforce=ALONE, on_receipt=scan_again)


def test_no_copy_of_the_bank_is_left(archived: Path, bank_file: Path, tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop(_: object) -> None:
        assert (tmp_path / "out" / ".bank").exists()
        raise StopError

    with pytest.raises(StopError):
        scan(hash_settings(archived), bank_file, tmp_path / "out", workforce=ALONE, on_receipt=stop)
    assert not (tmp_path / "out" / ".bank").exists()


def test_the_bank_may_change_while_a_scan_runs(
    archived: Path, bank_file: Path, tmp_path: Path, hashes: np.ndarray
) -> None:
    expected = expected_rows(archived, bank_file)

    def withdraw(_: object) -> None:
        with BankWriter(bank_file) as writer:
            writer.apply(Changes(Facts(), (), tuple(PdqHash(row.tobytes()) for row in hashes[::10])))
            writer.erase_removed()

    scan(hash_settings(archived), bank_file, tmp_path / "out", workforce=ALONE, on_receipt=withdraw)
    assert as_set(read_rows(tmp_path / "out")) == expected


def test_a_bank_with_and_without_a_journal_gives_the_same(archived: Path, bank_file: Path, tmp_path: Path) -> None:
    scan(hash_settings(archived), bank_file, tmp_path / "journal", workforce=ALONE)
    with BankWriter(bank_file) as writer:
        writer.rewrite()
    scan(hash_settings(archived), bank_file, tmp_path / "rewritten", workforce=ALONE)
    assert read_bytes(tmp_path / "journal") == read_bytes(tmp_path / "rewritten")


def test_a_text_of_hashes_serves_as_a_bank(archived: Path, hashes: np.ndarray, tmp_path: Path) -> None:
    text = "# new today\n\n" + "\n".join(row.tobytes().hex() + ", seen twice" for row in hashes[:50:10])
    (tmp_path / "new.txt").write_text(text)
    scan(hash_settings(archived), tmp_path / "new.txt", tmp_path / "out", workforce=ALONE)
    bank = make_bank(tmp_path / "bank", *(Entry(PdqHash(row.tobytes())) for row in hashes[:50:10]))
    assert as_set(read_rows(tmp_path / "out")) == expected_rows(archived, bank)
    (tmp_path / "new.txt").write_text("abc")
    with pytest.raises(BankFileError, match="line 1"):
        take_snapshot(tmp_path / "new.txt")


# What may be killed

# Forks a process for each point at which a scan makes something safe on disk, and kills it there. The process that
# forks has never scanned, so that no thread is lost in a fork.
KILLER = """
    import os, signal, sys
    import numpy, pyarrow
    from pathlib import Path
    from hashmatch.scan.run import Workforce, scan
    from hashmatch.scan.settings import Kind, Settings

    source, bank, output, *points = sys.argv[1:]
    settings = Settings(source, Kind.HASHES, shard_size=80)
    pyarrow.array(numpy.arange(1))  # it loads more at its first use

    def work(point):
        calls = 0
        def count(action):
            def counted(*arguments, **more):
                nonlocal calls
                calls += 1
                last = calls == point
                try:
                    if not last or point % 2:
                        return action(*arguments, **more)
                finally:
                    if last:
                        os.kill(os.getpid(), signal.SIGKILL)
            return counted
        os.fsync, Path.replace, Path.unlink = map(count, (os.fsync, Path.replace, Path.unlink))
        scan(settings, Path(bank), Path(output), workforce=Workforce(workers=0))

    for point in map(int, points):
        child = os.fork()
        if child == 0:
            work(point)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(2, 12))])
def test_killed_at_any_point_a_scan_ends_with_the_same_results(
    archived: Path, bank_file: Path, tmp_path: Path, seed: int
) -> None:
    scan(hash_settings(archived), bank_file, tmp_path / "whole", workforce=ALONE)
    points = np.random.default_rng(seed).integers(1, 33, 12).tolist()
    script = textwrap.dedent(KILLER)
    command = [sys.executable, "-c", script, archived, bank_file, tmp_path / "out", *points]
    finished = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True)
    codes = finished.stdout.split()
    assert codes.count("-9") >= 3, finished.stderr
    summary = scan(hash_settings(archived), bank_file, tmp_path / "out", workforce=ALONE)
    assert read_bytes(tmp_path / "out") == read_bytes(tmp_path / "whole")
    lines = [json.loads(line) for line in (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()]
    assert sorted(line["shard"] for line in lines) == list(range(summary.shards))
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert left >= {"scan.json", "plan.jsonl", "manifest.jsonl", "summary.json"}
    assert ".bank" not in left
    assert not list((tmp_path / "out").rglob("*.new"))


def test_what_is_done_is_not_done_again(archived: Path, bank_file: Path, tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    seen: list[int] = []

    def stop(receipt: Any) -> None:
        seen.append(receipt.shard)
        if len(seen) == 3:
            raise StopError

    output = tmp_path / "out"
    with pytest.raises(StopError):
        scan(hash_settings(archived), bank_file, output, workforce=ALONE, on_receipt=stop)
    (archived / "later.parquet").write_bytes((archived / "c.parquet").read_bytes())  # it comes behind what is planned
    summary = scan(hash_settings(archived), bank_file, output, workforce=ALONE)
    lines = [json.loads(line)["shard"] for line in (output / "manifest.jsonl").read_text().splitlines()]
    assert lines == list(range(summary.shards))
    assert summary.items == 750


def test_lost_and_damaged_results_are_made_again(archived: Path, bank_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    first = scan(hash_settings(archived), bank_file, output, workforce=ALONE)
    before = read_bytes(output)
    parts = sorted((output / "matches").iterdir())
    parts[0].unlink()
    parts[1].write_bytes(b"x")
    again = scan(hash_settings(archived), bank_file, output, workforce=ALONE)
    assert read_bytes(output) == before
    assert again.matches == first.matches


def test_a_file_that_an_unfinished_shard_left_does_not_stay(archived: Path, bank_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    scan(hash_settings(archived), bank_file, output, workforce=ALONE)
    before = read_bytes(output)
    empty = next(n for n in range(9) if not (output / "errors" / f"{n:08d}.parquet").exists())
    lines = (output / "manifest.jsonl").read_text().splitlines(keepends=True)
    (output / "manifest.jsonl").write_text("".join(line for line in lines if json.loads(line)["shard"] != empty))
    (output / "errors" / f"{empty:08d}.parquet").write_bytes(b"of a run that was killed")
    scan(hash_settings(archived), bank_file, output, workforce=ALONE)
    assert read_bytes(output) == before


def test_a_torn_line_is_cut_off_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log = LineLog(path)
    log.append({"a": 1})
    log.append({"b": "x" * 100_000})
    log.close()
    path.write_bytes(path.read_bytes() + b'{"c": ' + b"y" * 70_000)
    again = LineLog(path)
    assert [list(line) for line in again.read()] == [["a"], ["b"]]
    again.append({"d": 4})
    again.close()
    third = LineLog(path)
    assert [list(line) for line in third.read()] == [["a"], ["b"], ["d"]]
    third.close()
    path.write_bytes(b"not json\n")
    damaged = LineLog(path)
    with pytest.raises(ScanOutputError, match="damaged"):
        list(damaged.read())
    damaged.close()


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """A pipe: to open it for writing waits until a worker has opened it for reading, and is at that item."""
    os.mkfifo(tmp_path / "pipe.png")
    return tmp_path / "pipe.png"


def test_a_shard_that_kills_its_workers_is_tried_three_times_and_then_named(
    fifo: Path, pictures: Path, picture_bank: Path, tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text(f"{pictures}/photo.png\n{fifo}\n{pictures}/clip.mp4\n")
    settings = Settings(str(tmp_path / "list.txt"), Kind.LIST, shard_size=1)
    take_snapshot(picture_bank).write(tmp_path / "frozen")
    pool = ProcessPool(tmp_path / "frozen", settings, workers=1)
    kills = 0

    def kill_readers() -> None:
        nonlocal kills
        for _ in range(MOST_ATTEMPTS):
            descriptor = os.open(fifo, os.O_WRONLY)
            os.kill(pool._workers[0].process.pid, signal.SIGKILL)
            watch = select.poll()
            watch.register(descriptor, 0)
            watch.poll()  # until the reader is gone
            os.close(descriptor)
            kills += 1

    killer = threading.Thread(target=kill_readers, daemon=True)
    killer.start()
    items = [Item(str(pictures / "photo.png")), Item(str(fifo)), Item(str(pictures / "clip.mp4"))]
    try:
        outcomes = list(run_shards(pool, [Shard(number, (item,)) for number, item in enumerate(items)]))
    finally:
        pool.close()
    killer.join()
    assert kills == MOST_ATTEMPTS
    by_number = {outcome.shard.number: outcome for outcome in outcomes}
    assert sorted(by_number) == [0, 1, 2]
    assert by_number[0].result is not None
    assert by_number[2].result is not None
    assert by_number[1].result is None
    assert by_number[1].reason == "the worker died (signal SIGKILL)"


class FlakyPool:
    """Loses each shard as often as it is told."""

    capacity = 3

    def __init__(self, losses: dict[int, int]) -> None:
        self.losses = losses
        self.under_way: list[Shard] = []
        self.started: list[int] = []

    def submit(self, shard: Shard) -> None:
        self.started.append(shard.number)
        self.under_way.append(shard)
        assert len(self.under_way) <= self.capacity

    def wait(self) -> list[Outcome]:
        shard = self.under_way.pop()
        self.losses[shard.number] = self.losses.get(shard.number, 0) - 1
        if self.losses[shard.number] >= 0:
            return [Outcome(shard, None, "lost")]
        return [Outcome(shard, "result")]  # type: ignore[arg-type]

    def close(self) -> None:
        pass


def test_lost_shards_are_tried_again_and_the_plan_is_not_read_ahead() -> None:
    pool = FlakyPool({2: 2, 5: 3})
    planned = 0

    def plan() -> Iterator[Shard]:
        nonlocal planned
        for number in range(50):
            planned += 1
            yield Shard(number, ())

    for done, outcome in enumerate(run_shards(pool, plan()), start=1):
        assert planned <= done + pool.capacity
        assert (outcome.result is None) == (outcome.shard.number == 5)
    assert done == 50
    assert pool.started.count(2) == 3
    assert pool.started.count(5) == MOST_ATTEMPTS


# The command

Command: TypeAlias = Callable[..., subprocess.Popen[str]]

PATIENCE_SECONDS = 120


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str | Path) -> subprocess.Popen[str]:
        words = [sys.executable, "-m", "hashmatch", *map(str, arguments)]
        pipe = subprocess.PIPE
        running.append(subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, cwd=tmp_path))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_says_how_to_go_on_and_the_next_run_does(
    command: Command, fifo: Path, pictures: Path, picture_bank: Path, tmp_path: Path, how: signal.Signals
) -> None:
    (tmp_path / "list.txt").write_text(f"{pictures}/photo.png\n{fifo}\n{pictures}/ünï cödé/1.jpg\n", encoding="utf-8")
    words = ["scan", "list.txt", "--kind", "list", "--bank", picture_bank, "--output", "out", "--shard-size", "1"]
    process = command(*words, "--workers", "1")
    descriptor = os.open(fifo, os.O_WRONLY)  # the worker is in the middle of the second shard
    process.send_signal(how)
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    os.close(descriptor)
    assert process.returncode == 130, err
    assert out == ""
    assert "run the same command again to go on" in err
    assert "Traceback" not in err
    fifo.unlink()
    fifo.write_bytes((pictures / "photo.png").read_bytes())
    again = command(*words, "--workers", "1", "--format", "parquet")
    out, err = again.communicate()
    assert again.returncode == 0, err
    summary = json.loads(out)
    assert (summary["items"], summary["matches"], summary["errors"], summary["failed"]) == (3, 3, 0, [])
    assert "3 items, 3 matches, 0 errors" in err
    lines = (tmp_path / "out" / "manifest.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["shard"] for line in lines) == [0, 1, 2]


def test_the_command_finds_the_kind_and_tells_by_its_exit_code(
    command: Command, archived: Path, bank_file: Path, tmp_path: Path
) -> None:
    process = command("scan", archived, "--bank", bank_file, "--output", "out", "--workers", "0", "--format", "jsonl")
    out, err = process.communicate()
    assert process.returncode == 1, err  # some rows are bad
    summary = json.loads(out)
    assert (summary["kind"], summary["items"], summary["errors"]) == ("hashes", 600, 3)
    assert as_set(read_rows(tmp_path / "out")) == expected_rows(archived, bank_file)
    refused = command("scan", archived, "--bank", bank_file, "--output", "out", "--distance", "3")
    out, err = refused.communicate()
    assert refused.returncode == 2
    assert "Give another --output" in err


def test_a_missing_engine_is_named(
    monkeypatch: pytest.MonkeyPatch, archived: Path, bank_file: Path, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "hashmatch.scan.on_ray", None)
    with pytest.raises(ScanEngineError, match=r"install 'hashmatch\[ray\]'"):
        scan(hash_settings(archived), bank_file, tmp_path / "out", workforce=Workforce(run.Engine.RAY))


def test_a_summary_counts_all_runs(archived: Path, bank_file: Path, tmp_path: Path) -> None:
    first: Summary = scan(hash_settings(archived), bank_file, tmp_path / "out", workforce=ALONE)
    second = scan(hash_settings(archived), bank_file, tmp_path / "out", workforce=ALONE)
    assert (second.items, second.matches, second.shards) == (first.items, first.matches, first.shards)
    assert second.items_per_second == 0
