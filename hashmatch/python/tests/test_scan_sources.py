"""Listings are streams in a total order: bounded memory, any file system, and taken up behind any item."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hashmatch.bank import BankWriter, Changes, Facts
from hashmatch.entries import Entry
from hashmatch.errors import ScanSourceError
from hashmatch.hashes import PdqHash
from hashmatch.pdq import hash_image
from hashmatch.scan.ledger import LineLog, plan_shards
from hashmatch.scan.rows import read_batches
from hashmatch.scan.run import Workforce, scan
from hashmatch.scan.settings import Columns, Kind, Settings
from hashmatch.scan.sources import Item, find_kind, list_items, open_source
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image


@pytest.fixture
def bucket() -> Iterator[MemoryFileSystem]:
    """A file system that is not this machine's disk."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()


class VastSystem(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """A bucket of a hundred million pictures, none of which exists before it is asked for."""

    protocol = "vast"
    FOLDERS, FILES = 10_000, 10_000
    listed = 0

    def isdir(self, _: str) -> bool:
        return True

    def exists(self, path: str, **_: Any) -> bool:
        return not path.endswith("archive.json")

    def ls(self, path: str, **_: Any) -> list[dict[str, Any]]:
        type(self).listed += 1
        if path.strip("/") == "pictures":
            return [{"name": f"{path}/{number:05}", "type": "directory"} for number in range(self.FOLDERS)]
        return [{"name": f"{path}/{number:05}.jpg", "type": "file", "size": 1} for number in range(self.FILES)]


@pytest.fixture
def vast() -> type[VastSystem]:
    fsspec.register_implementation("vast", VastSystem, clobber=True)
    VastSystem.listed = 0
    return VastSystem


def test_a_vast_bucket_is_listed_only_as_far_as_it_is_read(vast: type[VastSystem], tmp_path: Path) -> None:
    settings = Settings("vast://pictures", Kind.FILES, shard_size=4_000)
    assert find_kind(settings.source) is Kind.FILES
    vast.listed = 0
    log = LineLog(tmp_path / "plan")
    shards = list(itertools.islice(plan_shards(log, settings), 5))
    log.close()
    assert [len(shard.items) for shard in shards] == [4_000] * 5
    assert len({item.path for shard in shards for item in shard.items}) == 20_000
    assert vast.listed <= 4  # the root and the folders that were read


def test_a_listing_is_taken_up_without_listing_what_is_behind_it(vast: type[VastSystem], tmp_path: Path) -> None:
    settings = Settings("vast://pictures", Kind.FILES, shard_size=7_000)
    log = LineLog(tmp_path / "plan")
    first = list(itertools.islice(plan_shards(log, settings), 6))
    log.close()
    vast.listed = 0
    again = LineLog(tmp_path / "plan")
    both = list(itertools.islice(plan_shards(again, settings), 9))
    again.close()
    assert both[:6] == first
    assert [item.path for shard in both for item in shard.items] == [
        f"{number // 10_000:05}/{number % 10_000:05}.jpg" for number in range(63_000)
    ]
    assert vast.listed <= 5


NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=3).filter(
    lambda name: name not in (".", "..")
)


@given(st.sets(st.lists(NAMES, min_size=1, max_size=4).map(tuple), max_size=12), st.data())
def test_every_file_comes_once_in_an_order_that_can_be_taken_up_anywhere(
    paths: set[tuple[str, ...]], data: st.DataObject
) -> None:
    kept = {path for path in paths if not any(path == other[: len(path)] for other in paths if other != path)}
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    for path in kept:
        system.pipe_file("/bucket/" + "/".join(path), b"")
    system.makedirs("/bucket", exist_ok=True)
    settings = Settings("memory://bucket", Kind.FILES)
    items = list(list_items(settings))
    assert sorted(item.path for item in items) == sorted("/".join(path) for path in kept)
    if items:
        place = data.draw(st.integers(0, len(items) - 1))
        assert list(list_items(settings, after=items[place])) == items[place + 1 :]
    system.store.clear()


def test_row_groups_are_taken_up_within_a_file(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).integers(0, 256, (100, 32), dtype=np.uint8)
    table = pa.table({"pdq": pa.array([row.tobytes() for row in rows], pa.binary(32))})
    for name in ("b/2.parquet", "a.parquet", "b/1.pq"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        pq.write_table(table, tmp_path / name, row_group_size=9)
    settings = Settings(str(tmp_path), Kind.HASHES, shard_size=20)
    items = list(list_items(settings))
    assert [item.size for item in items] == [18, 18, 18, 18, 18, 10] * 3
    assert [item.path for item in items[::6]] == ["a.parquet", "b/1.pq", "b/2.parquet"]
    for place, item in enumerate(items):
        assert list(list_items(settings, after=item)) == items[place + 1 :]
    opened = open_source(str(tmp_path))
    read = np.concatenate([batch.hashes for item in items for batch in read_batches(opened, item, Columns())])
    assert np.array_equal(read, np.concatenate([rows] * 3))


def test_a_pattern_names_parquet_files(tmp_path: Path) -> None:
    table = pa.table({"pdq": ["00" * 32]})
    for name in ("2026-01/x.parquet", "2026-02/x.parquet", "2025-12/x.parquet"):
        (tmp_path / name).parent.mkdir()
        pq.write_table(table, tmp_path / name)
    source = f"{tmp_path}/2026-*/*.parquet"
    assert find_kind(source) is Kind.HASHES
    opened = open_source(source)
    items = list(list_items(Settings(source, Kind.HASHES)))
    assert [opened.name(item) for item in items] == [f"{tmp_path}/2026-0{n}/x.parquet" for n in (1, 2)]
    assert all(Path(opened.locate(item)).exists() for item in items)


@pytest.mark.parametrize(
    ("values", "kind", "good"),
    [
        ([b"a" * 32, None, b"b" * 32], pa.binary(32), [0, 2]),
        ([b"a" * 32, None, b"b" * 31, b"c" * 32], pa.binary(), [0, 3]),
        ([b"a" * 32, b""], pa.large_binary(), [0]),
        (["aB" * 32, "aB" * 31, "é" * 64, None, "0" * 64], pa.string(), [0, 4]),
        (["aB" * 32, "x" * 64], pa.large_string(), [0]),
        ([1, 2], pa.int64(), []),
        ([b"a" * 16], pa.binary(16), []),
        ([], pa.binary(32), []),
    ],
)
def test_hashes_are_read_from_every_kind_of_column(
    tmp_path: Path, values: list[Any], kind: pa.DataType, good: list[int]
) -> None:
    pq.write_table(pa.table({"pdq": pa.array(values, kind)}), tmp_path / "x.parquet")
    opened = open_source(str(tmp_path / "x.parquet"))
    batches = list(read_batches(opened, Item("", 0, 1), Columns())) if values else []
    found = [(place, row.tobytes()) for one in batches for place, row in zip(one.places, one.hashes, strict=True)]
    expected = [values[place] for place in good]
    assert found == [
        (place, bytes.fromhex(value) if isinstance(value, str) else value)
        for place, value in zip(good, expected, strict=True)
    ]
    assert sorted([place for place, _ in found] + [int(one) for batch in batches for one in batch.bad]) == list(
        range(len(values))
    )


def test_pictures_of_a_bucket_are_hashed_in_memory(
    bucket: MemoryFileSystem, tmp_path: Path, photo: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(photo).save(tmp_path / "photo.png")
    for number in range(20):
        bucket.pipe_file(f"/uploads/tag {number % 3}/ü{number}.png", (tmp_path / "photo.png").read_bytes())
    bucket.pipe_file("/uploads/empty.png", b"")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "not there"))  # nothing may want to be written there
    with BankWriter(tmp_path / "bank") as writer:
        writer.apply(Changes(Facts(), (Entry(hash_image(tmp_path / "photo.png").hash),)))
    settings = Settings("memory://uploads", find_kind("memory://uploads"), shard_size=6)
    summary = scan(settings, tmp_path / "bank", tmp_path / "out", workforce=Workforce(workers=0))
    held = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert not [name for name in held if "memfd:hashmatch" in name]
    assert (summary.kind, summary.items, summary.matches, summary.errors) == ("files", 21, 20, 1)
    rows = [row for path in sorted((tmp_path / "out" / "matches").iterdir()) for row in pq.read_table(path).to_pylist()]
    assert [row["source"] for row in rows][:2] == ["memory://uploads/tag 0/ü0.png", "memory://uploads/tag 0/ü12.png"]
    assert len({row["source"] for row in rows}) == 20


def test_hashes_of_a_bucket_are_read_in_place(bucket: MemoryFileSystem, tmp_path: Path) -> None:
    row = bytes(range(32))
    pq.write_table(pa.table({"pdq": [row]}), tmp_path / "x.parquet")
    bucket.pipe_file("/hashes/day=1/x.parquet", (tmp_path / "x.parquet").read_bytes())
    bucket.pipe_file("/hashes/_metadata", b"?")
    with BankWriter(tmp_path / "bank") as writer:
        writer.apply(Changes(Facts(), (Entry(PdqHash(row)),)))
    settings = Settings("memory://hashes/", find_kind("memory://hashes/"))
    summary = scan(settings, tmp_path / "bank", tmp_path / "out", workforce=Workforce(workers=0))
    assert (summary.kind, summary.items, summary.matches) == ("hashes", 1, 1)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("/there/is/nothing/here", "There is nothing at /there"),
        ("s3://bucket/pictures", "package s3fs is needed: pip install s3fs"),
        ("gs://bucket/pictures", "package gcsfs is needed"),
        ("nosuch://bucket", "no address that can be read"),
    ],
)
def test_a_source_that_cannot_be_had_says_why(source: str, said: str) -> None:
    with pytest.raises(ScanSourceError, match=said):
        find_kind(source)


def test_links_to_folders_do_not_lead_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").write_bytes(b"")
    (tmp_path / "a" / "round").symlink_to(tmp_path)
    (tmp_path / "link.png").symlink_to(tmp_path / "a" / "x.png")
    assert [item.path for item in list_items(Settings(str(tmp_path), Kind.FILES))] == ["link.png", "a/round", "a/x.png"]
