"""Sends what is due. Killed at any point, it sends nothing twice and loses nothing.

A parcel is claimed and the claim is committed; the content is opened and everything prepared; *handed over* is
committed; only then can the receiver take it; at last the end is committed. Whoever finds a claim that is too old sends
the parcel again where it had not been handed over. Where it had been, nobody can know: a webhook, which its receiver
knows again by its id, is repeated; a mail is shown to people as unsure. What was recalled meanwhile is not repeated,
and a mail that has an end of its own does not leave after it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.clock.queries import read_clock
from leeward.foundation.outbox.errors import ClaimLost, ContentBroken
from leeward.foundation.outbox.hooks import send_webhook
from leeward.foundation.outbox.models import Parcel, ParcelQuerySet
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.outbox.operations.recalling import stay_recalled
from leeward.foundation.outbox.operations.verbs import ParcelVerb, note
from leeward.foundation.outbox.rules.parcels import (
    EmailContent,
    ParcelKind,
    Stage,
    Trouble,
    TryResult,
    Verdict,
    unpack_content,
)
from leeward.foundation.outbox.rules.retries import CONTENT_KEPT, next_try
from leeward.foundation.outbox.smtp import send_mail
from leeward.foundation.vault.errors import SealBroken, ServiceKeyMissing
from leeward.foundation.vault.operations import ServiceKeys, open_sealed
from leeward.foundation.vault.rules.grants import PrivateKey

RECOVERED_AT_ONCE = 500
FORGOTTEN_AT_ONCE = 500
NO_RESULT = TryResult(verdict=Verdict.UNKNOWN, trouble=Trouble.NO_RESULT)


class _TooLateError(Exception):
    """The mail's own end has come before the server could take it. Nothing was sent."""


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """A parcel that is ours until its lease ends. `claimed_at` distinguishes our claim from a later one."""

    row: Parcel
    claimed_at: datetime


def send_due(*, now: datetime, limit: int, courier: PrivateKey | ServiceKeys) -> int:
    """Send up to `limit` parcels whose time has come; returns how many were tried.

    Never call it inside a transaction: what it commits on the way is what makes it safe to kill. Raises
    ServiceKeyMissing, and leaves the parcel as it was, where the courier's folder lacks the key of one.
    """
    started = time.monotonic()

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    recover_parcels(now=now, limit=RECOVERED_AT_ONCE)
    for tried in range(limit):
        claim = _claim_next(moment())
        if claim is None:
            return tried
        try:
            outcome = _try(claim, courier=courier, moment=moment)
        except ClaimLost:
            continue
        except ServiceKeyMissing:
            _give_back(claim, now=moment())
            raise
        _conclude(claim, outcome, now=moment())
    return limit


def recover_parcels(*, now: datetime, limit: int) -> int:
    """Decide about parcels whose courier did not come back; returns how many there were."""
    with transaction.atomic(durable=True):
        rows = list(_locking(Parcel.objects.abandoned(now))[:limit])
        for row in rows:
            if row.handed_over_at is None:
                row.state, row.claimed_at, row.next_try_at = Stage.WAITING, None, now
                row.save()
            else:
                _apply(row, NO_RESULT, now=now)
    return len(rows)


@transaction.atomic
def note_carried(*, posted_at: datetime, outcome: TryResult, now: datetime) -> int:
    """Note how other hands than the courier's have carried what was posted at this moment, and waits.

    For where a past is taken in: nothing is sent. Returns of how many parcels.
    """
    rows = list(_locking(Parcel.objects.due(now).filter(posted_at=posted_at)))
    for row in rows:
        row.state, row.claimed_at, row.next_try_at, row.handed_over_at = Stage.SENDING, now, None, now
        _apply(row, outcome, now=now)
    return len(rows)


def forget_parcels(*, now: datetime, limit: int = FORGOTTEN_AT_ONCE) -> int:
    """Wipe the content of failed and unsure parcels that nobody took up in time; returns how many.

    None, while the clock cannot be believed.
    """
    if not read_clock(now=now).may_delete:
        return 0
    with transaction.atomic(durable=True):
        old = Parcel.objects.filter(state__in=[Stage.FAILED, Stage.UNSURE], ended_at__lte=now - CONTENT_KEPT)
        ids = list(_locking(old.exclude(sealed="").order_by("ended_at")).values_list("id", flat=True)[:limit])
        return Parcel.objects.filter(id__in=ids).update(sealed="")


def _claim_next(now: datetime) -> _Claim | None:
    with transaction.atomic(durable=True):
        row = _locking(Parcel.objects.due(now)).first()
        if row is None:
            return None
        row.state, row.claimed_at, row.next_try_at, row.handed_over_at = Stage.SENDING, now, None, None
        row.save(update_fields=["state", "claimed_at", "next_try_at", "handed_over_at"])
    return _Claim(row=row, claimed_at=now)


def _try(claim: _Claim, *, courier: PrivateKey | ServiceKeys, moment: Callable[[], datetime]) -> TryResult:
    row = claim.row
    try:
        content = unpack_content(_open(row, courier=courier), kind=ParcelKind(row.kind))
    except (SealBroken, ContentBroken):
        return TryResult(verdict=Verdict.REFUSED, trouble=Trouble.CONTENT_BROKEN)

    def hand_over() -> None:
        if isinstance(content, EmailContent):
            _check_end(content, now=moment())
        _hand_over(claim, now=moment())

    if isinstance(content, EmailContent):
        try:
            _check_end(content, now=moment())
            return send_mail(
                content,
                parcel=row.public_id,
                server=settings.LEEWARD_MAIL_SERVER,
                sender=content.sender or settings.LEEWARD_MAIL_FROM,
                hand_over=hand_over,
                now=moment(),
            )
        except _TooLateError:
            return TryResult(verdict=Verdict.REFUSED, trouble=Trouble.TOO_LATE)
    return send_webhook(content, parcel=row.public_id, hand_over=hand_over, now=moment())


def _open(row: Parcel, *, courier: PrivateKey | ServiceKeys) -> str:
    """Open a parcel's content, and read it again if it was sealed to a new key since the claim. Raises SealBroken."""
    place = sealed_place(row.public_id)
    try:
        return open_sealed(courier, row.sealed, place=place)
    except SealBroken:
        anew = Parcel.objects.filter(pk=row.pk).values_list("sealed", flat=True).first()
        if not anew or anew == row.sealed:
            raise
        return open_sealed(courier, anew, place=place)


def _check_end(content: EmailContent, *, now: datetime) -> None:
    """Raise _TooLateError where the mail must not leave any more."""
    if content.until is not None and now >= content.until:
        raise _TooLateError


def _give_back(claim: _Claim, *, now: datetime) -> None:
    """Let a parcel that we could not even open wait as it did; it costs no try."""
    with transaction.atomic(durable=True):
        ours = Parcel.objects.filter(pk=claim.row.pk, state=Stage.SENDING, claimed_at=claim.claimed_at)
        ours.update(state=Stage.WAITING, claimed_at=None, next_try_at=now)


def _hand_over(claim: _Claim, *, now: datetime) -> None:
    """Commit that from now on the receiver may have it. Raises ClaimLost."""
    with transaction.atomic(durable=True):
        ours = Parcel.objects.filter(pk=claim.row.pk, state=Stage.SENDING, claimed_at=claim.claimed_at)
        if not ours.update(handed_over_at=now):
            raise ClaimLost


def _conclude(claim: _Claim, outcome: TryResult, *, now: datetime) -> None:
    """Commit how the try ended. A late answer still settles what was taken for unsure meanwhile."""
    with transaction.atomic(durable=True):
        rows = Parcel.objects.select_for_update().filter(pk=claim.row.pk, claimed_at=claim.claimed_at)
        row = rows.filter(state__in=[Stage.SENDING, Stage.UNSURE]).first()
        if row is None or (row.state == Stage.UNSURE and outcome.verdict is Verdict.UNKNOWN):
            return
        _apply(row, outcome, now=now)


def _apply(row: Parcel, outcome: TryResult, *, now: datetime) -> None:
    row.attempts += 1
    row.trouble, row.reply_code = outcome.trouble, outcome.reply_code
    verb = _end(row, outcome, now=now) or _wait(row, now=now)
    row.save()
    note(row, verb, by=Actor.system(), now=now)


def _end(row: Parcel, outcome: TryResult, *, now: datetime) -> ParcelVerb | None:
    """Put the parcel into the state in which it stays, where the outcome is final."""
    match outcome.verdict:
        case Verdict.DELIVERED:
            row.state, row.sent_at, row.ended_at, row.sealed = Stage.SENT, now, now, ""
            return ParcelVerb.SENT
        case Verdict.REFUSED:
            row.state, row.ended_at, row.handed_over_at = Stage.FAILED, now, None
            return stay_recalled(row, now=now) or ParcelVerb.FAILED
        case Verdict.UNKNOWN if row.kind == ParcelKind.EMAIL:
            row.state, row.ended_at = Stage.UNSURE, now
            if row.recalled_at is not None:
                row.sealed = ""  # it may have arrived, but nobody sends it a second time
            return ParcelVerb.UNSURE
        case _:
            return stay_recalled(row, now=now)


def _wait(row: Parcel, *, now: datetime) -> ParcelVerb:
    """Let the parcel wait for its next try, or fail where it has had them all."""
    row.claimed_at = row.handed_over_at = None
    row.next_try_at = next_try(failures=row.attempts, now=now)
    if row.next_try_at is None:
        row.state, row.ended_at = Stage.FAILED, now
        return ParcelVerb.FAILED
    row.state, row.ended_at = Stage.WAITING, None
    return ParcelVerb.DEFERRED


def _locking(rows: ParcelQuerySet) -> ParcelQuerySet:
    """The rows, locked; those that another courier holds are passed over where the database can do that."""
    return rows.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
