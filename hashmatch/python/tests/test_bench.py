"""The benchmark measures the index that is shipped, and its report can be read on."""

import json
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from hashmatch.bench import Candidate, make_hashes, plant_queries


def test_the_candidate_finds_what_was_planted() -> None:
    hashes = make_hashes(2000, seed=1)
    wanted, rows = plant_queries(hashes, 50, seed=2)
    candidate = Candidate()
    candidate.build(hashes)
    assert [list(ids) for ids in candidate.query(wanted, 31)] == [[row] for row in rows]
    assert [list(ids) for ids in candidate.query(wanted, 30)] == [[]] * 50
    assert candidate.query(np.empty((0, 32), np.uint8), 31) == []


def test_figures_are_added_to_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "build" / "bench.json"
    monkeypatch.setattr(sys, "argv", ["bench", "--size", "500", "--queries", "20", "--report", str(report)])
    monkeypatch.delitem(sys.modules, "hashmatch.bench")
    for _ in range(2):
        runpy.run_module("hashmatch.bench", run_name="__main__")
    figures = json.loads(report.read_text())
    assert len(figures) == 8
    assert set(figures[0]) == {"name", "value", "unit", "peer", "ratio", "target", "ok"}
    assert (figures[0]["name"], figures[0]["value"], figures[0]["ok"]) == ("recall at 500", 1.0, True)
    assert all(figure["ratio"] > 0 for figure in figures if figure["peer"] is not None)
    assert "threatexchange" in capsys.readouterr().out
