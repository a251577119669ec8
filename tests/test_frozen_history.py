"""History is frozen: a migration that has landed is neither edited nor removed, since databases have run it."""

from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# In the format of `sha256sum --check`. What lands later is added by the release that ships it, never changed here.
LANDED = ROOT / "tests/data/migrations.txt"


def test_no_landed_migration_has_changed_or_gone() -> None:
    landed = [line.split("  ", 1) for line in LANDED.read_text("utf-8").splitlines()]
    assert len(landed) > 30
    gone = [name for _, name in landed if not (ROOT / name).is_file()]
    changed = [
        name for digest, name in landed if name not in gone and sha256((ROOT / name).read_bytes()).hexdigest() != digest
    ]
    assert (gone, changed) == ([], []), "a change of the schema is a new migration"
