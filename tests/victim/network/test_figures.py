"""What is counted of referrals: of people who agreed to it alone, and each number a part of the one before."""

from datetime import timedelta
from typing import Any

import pytest

from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.helpline.figures import referral_counts
from leeward.victim.helpline.operations.cases import open_case, save_statistics
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.network.figures import AskedCounts
from leeward.victim.network.operations.members import suspend_member
from leeward.victim.network.operations.referrals import say_outcome, withdraw
from leeward.victim.network.operations.turns import accept_turn, decline_turn, finish, start
from leeward.victim.network.rules.turns import DeclineReason, DoneAs, FailedAs, InTouch, ToldAgain
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Worker
from tests.victim.network.conftest import Body, agreed, forward, ring, turns

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def counted() -> AskedCounts:
    return referral_counts(since=NOW - DAY, until=NOW + DAY)


def agrees(teller: Teller, *, yes: bool) -> None:
    """They say whether they are counted."""
    case = find_case(teller.file)
    assert case is not None
    opened = open_case(reference=case, keyring=ring(teller), by=PERSON, now=NOW)
    save_statistics(opened=opened, agrees=yes, by=PERSON, now=NOW)


def test_what_became_of_the_services_that_were_asked_is_counted_with_a_yes_alone(
    teller: Teller, sam: Worker, bodies: tuple[Body, ...], forwarder: ServiceKeys
) -> None:
    ark, bay, cove = bodies

    def at_ark(*acts: Any, **said: Any) -> Any:
        turn = turns(agreed(teller, sam, [ark]))[0].reference
        for act in acts:
            more = said if act is acts[-1] else {}
            act(turn=turn, keyring=ark.worker.keyring, by=ark.worker.actor, now=NOW, **more)
        return turn

    def says(turn: Any, told: ToldAgain | None, in_touch: InTouch = InTouch.YES) -> None:
        say_outcome(turn=turn, in_touch=in_touch, told_again=told, keyring=ring(teller), by=PERSON, now=NOW)

    says(at_ark(accept_turn, start, finish, outcome=DoneAs.GOT_IT), ToldAgain.NO)
    says(at_ark(accept_turn, finish, outcome=FailedAs.UNREACHED), ToldAgain.ALL)
    says(at_ark(accept_turn, start), None, InTouch.NO)
    at_ark(accept_turn)  # nobody has said anything more
    # One says no, the next lets the time run out, and the third is taken back by the person before it answers.
    moved = agreed(teller, sam, [bay, cove, ark])
    decline_turn(
        turn=turns(moved)[0].reference,
        reason=DeclineReason.AREA,
        keyring=bay.worker.keyring,
        by=bay.worker.actor,
        now=NOW,
    )
    forward(forwarder, NOW)
    due = turns(moved)[1].due_at
    assert due is not None
    forward(forwarder, due)
    withdraw(referral=moved.reference, keyring=ring(teller), by=PERSON, now=due)
    agreed(teller, sam, [ark])  # waits still
    agreed(teller, sam, [bay])
    suspend_member(member=bay.member, by=OPERATOR, now=NOW)  # it did not fail to answer
    nothing = AskedCounts(asked=0, answered=0, accepted=0, ended=0, said=0, told=0, once=0)
    assert counted() == nothing
    agrees(teller, yes=True)
    assert counted() == AskedCounts(asked=6, answered=5, accepted=4, ended=2, said=3, told=2, once=1)
    assert referral_counts(since=NOW + DAY, until=NOW + 2 * DAY) == nothing
    agrees(teller, yes=False)
    assert counted() == nothing
