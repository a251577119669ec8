"""Help to change: ten questions that keep nothing, three endings, counts by week, and trials of two messages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.surveys.rules.estimates import printed_difference, rounded_share
from leeward.justice.perpetrators.errors import PerpetratorsMistake
from leeward.justice.perpetrators.models import EndingCount, Trial, TrialCount
from leeward.justice.perpetrators.operations.trials import NewTrial, begin_trial, end_trial
from leeward.justice.perpetrators.queries.counts import ending_weeks
from leeward.justice.perpetrators.rules.check import QUESTIONS, Ending, judge
from leeward.justice.perpetrators.rules.trials import Arm, ArmCount, TrialPlan, TrialVerdict, judge_trial
from leeward.society.directory.operations.indexing import refresh_openings
from leeward.society.directory.rules.records import Coverage
from tests.counters import start_afresh
from tests.foundation.accounts.people import at, come_in, employ
from tests.society.directory.factories import NOW, make_service, make_term

DAY = timedelta(days=1)
BY = Actor.operator()
PLAN = TrialPlan(followed=500, more_percent=100, weekly=10_000)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


def asked(**answers: str) -> str:
    answer = Client().post(reverse("perpetrators:check"), answers)
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    assert not answer.cookies, "the page keeps nothing on a device"
    return str(answer.content.decode())


def trial(code: str = "first", plan: TrialPlan = PLAN) -> NewTrial:
    texts = {Arm.A: {"en": "It is a crime.", "ar": "أ"}, Arm.B: {"en": "It can stop today.", "ar": "ب"}}
    return NewTrial(code=code, texts=texts, plan=plan)


class TestQuestions:
    def test_the_most_pressing_answer_decides_and_none_leads_to_a_talk(self) -> None:
        assert len(QUESTIONS) == 10
        assert judge({}).ending is Ending.TALK
        assert judge({each.code: "no" for each in QUESTIONS}).told == ()
        assert judge({"shared": "did", "tempted": "often"}).ending is Ending.HARM
        found = judge({"shared": "did", "threatened": "open", "kept": "no"})
        assert found.ending is Ending.STOP
        assert [each.code for each in found.told] == ["shared", "threatened"]

    def test_every_ending_can_be_reached_and_every_question_has_a_way_out(self) -> None:
        led = {answer.ending for question in QUESTIONS for answer in question.answers}
        assert led == {*Ending, None}
        assert all(any(answer.ending is None for answer in question.answers) for question in QUESTIONS)

    def test_no_line_says_how_not_to_be_found(self) -> None:
        texts = " ".join(f"{each.title} {each.today} {each.law}" for each in QUESTIONS).lower()
        for words in ("vpn", "anonym", "trace", "encrypt", "wipe", "hide", "private window", "incognito", "evidence"):
            assert words not in texts


@pytest.mark.django_db
class TestPages:
    def test_crisis_lines_come_first_on_every_page_and_nobody_is_led_here_from_victims_pages(self) -> None:
        for name in ("change", "check"):
            answer = Client().get(reverse(f"perpetrators:{name}"))
            page = answer.content.decode()
            main = page.partition('id="main-content"')[2]
            assert main.index("leeward-danger") < main.index("<h1")
            assert "leeward--change" in page
            assert "Exit this page" not in page
            assert not answer.cookies
        for victims in ("portal:home", "directory:help", "portal:start"):
            assert reverse("perpetrators:change") + '"' not in Client().get(reverse(victims)).content.decode()

    def test_the_answer_names_law_and_today_and_keeps_a_number_of_the_week_alone(self) -> None:
        page = asked(shared="up", young="yes")
        assert "Stop now. Delete what you have" in page
        assert "Sharing an intimate picture without agreement" in page
        assert "Take it down wherever you can" in page
        assert "told you to keep something, do what they say first" in page
        assert page.index("leeward-danger") < page.index("<h1")
        asked()
        monday = NOW.date() - NOW.weekday() * DAY
        kept = {(row.week, row.ending, row.number) for row in EndingCount.objects.all()}
        assert kept == {(monday, Ending.STOP, 1), (monday, Ending.TALK, 1)}
        assert {each.name for each in EndingCount._meta.get_fields()} == {"id", "week", "ending", "number"}

    def test_an_answer_that_there_is_not_is_said_beside_its_question(self) -> None:
        answer = Client().post(reverse("perpetrators:check"), {"shared": "perhaps"})
        assert answer.status_code == 400
        assert "Choose one of the answers, or none" in answer.content.decode()
        assert not EndingCount.objects.exists()

    def test_a_flood_from_one_network_is_answered_and_not_counted(self) -> None:
        start_afresh()
        for _turn in range(25):
            asked(tempted="often")
        assert EndingCount.objects.get().number == 20

    def test_services_for_who_did_it_are_named_and_no_others(self) -> None:
        make_service("Turn Back", terms=(make_term("stopping_harm").id,), coverage=Coverage.NATIONAL)
        make_service("Line for those harmed", terms=(make_term("helpline").id,), coverage=Coverage.NATIONAL)
        refresh_openings(now=NOW, limit=10)
        page = asked(tempted="often")
        assert "Turn Back" in page
        assert "Line for those harmed" not in page

    def test_only_whole_weeks_are_printed_and_small_numbers_are_not(self) -> None:
        monday = NOW.date() - NOW.weekday() * DAY
        for week, counts in (
            (monday, (90, 90, 90)),
            (monday - 7 * DAY, (42, 61, 33)),
            (monday - 14 * DAY, (42, 3, 33)),
        ):
            for ending, number in zip(Ending, counts, strict=True):
                EndingCount.objects.create(week=week, ending=ending, number=number)
        lines = ending_weeks(now=NOW)
        assert [line.week for line in lines] == [monday - 7 * DAY, monday - 14 * DAY]
        assert [lines[0].counts[each].value for each in Ending] == [40, 60, 35]
        hidden = [each for each in Ending if lines[1].counts[each].value is None]
        assert len(hidden) >= 2, "one hidden number alone could be worked out"
        page = Client().get(reverse("perpetrators:counts")).content.decode()
        assert "–" in page


class TestTrialRules:
    def test_a_click_that_is_too_rare_cannot_be_told_apart(self) -> None:
        rare = TrialPlan(followed=2, more_percent=20, weekly=50_000)
        assert not rare.can_tell
        assert rare.weeks > 26
        # Two shares of 5 and 10 in 100: 435 people each (Fleiss, without the correction for continuity).
        assert PLAN.showings == 2 * 435
        assert PLAN.can_tell

    def test_the_interval_is_the_houses_and_made_of_what_is_printed(self) -> None:
        found = judge_trial(ArmCount(shown=1_001, followed=52), ArmCount(shown=998, followed=101))
        assert found.verdict is TrialVerdict.B_BETTER
        assert found.change == printed_difference(rounded_share(50, 1_000), 998, rounded_share(100, 1_000), 998)
        # Chance alone would say that of 10 and 25; the truth behind these two may be 12 and 23.
        rounded = judge_trial(ArmCount(shown=1_000, followed=12), ArmCount(shown=1_000, followed=23))
        assert [rounded.a[1].value, rounded.b[1].value] == [10, 25] if rounded.a and rounded.b else False
        assert rounded.verdict is TrialVerdict.ALIKE
        assert judge_trial(ArmCount(shown=1_000, followed=52), ArmCount(shown=998, followed=55)).verdict is (
            TrialVerdict.ALIKE
        )
        few = judge_trial(ArmCount(shown=1_000, followed=9), ArmCount(shown=998, followed=101))
        assert few.verdict is TrialVerdict.TOO_FEW
        assert few.a is few.b is few.change is None


@pytest.mark.django_db
class TestTrials:
    @pytest.mark.postgresql
    def test_one_runs_at_a_time_and_the_database_knows(self) -> None:
        begin_trial(new=trial(), by=BY, now=NOW)
        with pytest.raises(FieldRefused) as refused:
            begin_trial(new=trial("second"), by=BY, now=NOW)
        assert refused.value.code is PerpetratorsMistake.TRIAL_RUNS
        with pytest.raises(IntegrityError), transaction.atomic():
            Trial.objects.create(code="other", texts={}, followed=1, more_percent=1, weekly=1, begun_at=NOW)
        end_trial(code="first", by=BY, now=NOW)
        end_trial(code="first", by=BY, now=NOW)
        with pytest.raises(FieldRefused) as refused:
            begin_trial(new=trial(), by=BY, now=NOW)
        assert refused.value.code is PerpetratorsMistake.CODE_TAKEN

    def test_shown_and_followed_are_counted_without_a_cookie_and_not_for_machines(self) -> None:
        begin_trial(new=trial(), by=BY, now=NOW)
        start_afresh()
        client = Client()
        page = client.get(reverse("perpetrators:change")).content.decode()
        link = re.search(r'href="(/change/on/first/[ab])"', page)
        assert link
        client.get(reverse("perpetrators:change"), headers={"sec-purpose": "prefetch"})
        client.head(reverse("perpetrators:change"))
        answer = client.get(link[1])
        assert answer.headers["Location"] == reverse("perpetrators:check")
        assert not client.cookies
        arm = TrialCount.objects.get(arm=link[1][-1])
        assert (arm.shown, arm.followed) == (1, 1)
        client.get(link[1])  # never more often than it was shown
        assert sum(each.shown for each in TrialCount.objects.all()) == 1
        arm.refresh_from_db()
        assert arm.followed == 1
        end_trial(code="first", by=BY, now=NOW)
        assert client.get("/change/on/nothing/c").status_code == 303

    def test_an_officer_plans_begins_and_ends_one_and_everybody_reads_what_came_of_it(self) -> None:
        employ("petra", Role.POLICY_OFFICER, now=NOW)
        officer = come_in("petra")
        rare = {"followed": "2", "more_percent": "20", "weekly": "50000"}
        page = officer.get(reverse("perpetrators:trials"), rare).content.decode()
        assert "Clicks are too rare to tell the texts apart here" in page
        sent: dict[str, Any] = {"code": "Spring!", **rare}
        sent |= {f"{arm}_{code}": "The same" for arm in Arm for code in ("en", "ar")}
        wrong = officer.post(reverse("perpetrators:trial-begin"), sent)
        assert wrong.status_code == 400
        assert "Use small letters" in wrong.content.decode()
        wrong = officer.post(reverse("perpetrators:trial-begin"), sent | {"code": "spring"})
        assert "Both texts are the same" in wrong.content.decode()
        begun = officer.post(
            reverse("perpetrators:trial-begin"), sent | {"code": "spring", "b_en": "It can stop today."}
        )
        assert begun.status_code == 303
        TrialCount.objects.filter(arm=Arm.A).update(shown=2_000, followed=40)
        TrialCount.objects.filter(arm=Arm.B).update(shown=2_000, followed=90)
        assert "No difference between the texts" not in Client().get(reverse("perpetrators:counts")).content.decode()
        assert officer.post(reverse("perpetrators:trial-end", args=["spring"]), {}).status_code == 303
        page = Client().get(reverse("perpetrators:counts")).content.decode()
        assert "More people followed text B" in page
        assert "Shown 2000 times, followed 90 times" in page
        assert "It ended before as many people had seen it as planned" in page
        assert officer.get(reverse("perpetrators:trial-end", args=["spring"])).status_code == 404
