"""The house's rules that no linter knows: modules that say what they are for, pure rules, locks without registries."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path
    for folder in ("leeward", "hashmatch/python/src", "hashmatch/benchmark/src", "demo", "tools")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts and "node_modules" not in path.parts and path.stat().st_size
)
PURE = [
    path
    for path in MODULES
    if path.is_relative_to(ROOT / "leeward")
    and {"rules", "errors"} & {path.parent.name, path.stem, path.parents[1].name}
]


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_every_module_says_what_it_is_for() -> None:
    # A command's `help` says it, and the command line's own test reads that.
    spoken = [path for path in MODULES if not {path.parent.name, path.parent.parent.name} & {"commands", "management"}]
    assert len(spoken) > 500
    assert [path for path in spoken if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_rules_and_errors_know_no_clock(path: Path) -> None:
    """That they know no Django, import-linter says."""
    assert not re.search(
        r"\b(?:(?:datetime|timezone|date)\.(?:now|today|utcnow)|time\.(?:time|monotonic)(?:_ns)?)\(",
        path.read_text("utf-8"),
    )


def test_the_models_of_an_app_are_its_own() -> None:
    """Others see rows by queries and figures; who is signed in is every page's own, so `User` is for all."""
    wrong = []
    for path, imported in _imports():
        app, _, inside = imported.partition(".models.")
        is_own = f"{'.'.join(path.relative_to(ROOT).parts)}.".startswith(f"{app}.")
        if (
            app.startswith("leeward.")
            and inside
            and not is_own
            and imported != "leeward.foundation.accounts.models.User"
        ):
            wrong.append(f"{path.relative_to(ROOT)}: {imported}")
    assert wrong == []


def test_every_app_is_held_to_its_rooms() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (rooms,) = (each for each in contracts if each["name"] == "Rooms of an app: down, never up")
    apps = {f"leeward.{path.parts[-3]}.{path.parts[-2]}" for path in (ROOT / "leeward").glob("*/*/apps.py")}
    assert rooms["exhaustive"]
    assert set(rooms["containers"]) == apps


def _imports() -> Iterator[tuple[Path, str]]:
    """Each name that a module of the product imports from another, in full; migrations name models by text."""
    for path in (path for path in MODULES if path.is_relative_to(ROOT / "leeward")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield from ((path, f"{node.module}.{name.name}") for name in node.names)
            elif isinstance(node, ast.Import):
                yield from ((path, f"{name.name}.") for name in node.names)


def test_templates_take_parts_of_rooms_below_alone() -> None:
    """import-linter reads no templates; what a page shows of a room above, `config` names."""
    is_below = _below()
    apps = {str(path).partition("/jinja2/")[2]: _app(path) for path in _templates()}
    wrong, looked = [], 0
    for path in _templates():
        here = _app(path)
        for name in PART.findall(path.read_text(encoding="utf-8")):
            looked += 1
            if name.startswith("govuk_frontend_jinja/") or (name in apps and is_below(here, apps[name])):
                continue
            wrong.append(f"{path.relative_to(ROOT)}: {name}")
    assert wrong == []
    assert looked > len(apps)


def test_no_title_says_twice_that_something_is_wrong() -> None:
    """The base page says it of `form`; a page with a form of another name says it itself."""
    twice = re.compile(r'block title %}[^\n]*\bform\.errors[^\n]*_\("Error:"\)')
    base = (ROOT / "leeward/foundation/web/jinja2/web/base.jinja").read_text(encoding="utf-8")
    assert re.search(r"<title>[^\n]*form\.errors[^\n]*Error:", base)
    assert [path.name for path in _templates() if twice.search(path.read_text(encoding="utf-8"))] == []


def test_what_stands_below_is_read_from_the_contracts() -> None:
    is_below = _below()
    assert is_below("leeward.victim.helpline", "leeward.victim.network")
    assert is_below("leeward.justice.courts", "leeward.victim.helpline")
    assert is_below("leeward.victim.portal", "leeward.victim.portal")
    assert not is_below("leeward.victim.portal", "leeward.victim.network")  # the same floor, upwards
    assert not is_below("leeward.victim.network", "leeward.victim.removals")  # beside each other
    assert not is_below("leeward.foundation.pages", "leeward.victim.portal")  # another floor, upwards
    assert not is_below("leeward.foundation.web", "leeward.foundation.work")


PART = re.compile(r'\{%-?\s*(?:include|from|import|extends)\s+"([^"]+)"')


def _templates() -> list[Path]:
    return sorted((ROOT / "leeward").glob("*/*/jinja2/**/*.jinja"))


def _app(path: Path) -> str:
    floor, app = path.relative_to(ROOT / "leeward").parts[:2]
    return f"leeward.{floor}.{app}"


def _below() -> Callable[[str, str], bool]:
    """Whether one app may take parts of another, by the same contracts as imports; floors alone see all below them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    ranks: dict[str, int] = {}
    for contract in contracts:
        if contract["type"] == "layers" and "containers" not in contract:
            for number, layer in enumerate(contract["layers"]):
                ranks |= {name.strip(" ()"): number for name in layer.split("|")}

    def is_below(upper: str, lower: str) -> bool:
        floors = [each.rpartition(".")[0] for each in (upper, lower)]
        first, second = (upper, lower) if floors[0] == floors[1] else floors
        return upper == lower or (first in ranks and second in ranks and ranks[first] < ranks[second])

    return is_below


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


def test_no_helper_stands_in_a_file_of_tests() -> None:
    """What two files of tests need stands in a plain module, so that one of them can go without the other noticing."""
    named = re.compile(r"^\s*(from|import) [\w.]*\btest_\w+", re.MULTILINE)
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "hashmatch").rglob("tests/**/*.py")]
    assert [path for path in files if named.search(path.read_text(encoding="utf-8"))] == []
