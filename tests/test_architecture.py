"""The house's rules that no linter knows: modules that say what they are for, pure rules, locks without registries."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path
    for folder in ("leeward", "hashmatch/python/src", "demo", "tools")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts and "node_modules" not in path.parts and path.stat().st_size
)


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    if path.parent.name == "commands" or path.parent.name == "management":
        return  # a command's `help` says it, and the command line's own test reads that
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_and_errors_know_no_django_and_no_clock(path: Path) -> None:
    if path.stem not in ("rules", "errors"):
        return
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(from|import) django", text, re.MULTILINE)
    assert not re.search(r"\b(datetime|timezone|date)\.(now|today|utcnow)\(", text)


def test_no_lock_file_names_a_registry() -> None:
    for path in [*sorted((ROOT / "requirements").glob("*.lock")), ROOT / "package-lock.json"]:
        text = path.read_text(encoding="utf-8")
        assert "resolved" not in text
        assert not re.search(r"(?i)(index-url|find-links|registry\.)", text)
    assert not (ROOT / "uv.lock").exists()


def test_every_requirement_is_pinned_by_hash() -> None:
    for path in sorted((ROOT / "requirements").glob("*.lock")):
        wanted = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())
        for entry in (entry for entry in wanted if not entry.startswith("#")):
            assert "==" in entry, f"{path.name}: {entry}"
            assert "--hash=sha256:" in entry, f"{path.name}: {entry}"


def test_no_image_lies_in_the_tree_but_the_products_own_pictures() -> None:
    pictures = [
        path for path in _tracked() if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".heic", ".webp", ".mp4"}
    ]
    # The two HEIC files hold colours made by code: nothing on a bare machine can write that format.
    allowed = {ROOT / "docs" / "pictures", ROOT / "hashmatch" / "browser" / "tests" / "pictures"}
    assert [path for path in pictures if path.parent not in allowed] == []


def test_what_differs_between_databases_is_tried_on_both() -> None:
    """These words stand in tests of what SQLite and PostgreSQL do each in their own way (docs/tests.md)."""
    differs = re.compile(r"\b(IntegrityError|DataError|MigrationExecutor)\b|connection\.vendor")
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    texts = {path: path.read_text(encoding="utf-8") for path in tests}
    assert [
        path for path, text in texts.items()
        if differs.search(text) and "mark.postgresql" not in text and "mark.browser" not in text
    ] == []  # fmt: skip
