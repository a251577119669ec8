"""The benchmark measures the index that is shipped, sees every kind of wrong answer, and its report can be read on."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from hashmatch.bench import Candidate
from hashmatch_bench import command, processes
from hashmatch_bench.banks import (
    DISTANCES,
    REALISTIC,
    Planted,
    blend_hashes,
    flip_bits,
    make_bank,
    make_hashes,
    measure_distances,
    plant_queries,
    save_bank,
    scan_bank,
)
from hashmatch_bench.checks import Verdict, judge_answers, scan_truth
from hashmatch_bench.engines import ENGINE_KINDS, KIND_BY_NAME, OURS, THREATEXCHANGE, EngineKind
from hashmatch_bench.facts import describe_data
from hashmatch_bench.figures import AtLeast, AtMost, Standing, append_figures, compare_row, make_row, say_number
from hashmatch_bench.hashing import HashingWorker
from hashmatch_bench.machine import describe_machine
from hashmatch_bench.page import write_page
from hashmatch_bench.photos import find_photos, hash_crops
from hashmatch_bench.plan import QUICK_PLAN, Plan
from hashmatch_bench.results import DataFacts, EngineRun, HashingRun, Results, ServiceRun, load_results, save_results
from hashmatch_bench.targets import make_rows, measure_growth
from hashmatch_bench.worker import EngineWorker, time_calls

CAN_ADD = {"hashmatch", "hashmatch-numpy", "threatexchange", "faiss-flat"}
FIELDS = {"name", "value", "unit", "peer", "ratio", "target", "ok"}


def test_the_candidate_finds_what_was_planted() -> None:
    hashes = make_hashes(2000, seed=1)
    planted = plant_queries(hashes, DISTANCES * 2, seed=2)
    candidate = Candidate()
    candidate.build(hashes)
    wanted = [[row] if far < 32 else [] for row, far in zip(planted.rows, planted.distances, strict=True)]
    assert [list(ids) for ids in candidate.query(planted.queries, 31)] == wanted
    assert [list(candidate.query(one[None], 31)[0]) for one in planted.queries] == wanted
    assert [len(ids) for ids in candidate.query(planted.queries, 30)] == [far < 31 for far in planted.distances]
    assert candidate.query(np.empty((0, 32), np.uint8), 31) == []


def test_the_candidate_never_cuts_an_answer() -> None:
    hashes = np.repeat(make_hashes(1, seed=1), 30_000, axis=0)
    candidate = Candidate()
    candidate.build(hashes)
    assert [len(ids) for ids in candidate.query(hashes[:1], 31)] == [30_000]
    assert [len(ids) for ids in candidate.query(hashes[:3], 31)] == [30_000] * 3


def test_planted_queries_lie_where_they_say() -> None:
    hashes = make_hashes(500, seed=3)
    planted = plant_queries(hashes, DISTANCES * 3, seed=4)
    differing = [
        int(measure_distances(hashes[row][None], query)[0])
        for row, query in zip(planted.rows, planted.queries, strict=True)
    ]
    assert differing == planted.distances.tolist() == list(range(DISTANCES)) * 3


def test_a_scan_finds_what_counting_bits_finds() -> None:
    hashes = make_hashes(300, seed=5)
    query = flip_bits(hashes[7:8], np.array([20]), seed=1)[0]
    counted = np.unpackbits(hashes ^ query, axis=1).sum(axis=1)
    assert measure_distances(hashes, query).tolist() == counted.tolist()
    assert scan_bank(hashes, query, 115).tolist() == np.flatnonzero(counted <= 115).tolist()


# ------------------------------------------------------------ realistic hashes
@pytest.fixture(scope="module")
def realistic() -> np.ndarray:
    return blend_hashes(hash_crops(30, seed=1), 10_000, seed=2)


def test_crops_are_clear_enough_to_match() -> None:
    crops = hash_crops(3, seed=1)
    assert len(find_photos()) == 16
    assert crops.qualities.min() >= 50
    assert len(np.unique(crops.photos)) > 12
    assert np.allclose(np.linalg.norm(crops.blocks, axis=1), 1, atol=1e-5)


def test_realistic_hashes_are_balanced_and_depend_on_each_other(realistic: np.ndarray) -> None:
    set_bits = np.unpackbits(realistic, axis=1).sum(axis=1)
    assert abs(float(set_bits.mean()) - 128) < 0.5
    assert set_bits.min() >= 127
    facts, even = describe_data("realistic", realistic), describe_data("random", make_hashes(10_000, seed=1))
    assert 0.35 < facts.bit_mean_low < facts.bit_mean_high < 0.65
    assert 1.05 < facts.candidates < 2.0
    assert abs(even.candidates - 1) < 0.01
    assert facts.correlation_mean > 2 * even.correlation_mean
    # Few are near-copies of each other, or the answers and not the search would be what is timed.
    assert np.mean([len(scan_bank(realistic, one, 31)) for one in realistic[:200]]) < 1.2


def test_realistic_hashes_are_the_same_every_time() -> None:
    first, again, other = (make_bank(REALISTIC, 100, crops=3, seed=seed) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


# ------------------------------------------------------------ judging answers
@pytest.fixture(scope="module")
def asked() -> tuple[np.ndarray, Planted, list[np.ndarray], list[np.ndarray]]:
    bank = make_hashes(1000, seed=6)
    bank[500] = bank[499]
    planted = plant_queries(bank, DISTANCES * 2, seed=7)
    right = scan_truth(bank, planted.queries)
    return bank, planted, right[:DISTANCES], right


def test_right_answers_are_found_right(asked: tuple[np.ndarray, Planted, list[np.ndarray], list[np.ndarray]]) -> None:
    bank, planted, truth, right = asked
    assert judge_answers(bank, planted, right, truth) == Verdict(66, 33, 1.0, 0, 0, 0)
    assert judge_answers(bank, planted, right, truth).is_correct


@pytest.mark.parametrize("place", [5, 40])
def test_every_kind_of_wrong_answer_is_seen(
    asked: tuple[np.ndarray, Planted, list[np.ndarray], list[np.ndarray]], place: int
) -> None:
    bank, planted, truth, right = asked

    def judge(answer: Sequence[int], where: int = place) -> Verdict:
        given = [*right]
        given[where] = np.array(answer, np.int64)
        return judge_answers(bank, planted, given, truth)

    row = int(planted.rows[place])
    far = int(np.argmax(measure_distances(bank, planted.queries[place])))
    assert judge([]).recall < 1
    assert judge([row, far]).extra == 1
    assert judge([row, row]).repeated == 1
    too_far = judge([int(planted.rows[32])], where=32)
    assert (too_far.extra, too_far.beyond) == (1, 1)
    assert not any(one.is_correct for one in (judge([]), judge([row, far]), judge([row, row]), too_far))


def test_a_second_copy_must_be_found_too() -> None:
    bank = np.repeat(make_hashes(1, seed=1), 2, axis=0)
    planted = Planted(bank[:1], np.array([0]), np.array([0]))
    truth = scan_truth(bank, planted.queries)
    assert judge_answers(bank, planted, [np.array([0])], truth).recall == 0.5


# ------------------------------------------------------------ engines
@pytest.mark.parametrize(
    "kind",
    [kind if kind in (OURS, THREATEXCHANGE) else pytest.param(kind, marks=pytest.mark.deep) for kind in ENGINE_KINDS],
    ids=lambda kind: kind.name,
)
def test_every_engine_is_asked_in_a_way_that_gets_right_answers(kind: EngineKind, tmp_path: Path) -> None:
    bank = make_hashes(600, seed=8)
    save_bank(tmp_path / "bank.npy", make_hashes(600, seed=8))
    planted = plant_queries(bank, DISTANCES, seed=9)
    measured = EngineWorker(kind.name)
    loaded = measured.load()
    if loaded is None:
        pytest.skip(f"{kind.distribution} is not installed")
    assert re.match(r"\d+\.\d+", loaded.version)
    measured.open_bank(tmp_path / "bank.npy", 600, make_hashes(50, seed=10))
    assert measured.build().seconds > 0
    assert measured.prepare(20, 0.5) <= 20
    assert measured.time_singles(0.01).queries_a_call == 1
    assert measured.time_batches(0.01).rate > 0
    assert measured.time_threads(0.01).rate > 0
    answers = measured.answer(planted.queries, 60)
    assert judge_answers(bank, planted, answers, scan_truth(bank, planted.queries)).is_correct
    assert (measured.change(0.05).add_and_find is not None) == (kind.name in CAN_ADD)


def test_what_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = replace(ENGINE_KINDS[0], name="absent", module="hashmatch_bench.engines.absent")
    monkeypatch.setitem(KIND_BY_NAME, "absent", absent)
    assert EngineWorker("absent").load() is None


def test_a_process_that_dies_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        processes.Process("hashmatch_bench.worker:EngineWorker", "no such engine") as process,
        pytest.raises(processes.ProcessLostError, match="asked to load"),
    ):
        process.ask("load")
    assert "no such engine" in capfd.readouterr().err


def test_settings_last_only_while_processes_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with processes.settings({"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}):
        assert (os.environ["OMP_NUM_THREADS"], os.environ["MKL_NUM_THREADS"]) == ("1", "1")
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


def test_a_call_longer_than_its_budget_counts_once() -> None:
    calls = time_calls(lambda: sum(range(100_000)), 10, 1e-6)
    assert len(calls.seconds) == 1
    assert calls.rate == pytest.approx(10 / calls.seconds[0])


def test_hashing_is_compared_on_the_same_pictures() -> None:
    hashing = HashingWorker(replace(QUICK_PLAN, pictures=1, crop_checks=5))
    pixels, files, crops = hashing.hash_pixels(96, 80), hashing.hash_jpegs(96, 80), hashing.hash_crops()
    assert (pixels.most_bits, crops.most_bits, crops.pictures) == (0, 0, 5)
    assert files.most_bits == 0
    assert files.file_bytes > 1000
    assert files.decoder is not None
    assert pixels.decoder is crops.decoder is None
    assert files.picture == "96 x 80"


# ------------------------------------------------------------ the command
def run_command(folder: Path, *words: str) -> int:
    """The smallest run."""
    return command.main(
        [
            *("--quick", "--only", "matching", "--sizes", "300,600", "--rounds", "1", "--budget", "0.005"),
            *("--engines", "hashmatch,threatexchange", "--data", "random", "--docs", str(folder)),
            *("--report", str(folder / "bench.json"), "--kept", str(folder / "parts.json"), *words),
        ]
    )


def test_a_run_writes_a_report_a_page_and_can_be_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(tmp_path) == 0
    figures = json.loads((tmp_path / "bench.json").read_text())
    assert all(set(figure) == FIELDS for figure in figures)
    named = {figure["name"]: figure for figure in figures}
    assert named["hashmatch, all banks: recall at 0 to 31 bits"]["ok"] is True
    assert named["300 random, one query, p50"]["ratio"] > 0
    assert "threatexchange" in named["600 random, add one and find it, beside"]["peer"]
    assert "random, exponent of time a query from 300 to 600" in named
    assert "threatexchange default" in capsys.readouterr().out
    page = (tmp_path / "benchmarks.md").read_text()
    assert "A short run for a first look" in page
    assert "## 600 random hashes" in page

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("It measures again what is finished.")

    monkeypatch.setattr(command, "measure_bank", refuse)
    assert run_command(tmp_path, "--resume") == 0
    twice = json.loads((tmp_path / "bench.json").read_text())
    assert twice == figures * 2
    with pytest.raises(AssertionError, match="again"):
        run_command(tmp_path)


def test_a_stopped_run_keeps_what_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(run: command.Run, data: str, size: int, bank: Path, fresh: Path) -> None:
        if size == 600:
            raise KeyboardInterrupt
        run.results.engines.append(canned_run("hashmatch", size, 7e-6))

    monkeypatch.setattr(command, "measure_bank", measure)
    assert run_command(tmp_path) == 130
    assert "Stopped" in capsys.readouterr().err
    assert load_results(tmp_path / "parts.json", plan="another plan").finished == []
    assert json.loads((tmp_path / "parts.json").read_text())["finished"] == ["300 random"]
    assert "## 300 random hashes" in (tmp_path / "benchmarks.md").read_text()


def test_options_choose_what_is_measured() -> None:
    def plan(*words: str) -> Plan:
        return command.choose_plan(command.read_arguments(words))

    assert plan() == Plan()
    assert plan("--no-10m").sizes == (100_000, 1_000_000)
    assert plan("--sizes", "2k,1M,50").sizes == (50, 2000, 1_000_000)
    assert plan("--quick", "--only", "hashing").parts == ("hashing",)
    assert plan("--sizes", "10M").changes_size == 10_000_000
    assert Plan().changes_size == 1_000_000
    for words in (["--sizes", "0"], ["--engines", "no-such-engine"], ["--sizes", "many"]):
        with pytest.raises(SystemExit):
            plan(*words)


# ------------------------------------------------------------ figures and page, from canned results
def canned_run(engine: str, size: int, p50: float, **changed: object) -> EngineRun:
    """A made-up run; no figure in these tests was measured."""
    kind = KIND_BY_NAME[engine]
    run = EngineRun(
        engine=engine,
        label=kind.label,
        version="1.2.3",
        data="random",
        size=size,
        load_seconds=1.0,
        load_bytes=50_000_000,
        build_seconds=0.4,
        bytes_each=137.0,
        single_rate=1 / p50,
        single_p50=p50,
        single_p99=3 * p50,
        batch_rate=1.5 / p50,
        batch_queries=1000,
        checked=1980,
        scanned=66,
        recall=1.0,
        extra=0,
        repeated=0,
        beyond=0,
    )
    return replace(run, **changed)  # type: ignore[arg-type]


def canned_results() -> Results:
    million = {
        "rebuild_seconds": 0.3,
        "threads_rate": 250_000.0,
        "add_and_find": 30e-6,
        "remove": 8e-6,
        "join_seconds": 4.0,
        "join_pairs": 1_000_100,
    }
    return Results(
        engines=[
            canned_run("threatexchange", 1_000_000, 700e-6, threads_rate=1500.0, add_and_find=0.9),
            canned_run("pynear-mih", 1_000_000, 320e-6, bytes_each=280.0),
            canned_run("hashmatch", 1_000_000, 8e-6, **million),
            canned_run("threatexchange", 10_000_000, 10e-3),
            canned_run("hashmatch", 10_000_000, 0.1e-3, bytes_each=150.0),
        ],
        hashing=[
            HashingRun("pixels", "12 MP", 6, 0.0, 0.003, 0.28, 0, 0.0),
            HashingRun("jpeg", "12 MP", 6, 2_200_000.0, 0.05, 0.36, 0, 0.0, decoder=0.04),
        ],
        service=[ServiceRun(1_000_000, 120_000.0, 70_000.0)],
        data=[DataFacts("random", 0.49, 0.51, 0.002, 0.014, 1.0)],
        first_match=5.0,
        skipped=["FAISS flat at 10M random: left out, it would need more memory than is free."],
    )


def test_ratios_are_held_against_their_targets() -> None:
    rows = {row.figure.name: row for row in make_rows(canned_results())}
    quick = rows["1M random, one query, p50"]
    assert quick.figure.ratio == pytest.approx(87.5)
    assert (quick.figure.target, quick.standing, quick.figure.ok) == (">= 60 x (gate 40)", Standing.REACHED, True)
    assert rows["10M random, one query, p50"].standing is Standing.GATE
    assert rows["10M random, one query, p50"].figure.ok is False
    assert rows["10M random, one query, p50 itself"].standing is Standing.MISSED
    assert rows["10M random, memory a hash"].standing is Standing.GATE
    assert rows["1M random, one query, best exact peer"].figure.peer == "pynear MIH: 3,125 q/s"
    assert rows["JPEG bytes to hash, 12 MP"].standing is Standing.GATE
    assert rows["1M random, self-join, beside"].figure.ratio == pytest.approx(1e6 / (1.5 / 700e-6) / 4)
    assert rows["service through the binary form at 1M, share of the library"].figure.value == pytest.approx(58.3, 0.01)
    assert Standing.WRONG not in [row.standing for row in rows.values()]
    assert command.report_wrong(list(rows.values())) == 0


@pytest.mark.parametrize(
    "fault",
    [{"recall": 0.999}, {"extra": 1}, {"repeated": 1}, {"beyond": 1}],
    ids=lambda fault: next(iter(fault)),
)
def test_a_wrong_answer_fails_the_run(fault: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    results = Results(engines=[canned_run("hashmatch", 1000, 1e-5), canned_run("hashmatch", 2000, 1e-5, **fault)])
    assert command.report_wrong(make_rows(results)) == 1
    assert "Wrong: hashmatch, all banks" in capsys.readouterr().err
    peers = Results(engines=[canned_run("hashmatch", 1000, 1e-5), canned_run("pynear-mih", 1000, 1e-3, **fault)])
    rows = make_rows(peers)
    assert command.report_wrong(rows) == 0
    assert not any("best exact peer" in row.figure.name for row in rows)


def test_a_changed_bit_fails_the_run() -> None:
    for run in (
        HashingRun("pixels", "12 MP", 6, 0.0, 0.1, 1.0, 1, 0.1),
        HashingRun("jpeg", "x", 6, 9.0, 0.1, 1.0, 1, 1),
    ):
        assert command.report_wrong(make_rows(Results(hashing=[run]))) == 1


def test_growth_is_the_slope_on_log_axes() -> None:
    runs = [canned_run("hashmatch", size, 1e-9 * size**0.5) for size in (1000, 30_000, 1_000_000)]
    assert measure_growth(Results(engines=runs), "hashmatch", "random") == pytest.approx(0.5)
    assert measure_growth(Results(engines=runs[:1]), "hashmatch", "random") is None


def test_results_are_read_back_as_they_were(tmp_path: Path) -> None:
    results = canned_results()
    results.plan = "a plan"
    save_results(tmp_path / "kept" / "parts.json", results)
    assert load_results(tmp_path / "kept" / "parts.json", plan="a plan") == results
    assert load_results(tmp_path / "nothing.json", plan="a plan") == Results(plan="a plan")


def test_the_page_says_all_and_is_the_same_every_time(tmp_path: Path) -> None:
    results, machine = canned_results(), describe_machine()
    rows = make_rows(results)
    pages = [
        write_page(tmp_path / name, results, rows, machine, Plan(), note="\n**Canned figures of a test.**\n")
        for name in ("a", "b")
    ]
    text = pages[0].read_text()
    assert text == pages[1].read_text()
    assert "Canned figures" in text
    for wanted in (
        "| 10M random, one query, p50 | 100 us | threatexchange default: 10,000 us | 100 x | >= 130 x (gate 80) |",
        "## 1M random hashes",
        "**hashmatch**",
        "threatexchange default (1.2.3)",
        "left out, it would need more memory",
        "1,980 queries planted",
        "4 (1,000,100 pairs)",
        "What these figures do not say",
        f"Python {machine.python}",
    ):
        assert wanted in text
    assert "{" not in text
    for name in ("bench-throughput.svg", "bench-memory.svg"):
        first, again = ((tmp_path / folder / "pictures" / name).read_bytes() for folder in ("a", "b"))
        assert first == again
        assert b"<text" in first
        assert b"dc:date" not in first
        assert f"](pictures/{name})" in text
    assert re.search(r"!\[Queries a second against [^\]]+hashmatch 10,000 a second", text)


def test_figures_are_added_to_the_report(tmp_path: Path) -> None:
    report = tmp_path / "build" / "bench.json"
    figures = [make_row("one", 1.5, "s").figure, compare_row("two", 2.0, "s", peer="other: 6 s", ratio=3.0).figure]
    append_figures(report, figures)
    append_figures(report, figures)
    listed = json.loads(report.read_text())
    assert len(listed) == 4
    assert listed[1] == {
        "name": "two",
        "value": 2.0,
        "unit": "s",
        "peer": "other: 6 s",
        "ratio": 3.0,
        "target": None,
        "ok": None,
    }


def test_goals_are_judged_at_their_edges() -> None:
    assert [AtLeast(60, gate=40).judge(value) for value in (60, 59.9, 40, 39.9)] == [
        Standing.REACHED,
        Standing.GATE,
        Standing.GATE,
        Standing.MISSED,
    ]
    assert [AtMost(140, gate=160).judge(value) for value in (140, 141, 160, 161)] == [
        Standing.REACHED,
        Standing.GATE,
        Standing.GATE,
        Standing.MISSED,
    ]
    assert AtLeast(1).judge(0.9999) is Standing.MISSED


def test_numbers_are_said_shortly() -> None:
    assert [say_number(value) for value in (0, 0.01234, 0.5, 4.567, 45.67, 456.7, 123_456)] == [
        *("0", "0.0123", "0.5", "4.57", "45.7", "457", "123,456")
    ]
