"""Files: a grant row is the permission, and a sealed text opens at its own place with its own key alone."""

import uuid
from datetime import timedelta

import pytest

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.errors import CompartmentClosed, FileTaken, NotGranted, SealBroken, SealRefused
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
)
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring, PrivateKey
from tests.foundation.vault.conftest import BY, NOW, Team, make_member

STORY, CASEWORK, EVIDENCE = Compartment.STORY, Compartment.CASEWORK, Compartment.EVIDENCE
PLACE = "removals.Item.url|row-1"


def _file(desk: Team, victim: PrivateKey | None = None) -> OpenFile:
    hers = [victim.grantee] if victim else []
    grants = {STORY: [desk.grantee, *hers], CASEWORK: [desk.grantee], EVIDENCE: [desk.grantee, *hers]}
    return make_file(file=uuid.uuid4(), grants=grants, by=BY, now=NOW)


def _open(file: uuid.UUID, keyring: Keyring) -> OpenFile:
    return open_file(file=file, keyring=keyring, by=BY, now=NOW)


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
    theirs = _open(made.file, desk.keyring)
    assert theirs.unseal(note, compartment=CASEWORK, place=PLACE) == "a judgement"
    with pytest.raises(NotGranted):
        _open(made.file, helpline.keyring)
    with pytest.raises(NotGranted):
        _open(made.file, Keyring())
    with pytest.raises(NotGranted):
        _open(uuid.uuid4(), desk.keyring)
