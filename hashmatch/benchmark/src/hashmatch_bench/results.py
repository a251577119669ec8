"""The figures of a run as they come in, kept on disk after each part so that a run can be stopped and gone on with."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PIXELS, JPEG = "pixels", "jpeg"  # steps of hashing


@dataclass(frozen=True, slots=True)
class EngineRun:
    """One engine on one bank. Rates are queries a second, medians of the rounds; times are seconds."""

    engine: str
    label: str
    version: str
    data: str
    size: int
    load_seconds: float
    load_bytes: int
    build_seconds: float
    bytes_each: float
    single_rate: float
    single_p50: float
    single_p99: float
    batch_rate: float
    batch_queries: int
    checked: int
    scanned: int
    recall: float
    extra: int
    repeated: int
    beyond: int
    rebuild_seconds: float | None = None
    threads_rate: float | None = None
    add_and_find: float | None = None
    remove: float | None = None
    join_seconds: float | None = None
    join_pairs: int | None = None

    @property
    def is_exact(self) -> bool:
        """Whether its answers were right, all of them."""
        return self.recall == 1.0 and not (self.extra or self.repeated or self.beyond)


@dataclass(frozen=True, slots=True)
class HashingRun:
    """Hashing of one size of picture, in seconds a picture; `step` is PIXELS or JPEG.

    `decoder` is what libjpeg-turbo takes for a JPEG's colours, by simplejpeg, before anything is hashed.
    """

    step: str
    picture: str
    pictures: int
    file_bytes: float
    ours: float
    peers: float
    most_bits: int
    mean_bits: float
    decoder: float | None = None


@dataclass(frozen=True, slots=True)
class ServiceRun:
    """The service's binary batches beside the library's on the same bank, queries a second."""

    size: int
    library_rate: float
    service_rate: float


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What kind of hashes a bank holds: measured, so that a reader can judge how real the realistic ones are.

    `candidates` is how many rows share a 16-bit word, or all but a bit of it, with a query, beside random hashes.
    """

    data: str
    bit_mean_low: float
    bit_mean_high: float
    correlation_mean: float
    correlation_most: float
    candidates: float


@dataclass(slots=True)
class Results:
    """All figures of a run."""

    engines: list[EngineRun] = field(default_factory=list)
    hashing: list[HashingRun] = field(default_factory=list)
    service: list[ServiceRun] = field(default_factory=list)
    data: list[DataFacts] = field(default_factory=list)
    first_match: float | None = None
    skipped: list[str] = field(default_factory=list)  # sentences
    finished: list[str] = field(default_factory=list)  # names of parts
    plan: str = ""

    def find(self, engine: str, data: str, size: int) -> EngineRun | None:
        """The run of one engine on one bank, if there is one."""
        for run in self.engines:
            if (run.engine, run.data, run.size) == (engine, data, size):
                return run
        return None

    def sizes(self) -> Sequence[int]:
        """The sizes that were measured, smallest first."""
        return sorted({run.size for run in self.engines})

    def kinds(self) -> Sequence[str]:
        """The kinds of bank that were measured, in the order of measuring."""
        return list(dict.fromkeys(run.data for run in self.engines))

    def names(self) -> Sequence[str]:
        """The engines that were measured, in the order of measuring."""
        return list(dict.fromkeys(run.engine for run in self.engines))


def save_results(path: Path, results: Results) -> None:
    """Keep what there is so far."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(results), indent=1) + "\n", encoding="utf-8")


def load_results(path: Path, *, plan: str) -> Results:
    """What an earlier run of the same plan kept; nothing where there is none, or where the plan was another."""
    if not path.exists():
        return Results(plan=plan)
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if kept["plan"] != plan:
        return Results(plan=plan)
    return Results(
        engines=[EngineRun(**one) for one in kept["engines"]],
        hashing=[HashingRun(**one) for one in kept["hashing"]],
        service=[ServiceRun(**one) for one in kept["service"]],
        data=[DataFacts(**one) for one in kept["data"]],
        first_match=kept["first_match"],
        skipped=kept["skipped"],
        finished=kept["finished"],
        plan=kept["plan"],
    )
