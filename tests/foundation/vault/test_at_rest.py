"""A thief of the database who also has every secret of the web server opens nothing."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings

from leeward.foundation.vault.models import AccessCode, Holding, UnlockSlot
from leeward.foundation.vault.operations import (
    Service,
    add_slot,
    found_services,
    found_team,
    grant,
    harden_code,
    keep_code,
    keep_holding,
    make_file,
    make_recovery_keys,
    make_victim_key,
    new_code,
    open_file,
    open_teams,
    read_private_key,
    seal_to,
    service_grantee,
    team_grantee,
    unlock_user_key,
    write_private_key,
)
from leeward.foundation.vault.rules.grants import Compartment, Grantee, Keyring, PrivateKey
from leeward.foundation.vault.rules.seals import derive_key, key_from_text
from leeward.foundation.vault.rules.slots import SlotKind
from leeward.foundation.vault.rules.texts import read_sealed_text
from leeward.foundation.vault.rules.wraps import Binding, unwrap
from tests.foundation.vault.at_rest import PURPOSES, _succeeds, _wraps
from tests.foundation.vault.conftest import BY, NOW, Team

WORDS = "planted-words-that-nobody-may-find"
PLACE = "removals.Report.story|row-1"

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What an installation holds after a while, with what its people hold themselves."""

    file: uuid.UUID
    victim: PrivateKey
    sealed: tuple[str, ...]


@pytest.fixture
def lived(desk: Team, helpline: Team) -> Lived:
    victim, file = make_victim_key(), uuid.uuid4()
    make_recovery_keys(by=BY, now=NOW)
    found_services(by=BY, now=NOW)
    found_team(team="platform:1", by=BY, now=NOW)  # waits for its first member
    add_slot(key=desk.member, kind=SlotKind.LINK, secret="a random text of 256 bits", by=BY, now=NOW)
    grants = {name: [desk.grantee, victim.grantee, service_grantee(Service.NOTIFIER)] for name in Compartment}
    opened = make_file(file=file, grants=grants, by=BY, now=NOW)
    grant(opened=opened, compartment=Compartment.PACKET, to=team_grantee("platform:1"), by=BY, now=NOW)
    code = new_code()
    keep_code(sealed=harden_code(code=code), payload=write_private_key(victim), now=NOW)
    keep_holding(key=victim, content={"report": WORDS}, expires_on=date(2026, 9, 1), now=NOW)
    sealed = [opened.seal(WORDS, compartment=name, place=PLACE) for name in Compartment]
    return Lived(file=file, victim=victim, sealed=(*sealed, seal_to(desk.grantee, WORDS, place=PLACE)))


def _dump() -> list[bytes]:
    """Every value of every row of the vault and of the trail."""
    return [
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for label in ("vault", "audit")
        for model in apps.get_app_config(label).get_models()
        for row in model._default_manager.values_list()
        for value in row
    ]


def _web_secrets() -> list[bytes]:
    texts = [settings.SECRET_KEY, settings.LEEWARD_CODE_PEPPER, settings.LEEWARD_INDEX_KEY]
    return [settings.LEEWARD_SIGNING_KEY, *(text.encode() for text in texts)]


def _thiefs_keys() -> set[bytes]:
    """Whatever a key could be made of: each 32 bytes in the database, each secret, and what is derived from either."""
    roots = {value for value in _dump() if len(value) == 32} | {settings.LEEWARD_SIGNING_KEY}
    for secret in _web_secrets():
        roots.add(hashlib.sha256(secret).digest())
        roots |= {key_from_text(secret.decode("latin-1"), purpose=purpose) for purpose in PURPOSES}
    return roots | {derive_key(root, purpose=purpose) for root, purpose in product(roots, PURPOSES)}


@dataclass(frozen=True, kw_only=True)
class Booty:
    """Every wrap with what it is bound to, and every sealed box with every place that it might belong to."""

    wraps: tuple[tuple[bytes, Grantee, Binding], ...]
    boxes: tuple[tuple[bytes, bytes], ...]
    places: tuple[str, ...]

    def wraps_opened_by(self, key: bytes) -> int:
        return sum(
            _succeeds(unwrap, wrapped, key=PrivateKey(grantee=whom, private=key), binding=binding)
            for wrapped, whom, binding in self.wraps
        )

    def boxes_opened_by(self, key: bytes) -> int:
        return sum(
            _succeeds(AESGCM(key).decrypt, nonce, ciphertext, place.encode())
            for (nonce, ciphertext), place in product(self.boxes, self.places)
        )


@pytest.fixture
def booty(lived: Lived) -> Booty:
    fields = [read_sealed_text(text) for text in lived.sealed if text.startswith("lw1.")]
    rows = (*Holding.objects.all(), *UnlockSlot.objects.all(), *AccessCode.objects.all())
    return Booty(
        wraps=tuple(_wraps()),
        boxes=(
            *((field.nonce, field.ciphertext) for field in fields),
            *((bytes(row.sealed)[1:13], bytes(row.sealed)[13:]) for row in rows),
        ),
        places=(
            *(f"{PLACE}|{lived.file}|{name}|1" for name in Compartment),
            *(f"vault.Holding.sealed|{row.name}" for row in Holding.objects.all()),
            *(f"vault.access_code.sealed|{row.look_up}" for row in AccessCode.objects.all()),
            *(f"vault.UnlockSlot.sealed|{holder}|1|passphrase|" for holder in ("amina", "bilal")),
        ),
    )


def test_nothing_that_was_said_and_no_private_half_is_in_the_database(lived: Lived, desk: Team) -> None:
    dump = b"|".join(_dump())
    hers = [lived.victim.private, lived.victim.private.hex().encode(), write_private_key(lived.victim).encode()]
    teams = [key.private for key in desk.keyring]
    for planted in (WORDS.encode(), *hers, *teams):
        assert planted not in dump
    assert desk.grantee.public_key in dump  # the search would find something


def test_no_key_that_database_and_web_secrets_yield_opens_anything(booty: Booty) -> None:
    keys = _thiefs_keys()
    assert len(keys) > 200
    assert (len(booty.wraps), len(booty.boxes)) >= (20, 10)
    assert sum(map(booty.wraps_opened_by, keys)) == 0
    assert sum(map(booty.boxes_opened_by, keys)) == 0


def test_the_search_would_notice_a_key_that_opens(lived: Lived, booty: Booty) -> None:
    """The same attempts with keys that people hold: the test above can fail."""
    assert booty.wraps_opened_by(lived.victim.private) == len(Compartment)
    file_key = open_file(file=lived.file, keyring=Keyring(lived.victim), by=BY, now=NOW).key_of(Compartment.STORY, 1)
    assert booty.boxes_opened_by(derive_key(file_key, purpose="field")) == 1
    assert booty.boxes_opened_by(derive_key(lived.victim.private, purpose="leeward/holding/seal/1")) == 1
    unlocked = unlock_user_key(holder="bilal", kind=SlotKind.PASSPHRASE, secret="six words of bilal")
    opened = open_file(file=lived.file, keyring=open_teams(key=unlocked), by=BY, now=NOW)
    texts = zip(Compartment, lived.sealed, strict=False)
    assert {opened.unseal(text, compartment=name, place=PLACE) for name, text in texts} == {WORDS}


def test_the_founding_keys_file_opens_the_team_that_waits_and_no_other(lived: Lived) -> None:
    """It is no secret of the web server's environment, but it lies on a disk until the first member has joined."""
    founding = read_private_key(Path(settings.LEEWARD_FOUNDING_KEY).read_text(encoding="ascii"))
    keyring = open_teams(key=founding)
    assert keyring.teams == {"platform:1"}
    opened = open_file(file=lived.file, keyring=keyring, by=BY, now=NOW)
    assert opened.compartments == {Compartment.PACKET}
