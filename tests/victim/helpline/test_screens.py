"""Questions about danger are data: what their rule makes of answers, what is judged apart from it, and who sees it."""

import uuid
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from leeward.config.environment import EnvironmentIncomplete, read_environment
from leeward.foundation.accounts.rules import Role
from leeward.victim.helpline.errors import (
    CaseUnknown,
    HelplineError,
    InstrumentEnded,
    InstrumentMalformed,
    InstrumentUnknown,
    NothingAsked,
    ReasonMissing,
    StepImpossible,
)
from leeward.victim.helpline.models import Assessment, Case
from leeward.victim.helpline.operations.desk import close_case, set_band
from leeward.victim.helpline.operations.screens import assess
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.queries.desk import Queue, cases_in, tasks_of_case
from leeward.victim.helpline.queries.instruments import SHIPPED, find_instrument, used_instruments
from leeward.victim.helpline.rules.instruments import Instrument, Said, in_use, read_instrument, read_instruments
from leeward.victim.helpline.rules.tasks import TaskKind
from leeward.victim.helpline.views.desk.screens import screen_words
from leeward.victim.network.rules.releases import ReleaseField
from leeward.victim.removals.rules.reports import Band
from tests.browsing import see, send
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, Her, Worker, came

DAY = timedelta(days=1)
OURS_TEXT = (SHIPPED / "image-abuse-1.yaml").read_text(encoding="utf-8")
OURS = read_instrument(OURS_TEXT)
RED = {"kill", "strangulation", "own-life", "device", "honour"}
OTHERS = [code for code in OURS.codes if code not in RED]
# Made up for this test, with the shape of lists that nations have a licence for.
LONG = """
code: made-up-24
version: 2
title: {en: Twenty-four made-up questions}
source: Made up
licence: Made up for a test.
is_validated: true
signs: [SIGNS]
rule:
  - {band: red, least: 14}
  - {band: amber, least: 10}
review_days: {red: 14, amber: 28, green: 60}
""".replace("SIGNS", ", ".join(f"{{code: q{number}, words: {{en: Question {number}?}}}}" for number in range(1, 25)))


def said(*there: str, no: tuple[str, ...] = ()) -> dict[str, Said]:
    return dict.fromkeys(there, Said.YES) | dict.fromkeys(no, Said.NO)


# --- the rule ---------------------------------------------------------------------------------------------------------


def test_ours_has_twelve_signs_of_which_five_are_red_and_three_others_amber() -> None:
    assert (len(OURS.codes), OURS.is_validated) == (12, False)
    for code in OURS.codes:
        assert OURS.judge(said(code)) is (Band.RED if code in RED else Band.GREEN), code
    assert OURS.judge(said(*OTHERS[:2], no=tuple(RED))) is Band.GREEN
    for begin in range(len(OTHERS) - 2):
        assert OURS.judge(said(*OTHERS[begin : begin + 3])) is Band.AMBER
    assert OURS.judge(said(*OTHERS)) is Band.AMBER
    assert OURS.judge(dict.fromkeys(OURS.codes, Said.NOT_ASKED)) is Band.GREEN


def test_another_list_has_its_own_thresholds() -> None:
    long = read_instrument(LONG)
    bands = [long.judge(said(*long.codes[:number])) for number in (9, 10, 13, 14, 24)]
    assert bands == [Band.GREEN, Band.AMBER, Band.AMBER, Band.RED, Band.RED]
    assert long.ask_again_on(Band.AMBER, today=date(2026, 11, 24)) == date(2026, 12, 22)


@pytest.mark.parametrize(
    ("was", "now", "mistake"),
    [
        ("least: 14", "least: 25", "the rule wants 25 signs, of fewer questions"),
        ("least: 14", "least: 1, of: [q1, q99]", "questions that are not there: q99"),
        ("code: q2,", "code: q1,", "two questions have one code"),
        ("green: 60", "green: 0", "review_days.green"),
        (", green: 60", "", "a number of days for red, amber and green"),
        ("is_validated: true", "is_validated: true\nsum: shown", "sum: "),
        ("licence: Made up for a test.", "", "licence: Field required"),
        ("version: 2", "version: second", "version: "),
        ("{en: Question 3?}", "{fr: Question 3?}", "in the languages of the title: en"),
        ("version: 2", "version: [", "This is no YAML"),
    ],
)
def test_each_mistake_of_a_file_is_named(was: str, now: str, mistake: str) -> None:
    assert was in LONG
    with pytest.raises(InstrumentMalformed) as refused:
        read_instrument(LONG.replace(was, now, 1))
    assert mistake in str(refused.value)


def test_of_each_the_newest_version_is_used_until_it_ends() -> None:
    older, newer = read_instrument(LONG), read_instrument(LONG.replace("version: 2", "version: 3"))
    ends = read_instrument(LONG.replace("version: 2", "version: 4\nends_on: 2026-12-01"))
    assert in_use([newer, older, OURS], today=NOW.date()) == (newer, OURS)
    assert in_use([newer, ends], today=date(2026, 11, 30)) == (ends,)
    assert in_use([newer, ends], today=date(2026, 12, 1)) == ()  # what it replaced does not come back
    with pytest.raises(InstrumentMalformed, match=r"b\.yaml: version 2 of made-up-24 stands in another file too"):
        read_instruments({"a.yaml": LONG, "b.yaml": LONG})


def test_a_nation_adds_its_own_and_a_mistake_stops_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "instruments"
    folder.mkdir()
    variables = {"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(tmp_path / "data"), "LEEWARD_INSTRUMENTS": str(folder)}
    (folder / "long.yaml").write_text(LONG, encoding="utf-8")
    (folder / "readme.txt").write_text("not one of them", encoding="utf-8")
    assert [each.code for each in read_environment(variables).instruments] == ["made-up-24"]
    (folder / "long.yaml").write_text(LONG.replace("least: 14", "least: 25"), encoding="utf-8")
    with pytest.raises(EnvironmentIncomplete, match=r"LEEWARD_INSTRUMENTS: .*\n.*long\.yaml: .*the rule wants 25"):
        read_environment(variables)
    with pytest.raises(EnvironmentIncomplete, match=r"LEEWARD_INSTRUMENTS: .* cannot be read"):
        read_environment({**variables, "LEEWARD_INSTRUMENTS": str(tmp_path / "nowhere")})


# --- what is kept -----------------------------------------------------------------------------------------------------


def ask(worker: Worker, her: Her, *there: str, band: Band = Band.RED, now: Any = NOW, **more: Any) -> None:
    known: dict[str, Any] = {"instrument": "image-abuse", "version": 1, **more}
    assess(
        opened=worker.open(her.case, now),
        said=said(*there, no=("child",)),
        band=band,
        by=worker.actor,
        now=now,
        **known,
    )


def band_of(her: Her) -> Band:
    return Case.objects.get(reference=her.case).band


@pytest.mark.django_db
class TestWhatIsKept:
    def test_answers_and_judgement_stand_apart_and_sealed(self, sam: Worker, her: Her) -> None:
        once = uuid.uuid4()
        for _ in range(2):
            ask(sam, her, "kill", band=Band.AMBER, reason="In prison since May.", reference=once)
        [found] = read_case(sam.open(her.case)).assessments
        assert (found.answers.band, found.judgement.band) == (Band.RED, Band.AMBER)
        assert (found.answers.instrument, found.answers.version) == ("image-abuse", 1)
        assert (found.answers.said["kill"], found.answers.said["child"]) == (Said.YES, Said.NO)
        assert found.answers.said["group"] is Said.NOT_ASKED
        assert found.judgement.reason == "In prison since May."
        kept = str(Assessment.objects.values())
        for hidden in ("kill", "prison", "image-abuse", "amber"):
            assert hidden not in kept
        assert read_case(her.open()).assessments == ()

    def test_the_case_is_raised_by_it_and_never_lowered(self, sam: Worker, her: Her) -> None:
        assert band_of(her) is Band.GREEN
        ask(sam, her, "group", band=Band.AMBER)
        assert band_of(her) is Band.AMBER
        due = Case.objects.get().promise_due
        ask(sam, her, "kill", band=Band.RED)
        assert band_of(her) is Band.RED
        later = Case.objects.get().promise_due
        assert due is not None
        assert later is not None
        assert later < due
        ask(sam, her, "group", band=Band.GREEN)
        assert band_of(her) is Band.RED
        set_band(opened=sam.open(her.case), band=Band.GREEN, reason="Safe now.", by=sam.actor, now=NOW)
        assert band_of(her) is Band.GREEN

    @pytest.mark.parametrize(
        ("there", "known", "refused"),
        [
            (["kill"], {"band": Band.AMBER}, ReasonMissing),
            (["kill"], {"band": Band.GREEN, "reason": "  "}, ReasonMissing),
            (["kill"], {"version": 2}, InstrumentEnded),
            (["q1"], {"instrument": "made-up-24", "version": 2}, InstrumentEnded),
            (["kill"], {"instrument": "nothing"}, InstrumentUnknown),
        ],
    )
    def test_each_refusal_has_a_name_and_keeps_nothing(
        self,
        sam: Worker,
        her: Her,
        settings: Settings,
        there: list[str],
        known: dict[str, Any],
        refused: type[HelplineError],
    ) -> None:
        settings.LEEWARD_INSTRUMENTS = (read_instrument(LONG.replace("version: 2", "version: 2\nends_on: 2026-11-24")),)
        with pytest.raises(refused):
            ask(sam, her, *there, **known)
        assert not Assessment.objects.exists()
        assert Case.objects.get().screen_on is None

    def test_a_screen_without_an_answer_a_closed_case_and_her_own_key_are_refused(self, sam: Worker, her: Her) -> None:
        asked: dict[str, Any] = {"instrument": "image-abuse", "version": 1, "band": Band.RED, "now": NOW}
        with pytest.raises(NothingAsked):
            assess(opened=sam.open(her.case), said={"kill": Said.NOT_ASKED}, by=sam.actor, **asked)
        with pytest.raises(CaseUnknown):
            assess(opened=her.open(), said=said("kill"), by=sam.actor, **asked)
        close_case(opened=sam.open(her.case), by=sam.actor, now=NOW)
        with pytest.raises(StepImpossible):
            ask(sam, her, "kill")
        assert not Assessment.objects.exists()

    def test_each_has_a_day_on_which_it_is_asked_again_and_that_is_a_task(
        self, sam: Worker, her: Her, settings: Settings
    ) -> None:
        settings.LEEWARD_INSTRUMENTS = (read_instrument(LONG),)
        ask(sam, her, "group", band=Band.AMBER)
        ask(sam, her, "q1", band=Band.GREEN, instrument="made-up-24", version=2)
        assert Case.objects.get().screen_on == NOW.date() + 30 * DAY  # the earlier of the two
        for days, is_due in ((29, False), (30, True)):
            now = NOW + days * DAY
            kinds = {task.kind for task in tasks_of_case(her.case, now=now)}
            assert (TaskKind.RISK_REVIEW in kinds) is cases_in(Queue.SAFETY, now=now).exists() is is_due
        ask(sam, her, "group", band=Band.AMBER, now=NOW + 30 * DAY)
        assert Case.objects.get().screen_on == NOW.date() + 60 * DAY
        assert not cases_in(Queue.SAFETY, now=NOW + 30 * DAY).exists()


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ama(house: Standing, monkeypatch: pytest.MonkeyPatch) -> Client:
    at(monkeypatch, NOW)
    house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))
    return come_in("ama")


@pytest.mark.django_db
class TestPages:
    def test_they_ask_keep_and_show_it_and_say_each_time_that_it_is_not_validated(self, ama: Client) -> None:
        her = came()
        here, case = (
            reverse("helpline:desk-screen", args=[her.case, "image-abuse"]),
            reverse("helpline:desk-case", args=[her.case]),
        )
        assert "Not validated" in see(ama, case)
        page = unescape(see(ama, here))
        for shown in (
            "Not validated. Nobody has shown",
            "held them by the throat",
            "Apache License",
            "At least 3 questions are answered yes.",
        ):
            assert shown in page
        sent = {"version": 1, "once": uuid.uuid4(), "said-kill": "yes", "said-child": "no"}
        sent |= {f"said-{code}": "not_asked" for code in OURS.codes if code not in ("kill", "child")}
        wrong = unescape(send(ama, here, status=400, **sent, band="green", reason=""))
        assert "Under their rule these answers mean “Red”. Say why you judge it lower." in wrong
        assert 'id="id_said-kill" name="said-kill" type="radio" value="yes" checked' in wrong
        nothing = {**sent, "said-kill": "not_asked", "said-child": "not_asked"}
        assert "No question was answered." in send(ama, here, status=400, **nothing, band="green", reason="")
        send(ama, here, **sent, band="amber", reason="Far away in prison.")
        for page in map(unescape, (see(ama, case), see(ama, here))):
            for shown in ("Far away in prison.", "threatened to kill them", "24 December 2026"):
                assert shown in page
            assert "Not validated" in page
        assert "are not used any more" in send(ama, here, status=409, **{**sent, "version": 7}, band="red", reason="")
        assert ama.get(reverse("helpline:desk-screen", args=[her.case, "nothing"])).status_code == 404

    def test_a_nations_own_stands_beside_ours_and_says_whose_it_is(self, ama: Client, settings: Settings) -> None:
        settings.LEEWARD_INSTRUMENTS = (read_instrument(LONG),)
        her = came()
        assert "Twenty-four made-up questions" in see(ama, reverse("helpline:desk-case", args=[her.case]))
        page = see(ama, reverse("helpline:desk-screen", args=[her.case, "made-up-24"]))
        assert "Made up for a test." in page
        assert "Not validated" not in page
        assert [each.code for each in used_instruments(today=NOW.date())] == ["image-abuse", "made-up-24"]
        assert find_instrument("made-up-24", today=NOW.date()).version == 2

    def test_what_is_passed_on_is_filled_in_without_a_sum_and_ticked_for_nobody(self, sam: Worker, her: Her) -> None:
        ask(sam, her, "kill", "group", "escalation", band=Band.RED)
        words = screen_words(read_case(sam.open(her.case)).assessments)
        assert "threatened to kill them" in words
        assert "Do several people do it together?" in words
        assert "How the helpline judges it: Red." in words
        assert "These questions are not validated" in words
        told = words.replace("24 November 2026", "")
        assert not [sign for sign in told if sign.isdigit()]
        assert "three" not in told.lower()
        assert ReleaseField.SCREEN.label == "What the questions about danger showed"


def test_every_list_that_ships_is_in_every_language_of_the_pages(settings: Settings) -> None:
    shipped: list[Instrument] = [read_instrument(each.read_text(encoding="utf-8")) for each in SHIPPED.iterdir()]
    for each in shipped:
        assert set(each.title) == {code for code, _name in settings.LANGUAGES}
