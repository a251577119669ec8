"""One entry at a time, for a registrar who says why; there is no list."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from leeward.foundation import rows
from leeward.foundation.days import local_day
from leeward.foundation.references import write_reference
from leeward.foundation.vault.operations import OpenFile, open_attached
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.register.errors import EntryUnknown
from leeward.justice.register.models import Entry
from leeward.justice.register.rules.persons import Judgment, Person
from leeward.justice.register.rules.terms import NEXT, Duty, EntryState, EntryStep, LetterKind


@dataclass(frozen=True, kw_only=True)
class EventView:
    """One thing that happened."""

    step: EntryStep
    on: date


@dataclass(frozen=True, kw_only=True)
class LetterView:
    """A letter that waits for its answer."""

    kind: LetterKind
    received_on: date


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """An entry with who it is. `steps`: what may be noted now."""

    reference: uuid.UUID
    number: str
    statute: str
    person: Person
    judgment: Judgment
    offences: tuple[str, ...]
    duty: Duty
    state: EntryState
    entered_on: date
    starts_on: date
    ends_on: date
    review_on: date
    steps: tuple[EntryStep, ...] = ()
    events: tuple[EventView, ...] = ()
    letters: tuple[LetterView, ...] = ()


def read_entry(entry: uuid.UUID, *, keyring: Keyring, now: datetime) -> EntryView:
    """Return one entry. The caller writes the line in the trail, the same whether there was one or not.

    Raises EntryUnknown, also for one whose keys are destroyed.
    """
    row = Entry.objects.select_related("basis").filter(reference=entry, destroyed_at__isnull=True).first()
    if row is None:
        raise EntryUnknown
    file = open_attached(file=entry, keyring=keyring, now=now)
    return rows.read_row(
        EntryView,
        row,
        number=write_reference(row.number),
        statute=row.basis.statute,
        person=Person.from_text(row.unbox(file, "identity")),
        judgment=_judgment(row, file),
        steps=NEXT[row.state],
        events=tuple(rows.read_row(EventView, each) for each in row.events.order_by("ordinal")),
        letters=tuple(
            rows.read_row(LetterView, each) for each in row.letters.filter(answered_on__isnull=True).order_by("pk")
        ),
    )


def next_to_review(*, now: datetime) -> Entry | None:
    """The one entry whose review has been due longest: one, so that nobody leafs through the rest."""
    due = Entry.objects.filter(state=EntryState.IN_FORCE, review_on__lte=local_day(now))
    return due.order_by("review_on", "pk").first()


def _judgment(row: Entry, file: OpenFile) -> Judgment:
    return Judgment.from_text(row.unbox(file, "judgment"))
