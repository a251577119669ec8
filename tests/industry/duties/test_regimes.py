"""What a regime may say, how it is read from a file, and that every mistake is named."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.industry.duties.errors import RegimeRefused, RegimesMalformed
from leeward.industry.duties.rules import (
    Commencement,
    CopyScope,
    Element,
    Origin,
    PauseReason,
    Redress,
    RedressBody,
    Regime,
    RegimeDraft,
    RegimeState,
    StartEvent,
    as_record,
    check_draft,
    from_record,
    regime_state,
)
from leeward.industry.duties.rules.records import RECORD_NAMES
from leeward.industry.duties.schemas import read_regimes, read_shipped
from tests.industry.duties.conftest import DRAFT, NOW, TODAY, draft

LINE = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=80).filter(
    lambda text: text.isprintable() and text == text.strip()
)


def subset(kind: Any) -> st.SearchStrategy[Any]:
    return st.sets(st.sampled_from(kind)).map(lambda chosen: tuple(member for member in kind if member in chosen))


DRAFTS = st.builds(
    RegimeDraft,
    code=st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8})?", fullmatch=True),
    name=LINE,
    jurisdiction=LINE,
    limit_hours=st.none()
    | st.integers(1, 100_000).map(lambda minutes: minutes / 60).filter(lambda hours: (hours * 60).is_integer()),
    start_event=st.sampled_from(StartEvent),
    elements=subset(Element).filter(bool),
    pauses=subset(PauseReason),
    copies=st.sampled_from(CopyScope),
    redress=st.lists(
        st.builds(
            Redress,
            body=st.sampled_from(RedressBody),
            name=LINE,
            within_days=st.none() | st.integers(1, 3_660),
            url=st.sampled_from(["", "https://office.example/complain"]),
        ),
        max_size=5,
    ).map(tuple),
    legal_basis=LINE,
    source_name=LINE,
    source_url=st.sampled_from(["", "https://journal.example/act"]),
    commencement=st.just(Commencement.IN_FORCE),
    in_force_on=st.none() | st.dates(max_value=date(2020, 1, 1)),
    checked_on=st.dates(min_value=date(2020, 1, 1)),
    notes=st.lists(LINE, max_size=5).map(tuple),
    unverified=st.lists(LINE, max_size=5).map(tuple),
)


@given(DRAFTS)
def test_a_draft_comes_back_from_its_record(one: RegimeDraft) -> None:
    record = as_record(one)
    assert from_record(record) == one
    assert from_record(json.loads(json.dumps(record, default=str))) == one


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "EU"}, "code"),
        ({"code": "eu--dsa"}, "code"),
        ({"code": "x" * 21}, "code"),
        ({"name": ""}, "name"),
        ({"name": " An Act"}, "name"),
        ({"name": "An\nAct"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"jurisdiction": ""}, "jurisdiction"),
        ({"legal_basis": "x" * 301}, "legal_basis"),
        ({"source_name": ""}, "source_name"),
        ({"source_url": "http://journal.example/act"}, "source_url"),
        ({"source_url": "https://journal"}, "source_url"),
        ({"source_url": "https://journal.example/an act"}, "source_url"),
        ({"source_url": "https://somebody@journal.example/"}, "source_url"),
        ({"source_url": "https://[journal.example/"}, "source_url"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"limit_hours": 0.0}, "limit_hours"),
        ({"limit_hours": -1.0}, "limit_hours"),
        ({"limit_hours": float("nan")}, "limit_hours"),
        ({"limit_hours": float("inf")}, "limit_hours"),
        ({"limit_hours": 24 * 366 + 1.0}, "limit_hours"),
        ({"limit_hours": 0.001}, "limit_hours"),
        ({"elements": ()}, "elements"),
        ({"elements": (Element.EMAIL, Element.EMAIL)}, "elements"),
        ({"pauses": (PauseReason.STAYED, PauseReason.STAYED)}, "pauses"),
        ({"notes": ("",)}, "notes"),
        ({"notes": ("x",) * 21}, "notes"),
        ({"unverified": ("x" * 501,)}, "unverified"),
        ({"commencement": Commencement.NOT_YET, "in_force_on": None}, "in_force_on"),
        ({"commencement": Commencement.NOT_VERIFIED}, "in_force_on"),
        ({"in_force_on": date(2026, 11, 2)}, "in_force_on"),
        ({"redress": (Redress(body=RedressBody.COURT, name=""),)}, "redress"),
        ({"redress": (Redress(body=RedressBody.COURT, name="A court", within_days=0),)}, "redress"),
        ({"redress": (Redress(body=RedressBody.COURT, name="A court", url="ftp://x.example"),)}, "redress"),
        ({"redress": (Redress(body=RedressBody.COURT, name="A court"),) * 6}, "redress"),
    ],
    ids=str,
)
def test_what_a_regime_cannot_say(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RegimeRefused) as caught:
        check_draft(draft(**changes))
    assert [name for name, _text in caught.value.problems] == [field]


def test_a_source_may_be_checked_on_the_day_on_which_the_law_begins() -> None:
    assert check_draft(draft(in_force_on=DRAFT.checked_on))


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(RegimeRefused) as caught:
        check_draft(draft(code="", name="", elements=(), limit_hours=-1.0))
    assert [name for name, _text in caught.value.problems] == ["code", "name", "limit_hours", "elements"]
    assert "elements: must name at least one" in str(caught.value)


def test_hours_become_a_limit() -> None:
    assert draft(limit_hours=1.5).limit == timedelta(minutes=90)
    assert draft(limit_hours=None).limit is None


@pytest.mark.parametrize(
    ("changes", "switch", "state"),
    [
        ({}, True, RegimeState.ACTIVE),
        ({}, False, RegimeState.OFF),
        ({"in_force_on": None}, True, RegimeState.ACTIVE),
        ({"commencement": Commencement.NOT_VERIFIED, "in_force_on": None}, True, RegimeState.OFF_NOT_VERIFIED),
        ({"commencement": Commencement.NOT_VERIFIED, "in_force_on": None}, False, RegimeState.OFF_NOT_VERIFIED),
        ({"commencement": Commencement.NOT_YET, "in_force_on": TODAY}, True, RegimeState.ACTIVE),
        (
            {"commencement": Commencement.NOT_YET, "in_force_on": TODAY + timedelta(days=1)},
            True,
            RegimeState.WAITING,
        ),
    ],
    ids=str,
)
def test_how_a_regime_stands(changes: dict[str, Any], switch: object, state: RegimeState) -> None:
    values = {name: getattr(draft(**changes), name) for name in RECORD_NAMES}
    regime = Regime(
        **values,
        version=1,
        valid_from=TODAY,
        published_at=NOW,
        origin=Origin.FILE,
        is_switched_on=bool(switch),
    )
    assert regime_state(regime, on=TODAY) is state
    assert regime.is_active(TODAY) == (state is RegimeState.ACTIVE)
    assert regime.as_draft() == draft(**changes)


# --- the file -----------------------------------------------------------------------------------------------------


def record(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps({**as_record(DRAFT), "is_switched_on": True}, default=str))
    return {**plain, **changes}


def problems_of(*records: object) -> list[tuple[str, str]]:
    with pytest.raises(RegimesMalformed) as caught:
        read_regimes(json.dumps({"regimes": records}))
    return list(caught.value.problems)


@pytest.mark.parametrize("text", ["", "[]", "{", "{}", '{"regimes": {}}', "null"])
def test_a_file_that_is_none(text: str) -> None:
    with pytest.raises(RegimesMalformed, match="the file"):
        read_regimes(text)


def test_a_file_is_read() -> None:
    [seed] = read_regimes(json.dumps({"regimes": [record()]}))
    assert (seed.draft, seed.is_switched_on) == (DRAFT, True)


@pytest.mark.parametrize(
    ("changes", "place", "says"),
    [
        ({"elements": ["smile"]}, "xx-act, elements", "holds smile. Each must be one of signature"),
        ({"elements": ["email", "email"]}, "xx-act, elements", "only once"),
        ({"elements": "email"}, "xx-act, elements", "list of texts"),
        ({"start_event": "when we like"}, "xx-act, start_event", "one of sent, received"),
        ({"copies": None}, "xx-act, copies", "one of none"),
        ({"limit_hours": "48"}, "xx-act, limit_hours", "a number, or null"),
        ({"limit_hours": True}, "xx-act, limit_hours", "a number, or null"),
        ({"checked_on": "24 November"}, "xx-act, checked_on", "a day such as"),
        ({"checked_on": None}, "xx-act, checked_on", "a day such as"),
        ({"in_force_on": 20260101}, "xx-act, in_force_on", "a day such as"),
        ({"name": 5}, "xx-act, name", "must be a text"),
        ({"nmae": "An Act"}, "xx-act, nmae", "no field"),
        ({"redress": [5]}, "xx-act, redress", "list of objects"),
        ({"redress": [{"body": "king", "name": "A king"}]}, "xx-act, redress", "body must be one of"),
        ({"redress": [{"body": "court", "name": "A court", "fee": 5}]}, "xx-act, redress", "fee is no field"),
        ({"redress": [{"body": "court", "name": "A", "within_days": 1.5}]}, "xx-act, redress", "whole number"),
        ({"is_switched_on": "yes"}, "xx-act, is_switched_on", "true or false"),
        ({"commencement": "not_verified", "in_force_on": None}, "xx-act, is_switched_on", "must be false"),
        ({"code": ""}, "regimes[0], code", "small letters"),
        ({"source_url": "journal.example"}, "xx-act, source_url", "https address"),
    ],
    ids=str,
)
def test_a_mistake_is_named_with_its_place(changes: dict[str, Any], place: str, says: str) -> None:
    [(found, text)] = problems_of(record(**changes))
    assert found == place
    assert says in text


@pytest.mark.parametrize("name", [*RECORD_NAMES, "is_switched_on"])
def test_nothing_may_be_left_out(name: str) -> None:
    short = record()
    del short[name]
    [(place, _text)] = problems_of(short)
    assert place.endswith(f", {name}")


def test_all_mistakes_of_all_regimes_are_named() -> None:
    found = problems_of(record(name=5, copies="x"), record(code="yy-act", checked_on=""), "an act", record(), record())
    assert [place for place, _text in found] == [
        "xx-act, name",
        "xx-act, copies",
        "yy-act, checked_on",
        "regimes[2], the regime",
        "xx-act",
    ]


# --- what ships ---------------------------------------------------------------------------------------------------


def test_what_ships() -> None:
    seeds = {seed.draft.code: seed for seed in read_shipped()}
    assert list(seeds) == ["us-tida", "uk-cpa", "eu-dsa", "au-osa", "in-it", "nz-hdca", "tw-sacpa", "generic"]
    hours = {code: seed.draft.limit_hours for code, seed in seeds.items()}
    assert hours == {
        "us-tida": 48,
        "uk-cpa": 48,
        "eu-dsa": None,
        "au-osa": 24,
        "in-it": 2,
        "nz-hdca": 48,
        "tw-sacpa": 24,
        "generic": None,
    }
    assert [code for code, seed in seeds.items() if not seed.is_switched_on] == ["uk-cpa"]
    assert seeds["uk-cpa"].draft.commencement is Commencement.NOT_VERIFIED
    for seed in seeds.values():
        assert seed.draft.checked_on == date(2026, 11, 24)
        assert replace(seed.draft) == check_draft(seed.draft)
