"""Files: a grant row is the permission; it ends when it ends, and a new generation shuts out old keys."""

import uuid
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.operations import lines_about
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.errors import (
    CompartmentClosed,
    FileTaken,
    NotGranted,
    PublicKeySwapped,
    SealBroken,
    SealRefused,
)
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import (
    OpenFile,
    destroy_file,
    grant,
    make_file,
    make_victim_key,
    open_file,
    open_files,
    renew_generation,
    revoke,
    sweep_grants,
)
from leeward.foundation.vault.operations.verbs import of_file
from leeward.foundation.vault.rules import wraps
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring, PrivateKey
from tests.foundation.vault.conftest import BY, NOW, Team

STORY, CASEWORK, EVIDENCE = Compartment.STORY, Compartment.CASEWORK, Compartment.EVIDENCE
PLACE = "removals.Item.url|row-1"


def _file(desk: Team, victim: PrivateKey | None = None) -> OpenFile:
    hers = [victim.grantee] if victim else []
    grants = {STORY: [desk.grantee, *hers], CASEWORK: [desk.grantee], EVIDENCE: [desk.grantee, *hers]}
    return make_file(file=uuid.uuid4(), grants=grants, by=BY, now=NOW)


def _open(file: uuid.UUID, keyring: Keyring, *, later: timedelta = timedelta()) -> OpenFile:
    return open_file(file=file, keyring=keyring, by=BY, now=NOW + later)


def test_a_file_opens_for_its_grantees_in_their_compartments_alone(desk: Team, helpline: Team) -> None:
    victim = make_victim_key()
    made = _file(desk, victim)
    sealed = made.seal("words", compartment=STORY, place=PLACE)
    note = made.seal("a judgement", compartment=CASEWORK, place=PLACE)
    hers = _open(made.file, Keyring(victim))
    assert hers.compartments == {STORY, EVIDENCE}
    assert hers.unseal(sealed, compartment=STORY, place=PLACE) == "words"
    with pytest.raises(CompartmentClosed):
        hers.unseal(note, compartment=CASEWORK, place=PLACE)
    with pytest.raises(CompartmentClosed):
        hers.seal("x", compartment=CASEWORK, place=PLACE)
    assert _open(made.file, desk.keyring).unseal(note, compartment=CASEWORK, place=PLACE) == "a judgement"
    for keyring in (helpline.keyring, Keyring(), Keyring(make_victim_key())):
        with pytest.raises(NotGranted):
            _open(made.file, keyring)
    with pytest.raises(NotGranted):
        _open(uuid.uuid4(), desk.keyring)


def test_nothing_stays_nothing_and_all_lengths_up_to_a_step_look_alike(desk: Team) -> None:
    made = _file(desk)
    assert made.seal("", compartment=STORY, place=PLACE) == ""
    assert made.unseal("", compartment=STORY, place=PLACE) == ""
    yes, long = (made.seal(text, compartment=STORY, place=PLACE) for text in ("y", "n" * 255))
    assert len(yes) == len(long) < len(made.seal("n" * 256, compartment=STORY, place=PLACE))
    assert made.seal("y", compartment=STORY, place=PLACE) != yes


def test_a_file_is_made_once_but_may_get_a_further_compartment(desk: Team) -> None:
    made = make_file(file=uuid.uuid4(), grants={STORY: [desk.grantee]}, by=BY, now=NOW)
    with pytest.raises(FileTaken):
        make_file(file=made.file, grants={STORY: [desk.grantee], EVIDENCE: [desk.grantee]}, by=BY, now=NOW)
    assert _open(made.file, desk.keyring).compartments == {STORY}
    make_file(file=made.file, grants={CASEWORK: [desk.grantee]}, by=BY, now=NOW)
    assert _open(made.file, desk.keyring).compartments == {STORY, CASEWORK}


def test_no_compartment_is_made_that_nobody_opens_and_none_is_granted_to_a_person(desk: Team) -> None:
    with pytest.raises(SealRefused):
        make_file(file=uuid.uuid4(), grants={STORY: []}, by=BY, now=NOW)
    with pytest.raises(SealRefused, match="user"):
        make_file(file=uuid.uuid4(), grants={STORY: [desk.member.grantee]}, by=BY, now=NOW)
    assert not Grant.objects.exists()


def test_a_reading_is_written_down_with_its_reason_and_no_content(desk: Team) -> None:
    made = _file(desk)
    reader = Actor(kind=ActorKind.STAFF, id="bilal")
    open_file(file=made.file, keyring=desk.keyring, by=reader, now=NOW, reason="second_opinion")
    line = next(line for line in lines_about(of_file(made.file)) if line.verb == "vault.file_opened")
    assert line.actor_id == "bilal"
    assert line.facts == '{"compartments":"casework,evidence,story","reason":"second_opinion"}'
    with pytest.raises(SealRefused, match="short code"):
        open_file(file=made.file, keyring=desk.keyring, by=reader, now=NOW, reason="Because she asked me to.")


def test_a_grant_opens_every_generation_that_was_open_to_the_giver(desk: Team, helpline: Team) -> None:
    opened = _file(desk)
    first = opened.seal("first", compartment=STORY, place=PLACE)
    renew_generation(opened=opened, compartment=STORY, by=BY, now=NOW)
    second = opened.seal("second", compartment=STORY, place=PLACE)
    grant(opened=_open(opened.file, desk.keyring), compartment=STORY, to=helpline.grantee, by=BY, now=NOW)
    theirs = _open(opened.file, helpline.keyring)
    assert theirs.compartments == {STORY}
    assert [theirs.unseal(text, compartment=STORY, place=PLACE) for text in (first, second)] == ["first", "second"]
    assert theirs.unseal(theirs.seal("a", compartment=STORY, place=PLACE), compartment=STORY, place=PLACE) == "a"
    assert Grant.objects.filter(grantee_id="helpline").count() == 2


def test_nobody_grants_what_is_closed_to_them(desk: Team, helpline: Team) -> None:
    victim = make_victim_key()
    made = _file(desk, victim)
    hers = _open(made.file, Keyring(victim))
    with pytest.raises(CompartmentClosed):
        grant(opened=hers, compartment=CASEWORK, to=helpline.grantee, by=BY, now=NOW)
    assert not Grant.objects.filter(grantee_id="helpline").exists()


def test_an_expired_grant_opens_nothing_and_a_new_one_lengthens_it(desk: Team, helpline: Team) -> None:
    made = _file(desk)
    week, day = timedelta(days=7), timedelta(days=1)
    grant(opened=made, compartment=STORY, to=helpline.grantee, by=BY, now=NOW, reason="cover", expires_at=NOW + week)
    row = Grant.objects.get(grantee_id="helpline")
    assert (row.granted_by, row.reason, row.expires_at) == ("operator:", "cover", NOW + week)
    assert _open(made.file, helpline.keyring, later=week - day).compartments == {STORY}
    with pytest.raises(NotGranted):
        _open(made.file, helpline.keyring, later=week)
    assert open_files([made.file], helpline.keyring, by=BY, now=NOW + week) == {}
    grant(opened=made, compartment=STORY, to=helpline.grantee, by=BY, now=NOW, expires_at=NOW + 2 * week)
    assert _open(made.file, helpline.keyring, later=week).compartments == {STORY}
    assert sweep_grants(now=NOW + week, limit=10) == 0
    assert sweep_grants(now=NOW + 2 * week, limit=10) == 1
    assert not Grant.objects.filter(grantee_id="helpline").exists()


def test_a_revoked_grant_opens_nothing(desk: Team, helpline: Team) -> None:
    made = _file(desk)
    grant(opened=made, compartment=STORY, to=helpline.grantee, by=BY, now=NOW)
    for _ in range(2):
        revoke(file=made.file, compartment=STORY, kind=GranteeKind.TEAM, id="helpline", by=BY, now=NOW)
    with pytest.raises(NotGranted):
        _open(made.file, helpline.keyring)
    assert _open(made.file, desk.keyring).compartments == {STORY, CASEWORK, EVIDENCE}
    assert AuditEvent.objects.filter(verb="vault.revoked").count() == 1


def test_a_new_generation_is_closed_to_whoever_is_left_out(desk: Team, helpline: Team) -> None:
    opened = _file(desk)
    grant(opened=opened, compartment=STORY, to=helpline.grantee, by=BY, now=NOW)
    before = opened.seal("before", compartment=STORY, place=PLACE)
    renew_generation(opened=opened, compartment=STORY, by=BY, now=NOW, without={(GranteeKind.TEAM, "helpline")})
    after = opened.seal("after", compartment=STORY, place=PLACE)
    theirs = _open(opened.file, helpline.keyring)
    assert theirs.unseal(before, compartment=STORY, place=PLACE) == "before"
    with pytest.raises(CompartmentClosed):
        theirs.unseal(after, compartment=STORY, place=PLACE)
    with pytest.raises(CompartmentClosed):
        theirs.seal("smuggled in under the old key", compartment=STORY, place=PLACE)
    with pytest.raises(CompartmentClosed):
        grant(opened=theirs, compartment=STORY, to=helpline.grantee, by=BY, now=NOW)
    ours = _open(opened.file, desk.keyring)
    assert [ours.unseal(text, compartment=STORY, place=PLACE) for text in (before, after)] == ["before", "after"]


def test_two_who_renew_from_the_same_generation_do_not_part_ways(desk: Team) -> None:
    made = _file(desk)
    first, second = _open(made.file, desk.keyring), _open(made.file, desk.keyring)
    renew_generation(opened=first, compartment=STORY, by=BY, now=NOW)
    with pytest.raises(CompartmentClosed):
        renew_generation(opened=second, compartment=STORY, by=BY, now=NOW)


def test_a_public_key_that_somebody_put_into_a_grant_gets_no_new_generation(desk: Team) -> None:
    victim, thief = make_victim_key(), make_victim_key()
    opened = _file(desk, victim)
    Grant.objects.filter(grantee_kind="victim").update(public_key=thief.grantee.public_key)
    with pytest.raises(PublicKeySwapped):
        renew_generation(opened=opened, compartment=STORY, by=BY, now=NOW)
    assert Grant.objects.filter(generation=2).count() == 0


def test_a_destroyed_file_opens_for_nobody(desk: Team) -> None:
    victim = make_victim_key()
    made, neighbour = _file(desk, victim), _file(desk)
    for _ in range(2):
        destroy_file(file=made.file, by=BY, now=NOW)
    for keyring in (desk.keyring, Keyring(victim)):
        with pytest.raises(NotGranted):
            _open(made.file, keyring)
    assert _open(neighbour.file, desk.keyring).compartments
    assert AuditEvent.objects.filter(verb="vault.file_destroyed").count() == 1


def test_a_list_takes_one_query_and_one_line_whatever_its_length(desk: Team, helpline: Team) -> None:
    made = [_file(desk) for _ in range(5)]
    texts = {each.file: each.seal(f"text of {each.file}", compartment=STORY, place=PLACE) for each in made}
    foreign = make_file(file=uuid.uuid4(), grants={STORY: [helpline.grantee]}, by=BY, now=NOW)
    keyring, lines = desk.keyring, AuditEvent.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        opened = open_files([*texts, foreign.file], keyring, by=BY, now=NOW)
    assert len([query for query in queries if query["sql"].startswith("SELECT")]) == 1
    assert AuditEvent.objects.count() == lines + 1
    assert set(opened) == set(texts)
    for file, sealed in texts.items():
        assert opened[file].unseal(sealed, compartment=STORY, place=PLACE) == f"text of {file}"
    with pytest.raises(SealRefused):
        open_files([uuid.uuid4() for _ in range(501)], keyring, by=BY, now=NOW)


def test_opening_again_in_one_request_costs_no_public_key_operation(desk: Team) -> None:
    made = _file(desk)
    sealed = made.seal("words", compartment=STORY, place=PLACE)
    with patch.object(wraps, "unwrap", wraps=wraps.unwrap) as unwrapped:
        keyring = desk.keyring
        for _ in range(20):
            opened = _open(made.file, keyring)
            for _ in range(5):
                assert opened.unseal(sealed, compartment=STORY, place=PLACE) == "words"
        assert unwrapped.call_count == 2  # the team's key, and the compartment's


@pytest.mark.parametrize("change", ["place", "file", "compartment", "generation", "bit", "gap"])
def test_a_sealed_text_that_was_moved_or_changed_does_not_open(change: str, desk: Team) -> None:
    made, other = _file(desk), _file(desk)
    sealed = made.seal("words", compartment=STORY, place=PLACE)
    opened, compartment, place = _open(made.file, desk.keyring), STORY, PLACE
    if change == "place":
        place = "removals.Item.url|row-2"
    elif change == "file":
        opened = _open(other.file, desk.keyring)
    elif change == "compartment":
        compartment = EVIDENCE
    elif change == "generation":
        renew_generation(opened=opened, compartment=STORY, by=BY, now=NOW)
        sealed = sealed.replace("lw1.1.", "lw1.2.")
    elif change == "bit":
        sealed = sealed[:-8] + ("A" if sealed[-8] != "A" else "B") + sealed[-7:]
    else:
        place = f"{PLACE}|{made.file}"
    with pytest.raises(SealBroken):
        opened.unseal(sealed, compartment=compartment, place=place)


@pytest.mark.parametrize("column", ["file", "compartment", "generation", "grantee_id", "grantee_generation", "wrapped"])
def test_a_grant_that_was_moved_opens_nothing(column: str, desk: Team, helpline: Team) -> None:
    """A writer of the database copies a wrap to where they would like it to open."""
    made = _file(desk)
    sealed = {name: made.seal("words", compartment=name, place=PLACE) for name in (STORY, EVIDENCE)}
    mine = make_file(
        file=uuid.uuid4(), grants={CASEWORK: [helpline.grantee], STORY: [helpline.grantee]}, by=BY, now=NOW
    )
    row = Grant.objects.get(file=made.file, compartment=STORY)
    if column == "wrapped":
        Grant.objects.filter(file=mine.file, compartment=STORY).update(wrapped=row.wrapped)
        with pytest.raises(SealBroken):
            _open(mine.file, helpline.keyring).key_of(STORY, 1)
        return
    moved = {
        "file": mine.file,
        "compartment": EVIDENCE,
        "generation": 7,
        "grantee_id": "helpline",
        "grantee_generation": 2,
    }[column]
    Grant.objects.filter(file=mine.file).delete()
    Grant.objects.filter(file=made.file, compartment=EVIDENCE).delete()
    Grant.objects.filter(pk=row.pk).update(**{column: moved})
    keyring = helpline.keyring if column == "grantee_id" else desk.keyring
    if column == "grantee_generation":
        old = next(key for key in desk.keyring if key.grantee.id == "desk")
        keyring.add(PrivateKey(grantee=replace(old.grantee, generation=2), private=old.private))
    opened = _open(mine.file if column == "file" else made.file, keyring)
    compartment = EVIDENCE if column == "compartment" else STORY
    with pytest.raises(SealBroken):
        opened.key_of(compartment, 7 if column == "generation" else 1)
    with pytest.raises((SealBroken, CompartmentClosed)):
        opened.unseal(sealed[compartment], compartment=compartment, place=PLACE)


def test_open_things_do_not_show_their_keys(desk: Team) -> None:
    made = _file(desk)
    key = made.key_of(STORY, 1)
    for shown in (repr(made), repr(desk.keyring), repr(desk.member), str(desk.member), repr(desk)):
        assert key.hex() not in shown
        assert repr(desk.member.private)[2:-1] not in shown
