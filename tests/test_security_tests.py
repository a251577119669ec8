"""docs/security-tests.md is held to the tests: its rows are numbered, and each test that one names is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
NAME = re.compile(r"`((?:tests|hashmatch)/[\w/.-]+)::([^`]+)`")
# What the design asked for, and what attacks on the running product added.
FEWEST_ROWS = 38


def names_in(path: Path) -> set[str]:
    """Every test that a file of Python, or of Node, holds."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        return set(re.findall(r'^test\("([^"]+)"', text, re.MULTILINE))
    tree = ast.parse(text)
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_security_test_that_is_named_is_there() -> None:
    rows = ROW.findall((ROOT / "docs" / "security-tests.md").read_text(encoding="utf-8"))
    assert len(rows) >= FEWEST_ROWS
    assert [number for number, _proof in rows] == [str(number) for number in range(1, len(rows) + 1)]
    for number, proof in rows:
        names = NAME.findall(proof)
        assert names, number
        assert NAME.sub("", proof).strip() == "", f"{number}: name each test by its path and its name"
        for path, test in names:
            assert (ROOT / path).is_file(), f"{number}: {path} is not there"
            assert test in names_in(ROOT / path), f"{number}: {path} holds no {test}"
