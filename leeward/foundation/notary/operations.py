"""Enters what is published, and seals it: numbers, the tree, and a signed checkpoint.

A leaf is written in the publisher's transaction, so that nothing is published without one. One sealer at a time numbers
what was committed, in one transaction with the checkpoint that says so: killed anywhere, either both are there or
neither. Once committed, the checkpoint is kept in the worker's folder too. So a database that was put back from an
older back-up is noticed before it signs a second history.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.days import local_day
from leeward.foundation.keyfiles import write_over
from leeward.foundation.notary.errors import KeyMissing, LeafRefused, LogForked, NoKeyLost
from leeward.foundation.notary.keys import is_there, kept_path, key_path, make_key, open_key
from leeward.foundation.notary.models import Checkpoint, CheckpointToken, Content, Cosignature, FullTile, Leaf, LogKey
from leeward.foundation.notary.queries import (
    Head,
    last_stamped_at,
    log_keys,
    read_changes,
    read_hashes,
    read_head,
    sealable_rows,
    tree_of,
)
from leeward.foundation.notary.rules import leaves, notes
from leeward.foundation.notary.rules.days import check_day, earliest_day
from leeward.foundation.notary.rules.leaves import digest_of
from leeward.foundation.notary.rules.succession import KEY_KIND, KeyChange, ends_of
from leeward.foundation.notary.rules.tiles import LEVELS, WIDTH
from leeward.foundation.notary.rules.trees import hash_full

# Any number that nothing else in this database uses as an advisory lock.
SEAL_LOCK = 4_605_811_928
SEALED_AT_ONCE = 1_000
JSON_TYPE, TEXT_TYPE = "application/json", "text/plain"
WRITTEN_AT_ONCE = 200


class NotaryVerb(StrEnum):
    """What can happen to the log besides leaves, which it tells itself."""

    FOUNDED = "notary.founded"
    KEY_MADE = "notary.key_made"
    KEYS_RETIRED = "notary.keys_retired"


def enter(*, kind: str, name: str, content: bytes, media_type: str = JSON_TYPE, now: datetime) -> None:
    """Enter something that is published into the log, in the caller's transaction.

    `content` is its bytes, which anybody may have from then on. Raises LeafRefused, also for a day before the last
    stamped checkpoint. The name stays in the log for good: it is that of something public, never of a person.
    """
    if kind == KEY_KIND:
        raise LeafRefused("A change of the log's keys is entered by the act that changes them.")
    _enter(kind=kind, name=name, content=content, media_type=media_type, now=now)


def _enter(*, kind: str, name: str, content: bytes, media_type: str, now: datetime) -> Leaf:
    leaf = leaves.Leaf(kind=kind, name=name, on=local_day(now), sha256=digest_of(content))
    check_day(leaf.on, after=last_stamped_at())
    row = Leaf.objects.create(kind=leaf.kind, name=leaf.name, on=leaf.on, sha256=leaf.sha256, entered_at=now)
    Content.objects.create(leaf=row, media_type=media_type, content=content)
    return row


def found_log(*, by: Actor, now: datetime) -> bool:
    """Make the log's first key where there is none, and its checkpoint without leaves; whether that was needed."""
    if LogKey.objects.exists():
        return False
    origin = f"{settings.LEEWARD_URL.partition('://')[2]}/notary"
    key = make_key(1, name=origin).verifier
    with transaction.atomic():
        _add_key(1, key, by=by, now=now, verb=NotaryVerb.FOUNDED)
    seal(now=now)
    return True


def open_keys() -> tuple[notes.SignerKey, ...]:
    """Return the keys that sign now, the newest first. Raises KeyMissing."""
    rows = LogKey.objects.filter(retired_at__isnull=True)
    signers = tuple(open_key(row.number, known=row.verifier) for row in rows)
    if not signers:
        raise KeyMissing(key_path(1))
    return signers


def rotate_key(*, by: Actor, now: datetime) -> str:
    """Make another key, which signs beside the others until they are retired; returns it as tools know it.

    The log says so in a leaf, which the others sign too. Raises KeyMissing where one of them is lost.
    """
    newest = LogKey.objects.first()
    if newest is None:
        found_log(by=by, now=now)
        return log_keys()[0].text
    made = make_key(newest.number + 1, name=newest.name)
    with _sealing() as sealing:
        before = open_keys()
        _add_key(newest.number + 1, made.verifier, by=by, now=now, verb=NotaryVerb.KEY_MADE)
        sealing.note = _seal_change(sealing, _Keys(signers=(made, *before), sealers=(made, *before)), now=now)
    return made.verifier.text


def replace_lost_keys(*, by: Actor, now: datetime) -> str:
    """Make another key in the place of those whose files are gone; returns it as tools know it.

    No key that people know signs for it, so they have to learn it from elsewhere than the log. Raises NoKeyLost where
    no file is gone.
    """
    rows = list(LogKey.objects.filter(retired_at__isnull=True))
    lost = [row for row in rows if not is_there(row.number, known=row.verifier)]
    if not lost:
        raise NoKeyLost("No key of the log is lost: its files are all there.")
    number, name = rows[0].number + 1, rows[0].name
    made = make_key(number, name=name)
    with _sealing() as sealing:
        others = tuple(open_key(row.number, known=row.verifier) for row in rows if row not in lost)
        _add_key(number, made.verifier, by=by, now=now, verb=NotaryVerb.KEY_MADE)
        _retire(lost, by=by, now=now)
        keys = _Keys(signers=(made, *others), sealers=(made, *others), ends=tuple(row.verifier for row in lost))
        sealing.note = _seal_change(sealing, keys, now=now)
    return made.verifier.text


def retire_keys(*, by: Actor, now: datetime) -> int:
    """Let the newest key sign alone; returns how many others have ended. Their public halves stay known.

    The log says so in a leaf, and its checkpoint is signed anew by the newest key. A key that was retired before the
    log said such things is ended here too.
    """
    with _sealing() as sealing:
        signers, ended = open_keys(), ends_of(read_changes())
        _newest, *older = LogKey.objects.all()
        ending = [row for row in older if ended.get(row.verifier) is None]
        if ending:
            keys = _Keys(signers=signers, sealers=signers[:1], ends=tuple(row.verifier for row in ending))
            _retire([row for row in ending if row.retired_at is None], by=by, now=now)
            sealing.note = _seal_change(sealing, keys, now=now)
    return len(ending)


def seal(*, now: datetime, limit: int = SEALED_AT_ONCE) -> int:
    """Number what was committed, and sign a checkpoint over all; returns how many leaves were numbered.

    A leaf that claims a day before the last stamped checkpoint is left waiting. Safe to repeat and to kill. Raises
    KeyMissing, and LogForked where the database is not the one that was signed.
    """
    open_keys()  # without them there is no use in waiting for a turn
    with _sealing() as sealing:
        head, rows = read_head(), list(sealable_rows()[:limit])
        if rows or head is None:
            sealing.note = _number(rows, open_keys(), size=head.size if head else 0, now=now)
    return len(rows)


def keep_token(*, size: int, token: bytes, stamped_at: datetime) -> bool:
    """Keep what a stamping authority has answered about a checkpoint; whether it is the first answer.

    Whoever calls has checked that the token is of this checkpoint's text.
    """
    before = CheckpointToken.objects.filter(checkpoint__lt=size).order_by("-checkpoint").first()
    since = Leaf.objects.filter(sequence__gte=before.checkpoint_id if before else 0, sequence__lt=size)
    row = CheckpointToken(
        checkpoint_id=size,
        token=token,
        stamped_at=stamped_at,
        unproven=since.filter(on__lt=earliest_day(stamped_at)).count(),
    )
    return _keep_first(row)


def keep_cosignature(*, size: int, witness: str, line: str, seen_at: datetime) -> bool:
    """Keep a witness's signature of a checkpoint, which the caller has checked; whether it is the first one."""
    return _keep_first(Cosignature(checkpoint_id=size, witness=witness, line=line, seen_at=seen_at))


def _keep_first(row: CheckpointToken | Cosignature) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # another worker was quicker
        return False
    return True


@dataclass(kw_only=True)
class _Sealing:
    """One act of the sealer: the checkpoint that it kept before, and the newest one once it is done."""

    kept: str
    note: str


@contextmanager
def _sealing() -> Iterator[_Sealing]:
    """Be the only sealer, in one transaction; keep the checkpoint that was signed in it once it is committed.

    Raises LogForked before anything is signed that does not go on from what was signed last.
    """
    path = kept_path()
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite has one writer at a time anyway
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        head = read_head()
        sealing = _Sealing(kept=kept, note=head.note if head else "")
        if sealing.note != kept or sealable_rows().exists():
            _check_history(head, kept)
        yield sealing
    if sealing.note != kept:
        write_over(path, sealing.note)


@dataclass(frozen=True, kw_only=True)
class _Keys:
    """A change of keys: who signs for it, who signs the log from then on, and whose signatures end."""

    signers: tuple[notes.SignerKey, ...]
    sealers: tuple[notes.SignerKey, ...]
    ends: tuple[notes.VerifierKey, ...] = ()


def _seal_change(sealing: _Sealing, keys: _Keys, *, now: datetime) -> str:
    """Enter a change of keys and seal it at once; returns the checkpoint, which the keys sign that stay."""
    head = read_head()
    _check_history(head, sealing.kept)
    if head is None:
        raise LogForked(f"The log has no checkpoint. {WHAT_NOW}")
    change = KeyChange(
        origin=keys.sealers[0].name,
        number=head.size,
        signs=tuple(key.verifier for key in keys.sealers),
        ends=keys.ends,
    )
    row = _enter(kind=KEY_KIND, name=change.name, content=change.sign(keys.signers), media_type=TEXT_TYPE, now=now)
    return _number([row], keys.sealers, size=head.size, now=now)


def _retire(rows: list[LogKey], *, by: Actor, now: datetime) -> None:
    if rows:
        LogKey.objects.filter(pk__in=[row.pk for row in rows]).update(retired_at=now)
        facts = {"keys": len(rows)}
        record(verb=NotaryVerb.KEYS_RETIRED, by=by, subject=Subject(kind="notary"), now=now, facts=facts)


def _number(rows: list[Leaf], signers: tuple[notes.SignerKey, ...], *, size: int, now: datetime) -> str:
    """Give the leaves their numbers, hash what they fill, and sign; returns the checkpoint."""
    for sequence, row in enumerate(rows, start=size):
        row.sequence, row.sealed_at = sequence, now
    Leaf.objects.bulk_update(rows, ["sequence", "sealed_at"], batch_size=WRITTEN_AT_ONCE)
    whole = size + len(rows)
    for level in range(LEVELS):
        step = WIDTH ** (level + 1)
        FullTile.objects.bulk_create(
            FullTile(level=level, number=number, root=hash_full(read_hashes(level, number, WIDTH)))
            for number in range(size // step, whole // step)
        )
    checkpoint = notes.Checkpoint(origin=signers[0].name, size=whole, root=tree_of(whole).root)
    note = notes.sign(checkpoint, signers)
    Checkpoint.objects.create(size=whole, root=checkpoint.root, note=note, signed_at=now)
    return note


def _check_history(head: Head | None, kept: str) -> None:
    """Refuse to go on where leaves are others than those that were signed, here or by this worker."""
    if head and tree_of(head.size).root != head.root:
        raise LogForked(f"The {head.size} leaves in the database are not those whose checkpoint was signed. {WHAT_NOW}")
    if kept:
        before = notes.read_checkpoint(kept, log_keys())
        if head is None or head.size < before.size or tree_of(before.size).root != before.root:
            raise LogForked(
                f"This worker has signed a log of {before.size} leaves, and the database goes on from another one: it "
                f"was put back from an older back-up, or changed. {WHAT_NOW}"
            )


WHAT_NOW = (
    "Nothing is signed. Restore the newer database; if that is lost, docs/notary.md says how a new log is begun and "
    "what to tell the public."
)


def _add_key(number: int, key: notes.VerifierKey, *, by: Actor, now: datetime, verb: NotaryVerb) -> None:
    LogKey.objects.create(name=key.name, number=number, public_key=key.public, made_at=now)
    record(verb=verb, by=by, subject=Subject(kind="notary"), now=now, facts={"number": number})
