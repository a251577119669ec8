"""Look-ups in a bank and an index: what they take, what they refuse, and what they answer."""

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hashmatch.bank import BankWriter, Changes, Facts, MatchResult
from hashmatch.entries import Entry
from hashmatch.errors import InvalidHashError, UnreadableFileError, UnreadableImageError
from hashmatch.files import FileHashes, hash_file
from hashmatch.hashes import Md5Hash, PdqHash, QualifiedHash, VideoMd5Hash
from hashmatch.index import Index
from hashmatch.pdq import hash_pixels, hash_views
from hashmatch.readings import Reading
from PIL import Image
from sample_photos import sample_photos

from hashmatch import Bank, hash_image

Ask = Callable[[Path], Any]

README = Path(__file__).resolve().parents[1] / "README.md"

WAYS: dict[str, Ask] = {
    "what hash_image gives": hash_image,
    "the hash": lambda file: hash_image(file).hash,
    "hexadecimal text": lambda file: hash_image(file).hash.hex,
    "capital digits": lambda file: hash_image(file).hash.hex.upper(),
    "bytes": lambda file: hash_image(file).hash.bytes,
    "a bytearray": lambda file: bytearray(hash_image(file).hash.bytes),
    "a path": lambda file: file,
    "a path as text": str,
}
NO_QUESTIONS: dict[str, Ask] = {
    "nothing": lambda _: None,
    "a number": lambda _: 32,
    "a list": lambda file: [hash_image(file)],
    "all hashes of a file": hash_file,
    "all views of a file": hash_views,
    "pixels": lambda file: np.asarray(Image.open(file)),
    "a stream": lambda file: io.BytesIO(file.read_bytes()),
}


@pytest.fixture
def file(tmp_path: Path, photo: np.ndarray) -> Path:
    """A photograph in a file."""
    path = tmp_path / "upload.png"
    Image.fromarray(photo).save(path)
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A picture with nothing in it."""
    path = tmp_path / "plain.png"
    Image.new("RGB", (200, 200), (90, 90, 90)).save(path)
    return path


@pytest.fixture
def bank_with(tmp_path: Path) -> Callable[..., Bank]:
    def make(*entries: Entry) -> Bank:
        with BankWriter(tmp_path / "bank") as writer:
            writer.apply(Changes(Facts(), entries))
        return Bank.open(tmp_path / "bank")

    return make


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_of_the_bank_is_found_whatever_names_it(
    file: Path, make_hash: Callable[[int], PdqHash], bank_with: Callable[..., Bank], way: str
) -> None:
    wanted = hash_image(file)
    bank = bank_with(Entry(wanted.hash, quality=wanted.quality), Entry(make_hash(1)))
    result = bank.match(WAYS[way](file))
    assert [(match.entry.hash, match.distance) for match in result] == [(wanted.hash, 0)]
    assert (result.compared, result.why, len(result)) == (True, None, 1)
    assert wanted.hash in [reading.hash for reading in result.readings]


@pytest.mark.parametrize("way", WAYS)
def test_an_index_takes_the_same(file: Path, make_hash: Callable[[int], PdqHash], way: str) -> None:
    index = Index.build([7, 8], [hash_image(file).hash, make_hash(1)])
    assert [(one.id, one.distance) for one in index.query(WAYS[way](file))] == [(7, 0)]
    assert list(index.query(hash_image(file).hash, limit=1)) == list(index.query(WAYS[way](file), limit=1))


@pytest.mark.parametrize("question", NO_QUESTIONS)
def test_anything_else_is_refused_by_its_type(file: Path, bank_with: Callable[..., Bank], question: str) -> None:
    asked = NO_QUESTIONS[question](file)
    bank = bank_with(Entry(hash_image(file).hash))
    with pytest.raises(TypeError, match=f"not {type(asked).__name__}"):
        bank.match(asked)
    if not isinstance(asked, np.ndarray):
        with pytest.raises(TypeError, match=f"not {type(asked).__name__}"):
            Index.build(None, [hash_image(file).hash]).query(asked)


def test_a_path_is_looked_up_by_each_view(tmp_path: Path, bank_with: Callable[..., Bank]) -> None:
    first, second = (Image.fromarray(one).resize((320, 320)) for one in sample_photos())
    file = tmp_path / "two.gif"
    first.save(file, save_all=True, append_images=[second], duration=[900, 300], loop=0)
    views = hash_views(file)
    (other,) = views.others
    bank = bank_with(Entry(other.hash))
    assert len(bank.match(hash_image(file))) == 0
    assert [match.entry.hash for match in bank.match(file)] == [other.hash]
    index = Index.build([3, 4], [views.pdq.hash, other.hash])
    assert list(index.query(file)) == [(3, 0), (4, 0)]
    assert list(index.query(file, limit=1)) == [(3, 0)]
    assert index.query(file, limit=1).is_cut
    assert not index.query(file, limit=2).is_cut


def test_two_near_views_of_a_file_are_one_match_at_the_smaller_distance(file: Path) -> None:
    one = hash_image(file).hash
    near = PdqHash(bytes([one.bytes[0] ^ 7]) + one.bytes[1:])
    result = Index.build([5], [one])
    assert list(result.query(near)) == [(5, 3)]
    assert list(result.query(file)) == [(5, 0)]


def test_an_exact_copy_is_found_by_text_and_bytes_of_its_digests(file: Path, bank_with: Callable[..., Bank]) -> None:
    digests = hash_file(file).digests
    bank = bank_with(Entry(digests.sha256), Entry(VideoMd5Hash(digests.md5.bytes)))
    for asked in (digests.sha256, digests.sha256.hex, digests.sha256.bytes):
        assert [match.entry.hash for match in bank.match(asked)] == [digests.sha256]
    for text in (digests.md5.hex, digests.md5.bytes):
        assert [type(match.entry.hash) for match in bank.match(text)] == [VideoMd5Hash]
    result = bank.match(Md5Hash(digests.md5.bytes))
    assert (result.matches, result.compared) == ((), False)
    assert "exact copies" in str(result.why)


def test_what_is_too_plain_is_not_compared_and_says_so(plain: Path, bank_with: Callable[..., Bank]) -> None:
    reading = hash_image(plain)
    digests = hash_file(plain).digests
    bank = bank_with(Entry(reading.hash, quality=100), Entry(digests.sha256))
    result = bank.match(reading)
    assert (result.compared, result.matches) == (False, ())
    assert result.readings == (Reading(reading.hash, reading.quality),)
    assert f"quality is {reading.quality}" in str(result.why)
    assert len(bank.match(reading, minimum_quality=0)) == 1
    by_path = bank.match(plain)
    assert [match.entry.hash for match in by_path] == [digests.sha256]
    assert (by_path.compared, by_path.why) == (False, hash_file(plain).reason)
    assert "below 90 would" in str(bank.match(QualifiedHash(reading.hash, 85), minimum_quality=90).why)
    assert bank.match().why == "Nothing was asked."


def test_a_file_that_is_no_picture_says_why_it_was_not_compared(tmp_path: Path, bank_with: Callable[..., Bank]) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("No picture.")
    digests = hash_file(file).digests
    result = bank_with(Entry(digests.md5)).match(file)
    assert [match.entry.hash for match in result] == [digests.md5]
    assert (result.compared, result.why) == (False, hash_file(file).reason)
    with pytest.raises(UnreadableImageError):
        Index().query(file)
    for asked in (tmp_path / "missing.png", "missing.png", tmp_path):
        with pytest.raises(UnreadableFileError):
            bank_with().match(asked)


@pytest.mark.parametrize("asked", ["ab" * 20, "a" * 63, "a" * 128, b"", b"x" * 31, b"\xff\xd8\xff" * 500])
def test_text_and_bytes_that_are_no_hash_are_refused(bank_with: Callable[..., Bank], asked: str | bytes) -> None:
    with pytest.raises(InvalidHashError):
        bank_with().match(asked)
    with pytest.raises(InvalidHashError):
        Index().query(asked)


def test_the_quality_of_what_was_asked_decides_who_must_look(photo: np.ndarray, bank_with: Callable[..., Bank]) -> None:
    one = hash_pixels(photo).hash
    bank = bank_with(Entry(one, quality=100))
    for quality, needs_person in ((100, False), (80, False), (79, True), (50, True)):
        (match,) = bank.match(QualifiedHash(one, quality))
        assert (match.query_quality, match.needs_person) == (quality, needs_person)


def test_an_answer_is_neither_true_nor_false(file: Path, bank_with: Callable[..., Bank]) -> None:
    bank = bank_with(Entry(hash_image(file).hash))
    for result in (bank.match(file), bank.match(Md5Hash(b"m" * 16))):
        with pytest.raises(TypeError, match=r"\.matches.*\.compared"):
            bool(result)
        assert list(result) == list(result.matches)
        assert len(result) == len(result.matches)
        with pytest.raises(dataclasses.FrozenInstanceError):
            result.compared = True  # type: ignore[misc]
    assert [field.name for field in dataclasses.fields(MatchResult)][:4] == ["compared", "why", "matches", "readings"]


def test_hashes_of_a_file_are_looked_up_together(file: Path, bank_with: Callable[..., Bank]) -> None:
    hashes: FileHashes = hash_file(file)
    assert hashes.pdq is not None
    bank = bank_with(Entry(hashes.pdq.hash), Entry(hashes.digests.sha256))
    result = bank.match(*hashes.to_match())
    assert [match.entry.hash for match in result] == [hashes.pdq.hash, hashes.digests.sha256]
    assert result.compared


def test_the_example_of_the_readme_runs(
    file: Path, bank_with: Callable[..., Bank], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, name = hash_image(file), file.with_name("upload.jpg")
    file.rename(name)
    bank_with(Entry(one.hash, quality=one.quality))
    monkeypatch.chdir(name.parent)
    example = README.read_text(encoding="utf-8").partition("```python\nfrom hashmatch import Bank\n")[2]
    exec(compile("from hashmatch import Bank\n" + example.partition("```")[0], "README", "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.split()[:3] == [one.hash.hex, "0", "submitted"]
