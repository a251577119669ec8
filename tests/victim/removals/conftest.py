"""A desk with one practitioner, two platforms, and a person with a key: what the tests of the removal desk share."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path as FilePath

import pytest
from django.test import Client
from pytest_django import Settings

from leeward.foundation.accounts.operations import keys, let_in
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.operations import (
    found_services,
    harden_code,
    join_team,
    keep_code,
    keep_holding,
    make_user_key,
    make_victim_key,
    new_code,
    open_teams,
)
from leeward.foundation.vault.rules.grants import Keyring, PrivateKey
from leeward.foundation.vault.rules.keys import write_private_key
from leeward.foundation.vault.rules.slots import SlotKind
from leeward.industry.platforms.operations import (
    add_channel,
    add_domain,
    create_platform,
    describe_platform,
    keyring_for_key,
)
from leeward.industry.platforms.rules import ChannelKind, IssuedKeys, NewChannel, NewDomain, Partner, Profile, Rung
from leeward.victim.file.rules.story import Harm, Reporter, Shown, Story
from leeward.victim.portal.operations import seal_visit, start_visit
from leeward.victim.portal.rules.visits import Bearer, begin_visit
from leeward.victim.removals.operations.reports import (
    OpenReport,
    add_items,
    begin_report,
    file_report,
    open_report,
    save_consents,
    save_story,
)
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.reports import Consents, Item, Path, Source
from tests.foundation.accounts.people import PASSPHRASE, come_in, employ
from tests.readers import open_door
from tests.standing import Standing

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday
PERSON = Actor.person()
OPERATOR = Actor.operator()


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody at the desk, unlocked."""

    actor: Actor
    keyring: Keyring


@dataclass(frozen=True, kw_only=True)
class Company:
    """A platform with its keys in clear, and itself at the door by its own key."""

    issued: IssuedKeys
    side: AtPlatform

    @property
    def partner(self) -> Partner:
        return self.issued.partner


@pytest.fixture
def house(standing: Standing, settings: Settings, tmp_path: FilePath) -> Standing:
    """Keys of the services and of the desk, in a folder of this test alone."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys" / "services"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "keys" / "founding.key"

    def found() -> None:
        found_services(by=OPERATOR, now=NOW)
        open_door("desk")

    standing("house", found)
    return standing


@pytest.fixture
def hire(house: Standing) -> Callable[[str], Worker]:
    colleagues: list[Worker] = []

    def make(name: str) -> Worker:
        worker = house(("hire", name), lambda: take_on(name))
        colleagues.append(worker)
        return worker

    def take_on(name: str) -> Worker:
        key = make_user_key(
            holder=name, secret="six words that nobody else has", kind=SlotKind.PASSPHRASE, by=OPERATOR, now=NOW
        )
        keyring = colleagues[0].keyring if colleagues else None
        join_team(team="desk", holder=key.grantee, keyring=keyring, by=OPERATOR, now=NOW)
        return Worker(actor=Actor(kind=ActorKind.STAFF, id=name), keyring=open_teams(key=key))

    return make


@pytest.fixture
def robin(hire: Callable[[str], Worker]) -> Worker:
    return hire("robin")


@pytest.fixture
def open_company(house: Standing) -> Callable[..., Company]:
    def make(name: str, *, host: str, kind: ChannelKind = ChannelKind.INBOX, address: str = "") -> Company:
        return house((name, host, kind, address), lambda: open_it(name, host, kind, address))

    def open_it(name: str, host: str, kind: ChannelKind, address: str) -> Company:
        issued = create_platform(name=name, by=OPERATOR, now=NOW)
        partner = issued.partner
        add_domain(partner=partner, domain=NewDomain(host=host), by=OPERATOR, now=NOW)
        add_channel(
            partner=partner,
            channel=NewChannel(kind=kind, rung=Rung.PLATFORM, address=address, language="en"),
            by=OPERATOR,
            now=NOW,
        )
        describe_platform(
            partner=partner, profile=Profile(language="en", policy_clause="Rules, 4.2"), by=OPERATOR, now=NOW
        )
        side = AtPlatform(
            platform_id=partner.id,
            keyring=keyring_for_key(issued.fetch_key, now=NOW),
            actor=Actor(kind=ActorKind.PLATFORM, id=str(partner.public_id)),
            is_person=False,
        )
        return Company(issued=issued, side=side)

    return make


@pytest.fixture
def chatter(open_company: Callable[..., Company]) -> Company:
    return open_company("Chatter", host="chatter.example")


@pytest.fixture
def lantern(open_company: Callable[..., Company]) -> Company:
    return open_company("Lantern", host="lantern.example", kind=ChannelKind.EMAIL, address="abuse@lantern.example")


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A filed report, and the key of the person whose it is."""

    reference: uuid.UUID
    key: PrivateKey

    def open(self, now: datetime = NOW) -> OpenReport:
        return open_report(reference=self.reference, keyring=Keyring(self.key), by=PERSON, now=now)


def told(*urls: str, story: Story | None = None, now: datetime = NOW, consents: Consents | None = None) -> Filed:
    """Somebody files a report of these addresses."""
    reference, key = uuid.uuid4(), make_victim_key()
    opened = begin_report(
        reference=reference, key=key, path=Path.ONLINE, source=Source.WEB, language="en", by=PERSON, now=now
    )
    save_story(opened=opened, story=story or STORY, by=PERSON, now=now)
    save_consents(opened=opened, consents=consents or Consents(notices=True, watching=True), by=PERSON, now=now)
    add_items(opened=opened, items=[Item(url=url) for url in urls], by=PERSON, now=now)
    file_report(opened=opened, by=PERSON, now=now)
    return Filed(reference=reference, key=key)


@pytest.fixture
def staff(house: Standing) -> dict[str, Client]:
    """Two at the desk and a supervisor, signed in and unlocked."""
    found = {}
    for name, cookies in house("staff", _sign_in_staff).items():
        found[name] = Client()
        found[name].cookies = SimpleCookie(cookies)
    return found


def _sign_in_staff() -> dict[str, SimpleCookie]:
    people = {"rob": Role.DESK_PRACTITIONER, "ada": Role.DESK_PRACTITIONER, "sue": Role.SUPERVISOR}
    members = {name: employ(name, role) for name, role in people.items()}
    rob = members["rob"].user
    keyring = keys.open_teams_with(keys.open_by_passphrase(user=rob, passphrase=PASSPHRASE))
    for name in ("ada", "sue"):
        let_in(colleague=rob, reference=members[name].user.reference, keyring=keyring, now=NOW)
    return {name: come_in(name).cookies for name in people}


@pytest.fixture
def rob(staff: dict[str, Client]) -> Client:
    return staff["rob"]


@pytest.fixture
def sue(staff: dict[str, Client]) -> Client:
    return staff["sue"]


@pytest.fixture
def filed(staff: dict[str, Client], chatter: Company, house: Standing) -> Filed:
    return house("filed", lambda: told("https://chatter.example/p/very-private-1"))


class HerBrowser(Client):
    """A browser in which her pages are open, and the code that she has at hand beside it."""

    code = ""


def her_browser(filed: Filed, submission: uuid.UUID | None = None, *, now: datetime = NOW) -> HerBrowser:
    """A browser in which the pages of a report are open, and those of her protected pictures where there are some."""
    code, client = new_code(), HerBrowser()
    client.code = " ".join(code.groups)
    content = {"report": str(filed.reference)} | ({"submission": str(submission)} if submission else {})
    keep_holding(key=filed.key, content=content, expires_on=now.date() + timedelta(days=90), now=now)
    keep_code(sealed=harden_code(code=code), payload=write_private_key(filed.key), now=now)
    holds = {"report": filed.reference} | ({"submission": submission} if submission else {})
    bearer = Bearer(look_up=code.look_up, key=filed.key, holds=holds)
    client.cookies["visit"] = seal_visit(replace(begin_visit(now=now, bearer=bearer), key=start_visit(now=now)))
    return client


STORY = Story(harm=Harm.SHARED, reporter=Reporter.SELF, shown=(Shown.NUDE,), words="He put it there on Sunday.")
