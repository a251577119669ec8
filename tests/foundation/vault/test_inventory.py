"""Every column is sealed or has a reason to stay in clear: `docs/clear-fields.md` is read, not trusted."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from leeward.foundation.vault.fields import SealedField

DOCUMENT = Path(__file__).parents[3] / "docs" / "clear-fields.md"
LINE = re.compile(r"^\| `([a-z_]+)\.([A-Za-z_]+)\.([a-z_0-9]+|\*)` \| (.+) \|$")
# What people tell us lies in these apps: no line may let a column through that nobody has looked at.
NO_PATTERNS = frozenset({"file", "helpline", "locker", "network", "removals", "outbox", "vault"})
# Sealed, but not by an open file: wraps, and boxes under a code, a passphrase or one public key.
SEALED = frozenset(
    {
        "accounts.Unlock.sealed",
        "vault.AccessCode.sealed",
        "vault.Grant.wrapped",
        "vault.Holding.sealed",
        "vault.TeamKeySlot.wrapped",
        "vault.UnlockSlot.sealed",
    }
)


def _columns() -> dict[str, bool]:
    """Every column of ours by its name, and whether it takes sealed text only."""
    return {
        f"{config.label}.{model.__name__}.{field.name}": isinstance(field, SealedField)
        for config in apps.get_app_configs()
        if config.name.startswith("leeward.")
        for model in config.get_models(include_auto_created=True)
        for field in model._meta.local_fields
    }


def _lines() -> list[tuple[str, str, str, str]]:
    rows = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    matches = [LINE.fullmatch(row) for row in rows]
    assert all(matches), [row for row, match in zip(rows, matches, strict=True) if not match]
    return [match.groups() for match in matches if match]  # type: ignore[misc]


def unlisted(columns: dict[str, bool], lines: list[tuple[str, str, str, str]]) -> list[str]:
    """The columns that are neither sealed nor listed."""
    listed = {f"{app}.{model}.{field}" for app, model, field, _ in lines}
    return [
        name
        for name, is_sealed in columns.items()
        if not is_sealed and name not in SEALED and not {name, f"{name.rsplit('.', 1)[0]}.*"} & listed
    ]


def test_every_column_is_sealed_or_listed_with_a_reason() -> None:
    assert unlisted(_columns(), _lines()) == []


def test_no_line_names_what_is_not_there_or_what_is_sealed() -> None:
    columns = _columns()
    models = {name.rsplit(".", 1)[0] for name in columns}
    for app, model, field, _ in _lines():
        name = f"{app}.{model}.{field}"
        assert (f"{app}.{model}" in models) if field == "*" else (name in columns), f"{name} names no column"
        assert not columns.get(name), f"{name} is sealed"
        assert name not in SEALED, f"{name} is sealed"


def test_no_line_stands_twice() -> None:
    names = [line[:3] for line in _lines()]
    assert len(names) == len(set(names))


def test_what_people_tell_us_is_listed_column_by_column() -> None:
    assert [line for line in _lines() if line[0] in NO_PATTERNS and line[2] == "*"] == []
    assert {name for name in SEALED if name not in _columns()} == set()


@pytest.mark.parametrize(
    ("column", "listed", "missing"),
    [
        ("removals.Report.story", [], True),
        ("removals.Report.story", [("removals", "Report", "band", "A code.")], True),
        ("removals.Report.band", [("removals", "Report", "band", "A code.")], False),
        ("bank.Entry.value", [("bank", "Entry", "*", "Hashes.")], False),
        ("bank.EntryNote.words", [("bank", "Entry", "*", "Hashes.")], True),
        ("vault.Grant.wrapped", [], False),
    ],
)
def test_the_inventory_can_fail(column: str, listed: list[tuple[str, str, str, str]], *, missing: bool) -> None:
    assert (unlisted({column: False}, listed) == [column]) is missing
    assert unlisted({column: True}, listed) == []
