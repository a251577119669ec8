"""A statement of reasons fits the EU's database field by field, whatever a platform answers."""

import csv
import io
import json
import re
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from leeward.victim.removals.rules.decisions import (
    LONGEST_EXPLANATION,
    LONGEST_FACTS,
    LONGEST_GROUND,
    Answer,
    Ground,
    Outcome,
    Reasons,
)
from leeward.victim.removals.rules.notices.content import SentItem
from leeward.victim.removals.rules.notices.facts import Medium, NoticeItemKind, Synthetic
from leeward.victim.removals.rules.notices.statements import (
    COLUMNS,
    COUNTRIES,
    ContentType,
    Keyword,
    Statement,
    Visibility,
    dsa_statement,
    json_lines,
    statement_rows,
    table_lines,
)
from leeward.victim.removals.rules.reasoned import GivenAnswer, as_statement

REMOVED = Statement(
    puid="LW-7Q2X_1",
    decision_visibility=(Visibility.REMOVED,),
    decision_ground=Ground.ILLEGAL,
    illegal_content_legal_ground="Penal Code, section 12",
    illegal_content_explanation="It was shared without consent.",
    category_specification=(Keyword.IMAGE_SHARING, Keyword.DEEPFAKE),
    content_type=(ContentType.IMAGE, ContentType.SYNTHETIC_MEDIA),
    content_date=date(2026, 11, 20),
    application_date=date(2026, 11, 24),
    territorial_scope=("DE", "FR"),
    decision_facts="A notice named the address. The picture was there.",
    automated_detection="No",
    automated_decision="AUTOMATED_DECISION_NOT_AUTOMATED",
)
# Lengths of the database's interface.
LONGEST = {
    "puid": 500,
    "decision_visibility_other": 500,
    "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2_000,
    "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2_000,
    "content_type_other": 500,
    "decision_facts": 5_000,
}


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
        "content_date": "2026-11-20",
        "application_date": "2026-11-24",
        "territorial_scope": ["DE", "FR"],
        "decision_facts": "A notice named the address. The picture was there.",
        "source_type": "SOURCE_ARTICLE_16",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    }


@given(
    outcome=st.sampled_from(Outcome),
    ground=st.sampled_from([None, *Ground]),
    facts=st.sampled_from(["", " ", "x", "x" * LONGEST_FACTS]),
    legal_ground=st.sampled_from(["", "§ 4", "x" * LONGEST_GROUND]),
    explanation=st.sampled_from(["", "x", "x" * LONGEST_EXPLANATION]),
    kind=st.sampled_from([None, *NoticeItemKind]),
    medium=st.sampled_from([None, *Medium]),
    synthetic=st.sampled_from([None, *Synthetic]),
)
def test_whatever_is_answered_the_database_takes_the_statement(
    outcome: Outcome,
    ground: Ground | None,
    facts: str,
    legal_ground: str,
    explanation: str,
    kind: NoticeItemKind | None,
    medium: Medium | None,
    synthetic: Synthetic | None,
) -> None:
    reasons = Reasons(facts=facts, ground=ground, legal_ground=legal_ground, explanation=explanation)
    statement = as_statement(
        GivenAnswer(
            reference=uuid.uuid4(),
            answer=Answer(outcome=outcome, reasons=reasons),
            decided_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
            noticed_on=date(2026, 11, 20),
            item=SentItem(kind=kind, medium=medium, synthetic=synthetic),
        )
    )
    if statement is None:
        return
    found = dsa_statement(statement)
    own = "illegal_content_legal_ground" if ground is Ground.ILLEGAL else "incompatible_content_ground"
    why = "illegal_content_explanation" if ground is Ground.ILLEGAL else "incompatible_content_explanation"
    for name in ("puid", "decision_visibility", "decision_ground", own, why, "content_type", "decision_facts"):
        assert str(found[name]).strip(), name
    assert len([name for name in found if name.startswith(("illegal_", "incompatible_"))]) == 2
    assert re.fullmatch(r"[a-zA-Z0-9_-]+", str(found["puid"]))
    for name, longest in LONGEST.items():
        assert len(str(found.get(name, ""))) <= longest, name
    for name, other in (("decision_visibility", Visibility.OTHER), ("content_type", ContentType.OTHER)):
        assert (other in found[name]) is (f"{name}_other" in found)  # type: ignore[operator]
    assert set(found.get("territorial_scope", ())) <= set(COUNTRIES)  # type: ignore[call-overload]
    assert set(found) <= set(COLUMNS)


def test_json_lines_hold_one_statement_a_line() -> None:
    text = "".join(json_lines([replace(REMOVED, decision_facts="One\nTwo \u2028"), replace(REMOVED, puid="2")]))
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
