"""Nobody keeps a door closed for others: not by wrong tries, not by a name, not by being many; and forms are kept."""

import html
import itertools
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.operations import create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import new_code
from leeward.foundation.vault.rules.lanes import Lane
from leeward.foundation.vault.rules.waits import FREE_TRIES, NETWORK_TRIES, NETWORK_TRIES_WITH_WORK, TRIES_EVERYWHERE
from leeward.foundation.vault.rules.work import is_done
from leeward.victim.portal.views.keeping import BEGINNINGS_PER_NETWORK
from leeward.victim.removals.models import Report
from tests.foundation.accounts.people import PASSPHRASE, come_in, employ
from tests.foundation.vault.places import others_hash
from tests.victim.portal.conftest import Visitor
from tests.victim.portal.slips import _wrong
from tests.victim.removals.conftest import NOW
from tests.victim.removals.teller import CODE, TOKEN, Teller

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
CHALLENGE = re.compile(r'name="challenge" value="([^"]*)"')
HERS, ATTACKER = "198.51.100.7", "203.0.113.9"


def prove(challenge: str) -> str:
    """Do the small sum, as the page's script does."""
    return next(str(n) for n in itertools.count() if is_done(challenge=challenge, proof=str(n)))


@dataclass
class Browser:
    """A browser in some network; with script it does the small sum of each form."""

    network: str = HERS
    script: bool = False

    def __post_init__(self) -> None:
        self.client = Client(REMOTE_ADDR=self.network)

    def fill(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, fields | (self.sum_of(self.client.get(path)) if self.script else {}))

    @staticmethod
    def sum_of(page: Any) -> dict[str, str]:
        found = CHALLENGE.search(page.content.decode())
        assert found
        challenge = html.unescape(found[1])
        return {"challenge": challenge, "proof": prove(challenge)}

    def enter(self, code: str) -> Any:
        return self.fill("/status/", numbers=code)

    def sign_in(self, name: str, passphrase: str) -> Any:
        return self.fill(reverse("accounts:sign-in"), username=name, passphrase=passphrase)


@pytest.fixture
def code() -> str:
    teller = Teller()
    teller.begin()
    return teller.code


# --- codes ------------------------------------------------------------------------------------------------------------


def test_six_wrong_tries_with_her_first_eight_digits_do_not_close_her_code(code: str) -> None:
    attacker = Browser(ATTACKER)
    for _ in range(FREE_TRIES + 1):
        assert attacker.enter(_wrong(code)).status_code == 403
    assert attacker.enter(code).status_code == 403  # his own network rests
    assert Browser().enter(code).status_code == 303


def test_who_shares_her_network_does_not_close_it_where_her_browser_does_the_sum(code: str) -> None:
    attacker = Browser()
    for _ in range(FREE_TRIES + 1):
        assert attacker.enter(_wrong(code)).status_code == 403
    assert Browser().enter(code).status_code == 403  # without script it asks for patience
    assert Browser(script=True).enter(code).status_code == 303


def test_many_networks_together_do_not_close_it_either(code: str) -> None:
    for number in range(TRIES_EVERYWHERE):
        assert Browser(f"192.0.2.{number}").enter(_wrong(code)).status_code == 403
    assert Browser("192.0.2.250").enter(code).status_code == 403  # guessing from many networks gets nowhere
    assert Browser("192.0.2.250", script=True).enter(code).status_code == 303


def test_a_network_over_its_limit_is_let_in_for_the_sum_up_to_a_higher_one(code: str) -> None:
    attacker = Browser()
    for _ in range(NETWORK_TRIES):
        assert attacker.enter(" ".join(new_code().groups)).status_code == 403
    assert attacker.enter(code).status_code == 429
    assert Browser(script=True).enter(code).status_code == 303
    assert NETWORK_TRIES_WITH_WORK == 10 * NETWORK_TRIES


def test_a_sum_counts_once_and_only_for_our_own_challenge(code: str) -> None:
    attacker, page = Browser(), Client().get("/status/")
    done = Browser.sum_of(page)
    for _ in range(FREE_TRIES + 1):
        attacker.enter(_wrong(code))
    assert attacker.client.post("/status/", {"numbers": _wrong(code), **done}).status_code == 403
    assert attacker.client.post("/status/", {"numbers": code, **done}).status_code == 403  # spent
    own = {"challenge": "made up", "proof": prove("made up")}
    assert attacker.client.post("/status/", {"numbers": code, **own}).status_code == 403
    short = Browser.sum_of(attacker.client.get("/status/")) | {"proof": "0"}
    assert attacker.client.post("/status/", {"numbers": code, **short}).status_code == 403
    assert Browser(script=True).enter(code).status_code == 303


# --- staff ------------------------------------------------------------------------------------------------------------


def test_wrong_tries_with_a_name_do_not_shut_its_owner_out() -> None:
    employ("amina")
    attacker = Browser(ATTACKER)
    for _ in range(FREE_TRIES + 1):
        assert attacker.sign_in("amina", "wrong").status_code == 200
    assert attacker.sign_in("amina", PASSPHRASE).status_code == 200
    assert Browser().sign_in("amina", PASSPHRASE).status_code == 303


def test_nor_do_they_behind_the_same_address_where_the_sum_is_done() -> None:
    employ("amina")
    employ("basil")
    attacker = Browser()
    for number in range(NETWORK_TRIES):
        assert attacker.sign_in(f"nobody{number % 3}" if number > FREE_TRIES else "amina", "wrong").status_code == 200
    held = attacker.sign_in("basil", PASSPHRASE)
    assert held.status_code == 429
    assert 0 < int(held.headers["Retry-After"]) <= 600
    assert Browser(script=True).sign_in("amina", PASSPHRASE).status_code == 303
    assert Browser(script=True).sign_in("basil", PASSPHRASE).status_code == 303


def test_people_who_sign_in_are_never_counted() -> None:
    employ("amina")
    for _ in range(NETWORK_TRIES + 5):
        assert Browser().sign_in("amina", PASSPHRASE).status_code == 303


def test_unlocking_and_links_have_limits_by_network_too() -> None:
    wrong = []
    for name in ("amina", "basil", "cleo", "dora", "edna"):  # each may try five times before they rest
        employ(name)
        desk = come_in(name)
        desk.post(reverse("accounts:lock"))
        wrong += [desk.post(reverse("accounts:unlock"), {"passphrase": "wrong"}) for _ in range(FREE_TRIES)]
    assert [each.status_code for each in wrong] == [200] * NETWORK_TRIES + [429] * FREE_TRIES
    guesser = Client(REMOTE_ADDR=ATTACKER)
    link = create_staff(username="new", display_name="N", role=Role.ADMINISTRATOR, by=Actor.operator(), now=NOW).token
    for _ in range(NETWORK_TRIES + 5):  # who has a link is never counted
        assert guesser.get(reverse("accounts:enrol", args=[link])).status_code == 200
    guessed = [guesser.get(reverse("accounts:enrol", args=[f"made-up-{number}"])) for number in range(NETWORK_TRIES)]
    assert {each.status_code for each in guessed} == {410}
    assert guesser.get(reverse("accounts:enrol", args=["made-up"])).status_code == 429
    assert guesser.get(reverse("accounts:enrol", args=[link])).status_code == 200


# --- forms are kept ---------------------------------------------------------------------------------------------------


def test_a_refused_report_keeps_its_page_its_token_and_its_code() -> None:
    teller = Teller()
    with others_hash(Lane.NEW_CODES):
        refused = teller.begin()
    page = html.unescape(refused.content.decode())
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 5
    assert "Nothing is lost. Press the button again" in page
    found, token = CODE.search(page), TOKEN.search(page)
    assert found
    assert token
    assert found[1] == teller.code  # the one on her paper
    assert re.search(r'name="kept"[^>]*checked', page)
    assert Report.objects.count() == 0
    assert teller.post("/report/keep", token=token[1], kept="on").status_code == 303  # one press
    assert Browser().enter(teller.code).status_code == 303


def test_a_network_over_its_limit_begins_reports_for_the_sum() -> None:
    for _ in range(BEGINNINGS_PER_NETWORK):
        assert Teller().begin().status_code == 303
    teller = Teller()
    refused = teller.begin()
    assert refused.status_code == 429
    token = TOKEN.search(html.unescape(refused.content.decode()))
    assert token
    again = {"token": token[1], "kept": "on", **Browser.sum_of(refused)}
    assert teller.client.post("/report/keep", again).status_code == 303
    assert Browser().enter(teller.code).status_code == 303


def test_a_refused_opening_keeps_what_she_typed(code: str) -> None:
    browser = Browser()
    with others_hash(Lane.OPENING):
        refused = browser.enter(code)
    assert refused.status_code == 429
    page = html.unescape(refused.content.decode())
    assert f'value="{code}"' in page
    assert "Press the button again" in page
    assert browser.enter(code).status_code == 303


def test_a_refused_sending_without_script_keeps_text_token_and_code() -> None:
    visitor = Visitor()
    visitor.pass_gate()
    text = "\n".join(each[1] for each in visitor.picture("one")["pdq"])
    page = visitor.post("paste", {"codes": text})
    code, token = visitor.code_in(page), visitor.field_in(page, "token")
    fields = {"codes": text, "token": token, "consent": "on", "kept": "on"}
    with others_hash(Lane.NEW_CODES):
        refused = visitor.post("paste-send", fields)
    assert refused.status_code == 429
    assert visitor.code_in(refused) == code
    assert visitor.field_in(refused, "token") == token
    again = {"codes": visitor.field_in(refused, "codes"), "token": visitor.field_in(refused, "token")}
    assert len(re.findall(r"checked", refused.content.decode())) == 2
    assert visitor.post("paste-send", again | {"consent": "on", "kept": "on"}).status_code == 303
    assert visitor.enter(code).status_code == 303


def test_a_refused_change_of_code_keeps_the_new_code() -> None:
    visitor = Visitor()
    old = visitor.protect("one")
    page = visitor.get("new-numbers")
    new, token = visitor.code_in(page), visitor.field_in(page, "token")
    with others_hash(Lane.NEW_CODES):
        refused = visitor.post("new-numbers", {"token": token, "kept": "on", "numbers": old})
    assert refused.status_code == 429
    assert (visitor.code_in(refused), visitor.field_in(refused, "token")) == (new, token)
    assert Browser().enter(old).status_code == 303  # nothing has changed yet
    assert visitor.post("new-numbers", {"token": token, "kept": "on", "numbers": old}).status_code == 303
    assert Browser().enter(new).status_code == 303


def test_a_refused_sign_in_keeps_the_name_and_never_the_passphrase() -> None:
    employ("amina")
    browser = Browser()
    with others_hash(Lane.STAFF):
        refused = browser.sign_in("amina", PASSPHRASE)
    page = refused.content.decode()
    assert refused.status_code == 429
    assert 'value="amina"' in page
    assert PASSPHRASE not in page


@pytest.mark.parametrize(
    "path", ["/status/", "/staff/sign-in", "/report/keep"], ids=["opening", "signing in", "new report"]
)
def test_the_pages_that_ask_for_something_dear_carry_their_sum(path: str) -> None:
    teller = Teller()
    teller.walk_in()
    page = teller.see(path)
    assert CHALLENGE.search(page)
    assert re.search(r'<input type="hidden" name="proof" value="" data-leeward-sum="16">', page)
