"""A demonstration that another version founded is refused, and its folder left as it is."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from demo import cast
from demo.cast import MadeByAnotherVersion, found_nation, tables_made
from demo.quick import QUICK
from leeward.foundation.accounts.hashers import Argon2idPasswordHasher
from leeward.foundation.vault.operations import slow
from leeward.foundation.vault.rules.seals import WorkFactor


@pytest.mark.parametrize("kept", [{"site_url": "http://127.0.0.1:1/"}, {"staff": [], "tables": "of another version"}])
def test_a_folder_of_another_version_is_named_and_left(tmp_path: Path, kept: dict[str, Any]) -> None:
    file = tmp_path / cast.FACTS_FILE
    file.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(MadeByAnotherVersion, match=f"{tmp_path}.*delete that folder"):
        found_nation(tmp_path, site_url="", walls_url="")
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert json.loads(file.read_text(encoding="utf-8")) == kept


def test_the_command_says_so(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / cast.FACTS_FILE).write_text('{"tables": "others"}', encoding="utf-8")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    monkeypatch.setattr("demo.management.commands.demo.is_free", lambda _port: True)
    with pytest.raises(CommandError, match="made by another version"):
        call_command("demo")


@pytest.mark.usefixtures("real_hashes")
def test_its_passphrases_are_hashed_quickly_and_none_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody may read them at /demo: slow hashes would guard nothing."""
    seen = []

    def look(_data: Path) -> None:
        seen.append((slow.work_factor(), Argon2idPasswordHasher.memory_cost))
        raise MadeByAnotherVersion

    earnest = slow.work_factor()
    monkeypatch.setattr(cast, "refuse_other_tables", look)
    with pytest.raises(MadeByAnotherVersion):
        found_nation(tmp_path, site_url="", walls_url="")
    assert seen == [(QUICK, QUICK.memory_kib)]
    assert slow.work_factor() == earnest == WorkFactor(memory_kib=64 * 1024, passes=3, lanes=1)


def test_tables_are_told_apart_by_what_makes_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = tables_made.__wrapped__()
    assert made == tables_made()
    monkeypatch.setattr(cast, "__file__", str(tmp_path / "demo" / "cast.py"))
    assert tables_made.__wrapped__() != made
