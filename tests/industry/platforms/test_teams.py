"""A platform's keys open what is sealed to it: its own, in force, and nobody's who only has the database."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import SealBroken, TeamUnknown
from leeward.foundation.vault.operations import (
    derive_key_pair,
    holders_of,
    join_team,
    open_sealed,
    rotate_team,
    seal_to,
    team_grantee,
)
from leeward.foundation.vault.rules.grants import GranteeKind, Keyring, PrivateKey
from leeward.industry.platforms.models import PlatformKey
from leeward.industry.platforms.operations import (
    admit_waiting_keys,
    drop_retired_keys,
    keyring_for_key,
    meet_site,
    rotate_keys,
)
from leeward.industry.platforms.operations.teams import key_pair
from leeward.industry.platforms.queries import has_reader, has_waiting_keys
from leeward.industry.platforms.rules import Endpoint, IssuedKeys, Partner, team_name
from tests.industry.conftest import NOW, Keys

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

DESK = Actor.operator()
WEEK = timedelta(days=7)
PLACE = "platforms.test|1"


@pytest.fixture(autouse=True)
def founding_key(settings, tmp_path: Path) -> Path:
    path = tmp_path / "founding.key"
    settings.LEEWARD_FOUNDING_KEY = str(path)
    return path


def box_for(partner: Partner) -> str:
    return seal_to(team_grantee(team_name(partner.public_id)), "an address", place=PLACE)


def opens(keyring: Keyring, sealed: str) -> bool:
    for key in keyring:
        try:
            return open_sealed(key, sealed, place=PLACE) == "an address"
        except SealBroken:
            continue
    return False


def rotate(days: int = 7, *, now=NOW) -> IssuedKeys:
    return rotate_keys(name="Alpha", overlap=timedelta(days=days), by=DESK, now=now)


def moderator(partner: Partner, settings) -> Keyring:
    """Somebody at the platform who holds its team, after which the founding key does no longer."""
    key: PrivateKey = derive_key_pair("m" * 43, purpose="tests/moderator", kind=GranteeKind.USER)
    team = team_name(partner.public_id)
    join_team(team=team, holder=key.grantee, keyring=None, by=DESK, now=NOW)
    ring = Keyring(key)
    for pair in keyring_of(key):
        ring.add(pair)
    return ring


def has_team(partner: Partner) -> bool:
    try:
        team_grantee(team_name(partner.public_id))
    except TeamUnknown:
        return False
    return True


def keyring_of(key: PrivateKey) -> Keyring:
    from leeward.foundation.vault.operations import open_teams

    return open_teams(key=key)


def test_fetch_and_feedback_keys_open_it_and_no_other_key(alpha: Keys, beta: Keys) -> None:
    sealed = box_for(alpha.partner)
    assert has_team(alpha.partner)
    assert not has_waiting_keys(alpha.partner, now=NOW)
    assert not has_reader(alpha.partner)
    assert opens(keyring_for_key(alpha.fetch_key, now=NOW), sealed)
    assert has_reader(alpha.partner)
    assert opens(keyring_for_key(alpha.feedback_key, now=NOW), sealed)
    for key in (alpha.submit_key, alpha.subscription_key, "", "x" * 43, alpha.fetch_key[:-1]):
        assert len(keyring_for_key(key, now=NOW)) == 0
    assert not opens(keyring_for_key(beta.fetch_key, now=NOW), sealed)


def test_the_database_holds_no_private_half(alpha: Keys) -> None:
    pair = key_pair(alpha.fetch_key)
    rows = list(PlatformKey.objects.values_list(flat=False))
    assert pair.grantee.public_key.hex() in str(rows)
    assert pair.private.hex() not in str(rows)
    assert alpha.fetch_key not in str(rows)
    kept = dict(PlatformKey.objects.values_list("endpoint", "public_key"))
    assert kept[Endpoint.FETCH]
    assert kept[Endpoint.FEEDBACK]
    assert not kept[Endpoint.SUBMIT]
    assert not kept[Endpoint.SUBSCRIPTION]


def test_fresh_keys_open_what_was_sealed_before_and_old_ones_until_they_retire(alpha: Keys) -> None:
    sealed = box_for(alpha.partner)
    fresh = rotate()
    assert opens(keyring_for_key(fresh.fetch_key, now=NOW), sealed)
    assert opens(keyring_for_key(alpha.fetch_key, now=NOW + WEEK - timedelta(seconds=1)), sealed)
    assert len(keyring_for_key(alpha.fetch_key, now=NOW + WEEK)) == 0
    assert drop_retired_keys(now=NOW + WEEK - timedelta(seconds=1), limit=10) == 0
    assert drop_retired_keys(now=NOW + WEEK, limit=10) == 2
    assert drop_retired_keys(now=NOW + WEEK, limit=10) == 0
    later = box_for(alpha.partner)
    assert opens(keyring_for_key(fresh.fetch_key, now=NOW + WEEK), later)
    assert opens(keyring_for_key(fresh.fetch_key, now=NOW + WEEK), sealed)
    assert not opens(keyring_of(key_pair(alpha.fetch_key)), later)


def test_keys_that_end_now_are_out_at_once(alpha: Keys) -> None:
    before = team_grantee(team_name(alpha.partner.public_id)).generation
    fresh = rotate(0)
    team = team_grantee(team_name(alpha.partner.public_id))
    assert team.generation == before + 1
    assert (GranteeKind.API_KEY, key_pair(alpha.fetch_key).grantee.id) not in holders_of(team.id)
    sealed = box_for(alpha.partner)
    assert opens(keyring_for_key(fresh.feedback_key, now=NOW), sealed)
    assert len(keyring_for_key(alpha.fetch_key, now=NOW)) == 0
    assert not opens(keyring_of(key_pair(alpha.fetch_key)), sealed)


class TestOnceAModeratorHasJoined:
    def test_the_old_key_lets_the_fresh_ones_in(self, alpha: Keys, settings) -> None:
        moderator(alpha.partner, settings)
        sealed = box_for(alpha.partner)
        fresh = rotate()
        assert has_waiting_keys(alpha.partner, now=NOW)
        assert not opens(keyring_for_key(fresh.fetch_key, now=NOW), sealed)
        assert has_waiting_keys(alpha.partner, now=NOW)
        assert opens(keyring_for_key(alpha.feedback_key, now=NOW), sealed)
        assert not has_waiting_keys(alpha.partner, now=NOW)
        assert opens(keyring_for_key(fresh.fetch_key, now=NOW), sealed)

    def test_an_unlocked_moderator_lets_them_in(self, alpha: Keys, beta: Keys, settings) -> None:
        ring = moderator(alpha.partner, settings)
        sealed = box_for(alpha.partner)
        fresh = rotate(0)
        assert admit_waiting_keys(partner=alpha.partner, keyring=None, by=DESK, now=NOW) == 0
        stranger = keyring_for_key(beta.fetch_key, now=NOW)
        assert admit_waiting_keys(partner=alpha.partner, keyring=stranger, by=DESK, now=NOW) == 0
        assert admit_waiting_keys(partner=alpha.partner, keyring=ring, by=DESK, now=NOW) == 2
        assert admit_waiting_keys(partner=alpha.partner, keyring=ring, by=DESK, now=NOW) == 0
        assert opens(keyring_for_key(fresh.fetch_key, now=NOW), sealed)

    def test_a_retired_key_is_out_though_nobody_is_unlocked(self, alpha: Keys, settings) -> None:
        ring = moderator(alpha.partner, settings)
        rotate(0)
        assert keyring_of(key_pair(alpha.fetch_key)).teams == frozenset()
        admit_waiting_keys(partner=alpha.partner, keyring=ring, by=DESK, now=NOW)
        rotate_team(team=team_name(alpha.partner.public_id), keyring=ring, by=DESK, now=NOW)
        assert not opens(keyring_of(key_pair(alpha.fetch_key)), box_for(alpha.partner))

    def test_a_public_half_that_was_swapped_is_not_let_in(self, alpha: Keys, settings) -> None:
        ring = moderator(alpha.partner, settings)
        rotate()
        thief = derive_key_pair("t" * 43, purpose="tests/thief", kind=GranteeKind.API_KEY)
        waiting = PlatformKey.objects.waiting(NOW).filter(endpoint=Endpoint.FETCH.value)
        assert waiting.update(public_key=thief.grantee.public_key.hex()) == 1
        assert admit_waiting_keys(partner=alpha.partner, keyring=ring, by=DESK, now=NOW) == 1
        assert keyring_of(thief).teams == frozenset()


def test_a_platform_from_before_gets_its_team_with_its_next_keys(alpha: Keys) -> None:
    from leeward.foundation.vault.models import TeamKey

    TeamKey.objects.all().delete()
    PlatformKey.objects.update(public_key="", mark="", joined_at=None)
    assert not has_team(alpha.partner)
    assert len(keyring_for_key(alpha.fetch_key, now=NOW).teams) == 0
    fresh = rotate()
    assert has_team(alpha.partner)
    assert opens(keyring_for_key(fresh.fetch_key, now=NOW), box_for(alpha.partner))


def test_a_lost_founding_key_closes_nothing(alpha: Keys, founding_key: Path) -> None:
    sealed = box_for(alpha.partner)
    founding_key.unlink()
    fresh = rotate()
    assert has_waiting_keys(alpha.partner, now=NOW)
    assert opens(keyring_for_key(alpha.fetch_key, now=NOW), sealed)
    assert opens(keyring_for_key(fresh.fetch_key, now=NOW), sealed)


def test_the_last_holder_is_kept(alpha: Keys, founding_key: Path) -> None:
    from leeward.foundation.vault.models import TeamKeySlot

    TeamKeySlot.objects.filter(holder_kind=GranteeKind.FOUNDING.value).delete()
    fresh = rotate(0)
    assert has_waiting_keys(alpha.partner, now=NOW)
    assert len(keyring_for_key(fresh.fetch_key, now=NOW).teams) == 0
    assert len(holders_of(team_name(alpha.partner.public_id))) == 1


def test_a_met_site_has_no_team() -> None:
    assert not has_team(meet_site(host="newsite.example", by=DESK, now=NOW))


def test_a_public_half_stands_with_its_mark(alpha: Keys) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PlatformKey.objects.filter(endpoint=Endpoint.SUBMIT.value).update(public_key="ab")
    assert uuid.UUID(team_name(alpha.partner.public_id).partition(":")[2]) == alpha.partner.public_id
