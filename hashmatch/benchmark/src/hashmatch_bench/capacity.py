"""Computes how many machines a platform needs, from figures measured here and now, and writes the page that says so.

    python -m hashmatch_bench.capacity --write docs/capacity.md

Figures that `make bench` has left in `build/bench.json` are taken from there; the rest is measured, in a minute or two.
"""

import argparse
import json
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.parquet as parquet
from hashmatch.bank import UNKNOWN_QUALITY, Facts
from hashmatch.columns import INDEX_PREFIX
from hashmatch.container import Container
from hashmatch.errors import UnreadableFileError
from hashmatch.hashes import HASH_TYPES, PdqHash
from hashmatch.index import Index
from hashmatch.pdq import hash_image
from hashmatch.scan.append import add_source
from hashmatch.scan.archive import ArchiveShard, read_catalogue
from hashmatch.scan.frozen import FrozenBank
from hashmatch.scan.ledger import Shard
from hashmatch.scan.settings import Columns, Kind, Settings
from hashmatch.scan.sources import list_items
from hashmatch.scan.work import Scanner
from hashmatch.variants import MATCH_DISTANCE
from tqdm import tqdm

from hashmatch_bench.capacity_page import BANK_SIZE, FEW, HEIGHT, MANY, WIDTH, Figures, Measured, name_count, render
from hashmatch_bench.machine import describe_machine
from hashmatch_bench.photos import COLOUR_PHOTOS, enlarge_photo, find_photos, write_jpeg

type Rows = npt.NDArray[np.uint8]

REPORT = Path("build/bench.json")
ARCHIVE_ROWS = 4_000_000
SCANNED_ROWS = 1_000_000
BATCH = 10_000
PICTURES = 40
ROUNDS = 5


HERE = "measured by this command"
BENCH = "`make bench`"


def measure(report: Path, *, bank_size: int, archive_rows: int, pictures: int) -> Figures:
    """Measure what the report does not have."""
    known = read_report(report)
    steps = tqdm(total=5, desc="measuring", unit=" steps", leave=False, disable=None)
    rng = np.random.default_rng(1)
    with steps, tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = write_pictures(folder / "pictures", pictures)
        hash_rate = find_figure(
            known, "JPEG bytes to hash, 1920 x 1080", "JPEG files of 1920 x 1080 to PDQ", by_time=True
        )
        if hash_rate is None:
            hash_rate = measure_hashing(files)
        steps.update()
        index = Index.build(None, rng.integers(0, 256, (bank_size, 32), dtype=np.uint8))
        bank, index_bytes, bank_bytes = make_bank(index)
        steps.update()
        size = re.escape(name_count(bank_size))
        match_rate = find_figure(
            known, rf"{size} realistic, batches of \d+", f"queries against {name_count(bank_size)}"
        )
        if match_rate is None:
            match_rate = measure_matching(index, bank_size)
        memory = find_figure(
            known, rf"{size} realistic, memory a hash", "memory for one hash of the index", unit="bytes"
        )
        steps.update()
        source = write_hashes(folder / "hashes.parquet", max(archive_rows, 1), rng)
        row_rate = measure_rows(bank, write_hashes(folder / "few.parquet", min(SCANNED_ROWS, archive_rows), rng))
        scan_rate = measure_pictures(bank, files)
        steps.update()
        add_rate, archive_bytes, few, many = measure_archive(folder / "archive", source, archive_rows)
        steps.update()
        picture_bytes = float(np.mean([one.stat().st_size for one in files]))
    return Figures(
        shard_rows=archive_rows,
        hash_rate=hash_rate,
        scan_rate=scan_rate,
        picture_bytes=Measured(picture_bytes, "bytes", "one picture", HERE),
        match_rate=match_rate,
        row_rate=row_rate,
        index_bytes=memory or index_bytes,
        bank_bytes=bank_bytes,
        add_rate=add_rate,
        archive_bytes=archive_bytes,
        few_seconds=few,
        many_seconds=many,
    )


def read_report(path: Path) -> Sequence[Mapping[str, Any]]:
    """The entries of the report of `make bench`, none if it was not run."""
    try:
        entries: Sequence[Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return ()
    return entries


def find_figure(
    known: Sequence[Mapping[str, Any]], pattern: str, what: str, *, unit: str = "/s", by_time: bool = False
) -> Measured | None:
    """The newest figure with a name that fits; one in milliseconds is turned into a rate."""
    for entry in reversed(known):
        if re.fullmatch(pattern, str(entry.get("name", ""))):
            value = 1000 / float(entry["value"]) if by_time else float(entry["value"])
            return Measured(value, unit, what, BENCH)
    return None


def quickest(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The least seconds that something took: what else the machine did only ever adds."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def write_pictures(folder: Path, count: int) -> list[Path]:
    """Photos that everyone has, cut and enlarged to the size of the page, as JPEG files."""
    folder.mkdir()
    photos = [path for path in find_photos() if path.name in COLOUR_PHOTOS]
    if not photos:
        raise UnreadableFileError("This measures on photos of scikit-image and scikit-learn. Install them first.")
    files = [folder / f"{number}.jpg" for number in range(count)]
    for number, path in enumerate(files):
        path.write_bytes(write_jpeg(enlarge_photo(photos[number % len(photos)], WIDTH, HEIGHT, seed=number)))
    return files


def write_hashes(path: Path, count: int, rng: np.random.Generator) -> Path:
    """A Parquet file of random hashes with whole numbers as ids."""
    rows = rng.integers(0, 256, (count, PdqHash.LENGTH), dtype=np.uint8)
    kind = pyarrow.binary(PdqHash.LENGTH)
    hashes = pyarrow.FixedSizeBinaryArray.from_buffers(kind, count, [None, pyarrow.py_buffer(rows)])
    parquet.write_table(pyarrow.table({"pdq": hashes, "id": pyarrow.array(np.arange(count))}), path)
    return path


def measure_hashing(files: Sequence[Path]) -> Measured:
    """JPEG bytes in memory to PDQ."""
    contents = [path.read_bytes() for path in files]
    seconds = quickest(lambda: [hash_image(one) for one in contents])
    return Measured(len(files) / seconds, "/s", "JPEG files of 1920 x 1080 to PDQ", HERE)


def make_bank(index: Index) -> tuple[FrozenBank, Measured, Measured]:
    """A bank of an index's hashes, without the objects of ten million entries."""
    ids, keys = index.entries()
    count = len(ids)
    arrays: dict[str, npt.NDArray[Any]] = {
        "details.text": np.frombuffer(b'{"tier":"submitted"}', np.uint8),
        "details.bounds": np.array([0, 20], np.uint64),
    }
    for kind in HASH_TYPES.values():
        rows = keys if kind is PdqHash else np.empty((0, kind.LENGTH), np.uint8)
        # Nothing is looked up by these prefixes here, so the keys may stay in the order of the index.
        arrays[f"{kind.TYPE_NAME}.keys"], arrays[f"{kind.TYPE_NAME}.prefixes"] = rows, np.zeros(len(rows), np.uint64)
        arrays[f"{kind.TYPE_NAME}.quality"] = np.full(len(rows), UNKNOWN_QUALITY, np.uint8)
        arrays[f"{kind.TYPE_NAME}.variant"] = np.zeros(len(rows), np.uint8)
        arrays[f"{kind.TYPE_NAME}.details"] = np.zeros(len(rows), np.uint32)
    parts = index.to_arrays()
    arrays |= {INDEX_PREFIX + name: array for name, array in parts.items()}
    of_index = sum(array.nbytes for array in parts.values()) / count
    of_bank = sum(array.nbytes for array in arrays.values()) / count
    facts = {"facts": Facts().to_json(), "variants": ["upright"]}
    return (
        FrozenBank(Container(facts=facts, arrays=arrays, length=0)),
        Measured(of_index, "bytes", "memory for one hash of the index", HERE),
        Measured(of_bank, "bytes", "the bank's file for one hash, without families and other details", HERE),
    )


def measure_matching(index: Index, size: int) -> Measured:
    """Queries in batches."""
    wanted = np.random.default_rng(3).integers(0, 256, (BATCH, PdqHash.LENGTH), dtype=np.uint8)
    seconds = quickest(lambda: index.query_batch(wanted, MATCH_DISTANCE))
    return Measured(BATCH / seconds, "/s", f"queries against {name_count(size)}", HERE)


def scan_once(bank: FrozenBank, settings: Settings) -> float:
    """Seconds for the one shard of a source."""
    scanner = Scanner(bank, settings)
    shard = Shard(0, tuple(list_items(settings)))
    return quickest(lambda: scanner.scan(shard), rounds=3)


def measure_rows(bank: FrozenBank, source: Path) -> Measured:
    """Hashes of a Parquet file through a scan."""
    count = parquet.read_metadata(source).num_rows
    seconds = scan_once(bank, Settings(str(source), Kind.HASHES))
    return Measured(
        count / seconds, "/s", f"hashes of Parquet through `scan`, against {name_count(len_of(bank))}", HERE
    )


def measure_pictures(bank: FrozenBank, files: Sequence[Path]) -> Measured:
    """Pictures through a scan: read, MD5 and SHA-256, hash, match."""
    seconds = scan_once(bank, Settings(str(files[0].parent), Kind.FILES))
    return Measured(len(files) / seconds, "/s", "the same files through `scan`, with MD5 and SHA-256", HERE)


def len_of(bank: FrozenBank) -> int:
    """How many PDQ hashes a bank has."""
    return len(bank.usable_hashes()[0])


def measure_archive(folder: Path, source: Path, rows: int) -> tuple[Measured, Measured, Measured, Measured]:
    """Rows added, bytes of a row, and seconds to ask a shard that is in memory for few and many hashes."""
    start = time.perf_counter()
    add_source(folder, str(source), Columns())
    added = rows / (time.perf_counter() - start)
    names = [shard.name for shard in read_catalogue(folder).shards]
    size = sum((folder / name).stat().st_size for name in names)
    wanted = np.random.default_rng(4).integers(0, 256, (MANY, PdqHash.LENGTH), dtype=np.uint8)

    def ask(count: int) -> None:
        for name in names:
            shard = ArchiveShard.map(folder, name)
            shard.expect(count)
            shard.index.query_batch(wanted[:count], MATCH_DISTANCE)

    in_shard = f"in a shard of {name_count(rows)} rows, in memory"
    return (
        Measured(added, "/s", "hashes of Parquet added to an archive", HERE),
        Measured(size / rows, "bytes", "disk for one row of an archive", HERE),
        Measured(quickest(lambda: ask(FEW)) / len(names), "s", f"to look for {FEW} new hash {in_shard}", HERE),
        Measured(quickest(lambda: ask(MANY)) / len(names), "s", f"to look for {MANY:,} new hashes {in_shard}", HERE),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, compute, and write or print the page."""
    parser = argparse.ArgumentParser(prog="python -m hashmatch_bench.capacity", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there instead of printing it")
    parser.add_argument("--report", type=Path, default=REPORT, help="report of `make bench` (default: %(default)s)")
    parser.add_argument("--bank-size", type=int, default=BANK_SIZE, help="hashes of the bank (default: %(default)s)")
    parser.add_argument("--archive-rows", type=int, default=ARCHIVE_ROWS, help="rows of the archive (%(default)s)")
    parser.add_argument("--pictures", type=int, default=PICTURES, help="pictures to hash (default: %(default)s)")
    asked = parser.parse_args(arguments)
    machine = describe_machine()
    figures = measure(asked.report, bank_size=asked.bank_size, archive_rows=asked.archive_rows, pictures=asked.pictures)
    command = "python -m hashmatch_bench.capacity --write docs/capacity.md"
    page = render(figures, machine, command)
    if asked.write is None:
        print(page)
    else:
        asked.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
