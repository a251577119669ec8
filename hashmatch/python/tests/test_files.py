"""Digests are streamed, folders are walked in a fixed order, and videos are told from broken pictures."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from hashmatch.digests import CHUNK_BYTES, digest_file, digest_stream
from hashmatch.errors import UnreadableFileError, UnreadableImageError
from hashmatch.files import find_files, hash_file, is_video
from hashmatch.hashes import VideoMd5Hash
from hashmatch.pdq import hash_family, hash_pixels
from hypothesis import given, settings
from hypothesis import strategies as st


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES + 7]), st.binary(max_size=40)
)
def test_digests_are_those_of_the_whole_stream(size: int, end: bytes) -> None:
    data = b"\x5a" * size + end
    digests = digest_stream(io.BytesIO(data))
    assert digests.md5.hex == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert digests.sha256.hex == hashlib.sha256(data).hexdigest()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(UnreadableFileError, match="cannot be read"):
            digest_file(path)
        with pytest.raises(UnreadableFileError, match="cannot be read"):
            hash_file(path)


def test_a_picture_has_all_hashes(photo_file: Path, photo: np.ndarray) -> None:
    hashes = hash_file(photo_file)
    assert hashes.pdq == hash_pixels(photo)
    assert hashes.digests == digest_file(photo_file)
    assert hashes.picture_error is None
    assert hashes.to_match()[0] == hash_pixels(photo).hash
    with_family = hash_file(photo_file, with_family=True)
    assert with_family.family == hash_family(photo)
    assert with_family.pdq == hashes.pdq


VIDEOS = {
    "mp4": b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41",
    "mov": b"\0\0\0\x14ftypqt  \0\0\0\0qt  ",
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01",
    "avi": b"RIFF\0\0\0\0AVI LIST",
    "ogg": b"OggS\0\x02",
    "flv": b"FLV\x01\x05",
    "mpg": b"\0\0\x01\xba\x44",
    "wmv": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9",
    "ts": (b"\x47" + b"\xff" * 187) * 3,
}


@pytest.mark.parametrize("kind", VIDEOS)
def test_a_video_has_its_digests_and_no_error(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "clip"
    path.write_bytes(VIDEOS[kind] + b"rest")
    hashes = hash_file(path)
    assert hashes.pdq is None
    assert hashes.picture_error is None
    assert VideoMd5Hash(hashes.digests.md5.bytes) in hashes.to_match()


@pytest.mark.parametrize(
    "data", [b"", b"text", b"\0\0\0\x20ftypheic\0\0\0\0", b"RIFF\0\0\0\0WEBPVP8 ", b"G" + b"\0" * 400]
)
def test_other_files_are_no_videos(tmp_path: Path, data: bytes) -> None:
    assert not is_video(data)
    path = tmp_path / "file"
    path.write_bytes(data)
    assert isinstance(hash_file(path).picture_error, UnreadableImageError)


def test_folders_are_walked_in_the_same_order_every_time(tmp_path: Path) -> None:
    for name in ("b/2", "b/1", "a", "c/d/e", "c/a"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = [str(path.relative_to(tmp_path)) for path in find_files([tmp_path, tmp_path / "a"])]
    assert found == ["a", "b/1", "b/2", "c/a", "c/d/e", "a"]
    assert list(find_files([tmp_path / "absent"])) == [tmp_path / "absent"]
