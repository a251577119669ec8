"""`leeward` is the operators' one command: listed, explained, and kind about mistakes."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import is_sqlite
from tests.depth import one_a_day

ROOT = Path(__file__).resolve().parents[2]
LEEWARD = Path(sys.executable).with_name("leeward")


def _leeward(*arguments: str, data: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LEEWARD_ENV": "demo", "LEEWARD_DATA": str(data), **variables}
    return subprocess.run(
        [str(LEEWARD), *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def overview(tmp_path_factory: pytest.TempPathFactory) -> str:
    here = tmp_path_factory.mktemp("here")
    done = _bare("--help", here=here)
    assert done.returncode == 0, done.stderr
    assert list(here.iterdir()) == []
    return done.stdout


def test_help_lists_each_command_with_one_plain_sentence(overview: str) -> None:
    rows = dict(re.findall(r"^  ([a-z-]+)  +(.+)$", overview, re.MULTILINE))
    assert {
        "demo",
        "serve",
        "work",
        "create-platform",
        "import-hashes",
        "withdraw-hash",
        "migrate",
        "make-secrets",
    } <= rows.keys()
    for name, sentence in rows.items():
        assert re.fullmatch(r"[A-Z].{8,}\.", sentence), f"{name}: {sentence!r} is not one plain sentence"


def test_a_command_without_arguments_shows_the_overview_and_touches_nothing(tmp_path: Path, overview: str) -> None:
    assert _bare(here=tmp_path).stdout == overview
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_command_is_answered_with_the_nearest(tmp_path: Path) -> None:
    done = _leeward("create-platfrom", "Harbour", data=tmp_path)
    assert done.returncode == 2
    assert "create-platform" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_without_tables_is_named(tmp_path: Path) -> None:
    done = _leeward("create-platform", "Harbour", data=tmp_path)
    assert done.returncode == 2
    assert "leeward migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_production_without_secrets_does_not_start(tmp_path: Path) -> None:
    done = _leeward("serve", data=tmp_path, LEEWARD_ENV="production")
    assert done.returncode == 2
    assert "LEEWARD_CODE_PEPPER" in done.stderr
    assert "Traceback" not in done.stderr


COMMANDS = (
    ("help",),
    ("migrate", "--help"),
    ("create-staff", "-h"),
    ("make-secrets", "--help"),
    ("make-secrets",),
)


@pytest.mark.parametrize("arguments", one_a_day(COMMANDS))
def test_help_is_given_without_any_setting_and_touches_nothing(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = _bare(*arguments, here=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert list(tmp_path.iterdir()) == []


def test_help_is_given_whatever_is_set(tmp_path: Path) -> None:
    wrong = {"LEEWARD_ENV": "staging", "LEEWARD_NATION_FILE": "/nowhere", "PORT": "http", "LEEWARD_DATA": str(tmp_path)}
    done = _bare("work", "--help", here=tmp_path, **wrong)
    assert done.returncode == 0, done.stderr
    assert "--pause" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", one_a_day(["migrate", "check", "serve", "create-platform", "found"]))
def test_without_an_environment_no_command_makes_a_demonstration(command: str, tmp_path: Path) -> None:
    done = _bare(command, here=tmp_path)
    assert done.returncode == 2
    for name in ("LEEWARD_CODE_PEPPER", "DATABASE_URL", "LEEWARD_PROXIES", "LEEWARD_ENV=demo"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_demonstration_says_so_itself(tmp_path: Path) -> None:
    with socket.socket() as taken:  # so it gets as far as to look for its port, and no further
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = _bare("demo", here=tmp_path, PORT=str(taken.getsockname()[1]))
    assert "is in use" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["leeward-data"]
    assert _bare("demo", here=tmp_path, LEEWARD_ENV="production").returncode == 2


def test_where_the_made_up_nation_is_not_installed_the_demonstration_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "leeward").symlink_to(ROOT / "leeward")  # as a package leaves it: nothing stands beside it
    call = "import sys; sys.path.insert(0, '.'); from leeward.config.cli import run; sys.exit(run(['demo']))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", call],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Clone the repository and type `make demo` there." in done.stderr
    assert "Traceback" not in done.stderr


def _bare(*arguments: str, here: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run it in a folder, with nothing set but what is named."""
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(
        [str(LEEWARD), *arguments], env=environment, cwd=here, capture_output=True, text=True, timeout=60, check=False
    )


def test_secrets_can_be_made_before_there_are_any(tmp_path: Path) -> None:
    done = _leeward("make-secrets", data=tmp_path, LEEWARD_ENV="production")
    assert done.returncode == 0
    assert [line.split("=", 1)[0] for line in done.stdout.split()] == [
        "LEEWARD_SECRET_KEY", "LEEWARD_CODE_PEPPER", "LEEWARD_SIGNING_KEY", "LEEWARD_INDEX_KEY",
    ]  # fmt: skip


@pytest.mark.skipif(not is_sqlite(), reason="PostgreSQL keeps no file beside another")
def test_a_command_leaves_everything_that_it_wrote_in_the_databases_file(migrated: str) -> None:
    assert not Path(f"{migrated}-wal").exists()
