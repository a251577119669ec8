"""The method has versions: a rule that changes needs a new one, and whatever is published names the one it is by."""

import csv
import io
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client

from leeward.foundation.protection import printed
from leeward.policy.statistics.rules.method import METHOD_VERSION, METHOD_VERSIONS
from tests.policy.statistics.method_rules import digest_of_rules
from tests.policy.statistics.some_figures import some_figures

FROZEN = Path(__file__).parents[2] / "data" / "methods.txt"


def frozen() -> dict[int, str]:
    lines = [line.split() for line in FROZEN.read_text().splitlines() if not line.startswith("#")]
    return {int(number): digest for number, digest in lines}


def test_a_rule_changes_with_a_new_version_of_the_method_alone() -> None:
    assert frozen()[METHOD_VERSION] == digest_of_rules(), (
        f"A rule of the method is not that of version {METHOD_VERSION}. Declare a new version in "
        f"leeward/policy/statistics/rules/method.py, say there what it changes, and add to {FROZEN.name}: "
        f"{METHOD_VERSION + 1} {digest_of_rules()}"
    )


@pytest.mark.parametrize(("name", "value"), [("FEW", 50), ("FINE", 2.0), ("MOST_OFF", 3)])
def test_the_digest_tells_a_rule_that_changed(monkeypatch: pytest.MonkeyPatch, name: str, value: float) -> None:
    before = digest_of_rules()
    monkeypatch.setattr(printed, name, value)
    assert digest_of_rules() != before


def test_versions_follow_each_other_and_each_says_what_it_changed() -> None:
    assert [each.number for each in METHOD_VERSIONS] == list(range(1, len(METHOD_VERSIONS) + 1))
    assert all(before.since <= after.since for before, after in pairwise(METHOD_VERSIONS))
    assert all(each.changes for each in METHOD_VERSIONS)


@pytest.mark.django_db
def test_the_page_dates_the_versions_and_explains_ranges_and_comparisons(client: Client) -> None:
    page = client.get("/how-the-nation-does/numbers").content.decode()
    for each in METHOD_VERSIONS:
        assert f"Version {each.number}, since" in page
        assert all(change in page for change in each.changes)
    assert f"Method, version {METHOD_VERSION}" in page
    assert all(doubt.hint in page for doubt in printed.Doubt)
    assert "only where two ranges lie apart" in page
    assert "/statistics/releases/calendar" in page


@pytest.mark.django_db
def test_files_and_answers_to_programs_name_the_version(client: Client) -> None:
    some_figures()
    for address in ("/statistics/api/series", "/statistics/api/series/removal-rate"):
        method = client.get(address).json()["method"]
        assert (method["version"], method["url"].partition("//")[2].partition("/")[2]) == (
            METHOD_VERSION,
            "how-the-nation-does/numbers#method",
        )
    for address in ("/statistics/api/series/removal-rate.csv", "/how-the-nation-does/platforms.csv"):
        rows = list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))
        assert rows, address
        assert {row["method"] for row in rows} == {str(METHOD_VERSION)}
        assert {"low", "high", "why"} <= rows[0].keys()
