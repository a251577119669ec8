"""The page about notices shows what the shipped regimes ask for, and names what is there."""

import re
from pathlib import Path

from leeward.industry.duties.rules import Element, Regime
from leeward.victim.removals.rules.notices import name_element

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "notices.md").read_text(encoding="utf-8")


def _table(regimes: dict[str, Regime]) -> str:
    head = f"| element | {' | '.join(f'`{code}`' for code in regimes)} |"
    rows = [
        f"| {name_element(element, language='en')} | "
        + " | ".join("●" if element in regime.elements else "" for regime in regimes.values())
        + " |"
        for element in Element
    ]
    return "\n".join([head, "|---" * (len(regimes) + 1) + "|", *rows])


def test_the_table_is_that_of_the_shipped_regimes(regimes: dict[str, Regime]) -> None:
    table = _table(regimes)
    assert table in PAGE, f"docs/notices.md needs this table:\n\n{table}"


def test_what_the_page_names_is_there() -> None:
    removals = Path(__file__).resolve().parents[4] / "leeward" / "victim" / "removals"
    code = "\n".join(path.read_text(encoding="utf-8") for path in removals.rglob("*.py"))
    for name in re.findall(r"`(?:rules\.notices\.|letters\.|abuse_mail\.)(\w+)", PAGE):
        assert re.search(rf"def {name}\b|/{name}\.py", code) or (removals / "rules/notices" / f"{name}.py").is_file()
