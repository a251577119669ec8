"""How every write keeps its promise: what changed stands in the history, that it changed in the audit trail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import NO_FACTS, Actor, Fact, Subject, who
from leeward.foundation.editing.changes import Kept, compare
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editing.models import Change
from leeward.foundation.editing.values import LIST_MOST
from leeward.foundation.labels import Labelled
from leeward.foundation.rows import Edited, put, read_row

NOTHING: Mapping[str, Kept] = {}


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """One line of the history. `kind` and `verb` are values of the app's own enums."""

    kind: str
    reference: UUID
    verb: str
    reason: str
    before: Mapping[str, Kept]
    after: Mapping[str, Kept]
    made_at: datetime
    made_by: str


def note(
    kind: Labelled,
    reference: UUID,
    verb: Labelled,
    *,
    by: Actor,
    now: datetime,
    before: Mapping[str, Kept] = NOTHING,
    after: Mapping[str, Kept] = NOTHING,
    reason: str = "",
    facts: Mapping[str, Fact] = NO_FACTS,
) -> None:
    """Write one line of the history and one of the trail, in the caller's transaction."""
    Change.objects.create(
        kind=kind.value,
        reference=reference,
        verb=verb.value,
        reason=reason,
        before=dict(before),
        after=dict(after),
        made_at=now,
        made_by=who(by),
    )
    record(verb=verb, by=by, subject=Subject(kind=kind.value, reference=str(reference)), now=now, facts=facts)


def note_difference(
    kind: Labelled,
    reference: UUID,
    old: Any,
    new: Any,
    *,
    added: Labelled,
    changed: Labelled,
    private: frozenset[str] = frozenset(),
    by: Actor,
    now: datetime,
    facts: Mapping[str, Fact] = NO_FACTS,
) -> bool:
    """Write what differs between two states of an entry; nothing, and False, where nothing does.

    `old` is None for a new entry. Of `private` fields it is written that they changed, and never what they say.
    """
    difference = compare(old, new, private=private)
    if old is not None and not difference:
        return False
    verb = added if old is None else changed
    note(kind, reference, verb, by=by, now=now, before=difference.before, after=difference.after, facts=facts)
    return True


def save_entry(
    kind: Labelled,
    row: Edited,
    entry: Any,
    *,
    old: Any = None,
    without: tuple[str, ...] = (),
    added: Labelled,
    changed: Labelled,
    private: frozenset[str] = frozenset(),
    by: Actor,
    now: datetime,
    facts: Mapping[str, Fact] = NO_FACTS,
) -> UUID:
    """Write an entry into its row, new or held, and what it changes into the history. Returns the row's reference.

    Fields of `without` are no plain columns: whoever has some writes them, and says what the entry was in `old`.
    """
    before = old or (read_row(type(entry), row) if row.pk else None)
    put(row, entry, without=without)
    row.changed_at = now
    row.save()
    note_difference(
        kind, row.public_id, before, entry, added=added, changed=changed, private=private, by=by, now=now, facts=facts
    )
    return row.public_id


def held[R: models.Model](rows: models.QuerySet[R], reference: UUID) -> R:
    """One row, held until the transaction ends. Raises EntryUnknown."""
    row = rows.select_for_update(of=("self",)).filter(public_id=reference).first()
    if row is None:
        raise EntryUnknown
    return row


def changes_of(*references: UUID) -> tuple[ShownChange, ...]:
    """What was changed of these entries, the newest first."""
    return tuple(
        read_row(ShownChange, row)
        for row in Change.objects.filter(reference__in=references)[: LIST_MOST * len(references)]
    )


def changed_at(reference: UUID) -> str:
    """When an entry was changed last, as a text by which two states of it are told apart; "" for none."""
    newest = Change.objects.filter(reference=reference).values_list("made_at", flat=True).first()
    return newest.isoformat() if newest else ""


def changes_since(reference: UUID, seen: str) -> tuple[ShownChange, ...]:
    """What was changed of an entry after a state that `changed_at` named, the newest first."""
    return tuple(change for change in changes_of(reference) if change.made_at.isoformat() > seen)


def list_changes(kinds: Iterable[Labelled], *, limit: int = LIST_MOST) -> tuple[ShownChange, ...]:
    """What was changed of all entries of these kinds, the newest first, at most `limit`."""
    rows = Change.objects.filter(kind__in=[kind.value for kind in kinds])
    return tuple(read_row(ShownChange, row) for row in rows[:limit])
