"""Teams: the founding key ends with the first member; who leaves opens nothing that is written afterwards."""

import uuid
from pathlib import Path
from unittest.mock import patch

import pytest

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.errors import (
    CompartmentClosed,
    FoundingKeyMissing,
    LastHolder,
    NotGranted,
    PublicKeySwapped,
    SealBroken,
    SealRefused,
    TeamClosed,
    TeamUnknown,
)
from leeward.foundation.vault.models import Grant, TeamKey, TeamKeySlot
from leeward.foundation.vault.operations import (
    derive_key_pair,
    found_team,
    grant,
    holders_of,
    join_team,
    leave_team,
    make_file,
    make_victim_key,
    open_file,
    open_teams,
    renew_generation,
    replace_user_key,
    resume_rotation,
    rotate_team,
    rotation,
    team_grantee,
    teams_to_rotate,
)
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring
from leeward.foundation.vault.rules.slots import SlotKind
from tests.foundation.vault.conftest import BY, NOW, Team, make_member, make_team

pytestmark = pytest.mark.postgresql

STORY = Compartment.STORY
PLACE = "removals.Item.url|row-1"


def _file(team: Team, file: uuid.UUID | None = None):
    return make_file(file=file or uuid.uuid4(), grants={STORY: [team.grantee]}, by=BY, now=NOW)


def _open(file: uuid.UUID, keyring: Keyring):
    return open_file(file=file, keyring=keyring, by=BY, now=NOW)


def test_a_team_is_founded_once(db: None, key_files: Path) -> None:
    first = found_team(team="desk", by=BY, now=NOW)
    assert found_team(team="desk", by=BY, now=NOW) == first == team_grantee("desk")
    assert TeamKey.objects.count() == 1
    assert holders_of("desk") == ((GranteeKind.FOUNDING, TeamKeySlot.objects.get().holder_id),)
    assert (key_files / "founding.key").stat().st_mode & 0o077 == 0
    with pytest.raises(TeamUnknown, match="nobody"):
        team_grantee("nobody")


def test_the_founding_key_is_gone_when_no_team_waits(
    db: None, key_files: Path, django_capture_on_commit_callbacks: object
) -> None:
    path = key_files / "founding.key"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        for team in ("desk", "helpline"):
            found_team(team=team, by=BY, now=NOW)
    amina, bilal = make_member("amina"), make_member("bilal")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        join_team(team="desk", holder=amina.grantee, keyring=None, by=BY, now=NOW)
    assert path.exists()
    assert open_teams(key=amina).teams == {"desk"}
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        join_team(team="helpline", holder=bilal.grantee, keyring=None, by=BY, now=NOW)
    assert not path.exists()
    assert not TeamKeySlot.objects.filter(holder_kind="founding").exists()
    # And a later team gets a founding key of its own.
    found_team(team="legal", by=BY, now=NOW)
    assert path.exists()


def test_an_api_key_and_a_link_hold_a_team_without_ending_its_founding(db: None) -> None:
    team = "platform:7a0f"
    found_team(team=team, by=BY, now=NOW)
    api = derive_key_pair("an API key of 256 random bits", purpose="platform/api", kind=GranteeKind.API_KEY)
    link = derive_key_pair("a link's token of 256 random bits", purpose="staff/link")
    for holder in (api, link):
        join_team(team=team, holder=holder.grantee, keyring=None, by=BY, now=NOW)
        assert open_teams(key=holder).teams == {team}
    assert GranteeKind.FOUNDING in {kind for kind, _ in holders_of(team)}
    join_team(team=team, holder=make_member("lead").grantee, keyring=open_teams(key=api), by=BY, now=NOW)
    assert GranteeKind.FOUNDING not in {kind for kind, _ in holders_of(team)}


def test_only_a_member_lets_the_next_one_in(helpline: Team, desk: Team) -> None:
    chidi = make_member("chidi")
    for keyring in (None, Keyring(), desk.keyring, Keyring(chidi)):
        with pytest.raises(TeamClosed):
            join_team(team="helpline", holder=chidi.grantee, keyring=keyring, by=BY, now=NOW)
    assert open_teams(key=chidi).teams == frozenset()
    for _ in range(2):
        join_team(team="helpline", holder=chidi.grantee, keyring=helpline.keyring, by=BY, now=NOW)
    assert open_teams(key=chidi).teams == {"helpline"}
    with pytest.raises(SealRefused):
        join_team(team="helpline", holder=make_victim_key().grantee, keyring=helpline.keyring, by=BY, now=NOW)


def test_a_team_whose_founding_key_is_lost_says_so(db: None, key_files: Path) -> None:
    found_team(team="desk", by=BY, now=NOW)
    (key_files / "founding.key").unlink()
    with pytest.raises(FoundingKeyMissing):
        join_team(team="desk", holder=make_member("amina").grantee, keyring=None, by=BY, now=NOW)
    found_team(team="helpline", by=BY, now=NOW)  # which makes another founding key
    with pytest.raises(FoundingKeyMissing):
        join_team(team="desk", holder=make_member("bilal").grantee, keyring=None, by=BY, now=NOW)


def test_a_leaver_opens_nothing_that_is_written_afterwards(helpline: Team) -> None:
    """Even with a copy of the database from every moment, and every key that she ever had in her hands."""
    leaver = make_member("leaver")
    join_team(team="helpline", holder=leaver.grantee, keyring=helpline.keyring, by=BY, now=NOW)
    opened = _file(helpline)
    before = opened.seal("before", compartment=STORY, place=PLACE)
    kept = open_teams(key=leaver)
    assert _open(opened.file, kept).unseal(before, compartment=STORY, place=PLACE) == "before"

    leave_team(team="helpline", id="leaver", by=BY, now=NOW)
    assert teams_to_rotate() == ("helpline",)
    assert open_teams(key=leaver).teams == frozenset()
    keyring = helpline.keyring
    assert rotate_team(team="helpline", keyring=keyring, by=BY, now=NOW) == 1
    assert teams_to_rotate() == ()
    with pytest.raises(NotGranted):
        _open(opened.file, kept)

    ours = _open(opened.file, helpline.keyring)
    renew_generation(opened=ours, compartment=STORY, by=BY, now=NOW)
    after = ours.seal("after", compartment=STORY, place=PLACE)
    assert ours.unseal(before, compartment=STORY, place=PLACE) == "before"
    # The key of the file that she had unwrapped herself is of the older generation.
    with pytest.raises(CompartmentClosed):
        opened.unseal(after, compartment=STORY, place=PLACE)
    # New files are wrapped to a key that she never had.
    fresh = _file(helpline)
    with pytest.raises(NotGranted):
        _open(fresh.file, kept)
    Grant.objects.filter(file=fresh.file).update(grantee_generation=1)
    with pytest.raises(SealBroken):
        _open(fresh.file, kept).key_of(STORY, 1)


def test_nobody_leaves_a_team_that_none_would_open_any_more(helpline: Team) -> None:
    with pytest.raises(LastHolder):
        leave_team(team="helpline", id="amina", by=BY, now=NOW)
    assert helpline.keyring.teams == {"helpline"}
    leave_team(team="helpline", id="somebody else", by=BY, now=NOW)
    assert teams_to_rotate() == ()


def test_a_rotation_that_is_cut_short_is_resumed(helpline: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "GRANTS_AT_ONCE", 2)
    made = [_file(helpline) for _ in range(7)]
    calls = 0

    def failing(*args: object, **kwargs: object) -> bytes:
        nonlocal calls
        calls += 1
        if calls > 5:
            raise KeyboardInterrupt
        return wrap(*args, **kwargs)  # type: ignore[arg-type]

    wrap = rotation.wrap
    with patch.object(rotation, "wrap", failing), pytest.raises(KeyboardInterrupt):
        rotate_team(team="helpline", keyring=helpline.keyring, by=BY, now=NOW)
    assert Grant.objects.filter(grantee_generation=2).count() == 4
    # In between, a member opens all of them.
    for each in made:
        assert _open(each.file, helpline.keyring).key_of(STORY, 1) == each.key_of(STORY, 1)
    assert resume_rotation(team="helpline", keyring=helpline.keyring, by=BY, now=NOW) == 3
    assert resume_rotation(team="helpline", keyring=helpline.keyring, by=BY, now=NOW) == 0
    assert Grant.objects.filter(grantee_generation=1).count() == 0
    new = Keyring(*(key for key in helpline.keyring if key.grantee.generation == 2))
    for each in made:
        assert _open(each.file, new).key_of(STORY, 1) == each.key_of(STORY, 1)


def test_what_was_granted_to_both_keys_stays_once(helpline: Team) -> None:
    made = _file(helpline)
    old = Grant.objects.get()
    with patch.object(rotation, "resume_rotation", return_value=0):
        rotate_team(team="helpline", keyring=helpline.keyring, by=BY, now=NOW)
    grant(opened=_open(made.file, helpline.keyring), compartment=STORY, to=helpline.grantee, by=BY, now=NOW)
    Grant.objects.bulk_create([old])
    assert resume_rotation(team="helpline", keyring=helpline.keyring, by=BY, now=NOW) == 1
    assert Grant.objects.get().grantee_generation == 2


def test_rotation_needs_the_teams_key(helpline: Team, desk: Team) -> None:
    with pytest.raises(TeamClosed):
        rotate_team(team="helpline", keyring=desk.keyring, by=BY, now=NOW)
    with pytest.raises(TeamUnknown):
        rotate_team(team="nobody", keyring=desk.keyring, by=BY, now=NOW)
    assert team_grantee("helpline").generation == 1


def test_a_holders_public_key_that_was_swapped_gets_no_new_team_key(helpline: Team) -> None:
    thief = make_victim_key()
    TeamKeySlot.objects.update(public_key=thief.grantee.public_key)
    with pytest.raises(PublicKeySwapped):
        rotate_team(team="helpline", keyring=helpline.keyring, by=BY, now=NOW)
    assert TeamKey.objects.count() == 1


def test_a_teams_public_key_that_was_swapped_gets_no_file(helpline: Team) -> None:
    thief = make_victim_key()
    TeamKey.objects.update(public_key=thief.grantee.public_key)
    with pytest.raises(PublicKeySwapped):
        team_grantee("helpline")
    with pytest.raises(TeamClosed):
        join_team(team="helpline", holder=make_member("chidi").grantee, keyring=helpline.keyring, by=BY, now=NOW)


def test_a_slot_that_was_moved_to_another_team_or_holder_opens_nothing(helpline: Team, desk: Team) -> None:
    theirs = TeamKeySlot.objects.get(team_key__team="desk")
    TeamKeySlot.objects.filter(pk=theirs.pk).update(holder_id="amina")
    with pytest.raises(SealBroken):
        open_teams(key=helpline.member)
    mine = TeamKeySlot.objects.get(team_key__team="helpline")
    TeamKeySlot.objects.filter(pk=theirs.pk).delete()
    TeamKeySlot.objects.filter(pk=mine.pk).update(team_key=TeamKey.objects.get(team="desk"))
    with pytest.raises(SealBroken):
        open_teams(key=helpline.member)


def test_a_lost_staff_key_costs_nothing_while_a_colleague_is_there(helpline: Team) -> None:
    chidi = make_member("chidi")
    join_team(team="helpline", holder=chidi.grantee, keyring=helpline.keyring, by=BY, now=NOW)
    made = _file(helpline)
    new = replace_user_key(holder="chidi", secret="other six words", kind=SlotKind.PASSPHRASE, by=BY, now=NOW)
    assert open_teams(key=chidi).teams == open_teams(key=new).teams == frozenset()
    assert teams_to_rotate() == ("helpline",)  # the old key may be in somebody's hands
    join_team(team="helpline", holder=new.grantee, keyring=helpline.keyring, by=BY, now=NOW)
    assert _open(made.file, open_teams(key=new)).compartments == {STORY}


def test_the_trail_names_teams_and_nobody_who_joins(helpline: Team) -> None:
    lines = AuditEvent.objects.filter(verb__startswith="vault.team_").values_list("verb", "subject_reference", "facts")
    assert set(lines) == {
        ("vault.team_founded", "helpline", "{}"),
        ("vault.team_joined", "helpline", '{"grantee_kind":"user"}'),
    }


def test_one_person_may_be_in_two_teams(desk: Team) -> None:
    helpline = make_team("helpline", member="chidi")
    join_team(team="desk", holder=helpline.member.grantee, keyring=desk.keyring, by=BY, now=NOW)
    assert helpline.keyring.teams == {"desk", "helpline"}
