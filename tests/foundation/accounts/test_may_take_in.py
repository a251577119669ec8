"""When a team may take in what is new: the rule, and the people whom it is asked of."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.models import Unlock, User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.queries import has_signed_in, has_worked, role_works, teams_that_read
from leeward.foundation.accounts.rules import Reader, Role, may_take_in
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import found_team
from leeward.foundation.work.doors import HELPLINE
from tests.foundation.accounts.devices import Device, enrol
from tests.foundation.accounts.people import NOW, PASSPHRASE, come_in, employ, let_in

READS = Reader(is_active=True, has_passphrase=True, has_signed_in=True, holds_team_key=True)
LACKS = [replace(READS, **{name: False}) for name in ("is_active", "has_passphrase", "has_signed_in", "holds_team_key")]


def test_one_who_can_open_it_is_enough() -> None:
    assert may_take_in([READS])
    assert may_take_in([*LACKS, READS])


def test_whoever_lacks_one_step_of_the_way_opens_no_door() -> None:
    assert not may_take_in([])
    for reader in LACKS:
        assert not may_take_in([reader]), reader
    assert not may_take_in(LACKS), "what one lacks another does not bring"


def reads() -> bool:
    return teams_that_read([HELPLINE, "leads"]) == {HELPLINE}


@pytest.mark.django_db
class TestTheHelpline:
    @pytest.fixture(autouse=True)
    def _founded(self, settings: Any, tmp_path: Path) -> None:
        settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
        for team in (HELPLINE, "leads"):
            found_team(team=team, by=Actor.operator(), now=NOW)

    def test_reads_from_the_first_sign_in_on_and_not_before(self) -> None:
        assert not reads()
        link = operations.create_staff(
            username="amal", display_name="Amal", role=Role.PRACTITIONER, by=Actor.operator(), now=NOW
        )
        assert not reads(), "a link is no reader"
        operations.choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=NOW)
        assert not reads(), "who has enrolled has not been here yet"
        assert not has_worked([Role.PRACTITIONER])
        come_in("amal")
        assert reads()
        assert has_worked([Role.PRACTITIONER])

    def test_reads_behind_a_lock_between_two_shifts_and_after_new_keys(self) -> None:
        employ("amal", Role.PRACTITIONER)
        come_in("amal")
        user = User.objects.get(username="amal")
        operations.sign_out_everywhere(user=user, keep="", now=NOW)
        assert not Unlock.objects.filter(user=user).exists()
        assert reads()
        ring = keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=PASSPHRASE))
        operations.renew_team_key(colleague=user, keyring=ring, now=NOW + timedelta(days=400))
        assert reads()

    def test_does_not_read_by_somebody_who_waits_to_be_let_in(self) -> None:
        employ("amal", Role.PRACTITIONER)
        jonas = employ("jonas", Role.PRACTITIONER)
        assert jonas.waits
        come_in("jonas")
        assert not reads(), "the one who holds the key has not been here, and the one who was here holds none"
        let_in("jonas", by="amal")
        assert reads()

    def test_reads_until_the_last_who_can_has_left(self) -> None:
        for name in ("amal", "jonas"):
            employ(name, Role.PRACTITIONER)
            come_in(name)
        let_in("jonas", by="amal")
        operations.close_account(username="amal", by=Actor.operator(), now=NOW)
        assert reads()
        assert operations.close_account(username="jonas", by=Actor.operator(), now=NOW), "the last one's key stays"
        assert not reads()
        assert has_worked([Role.PRACTITIONER]), "somebody has read here before"

    def test_does_not_read_by_a_passphrase_where_passkeys_are_asked_for(self, settings: Any) -> None:
        settings.LEEWARD_STAFF_SIGN_IN = "passkey"
        employ("amal", Role.PRACTITIONER)
        employ("hugo", Role.NETWORK_SECRETARY)
        employ("petra", Role.MODERATOR, affiliation="chatter")
        clients = [come_in(name) for name in ("amal", "hugo", "petra")]
        assert not reads(), "a passphrase alone leads to the page of passkeys and no further"
        assert not role_works(Role.NETWORK_SECRETARY)
        assert not has_worked([Role.PRACTITIONER, Role.NETWORK_SECRETARY])
        assert not has_signed_in(affiliation="chatter")
        for number, client in enumerate(clients):
            assert enrol(client, Device(id=b"device-%d" % number)).status_code == 303
        assert reads()
        assert role_works(Role.NETWORK_SECRETARY)
        assert has_worked([Role.NETWORK_SECRETARY])
        assert has_signed_in(affiliation="chatter")

    def test_a_role_without_a_key_works_from_its_first_sign_in_on(self) -> None:
        employ("hugo", Role.NETWORK_SECRETARY)
        assert not role_works(Role.NETWORK_SECRETARY)
        come_in("hugo")
        assert role_works(Role.NETWORK_SECRETARY)
        operations.close_account(username="hugo", by=Actor.operator(), now=NOW)
        assert not role_works(Role.NETWORK_SECRETARY)
