"""docs/security-tests.md is held to the tests: fifteen rows, and each test that one names is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
NAME = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def names_in(path: Path) -> set[str]:
    """Every test that a file holds."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_security_test_that_is_named_is_there() -> None:
    rows = ROW.findall((ROOT / "docs" / "security-tests.md").read_text(encoding="utf-8"))
    assert [number for number, _proof in rows] == [str(number) for number in range(1, 16)]
    for number, proof in rows:
        names = NAME.findall(proof)
        assert names, number
        assert NAME.sub("", proof).strip() == "", f"{number}: name each test by its path and its name"
        for path, test in names:
            assert (ROOT / path).is_file(), f"{number}: {path} is not there"
            assert test in names_in(ROOT / path), f"{number}: {path} holds no {test}"
