"""What a platform answered and what was seen since stand beside each other: for no answer may they say two things."""

import html
import re

import pytest
from django.test import Client

from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.decisions import REMOVING, Answer, Ground, Outcome, Reasons, RefusalReason
from leeward.victim.removals.rules.next_steps import Next
from leeward.victim.removals.rules.states import Step
from tests.foundation.accounts.people import at, come_in
from tests.victim.removals.conftest import NOW, OPERATOR, Company, Filed
from tests.victim.removals.desk_clients import item_of, page_of, send
from tests.victim.removals.her import Her
from tests.victim.removals.platform_people import colleague

KEPT = re.compile("keep it up|stays? up|still up|still there", re.IGNORECASE)
TAKEN = re.compile("removed everywhere|is removed|has removed|(?<!what is )gone", re.IGNORECASE)
DESK = {
    Outcome.REMOVED: "They answered: Removed everywhere",
    Outcome.REMOVED_HERE: "They answered: Removed: this copy only",
    Outcome.GEO_BLOCKED: "They answered: Blocked in some countries",
    Outcome.AGE_GATED: "They answered: Put behind an age check",
    Outcome.DEINDEXED: "They answered: Taken out of the search",
    Outcome.ACCOUNT_ACTION: "They answered: Account restricted, item not removed",
    Outcome.REFUSED: "They answered: Refused",
    Outcome.NOT_FOUND: "They answered: Not found",
    Outcome.ALREADY_GONE: "They answered: Already gone",
}
HERS = {
    Outcome.REMOVED: "Gone, they say",
    Outcome.REMOVED_HERE: "Gone, they say",
    Outcome.GEO_BLOCKED: "It is still there in others.",
    Outcome.AGE_GATED: "It is still there.",
    Outcome.DEINDEXED: "The page itself is still there.",
    Outcome.ACCOUNT_ACTION: "It may still be there.",
    Outcome.REFUSED: "They said no",
    Outcome.NOT_FOUND: "says that there is nothing at this address.",
    Outcome.ALREADY_GONE: "Gone, they say",
}
THEIRS = {
    Outcome.REMOVED: "Your answer Removed everywhere on our service",
    Outcome.REMOVED_HERE: "Your answer Removed: this copy only",
    Outcome.GEO_BLOCKED: "Your answer Blocked in some countries",
    Outcome.AGE_GATED: "Your answer Put behind an age check",
    Outcome.DEINDEXED: "Your answer Taken out of our search results",
    Outcome.ACCOUNT_ACTION: "Your answer Action on the account; the item is not removed",
    Outcome.REFUSED: "Your answer Refused: it stays up",
    Outcome.NOT_FOUND: "Your answer We do not find it",
    Outcome.ALREADY_GONE: "Your answer It was gone already",
}
REFUSED, NOT_FOUND = Outcome.REFUSED, Outcome.NOT_FOUND


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def answered(rob: Client, filed: Filed, chatter: Company, outcome: Outcome) -> Filed:
    """A report whose one request has this answer."""
    send(rob, filed)
    reasons = Reasons(
        facts="These are the facts.",
        ground=Ground.ILLEGAL,
        legal_ground="Section 1",
        explanation="As it says.",
        refusal=RefusalReason.OTHER if outcome is REFUSED else None,
    )
    answer = Answer(outcome=outcome, reasons=reasons)
    decide(side=chatter.side, references=[item_of(filed).reference], answer=answer, now=NOW)
    return filed


def words_on(client: Client, address: str) -> str:
    """A page's main part as words, without what can be chosen and pressed there."""
    page = client.get(address).content.decode().partition("<main")[2]
    page = re.sub(r"<form.*?</form>|<option.*?</option>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def on_desk(rob: Client, filed: Filed) -> dict[str, str]:
    """What each of the desk's places says of a request."""
    return {
        "row": words_on(rob, page_of("queue", "all")),
        "report": words_on(rob, page_of("report", filed.reference)),
        "request": words_on(rob, page_of("request", filed.reference, item_of(filed).reference)),
    }


def hers(filed: Filed) -> str:
    return words_on(Her(filed).client, "/status/part/links")


def theirs(chatter: Company, filed: Filed) -> str:
    colleague("mona", chatter)
    return words_on(come_in("mona"), f"/platform/requests/{item_of(filed).reference}")


@pytest.mark.parametrize("outcome", Outcome)
def test_each_place_says_the_answer_as_theirs(rob: Client, answered: Filed, chatter: Company, outcome: Outcome) -> None:
    places = on_desk(rob, answered)
    assert [name for name, said in places.items() if DESK[outcome] not in said] == []
    places["hers"] = hers(answered)
    assert HERS[outcome] in places["hers"]
    assert THEIRS[outcome] in theirs(chatter, answered)
    if outcome in {*REMOVING, NOT_FOUND}:
        assert matches(KEPT, places) == []
    if outcome not in REMOVING:
        assert matches(TAKEN, places) == []


@pytest.mark.parametrize("outcome", Outcome)
def test_what_was_seen_gone_is_nowhere_said_to_be_up(
    rob: Client, answered: Filed, chatter: Company, outcome: Outcome
) -> None:
    look(answered, Signal.GONE)
    places = on_desk(rob, answered)
    assert [
        name for name, said in places.items() if DESK[outcome] not in said or "Gone, checked by us" not in said
    ] == []
    assert matches(KEPT, {**places, "hers": hers(answered)}) == []
    assert THEIRS[outcome] in theirs(chatter, answered)


@pytest.mark.parametrize("outcome", sorted(REMOVING))
def test_what_is_still_up_is_nowhere_said_to_be_gone_by_us(rob: Client, answered: Filed, outcome: Outcome) -> None:
    look(answered, Signal.UP)
    places = on_desk(rob, answered)
    assert [name for name, said in places.items() if "Still online, against their answer" not in said] == []
    assert matches(TAKEN, {name: said.replace(DESK[outcome], "") for name, said in places.items()}) == []
    told = hers(answered)
    assert "Still there" in told
    assert "Gone" not in told


def test_what_is_asked_next_and_what_happened_claim_no_answer_that_was_not_given() -> None:
    answers_kept = {Next.CLOSE_REQUEST: Next.CLOSE_REQUEST.hint, Step.DECIDED_KEPT: Step.DECIDED_KEPT.label}
    assert matches(KEPT, {**answers_kept, Next.CLIMB: Next.CLIMB.hint}) == []
    assert "removed" not in Next.AWAIT_CHECK.hint


def matches(words: re.Pattern[str], places: dict[str, str]) -> list[tuple[str, str]]:
    """Where these words stand, with what is said around them."""
    return [
        (name, said[max(0, hit.start() - 40) : hit.end() + 40])
        for name, said in places.items()
        for hit in words.finditer(said)
    ]


def look(filed: Filed, signal: Signal) -> None:
    verdict = Verdict(signal=signal, reason=CheckReason.PERSON)
    note_check(reference=item_of(filed).reference, verdict=verdict, status=None, by=OPERATOR, now=NOW)
