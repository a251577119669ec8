"""The made-up nation's surveys: two of 1,000 made-up answers from plan to intervals, to compare, and one open now."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from leeward.foundation.accounts.models import User
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.surveys.models import Proposal, Wave
from leeward.foundation.surveys.operations.planning import draft_wave, keep_questionnaire, permit_wave
from leeward.foundation.surveys.operations.proposals import propose_results, sign_proposal
from leeward.foundation.surveys.operations.urns import put_answer, put_file, tell_due
from leeward.foundation.surveys.rules.printing import Drawn
from leeward.foundation.surveys.rules.waves import Permit, WaveDraft, Way
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service

PEOPLE, ANSWERED_NOW = 1_000, 46
OPEN_DAYS = 30


def found_surveys(*, now: datetime) -> None:
    """Ask a thousand made-up people twice, a year apart, and leave a survey open for everybody. Safe to repeat."""
    if Wave.objects.exists():
        return
    planner, permitter = (
        Actor(kind=ActorKind.STAFF, id=str(User.objects.get(username=name).reference)) for name in ("ines", "petra")
    )
    questionnaire = keep_questionnaire(code="life-online", data=QUESTIONNAIRE, by=planner, now=now)
    random = np.random.default_rng(26)
    for wave, (english, arabic), begins, drawn, way in (
        ("life-online-1", TITLES[0], now - timedelta(days=425), Drawn.RANDOM, Way.FILE),
        ("life-online-2", TITLES[1], now - timedelta(days=60), Drawn.RANDOM, Way.FILE),
        ("life-online-open", TITLES[2], now - timedelta(days=3), Drawn.OPEN, Way.OPEN),
        ("life-online-3", TITLES[3], now + timedelta(days=40), Drawn.RANDOM, Way.CODES),
    ):
        over = begins + timedelta(days=OPEN_DAYS)
        draft = WaveDraft(
            code=wave,
            title={"en": f"{english} (made up)", "ar": f"{arabic} (مُختلَق)"},
            questionnaire=questionnaire.pk,
            population=POPULATIONS[way],
            drawn=drawn,
            way=way,
            opens_at=begins,
            closes_at=over,
            plan=PLAN | ({"margins": {}} if drawn is Drawn.OPEN else {}),
        )
        draft_wave(new=draft, by=planner, now=begins - timedelta(days=1))
        if way is Way.CODES:  # waits for somebody to permit it
            continue
        until = (begins + timedelta(days=365)).date()
        permit = Permit(body="Fairhaven Research Ethics Board (made up)", reference="FREB 2026/17", until=until)
        permit_wave(code=wave, permit=permit, by=permitter, now=begins - timedelta(hours=1))
        if way is Way.FILE:
            rows = [{"answers": made_up_answers(random, earlier=wave == "life-online-1")} for _ in range(PEOPLE)]
            put_file(code=wave, rows=rows, by=planner, now=begins + timedelta(days=9))
            tell_due(teller=open_service(Service.TELLER), now=over)
            propose_results(code=wave, by=planner, now=over + timedelta(days=1))
            sha256 = Proposal.objects.get(Proposal.WAITS, wave__code=wave).sha256
            sign_proposal(code=wave, sha256=sha256, by=permitter, now=over + timedelta(days=2))
    is_open = Wave.objects.select_related("questionnaire").get(code="life-online-open")
    for _ in range(ANSWERED_NOW):
        put_answer(wave=is_open, sent=made_up_answers(random), code="", now=now)


def made_up_answers(random: np.random.Generator, *, earlier: bool = False) -> dict[str, Any]:
    """What one made-up person says: the young answer less often, and it happened to them more often.

    A year earlier it had happened to more people, and fewer knew where to find help.
    """
    age = str(random.choice(["a18", "a30", "a45", "a60"], p=[0.16, 0.24, 0.28, 0.32]))
    said: dict[str, Any] = {
        "age": age,
        "region": str(random.choice(["harbour", "valley", "hills"], p=[0.5, 0.3, 0.2])),
    }
    likely = {"a18": 0.34, "a30": 0.24, "a45": 0.14, "a60": 0.06}[age] * (1.6 if earlier else 1)
    happened = random.random() < likely
    said["threatened"] = "yes" if happened and random.random() < (0.4 if earlier else 0.6) else "no"
    said["shared"] = "yes" if happened else None if random.random() < 0.02 else "no"
    if said["shared"] == "yes":
        said["told"] = [
            code for code, share in (("friend", 0.6), ("helpline", 0.3), ("police", 0.2)) if random.random() < share
        ]
    said["knows_help"] = "yes" if random.random() < (0.3 if earlier else 0.42) else "no"
    return said


def _texts(english: str, arabic: str) -> dict[str, str]:
    return {"en": english, "ar": arabic}


def _answer(code: str, english: str, arabic: str, **more: bool) -> dict[str, Any]:
    return {"code": code, "label": _texts(english, arabic), **more}


def _yes_or_no(name: str, english: str, arabic: str) -> dict[str, Any]:
    answers = [_answer("yes", "Yes", "نعم"), _answer("no", "No", "لا")]
    return {"name": name, "kind": "one", "label": _texts(english, arabic), "answers": answers}


QUESTIONNAIRE = {
    "title": _texts("Life online", "الحياة على الإنترنت"),
    "questions": [
        {
            "name": "age",
            "kind": "one",
            "part": "margin",
            "label": _texts("How old are you?", "كم عمرك؟"),
            "answers": [
                _answer("minor", "Under 18", "أقل من 18", minor=True),
                _answer("a18", "18 to 29", "من 18 إلى 29"),
                _answer("a30", "30 to 44", "من 30 إلى 44"),
                _answer("a45", "45 to 59", "من 45 إلى 59"),
                _answer("a60", "60 or older", "60 أو أكثر"),
            ],
        },
        {
            "name": "region",
            "kind": "one",
            "part": "group",
            "label": _texts("Where do you live?", "أين تعيش؟"),
            "answers": [
                _answer("harbour", "Harbour", "الميناء"),
                _answer("valley", "Valley", "الوادي"),
                _answer("hills", "Hills", "التلال"),
            ],
        },
        _yes_or_no(
            "threatened",
            "Has anybody ever threatened to show an intimate picture of you?",
            "هل هددك أحد يوماً بعرض صورة حميمة لك؟",
        ),
        _yes_or_no(
            "shared",
            "Has anybody ever shown one without your consent?",
            "هل عرض أحد يوماً صورة كهذه دون موافقتك؟",
        ),
        {
            "name": "told",
            "kind": "many",
            "label": _texts("Whom did you tell?", "من أخبرت؟"),
            "asked_if": {"question": "shared", "is": ["yes"]},
            "answers": [
                _answer("friend", "A friend or family", "صديق أو من العائلة"),
                _answer("helpline", "A helpline", "خط مساعدة"),
                _answer("police", "The police", "الشرطة"),
            ],
        },
        _yes_or_no(
            "knows_help",
            "Do you know where to find help if this happens?",
            "هل تعرف أين تجد المساعدة إذا حدث هذا؟",
        ),
    ],
}
PLAN = {
    "tables": [
        {"name": "threatened", "question": "threatened", "by": ["age"]},
        {"name": "shared", "question": "shared", "by": ["age"]},
        {"name": "told", "question": "told", "by": []},
        {"name": "knows_help", "question": "knows_help", "by": ["region"]},
    ],
    "codings": {"threatened": {"yes": ["yes"]}, "shared": {"yes": ["yes"]}, "knows_help": {"yes": ["yes"]}}
    | {"region": {"harbour": ["harbour"], "valley": ["valley"], "hills": ["hills", "_P"]}},
    "margins": {
        "age": {
            "shares": {"a18": 24.0, "a30": 28.0, "a45": 26.0, "a60": 22.0},
            "source": "Register of residents, Fairhaven Statistics (made up)",
            "on": "2025-12-31",
        }
    },
}
POPULATIONS = {
    Way.FILE: "Adults in Fairhaven (made up). Drawn by chance from the register, asked by a fieldwork firm.",
    Way.OPEN: "Whoever comes to this site and wants to answer (made up).",
    Way.CODES: "Adults in Fairhaven (made up). Drawn by chance from the register, asked by letter.",
}
TITLES = (
    ("Life online, first wave", "الحياة على الإنترنت، الجولة الأولى"),
    ("Life online, second wave", "الحياة على الإنترنت، الجولة الثانية"),
    ("Life online: have your say", "الحياة على الإنترنت: قل رأيك"),
    ("Life online, third wave", "الحياة على الإنترنت، الجولة الثالثة"),
)
