"""Say how long each file of tests takes and which tests are the slowest: a plugin of pytest, `-p tools.times`.

Writes build/times.json: `{"files": {path: [seconds, tests]}, "tests": {test: seconds}}`, all phases of a test counted.
Processes that run tests beside each other add up, so a run of two takes about half of the sum.
"""

import json
from collections import defaultdict
from pathlib import Path

import pytest

WRITTEN = Path(__file__).resolve().parents[1] / "build" / "times.json"
SLOWEST = 20
SHOWN_SECONDS = 1.0

_seconds: dict[str, float] = defaultdict(float)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up what the phases of a test took."""
    _seconds[report.nodeid] += report.duration


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print and write what was added up, where the tests end that were given to others to run."""
    if not _seconds:
        return
    files: dict[str, list[float]] = {}
    for test, seconds in _seconds.items():
        line = files.setdefault(test.split("::")[0], [0.0, 0])
        line[0] += seconds
        line[1] += 1
    by_file = sorted(files.items(), key=lambda each: -each[1][0])
    by_test = sorted(_seconds.items(), key=lambda each: -each[1])
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(
        json.dumps(
            {
                "files": {path: [round(seconds, 2), count] for path, (seconds, count) in by_file},
                "tests": {test: round(seconds, 2) for test, seconds in by_test if seconds >= SHOWN_SECONDS / 10},
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    if not config.getoption("times"):
        return
    write = terminalreporter.write_line
    terminalreporter.section("seconds per file, and its tests")
    for path, (seconds, count) in by_file:
        if seconds >= SHOWN_SECONDS:
            write(f"{seconds:8.1f} {count:5d} {path}")
    terminalreporter.section(f"the {SLOWEST} slowest tests")
    for test, seconds in by_test[:SLOWEST]:
        write(f"{seconds:8.1f} {test}")
    write(f"{sum(_seconds.values()):8.1f} seconds in all, of {len(_seconds)} tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--times` prints; without it the figures are written alone."""
    parser.addoption("--times", action="store_true", help="print seconds per file and the slowest tests")
