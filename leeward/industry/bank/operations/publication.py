"""The one writer of the feed's order, and the one way in which a page of the feed leaves the bank.

Places and stamps are given after the commit of what they publish, by whoever holds the feed's state, so a transaction
that commits late cannot slip behind a reader. The reasons are in docs/decisions/0003-publication-order.md.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest, Least

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.industry.bank.models import Disclosure, Draw, Entry, Feedback, FeedState, Withdrawal, new_epoch
from leeward.industry.bank.operations.verbs import BankVerb
from leeward.industry.bank.rules import (
    ACKNOWLEDGE_WITHIN,
    Door,
    EntryStatus,
    FeedAnswer,
    FeedbackValue,
    FeedEntry,
    FeedPage,
    FeedPlace,
    FeedPosition,
    HashType,
    Stamping,
    Tier,
    is_start_of_ours,
)
from leeward.industry.platforms.rules import Partner

PUBLISHED_AT_ONCE = 5_000
# An idle poll is written down no more often than this: it tells nobody anything new.
VISIT_NOTED_EVERY = timedelta(seconds=30)

# Places follow the order of ids. Both databases number the rows themselves, in one statement.
PLACE_ROWS = """
    UPDATE bank_entry
    SET sequence = %(last)s + numbered.place,
        first_sequence = COALESCE(bank_entry.first_sequence, %(last)s + numbered.place),
        stamped_at = %(stamp)s,
        pending_publication = %(done)s
    FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM bank_entry WHERE id IN ({ids})) AS numbered
    WHERE bank_entry.id = numbered.id
"""


def publish_pending(*, now: datetime, limit: int | None = None) -> int:
    """Give every committed change (or about `limit` of them) its place in the feed; returns how many.

    Costs next to nothing when none waits.
    """
    published = 0
    while (limit is None or published < limit) and Entry.objects.pending().exists():
        part = _publish_part(now_seconds=int(now.timestamp()))
        if not part:
            break  # what is left is locked by someone who is still writing, and comes next time
        published += part
    _close_stamp(now_seconds=int(now.timestamp()))
    return published


def give_places(count: int, *, now: datetime) -> list[tuple[int, int]]:
    """Places in the feed, with their stamps, for so many rows that this transaction inserts as published.

    The feed's state stays locked until the transaction ends, so nothing gets a later place before these are to be seen.
    """
    state = FeedState.objects.select_for_update().get_or_create(pk=1)[0]
    stamping, places = state.as_stamping(), list[tuple[int, int]]()
    while len(places) < count:
        stamping = stamping.room(now_seconds=int(now.timestamp()))
        part, last = min(stamping.space, count - len(places)), stamping.last_sequence
        places += [(last + number, stamping.stamp) for number in range(1, part + 1)]
        stamping = stamping.given(part)
    _save(state, stamping)
    return places


@transaction.atomic
def draw_page(
    *,
    partner: Partner,
    door: Door,
    position: FeedPosition,
    limit: int,
    level: int,
    now: datetime,
) -> FeedPage:
    """A page of the feed for this platform, with the disclosure written down before it leaves.

    The platform's draw is locked while the page is read. A withdrawal takes the same lock, so it either shows on this
    page or knows that the platform has the hash.

    A start that this database never gave was given by another history of the feed, of which it is a copy that was
    restored. Its platform is given everything, until a sweep has reached the end, and no stamp to come is before it.
    """
    start = position.from_stamp
    is_ours = start is None or is_start_of_ours(start, given=_of_door(partner, door).get().stamp)
    if start is not None and not is_ours:
        _keep_stamps_after(start)
    draw = _of_door(partner, door).select_for_update().get()
    state = FeedState.objects.get_or_create(pk=1)[0]
    carried = Entry.objects.visible_to(partner.id, level=level).at_door(door)
    begins = position if is_ours else FeedPosition(after_sequence=position.after_sequence)
    rows = carried.from_position(begins, through_sequence=state.last_sequence)
    found = list(rows[: limit + 1])
    has_more = len(found) > limit
    entries = found[:limit]
    through = entries[-1].sequence if has_more else state.last_sequence
    next_stamp = max((entries[-1].stamped_at or 0) if has_more else state.stamp, start or 0)
    is_given = start is not None and (is_ours or not has_more)
    _note_draw(draw, entries=entries, stamp=next_stamp if is_given else 0, level=level, now=now)
    return FeedPage(
        entries=_feed_entries(entries, partner=partner),
        through=FeedPlace(epoch=state.epoch, sequence=through or 0),
        next_stamp=next_stamp,
        has_more=has_more,
    )


@transaction.atomic
def disclose_snapshot(*, partner: Partner, through: int, level: int, count: int, now: datetime) -> None:
    """Write down that a platform is given, at the modern door, all that was active at a place in the feed.

    What was withdrawn since then is in what it is given: it owes those hashes from now on, as if it had drawn them
    by page before.
    """
    draw = _of_door(partner, Door.MODERN).select_for_update().get()
    draw.sequence, draw.level, draw.last_fetch_at = max(draw.sequence, through), max(draw.level, level), now
    draw.save(update_fields=["sequence", "level", "last_fetch_at"])
    _write_disclosure(draw, count=count, first=1, last=through, now=now)
    since = Entry.objects.visible_to(partner.id, level=level).filter(
        Q(sequence__gt=through) | Q(pending_publication=True),
        status=EntryStatus.WITHDRAWN.value,
        first_sequence__lte=through,
    )
    Withdrawal.objects.bulk_create(
        [
            Withdrawal(entry_id=pk, platform_id=partner.id, asked_at=now, due_at=now + ACKNOWLEDGE_WITHIN)
            for pk in since.values_list("pk", flat=True)
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


@transaction.atomic
def begin_epoch(*, by: Actor, last_stamp: int = 0, now: datetime) -> str:
    """Give the feed's history another name, after the database was restored; returns it.

    Every cursor and page token given before is answered "begin again". `last_stamp` is the last second that anybody is
    known to have been given: what is published from now on stands after it, and after the clock.
    """
    state = FeedState.objects.select_for_update().get_or_create(pk=1)[0]
    _begin_epoch(state, by=by, last_stamp=last_stamp, now=now)
    return state.epoch


@transaction.atomic
def begin_epoch_if_lost(*, place: FeedPlace, now: datetime) -> None:
    """Begin another epoch where this place, which we gave, is ahead of the feed: nobody said that it was restored.

    Without it the feed would grow past the place, and whoever stands there would never learn what was missed.
    """
    state = FeedState.objects.select_for_update().get_or_create(pk=1)[0]
    if place.is_lost_by(state.end):
        _begin_epoch(state, by=Actor.system(), last_stamp=0, now=now)


@transaction.atomic
def note_visit(*, partner: Partner, door: Door, now: datetime) -> None:
    """Write down that a platform came, where no page was needed because nothing had changed."""
    draw = _of_door(partner, door).select_for_update().get()
    _note_draw(draw, entries=[], stamp=0, level=draw.level, now=now)


@transaction.atomic
def _publish_part(*, now_seconds: int) -> int:
    state = FeedState.objects.select_for_update().get_or_create(pk=1)[0]
    stamping = state.as_stamping().room(now_seconds=now_seconds)
    ids = list(
        Entry.objects.pending()
        .select_for_update(skip_locked=True)
        .order_by("pk")
        .values_list("pk", flat=True)[: min(PUBLISHED_AT_ONCE, stamping.space)]
    )
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            PLACE_ROWS.format(ids=",".join(str(int(pk)) for pk in ids)),
            {"last": stamping.last_sequence, "stamp": stamping.stamp, "done": False},
        )
    _save(state, stamping.given(len(ids)))
    return len(ids)


def _close_stamp(*, now_seconds: int) -> None:
    """Once the second of the last stamp is over, never use that stamp again, so that readers may begin after it."""
    if not FeedState.objects.filter(pk=1, rows_at_stamp__gt=0, stamp__lt=now_seconds).exists():
        return
    with transaction.atomic():
        state = FeedState.objects.select_for_update().get(pk=1)
        if state.rows_at_stamp and state.stamp < now_seconds:
            _save(state, Stamping(last_sequence=state.last_sequence, stamp=state.stamp + 1, rows_at_stamp=0))


def _begin_epoch(state: FeedState, *, by: Actor, last_stamp: int, now: datetime) -> None:
    state.epoch = new_epoch()
    state.save(update_fields=["epoch"])
    _save(state, state.as_stamping().after(max(state.stamp, last_stamp, int(now.timestamp())) + 1))
    record(verb=BankVerb.FEED_BEGUN_AGAIN, by=by, subject=Subject(kind="bank"), now=now)


def _keep_stamps_after(stamp: int) -> None:
    state = FeedState.objects.select_for_update().get_or_create(pk=1)[0]
    _save(state, state.as_stamping().after(stamp))


def _save(state: FeedState, stamping: Stamping) -> None:
    state.last_sequence, state.stamp = stamping.last_sequence, stamping.stamp
    state.rows_at_stamp = stamping.rows_at_stamp
    state.save(update_fields=["last_sequence", "stamp", "rows_at_stamp"])


def _of_door(partner: Partner, door: Door) -> QuerySet[Draw]:
    return Draw.objects.filter(platform_id=partner.id, door=door.value)


def _note_draw(draw: Draw, *, entries: Sequence[Entry], stamp: int, level: int, now: datetime) -> None:
    if entries:
        _note_disclosure(draw, entries=entries, now=now)
        draw.sequence, draw.level = max(draw.sequence, entries[-1].sequence or 0), max(draw.level, level)
    elif stamp <= draw.stamp and draw.last_fetch_at is not None and now - draw.last_fetch_at < VISIT_NOTED_EVERY:
        return
    draw.stamp = max(draw.stamp, stamp)
    draw.last_fetch_at = now
    draw.save(update_fields=["sequence", "stamp", "level", "last_fetch_at"])


def _note_disclosure(draw: Draw, *, entries: Sequence[Entry], now: datetime) -> None:
    _write_disclosure(draw, count=len(entries), first=entries[0].sequence or 0, last=entries[-1].sequence or 0, now=now)


def _write_disclosure(draw: Draw, *, count: int, first: int, last: int, now: datetime) -> None:
    """One row a day, under the draw's lock: a client that asks for the same pages all day fills no table."""
    on = now.astimezone(UTC).date()
    is_known = Disclosure.objects.filter(platform=draw.platform_id, door=draw.door, on=on).update(
        pages=F("pages") + 1,
        count=F("count") + count,
        from_sequence=Least("from_sequence", first),
        to_sequence=Greatest("to_sequence", last),
    )
    if not is_known:
        Disclosure.objects.create(
            platform_id=draw.platform_id,
            door=draw.door,
            on=on,
            pages=1,
            count=count,
            from_sequence=first,
            to_sequence=last,
        )


def _feed_entries(entries: Sequence[Entry], *, partner: Partner) -> tuple[FeedEntry, ...]:
    answers: dict[int, list[FeedAnswer]] = defaultdict(list)
    rows = Feedback.objects.filter(entry__in=[entry.pk for entry in entries]).order_by("platform__name")
    for entry_id, source, value, tags in rows.values_list("entry_id", "platform__name", "value", "tags"):
        answers[entry_id].append(FeedAnswer(source=source, value=FeedbackValue(value), tags=tuple(tags)))
    withdrawn = [entry.pk for entry in entries if entry.withdrawn_at is not None]
    owed = Withdrawal.objects.filter(platform=partner.id, acknowledged_at__isnull=True, entry__in=withdrawn)
    due_at = dict(owed.values_list("entry_id", "due_at"))
    return tuple(
        FeedEntry(
            hash_type=HashType(entry.hash_type),
            value=entry.value,
            variant=entry.variant,
            quality=entry.quality,
            status=EntryStatus(entry.status),
            tier=Tier(entry.tier),
            in_review=entry.in_review,
            expires_on=entry.expires_on,
            withdrawn_at=entry.withdrawn_at,
            acknowledge_by=due_at.get(entry.pk),
            sequence=entry.sequence or 0,
            stamped_at=entry.stamped_at or 0,
            answers=tuple(answers[entry.pk]),
        )
        for entry in entries
    )
