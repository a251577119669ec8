"""The urn: nobody reads an answer while a wave runs, the teller opens all at once, a kill loses and doubles nothing."""

import base64
import json
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import FieldRefused, StepRefused
from leeward.foundation.editions.errors import SameHands
from leeward.foundation.notary.models import Leaf
from leeward.foundation.notary.rules.leaves import digest_of
from leeward.foundation.surveys.errors import AnswersRefused, FileRefused, SurveyMistake
from leeward.foundation.surveys.models import Box, Invitation, Printed, Proposal, Questionnaire, Wave, WaveFile
from leeward.foundation.surveys.operations import urns
from leeward.foundation.surveys.operations.planning import (
    abandon_wave,
    change_plan,
    code_digest,
    draft_wave,
    draw_codes,
    keep_questionnaire,
    permit_wave,
)
from leeward.foundation.surveys.operations.proposals import (
    discard_proposal,
    propose_erratum,
    propose_margins,
    propose_results,
    sign_proposal,
)
from leeward.foundation.surveys.operations.urns import (
    BOX_BYTES,
    box_place,
    file_place,
    put_answer,
    put_file,
    tell_due,
)
from leeward.foundation.surveys.queries import state_of
from leeward.foundation.surveys.rules.files import read_file
from leeward.foundation.surveys.rules.printing import Drawn
from leeward.foundation.surveys.rules.questionnaire import read_questionnaire
from leeward.foundation.surveys.rules.waves import WaveDraft, WaveState, Way, draw_code, read_code, write_code
from leeward.foundation.surveys.telling import write_report
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import (
    ServiceKeys,
    found_services,
    open_sealed,
    open_service,
    seal_to,
    service_grantee,
)
from leeward.foundation.vault.rules.grants import Service
from tests.foundation.surveys.asked import (
    CLOSES,
    DATA,
    MARGINS,
    NOW,
    OVER,
    PERMIT,
    PERMITTER,
    PLAN,
    PLANNER,
    drafted,
    opened,
    said,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def teller(settings: Any, tmp_path: Path) -> ServiceKeys:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    found_services(by=PLANNER, now=NOW)
    return open_service(Service.TELLER)


def answered(wave: Wave, people: int, *, seed: int = 1, codes: list[str] | None = None) -> list[dict[str, Any]]:
    """So many people answer; returns what they said."""
    random = np.random.default_rng(seed)
    everybody = [said(random) for _ in range(people)]
    for number, each in enumerate(everybody):
        put_answer(wave=wave, sent=each, code=codes[number] if codes else "", now=NOW)
    return everybody


def emptied_rows(wave: Wave, teller: ServiceKeys) -> list[Any]:
    text = open_sealed(teller, WaveFile.objects.get(wave=wave).sealed, place=file_place(wave))
    return [row["answers"] for row in json.loads(zlib.decompress(base64.b64decode(text)))]


def as_kept(answers: dict[str, Any]) -> str:
    return json.dumps(answers, sort_keys=True)


@pytest.mark.usefixtures("teller")
def test_an_open_waves_database_and_all_web_secrets_open_no_answer(settings: Any, tmp_path: Path) -> None:
    wave = opened()
    codes = draw_codes(code="life-1", number=3, by=PLANNER, now=NOW)
    put_answer(wave=wave, sent={"age": "old", "ever": None, "times": 3}, code=codes[0], now=NOW)
    box = Box.objects.get()
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "elsewhere"  # the folder is the worker's: web settings have none of it
    with pytest.raises(VaultError):
        open_sealed(ServiceKeys(Service.TELLER), box.sealed, place=box_place(wave))
    everything = " ".join(
        str(vars(row)) for table in (Wave, Box, Invitation, AuditEvent) for row in table.objects.all()
    )
    assert "'old'" not in everything.replace(str(wave.plan), "")
    assert codes[0] not in everything
    assert write_code(codes[0]) not in everything


@pytest.mark.usefixtures("teller")
def test_no_table_tells_who_answered_or_when() -> None:
    wave = opened()
    [code] = draw_codes(code="life-1", number=1, by=PLANNER, now=NOW)
    before = {table: set(table.objects.values_list("pk", flat=True)) for table in (AuditEvent, Invitation)}
    kept = Wave.objects.values().get()
    put_answer(wave=wave, sent={"age": "old", "ever": None, "times": 3}, code=code, now=NOW)
    assert {table: set(table.objects.values_list("pk", flat=True)) for table in before} == before
    assert Wave.objects.values().get() == kept
    # A box has a random key, its wave and what is sealed: no time, no person, nothing that another table has too.
    assert [field.name for field in Box._meta.fields] == ["id", "wave", "sealed"]
    assert isinstance(Box._meta.pk, RandomKey)
    assert code_digest(code, wave=wave) not in Box.objects.get().sealed


@pytest.mark.usefixtures("teller")
def test_every_box_has_the_same_size_whatever_was_said() -> None:
    wave = opened(way=Way.OPEN)
    put_answer(wave=wave, sent={"age": "old", "ever": None, "times": None}, code="", now=NOW)
    put_answer(
        wave=wave, sent={"age": "young", "ever": "yes", "told": ["friend", "police"], "times": 9}, code="", now=NOW
    )
    sizes = {len(sealed) for sealed in Box.objects.values_list("sealed", flat=True)}
    assert len(sizes) == 1
    assert sizes.pop() > BOX_BYTES


def test_the_public_log_has_the_plan_before_the_first_answer_and_the_opening_after_it(teller: ServiceKeys) -> None:
    wave = opened(way=Way.OPEN)
    entered = {leaf.kind: leaf for leaf in Leaf.objects.all()}
    assert set(entered) == {"questionnaire", "survey-plan"}
    assert entered["survey-plan"].sha256 == wave.plan_sha256
    logged = json.loads(bytes(entered["survey-plan"].published.content))
    assert (logged["plan"]["margins"], logged["population"]) == (MARGINS, "Adults in Fairhaven")
    assert entered["questionnaire"].sha256 == wave.questionnaire.sha256
    answered(wave, 40)
    assert Leaf.objects.count() == 2  # nobody's answer is told there
    tell_due(teller=teller, now=OVER)
    opening = Leaf.objects.get(kind="survey-opening")
    assert json.loads(bytes(opening.published.content)) == {
        "wave": "life-1",
        "plan": wave.plan_sha256,
        "answers": 40,
        "dropped": 0,
    }
    opened("life-2", way=Way.OPEN)
    assert Leaf.objects.filter(kind="questionnaire").count() == 1


@pytest.mark.postgresql
def test_the_urn_is_emptied_shuffled_and_printed_once(teller: ServiceKeys) -> None:
    wave = opened(way=Way.OPEN)
    everybody = answered(wave, 60)
    assert tell_due(teller=teller, now=CLOSES - timedelta(seconds=1)) == 0
    assert Box.objects.count() == 60
    assert tell_due(teller=teller, now=OVER) == 2
    rows = emptied_rows(wave, teller)
    assert sorted(map(as_kept, rows)) == sorted(map(as_kept, everybody))
    assert list(map(as_kept, rows)) != list(map(as_kept, everybody))
    wave.refresh_from_db()
    assert (wave.people, wave.dropped, Box.objects.count()) == (60, 0, 0)
    assert Printed.objects.filter(wave=wave).exists()
    assert tell_due(teller=teller, now=OVER) == 0


def test_the_order_in_the_file_does_not_hang_on_the_order_of_arrival(teller: ServiceKeys) -> None:
    """The one who came first stands in another place of each file."""
    places = []
    for number in range(12):
        wave = opened(f"life-{number}", way=Way.OPEN)
        for each in range(30):
            put_answer(wave=wave, sent={"age": "old", "ever": None, "times": 9 if each == 0 else 1}, code="", now=NOW)
        tell_due(teller=teller, now=OVER)
        places.append([row["times"] for row in emptied_rows(wave, teller)].index(9))
    assert len(set(places)) > 4  # of 12 draws from 30 places fewer than five differ once in ten million runs
    assert set(places) != {0}


def test_of_one_codes_boxes_the_last_counts_and_strangers_count_nothing(teller: ServiceKeys) -> None:
    wave = opened()
    codes = draw_codes(code="life-1", number=50, by=PLANNER, now=NOW)
    for number, code in enumerate(codes[:40]):
        put_answer(
            wave=wave, sent={"age": "old", "ever": "no", "times": 1}, code=code, now=NOW + timedelta(seconds=number)
        )
    put_answer(wave=wave, sent={"age": "old", "ever": "no", "times": 7}, code=codes[0], now=NOW + timedelta(hours=1))
    put_answer(wave=wave, sent={"age": "old", "ever": "no", "times": 8}, code="0" * 13, now=NOW)
    box = Box.objects.first()
    assert box is not None
    Box.objects.create(wave=wave, sealed=seal_to(service_grantee(Service.TELLER), "{}", place="elsewhere"))
    tell_due(teller=teller, now=OVER)
    rows = emptied_rows(wave, teller)
    assert sorted(row["times"] for row in rows) == [1] * 39 + [7]
    wave.refresh_from_db()
    assert (wave.people, wave.dropped) == (40, 3)
    assert not Invitation.objects.exists()


def test_fewer_than_thirty_are_erased(teller: ServiceKeys) -> None:
    wave = opened(way=Way.OPEN)
    answered(wave, 29)
    tell_due(teller=teller, now=OVER)
    wave.refresh_from_db()
    assert state_of(wave, now=OVER) is WaveState.ABANDONED
    assert (Box.objects.count(), WaveFile.objects.count(), wave.people) == (0, 0, 0)


def test_a_wave_that_does_not_weigh_says_why_and_goes_on_once_that_is_mended(teller: ServiceKeys) -> None:
    wave = opened(way=Way.FILE)
    rows = [{"answers": {"age": "old", "ever": "no", "times": 1}} for _ in range(60)]
    put_file(code="life-1", rows=rows, by=PLANNER, now=NOW)
    tell_due(teller=teller, now=OVER)
    wave.refresh_from_db()
    assert (wave.trouble, wave.trouble_about) == (SurveyMistake.NOBODY, "age: young")
    assert tell_due(teller=teller, now=OVER) == 0
    joined = {"age": ["young", "old"]}
    change: dict[str, Any] = {"code": "life-1", "left_out": [], "joined": joined, "why": "No young people answered."}
    with pytest.raises(FieldRefused, match="same_margins"):
        propose_margins(**change | {"joined": {}}, by=PLANNER, now=OVER)
    propose_margins(**change, by=PLANNER, now=OVER)
    assert tell_due(teller=teller, now=OVER) == 0  # nothing changes before somebody else has signed it
    proposal = wave.proposals.get()
    for by, sha256, why in ((PLANNER, proposal.sha256, "own_proposal"), (PERMITTER, "0" * 64, "digest")):
        with pytest.raises(FieldRefused, match=why):
            sign_proposal(code="life-1", sha256=sha256, by=by, now=OVER)
    sign_proposal(code="life-1", sha256=proposal.sha256, by=PERMITTER, now=OVER)
    leaf = Leaf.objects.get(kind="survey-margins")
    assert (leaf.name, leaf.sha256) == ("life-1 1", proposal.sha256)
    assert json.loads(bytes(leaf.published.content)) == {
        "wave": "life-1",
        "plan": wave.plan_sha256,
        "margins": {"age": MARGINS["age"] | {"shares": {"young+old": 100}}},
        "why": "No young people answered.",
    }
    assert tell_due(teller=teller, now=OVER) == 1
    assert Printed.objects.filter(wave=wave).exists()
    with pytest.raises(StepRefused):  # once the tables are printed the margins stand
        propose_margins(**change, by=PLANNER, now=OVER)


@pytest.mark.postgresql
def test_results_are_published_by_two_and_nothing_changes_them_any_more(teller: ServiceKeys) -> None:
    wave = opened(way=Way.FILE)
    rows = [{"answers": said(np.random.default_rng(number))} for number in range(200)]
    put_file(code="life-1", rows=rows, by=PLANNER, now=NOW)
    tell_due(teller=teller, now=OVER)
    with pytest.raises(StepRefused):
        propose_margins(code="life-1", left_out=["age"], joined={}, why="Better so.", by=PLANNER, now=OVER)
    propose_results(code="life-1", by=PLANNER, now=OVER)
    with pytest.raises(StepRefused):  # one proposal at a time
        propose_results(code="life-1", by=PERMITTER, now=OVER)
    discard_proposal(code="life-1", why="The title is wrong.", by=PERMITTER, now=OVER)
    propose_results(code="life-1", by=PLANNER, now=OVER)
    waiting = wave.proposals.get(Proposal.WAITS)
    with pytest.raises(SameHands):
        sign_proposal(code="life-1", sha256=waiting.sha256, by=PLANNER, now=OVER)
    sign_proposal(code="life-1", sha256=waiting.sha256, by=PERMITTER, now=OVER)
    assert state_of(Wave.objects.get(), now=OVER) is WaveState.PUBLISHED
    leaf = Leaf.objects.get(kind="survey-results")
    assert (leaf.name, leaf.sha256) == ("life-1", digest_of(write_report(Wave.objects.get())))
    for change in (
        lambda: Printed.objects.update(percent=1),
        lambda: Printed.objects.all()[0].delete(),
        lambda: Wave.objects.update(population="Others"),
        lambda: Proposal.objects.filter(signed_at__isnull=False).update(content={}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with pytest.raises(StepRefused):
        abandon_wave(code="life-1", why="Too late.", by=PLANNER, now=OVER)
    wrong = {"place": "ever_by_age, old", "before": "20", "after": "21", "reason": "The firm sent a row twice."}
    propose_erratum(code="life-1", **wrong, by=PERMITTER, now=OVER)
    sign_proposal(code="life-1", sha256=wave.proposals.get(Proposal.WAITS).sha256, by=PLANNER, now=OVER)
    assert Leaf.objects.get(kind="survey-erratum").name == "life-1 1"


@pytest.mark.usefixtures("teller")
def test_a_full_urn_is_found_by_the_teller_and_whoever_sends_counts_nothing(
    teller: ServiceKeys, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    wave = opened(way=Way.OPEN)
    sent = {"age": "old", "ever": None, "times": 1}
    with django_assert_num_queries(2) as queries:  # to whom it is sealed, and the box
        put_answer(wave=wave, sent=sent, code="", now=NOW)
    assert not any("COUNT" in each["sql"] for each in queries.captured_queries)
    assert tell_due(teller=teller, now=NOW) == 0
    monkeypatch.setattr(urns, "BOXES_MOST", 1)
    assert tell_due(teller=teller, now=NOW) == 1
    with pytest.raises(FieldRefused, match="full"):
        put_answer(wave=Wave.objects.get(), sent=sent, code="", now=NOW)
    assert Box.objects.count() == 1


def test_junk_without_a_code_does_not_fill_a_letter_survey(
    teller: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = opened(way=Way.CODES)
    code = draw_codes(code="life-1", number=40, by=PLANNER, now=NOW)[0]
    sent = {"age": "old", "ever": None, "times": 1}
    for typed, minute in ((code, 0), (draw_code(), 1), (draw_code(), 2), (code, 3)):
        put_answer(wave=wave, sent=sent, code=typed, now=NOW + timedelta(minutes=minute))
    monkeypatch.setattr(urns, "BOXES_MOST", 3)
    kept = Box.objects.values_list("sealed", flat=True)
    before = set(kept)
    assert tell_due(teller=teller, now=NOW) == 1
    wave.refresh_from_db()
    assert (wave.is_full, wave.dropped) == (False, 3)
    assert set(kept.all()) < before, "what counts stays sealed as it was"
    assert Box.objects.count() == 1
    monkeypatch.setattr(urns, "BOXES_MOST", 1)
    tell_due(teller=teller, now=NOW)
    wave.refresh_from_db()
    assert wave.is_full, "what has a valid code counts"


def test_a_wave_begins_with_the_plan_of_the_one_before_and_is_not_permitted_without_a_table() -> None:
    first = drafted("life-1")
    second = drafted("life-2", plan=None)
    assert second.plan == first.plan
    assert second.plan_sha256 != first.plan_sha256  # it names the wave
    change_plan(code="life-2", plan={}, by=PLANNER, now=NOW)
    with pytest.raises(FieldRefused, match="no_tables"):
        permit_wave(code="life-2", permit=PERMIT, by=PERMITTER, now=NOW)
    permit_wave(code="life-1", permit=PERMIT, by=PERMITTER, now=NOW)
    with pytest.raises(StepRefused):
        change_plan(code="life-1", plan=first.plan, by=PLANNER, now=NOW)


def test_weights_and_design_of_a_file_are_used(teller: ServiceKeys) -> None:
    opened(way=Way.FILE, plan=PLAN | {"margins": {}})
    rows = [
        {
            "answers": {"age": "old" if number % 3 else "young", "ever": "yes" if number % 2 else "no", "times": 1}
            | ({"told": ["friend"]} if number % 2 else {}),
            "weight": 3.0 if number % 2 else 1.0,
            "stratum": str(number % 2),
            "cluster": str(number // 10),
        }
        for number in range(600)
    ]
    put_file(code="life-1", rows=rows, by=PLANNER, now=NOW)
    tell_due(teller=teller, now=OVER)
    cell = Printed.objects.get(table="ever_by_age", groups={}, answer="yes")
    assert cell.percent == 75  # half of them, each with three times the weight


def test_a_sealed_file_is_erased_when_its_permit_ends_and_what_was_printed_stays(teller: ServiceKeys) -> None:
    wave = opened(way=Way.OPEN)
    answered(wave, 60)
    tell_due(teller=teller, now=OVER)
    late = OVER + timedelta(days=91)
    assert tell_due(teller=teller, now=late) == 1
    assert not WaveFile.objects.exists()
    assert Printed.objects.filter(wave=wave).exists()


def test_a_wave_that_is_given_up_is_erased_and_is_not_counted(teller: ServiceKeys) -> None:
    wave = opened(way=Way.OPEN)
    answered(wave, 40)
    abandon_wave(code="life-1", why="The letters went to the wrong people.", by=PLANNER, now=NOW)
    assert (Box.objects.count(), tell_due(teller=teller, now=OVER)) == (0, 0)
    with pytest.raises(StepRefused):
        put_answer(wave=Wave.objects.get(), sent={"age": "old", "ever": None, "times": 1}, code="", now=NOW)


@pytest.mark.usefixtures("teller")
def test_what_the_questionnaire_does_not_know_is_refused_whole() -> None:
    wave = opened(way=Way.OPEN)
    for sent in ({"age": "under", "ever": "no", "times": 1}, {"age": "old", "ever": "maybe", "times": 1}, {}):
        with pytest.raises(AnswersRefused):
            put_answer(wave=wave, sent=sent, code="", now=NOW)
    with pytest.raises(StepRefused):
        put_answer(wave=wave, sent={"age": "old", "ever": None, "times": 1}, code="", now=OVER)
    assert not Box.objects.exists()


@pytest.mark.postgresql
def test_a_wave_is_permitted_by_another_person_and_then_stands_fast() -> None:
    wave = drafted(way=Way.OPEN)
    with pytest.raises(FieldRefused) as refused:
        permit_wave(code="life-1", permit=PERMIT, by=PLANNER, now=NOW)
    assert refused.value.code is SurveyMistake.SAME_HANDS
    permit_wave(code="life-1", permit=PERMIT, by=PERMITTER, now=NOW)
    new = WaveDraft(
        code="life-1",
        title=wave.title,
        questionnaire=wave.questionnaire_id,
        population="Others",
        drawn=Drawn.OPEN,
        way=Way.OPEN,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        plan=wave.plan,
    )
    with pytest.raises(StepRefused):
        draft_wave(new=new, seen="life-1", by=PLANNER, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Wave.objects.update(permitted_by="planner")
    with pytest.raises(StepRefused):
        propose_results(code="life-1", by=PLANNER, now=NOW)


@pytest.mark.postgresql
def test_a_questionnaire_gets_a_next_version_and_no_version_is_changed() -> None:
    first = keep_questionnaire(code="life", data=DATA, by=PLANNER, now=NOW)
    assert keep_questionnaire(code="life", data=DATA, by=PLANNER, now=NOW).pk == first.pk
    second = keep_questionnaire(code="life", data=DATA | {"title": {"en": "Life", "ar": "ح"}}, by=PLANNER, now=NOW)
    assert (second.version, second.sha256 == first.sha256) == (2, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire.objects.update(sha256="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire.objects.all().delete()


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"closes_at": NOW - timedelta(days=2)}, "closes_at", "before"),
        ({"closes_at": NOW + timedelta(days=100)}, "closes_at", "long_open"),
        ({"code": "Life 1"}, "code", "code"),
        ({"plan": PLAN | {"margins": {"ever": MARGINS["age"]}}}, "margins", "margin_unknown"),
        ({"plan": {"tables": [{"name": "a", "question": "nothing"}]}}, "plan", "plan"),
    ],
)
def test_a_wave_that_cannot_be_is_refused_with_its_field(more: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        drafted(**more)
    assert (refused.value.field, refused.value.code) == (field, code)


def test_a_code_is_read_however_it_is_typed_and_a_slip_is_found() -> None:
    code = draw_code()
    assert read_code(write_code(code).lower().replace("-", " ")) == code
    other = "1" if code[3] != "1" else "2"
    assert read_code(code[:3] + other + code[4:]) is None
    assert read_code(code[:-1]) is None


HEAD = "age,ever,told/friend,told/police,times"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (f"{HEAD},email\nold,no,,,1,a@b.example\n", 1, "email"),
        (f"{HEAD},date_of_birth\nold,no,,,1,1980-01-01\n", 1, "date_of_birth"),
        (f"{HEAD},shoe\nold,no,,,1,44\n", 1, "shoe"),
        ("age,ever,times\nold,no,1\n", 1, "told/friend"),
        (f"{HEAD}\nold,perhaps,,,1\n", 2, "ever"),
        (f"{HEAD}\nold,no,,,1\nold,no,,,44\n", 3, "times"),
        (f"{HEAD}\nold,yes,2,0,1\n", 2, "told/friend"),
        (f"{HEAD}\nunder,no,,,1\n", 2, ""),
        (f"{HEAD}\nold,no,1,0,1\n", 2, ""),  # was not asked
        (f"{HEAD}\nold,no,,\n", 2, ""),
        (f"{HEAD},weight\nold,no,,,1,0\n", 2, "weight"),
        (f"{HEAD},stratum\nold,no,,,1,\n", 2, "stratum"),
        (HEAD, 1, ""),
    ],
)
def test_a_file_that_is_wrong_names_line_and_column(text: str, line: int, column: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_file(text.encode(), read_questionnaire(DATA))
    assert (refused.value.faults[0].line, refused.value.faults[0].column) == (line, column)


def test_a_file_is_read_with_what_was_passed_over_and_not_asked() -> None:
    text = f"{HEAD},weight,cluster\nold,yes,1,0,3,1.5,a\nyoung,-,,,-,1,b\nold,yes,-,-,0,1,b\n"
    assert read_file(text.encode(), read_questionnaire(DATA)) == [
        {"answers": {"age": "old", "ever": "yes", "told": ("friend",), "times": 3}, "weight": 1.5, "cluster": "a"},
        {"answers": {"age": "young", "ever": None, "times": None}, "weight": 1.0, "cluster": "b"},
        {"answers": {"age": "old", "ever": "yes", "told": None, "times": 0}, "weight": 1.0, "cluster": "b"},
    ]
