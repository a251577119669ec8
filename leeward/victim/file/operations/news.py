"""Neutral messages: kept and dropped as she says, due when there is news, written by the notifier, sent by the courier.

Whoever works on her file keeps or drops. The web can seal to the notifier and open nothing; the notifier opens where
and when a message may go, and nothing else. A message and its mark are one transaction: a kill neither repeats it nor
loses it.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.outbox.errors import ParcelUnknown
from leeward.foundation.outbox.operations import post_parcel, recall_parcel
from leeward.foundation.outbox.queries import find_parcel
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, ParcelState, Stage, Trouble
from leeward.foundation.vault.errors import SealBroken, ServiceUnknown
from leeward.foundation.vault.operations import ServiceKeys, open_sealed, seal_to, service_grantee
from leeward.foundation.vault.rules.grants import PrivateKey, Service
from leeward.foundation.vault.service_boxes import ServiceBoxes
from leeward.victim.file.holders import is_worked_on
from leeward.victim.file.models import File, SafeWay
from leeward.victim.file.news_words import neutral_words
from leeward.victim.file.operations.verbs import FileVerb, write_line
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.news import (
    BETWEEN_MESSAGES,
    MOST_MISSES,
    NewsChoice,
    SafeAddress,
    may_leave_until,
)

# When her hours cannot be now, the notifier looks again after this: a moment that says nothing about her hours.
LOOK_AGAIN = timedelta(minutes=10)
# Her address itself is wrong, or her server wants nothing of us: that will not mend.
HARD = frozenset({Trouble.RECIPIENT_REFUSED, Trouble.MESSAGE_REFUSED, Trouble.CONTENT_BROKEN})
PERSON = Actor.person()


def keep_news(file: File, *, contact: Contact, by: Actor, now: datetime) -> None:
    """Seal her safe address to the notifier, or forget it, as her contact says. What somebody else says is no yes."""
    choice = _chosen(contact, by=by)
    if choice is None:
        drop_news(file, by=by, now=now)
        return
    try:
        notifier = service_grantee(Service.NOTIFIER)
    except ServiceUnknown:  # an installation without workers: nobody could open it, so nothing is kept
        drop_news(file, by=by, now=now)
        return
    safe = SafeAddress(address=contact.email, hours=choice.hours, language=choice.language)
    before = SafeWay.objects.select_for_update().filter(file=file).first()
    row = SafeWay(file=file)
    row.sealed = seal_to(notifier, safe.to_text(), place=safe_place(row))
    # News that waits still waits, and one message a day stays one a day; what is on its way to the old address does
    # not arrive there.
    if before is not None:
        was_taken_back = _take_back(before, by=by, now=now)
        row.news_at = before.told_at if was_taken_back else before.news_at
        row.look_at = now if row.news_at else None
        row.told_at = None if was_taken_back else before.told_at
        before.delete()
    row.save()


def drop_news(file: File, *, by: Actor, now: datetime) -> None:
    """Forget how to tell her, and take back what is on its way. Safe to repeat."""
    row = SafeWay.objects.select_for_update().filter(file=file).first()
    if row is not None:
        _take_back(row, by=by, now=now)
        row.delete()


def quiet_news(file: File, *, by: Actor, now: datetime) -> None:
    """Drop waiting news and recall what is on its way: nobody works on it any more, and it may be taken up again."""
    row = SafeWay.objects.select_for_update().filter(file=file).first()
    if row is not None:
        _take_back(row, by=by, now=now)
        SafeWay.objects.filter(pk=row.pk).update(news_at=None, look_at=None, parcel=None)


def note_news(file: int, *, by: Actor, now: datetime) -> None:
    """Note that there is news for her; if a message is already due, nothing changes."""
    if by.kind is not ActorKind.PERSON:
        rows = SafeWay.objects.filter(file_id=file, stopped_at__isnull=True, news_at__isnull=True)
        rows.update(news_at=now, look_at=now)


def tell_due(*, now: datetime, limit: int, notifier: PrivateKey | ServiceKeys) -> int:
    """Write the messages whose time has come; returns how many rows were looked at. Safe to repeat and to kill."""
    due = SafeWay.objects.filter(look_at__lte=now, parcel__isnull=True).order_by("look_at", "id")
    found = list(due.values_list("pk", flat=True)[:limit])
    for pk in found:
        with transaction.atomic():
            _tell(pk, notifier=notifier, now=now)
    return len(found)


def collect_news(*, now: datetime, limit: int) -> int:
    """See what became of up to `limit` messages; returns how many are settled. Safe to repeat."""
    waiting = SafeWay.objects.filter(parcel__isnull=False).order_by("told_at", "id")
    settled = 0
    for pk, parcel in list(waiting.values_list("pk", "parcel")[:limit]):
        if _is_under_way(_find(parcel)):
            continue
        with transaction.atomic():
            settled += _settle(pk, now=now)
    return settled


def safe_place(row: SafeWay) -> str:
    """Where a sealed safe address belongs."""
    return f"removals.safe_way.sealed|{row.reference}"  # the name under which it was first sealed


# What a new key of the notifier is to be given.
SAFE_WAYS = ServiceBoxes(service=Service.NOTIFIER, rows=SafeWay.objects.all, column="sealed", place_of=safe_place)


def _chosen(contact: Contact, *, by: Actor) -> NewsChoice | None:
    is_hers = by.kind is ActorKind.PERSON and contact.way is ContactWay.EMAIL and contact.email != ""
    return contact.news if is_hers else None


def _tell(pk: int, *, notifier: PrivateKey | ServiceKeys, now: datetime) -> None:
    """Look once more whether she still wants it, then write one message and post it, as one."""
    row = _lock(pk)
    if row is None or row.parcel is not None or row.look_at is None or row.look_at > now:
        return
    if row.file.expires_on < now.date() or not is_worked_on(row.file.pk):
        SafeWay.objects.filter(pk=pk).update(news_at=None, look_at=None)
        return
    between = BETWEEN_MESSAGES / settings.LEEWARD_CLOCK_PACE
    try:
        safe = SafeAddress.from_text(open_sealed(notifier, row.sealed, place=safe_place(row)))
        until = may_leave_until(safe.hours, told_at=row.told_at, now=now, between=between)
        if until is None:
            _look_later(row, between=between, now=now)
            return
        words = neutral_words(safe.language)
        content = EmailContent(
            to=safe.address, subject=words.subject, text=words.text, sender=settings.LEEWARD_NEUTRAL_FROM, until=until
        )
    except (SealBroken, ValueError):  # a key that was changed since, or an address that is none: nobody can reach it
        _stop(row, now=now)
        return
    parcel = uuid.uuid4()
    SafeWay.objects.filter(pk=pk).update(news_at=None, look_at=None, told_at=now, parcel=parcel)
    post_parcel(parcel=parcel, kind=ParcelKind.EMAIL, content=content, due_at=now, by=Actor.system(), now=now)
    write_line(FileVerb.TOLD, row.file, now=now)


def _look_later(row: SafeWay, *, between: timedelta, now: datetime) -> None:
    later = now + LOOK_AGAIN / settings.LEEWARD_CLOCK_PACE
    if row.told_at is not None:
        later = max(later, row.told_at + between)
    SafeWay.objects.filter(pk=row.pk).update(look_at=later)


def _settle(pk: int, *, now: datetime) -> int:
    row = _lock(pk)
    if row is None or row.parcel is None:
        return 0
    parcel = _find(row.parcel)
    if _is_under_way(parcel):
        return 0
    if parcel is not None and parcel.state is Stage.FAILED and _is_hard(parcel):
        _forget(row, now=now)
        _stop(row, now=now)
        return 1
    if parcel is not None and parcel.state in (Stage.SENT, Stage.UNSURE):
        _arrive(row, at=parcel.handed_over_at or now)
    else:
        _miss(row, now=now)
    _forget(row, now=now)
    return 1


def _is_under_way(parcel: ParcelState | None) -> bool:
    return parcel is not None and parcel.state in (Stage.WAITING, Stage.SENDING)


def _is_hard(parcel: ParcelState) -> bool:
    return parcel.trouble in HARD and not 400 <= parcel.reply_code < 500  # RFC 5321, 4.2.1: for now, not for good


def _arrive(row: SafeWay, *, at: datetime) -> None:
    """Note that a message left, or may have left: it covers all news until then and is not repeated."""
    SafeWay.objects.filter(pk=row.pk).update(parcel=None, misses=0)
    SafeWay.objects.filter(pk=row.pk, news_at__lte=at).update(news_at=None, look_at=None)


def _miss(row: SafeWay, *, now: datetime) -> None:
    """Note that a message did not leave for a reason of ours; it is tried again in the next day's hours."""
    if row.misses + 1 >= MOST_MISSES:
        SafeWay.objects.filter(pk=row.pk).update(parcel=None, misses=0)
        return
    SafeWay.objects.filter(pk=row.pk).update(parcel=None, misses=F("misses") + 1)
    SafeWay.objects.filter(pk=row.pk, news_at__isnull=True).update(news_at=now, look_at=now)


def _stop(row: SafeWay, *, now: datetime) -> None:
    """Forget an address at which she cannot be reached; her page says so."""
    SafeWay.objects.filter(pk=row.pk).update(
        sealed="", news_at=None, look_at=None, parcel=None, misses=0, stopped_at=now
    )
    write_line(FileVerb.TELLING_STOPPED, row.file, now=now)


def _forget(row: SafeWay, *, now: datetime) -> None:
    """Wipe what the outbox would keep of a message for another try: nobody sends this one again."""
    _take_back(row, by=Actor.system(), now=now)


def _take_back(row: SafeWay, *, by: Actor, now: datetime) -> bool:
    """Recall a message; returns whether there was one that has certainly not left."""
    if row.parcel is None:
        return False
    try:
        return recall_parcel(parcel=row.parcel, by=by, now=now)
    except ParcelUnknown:  # swept from the outbox: there is nothing left to send
        return False


def _find(parcel: uuid.UUID | None) -> ParcelState | None:
    try:
        return None if parcel is None else find_parcel(parcel)
    except ParcelUnknown:
        return None


def _lock(pk: int) -> SafeWay | None:
    return SafeWay.objects.select_for_update(of=("self",)).select_related("file").filter(pk=pk).first()
