"""All engines on one bank, side by side: built one after the other, timed in rounds by turns, then checked."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from hashmatch_bench.banks import (
    Ids,
    Planted,
    Rows,
    map_bank,
    mix_queries,
    plant_queries,
)
from hashmatch_bench.checks import judge_answers, scan_truth
from hashmatch_bench.engines import ENGINE_KINDS, EngineKind
from hashmatch_bench.plan import Plan
from hashmatch_bench.processes import Process, ProcessLostError, read_available_memory
from hashmatch_bench.results import EngineRun
from hashmatch_bench.worker import Built, Calls, Changes, Join, Loaded

PLANTED_SHARE = 0.1
SPARE_MEMORY = 1 << 30
QUERY_SEED = 3
CHECK_SEED = 9
DISTANCES = 33

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Questions:
    """A bank on disk, the queries that are timed, and those whose answers are known."""

    data: str
    path: Path
    size: int
    timed: Rows
    planted: Planted
    truth: list[Ids]


@dataclass(slots=True)
class Runner:
    """An engine at work, and what its rounds gave."""

    kind: EngineKind
    process: Process
    loaded: Loaded
    built: Built
    rebuilt: Built | None
    singles: list[Calls] = field(default_factory=list)
    batches: list[Calls] = field(default_factory=list)
    threads: list[Calls] = field(default_factory=list)


def ask_questions(data: str, path: Path, fresh: Rows, size: int, plan: Plan) -> Questions:
    """Plant queries in the first `size` rows of a bank, and scan it for the truth about some."""
    bank = map_bank(path, size)
    timed = mix_queries(bank, fresh, planted_share=PLANTED_SHARE, seed=QUERY_SEED)
    planted = plant_queries(bank, plan.planted_each * DISTANCES, seed=CHECK_SEED)
    truth = scan_truth(bank, planted.queries[: plan.scanned])
    return Questions(data, path, size, timed, planted, truth)


def choose_kinds(plan: Plan) -> list[EngineKind]:
    """The engines of the plan, in their fixed order."""
    return [kind for kind in ENGINE_KINDS if plan.engines is None or kind.name in plan.engines]


def compare_engines(questions: Questions, plan: Plan, say: Say, skip: Say) -> list[EngineRun]:
    """Measure all engines on one bank. `say` is told what is being done, `skip` which engine is left out and why."""
    with ExitStack() as stack:
        runners = []
        for kind in choose_kinds(plan):
            say(f"building {kind.label}")
            runner = start_runner(kind, questions, plan, stack, skip)
            if runner is not None:
                runners.append(runner)
        for number in range(plan.rounds):
            for runner in list(runners):
                say(f"round {number + 1} of {plan.rounds}: {runner.kind.label}")
                if not run_round(runner, plan, skip):
                    runners.remove(runner)
        finished = []
        for runner in runners:
            say(f"checking {runner.kind.label}")
            run = finish_runner(runner, questions, plan, skip)
            if run is not None:
                finished.append(run)
        return finished


def start_runner(kind: EngineKind, questions: Questions, plan: Plan, stack: ExitStack, skip: Say) -> Runner | None:
    """Start an engine's process and build its index; None where it is not installed, does not fit or fails."""
    place = f"{questions.size:,} {questions.data}"
    obstacle = find_obstacle(kind, questions, plan)
    if obstacle is not None:
        skip(f"{kind.label} at {place}: left out, {obstacle}.")
        return None
    worker = Process("hashmatch_bench.worker:EngineWorker", kind.name, environment=dict(kind.environment))
    process = stack.enter_context(worker)
    try:
        loaded: Loaded | None = process.ask("load")
        if loaded is None:
            skip(f"{kind.label} at {place}: left out, it is not installed.")
            return None
        process.ask("open_bank", questions.path, questions.size, questions.timed)
        built: Built = process.ask("build")
        rebuilt: Built | None = process.ask("build") if kind.is_ours else None
        process.ask("prepare", plan.batch, plan.batch_budget)
    except ProcessLostError as error:
        skip(f"{kind.label} at {place}: left out. {error}")
        return None
    return Runner(kind, process, loaded, built, rebuilt)


def find_obstacle(kind: EngineKind, questions: Questions, plan: Plan) -> str | None:
    """Why an engine is not measured on a bank, if there is a reason."""
    available = read_available_memory()
    if available is not None and kind.peak_bytes * questions.size + SPARE_MEMORY > available:
        return "it would need more memory than is free"
    is_large = kind.largest_again is not None and questions.size > kind.largest_again
    if is_large and questions.data != plan.data[0]:
        return f"building takes minutes; see the {plan.data[0]} bank"
    return None


def run_round(runner: Runner, plan: Plan, skip: Say) -> bool:
    """Each way of asking for one budget; whether the engine is still there."""
    try:
        runner.singles.append(runner.process.ask("time_singles", plan.budget))
        runner.batches.append(runner.process.ask("time_batches", plan.budget))
        if runner.kind.in_threads:
            runner.threads.append(runner.process.ask("time_threads", plan.budget))
    except ProcessLostError as error:
        skip(f"{runner.kind.label}: left out. {error}")
        return False
    return True


def finish_runner(runner: Runner, questions: Questions, plan: Plan, skip: Say) -> EngineRun | None:
    """Check the answers, then measure what changes the bank, which must come last."""
    try:
        # Ours answers every question, however long it takes; a peer as many as its time allows.
        budget = float("inf") if runner.kind.is_ours else plan.check_budget
        answers: list[Ids] = runner.process.ask("answer", questions.planted.queries, budget)
        changes, join = Changes(None, None), None
        if questions.size == plan.changes_size:
            join = runner.process.ask("join")
            changes = runner.process.ask("change", plan.check_budget)
    except ProcessLostError as error:
        skip(f"{runner.kind.label}: left out. {error}")
        return None
    bank = map_bank(questions.path, questions.size)
    verdict = judge_answers(bank, questions.planted, answers, questions.truth)
    run = summarise_rounds(runner, questions)
    return add_changes(
        replace(
            run,
            checked=verdict.checked,
            scanned=verdict.scanned,
            recall=verdict.recall,
            extra=verdict.extra,
            repeated=verdict.repeated,
            beyond=verdict.beyond,
        ),
        changes,
        join,
    )


def summarise_rounds(runner: Runner, questions: Questions) -> EngineRun:
    """Medians of the rounds; the percentiles are of all single calls."""
    singles = np.concatenate([calls.seconds for calls in runner.singles])
    return EngineRun(
        engine=runner.kind.name,
        label=runner.kind.label,
        version=runner.loaded.version,
        data=questions.data,
        size=questions.size,
        load_seconds=runner.loaded.seconds,
        load_bytes=runner.loaded.bytes,
        build_seconds=runner.built.seconds,
        bytes_each=runner.built.bytes / questions.size,
        single_rate=median_rate(runner.singles),
        single_p50=float(np.percentile(singles, 50)),
        single_p99=float(np.percentile(singles, 99)),
        batch_rate=median_rate(runner.batches),
        batch_queries=runner.batches[0].queries_a_call,
        threads_rate=median_rate(runner.threads) if runner.threads else None,
        rebuild_seconds=runner.rebuilt.seconds if runner.rebuilt else None,
        checked=0,
        scanned=0,
        recall=0.0,
        extra=0,
        repeated=0,
        beyond=0,
    )


def add_changes(run: EngineRun, changes: Changes, join: Join | None) -> EngineRun:
    """The figures of adding, removing and joining."""
    return replace(
        run,
        add_and_find=changes.add_and_find,
        remove=changes.remove,
        join_seconds=join.seconds if join else None,
        join_pairs=join.pairs if join else None,
    )


def median_rate(rounds: list[Calls]) -> float:
    """Queries a second in the middle round."""
    return float(np.median([calls.rate for calls in rounds]))
