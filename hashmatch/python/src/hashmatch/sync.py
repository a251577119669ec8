"""Drawing the feed into a bank: page by page, resumable, withdrawals carried out before they are confirmed."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from hashmatch.bank import BankWriter, Changes, Counts
from hashmatch.errors import (
    FeedAnswerError,
    FeedError,
    FeedRefusedError,
    FeedSignatureError,
    SigningKeyError,
    SnapshotError,
)
from hashmatch.feed import FeedClient, Page
from hashmatch.snapshot import Header
from hashmatch.taking_in import take_in_snapshot
from hashmatch.variants import Level

logger = logging.getLogger(__name__)

# The exchange does not know the cursor, or has been restored from a back-up since it gave it.
LOST_PLACE = frozenset({"bad_cursor", "begin_again"})
REBUILD_SUFFIX = ".rebuild"
SNAPSHOT_SUFFIX = ".snapshot"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one run drew."""

    counts: Counts = field(default_factory=Counts)
    pages: int = 0
    skipped: int = 0  # entries that this client cannot use


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What one run did and where the bank stands."""

    drawn: Drawn
    entries: int
    open_withdrawals: int | None  # as the exchange counts them after an acknowledgement; None if none was due

    @property
    def changed_anything(self) -> bool:
        """Whether the bank is another than before."""
        return self.drawn.counts != Counts() or self.open_withdrawals is not None


def ignore_page(page: Page) -> None:
    """Show nothing."""


def sync_bank(
    client: FeedClient, path: Path, *, level: Level = Level.FRAMES, on_page: Callable[[Page], None] = ignore_page
) -> SyncResult:
    """Draw everything that is new, from where the last run stopped."""
    with BankWriter(path) as bank:
        return sync_writer(client, bank, level=level, on_page=on_page)


def sync_writer(
    client: FeedClient, bank: BankWriter, *, level: Level, on_page: Callable[[Page], None] = ignore_page
) -> SyncResult:
    """Draw everything that is new into a bank that is open for writing."""
    stored = bank.facts
    if not client.signing_keys:
        client.signing_keys = dict(stored.signing_keys)
    if not client.snapshot_keys:
        client.snapshot_keys = dict(stored.snapshot_keys)
    drawn = None
    if stored.level in (None, level.value):
        taken = begin_with_snapshot(client, bank, level=level, held=stored.snapshot)
        drawn = draw_unless_lost(client, bank, level=level, on_page=on_page)
        drawn = drawn and replace(drawn, counts=drawn.counts + taken)
    if drawn is None:
        drawn = rebuild(client, bank, level=level, on_page=on_page)
    try:
        still_open = confirm_withdrawals(client, bank)
    except FeedRefusedError as error:
        if error.code not in LOST_PLACE:
            raise
        drawn = rebuild(client, bank, level=level, on_page=on_page)
        still_open = confirm_withdrawals(client, bank)
    return SyncResult(drawn, len(bank), still_open)


def rebuild(client: FeedClient, bank: BankWriter, *, level: Level, on_page: Callable[[Page], None]) -> Drawn:
    """Draw everything into a second file and then put it in the first one's place, so that matching never stops.

    What does not come again was withdrawn meanwhile, or never kept: it is in the second file no more.
    """
    logger.warning("Drawing everything afresh: the place or the choice of variants is no longer the same.")
    fresh = bank.path.with_name(bank.path.name + REBUILD_SUFFIX)
    for is_last in (False, True):
        with BankWriter(fresh) as second:
            drawn = None
            if second.facts.level in (None, level.value):
                if not is_last:
                    begin_with_snapshot(client, second, level=level, held=bank.facts.snapshot)
                drawn = draw_unless_lost(client, second, level=level, on_page=on_page)
        if drawn is not None:
            bank.adopt(fresh)
            return drawn
        # What an interrupted rebuild left is of no use any more; the second round starts from nothing.
        fresh.unlink()
    raise FeedAnswerError("The exchange refuses even the beginning of its feed. Tell its operator.")


def begin_with_snapshot(client: FeedClient, bank: BankWriter, *, level: Level, held: tuple[str, int]) -> Counts:
    """Take the exchange's newest snapshot into a bank that has drawn nothing yet; what it did not hold comes by page.

    `held` is the snapshot with which the bank began before. One that may not be used is named, and all comes by page.
    """
    path = bank.path.with_name(bank.path.name + SNAPSHOT_SUFFIX)
    if bank.facts.cursor:
        path.unlink(missing_ok=True)  # of a run that was killed; it holds what may be withdrawn by now
        return Counts()
    try:
        header = client.fetch_snapshot(path, level=level)
        if header is not None:
            refuse_older(header, held=held)
            take_in_snapshot(path, header, bank, level=level, pinned=client.snapshot_keys)
    except (SnapshotError, FeedSignatureError) as error:
        logger.warning("%s Drawing the feed page by page instead.", error)
    path.unlink(missing_ok=True)
    if held[1] and not bank.facts.snapshot[1]:  # what is drawn by page remembers too which ones are older
        bank.apply(Changes(replace(bank.facts, snapshot=held)))
    return Counts(added=len(bank))


def refuse_older(header: Header, *, held: tuple[str, int]) -> None:
    """Raise SnapshotError for a snapshot of the same history that is older than the one that was taken in before."""
    if header.epoch == held[0] and header.sequence < held[1]:
        raise SnapshotError(
            f"The exchange gave a snapshot of place {header.sequence}, older than the one of place {held[1]} that was "
            "taken in before. Nothing of it was used; tell its operator."
        )


def draw_unless_lost(
    client: FeedClient, bank: BankWriter, *, level: Level, on_page: Callable[[Page], None]
) -> Drawn | None:
    """Draw to the end of the feed; None if the exchange no longer knows the bank's place in it."""
    try:
        return draw(client, bank, level=level, on_page=on_page)
    except FeedRefusedError as error:
        if error.code in LOST_PLACE and bank.facts.cursor:
            return None
        raise


def draw(client: FeedClient, bank: BankWriter, *, level: Level, on_page: Callable[[Page], None]) -> Drawn:
    """Page by page to the end of the feed."""
    drawn = Drawn()
    while True:
        cursor = bank.facts.cursor
        page = client.fetch_page(cursor, level=level, if_changed=bank.facts.complete)
        if page is None:
            return drawn
        if page.has_more and page.cursor == cursor:
            raise FeedAnswerError("The exchange says that more follows but gives the same place. Tell its operator.")
        counts = take_in(client, bank, page, level)
        drawn = Drawn(drawn.counts + counts, drawn.pages + 1, drawn.skipped + page.skipped)
        on_page(page)
        if not page.has_more:
            bank.rewrite_if_due(at_rest=True)
            return drawn


def take_in(client: FeedClient, bank: BankWriter, page: Page, level: Level) -> Counts:
    """Write one page and its cursor into the bank."""
    facts = replace(
        bank.facts,
        cursor=page.cursor,
        level=level.value,
        complete=bank.facts.complete or not page.has_more,
        confirmed=bank.facts.confirmed and not page.tombstones,
        signing_keys=tuple(sorted(client.signing_keys.items())),
        snapshot_keys=tuple(sorted(client.snapshot_keys.items())),
    )
    if facts == bank.facts and not page.entries and not page.tombstones:
        return Counts()
    counts = bank.apply(Changes(facts, page.entries, tuple(one.hash for one in page.tombstones)))
    bank.rewrite_if_due()
    return counts


def confirm_withdrawals(client: FeedClient, bank: BankWriter) -> int | None:
    """Acknowledge what was removed, once the file no longer holds it; how many are open then, None if none were due."""
    if bank.facts.confirmed or not bank.facts.cursor:
        return None
    bank.erase_removed()
    still_open = client.acknowledge(bank.facts.cursor)
    bank.apply(Changes(replace(bank.facts, confirmed=True)))
    return still_open


def follow_feed(
    client: FeedClient,
    path: Path,
    *,
    every: float,
    level: Level = Level.FRAMES,
    on_page: Callable[[Page], None] = ignore_page,
    on_result: Callable[[SyncResult], None],
    on_trouble: Callable[[FeedError], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Draw again and again until interrupted; trouble that may pass is reported and outlived.

    The bank stays open, and locked, meanwhile: to read a large one again for each look would cost more than the look.
    """
    while True:
        with BankWriter(path) as bank:
            while bank.is_in_place:
                try:
                    on_result(sync_writer(client, bank, level=level, on_page=on_page))
                except FeedError as error:
                    if not may_pass(error):
                        raise
                    on_trouble(error)
                sleep(every)


def may_pass(error: FeedError) -> bool:
    """Whether waiting can mend this: not a wrong key or address, but an exchange that is away or stumbles."""
    if isinstance(error, SigningKeyError):
        return False
    return not isinstance(error, FeedRefusedError) or error.status >= 500
