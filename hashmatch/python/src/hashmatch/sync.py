"""Drawing the feed into a bank: page by page, resumable at any point, withdrawals carried out before they are confirmed."""

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from hashmatch.bank import BankWriter, Changes, Counts
from hashmatch.errors import FeedAnswerError, FeedError, FeedRefusedError, SigningKeyError
from hashmatch.feed import FeedClient, Page
from hashmatch.variants import Level

logger = logging.getLogger(__name__)

BAD_CURSOR = "bad_cursor"
REBUILD_SUFFIX = ".rebuild"


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What one run did."""

    counts: Counts
    pages: int
    skipped: int
    entries: int
    acknowledged: bool
    open_withdrawals: int | None


def sync_bank(
    client: FeedClient,
    path: Path,
    *,
    level: Level = Level.FRAMES,
    on_page: Callable[[Page], None] = lambda page: None,
) -> SyncResult:
    """Draw everything that is new, from where the last run stopped."""
    with BankWriter(path) as bank:
        stored = bank.facts
        if not client.signing_keys:
            client.signing_keys = dict(stored.signing_keys)
        same_level = stored.level in (None, level.value)
        if same_level:
            try:
                return sweep(client, bank, level=level, on_page=on_page)
            except FeedRefusedError as error:
                if error.code != BAD_CURSOR or not stored.cursor:
                    raise
                logger.warning("The exchange no longer knows this bank's place in the feed: drawing everything afresh.")
        return rebuild(client, path, level=level, on_page=on_page)


def rebuild(client: FeedClient, path: Path, *, level: Level, on_page: Callable[[Page], None]) -> SyncResult:
    """Draw everything into a second file and then put it in the first one's place, so that matching never stops."""
    fresh = path.with_name(path.name + REBUILD_SUFFIX)
    for _ in range(2):
        with BankWriter(fresh) as bank:
            try:
                if bank.facts.level in (None, level.value):
                    result = sweep(client, bank, level=level, on_page=on_page)
                    fresh.replace(path)
                    return result
            except FeedRefusedError as error:
                if error.code != BAD_CURSOR:
                    raise
            # What an earlier rebuild left is of no use now; the second round starts from nothing.
            fresh.unlink()
    raise FeedAnswerError("The exchange refuses even the beginning of its feed. Tell its operator.")


def sweep(client: FeedClient, bank: BankWriter, *, level: Level, on_page: Callable[[Page], None]) -> SyncResult:
    """Page by page to the end of the feed, then confirm the withdrawals."""
    counts, pages, skipped = Counts(), 0, 0
    while True:
        cursor = bank.facts.cursor
        page = client.fetch_page(cursor, level=level)
        if page is None:
            break
        if page.has_more and page.cursor == cursor:
            raise FeedAnswerError(
                "The exchange says that more follows but gives the same place again. Tell its operator."
            )
        counts += take_in(client, bank, page, level)
        pages, skipped = pages + 1, skipped + page.skipped
        on_page(page)
        if not page.has_more:
            break
    still_open = confirm_withdrawals(client, bank)
    return SyncResult(counts, pages, skipped, len(bank), still_open is not None, still_open)


def take_in(client: FeedClient, bank: BankWriter, page: Page, level: Level) -> Counts:
    """Write one page and its cursor into the bank."""
    facts = replace(
        bank.facts,
        cursor=page.cursor,
        level=level.value,
        complete=bank.facts.complete or not page.has_more,
        unacknowledged=bank.facts.unacknowledged + len(page.tombstones),
        signing_keys=tuple(sorted(client.signing_keys.items())),
    )
    if facts == bank.facts and not page.entries and not page.tombstones:
        return Counts()
    counts = bank.apply(Changes(facts, page.entries, tuple(one.hash for one in page.tombstones)))
    bank.rewrite_if_due()
    return counts


def confirm_withdrawals(client: FeedClient, bank: BankWriter) -> int | None:
    """Acknowledge what was removed, once it is gone from the disk too; how many are still open, None if none were due."""
    if bank.facts.unacknowledged == 0:
        return None
    # A removal in the journal hides a hash; only writing the file anew erases it, and only that may be confirmed.
    bank.rewrite()
    still_open = client.acknowledge(bank.facts.cursor)
    bank.apply(Changes(replace(bank.facts, unacknowledged=0)))
    return still_open


def follow_feed(
    client: FeedClient,
    path: Path,
    *,
    every: float,
    level: Level = Level.FRAMES,
    on_page: Callable[[Page], None] = lambda page: None,
    on_result: Callable[[SyncResult], None],
    on_trouble: Callable[[FeedError], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Draw again and again until interrupted; trouble that may pass is reported and outlived."""
    while True:
        try:
            on_result(sync_bank(client, path, level=level, on_page=on_page))
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


def remove_rebuild(path: Path) -> None:
    """Delete what an interrupted rebuild left."""
    with contextlib.suppress(FileNotFoundError):
        path.with_name(path.name + REBUILD_SUFFIX).unlink()
