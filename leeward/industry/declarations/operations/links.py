"""Links for nominated persons, and the mails that carry them.

A mail, its link and the mark that it was sent are one transaction: a kill neither repeats them nor loses them. Of a
link only its digest is kept, and a new one ends the one before.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from leeward.foundation.accounts.rules import digest_link
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.outbox.errors import ContentRefused
from leeward.foundation.rows import went_to
from leeward.foundation.vault.errors import ServiceUnknown
from leeward.industry.declarations.errors import ContactMissing, LinkUnknown
from leeward.industry.declarations.mails import link_mail, reminder_mail, signing_mail
from leeward.industry.declarations.models import Evidence, OfferedSignature, Signatory, SignatoryLink, Statement
from leeward.industry.declarations.operations.posting import post_mail
from leeward.industry.declarations.operations.verbs import DeclarationVerb, note
from leeward.industry.declarations.queries.facts import all_versions, facts_of
from leeward.industry.declarations.rules.reminders import duties_to_name, is_reminder_due
from leeward.industry.declarations.rules.standing import Duty, DutyKind, Standing, standing_on
from leeward.industry.declarations.rules.terms import LINK_LIFETIME, HandedInState, Stage

TOKEN_BYTES = 32
LOOKED_AGAIN_AFTER = timedelta(days=1)
# By its link one signs, the other shows what it does.
HAVE_LINKS = (Stage.VERIFIED.value, Stage.SIGNED.value)


@dataclass(frozen=True, kw_only=True)
class NomineeWay:
    """Where a link leads."""

    signatory_id: UUID
    expires_at: datetime
    stage: Stage


def find_link(token: str, *, now: datetime) -> NomineeWay:
    """Where a link leads. Unknown, over, replaced and of another mailbox are one answer: LinkUnknown."""
    link = (
        SignatoryLink.objects.select_related("signatory")
        .filter(digest=digest_link(token), expires_at__gt=now, signatory__stage__in=HAVE_LINKS)
        .filter(went_to("signatory__nominee_email"))
        .first()
    )
    if link is None:
        raise LinkUnknown
    row = link.signatory
    return NomineeWay(signatory_id=row.public_id, expires_at=link.expires_at, stage=Stage(row.stage))


@transaction.atomic
def send_link(*, public_id: UUID, by: Actor, now: datetime) -> None:
    """Send the nominated person a fresh link. Raises EntryUnknown, ContactMissing, the vault's ServiceUnknown."""
    rows = Signatory.objects.select_for_update(of=("self",)).filter(stage__in=HAVE_LINKS)
    row = rows.filter(public_id=public_id).first()
    if row is None or (row.stage == Stage.SIGNED.value and _named_duties(row, now=now) is None):
        raise EntryUnknown
    try:
        _send(row, duties=(), by=by, now=now)
    except ContentRefused as error:
        raise ContactMissing from error


def remind_signatories(*, now: datetime, limit: int) -> int:
    """Write to up to `limit` nominated persons of whom something is due; returns to how many. Safe to repeat."""
    due = Signatory.objects.filter(stage=Stage.SIGNED.value, look_at__lte=now).order_by("look_at", "pk")
    written = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            with transaction.atomic():
                written += _remind(pk, now=now)
        except ServiceUnknown:  # an installation without a courier: nobody could send it, and nothing is kept of it
            return written
    return written


def _remind(pk: int, *, now: datetime) -> int:
    can_pass_over = connection.features.has_select_for_update_skip_locked
    rows = Signatory.objects.select_for_update(of=("self",), skip_locked=can_pass_over)
    row = rows.filter(pk=pk, stage=Stage.SIGNED.value, look_at__lte=now).first()
    if row is None:  # looked at meanwhile, or just now in another sweep's hands
        return 0
    Signatory.objects.filter(pk=pk).update(look_at=now + LOOKED_AGAIN_AFTER)
    duties = _named_duties(row, now=now) or ()
    reminded_on = local_day(row.reminded_at) if row.reminded_at else None
    if not is_reminder_due(duties, reminded_on=reminded_on, on=local_day(now)):
        return 0
    try:
        with transaction.atomic():
            _send(row, duties=duties, by=Actor.system(), now=now)
    except ContentRefused:  # no mail can be sent there; staff see on its page that nothing was
        return 0
    return 1


def _named_duties(row: Signatory, *, now: datetime) -> tuple[Duty, ...] | None:
    """What a reminder would name; None for an organisation that has left."""
    versions = [each.as_facts() for each in all_versions()]
    report = standing_on(facts_of([row])[row.pk], versions=versions, on=local_day(now))
    if report is None or report.standing is Standing.WITHDRAWN:
        return None
    return duties_to_name(report, waiting=_waiting(row), on=local_day(now))


def _waiting(row: Signatory) -> Collection[tuple[DutyKind, str]]:
    waiting = HandedInState.WAITING.value
    codes = Evidence.objects.filter(signatory=row, state=waiting).values_list("code", flat=True)
    found = {(DutyKind.EVIDENCE, code) for code in codes}
    if Statement.objects.filter(signatory=row, state=waiting).exists():
        found.add((DutyKind.STATEMENT, ""))
    if OfferedSignature.objects.filter(signatory=row, state=waiting).exists():
        found.add((DutyKind.RENEWAL, ""))
    return found


def _send(row: Signatory, *, duties: tuple[Duty, ...], by: Actor, now: datetime) -> None:
    """Make a link, end the one before, and post the mail that carries it. Raises ContentRefused."""
    token, expires_at = secrets.token_urlsafe(TOKEN_BYTES), now + LINK_LIFETIME
    address, until = f"{settings.LEEWARD_URL}/declaration/yours/{token}", local_day(expires_at)
    if duties:
        first = min(duty.due_on for duty in duties if duty.due_on is not None)
        words = reminder_mail(
            address=address, until=until, first_due_on=first, number=len(duties), language=row.language
        )
    elif row.stage == Stage.VERIFIED.value:
        words = signing_mail(address=address, until=until, language=row.language)
    else:
        words = link_mail(address=address, until=until, language=row.language)
    SignatoryLink.objects.update_or_create(
        signatory=row,
        defaults={"digest": digest_link(token), "sent_to": row.nominee_email, "made_at": now, "expires_at": expires_at},
    )
    if duties:
        Signatory.objects.filter(pk=row.pk).update(reminded_at=now)
    post_mail(to=row.nominee_email, words=words, until=expires_at, by=by, now=now)
    facts = {"reminder": bool(duties)}
    note(DeclarationVerb.LINK_SENT, "signatory", row.public_id, by=by, now=now, facts=facts)
