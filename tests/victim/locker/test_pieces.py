"""Pieces of sealed files in a folder: whole or not there, for their owner alone, gone with their file."""

import uuid
from pathlib import Path

import pytest

from leeward.victim.locker import pieces
from leeward.victim.locker.errors import PieceMissing


def test_a_piece_comes_back_and_put_again_counts_once(folder: Path) -> None:
    part, other = uuid.uuid4(), uuid.uuid4()
    assert pieces.size(part=part) == 0
    for piece in (b"first try", b"sealed"):
        pieces.put(part=part, number=1, piece=piece)
    pieces.put(part=part, number=2, piece=b"more")
    pieces.put(part=other, number=1, piece=b"another file's")
    assert (pieces.get(part=part, number=1), pieces.get(part=part, number=2)) == (b"sealed", b"more")
    assert pieces.size(part=part) == len(b"sealed") + len(b"more")
    assert {path.stat().st_mode & 0o077 for path in folder.rglob("*")} == {0}
    with pytest.raises(PieceMissing):
        pieces.get(part=part, number=3)
    for _ in range(2):
        pieces.delete(part=part)
    assert pieces.size(part=part) == 0
    assert pieces.get(part=other, number=1) == b"another file's"


def test_a_piece_that_could_not_be_written_leaves_the_one_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = uuid.uuid4()
    pieces.put(part=part, number=1, piece=b"whole")

    def full(_descriptor: int) -> None:
        raise OSError("no space is left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        pieces.put(part=part, number=1, piece=b"half")
    assert pieces.get(part=part, number=1) == b"whole"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["00001.piece"]
