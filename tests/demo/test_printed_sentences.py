"""The sentences of the made-up nation's figures, recomputed from the database by a second program.

It reads the tables by SQL and reckons for itself; of the product it takes the names of counts alone.
"""

import csv
import html
import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.db import connection
from django.test import Client

from demo.history import CHARACTERS, RELEASED_AGO, found_history
from leeward.foundation.accounts.rules import Role
from leeward.foundation.editions.queries import all_editions, read_file
from leeward.policy.statistics.queries.releases import FIGURES
from leeward.policy.statistics.rules.measures import RECIPES
from tests.foundation.accounts.people import employ

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
CHARTS = yaml.safe_load(
    (Path(__file__).parents[2] / "leeward/policy/statistics/data/charts.yaml").read_text(encoding="utf-8")
)
NOTHING_SEEN = "That is no change that these numbers can show."
SAID = {"It rose.": 1, "It fell.": -1, "It stayed the same.": 0, NOTHING_SEEN: None}
BEFORE = re.compile(r"The month before it was [^.]*(?:\.\d[^.]*)*\. (It \w+[^.]*\.|That is no change[^.]*\.)")
BETTER = {"removal-rate": 1, "removed-within-law": 1, "reupload-rate": -1, "hours-to-removal-median": -1}


@pytest.fixture
def nation() -> None:
    for character in CHARACTERS:
        if character.name:
            call_command("create_platform", character.name, stdout=io.StringIO())
    for name in ("petra", "ravi"):
        employ(name, Role.POLICY_OFFICER, now=NOW)
    found_history(now=NOW)


class Database:
    """The newest print of each count of months of everything, with the true count behind it."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, date], tuple[int | None, str, int]] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.measure, p.start, p.value, p.status, t.count FROM statistics_publishedcount p"
                " JOIN statistics_truecount t ON t.published_id = p.id"
                " WHERE p.step = 'month' AND p.code = '' ORDER BY p.revision"
            )
            for measure, start, value, status, count in cursor.fetchall():
                day = start if isinstance(start, date) else date.fromisoformat(start)
                self.rows[measure, day] = (value, status, count)

    def months(self, indicator: str) -> dict[date, tuple[float, float, float]]:
        """Each final month: the truth, and the ends of what the printed counts leave open."""
        recipe = RECIPES[indicator]
        names = [each for each in (recipe.part, recipe.whole) if each]
        found = {}
        for start in sorted({day for measure, day in self.rows if measure == recipe.part}):
            cells = [self.rows.get((name, start)) for name in names]
            if any(cell is None or cell[0] is None or cell[1] for cell in cells):
                continue
            (part, _status, true), *more = (cell for cell in cells if cell)
            if recipe.shape == "quantile":
                found[start] = (part, part - 0.5, part + 0.5)
            elif recipe.shape == "count":
                off = 0 if recipe.protection == "open" else 2
                found[start] = (true, part - off, part + off)
            else:
                off = 0 if recipe.protection == "open" else 2
                whole, _status, true_whole = more[0]
                if not whole:
                    continue
                low, high = (part - off) / (whole + off), (part + off) / (whole - off)
                scale = 100 if recipe.shape == "share" else 1
                found[start] = (scale * true / true_whole, scale * low, scale * high)
        return found


def sign(number: float) -> int:
    return (number > 0) - (number < 0)


def check(now: tuple[float, float, float], before: tuple[float, float, float], said: int | None, where: object) -> None:
    """The claim has the sign of the truth, and is made where the printed counts bear it."""
    assert said is None or said == sign(now[0] - before[0]), where
    gap = max(now[1] - before[2], before[1] - now[2])
    assert said is None or said == 0 or gap > 0, where
    assert gap < 2 or said is not None, where


@pytest.mark.usefixtures("nation")
def test_each_comparison_of_the_pages_is_borne_by_the_database() -> None:
    database, client, told = Database(), Client(), []
    for chart in CHARTS["charts"]:
        indicator = next(iter(chart["lines"]))
        answer = client.get(f"/how-the-nation-does/{chart['key']}")
        months = database.months(indicator)
        if (
            answer.status_code == 404
            or len(months) < 2
            or RECIPES[indicator].off != (0 if RECIPES[indicator].protection == "open" else 2)
        ):
            continue
        page = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
        found = BEFORE.search(page)
        newest = max(months)
        before = months.get((newest - timedelta(days=1)).replace(day=1))
        if found is None:
            assert before is None, chart["key"]
            continue
        assert before is not None, chart["key"]
        check(months[newest], before, SAID[found[1]], (chart["key"], newest, found[0]))
        told.append((chart["key"], found[1]))
    assert len(told) >= 12, told
    front = html.unescape(re.sub(r"<[^>]+>", " ", client.get("/how-the-nation-does").content.decode()))
    words = iter(re.findall(r"Better than a year before|Worse than a year before|A year before", front))
    judged = 0
    for indicator in CHARTS["headlines"]:
        months = database.months(indicator)
        newest = max(months)
        before = months.get(newest.replace(year=newest.year - 1))
        if before is None:
            continue
        word = next(words)
        better = {"Better": 1, "Worse": -1, "A": None}[word.split()[0]]
        check(months[newest], before, better and better * BETTER[indicator], (indicator, word))
        judged += 1
    assert judged == 4


@pytest.mark.usefixtures("nation")
def test_a_month_is_final_in_a_release_only_when_its_follow_up_was_over_by_then() -> None:
    [release] = all_editions(FIGURES)
    day = (NOW - RELEASED_AGO).date()
    assert release.signed_at is not None and release.signed_at.date() == day == date(2026, 9, 18)  # noqa: PT018
    rows = list(csv.DictReader(io.StringIO(read_file(FIGURES, release.name, "observations.csv")[1].decode())))
    rates = {row["period"]: row for row in rows if row["indicator"] == "removal-rate" and row["step"] == "month"}
    assert max(rates) == "2026-08"
    for row in rates.values():
        is_over = date.fromisoformat(row["end"]) + timedelta(days=90) <= day
        assert row["status"] == ("" if is_over else "e"), row
        assert (row["high"] == "") is not is_over, row
        assert ("late" in row["why"].split()) is not is_over, row
    assert rates["2026-08"]["status"] == "e"
