"""A nation that was founded at commit 6f528d2b is brought along: migrated with today's code, and walked."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import LEEWARD, is_sqlite

KEPT = Path(__file__).parent / "data" / "founded-6f528d2b"
ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/operating/README.md"
MOST_BYTES = 3_000_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_sqlite(), reason="the nation that is kept is one of SQLite"),
]


@dataclass(frozen=True, kw_only=True)
class Nation:
    """A copy of the nation, migrated, and what a walk through it saw."""

    folder: Path
    environment: Mapping[str, str]
    kept: Mapping[str, Any]
    seen: Mapping[str, Any]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _run(LEEWARD, *arguments, environment=self.environment)


def _run(*call: object, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in call]
    return subprocess.run(words, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="session")
def nation(of_the_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """A copy of the process's own; the first process of the run migrates it and walks through it for all of them."""
    made, done = of_the_run / "founded", of_the_run / "founded.done"
    with (of_the_run / "founded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)
            with tarfile.open(KEPT / "nation.tar.xz") as archive:
                archive.extractall(made, filter="data")
            environment = _environment(made)
            migrated = _run(LEEWARD, "migrate", "--verbosity", "0", environment=environment)
            assert migrated.returncode == 0, migrated.stderr
            walk = _run(sys.executable, "-m", "tests.founded_nation", made, environment=environment)
            assert walk.returncode == 0, walk.stderr
            (made / "seen.json").write_text(walk.stdout, encoding="utf-8")
            done.touch()
    folder = shutil.copytree(made, tmp_path_factory.mktemp("founded") / "nation")
    kept, seen = (json.loads((folder / name).read_text(encoding="utf-8")) for name in ("kept.json", "seen.json"))
    return Nation(folder=folder, environment=_environment(folder), kept=kept, seen=seen)


def _environment(folder: Path) -> Mapping[str, str]:
    settings = (folder / "leeward.env").read_text(encoding="utf-8").split()
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "leeward.config.settings",
        **dict(line.split("=", 1) for line in settings),
        "LEEWARD_DATA": str(folder / "data"),
        "DATABASE_URL": f"sqlite:///{folder / 'data' / 'leeward.sqlite3'}",
        "LEEWARD_NATION_FILE": str(folder / "nation.json"),
    }


def test_her_code_opens_her_pages_with_what_she_told_and_what_was_answered(nation: Nation) -> None:
    assert nation.seen["led"] == "/status/pictures"
    assert "Picture 2" in nation.seen["pictures"]
    assert "chatter.example" in nation.seen["links"]
    assert "I need help." in nation.seen["talk"]
    assert "Thank you for writing. You are not alone." in nation.seen["talk"]


def test_the_file_of_the_locker_opens(nation: Nation) -> None:
    assert "He wrote that everybody will see it." in nation.seen["entry"]
    assert nation.seen["file"] == hashlib.sha256(b"covered copy " * 4000).hexdigest()


def test_a_member_of_staff_unlocks_and_opens_the_case(nation: Nation) -> None:
    assert nation.seen["signed_in"] == 303
    assert "I need help." in nation.seen["case"]
    assert "Harbour house" in nation.seen["case"]


def test_the_order_can_be_checked_and_the_log_and_the_trail_are_whole(nation: Nation) -> None:
    assert "Harbour Court" in nation.seen["check"]
    assert nation.seen["leaves"] > 0
    trail = nation.run("verify-audit", "--kept", nation.kept["audit"])
    assert trail.returncode == 0, trail.stderr
    assert "The audit trail is whole" in trail.stdout


def test_a_back_up_by_the_pages_own_commands_brings_back_the_file_of_the_locker(nation: Nation, tmp_path: Path) -> None:
    """The back-up is made, everything is lost, and is put back into an empty folder; the walk opens the file again."""
    section = PAGE.read_text(encoding="utf-8").split("## Back-up", 1)[1].split("\n## ", 1)[0]
    save, restore = re.findall(r"```\n(.*?)```", section, re.DOTALL)[:2]
    there, data = {**nation.environment}, tmp_path / "data"
    here = {**there, "LEEWARD_DATA": str(data), "DATABASE_URL": f"sqlite:///{data / 'leeward.sqlite3'}"}
    data.mkdir(mode=0o700)
    for commands, environment in ((save, there), (restore, here)):
        done = subprocess.run(
            ["sh", "-euc", commands], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    walk = _run(sys.executable, "-m", "tests.founded_nation", nation.folder, environment=here)
    assert walk.returncode == 0, walk.stderr
    assert json.loads(walk.stdout)["file"] == hashlib.sha256(b"covered copy " * 4000).hexdigest()


def test_the_folder_of_its_locker_is_taken_as_the_store_and_a_workers_empty_one_is_not(
    nation: Nation, tmp_path: Path
) -> None:
    """Adopted by `found`, from a copy; nothing that lies in it is touched."""
    data = tmp_path / "data"
    shutil.copytree(nation.folder / "data", data)
    here = {**nation.environment, "LEEWARD_DATA": str(data), "DATABASE_URL": f"sqlite:///{data / 'leeward.sqlite3'}"}
    before = pieces_of(data / "locker")
    assert before
    workers = _run(LEEWARD, "found", environment={**here, "LEEWARD_LOCKER_PIECES": str(tmp_path / "workers")})
    assert workers.returncode != 0
    assert f"the folder {tmp_path / 'workers'} has none of them" in workers.stderr
    assert not (tmp_path / "workers").exists()
    found = _run(LEEWARD, "found", environment=here)
    assert found.returncode == 0, found.stderr
    assert f"Store of the locker's files: {data / 'locker'}." in found.stdout
    assert pieces_of(data / "locker") == before
    assert "config.W005" not in _run(LEEWARD, "check", environment=here).stderr
    walk = _run(sys.executable, "-m", "tests.founded_nation", nation.folder, environment=here)
    assert json.loads(walk.stdout)["file"] == hashlib.sha256(b"covered copy " * 4000).hexdigest()


def pieces_of(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.piece")}


def test_what_is_kept_of_it_is_small() -> None:
    assert sum(path.stat().st_size for path in KEPT.iterdir()) < MOST_BYTES
