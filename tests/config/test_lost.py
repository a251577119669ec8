"""An installation is lost and put back by the page's own commands; its person types the code, and a file opens."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.config.installation import Installation, production
from tests.databases import LEEWARD, empty, is_sqlite

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/operating/README.md"

pytestmark = [pytest.mark.database, pytest.mark.slow, pytest.mark.postgresql]


def blocks() -> list[str]:
    """Return the commands of the page's section on back-ups, in its order."""
    section = PAGE.read_text(encoding="utf-8").split("## Back-up", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```\n(.*?)```", section, re.DOTALL)


def type_in(commands: str, *, environment: Mapping[str, str], folder: Path) -> str:
    """Type commands of the page into a shell, and return what they print."""
    there = {**environment, "PATH": f"{LEEWARD.parent}:{environment['PATH']}"}
    call = ["sh", "-euc", commands]
    done = subprocess.run(call, env=there, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def walk(*arguments: object, environment: Mapping[str, str]) -> dict[str, str]:
    there = {**environment, "DJANGO_SETTINGS_MODULE": "leeward.config.settings"}
    call = [sys.executable, "-m", "tests.config.kept_file", *map(str, arguments)]
    done = subprocess.run(call, env=there, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with production(tmp_path_factory.mktemp("lost")) as made:
        made.ask("migrate", "--verbosity", "0")
        yield made


def test_what_was_lost_is_put_back_by_the_pages_commands_and_a_file_opens_by_its_code(
    made: Installation, tmp_path: Path
) -> None:
    data = Path(made.environment["LEEWARD_DATA"])
    before = made.run("check").stderr
    assert f"The store of the locker's files is not named yet; it will be {data / 'locker'}." in before
    assert f"Store of the locker's files: {data / 'locker'}." in made.ask("found")
    assert "store" not in made.run("check").stderr

    kept = walk("keep", environment=made.environment)
    noted = tmp_path / "noted.json"
    noted.write_text(json.dumps(kept), encoding="utf-8")
    save, restore = blocks()[0:2] if is_sqlite() else blocks()[2:4]
    (afterwards,) = blocks()[4:]
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
        assert walk("open", noted, environment=there)["file"] == kept["sha256"]
        assert (elsewhere / "locker").stat().st_mode & 0o077 == 0

        without = {**there, "LEEWARD_LOCKER_PIECES": str(tmp_path / "empty")}
        told = Installation(folder=tmp_path, environment=without).run("check").stderr
        assert "The locker's store is missing: the database names store" in told
        assert str(tmp_path / "empty") in told
