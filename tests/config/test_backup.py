"""What an operator backs up by the page's own commands can be read again."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from leeward.justice.outcomes.models import Cohort, Method
from leeward.justice.outcomes.rules.terms import CountUnit, MethodKind
from tests.databases import copy_as, is_sqlite

PAGE = Path(__file__).resolve().parents[2] / "docs/operating/README.md"
# How Django calls the functions that it adds to each connection of its own.
DJANGO = re.compile(r"\bdjango_\w+\(", re.IGNORECASE)


@pytest.mark.skipif(not is_sqlite(), reason="only SQLite's file has them")
def test_no_table_needs_a_function_of_djangos_own(migrated: str) -> None:
    with closing(sqlite3.connect(migrated)) as database:
        found = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    assert len(found) > 500
    assert [name for name, text in found if DJANGO.search(text)] == []


@pytest.mark.skipif(not is_sqlite(), reason="the command is SQLite's")
def test_the_pages_command_makes_a_copy_that_can_be_opened(migrated: str, tmp_path: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.fail("The page's command needs sqlite3. Install it (on Debian: apt install sqlite3).")
    copy_as(migrated, str(tmp_path / "leeward.sqlite3"))
    (command,) = re.findall(r"^sqlite3 .*VACUUM INTO.*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    environment = {"PATH": os.environ["PATH"], "LEEWARD_DATA": str(tmp_path)}
    done = subprocess.run(
        ["sh", "-ec", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy, closing(sqlite3.connect(migrated)) as before:
        count = "SELECT count(*) FROM django_migrations"
        assert copy.execute(count).fetchone() == before.execute(count).fetchone()
    # By sqlite3 itself, which knows the patterns that some constraints ask for; Python's library does not.
    ask = ["sqlite3", str(tmp_path / "copy.sqlite3"), "PRAGMA integrity_check"]
    assert subprocess.run(ask, capture_output=True, text=True, check=True).stdout == "ok\n"


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"])
def test_a_cohort_is_still_of_a_quarter_and_nothing_else(day: str) -> None:
    insert_cohort(day)
    for wrong in ("2026-02-01", day[:-2] + "02"):
        with pytest.raises(IntegrityError, match="outcomes_cohort_quarter"), transaction.atomic():
            insert_cohort(wrong)
    with pytest.raises(IntegrityError, match="stays known"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM outcomes_cohort")  # the refusal came along


def insert_cohort(day: str) -> None:
    """Add the line of a file for the quarter that begins on this day."""
    now = timezone.now()
    method, _made = Method.objects.get_or_create(
        code="method",
        version=1,
        defaults={
            "kind": MethodKind.COHORTS,
            "unit": CountUnit.PERSONS,
            "follow_up_days": 365,
            "waiting_days": 90,
            "source": "Made up",
            "published_at": now,
            "published_by": "system",
        },
    )
    Cohort.objects.create(
        quarter=date.fromisoformat(day),
        as_of=date(2027, 1, 1),
        method=method,
        sha256="0" * 64,
        fingerprint="0" * 8,
        lines=1,
        received_at=now,
        received_by="system",
    )
