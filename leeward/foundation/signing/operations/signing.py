"""What the signer does: it signs the records that wait, and the status lists each day and whenever one was revoked.

Each record is one transaction: its signature, its line in the trail, and the end of its waiting. A signer that is
killed anywhere begins again where it was, and the database lets nothing be signed twice under one key.
"""

import json
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from leeward.foundation.audit.rules import Actor, Fact
from leeward.foundation.rows import read_row
from leeward.foundation.signing.models import Revocation, Signature, SignedRecord, SigningKey, StatusList, WaitingRecord
from leeward.foundation.signing.operations.keys import SignerKey, open_signer
from leeward.foundation.signing.operations.verbs import SigningVerb, note
from leeward.foundation.signing.queries import issuer
from leeward.foundation.signing.rules.credentials import Draft, RevokedPlace, credential, sign, status_credential
from leeward.foundation.signing.rules.terms import LIST_EVERY


def sign_due(*, now: datetime, limit: int) -> int:
    """Sign records that wait, at most `limit`; returns how many. Safe to repeat. Raises SignerKeyMissing."""
    names = list(WaitingRecord.objects.order_by("pk").values_list("record", flat=True)[:limit])
    if not names:
        return 0
    key = open_signer()
    return sum(_sign_record(name, key=key, now=now) for name in names)


def sign_lists(*, now: datetime) -> int:
    """Sign the status lists that are a day old, or do not tell every revocation; returns how many. Safe to repeat.

    Raises SignerKeyMissing.
    """
    newest = SignedRecord.objects.aggregate(newest=Max("status_list"))["newest"] or 0
    due = [number for number in range(1, newest + 1) if _is_due(number, now=now)]
    if due:
        key = open_signer()
        for number in due:
            _sign_list(number, key=key, now=now)
    return len(due)


def _sign_record(name: int, *, key: SignerKey, now: datetime) -> int:
    with transaction.atomic():
        if not _hold(key):
            return 0
        waiting = WaitingRecord.objects.select_for_update(of=("self",)).filter(record=name).first()
        if waiting is None:  # another signer was quicker, or it was revoked
            return 0
        row = waiting.record
        payload = credential(read_row(Draft, row, subject=json.loads(row.subject)), issuer=issuer())
        token = sign(payload, key=key.private, kid=issuer().key_address(key.row.kid))
        Signature.objects.create(record=row, key=key.row, token=token, signed_at=now)
        waiting.delete()
        facts: dict[str, Fact] = {"kind": row.kind, "generation": key.row.generation}
        note(SigningVerb.SIGNED, row.number, by=Actor.system(), now=now, facts=facts)
    return 1


def _is_due(number: int, *, now: datetime) -> bool:
    row = StatusList.objects.select_related("key").filter(number=number).first()
    if row is None or row.key.withdrawn_at is not None or not row.signed_at <= now < row.signed_at + LIST_EVERY:
        return True
    return Revocation.objects.filter(record__status_list=number).count() != row.revoked


def _sign_list(number: int, *, key: SignerKey, now: datetime) -> None:
    with transaction.atomic():
        if not _hold(key):
            return
        revoked = [
            RevokedPlace(index=row.record.status_index, at=row.revoked_at, reason=row.reason)
            for row in Revocation.objects.filter(record__status_list=number).select_related("record").order_by("pk")
        ]
        payload = status_credential(number, revoked, issuer=issuer(), now=now)
        token = sign(payload, key=key.private, kid=issuer().key_address(key.row.kid))
        StatusList.objects.update_or_create(
            number=number,
            defaults={"key": key.row, "token": token, "revoked": len(revoked), "signed_at": now},
        )
        facts = {"list": number, "revoked": len(revoked), "generation": key.row.generation}
        note(SigningVerb.LIST_SIGNED, "", by=Actor.system(), now=now, facts=facts)


def _hold(key: SignerKey) -> bool:
    """Whether the key is still one to sign with, which it stays for the caller's transaction: rotation waits."""
    row = SigningKey.objects.select_for_update().get(pk=key.row.pk)
    return row.withdrawn_at is None
