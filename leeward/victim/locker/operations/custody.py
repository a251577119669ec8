"""Write one more event into an entry's chain of custody, and commit to its new head."""

import secrets
import uuid
from datetime import date, datetime

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.stamps.operations import enter_commitment
from leeward.foundation.stamps.rules.commitments import SALT_BYTES, commit
from leeward.foundation.vault.operations import OpenFile
from leeward.victim.locker.models import Custody, Item
from leeward.victim.locker.queries.items import chain_of
from leeward.victim.locker.rules.custody import (
    MACHINE,
    PERSON,
    TEAM,
    TYPIST,
    CustodyKind,
    Event,
    first_previous,
    gives_commitment,
    head_of,
)


def locked_item(reference: uuid.UUID) -> Item:
    """Lock an entry, so that nobody else adds to its chain meanwhile."""
    return Item.objects.select_for_update().get(reference=reference)


def who_acts(by: Actor, *, team: str = "") -> str:
    """Return how a chain names who did something: by role and team, never as a person."""
    if by.kind is ActorKind.STAFF:
        return f"{TEAM}{team}"
    return {ActorKind.PERSON: PERSON, ActorKind.TYPIST: TYPIST}.get(by.kind, MACHINE)


def add_event(
    item: Item,
    kind: CustodyKind,
    *,
    opened: OpenFile,
    who: str,
    now: datetime,
    about: str = "",
    digest: str = "",
    until: date | None = None,
    stamped_at: datetime | None = None,
) -> None:
    """Add an event to the chain of an entry that the caller has locked. `about` and what follows: as in `Event`."""
    texts = chain_of(item, opened)
    last = Event.from_text(texts[-1]) if texts else None
    at = max(now, last.at) if last else now  # a clock that was set back breaks no chain
    event = Event(
        number=len(texts) + 1,
        kind=kind,
        at=at,
        who=who,
        about=about,
        digest=digest,
        until=until,
        stamped_at=stamped_at,
        previous=head_of(texts[-1]) if texts else first_previous(item.reference),
        salt=new_salt(),
    )
    text, reference = event.to_text(), uuid.uuid4()
    item.custody.create(reference=reference, event=Custody.box(opened, "event", reference, text))
    if gives_commitment(kind):
        keep_commitment(salt=event.salt, digest=head_of(text), size=event.number, at=at)


def new_salt() -> str:
    """A salt, in hexadecimal digits."""
    return secrets.token_bytes(SALT_BYTES).hex()


def keep_commitment(*, salt: str, digest: str, size: int, at: datetime) -> None:
    """Have a commitment stamped, which nothing joins to what it is about."""
    enter_commitment(commit(salt=bytes.fromhex(salt), digest=digest, size=size, at=at))
