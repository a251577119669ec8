"""The search for dead code: what only a test calls is found, what a template or a framework calls is not."""

from pathlib import Path

import dead_code
import pytest


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name in ("leeward", "demo", "tests"):
        (tmp_path / name).mkdir()
    (tmp_path / "leeward" / "rules.py").write_text(
        "def called(): ...\ndef shown(): ...\ndef named(): ...\ndef forgotten(): ...\n"
        "def clean_text(): ...\ncalled()\nHANDLER = 'leeward.rules.named'\n"
    )
    (tmp_path / "leeward" / "page.jinja").write_text("{{ shown() }}")
    (tmp_path / "tests" / "test_rules.py").write_text("from leeward.rules import forgotten\nforgotten()\n")
    return tmp_path


def test_what_only_a_test_calls_is_found(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dead_code.main(house, allowed={}) == 1
    assert [line.partition(": ")[0] for line in capsys.readouterr().out.splitlines()] == ["leeward/rules.py:4"]


def test_what_is_allowed_is_still_unused(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dead_code.main(house, allowed={"forgotten": "a reason"}) == 0
    assert dead_code.main(house, allowed={"forgotten": "a reason", "called": "a reason"}) == 1
    assert capsys.readouterr().out == "called: product code calls it, or it is gone. Take it out of ALLOWED.\n"
