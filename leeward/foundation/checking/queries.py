"""Says of a number, a token or a digest what is known of it. Nothing of who asks, or what for, is written anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from leeward.foundation.checking.kinds import Published, find_by_digest, find_kind, find_published
from leeward.foundation.notary.rules.leaves import DIGEST
from leeward.foundation.references import ReferenceMistyped, is_like_reference, read_reference
from leeward.foundation.signing.errors import RecordUnknown
from leeward.foundation.signing.queries import RecordLine, find_record, list_at, trusted_keys
from leeward.foundation.signing.rules.terms import Reason, State
from leeward.foundation.signing.rules.verifying import Claims, Finding, verify
from leeward.foundation.web.components import Text


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the page says. `published` holds what was found by a digest or a name; a record's members are else filled.

    `is_mistyped`: the number has a slip in it, so that nothing was looked for.
    """

    state: State | None = None
    number: str = ""
    kind: Text = ""
    title: str = ""
    facts: Sequence[tuple[Text, object]] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    signed_at: datetime | None = None
    revoked_at: datetime | None = None
    reason: Reason | None = None
    words: str = ""
    is_open: bool = False
    is_mistyped: bool = False
    digest: str = ""
    published: tuple[Published, ...] = ()


def read_number(typed: str) -> str:
    """A record's number as it is kept, however it was typed; "" for what is none."""
    try:
        return read_reference(typed)
    except ReferenceMistyped:
        return ""


def check_typed(typed: str, *, now: datetime) -> Answer:
    """Say what is known of a number, a digest, or the name of something that was published."""
    text = typed.strip()
    if DIGEST.fullmatch(digest := text.lower()):
        return check_digest(digest)
    if number := read_number(text):
        return check_number(number, now=now)
    if published := find_published(text):
        return Answer(published=published)
    return Answer(state=State.UNKNOWN, is_mistyped=is_like_reference(text))


def check_number(number: str, *, now: datetime) -> Answer:
    """Say what is known of a record by its number."""
    try:
        row = find_record(number, now=now)
    except RecordUnknown:
        return Answer(state=State.UNKNOWN, number=number)
    if not row.token:
        return Answer(state=row.state, number=number, revoked_at=row.revoked_at, reason=row.reason, words=row.words)
    return check_token(row.token, now=now)


def check_token(token: str, *, now: datetime) -> Answer:
    """Say what can be said of a record's token: by its signature first, then by what we know of it ourselves."""
    keys = trusted_keys()
    if keys is None:
        return Answer(state=State.UNKNOWN_KEY)
    found = verify(token, keys=keys, lists=list_at, now=now)
    if not found.claims:
        return Answer(state=found.state)
    number = found.claims["id"].rpartition("/")[2]
    try:
        row = find_record(number, now=now)
    except RecordUnknown:  # signed with our key, and not by what we know: a database that was restored, or a theft
        return Answer(state=State.UNKNOWN, number=number)
    return _answer(found, row)


def check_digest(sha256: str) -> Answer:
    """Say what was published with this digest."""
    return Answer(digest=sha256, published=find_by_digest(sha256))


def _answer(found: Finding, row: RecordLine) -> Answer:
    """The signed claims in words. Our own table knows of a revocation before the list that is signed each day does."""
    claims, kind = found.claims, find_kind(row.kind)
    revoked = row.state is State.REVOKED
    # That the list is not at hand is nothing to us, who write it; outside of this installation it is what counts.
    state = State.REVOKED if revoked else State.VALID if found.state is State.UNCHECKED else found.state
    return Answer(
        state=state,
        number=row.number,
        kind=kind.name if kind else row.kind,
        title=claims["name"],
        facts=kind.facts(claims["credentialSubject"]) if kind else (),
        valid_from=_moment(claims, "nbf"),
        valid_until=_moment(claims, "exp"),
        signed_at=row.signed_at,
        is_open=kind is not None and kind.is_open,
        revoked_at=row.revoked_at,
        reason=row.reason,
        words=row.words,
    )


def _moment(claims: Claims, name: str) -> datetime | None:
    return datetime.fromtimestamp(claims[name], UTC) if name in claims else None
