"""A meeting on high risk: passed on as all else, and what comes back is what organisations do, and by which day."""

import uuid
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.file.rules.circle import Whose
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.complaints import tell_wrong
from leeward.victim.helpline.queries.desk import Queue, cases_in, tasks_of_case
from leeward.victim.helpline.rules.tasks import TaskKind
from leeward.victim.network.errors import MeetingActionRefused, ReferralUnknown, StepImpossible, TurnMovedOn
from leeward.victim.network.models import Referral
from leeward.victim.network.operations.meetings import add_action, end_action
from leeward.victim.network.operations.members import Part
from leeward.victim.network.operations.reading import ReadTurn, read_referral, record_of
from leeward.victim.network.operations.referrals import withdraw
from leeward.victim.network.operations.turns import accept_turn, finish
from leeward.victim.network.rules.meetings import HELPLINE, MOST_ACTIONS, ActionState, MeetingAction
from leeward.victim.network.rules.members import Kind, Wish
from leeward.victim.network.rules.turns import DoneAs
from tests.browsing import see, send
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.file.people import Teller, browser_of
from tests.victim.helpline.conftest import NOW, PERSON, Worker
from tests.victim.network.conftest import Body, agreed, forward, meets, ring, turns
from tests.victim.network.mailed import comes_by_link, mails, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = timedelta(days=1)
PATROL = "Drive past at night for two weeks."


def kinds(teller: Teller, *, now: Any = NOW) -> set[TaskKind]:
    case = Case.objects.get(file__reference=teller.file).reference
    return {task.kind for task in tasks_of_case(case, now=now)}


@pytest.fixture
def table(house: Standing, bodies: tuple[Body, ...]) -> Body:
    """A member that holds meetings."""
    return house("table", lambda: meets("Table"))


def test_her_circle_asks_the_database_as_often_however_many_can_read(
    teller: Teller, sam: Worker, bodies: tuple[Body, ...], table: Body, forwarder: ServiceKeys
) -> None:
    """Of a file with forty grants, as of one with a few."""

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            circle = teller.circle()
        assert bodies[0].team in {row.reading.name for row in circle.rows}
        return len(queries)

    agreed(teller, sam, bodies[:1])
    accepted(teller, sam, table)
    forward(forwarder, NOW)
    before, few = Grant.objects.count(), asked()
    for receivers in (bodies[1:2], bodies[2:], *[bodies] * 3):
        agreed(teller, sam, receivers)
    for _ in range(3):
        accepted(teller, sam, table)
        tell_wrong(file=teller.file, words="They told my brother.", by=PERSON, now=NOW, reference=uuid.uuid4())
    forward(forwarder, NOW)
    assert Grant.objects.count() - before >= 40
    assert asked() == few


def accepted(teller: Teller, sam: Worker, table: Body, kind: Kind = Kind.MEETING) -> tuple[Referral, dict[str, Any]]:
    """It was passed on with the person's yes, and the meeting has taken it."""
    referral = agreed(teller, sam, [table], wish=Wish(kind=kind))
    (turn,) = turns(referral)
    by = table.worker
    given: dict[str, Any] = {"turn": turn.reference, "keyring": by.keyring, "by": by.actor, "now": NOW}
    accept_turn(**given)
    return referral, given


def patrol(owner: Body | None = None, days: int = 7, words: str = PATROL) -> MeetingAction:
    return MeetingAction(words=words, owner=str(owner.member) if owner else HELPLINE, due_on=(NOW + days * DAY).date())


def read(teller: Teller, referral: Referral) -> ReadTurn:
    """As the person reads it."""
    found = read_referral(referral=referral.reference, keyring=ring(teller), by=PERSON, now=NOW)
    assert PATROL in str(record_of(found))
    return found.turns[0]


def test_what_it_decides_is_a_task_on_its_day_until_it_has_an_end_and_the_person_reads_both(
    teller: Teller, sam: Worker, table: Body, bodies: tuple[Body, ...]
) -> None:
    referral, given = accepted(teller, sam, table)
    references = [uuid.uuid4(), uuid.uuid4()]
    add_action(**given, decided=patrol(bodies[0]), reference=references[0])
    add_action(**given, decided=patrol(days=9), reference=references[1])
    add_action(**given, decided=patrol(days=9), reference=references[1])  # pressed twice
    first, second = read(teller, referral).actions
    assert (first.owner, first.words, first.due_on, first.state) == (
        "Ark",
        PATROL,
        (NOW + 7 * DAY).date(),
        ActionState.OPEN,
    )
    assert second.owner == ""
    assert teller.reads()[Whose.NAMED, table.team] >= {"What a meeting decided to do for you"}
    assert TaskKind.ACTION not in kinds(teller, now=NOW + 6 * DAY)
    day = NOW + 7 * DAY
    assert TaskKind.ACTION in kinds(teller, now=day)
    assert cases_in(Queue.REFERRED, now=day).exists()
    ours: dict[str, Any] = {**given, "keyring": sam.keyring, "by": sam.actor, "now": day}
    for _twice in range(2):
        end_action(**ours, action=references[0], state=ActionState.DONE, words="Each night.")
    assert TaskKind.ACTION not in kinds(teller, now=day)
    finish(**given, outcome=DoneAs.GOT_IT)
    end_action(**given, action=references[1], state=ActionState.NOT_DONE)  # what is done stays readable, and has ends
    first, second = read(teller, referral).actions
    assert (first.state, first.outcome, second.state) == (ActionState.DONE, "Each night.", ActionState.NOT_DONE)
    assert TaskKind.ACTION not in kinds(teller, now=NOW + 10 * DAY)


def test_bad_input_is_named_and_nothing_is_kept(
    teller: Teller, sam: Worker, table: Body, bodies: tuple[Body, ...]
) -> None:
    referral, given = accepted(teller, sam, table)
    nowhere = replace(patrol(), owner="Officer Lind")
    for wrong in (patrol(words=" "), patrol(days=-1), patrol(days=367), patrol(words="x" * 501), nowhere):
        with pytest.raises(MeetingActionRefused):
            add_action(**given, decided=wrong, reference=uuid.uuid4())
    others: list[dict[str, Any]] = [{"keyring": sam.keyring, "by": sam.actor}, {"keyring": ring(teller), "by": PERSON}]
    for other in others:
        with pytest.raises(ReferralUnknown):
            add_action(**{**given, **other}, decided=patrol(), reference=uuid.uuid4())
    assert read_referral(referral=referral.reference, keyring=ring(teller), by=PERSON, now=NOW).turns[0].actions == ()
    action = uuid.uuid4()
    add_action(**given, decided=patrol(), reference=action)
    end: dict[str, Any] = {"action": action, "state": ActionState.DONE}
    with pytest.raises(ReferralUnknown):  # it is not theirs to say
        end_action(**{**given, **others[1]}, **end)
    with pytest.raises(ReferralUnknown):
        end_action(**given, **{**end, "action": uuid.uuid4()})
    for _more in range(MOST_ACTIONS - 1):
        add_action(**given, decided=patrol(), reference=uuid.uuid4())
    with pytest.raises(StepImpossible):
        add_action(**given, decided=patrol(), reference=uuid.uuid4())
    withdraw(referral=referral.reference, keyring=ring(teller), by=PERSON, now=NOW)
    with pytest.raises(TurnMovedOn):
        end_action(**given, **end)
    assert TaskKind.ACTION not in kinds(teller, now=NOW + 30 * DAY)
    _other, no_meeting = accepted(teller, sam, table, Kind.SHELTER)
    with pytest.raises(StepImpossible):
        add_action(**no_meeting, decided=patrol(), reference=uuid.uuid4())


def test_the_pages_of_all_three_and_of_whoever_comes_by_a_link(
    house: Standing, forwarder: ServiceKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOW)
    house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))
    teller, guest = Teller(), Client()
    teller.come()
    hers = browser_of(teller, now=NOW)
    service, kinds = uuid.uuid4(), frozenset({Kind.MEETING})
    parts = [Part(service=service, kinds=kinds, languages=frozenset({"en"}))]
    body = replace(comes_by_link("Table", parts=parts), service=service)
    referral = agreed(teller, Worker(actor=PERSON, keyring=ring(teller)), [body], wish=Wish(kind=Kind.MEETING))
    forward(forwarder, NOW)
    link = f"/asked/{token_of(mails()[-1])}"
    guest.post(link, {"version": "1"})
    assert "Add what was decided" not in see(guest, link)
    send(guest, f"{link}/accept")
    decided: dict[str, Any] = {"once": uuid.uuid4(), "words": PATROL, "owner": HELPLINE, "due_on": NOW.date()}
    assert "within a year" in unescape(send(guest, f"{link}/action", status=400, **decided | {"due_on": "2026-11-23"}))
    send(guest, f"{link}/action", **decided)
    assert PATROL in see(guest, link)
    address = f"/status/others/{referral.reference}"
    mine = unescape(hers.see(address))
    assert "What they decided to do for you" in mine
    assert PATROL in mine
    case = Case.objects.get().reference
    ama = come_in("ama")

    def page(name: str, *args: object) -> str:
        return reverse(f"helpline:desk-{name}", args=[case, *args])

    assert "See what came of a meeting’s action" in unescape(see(ama, page("case")))
    assert PATROL in see(ama, page("referral", referral.reference))
    (action,) = read(teller, referral).actions
    send(ama, page("referral-action", referral.reference), status=404, action=uuid.uuid4(), state="done")
    send(ama, page("referral-action", referral.reference), action=action.reference, state="done", words="All quiet.")
    assert "All quiet." in hers.see(address)
