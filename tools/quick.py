"""Run the tests that a change touches, `make quick`: on SQLite, without browsers, in less than two minutes.

Touched are the tests that mirror a changed file's app, and those that import a changed module or one that leads to it.
Where they would take longer, the nearest run and the rest are named: only `make test` runs everything.
"""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import grimp

from tools.times import WRITTEN

ROOT = Path(__file__).resolve().parents[1]
ALWAYS = "tests/test_architecture.py"
TESTS = ("tests", "hashmatch/python/tests", "hashmatch/benchmark/tests")
# Two processes share them. What was never measured is taken for middling.
BUDGET_SECONDS = 150.0
UNKNOWN_SECONDS = 4.0
# What pytest says where no test was left: all of them run on PostgreSQL alone.
LEFT_TO_POSTGRESQL = 5
# Everything leads to the configuration, so that a test imports it says nothing about what it is for.
SEES_ALL = "leeward.config"
RUN_BY_NODE = ("hashmatch/browser/", "leeward/victim/locker/js/", "tests/victim/locker/")


def main() -> int:
    """Choose, say what is chosen, and run it."""
    changed = changed_files(sys.argv[1] if len(sys.argv) > 1 else None)
    if not changed:
        print("Nothing has changed.")
        return 0
    chosen, left_out = within_budget(touched_tests(changed))
    print(f"{len(changed)} changed files, {len(chosen)} files of tests touched and chosen.")
    if left_out:
        print(f"{len(left_out)} more are touched and left to `make test`: {' '.join(left_out)}")
    if any(name.startswith(RUN_BY_NODE) for name in changed):
        places = ("hashmatch/browser/tests", "tests/victim/locker")
        call = ["node", "--test", *sorted(str(file) for place in places for file in (ROOT / place).glob("*.test.js"))]
        if failed := subprocess.run(call, cwd=ROOT, check=False).returncode:
            return failed
    named = [name for name in changed if name.startswith("tests/journeys/test_") and (ROOT / name).exists()]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2"]
    done = subprocess.run([*command, "-m", "not browser and not slow", *chosen], cwd=ROOT, check=False).returncode
    if done == 0 and named:
        print(f"With browsers: {' '.join(named)}")
        done = subprocess.run([*command, *named], cwd=ROOT, check=False).returncode
    return 0 if done == LEFT_TO_POSTGRESQL else done


def changed_files(since: str | None) -> list[str]:
    """Return what differs from a commit; without one, what is not committed, or else what the last commit changed."""
    if since:
        return _git("diff", "--name-only", since)
    return _git("diff", "--name-only", "HEAD") + _git("ls-files", "--others", "--exclude-standard") or _git(
        "diff", "--name-only", "HEAD~1"
    )


def touched_tests(changed: Iterable[str]) -> dict[str, int]:
    """Return the files of tests that these changed files touch, each with how far it is from the change."""
    distances: dict[str, int] = {ALWAYS: 0}

    def note(names: Iterable[str], distance: int) -> None:
        for name in names:
            distances[name] = min(distance, distances.get(name, distance))

    for name in changed:
        path = Path(name)
        if path.name.startswith("test_") and name in _test_files():
            note([name], 0)
        if name.startswith("tests/") and path.suffix == ".py":
            note(_importing({_module(name)}), 1)
        elif path.suffix == ".py":
            module = _module(name)
            note(_mirrored(path), 1)
            note(_importing({module}), 1)
            for distance, others in _leading_to(module).items():
                note(_importing(others), 1 + distance)
        else:
            note(_mirrored(path) or [test for test in _test_files() if path.name in _text(test)], 1)
    return distances


def within_budget(distances: dict[str, int]) -> tuple[list[str], list[str]]:
    """Return the nearest files that fit into the time, and the others."""
    measured = json.loads(WRITTEN.read_text(encoding="utf-8"))["files"] if WRITTEN.exists() else {}
    spent = 0.0
    chosen: list[str] = []
    left_out: list[str] = []
    for name in sorted(distances, key=lambda each: (distances[each], each)):
        seconds = measured[name][0] if name in measured else UNKNOWN_SECONDS
        fits = spent + seconds <= BUDGET_SECONDS
        spent += seconds if fits else 0
        (chosen if fits else left_out).append(name)
    return chosen, left_out


def _git(*arguments: str) -> list[str]:
    call = ["git", *arguments]
    return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def _module(name: str) -> str:
    """The name by which a file of Python is imported."""
    dotted = re.sub(
        r"^(hashmatch/python/src|hashmatch/benchmark/src|hashmatch/python/tests/support)/", "", name
    ).removesuffix(".py")
    return dotted.replace("/", ".").removesuffix(".__init__")


def _mirrored(path: Path) -> list[str]:
    """The tests in the folder that mirrors the folder of this file: its app's, else its wing's."""
    parts = path.parts[1:-1] if path.parts[0] == "leeward" else path.parts[:-1]
    for depth in (2, 1):
        folder = "/".join(("tests", *parts[:depth]))
        found = [name for name in _test_files() if name.startswith(f"{folder}/")]
        if len(parts) >= depth and found:
            if depth == 1 and len(parts) > 1:  # an app whose tests stand in its wing's folder
                return [name for name in found if name.count("/") == folder.count("/") + 1 and parts[1] in _text(name)]
            return found
    return []


def _leading_to(module: str) -> dict[int, set[str]]:
    """The modules that import this one, by how many steps lie between."""
    graph = _graph()
    seen, found = {module}, defaultdict[int, set[str]](set)
    nearest = {module} if module in graph.modules else set()
    while nearest:
        importers = {each for name in nearest for each in graph.find_modules_that_directly_import(name)}
        nearest = {each for each in importers - seen if not each.startswith(SEES_ALL)}
        seen |= nearest
        if nearest:
            found[len(found) + 1] = nearest
    return found


@cache
def _graph() -> grimp.ImportGraph:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return grimp.build_graph(*settings["tool"]["importlinter"]["root_packages"])


@cache
def _test_files() -> tuple[str, ...]:
    files = (path for folder in TESTS for path in sorted((ROOT / folder).rglob("test_*.py")))
    return tuple(str(path.relative_to(ROOT)) for path in files)


@cache
def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _importing(modules: set[str]) -> set[str]:
    """The files of tests that import one of these, or a module of the tests that does."""
    return {name for name in _test_files() if modules & _imported_by(name)}


@cache
def _imported_by(name: str) -> frozenset[str]:
    """All that a file of the tests imports, by itself and through other modules of the tests."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(_text(name))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    for module in [each for each in found if each.startswith("tests.")]:
        file = f"{module.replace('.', '/')}.py"
        if (ROOT / file).is_file():
            found |= _imported_by(file)
    return frozenset(found)


if __name__ == "__main__":
    sys.exit(main())
