"""Make the keys of a file, open it, and destroy its keys, with which everything sealed under them is gone."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from leeward.foundation.audit.operations import record, record_once_a_day
from leeward.foundation.audit.rules import Actor, ActorKind, Fact, Subject
from leeward.foundation.vault.errors import FileTaken, NotGranted, SealRefused, WrapMalformed
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations.verbs import VaultVerb, of_file, plain_reason, written_by
from leeward.foundation.vault.rules.files import Adoption, GrantRow, OpenFile, compartment_binding, open_rows
from leeward.foundation.vault.rules.files import plan_adoption as plan
from leeward.foundation.vault.rules.grants import GRANTABLE, Compartment, Grantee, Keyring
from leeward.foundation.vault.rules.seals import KEY_BYTES
from leeward.foundation.vault.rules.wraps import MARK_BYTES, is_wrap_of_key, vouch, wrap

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


def plan_adoption(*, file: UUID, compartment: Compartment, to: Grantee) -> Adoption:
    """Return what a browser needs that draws the next key of a compartment and wraps it to this grantee."""
    return plan(file=file, compartment=compartment, generation=_newest(file, compartment) + 1, to=to)


def adopt_file(
    *,
    file: UUID,
    compartment: Compartment,
    generation: int,
    to: Grantee,
    wrapped: bytes,
    vouched: bytes,
    by: Actor,
    now: datetime,
) -> None:
    """Take in the first grant of a compartment's next key, which was drawn and wrapped in a browser.

    The server does not meet that key: whether the wrap opens is found when its grantee first opens the file
    (`OpenFile.is_sound`; what does not is dropped by `drop_key`). Others who could open the generation before get
    nothing of this one until it is granted to them. Raises WrapMalformed, or FileTaken where another key has come
    first: plan again.
    """
    if to.kind not in GRANTABLE or len(vouched) != MARK_BYTES or not is_wrap_of_key(wrapped):
        raise WrapMalformed
    row = Grant(
        file=file,
        compartment=compartment.value,
        generation=generation,
        grantee_kind=to.kind.value,
        grantee_id=to.id,
        grantee_generation=to.generation,
        public_key=to.public_key,
        wrapped=wrapped,
        vouched=vouched,
        granted_by=written_by(by),
        granted_at=now,
    )
    try:
        with transaction.atomic():
            if generation != _newest(file, compartment) + 1:
                raise FileTaken
            row.save(force_insert=True)
            facts: dict[str, Fact] = {"compartment": compartment.value, "generation": generation}
            record(verb=VaultVerb.FILE_ADOPTED, by=by, subject=of_file(file), now=now, facts=facts)
    except IntegrityError as error:  # two at the same time
        raise FileTaken from error


def drop_key(*, file: UUID, compartment: Compartment, generation: int, by: Actor, now: datetime) -> None:
    """Delete every wrap of one generation of a compartment's key, as of one that does not open. Safe to repeat."""
    with transaction.atomic():
        rows = Grant.objects.filter(file=file, compartment=compartment.value, generation=generation)
        deleted, _ = rows.delete()
        if deleted:
            facts: dict[str, Fact] = {"compartment": compartment.value, "generation": generation}
            record(verb=VaultVerb.KEY_DROPPED, by=by, subject=of_file(file), now=now, facts=facts)


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


def open_attached(*, file: UUID, keyring: Keyring, now: datetime) -> OpenFile:
    """Open a file without a line of its own: the caller writes one that stands for it. Raises NotGranted.

    For what must not show in the trail, such as that a search found something. The caller's line is the same for both.
    """
    opened = open_rows(file=file, rows=_rows_of([file])[file], keyring=keyring, now=now)
    if opened is None:
        raise NotGranted
    return opened


def open_files(
    files: Collection[UUID], keyring: Keyring, *, by: Actor, now: datetime, only: Compartment | None = None
) -> dict[UUID, OpenFile]:
    """Open many files for a list: one query and one line in the trail, but none for a person's own.

    `only`: the one compartment that the list shows; no other one is opened then. Files that do not open are left out. A
    platform's machine asks every few seconds for what waits. Its list has one line a day as long as it is the same, or
    polling would bury what people did.
    """
    if len(files) > FILES_AT_ONCE:
        raise SealRefused(f"At most {FILES_AT_ONCE} files are opened at once, not {len(files)}. Show a page of them.")
    rows = _rows_of(files, only=only)
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


def _newest(file: UUID, compartment: Compartment) -> int:
    rows = Grant.objects.filter(file=file, compartment=compartment.value)
    return rows.aggregate(newest=Max("generation"))["newest"] or 0


def _rows_of(files: Iterable[UUID], *, only: Compartment | None = None) -> dict[UUID, list[GrantRow]]:
    rows: dict[UUID, list[GrantRow]] = defaultdict(list)
    found = Grant.objects.filter(file__in=files)
    for grant in found.filter(compartment=only.value) if only else found:
        rows[grant.file].append(grant.as_row())
    return rows
