"""What is kept sealed as JSON text, so that another release can read it."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A record that writes itself down as text."""

    def to_text(self) -> str:
        """The record as text, to be sealed."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Any:
        """The fields that a text holds, by name; those of another release are left out."""
        kept = json.loads(text) if text else {}
        return {each.name: kept[each.name] for each in fields(cls) if each.name in kept}
