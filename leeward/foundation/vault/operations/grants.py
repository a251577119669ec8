"""Give and take permissions: grants, and new generations of a compartment's key."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import CompartmentClosed, PublicKeySwapped
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations.files import new_grant
from leeward.foundation.vault.operations.verbs import VaultVerb, of_file, plain_reason, whom, written_by
from leeward.foundation.vault.rules.files import OpenFile, compartment_binding
from leeward.foundation.vault.rules.grants import Compartment, Grantee, GranteeKind, Reader
from leeward.foundation.vault.rules.seals import KEY_BYTES
from leeward.foundation.vault.rules.wraps import is_vouched


def grant(
    *,
    opened: OpenFile,
    compartment: Compartment,
    to: Grantee,
    by: Actor,
    now: datetime,
    reason: str = "",
    expires_at: datetime | None = None,
    without: Collection[int] = (),
) -> None:
    """Let one more grantee open a compartment, in every generation that is open here; again, to change the end.

    `without`: generations whose key they do not get. Raises CompartmentClosed where these keys do not open it
    themselves.
    """
    why = plain_reason(reason)
    opened.key_of(compartment, opened.current_generation(compartment))
    rows = [
        new_grant(
            file=opened.file,
            compartment=compartment,
            generation=generation,
            key=opened.key_of(compartment, generation),
            to=to,
            granted_by=written_by(by),
            now=now,
            reason=why,
            expires_at=expires_at,
        )
        for generation in opened.generations(compartment)
        if generation not in without
    ]
    with transaction.atomic():
        _current_or_closed(opened, compartment)
        _of_grantee(file=opened.file, compartment=compartment, kind=to.kind, id=to.id).delete()
        Grant.objects.bulk_create(rows)
        facts = {"compartment": compartment.value, "reason": why, "expires": expires_at is not None, **whom(to)}
        record(verb=VaultVerb.GRANTED, by=by, subject=of_file(opened.file), now=now, facts=facts)


def revoke(
    *,
    file: UUID,
    compartment: Compartment,
    kind: GranteeKind,
    id: str,  # noqa: A002
    by: Actor,
    now: datetime,
) -> None:
    """Take a grantee's permission away. Safe to repeat. Renew the generation against somebody who may keep the key."""
    with transaction.atomic():
        deleted, _ = _of_grantee(file=file, compartment=compartment, kind=kind, id=id).delete()
        if deleted:
            facts = {"compartment": compartment.value, "grantee_kind": kind.value}
            record(verb=VaultVerb.REVOKED, by=by, subject=of_file(file), now=now, facts=facts)


def renew_generation(
    *,
    opened: OpenFile,
    compartment: Compartment,
    by: Actor,
    now: datetime,
    without: Collection[tuple[GranteeKind, str]] = (),
) -> None:
    """Write under a new key from now on, which those who hold the present one get, except `without`.

    Older generations stay readable for those who hold them. Raises CompartmentClosed, or PublicKeySwapped.
    """
    old = opened.current_generation(compartment)
    old_key = opened.key_of(compartment, old)
    new_key = secrets.token_bytes(KEY_BYTES)
    with transaction.atomic():
        _current_or_closed(opened, compartment)
        holders = [
            row
            for row in Grant.objects.filter(file=opened.file, compartment=compartment.value, generation=old)
            if not _is_over(row, now=now) and (row.as_row().grantee.kind, row.grantee_id) not in without
        ]
        binding = compartment_binding(file=opened.file, compartment=compartment, generation=old)
        for row in holders:
            known = row.as_row()
            if not is_vouched(known.vouched, secret=old_key, grantee=known.grantee, binding=binding):
                raise PublicKeySwapped
        Grant.objects.bulk_create(
            new_grant(
                file=opened.file,
                compartment=compartment,
                generation=old + 1,
                key=new_key,
                to=row.as_row().grantee,
                granted_by=row.granted_by,
                now=now,
                reason=row.reason,
                expires_at=row.expires_at,
            )
            for row in holders
        )
        facts = {"compartment": compartment.value, "generation": old + 1, "grants": len(holders)}
        record(verb=VaultVerb.RENEWED, by=by, subject=of_file(opened.file), now=now, facts=facts)
    opened.take_key(new_key, compartment=compartment, generation=old + 1)


def reads(team: str, file: UUID, *, now: datetime) -> frozenset[Compartment]:
    """What a team can open of a file now."""
    found = list_readers({file}, now=now)
    return frozenset(each.compartment for each in found if (each.kind, each.id) == (GranteeKind.TEAM, team))


def files_of_team(team: str, *, reason: str) -> frozenset[UUID]:
    """Return the files of which a team holds keys that it was given for a reason, also where their time is over."""
    rows = Grant.objects.filter(grantee_kind=GranteeKind.TEAM.value, grantee_id=team, reason=reason)
    return frozenset(rows.values_list("file", flat=True))


def shut_out(team: str, *, opened: OpenFile, by: Actor, now: datetime) -> None:
    """Take a team's keys of a file away; a kept copy of them opens nothing that is written from now on. Safe to repeat.

    `opened`: by the key of its person, since whoever remains gets the new one.
    """
    for compartment in sorted(reads(team, opened.file, now=now)):
        out = {(GranteeKind.TEAM, team)}
        renew_generation(opened=opened, compartment=compartment, by=by, now=now, without=out)
        revoke(file=opened.file, compartment=compartment, kind=GranteeKind.TEAM, id=team, by=by, now=now)


def list_readers(files: Collection[UUID], *, now: datetime) -> tuple[Reader, ...]:
    """Who can open what of these files now, the earliest first: every grant that is in force."""
    is_live = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    # A grantee's rows differ in the generation alone, of the file's key and of their own.
    told = ("file", "grantee_kind", "grantee_id", "expires_at", "compartment", "reason")
    grants = Grant.objects.filter(is_live, file__in=files).values(*told)
    found = [_reader(row) for row in grants.annotate(since=Min("granted_at"))]
    return tuple(sorted(found, key=lambda each: (each.since, str(each.file), each.compartment, each.id)))


def _reader(row: Mapping[str, Any]) -> Reader:
    return Reader(
        file=row["file"],
        compartment=Compartment(row["compartment"]),
        kind=GranteeKind(row["grantee_kind"]),
        id=row["grantee_id"],
        since=row["since"],
        until=row["expires_at"],
        reason=row["reason"],
    )


def sweep_grants(*, now: datetime, limit: int, file: UUID | None = None) -> int:
    """Delete grants whose time is over, of all files or of one; they open nothing already. Returns how many.

    Safe to repeat.
    """
    over = Grant.objects.filter(expires_at__lte=now, **({"file": file} if file else {}))
    grants = list(over.values_list("pk", flat=True)[:limit])
    Grant.objects.filter(pk__in=grants, expires_at__lte=now).delete()
    return len(grants)


def _current_or_closed(opened: OpenFile, compartment: Compartment) -> None:
    """Refuse to go on from a generation that somebody else has renewed in the meantime."""
    rows = Grant.objects.filter(file=opened.file, compartment=compartment.value)
    # Locked first and looked at then: whoever waited for the lock must see what the other one has written.
    list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    if rows.aggregate(newest=Max("generation"))["newest"] != opened.current_generation(compartment):
        raise CompartmentClosed(compartment.value)


def _of_grantee(*, file: UUID, compartment: Compartment, kind: GranteeKind, id: str) -> QuerySet[Grant]:  # noqa: A002
    return Grant.objects.filter(file=file, compartment=compartment.value, grantee_kind=kind.value, grantee_id=id)


def _is_over(row: Grant, *, now: datetime) -> bool:
    return row.expires_at is not None and now >= row.expires_at
