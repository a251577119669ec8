"""A complaint tells what was asked, by which law, what was answered and what was seen, and names nobody."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from leeward.industry.duties.rules import Element, Redress, RedressBody, Regime
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.notices import (
    Complaint,
    HistoryKind,
    HistoryLine,
    NoticeFacts,
    NoticeItem,
    NoticeMalformed,
    Part,
    Seen,
    SenderRole,
    make_complaint,
)
from leeward.victim.removals.rules.notices.letter import write_text

Maker = Callable[..., NoticeFacts]


def _history(facts: NoticeFacts) -> list[HistoryLine]:
    assert facts.due_at is not None
    due_at = facts.due_at
    return [
        HistoryLine(at=due_at + timedelta(hours=1), kind=HistoryKind.CHECKED, item=1, seen=Seen.STILL_UP),
        HistoryLine(at=due_at - timedelta(hours=48), kind=HistoryKind.ASKED, rung=Rung.PLATFORM),
        HistoryLine(at=due_at - timedelta(hours=47), kind=HistoryKind.NAMED_MISSING, element=Element.SIGNATURE),
        HistoryLine(
            at=due_at - timedelta(hours=40),
            kind=HistoryKind.ANSWERED,
            item=1,
            outcome=Outcome.REFUSED,
            words="Dear Salma KARIM,\r\nwe keep it.",
        ),
    ]


def _text(complaint: Complaint) -> str:
    letter = complaint.letter
    head = Part(heading=letter.title, paragraphs=(*letter.sender, *letter.addressee))
    return write_text((head, *letter.parts))


def test_the_pack_tells_the_whole_story_in_its_order(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    regime = regimes["us-tida"]
    complaint = make_complaint(facts, _history(facts), regime, language="en")
    text = _text(complaint)
    for said in (regime.name, regime.legal_basis, "Bird", "2026-11-24 22:05 UTC", "https://bird.example/p/1?x=1"):
        assert said in text
    assert (
        text.index("notice sent")
        < text.index("named a missing element")
        < text.index("refused")
        < text.index("still there")
    )
    assert "Not done when it was due: yes" in text
    assert "the statement of good faith | yes" in text
    record = json.loads(complaint.record)
    assert record["regime"] | {"limit_hours": 48} == record["regime"]
    assert record["regime"]["version"] == 1
    assert record["elements"] == [{"element": element.value, "complete": True} for element in regime.elements]
    assert [line["kind"] for line in record["history"]] == ["asked", "named_missing", "answered", "checked"]
    assert record["history"][2]["outcome"] == "refused"
    assert record["was_there_when_due"] is True
    assert [item["url"] for item in record["items"]] == ["https://bird.example/p/1?x=1", "https://bird.example/u/7"]


@pytest.mark.parametrize("role", list(SenderRole))
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pack_names_nobody(facts: NoticeFacts, regimes: dict[str, Regime], role: SenderRole, language: str) -> None:
    asked = replace(facts, who=replace(facts.who, role=role))
    complaint = make_complaint(asked, _history(asked)[:3], regimes["eu-dsa"], language=language, wish="Ask her.")
    for said in (_text(complaint), complaint.record):
        assert "Karim" not in said
        assert "@uploader" not in said
        assert "window" not in said
    assert "desk@removals.example" in _text(complaint)


@pytest.mark.parametrize("role", [SenderRole.DEPICTED, SenderRole.GUARDIAN])
def test_a_name_in_the_platforms_own_words_is_left_out(
    facts: NoticeFacts, regimes: dict[str, Regime], role: SenderRole
) -> None:
    creators = replace(facts.why, rights_holder="Blue Door Ltd.")
    asked = replace(facts, who=replace(facts.who, role=role), why=creators)
    wish = "Protect Salma. Ask blue door ltd. nothing."
    complaint = make_complaint(asked, _history(asked), regimes["eu-dsa"], language="en", wish=wish)
    for said in (_text(complaint).casefold(), complaint.record.casefold()):
        assert "salma" not in said
        assert "karim" not in said
        assert "blue door" not in said
        assert "we keep it." in said


def test_what_was_gone_in_time_is_no_breach(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    assert facts.due_at is not None
    seen = [HistoryLine(at=facts.due_at, kind=HistoryKind.CHECKED, item=1, seen=Seen.GONE)]
    assert not json.loads(make_complaint(facts, seen, regimes["us-tida"], language="en").record)["was_there_when_due"]
    seen = [HistoryLine(at=facts.due_at - timedelta(seconds=1), kind=HistoryKind.CHECKED, seen=Seen.STILL_UP)]
    assert not json.loads(make_complaint(facts, seen, regimes["us-tida"], language="en").record)["was_there_when_due"]
    seen = [HistoryLine(at=facts.due_at, kind=HistoryKind.CHECKED, seen=Seen.STILL_UP)]
    assert json.loads(make_complaint(facts, seen, regimes["us-tida"], language="en").record)["was_there_when_due"]


def test_it_goes_to_the_regulator_unless_somebody_chose(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    bodies = (
        Redress(body=RedressBody.COURT, name="The court"),
        Redress(body=RedressBody.PLATFORM, name="Bird itself", within_days=180),
        Redress(body=RedressBody.REGULATOR, name="The commission"),
    )
    regime = replace(regimes["eu-dsa"], redress=bodies)
    assert make_complaint(facts, [], regime, language="en").letter.addressee == ("The commission",)
    chosen = make_complaint(facts, [], regime, language="en", redress=bodies[1])
    assert chosen.letter.addressee == ("Bird itself",)
    assert json.loads(chosen.record)["redress"] == {"body": "platform", "name": "Bird itself", "within_days": 180}
    assert make_complaint(facts, [], replace(regime, redress=()), language="en").letter.addressee == ()


def test_an_account_is_told_only_for_want_of_an_address(facts_with: Maker, regimes: dict[str, Regime]) -> None:
    facts = facts_with(items=(NoticeItem(handle="@salma_fake"), NoticeItem(handle="@x", object_id="77")))
    assert json.loads(make_complaint(facts, [], regimes["generic"], language="en").record)["items"] == [
        {"number": 1, "kind": "url", "handle": "@salma_fake"},
        {"number": 2, "kind": "url", "object_id": "77"},
    ]


def test_a_history_without_zones_or_end_is_refused(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    naive = HistoryLine(at=datetime(2026, 11, 24), kind=HistoryKind.DUE)  # noqa: DTZ001  # that is the mistake
    with pytest.raises(NoticeMalformed, match="zone"):
        make_complaint(facts, [naive], regimes["eu-dsa"], language="en")
    assert facts.due_at is not None
    line = HistoryLine(at=facts.due_at, kind=HistoryKind.DUE)
    with pytest.raises(NoticeMalformed, match="1000"):
        make_complaint(facts, [line] * 1_001, regimes["eu-dsa"], language="en")
    with pytest.raises(NoticeMalformed, match="5000"):
        make_complaint(facts, [replace(line, words="x" * 5_001)], regimes["eu-dsa"], language="en")
