"""Who may open which page, and people of every role."""

import io
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.rules import BODY_OF, Role
from leeward.foundation.web import views as failures
from leeward.foundation.web.access import Access, Audience, access_of, walk_patterns
from leeward.industry.platforms.queries import find_partner_by_name
from tests.foundation.accounts.people import NOW, PASSPHRASE, Member, at, come_in, employ
from tests.victim.removals.conftest import (  # noqa: F401  # fixtures, used by their names
    Company,
    Worker,
    hire,
    house,
    open_company,
    robin,
)

ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


# What our few expressions leave open, so that a path of each remains.
OPTIONAL = re.compile(r"^\^|/\?|\(\?:/\.\*\)\?|\$$")


NOWHERE = str(uuid.UUID(int=7))


UNKNOWN = {"uuid": NOWHERE, "int": "999999", "slug": "nothing-here", "str": "nothing-here", "path": "nothing-here"}


@dataclass(frozen=True, kw_only=True)
class Address:
    """One address with what its view declares."""

    path: str
    name: str
    access: Access
    is_sealed: bool
    is_of_objects: bool
    asks_for_proof: bool = False


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
            asks_for_proof=getattr(pattern.callback, "asks_for_proof", False),
        )


class People:
    """One unlocked and one locked browser for each role, and one of nobody."""

    def __init__(self) -> None:
        self._browser = Client(raise_request_exception=False)
        self.members: dict[Role, Member] = {}
        call_command("create_platform", "Chatter", stdout=io.StringIO())
        partner = find_partner_by_name("Chatter")
        for role in Role:
            affiliation = str(partner.public_id) if role in BODY_OF else ""
            member = employ(role.value.replace("_", "-"), role, affiliation=affiliation)
            if member.waits:
                self._let_in(member)
            self.members[role] = member
        self.unlocked = {role: self._cookies(come_in(member.name)) for role, member in self.members.items()}
        self.locked = {role: self._cookies(self._locked(member)) for role, member in self.members.items()}

    def ask(self, cookies: SimpleCookie, method: str, path: str) -> Any:
        """One request, after which nobody's cookies are others than before."""
        self._browser.cookies = SimpleCookie(cookies)
        answer = getattr(self._browser, method)(path)
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
    # By its status alone: what a refusal says, and how, is looked at elsewhere.
    monkeypatch.setattr(failures, "_answer", lambda _request, failure: HttpResponse(status=failure.status))
    return People()


_EVERY = tuple(addresses())
STAFF = [address for address in _EVERY if address.access.audience is Audience.STAFF]


OTHERS = [address for address in _EVERY if address.access.audience is not Audience.STAFF]
