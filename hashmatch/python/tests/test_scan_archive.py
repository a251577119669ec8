"""An archive finds exactly what brute force finds, through appends, removals, compaction and being killed."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hashmatch.bank import BankWriter, Changes, Facts
from hashmatch.entries import Entry, Tier
from hashmatch.errors import ArchiveError, ScanOutputError, ScanSourceError
from hashmatch.hashes import PdqHash
from hashmatch.scan.append import add_source
from hashmatch.scan.archive import ArchiveShard, check_archive, compact, read_catalogue, remove_ids
from hashmatch.scan.run import Workforce, scan
from hashmatch.scan.settings import Columns, Kind, Settings

ALONE = Workforce(workers=0)
SHARD_ROWS = 250


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


@pytest.fixture
def hashes(rng: np.random.Generator) -> np.ndarray:
    """A thousand hashes, half of them near copies of twenty."""
    rows = rng.integers(0, 256, (1000, 32), dtype=np.uint8)
    for number in range(0, 1000, 2):
        bits = np.unpackbits(rows[2 * (number % 20) + 1])
        bits[rng.choice(256, number % 45, replace=False)] ^= 1
        rows[number] = np.packbits(bits)
    return rows


def write_hashes(path: Path, rows: np.ndarray, first: int, *, ids: str = "texts") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers = range(first, first + len(rows))
    columns: dict[str, Any] = {"pdq": pa.array([row.tobytes() for row in rows], pa.binary(32))}
    if ids != "rows":
        columns["id"] = [f"ünï/{number}" for number in numbers] if ids == "texts" else list(numbers)
    columns["quality"] = [50 + number % 51 for number in numbers]
    pq.write_table(pa.table(columns), path, row_group_size=64)
    return path


def name_of(number: int, ids: str) -> str:
    return f"ünï/{number}" if ids == "texts" else str(number)


@pytest.fixture
def new_bank(tmp_path: Path, hashes: np.ndarray) -> Path:
    """Twenty new entries; one is too plain to match by."""
    entries = [
        Entry(
            PdqHash(hashes[2 * number + 1].tobytes()),
            quality=40 if number == 7 else 60 + number,
            tier=Tier.VERIFIED if number % 2 else Tier.SUBMITTED,
            variant="rot90" if number % 3 else "upright",
        )
        for number in range(20)
    ]
    with BankWriter(tmp_path / "new") as writer:
        writer.apply(Changes(Facts(), tuple(entries)))
    return tmp_path / "new"


def look_up(archive: Path, new: Path, output: Path, **more: Any) -> list[dict[str, Any]]:
    scan(Settings(str(archive), Kind.ARCHIVE, **more), new, output, workforce=ALONE)
    return [row for path in sorted((output / "matches").iterdir()) for row in pq.read_table(path).to_pylist()]


def brute_force(
    hashes: np.ndarray, *, gone: set[int] = frozenset(), ids: str = "texts", distance: int = 31
) -> set[Any]:  # type: ignore[assignment]
    """Every pair of a new entry and an archived hash within the distance."""
    found = set()
    for number in set(range(20)) - {7}:
        entry = hashes[2 * number + 1]
        for place, row in enumerate(hashes):
            apart = int(np.bitwise_count(row ^ entry).sum())
            if apart <= distance and place not in gone:
                person = apart >= 28 or 60 + number < 80 or place % 51 < 30
                tier, variant = ("verified" if number % 2 else "submitted"), ("rot90" if number % 3 else "upright")
                line = (name_of(place, ids), row.tobytes().hex(), 50 + place % 51, entry.tobytes().hex(), apart, person)
                found.add((*line, tier, variant))
    return found


def as_set(rows: list[dict[str, Any]]) -> set[Any]:
    names = ("source", "query", "quality", "entry", "distance", "needs_person", "tier", "variant")
    assert len(rows) == len({(row["source"], row["entry"]) for row in rows})
    return {tuple(row[name] for name in names) for row in rows}


@pytest.mark.parametrize("ids", ["texts", "numbers", "rows"])
@pytest.mark.parametrize("distance", [0, 31, 35])
def test_an_archive_gives_what_brute_force_gives(
    tmp_path: Path, hashes: np.ndarray, new_bank: Path, ids: str, distance: int
) -> None:
    write_hashes(tmp_path / "hashes" / "a.parquet", hashes, 0, ids=ids)
    added = add_source(tmp_path / "archive", str(tmp_path / "hashes"), Columns(), shard_rows=SHARD_ROWS)
    assert (added.rows, added.bad) == (1000, 0)
    rows = look_up(tmp_path / "archive", new_bank, tmp_path / "out", distance=distance)
    expected = brute_force(hashes, ids=ids, distance=distance)
    assert len(expected) > 15
    assert as_set(rows) == expected


def test_days_are_appended_and_shards_filled_up(tmp_path: Path, hashes: np.ndarray, new_bank: Path) -> None:
    archive = tmp_path / "archive"
    for day, (start, end) in enumerate([(0, 100), (100, 130), (130, 700), (700, 1000)]):
        source = write_hashes(tmp_path / f"day-{day}.parquet", hashes[start:end], start, ids="rows")
        add_source(archive, str(source), Columns(), shard_rows=SHARD_ROWS)
        again = add_source(archive, str(source), Columns(), shard_rows=SHARD_ROWS)
        assert again.is_known
    assert [shard.rows for shard in read_catalogue(archive).shards] == [SHARD_ROWS] * 4
    assert len(list(archive.glob("shard-*"))) == 4
    found = as_set(look_up(archive, new_bank, tmp_path / "out"))
    qualities_by_day = {(name, query, entry) for name, query, _, entry, *_ in found}
    expected = {(name, query, entry) for name, query, _, entry, *_ in brute_force(hashes, ids="rows")}
    assert qualities_by_day == expected


def test_removed_rows_are_found_no_more_and_compaction_erases_them(
    tmp_path: Path, hashes: np.ndarray, new_bank: Path, rng: np.random.Generator
) -> None:
    archive = tmp_path / "archive"
    source = write_hashes(tmp_path / "a.parquet", hashes, 0)
    add_source(archive, str(source), Columns(), shard_rows=SHARD_ROWS)
    gone: set[int] = set(range(250, 500))  # a whole shard, and some here and there
    gone |= set(rng.choice(1000, 150, replace=False).tolist())
    first = [name_of(one, "texts") for one in sorted(gone)]
    assert remove_ids(archive, [*first[:200], "unknown"]) == 200
    assert remove_ids(archive, first) == len(gone) - 200
    assert remove_ids(archive, first) == 0
    expected = brute_force(hashes, gone=gone)
    assert as_set(look_up(archive, new_bank, tmp_path / "out")) == expected
    assert check_archive(archive) == 1000 - len(gone)
    assert compact(archive) == 4
    assert check_archive(archive) == 1000 - len(gone)
    assert as_set(look_up(archive, new_bank, tmp_path / "out-2")) == expected
    held = b"".join(path.read_bytes() for path in archive.iterdir())
    for one in sorted(gone)[:50]:
        assert name_of(one, "texts").encode() + b"\0" not in held
    names = [
        name
        for shard in read_catalogue(archive).shards
        for name in ArchiveShard.map(archive, shard.name).ids.to_pylist()
    ]
    assert sorted(names) == sorted(name_of(one, "texts") for one in set(range(1000)) - gone)
    assert compact(archive) == 0


def test_a_limit_is_for_rows_that_are_still_there(tmp_path: Path, new_bank: Path, hashes: np.ndarray) -> None:
    copies = np.repeat(hashes[1][None], 10, axis=0)
    add_source(tmp_path / "archive", str(write_hashes(tmp_path / "a.parquet", copies, 0)), Columns())
    remove_ids(tmp_path / "archive", [name_of(one, "texts") for one in range(6)])
    rows = look_up(tmp_path / "archive", new_bank, tmp_path / "out", limit=4)
    assert [row["source"] for row in rows] == [name_of(one, "texts") for one in range(6, 10)]
    assert list((tmp_path / "out" / "errors").iterdir()) == []
    look_up(tmp_path / "archive", new_bank, tmp_path / "out-2", limit=3)
    assert len(list((tmp_path / "out-2" / "errors").iterdir())) == 1


def test_a_look_up_is_not_mixed_with_that_of_a_changed_archive(
    tmp_path: Path, hashes: np.ndarray, new_bank: Path
) -> None:
    archive = tmp_path / "archive"
    add_source(archive, str(write_hashes(tmp_path / "a.parquet", hashes, 0)), Columns(), shard_rows=SHARD_ROWS)
    look_up(archive, new_bank, tmp_path / "out")
    remove_ids(archive, [name_of(0, "texts")])
    with pytest.raises(ScanOutputError, match="the archive has changed since"):
        look_up(archive, new_bank, tmp_path / "out")


def test_a_shard_that_cannot_be_read_is_named_and_done_when_it_can(
    tmp_path: Path, hashes: np.ndarray, new_bank: Path
) -> None:
    archive = tmp_path / "archive"
    add_source(archive, str(write_hashes(tmp_path / "a.parquet", hashes, 0)), Columns(), shard_rows=SHARD_ROWS)
    name = read_catalogue(archive).shards[2].name
    (archive / name).rename(tmp_path / "away")
    settings = Settings(str(archive), Kind.ARCHIVE)
    summary = scan(settings, new_bank, tmp_path / "out", workforce=ALONE)
    assert [(one.shard, f"There is no file {archive / name}" in one.reason) for one in summary.failed] == [(2, True)]
    assert summary.items == 750
    (tmp_path / "away").rename(archive / name)
    assert as_set(look_up(archive, new_bank, tmp_path / "out")) == brute_force(hashes)


def test_bad_rows_are_left_out_and_counted(tmp_path: Path, hashes: np.ndarray) -> None:
    values = [row.tobytes().hex() for row in hashes[:10]] + ["bad", None]
    pq.write_table(pa.table({"pdq": values, "quality": [49, 50, None, *range(80, 89)]}), tmp_path / "a.parquet")
    added = add_source(tmp_path / "archive", str(tmp_path / "a.parquet"), Columns())
    assert (added.rows, added.bad, added.plain) == (9, 2, 1)
    (tmp_path / "cut.parquet").write_bytes(b"PAR1")
    with pytest.raises(ScanSourceError, match="cannot be read as Parquet"):
        add_source(tmp_path / "archive", str(tmp_path / "cut.parquet"), Columns())


def test_ids_of_two_kinds_are_not_mixed(tmp_path: Path, hashes: np.ndarray) -> None:
    archive = tmp_path / "archive"
    add_source(archive, str(write_hashes(tmp_path / "a.parquet", hashes[:10], 0)), Columns())
    with pytest.raises(ArchiveError, match="ids of this archive are texts, but those of the source are numbers"):
        add_source(archive, str(write_hashes(tmp_path / "b.parquet", hashes[:10], 0, ids="numbers")), Columns())
    assert check_archive(archive) == 10


def test_damage_is_named(tmp_path: Path, hashes: np.ndarray) -> None:
    archive = tmp_path / "archive"
    add_source(archive, str(write_hashes(tmp_path / "a.parquet", hashes, 0)), Columns(), shard_rows=SHARD_ROWS)
    shard = next(archive.glob("shard-*"))
    content = bytearray(shard.read_bytes())
    content[-70] ^= 1
    shard.write_bytes(content)
    with pytest.raises(ArchiveError, match=f"{shard.name} is damaged"):
        check_archive(archive)
    (archive / "archive.json").write_text("{")
    with pytest.raises(ArchiveError, match="is damaged"):
        check_archive(archive)


# As in test_scan.py: forks are killed before or after each step that makes something safe or visible.
KILLER = """
    import os, signal, sys
    import numpy, pyarrow
    from pathlib import Path
    from hashmatch.scan.append import add_source
    from hashmatch.scan.archive import compact, remove_ids
    from hashmatch.scan.settings import Columns

    archive, *points = sys.argv[1:]
    archive = Path(archive)
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
        for day in range(3):
            add_source(archive, str(archive.parent / f"day-{day}.parquet"), Columns(), shard_rows=250)
        remove_ids(archive, [f"ünï/{number}" for number in range(0, 1000, 3)])
        compact(archive)

    for point in map(int, points):
        child = os.fork()
        if child == 0:
            work(point)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_point_an_archive_has_every_row_once(
    tmp_path: Path, hashes: np.ndarray, new_bank: Path, seed: int
) -> None:
    bounds = [0, 180, 900, 1000]
    for day in range(3):
        write_hashes(tmp_path / f"day-{day}.parquet", hashes[bounds[day] : bounds[day + 1]], bounds[day])
    points = np.random.default_rng(seed).integers(1, 30, 14).tolist()
    command = [sys.executable, "-c", textwrap.dedent(KILLER), str(tmp_path / "archive"), *map(str, points), "9999"]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    codes = finished.stdout.split()
    assert codes.count("-9") >= 5, finished.stderr
    assert codes[-1] == "0", finished.stderr
    gone = set(range(0, 1000, 3))
    catalogue = read_catalogue(tmp_path / "archive")
    names = [
        name
        for shard in catalogue.shards
        for name in ArchiveShard.map(tmp_path / "archive", shard.name).ids.to_pylist()
    ]
    assert sorted(names) == sorted(name_of(one, "texts") for one in set(range(1000)) - gone)
    found = {row[0] for row in as_set(look_up(tmp_path / "archive", new_bank, tmp_path / "out"))}
    assert found == {row[0] for row in brute_force(hashes, gone=gone)}
    kept = {shard.name for shard in catalogue.shards} | {"archive.json", "removed"}
    assert {path.name for path in (tmp_path / "archive").iterdir()} == kept


def test_the_commands(tmp_path: Path, hashes: np.ndarray, new_bank: Path) -> None:
    write_hashes(tmp_path / "a.parquet", hashes, 0)

    def run(*words: str, code: int = 0) -> dict[str, Any]:
        command = [sys.executable, "-m", "hashmatch", *words]
        finished = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert finished.returncode == code, finished.stderr
        assert "Traceback" not in finished.stderr
        return dict(json.loads(finished.stdout)) if finished.stdout else {"said": finished.stderr}

    assert run("archive", "add", "mine", "a.parquet", "--shard-rows", "400")["added"] == 1000
    (tmp_path / "gone.txt").write_text("ünï/1\n\nünï/3\n", encoding="utf-8")
    assert run("archive", "remove", "mine", "gone.txt") == {"removed": 2}
    assert run("archive", "check", "mine") == {"hashes": 998}
    summary = run("scan", "mine", "--new", "new", "--output", "out", "--workers", "0")
    assert (summary["kind"], summary["items"]) == ("archive", 998)
    assert summary["matches"] == len(brute_force(hashes, gone={1, 3}))
    assert "is no archive" in run("archive", "check", "elsewhere", code=2)["said"]
