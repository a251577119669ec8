"""Certificates of standing: a signed record that an organisation shows to whoever asks whether it keeps its word."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import nation_zone
from leeward.foundation.editing.errors import EntryUnknown, StepRefused
from leeward.foundation.signing.operations.asking import ask_for_signature, revoke_record
from leeward.foundation.signing.queries import RecordLine, records_about
from leeward.foundation.signing.rules.terms import Reason, State
from leeward.industry.declarations.models import Signatory
from leeward.industry.declarations.queries.signatories import describe_all
from leeward.industry.declarations.rules.certificates import CERTIFIED, KIND, StandingClaims, certified_until
from leeward.industry.declarations.rules.terms import Stage


@transaction.atomic
def issue_certificate(*, public_id: UUID, by: Actor, now: datetime) -> str:
    """Ask for a certificate of how an organisation stands now, and return its number.

    Raises EntryUnknown, StepRefused unless it is in good standing.
    """
    row = (
        Signatory.objects.select_for_update(of=("self",)).filter(public_id=public_id, stage=Stage.SIGNED.value).first()
    )
    if row is None:
        raise EntryUnknown
    line = next(iter(describe_all([row], now=now)), None)
    if line is None or line.report.standing not in CERTIFIED:
        raise StepRefused("It is not in good standing.")
    claims = StandingClaims(
        organisation=row.name,
        website=row.website,
        version=line.version,
        signed_on=line.signed_on,
        standing=line.report.standing,
        standing_since=line.report.since,
    )
    return ask_for_signature(
        kind=KIND,
        about=_about(public_id),
        title=row.name,
        subject=claims,
        valid_from=now,
        valid_until=certified_until(line.report, now=now, zone=nation_zone()),
        by=by,
        now=now,
    )


def end_certificates(*, public_id: UUID, words: str, by: Actor, now: datetime) -> None:
    """Take back what still counts, since the organisation has left; in the caller's transaction."""
    for record in certificates_of(public_id, now=now):
        if record.state in (State.VALID, State.WAITING, State.NOT_YET):
            revoke_record(number=record.number, reason=Reason.ENDED, words=words, by=by, now=now)


def certificates_of(public_id: UUID, *, now: datetime) -> tuple[RecordLine, ...]:
    """An organisation's certificates, the newest first."""
    return records_about(kind=KIND, about=_about(public_id), now=now)


def _about(public_id: UUID) -> str:
    return settings.LEEWARD_URL + reverse("declarations:signatory", args=[public_id])
