"""Whoever changes a way in proves who they are: at every form; the old ways end, and owner and lead are told."""

import inspect
from collections.abc import Iterator
from datetime import timedelta
from types import CodeType, FunctionType, ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.models import Passkey, Unlock, User
from leeward.foundation.accounts.rules import BODY_OF, PROOF_LIFETIME, SESSION_IDLE, SESSION_IDLE_KEYLESS, Role
from leeward.foundation.accounts.verbs import OTHER_DOORS, WAYS_IN, AccountVerb
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.web.access import walk_patterns
from tests.foundation.accounts.devices import Device, enrol, enter, is_in
from tests.foundation.accounts.people import NOW, PASSPHRASE, at, come_in, employ

pytestmark = pytest.mark.django_db
PROVE, PAGE = reverse("accounts:prove"), reverse("accounts:passkeys")
LATER = NOW + PROOF_LIFETIME
APPS = ("leeward.foundation.accounts", "leeward.foundation.people")
# Here the link that was just spent is the proof: whoever has it is not signed in yet.
BY_LINK = {"accounts:enrol", "accounts:provider-finish"}
# Asks the device, and changes nothing yet.
BESIDE = {"accounts:passkey-new"}


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


def names_in(code: CodeType) -> set[str]:
    """Return every name that a function and what is defined in it look up."""
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return set(code.co_names).union(*map(names_in, inner))


def verbs_of(function: FunctionType, seen: set[FunctionType]) -> Iterator[AccountVerb]:
    """Return what a function can write of accounts, with all that it calls in these two apps."""
    function = inspect.unwrap(function)  # type: ignore[assignment]
    if function in seen or not isinstance(function, FunctionType):
        return
    seen.add(function)
    names = names_in(function.__code__)
    if "AccountVerb" in names:
        yield from (AccountVerb[name] for name in names & set(AccountVerb.__members__))
    known = [function.__globals__[name] for name in names if name in function.__globals__]
    known += [
        getattr(each, name) for each in known if isinstance(each, ModuleType) for name in names if hasattr(each, name)
    ]
    for each in known:
        where = getattr(each, "__module__", "") or ""
        if isinstance(each, FunctionType) and where.startswith(
            ("leeward.foundation.accounts", "leeward.foundation.people")
        ):
            yield from verbs_of(each, seen)


def views() -> dict[str, Any]:
    return {name: pattern.callback for _route, name, pattern in walk_patterns(get_resolver().url_patterns) if name}


def changing() -> set[str]:
    """Return every address whose view can change how somebody comes in, as its code says."""
    wanted = {*WAYS_IN, *OTHER_DOORS}
    return {name for name, view in views().items() if wanted & set(verbs_of(view, set()))}


def test_every_verb_is_sorted() -> None:
    beside = {"NAME_CHOSEN", "SIGNED_IN", "UNLOCKED", "LOCKED", "SIGNED_OUT_EVERYWHERE", "PROVED"}
    assert {verb.name for verb in AccountVerb} == {verb.name for verb in (*WAYS_IN, *OTHER_DOORS)} | beside


def test_every_form_that_changes_a_way_in_asks_for_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asking = changing(), {name for name, view in views().items() if getattr(view, "asks_for_proof", False)}
    assert found >= {"accounts:passkeys", "accounts:passkey-remove", "people:link", "people:new", "accounts:let-in"}
    assert found - BY_LINK == asking - BESIDE - {"accounts:team-new-key"}
    amina, root = employ("amina", Role.SUPERVISOR), employ("root", Role.ADMINISTRATOR)
    employ("other", Role.ADMINISTRATOR)
    enrol(come_in("amina"), Device())
    clients = {"accounts": come_in("amina"), "people": come_in("root")}
    key = Passkey.objects.get().reference
    at(monkeypatch, LATER)
    before = (AuditEvent.objects.count(), list(User.objects.values()), list(Passkey.objects.values()))
    for name in asking:
        app, _sign, page = name.partition(":")
        own = {"reference": key if page.startswith("passkey") else amina.user.reference}
        pattern = next(each for _r, each_name, each in walk_patterns(get_resolver().url_patterns) if each_name == name)
        arguments = own if "reference" in pattern.pattern.converters else {}
        address = reverse(name, kwargs=arguments)
        for answer in (clients[app].post(address), clients[app].get(address)):
            assert answer.status_code in (302, 303), name
            assert answer.headers["Location"].startswith(PROVE), name
    assert before == (AuditEvent.objects.count(), list(User.objects.values()), list(Passkey.objects.values()))
    assert root.user.is_active


def test_at_a_locked_screen_nobody_changes_a_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    employ("amina")
    amina = come_in("amina")
    enrol(amina, Device())
    amina.post(reverse("accounts:lock"))
    assert amina.get(PAGE).headers["Location"].startswith(reverse("accounts:unlock"))
    assert enrol_locked(amina).startswith(reverse("accounts:unlock"))
    remove = reverse("accounts:passkey-remove", args=[Passkey.objects.get().reference])
    assert amina.post(remove).headers["Location"].startswith(reverse("accounts:unlock"))
    assert Passkey.objects.count() == 1
    at(monkeypatch, LATER)
    amina.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE})
    assert amina.get(PAGE).headers["Location"].startswith(PROVE)  # unlocked, and not proved lately
    wrong = amina.post(PROVE, {"passphrase": "not this one at all"})
    assert "This is not your passphrase" in wrong.content.decode()
    assert amina.post(PROVE, {"passphrase": PASSPHRASE, "next": PAGE}).headers["Location"] == PAGE
    assert amina.get(PAGE).status_code == 200


def enrol_locked(client: Client) -> str:
    return str(client.post(reverse("accounts:passkey-new")).headers["Location"])


def test_under_the_policy_an_old_passphrase_session_does_not_make_itself_strong(settings: Any) -> None:
    employ("amina")
    old, device = come_in("amina"), Device()
    unlocked = come_in("amina")
    settings.LEEWARD_STAFF_SIGN_IN = "passkey"
    assert enrol(unlocked, device).status_code == 303
    assert not is_in(old)  # it ended with the change
    # Of an account with a passkey no passphrase is a proof, however fresh it is.
    settings.LEEWARD_STAFF_SIGN_IN = "passphrase"
    by_passphrase = come_in("amina")
    settings.LEEWARD_STAFF_SIGN_IN = "passkey"
    assert by_passphrase.get(PAGE).headers["Location"].startswith(PROVE)
    page = by_passphrase.get(PROVE).content.decode()
    assert "Use your passkey" in page
    assert 'name="passphrase"' not in page
    assert by_passphrase.post(PROVE, {"passphrase": PASSPHRASE, "next": PAGE}).status_code == 200
    assert by_passphrase.get(PAGE).headers["Location"].startswith(PROVE)
    for key, status in ((Device(), 403), (device, 303)):
        options = by_passphrase.post(reverse("accounts:passkey-any")).json()
        assert by_passphrase.post(PROVE, {"answer": key.get(options), "next": PAGE}).status_code == status
    assert by_passphrase.get(PAGE).status_code == 200


def test_a_removed_passkey_ends_what_it_opened_and_the_owner_goes_on() -> None:
    employ("amina")
    amina, lost = come_in("amina"), Device()
    enrol(amina, lost)
    thief = Client()
    enter(thief, lost)
    elsewhere = come_in("amina")
    assert is_in(thief)
    assert is_in(elsewhere)
    own = come_in("amina")
    assert own.post(reverse("accounts:passkey-remove", args=[Passkey.objects.get().reference])).status_code == 303
    assert not Passkey.objects.exists()
    assert [is_in(each) for each in (thief, elsewhere, amina, own)] == [False, False, False, True]
    assert own.get(reverse("accounts:team")).status_code == 200  # and stays unlocked
    assert Unlock.objects.count() == 1


def test_whoever_came_in_by_the_removed_one_comes_in_anew() -> None:
    employ("amina")
    amina = come_in("amina")
    enrol(amina, Device())
    gone = amina.post(reverse("accounts:passkey-remove", args=[Passkey.objects.get().reference]))
    assert gone.headers["Location"] == reverse("accounts:sign-in")
    assert not is_in(amina)
    assert not Unlock.objects.exists()


def test_the_owner_and_the_lead_are_told_and_nobody_else_and_nothing_is_sent() -> None:
    employ("amina")
    employ("paul", Role.POLICY_OFFICER)
    lead, root = employ("sana", Role.SUPERVISOR), employ("root", Role.ADMINISTRATOR)
    assert lead.waits
    enrol(come_in("amina"), Device())
    first = come_in("amina").get(reverse("work:home")).content.decode()
    assert "Your ways to sign in have changed. If this was not you, act now." in first
    client = Client()
    typed = {"username": "amina", "passphrase": PASSPHRASE, "next": "/staff/team"}
    came = client.post(reverse("accounts:sign-in"), typed)
    assert came.headers["Location"] == reverse("accounts:changes") + "?next=%2Fstaff%2Fteam"
    page = client.get(came.headers["Location"]).content.decode()
    assert "<li>Passkey enrolled, " in page
    assert "If this was not you: sign out everywhere else now" in page
    assert "Amina</bdi>: Passkey enrolled" in come_in("sana").get(reverse("work:home")).content.decode()
    for other in ("root", "paul"):
        assert "Amina" not in come_in(other).get(reverse("work:home")).content.decode()
    enrol(come_in("paul"), Device(id=b"another"))
    assert "Paul</bdi>: Passkey enrolled" in come_in("root").get(reverse("work:home")).content.decode()
    assert client.post(reverse("accounts:changes"), {"next": "/staff/team"}).headers["Location"] == "/staff/team"
    assert "have changed. If this was" not in client.get(reverse("work:home")).content.decode()
    assert come_in("amina").get(reverse("work:home")).status_code == 200
    assert not Parcel.objects.exists()
    assert root.user.is_active


def test_whoever_lost_the_only_passkey_comes_back_by_link_and_recovery_code(settings: Any) -> None:
    settings.LEEWARD_STAFF_SIGN_IN = "passkey"
    member = employ("amina")
    amina = come_in("amina")
    enrol(amina, Device())
    link = operations.renew_link(username="amina", by=Actor.operator(), now=NOW)
    assert not is_in(amina)
    operations.choose_passphrase(
        token=link.token, passphrase="quilt pepper orbit lantern", earlier_secret=member.recovery_code, now=NOW
    )
    back = come_in("amina", passphrase="quilt pepper orbit lantern")
    page = back.get(PAGE)
    assert (page.status_code, "enrol a passkey" in page.content.decode()) == (200, True)
    assert enrol(back, Device(id=b"new one")).status_code == 303
    assert back.get(reverse("accounts:team")).status_code == 200  # the same key: nobody has to let them in


def test_sign_out_everywhere_ends_all_but_this_one() -> None:
    employ("amina")
    first, second, here = (come_in("amina") for _browser in range(3))
    assert here.post(reverse("accounts:sign-out-everywhere")).status_code == 303
    assert [is_in(each) for each in (first, second, here)] == [False, False, True]
    assert here.get(reverse("accounts:team")).status_code == 200
    assert Unlock.objects.count() == 1
    assert AuditEvent.objects.filter(verb="accounts.signed_out_everywhere").count() == 1


@pytest.mark.parametrize("role", list(Role))
def test_no_role_stays_in_idle(monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    user = User(role=role.value, affiliation=str(UUID(int=7)) if role in BODY_OF else "")
    idle = SESSION_IDLE if user.team else SESSION_IDLE_KEYLESS
    employ("amina", role, affiliation=user.affiliation)
    amina = come_in("amina")
    late = NOW + idle - timedelta(seconds=1)
    at(monkeypatch, late)
    assert is_in(amina)  # and so it is used now
    at(monkeypatch, late + idle - timedelta(seconds=1))
    assert is_in(amina)
    at(monkeypatch, late + 2 * idle)
    assert amina.get(reverse("work:home")).headers["Location"].startswith(reverse("accounts:sign-in"))
    at(monkeypatch, late)
    assert not is_in(amina)
