"""Enters what is published, and seals it: numbers, the tree, and a signed checkpoint.

A leaf is written in the publisher's transaction, so that nothing is published without one. One sealer at a time numbers
what was committed, in one transaction with the checkpoint that says so: killed anywhere, either both are there or
neither. Once committed, the checkpoint is kept in the worker's folder too. So a database that was put back from an
older back-up is noticed before it signs a second history.
"""

from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import connection, transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.days import local_day
from leeward.foundation.keyfiles import write_over
from leeward.foundation.notary.errors import KeyMissing, LogForked
from leeward.foundation.notary.keys import kept_path, key_path, make_key, open_key
from leeward.foundation.notary.models import Checkpoint, Content, FullTile, Leaf, LogKey
from leeward.foundation.notary.queries import Head, log_keys, read_hashes, read_head, tree_of, waiting_rows
from leeward.foundation.notary.rules import leaves, notes
from leeward.foundation.notary.rules.leaves import digest_of
from leeward.foundation.notary.rules.tiles import LEVELS, WIDTH
from leeward.foundation.notary.rules.trees import hash_full

# Any number that nothing else in this database uses as an advisory lock.
SEAL_LOCK = 4_605_811_928
SEALED_AT_ONCE = 1_000
JSON_TYPE = "application/json"
WRITTEN_AT_ONCE = 200


class NotaryVerb(StrEnum):
    """What can happen to the log besides leaves, which it tells itself."""

    FOUNDED = "notary.founded"
    KEY_MADE = "notary.key_made"
    KEYS_RETIRED = "notary.keys_retired"


def enter(*, kind: str, name: str, content: bytes, media_type: str = JSON_TYPE, now: datetime) -> None:
    """Enter something that is published into the log, in the caller's transaction.

    `content` is its bytes, which anybody may have from then on. Raises LeafRefused. The name stays in the log for good:
    it is that of something public, never of a person.
    """
    leaf = leaves.Leaf(kind=kind, name=name, on=local_day(now), sha256=digest_of(content))
    row = Leaf.objects.create(kind=leaf.kind, name=leaf.name, on=leaf.on, sha256=leaf.sha256, entered_at=now)
    Content.objects.create(leaf=row, media_type=media_type, content=content)


def found_log(*, by: Actor, now: datetime) -> bool:
    """Make the log's first key where there is none, and its checkpoint without leaves; whether that was needed."""
    if LogKey.objects.exists():
        return False
    origin = f"{settings.LEEWARD_URL.partition('://')[2]}/notary"
    _add_key(1, name=origin, by=by, now=now, verb=NotaryVerb.FOUNDED)
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
    """Make another key, which signs beside the others until they are retired; returns it as tools know it."""
    newest = LogKey.objects.first()
    if newest is None:
        found_log(by=by, now=now)
        return log_keys()[0].text
    return _add_key(newest.number + 1, name=newest.name, by=by, now=now, verb=NotaryVerb.KEY_MADE)


def retire_keys(*, by: Actor, now: datetime) -> int:
    """Let the newest key sign alone; returns how many others have ended. Their public halves stay known."""
    with transaction.atomic():
        newest = LogKey.objects.values("number")[:1]
        ended = LogKey.objects.filter(retired_at__isnull=True).exclude(number__in=newest).update(retired_at=now)
        if ended:
            facts = {"keys": ended}
            record(verb=NotaryVerb.KEYS_RETIRED, by=by, subject=Subject(kind="notary"), now=now, facts=facts)
    return ended


def seal(*, now: datetime, limit: int = SEALED_AT_ONCE) -> int:
    """Number what was committed, and sign a checkpoint over all; returns how many leaves were numbered.

    Safe to repeat and to kill. Raises KeyMissing, and LogForked where the database is not the one that was signed.
    """
    signers, path = open_keys(), kept_path()
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite has one writer at a time anyway
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        head, rows = read_head(), list(waiting_rows()[:limit])
        note = head.note if head else ""
        if rows or note != kept:
            _check_history(head, kept)
        if rows or head is None:
            note = _number(rows, signers, size=head.size if head else 0, now=now)
    if note != kept:
        write_over(path, note)
    return len(rows)


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


def _add_key(number: int, *, name: str, by: Actor, now: datetime, verb: NotaryVerb) -> str:
    key = make_key(number, name=name).verifier
    with transaction.atomic():
        LogKey.objects.create(name=key.name, number=number, public_key=key.public, made_at=now)
        record(verb=verb, by=by, subject=Subject(kind="notary"), now=now, facts={"number": number})
    return key.text
