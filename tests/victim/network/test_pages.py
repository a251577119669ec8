"""The pages of a referral: the practitioner's, from a case, and the person's own, under their code."""

import html
import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.victim.file.models import SafeWay
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.file.rules.story import Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.cases import save_contact, save_needs, write_message
from leeward.victim.helpline.operations.desk import ask_help
from leeward.victim.helpline.operations.plans import keep_plan
from leeward.victim.helpline.queries.desk import Queue, cases_in, tasks_of_case
from leeward.victim.helpline.queries.instruments import find_instrument
from leeward.victim.helpline.rules.helps import HelpKind
from leeward.victim.helpline.rules.plans import Plan, PlanPart
from leeward.victim.helpline.rules.tasks import TaskKind
from leeward.victim.network.errors import ReferralUnknown, TurnMovedOn
from leeward.victim.network.models import Referral, Turn
from leeward.victim.network.operations.forwarding import forward_due
from leeward.victim.network.operations.members import say_capacity, suspend_member
from leeward.victim.network.operations.turns import accept_turn, ask, decline_turn, finish, open_turn, start
from leeward.victim.network.queries.referrals import find_referral
from leeward.victim.network.rules.members import Kind, Part, PassedTo, Said
from leeward.victim.network.rules.releases import ReleaseField
from leeward.victim.network.rules.turns import DeclineReason, DoneAs, ReferralState, ToldAgain, TurnState
from leeward.victim.network.views.wording import stand_words
from leeward.victim.removals.rules.reports import Band
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.file.people import Browser, Teller, browser_of
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, came
from tests.victim.network.conftest import Body, joins
from tests.victim.portal.slips import _wrong
from tests.victim.removals.news_people import by_mail

pytestmark = pytest.mark.django_db

HAPPENED, REACH = "They threatened to show it at my work.", "After six, by text."
UNREAD = "Nobody there can open a referral right now."
AWAY = "Nobody at Ark can read this right now."
MUST = "Whatever they hear of a child in danger."
UNTIL = (NOW + timedelta(days=60)).date()
LAST_DAY = {"until_day": UNTIL.day, "until_month": UNTIL.month, "until_year": UNTIL.year}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A practitioner, a person with a case and their pages, and three members; the second passes on what she fears."""

    ama: Client
    teller: Teller
    hers: Browser
    bodies: tuple[Body, ...]

    @property
    def case(self) -> uuid.UUID:
        return Case.objects.get(file__reference=self.teller.file).reference

    @property
    def referral(self) -> Referral:
        return Referral.objects.get()

    @property
    def turns(self) -> list[Turn]:
        return list(self.referral.turns.order_by("position"))

    def desk(self, name: str, *, status: int = 303, **sent: Any) -> str:
        """Post a form of the practitioner's; `name` is the page's."""
        here = [self.case] if name == "refer" else [self.case, self.referral.reference]
        answer = self.ama.post(reverse(f"helpline:desk-{name}", args=here), sent)
        assert answer.status_code == status, (name, answer.status_code, text(answer.content.decode())[:600])
        return text(answer.content.decode()) if status != 303 else str(answer["Location"])

    def sees(self, name: str = "referral") -> str:
        """A page of the practitioner's."""
        here = [self.case] if name == "case" else [self.case, self.referral.reference]
        answer = self.ama.get(reverse(f"helpline:desk-{name}", args=here))
        assert answer.status_code == 200
        return text(answer.content.decode())

    def page(self, name: str = "") -> str:
        """The address of a page of the person's own."""
        return f"/status/others/{self.referral.reference}{f'/{name}' if name else ''}"

    def reads(self, name: str = "") -> str:
        return text(self.hers.see(self.page(name)))

    def says(self, name: str = "", *, status: int = 303, **sent: Any) -> str:
        """Post a form of the person's own pages."""
        answer = self.hers.client.post(self.page(name), sent)
        assert answer.status_code == status, (name, answer.status_code, text(answer.content.decode())[:600])
        return text(answer.content.decode()) if status != 303 else str(answer["Location"])

    def prepares(self, *bodies: Body, **changes: Any) -> None:
        """The practitioner goes through the three steps."""
        self.desk("refer", status=200, step="receivers", **wished())
        named = {**wished(), **placed(bodies or self.bodies[::2])}
        self.desk("refer", status=200, step="texts", **named)
        self.desk("refer", step="keep", **{**named, **texts(bodies or self.bodies[::2]), **changes})

    def agrees(self) -> None:
        self.says(numbers=self.hers.code, version=self.referral.version)


def wished(**changes: Any) -> dict[str, Any]:
    return {"kind": "shelter", "area": "", "language": "en", **changes}


def placed(bodies: Iterable[Body]) -> dict[str, str]:
    return dict(zip(("first", "second", "third"), (str(body.service) for body in bodies), strict=False))


def texts(bodies: Iterable[Body]) -> dict[str, Any]:
    services = [str(body.service) for body in bodies]
    return {
        "once": str(uuid.uuid4()),
        "text-happened": HAPPENED,
        "to-happened": services,
        "text-reach": REACH,
        "to-reach": services[:1],
        "text-name": "Nell",
        "until": UNTIL.isoformat(),
    }


def text(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")] if "<main" in page else page
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def scene(house: Standing) -> Scene:
    house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))
    bay = {"passes_to": frozenset({PassedTo.POLICE}), "passes_on": MUST}
    bodies = house("three", lambda: (joins("Ark"), joins("Bay", **bay), joins("Cove")))

    def come() -> Teller:
        teller = Teller()
        teller.come()
        opened = teller.open_case()
        contact = replace(by_mail(email="nell@example.org"), safe_word="plum")
        save_contact(opened=opened, contact=contact, by=PERSON, now=NOW)
        save_needs(opened=opened, needs=Needs(ticked=(Need.STAY,)), by=PERSON, now=NOW)
        return teller

    teller = house("teller", come)
    return Scene(ama=come_in("ama"), teller=teller, hers=browser_of(teller, now=NOW), bodies=bodies)


def answers(scene: Scene, body: Body, act: Any, **more: Any) -> None:
    turn = next(turn for turn in scene.turns if turn.member.public_id == body.member)
    act(turn=turn.reference, keyring=body.worker.keyring, by=body.worker.actor, now=NOW, **more)


class TestThePractitioner:
    def test_they_are_told_who_can_be_asked_and_why_somebody_cannot(self, scene: Scene) -> None:
        ark, _bay, cove = scene.bodies
        full = {"service": cove.service, "kind": Kind.SHELTER, "said": Said.FULL}
        say_capacity(member=cove.member, by=cove.worker.actor, now=NOW - timedelta(hours=2), **full)
        page = scene.desk("refer", status=200, step="receivers", **wished())
        assert "Ark Not confirmed lately" in page
        assert "Bay Not confirmed lately By law they must pass on something that the person fears." in page
        assert f"They must pass something on by law. To: The police. {MUST}" in page
        assert "Cove Full Said Tuesday" in page
        suspend_member(member=ark.member, by=OPERATOR, now=NOW)
        page = scene.desk("refer", status=200, step="receivers", **wished())
        assert "Ark · Not confirmed lately" not in page  # it is listed with why not, and can be chosen no more
        assert "They have not signed the protocol, or it is suspended." in page
        page = scene.desk("refer", status=200, step="receivers", **wished(kind="law"))
        assert "3 members do not give this kind of help Cove, Ark, Bay" in page
        assert "No member can be asked for this." in page
        assert not Referral.objects.exists()

    def test_the_map_says_who_takes_whom_and_where_there_is_nobody(self, scene: Scene) -> None:
        page = text(scene.ama.get(reverse("helpline:desk-routes")).content.decode())
        assert "A safe place to stay Ark, Bay, Cove" in page
        assert "Legal help Nobody" in page
        assert "Cove Somebody to talk to Not confirmed lately" in page

    def test_what_the_case_knows_is_filled_in_and_nothing_is_ticked(self, scene: Scene) -> None:
        chosen = {**wished(), **placed(scene.bodies)}
        answer = scene.ama.post(reverse("helpline:desk-refer", args=[scene.case]), {**chosen, "step": "texts"})
        page = answer.content.decode()
        for known in ("It began on Sunday.", "nell@example.org", "plum", "Leave no message."):
            assert known in page, known
        assert "stay in this country" not in page  # wishes are the helpline's until the person passes them on
        assert " checked" not in page

    def test_messages_fill_in_what_happened_where_no_story_was_told(self, scene: Scene) -> None:
        her = came(story=Story(everyone_adult=True, words=""), words="He has my pictures.")
        write_message(opened=her.open(), words="He asks for money.", side=Side.PERSON, by=PERSON, now=NOW)
        ask_help(opened=her.open(), kind=HelpKind.LAW, by=PERSON, now=NOW)
        Case.objects.filter(reference=her.case).update(band=Band.RED)
        address = reverse("helpline:desk-refer", args=[her.case])
        wish = html.unescape(scene.ama.get(address).content.decode())
        assert re.search(r'<option value="law" selected>', wish)
        assert re.search(r'name="is_urgent"[^>]* checked', wish)
        answer = scene.ama.post(address, {**wished(), **placed(scene.bodies), "step": "texts"})
        page, _, folded = html.unescape(answer.content.decode()).partition("More that can be passed on")
        assert re.search(r'name="text-happened"[^>]*>\s*He has my pictures\.\n\nHe asks for money\.<', page)
        assert "The helpline writes to them, and they read it with their code." in page
        assert "text-happened" not in folded

    def test_members_of_other_help_are_folded_and_room_stands_with_its_age(self, scene: Scene) -> None:
        _ark, _bay, cove = scene.bodies
        joins("Dale", parts=[Part(service=uuid.uuid4(), kinds=frozenset({Kind.LAW}), languages=frozenset({"en"}))])
        full = {"service": cove.service, "kind": Kind.SHELTER, "said": Said.FULL}
        say_capacity(member=cove.member, by=cove.worker.actor, now=NOW - timedelta(hours=2), **full)
        answer = scene.ama.post(reverse("helpline:desk-refer", args=[scene.case]), {**wished(), "step": "receivers"})
        page = html.unescape(answer.content.decode())
        line = next(each for each in page.split('<span class="leeward-head">') if "<bdi>Cove</bdi>" in each)
        assert re.search(r"Full</strong>\s*<span[^>]*>Said Tuesday", line)
        assert re.search(r"<option[^>]*>Cove · Full, Tuesday [0-9:]+ · They have no room now", page)
        before, folded, behind = page.partition("1 member does not give this kind of help")
        assert folded
        assert "Dale" not in before
        assert "Dale" in behind.partition("</details>")[0]

    def test_plan_and_danger_are_filled_in_and_the_person_may_untick_them(self, scene: Scene) -> None:
        plan = Plan(texts={PlanPart.PEOPLE: "My sister. The word is lemon."})
        keep_plan(opened=scene.teller.open_case(), plan=plan, by=PERSON, now=NOW)
        asked = reverse("helpline:desk-screen", args=[scene.case, "image-abuse"])
        said = {f"said-{code}": "not_asked" for code in find_instrument("image-abuse", today=NOW.date()).codes}
        said |= {"said-kill": "yes", "band": "red", "version": "1", "once": str(uuid.uuid4())}
        assert scene.ama.post(asked, said).status_code == 303
        ark = scene.bodies[0]
        page = scene.desk("refer", status=200, step="texts", **wished(), **placed([ark]))
        for known in ("The word is lemon.", "threatened to kill them", "These questions are not validated"):
            assert known in page, known
        both = {"text-plan": "My sister.", "text-screen": "Yes: threats.", "to-plan": str(ark.service)}
        scene.prepares(ark, **both, **{"to-screen": str(ark.service)})
        assert "Yes: threats." in scene.reads()
        kept = {"keep-0-happened": "on", "text-0-happened": HAPPENED, "place-0": "1", **LAST_DAY}
        scene.says("change", **kept, **{"keep-0-plan": "on", "text-0-plan": "My sister."})
        page = scene.reads()
        assert "My plan to stay safe My sister." in page
        assert "threats" not in page

    def test_each_mistake_is_named_and_nothing_is_kept(self, scene: Scene) -> None:
        ark, _bay, cove = scene.bodies
        chosen = {**wished(), **placed([ark, cove])}
        twice = scene.desk("refer", status=400, step="texts", **wished(), **placed([ark, ark]))
        assert "Name each organisation once." in twice
        sent = {**chosen, **texts([ark]), "step": "keep"}
        assert "Cove gets nothing." in scene.desk("refer", status=400, **sent)
        sent = {**chosen, **texts([ark, cove]), "step": "keep"}
        assert "Write something, or tick nobody" in scene.desk("refer", status=400, **sent | {"text-reach": " "})
        assert "a day after today" in scene.desk("refer", status=400, **sent | {"until": "2026-11-24"})
        assert not Referral.objects.exists()

    def test_a_press_twice_prepares_one(self, scene: Scene) -> None:
        once = {"once": str(uuid.uuid4())}
        scene.prepares(**once)
        scene.prepares(**once)
        assert Referral.objects.count() == 1

    def test_a_yes_by_voice_is_kept_with_its_words(self, scene: Scene) -> None:
        scene.prepares()
        once = {"once": str(uuid.uuid4())}
        scene.desk("referral-yes", status=400, version=1, words="", **once)
        stale = scene.desk("referral-yes", status=400, version=7, words="Yes, ask them.", **once)
        assert "Read it to them again." in stale
        assert scene.referral.state is ReferralState.DRAFTED
        scene.desk("referral-yes", version=1, words="Yes, ask them.", **once)
        assert scene.referral.state is ReferralState.OPEN
        page = scene.sees()
        assert "By voice, typed in" in page
        assert "Yes, ask them." in page
        assert "heard by" in page

    def test_a_question_is_a_task_until_it_is_answered(self, scene: Scene) -> None:
        scene.prepares()
        scene.agrees()
        answers(scene, scene.bodies[0], ask, words="Does she have a child?")
        assert kinds(scene) >= {TaskKind.SERVICE_ASKS}
        assert [each.reference for each in cases_in(Queue.REFERRED, now=NOW)] == [scene.case]
        assert "Does she have a child?" in scene.sees()
        once = {"once": str(uuid.uuid4())}
        scene.desk("referral-answer", status=400, words="", **once)
        scene.desk("referral-answer", words="No child.", **once)
        scene.desk("referral-answer", status=409, words="No child.", **once)
        assert TaskKind.SERVICE_ASKS not in kinds(scene)
        assert scene.turns[0].state is TurnState.OFFERED

    def test_what_came_back_is_a_task_until_the_person_is_told(self, scene: Scene) -> None:
        ark = scene.bodies[0]
        scene.prepares(ark)
        scene.agrees()
        answers(scene, ark, decline_turn, reason=DeclineReason.NO_ROOM)
        assert kinds(scene) >= {TaskKind.CAME_BACK}
        assert "Came back" in scene.sees("case")
        assert "We have no room" in scene.sees()
        home = scene.ama.get(reverse("work:home")).content.decode()
        assert "Passed on, and something is to be done" in html.unescape(home)
        later = NOW + timedelta(minutes=5)
        opened, side = scene.teller.open_case(), {"words": "It came back.", "by": ark.worker.actor}
        write_message(opened=opened, side="team", now=later, **side)  # type: ignore[arg-type]
        assert TaskKind.CAME_BACK not in kinds(scene)
        assert not cases_in(Queue.REFERRED, now=NOW)

    def test_they_take_it_back_or_give_up_waiting(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        scene.prepares()
        scene.agrees()
        answers(scene, scene.bodies[0], accept_turn)
        scene.desk("referral-move-on", status=409)
        later = NOW + timedelta(days=12)
        at(monkeypatch, later)
        scene = replace(scene, ama=come_in("ama"))
        assert TaskKind.NOT_BEGUN in {task.kind for task in tasks_of_case(scene.case, now=later)}
        assert "Stop waiting and ask the next one" in scene.sees()
        scene.desk("referral-move-on")
        assert scene.turns[0].state is TurnState.EXPIRED
        scene.desk("referral-stop")
        assert scene.referral.state is ReferralState.WITHDRAWN

    def test_a_referral_opens_on_its_own_case_alone_and_for_practitioners_alone(self, scene: Scene) -> None:
        scene.prepares()
        other = came()
        wrong = reverse("helpline:desk-referral", args=[other.case, scene.referral.reference])
        assert scene.ama.get(wrong).status_code == 404
        here = reverse("helpline:desk-referral", args=[scene.case, scene.referral.reference])
        employ("dee", Role.SUPERVISOR)
        assert come_in("dee").get(here).status_code == 403


class TestThePerson:
    def test_they_read_word_for_word_what_each_gets_and_must_pass_on_before_the_yes(self, scene: Scene) -> None:
        scene.prepares(*scene.bodies)
        assert ("It is waiting for your yes. Nothing is passed on before that.") in text(
            scene.hers.see("/status/part/people")
        )
        page = scene.reads()
        for said in (
            HAPPENED,
            REACH,
            "1. Ark",
            "2. Bay",
            "3. Cove",
            "The police.",
            MUST,
            "None of them can open it after",
        ):
            assert said in page, said
        assert "Nell" not in page  # it was ticked for nobody
        for body in scene.bodies:
            with pytest.raises(ReferralUnknown):
                answers(scene, body, open_turn)
        assert "They have named no law that makes them pass any of it on." in page

    def test_the_yes_needs_the_code_and_the_draft_that_was_read(self, scene: Scene) -> None:
        scene.prepares()
        scene.says(status=422, version=1, numbers="")
        scene.says(status=403, version=1, numbers=_wrong(scene.hers.code))
        stale = scene.says(status=422, version=2, numbers=scene.hers.code)
        assert "This was changed meanwhile." in stale
        assert scene.referral.state is ReferralState.DRAFTED
        scene.agrees()
        release = open_turn(
            turn=scene.turns[0].reference,
            keyring=scene.bodies[0].worker.keyring,
            by=scene.bodies[0].worker.actor,
            now=NOW,
        ).release
        assert release.texts == {ReleaseField.HAPPENED: HAPPENED, ReleaseField.REACH: REACH}

    def test_they_untick_change_reorder_and_strike_before_it(self, scene: Scene) -> None:
        ark, bay, cove = scene.bodies
        scene.prepares(ark, bay, cove)
        sent: dict[str, Any] = {**LAST_DAY}
        for number, place in enumerate(("2", "", "1")):
            sent[f"place-{number}"] = place
            sent[f"text-{number}-happened"] = HAPPENED
            sent[f"keep-{number}-happened"] = "on"
        sent |= {"text-0-reach": REACH, "text-0-happened": "Only this."}
        assert "a place of its own" in scene.says("change", status=422, **sent | {"place-2": "2"})
        nobody = {"place-0": "", "place-1": "", "place-2": ""}
        assert "Somebody must be asked." in scene.says("change", status=422, **sent | nobody)
        assert "untick it" in scene.says("change", status=422, **sent | {"text-0-happened": " "})
        scene.says("change", **sent)
        assert scene.referral.version == 2
        assert [turn.member.name for turn in scene.turns] == ["Cove", "Ark"]
        page = scene.reads()
        assert "Only this." in page
        assert REACH not in page
        assert "Bay" not in page
        scene.agrees()
        assert scene.says("change").endswith(scene.page())  # nothing is changed after the yes

    def test_no_is_one_press_and_passes_nothing_on(self, scene: Scene) -> None:
        scene.prepares()
        assert "Nobody will be asked" in scene.reads("stop")
        scene.says("stop")
        assert scene.referral.state is ReferralState.WITHDRAWN
        assert "Passed on" not in text(scene.hers.see("/status/part/people"))

    def test_they_follow_it_by_days_and_hear_whose_turn_it_is(self, scene: Scene) -> None:
        ark, _bay, cove = scene.bodies
        scene.prepares()
        scene.agrees()
        page = scene.reads()
        assert "It is the turn of Ark. They have until Thursday 26 November 2026 to answer. If they do not, the" in page
        assert not re.search(r"in \d+ (day|hour|minute)", page)
        answers(scene, ark, decline_turn, reason=DeclineReason.CONFLICT)
        assert "The next one is asked now." in scene.reads()
        assert "We know or help somebody who is involved" not in scene.reads()  # that is for the helpline alone
        forward_due(now=NOW, limit=9, forwarder=open_service(Service.FORWARDER))
        cove_alone = text(scene.hers.see("/status/others"))
        assert ("It is the turn of Cove." in cove_alone, "If they do not, the next" in cove_alone) == (True, False)
        answers(scene, cove, accept_turn)
        assert "Cove says that they will help. They have until Tuesday 1 December 2026 to begin." in scene.reads()
        answers(scene, cove, start)
        assert "Cove says that they have begun." in scene.reads()

    def test_nobody_is_said_to_come_next_where_nobody_else_is_on_the_list(
        self, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ark = scene.bodies[0]
        scene.prepares(ark)
        page = scene.reads()
        assert "Only they are asked. Nobody else is on the list." in page
        assert "They cannot open it after" in page
        scene.agrees()
        asked = scene.reads()
        assert "They have until Thursday 26 November 2026 to answer. Nobody else is on the list" in asked
        answers(scene, ark, accept_turn)
        at(monkeypatch, NOW + timedelta(days=12))
        scene = replace(scene, ama=come_in("ama"))
        assert "Stop waiting: nobody else is on the list" in scene.sees()
        line = find_referral(scene.referral.reference, now=NOW + timedelta(days=12))
        assert line is not None
        late = stand_words(line)
        assert "to begin. Nobody else is on the list." in late
        for said in (page, asked, scene.sees(), late):
            assert not re.search("next one|one after the other|in this order|None of them", said)

    def test_they_answer_a_question(self, scene: Scene) -> None:
        scene.prepares()
        scene.agrees()
        assert scene.hers.client.get(scene.page("answer"))["Location"] == scene.page()
        answers(scene, scene.bodies[0], ask, words="Which days are good?")
        assert "Ark has a question." in scene.reads()
        assert "Which days are good?" in scene.reads("answer")
        once = {"once": str(uuid.uuid4())}
        scene.says("answer", status=422, words="", **once)
        scene.says("answer", words="Mondays.", **once)
        assert "Mondays." in scene.reads()
        assert scene.turns[0].state is TurnState.OFFERED

    def test_they_stop_it_with_their_code_and_are_told_what_ends(self, scene: Scene) -> None:
        ark = scene.bodies[0]
        scene.prepares()
        scene.agrees()
        answers(scene, ark, open_turn)
        page = scene.reads("stop")
        assert "They can open nothing of this any more. What they have read, they may remember." in page
        assert "Nobody else whom you named for this is asked." in page
        scene.says("stop", status=403, numbers=_wrong(scene.hers.code))
        scene.says("stop", numbers=scene.hers.code)
        with pytest.raises(TurnMovedOn):
            answers(scene, ark, open_turn)
        assert "You took it back. Nobody else is asked." in scene.reads()
        scene.says("stop", numbers=scene.hers.code)

    def test_they_say_what_came_of_it_beside_what_the_receiver_says(self, scene: Scene) -> None:
        ark = scene.bodies[0]
        scene.prepares()
        scene.agrees()
        assert scene.hers.client.get(scene.page("outcome"))["Location"] == scene.page()
        answers(scene, ark, accept_turn)
        answers(scene, ark, finish, outcome=DoneAs.GOT_IT)
        scene.says("outcome", status=422, told_again="no")
        scene.says("outcome", in_touch="yes", told_again="partly")
        assert scene.turns[0].told_again is ToldAgain.PARTLY
        assert "They say that it is done. Nobody else is asked." in scene.reads()
        scene.says("outcome", in_touch="no", told_again="")
        assert scene.turns[0].told_again is None
        staff = scene.sees()
        assert "The person got what they were sent for" in staff
        assert "Did they get in touch, as the person says? No" in staff

    def test_it_stands_in_their_copy_of_everything(self, scene: Scene) -> None:
        scene.prepares()
        scene.says("receipt")  # before the yes there is none: it leads back
        scene.agrees()
        answers(scene, scene.bodies[0], ask, words="Which days?")
        page = text(scene.hers.see("/status/everything"))
        for said in ("Ark : Question asked", HAPPENED, "Which days?"):
            assert said in page, said
        saved = json.loads(scene.hers.client.post("/status/everything/save").content)
        (told,) = saved["passed_on"]
        assert [asked["name"] for asked in told["asked"]] == ["Ark", "Cove"]
        assert told["asked"][0]["gets"]["happened"] == HAPPENED
        assert told["agreed_by"] == "code"
        receipt = json.loads(scene.hers.client.post(scene.page("receipt")).content)
        assert receipt == told["receipt"]
        assert (receipt["spec"], receipt["state"]) == ("leeward-receipt:1", "given")
        first = receipt["pii_processing"]["recipients"][0]
        assert (first["name"], first["pii_types"]) == ("Ark", ["What happened", "How and when to reach me"])
        assert HAPPENED not in json.dumps(receipt)
        scene.says("stop", numbers=scene.hers.code)
        over = json.loads(scene.hers.client.post(scene.page("receipt")).content)
        assert (over["state"], [each["event"] for each in over["events"]]) == ("withdrawn", ["given", "withdrawn"])

    def test_erasing_everything_takes_it_back(self, scene: Scene) -> None:
        ark = scene.bodies[0]
        scene.prepares()
        scene.agrees()
        turn = scene.turns[0].reference
        assert scene.hers.client.post("/status/erase", {"numbers": scene.hers.code}).status_code == 303
        assert not Referral.objects.exists()
        with pytest.raises(ReferralUnknown):
            open_turn(turn=turn, keyring=ark.worker.keyring, by=ark.worker.actor, now=NOW)

    def test_only_their_own_code_opens_it(self, scene: Scene) -> None:
        scene.prepares()
        page = scene.page()
        stranger = Teller()
        stranger.come()
        other = browser_of(stranger, now=NOW)
        for path in (page, f"{page}/change", f"{page}/stop", f"{page}/answer", f"{page}/outcome"):
            assert other.client.get(path)["Location"] == "/status/others", path
            assert Client().get(path).status_code == 303
        assert "There is nothing here yet." in text(other.see("/status/others"))

    def test_that_something_waits_for_them_is_news_if_they_asked_for_such(self, scene: Scene) -> None:
        SafeWay.objects.update(news_at=None)
        scene.prepares()
        assert SafeWay.objects.get(file__reference=scene.teller.file).news_at == NOW


def kinds(scene: Scene) -> set[TaskKind]:
    return {task.kind for task in tasks_of_case(scene.case, now=NOW)}


class TestAMemberWhereNobodyReads:
    """Nothing new is passed on to it. What is with it stays there, and says so."""

    def test_is_named_to_the_practitioner_and_cannot_be_chosen(self, scene: Scene) -> None:
        ark, _bay, _cove = scene.bodies
        comes_back(ark, is_here=False)
        page = scene.desk("refer", status=200, step="receivers", **wished())
        assert f"Ark Not confirmed lately {UNREAD}" in page
        assert "Ark · Not confirmed lately" not in page
        scene.desk("refer", status=400, step="keep", **{**wished(), **placed([ark]), **texts([ark])})
        assert not Referral.objects.exists()
        routes = text(scene.ama.get(reverse("helpline:desk-routes")).content.decode())
        assert "A safe place to stay Bay, Cove" in routes
        comes_back(ark)
        assert "Ark · Not confirmed lately" in scene.desk("refer", status=200, step="receivers", **wished())

    def test_is_named_to_the_person_whose_yes_passes_nothing_on_to_it(self, scene: Scene) -> None:
        scene.prepares()
        ark, _bay, _cove = scene.bodies
        comes_back(ark, is_here=False)
        assert UNREAD in scene.reads()
        assert UNREAD in scene.reads("change")
        assert UNREAD in scene.says(status=422, numbers=scene.hers.code, version=scene.referral.version)
        assert {turn.state for turn in scene.turns} == {TurnState.DRAFTED}
        comes_back(ark)
        assert UNREAD not in scene.reads()
        scene.agrees()
        assert {turn.state for turn in scene.turns} == {TurnState.OFFERED, TurnState.AGREED}

    def test_keeps_what_is_with_it_and_the_person_reads_that_nobody_can_read_it_now(self, scene: Scene) -> None:
        scene.prepares()
        scene.agrees()
        ark, _bay, _cove = scene.bodies
        assert AWAY not in scene.reads()
        comes_back(ark, is_here=False)
        for page in (scene.reads(), text(scene.hers.see("/status/others"))):
            assert "It is the turn of Ark." in page
            assert AWAY in page
        assert [turn.state for turn in scene.turns] == [TurnState.OFFERED, TurnState.AGREED]
        comes_back(ark)
        answers(scene, ark, accept_turn)
        assert AWAY not in scene.reads()
        comes_back(ark, is_here=False)
        assert AWAY in scene.reads()
        scene.says("stop", numbers=scene.hers.code)
        assert scene.referral.state is ReferralState.WITHDRAWN
        assert AWAY not in scene.reads()

    def test_waits_behind_those_who_can_read_it_and_is_asked_once_somebody_is_back(self, scene: Scene) -> None:
        scene.prepares(*scene.bodies)
        scene.agrees()
        ark, bay, cove = scene.bodies
        comes_back(bay, is_here=False)
        page = scene.reads()
        assert "If they do not, the next one is asked." in page
        assert page.count(UNREAD) == 1
        assert page.index("2. Bay") < page.index(UNREAD) < page.index("3. Cove")
        answers(scene, ark, decline_turn, reason=DeclineReason.NO_ROOM)
        forward_due(now=NOW, limit=10, forwarder=open_service(Service.FORWARDER))
        assert [turn.state for turn in scene.turns] == [TurnState.DECLINED, TurnState.AGREED, TurnState.OFFERED]
        assert "Nobody who comes next can read it right now." in scene.reads()
        assert UNREAD in scene.sees()
        comes_back(bay)
        assert "If they do not, the next one is asked." in scene.reads()
        answers(scene, cove, decline_turn, reason=DeclineReason.NO_ROOM)
        forward_due(now=NOW, limit=10, forwarder=open_service(Service.FORWARDER))
        assert [turn.state for turn in scene.turns] == [TurnState.DECLINED, TurnState.OFFERED, TurnState.DECLINED]

    def test_is_passed_over_where_only_it_is_left(self, scene: Scene) -> None:
        scene.prepares()
        scene.agrees()
        ark, _bay, cove = scene.bodies
        comes_back(cove, is_here=False)
        answers(scene, ark, decline_turn, reason=DeclineReason.NO_ROOM)
        forward_due(now=NOW, limit=10, forwarder=open_service(Service.FORWARDER))
        assert [turn.state for turn in scene.turns] == [TurnState.DECLINED, TurnState.PASSED_OVER]
        assert scene.referral.state is ReferralState.RETURNED
        assert "Nobody there could open it when their turn came" in scene.sees()


def comes_back(body: Body, *, is_here: bool = True) -> None:
    """Let the one who works at a member leave, or be there again."""
    User.objects.filter(reference=body.worker.actor.id).update(is_active=is_here)
