"""The offline recovery key: any two custodians open a team again, one never does."""

import itertools
import json
import uuid
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from leeward.foundation.vault.errors import CustodyRefused, NotGranted, TeamUnknown
from leeward.foundation.vault.models import RecoveryKey, TeamKeySlot, UserKey
from leeward.foundation.vault.operations import (
    found_team,
    join_team,
    make_file,
    make_recovery_keys,
    make_victim_key,
    open_file,
    open_teams,
    recover_team,
    replace_user_key,
    rotate_team,
)
from leeward.foundation.vault.rules.custody import (
    CUSTODIANS,
    CustodianFile,
    join_custodians,
    read_custodian_file,
    write_custodian_file,
)
from leeward.foundation.vault.rules.grants import Compartment
from leeward.foundation.vault.rules.slots import SlotKind
from tests.foundation.vault.conftest import BY, NOW, Team, make_member, make_team

STORY = Compartment.STORY
PLACE = "removals.Report.story|row-1"

pytestmark = pytest.mark.django_db


@pytest.fixture
def custodians() -> dict[str, CustodianFile]:
    return {file.custodian: file for file in make_recovery_keys(by=BY, now=NOW)}


def test_any_two_of_three_give_the_key_in_either_order(custodians: dict[str, CustodianFile]) -> None:
    assert tuple(custodians) == CUSTODIANS
    keys = {
        join_custodians(custodians[first], custodians[second]).private
        for first, second in itertools.permutations(CUSTODIANS, 2)
    }
    assert len(keys) == 1
    known = RecoveryKey.objects.get()
    assert join_custodians(custodians["A"], custodians["C"]).grantee.public_key == bytes(known.public_key)


def test_one_alone_or_two_that_do_not_belong_together_give_nothing(custodians: dict[str, CustodianFile]) -> None:
    alone = custodians["B"]
    with pytest.raises(CustodyRefused, match="same custodian"):
        join_custodians(alone, alone)
    disguised = read_custodian_file(write_custodian_file(alone).replace('"custodian": "B"', '"custodian": "C"'))
    with pytest.raises(CustodyRefused, match="damaged"):
        join_custodians(alone, disguised)
    later = {file.custodian: file for file in make_recovery_keys(by=BY, now=NOW)}
    with pytest.raises(CustodyRefused, match="different"):
        join_custodians(alone, later["A"])


def test_a_custodians_file_is_read_as_it_was_written(custodians: dict[str, CustodianFile]) -> None:
    text = write_custodian_file(custodians["A"])
    assert read_custodian_file(text) == custodians["A"]
    content = json.loads(text)
    for broken in (
        "",
        "[]",
        text[:-9],
        json.dumps({**content, "format": "leeward custodian 2"}),
        json.dumps({**content, "custodian": "D"}),
        json.dumps({**content, "private_key": "AAAA"}),
        json.dumps({**content, "shares": {}}),
    ):
        with pytest.raises(CustodyRefused):
            read_custodian_file(broken)


def _lost_team() -> tuple[Team, uuid.UUID, str]:
    """A team whose only member has lost every secret, and what is sealed to it."""
    team = make_team("helpline", member="amina")
    made = make_file(file=uuid.uuid4(), grants={STORY: [team.grantee]}, by=BY, now=NOW)
    sealed = made.seal("words", compartment=STORY, place=PLACE)
    new = replace_user_key(holder="amina", secret="new words", kind=SlotKind.PASSPHRASE, by=BY, now=NOW)
    with pytest.raises(NotGranted):
        open_file(file=made.file, keyring=open_teams(key=new), by=BY, now=NOW)
    return Team(name="helpline", member=new), made.file, sealed


def test_two_custodians_let_a_user_into_a_team_that_lost_everybody(custodians: dict[str, CustodianFile]) -> None:
    team, file, sealed = _lost_team()
    two = (custodians["C"], custodians["A"])
    recover_team(team="helpline", custodians=two, to=team.member.grantee, by=BY, now=NOW)
    opened = open_file(file=file, keyring=team.keyring, by=BY, now=NOW)
    assert opened.unseal(sealed, compartment=STORY, place=PLACE) == "words"


def test_two_custodians_may_let_in_whoever_comes_next(custodians: dict[str, CustodianFile]) -> None:
    _, file, _ = _lost_team()
    recover_team(team="helpline", custodians=(custodians["A"], custodians["B"]), to=None, by=BY, now=NOW)
    next_one = make_member("chidi")
    join_team(team="helpline", holder=next_one.grantee, keyring=None, by=BY, now=NOW)
    assert open_file(file=file, keyring=open_teams(key=next_one), by=BY, now=NOW).compartments == {STORY}
    assert not TeamKeySlot.objects.filter(holder_kind="founding").exists()


def test_a_team_that_is_older_than_the_recovery_key_gets_it_with_the_next_change() -> None:
    found_team(team="desk", by=BY, now=NOW)
    waiting, busy = "desk", make_team("helpline", member="amina")
    first, second, _ = make_recovery_keys(by=BY, now=NOW)
    assert set(TeamKeySlot.objects.filter(holder_kind="recovery").values_list("team_key__team", flat=True)) == {waiting}
    user = make_victim_key().grantee
    with pytest.raises(CustodyRefused, match="before theirs"):
        recover_team(team="helpline", custodians=(first, second), to=user, by=BY, now=NOW)
    rotate_team(team="helpline", keyring=busy.keyring, by=BY, now=NOW)
    recover_team(team="helpline", custodians=(first, second), to=make_member("chidi").grantee, by=BY, now=NOW)
    with pytest.raises(TeamUnknown):
        recover_team(team="nobody", custodians=(first, second), to=None, by=BY, now=NOW)


def test_the_commands_of_an_operator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "custody"
    with pytest.raises(CommandError, match="not a folder"):
        call_command("make_recovery_keys", folder=folder)
    folder.mkdir()
    call_command("make_recovery_keys", folder=folder)
    paths = [Path(line) for line in capsys.readouterr().out.split()]
    assert [path.name for path in paths] == ["custodian-A.json", "custodian-B.json", "custodian-C.json"]
    assert {path.stat().st_mode & 0o077 for path in paths} == {0}
    with pytest.raises(CommandError, match="there already"):
        call_command("make_recovery_keys", folder=folder)
    assert RecoveryKey.objects.count() == 1
    team, file, _ = _lost_team()
    for files, to, trouble in (
        (paths[:1], "amina", "twice"),
        (paths[:2], "nobody", "no key yet"),
        ([paths[0], tmp_path / "gone"], "amina", "cannot be read"),
    ):
        with pytest.raises(CommandError, match=trouble):
            _recover(files, to=to)
    _recover(paths[1:], to="amina")
    assert open_file(file=file, keyring=team.keyring, by=BY, now=NOW).compartments == {STORY}
    assert UserKey.objects.filter(retired_at=None).count() == 1


def _recover(files: list[Path], *, to: str) -> None:
    call_command("recover_team", "helpline", *(word for file in files for word in ("--custodian", file)), "--to", to)
