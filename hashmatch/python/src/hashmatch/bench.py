"""Speed side by side: this index and the default index of the `threatexchange` package, in one run on one machine."""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from hashmatch.index import Index, Rows

PLANTED_DISTANCE = 31
SINGLE_TARGET = 2.0  # a small index, where calls cost more than searching
BATCH_TARGET = 5.0
DEFAULT_REPORT = Path("build/bench.json")


class Candidate:
    """This index behind the two calls that an outside harness makes."""

    def __init__(self) -> None:
        self._index = Index()

    def build(self, hashes: Rows) -> None:
        """Index hashes, 32 bytes a row; the ids are the row numbers."""
        self._index = Index.build(None, hashes)

    def query(self, queries: Rows, max_distance: int) -> list[Sequence[int]]:
        """For each query the ids of all hashes within the distance."""
        return [matches.ids.tolist() for matches in self._index.query_batch(queries, max_distance)]


class Peer:
    """The default PDQ index of `threatexchange`, which always searches to distance 31."""

    def __init__(self) -> None:
        # The package is an optional extra: only this comparison needs it.
        from threatexchange.signal_type.pdq.signal import PdqSignal  # noqa: PLC0415

        self._kind = PdqSignal.get_index_cls()

    def build(self, hashes: Rows) -> None:
        """Index hashes, 32 bytes a row."""
        self._index = self._kind.build((row.tobytes().hex(), number) for number, row in enumerate(hashes))

    def query(self, queries: Rows) -> list[list[int]]:
        """For each query the ids of all hashes within 31."""
        return [[match.metadata for match in self._index.query(row.tobytes().hex())] for row in queries]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `ratio` is how many times quicker than the peer, `ok` whether it reaches its target."""

    name: str
    value: float
    unit: str
    peer: float | None = None
    ratio: float | None = None
    target: float | None = None
    ok: bool | None = None


def make_hashes(count: int, *, seed: int) -> Rows:
    """Random hashes."""
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def plant_queries(hashes: Rows, count: int, *, seed: int) -> tuple[Rows, npt.NDArray[np.int64]]:
    """Queries that lie at exactly distance 31 from known rows: the hardest ones that must be found."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(hashes), count)
    bits = np.unpackbits(hashes[rows], axis=1)
    for line in bits:
        line[rng.choice(256, PLANTED_DISTANCE, replace=False)] ^= 1
    return np.packbits(bits, axis=1), rows


def seconds_for(action: Callable[[], object]) -> float:
    """How long something takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def compare(name: str, ours: float, peers: float, *, unit: str, target: float | None) -> Figure:
    """A figure beside the peer's; smaller is better."""
    ratio = peers / ours
    return Figure(name, ours, unit, peers, ratio, target, None if target is None else ratio >= target)


def measure(size: int, queries: int) -> list[Figure]:
    """Build and search both; nothing counts unless every planted neighbour is found."""
    hashes = make_hashes(size, seed=1)
    wanted, rows = plant_queries(hashes, queries, seed=2)
    candidate, peer = Candidate(), Peer()
    with tqdm(total=5, desc=f"{size} hashes", unit=" steps", leave=False, disable=None) as bar:
        build_ours = seconds_for(lambda: candidate.build(hashes))
        bar.update()
        build_peer = seconds_for(lambda: peer.build(hashes))
        bar.update()
        found = candidate.query(wanted, PLANTED_DISTANCE)
        single_ours = seconds_for(lambda: [candidate.query(one[None], PLANTED_DISTANCE) for one in wanted]) / queries
        bar.update()
        batch_ours = seconds_for(lambda: candidate.query(wanted, PLANTED_DISTANCE)) / queries
        bar.update()
        single_peer = seconds_for(lambda: peer.query(wanted)) / queries
        bar.update()
    recall = float(np.mean([row in ids for row, ids in zip(rows.tolist(), found, strict=True)]))
    return [
        Figure(f"recall at {size}", recall, "share", target=1.0, ok=recall == 1.0),
        compare(f"one query at {size}", single_ours * 1e6, single_peer * 1e6, unit="us", target=SINGLE_TARGET),
        compare(f"query in a batch at {size}", batch_ours * 1e6, single_peer * 1e6, unit="us", target=BATCH_TARGET),
        compare(f"build of {size}", build_ours, build_peer, unit="s", target=None),
    ]


def append_figures(path: Path, figures: Sequence[Figure]) -> None:
    """Add figures to a report, a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    path.write_text(json.dumps([*listed, *(asdict(one) for one in figures)], indent=1) + "\n", encoding="utf-8")


def describe(figure: Figure) -> str:
    """One line for people."""
    line = f"{figure.name:28} {figure.value:12.3f} {figure.unit}"
    if figure.ratio is not None:
        line += f"   threatexchange {figure.peer:12.3f} {figure.unit}   {figure.ratio:6.1f} times quicker"
    if figure.ok is not None:
        line += "   reached" if figure.ok else f"   BELOW the target of {figure.target:g}"
    return line


def main() -> None:
    """Measure, print, and add the figures to the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="hashes in the index (default: %(default)s)")
    parser.add_argument("--queries", type=int, default=500, help="queries (default: %(default)s)")
    parser.add_argument("--report", type=Path, default=DEFAULT_REPORT, help="JSON list to add to (%(default)s)")
    arguments = parser.parse_args()
    figures = measure(arguments.size, arguments.queries)
    append_figures(arguments.report, figures)
    print("\n".join(describe(figure) for figure in figures))
    if not figures[0].ok:
        raise SystemExit("The index missed a hash that it must find.")


if __name__ == "__main__":
    main()
