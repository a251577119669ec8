"""Drawing the feed leaves the bank as the exchange is, whatever happens on the way."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hashmatch.bank
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hashmatch.bank import Bank, BankWriter, Changes
from hashmatch.errors import (
    FeedAnswerError,
    FeedError,
    FeedRefusedError,
    FeedSignatureError,
    FeedUnreachableError,
    SigningKeyError,
)
from hashmatch.feed import FeedClient, Keys
from hashmatch.hashes import PdqHash
from hashmatch.sync import SyncResult, follow_feed, sync_bank
from hashmatch.variants import Level


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bank"


@pytest.fixture
def draw(exchange: Any, path: Path) -> Callable[..., SyncResult]:
    """One run by a process of its own."""

    def run(**options: Any) -> SyncResult:
        keys = Keys.from_json(exchange.keys_json(), path="keys.json")
        with FeedClient(exchange.url, keys, sleep=lambda _: None) as client:
            return sync_bank(client, path, **options)

    return run


def hashes_in(path: Path) -> set[PdqHash]:
    return {entry.hash for entry in Bank.open(path).entries()}


def cursors_asked_for(exchange: Any) -> list[str]:
    return [
        parameters.get("cursor", "")
        for method, where, parameters, _ in exchange.requests
        if method == "GET" and where.endswith("/hashes")
    ]


def test_the_first_run_draws_everything_and_the_next_ones_what_is_new(
    exchange: Any, draw: Any, path: Path, make_hash: Any
) -> None:
    exchange.page_size = 10
    for number in range(35):
        exchange.add(make_hash(number))
    result = draw()
    assert (result.entries, result.drawn.counts.added, result.drawn.pages) == (35, 35, 4)
    assert hashes_in(path) == {make_hash(number) for number in range(35)}
    exchange.add(make_hash(99))
    exchange.add(make_hash(1), tier="verified")
    exchange.requests.clear()
    result = draw()
    assert (result.drawn.counts.added, result.drawn.counts.updated) == (1, 1)
    assert cursors_asked_for(exchange) == ["c35"]
    assert not draw().changed_anything


def test_a_bank_at_rest_is_opened_without_reading_a_long_journal(
    exchange: Any, draw: Any, path: Path, make_hash: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashmatch.bank, "JOURNAL_RECORDS_AT_REST", 20)
    monkeypatch.setattr(hashmatch.bank, "JOURNAL_RECORDS_BEFORE_REWRITE", 1_000)
    read: list[object] = []
    of_wire = Changes.from_json
    monkeypatch.setattr(Changes, "from_json", lambda values: read.append(values) or of_wire(values))
    exchange.page_size = 10
    for number in range(35):
        exchange.add(make_hash(number))
    draw()
    assert hashes_in(path) == {make_hash(number) for number in range(35)}
    assert [len(record["entries"]) for record in read] == [0]  # the acknowledgement alone
    exchange.add(make_hash(99))
    draw()
    assert hashes_in(path) >= {make_hash(99)}
    assert len(read) > 1  # a short one is read: to write the file anew for each hash would cost more


def test_a_withdrawn_hash_is_erased_and_only_then_acknowledged(
    exchange: Any, draw: Any, path: Path, make_hash: Any
) -> None:
    for number in range(5):
        exchange.add(make_hash(number))
    draw()
    exchange.acknowledged.clear()
    exchange.withdraw(make_hash(2))
    at_acknowledgement: list[bytes] = []
    respond = exchange.respond

    def watch(method: str, where: str, *rest: Any) -> Any:
        if where.endswith("/acknowledgements"):
            at_acknowledgement.append(path.read_bytes())
        return respond(method, where, *rest)

    exchange.respond = watch
    result = draw()
    assert (result.drawn.counts.removed, result.open_withdrawals) == (1, 0)
    assert exchange.acknowledged == ["c6"]
    assert make_hash(2).bytes not in at_acknowledgement[0]
    assert make_hash(2).hex.encode() not in at_acknowledgement[0]
    assert hashes_in(path) == {make_hash(number) for number in (0, 1, 3, 4)}
    exchange.acknowledged.clear()
    draw()
    assert exchange.acknowledged == []


def test_a_hash_that_was_withdrawn_may_come_back(exchange: Any, draw: Any, path: Path, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    exchange.withdraw(make_hash(1))
    draw()
    assert hashes_in(path) == set()
    exchange.add(make_hash(1))
    draw()
    assert hashes_in(path) == {make_hash(1)}


def test_a_run_killed_between_removal_and_acknowledgement_makes_up_for_it(
    exchange: Any, draw: Any, path: Path, make_hash: Any
) -> None:
    exchange.add(make_hash(1))
    draw()
    exchange.withdraw(make_hash(1))
    exchange.acknowledged.clear()
    respond = exchange.respond

    def away(method: str, where: str, *rest: Any) -> Any:
        if where.endswith("/acknowledgements"):
            return exchange.error(503, "away", "Away.", "Wait.")
        return respond(method, where, *rest)

    exchange.respond = away
    with pytest.raises(FeedUnreachableError):
        draw()
    assert hashes_in(path) == set()
    exchange.respond = respond
    draw()
    assert exchange.acknowledged == ["c2"]


def test_a_run_stopped_between_pages_goes_on_where_it_stopped(
    exchange: Any, draw: Any, path: Path, make_hash: Any
) -> None:
    exchange.page_size = 4
    for number in range(30):
        exchange.add(make_hash(number))
    pages = 0

    class StoppedError(Exception):
        pass

    def stop(_: Any) -> None:
        nonlocal pages
        pages += 1
        if pages % 3 == 0:
            raise StoppedError

    for expected in (12, 24):
        with pytest.raises(StoppedError):
            draw(on_page=stop)
        assert len(Bank.open(path)) == expected
    draw(on_page=stop)
    assert hashes_in(path) == {make_hash(number) for number in range(30)}
    assert cursors_asked_for(exchange) == ["", "c4", "c8", "c12", "c16", "c20", "c24", "c28"]


@pytest.mark.parametrize("fault", ["busy", "torn", "unsigned"])
def test_a_bad_page_in_the_middle_costs_nothing(
    exchange: Any, draw: Any, path: Path, make_hash: Any, reply: Any, fault: str
) -> None:
    exchange.page_size = 2
    for number in range(6):
        exchange.add(make_hash(number))

    def spoil(answer: Any) -> Any:
        if fault == "torn":
            answer.cut_after = 20
        if fault == "unsigned":
            del answer.headers["Leeward-Signature"]
        return reply(503) if fault == "busy" else answer

    exchange.faults = [lambda answer: answer, spoil]
    if fault == "unsigned":
        with pytest.raises(FeedSignatureError):
            draw()
        assert len(Bank.open(path)) == 2
    draw()
    assert hashes_in(path) == {make_hash(number) for number in range(6)}


def test_the_signing_key_is_pinned_in_the_bank(exchange: Any, draw: Any, path: Path, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    draw()
    exchange.signing_id, exchange.signing_key = "key-2", Ed25519PrivateKey.generate()
    exchange.shown_keys = {"key-2": exchange.signing_key}
    exchange.add(make_hash(2))
    with pytest.raises(SigningKeyError, match="key-2"):
        draw()
    assert hashes_in(path) == {make_hash(1)}


def test_a_lost_place_in_the_feed_means_drawing_afresh(exchange: Any, draw: Any, path: Path, make_hash: Any) -> None:
    exchange.page_size = 2
    for number in range(5):
        exchange.add(make_hash(number))
    draw()
    # The exchange was restored from a copy: other places, and a hash is gone without a tombstone.
    exchange.log = [one for one in exchange.log if one[1]["hash"] != make_hash(3).hex]
    exchange.add(make_hash(7))
    exchange.add(make_hash(8))
    exchange.oldest_cursor = 6
    exchange.acknowledged.clear()
    answered = exchange.page

    def page(parameters: dict[str, str], headers: dict[str, str]) -> Any:
        # Only the places of the old log are lost.
        exchange.oldest_cursor = 6 if parameters.get("cursor") == "c5" else 0
        return answered(parameters, headers)

    exchange.page = page
    matching = Bank.open(path)
    result = draw()
    assert hashes_in(path) == {make_hash(number) for number in (0, 1, 2, 4, 7, 8)}
    assert result.entries == 6
    assert exchange.acknowledged == ["c6"]
    assert matching.refresh()
    assert len(matching.match(make_hash(3))) == 0
    assert not path.with_name("bank.rebuild").exists()


def restore(exchange: Any, *, kept: int) -> None:
    """Put the exchange back to where it stood after its first changes, under another name of its history."""
    exchange.log = exchange.log[:kept]
    exchange.epoch = "second-"


def test_an_exchange_that_was_restored_is_drawn_afresh_while_the_old_bank_goes_on_matching(
    exchange: Any, draw: Any, path: Path, make_hash: Any
) -> None:
    exchange.page_size = 2
    for number in range(6):
        exchange.add(make_hash(number))
    draw()
    restore(exchange, kept=4)  # the last two were lost; the place of the bank is ahead of the feed
    exchange.withdraw(make_hash(0))
    exchange.add(make_hash(7))
    matching = Bank.open(path)
    seen: list[int] = []

    def look(_: Any) -> None:
        matching.refresh()
        seen.append(sum(bool(matching.match(make_hash(number)).matches) for number in range(6)))

    exchange.acknowledged.clear()
    result = draw(on_page=look)
    assert seen == [6, 6, 6], "all that was there goes on matching until the new sweep is whole"
    assert hashes_in(path) == {make_hash(number) for number in (1, 2, 3, 7)}
    assert (result.entries, exchange.acknowledged) == (4, ["second-c6"])
    assert matching.refresh()
    assert [number for number in range(8) if matching.match(make_hash(number)).matches] == [1, 2, 3, 7]
    assert not draw().changed_anything


def test_an_exchange_that_is_restored_before_the_acknowledgement_is_drawn_afresh(
    exchange: Any, draw: Any, path: Path, make_hash: Any
) -> None:
    exchange.add(make_hash(1))
    exchange.add(make_hash(2))
    draw()
    exchange.withdraw(make_hash(1))
    respond = exchange.respond

    def restored(method: str, where: str, *rest: Any) -> Any:
        if where.endswith("/acknowledgements") and not exchange.epoch:
            restore(exchange, kept=1)
            exchange.acknowledged.clear()
        return respond(method, where, *rest)

    exchange.respond = restored
    draw()
    assert hashes_in(path) == {make_hash(1)}
    assert exchange.acknowledged == ["second-c1"]


def test_a_rebuild_that_a_second_restore_interrupts_begins_once_more(
    exchange: Any, draw: Any, path: Path, make_hash: Any
) -> None:
    exchange.page_size = 2
    for number in range(6):
        exchange.add(make_hash(number))
    draw()
    restore(exchange, kept=6)
    pages = 0

    def again(_: Any) -> None:
        nonlocal pages
        pages += 1
        if pages == 2:
            exchange.epoch = "third-"

    draw(on_page=again)
    assert hashes_in(path) == {make_hash(number) for number in range(6)}
    assert Bank.open(path).facts.cursor == "third-c6"


def test_another_choice_of_variants_means_drawing_afresh(exchange: Any, draw: Any, path: Path, make_hash: Any) -> None:
    exchange.add(make_hash(1))
    draw(level=Level.UPRIGHT)
    assert not draw(level=Level.UPRIGHT).changed_anything
    exchange.requests.clear()
    draw(level=Level.TURNED)
    assert cursors_asked_for(exchange) == [""]
    assert Bank.open(path).facts.level == "turned"


def test_a_rebuild_that_was_interrupted_goes_on(exchange: Any, draw: Any, path: Path, make_hash: Any) -> None:
    exchange.page_size = 2
    for number in range(6):
        exchange.add(make_hash(number))
    draw(level=Level.UPRIGHT)

    class StoppedError(Exception):
        pass

    def stop(_: Any) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        draw(level=Level.FRAMES, on_page=stop)
    assert len(Bank.open(path)) == 6
    exchange.requests.clear()
    draw(level=Level.FRAMES)
    assert cursors_asked_for(exchange) == ["c2", "c4"]
    # What was left of a rebuild for another choice is thrown away.
    with pytest.raises(StoppedError):
        draw(level=Level.UPRIGHT, on_page=stop)
    exchange.requests.clear()
    draw(level=Level.TURNED)
    assert cursors_asked_for(exchange) == ["", "c2", "c4"]
    assert len(Bank.open(path)) == 6


def test_an_exchange_that_goes_in_circles_is_left(exchange: Any, draw: Any, make_hash: Any, reply: Any) -> None:
    body = b'{"entries": [], "tombstones": [], "cursor": "", "has_more": true}'
    exchange.faults = [reply(200, body, {"Leeward-Signature": exchange.sign(body)})] * 3
    with pytest.raises(FeedAnswerError, match="gives the same place"):
        draw()


def test_wrong_keys_are_named(exchange: Any, path: Path) -> None:
    with FeedClient(exchange.url, Keys(fetch_key="wrong")) as client, pytest.raises(FeedRefusedError, match="401"):
        sync_bank(client, path)


class StopFollowingError(Exception):
    """Ends a test's endless following."""


def followed(exchange: Any, path: Path, steps: Iterator[None]) -> tuple[list[SyncResult], list[FeedError]]:
    """Follow the feed, with one step of the test instead of each sleep."""
    results: list[SyncResult] = []
    troubles: list[FeedError] = []

    def sleep(_: float) -> None:
        try:
            next(steps)
        except StopIteration:
            raise StopFollowingError from None

    keys = Keys.from_json(exchange.keys_json(), path="keys.json")
    with FeedClient(exchange.url, keys, sleep=lambda _: None) as client, pytest.raises(StopFollowingError):
        follow_feed(client, path, every=5, on_result=results.append, on_trouble=troubles.append, sleep=sleep)
    return results, troubles


def test_following_outlives_an_exchange_that_is_away(exchange: Any, path: Path, make_hash: Any, reply: Any) -> None:
    def steps() -> Iterator[None]:
        assert len(Bank.open(path)) == 0
        exchange.add(make_hash(1))
        yield
        assert len(Bank.open(path)) == 1
        exchange.faults = [reply(503)] * 6
        exchange.add(make_hash(2))
        yield
        assert len(Bank.open(path)) == 1
        exchange.faults = [reply(200, b"garbage", {"Leeward-Signature": "keyid=key-1, ed25519=AAAA"})]
        yield
        exchange.withdraw(make_hash(1))
        yield
        assert hashes_in(path) == {make_hash(2)}
        yield
        exchange.requests.clear()
        yield
        assert len(exchange.requests) == 1

    results, troubles = followed(exchange, path, steps())
    assert [type(one) for one in troubles] == [FeedUnreachableError, FeedSignatureError]
    assert [one.drawn.counts.added for one in results] == [0, 1, 1, 0, 0]


def test_following_makes_a_file_that_someone_took_away_afresh(exchange: Any, path: Path, make_hash: Any) -> None:
    exchange.add(make_hash(1))

    def steps() -> Iterator[None]:
        assert hashes_in(path) == {make_hash(1)}
        path.unlink()
        yield
        assert hashes_in(path) == {make_hash(1)}
        path.write_bytes(path.read_bytes() + bytes(100))
        exchange.add(make_hash(2))
        yield
        assert hashes_in(path) == {make_hash(1), make_hash(2)}
        yield

    results, troubles = followed(exchange, path, steps())
    assert troubles == []
    assert [one.drawn.counts.added for one in results[:3]] == [1, 1, 1]


def test_following_ends_when_the_key_is_refused(exchange: Any, path: Path) -> None:
    with FeedClient(exchange.url, Keys(fetch_key="wrong")) as client, pytest.raises(FeedRefusedError):
        follow_feed(client, path, every=5, on_result=print, on_trouble=print, sleep=lambda _: None)


def test_a_large_feed_is_drawn_in_one_go(exchange: Any, draw: Any, path: Path, make_hash: Any) -> None:
    for number in range(3000):
        exchange.add(make_hash(number), quality=80, family=f"f{number // 8}")
    for number in range(0, 3000, 3):
        exchange.withdraw(make_hash(number))
    result = draw()
    assert result.entries == 2000
    with BankWriter(path) as writer:
        writer.rewrite()
    bank = Bank.open(path)
    assert all(bool(bank.match(make_hash(number)).matches) == (number % 3 != 0) for number in range(3000))
