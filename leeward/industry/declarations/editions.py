"""Reads the model checklist that ships with Leeward: one file an edition, none of which is ever changed."""

from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from leeward.industry.declarations.rules.checklists import Checklist

DATA = Path(__file__).parent / "data"


@cache
def read_checklist() -> Checklist:
    """The newest edition of the model checklist."""
    return read_edition(max(int(path.stem.rpartition("-")[2]) for path in DATA.glob("checklist-*.json")))


@cache
def read_edition(edition: int) -> Checklist:
    """One edition. Raises FileNotFoundError for one that was never published."""
    text = (DATA / f"checklist-{edition}.json").read_text(encoding="utf-8")
    return TypeAdapter(Checklist).validate_json(text)
