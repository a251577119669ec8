"""What everybody may read of the signatories: how each stands, what it promised, and what it showed."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.rows import read_row
from leeward.industry.declarations.models import Evidence, Leaving, OfferedSignature, Signatory, Signature, Statement
from leeward.industry.declarations.queries.facts import all_versions, current_version, facts_of
from leeward.industry.declarations.rules.standing import (
    Duty,
    DutyKind,
    Period,
    SignatoryFacts,
    Standing,
    StandingReport,
    history,
    standing_on,
)
from leeward.industry.declarations.rules.terms import (
    EvidenceKind,
    HandedInState,
    LeavingKind,
    LinkTrouble,
    OrganisationKind,
    Stage,
)
from leeward.industry.declarations.rules.texts import Commitment, Version

PAGE = 100
FEED_MOST = 5_000


@dataclass(frozen=True, kw_only=True)
class SignatoryLine:
    """One organisation on the public list. `promised` and `shown` count the commitments of the version it signed."""

    public_id: uuid.UUID
    name: str
    kind: OrganisationKind
    website: str
    signed_on: date
    version: int
    report: StandingReport
    promised: int
    shown: int
    platform_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ShownEvidence:
    """One accepted piece of evidence."""

    kind: EvidenceKind
    words: str
    url: str
    file_name: str
    sha256: str
    dated_on: date
    expires_on: date | None


@dataclass(frozen=True, kw_only=True)
class ShownCommitment:
    """A commitment with how it stands (None after leaving) and what was shown for it, the newest first."""

    commitment: Commitment
    duty: Duty | None
    evidence: tuple[ShownEvidence, ...]


@dataclass(frozen=True, kw_only=True)
class ShownStatement:
    """One accepted statement, and what the last look at its address said."""

    title: str
    url: str
    published_on: date
    ended_on: date | None
    checked_at: datetime | None
    trouble: LinkTrouble


@dataclass(frozen=True, kw_only=True)
class ShownSignature:
    """Who signed what."""

    version: int
    signed_on: date
    signer_name: str
    signer_title: str


@dataclass(frozen=True, kw_only=True)
class ShownLeaving:
    """When and why an organisation left."""

    kind: LeavingKind
    left_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class PublicSignatory:
    """One organisation's public page."""

    line: SignatoryLine
    nominee_title: str
    nominee_contact: str
    commitments: tuple[ShownCommitment, ...]
    statements: tuple[ShownStatement, ...]
    signatures: tuple[ShownSignature, ...]
    leavings: tuple[ShownLeaving, ...]
    periods: tuple[Period, ...]

    @property
    def statement_duty(self) -> Duty | None:
        """How the public statement stands."""
        return next((duty for duty in self.line.report.duties if duty.kind is DutyKind.STATEMENT), None)

    @property
    def renewal_duty(self) -> Duty | None:
        """By when the version in force is to be signed; None where it is."""
        return next((duty for duty in self.line.report.duties if duty.kind is DutyKind.RENEWAL), None)


def asks_for_signature(stage: Stage, facts: SignatoryFacts, *, newest: int) -> bool:
    """Whether an organisation may sign now: its authority is verified and it has not signed the newest version.

    One that has left comes back by staff alone.
    """
    if stage is Stage.VERIFIED:
        return True
    if stage is not Stage.SIGNED or not facts.signings:
        return False
    if max(facts.withdrawals, default=date.min) > max(each.signed_on for each in facts.signings):
        return False
    return all(each.number != newest for each in facts.signings)


def may_sign_by_link(public_id: uuid.UUID) -> bool:
    """Whether an organisation may sign the version in force by its link now: it may sign, and nothing of it waits."""
    row, newest = Signatory.objects.filter(public_id=public_id).first(), current_version()
    if row is None or newest is None:
        return False
    if OfferedSignature.objects.filter(signatory=row, state=HandedInState.WAITING.value).exists():
        return False
    return asks_for_signature(Stage(row.stage), facts_of([row])[row.pk], newest=newest.number)


def count_signatories() -> int:
    """How many organisations have ever signed."""
    return Signatory.objects.filter(stage=Stage.SIGNED.value).count()


def list_signatories(*, now: datetime, offset: int = 0, limit: int = PAGE) -> tuple[SignatoryLine, ...]:
    """Organisations that have signed, by name, those that have left too; at most `limit`."""
    start = max(0, offset)
    rows = Signatory.objects.filter(stage=Stage.SIGNED.value).order_by("name", "pk")
    return describe_all(rows[start : start + max(0, min(limit, FEED_MOST))], now=now)


def find_signatory(public_id: uuid.UUID, *, now: datetime) -> PublicSignatory:
    """One organisation that has signed. Raises EntryUnknown, also for one that has only applied."""
    row = Signatory.objects.filter(public_id=public_id, stage=Stage.SIGNED.value).first()
    if row is None:
        raise EntryUnknown
    facts, versions = facts_of([row])[row.pk], all_versions()
    line = _line(row, facts, versions, on=local_day(now))
    if line is None:
        raise EntryUnknown
    return PublicSignatory(
        line=line,
        nominee_title=row.nominee_title,
        nominee_contact=row.nominee_contact,
        commitments=_commitments(row, line, versions),
        statements=_statements(row),
        signatures=_signatures(row),
        leavings=_leavings(row),
        periods=history(facts, versions=[each.as_facts() for each in versions], until=local_day(now)),
    )


def describe_all(rows: Iterable[Signatory], *, now: datetime) -> tuple[SignatoryLine, ...]:
    """These organisations as lines of the list; those whose signature is yet to come are left out."""
    found, versions = list(rows), all_versions()
    facts = facts_of(found)
    lines = (_line(row, facts[row.pk], versions, on=local_day(now)) for row in found)
    return tuple(line for line in lines if line is not None)


def _line(row: Signatory, facts: SignatoryFacts, versions: tuple[Version, ...], *, on: date) -> SignatoryLine | None:
    report = standing_on(facts, versions=[each.as_facts() for each in versions], on=on)
    if report is None:
        return None
    signed = max(
        (each for each in facts.signings if each.signed_on <= on), key=lambda each: (each.signed_on, each.number)
    )
    owed = [duty for duty in report.duties if duty.kind is DutyKind.EVIDENCE]
    version = next(each for each in versions if each.number == signed.number)
    return read_row(
        SignatoryLine,
        row,
        signed_on=min(each.signed_on for each in facts.signings),
        version=signed.number,
        report=report,
        promised=len(version.commitments),
        shown=sum(duty.is_shown for duty in owed),
    )


def _commitments(row: Signatory, line: SignatoryLine, versions: tuple[Version, ...]) -> tuple[ShownCommitment, ...]:
    version = next(each for each in versions if each.number == line.version)
    duties = {duty.code: duty for duty in line.report.duties if duty.kind is DutyKind.EVIDENCE}
    accepted = Evidence.objects.filter(signatory=row, state=HandedInState.ACCEPTED.value)
    shown: dict[str, list[ShownEvidence]] = {}
    for piece in accepted.order_by("-dated_on", "-pk"):
        shown.setdefault(piece.code, []).append(read_row(ShownEvidence, piece))
    return tuple(
        ShownCommitment(commitment=each, duty=duties.get(each.code), evidence=tuple(shown.get(each.code, ())))
        for each in version.commitments
    )


def _statements(row: Signatory) -> tuple[ShownStatement, ...]:
    accepted = Statement.objects.filter(signatory=row, state=HandedInState.ACCEPTED.value)
    return tuple(
        read_row(ShownStatement, each, published_on=each.handed_in_on)
        for each in accepted.order_by("-handed_in_at", "-pk")
    )


def _signatures(row: Signatory) -> tuple[ShownSignature, ...]:
    rows = Signature.objects.filter(signatory=row).select_related("version").order_by("signed_on", "pk")
    return tuple(read_row(ShownSignature, each, version=each.version.number) for each in rows)


def _leavings(row: Signatory) -> tuple[ShownLeaving, ...]:
    rows = Leaving.objects.filter(signatory=row).order_by("left_on", "pk")
    return tuple(read_row(ShownLeaving, each) for each in rows)


def count_standings(lines: Sequence[SignatoryLine]) -> dict[Standing, int]:
    """How many stand in each way."""
    counted = dict.fromkeys(Standing, 0)
    for line in lines:
        counted[line.report.standing] += 1
    return counted
