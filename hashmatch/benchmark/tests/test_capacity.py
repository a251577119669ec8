"""The page on capacity says what was measured, and computes what follows from it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hashmatch_bench import capacity
from hashmatch_bench.capacity_page import Figures, Measured, compute, render
from hashmatch_bench.machine import describe_machine


def figure(value: float, what: str = "something") -> Measured:
    return Measured(value, "/s", what, "a test")


@pytest.fixture
def figures() -> Figures:
    return Figures(
        shard_rows=10_000_000,
        hash_rate=figure(192, "hash rate"),
        scan_rate=figure(100),
        picture_bytes=figure(400_000),
        match_rate=figure(50_000),
        row_rate=figure(50_000),
        index_bytes=figure(130),
        bank_bytes=figure(170),
        add_rate=figure(1_000_000),
        archive_bytes=figure(140),
        few_seconds=figure(0.001),
        many_seconds=figure(0.05),
    )


def test_results_follow_from_figures(figures: Figures) -> None:
    results = {answer.question: answer.result for answer in compute(figures)}
    # 1e9 / 100 a second / 604,800 s = 16.5 cores; 32 x 0.6 = 19.2 cores of a machine are used
    assert results["Match an archive of 1 billion pictures within 7 days"] == "16.5 cores, 1 machine"
    assert results["What the pictures' store must give meanwhile"] == "661 MB a second"
    assert results["Hash 100,000 uploads a second"] == "521 cores, 28 machines"
    assert results["Match 100,000 uploads a second against 10M"] == "2 cores, 1 machine"
    assert results["Both, on the same machines"] == "523 cores, 28 machines"
    assert results["Memory for the index of 10M, once a machine"] == "1.3 GB"
    assert results["Disk for an archive of 1 billion hashes"] == "140 GB"
    assert results["Looking for 1 new hash in all of it, in memory, one core"] == "0.1 s"
    assert results["Looking for 1,000 new hashes in all of it, in memory, one core"] == "5 s"
    slower = {answer.question: answer.result for answer in compute(replace(figures, scan_rate=figure(10)))}
    assert slower["Match an archive of 1 billion pictures within 7 days"] == "165 cores, 9 machines"


def test_the_page_names_every_figure_and_the_machine(figures: Figures) -> None:
    page = render(figures, describe_machine(), "the command")
    assert "| hash rate | 192 /s | a test |" in page
    assert describe_machine().processor in page
    assert all(f"| {answer.question} | {answer.formula} | {answer.result} |" in page for answer in compute(figures))
    assert "{" not in page


def test_figures_of_the_benchmark_are_taken_and_the_rest_is_measured(tmp_path: Path) -> None:
    report = tmp_path / "bench.json"
    entries = [
        {"name": "JPEG bytes to hash, 1920 x 1080", "value": 20.0, "unit": "ms"},  # of an earlier run
        {"name": "JPEG bytes to hash, 1920 x 1080", "value": 8.0, "unit": "ms"},
        {"name": "JPEG bytes to hash, 1920 x 1080: most bits off", "value": 2.0, "unit": "bits"},
        {"name": "10k realistic, batches of 1000", "value": 123_456.0, "unit": "q/s"},
        {"name": "10k random, memory a hash", "value": 1.0, "unit": "B"},
    ]
    report.write_text(json.dumps(entries))
    sizes = ["--bank-size", "10000", "--archive-rows", "10000", "--pictures", "2"]
    capacity.main(["--report", str(report), "--write", str(tmp_path / "page.md"), *sizes])
    page = (tmp_path / "page.md").read_text()
    assert "| 125 /s | `make bench` |" in page
    assert "| queries against 10k | 123,000 /s | `make bench` |" in page
    assert "| memory for one hash of the index |" in page
    assert page.count("measured by this command") == 9
