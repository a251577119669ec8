"""The feed's order under writers, readers and withdrawals that come at the same time: no change is ever missed."""

import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from leeward.industry.bank import rules
from leeward.industry.bank.models import Draw, Entry, FeedState, Withdrawal
from leeward.industry.bank.operations import (
    add_pictures,
    draw_page,
    erase_submission,
    open_submission,
    publication,
    publish_pending,
    withdraw_submission,
)
from leeward.industry.bank.rules import AbuseKind, Door, EntryStatus, FeedPosition
from tests.industry.conftest import NOW, PERSON, Keys, pdq, picture, protect
from tests.industry.together import run_together

pytestmark = pytest.mark.postgresql


def sweep(keys: Keys, *, stamp: int, size: int = 7) -> tuple[dict[str, EntryStatus], int]:
    """What a client of the StopNCII protocol does: pages from a timestamp to the end, then the one to go on from."""
    seen: dict[str, EntryStatus] = {}
    position, last = FeedPosition(from_stamp=stamp), stamp
    while True:
        publish_pending(now=rules_now())
        page = draw_page(
            partner=keys.partner, door=Door.STOPNCII, position=position, limit=size, level=2, now=rules_now()
        )
        seen |= {entry.value: entry.status for entry in page.entries}
        assert page.next_stamp >= last, "a timestamp went back"
        last = page.next_stamp
        if not page.has_more:
            return seen, last
        position = FeedPosition(after_sequence=page.through.sequence, from_stamp=stamp)


def rules_now():
    return NOW + timedelta(seconds=time.monotonic() - STARTED)


STARTED = time.monotonic()
PATIENCE_SECONDS = 60


def test_a_reader_that_never_stops_misses_nothing(transactional_db: None, alpha: Keys) -> None:
    writers, each = 4, 12
    finished = threading.Event()
    held: dict[str, EntryStatus] = {}

    def write(writer: int) -> None:
        for number in range(each):
            reference = protect(picture(f"{writer}-{number}", variants=("upright", "rot90")), now=rules_now())
            if number % 3 == 0:
                withdraw_submission(reference=reference, by=PERSON, now=rules_now())
            elif number % 3 == 1:
                erase_submission(reference=reference, by=PERSON, now=rules_now())

    stamp = 10

    def read() -> None:
        nonlocal stamp
        while True:
            last_round = finished.is_set()
            seen, stamp = sweep(alpha, stamp=stamp)
            held.update(seen)
            if last_round:
                return

    reader = threading.Thread(target=lambda: run_together([read]))
    reader.start()
    try:
        run_together([lambda writer=writer: write(writer) for writer in range(writers)])
    finally:
        finished.set()
        reader.join(timeout=60)
    truth = dict(Entry.objects.filter(canary_for__isnull=True).values_list("value", "status"))
    active = {value for value, status in truth.items() if status == EntryStatus.ACTIVE.value}
    assert len(active) == writers * (each // 3) * 2

    def wrong() -> set[str]:
        of_another_state = {value for value, status in held.items() if truth.get(value, status.value) != status.value}
        return of_another_state | (active - held.keys())

    # As long as a transaction is open anywhere on the server, the feed ends before it; other tests run there as well.
    patience = time.monotonic() + PATIENCE_SECONDS
    while wrong() and time.monotonic() < patience:
        seen, stamp = sweep(alpha, stamp=stamp)
        held.update(seen)
    assert wrong() == set(), "the reader holds another state than the bank"


def test_places_are_unique_and_stamps_follow_them(transactional_db: None, alpha: Keys) -> None:
    def write(writer: int) -> None:
        for number in range(10):
            protect(picture(f"{writer}-{number}"), now=rules_now())
            publish_pending(now=rules_now())

    run_together([lambda writer=writer: write(writer) for writer in range(5)])
    publish_pending(now=rules_now())
    rows = list(Entry.objects.order_by("sequence").values_list("sequence", "stamped_at"))
    assert [sequence for sequence, _ in rows] == list(range(1, len(rows) + 1))
    stamps = [stamp for _, stamp in rows]
    assert stamps == sorted(stamps)
    assert FeedState.objects.get().last_sequence == len(rows)


def test_what_commits_late_is_not_passed_by(transactional_db: None, alpha: Keys) -> None:
    """A slow transaction that began first commits last; a reader that came in between must still get its rows."""
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            protect(picture("slow"))
            begun.set()
            go_on.wait(30)

    thread = threading.Thread(target=lambda: run_together([slow]))
    thread.start()
    begun.wait(30)
    if connection.vendor == "sqlite":
        go_on.set()  # it has one writer at a time, so the quick one waits for the slow one
    protect(picture("quick"))
    seen, stamp = sweep(alpha, stamp=10)
    assert pdq("quick/upright") in seen
    assert (pdq("slow/upright") in seen) == (connection.vendor == "sqlite")
    go_on.set()
    thread.join()
    rest, _ = sweep(alpha, stamp=stamp)
    assert pdq("slow/upright") in seen | rest


def test_the_same_submission_sent_twice_at_once_is_one(transactional_db: None) -> None:
    reference = uuid.uuid4()
    receipts = []

    def send() -> None:
        receipts.append(
            open_submission(
                reference=reference,
                pictures=[picture("a", variants=("upright", "flipx"))],
                abuse_kind=AbuseKind.SHARED,
                by=PERSON,
                now=NOW,
            )
        )

    run_together([send] * 5)
    assert len(receipts) == 5
    assert len({receipt.pictures for receipt in receipts}) == 1
    assert Entry.objects.count() == 2


def test_people_with_the_same_pictures_do_not_block_each_other(transactional_db: None, alpha: Keys) -> None:
    names = [f"shared-{number}" for number in range(8)]

    def live(turn: int) -> None:
        ordered = names[turn:] + names[:turn]
        for _ in range(3):
            reference = protect(*(picture(name, variants=("upright", "rot90")) for name in ordered))
            add_pictures(reference=reference, batch=uuid.uuid4(), pictures=[picture(names[0])], by=PERSON, now=NOW)
            withdraw_submission(reference=reference, by=PERSON, now=NOW)

    run_together([lambda turn=turn: live(turn) for turn in range(4)])
    assert set(Entry.objects.filter(canary_for__isnull=True).values_list("status", flat=True)) == {
        EntryStatus.WITHDRAWN.value
    }, "two who let go at the same moment each left the hash to the other"


def overlapping(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Do `second` while `first` is done but not committed; it has half a second to go on without waiting."""
    is_done = threading.Event()

    def slow() -> None:
        with transaction.atomic():
            first()
            is_done.set()
            time.sleep(0.5)

    def quick() -> None:
        is_done.wait(30)
        second()

    run_together([slow, quick])


def test_the_last_two_who_let_go_at_once_leave_nothing_behind(transactional_db: None, alpha: Keys) -> None:
    mine, hers = protect(picture("a")), protect(picture("a"))
    overlapping(
        lambda: withdraw_submission(reference=mine, by=PERSON, now=NOW),
        lambda: erase_submission(reference=hers, by=PERSON, now=NOW),
    )
    assert not Entry.objects.filter(status=EntryStatus.ACTIVE.value, canary_for__isnull=True).exists()


def test_one_who_lets_go_beside_one_who_comes_takes_nothing_from_her(transactional_db: None, alpha: Keys) -> None:
    mine = protect(picture("a"))
    overlapping(lambda: withdraw_submission(reference=mine, by=PERSON, now=NOW), lambda: protect(picture("a"), now=NOW))
    assert Entry.objects.get(value=pdq("a/upright")).status == EntryStatus.ACTIVE.value


@pytest.mark.parametrize("fetch_comes_first", [True, False])
def test_a_fetch_and_a_withdrawal_at_once(transactional_db: None, alpha: Keys, *, fetch_comes_first: bool) -> None:
    reference = protect(picture("a"))
    publish_pending(now=NOW)
    pages = []

    def fetch() -> None:
        pages.append(
            draw_page(partner=alpha.partner, door=Door.MODERN, position=FeedPosition(), limit=9, level=3, now=NOW)
        )

    def withdraw() -> None:
        withdraw_submission(reference=reference, by=PERSON, now=NOW)

    overlapping(*((fetch, withdraw) if fetch_comes_first else (withdraw, fetch)))
    given = {entry.value: entry.status for entry in pages[0].entries}
    expected = EntryStatus.ACTIVE if fetch_comes_first else EntryStatus.WITHDRAWN
    assert given[pdq("a/upright")] is expected
    assert Withdrawal.objects.exists() == fetch_comes_first, "who was given the hash, and nobody else, must drop it"


def test_a_withdrawal_beside_a_fetch_is_either_on_the_page_or_owed(transactional_db: None, alpha: Keys) -> None:
    references = [protect(picture(number)) for number in range(30)]
    publish_pending(now=NOW)
    pages: list[dict[str, EntryStatus]] = []

    def fetch() -> None:
        for start in range(0, 30, 3):
            page = draw_page(
                partner=alpha.partner,
                door=Door.MODERN,
                position=FeedPosition(after_sequence=start),
                limit=6,
                level=3,
                now=NOW,
            )
            pages.append({entry.value: entry.status for entry in page.entries})

    def withdraw() -> None:
        for reference in references:
            withdraw_submission(reference=reference, by=PERSON, now=NOW)

    run_together([fetch, withdraw])
    given = {value for page in pages for value, status in page.items() if status is EntryStatus.ACTIVE}
    withdrawn = set(Entry.objects.filter(status=EntryStatus.WITHDRAWN.value).values_list("value", flat=True))
    owed = set(Withdrawal.objects.values_list("entry__value", flat=True))
    assert len(withdrawn) == 30
    assert given & withdrawn <= owed


@pytest.mark.django_db
def test_a_second_never_carries_more_than_a_sweep_can(alpha: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "ROWS_PER_STAMP", 10)
    protect(*(picture(number) for number in range(35)))
    publish_pending(now=NOW)
    stamps = list(Entry.objects.order_by("sequence").values_list("stamped_at", flat=True))
    assert max(stamps.count(stamp) for stamp in stamps) == 10
    assert stamps == sorted(stamps)
    protect(picture("later"))
    publish_pending(now=NOW)
    assert (Entry.objects.get(value=pdq("later/upright")).stamped_at or 0) >= stamps[-1]


@pytest.mark.django_db
def test_a_fetch_publishes_no_more_than_it_has_time_for(alpha: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publication, "PUBLISHED_AT_ONCE", 5)
    protect(*(picture(number) for number in range(20)))
    assert publish_pending(now=NOW, limit=7) == 10
    assert publish_pending(now=NOW) == 13
    assert publish_pending(now=NOW) == 0


@pytest.mark.django_db
def test_a_clock_that_goes_back_takes_no_stamp_back(alpha: Keys) -> None:
    protect(picture("a"))
    publish_pending(now=NOW)
    protect(picture("b"))
    publish_pending(now=NOW - timedelta(hours=5))
    stamps = list(Entry.objects.order_by("sequence").values_list("stamped_at", flat=True))
    assert stamps == sorted(stamps)


@pytest.mark.django_db
def test_an_idle_reader_is_given_nothing_again_once_the_second_is_over(alpha: Keys) -> None:
    protect(picture("a"))
    publish_pending(now=NOW)

    def page(stamp: int, *, now):
        publish_pending(now=now)
        return draw_page(
            partner=alpha.partner,
            door=Door.STOPNCII,
            position=FeedPosition(from_stamp=stamp),
            limit=9,
            level=2,
            now=now,
        )

    same_second = page(10, now=NOW)
    assert len(page(same_second.next_stamp, now=NOW).entries) == len(same_second.entries)
    later = page(same_second.next_stamp, now=NOW + timedelta(seconds=2))
    idle = page(later.next_stamp, now=NOW + timedelta(seconds=3))
    assert (idle.entries, idle.next_stamp) == ((), later.next_stamp)
    protect(picture("b"))
    assert [entry.value for entry in page(idle.next_stamp, now=NOW).entries] == [pdq("b/upright")]


@pytest.mark.django_db
@pytest.mark.parametrize("door", list(Door))
@pytest.mark.parametrize(
    ("position", "column"),
    [(FeedPosition(after_sequence=5), "sequence"), (FeedPosition(from_stamp=5), "stamped_at")],
)
def test_a_page_is_read_from_an_index_in_its_order(
    alpha: Keys, door: Door, position: FeedPosition, column: str
) -> None:
    protect(*(picture(number) for number in range(20)))
    publish_pending(now=NOW)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # a small table is read whole whatever its indexes
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
            )
    carried = Entry.objects.visible_to(alpha.partner.id, level=2).at_door(door)
    plan = carried.from_position(position, through_sequence=100)[:10].explain()
    first = next(line for line in plan.splitlines() if "bank_entry" in line)
    assert "SEARCH bank_entry USING INDEX" in first or "Index Scan using bank_entry" in first, plan
    assert column in plan.split("SUBQUERY")[0].split("SubPlan")[0], plan
    assert "TEMP B-TREE" not in plan, "SQLite sorts"
    assert "Sort" not in plan, "PostgreSQL sorts"


@pytest.mark.django_db
def test_every_platform_has_its_place_at_both_doors(alpha: Keys) -> None:
    assert set(Draw.objects.filter(platform=alpha.partner.id).values_list("door", flat=True)) == {
        door.value for door in Door
    }
