"""Make the keys of a file, open it, and destroy its keys, with which everything sealed under them is gone."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from leeward.foundation.audit.operations import record, record_once_a_day
from leeward.foundation.audit.rules import Actor, ActorKind, Fact, Subject
from leeward.foundation.vault.errors import FileTaken, NotGranted, SealRefused
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations.verbs import VaultVerb, of_file, plain_reason, written_by
from leeward.foundation.vault.rules.files import GrantRow, OpenFile, compartment_binding, open_rows
from leeward.foundation.vault.rules.grants import GRANTABLE, Compartment, Grantee, Keyring
from leeward.foundation.vault.rules.seals import KEY_BYTES
from leeward.foundation.vault.rules.wraps import vouch, wrap

FILES_AT_ONCE = 500
LIST_MARK_LENGTH = 16


def make_file(
    *, file: UUID, grants: Mapping[Compartment, Sequence[Grantee]], by: Actor, now: datetime, reason: str = ""
) -> OpenFile:
    """Make a file's compartments, each with a key of its own, wrapped to these grantees. Public keys suffice.

    The file is handed back open, so that its first fields can be sealed; nobody without a grant opens it again.
    A file may get further compartments later. Raises FileTaken for one that it has, or SealRefused for one that
    nobody could ever open.
    """
    keys = {(compartment, 1): secrets.token_bytes(KEY_BYTES) for compartment in grants}
    if not grants or not all(grants.values()):
        raise SealRefused("Each compartment of a file needs at least one grantee, or nobody could ever open it.")
    why = plain_reason(reason)
    rows = [
        new_grant(
            file=file,
            compartment=compartment,
            generation=1,
            key=keys[compartment, 1],
            to=grantee,
            granted_by=written_by(by),
            now=now,
            reason=why,
        )
        for compartment, grantees in grants.items()
        for grantee in grantees
    ]
    try:
        with transaction.atomic():
            if Grant.objects.filter(file=file, compartment__in=[name.value for name in grants]).exists():
                raise FileTaken
            Grant.objects.bulk_create(rows)
            facts: dict[str, Fact] = {"compartments": ",".join(sorted(grants)), "grants": len(rows)}
            record(verb=VaultVerb.FILE_MADE, by=by, subject=of_file(file), now=now, facts=facts)
    except IntegrityError as error:  # two at the same time
        raise FileTaken from error
    return OpenFile(file=file, current=dict.fromkeys(grants, 1), keys=keys)


def open_file(*, file: UUID, keyring: Keyring, by: Actor, now: datetime, reason: str = "") -> OpenFile:
    """Open what these keys open of a file; the trail says who, when and why (`reason`: a short code).

    What a person reads of her own by her code is nobody's business and stands nowhere.
    Raises NotGranted where no compartment opens.
    """
    why = plain_reason(reason)
    opened = open_rows(file=file, rows=_rows_of([file])[file], keyring=keyring, now=now)
    if opened is None:
        raise NotGranted
    if by.kind is not ActorKind.PERSON:
        facts = {"compartments": ",".join(sorted(opened.compartments)), "reason": why}
        record(verb=VaultVerb.FILE_OPENED, by=by, subject=of_file(file), now=now, facts=facts)
    return opened


def open_files(files: Collection[UUID], keyring: Keyring, *, by: Actor, now: datetime) -> dict[UUID, OpenFile]:
    """Open many files for a list: one query and one line in the trail, but none for a person's own.

    Files that do not open are left out. A platform's machine asks every few seconds for what waits. Its list has one
    line a day as long as it is the same, or polling would bury what people did.
    """
    if len(files) > FILES_AT_ONCE:
        raise SealRefused(f"At most {FILES_AT_ONCE} files are opened at once, not {len(files)}. Show a page of them.")
    rows = _rows_of(files)
    found = {file: open_rows(file=file, rows=rows[file], keyring=keyring, now=now) for file in files}
    opened = {file: known for file, known in found.items() if known is not None}
    if opened and by.kind is not ActorKind.PERSON:
        _note_list(opened, by=by, now=now)
    return opened


def _note_list(opened: Collection[UUID], *, by: Actor, now: datetime) -> None:
    if by.kind is not ActorKind.PLATFORM:
        record(verb=VaultVerb.FILES_LISTED, by=by, subject=Subject(kind="list"), now=now, facts={"files": len(opened)})
        return
    listed = hashlib.sha256(" ".join(sorted(map(str, opened))).encode()).hexdigest()[:LIST_MARK_LENGTH]
    subject = Subject(kind="list", reference=by.id)
    facts: dict[str, Fact] = {"files": len(opened), "mark": listed}
    record_once_a_day(verb=VaultVerb.FILES_LISTED, by=by, subject=subject, now=now, facts=facts)


def destroy_file(*, file: UUID, by: Actor, now: datetime) -> None:
    """Delete every wrap of a file: what was sealed opens for nobody any more. Safe to repeat."""
    with transaction.atomic():
        grants, _ = Grant.objects.filter(file=file).delete()
        if grants:
            record(verb=VaultVerb.FILE_DESTROYED, by=by, subject=of_file(file), now=now, facts={"grants": grants})


def new_grant(
    *,
    file: UUID,
    compartment: Compartment,
    generation: int,
    key: bytes,
    to: Grantee,
    granted_by: str,
    now: datetime,
    reason: str = "",
    expires_at: datetime | None = None,
) -> Grant:
    """A grant's row, not yet stored: the compartment's key wrapped to one grantee, whose public key is vouched for."""
    if to.kind not in GRANTABLE:
        raise SealRefused(f"A compartment is never granted to a {to.kind.value}. Grant it to the team instead.")
    binding = compartment_binding(file=file, compartment=compartment, generation=generation)
    return Grant(
        file=file,
        compartment=compartment.value,
        generation=generation,
        grantee_kind=to.kind.value,
        grantee_id=to.id,
        grantee_generation=to.generation,
        public_key=to.public_key,
        wrapped=wrap(key, to=to, binding=binding),
        vouched=vouch(key, grantee=to, binding=binding),
        granted_by=granted_by,
        granted_at=now,
        reason=reason,
        expires_at=expires_at,
    )


def _rows_of(files: Iterable[UUID]) -> dict[UUID, list[GrantRow]]:
    rows: dict[UUID, list[GrantRow]] = defaultdict(list)
    for grant in Grant.objects.filter(file__in=files):
        rows[grant.file].append(grant.as_row())
    return rows
