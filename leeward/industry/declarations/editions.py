"""Reads the model checklist that ships with Leeward: one file an edition, none of which is ever changed."""

import json
from functools import cache
from pathlib import Path

from leeward.industry.declarations.rules.checklists import Checklist, Item, ItemWords

DATA = Path(__file__).parent / "data"


@cache
def read_checklist() -> Checklist:
    """The newest edition of the model checklist."""
    return read_edition(max(int(path.stem.rpartition("-")[2]) for path in DATA.glob("checklist-*.json")))


@cache
def read_edition(edition: int) -> Checklist:
    """One edition. Raises FileNotFoundError for one that was never published."""
    record = json.loads((DATA / f"checklist-{edition}.json").read_text(encoding="utf-8"))
    items = tuple(
        Item(
            code=each["code"],
            capability=each["capability"],
            is_essential=each["essential"],
            words={code: ItemWords(**words) for code, words in each["words"].items()},
        )
        for each in record["items"]
    )
    return Checklist(edition=record["edition"], items=items)
