"""The desk's form and the platform's ask of an answer what the rule asks, no more and no less."""

from itertools import product
from typing import Any

import pytest

from leeward.victim.removals.errors import DecisionRefused
from leeward.victim.removals.forms.answering import SaidForm
from leeward.victim.removals.forms.desk import AnswerForm
from leeward.victim.removals.forms.platform import ReasonsForm
from leeward.victim.removals.rules.decisions import (
    Answer,
    Ground,
    Outcome,
    Reasons,
    RefusalReason,
    check_answer,
    lacks_of,
)

GIVEN = list(product(("", "other"), ("", "It is a film."), ("", *Ground), ("", "Act 4")))


def filled(refusal: str, facts: str, ground: str, legal_ground: str) -> dict[str, Any]:
    return {"refusal": refusal, "facts": facts, "ground": ground, "legal_ground": legal_ground, "explanation": "So."}


def answer_of(outcome: Outcome, refusal: str, facts: str, ground: str, legal_ground: str) -> Answer:
    reasons = Reasons(
        facts=facts,
        ground=Ground(ground) if ground else None,
        legal_ground=legal_ground,
        explanation="So.",
        refusal=RefusalReason(refusal) if refusal else None,
    )
    return Answer(outcome=outcome, reasons=reasons)


def agrees(form: SaidForm, expected: Answer, *, asked: set[str]) -> None:
    """What the form refuses is what the rule refuses of the fields that it asks for; what it takes, the rule takes."""
    lacks = {name for name, _words in lacks_of(expected)} & asked
    assert set(form.errors) == lacks
    if not lacks:
        assert check_answer(form.as_answer()) == form.as_answer()


@pytest.mark.parametrize("outcome", Outcome)
def test_the_desk_is_asked_what_the_rule_asks(outcome: Outcome) -> None:
    for given in GIVEN:
        form = AnswerForm(filled(*given) | {"outcome": outcome.value, "came_on": ""})
        expected = answer_of(outcome, *given)
        agrees(form, expected, asked=set(form.fields))
        if form.is_valid():
            assert form.as_answer() == expected


@pytest.mark.parametrize("outcome", Outcome)
def test_a_platform_is_asked_what_the_rule_asks(outcome: Outcome) -> None:
    for given in GIVEN:
        form = ReasonsForm(filled(*given), outcome=outcome)
        agrees(form, answer_of(outcome, *given), asked=set(form.fields))


def test_a_field_that_is_wrong_is_told_once() -> None:
    form = AnswerForm(filled("", "x" * 5_001, "", "") | {"outcome": "geo_blocked"})
    assert [len(errors) for errors in form.errors.values()] == [1]
    silent = AnswerForm(filled("", "", "", "") | {"outcome": ""})
    assert set(silent.errors) == {"outcome"}


def test_the_rule_names_the_first_of_all_that_is_missing() -> None:
    answer = answer_of(Outcome.REFUSED, "", "", Ground.ILLEGAL, "")
    assert [name for name, _words in lacks_of(answer)] == ["refusal", "facts", "legal_ground"]
    with pytest.raises(DecisionRefused) as caught:
        check_answer(answer)
    assert caught.value.field == "refusal"
