"""What somebody wants to write into a round, checked before it is kept."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.typed import is_printable
from leeward.policy.assessment.errors import AssessmentMistake
from leeward.policy.assessment.rules.pieces import (
    ADDRESS_LENGTH,
    UNIT_LENGTH,
    Piece,
    PieceKind,
    default_expiry,
    latest_expiry,
)
from leeward.policy.assessment.rules.rounds import NAME_LENGTH, NOTE_LENGTH, REASON_LENGTH, TITLE_LENGTH, Sector
from leeward.policy.assessment.rules.scale import CHOSEN, State

SHA256 = re.compile(r"[0-9a-f]{64}")
VALUE_LIMIT = Decimal(10) ** 12
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, kw_only=True)
class NewRound:
    """A round to be made: its name, and the day whose state it describes."""

    title: str
    held_on: date


@dataclass(frozen=True, kw_only=True)
class NewBody:
    """A body that gives its view. `public_name` is what published pages call it, such as "A group of survivors"."""

    name: str
    public_name: str
    sector: Sector


@dataclass(frozen=True, kw_only=True)
class NewScore:
    """An answer about one item. What does not apply needs a reason."""

    item_id: str
    state: State
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class NewPiece:
    """A piece of evidence by hand: a link, or a file whose digest is kept. It expires after a year if left open."""

    kind: PieceKind
    title: str
    as_of: date
    owner: str
    expires_on: date | None = None
    address: str = ""
    digest: str = ""
    value: Decimal | None = None
    unit: str = ""


def check_round(new: NewRound, *, today: date) -> NewRound:
    """The same, trimmed. Raises FieldRefused."""
    title = _line("title", new.title, most=TITLE_LENGTH)
    if not EARLIEST <= new.held_on <= today:
        raise FieldRefused("held_on", AssessmentMistake.DAY_NOT_PAST)
    return replace(new, title=title)


def check_body(new: NewBody) -> NewBody:
    """The same, trimmed; without a public name the name itself. Raises FieldRefused."""
    name = _line("name", new.name, most=NAME_LENGTH)
    public_name = _line("public_name", new.public_name.strip() or name, most=NAME_LENGTH)
    return replace(new, name=name, public_name=public_name)


def check_score(new: NewScore) -> NewScore:
    """The same, trimmed; a reason is kept only where something does not apply. Raises FieldRefused."""
    if new.state not in CHOSEN:
        raise FieldRefused("state", AssessmentMistake.STATE_EARNED)
    reason = " ".join(new.reason.split())
    if new.state is not State.NOT_APPLICABLE:
        reason = ""
    elif not reason:
        raise FieldRefused("reason", AssessmentMistake.REASON_MISSING)
    reason = values.line("reason", reason, most=REASON_LENGTH, optional=True)
    return replace(new, reason=reason, note=check_note("note", new.note))


def check_note(field: str, text: str, *, most: int = NOTE_LENGTH) -> str:
    """Lines of text that may be empty, trimmed. Raises FieldRefused."""
    if not is_printable(text, also="\r\n\t"):
        raise FieldRefused(field, Mistake.UNPRINTABLE)
    return values.text(field, text, most=most)


def check_piece(new: NewPiece, *, today: date) -> Piece:
    """The piece as it is kept. Raises FieldRefused."""
    title, owner = _line("title", new.title, most=TITLE_LENGTH), _line("owner", new.owner, most=NAME_LENGTH)
    if not EARLIEST <= new.as_of <= today:
        raise FieldRefused("as_of", AssessmentMistake.DAY_NOT_PAST)
    expires_on = new.expires_on or default_expiry(new.as_of)
    if not new.as_of < expires_on <= latest_expiry(new.as_of):
        raise FieldRefused("expires_on", AssessmentMistake.EXPIRY_OUT_OF_RANGE)
    if new.value is not None and (not new.value.is_finite() or abs(new.value) >= VALUE_LIMIT):
        raise FieldRefused("value", AssessmentMistake.VALUE_OUT_OF_RANGE)
    unit = _line("unit", new.unit, most=UNIT_LENGTH) if new.value is not None else ""
    address, digest = new.address.strip(), new.digest.strip().lower()
    if new.kind is PieceKind.LINK:
        if not values.is_web_address(address) or len(address) > ADDRESS_LENGTH:
            raise FieldRefused("address", AssessmentMistake.ADDRESS_MALFORMED)
        digest = ""
    elif SHA256.fullmatch(digest) is None:
        raise FieldRefused("digest", AssessmentMistake.DIGEST_MALFORMED)
    else:
        address = ""
    return Piece(
        kind=new.kind, title=title, as_of=new.as_of, owner=owner, expires_on=expires_on,
        address=address, digest=digest, value=new.value, unit=unit,
    )  # fmt: skip


def _line(field: str, text: str, *, most: int) -> str:
    return values.line(field, " ".join(text.split()), most=most)
