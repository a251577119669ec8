"""Keeps entries fresh: confirms them, asks their owners in time, and makes the links by which owners answer.

A mail, its link and the mark that it was sent are one transaction: a kill neither repeats them nor loses them. Of a
link only its digest is kept, and a new one ends the one before.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from leeward.foundation.accounts.rules import digest_link
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day, nation_zone
from leeward.foundation.outbox.errors import ContentRefused
from leeward.foundation.outbox.operations import post_parcel
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind
from leeward.foundation.rows import went_to
from leeward.foundation.vault.errors import ServiceUnknown
from leeward.society.directory.errors import EntryUnknown, LinkUnknown, OwnerMissing
from leeward.society.directory.models import OwnerLink, Proposal, Service
from leeward.society.directory.models.entries import ServiceQuerySet
from leeward.society.directory.operations.indexing import refresh_services
from leeward.society.directory.operations.saving import keep_history
from leeward.society.directory.operations.verbs import DirectoryVerb, note
from leeward.society.directory.owner_words import language_of, reminder_words
from leeward.society.directory.rules.freshness import (
    LINK_LIFETIME,
    OWNERS,
    REMINDED_AFTER,
    REMINDED_AGAIN_AFTER,
    ProposalState,
)
from leeward.society.directory.rules.history import Action, FieldChange, Source
from leeward.society.directory.rules.records import ServiceStatus

TOKEN_BYTES = 32
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class OwnerWay:
    """What an owner's link leads to. `digest` names the link where its token must not stand."""

    service_id: UUID
    digest: str
    expires_at: datetime


@transaction.atomic
def confirm_service(
    *,
    service_id: UUID,
    source: Source,
    by: Actor,
    now: datetime,
    assurer_email: str = "",
    how: str = "",
    on: date | None = None,
) -> bool:
    """Somebody has looked at an entry and says that it is correct: today, or `on` an earlier day.

    `how` is a word for the trail ("link", "phone"). Whether anything changed: a day that is not newer changes nothing,
    so it is safe to repeat. Raises EntryUnknown.
    """
    row = Service.objects.select_for_update(of=("self",)).filter(public_id=service_id).first()
    if row is None:
        raise EntryUnknown
    today = local_day(now)
    day, before = min(on or today, today), row.assured_date
    if before is not None and day <= before <= today:  # a date in the future is nobody's word
        return False
    changed: dict[str, object] = {"assured_date": day, "modified_at": now}
    if assurer_email:
        changed["assurer_email"] = assurer_email
    Service.objects.filter(pk=row.pk).update(**changed)
    change = FieldChange(field="assured_date", before=before.isoformat() if before else "", after=day.isoformat())
    keep_history("service", service_id, [change], action=Action.CONFIRM, source=source, now=now)
    note(
        DirectoryVerb.CONFIRMED, "service", service_id, by=by, now=now, facts={"source": source.value, "how": how[:40]}
    )
    refresh_services([service_id], now=now)
    return True


def confirm_by_link(way: OwnerWay, *, now: datetime) -> bool:
    """An owner says by her link that the entry is correct; whether anything changed.

    Her mailbox is written as the assurer's only where the entry itself names it: it is published, and hers may not be.
    """
    row = Service.objects.filter(public_id=way.service_id).first()
    is_public = row is not None and row.email != "" and row.email.casefold() == row.owner_email.casefold()
    return confirm_service(
        service_id=way.service_id,
        source=Source.OWNER,
        assurer_email=row.email if row is not None and is_public else "",
        how="link",
        by=Actor.person(),
        now=now,
    )


def remind_owners(*, now: datetime, limit: int) -> int:
    """Ask up to `limit` owners whose turn it is; returns how many were asked. Safe to repeat and to kill.

    An owner who has proposed a change waits for us, not we for her: she is not asked again before that is decided.
    """
    today = local_day(now)
    asked = 0
    order = (F("reminded_at").asc(nulls_first=True), "assured_date", "pk")
    for pk in list(_due(today).order_by(*order).values_list("pk", flat=True)[:limit]):
        try:
            with transaction.atomic():
                asked += _remind_due(pk, today=today, now=now)
        except ServiceUnknown:  # an installation without a courier: nobody could send it, and nothing is kept of it
            return asked
    return asked


@transaction.atomic
def remind_now(*, service_id: UUID, by: Actor, now: datetime) -> None:
    """Send an entry's owner a fresh link now. Raises EntryUnknown, OwnerMissing, and the vault's ServiceUnknown."""
    row = _lock(public_id=service_id)
    if row is None:
        raise EntryUnknown
    try:
        _send_link(row, by=by, now=now)
    except ContentRefused as error:
        raise OwnerMissing from error


def renew_link(token: str, *, now: datetime) -> None:
    """Send a fresh link for one that is over, to the mailbox on record; nobody is told whether there is one.

    Only the last link of an entry is renewed, and only once it is over, so that one mail comes of it however often it
    is asked for.
    """
    link = OwnerLink.objects.filter(digest=digest_link(token), expires_at__lte=now).first()
    if link is None:
        return
    with transaction.atomic():
        row = _lock(pk=link.service_id)
        if row is None or not OwnerLink.objects.filter(service=row, digest=link.digest).exists():
            return
        try:
            _send_link(row, by=Actor.person(), now=now)
        except (ContentRefused, OwnerMissing, ServiceUnknown):
            return


def find_link(token: str, *, now: datetime) -> OwnerWay:
    """Where a link leads. Unknown, over, replaced and of a withdrawn entry are one answer: LinkUnknown.

    A link ends too when the entry's mailbox is another: whoever had the old one does not look after it any more.
    """
    link = (
        OwnerLink.objects.select_related("service")
        .filter(digest=digest_link(token), expires_at__gt=now, service__withdrawn_at__isnull=True)
        .filter(went_to("service__owner_email"))
        .first()
    )
    if link is None:
        raise LinkUnknown
    return OwnerWay(service_id=link.service.public_id, digest=link.digest, expires_at=link.expires_at)


def _due(today: date) -> ServiceQuerySet:
    """Entries whose owners are to be asked today; the same as `rules.freshness.is_reminder_due`, in the database."""
    zone = nation_zone()
    asked_before = datetime.combine(today - REMINDED_AGAIN_AFTER + DAY, time.min, tzinfo=zone)
    waiting = Proposal.objects.filter(
        service=OuterRef("pk"), state=ProposalState.OPEN.value, kind__in=[kind.value for kind in OWNERS]
    )
    return (
        Service.objects.filter(withdrawn_at__isnull=True)
        .exclude(status=ServiceStatus.DEFUNCT.value)
        .exclude(owner_email="")
        .filter(Q(assured_date__isnull=True) | Q(assured_date__lte=today - REMINDED_AFTER))
        .filter(Q(reminded_at__isnull=True) | Q(reminded_at__lt=asked_before))
        .exclude(Exists(waiting))
    )


def _remind_due(pk: int, *, today: date, now: datetime) -> int:
    """Ask one owner, if it is still her turn once we hold the row."""
    can_pass_over = connection.features.has_select_for_update_skip_locked
    rows = _due(today).select_for_update(of=("self",), skip_locked=can_pass_over)
    row = rows.filter(pk=pk).first()
    if row is None:  # answered or asked meanwhile, or just now in another sweep's hands
        return 0
    try:
        _send_link(row, by=Actor.system(), now=now)
    except (ContentRefused, OwnerMissing):  # no mail can be sent there; the others are not to wait behind it
        Service.objects.filter(pk=pk).update(reminded_at=now)
        return 0
    return 1


def _lock(**wanted: Any) -> Service | None:
    """One service that is in the directory, held until the transaction ends."""
    rows = Service.objects.select_for_update(of=("self",)).filter(withdrawn_at__isnull=True)
    return rows.filter(**wanted).first()


def _send_link(row: Service, *, by: Actor, now: datetime) -> None:
    """Make a link, end the one before, and post the mail that carries it. Raises OwnerMissing, ContentRefused."""
    if not row.owner_email:
        raise OwnerMissing
    token, expires_at = secrets.token_urlsafe(TOKEN_BYTES), now + LINK_LIFETIME
    words = reminder_words(
        address=f"{settings.LEEWARD_URL}/directory/entry/{token}",
        until=local_day(expires_at),
        language=language_of(tuple(row.parts.get("languages", ()))),
    )
    content = EmailContent(
        to=row.owner_email,
        subject=words.subject,
        text=words.text,
        sender=settings.LEEWARD_NEUTRAL_FROM,
        until=expires_at,
    )
    OwnerLink.objects.update_or_create(
        service=row,
        defaults={"digest": digest_link(token), "sent_to": row.owner_email, "made_at": now, "expires_at": expires_at},
    )
    Service.objects.filter(pk=row.pk).update(reminded_at=now)
    post_parcel(parcel=uuid.uuid4(), kind=ParcelKind.EMAIL, content=content, due_at=now, by=by, now=now)
    note(DirectoryVerb.REMINDED, "service", row.public_id, by=by, now=now)
