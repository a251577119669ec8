"""Reads signed records, their keys and lists; all of it is for everybody, but for the lists of staff."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from leeward.foundation.days import local_day, nation_zone
from leeward.foundation.records import Record
from leeward.foundation.rows import read_row
from leeward.foundation.signing.errors import RecordUnknown
from leeward.foundation.signing.models import Revocation, Signature, SignedRecord, SigningKey, StatusList
from leeward.foundation.signing.rules.credentials import Issuer, issuer_document
from leeward.foundation.signing.rules.terms import Reason, State
from leeward.foundation.signing.rules.verifying import Keys, read_keys

LIST_DIGITS = 8


@dataclass(frozen=True, kw_only=True)
class RecordLine:
    """One record as it stands now. `token` is "" until it is signed."""

    number: str
    kind: str
    about: str
    title: str
    valid_from: datetime
    valid_until: datetime | None
    asked_at: datetime
    signed_at: datetime | None
    token: str
    state: State
    revoked_at: datetime | None = None
    reason: Reason | None = None
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """How many records were asked for, signed and revoked on one day of the nation."""

    day: date
    asked: int
    signed: int
    revoked: int


def issuer() -> Issuer:
    """This installation as a signer."""
    return Issuer(url=settings.LEEWARD_URL, name=settings.LEEWARD_NATION)


def issuer_record() -> Record:
    """The issuer's document, with every key that may be believed."""
    return issuer_document(((row.kid, json.loads(row.jwk)) for row in _believed()), issuer=issuer())


def find_jwk(kid: str) -> Record:
    """One public key that may be believed. Raises RecordUnknown."""
    row = _believed().filter(kid=kid).first()
    if row is None:
        raise RecordUnknown(kid)
    found: Record = json.loads(row.jwk)
    return found


def trusted_keys() -> Keys | None:
    """Every key that may be believed, for checking; None before the founding."""
    return read_keys(json.dumps(issuer_record())) if _believed().exists() else None


def list_numbers() -> tuple[int, ...]:
    """The numbers of the status lists that are signed."""
    return tuple(StatusList.objects.order_by("number").values_list("number", flat=True))


def find_list(number: int) -> str:
    """The newest token of a status list. Raises RecordUnknown."""
    row = StatusList.objects.filter(number=number).first()
    if row is None:
        raise RecordUnknown(str(number))
    return row.token


def list_at(address: str) -> str | None:
    """The newest token of the status list at this address of ours, None for any other address."""
    base, _slash, last = address.rpartition("/")
    is_ours = base == f"{issuer().id}/status" and last.isdecimal() and len(last) <= LIST_DIGITS
    row = StatusList.objects.filter(number=int(last)).first() if is_ours else None
    return row.token if row else None


def find_record(number: str, *, now: datetime) -> RecordLine:
    """One record by its number. Raises RecordUnknown."""
    row = SignedRecord.objects.filter(number=number).first()
    if row is None:
        raise RecordUnknown(number)
    return record_lines([row], now=now)[0]


def records_about(*, kind: str, about: str, now: datetime) -> tuple[RecordLine, ...]:
    """The records of a kind about one thing, the newest first."""
    rows = SignedRecord.objects.filter(kind=kind, about=about).order_by("-asked_at", "-pk")
    return record_lines(rows, now=now)


def record_rows(kinds: Collection[str]) -> QuerySet[SignedRecord]:
    """All records of these kinds, as rows of a list."""
    return SignedRecord.objects.filter(kind__in=kinds)


def record_lines(rows: Iterable[SignedRecord], *, now: datetime) -> tuple[RecordLine, ...]:
    """These rows as they stand now."""
    found = list(rows)
    keys = [row.pk for row in found]
    signed = Signature.objects.filter(record__in=keys, key__withdrawn_at__isnull=True).order_by("signed_at", "pk")
    signatures = {each.record_id: each for each in signed}
    revocations = {each.record_id: each for each in Revocation.objects.filter(record__in=keys)}
    return tuple(_line(row, signatures.get(row.pk), revocations.get(row.pk), now=now) for row in found)


def count_by_day(*, days: int, now: datetime) -> tuple[DayCount, ...]:
    """How many were asked for, signed and revoked on each of the last `days` days, today first."""
    since = now - timedelta(days=days)
    counted = [
        _counted(SignedRecord.objects.filter(asked_at__gte=since), "asked_at"),
        _counted(Signature.objects.filter(signed_at__gte=since), "signed_at"),
        _counted(Revocation.objects.filter(revoked_at__gte=since), "revoked_at"),
    ]
    shown = [local_day(now) - timedelta(days=number) for number in range(days)]
    return tuple(
        DayCount(day=day, asked=asked, signed=signed, revoked=revoked)
        for day in shown
        for asked, signed, revoked in [[each.get(day, 0) for each in counted]]
    )


def _counted(
    rows: QuerySet[SignedRecord] | QuerySet[Signature] | QuerySet[Revocation], column: str
) -> dict[object, int]:
    by_day = rows.annotate(day=TruncDate(column, tzinfo=nation_zone())).values("day").annotate(number=Count("pk"))
    return {each["day"]: each["number"] for each in by_day.order_by("day")}


def _believed() -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(withdrawn_at__isnull=True).order_by("-generation")


def _line(
    row: SignedRecord, signature: Signature | None, revocation: Revocation | None, *, now: datetime
) -> RecordLine:
    if revocation is not None:
        state = State.REVOKED
    elif signature is None:
        state = State.WAITING
    elif now < row.valid_from:
        state = State.NOT_YET
    else:
        state = State.EXPIRED if row.valid_until and now >= row.valid_until else State.VALID
    return read_row(
        RecordLine,
        row,
        signed_at=signature.signed_at if signature else None,
        token=signature.token if signature else "",
        state=state,
        revoked_at=revocation.revoked_at if revocation else None,
        reason=revocation.reason if revocation else None,
        words=revocation.words if revocation else "",
    )
