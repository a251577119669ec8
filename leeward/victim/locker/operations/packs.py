"""Take entries out as a pack: for the police, a court, a lawyer, or for oneself.

The server has no file of an entry in clear. So it makes the pack without the files that go along, its exhibits, and its
lists name them by what was sealed with them; the person's own device opens each and puts it in. It is made in two
steps, since the signer, whose key no web process has, is asked in between: it sees the manifest's digest alone.
"""

import hashlib
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language, override

from leeward.foundation.audit.rules import Actor
from leeward.foundation.checking.drawing import check_page
from leeward.foundation.checking.rules.bags import MANIFEST, Files, write_archive, write_bag
from leeward.foundation.checking.rules.packs import CHECKER, PACK_KIND, SIGNATURE, PackClaims
from leeward.foundation.days import local_day
from leeward.foundation.signing.errors import RecordUnknown
from leeward.foundation.signing.operations.asking import ask_for_signature
from leeward.foundation.signing.queries import find_record
from leeward.foundation.signing.rules.verifying import read_payload
from leeward.foundation.stamps.queries import Committed, have_stamps, write_times
from leeward.foundation.vault.operations import OpenFile
from leeward.victim.locker.documents import make_index
from leeward.victim.locker.errors import FileUnknown
from leeward.victim.locker.models import Item
from leeward.victim.locker.operations.custody import add_event, locked_item, who_acts
from leeward.victim.locker.operations.entries import open_item
from leeward.victim.locker.operations.stamping import note_proof
from leeward.victim.locker.operations.witness import watch_places, witness_of
from leeward.victim.locker.queries.files import facts_of, find_part
from leeward.victim.locker.queries.items import chain_of, view_of
from leeward.victim.locker.queries.lockers import find_item
from leeward.victim.locker.rules.custody import CustodyKind, Event, gives_commitment, head_of
from leeward.victim.locker.rules.keeping import PartKind
from leeward.victim.locker.rules.packing import (
    Chosen,
    Exhibit,
    PackEntry,
    Taken,
    filing_of,
    listed_of,
    write_entries,
)
from leeward.victim.portal.rules.visits import Bearer

TITLE = "Pages"
INDEX = "index.pdf"

NO_FILES: Files = MappingProxyType({})

type FileOf = tuple[uuid.UUID, int]


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A pack as a ZIP archive without its exhibits, and whether the signer has signed it yet."""

    content: bytes
    is_signed: bool


@dataclass(frozen=True, kw_only=True)
class ToPutIn:
    """A file that the person's own device puts into a pack; `ordinal`: the number of its entry, as they know it."""

    item: uuid.UUID
    ordinal: int
    exhibit: Exhibit
    has_stamp: bool


def ask_for_pack(
    *,
    bearer: Bearer,
    items: Sequence[uuid.UUID],
    files: Collection[FileOf] = (),
    places: Collection[int] = (),
    now: datetime,
) -> Chosen:
    """Note that these entries are taken out, in this order, with these of their files; ask the signer for the pack.

    `places`: numbers of the addresses of which goes along what we saw. Raises LockerUnknown, ItemUnknown, FileUnknown
    for a file that is not here whole or is for its owner alone, or WitnessUnknown for an address that is not there.
    """
    at = now.replace(microsecond=0)
    with transaction.atomic():
        taken = tuple(_take_out(bearer, item, files, now=now) for item in dict.fromkeys(items))
        watched = watch_places(bearer, places, now=now)
        language = get_language() or settings.LANGUAGE_CODE
        chosen = Chosen(items=taken, at=at, language=language, watched=watched)
        entries = _entries(bearer, chosen, now=now)
        payload = _payload(entries, chosen, witness_of(bearer, chosen, now=now))
        manifest = _write(payload, entries, chosen)[MANIFEST]
        number = ask_for_signature(
            kind=PACK_KIND,
            about=settings.LEEWARD_URL + reverse("checking:pack"),
            title=TITLE,
            subject=PackClaims(manifest=hashlib.sha256(manifest).hexdigest()),
            valid_from=at,
            by=Actor.system(),  # nothing in the signer's tables leads to whose it is
            now=now,
        )
    return replace(chosen, number=number)


def make_pack(*, bearer: Bearer, chosen: Chosen, now: datetime) -> Pack:
    """Make the pack that was asked for; with its signature, if that is there.

    Its exhibits are not in it. Raises LockerUnknown, ItemUnknown, or where it was erased meanwhile FileUnknown for a
    file, and WitnessUnknown for what we saw.
    """
    entries = _entries(bearer, chosen, now=now)
    payload = _payload(entries, chosen, witness_of(bearer, chosen, now=now))
    tags = {**write_times(_committed(entries)), CHECKER: check_page().content}
    token = _token(chosen.number, manifest=_write(payload, entries, chosen)[MANIFEST], now=now)
    if token:
        tags[SIGNATURE] = token
    made = write_archive(_write(payload, entries, chosen, tags), on=local_day(chosen.at))
    return Pack(content=made, is_signed=bool(token))


def is_answered(chosen: Chosen, *, now: datetime) -> bool:
    """Whether the signer has done its part."""
    return bool(_signed(chosen.number, now=now))


def list_to_put_in(*, bearer: Bearer, chosen: Chosen, now: datetime) -> tuple[ToPutIn, ...]:
    """The files that the person's own device has to put in, in their order. Raises as `make_pack`."""
    entries = _entries(bearer, chosen, now=now)
    items = [taken.item for taken in chosen.items]
    found = [(item, entry, each) for item, entry in zip(items, entries, strict=True) for each in entry.exhibits]
    stamped = have_stamps(_committed_line(entry, each.filed) for _item, entry, each in found)
    return tuple(
        ToPutIn(item=item, ordinal=find_item(bearer, item).ordinal, exhibit=exhibit, has_stamp=has_stamp)
        for (item, _entry, exhibit), has_stamp in zip(found, stamped, strict=True)
    )


def _take_out(bearer: Bearer, item: uuid.UUID, files: Collection[FileOf], *, now: datetime) -> Taken:
    opened = open_item(bearer, item, now=now)
    row, who = locked_item(item), who_acts(bearer.by)
    chosen = tuple(sorted({generation for of, generation in files if of == item}))
    note_proof(row, opened, now=now)
    add_event(row, CustodyKind.TAKEN_OUT, opened=opened, who=who, now=now, about="pack")
    for generation in chosen:
        digest = facts_of(find_part(row, generation=generation, kind=PartKind.COPY), opened).part.sha256
        about = f"file:{generation}"
        add_event(row, CustodyKind.TAKEN_OUT, opened=opened, who=who, now=now, about=about, digest=digest)
    return Taken(item=item, versions=row.versions.count(), events=row.custody.count(), files=chosen)


def _entries(bearer: Bearer, chosen: Chosen, *, now: datetime) -> tuple[PackEntry, ...]:
    found, exhibits = list[PackEntry](), 0
    for number, taken in enumerate(chosen.items, start=1):
        opened = open_item(bearer, taken.item, now=now)
        row = find_item(bearer, taken.item)
        versions = tuple(each.written for each in view_of(row, opened, now=now).versions)[: taken.versions]
        chain = chain_of(row, opened)[: taken.events]
        own = tuple(
            _exhibit(row, opened, chain, number=exhibits + place, generation=generation)
            for place, generation in enumerate(taken.files, start=1)
        )
        exhibits += len(own)
        found.append(PackEntry(number=number, versions=versions, chain=chain, exhibits=own))
    return tuple(found)


def _exhibit(row: Item, opened: OpenFile, chain: Sequence[str], *, number: int, generation: int) -> Exhibit:
    facts = facts_of(find_part(row, generation=generation, kind=PartKind.COPY), opened)
    filed = filing_of(chain, generation=generation)
    if not filed or not facts.kind.is_shared:
        raise FileUnknown
    return Exhibit(number=number, generation=generation, facts=facts, filed=filed)


def _payload(entries: Sequence[PackEntry], chosen: Chosen, witness: Files) -> Files:
    files = {**write_entries(entries), **witness}
    with override(chosen.language):
        return {INDEX: make_index(entries, files, at=chosen.at), **files}


def _write(payload: Files, entries: Sequence[PackEntry], chosen: Chosen, tags: Files = NO_FILES) -> dict[str, bytes]:
    """All files of the bag but the exhibits."""
    return write_bag(payload, tags, on=local_day(chosen.at), elsewhere=listed_of(entries))


def _committed(entries: Sequence[PackEntry]) -> Iterator[Committed]:
    """Everything in a pack that was committed to: each version, and each head of a chain."""
    for entry in entries:
        for number, written in enumerate(entry.versions, start=1):
            yield Committed(
                path=f"data/{entry.words_path(number)}",
                salt=bytes.fromhex(written.salt),
                digest=written.digest,
                size=written.size,
                at=written.at,
            )
        for text in entry.chain:
            if gives_commitment(Event.from_text(text).kind):
                yield _committed_line(entry, text)


def _committed_line(entry: PackEntry, text: str) -> Committed:
    event = Event.from_text(text)
    return Committed(
        path=f"data/{entry.chain_path}",
        line=event.number,
        salt=bytes.fromhex(event.salt),
        digest=head_of(text),
        size=event.number,
        at=event.at,
    )


def _signed(number: str, *, now: datetime) -> str:
    try:
        return find_record(number, now=now).token
    except RecordUnknown:
        return ""


def _token(number: str, *, manifest: bytes, now: datetime) -> bytes:
    """The signature of this very manifest; b"" where it is not there (yet)."""
    token = _signed(number, now=now)
    signed = read_payload(token)["credentialSubject"].get("manifest") if token else ""
    return token.encode() if signed == hashlib.sha256(manifest).hexdigest() else b""
