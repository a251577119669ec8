"""The signer's keys. Private halves are files of the workers' folder; the database and the web have public ones alone.

A new private half is on the disk before its public one is announced. An older one is deleted once it is not the present
one any more: nothing needs it, since what it signed is checked with its public half.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from leeward.foundation.audit.rules import Actor
from leeward.foundation.keyfiles import read_or_make
from leeward.foundation.signing.errors import SignerKeyMissing
from leeward.foundation.signing.models import Revocation, Signature, SigningKey, WaitingRecord
from leeward.foundation.signing.operations.verbs import SigningVerb, note
from leeward.foundation.signing.rules.terms import KEY_BITS

AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class SignerKey:
    """The present key, whole: only the signer has it."""

    row: SigningKey
    private: RSAKey

    def __repr__(self) -> str:
        return f"SignerKey({self.row.kid})"


def present_key() -> SigningKey | None:
    """The public key under which everything new is signed, None before the founding."""
    return SigningKey.objects.order_by("-generation").first()


def found_signer(*, by: Actor, now: datetime) -> bool:
    """Make the first key where there is none; whether it was made now. Safe to repeat."""
    if present_key() is not None:
        return False
    with transaction.atomic():
        return _announce(1, by=by, now=now)


def open_signer() -> SignerKey:
    """The present key from the signer's folder; files of older ones are deleted. Raises SignerKeyMissing."""
    row = present_key()
    if row is None:
        raise SignerKeyMissing
    try:
        private = RSAKey.import_key(key_path(row.generation).read_text(encoding="ascii"))
    except (OSError, ValueError, JoseError) as error:
        raise SignerKeyMissing from error
    if private.thumbprint() != row.kid:
        raise SignerKeyMissing
    _drop_older(row.generation)
    return SignerKey(row=row, private=private)


def rotate_signer(*, withdrawn: str = "", by: Actor, now: datetime) -> bool:
    """Announce a new key, under which everything is signed from now on; False where somebody else has just done so.

    `withdrawn` is why no earlier key may be believed any more, such as that one was stolen: then what they signed and
    still counts waits to be signed again, under its number. Raises SignerKeyMissing where the folder is not here.
    """
    present = open_signer().row
    make_key_file(present.generation + 1)  # on the disk before it is announced
    with transaction.atomic():
        SigningKey.objects.select_for_update().get(pk=present.pk)
        if not _announce(present.generation + 1, by=by, now=now):
            return False
        if withdrawn:
            _withdraw(withdrawn, before=present.generation + 1, by=by, now=now)
    _drop_older(present.generation + 1)
    return True


def make_key_file(generation: int) -> RSAKey:
    """The key of that generation in the signer's folder: the one that is there already, or a new one."""
    text = read_or_make(
        key_path(generation), lambda: RSAKey.generate_key(KEY_BITS).as_pem(private=True).decode("ascii")
    )
    return RSAKey.import_key(text)


def key_path(generation: int) -> Path:
    """The file of one private half."""
    return Path(settings.LEEWARD_SERVICE_KEYS) / f"signer-{generation}.pem"


def _announce(generation: int, *, by: Actor, now: datetime) -> bool:
    key = make_key_file(generation)
    jwk = json.dumps(
        {**key.as_dict(private=False), "kid": key.thumbprint(), "alg": "RS256", "use": "sig"}, sort_keys=True
    )
    _row, made = SigningKey.objects.get_or_create(
        generation=generation, defaults={"kid": key.thumbprint(), "jwk": jwk, "made_at": now}
    )
    if made:
        note(SigningVerb.KEY_MADE, "", by=by, now=now, facts={"generation": generation})
    return made


def _withdraw(words: str, *, before: int, by: Actor, now: datetime) -> None:
    """Take earlier keys out of what is believed, and let all that they signed and still counts be signed again."""
    old = SigningKey.objects.filter(generation__lt=before, withdrawn_at__isnull=True)
    waiting = WaitingRecord.objects.values("record")
    signed = Signature.objects.filter(key__in=old).exclude(record__in=waiting)
    signed = signed.exclude(record__in=Revocation.objects.values("record"))
    names = list(signed.values_list("record", flat=True).distinct())
    WaitingRecord.objects.bulk_create([WaitingRecord(record_id=name) for name in names], batch_size=AT_ONCE)
    count = old.update(withdrawn_at=now, withdrawn_words=words)
    facts = {"keys": count, "to_sign_again": len(names)}
    note(SigningVerb.KEYS_WITHDRAWN, "", by=by, now=now, facts=facts)


def _drop_older(present: int) -> None:
    for path in Path(settings.LEEWARD_SERVICE_KEYS).glob("signer-*.pem"):
        number = path.stem.rpartition("-")[2]
        if number.isdecimal() and int(number) < present:
            path.unlink(missing_ok=True)
