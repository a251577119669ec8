"""A compartment's key that was drawn and wrapped in a browser: taken in unseen, found out where it does not open."""

import hmac
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.errors import FileTaken, WrapMalformed
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import (
    OpenFile,
    adopt_file,
    drop_key,
    grant,
    make_file,
    make_victim_key,
    open_file,
    plan_adoption,
    shut_out,
)
from leeward.foundation.vault.rules.files import Adoption
from leeward.foundation.vault.rules.grants import Compartment, Grantee, GranteeKind, Keyring, PrivateKey
from tests.foundation.vault.conftest import BY, NOW, Team

pytestmark = pytest.mark.django_db
STORY, EVIDENCE = Compartment.STORY, Compartment.EVIDENCE
PLACE = "locker.part.facts|one"


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a browser sends: the wrap of the key that it drew, and the mark."""

    key: bytes
    wrapped: bytes
    vouched: bytes


def browser(plan: Adoption) -> Made:
    """Do what a browser does, from the plan alone: HPKE and a mark, as their standards have them."""
    key = secrets.token_bytes(32)
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    public = plan.grantee.public_key
    wrapped = b"\x01" + suite.encrypt(key, X25519PublicKey.from_public_bytes(public), info=plan.info)
    for_marks = HKDFExpand(algorithm=hashes.SHA256(), length=32, info=b"vouch").derive(key)
    return Made(key=key, wrapped=wrapped, vouched=hmac.digest(for_marks, plan.info + public, "sha256"))


@dataclass(frozen=True, kw_only=True)
class Hers:
    """A file with words, and the key of its person."""

    key: PrivateKey
    file: uuid.UUID

    def plan(self) -> Adoption:
        return plan_adoption(file=self.file, compartment=EVIDENCE, to=self.key.grantee)

    def adopt(self, made: Made, *, generation: int = 1, to: Grantee | None = None) -> None:
        adopt_file(
            file=self.file,
            compartment=EVIDENCE,
            generation=generation,
            to=to or self.key.grantee,
            wrapped=made.wrapped,
            vouched=made.vouched,
            by=BY,
            now=NOW,
        )

    def open(self) -> OpenFile:
        return open_file(file=self.file, keyring=Keyring(self.key), by=BY, now=NOW)


@pytest.fixture
def hers(db: None) -> Hers:
    key, file = make_victim_key(), uuid.uuid4()
    make_file(file=file, grants={STORY: [key.grantee]}, by=BY, now=NOW)
    return Hers(key=key, file=file)


def test_the_key_of_a_browser_is_the_compartments_key(hers: Hers, helpline: Team) -> None:
    made = browser(hers.plan())
    hers.adopt(made)
    opened = hers.open()
    assert opened.is_sound(EVIDENCE, 1)
    assert opened.key_of(EVIDENCE, 1) == made.key
    sealed = opened.seal("facts", compartment=EVIDENCE, place=PLACE)
    grant(opened=opened, compartment=EVIDENCE, to=helpline.grantee, by=BY, now=NOW)
    theirs = open_file(file=hers.file, keyring=helpline.keyring, by=BY, now=NOW)
    assert theirs.unseal(sealed, compartment=EVIDENCE, place=PLACE) == "facts"
    assert theirs.compartments == {EVIDENCE}
    shut_out("helpline", opened=hers.open(), by=BY, now=NOW)
    assert hers.open().generations(EVIDENCE) == (1, 2)
    assert hers.open().is_sound(EVIDENCE, 2)
    assert AuditEvent.objects.filter(verb="vault.file_adopted").count() == 1


def test_a_later_key_goes_to_nobody_who_had_the_one_before(hers: Hers, helpline: Team) -> None:
    hers.adopt(browser(hers.plan()))
    grant(opened=hers.open(), compartment=EVIDENCE, to=helpline.grantee, by=BY, now=NOW)
    plan = hers.plan()
    assert plan.generation == 2
    hers.adopt(browser(plan), generation=2)
    theirs = open_file(file=hers.file, keyring=helpline.keyring, by=BY, now=NOW)
    assert theirs.generations(EVIDENCE) == (1,)
    assert hers.open().generations(EVIDENCE) == (1, 2)
    grant(opened=hers.open(), compartment=EVIDENCE, to=helpline.grantee, by=BY, now=NOW)
    theirs = open_file(file=hers.file, keyring=helpline.keyring, by=BY, now=NOW)
    assert theirs.generations(EVIDENCE) == (1, 2)


def test_two_keys_at_once_are_one(hers: Hers) -> None:
    plan = hers.plan()
    first = browser(plan)
    hers.adopt(first)
    for generation in (1, 3):
        with pytest.raises(FileTaken):
            hers.adopt(browser(plan), generation=generation)
    assert hers.open().key_of(EVIDENCE, 1) == first.key


WRONG_FORMS: dict[str, Callable[[Made], Made]] = {
    "no wrap": lambda made: replace(made, wrapped=b""),
    "another suite": lambda made: replace(made, wrapped=b"\x02" + made.wrapped[1:]),
    "a byte short": lambda made: replace(made, wrapped=made.wrapped[:-1]),
    "a byte long": lambda made: replace(made, wrapped=made.wrapped + b"\x00"),
    # With these points everybody shares one secret.
    "the point nought": lambda made: replace(made, wrapped=b"\x01" + bytes(32) + made.wrapped[33:]),
    "the point one": lambda made: replace(made, wrapped=b"\x01\x01" + bytes(31) + made.wrapped[33:]),
    "no mark": lambda made: replace(made, vouched=b""),
    "a short mark": lambda made: replace(made, vouched=made.vouched[:-1]),
}


@pytest.mark.parametrize("wrong", WRONG_FORMS.values(), ids=WRONG_FORMS)
def test_what_has_not_the_form_is_refused(hers: Hers, wrong: Callable[[Made], Made]) -> None:
    with pytest.raises(WrapMalformed):
        hers.adopt(wrong(browser(hers.plan())))
    assert hers.open().compartments == {STORY}


def test_no_user_is_granted_anything_this_way_either(hers: Hers) -> None:
    user = replace(hers.key.grantee, kind=GranteeKind.USER)
    with pytest.raises(WrapMalformed):
        hers.adopt(browser(hers.plan()), to=user)


def elsewhere(hers: Hers) -> Made:
    other = Hers(key=hers.key, file=uuid.uuid4())
    return browser(other.plan())


def to_somebody_else(hers: Hers) -> Made:
    return browser(replace(hers.plan(), grantee=make_victim_key().grantee))


def marked_for_another(hers: Hers) -> Made:
    return replace(browser(hers.plan()), vouched=browser(hers.plan()).vouched)


@pytest.mark.parametrize("made", [elsewhere, to_somebody_else, marked_for_another])
def test_what_does_not_open_is_found_and_dropped(hers: Hers, made: Callable[[Hers], Made]) -> None:
    hers.adopt(made(hers))
    assert not hers.open().is_sound(EVIDENCE, 1)
    assert not hers.open().is_sound(EVIDENCE, 2)
    for _ in range(2):
        drop_key(file=hers.file, compartment=EVIDENCE, generation=1, by=BY, now=NOW)
    assert AuditEvent.objects.filter(verb="vault.key_dropped").count() == 1
    assert hers.open().compartments == {STORY}
    hers.adopt(browser(hers.plan()))
    assert hers.open().is_sound(EVIDENCE, 1)
    assert Grant.objects.filter(file=hers.file).count() == 2
