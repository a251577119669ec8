"""The papers say of workers and of pictures what the code does."""

import re
from pathlib import Path

import pytest

from leeward.config.management.commands.workers import WORKERS

ROOT = Path(__file__).parents[1]
PAPERS = [
    path
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
    if path.name != "CHANGELOG.md" and "decisions" not in path.parts
]
OPERATING = ROOT / "docs" / "operating" / "README.md"
NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+)"
COUNTED = re.compile(rf"\b(?:the|all|of) {NUMBER} workers\b|\bleeward workers` does for all {NUMBER}\b", re.IGNORECASE)

KEPT = (
    "files that a person covered, or chose to keep uncovered, and sealed on their own device; "
    "the server alone cannot open them"
)
SAY_WHAT_IS_KEPT = (
    "README.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
    "docs/data-protection.md",
    "docs/locker.md",
    "docs/promises.md",
    "docs/threat-model.md",
)
# Sentences by which nothing that shows somebody could be on the server: the locker's files are.
NOT_SO = re.compile(
    r"\b(?:never|no longer) (?:receives|stores|holds|keeps)\b[^.;|]*\bpicture"
    r"|\bno (?:intimate )?picture (?:on the server|is stored)"
    r"|\bno [^.;|]*\bor picture exists"
    r"|\*\*not kept:\*\* pictures\b",
    re.IGNORECASE,
)


def read(path: Path) -> str:
    """Return a paper as one line."""
    return " ".join(path.read_text(encoding="utf-8").split())


@pytest.mark.parametrize("path", PAPERS, ids=[str(each.relative_to(ROOT)) for each in PAPERS])
def test_no_paper_types_how_many_workers_there_are(path: Path) -> None:
    assert COUNTED.findall(read(path)) == []


def test_each_worker_stands_among_the_processes_to_run_and_the_owners_of_keys() -> None:
    text = OPERATING.read_text(encoding="utf-8")
    part = text.partition("**5. Processes**")[2].partition("**6.")[0]
    assert set(re.findall(r"^leeward (\w+)$", part, re.MULTILINE)) == set(WORKERS)
    keys = re.search(r"folder of the workers' private keys \(([^)]+)\)", text)
    assert keys
    assert set(keys[1].split(", ")) == set(WORKERS) - {"work"}


@pytest.mark.parametrize("paper", SAY_WHAT_IS_KEPT)
def test_each_paper_that_speaks_of_pictures_says_what_the_locker_holds(paper: str) -> None:
    text = read(ROOT / paper)
    assert KEPT in text
    assert NOT_SO.findall(text) == []
