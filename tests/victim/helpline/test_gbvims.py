"""The table of GBVIMS codes in the docs names each of our codes once, and gives none a type that it cannot support."""

import re
from pathlib import Path

from leeward.victim.file.rules.story import Harm
from leeward.victim.helpline.rules.helps import HelpKind

ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \|", re.MULTILINE)
TEXT = (Path(__file__).parents[3] / "docs" / "gbvims.md").read_text(encoding="utf-8")
DONE, HELP = TEXT.split("## Which help")
NONE = "not mapped"
ABUSE = "psychological / emotional abuse"
SERVICES = {
    "legal assistance services",
    "psychosocial / counselling services",
    "police / other security actor",
}


def test_each_kind_of_harm_stands_there_once() -> None:
    rows = ROW.findall(DONE)
    assert sorted(code for code, _ in rows) == sorted(harm.value for harm in Harm)
    assert {said for _, said in rows} == {ABUSE, NONE}


def test_what_nobody_knows_has_no_type() -> None:
    assert dict(ROW.findall(DONE))[Harm.NOT_SURE] == NONE


def test_each_kind_of_help_stands_there_once() -> None:
    rows = ROW.findall(HELP)
    assert sorted(code for code, _ in rows) == sorted(kind.value for kind in HelpKind)
    assert {said for _, said in rows} == {*SERVICES, NONE}


def test_the_text_counts_its_own_rows() -> None:
    rows = ROW.findall(DONE)
    assert (sum(said == ABUSE for _, said in rows), len(rows)) == (9, 12)
    assert "Nine of our twelve codes" in DONE
