"""A bank holds what its writer was given, through refreshes, rewrites, crashes and damage."""

import datetime
import errno
import itertools
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import hashmatch.bank
import numpy as np
import pytest
from hashmatch.bank import Bank, BankWriter, Changes, Counts, Facts, write_plain_bank
from hashmatch.container import PREAMBLE
from hashmatch.entries import Entry, SourcedFeedback, Tier
from hashmatch.errors import BankFileError, BankLockedError
from hashmatch.hashes import HASH_TYPES, HashValue, Md5Hash, PdqHash, Sha256Hash, VideoMd5Hash
from hashmatch.index import Index
from how_often import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Make: TypeAlias = Callable[[int], PdqHash]

FULL = {
    "tier": Tier.VERIFIED,
    "variant": "rot90",
    "quality": 97,
    "family": "f-1",
    "harm": "intimate_image_abuse",
    "jurisdiction": "XX",
    "expires_on": datetime.date(2028, 11, 24),
    "in_review": True,
    "feedback": (SourcedFeedback("Höst", "Blocked"),),
}


def near(one: PdqHash, distance: int) -> PdqHash:
    """A hash at this distance."""
    return PdqHash((int.from_bytes(one.bytes, "big") ^ ((1 << distance) - 1)).to_bytes(32, "big"))


def put(path: Path, *entries: Entry, removed: tuple[HashValue, ...] = (), cursor: str = "c") -> Counts:
    with BankWriter(path) as writer:
        return writer.apply(Changes(Facts(cursor=cursor), entries, removed))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bank"


@pytest.mark.parametrize("rewritten", [False, True])
def test_an_entry_comes_back_with_all_that_was_said_about_it(path: Path, make_hash: Make, rewritten: bool) -> None:  # noqa: FBT001
    kinds = [make_hash(1), VideoMd5Hash(b"v" * 16), Md5Hash(b"m" * 16), Sha256Hash(b"s" * 32)]
    entries = [Entry(one, **FULL) for one in kinds] + [Entry(make_hash(2)), Entry(make_hash(3), quality=0)]
    put(path, *entries)
    if rewritten:
        with BankWriter(path) as writer:
            writer.rewrite()
    bank = Bank.open(path)
    assert len(bank) == len(entries)
    assert {entry.hash: entry for entry in bank.entries()} == {entry.hash: entry for entry in entries}
    for entry in entries:
        assert bank.get(entry.hash) == entry


def test_pdq_matches_by_distance_and_the_rest_by_identity(path: Path, make_hash: Make) -> None:
    one, video = make_hash(1), VideoMd5Hash(b"v" * 16)
    put(path, Entry(one, quality=90), Entry(video), Entry(near(make_hash(2), 3)))
    bank = Bank.open(path)
    assert [(match.entry.hash, match.distance) for match in bank.match(near(one, 31))] == [(one, 31)]
    assert len(bank.match(near(one, 32))) == 0
    assert [match.distance for match in bank.match(near(one, 32), max_distance=32)] == [32]
    assert [match.entry.hash for match in bank.match(video)] == [video]
    assert len(bank.match(Md5Hash(video.bytes))) == 0
    both = bank.match(near(one, 5), near(one, 2), video)
    assert [(match.entry.hash, match.distance) for match in both] == [(video, 0), (one, 2)]


def test_near_chance_needs_a_person_and_plain_pictures_do_not_count(path: Path, make_hash: Make) -> None:
    good, weak, plain = make_hash(1), make_hash(2), make_hash(3)
    put(path, Entry(good, quality=80), Entry(weak, quality=79), Entry(plain, quality=49))
    bank = Bank.open(path)
    assert [match.needs_person for match in bank.match(near(good, 27))] == [False]
    assert [match.needs_person for match in bank.match(near(good, 28))] == [True]
    assert [match.needs_person for match in bank.match(weak)] == [True]
    assert len(bank.match(plain)) == 0
    assert len(bank.match(plain, minimum_quality=0)) == 1


def batch_matches(bank: Bank, *hashes: PdqHash, **options: Any) -> list[list[tuple[Any, ...]]]:
    """What `match_batch` gives, as plain values for each query."""
    rows = np.frombuffer(b"".join(one.bytes for one in hashes), np.uint8).reshape(-1, 32)
    batch = bank.match_batch(rows, **options)
    assert len(batch) == len(hashes)
    columns = zip(
        batch.hashes,
        batch.distances.tolist(),
        batch.needs_person.tolist(),
        batch.is_verified.tolist(),
        [batch.variant_names[number] for number in batch.variant],
        batch.quality.tolist(),
        strict=True,
    )
    listed = [(PdqHash(row.tobytes()), *rest) for row, *rest in columns]
    for number in range(len(batch)):
        found = [(one.entry.hash, one.distance) for one in batch.matches_of(number)]
        assert found == [one[:2] for one in listed[batch.bounds[number] : batch.bounds[number + 1]]]
    return [sorted(listed[start:end]) for start, end in itertools.pairwise(batch.bounds.tolist())]


def single_matches(bank: Bank, one: PdqHash, **options: Any) -> list[tuple[Any, ...]]:
    """What `match` gives, in the same form."""
    found = bank.match(one, **options)
    return sorted(
        (
            match.entry.hash,
            match.distance,
            match.needs_person,
            match.entry.tier is Tier.VERIFIED,
            match.entry.variant,
            255 if match.entry.quality is None else match.entry.quality,
        )
        for match in found
    )


def test_a_batch_keeps_the_nearest_and_says_that_it_is_cut(path: Path, make_hash: Make) -> None:
    one, plain = make_hash(1), [Entry(near(make_hash(1), distance), quality=10) for distance in range(8)]
    good = [Entry(near(one, distance), quality=90) for distance in range(8, 20)]
    put(path, *plain, *good, Entry(make_hash(2)))
    bank = Bank.open(path)
    for limit in (1, 3, 12):
        rows = np.frombuffer(one.bytes + make_hash(2).bytes, np.uint8).reshape(-1, 32)
        batch = bank.match_batch(rows, 31, limit)
        assert batch.distances[: batch.bounds[1]].tolist() == list(range(8, 8 + limit))
        assert batch.is_cut.tolist() == [limit < 12, False]
        assert batch.distances[batch.bounds[1] :].tolist() == [0]
    assert not bank.match_batch(rows, 31).is_cut.any()
    assert len(bank.match_batch(rows, 31, minimum_quality=0).ids) == 21
    assert len(bank.match_batch(rows[:0], 31, 5)) == 0


def test_a_plain_bank_of_many_hashes_is_a_bank_like_any_other(path: Path, make_hash: Make) -> None:
    rows = np.random.default_rng(3).integers(0, 256, (9000, 32), np.uint8)
    write_plain_bank(path, rows, quality=90)
    put(path, Entry(make_hash(1), harm="h"), removed=(PdqHash(rows[0].tobytes()),))
    bank = Bank.open(path)
    assert len(bank) == 9000
    assert bank.get(PdqHash(rows[1].tobytes())) == Entry(PdqHash(rows[1].tobytes()), quality=90)
    assert np.diff(bank.match_batch(rows).bounds).tolist() == [0] + [1] * 8999
    with BankWriter(path) as writer:
        writer.rewrite()
    assert bank.refresh()
    assert np.diff(bank.match_batch(rows).bounds).tolist() == [0] + [1] * 8999


def test_a_reader_keeps_what_it_has_when_the_file_is_damaged(path: Path, make_hash: Make) -> None:
    put(path, Entry(make_hash(1)))
    with BankWriter(path) as writer:
        writer.rewrite()
    bank = Bank.open(path, mapped=False)
    whole = path.read_bytes()
    for content in (b"", b"nothing", whole[: len(whole) // 2], b"\xff" * len(whole)):
        path.write_bytes(content)  # in place: a mapped reader would be ended by the system
        with pytest.raises(BankFileError):
            bank.refresh()
        assert len(bank.match(make_hash(1))) == 1
    path.unlink()
    with pytest.raises(BankFileError, match="There is no file"):
        bank.refresh()
    path.write_bytes(whole)
    assert not bank.refresh()
    put(path, Entry(make_hash(2)))
    assert bank.refresh()
    assert len(bank.match(make_hash(2))) == 1


def test_a_reader_forgets_a_page_that_its_writer_took_back(path: Path, make_hash: Make) -> None:
    put(path, Entry(make_hash(1)))
    size = path.stat().st_size
    put(path, Entry(make_hash(2)))
    bank = Bank.open(path)
    os.truncate(path, size)
    assert bank.refresh()
    assert bank.get(make_hash(2)) is None
    put(path, Entry(make_hash(3), harm="h" * 500))
    assert bank.refresh()
    assert {entry.hash for entry in bank.entries()} == {make_hash(1), make_hash(3)}


def test_counts_tell_new_from_known_from_gone(path: Path, make_hash: Make) -> None:
    first, second = make_hash(1), make_hash(2)
    assert put(path, Entry(first), Entry(second)) == Counts(added=2)
    assert put(path, Entry(first, quality=70), removed=(second, make_hash(3))) == Counts(updated=1, removed=1)
    assert put(path, Entry(second)) == Counts(added=1)
    assert len(Bank.open(path)) == 2


def test_a_reader_follows_the_writer(path: Path, make_hash: Make) -> None:
    with BankWriter(path) as writer:
        bank = Bank.open(path)
        assert len(bank) == 0
        assert not bank.refresh()
        for number in range(6):
            writer.apply(Changes(Facts(cursor=str(number)), (Entry(make_hash(number)),)))
            if number == 3:
                writer.rewrite()
            assert len(bank.match(make_hash(number))) == 0
            assert bank.refresh()
            assert [match.distance for match in bank.match(make_hash(number))] == [0]
            assert bank.facts.cursor == str(number)
        writer.apply(Changes(Facts(cursor="x"), removed=(make_hash(1), make_hash(5))))
        assert bank.refresh()
        assert len(bank.match(make_hash(1), make_hash(5))) == 0
        assert len(bank) == 4


def test_a_removed_hash_leaves_the_file(path: Path, make_hash: Make) -> None:
    gone, stays = make_hash(1), make_hash(2)
    put(path, Entry(gone), Entry(stays))
    with BankWriter(path) as writer:
        writer.rewrite()
        writer.apply(Changes(Facts(), removed=(gone,)))
        assert gone.bytes in path.read_bytes()
        writer.erase_removed()
        erased = path.read_bytes()
        writer.erase_removed()
        assert path.read_bytes() == erased
    content = path.read_bytes()
    assert gone.bytes not in content
    assert gone.hex.encode() not in content
    assert stays.bytes in content


def test_a_removal_from_before_a_restart_is_erased_too(path: Path, make_hash: Make) -> None:
    put(path, Entry(make_hash(1)))
    put(path, removed=(make_hash(1),))
    with BankWriter(path) as writer:
        writer.erase_removed()
    assert make_hash(1).hex.encode() not in path.read_bytes()


# Forks a process for each point at which a withdrawal makes something safe on disk, and kills it before or after that.
KILLER = """
    import os, signal, sys
    from pathlib import Path
    from hashmatch.bank import Bank, BankWriter, Changes, Facts
    from hashmatch.hashes import PdqHash

    path, gone = Path(sys.argv[1]), PdqHash.from_hex(sys.argv[2])
    whole = path.read_bytes()

    def work(point):
        calls = 0
        def count(action):
            def counted(*arguments, **more):
                nonlocal calls
                calls += 1
                last = calls == point // 2
                try:
                    if not last or point % 2:
                        return action(*arguments, **more)
                finally:
                    if last:
                        os.kill(os.getpid(), signal.SIGKILL)
            return counted
        os.fsync, Path.replace, Path.unlink = map(count, (os.fsync, Path.replace, Path.unlink))
        with BankWriter(path) as writer:
            writer.apply(Changes(Facts(cursor="two"), removed=(gone,)))
            writer.erase_removed()

    for point in range(2, 1000):
        path.write_bytes(whole)
        child = os.fork()
        if child == 0:
            work(point)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            break
        bank = Bank.open(path)  # the last good state: before the withdrawal, or after it
        print(bank.facts.cursor, bank.get(gone) is None, len(bank))
        with BankWriter(path) as writer:
            writer.apply(Changes(Facts(cursor="two"), removed=(gone,)))
            writer.erase_removed()
        for left in path.parent.iterdir():
            content = left.read_bytes()
            if gone.bytes in content or gone.hex.encode() in content:
                print("left in", left.name)
"""


def test_a_withdrawal_killed_at_any_point_leaves_a_good_bank_and_then_no_trace(path: Path) -> None:
    rows = np.random.default_rng(5).integers(0, 256, (5000, 32), np.uint8)
    write_plain_bank(path, rows, quality=90)
    gone = PdqHash(rows[77].tobytes())
    command = [sys.executable, "-c", textwrap.dedent(KILLER), str(path), gone.hex]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = finished.stdout.splitlines()
    assert set(lines) == {"two True 4999"}  # of a torn page another test tells
    assert len(lines) >= 8


def test_a_file_whose_hash_is_only_blanked_would_still_tell_it() -> None:
    """Why a withdrawal writes the file anew: the gaps in the sixteen tables are the hash."""
    rows = np.random.default_rng(6).integers(0, 256, (5000, 32), np.uint8)
    arrays = Index.build(None, rows).to_arrays()
    gone, count = 1234, len(rows)
    bounds, postings = arrays["bounds"].reshape(16, -1), arrays["postings"].reshape(16, count).copy()
    hidden = arrays["rows"][gone].tobytes()
    postings[postings == gone] = count  # names no row any more
    gaps = [int(np.flatnonzero(table == count)[0]) for table in postings]
    words = [int(np.searchsorted(bounds[word], gap, side="right")) - 1 for word, gap in enumerate(gaps)]
    assert np.array(words, "<u2").tobytes() == hidden


@pytest.mark.parametrize("count", [100, 6000])
def test_a_rewritten_bank_keeps_its_rows_and_nothing_of_what_went(path: Path, make_hash: Make, count: int) -> None:
    rows = np.random.default_rng(4).integers(0, 256, (count, 32), np.uint8)
    write_plain_bank(path, rows, quality=90)
    gone = [PdqHash(row.tobytes()) for row in rows[::40]]
    told_anew = Entry(PdqHash(rows[1].tobytes()), quality=70, family="f", variant="rot90")
    fresh = [Entry(make_hash(number), quality=80, family="g") for number in range(20)]
    put(path, told_anew, *fresh, Entry(Md5Hash(b"m" * 16)), removed=tuple(gone))
    with BankWriter(path) as writer:
        writer.erase_removed()
    content = path.read_bytes()
    assert not any(one.bytes in content or one.hex.encode() in content for one in gone)
    bank = Bank.open(path)
    kept = [PdqHash(row.tobytes()) for number, row in enumerate(rows) if number % 40 and number != 1]
    expected = {one: Entry(one, quality=90) for one in kept} | {entry.hash: entry for entry in fresh}
    expected |= {told_anew.hash: told_anew, Md5Hash(b"m" * 16): Entry(Md5Hash(b"m" * 16))}
    assert {entry.hash: entry for entry in bank.entries()} == expected
    wanted = np.concatenate([rows, np.frombuffer(b"".join(one.hash.bytes for one in fresh), np.uint8).reshape(-1, 32)])
    found = bank.match_batch(wanted, 0)
    listed = [PdqHash(row.tobytes()) in expected for row in wanted]
    assert np.diff(found.bounds).tolist() == [int(one) for one in listed]


def test_a_long_journal_is_taken_into_the_arrays(path: Path, make_hash: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashmatch.bank, "JOURNAL_RECORDS_BEFORE_REWRITE", 5)
    with BankWriter(path) as writer:
        editions = set()
        for number in range(40):
            writer.apply(Changes(Facts(), (Entry(make_hash(number)),)))
            writer.rewrite_if_due()
            editions.add(path.read_bytes()[: PREAMBLE.size])
    assert 2 < len(editions) < 12
    bank = Bank.open(path)
    assert all(bank.get(make_hash(number)) for number in range(40))


def test_families_share_their_details(path: Path, make_hash: Make) -> None:
    entries = [Entry(make_hash(number), family=f"family-{number // 8}", harm="h" * 200) for number in range(80)]
    put(path, *entries)
    with BankWriter(path) as writer:
        writer.rewrite()
    assert path.read_bytes().count(b"h" * 200) == 10


def test_two_writers_exclude_each_other_and_a_dead_one_does_not(path: Path, make_hash: Make) -> None:
    with BankWriter(path) as writer:
        with pytest.raises(BankLockedError, match="Another process"), BankWriter(path):
            pass
        writer.apply(Changes(Facts(), (Entry(make_hash(1)),)))
    lines = ["import sys, time", "from hashmatch.bank import BankWriter", "with BankWriter(sys.argv[1]):"]
    holder = "\n".join([*lines, " print('held', flush=True)", " time.sleep(60)"])
    with subprocess.Popen([sys.executable, "-c", holder, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(BankLockedError), BankWriter(path):
            pass
        process.kill()
    assert put(path, Entry(make_hash(2))) == Counts(added=1)


def test_a_crash_at_any_byte_of_a_page_loses_that_page_only(path: Path, make_hash: Make) -> None:
    put(path, Entry(make_hash(1)), cursor="one")
    size = path.stat().st_size
    put(path, Entry(make_hash(2)), removed=(make_hash(1),), cursor="two")
    whole = path.read_bytes()
    for length in [*range(size, size + 60), *range(size + 60, len(whole), 17), len(whole) - 1]:
        path.write_bytes(whole[:length])
        bank = Bank.open(path)
        assert (len(bank), bank.facts.cursor) == (1, "one")
        assert bank.get(make_hash(1))
        with BankWriter(path) as writer:
            assert writer.facts.cursor == "one"
            writer.apply(Changes(Facts(cursor="again"), (Entry(make_hash(3)),)))
        assert bank.refresh()
        assert (len(bank), bank.facts.cursor) == (2, "again")


def test_a_tail_of_zeros_after_a_power_cut_is_cut_off(path: Path, make_hash: Make) -> None:
    put(path, Entry(make_hash(1)))
    with path.open("ab") as stream:
        stream.write(b"\0" * 4096)
    assert len(Bank.open(path)) == 1
    assert put(path, Entry(make_hash(2))) == Counts(added=1)
    assert len(Bank.open(path)) == 2


@settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_damage_is_named_or_costs_the_last_page_only(path: Path, make_hash: Make, place: float, change: int) -> None:
    path.unlink(missing_ok=True)
    for number in range(3):
        put(path, Entry(make_hash(number)), cursor=str(number))
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= change
    path.write_bytes(data)
    try:
        bank = Bank.open(path)
    except BankFileError:
        return
    kept = int(bank.facts.cursor) + 1
    assert kept >= 2
    assert len(bank) == kept
    assert all(len(bank.match(make_hash(number))) for number in range(kept))


def test_missing_and_foreign_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(BankFileError, match="There is no file"):
        Bank.open(tmp_path / "absent")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(BankFileError, match="not a file of hashmatch"):
        Bank.open(tmp_path / "text")
    with pytest.raises(BankFileError, match="not a file of hashmatch"), BankWriter(tmp_path / "text"):
        pass
    with pytest.raises(BankFileError, match="cannot be written"), BankWriter(tmp_path / "no-folder" / "bank"):
        pass


def test_a_full_disk_is_named_and_loses_nothing(path: Path, make_hash: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with BankWriter(path) as writer:
        writer.apply(Changes(Facts(cursor="one"), (Entry(make_hash(1)),)))
        size = path.stat().st_size

        def fail(_: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patched:
            patched.setattr(hashmatch.bank.os, "fsync", fail)
            with pytest.raises(BankFileError, match="No space left"):
                writer.apply(Changes(Facts(cursor="two"), (Entry(make_hash(2)),)))
            with pytest.raises(BankFileError, match="No space left"):
                writer.rewrite()
        assert path.stat().st_size == size
        assert (len(writer), writer.facts.cursor) == (1, "one")
        writer.apply(Changes(Facts(cursor="two"), (Entry(make_hash(2)),)))
    assert len(Bank.open(path)) == 2


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 11), st.integers(50, 100)),
        st.tuples(st.just("remove"), st.integers(0, 11), st.just(0)),
        st.tuples(st.sampled_from(["rewrite", "reopen", "refresh"]), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_history_leaves_what_a_dictionary_would_hold(
    path: Path, make_hash: Make, steps: list[tuple[str, int, int]]
) -> None:
    path.unlink(missing_ok=True)
    kinds = list(HASH_TYPES.values())

    def hash_of(number: int) -> HashValue:
        kind = kinds[number % 4] if number % 2 else PdqHash
        return kind(make_hash(number).bytes[: kind.LENGTH])

    model: dict[HashValue, Entry] = {}
    writer = BankWriter(path).__enter__()
    bank = Bank.open(path)
    try:
        for name, number, quality in steps:
            one = hash_of(number)
            match name:
                case "put":
                    model[one] = Entry(
                        one,
                        tier=Tier.VERIFIED if quality % 2 else Tier.SUBMITTED,
                        variant=("upright", "rot90", "frame")[quality % 3],
                        quality=quality,
                        family=f"f{number}",
                    )
                    writer.apply(Changes(Facts(), (model[one],)))
                case "remove":
                    model.pop(one, None)
                    writer.apply(Changes(Facts(), removed=(one,)))
                case "rewrite":
                    writer.rewrite()
                case "reopen":
                    writer.__exit__(None, None, None)
                    writer = BankWriter(path).__enter__()
                case "refresh":
                    bank.refresh()
        bank.refresh()
        for reader in (bank, Bank.open(path)):
            assert {entry.hash: entry for entry in reader.entries()} == model
            assert len(reader) == len(model)
            for number in range(12):
                found = [match.entry for match in reader.match(hash_of(number))]
                assert found == [entry for one, entry in model.items() if one == hash_of(number)]
            wanted = [near(make_hash(number), number % 3) for number in range(12)]
            assert batch_matches(reader, *wanted) == [single_matches(reader, one) for one in wanted]
    finally:
        writer.__exit__(None, None, None)
