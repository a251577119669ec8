"""A made-up questionnaire and waves of it, for the tests of the room."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.surveys.models import Proposal, Wave
from leeward.foundation.surveys.operations.planning import draft_wave, keep_questionnaire, permit_wave
from leeward.foundation.surveys.operations.proposals import propose_results, sign_proposal
from leeward.foundation.surveys.rules.printing import Drawn
from leeward.foundation.surveys.rules.waves import Permit, WaveDraft, Way

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
OPENS, CLOSES = NOW - timedelta(days=1), NOW + timedelta(days=7)
OVER = CLOSES + timedelta(minutes=1)
PLANNER, PERMITTER = (Actor(kind=ActorKind.STAFF, id=name) for name in ("planner", "permitter"))


def _answer(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": {"en": code.title(), "ar": f"ج {code}"}, **more}


def _short(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": {"en": code.title()}, **more}


def _question(name: str, kind: str, *codes: str, **more: Any) -> dict[str, Any]:
    answers = {"answers": [_short(code) for code in codes]} if codes else {}
    return {"name": name, "kind": kind, "label": {"en": f"{name.title()}?"}, **answers, **more}


LONGER = {
    "title": {"en": "Life in Fairhaven"},
    "questions": [
        _question("age", "one", part="margin")
        | {"answers": [_short("under", minor=True), _short("young"), _short("middle"), _short("old")]},
        _question("region", "one", "north", "south", "east", "west", part="group"),
        _question("ever", "one", "yes", "no"),
        _question("year", "one", "yes", "no", asked_if={"question": "ever", "is": ["yes"]}),
        _question("told", "many", "friend", "police", "nobody", asked_if={"question": "ever", "is": ["yes"]}),
        _question("times", "number", least=0, most=50),
        _question(
            "wish",
            "one",
            "more",
            "less",
            asked_if={"any": [{"question": "ever", "is": ["no"]}, {"question": "told", "is": ["police"]}]},
        ),
    ],
}
DATA = {
    "title": {"en": "Life in Fairhaven", "ar": "الحياة"},
    "questions": [
        {
            "name": "age",
            "kind": "one",
            "part": "margin",
            "label": {"en": "How old are you?", "ar": "كم عمرك؟"},
            "answers": [_answer("under", minor=True), _answer("young"), _answer("old")],
        },
        {
            "name": "ever",
            "kind": "one",
            "label": {"en": "Did it happen to you?", "ar": "هل حدث لك؟"},
            "hint": {"en": "At any time.", "ar": "في أي وقت."},
            "answers": [_answer("yes"), _answer("no")],
        },
        {
            "name": "told",
            "kind": "many",
            "label": {"en": "Whom did you tell?", "ar": "من أخبرت؟"},
            "answers": [_answer("friend"), _answer("police")],
            "asked_if": {"question": "ever", "is": ["yes"]},
        },
        {"name": "times", "kind": "number", "label": {"en": "How often?", "ar": "كم مرة؟"}, "least": 0, "most": 9},
    ],
}
MARGINS = {"age": {"shares": {"young": 50.0, "old": 50.0}, "source": "Census 2025", "on": "2025-12-31"}}
PLAN: dict[str, Any] = {
    "tables": [
        {"name": "ever_by_age", "question": "ever", "by": ["age"]},
        {"name": "told", "question": "told", "by": []},
    ],
    "codings": {"ever": {"yes": ["yes"]}, "age": {"young": ["young"], "old": ["old", "_P"]}},
    "margins": MARGINS,
}


def drafted(code: str = "life-1", *, way: Way = Way.CODES, **more: Any) -> Wave:
    """A wave that is drafted."""
    row = keep_questionnaire(code="life", data=DATA, by=PLANNER, now=NOW)
    new = WaveDraft(
        code=code,
        title={"en": "Life 2026", "ar": "الحياة ٢٠٢٦"},
        questionnaire=row.pk,
        population="Adults in Fairhaven",
        drawn=more.pop("drawn", Drawn.OPEN if way is Way.OPEN else Drawn.RANDOM),
        way=way,
        **{"opens_at": OPENS, "closes_at": CLOSES, "plan": PLAN, **more},
    )
    return draft_wave(new=new, by=PLANNER, now=NOW)


def opened(code: str = "life-1", *, way: Way = Way.CODES, **more: Any) -> Wave:
    """A wave that a second person has permitted, and that is open."""
    drafted(code, way=way, **more)
    permit_wave(code=code, permit=PERMIT, by=PERMITTER, now=NOW)
    return Wave.objects.select_related("questionnaire").get(code=code)


def publish(code: str, *, now: datetime = OVER) -> None:
    """Two officers publish what was printed of a wave."""
    propose_results(code=code, by=PLANNER, now=now)
    sha256 = Proposal.objects.get(Proposal.WAITS, wave__code=code).sha256
    sign_proposal(code=code, sha256=sha256, by=PERMITTER, now=now)


PERMIT = Permit(body="Ethics board", reference="2026/17", until=(CLOSES + timedelta(days=90)).date())


def said(random: np.random.Generator) -> dict[str, Any]:
    """One person's answers."""
    answers: dict[str, Any] = {"age": "young" if random.random() < 0.7 else "old"}
    answers["ever"] = "yes" if random.random() < (0.4 if answers["age"] == "young" else 0.2) else "no"
    if answers["ever"] == "yes":
        answers["told"] = [code for code in ("friend", "police") if random.random() < 0.5]
    return answers | {"times": int(random.integers(0, 10))}
