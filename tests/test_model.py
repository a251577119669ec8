"""docs/model.md is held to the code: 21 capabilities, and every room that is said to be there is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"^\| ([PCVIMS]\d) \| ([^|]+) \| `([^`]+)` \| (works|begun|planned) \| ([^|]*)\|$", re.MULTILINE)
CAPABILITIES = [
    f"{area}{number}"
    for area, count in [("P", 3), ("C", 3), ("V", 5), ("I", 5), ("M", 2), ("S", 3)]
    for number in range(1, count + 1)
]


def test_every_capability_has_its_row_and_every_room_that_works_exists() -> None:
    rows = ROW.findall((ROOT / "docs" / "model.md").read_text(encoding="utf-8"))
    assert [row[0] for row in rows] == CAPABILITIES
    for identifier, _name, room, state, works in rows:
        if state == "planned":
            assert not works.strip(), f"{identifier} is planned, so nothing works yet"
        else:
            assert (ROOT / room).is_dir(), f"{identifier}: {room} is not there"
            assert works.strip(), f"{identifier}: say what works"
