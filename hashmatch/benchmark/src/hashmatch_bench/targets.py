"""The table of targets: what was measured, turned into ratios and held against what the library promises to reach."""

import math
from collections.abc import Iterator, Sequence

from hashmatch_bench.engines import KIND_BY_NAME, OURS, OURS_IN_NUMPY, THREATEXCHANGE
from hashmatch_bench.figures import AtLeast, AtMost, Row, check_row, compare_row, make_row, say_number
from hashmatch_bench.results import JPEG, EngineRun, HashingRun, Results

MILLION = 1_000_000
TEN_MILLION = 10_000_000
MICRO = 1e6
MILLI = 1e3

# By the size of the bank.
SINGLE_RATIO = {MILLION: AtLeast(60, gate=40), TEN_MILLION: AtLeast(130, gate=80)}
SINGLE_MICROSECONDS = {MILLION: AtMost(10), TEN_MILLION: AtMost(50)}
BATCH_RATIO = {MILLION: AtLeast(80, gate=50)}
BATCH_RATE = {MILLION: AtLeast(120_000)}
BEST_PEER_RATIO = {MILLION: AtLeast(30, gate=20)}
NUMPY_RATIO = {MILLION: AtLeast(9, gate=5)}
MEMORY = {MILLION: AtMost(140, gate=160), TEN_MILLION: AtMost(140, gate=160)}
WARM_BUILD = {MILLION: AtMost(0.45)}
COLD_BUILD = {MILLION: AtMost(2.5)}
ADD_AND_FIND = {MILLION: AtMost(50, gate=1000)}
JOIN = {MILLION: AtMost(5, gate=20)}
PIXELS_RATIO = {"512 x 512": AtLeast(25, gate=15), "12 MP": AtLeast(85, gate=40)}
JPEG_RATIO = AtLeast(8, gate=5)
SERVICE_SHARE = AtLeast(50)
FIRST_MATCH = AtMost(0.5)
RECALL = AtLeast(1)
NONE_OF_THEM = AtMost(0)


def make_rows(results: Results) -> list[Row]:
    """All rows, correctness first."""
    rows: list[Row] = []
    rows += check_matching(results)
    for data in results.kinds():
        for size in results.sizes():
            rows += compare_matching(results, data, size)
        rows += compare_growth(results, data)
    for run in results.hashing:
        rows += compare_hashing(run)
    if results.first_match is not None:
        name = "a fresh process to its first hash and match, processor time"
        rows.append(make_row(name, results.first_match, "s", goal=FIRST_MATCH))
    for service in results.service:
        share = 100 * service.service_rate / service.library_rate
        name = f"service through the binary form at {name_size(service.size)}, share of the library"
        rows.append(make_row(name, share, "%", goal=SERVICE_SHARE))
    return rows


def check_matching(results: Results) -> Iterator[Row]:
    """Whether our answers are right, the worst of all banks, in both forms."""
    for kind in (OURS, OURS_IN_NUMPY):
        runs = [run for run in results.engines if run.engine == kind.name]
        if not runs:
            continue
        recall = min(run.recall for run in runs)
        wrong = sum(run.extra + run.repeated + run.beyond for run in runs)
        yield check_row(f"{kind.label}, all banks: recall at 0 to 31 bits", recall, "", wanted=RECALL)
        yield check_row(f"{kind.label}, all banks: ids too far or given twice", wrong, "ids", wanted=NONE_OF_THEM)


def compare_matching(results: Results, data: str, size: int) -> Iterator[Row]:
    """One bank: speed, memory, building and changing, beside the peers on the same bank."""
    ours = results.find(OURS.name, data, size)
    if ours is None:
        return
    where = f"{name_size(size)} {data}"
    theirs = results.find(THREATEXCHANGE.name, data, size)
    if theirs is not None:
        yield from compare_speed(where, ours, theirs)
    yield from compare_best_peer(where, ours, results)
    yield from judge_alone(where, ours)
    numpy_form = results.find(OURS_IN_NUMPY.name, data, size)
    if numpy_form is not None and theirs is not None:
        yield compare_row(
            f"{where}, one query, NumPy form",
            numpy_form.single_rate,
            "q/s",
            peer=say_peer(theirs, theirs.single_rate, "q/s"),
            ratio=numpy_form.single_rate / theirs.single_rate,
            goal=NUMPY_RATIO.get(size),
        )
    yield from compare_changes(where, ours, theirs)


def compare_speed(where: str, ours: EngineRun, theirs: EngineRun) -> Iterator[Row]:
    """Beside the field's default."""
    size = ours.size
    yield compare_row(
        f"{where}, one query, p50",
        ours.single_p50 * MICRO,
        "us",
        peer=say_peer(theirs, theirs.single_p50 * MICRO, "us"),
        ratio=theirs.single_p50 / ours.single_p50,
        goal=SINGLE_RATIO.get(size),
    )
    yield compare_row(
        f"{where}, one query, p99",
        ours.single_p99 * MICRO,
        "us",
        peer=say_peer(theirs, theirs.single_p99 * MICRO, "us"),
        ratio=theirs.single_p99 / ours.single_p99,
    )
    yield compare_row(
        f"{where}, batches of {ours.batch_queries}",
        ours.batch_rate,
        "q/s",
        peer=say_peer(theirs, theirs.batch_rate, "q/s"),
        ratio=ours.batch_rate / theirs.batch_rate,
        goal=BATCH_RATIO.get(size),
    )
    if ours.threads_rate is not None and theirs.threads_rate is not None:
        yield compare_row(
            f"{where}, batches on two threads",
            ours.threads_rate,
            "q/s",
            peer=say_peer(theirs, theirs.threads_rate, "q/s"),
            ratio=ours.threads_rate / theirs.threads_rate,
        )


def compare_best_peer(where: str, ours: EngineRun, results: Results) -> Iterator[Row]:
    """Beside the quickest of all peers whose answers were right."""
    peers = [
        run
        for run in results.engines
        if (run.data, run.size) == (ours.data, ours.size) and not KIND_BY_NAME[run.engine].is_ours and run.is_exact
    ]
    if not peers:
        return
    best = max(peers, key=lambda run: run.single_rate)
    yield compare_row(
        f"{where}, one query, best exact peer",
        ours.single_rate,
        "q/s",
        peer=say_peer(best, best.single_rate, "q/s"),
        ratio=ours.single_rate / best.single_rate,
        goal=BEST_PEER_RATIO.get(ours.size),
    )


def judge_alone(where: str, ours: EngineRun) -> Iterator[Row]:
    """What has a target of its own, whatever the peers do."""
    size = ours.size
    if size in SINGLE_MICROSECONDS:
        yield make_row(f"{where}, one query, p50 itself", ours.single_p50 * MICRO, "us", goal=SINGLE_MICROSECONDS[size])
    if size in BATCH_RATE:
        yield make_row(f"{where}, batches, rate itself", ours.batch_rate, "q/s", goal=BATCH_RATE[size])
    yield make_row(f"{where}, memory a hash", ours.bytes_each, "B", goal=MEMORY.get(size))
    if ours.rebuild_seconds is not None:
        yield make_row(f"{where}, build, warm", ours.rebuild_seconds, "s", goal=WARM_BUILD.get(size))
    cold = ours.load_seconds + ours.build_seconds
    yield make_row(f"{where}, build, with loading the library", cold, "s", goal=COLD_BUILD.get(size))


def compare_changes(where: str, ours: EngineRun, theirs: EngineRun | None) -> Iterator[Row]:
    """Adding, removing, joining."""
    size = ours.size
    if ours.add_and_find is not None:
        name = f"{where}, add one and find it"
        yield make_row(name, ours.add_and_find * MICRO, "us", goal=ADD_AND_FIND.get(size))
        if theirs is not None and theirs.add_and_find is not None:
            yield compare_row(
                f"{name}, beside",
                ours.add_and_find * MICRO,
                "us",
                peer=say_peer(theirs, theirs.add_and_find * MICRO, "us"),
                ratio=theirs.add_and_find / ours.add_and_find,
            )
    if ours.remove is not None:
        yield make_row(f"{where}, remove one", ours.remove * MICRO, "us")
    if ours.join_seconds is not None:
        yield make_row(f"{where}, self-join of all rows", ours.join_seconds, "s", goal=JOIN.get(size))
        if theirs is not None:
            computed = size / theirs.batch_rate
            yield compare_row(
                f"{where}, self-join, beside",
                ours.join_seconds,
                "s",
                peer=say_peer(theirs, computed, "s, computed from its rate"),
                ratio=computed / ours.join_seconds,
            )


def compare_growth(results: Results, data: str) -> Iterator[Row]:
    """How time grows with the bank: 1 is in proportion, 0 not at all."""
    ours = measure_growth(results, OURS.name, data)
    if ours is None:
        return
    sizes = results.sizes()
    span = f"{name_size(sizes[0])} to {name_size(sizes[-1])}"
    theirs = measure_growth(results, THREATEXCHANGE.name, data)
    yield make_row(f"{data}, exponent of time a query from {span}", ours, "")
    if theirs is not None:
        yield make_row(f"{data}, the same of threatexchange", theirs, "")


def measure_growth(results: Results, engine: str, data: str) -> float | None:
    """The slope of log(p50) over log(size), fitted to all sizes; None where there are fewer than two."""
    runs = [run for run in results.engines if (run.engine, run.data) == (engine, data)]
    if len(runs) < 2:
        return None
    across = [math.log(run.size) for run in runs]
    up = [math.log(run.single_p50) for run in runs]
    middle_across, middle_up = sum(across) / len(runs), sum(up) / len(runs)
    over = sum((x - middle_across) * (y - middle_up) for x, y in zip(across, up, strict=True))
    return over / sum((x - middle_across) ** 2 for x in across)


def compare_hashing(run: HashingRun) -> Iterator[Row]:
    """One size of picture."""
    if run.step == JPEG:
        yield compare_row(
            f"JPEG bytes to hash, {run.picture}",
            run.ours * MILLI,
            "ms",
            peer=f"threatexchange: {say_number(run.peers * MILLI)} ms",
            ratio=run.peers / run.ours,
            goal=JPEG_RATIO,
        )
        yield check_row(f"JPEG bytes to hash, {run.picture}: most bits off", run.most_bits, "bits", wanted=NONE_OF_THEM)
        return
    yield compare_row(
        f"PDQ of decoded RGB, {run.picture}",
        run.ours * MILLI,
        "ms",
        peer=f"pdqhash: {say_number(run.peers * MILLI)} ms",
        ratio=run.peers / run.ours,
        goal=PIXELS_RATIO.get(run.picture),
    )
    name = f"PDQ of decoded RGB, {run.picture}: bits changed in {run.pictures} pictures"
    yield check_row(name, run.most_bits, "bits", wanted=NONE_OF_THEM)


def say_peer(run: EngineRun, value: float, unit: str) -> str:
    """A peer's value with its name."""
    return f"{run.label}: {say_number(value)} {unit}"


def name_size(size: int) -> str:
    """100k, 1M, 10M."""
    if size % MILLION == 0:
        return f"{size // MILLION}M"
    return f"{size // 1000}k" if size % 1000 == 0 else f"{size:,}"


def list_missed(rows: Sequence[Row], standing: str) -> list[str]:
    """The names of the rows with this standing."""
    return [row.figure.name for row in rows if row.standing == standing]
