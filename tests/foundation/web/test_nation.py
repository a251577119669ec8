"""The nation's file is checked before anybody is shown a number from it."""

import json
from pathlib import Path

import pytest
from django.utils import translation

from leeward.foundation.web.nation import LockerLimits, NationMalformed, read_nation

MADE_UP = Path(__file__).resolve().parents[3] / "leeward" / "config" / "data" / "fairhaven.json"

LINE = {"name": "A line", "about": "For you.", "phone": "0800 1", "hours": "always", "cost": "free"}


def test_the_made_up_nation_can_be_read() -> None:
    nation = read_nation(MADE_UP.read_text(encoding="utf-8"))
    assert nation.name == "Fairhaven"
    assert nation.children.dial == "08005550118"
    assert nation.emergency.dial == "112"
    assert nation.crisis.text == "0555 0199 77"
    assert str(nation.helpline.name) == "Fairhaven Image Abuse Helpline"
    with translation.override("ar"):
        assert str(nation.crisis.cost) == "مجّانًا"
    with translation.override("fr"):  # a language in which the nation's file says nothing: its first one
        assert str(nation.crisis.cost) == "free"
    assert len(nation.services) == 2


def test_only_the_lines_that_each_page_of_danger_needs_are_required() -> None:
    """As the page on running Leeward says: other services may be left out."""
    required = ("name", "jurisdiction", "zone", "emergency", "crisis", "helpline", "children")
    known = json.loads(MADE_UP.read_text(encoding="utf-8"))
    nation = read_nation(json.dumps({name: known[name] for name in required}))
    assert nation.services == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"name": ""}, "name"),
        ({"children": None}, "children"),
        ({"children": {"name": "A line"}}, "about in children"),
        ({"emergency": None}, "emergency"),
        ({"crisis": None}, "crisis"),
        ({"helpline": None}, "helpline"),
        ({"crisis": LINE | {"phone": "call us"}}, "phone in crisis must be a number"),
        ({"crisis": LINE | {"text": ""}}, "text in crisis"),
        ({"crisis": LINE | {"chat": "http://chat.example"}}, "chat in crisis must be an address"),
        ({"crisis": LINE | {"hours": {}}}, "hours in crisis must have a text"),
        ({"crisis": LINE | {"hours": {"ar": 7}}}, "ar in hours in crisis"),
        ({"crisis": LINE | {"service": "the line"}}, "service in crisis must be the id"),
        ({"services": {}}, "services"),
        ({"services": [{}] * 21}, "services"),
        ({"services": [7]}, r"services\[0\]"),
        ({"locker": 7}, "locker must be an object"),
        ({"locker": {"file_megabytes": 0}}, "file_megabytes in locker must be a whole number from 1 to 200"),
        ({"locker": {"entries": True}}, "entries in locker must be a whole number"),
        ({"locker": {"locker_megabytes": 20}}, "must be at least file_megabytes"),
        ({"locker": {"megabytes": 20}}, "locker has no megabytes"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], named: str) -> None:
    good = json.loads(MADE_UP.read_text(encoding="utf-8"))
    with pytest.raises(NationMalformed, match=named):
        read_nation(json.dumps(good | change))


def test_what_a_nation_leaves_out_of_the_lockers_limits_stays_as_it_is() -> None:
    good = json.loads(MADE_UP.read_text(encoding="utf-8"))
    found = read_nation(json.dumps(good | {"locker": {"entries": 500}})).locker
    assert (found.entries, found.file_megabytes, found.locker_megabytes) == (500, 50, 500)
    without = {name: value for name, value in good.items() if name != "locker"}
    assert read_nation(json.dumps(without)).locker == LockerLimits()


def test_a_file_that_is_not_json_is_refused() -> None:
    with pytest.raises(NationMalformed, match="line 1"):
        read_nation("{")
