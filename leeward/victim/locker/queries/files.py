"""The locked files of an entry, as far as anything is said of them, and their pieces."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.vault.operations import OpenFile, open_file, open_files
from leeward.foundation.vault.rules.grants import Compartment
from leeward.victim.locker.errors import FileUnknown
from leeward.victim.locker.models import Item, Part
from leeward.victim.locker.queries.lockers import find_item, find_locker, keyring_of
from leeward.victim.locker.rules.keeping import PartKind, PartState
from leeward.victim.locker.rules.sending import Facts as Sealed
from leeward.victim.locker.rules.sending import FileKind, Original
from leeward.victim.portal.rules.visits import Bearer


@dataclass(frozen=True, kw_only=True)
class FileView:
    """One file of an entry. `generation` names it; `size` in bytes and `sha256` are of what is in it.

    `wrong_clock`: what the device's clock showed when it was added, where that was more than a day off. `opens`: by the
    keys that opened the entry; what was added after it was shown to a team does not open to them. `is_jpeg`: whether
    every browser can show it.
    """

    generation: int
    kind: FileKind
    size: int
    sha256: str
    original: Original | None
    ending: str
    wrong_clock: datetime | None
    opens: bool
    is_jpeg: bool

    @property
    def file_name(self) -> str:
        """What a download is called: its owner may be watched."""
        return f"page.{self.ending or 'bin'}"

    @property
    def has_view(self) -> bool:
        """Whether there is a copy that those may look at whom it is shown to."""
        return self.is_jpeg and self.kind.is_shared


def list_files(bearer: Bearer, reference: uuid.UUID, *, now: datetime) -> tuple[FileView, ...]:
    """The files of an entry of this bearer's, the oldest first. Raises LockerUnknown or ItemUnknown."""
    row = find_item(bearer, reference)
    return files_of(row, open_file(file=reference, keyring=keyring_of(bearer), by=bearer.by, now=now))


def files_of(row: Item, opened: OpenFile) -> tuple[FileView, ...]:
    """The files of an entry that are here whole, the oldest first."""
    return _views(row.parts.filter(kind=PartKind.COPY, state=PartState.KEPT).order_by("generation"), opened)


def list_all_files(bearer: Bearer, *, now: datetime) -> Mapping[uuid.UUID, tuple[FileView, ...]]:
    """The files of each entry of this bearer's, the oldest first; none for an entry without. Raises LockerUnknown."""
    found = defaultdict[uuid.UUID, list[Part]](list)
    kept = Part.objects.filter(item__locker=find_locker(bearer), kind=PartKind.COPY, state=PartState.KEPT)
    for part in kept.select_related("item").order_by("generation"):
        found[part.item.reference].append(part)
    opened = open_files(list(found), keyring_of(bearer), by=bearer.by, now=now)
    files = {item: _views(found[item], each) for item, each in opened.items()}
    return defaultdict(tuple, files)


def facts_of(part: Part, opened: OpenFile) -> Sealed:
    """What a device said of one part of a file."""
    return Sealed.from_text(part.unbox(opened, "facts"))


def unshared_generations(row: Item, opened: OpenFile) -> frozenset[int]:
    """The keys of files that are for their owner alone, also of one that is being sent: no team gets them."""
    copies = row.parts.filter(kind=PartKind.COPY)
    return frozenset(part.generation for part in copies if not facts_of(part, opened).kind.is_shared)


def is_begun(row: Item, *, generation: int) -> bool:
    """Whether a file was begun, or is kept, under this key."""
    return row.parts.filter(generation=generation).exists()


def find_part(row: Item, *, generation: int, kind: PartKind) -> Part:
    """One part of a file that is here whole. Raises FileUnknown."""
    part = row.parts.filter(generation=generation, kind=kind, state=PartState.KEPT).first()
    if part is None:
        raise FileUnknown
    return part


def _views(parts: Iterable[Part], opened: OpenFile) -> tuple[FileView, ...]:
    keys = opened.generations(Compartment.EVIDENCE)
    return tuple(_view(part, facts_of(part, opened), opens=part.generation in keys) for part in parts)


def _view(part: Part, facts: Sealed, *, opens: bool) -> FileView:
    return FileView(
        generation=part.generation,
        kind=facts.kind,
        size=facts.part.size,
        sha256=facts.part.sha256,
        original=facts.original,
        ending=facts.ending,
        wrong_clock=facts.wrong_clock,
        opens=opens,
        is_jpeg=facts.is_jpeg,
    )
