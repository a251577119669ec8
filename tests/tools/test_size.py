"""The measure of the house: what counts as a token, a field, a copy; and that the page keeps the figures of before."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import size

LONG = "def {name}({of}):\n    return [" + "{of} + 1, " * 20 + "]\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    app = tmp_path / "leeward" / "society" / "directory"
    (app / "migrations").mkdir(parents=True)
    (app / "static").mkdir()
    (tmp_path / "demo").mkdir()
    (app / "rules.py").write_text(
        "# a remark\n\nfrom dataclasses import dataclass\n\n"
        '@dataclass\nclass A:\n    fees_text: dict[str, Any] = f"{x + 1}"\n'
    )
    (app / "page.jinja").write_text("{{ entry.fees_text }} {{ entry.state }}")
    (app / "static" / "a.css").write_text("p {\n}\n")
    (app / "migrations" / "0001_initial.py").write_text(
        "migrations.CreateModel(name='Service', fields=[('fees_text', 1), ('old_text', 1), ('state', 1)])\n"
        "migrations.RemoveField(model_name='service', name='old_text')\n"
        "migrations.AddField(model_name='service', name='new_text')\n"
    )
    return tmp_path


def test_what_is_counted(house: Path) -> None:
    counted = size.measure(house)["directory"]
    assert counted.tokens == 4 + 2 + 3 + 10  # an import, a decorator, a class, a field with its f-string as one
    assert (counted.css_lines, counted.models, counted.dataclasses, counted.untyped_dicts) == (2, 1, 1, 1)
    assert counted.files_per_field == [0, 2]  # new_text is named nowhere yet; `state` is no name of several words


def test_a_function_whose_names_alone_differ_is_a_copy(house: Path) -> None:
    (house / "demo" / "a.py").write_text(LONG.format(name="one", of="a") + LONG.format(name="two", of="b"))
    assert size.measure(house)["demo"].copied_functions == 1


def test_json_has_the_names_that_others_read(house: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(size, "ROOT", house)
    monkeypatch.setattr(size, "PAGE", house / "size.md")
    monkeypatch.setattr(sys, "argv", ["size.py", "--json"])
    size.main()
    said = json.loads(capsys.readouterr().out)
    assert {"tokens", "css_lines", "untyped_dicts", "files_per_field", "dataclasses", "models"} <= said.keys()
    assert {"median", "p90"} == said["files_per_field"]["directory"].keys()
    assert said["tokens"] == sum(
        each["tokens"] for app, each in said["apps"].items() if app not in ("demo", "hashmatch")
    )


def test_an_entity_is_small() -> None:
    """Model, checks, form, history, list with its file and public page: without what the kit gives to all."""
    assert 100 < size.entity_lines(*size.ENTITY) <= 350


def test_the_page_keeps_what_was_before() -> None:
    page = size.PAGE.read_text(encoding="utf-8")
    assert "| tokens of Python in `leeward/` | 623,243 |" in page
    assert "| lines of CSS | 3,706 |" in page


def test_a_field_counts_however_its_migration_names_it(tmp_path: Path) -> None:
    (tmp_path / "0001_initial.py").write_text(
        'migrations.CreateModel(name="User", fields=[("name", f()), ("old", f())])\n'
        'migrations.AddField("user", "seed", f())\n'
        'migrations.AddField(model_name="user", name="link", field=f())\n'
        'migrations.RemoveField("user", "old")\n'
    )
    assert size.fields_of(tmp_path) == {("user", "name"), ("user", "seed"), ("user", "link")}
