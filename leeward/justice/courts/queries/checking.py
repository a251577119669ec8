"""What anybody may know of an order: court, kind, addressees that are companies, days, territory, whether it stands."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from leeward.foundation.records import Record
from leeward.foundation.rows import read_row
from leeward.foundation.signing.errors import RecordUnknown
from leeward.foundation.signing.queries import RecordLine, find_record
from leeward.justice.courts.models import Order, PastOrder
from leeward.justice.courts.rules.numbers import NumberMalformed, NumberMistyped, read_number, write_number
from leeward.justice.courts.rules.terms import COMPANIES, Action, Addressee, OrderState, Recorder


@dataclass(frozen=True, kw_only=True)
class PublicTarget:
    """What is asked of whom. `name` is a company's; a person has none."""

    addressee: Addressee
    name: str
    action: Action


@dataclass(frozen=True, kw_only=True)
class PublicOrder:
    """An order as the check page and its record tell it; nothing of any person, any address, or how far it was obeyed.

    `token` is the signed order, "" until the signer has signed it. `hours` after it was served it is due where it
    names no
    day. `revoked_words` is why it was revoked, as whoever revoked it wrote for everybody.
    """

    number: str
    state: OrderState
    court: str
    jurisdiction: str
    type_name: str
    legal_basis: str
    recorded_by: Recorder
    issued_on: date
    comply_by: date | None
    territory: tuple[str, ...]
    language: str
    redress: str
    document_sha256: str
    follows: str
    followed_by: str
    targets: tuple[PublicTarget, ...]
    token: str
    hours: int | None
    revoked_words: str


@dataclass(frozen=True, kw_only=True)
class PastView:
    """All that is left of an order that was deleted two years after its end."""

    number: str
    state: OrderState
    ended_on: date


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check came to: an order, the proof that one once stood, or neither.

    `is_mistyped`: the two symbols that find slips do not fit.
    """

    order: PublicOrder | None = None
    is_mistyped: bool = False
    past: PastView | None = None


def check_number(typed: str, *, now: datetime) -> Checked:
    """Say what anybody may know of the order of this number. What is no number reads as an unknown one."""
    try:
        number = read_number(typed)
    except NumberMistyped:
        return Checked(is_mistyped=True)
    except NumberMalformed:
        return Checked()
    row = _rows().filter(number=number).first()
    if row is not None:
        return Checked(order=_public(row, now=now))
    gone = PastOrder.objects.filter(number=number).first()
    return Checked(past=read_row(PastView, gone, number=write_number(number)) if gone else None)


def check_file(sha256: str, *, now: datetime) -> Checked:
    """Say whether a file is the very paper of an order, the newest one of it."""
    row = _rows().filter(document_sha256=sha256).order_by("-recorded_at").first()
    return Checked(order=_public(row, now=now) if row else None)


def as_record(order: PublicOrder) -> Record:
    """An order as a program reads it: the same facts, with the names that the signed order has."""
    return {
        "number": order.number,
        "state": order.state.value,
        "court": {"name": order.court, "jurisdiction": order.jurisdiction},
        "type": order.type_name,
        "legalBasis": order.legal_basis,
        "recordedBy": order.recorded_by.value,
        "issuedOn": order.issued_on.isoformat(),
        "complyBy": order.comply_by.isoformat() if order.comply_by else None,
        "territory": list(order.territory),
        "language": order.language,
        "redress": order.redress,
        "documentSha256": order.document_sha256,
        "follows": order.follows,
        "followedBy": order.followed_by,
        "targets": [
            {"addressee": each.addressee.value, "name": each.name, "action": each.action.value}
            for each in order.targets
        ],
        "signed": order.token,
    }


def as_past_record(past: PastView) -> Record:
    """The proof that an order once stood, as a program reads it."""
    return {"number": past.number, "state": past.state.value, "endedOn": past.ended_on.isoformat(), "deleted": True}


def _rows() -> QuerySet[Order]:
    return Order.objects.select_related("court", "version__known", "follows")


def _public(row: Order, *, now: datetime) -> PublicOrder:
    kind, later = row.version.as_type(), row.successors.filter(confirmed_at__isnull=False).first()
    record = _record(row, now=now)
    return PublicOrder(
        number=write_number(row.number),
        state=row.state,
        court=row.court.name,
        jurisdiction=row.court.jurisdiction,
        type_name=kind.name,
        legal_basis=kind.legal_basis,
        recorded_by=row.recorded_by,
        issued_on=row.issued_on,
        comply_by=row.comply_by,
        territory=tuple(row.territory),
        language=row.language,
        redress=kind.redress,
        document_sha256=row.document_sha256,
        follows=write_number(row.follows.number) if row.follows else "",
        followed_by=write_number(later.number) if later else "",
        targets=tuple(
            PublicTarget(
                addressee=each.addressee, name=each.name if each.addressee in COMPANIES else "", action=each.action
            )
            for each in row.targets.order_by("ordinal")
        ),
        token=record.token if record else "",
        hours=kind.hours,
        revoked_words=record.words if record and row.state is OrderState.REVOKED else "",
    )


def _record(row: Order, *, now: datetime) -> RecordLine | None:
    try:
        return find_record(row.record, now=now) if row.record else None
    except RecordUnknown:
        return None
