"""Every address of the product x every role, signed out, locked and unlocked: who gets in is what its view declares."""

import io
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.web.access import Access, Audience, access_of, walk_patterns
from leeward.industry.platforms.queries import find_partner_by_name
from leeward.victim.removals.models import Decision, Request
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.rules.at_platform import AtPlatform
from tests.counters import start_afresh
from tests.foundation.accounts.conftest import _cheap_hashes  # noqa: F401  # used by itself
from tests.foundation.accounts.people import NOW, PASSPHRASE, Member, at, come_in, employ
from tests.victim.removals.conftest import (  # noqa: F401  # fixtures, used by their names
    Company,
    Worker,
    hire,
    house,
    open_company,
    robin,
)
from tests.victim.removals.platform_people import asked_of, colleague, references, ring
from tests.victim.removals.test_desk import REFUSED as REFUSED_ANSWER

pytestmark = pytest.mark.django_db

ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
# What our few expressions leave open, so that a path of each remains.
OPTIONAL = re.compile(r"^\^|/\?|\(\?:/\.\*\)\?|\$$")
NOWHERE = str(uuid.UUID(int=7))
UNKNOWN = {"uuid": NOWHERE, "int": "999999", "slug": "nothing-here", "str": "nothing-here", "path": "nothing-here"}
# Whoever asks for it is signed out by it: that is its purpose.
SIGNS_OUT = "web:leave"
REFUSED = 403


@dataclass(frozen=True, kw_only=True)
class Address:
    """One address with what its view declares."""

    path: str
    name: str
    access: Access
    is_sealed: bool
    is_of_objects: bool


def is_sealed(view: Any) -> bool:
    """Whether `require_unlocked` stands on a view, found among its wrappers."""
    while view is not None:
        if getattr(getattr(view, "__code__", None), "co_name", "") == "unlocked":
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def addresses() -> Iterator[Address]:
    for route, name, pattern in walk_patterns(get_resolver().url_patterns):
        access = access_of(pattern.callback)
        assert access is not None, route
        path = "/" + ARGUMENT.sub(lambda found: UNKNOWN[found["kind"] or "str"], OPTIONAL.sub("", route))
        assert resolve(path).view_name == name, f"{path} is not the address of {name}"
        yield Address(
            path=path,
            name=name,
            access=access,
            is_sealed=is_sealed(pattern.callback),
            is_of_objects=ARGUMENT.search(route) is not None,
        )


class People:
    """One unlocked and one locked browser for each role, and one of nobody."""

    def __init__(self) -> None:
        self.nobody = Client()
        self.members: dict[Role, Member] = {}
        call_command("create_platform", "Chatter", stdout=io.StringIO())
        partner = find_partner_by_name("Chatter")
        for role in Role:
            affiliation = str(partner.public_id) if role in (Role.MODERATOR, Role.PLATFORM_LEAD) else ""
            member = employ(role.value.replace("_", "-"), role, affiliation=affiliation)
            if member.waits:
                self._let_in(member)
            self.members[role] = member
        self.unlocked = {role: self._cookies(come_in(member.name)) for role, member in self.members.items()}
        self.locked = {role: self._cookies(self._locked(member)) for role, member in self.members.items()}

    def ask(self, cookies: SimpleCookie, method: str, path: str) -> Any:
        """One request, after which nobody's cookies are others than before."""
        client = Client(raise_request_exception=False)
        client.cookies = SimpleCookie(cookies)
        answer = getattr(client, method)(path)
        if answer.streaming:
            list(answer)  # a file that nobody reads to its end stays open
        return answer

    def _let_in(self, member: Member) -> None:
        (inside, *_others) = (each for each in self.members.values() if each.user.team == member.user.team)
        ring = keys.open_teams_with(keys.open_by_passphrase(user=inside.user, passphrase=PASSPHRASE))
        operations.let_in(colleague=inside.user, reference=member.user.reference, keyring=ring, now=NOW)

    def _locked(self, member: Member) -> Client:
        client = come_in(member.name)
        client.post(reverse("accounts:lock"))
        return client

    def _cookies(self, client: Client) -> SimpleCookie:
        return SimpleCookie({cookie.key: cookie.value for cookie in client.cookies.values() if cookie.value})


@pytest.fixture
def people(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> People:
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    settings.LEEWARD_STAFF_SIGN_IN = "passphrase"
    at(monkeypatch, NOW)
    return People()


STAFF = [address for address in addresses() if address.access.audience is Audience.STAFF]
OTHERS = [address for address in addresses() if address.access.audience is not Audience.STAFF]


def _leads(answer: Any, page: str) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].partition("?")[0] == reverse(page)


def test_there_is_a_matrix() -> None:
    assert len(STAFF) > 40
    assert len(OTHERS) > 40
    assert sum(address.is_sealed for address in STAFF) > 20
    assert {role for address in STAFF for role in address.access.roles} == {role.value for role in Role}


def test_staffs_pages_open_for_the_roles_that_they_name_alone(people: People) -> None:
    wrong = []
    for address in STAFF:
        for method in ("get", "post"):
            answer = people.ask(SimpleCookie(), method, address.path)
            if not _leads(answer, "accounts:sign-in"):
                wrong.append(f"signed out: {method} {address.path} answers {answer.status_code}")
        for role in Role:
            wrong += list(_as(people, role, address))
    assert wrong == []


def _as(people: People, role: Role, address: Address) -> Iterator[str]:
    if role.value not in address.access.roles:
        # The guard looks at the role before the method, so one role's POST stands for all.
        for method in ("get", "post") if role is _first_other(address) else ("get",):
            answer = people.ask(people.unlocked[role], method, address.path)
            if answer.status_code != REFUSED:
                yield f"{role}: {method} {address.path} answers {answer.status_code}, not {REFUSED}"
        return
    answer = people.ask(people.unlocked[role], "get", address.path)
    if answer.status_code == REFUSED or _leads(answer, "accounts:sign-in") or _leads(answer, "accounts:unlock"):
        yield f"{role}: get {address.path} answers {answer.status_code}, though it is hers"
    if answer.status_code >= 500:
        yield f"{role}: get {address.path} answers {answer.status_code}"
    if address.is_of_objects and answer.status_code == 200:
        yield f"{role}: get {address.path} answers 200 for what is not there"
    for method in ("get", "post") if address.is_sealed else ("get",):
        answer = people.ask(people.locked[role], method, address.path)
        if _leads(answer, "accounts:unlock") is not address.is_sealed:
            yield f"{role}, locked: {method} {address.path} answers {answer.status_code}"


def _first_other(address: Address) -> Role | None:
    return next((role for role in Role if role.value not in address.access.roles), None)


def test_the_other_pages_ask_nobody_for_an_account_and_no_account_opens_more(people: People) -> None:
    wrong = []
    for address in OTHERS:
        if address.name == SIGNS_OUT:
            continue
        start_afresh()
        answer = people.ask(SimpleCookie(), "get", address.path)
        if answer.status_code == REFUSED or _leads(answer, "accounts:sign-in") or answer.status_code >= 500:
            wrong.append(f"signed out: {address.path} answers {answer.status_code}")
        if address.access.audience is Audience.PLATFORM_KEY and answer.status_code not in (401, 403, 404, 405):
            wrong.append(f"without a key: {address.path} answers {answer.status_code}")
        if address.access.audience is Audience.VICTIM_CODE and answer.status_code == 200:
            wrong.append(f"without a code: {address.path} answers 200")
        for role in Role:
            start_afresh()
            asked = people.ask(people.unlocked[role], "get", address.path)
            if asked.status_code != answer.status_code and address.access.audience is not Audience.PUBLIC:
                wrong.append(f"{role}: {address.path} answers {asked.status_code}, not {answer.status_code}")
            if asked.status_code == REFUSED:
                wrong.append(f"{role}: {address.path} is refused, though it is everybody's")
    assert wrong == []


@pytest.mark.parametrize(
    ("role", "by"), [(Role.DESK_PRACTITIONER, Role.SUPERVISOR), (Role.MODERATOR, Role.PLATFORM_LEAD)]
)
def test_who_was_taken_out_is_asked_to_sign_in_at_every_page_of_staff(people: People, role: Role, by: Role) -> None:
    inside, gone = people.members[by], people.members[role].user
    ring = keys.open_teams_with(keys.open_by_passphrase(user=inside.user, passphrase=PASSPHRASE))
    operations.take_out(colleague=inside.user, reference=gone.reference, keyring=ring, now=NOW)
    wrong = []
    for address in STAFF:
        for method in ("get", "post"):
            answer = people.ask(people.unlocked[role], method, address.path)
            if not _leads(answer, "accounts:sign-in"):
                wrong.append(f"{method} {address.path} answers {answer.status_code}")
    assert wrong == []


@pytest.mark.usefixtures("house")
def test_what_is_another_platforms_and_what_nobody_has_are_the_same_404(
    robin: Worker,  # noqa: F811  # a fixture
    open_company: Callable[..., Company],  # noqa: F811  # a fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(monkeypatch, NOW)
    ours, theirs = open_company("Ours", host="ours.example"), open_company("Theirs", host="theirs.example")
    other, mona = colleague("otto", theirs), colleague("mona", ours)
    (request,) = references(asked_of(robin, "https://theirs.example/p/1"))
    side = AtPlatform(
        platform_id=theirs.partner.id, keyring=ring(other), actor=Actor(kind=ActorKind.STAFF, id=other.user.reference)
    )
    decide(side=side, references=[request], answer=REFUSED_ANSWER, now=NOW)
    decision = Decision.objects.get().reference
    client, routes = come_in(mona.name), 0
    for route, _name, pattern in walk_patterns(get_resolver().url_patterns):
        access = access_of(pattern.callback)
        if "<uuid:" not in route or access is None or Role.MODERATOR.value not in access.roles:
            continue
        routes += 1
        for method in ("get", "post"):
            answers = set()
            for reference in (request, decision, uuid.uuid4()):
                answer = getattr(client, method)("/" + ARGUMENT.sub(str(reference), route))
                answers.add((answer.status_code, answer.content.decode().replace(str(reference), "…")))
            assert len(answers) == 1, route
            assert answers.pop()[0] in (404, 405), route
    assert routes >= 4
    assert Request.objects.get(reference=request).state == "sent"
    assert Decision.objects.get().confirmed_at is None
