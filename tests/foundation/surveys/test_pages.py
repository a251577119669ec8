"""The pages: answering without account, trace or script; officers plan, another permits; results for everybody."""

import csv
import hashlib
import io
import itertools
import json
import logging
import re
import warnings
from copy import deepcopy
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from csvw import CSVW
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.counters.models import Counter
from leeward.foundation.editing.errors import StepRefused
from leeward.foundation.surveys.models import Box, Printed, Proposal, Questionnaire, Wave
from leeward.foundation.surveys.operations.planning import draw_codes
from leeward.foundation.surveys.operations.proposals import propose_margins
from leeward.foundation.surveys.operations.urns import put_file, tell_due
from leeward.foundation.surveys.rules.questionnaire import read_questionnaire
from leeward.foundation.surveys.rules.waves import Way
from leeward.foundation.surveys.rules.xlsform import write_form
from leeward.foundation.surveys.views import public
from leeward.foundation.vault.operations import ServiceKeys, found_services, open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.foundation.vault.rules.work import is_done
from tests.foundation.accounts.people import at, come_in, employ
from tests.foundation.surveys.asked import (
    CLOSES,
    DATA,
    MARGINS,
    NOW,
    OPENS,
    OVER,
    PLAN,
    PLANNER,
    drafted,
    opened,
    publish,
    said,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def teller(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServiceKeys:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    at(monkeypatch, NOW)
    found_services(by=PLANNER, now=NOW)
    return open_service(Service.TELLER)


def published(teller: ServiceKeys, *, people: int = 400) -> Wave:
    """A wave of a file, printed and published."""
    opened("life-0", way=Way.FILE)
    random = np.random.default_rng(2)
    put_file(code="life-0", rows=[{"answers": said(random)} for _ in range(people)], by=PLANNER, now=NOW)
    tell_due(teller=teller, now=OVER)
    publish("life-0")
    return Wave.objects.get(code="life-0")


def so_far(response: Any) -> str:
    found = re.search(r'name="so_far" value="([^"]*)"', response.content.decode())
    assert found
    return found[1].replace("&#34;", '"').replace("&quot;", '"')


def say(client: Client, page: Any, *, do: str = "next", wave: str = "life-1", **more: Any) -> Any:
    return client.post(reverse("surveys:answer", args=[wave]), {"so_far": so_far(page), "do": do, **more})


def walked(client: Client, wave: str = "life-1") -> Any:
    """The page on which everything is sent, after each question was answered."""
    page = client.get(reverse("surveys:answer", args=[wave]))
    for said_ in ("old", "yes", ["friend", "police"], "3"):
        page = say(client, page, said=said_, wave=wave)
        assert page.status_code == HTTPStatus.OK, page.content.decode()
    return page


def test_a_person_answers_one_question_a_page_and_sends_once_and_leaves_no_trace(caplog: Any) -> None:
    opened(way=Way.OPEN)
    client = Client()
    assert "Life 2026" in client.get(reverse("surveys:home")).content.decode()
    counted = {table: table.objects.count() for table in (AuditEvent, Session)}
    with caplog.at_level(logging.DEBUG):
        caplog.clear()
        logging.getLogger("leeward").addHandler(caplog.handler)
        try:
            assert "no address and no time" in client.get(reverse("surveys:wave", args=["life-1"])).content.decode()
            page = walked(client)
            assert not Box.objects.exists()  # nothing is kept before the last press
            text = page.content.decode()
            assert "Friend, Police" in text
            assert "Did it happen to you?" in text
            sent = say(client, page, do="send")
            thanks = client.get(sent.headers["Location"])
            client.get(reverse("surveys:home"))
        finally:
            logging.getLogger("leeward").removeHandler(caplog.handler)
    assert (sent.status_code, thanks.status_code) == (HTTPStatus.SEE_OTHER, HTTPStatus.OK)
    assert Box.objects.count() == 1
    assert {table: table.objects.count() for table in counted} == counted
    (of_the_network,) = Counter.objects.all()  # how many came from there in these ten minutes, and nothing of which
    assert of_the_network.amount == 1
    assert of_the_network.ends_at - timezone.now() <= timedelta(minutes=10)
    assert set(client.cookies) <= {"leeward-form"}
    lines = [record.getMessage() for record in caplog.records if record.name == "leeward.requests"]
    # Of all of this the log has one line, that of the list of surveys: so it would have had the others.
    assert [line.split()[0] for line in lines] == ["surveys:home"]


def test_passing_over_going_back_and_mistakes() -> None:
    opened(way=Way.OPEN)
    client = Client()
    page = client.get(reverse("surveys:answer", args=["life-1"]))
    assert "rather not say" not in page.content.decode()  # the age group is asked of everybody
    wrong = say(client, page)
    assert wrong.status_code == HTTPStatus.BAD_REQUEST
    assert "Choose one answer" in wrong.content.decode()
    assert json.loads(so_far(say(client, page, do="pass"))) == {}
    page = say(client, page, said="old")
    page = say(client, page, do="pass")
    assert json.loads(so_far(page)) == {"age": "old", "ever": None}
    assert "How often?" in page.content.decode()  # whom they told is not asked then
    assert "from 0 to 9" in say(client, page, said="12").content.decode()
    assert json.loads(so_far(say(client, page, do="back"))) == {"age": "old"}


def test_whoever_is_under_age_sends_nothing_and_sees_whom_to_call() -> None:
    opened(way=Way.OPEN)
    client = Client()
    page = say(client, client.get(reverse("surveys:answer", args=["life-1"])), said="under")
    text = page.content.decode()
    assert "Nothing was sent" in text
    assert "so_far" not in text
    assert 'href="tel:' in text
    forged = {"so_far": json.dumps({"age": "under", "ever": "no", "times": 1}), "do": "send"}
    assert client.post(reverse("surveys:answer", args=["life-1"]), forged).status_code == HTTPStatus.BAD_REQUEST
    assert not Box.objects.exists()


@pytest.mark.parametrize(
    "carried",
    [
        "",
        "{",
        "[]",
        '{"age":"dragon"}',
        '{"ever":"yes"}',
        '{"age":"old","told":["friend"]}',
        '{"age":"old","name":"x"}',
        "[" * 15_000,
        '{"age":"\\ud800"}',
    ],
)
def test_a_page_that_was_tampered_with_is_refused_whole(carried: str) -> None:
    opened(way=Way.OPEN)
    answer = Client().post(reverse("surveys:answer", args=["life-1"]), {"so_far": carried, "do": "send"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "Nothing was kept" in answer.content.decode()
    assert not Box.objects.exists()


def test_one_network_sends_few_without_the_small_sum_and_more_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opened(way=Way.OPEN)
    monkeypatch.setattr(public, "FROM_ONE_NETWORK_WITHOUT_SUM", 2)
    monkeypatch.setattr(public, "FROM_ONE_NETWORK", 1)
    answers = {"so_far": json.dumps({"age": "old", "ever": None, "times": 1}), "do": "send"}
    address = reverse("surveys:answer", args=["life-1"])
    client = Client()
    for _ in range(2):
        assert client.post(address, answers).status_code == HTTPStatus.SEE_OTHER
    turned_away = client.post(address, answers)
    assert turned_away.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert int(turned_away["Retry-After"]) > 0
    assert "Nothing is lost" in turned_away.content.decode()
    assert json.loads(so_far(turned_away)) == {"age": "old", "ever": None, "times": 1}
    found = re.search(r'name="challenge" value="([^"]+)"', turned_away.content.decode())
    assert found
    proof = next(str(number) for number in itertools.count() if is_done(challenge=found[1], proof=str(number)))
    worked = answers | {"challenge": found[1], "proof": proof}
    assert client.post(address, worked).status_code == HTTPStatus.SEE_OTHER
    assert client.post(address, worked).status_code == HTTPStatus.TOO_MANY_REQUESTS  # a sum counts once
    assert Box.objects.count() == 3


def test_a_code_is_asked_for_and_looked_up_nowhere() -> None:
    opened()
    [code] = draw_codes(code="life-1", number=1, by=PLANNER, now=NOW)
    client = Client()
    # Of one code's boxes the last counts, so the moment is sealed with the answers, and the page says so.
    assert (
        "The time is locked with your answers" in client.get(reverse("surveys:wave", args=["life-1"])).content.decode()
    )
    page = walked(client)
    assert say(client, page, do="send", code="ABCD").status_code == HTTPStatus.BAD_REQUEST
    assert not Box.objects.exists()
    assert say(client, page, do="send", code=code).status_code == HTTPStatus.SEE_OTHER
    # A second time goes in as well: nobody can find out by a code whether its letter was answered.
    assert say(client, page, do="send", code=code).status_code == HTTPStatus.SEE_OTHER
    assert Box.objects.count() == 2


def test_a_wave_that_is_no_draft_is_not_there_for_everybody_and_files_come_once_it_is_published() -> None:
    drafted("life-2")
    opened("life-1", way=Way.OPEN)
    client = Client()
    for name in ("wave", "answer", "report", "tidy", "codebook"):
        assert client.get(reverse(f"surveys:{name}", args=["life-2"])).status_code == HTTPStatus.NOT_FOUND
    assert client.get(reverse("surveys:tidy", args=["life-1"])).status_code == HTTPStatus.NOT_FOUND
    assert client.get(reverse("surveys:codebook", args=["life-1"])).status_code == HTTPStatus.OK


def test_results_are_shown_with_intervals_method_and_files(
    teller: ServiceKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(teller)
    at(monkeypatch, OVER)
    client = Client()
    text = client.get(reverse("surveys:wave", args=["life-0"])).content.decode()
    cell = Printed.objects.get(table="ever_by_age", groups={}, answer="yes")
    assert f"{cell.percent:g}\u00a0% ({cell.low:g}–{cell.high:g})" in text
    assert "Adults in Fairhaven" in text
    assert "Ethics board" in text
    assert "Drawn by chance" in text
    for words in ("How old are you? × Did it happen to you?", "50\u00a0%", "Census 2025"):
        assert words in text
    answer = client.get(reverse("surveys:report", args=["life-0"]))
    assert hashlib.sha256(answer.content).hexdigest() in text  # as it stands in the public log
    report = client.get(reverse("surveys:report", args=["life-0"])).json()
    [tidy] = [
        row for row in report["cells"] if row["table"] == "ever_by_age" and not row["groups"] and row["answer"] == "yes"
    ]
    assert (tidy["value"], tidy["low"], tidy["high"]) == (cell.percent, cell.low, cell.high)
    rows = list(csv.DictReader(io.StringIO(client.get(reverse("surveys:tidy", args=["life-0"])).content.decode())))
    assert len(rows) == len(report["cells"])
    metadata = client.get(reverse("surveys:tidy-metadata", args=["life-0"])).json()
    assert metadata["url"].endswith("/surveys/life-0.csv")
    (tmp_path / "life-0.csv").write_bytes(client.get(reverse("surveys:tidy", args=["life-0"])).content)
    (tmp_path / "csvw.json").write_text(json.dumps(metadata | {"url": "life-0.csv"}), encoding="utf-8")
    read = CSVW(str(tmp_path / "csvw.json"), validate=True)
    assert read.is_valid
    table = next(iter(read.tables))
    assert [column.name for column in table.tableSchema.columns] == [*rows[0]]
    assert next(row for row in table if row["table"] == "ever_by_age" and not row["groups"])["base"] == cell.base
    bad = (
        (tmp_path / "life-0.csv")
        .read_text(encoding="utf-8")
        .replace("ever_by_age,ever,,yes,", "ever_by_age,ever,,yes,x", 1)
    )
    (tmp_path / "life-0.csv").write_text(bad, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # it collects its own, which say what is wrong
        assert not CSVW(str(tmp_path / "csvw.json"), validate=True).is_valid
    out = io.StringIO()
    call_command("survey_report", "life-0", json=True, stdout=out)
    assert json.loads(out.getvalue()) == report
    with pytest.raises(CommandError, match="no wave"):
        call_command("survey_report", "nothing")
    opened("life-1", way=Way.OPEN)
    with pytest.raises(CommandError, match="Nothing is printed"):
        call_command("survey_report", "life-1")


def test_an_officer_plans_another_permits_a_file_comes_in_and_the_results_are_published(
    teller: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lena", "ines"):
        employ(name, Role.POLICY_OFFICER, now=NOW)
    lena, ines = come_in("lena"), come_in("ines")
    locked = SimpleUploadedFile("life.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600))
    answer = lena.post(reverse("surveys:staff-new-questionnaire"), {"code": "life", "file": locked})
    assert "locked by a password" in answer.content.decode()
    form = SimpleUploadedFile("life.xlsx", write_form(read_questionnaire(DATA)))
    kept = lena.post(reverse("surveys:staff-new-questionnaire"), {"code": "life", "file": form})
    assert kept.status_code == HTTPStatus.SEE_OTHER, kept.content.decode()
    assert "How old are you?" in lena.get(kept.headers["Location"]).content.decode()
    typed = {
        "code": "life-3",
        "title_en": "Life in May",
        "title_ar": "الحياة",
        "questionnaire": str(Questionnaire.objects.get().pk),
        "population": "Adults in Fairhaven, from the register",
        "way": "file",
        "drawn": "random",
        "opens_at": "2026-05-04 10:00",
        "closes_at": "2026-05-11 10:00",
    }
    saved = lena.post(reverse("surveys:staff-new"), typed)
    assert saved.status_code == HTTPStatus.SEE_OTHER, saved.content.decode()
    page = reverse("surveys:staff-wave", args=["life-3"])
    assert "No table is planned yet." in lena.get(page).content.decode()

    def plan(name: str, sent: dict[str, str], *more: str) -> Any:
        return lena.post(reverse(f"surveys:staff-{name}", args=["life-3", *more]), sent)

    for sent in ({"question": "ever", "by": "age"}, {"question": "told"}):
        assert plan("table", sent).status_code == HTTPStatus.SEE_OTHER
    assert "Choose one from the list" in plan("table", {"question": "times"}).content.decode()  # it has no groups yet
    for sent in ({"question": "ever", "by": "age"}, {"question": "age", "by": "age"}):
        assert "stands in the plan already" in plan("table", sent).content.decode()
    plan("coding", {"yes": "", "no": "_R", "_P": "_R"}, "ever")
    plan("coding", {"young": "", "old": "1", "_P": "1"}, "age")
    assert "Enter the lowest number" in plan("coding", {"groups": "none"}, "times").content.decode()
    plan("coding", {"groups": "0, 1, 5"}, "times")
    plan("table", {"question": "times"})
    share = {"young": "50", "old": "49", "source": "Census 2025", "on": "2025-12-31"}
    assert "must add up to 100 per cent" in plan("margin", share, "age").content.decode()
    assert "Fill this in" in plan("margin", share | {"old": "50", "source": ""}, "age").content.decode()
    assert plan("margin", share | {"old": "50"}, "age").status_code == HTTPStatus.SEE_OTHER
    assert Wave.objects.get().plan == {
        "tables": [
            {"name": "ever_by_age", "question": "ever", "by": ["age"]},
            {"name": "told", "question": "told", "by": []},
            {"name": "times", "question": "times", "by": []},
        ],
        "codings": {
            "ever": {"yes": ["yes"]},
            "age": {"young": ["young"], "old": ["old", "_P"]},
            "times": {"0": ["0"], "1": ["1"], "5": ["5"]},
        },
        "margins": {"age": {"shares": {"young": 50, "old": 50}, "source": "Census 2025", "on": "2025-12-31"}},
    }
    for name, asked in (("ever", 'value="_R" selected'), ("age", 'value="1" selected')):
        assert lena.get(reverse("surveys:staff-coding", args=["life-3", name])).content.decode().count(asked) == 2
    assert "0, 1, 5" in lena.get(reverse("surveys:staff-coding", args=["life-3", "times"])).content.decode()
    assert 'value="50"' in lena.get(reverse("surveys:staff-margin", args=["life-3", "age"])).content.decode()
    assert lena.get(reverse("surveys:staff-margin", args=["life-3", "ever"])).status_code == HTTPStatus.NOT_FOUND
    in_words = ("How old are you? × Did it happen to you?", "Old / Would rather not say", "0 · 1 to 4 · 5 or more")
    for words in (*in_words, "50\u00a0%", "Census 2025"):
        assert words in lena.get(page).content.decode()
    planned = plan("planner", {"people": "200", "deff": "1.5", "ever.yes": "2"})
    assert "numbers will not be shown" in planned.content.decode()
    assert "Hidden" in planned.content.decode()
    assert "Nothing of these tables will be shown." in planned.content.decode()
    assert plan("table-drop", {"table": "times"}).status_code == HTTPStatus.SEE_OTHER
    permit = {"body": "Ethics board", "reference": "1", "until": "2026-12-01", "looked": "on"}
    shown = ines.get(reverse("surveys:staff-permit", args=["life-3"])).content.decode()
    assert all(words in shown for words in ("How old are you? × Did it happen to you?", "Census 2025"))
    plan("coding", {"groups": ""}, "times")
    stale = permit | {"seen": re.findall(r'name="seen" value="(\w+)"', shown)[0]}
    changed = ines.post(reverse("surveys:staff-permit", args=["life-3"]), stale)
    assert "Somebody has changed this meanwhile" in changed.content.decode()
    permit["seen"] = Wave.objects.get().plan_sha256
    own = lena.post(reverse("surveys:staff-permit", args=["life-3"]), permit)
    assert "Somebody else must permit it" in own.content.decode()
    assert "Life in May" in ines.get(reverse("work:home")).content.decode()
    assert "Life in May" not in lena.get(reverse("work:home")).content.decode()
    allowed = ines.post(reverse("surveys:staff-permit", args=["life-3"]), permit)
    assert allowed.status_code == HTTPStatus.SEE_OTHER, allowed.content.decode()
    head = "age,ever,told/friend,told/police,times\n"
    wrong = SimpleUploadedFile("a.csv", (head + "old,perhaps,,,1\n").encode())
    answer = lena.post(reverse("surveys:staff-file", args=["life-3"]), {"file": wrong})
    assert "perhaps" in answer.content.decode()
    assert not Box.objects.exists()
    lines = "".join(f"{'old' if n % 3 else 'young'},{'yes,1,0' if n % 4 == 0 else 'no,,'},2\n" for n in range(1000))
    file = SimpleUploadedFile("a.csv", (head + lines).encode())
    taken = lena.post(reverse("surveys:staff-file", args=["life-3"]), {"file": file})
    assert taken.status_code == HTTPStatus.SEE_OTHER, taken.content.decode()
    assert "1000" in lena.get(page).content.decode()
    late = NOW + timedelta(days=8)
    tell_due(teller=teller, now=late)
    at(monkeypatch, late)
    ines = come_in("ines")
    assert "What is printed" in ines.get(page).content.decode()
    assert ines.post(reverse("surveys:staff-publish", args=["life-3"])).status_code == HTTPStatus.SEE_OTHER
    assert "You proposed it" in ines.get(page).content.decode()
    assert Client().get(reverse("surveys:tidy", args=["life-3"])).status_code == HTTPStatus.NOT_FOUND
    sign = reverse("surveys:staff-sign", args=["life-3"])
    sha256 = Proposal.objects.get().sha256
    own = ines.post(sign, {"looked": "on", "sha256": sha256})
    assert "Ask a colleague" in own.content.decode()
    lena = come_in("lena")
    assert "Life in May" in lena.get(reverse("work:home")).content.decode()
    assert all(words in lena.get(sign).content.decode() for words in ("25\u00a0% (", sha256))
    unseen = lena.post(sign, {"looked": "on", "sha256": "0" * 64})
    assert "is not the one that you looked at" in unseen.content.decode()
    assert lena.post(sign, {"looked": "on", "sha256": sha256}).status_code == HTTPStatus.SEE_OTHER
    assert "25\u00a0% (" in Client().get(reverse("surveys:wave", args=["life-3"])).content.decode()


def test_where_few_people_share_two_margins_pages_say_why_there_is_no_design_effect(
    teller: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5 of the young are from the hills."""
    data = deepcopy(DATA)
    region = {
        "name": "region",
        "kind": "one",
        "part": "margin",
        "label": {"en": "Where do you live?", "ar": "أين تسكن؟"},
    }
    names = {"hills": "التلال", "coast": "الساحل"}
    data["questions"].insert(
        1, region | {"answers": [{"code": code, "label": {"en": code, "ar": name}} for code, name in names.items()]}
    )
    monkeypatch.setattr("tests.foundation.surveys.asked.DATA", data)
    margins = MARGINS | {"region": MARGINS["age"] | {"shares": {"hills": 30, "coast": 70}}}
    opened("life-0", way=Way.FILE, plan=PLAN | {"margins": margins})
    random = np.random.default_rng(2)
    rows = [said(random) | {"age": "young" if n < 195 else "old", "region": "coast"} for n in range(400)]
    rows = [row | ({"region": "hills"} if 190 <= n < 290 else {}) for n, row in enumerate(rows)]
    put_file(code="life-0", rows=[{"answers": row} for row in rows], by=PLANNER, now=NOW)
    tell_due(teller=teller, now=OVER)
    assert Wave.objects.get().printed_at
    assert Wave.objects.get().deff is None
    at(monkeypatch, OVER)
    employ("lena", Role.POLICY_OFFICER, now=NOW)
    lena, words = come_in("lena"), "few people share their answers to two margins"

    def shown(client: Client, page: str) -> str:
        return client.get(reverse(f"surveys:{page}", args=["life-0"])).content.decode()

    assert words in shown(lena, "staff-wave")
    # What the teller has printed is nobody's but staff's until two of them publish it.
    assert "Design effect" not in shown(Client(), "wave")
    publish("life-0")
    assert words in shown(Client(), "wave")


def test_codes_come_once_as_a_file_and_the_number_of_answers_is_told_in_tens() -> None:
    wave = opened()
    employ("lena", Role.POLICY_OFFICER, now=NOW)
    lena = come_in("lena")
    drawn = lena.post(reverse("surveys:staff-codes", args=["life-1"]), {"number": 25})
    codes = drawn.content.decode().split()[1:]
    assert len(set(codes)) == 25
    assert wave.invitations.count() == 25
    assert "text/csv" in drawn.headers["Content-Type"]
    Box.objects.bulk_create(Box(wave=wave) for _ in range(19))
    text = lena.get(reverse("surveys:staff-wave", args=["life-1"])).content.decode()
    assert "10 (rounded down to tens)" in text
    given_up = lena.post(reverse("surveys:staff-abandon", args=["life-1"]), {"why": "Letters went astray."})
    assert given_up.status_code == HTTPStatus.SEE_OTHER
    assert not Box.objects.exists()
    assert "Letters went astray." in Client().get(reverse("surveys:wave", args=["life-1"])).content.decode()


def test_margins_that_were_changed_after_the_urn_was_opened_are_shown_to_everybody(
    teller: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = opened("life-0", way=Way.FILE)
    rows = [{"answers": said(np.random.default_rng(number)) | {"age": "old"}} for number in range(200)]
    put_file(code="life-0", rows=rows, by=PLANNER, now=NOW)
    tell_due(teller=teller, now=OVER)
    at(monkeypatch, OVER)
    for name in ("lena", "ines"):
        employ(name, Role.POLICY_OFFICER, now=NOW)
    lena, ines = come_in("lena"), come_in("ines")
    page = lena.get(reverse("surveys:staff-wave", args=["life-0"])).content.decode()
    assert "Join it with another one of its margin: How old are you? Young" in page
    form = reverse("surveys:staff-margins", args=["life-0"])
    assert "Count together: How old are you?" in lena.get(form).content.decode()
    why = "Nobody under thirty answered."
    assert lena.post(form, {"out_age": "on", "why": why}).status_code == HTTPStatus.SEE_OTHER
    thrown = ines.post(reverse("surveys:staff-discard", args=["life-0"]), {"why": "Join them instead."})
    assert thrown.status_code == HTTPStatus.SEE_OTHER
    assert lena.post(form, {"join_age": ["young", "old"], "why": why}).status_code == HTTPStatus.SEE_OTHER
    sign = reverse("surveys:staff-sign", args=["life-0"])
    look = ines.get(sign).content.decode()
    assert all(words in look for words in ("Young / Old", "100\u00a0%", why))
    sha256 = wave.proposals.get(Proposal.WAITS).sha256
    assert ines.post(sign, {"looked": "on", "sha256": sha256}).status_code == HTTPStatus.SEE_OTHER
    public = Client().get(reverse("surveys:wave", args=["life-0"])).content.decode()
    assert "Margins changed after the urn was opened, because:" in public
    assert all(words in public for words in (why, sha256, "Young / Old", "Census 2025"))
    tell_due(teller=teller, now=OVER)
    publish("life-0")
    [change] = Client().get(reverse("surveys:report", args=["life-0"])).json()["margins_changed"]
    assert (change["why"], change["sha256"], change["margins"]["age"]["shares"]) == (why, sha256, {"young+old": 100})
    with pytest.raises(StepRefused):
        propose_margins(code="life-0", left_out=["age"], joined={}, why=why, by=PLANNER, now=OVER)


def test_two_waves_are_compared_where_the_intervals_of_statsmodels_lie_apart(
    teller: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What both waves publish says as much as the page: rose, fell, or no change that the numbers can show."""
    from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]  # it takes a second to read

    at(monkeypatch, OVER)
    plan = {
        "tables": [{"name": "ever", "question": "ever", "by": ["age"]}, {"name": "times", "question": "times"}],
        "codings": {"ever": {"yes": ["yes"]}, "times": {"0": ["0"], "1": ["1"]}},
    }
    waves = {"life-0": {"old": 300, "young": 100, "times": 500}, "life-1": {"old": 420, "young": 50, "times": 510}}
    for number, (code, yes) in enumerate(waves.items()):
        later = timedelta(days=40 * number)
        opened(code, way=Way.FILE, plan=plan, opens_at=OPENS + later, closes_at=CLOSES + later)
        rows: list[dict[str, Any]] = [
            {"age": age, "ever": "yes" if place < yes[age] else "no", "times": int(place < yes["times"])}
            for age in ("old", "young")
            for place in range(1_000)
        ]
        answers = [{"answers": row | ({"told": []} if row["ever"] == "yes" else {})} for row in rows]
        put_file(code=code, rows=answers, by=PLANNER, now=NOW + later)
        tell_due(teller=teller, now=OVER + later)
        publish(code, now=OVER + later)
    text = Client().get(reverse("surveys:wave", args=["life-1"])).content.decode()
    rows_shown = [
        [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", text, re.DOTALL)
    ]
    assert "Since the wave before" in rows_shown[0]
    seen = {(row[0], row[1]): row[4] for row in rows_shown if len(row) == 5}

    def expected(name: str, people: int) -> str:
        before, after = (yes[name] * people // 1_000 for yes in waves.values())
        (low, high), (low_now, high_now) = (proportion_confint(n, people, method="wilson") for n in (before, after))
        return "rose" if low_now > high else "fell" if high_now < low else "no change that these numbers can show"

    for cell, name, people in (
        (("Old", "Yes"), "old", 1_000),
        (("Young", "Yes"), "young", 1_000),
        (("Everybody", "1 or more"), "times", 2_000),
    ):
        assert seen[cell] == expected(name, people)
    assert len({seen[cell] for cell in (("Old", "Yes"), ("Young", "Yes"), ("Everybody", "1 or more"))}) == 3
    # What is compared is published: whoever has both files can say the same, and learns nothing else.
    files = [Client().get(reverse("surveys:report", args=[code])).json()["cells"] for code in waves]
    for table in files:
        assert all(cell["value"] is not None for cell in table)
