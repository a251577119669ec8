"""The index for `tx` and HMA is a stand-in for the package's own: same matches, same hashes, and it can forget."""

import copy
import io
import os
import pickle
import random
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hashmatch.errors import IndexFileError, InvalidHashError
from hashmatch.hashes import PdqHash
from hashmatch.hma import signal_types
from hashmatch.index import Index
from hashmatch.index.ids import LIST, RANGE
from hashmatch.threatexchange import stored
from hashmatch.threatexchange.index import PdqRingIndex
from hashmatch.threatexchange.metadata import pack_entries
from hashmatch.threatexchange.signal import RingPdqSignal, hash_as_package, quicken_stock_pdq
from hashmatch.threatexchange.stored import StoredIndexError
from how_often import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from threatexchange.content_type.photo import PhotoContent
from threatexchange.exchanges.clients.stopncii.api import StopNCIICSPFeedback, StopNCIICSPFeedbackValue
from threatexchange.exchanges.impl.ncmec_api import NCMECSignalMetadata, _get_conversion
from threatexchange.exchanges.impl.stop_ncii_api import StopNCIISignalMetadata
from threatexchange.interface_validation import SignalTypeMapping
from threatexchange.signal_type.index import SignalTypeIndex
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes
from threatexchange.signal_type.pdq.pdq_index import PDQIndex
from threatexchange.signal_type.pdq.signal import PdqSignal
from threatexchange.storage.interfaces import BankConfig, SignalTypeIndexBuildCheckpoint
from threatexchange.storage.local_dbm import DBMStore


@pytest.fixture
def stock_pdq(monkeypatch: pytest.MonkeyPatch) -> type[PdqSignal]:
    """The package's class, put back afterwards as it was before."""
    for name in ("get_index_cls", "hash_from_bytes"):
        monkeypatch.setattr(PdqSignal, name, vars(PdqSignal)[name])
    return PdqSignal


# ---- the same matches ----


def flipped(text: str, bits: tuple[int, ...]) -> str:
    value = int(text, 16)
    for bit in bits:
        value ^= 1 << bit
    return f"{value:064x}"


def spread(counts: list[int]) -> tuple[int, ...]:
    """So many bits in each 16-bit word: the pattern that decides whether tables find a neighbour."""
    return tuple(16 * word + bit for word, count in enumerate(counts) for bit in range(count))


hashes = st.integers(0, 2**256 - 1).map("{:064x}".format)
near = st.one_of(
    st.integers(0, 33).flatmap(lambda size: st.lists(st.integers(0, 255), min_size=size, max_size=size, unique=True)),
    st.lists(st.integers(0, 3), min_size=16, max_size=16).map(spread),
    st.sampled_from([spread([2] * 15 + [1]), spread([2] * 16), spread([1] * 15 + [16]), spread([16, 15]), ()]),
).map(tuple)


def answers(index: Any, text: str) -> list[tuple[int, Any]]:
    return [(one.similarity_info.distance, one.metadata) for one in index.query(text)]


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(hashes, max_size=5), hashes, st.lists(near, max_size=25), st.integers(0, 3))
def test_it_finds_what_the_package_s_index_finds(others: list[str], query: str, around: list[Any], twice: int) -> None:
    texts = [*others, *(flipped(query, bits) for bits in around)]
    entries = [(text, number) for number, text in enumerate(texts + texts[:twice])]
    random.Random(len(entries)).shuffle(entries)
    ours, theirs = PdqRingIndex.build(entries), PDQIndex.build(entries)
    for text in (query, *texts[:3]):
        found = answers(ours, text)
        assert sorted(found) == sorted(answers(theirs, text))
        order = [(distance, entries.index((texts_of(entries)[number], number))) for distance, number in found]
        assert order == sorted(order), "nearest first, then the one that was added first"


def texts_of(entries: list[tuple[str, int]]) -> dict[int, str]:
    return {number: text for text, number in entries}


def test_it_agrees_where_tables_answer_and_after_them_a_delta() -> None:
    numbers = np.random.default_rng(7)
    rows = numbers.integers(0, 256, (9000, 32), dtype=np.uint8)
    texts = [row.tobytes().hex() for row in rows]
    planted = [flipped(texts[at], tuple(range(at % 34))) for at in range(0, 9000, 100)]
    entries = list(enumerate([*texts, *planted]))
    pairs = [(text, number) for number, text in entries]
    ours, theirs = PdqRingIndex.build(pairs[:9000]), PDQIndex.build(pairs)
    ours.add_all(pairs[9000:])
    assert len(ours) == len(pairs)
    for text in texts[::100] + planted:
        assert sorted(answers(ours, text)) == sorted(answers(theirs, text))


def test_the_threshold_is_the_package_s() -> None:
    text = "0" * 64
    index = PdqRingIndex([(flipped(text, tuple(range(bits))), bits) for bits in range(34)])
    assert [entry for _, entry in answers(index, text)] == list(range(32))
    assert PdqRingIndex.get_match_threshold() == PDQIndex.get_match_threshold() == 31
    assert not PdqSignal.compare_hash(text, flipped(text, tuple(range(32)))).match


def test_more_matches_than_a_query_of_the_library_gives_by_default_are_all_found() -> None:
    index = PdqRingIndex.build([("a" * 64, number) for number in range(20_000)])
    assert [entry for _, entry in answers(index, "a" * 64)] == list(range(20_000))


def test_results_print_as_tx_and_hma_print_them() -> None:
    match = PdqRingIndex.build([("a" * 64, "x")]).query("a" * 63 + "b")[0]
    assert (match.similarity_info.pretty_str(), match.metadata) == ("1", "x")


def test_a_picture_too_plain_to_hash_matches_nothing() -> None:
    # `hash_from_file` gives the empty text for it, on which the package's own index fails an assertion.
    assert PdqRingIndex.build([("0" * 64, 1)]).query("") == []


@pytest.mark.parametrize("text", ["a" * 63, "a" * 65, "g" * 64, " " * 64, "a" * 62 + "  ", "é" * 64])
def test_what_is_no_hash_is_refused_and_changes_nothing(text: str) -> None:
    index = PdqRingIndex.build([("a" * 64, 1)])
    with pytest.raises(InvalidHashError):
        index.add_all([("b" * 64, 2), (text, 3)])
    with pytest.raises(InvalidHashError):
        index.query(text)
    assert len(index) == 1
    index.add("b" * 64, 4)
    assert answers(index, "B" * 64) == [(0, 4)]


# ---- removal ----


def test_a_removed_hash_matches_no_more() -> None:
    index = PdqRingIndex.build([("a" * 64, "one"), ("a" * 64, "two"), ("b" * 64, "one"), ("a" * 63 + "b", "near")])
    assert index.remove_entry("a" * 64, "one") == 1
    assert answers(index, "a" * 64) == [(0, "two"), (1, "near")]
    assert index.remove("A" * 64) == 1
    assert index.remove("a" * 64) == 0
    assert answers(index, "a" * 64) == [(1, "near")]
    assert len(index) == 2


def test_what_a_removed_hash_stood_for_is_let_go_at_once() -> None:
    record = StopNCIISignalMetadata([])
    seen = weakref.ref(record)
    index = PdqRingIndex.build([("a" * 64, record), ("b" * 64, "other")])
    del record
    assert seen() is not None
    index.remove("a" * 64)
    assert seen() is None


@pytest.mark.parametrize("entries", [("secret one", "two", "three"), (111222333, 2, 3)])
def test_nothing_of_a_removed_hash_is_stored(entries: tuple[Any, ...]) -> None:
    texts = ["a" * 64, "b" * 64, "c" * 64]
    index = PdqRingIndex.build(zip(texts, entries, strict=True))
    index.remove(texts[0])
    content = to_bytes(index)
    again = PdqRingIndex.deserialize(io.BytesIO(content))
    assert [answers(again, text) for text in texts] == [[], [(0, entries[1])], [(0, entries[2])]]
    assert b"secret" not in content
    assert (111222333).to_bytes(8, "little") not in content
    again.add(texts[0], entries[0])
    assert answers(again, texts[0]) == [(0, entries[0])]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("arsd"), st.integers(0, 5), st.integers(0, 2)), max_size=40))
def test_any_course_of_adding_removing_and_storing_is_like_a_list(course: list[tuple[str, int, int]]) -> None:
    index, kept = PdqRingIndex[int](), list[tuple[str, int]]()
    for step, which, entry in course:
        text = flipped("5" * 64, tuple(range(which * 8)))
        if step == "a":
            index.add(text, entry)
            kept.append((text, entry))
        elif step == "r":
            assert index.remove(text) == sum(one == text for one, _ in kept)
            kept = [(one, other) for one, other in kept if one != text]
        elif step == "d":
            assert index.remove_entry(text, entry) == kept.count((text, entry))
            kept = [pair for pair in kept if pair != (text, entry)]
        else:
            index = PdqRingIndex.deserialize(io.BytesIO(to_bytes(index)))
    assert len(index) == len(kept)
    for which in range(6):
        text = flipped("5" * 64, tuple(range(which * 8)))
        distances = [(PdqHash.from_hex(text).distance(PdqHash.from_hex(one)), entry) for one, entry in kept]
        wanted = sorted((pair for pair in distances if pair[0] <= 31), key=lambda pair: pair[0])
        assert answers(index, text) == wanted


# ---- the stored form ----


def to_bytes(index: Any) -> bytes:
    stream = io.BytesIO()
    index.serialize(stream)
    return stream.getvalue()


def records() -> list[tuple[str, Any]]:
    """What `tx` keeps: for each hash a list of collaboration and record."""
    feedback = StopNCIICSPFeedback(StopNCIICSPFeedbackValue.Blocked, {"tag"}, "P1")
    return [
        ("a" * 64, [("Exchange", StopNCIISignalMetadata([feedback])), ("Other", StopNCIISignalMetadata([]))]),
        ("b" * 64, [("NCMEC", NCMECSignalMetadata({1: {"x", "y"}}))]),
        ("c" * 64, {"plain": [1, 2.5, None, True, "é", b"bytes"], "set": frozenset({1})}),
    ]


READERS: list[Callable[[io.BytesIO], Any]] = [
    PdqRingIndex.deserialize,
    SignalTypeIndex.deserialize,  # HMA's way, whatever the index
    PDQIndex.deserialize,  # the way of `tx` when the extension has been taken out again
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "entries", [[], [("a" * 64, 7), ("b" * 64, -8)], [("a" * 64, 7), ("b" * 64, 2**70)], records()]
)
def test_an_index_comes_back_as_it_was(read: Callable[[io.BytesIO], Any], entries: list[tuple[str, Any]]) -> None:
    again = read(io.BytesIO(to_bytes(PdqRingIndex.build(entries))))
    assert type(again) is PdqRingIndex
    assert len(again) == len(entries)
    assert [answers(again, text) for text, _ in entries] == [[(0, entry)] for _, entry in entries]
    again.add("d" * 64, "later")
    assert answers(again, "d" * 64) == [(0, "later")]


def test_an_index_with_tables_comes_back_and_is_small() -> None:
    rows = np.random.default_rng(3).integers(0, 256, (20_000, 32), dtype=np.uint8)
    texts = [row.tobytes().hex() for row in rows]
    index = PdqRingIndex.build(zip(texts, range(len(texts)), strict=True))
    content = to_bytes(index)
    assert len(content) < 4_300_000 + 140 * len(texts)
    again = PdqRingIndex.deserialize(io.BytesIO(content))
    assert [answers(again, text) for text in texts[::500]] == [answers(index, text) for text in texts[::500]]


def test_copies_and_pickles_are_indices_too() -> None:
    index = PdqRingIndex.build(records())
    for again in (copy.deepcopy(index), pickle.loads(pickle.dumps(index))):  # noqa: S301
        assert answers(again, "a" * 64) == answers(index, "a" * 64)


def test_the_stored_envelope_is_what_pickle_itself_takes() -> None:
    index = PdqRingIndex.build(records())
    content = to_bytes(index)
    assert content.startswith(stored.envelope_start(PdqRingIndex))
    again = pickle.loads(content)  # noqa: S301
    assert answers(again, "b" * 64) == answers(index, "b" * 64)


CONTENT = to_bytes(PdqRingIndex.build(records()))


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(0, len(CONTENT) - 1))
def test_an_index_cut_short_is_refused_by_name(length: int) -> None:
    with pytest.raises(StoredIndexError):
        PdqRingIndex.deserialize(io.BytesIO(CONTENT[:length]))


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_a_damaged_index_is_refused_or_the_damage_hit_a_gap(place: int, mask: int) -> None:
    damaged = bytearray(CONTENT)
    damaged[place] ^= mask
    try:
        index = PdqRingIndex.deserialize(io.BytesIO(bytes(damaged)))
    except StoredIndexError:
        return
    assert CONTENT[place] == 0
    assert [answers(index, text) for text, _ in records()] == [[(0, entry)] for _, entry in records()]


def test_anything_behind_the_index_is_refused() -> None:
    with pytest.raises(StoredIndexError, match="length"):
        PdqRingIndex.deserialize(io.BytesIO(CONTENT + b"x"))


class Trap:
    """Unpickling this would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


def test_a_pickle_is_never_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    with pytest.raises(StoredIndexError, match="rebuild-indices"):
        PdqRingIndex.deserialize(io.BytesIO(pickle.dumps(Trap(trap))))
    packed = np.frombuffer(pickle.dumps([Trap(trap)], 4), np.uint8)
    with pytest.raises(StoredIndexError, match="mkdir"):
        PdqRingIndex.deserialize(io.BytesIO(forge(**{"entries.objects": packed})))
    assert not trap.exists()


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "subprocess.Popen", "this.s", "hashmatch.pdq.io.open"])
def test_entries_name_nothing_but_records(name: str) -> None:
    module, _, attribute = name.partition(".")
    text = b"\x80\x04\x8c%c%s\x8c%c%s\x93." % (len(module), module.encode(), len(attribute), attribute.encode())
    with pytest.raises(StoredIndexError, match="no record"):
        PdqRingIndex.deserialize(io.BytesIO(forge(**{"entries.objects": np.frombuffer(text, np.uint8)})))
    assert "this" not in sys.modules


def test_what_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    for odd in (Trap(tmp_path / "trap"), os.system, lambda: 1, Path()):
        with pytest.raises(StoredIndexError, match="Keep such objects elsewhere"):
            to_bytes(PdqRingIndex.build([("a" * 64, odd)]))


def forge(count: int = 9000, **changed: Any) -> bytes:
    """A stored index with right checksums and other arrays; None leaves one out."""
    rows = np.random.default_rng(5).integers(0, 256, (count, 32), dtype=np.uint8)
    arrays = {**Index.build(None, rows).to_arrays(), **pack_entries(list(range(count))), **changed}
    kept = {name: array for name, array in arrays.items() if array is not None}
    return b"".join(stored.envelope(PdqRingIndex, kept))


def large(kind: type, size: int) -> np.ndarray:
    return np.full(size, np.iinfo(kind).max, kind)


@pytest.mark.parametrize(
    "changed",
    [
        {"postings": large(np.uint32, 16 * 9000)},
        {"bounds": large(np.uint32, 16 * 65537)},
        {"bounds": np.zeros(16 * 65537, np.uint32)},
        {"sketches": np.zeros(16, np.uint16)},
        {"sketches": None},
        {"permutation": np.zeros(256, np.uint8)},
        {"rows": np.zeros((9001, 32), np.uint8)},
        {"rows": np.zeros((9000, 31), np.uint8)},
        {"rows": None},
        {RANGE: np.array([1, 9000])},
        {RANGE: np.array([0, 9001])},
        {RANGE: None, LIST: np.zeros(9000, np.uint32)},
        {RANGE: None, LIST: np.arange(8999)},
        {RANGE: None},
        {"entries.objects": None},
        {"entries.objects": np.frombuffer(pickle.dumps([1]), np.uint8)},
        {"entries.objects": np.frombuffer(pickle.dumps(1), np.uint8)},
        {"entries.objects": np.frombuffer(b"nonsense", np.uint8)},
    ],
)
def test_a_well_sealed_but_wrong_index_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(StoredIndexError):
        PdqRingIndex.deserialize(io.BytesIO(forge(**changed)))


def test_an_honest_forgery_is_read() -> None:
    assert len(PdqRingIndex.deserialize(io.BytesIO(forge()))) == 9000


def test_an_index_lets_go_of_its_memory() -> None:
    index = PdqRingIndex.build([("a" * 64, 1)])
    index.dispose()
    assert (len(index), answers(index, "a" * 64)) == (0, [])


def test_the_error_is_one_of_the_library_and_one_that_tx_prints() -> None:
    error = StoredIndexError("text")
    assert isinstance(error, IndexFileError)
    assert (str(error), error.returncode) == ("text", 1)


# ---- the signal ----


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def pictures() -> Iterator[tuple[str, bytes]]:
    numbers = np.random.default_rng(11)
    coarse = Image.fromarray(numbers.integers(0, 256, (9, 13, 3), dtype=np.uint8))
    for width, height in ((400, 300), (64, 64), (513, 129), (17, 17), (16, 40), (40, 16), (5, 7)):
        image = coarse.resize((width, height), Image.Resampling.BICUBIC)
        yield f"png {width}", encode(image, "png")
        yield f"jpeg {width}", encode(image, "jpeg", quality=88)
    image = coarse.resize((300, 200), Image.Resampling.BICUBIC)
    for mode in ("L", "LA", "P", "RGBA", "1", "I;16"):
        yield mode, encode(image.convert("I").convert("I;16") if mode == "I;16" else image.convert(mode), "png")
    yield "CMYK", encode(image.convert("CMYK"), "jpeg")
    turned = Image.Exif()
    turned[0x0112] = 6
    yield "turned", encode(image, "jpeg", exif=turned)
    yield "blank", encode(Image.new("RGB", (100, 100), "white"), "png")


@pytest.mark.parametrize(("name", "data"), list(pictures()), ids=lambda one: one if isinstance(one, str) else "")
def test_a_picture_s_hash_is_bit_for_bit_the_package_s(name: str, data: bytes, tmp_path: Path) -> None:
    try:
        text, quality = pdq_from_bytes(data)
    except (ValueError, TypeError) as error:
        with pytest.raises(type(error)):
            hash_as_package(data)
        return
    assert hash_as_package(data) == (text, quality)
    path = tmp_path / "picture"
    path.write_bytes(data)
    assert RingPdqSignal.hash_from_bytes(data) == (text if quality >= 50 else "")
    assert RingPdqSignal.hash_from_file(path) == RingPdqSignal.hash_from_bytes(data)


def test_the_signal_fits_where_the_package_s_does() -> None:
    mapping = SignalTypeMapping([PhotoContent], [RingPdqSignal])
    assert mapping.signal_type_by_name == {"pdq": RingPdqSignal}
    assert RingPdqSignal.get_name() == PdqSignal.get_name()
    assert RingPdqSignal.get_index_cls() is PdqRingIndex
    assert RingPdqSignal.validate_signal_str("a" * 64) == "a" * 64


def test_the_package_s_class_is_quickened_and_stays_itself(stock_pdq: type[PdqSignal], photo: np.ndarray) -> None:
    assert quicken_stock_pdq() is stock_pdq
    assert stock_pdq.get_index_cls() is PdqRingIndex
    data = encode(Image.fromarray(photo), "png")
    assert stock_pdq.hash_from_bytes(data) == pdq_from_bytes(data)[0]
    assert stock_pdq.hash_from_bytes(encode(Image.new("RGB", (100, 100)), "png")) == ""
    # The NCMEC exchange asks for this very class; a subclass would silently get nothing.
    assert PdqSignal in _get_conversion(signal_types()).values()
    assert PdqSignal not in _get_conversion([RingPdqSignal]).values()


# ---- HMA ----


class HmaIndices:
    """How HMA builds, stores, loads and asks an index.

    From facebook/ThreatExchange, hasher-matcher-actioner/src/OpenMediaMatch: background_tasks/build_index.py
    (`build_index`), storage/postgres/database.py (`SignalIndex`), blueprints/matching.py (`_SignalIndexInMemoryCache`,
    `lookup`). The bank behind it is the package's own store with the same interface.
    """

    def __init__(self, store: DBMStore, signal_type: type[PdqSignal]) -> None:
        self.store = store
        self.signal_type = signal_type
        self.blob: bytes | None = None
        self.built = self.loaded = SignalTypeIndexBuildCheckpoint.get_empty()
        self.index: SignalTypeIndex[int] = signal_type.get_index_cls().build([])

    def build(self) -> bool:
        """The indexer's task: from the whole bank, if it has changed."""
        target = self.store.get_current_index_build_target(self.signal_type)
        if target == self.built and self.blob is not None:
            return False
        signals = [(one.signal_val, one.bank_content_id) for one in self.store.bank_yield_content(self.signal_type)]
        index = self.signal_type.get_index_cls().build(signals)
        with tempfile.NamedTemporaryFile("wb", delete=False) as file:
            index.serialize(file.file)
        self.blob, self.built = Path(file.name).read_bytes(), target
        Path(file.name).unlink()
        return True

    def refresh(self) -> None:
        """The matcher's task."""
        if self.loaded != self.built:
            assert self.blob is not None
            with tempfile.NamedTemporaryFile("w+b") as file:
                file.write(self.blob)
                file.seek(0)
                self.index, self.loaded = SignalTypeIndex.deserialize(file.file), self.built

    def raw_lookup(self, text: str) -> list[tuple[int, str]]:
        found = self.index.query(self.signal_type.validate_signal_str(text))
        return [(one.metadata, one.similarity_info.pretty_str()) for one in found]

    def lookup(self, text: str) -> list[int]:
        numbers = [number for number, _ in self.raw_lookup(text)]
        return [one.id for one in self.store.bank_content_get(numbers) if one.enabled]


def test_hma_matches_until_the_content_is_removed(stock_pdq: type[PdqSignal], tmp_path: Path) -> None:
    types = signal_types()
    assert types == [stock_pdq, VideoMD5Signal]
    store = DBMStore(tmp_path, signal_types=types)
    store.bank_update(BankConfig("BANK", 1.0), create=True)
    texts = ["a" * 64, "a" * 63 + "b", "c" * 64]
    numbers = [store.bank_add_content("BANK", {stock_pdq: text}) for text in texts]
    indices = HmaIndices(store, stock_pdq)
    assert indices.raw_lookup(texts[0]) == []
    assert indices.build()
    assert not indices.build()
    indices.refresh()
    assert type(indices.index) is PdqRingIndex
    assert indices.raw_lookup(texts[0]) == [(numbers[0], "0"), (numbers[1], "1")]
    store.bank_remove_content("BANK", numbers[0])
    assert indices.lookup(texts[0]) == [numbers[1]]
    assert indices.build()
    indices.refresh()
    assert indices.raw_lookup(texts[0]) == [(numbers[1], "1")]
    for number in numbers[1:]:
        store.bank_remove_content("BANK", number)
    assert indices.build()
    indices.refresh()
    assert [indices.raw_lookup(text) for text in texts] == [[], [], []]


# ---- `tx` end to end ----


def tx(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The package's own command, with a home of its own."""
    environment = os.environ | {"HOME": str(home), "TX_STATEDIR": str(home / "state")}
    command = [sys.executable, "-W", "ignore", "-m", "threatexchange.cli.main", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.turn(0, days=2)
def test_stock_users_get_the_index_by_one_command(tmp_path: Path, photo: np.ndarray) -> None:
    run = partial(tx, tmp_path)
    picture, blank, listed = tmp_path / "photo.png", tmp_path / "blank.png", tmp_path / "hashes.txt"
    Image.fromarray(photo).save(picture)
    Image.new("RGB", (200, 200), "white").save(blank)
    by_package = run("hash", "photo", str(picture)).stdout
    listed.write_text(f"{by_package}pdq {'a' * 64}\n")
    assert run("config", "collab", "edit", "local_file", "--create", "Mine", f"--filename={listed}").returncode == 0
    assert run("fetch").returncode == 0
    found_by_package = run("match", "photo", str(picture))
    assert found_by_package.stdout.startswith("pdq 0 (Mine)"), found_by_package.stderr

    added = run("config", "extensions", "add", "hashmatch.threatexchange_extension")
    assert added.returncode == 0, added.stderr
    old = run("match", "photo", str(picture))
    assert (old.returncode, old.stdout) == (1, "")
    assert "tx dataset --rebuild-indices" in old.stderr
    assert "Traceback" not in old.stderr
    assert run("dataset", "--rebuild-indices").returncode == 0
    assert (tmp_path / "state/index/pdq.index").read_bytes().startswith(stored.envelope_start(PdqRingIndex))
    assert run("hash", "photo", str(picture)).stdout == by_package
    assert run("match", "photo", str(picture)).stdout == found_by_package.stdout
    assert run("dataset", "-P").stdout.splitlines() == [
        f"{by_package.strip()} 'Mine' INVESTIGATION_SEED",
        f"pdq {'a' * 64} 'Mine' INVESTIGATION_SEED",
    ]
    plain = run("match", "photo", str(blank))
    assert (plain.returncode, plain.stdout) == (0, ""), plain.stderr

    assert run("config", "extensions", "remove", "hashmatch.threatexchange_extension").returncode == 0
    assert run("match", "photo", str(picture)).stdout == found_by_package.stdout
