"""How every write keeps its promise: what changed stands in the history, that it changed in the audit trail."""

import uuid
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID

from django.db import models

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import NO_FACTS, Actor, Fact, Subject
from leeward.foundation.editing.errors import EntryUnknown
from leeward.policy.strategy.models import Change
from leeward.policy.strategy.rules.changes import Kept, compare
from leeward.policy.strategy.rules.terms import ChangeVerb, Kind

NOTHING: Mapping[str, Kept] = {}


class StrategyVerb(StrEnum):
    """What the trail says: that something was written. What it said stands in the history."""

    ADDED = "strategy.added"
    CHANGED = "strategy.changed"
    STATUS = "strategy.status"
    REMOVED = "strategy.removed"
    HELD = "strategy.held"
    CANCELLED = "strategy.cancelled"
    PUBLISHED = "strategy.published"
    REVOKED = "strategy.revoked"
    REMINDED = "strategy.reminded"


def note(
    kind: Kind,
    reference: UUID,
    verb: ChangeVerb,
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
    subject = Subject(kind=f"strategy_{kind.value}", reference=str(reference))
    record(verb=StrategyVerb[verb.name], by=by, subject=subject, now=now, facts=facts)


def note_difference(
    kind: Kind, reference: UUID, old: Any, new: Any, *, by: Actor, now: datetime, facts: Mapping[str, Fact] = NO_FACTS
) -> bool:
    """Write what differs between two states of an entry; nothing, and False, where nothing does."""
    difference = compare(old, new)
    if old is not None and not difference:
        return False
    verb = ChangeVerb.ADDED if old is None else ChangeVerb.CHANGED
    note(kind, reference, verb, by=by, now=now, before=difference.before, after=difference.after, facts=facts)
    return True


def held[R: models.Model](rows: models.QuerySet[R], reference: UUID) -> R:
    """One row, held until the transaction ends. Raises EntryUnknown."""
    row = rows.select_for_update(of=("self",)).filter(public_id=reference).first()
    if row is None:
        raise EntryUnknown
    return row


def put(row: models.Model, entry: Any, *, without: tuple[str, ...] = ()) -> None:
    """Write an entry's values into the row's fields of the same names; those of `without` are not plain columns."""
    for each in fields(entry):
        if each.name in without:
            continue
        value = getattr(entry, each.name)
        if isinstance(value, Enum):
            value = value.value
        setattr(row, each.name, list(value) if isinstance(value, tuple) else value)


def who(by: Actor) -> str:
    """Who did it, as a row keeps it: a reference, or a kind where there is none."""
    return by.id or by.kind.value


def new_reference() -> UUID:
    """A reference for a new entry."""
    return uuid.uuid4()
