"""What staff read: who waits for them, what was handed in, and an organisation with its private parts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.rows import read_row
from leeward.foundation.work.keyset import Order
from leeward.industry.declarations.models import Evidence, OfferedSignature, Signatory, SignatoryLink, Statement
from leeward.industry.declarations.queries.signatories import (
    PublicSignatory,
    SignatoryLine,
    describe_all,
    find_signatory,
)
from leeward.industry.declarations.rules.entries import Nominee
from leeward.industry.declarations.rules.reminders import SAID_BEFORE
from leeward.industry.declarations.rules.terms import (
    AuthorityWay,
    EvidenceKind,
    HandedInBy,
    HandedInState,
    LinkTrouble,
    OrganisationKind,
    Stage,
)
from leeward.industry.platforms.queries import find_partners
from leeward.industry.platforms.rules import Partner

LISTED = 200
UNDECIDED = Q(stage__in=[Stage.APPLIED.value, Stage.VERIFIED.value])
BY_NAME = Order(by="name")
# Whoever waits for us stands first, whoever waits longest at the top.
BY_APPLICATION = Order(by="applied_at", parts=(UNDECIDED, ~UNDECIDED))


@dataclass(frozen=True, kw_only=True)
class OrganisationLine:
    """An organisation in the staff's list; `signed` is how it stands, None before it has signed."""

    public_id: uuid.UUID
    name: str
    kind: OrganisationKind
    stage: Stage
    applied_at: datetime
    forget_on: date | None
    signed: SignatoryLine | None


@dataclass(frozen=True, kw_only=True)
class Handed:
    """Evidence or a statement as whoever handed it in, and whoever decides about it, sees it."""

    public_id: uuid.UUID
    signatory_id: uuid.UUID
    signatory: str
    is_evidence: bool
    code: str
    words: str
    kind: EvidenceKind
    url: str
    file_name: str
    sha256: str
    dated_on: date
    expires_on: date | None
    handed_in_on: date
    source: HandedInBy
    state: HandedInState
    reason: str
    ended_on: date | None = None
    checked_at: datetime | None = None
    trouble: LinkTrouble = LinkTrouble.NONE
    version: int | None = None  # of a signature that came by a link: under which version


@dataclass(frozen=True, kw_only=True)
class StaffSignatory:
    """An organisation with everything that is kept of it; `public` is None before it has signed."""

    public_id: uuid.UUID
    name: str
    kind: OrganisationKind
    website: str
    stage: Stage
    platform: Partner | None
    nominee: Nominee
    language: str
    message: str
    applied_at: datetime
    verified_at: datetime | None
    verified_how: AuthorityWay | None
    verified_words: str
    refused_at: datetime | None
    refused_reason: str
    told_at: datetime | None
    reminded_at: datetime | None
    forget_on: date | None
    link_until: datetime | None
    handed_in: tuple[Handed, ...]
    public: PublicSignatory | None


def organisation_rows() -> QuerySet[Signatory]:
    """All organisations, for a list."""
    return Signatory.objects.all()


def organisation_lines(rows: Sequence[Signatory], *, now: datetime) -> tuple[OrganisationLine, ...]:
    """These organisations as the staff's list shows them."""
    signed = [row for row in rows if row.stage == Stage.SIGNED.value]
    lines = {each.public_id: each for each in describe_all(signed, now=now)}
    return tuple(read_row(OrganisationLine, row, signed=lines.get(row.public_id)) for row in rows)


def count_ending(*, on: date) -> int:
    """How many applications end within 30 days unless somebody decides about them."""
    return Signatory.objects.filter(UNDECIDED, forget_on__lte=on + SAID_BEFORE).count()


def list_waiting() -> tuple[Handed, ...]:
    """Signatures, evidence and statements that wait for a decision, the longest waiting first."""
    evidence = Evidence.objects.filter(state=HandedInState.WAITING.value).select_related("signatory")
    statements = Statement.objects.filter(state=HandedInState.WAITING.value).select_related("signatory")
    offers = OfferedSignature.objects.filter(state=HandedInState.WAITING.value).select_related("signatory", "version")
    found = [
        *(_offer(row) for row in offers[:LISTED]),
        *(_evidence(row) for row in evidence[:LISTED]),
        *(_statement(row) for row in statements[:LISTED]),
    ]
    return tuple(sorted(found, key=lambda each: (each.handed_in_on, str(each.public_id)))[:LISTED])


def find_for_staff(public_id: uuid.UUID, *, now: datetime) -> StaffSignatory:
    """One organisation with its private parts. Raises EntryUnknown."""
    row = Signatory.objects.filter(public_id=public_id).first()
    if row is None:
        raise EntryUnknown
    link = SignatoryLink.objects.filter(signatory=row, expires_at__gt=now).first()
    public = None
    if row.stage == Stage.SIGNED.value:
        public = find_signatory(public_id, now=now)
    return read_row(
        StaffSignatory,
        row,
        platform=find_partners([row.platform_id]).get(row.platform_id) if row.platform_id else None,
        nominee=Nominee(
            title=row.nominee_title, contact=row.nominee_contact, name=row.nominee_name, email=row.nominee_email
        ),
        link_until=link.expires_at if link else None,
        handed_in=handed_in_by(public_id),
        public=public,
    )


def handed_in_by(public_id: uuid.UUID) -> tuple[Handed, ...]:
    """Everything that one organisation has handed in, the latest first."""
    evidence = Evidence.objects.filter(signatory__public_id=public_id).select_related("signatory")
    statements = Statement.objects.filter(signatory__public_id=public_id).select_related("signatory")
    offers = OfferedSignature.objects.filter(signatory__public_id=public_id).select_related("signatory", "version")
    found = [
        *(_offer(row) for row in offers.order_by("-handed_in_at")[:LISTED]),
        *(_evidence(row) for row in evidence.order_by("-handed_in_at")[:LISTED]),
        *(_statement(row) for row in statements.order_by("-handed_in_at")[:LISTED]),
    ]
    return tuple(sorted(found, key=lambda each: (each.handed_in_on, str(each.public_id)), reverse=True))


def _evidence(row: Evidence) -> Handed:
    return read_row(Handed, row, signatory_id=row.signatory.public_id, signatory=row.signatory.name, is_evidence=True)


def _offer(row: OfferedSignature) -> Handed:
    return read_row(
        Handed,
        row,
        signatory_id=row.signatory.public_id,
        signatory=row.signatory.name,
        is_evidence=False,
        code="",
        words=f"{row.signer_name}, {row.signer_title}",
        kind=EvidenceKind.LINK,
        url="",
        file_name="",
        sha256="",
        dated_on=row.handed_in_on,
        expires_on=None,
        source=HandedInBy.SIGNATORY,
        version=row.version.number,
    )


def _statement(row: Statement) -> Handed:
    return read_row(
        Handed,
        row,
        signatory_id=row.signatory.public_id,
        signatory=row.signatory.name,
        is_evidence=False,
        code="",
        words=row.title,
        kind=EvidenceKind.LINK,
        file_name="",
        sha256="",
        dated_on=row.handed_in_on,
        expires_on=None,
    )
