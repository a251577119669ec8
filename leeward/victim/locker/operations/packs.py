"""Take entries out as a pack: for the police, a court, a lawyer, or for oneself.

The server has no file of an entry in clear, so what it makes holds words alone. It is made in two steps, since the
signer, whose key no web process has, is asked in between: it sees the manifest's digest and nothing else.
"""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language, override

from leeward.foundation.audit.rules import Actor
from leeward.foundation.checking.drawing import check_page
from leeward.foundation.checking.rules.bags import MANIFEST, write_archive, write_bag
from leeward.foundation.checking.rules.packs import CHECKER, PACK_KIND, SIGNATURE, PackClaims
from leeward.foundation.days import local_day
from leeward.foundation.signing.errors import RecordUnknown
from leeward.foundation.signing.operations.asking import ask_for_signature
from leeward.foundation.signing.queries import find_record
from leeward.foundation.signing.rules.verifying import read_payload
from leeward.foundation.stamps.queries import Committed, write_times
from leeward.victim.locker.documents import make_index
from leeward.victim.locker.operations.custody import add_event, locked_item, who_acts
from leeward.victim.locker.operations.entries import open_item
from leeward.victim.locker.queries.items import chain_of, view_of
from leeward.victim.locker.queries.lockers import find_item
from leeward.victim.locker.rules.custody import CustodyKind, Event, gives_commitment, head_of
from leeward.victim.locker.rules.packing import Chosen, Exhibit, Taken, write_entries
from leeward.victim.portal.rules.visits import Bearer

TITLE = "Pages"
INDEX = "index.pdf"


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A pack as a ZIP archive, and whether the signer has signed it yet."""

    content: bytes
    is_signed: bool


def ask_for_pack(*, bearer: Bearer, items: Sequence[uuid.UUID], now: datetime) -> Chosen:
    """Note that these entries are taken out, in this order, and ask the signer for the pack.

    Raises LockerUnknown, ItemUnknown.
    """
    at = now.replace(microsecond=0)
    with transaction.atomic():
        taken = tuple(_take_out(bearer, item, now=now) for item in dict.fromkeys(items))
        chosen = Chosen(items=taken, at=at, language=get_language() or settings.LANGUAGE_CODE)
        manifest = write_bag(_payload(_exhibits(bearer, chosen, now=now), chosen), {}, on=local_day(at))[MANIFEST]
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
    """Make the pack that was asked for; with its signature, if that is there. Raises LockerUnknown, ItemUnknown."""
    exhibits = _exhibits(bearer, chosen, now=now)
    payload, on = _payload(exhibits, chosen), local_day(chosen.at)
    tags = {**write_times(_committed(exhibits)), CHECKER: check_page().content}
    token = _token(chosen.number, manifest=write_bag(payload, {}, on=on)[MANIFEST], now=now)
    if token:
        tags[SIGNATURE] = token
    return Pack(content=write_archive(write_bag(payload, tags, on=on), on=on), is_signed=bool(token))


def _take_out(bearer: Bearer, item: uuid.UUID, *, now: datetime) -> Taken:
    opened = open_item(bearer, item, now=now)
    row = locked_item(item)
    add_event(row, CustodyKind.TAKEN_OUT, opened=opened, who=who_acts(bearer.by), now=now, about="pack")
    return Taken(item=item, versions=row.versions.count(), events=row.custody.count())


def _exhibits(bearer: Bearer, chosen: Chosen, *, now: datetime) -> tuple[Exhibit, ...]:
    found = []
    for number, taken in enumerate(chosen.items, start=1):
        opened = open_item(bearer, taken.item, now=now)
        row = find_item(bearer, taken.item)
        versions = tuple(each.written for each in view_of(row, opened, now=now).versions)[: taken.versions]
        found.append(Exhibit(number=number, versions=versions, chain=chain_of(row, opened)[: taken.events]))
    return tuple(found)


def _payload(exhibits: Sequence[Exhibit], chosen: Chosen) -> dict[str, bytes]:
    files = write_entries(exhibits)
    with override(chosen.language):
        return {INDEX: make_index(exhibits, files, at=chosen.at), **files}


def _committed(exhibits: Sequence[Exhibit]) -> Iterator[Committed]:
    """Everything in a pack that was committed to: each version, and each head of a chain."""
    for exhibit in exhibits:
        for number, written in enumerate(exhibit.versions, start=1):
            yield Committed(
                path=f"data/{exhibit.words_path(number)}",
                salt=bytes.fromhex(written.salt),
                digest=written.digest,
                size=written.size,
                at=written.at,
            )
        for text in exhibit.chain:
            event = Event.from_text(text)
            if gives_commitment(event.kind):
                yield Committed(
                    path=f"data/{exhibit.chain_path}",
                    line=event.number,
                    salt=bytes.fromhex(event.salt),
                    digest=head_of(text),
                    size=event.number,
                    at=event.at,
                )


def _token(number: str, *, manifest: bytes, now: datetime) -> bytes:
    """The signature of this very manifest; b"" where it is not there (yet)."""
    try:
        token = find_record(number, now=now).token
    except RecordUnknown:
        return b""
    signed = read_payload(token)["credentialSubject"].get("manifest") if token else ""
    return token.encode() if signed == hashlib.sha256(manifest).hexdigest() else b""
