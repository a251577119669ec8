"""Measure part by part, print the table of targets and write the page; fail only where an answer is wrong."""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from hashmatch_bench.banks import RANDOM, REALISTIC, make_bank, map_bank, save_bank
from hashmatch_bench.engines import ENGINE_KINDS
from hashmatch_bench.facts import describe_data
from hashmatch_bench.figures import Row, Standing, append_figures, print_rows
from hashmatch_bench.machine import describe_machine
from hashmatch_bench.matching import ask_questions, compare_engines
from hashmatch_bench.page import write_page
from hashmatch_bench.photos import find_photos
from hashmatch_bench.plan import HASHING, MATCHING, PARTS, QUICK_PLAN, SERVICE, STARTING, Plan
from hashmatch_bench.processes import ONE_THREAD, Process, ProcessLostError, settings
from hashmatch_bench.results import HashingRun, Results, ServiceRun, load_results, save_results
from hashmatch_bench.targets import make_rows, name_size

REPORT = Path("build/bench.json")
KEPT = Path("build/bench-parts.json")
DOCS = Path("docs")
ELSEWHERE = Path("build")
TEN_MILLION = 10_000_000
BANK_SEED = 1
FRESH_SEED = 2
INTERRUPTED = 130
FIRST_MATCH = """
import time
import numpy as np
from hashmatch import Bank, hash_image
from hashmatch.index import Index
from hashmatch.pdq import hash_pixels
value = hash_pixels(np.arange(90_000, dtype=np.uint8).reshape(300, 300)).hash
assert len(Index.build(None, [value]).query(value)) == 1
print(time.process_time())
"""
QUICK_NOTE = "\n**A short run for a first look: small banks, little time, rough figures.**\n"
PARTIAL_NOTE = "\n**A part of the whole benchmark.**\n"


@dataclass(frozen=True, slots=True)
class Run:
    """A run under way."""

    plan: Plan
    results: Results
    kept: Path
    bar: "tqdm[Any]"

    def say(self, doing: str) -> None:
        """Show what is being done."""
        self.bar.set_postfix_str(doing)

    def skip(self, sentence: str) -> None:
        """Note what is left out."""
        self.results.skipped.append(sentence)
        tqdm.write(sentence, file=sys.stderr)

    def do(self, name: str, part: Callable[[], None]) -> None:
        """One part, unless it was finished before; what it gave is kept at once."""
        if name not in self.results.finished:
            self.bar.set_description(name)
            if self.bar.disable:  # no terminal, so no bar
                print(name, file=sys.stderr, flush=True)
            part()
            self.results.finished.append(name)
            save_results(self.kept, self.results)
        self.bar.update()


def read_arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m hashmatch_bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small banks and little time, for a first look")
    parser.add_argument("--sizes", type=read_sizes, help="hashes in the banks, as 100000,1000000")
    parser.add_argument("--no-10m", action="store_true", help="leave out ten million, which takes most of the time")
    parser.add_argument("--data", choices=(RANDOM, REALISTIC), help="one kind of bank (default: both)")
    parser.add_argument("--engines", type=read_engines, help="engines, by name, of: " + ", ".join(list_engines()))
    parser.add_argument("--only", choices=PARTS, action="append", help="one part (may be given more than once)")
    parser.add_argument("--rounds", type=int, help="rounds of timing")
    parser.add_argument("--budget", type=float, help="seconds for each engine, way of asking and round")
    parser.add_argument("--resume", action="store_true", help="go on where a run with the same options was stopped")
    parser.add_argument("--report", type=Path, default=REPORT, help="JSON list to add to (%(default)s)")
    parser.add_argument("--kept", type=Path, default=KEPT, help="where finished parts are kept (%(default)s)")
    parser.add_argument(
        "--docs", type=Path, help="folder for the page and its pictures (docs for a whole run, build for any other)"
    )
    return parser.parse_args(words)


def list_engines() -> list[str]:
    """The names that may be asked for."""
    return [kind.name for kind in ENGINE_KINDS]


def read_sizes(text: str) -> tuple[int, ...]:
    """Sizes from a list with commas; 100k and 10M are understood."""
    units = {"k": 1000, "m": 1_000_000}
    sizes = []
    for word in text.lower().replace("_", "").split(","):
        unit = units.get(word[-1:], 1)
        sizes.append(int(word[:-1] if unit > 1 else word) * unit)
    if min(sizes) < 1:
        raise argparse.ArgumentTypeError("A bank holds at least one hash.")
    return tuple(sorted(sizes))


def read_engines(text: str) -> tuple[str, ...]:
    """Engines from a list with commas."""
    names = tuple(text.split(","))
    unknown = set(names) - set(list_engines())
    if unknown:
        raise argparse.ArgumentTypeError(f"There is no engine {', '.join(sorted(unknown))}.")
    return names


def choose_plan(arguments: argparse.Namespace) -> Plan:
    """What is measured under these options."""
    plan = QUICK_PLAN if arguments.quick else Plan()
    sizes = arguments.sizes or plan.sizes
    if arguments.no_10m:
        sizes = tuple(size for size in sizes if size < TEN_MILLION)
    return replace(
        plan,
        sizes=sizes,
        data=(arguments.data,) if arguments.data else plan.data,
        engines=arguments.engines,
        parts=tuple(part for part in PARTS if part in (arguments.only or PARTS)),
        rounds=arguments.rounds or plan.rounds,
        budget=arguments.budget or plan.budget,
    )


def measure_plan(plan: Plan, run: Run) -> None:
    """All parts of the plan; what needs the most memory comes while nothing else is there."""
    with tempfile.TemporaryDirectory(prefix="hashmatch-bench-") as name:
        folder = Path(name)
        if STARTING in plan.parts:
            run.do("first match", lambda: measure_first_match(run))
        if MATCHING in plan.parts:
            measure_matching(run, folder)
        if HASHING in plan.parts:
            run.do("hashing", lambda: measure_hashing(run))
        if SERVICE in plan.parts:
            run.do("service", lambda: measure_service(run))


def measure_matching(run: Run, folder: Path) -> None:
    """Every kind of bank at every size; the smaller banks are the first rows of the largest."""
    for data in run.plan.data:
        names = {size: f"{name_size(size)} {data}" for size in run.plan.sizes}
        if all(name in run.results.finished for name in names.values()):
            run.bar.update(len(names))
            continue
        if data == REALISTIC and not find_photos():
            run.skip("Realistic banks are left out: neither scikit-image nor scikit-learn is installed.")
            run.bar.update(len(names))
            continue
        bank, fresh = folder / f"{data}.npy", folder / f"{data}-fresh.npy"
        run.say(f"making {data} hashes")
        save_bank(bank, make_bank(data, max(run.plan.sizes), crops=run.plan.crops, seed=BANK_SEED))
        save_bank(fresh, make_bank(data, run.plan.queries, crops=run.plan.crops, seed=FRESH_SEED))
        if not any(facts.data == data for facts in run.results.data):
            run.results.data.append(describe_data(data, map_bank(bank, max(run.plan.sizes))))
        for size, name in names.items():
            run.do(name, lambda: measure_bank(run, data, size, bank, fresh))  # noqa: B023
        bank.unlink()


def measure_bank(run: Run, data: str, size: int, bank: Path, fresh: Path) -> None:
    """All engines on one bank."""
    run.say("scanning for the truth")
    questions = ask_questions(data, bank, map_bank(fresh, run.plan.queries), size, run.plan)
    run.results.engines.extend(compare_engines(questions, run.plan, run.say, run.skip))


def measure_first_match(run: Run) -> None:
    """What a fresh process spends, Python's own start included, until it has hashed a picture and asked an index."""
    run.say("starting afresh")
    command = (sys.executable, "-B", "-c", FIRST_MATCH)
    seconds = []
    for _ in range(run.plan.rounds):
        with settings(ONE_THREAD):
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # this Python
        if done.returncode:
            run.skip(f"The first match is not told: {done.stderr.strip()[-200:]}")
            return
        seconds.append(float(done.stdout))
    run.results.first_match = statistics.median(seconds)


def measure_hashing(run: Run) -> None:
    """Pictures, in a process that has one thread for everything."""
    if not find_photos():
        run.skip("Hashing is left out: neither scikit-image nor scikit-learn is installed.")
        return
    measured: list[HashingRun] = []
    try:
        with Process("hashmatch_bench.hashing:HashingWorker", run.plan) as process:
            for method, size in list_hashings():
                run.say(f"{method} {size[0]} x {size[1]}")
                measured.append(process.ask(method, *size))
            run.say("many small crops")
            measured.append(process.ask("hash_crops"))
    except ProcessLostError as error:
        run.skip(f"A part of the hashing is left out. {error}")
    run.results.hashing.extend(measured)


def list_hashings() -> list[tuple[str, tuple[int, int]]]:
    """What the hashing process is asked to do."""
    sizes = ((512, 512), (1920, 1080), (4000, 3000))
    return [(method, size) for method in ("hash_pixels", "hash_jpegs") for size in sizes]


def measure_service(run: Run) -> None:
    """The service's binary batches."""
    run.say("asking the service")
    try:
        with Process("hashmatch_bench.service:ServiceWorker") as process:
            asked = (run.plan.changes_size, run.plan.batch, run.plan.service_rounds)
            measured: ServiceRun | None = process.ask("measure", *asked)
    except ProcessLostError as error:
        run.skip(f"The service is left out. {error}")
        return
    if measured is None:
        run.skip("The service is left out: it is not installed (the extra `serve`).")
        return
    run.results.service.append(measured)


def count_parts(plan: Plan) -> int:
    """How many steps the bar has."""
    banks = len(plan.data) * len(plan.sizes) if MATCHING in plan.parts else 0
    return banks + sum(part in plan.parts for part in (STARTING, HASHING, SERVICE))


def finish_run(arguments: argparse.Namespace, run: Run, *, is_whole: bool) -> list[Row]:
    """Print, and write the report, the page and the pictures."""
    rows = make_rows(run.results)
    append_figures(arguments.report, [row.figure for row in rows])
    print(print_rows(rows))
    folder = arguments.docs or (DOCS if is_whole and DOCS.is_dir() else ELSEWHERE)
    note = "" if is_whole else QUICK_NOTE if arguments.quick else PARTIAL_NOTE
    page = write_page(folder, run.results, rows, describe_machine(), run.plan, note=note)
    print(f"\nWritten: {arguments.report}, {page}")
    return rows


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; the exit status says whether all answers were right."""
    arguments = read_arguments(words)
    plan = choose_plan(arguments)
    results = Results(plan=repr(plan))
    if arguments.resume:
        results = load_results(arguments.kept, plan=repr(plan))
    started, is_whole = time.monotonic(), plan == Plan()
    with tqdm(total=count_parts(plan), unit="part", disable=None, dynamic_ncols=True) as bar:
        run = Run(plan, results, arguments.kept, bar)
        try:
            measure_plan(plan, run)
        except KeyboardInterrupt:
            is_whole = False
            print("Stopped; what is finished follows, and --resume goes on from there.", file=sys.stderr)
            finish_run(arguments, run, is_whole=is_whole)
            return INTERRUPTED
    rows = finish_run(arguments, run, is_whole=is_whole)
    print(f"{(time.monotonic() - started) / 60:.1f} minutes.")
    return report_wrong(rows)


def report_wrong(rows: Sequence[Row]) -> int:
    """1 and a word about it where an answer was wrong."""
    wrong = [row.figure.name for row in rows if row.standing is Standing.WRONG]
    for name in wrong:
        print(f"Wrong: {name}.", file=sys.stderr)
    return 1 if wrong else 0
