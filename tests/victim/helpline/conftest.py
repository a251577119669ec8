"""A helpline with one practitioner, and a person with a key: what the tests of the helpline share."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path as FilePath

import pytest
from pytest_django import Settings

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.operations import (
    found_services,
    join_team,
    make_user_key,
    make_victim_key,
    open_teams,
)
from leeward.foundation.vault.rules.grants import Keyring, PrivateKey
from leeward.foundation.vault.rules.slots import SlotKind
from leeward.society.directory.rules.schedules import Spell
from leeward.victim.file.rules.story import Story
from leeward.victim.helpline.operations.cases import FirstWords, begin_case, open_case
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.rules.opened import OpenCase
from tests.foundation.accounts.people import PASSPHRASE
from tests.readers import open_door
from tests.standing import Standing

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday
PERSON, OPERATOR = Actor.person(), Actor.operator()


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody at the helpline, unlocked."""

    actor: Actor
    keyring: Keyring

    def open(self, reference: uuid.UUID, now: datetime = NOW) -> OpenCase:
        return open_case(reference=reference, keyring=self.keyring, by=self.actor, now=now, reason="helpline_work")


@dataclass(frozen=True, kw_only=True)
class Her:
    """A person with a case: the key of her code, and the reference of her file."""

    key: PrivateKey
    file: uuid.UUID

    @property
    def case(self) -> uuid.UUID:
        found = find_case(self.file)
        assert found is not None
        return found

    def open(self, now: datetime = NOW) -> OpenCase:
        return open_case(reference=self.case, keyring=Keyring(self.key), by=PERSON, now=now)


def weekdays(since: datetime, days: int = 60) -> Iterator[Spell]:
    """Open 10 to 13 and 14 to 18 o'clock on weekdays, in UTC."""
    day = since.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    for _ in range(days):
        if day.weekday() < 5:
            for begin, end in ((10, 13), (14, 18)):
                opens_at, closes_at = day + timedelta(hours=begin), day + timedelta(hours=end)
                if closes_at > since:
                    yield Spell(opens_at=max(opens_at, since), closes_at=closes_at)
        day += timedelta(days=1)


def keep_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the helpline be open on weekdays."""
    monkeypatch.setattr("leeward.victim.helpline.queries.hours.helpline_service", uuid.uuid4)
    monkeypatch.setattr(
        "leeward.victim.helpline.queries.hours.open_spells", lambda _service, start, **_until: tuple(weekdays(start))
    )


@pytest.fixture
def house(standing: Standing, settings: Settings, tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> Standing:
    """Keys of the services and of the helpline, whose hours are on weekdays."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys" / "services"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "keys" / "founding.key"
    keep_hours(monkeypatch)

    def found() -> None:
        found_services(by=OPERATOR, now=NOW)
        for team in ("helpline", "desk", "leads"):
            open_door(team)

    standing("helpline", found)
    return standing


def employ(name: str, *, team: str = "helpline", colleague: Worker | None = None) -> Worker:
    """Let somebody work in a team; all but the first are let in by a colleague."""
    key = make_user_key(
        holder=name, secret="six words that nobody else has", kind=SlotKind.PASSPHRASE, by=OPERATOR, now=NOW
    )
    keyring = colleague.keyring if colleague else None
    join_team(team=team, holder=key.grantee, keyring=keyring, by=OPERATOR, now=NOW)
    return Worker(actor=Actor(kind=ActorKind.STAFF, id=name), keyring=open_teams(key=key))


def worker_of(name: str) -> Worker:
    """Somebody with an account, with the keys that they hold now."""
    user = User.objects.get(username=name)
    ring = keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=PASSPHRASE))
    return Worker(actor=Actor(kind=ActorKind.STAFF, id=user.reference), keyring=ring)


@pytest.fixture
def sam(house: Standing) -> Worker:
    return house("sam", lambda: employ("sam"))


@pytest.fixture
def lee(house: Standing, sam: Worker) -> Worker:
    return house("lee", lambda: employ("lee", colleague=sam))


@pytest.fixture
def dee(house: Standing) -> Worker:
    """Somebody at the removal desk."""
    return house("dee", lambda: employ("dee", team="desk"))


def came(
    *,
    story: Story | None = None,
    words: str = "I need help.",
    now: datetime = NOW,
    file: uuid.UUID | None = None,
    key: PrivateKey | None = None,
    **more: object,
) -> Her:
    """Somebody writes to the helpline, under a new code or with what they have already."""
    her = Her(key=key or make_victim_key(), file=file or uuid.uuid4())
    begin_case(
        file=her.file,
        key=her.key,
        first=FirstWords(story=story or Story(everyone_adult=True, words="It began on Sunday."), words=words, **more),  # type: ignore[arg-type]
        source=CaseSource.WEB,
        language="en",
        by=PERSON,
        now=now,
    )
    return her


@pytest.fixture
def her(house: Standing, sam: Worker) -> Her:
    return house("her", came)


type Came = Callable[..., Her]
