"""Every address of the product x every role, signed out, locked and unlocked: who gets in is what its view declares."""

import re
import uuid
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.rules import TEAM_ROLES, Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.web.access import Audience, access_of, walk_patterns
from leeward.victim.removals.models import Decision, Request
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.rules.at_platform import AtPlatform
from tests.access import (
    ARGUMENT,
    OTHERS,
    STAFF,
    Address,
    People,
    people,  # noqa: F401  # fixtures, used by their names
)
from tests.counters import start_afresh
from tests.depth import is_its_day
from tests.foundation.accounts.people import NOW, PASSPHRASE, at, come_in
from tests.victim.removals.conftest import (  # noqa: F401  # fixtures, used by their names
    Company,
    Worker,
    hire,
    house,
    open_company,
    robin,
)
from tests.victim.removals.desk_people import REFUSED as REFUSED_ANSWER
from tests.victim.removals.platform_people import asked_of, colleague, references, ring

pytestmark = pytest.mark.django_db

# Whoever asks for it is signed out by it: that is its purpose.
SIGNS_OUT = "web:leave"
# The standard asks that whoever wants to know which of its versions a door takes needs no key for that.
TELLS_EVERYBODY = {"training:xapi-about"}
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')  # masked anew on each page
REFUSED = 403


def _leads(answer: Any, page: str) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].partition("?")[0] == reverse(page)


def test_there_is_a_matrix() -> None:
    assert len(STAFF) > 40
    assert len(OTHERS) > 40
    assert sum(address.is_sealed for address in STAFF) > 20
    assert {role for address in STAFF for role in address.access.roles} == {role.value for role in Role}


def test_staffs_pages_open_for_the_roles_that_they_name_alone(people: People) -> None:  # noqa: F811
    wrong = []
    for address in STAFF:
        # The guard looks at who asks before it looks how, so a third of the pages a day is asked in both ways.
        for method in ("get", "post") if is_its_day(address.name) else ("get",):
            answer = people.ask(SimpleCookie(), method, address.path)
            if not _leads(answer, "accounts:sign-in"):
                wrong.append(f"signed out: {method} {address.path} answers {answer.status_code}")
        for role in Role:
            wrong += list(_as(people, role, address))
    assert wrong == []


def _as(people: People, role: Role, address: Address) -> Iterator[str]:  # noqa: F811
    if role.value not in address.access.roles:
        yield from _kept_out(people, role, address)
        return
    # It is one guard, so who comes first among a page's roles tries it each day; each other opens half of theirs a day.
    is_first = role.value == min(address.access.roles)
    if is_first or is_its_day(role.value, address.name, days=2):
        yield from _let_in(people, role, address)
    # What is locked is one guard too.
    if not is_first and not is_its_day(role.value, address.name):
        return
    for method in ("get", "post") if address.is_sealed else ("get",):
        answer = people.ask(people.locked[role], method, address.path)
        # What changes a way in is locked too, for whoever has a lock.
        is_locked = address.is_sealed or (address.asks_for_proof and role in TEAM_ROLES)
        if _leads(answer, "accounts:unlock") is not is_locked:
            yield f"{role}, locked: {method} {address.path} answers {answer.status_code}"


def _let_in(people: People, role: Role, address: Address) -> Iterator[str]:  # noqa: F811
    answer = people.ask(people.unlocked[role], "get", address.path)
    if answer.status_code == REFUSED or _leads(answer, "accounts:sign-in") or _leads(answer, "accounts:unlock"):
        yield f"{role}: get {address.path} answers {answer.status_code}, though it is hers"
    if answer.status_code >= 500:
        yield f"{role}: get {address.path} answers {answer.status_code}"
    if address.is_of_objects and answer.status_code == 200:
        yield f"{role}: get {address.path} answers 200 for what is not there"


def _kept_out(people: People, role: Role, address: Address) -> Iterator[str]:  # noqa: F811
    # It is one guard, so one role is kept out of each page, and each other role of a sixth of the pages a day.
    if role is not _first_other(address) and not is_its_day(role.value, address.name, days=6):
        return
    for method in ("get", "post") if is_its_day(address.name) else ("get",):
        answer = people.ask(people.unlocked[role], method, address.path)
        if answer.status_code != REFUSED:
            yield f"{role}: {method} {address.path} answers {answer.status_code}, not {REFUSED}"


def _first_other(address: Address) -> Role | None:
    return next((role for role in Role if role.value not in address.access.roles), None)


def test_the_other_pages_ask_nobody_for_an_account_and_no_account_opens_more(people: People) -> None:  # noqa: F811
    wrong = []
    for address in OTHERS:
        if address.name == SIGNS_OUT:
            continue
        start_afresh()
        answer = people.ask(SimpleCookie(), "get", address.path)
        if answer.status_code == REFUSED or _leads(answer, "accounts:sign-in") or answer.status_code >= 500:
            wrong.append(f"signed out: {address.path} answers {answer.status_code}")
        is_keyed = address.access.audience is Audience.PLATFORM_KEY and address.name not in TELLS_EVERYBODY
        if is_keyed and answer.status_code not in (401, 403, 404, 405):
            wrong.append(f"without a key: {address.path} answers {answer.status_code}")
        if address.access.audience is Audience.VICTIM_CODE and answer.status_code == 200:
            wrong.append(f"without a code: {address.path} answers 200")
        for role in (each for each in Role if is_its_day(each.value, address.name, days=6)):
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
def test_who_was_taken_out_is_asked_to_sign_in_at_every_page_of_staff(people: People, role: Role, by: Role) -> None:  # noqa: F811
    inside, gone = people.members[by], people.members[role].user
    ring = keys.open_teams_with(keys.open_by_passphrase(user=inside.user, passphrase=PASSPHRASE))
    operations.take_out(colleague=inside.user, reference=gone.reference, keyring=ring, now=NOW)
    wrong = []
    for address in (each for each in STAFF if is_its_day(each.name)):
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
                page = TOKEN.sub("", answer.content.decode().replace(str(reference), "…"))
                answers.add((answer.status_code, page))
            assert len(answers) == 1, route
            assert answers.pop()[0] in (404, 405), route
    assert routes >= 4
    assert Request.objects.get(reference=request).state == "sent"
    assert Decision.objects.get().confirmed_at is None
