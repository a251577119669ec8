"""What a person reads of a referral is so: in each state that it can be in, and after the helpline was stopped."""

import html
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.file.rules.circle import Whose
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.operations.cases import open_case, stop_case, write_message
from leeward.victim.helpline.operations.desk import close_case
from leeward.victim.network.models import Referral
from leeward.victim.network.operations.referrals import agree, withdraw
from leeward.victim.network.operations.turns import accept_turn, ask, decline_turn, finish, open_turn, start
from leeward.victim.network.rules.turns import DeclineReason, DoneAs, ReferralState
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.victim.file.people import Browser, Teller, browser_of
from tests.victim.helpline.conftest import NOW, PERSON, Worker
from tests.victim.network.conftest import BY_CODE, Body, drafted, forward, ring, turns

pytestmark = pytest.mark.django_db
WHO, HOME, OTHERS = "/status/who", "/status/part/people", "/status/others"
TURN = "is the helpline’s turn to talk with you"
NOT_NOW = "The helpline does not work on this now."
TOGETHER = "You and the helpline can decide what to do next."
SAID_YES, ASKED_HER = "You said yes to asking them.", "We asked you whether others may help."
ALL = (
    "Waiting for your yes", "Passed on", "Not passed on", TURN, NOT_NOW, TOGETHER, SAID_YES, ASKED_HER,
    "What we would pass on only with your yes", "What you let us pass on", "That you said yes to passing it on",
    "That we asked you whether others may help", "You or the helpline can answer it.", "You can answer it.",
    "You said no. Nobody is asked.", "You took it back. Nobody else is asked.", "They say that it is done.",
)  # fmt: skip


@dataclass
class Walk:
    """One person, the practitioner who helps them, one service, and their pages."""

    her: Teller
    sam: Worker
    body: Body
    browser: Browser
    referral: uuid.UUID

    def said(self, *paths: str) -> set[str]:
        """Which of the sentences stand on these pages."""
        pages = "".join(self.words(path) for path in paths or (WHO, HOME, OTHERS, f"{OTHERS}/{self.referral}"))
        return {each for each in ALL if re.search(rf"(?<![\w]){re.escape(each)}(?!\w)", pages)}

    def words(self, path: str) -> str:
        page = self.browser.see(path)
        main = page[page.index("<main") : page.index("</main>")]
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))

    def turn(self, act: Callable[..., None], **more: Any) -> None:
        worker = self.body.worker
        act(turn=turns(self.referral)[0].reference, keyring=worker.keyring, by=worker.actor, now=NOW, **more)

    def agree(self) -> None:
        agree(referral=self.referral, version=1, yes=BY_CODE, keyring=ring(self.her), by=PERSON, now=NOW)

    def withdraw(self) -> None:
        withdraw(referral=self.referral, keyring=ring(self.her), by=PERSON, now=NOW)

    def stop(self) -> None:
        stop_case(opened=self.her.open_case(), by=PERSON, now=NOW)

    def write(self, side: Side = Side.PERSON) -> None:
        if side is Side.PERSON:
            write_message(opened=self.her.open_case(), words="Hello?", side=side, by=PERSON, now=NOW)
            return
        opened = open_case(
            reference=self.her.open_case().reference, keyring=self.sam.keyring, by=self.sam.actor, now=NOW
        )
        write_message(opened=opened, words="It came back.", side=side, by=self.sam.actor, now=NOW)


@pytest.fixture
def walk(monkeypatch: pytest.MonkeyPatch, teller: Teller, sam: Worker, bodies: tuple[Body, ...]) -> Walk:
    at(monkeypatch, NOW)
    start_afresh()
    browser = browser_of(teller, now=NOW)
    return Walk(teller, sam, bodies[0], browser, drafted(teller, sam, bodies[:1]))


DRAFT = {
    "Waiting for your yes",
    "What we would pass on only with your yes",
    "That we asked you whether others may help",
}
AGREED = {"Passed on", "What you let us pass on", "That you said yes to passing it on"}


def test_a_draft_says_nothing_of_a_yes(walk: Walk) -> None:
    assert walk.said() == DRAFT | {ASKED_HER, TURN}  # TURN: what happens if the service cannot help
    assert "Passed on" not in walk.words(HOME)
    walk.withdraw()
    assert walk.said(HOME, OTHERS) == {"Not passed on", "You said no. Nobody is asked."}
    assert SAID_YES not in walk.said(WHO)
    assert not AGREED & walk.said()


def test_after_the_yes_the_service_has_it_and_why(walk: Walk) -> None:
    walk.agree()
    assert walk.said() == AGREED | {SAID_YES, ASKED_HER, TURN}
    card = walk.words(WHO)
    ark = card[card.index(" Ark ") :]
    assert ark[: ark.index("Stop this")].count(SAID_YES) == 1
    walk.withdraw()
    assert walk.said(HOME, OTHERS) == {"Passed on", "You took it back. Nobody else is asked."}


def test_what_came_back_is_the_helplines_until_it_has_written(walk: Walk) -> None:
    walk.agree()
    walk.turn(decline_turn, reason=DeclineReason.NO_ROOM)
    assert Referral.objects.get().state is ReferralState.RETURNED
    assert walk.said(HOME) == {"Passed on", TURN}
    walk.write(Side.TEAM)
    assert walk.said(HOME) == {"Passed on", TOGETHER}


@pytest.mark.parametrize("step", ["draft", "offered", "returned"])
def test_after_a_stop_it_is_nobodys_turn_here(walk: Walk, step: str) -> None:
    if step != "draft":
        walk.agree()
    if step == "returned":
        walk.turn(decline_turn, reason=DeclineReason.NO_ROOM)
    page = f"{OTHERS}/{walk.referral}"
    assert walk.said(page) >= {TURN}
    walk.stop()
    assert NOT_NOW in walk.said(page)
    assert not {TURN, TOGETHER} & walk.said()
    walk.write()  # the helpline works on it again
    assert TURN in walk.said(page)
    assert NOT_NOW not in walk.said()


def test_after_the_helpline_closed_the_case_it_is_nobodys_turn_either(walk: Walk) -> None:
    walk.agree()
    walk.turn(decline_turn, reason=DeclineReason.NO_ROOM)
    walk.write(Side.TEAM)
    opened = open_case(reference=walk.her.open_case().reference, keyring=walk.sam.keyring, by=walk.sam.actor, now=NOW)
    close_case(opened=opened, by=walk.sam.actor, now=NOW)
    assert walk.said(HOME) == {"Passed on", NOT_NOW}


def test_a_question_is_answered_by_whoever_can_open_it(walk: Walk) -> None:
    walk.agree()
    walk.turn(open_turn)
    walk.turn(ask, words="When?", reference=uuid.uuid4())
    assert "You or the helpline can answer it." in walk.said(HOME)
    walk.stop()
    assert {"You can answer it."} == walk.said(HOME) - {"Passed on"}
    walk.write()  # it helps again, but it got no key to this one
    assert {"You can answer it."} == walk.said(HOME) - {"Passed on"}


def test_what_is_done_stays_done(walk: Walk) -> None:
    walk.agree()
    for act in (open_turn, accept_turn, start):
        walk.turn(act)
    walk.turn(finish, outcome=DoneAs.GOT_IT)
    assert "They say that it is done." in walk.said(HOME)
    walk.withdraw()
    assert (Whose.NAMED, walk.body.team) not in walk.her.reads()


def test_refusing_a_draft_promises_no_help_of_a_helpline_that_was_stopped(walk: Walk) -> None:
    page = f"{OTHERS}/{walk.referral}/stop"
    assert "The helpline goes on helping you." in walk.words(page)
    walk.stop()
    assert "goes on helping" not in walk.words(page)


def test_the_forwarder_is_named_by_what_it_does(
    walk: Walk, bodies: tuple[Body, ...], forwarder: ServiceKeys, sam: Worker
) -> None:
    second = drafted(walk.her, sam, bodies[1:3])
    agree(referral=second, version=1, yes=BY_CODE, keyring=ring(walk.her), by=PERSON, now=NOW)
    forward(forwarder, NOW + timedelta(hours=1))
    page = walk.words(WHO)
    card = page[page.index("The machine that asks the next service") :]
    assert SAID_YES in card[:300]
