"""A plan to stay safe is the person's: they alone change it, and take or leave what the helpline suggests."""

import json
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.errors import VaultError
from leeward.victim.helpline.errors import HelplineError, NothingSuggested, StepImpossible
from leeward.victim.helpline.models import Case, PlanVersion
from leeward.victim.helpline.operations.cases import stop_case
from leeward.victim.helpline.operations.desk import close_case
from leeward.victim.helpline.operations.plans import decide_change, keep_plan, note_plan_seen, suggest_change
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.queries.desk import Queue, cases_in, tasks_of_case
from leeward.victim.helpline.queries.plans import Plans
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.plans import Plan, PlanPart, PlanState
from leeward.victim.helpline.rules.tasks import TaskKind
from leeward.victim.removals.errors import RemovalError
from leeward.victim.removals.operations.reports import open_report
from tests.browsing import see, send
from tests.counters import start_afresh
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PLAN, DECIDE, PAGES = "/status/plan", "/status/plan/decide", "/status/part/people"
SISTER, LIBRARY = "My sister. The word is lemon.", "The library, until six."


def plan_of(**texts: str) -> Plan:
    return Plan(texts={PlanPart(part): words for part, words in texts.items()})


def keep(her: Her, plan: Plan, *, now: object = NOW) -> None:
    keep_plan(opened=her.open(now), plan=plan, by=PERSON, now=now)  # type: ignore[arg-type]


def suggest(worker: Worker, case: uuid.UUID, plan: Plan) -> None:
    suggest_change(opened=worker.open(case), plan=plan, by=worker.actor, now=NOW)


def plans_of(opened: OpenCase) -> Plans:
    return read_case(opened).plans


def decide(her: Her, *, takes: bool, seen: int | None = None) -> None:
    plans = plans_of(her.open())
    assert plans.waiting
    change, seen = plans.waiting.reference, plans.version if seen is None else seen
    decide_change(opened=her.open(), change=change, takes=takes, seen=seen, by=PERSON, now=NOW)


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_it_is_sealed_to_them_and_the_helpline_and_every_version_stays(sam: Worker, dee: Worker, her: Her) -> None:
    for plan in (plan_of(people=SISTER), plan_of(people=SISTER), plan_of(place=LIBRARY, people=" ")):
        keep(her, plan)
    for opened in (her.open(), sam.open(her.case)):
        plans = plans_of(opened)
        assert plans.current.texts == {PlanPart.PLACE: LIBRARY}
        assert [each.plan.texts for each in plans.earlier] == [{PlanPart.PEOPLE: SISTER}]
    assert "lemon" not in str(PlanVersion.objects.values())
    with pytest.raises((VaultError, HelplineError, RemovalError)):
        dee.open(her.case)
    with pytest.raises((VaultError, RemovalError)):
        open_report(reference=her.file, keyring=dee.keyring, by=dee.actor, now=NOW, reason="removal_work")


def test_a_suggestion_changes_nothing_before_their_yes(sam: Worker, her: Her) -> None:
    keep(her, plan_of(people=SISTER))
    suggest(sam, her.case, plan_of(people=SISTER, place=LIBRARY))
    assert plans_of(her.open()).current == plan_of(people=SISTER)
    waiting = plans_of(her.open()).waiting
    assert waiting
    assert waiting.plan == plan_of(place=LIBRARY)  # the parts alone that it changes
    decide(her, takes=True)
    assert plans_of(sam.open(her.case)).current == plan_of(people=SISTER, place=LIBRARY)
    suggest(sam, her.case, plan_of(place=LIBRARY))
    decide(her, takes=False)
    assert plans_of(her.open()).current == plan_of(people=SISTER, place=LIBRARY)
    states = [each.state for each in plans_of(her.open()).lines]
    assert states == [PlanState.KEPT, PlanState.TAKEN, PlanState.KEPT, PlanState.LEFT]


def test_a_part_can_be_taken_out_and_the_whole_plan_be_taken_back(sam: Worker, her: Her) -> None:
    keep(her, plan_of(people=SISTER, place=LIBRARY))
    suggest(sam, her.case, plan_of(place=LIBRARY))
    decide(her, takes=True)
    assert plans_of(her.open()).current == plan_of(place=LIBRARY)
    assert Case.objects.get().plan_on == NOW.date() + 30 * DAY
    keep(her, Plan())
    assert plans_of(her.open()).current.is_empty
    assert Case.objects.get().plan_on is None


def test_a_suggestion_on_another_plan_than_they_read_is_not_taken(sam: Worker, her: Her) -> None:
    keep(her, plan_of(people=SISTER))
    suggest(sam, her.case, plan_of(people=f"{SISTER} Or Noor."))
    seen = plans_of(her.open()).version
    keep(her, plan_of(people="Nobody."))
    with pytest.raises(StepImpossible):
        decide(her, takes=True, seen=seen)
    assert plans_of(her.open()).current == plan_of(people="Nobody.")
    suggest(sam, her.case, plan_of(people="Noor."))
    decide(her, takes=True)
    assert plans_of(her.open()).current == plan_of(people="Noor.")
    gone = next(each for each in plans_of(her.open()).lines if each.state is PlanState.REPLACED)
    with pytest.raises(StepImpossible):
        decide_change(opened=her.open(), change=gone.reference, takes=True, seen=seen + 2, by=PERSON, now=NOW)


def test_what_would_read_as_it_does_and_what_comes_for_a_closed_case_is_refused(sam: Worker, her: Her) -> None:
    keep(her, plan_of(people=SISTER))
    with pytest.raises(NothingSuggested):
        suggest(sam, her.case, plan_of(people=f" {SISTER} "))
    close_case(opened=sam.open(her.case), by=sam.actor, now=NOW)
    with pytest.raises(StepImpossible):
        suggest(sam, her.case, plan_of(place=LIBRARY))
    with pytest.raises(StepImpossible):
        note_plan_seen(opened=sam.open(her.case), by=sam.actor, now=NOW)
    assert PlanVersion.objects.count() == 1


def test_it_lets_nobody_in_again_and_starts_no_clock(sam: Worker, her: Her) -> None:
    waits = Case.objects.get().waiting_since
    keep(her, plan_of(people=SISTER), now=NOW + DAY)
    assert Case.objects.get().waiting_since == waits
    stop_case(opened=her.open(), by=PERSON, now=NOW + DAY)
    keep(her, plan_of(place=LIBRARY), now=NOW + DAY)
    assert plans_of(her.open()).current == plan_of(place=LIBRARY)
    assert Case.objects.get().state is CaseState.CLOSED
    with pytest.raises(VaultError):
        sam.open(her.case)


def test_after_thirty_days_somebody_looks_at_it_with_them(sam: Worker, her: Her) -> None:
    keep(her, plan_of(people=SISTER))
    for days, is_due in ((29, False), (30, True)):
        now = NOW + days * DAY
        kinds = {task.kind for task in tasks_of_case(her.case, now=now)}
        assert (TaskKind.PLAN_REVIEW in kinds) is cases_in(Queue.PLANS, now=now).exists() is is_due
    note_plan_seen(opened=sam.open(her.case), by=sam.actor, now=NOW + 30 * DAY)
    assert Case.objects.get().plan_on == NOW.date() + 60 * DAY


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def caller(sam: Worker, monkeypatch: pytest.MonkeyPatch) -> Caller:
    start_afresh()
    at(monkeypatch, NOW)
    return Caller().come()


class TestTheirPages:
    def test_they_write_it_change_it_and_read_how_it_was(self, caller: Caller) -> None:
        assert f'href="{PLAN}"' in caller.see(PAGES)
        page = caller.see(PLAN)
        assert "Nobody but you can change it." in page
        assert "You and the people at the helpline can read this. The removal desk cannot." in page
        assert "We do not read it at once." in page  # it starts no clock: an answer is asked for in the thread
        assert 'href="/status/talk"' in page
        assert caller.leads(PLAN, people=SISTER) == PLAN
        assert SISTER in caller.see(PLAN)
        assert caller.leads(PLAN, people="Noor.") == PLAN
        page = caller.see(PLAN)
        assert page.index("Noor.") < page.index("How your plan read before") < page.index(SISTER)
        assert caller.post(PLAN, people="a" * 2_001).status_code == 422
        assert caller.view().plans.current == plan_of(people="Noor.")

    def test_they_read_a_suggestion_side_by_side_and_take_or_leave_it(self, caller: Caller, sam: Worker) -> None:
        caller.leads(PLAN, people=SISTER)
        case = Case.objects.get().reference
        suggest(sam, case, plan_of(people=f"{SISTER} Or Noor."))
        assert "The helpline suggests a change to your plan." in caller.see(PAGES)
        page = caller.see(PLAN)
        assert page.index("Your plan says now:") < page.index("They suggest:") < page.index("Or Noor.")
        waiting = caller.view().plans.waiting
        assert waiting
        sent = {"change": str(waiting.reference), "answer": "take"}
        for wrong in ({}, {"seen": "none"}, {"seen": "7"}, {"seen": "1", "change": "rubbish"}):
            assert caller.leads(DECIDE, **{**sent, **wrong}) == PLAN
            assert caller.view().plans.current == plan_of(people=SISTER)
        assert caller.leads(DECIDE, **sent, seen="1") == PLAN
        assert caller.view().plans.current == plan_of(people=f"{SISTER} Or Noor.")
        assert "suggests" not in caller.see(PAGES)
        assert caller.leads(DECIDE, **sent, seen="1") == PLAN  # the button again

    def test_what_they_typed_before_the_page_was_left_open_too_long_is_saved_with_the_code(
        self, caller: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at(monkeypatch, NOW + timedelta(minutes=20))
        assert caller.leads(PLAN, people=SISTER) == "/status/saved"
        assert caller.view().plans.current == plan_of()
        assert caller.leads("/status/", numbers=caller.code) == "/status/pictures"
        assert caller.view().plans.current == plan_of(people=SISTER)

    def test_it_is_in_what_they_take_along_with_every_version(self, caller: Caller, sam: Worker) -> None:
        caller.leads(PLAN, people=SISTER)
        caller.leads(PLAN, people="Noor.")
        suggest(sam, Case.objects.get().reference, plan_of(place=LIBRARY))
        record = json.loads(caller.post("/status/everything/save").content)["helpline"]
        assert [(each["by"], each["state"], each["words"]) for each in record["plan"]] == [
            ("me", "kept", {"people": SISTER}),
            ("me", "kept", {"people": "Noor."}),
            ("helpline", "waits", {"people": "", "place": LIBRARY}),
        ]
        page = caller.see("/status/everything")
        for words in (SISTER, "Noor.", LIBRARY):
            assert words in page


class TestPagesOfStaff:
    @pytest.fixture
    def ama(self, house: Standing, monkeypatch: pytest.MonkeyPatch) -> Client:
        at(monkeypatch, NOW)
        house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))
        return come_in("ama")

    def test_the_last_version_is_open_for_whoever_comes_next(self, ama: Client) -> None:
        caller = Caller().come()
        case = Case.objects.get().reference
        here, page = reverse("helpline:desk-case", args=[case]), reverse("helpline:desk-plan", args=[case])
        assert "They have written none." in see(ama, here)
        caller.leads(PLAN, people=SISTER, place=LIBRARY)
        assert SISTER in see(ama, here)
        assert SISTER in see(ama, page)
        sent = {"people": SISTER, "place": LIBRARY, "once": uuid.uuid4()}
        assert "The plan already says this." in send(ama, page, status=400, **sent)
        send(ama, page, **{**sent, "device": "A new password."})
        send(ama, page, **{**sent, "device": "A new password."})  # the same form again
        shown = unescape(see(ama, here))
        assert shown.index(LIBRARY) < shown.index("What we suggest") < shown.index("A new password.")
        assert "Waits for their word" in shown
        assert "A new password." in see(ama, page)  # whoever suggests more begins with it
        assert PlanVersion.objects.filter(state=PlanState.WAITS).count() == 1
        assert PlanVersion.objects.count() == 2
        send(ama, reverse("helpline:desk-plan-seen", args=[case]))
        assert "The plan was looked at with them" in see(ama, here)
