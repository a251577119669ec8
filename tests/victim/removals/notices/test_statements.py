"""A statement of reasons fits the EU's database field by field, or is refused with the field's name."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.victim.removals.rules.decisions import Ground
from leeward.victim.removals.rules.notices import StatementRefused
from leeward.victim.removals.rules.notices.statements import (
    COLUMNS,
    AccountAction,
    AutomatedDecision,
    Category,
    ContentType,
    Keyword,
    Monetary,
    Provision,
    SourceType,
    Statement,
    Visibility,
    dsa_statement,
    json_lines,
    statement_rows,
    table_lines,
)

REMOVED = Statement(
    puid="LW-7Q2X_1",
    facts="A notice named the address. The picture was there.",
    category=Category.CYBER_VIOLENCE,
    keywords=(Keyword.IMAGE_SHARING, Keyword.DEEPFAKE),
    content_types=(ContentType.IMAGE, ContentType.SYNTHETIC_MEDIA),
    content_on=date(2026, 11, 20),
    applied_on=date(2026, 11, 24),
    source=SourceType.TRUSTED_FLAGGER,
    source_identity="Removal desk of Meridia",
    automated_detection=False,
    automated_decision=AutomatedDecision.NOT_AUTOMATED,
    ground=Ground.ILLEGAL,
    ground_named="Penal Code, section 12",
    explanation="It was shared without consent.",
    visibility=(Visibility.REMOVED,),
    countries=("FR", "DE"),
    content_language="EN",
)


def test_a_statement_is_written_in_the_databases_terms() -> None:
    assert dsa_statement(REMOVED) == {
        "puid": "LW-7Q2X_1",
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": "Penal Code, section 12",
        "illegal_content_explanation": "It was shared without consent.",
        "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
        "category_specification": ["KEYWORD_NON_CONSENSUAL_IMAGE_SHARING", "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"],
        "content_type": ["CONTENT_TYPE_IMAGE", "CONTENT_TYPE_SYNTHETIC_MEDIA"],
        "content_language": "EN",
        "content_date": "2026-11-20",
        "application_date": "2026-11-24",
        "territorial_scope": ["FR", "DE"],
        "decision_facts": "A notice named the address. The picture was there.",
        "source_type": "SOURCE_TRUSTED_FLAGGER",
        "source_identity": "Removal desk of Meridia",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    }


def test_the_platforms_own_rules_are_another_ground() -> None:
    found = dsa_statement(replace(REMOVED, ground=Ground.INCOMPATIBLE, ground_named="Rule 7", is_also_illegal=True))
    assert found["incompatible_content_ground"] == "Rule 7"
    assert found["incompatible_content_illegal"] == "Yes"
    assert not [name for name in found if name.startswith("illegal_content")]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("puid", {"puid": ""}),
        ("puid", {"puid": "a b"}),
        ("puid", {"puid": "a\n"}),
        ("puid", {"puid": "ä"}),
        ("puid", {"puid": "a" * 501}),
        ("decision_visibility", {"visibility": ()}),
        ("decision_visibility_other", {"visibility": (Visibility.OTHER,)}),
        ("decision_monetary_other", {"monetary": Monetary.OTHER}),
        ("decision_facts", {"facts": " "}),
        ("decision_facts", {"facts": "x" * 5_001}),
        ("illegal_content_legal_ground", {"ground_named": ""}),
        ("illegal_content_explanation", {"explanation": ""}),
        ("incompatible_content_ground", {"ground": Ground.INCOMPATIBLE, "ground_named": ""}),
        ("ground", {"ground_named": "x" * 501}),
        ("explanation", {"explanation": "x" * 2_001}),
        ("content_type", {"content_types": ()}),
        ("content_type_other", {"content_types": (ContentType.OTHER,)}),
        ("content_date", {"content_on": date(1999, 12, 31)}),
        ("application_date", {"applied_on": date(2019, 12, 31)}),
        ("application_date", {"applied_on": date(2038, 1, 2)}),
        ("territorial_scope", {"countries": ("FR", "US")}),
        ("content_language", {"content_language": "en"}),
        ("source_identity", {"source_identity": "x" * 501}),
        ("category_specification_other", {"keyword_other": "x" * 501}),
    ],
)
def test_what_the_database_refuses_is_refused_by_name(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(StatementRefused) as caught:
        dsa_statement(replace(REMOVED, **changes))
    assert [name for name, _what in caught.value.problems] == [field]


@pytest.mark.parametrize(
    "changes",
    [
        {"monetary": Monetary.SUSPENSION},
        {"provision": Provision.TOTAL_TERMINATION},
        {"account": AccountAction.SUSPENDED},
    ],
)
def test_any_one_restriction_is_enough(changes: dict[str, Any]) -> None:
    assert "decision_visibility" not in dsa_statement(replace(REMOVED, visibility=(), **changes))


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(StatementRefused) as caught:
        dsa_statement(replace(REMOVED, puid="", facts="", content_types=()))
    assert {name for name, _what in caught.value.problems} == {"puid", "decision_facts", "content_type"}


def test_what_belongs_to_nothing_is_left_out() -> None:
    found = dsa_statement(replace(REMOVED, source=SourceType.VOLUNTARY, visibility_other="x", keyword_other="y"))
    assert not {"source_identity", "decision_visibility_other", "category_specification_other"} & set(found)


def test_json_lines_hold_one_statement_a_line() -> None:
    text = "".join(json_lines([replace(REMOVED, facts="One\nTwo \u2028"), replace(REMOVED, puid="2")]))
    assert [json.loads(line)["puid"] for line in text.rstrip("\n").split("\n")] == ["LW-7Q2X_1", "2"]


def test_a_table_has_a_column_for_every_field() -> None:
    rows = list(csv.DictReader(io.StringIO("".join(table_lines(COLUMNS, statement_rows([REMOVED]))), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["content_type"] == "CONTENT_TYPE_IMAGE|CONTENT_TYPE_SYNTHETIC_MEDIA"


@given(text=st.text(max_size=40), start=st.sampled_from(["", "=", "+", "-", "@", "\t=", "\r\n=", " =", "|", "%"]))
def test_no_cell_acts_as_a_formula(text: str, start: str) -> None:
    written = "".join(table_lines(("a", "b"), [(start + text, [start + text, "x"])]))
    header, row = csv.reader(io.StringIO(written, newline=""))
    assert (header, len(row)) == (["a", "b"], 2)
    for cell in row:
        assert not cell.lstrip().startswith(("=", "+", "@", "|", "%"))
        assert not cell.startswith("-") or cell.strip("-0123456789,.") == ""
