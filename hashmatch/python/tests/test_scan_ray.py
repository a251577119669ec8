"""On Ray a scan gives the same bytes as on one machine, and survives the loss of its actors."""

import os
import select
import signal
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hashmatch.bank import BankWriter, Changes, Facts
from hashmatch.entries import Entry, Tier
from hashmatch.hashes import PdqHash
from hashmatch.pdq import hash_pixels
from hashmatch.scan.append import add_source
from hashmatch.scan.pools import MOST_ATTEMPTS
from hashmatch.scan.ray_data import BankMatcher
from hashmatch.scan.run import Engine, Workforce, scan
from hashmatch.scan.settings import Columns, Kind, Settings
from PIL import Image

pytestmark = [pytest.mark.slow, pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")]
ON_RAY = Workforce(Engine.RAY, workers=2)
ALONE = Workforce(workers=0)


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """One small instance for all tests, which nobody else can reach and which tells nobody of itself."""
    import ray  # only whoever runs these tests needs it

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=96 << 20,
        log_to_driver=False,
        logging_level="ERROR",
        _node_ip_address="127.0.0.1",
    )
    yield
    ray.shutdown()


@pytest.fixture
def rows() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (500, 32), dtype=np.uint8)


@pytest.fixture
def bank_file(tmp_path: Path, rows: np.ndarray, photo: np.ndarray) -> Path:
    entries = [Entry(PdqHash(row.tobytes()), tier=Tier.VERIFIED) for row in rows[::7]]
    with BankWriter(tmp_path / "bank") as writer:
        writer.apply(Changes(Facts(), (*entries, Entry(hash_pixels(photo).hash))))
    return tmp_path / "bank"


@pytest.fixture
def hashes(tmp_path: Path, rows: np.ndarray) -> Path:
    table = pa.table({"pdq": [row.tobytes() for row in rows] + [b"bad"], "id": range(501)})
    (tmp_path / "hashes").mkdir()
    pq.write_table(table, tmp_path / "hashes" / "a.parquet", row_group_size=60)
    return tmp_path / "hashes"


def read_bytes(folder: Path) -> dict[str, bytes]:
    paths = [path for kind in ("matches", "errors") for path in (folder / kind).iterdir()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.mark.turn(0, days=2)
@pytest.mark.usefixtures("cluster")
def test_every_kind_of_source_gives_the_same_bytes(
    tmp_path: Path, hashes: Path, bank_file: Path, photo: np.ndarray
) -> None:
    pictures = tmp_path / "pictures"
    (pictures / "ü").mkdir(parents=True)
    Image.fromarray(photo).save(pictures / "ü" / "photo.png")
    (pictures / "text.jpg").write_text("no picture")
    add_source(tmp_path / "archive", str(hashes), Columns(), shard_rows=200)
    sources = {Kind.HASHES: hashes, Kind.FILES: pictures, Kind.ARCHIVE: tmp_path / "archive"}
    for kind, source in sources.items():
        settings = Settings(str(source), kind, shard_size=100)
        local = scan(settings, bank_file, tmp_path / f"local-{kind}", workforce=ALONE)
        workforce = ON_RAY if kind is Kind.HASHES else Workforce(Engine.RAY, workers=1)
        remote = scan(settings, bank_file, tmp_path / f"ray-{kind}", workforce=workforce)
        assert local.matches == remote.matches > 0
        assert local.items == remote.items
        assert read_bytes(tmp_path / f"local-{kind}") == read_bytes(tmp_path / f"ray-{kind}")
    import ray

    assert ray.is_initialized()  # what was there before a scan is there after it


@pytest.mark.deep  # a scan by processes goes on after a stop in test_scan, and both engines give the same bytes above
@pytest.mark.usefixtures("cluster")
def test_what_one_engine_began_another_ends(tmp_path: Path, hashes: Path, bank_file: Path) -> None:
    class StopError(Exception):
        pass

    def stop(_: object) -> None:
        raise StopError

    settings = Settings(str(hashes), Kind.HASHES, shard_size=60)
    with pytest.raises(StopError):
        scan(settings, bank_file, tmp_path / "out", workforce=Workforce(Engine.RAY, workers=1), on_receipt=stop)
    scan(settings, bank_file, tmp_path / "out", workforce=ALONE)
    scan(settings, bank_file, tmp_path / "whole", workforce=ALONE)
    assert read_bytes(tmp_path / "out") == read_bytes(tmp_path / "whole")
    assert not (tmp_path / "out" / ".bank").exists()


@pytest.mark.turn(1, days=2)
@pytest.mark.usefixtures("cluster")
def test_an_item_that_kills_its_actors_is_named(tmp_path: Path, bank_file: Path, photo: np.ndarray) -> None:
    Image.fromarray(photo).save(tmp_path / "photo.png")
    fifo = tmp_path / "pipe.png"
    os.mkfifo(fifo)
    (tmp_path / "list.txt").write_text(f"{tmp_path}/photo.png\n{fifo}\n")
    kills = 0

    def kill_readers() -> None:
        nonlocal kills
        for _ in range(MOST_ATTEMPTS):
            descriptor = os.open(fifo, os.O_WRONLY)  # returns when an actor has opened the pipe for reading
            os.kill(find_reader(fifo), signal.SIGKILL)
            watch = select.poll()
            watch.register(descriptor, 0)
            watch.poll()  # until the reader is gone
            os.close(descriptor)
            kills += 1

    killer = threading.Thread(target=kill_readers, daemon=True)
    killer.start()
    settings = Settings(str(tmp_path / "list.txt"), Kind.LIST, shard_size=1)
    summary = scan(settings, bank_file, tmp_path / "out", workforce=Workforce(Engine.RAY, workers=1))
    killer.join()
    assert kills == MOST_ATTEMPTS
    assert [(one.shard, one.first) for one in summary.failed] == [(1, str(fifo))]
    assert (summary.shards, summary.matches) == (1, 1)


def find_reader(path: Path) -> int:
    """The other process that has a file open."""
    for folder in Path("/proc").glob("[0-9]*/fd"):
        number = int(folder.parent.name)
        if number != os.getpid() and holds(folder, path):
            return number
    raise AssertionError("nobody reads the pipe")


def holds(folder: Path, path: Path) -> bool:
    try:
        return any(os.path.realpath(one) == str(path) for one in folder.iterdir())
    except OSError:
        return False


def test_the_bank_is_a_step_of_a_pipeline_of_batches(bank_file: Path, rows: np.ndarray) -> None:
    matcher = BankMatcher(bank_file, quality_column="quality")
    batch = {"id": np.arange(20), "pdq": rows[:20], "quality": np.full(20, 79)}
    found = matcher(batch)
    assert found["id"].tolist() == [0, 7, 14]
    assert found["entry"].tolist() == [rows[place].tobytes() for place in (0, 7, 14)]
    assert found["distance"].tolist() == [0, 0, 0]
    assert found["needs_person"].tolist() == [True] * 3
    assert found["is_verified"].tolist() == [True] * 3
    loose = np.empty(20, object)
    loose[:] = [row.tobytes() for row in rows[:20]]
    assert matcher({**batch, "pdq": loose})["id"].tolist() == [0, 7, 14]
