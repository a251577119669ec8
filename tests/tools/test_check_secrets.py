"""No secret is committed: the search finds what is planted, takes nothing else for a secret, and finds none here."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from leeward.config.environment import make_secrets
from tools import check_secrets
from tools.check_secrets import ROOT, find_secrets, kept_files, main

DRAWN = make_secrets()
KEY = "lwk1." + "QkFE" * 20


def test_no_data_of_an_installation_is_among_the_files() -> None:
    assert not [name for name in kept_files(ROOT) if "leeward-data" in name]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("leeward/leeward-data/secrets.json", "{}", "a file of this name"),
        ("leeward/leeward-data/other.txt", "", "a file of this name"),
        ("deploy/courier.key", "", "a file of this name"),
        ("notes.txt", json.dumps(DRAWN, indent=1), "looks like a secret"),
        ("deploy/env", "\n".join(f"{name}={value}" for name, value in DRAWN.items()), "looks like a secret"),
        ("conf.py", f'API_KEY = "{DRAWN["LEEWARD_CODE_PEPPER"]}"', "looks like a secret"),
        ("a.txt", "-----BEGIN " + "PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw", "a private key"),
        ("b.txt", KEY, "a private key of the vault"),
        ("c.txt", "AKIA" + "ABCDEFGHIJKLMNOP", "a well-known service"),
        ("tests/data/another/nation.tar.xz", "", "a packed file"),
    ],
    ids=[
        "secrets-file",
        "data-folder",
        "key-file",
        "json",
        "environment",
        "python",
        "pem",
        "vault-key",
        "service",
        "archive",
    ],
)
def test_what_is_planted_is_found(name: str, content: str, said: str) -> None:
    found = list(find_secrets(name, content))
    assert found
    assert any(said in each for each in found)
    assert not any(value in each for each in found for value in DRAWN.values())  # the report is no place for it


def test_each_of_our_own_secrets_is_found_alone() -> None:
    for name, value in DRAWN.items():
        assert list(find_secrets("x", f"{name}={value}")), name


def test_a_drawn_value_without_a_figure_is_found() -> None:
    value = "QFGDArLPbrNNUiHPrFCH" + "sstkKALVjXaIFTwsumVrJkw"
    assert list(find_secrets("x", f"LEEWARD_INDEX_KEY={value}"))


def test_what_was_published_before_is_found_whatever_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    value = DRAWN["LEEWARD_CODE_PEPPER"]
    assert not list(find_secrets("x", f"colour: {value}"))
    monkeypatch.setattr(check_secrets, "LEAKED", frozenset({hashlib.sha256(value.encode()).hexdigest()}))
    assert list(find_secrets("x", f"colour: {value}")) == ["x:1: a secret that was published before"]


@pytest.mark.parametrize(
    "content",
    [
        "LEEWARD_SECRET_KEY=",
        "`LEEWARD_CODE_PEPPER` goes into every access code's slow hash",
        'password: "correct horse battery staple"',
        "token = request.POST.get('the_token_of_this_form')",
        "sha256: " + "0123456789abcdef" * 4,
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2Vw",
        'SECRET = "Zu2kT0p9Qe-secret-of-a-link"',
    ],
)
def test_nothing_else_is_taken_for_one(content: str) -> None:
    assert list(find_secrets("docs/page.md", content)) == []


def test_a_planted_file_stops_the_check_before_and_after_it_is_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "readme.txt").write_text("nothing here")
    assert main(tmp_path) == 0
    (tmp_path / "leeward-data").mkdir()
    (tmp_path / "leeward-data" / "secrets.json").write_text(json.dumps(DRAWN))
    assert main(tmp_path) == 1
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    assert main(tmp_path) == 1
    assert "leeward-data/secrets.json" in capsys.readouterr().out


def test_a_data_folder_goes_into_no_commit_and_no_wheel(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name in kept_files(ROOT):
        if name in {"pyproject.toml", ".gitignore", "README.md", "LICENSE", "NOTICE"} or name.startswith(
            ("leeward/config", "demo/")
        ):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
    subprocess.run(["git", "init", "-q", tree], check=True)
    planted = ("leeward/leeward-data/secrets.json", "leeward/config/leeward-data/secrets.json", "leeward/x.sqlite3")
    for name in planted:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("{}")
    ignored = subprocess.run(
        ["git", "check-ignore", *planted[:2]], cwd=tree, capture_output=True, text=True, check=True
    ).stdout
    assert ignored.split() == list(planted[:2])
    (tree / ".gitignore").unlink()  # whatever git ignores, the wheel leaves it out by itself
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=tree,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "leeward/config/settings.py" in names
    assert not [name for name in names if name.startswith("demo/")]  # a made-up nation is nothing to install
    assert [name for name in names if "leeward-data" in name or "sqlite3" in name] == []
