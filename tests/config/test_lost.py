"""An installation by the page's own commands: walked to its first open door, lost, put back, and a file opens."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from leeward.config.environment import MADE_UP_NATION
from tests.config.first_door import WORDS
from tests.config.installation import PACKS_LOOSELY, Installation
from tests.databases import LEEWARD, empty, is_sqlite
from tests.depth import DEEP

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/operating/README.md"
LINES = ("emergency", "crisis", "helpline", "children")
YET = "Nobody at the helpline can read messages here yet."
# What the page's examples name, and what stands there in a test.
FOLDER, DATABASE, NATION = "/var/lib/leeward", "sqlite:////var/lib/leeward/leeward.sqlite3", "/etc/leeward/nation.json"
# What is not so before anybody works here, whichever page says it.
NOT_SO = {
    "somebody reads": r"a person answers|[Tt]alk to (somebody|us) here|our turn to answer|[Tt]he helpline has it"
    r"|[Tt]ell our desk|Let our desk ask|[Ww]e (will )?(read|answer|write back) (it|you|everything)?\s*(with)?in \d",
    "a stamping authority": r"stamp proves|independent (stamp|clock)|is time-stamped|are time-stamped",
    "numbers": r"As printed on|[Ii]t rose\.|[Ii]t fell\.|than a year before",
    "files stay on the device, also kept ones": r"Your pictures never leave your device",
    "a made-up nation": r"made[- ]up",
}

pytestmark = [pytest.mark.database, pytest.mark.slow, pytest.mark.postgresql]


def blocks(title: str) -> list[str]:
    """Return the commands of one section of the page, in its order."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```\n(.*?)```", section, re.DOTALL)


def type_in(commands: str, *, environment: Mapping[str, str], folder: Path) -> str:
    """Type commands of the page into a shell, and return what they print."""
    there = {**environment, "PATH": f"{environment['PATH']}:{LEEWARD.parent}"}
    call = ["sh", "-euc", commands]
    done = subprocess.run(call, env=there, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def walk(name: str, *arguments: object, environment: Mapping[str, str]) -> dict[str, Any]:
    there = {**environment, "DJANGO_SETTINGS_MODULE": "leeward.config.settings"}
    call = [sys.executable, "-m", f"tests.config.{name}", *map(str, arguments)]
    done = subprocess.run(call, env=there, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@dataclass(frozen=True, kw_only=True)
class FirstStart:
    """An installation by the page's commands, what these said, and what was seen on the way to its first open door."""

    made: Installation
    before: str
    founded: str
    staffed: str
    walked: Mapping[str, Any]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstStart]:
    folder = tmp_path_factory.mktemp("lost")
    data, nation = folder / "data", folder / "nation.json"
    known = json.loads(MADE_UP_NATION.read_text(encoding="utf-8"))
    required = {
        name: known[name] for name in ("name", "jurisdiction", "zone", *LINES)
    }  # what the page says it must have
    nation.write_text(json.dumps(required | {"name": "Northmark"}), encoding="utf-8")
    with empty(data) as address:
        secrets, settings, tables, people, *_processes = blocks("First start")
        for named, here in ((DATABASE, address), (NATION, str(nation)), (FOLDER, str(data))):
            assert named in settings, named
            settings = settings.replace(named, here)
        type_in(secrets + settings, environment=bare(folder), folder=folder)
        lines = (line.partition("=") for line in (folder / "leeward.env").read_text(encoding="utf-8").splitlines())
        made = Installation(folder=folder, environment=bare(folder) | {name: value for name, _is, value in lines})
        migrate, collect, found, check = tables.splitlines()
        type_in(migrate, environment=made.environment, folder=folder)
        type_in(collect, environment=made.environment, folder=folder)
        before = type_in(check, environment=made.environment, folder=folder)
        founded = type_in(f"{found}\n{check}", environment=made.environment, folder=folder)
        staffed = type_in(people, environment=made.environment, folder=folder)
        names = re.findall(r"create-staff (\w+)", people)
        links = dict(zip(names, re.findall(r"^/staff/\S+$", staffed, re.MULTILINE), strict=True))
        (folder / "links.json").write_text(json.dumps(links), encoding="utf-8")
        walked = walk("first_door", folder / "links.json", environment=made.environment)
        yield FirstStart(made=made, before=before, founded=founded, staffed=staffed, walked=walked)


def bare(folder: Path) -> dict[str, str]:
    """The shell of a machine on which Leeward is installed; outside a deep run it packs a little less tightly."""
    leeward = folder / "bin" / "leeward"
    leeward.parent.mkdir(exist_ok=True)
    leeward.write_text(f"#!{sys.executable}\n{PACKS_LOOSELY}" if not DEEP else f'#!/bin/sh\nexec {LEEWARD} "$@"\n')
    leeward.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return {"PATH": f"{leeward.parent}:{os.environ['PATH']}", "PORT": str(probe.getsockname()[1])}


def test_the_commands_say_what_is_missing_until_it_is_there(first: FirstStart) -> None:
    store = Path(first.made.environment["LEEWARD_DATA"]) / "locker"
    assert f"The store of the locker's files is not named yet; it will be {store}." in first.before
    assert "What Leeward needs before the first notice is not founded yet" in first.before
    assert f"Store of the locker's files: {store}." in first.founded
    for said in ("is not founded yet", "is not named yet"):
        assert said not in first.founded, said
    assert "Helpline: nobody who could read what comes in has signed in" in first.founded
    now = first.made.run("check").stderr
    assert "Helpline: nobody" not in now
    assert "Removal desk: nobody" in now, "its link was not used"


def test_before_anybody_can_read_every_page_says_only_what_is_so(first: FirstStart) -> None:
    pages: Mapping[str, str] = first.walked["before"]
    assert len(pages) > 40
    for path in ("/", "/talk", "/help", "/protect/", "/status/", "/support", "/privacy", "/network/join", "/outcomes"):
        assert path in pages, path
    untrue = [
        (path, what, found[0])
        for path, words in pages.items()
        for what, said in NOT_SO.items()
        if (found := re.search(said, words))
    ]
    assert untrue == []
    nation = json.loads((first.made.folder / "nation.json").read_text(encoding="utf-8"))
    assert YET in pages["/talk"]
    for line in LINES[:3]:
        assert nation[line]["phone"] in pages["/talk"], line


def test_the_door_opens_with_the_first_who_can_read(first: FirstStart) -> None:
    walked = first.walked
    assert walked["led"] == ["/staff/passkeys"] * 2, "a passphrase alone leads no further"
    assert YET in walked["half"]["talk"], "nor does it open the door; nobody has read here before"
    assert "carla has signed in and has no passkey yet." in walked["half"]["set-up"]
    assert "can read messages here" not in walked["after"]["talk"]
    assert "Somebody who can open what comes in has signed in (Practitioner)." in walked["after"]["set-up"]
    assert "dario has a link and has not used it." in walked["after"]["set-up"]
    for path, words in walked["hers"].items():
        assert "It is our turn to answer." in words, path
    assert WORDS in walked["read"], "whoever signed in opens it"


def test_what_was_lost_is_put_back_by_the_pages_commands_and_a_file_opens_by_its_code(
    first: FirstStart, tmp_path: Path
) -> None:
    made, kept = first.made, first.walked["kept"]
    data = Path(made.environment["LEEWARD_DATA"])
    noted = tmp_path / "noted.json"
    noted.write_text(json.dumps(kept), encoding="utf-8")
    *both, afterwards = blocks("Back-up")
    save, restore = both[0:2] if is_sqlite() else both[2:4]
    type_in(save, environment=made.environment, folder=tmp_path)
    shutil.copytree(data / "service-keys", tmp_path / "keys")  # kept elsewhere, with the secrets

    shutil.rmtree(data)
    elsewhere = tmp_path / "data"
    elsewhere.mkdir(mode=0o700)
    with empty(elsewhere) as address:
        there = {**made.environment, "LEEWARD_DATA": str(elsewhere), "DATABASE_URL": address}
        there["LEEWARD_SERVICE_KEYS"] = str(tmp_path / "keys")
        type_in(restore, environment=there, folder=tmp_path)
        today = datetime.now(UTC).date().isoformat()
        said = type_in(re.sub(r"\b\d{4}-\d\d-\d\d\b", today, afterwards), environment=there, folder=tmp_path)
        assert "store" not in said
        hers = walk("kept_file", "open", noted, environment=there)
        assert hers["file"] == kept["sha256"]
        assert WORDS in hers["talk"], "and what was written to the helpline"
        assert (elsewhere / "locker").stat().st_mode & 0o077 == 0

        without = {**there, "LEEWARD_LOCKER_PIECES": str(tmp_path / "empty")}
        told = Installation(folder=tmp_path, environment=without).run("check").stderr
        assert "The locker's store is missing: the database names store" in told
        assert str(tmp_path / "empty") in told
