"""Entries of a locker, as their person reads them, and those whom they have shown one."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.vault.operations import OpenFile, list_readers, open_file, open_files
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Reader
from leeward.victim.locker.errors import CustodyBroken
from leeward.victim.locker.models import Custody, Item, Version
from leeward.victim.locker.queries.files import FileView, files_of
from leeward.victim.locker.queries.lockers import find_item, find_locker, keyring_of
from leeward.victim.locker.rules.custody import Event, ProvenTo, proven_to, verify_chain
from leeward.victim.locker.rules.entries import Entry, Written
from leeward.victim.locker.rules.keeping import KeptState, PartState
from leeward.victim.portal.rules.visits import Bearer


@dataclass(frozen=True, kw_only=True)
class ShownTo:
    """A team that can open an entry now, and until when; None where no clock ends it."""

    team: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """An entry on a list: what it says now."""

    reference: uuid.UUID
    ordinal: int
    entry: Entry
    written_at: datetime
    shown_to: tuple[ShownTo, ...]


@dataclass(frozen=True, kw_only=True)
class VersionView:
    """One version of an entry, the first being 1."""

    ordinal: int
    entry: Entry
    written: Written


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """An entry with all its versions, the newest last, and its chain of custody.

    `sending`: where a file of it was begun and is not here whole. `broken_at`: at which event the chain was found not
    to be whole; 0 where it is.
    """

    reference: uuid.UUID
    ordinal: int
    versions: tuple[VersionView, ...]
    custody: tuple[Event, ...]
    shown_to: tuple[ShownTo, ...]
    files: tuple[FileView, ...] = ()
    sending: KeptState | None = None
    broken_at: int = 0

    @property
    def entry(self) -> Entry:
        """What it says now."""
        return self.versions[-1].entry

    @property
    def proven(self) -> ProvenTo | None:
        """How far its chain says that its time is proven."""
        return proven_to(self.custody)

    @property
    def state(self) -> KeptState:
        """Whether the time of what it says now is proven."""
        return self._state_since(f"version:{len(self.versions)}")

    def state_of(self, file: FileView) -> KeptState:
        """The same of one of its files."""
        return self._state_since(f"file:{file.generation}")

    def _state_since(self, about: str) -> KeptState:
        known = self.proven
        is_proven = known and any(each.about == about and each.number <= known.number for each in self.custody)
        return KeptState.STAMPED if is_proven else KeptState.KEPT


@dataclass(frozen=True, kw_only=True)
class ShownLine:
    """An entry that a team can open, before it is opened: its number, and until when."""

    reference: uuid.UUID
    ordinal: int
    until: datetime | None


def list_items(bearer: Bearer, *, now: datetime) -> tuple[ItemLine, ...]:
    """Every entry of this bearer's locker, the newest first. Raises LockerUnknown."""
    rows = list(find_locker(bearer).items.prefetch_related("versions").order_by("-ordinal"))
    files = [row.reference for row in rows]
    opened = open_files(files, keyring_of(bearer), by=bearer.by, now=now)
    shown = shown_to(files, now=now)
    return tuple(_line(row, opened[row.reference], shown) for row in rows if row.reference in opened)


def read_item(bearer: Bearer, reference: uuid.UUID, *, now: datetime) -> ItemView:
    """One entry of this bearer's. Raises LockerUnknown or ItemUnknown."""
    row = find_item(bearer, reference)
    opened = open_file(file=reference, keyring=keyring_of(bearer), by=bearer.by, now=now)
    return view_of(row, opened, now=now)


def view_of(row: Item, opened: OpenFile, *, now: datetime) -> ItemView:
    """An entry that somebody's keys have opened."""
    texts, broken_at = chain_of(row, opened), 0
    try:
        verify_chain(row.reference, texts)
    except CustodyBroken as error:
        broken_at = error.number
    return ItemView(
        reference=row.reference,
        ordinal=row.ordinal,
        versions=tuple(_version(each, opened) for each in row.versions.order_by("ordinal")),
        custody=tuple(Event.from_text(text) for text in texts),
        shown_to=shown_to([row.reference], now=now)[row.reference],
        files=files_of(row, opened),
        sending=KeptState.SENDING if row.parts.filter(state=PartState.SENDING).exists() else None,
        broken_at=broken_at,
    )


def list_shown(references: Collection[uuid.UUID], *, team: str, now: datetime) -> tuple[ShownLine, ...]:
    """Which of these entries a team can open now. Nothing is opened for it."""
    found = shown_to(references, now=now)
    until = {item: each.until for item, readers in found.items() for each in readers if each.team == team}
    rows = Item.objects.filter(reference__in=until).order_by("ordinal", "pk")
    return tuple(ShownLine(reference=row.reference, ordinal=row.ordinal, until=until[row.reference]) for row in rows)


def shown_to(files: Iterable[uuid.UUID], *, now: datetime) -> Mapping[uuid.UUID, tuple[ShownTo, ...]]:
    """Which teams can open the words of these entries now."""
    found: dict[uuid.UUID, dict[str, Reader]] = defaultdict(dict)
    for each in list_readers(set(files), now=now):
        if each.kind is GranteeKind.TEAM and each.compartment is Compartment.STORY:
            found[each.file][each.id] = each
    readers = {
        file: tuple(ShownTo(team=team, since=each.since, until=each.until) for team, each in sorted(teams.items()))
        for file, teams in found.items()
    }
    return defaultdict(tuple, readers)


def chain_of(item: Item, opened: OpenFile) -> tuple[str, ...]:
    """The texts of an entry's chain of custody, in their order."""
    texts = [row.unbox(opened, "event") for row in Custody.objects.filter(item=item)]
    return tuple(sorted(texts, key=lambda text: Event.from_text(text).number))


def _line(row: Item, opened: OpenFile, shown: Mapping[uuid.UUID, tuple[ShownTo, ...]]) -> ItemLine:
    newest = _version(max(row.versions.all(), key=lambda each: each.ordinal), opened)
    return ItemLine(
        reference=row.reference,
        ordinal=row.ordinal,
        entry=newest.entry,
        written_at=newest.written.at,
        shown_to=shown[row.reference],
    )


def _version(row: Version, opened: OpenFile) -> VersionView:
    written = Written.from_text(row.unbox(opened, "written"))
    return VersionView(ordinal=row.ordinal, entry=written.entry, written=written)
