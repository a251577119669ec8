"""What a stranger is told of a log that is not right, and the forms of leaves, tiles and notes."""

from datetime import date
from typing import Any

import pytest

from leeward.foundation.notary.errors import LeafRefused, LogMismatch, NoteMalformed, SignatureRefused, TileUnknown
from leeward.foundation.notary.rules.leaves import Leaf, canonical, read_leaf
from leeward.foundation.notary.rules.notes import Checkpoint, SignerKey, VerifierKey, read_checkpoint, sign
from leeward.foundation.notary.rules.tiles import Tile, read_place, tiles_of
from leeward.foundation.notary.rules.verifying import verify_log
from tests.foundation.notary.made_up_log import KEY, ORIGIN, leaf, served

CONTENTS = [leaf(number).content for number in range(260)]
DIGEST = "0" * 64


def verify(files: dict[str, bytes], **how: Any) -> Any:
    return verify_log(files.__getitem__, keys=[KEY.verifier], **how)


def test_a_log_that_goes_on_from_what_was_kept_passes() -> None:
    for size in (0, 1, 200, 256, 259, 260):
        kept = served(CONTENTS[:size])["checkpoint"].decode()
        assert verify(served(CONTENTS), kept=kept).checkpoint.size == 260


def test_each_way_of_being_wrong_is_named() -> None:
    kept = served(CONTENTS[:200])["checkpoint"].decode()
    anew = [leaf(1000).content, *CONTENTS[1:]]
    other = SignerKey(name=ORIGIN, private=bytes(32))
    elsewhere = SignerKey(name="elsewhere.example/notary", private=KEY.private)
    files = served(CONTENTS)

    def refused(said: str, changed: dict[str, bytes], **how: Any) -> None:
        with pytest.raises(LogMismatch, match=said):
            verify(changed, **how)

    refused("leaves were taken away", served(CONTENTS[:199]), kept=kept)
    refused("the log was written anew", served(anew), kept=kept)
    refused("do not give the root", {**files, "checkpoint": served(anew)["checkpoint"]})
    refused("leaf 3 is another one", {**files, "tile/entries/000": _changed(files["tile/entries/000"], "2026-3")})
    refused(
        "Leaf 3 cannot be read",
        {**files, "tile/entries/000": files["tile/entries/000"].replace(b"2026-3 ", b"\xff" * 7)},
    )
    refused("A bundle of 4 leaves", {**files, "tile/entries/001.p/4": files["tile/entries/001.p/4"][:-1]})
    refused("A tile of 4 hashes", {**files, "tile/0/001.p/4": files["tile/0/001.p/4"][:-1]})
    point = Checkpoint(origin=ORIGIN, size=1, root=bytes(32))
    refused("is not signed by", {**files, "checkpoint": sign(point, [other]).encode()})
    refused(
        "of another one", {**files, "checkpoint": sign(Checkpoint(origin="x", size=1, root=bytes(32)), [KEY]).encode()}
    )
    refused("not a signed note", {**files, "checkpoint": b"nothing"})
    refused("not text", {**files, "checkpoint": b"\xff"})
    away = sign(Checkpoint(origin=elsewhere.name, size=0, root=bytes(32)), [elsewhere])
    with pytest.raises(LogMismatch, match="of another log"):
        verify_log(files.__getitem__, keys=[KEY.verifier, elsewhere.verifier], kept=away)


def _changed(bundle: bytes, name: str) -> bytes:
    return bundle.replace(f'"{name} '.encode(), f'"{name[:-1]}x '.encode(), 1)


def test_a_note_by_several_keys_is_accepted_by_who_knows_one_of_them() -> None:
    other = SignerKey(name=ORIGIN, private=bytes(32))
    point = Checkpoint(origin=ORIGIN, size=5, root=bytes(32))
    note = sign(point, [other, KEY])
    for keys in ([KEY.verifier], [other.verifier], [KEY.verifier, other.verifier]):
        assert read_checkpoint(note, keys) == point
    wrong = note.replace(
        note.split("\n")[4], sign(Checkpoint(origin=ORIGIN, size=6, root=bytes(32)), [other]).split("\n")[4]
    )
    assert read_checkpoint(wrong, [KEY.verifier]) == point
    with pytest.raises(SignatureRefused, match="does not fit"):
        read_checkpoint(wrong, [KEY.verifier, other.verifier])


@pytest.mark.parametrize(
    "note",
    ["", "a\n1\n\n", "a\n1\nAAAA\n\n— a AAAA", "a\n01\nAAAA\n\n— a AAAA\n", "a\n\n— b\n", "a\n1\nA\n\n-- a AAAA\n"],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(LogMismatch):
        read_checkpoint(note, [KEY.verifier])


@pytest.mark.parametrize(("size", "root"), [("01", "A" * 43 + "="), ("-1", "A" * 43 + "="), ("1", "AAAA"), ("1", "A")])
def test_a_signed_text_that_is_no_checkpoint_is_refused(size: str, root: str) -> None:
    class Said(Checkpoint):
        text = f"{ORIGIN}\n{size}\n{root}\n"

    with pytest.raises(NoteMalformed):
        read_checkpoint(sign(Said(origin=ORIGIN, size=1, root=b""), [KEY]), [KEY.verifier])


def test_keys_are_read_as_they_are_written() -> None:
    assert VerifierKey.read(KEY.verifier.text) == KEY.verifier
    assert SignerKey.read(f"{KEY.text}\n") == KEY
    assert "private" not in repr(KEY)
    for wrong in ("", KEY.verifier.text, KEY.text[:-4], KEY.text.replace("+", " ")):
        with pytest.raises(NoteMalformed):
            SignerKey.read(wrong)


def test_a_leaf_has_one_form() -> None:
    entry = Leaf(kind="thing", name='é\\"', on=date(2026, 11, 28), sha256=DIGEST)
    said = '{"kind":"thing","name":"é\\\\\\"","on":"2026-11-28","sha256":"' + DIGEST + '"}'
    assert entry.content.decode() == said
    assert read_leaf(entry.content) == entry
    for wrong in (b"", b"[]", b"{}", entry.content + b" ", entry.content.replace(b",", b", "), b'{"kind":1}'):
        with pytest.raises(LeafRefused):
            read_leaf(wrong)
    for field, value in (
        ("kind", "Thing"),
        ("kind", "x" * 41),
        ("name", ""),
        ("name", "a\nb"),
        ("name", "x" * 201),
        ("sha256", "F" * 64),
        ("sha256", "0"),
    ):
        with pytest.raises(LeafRefused):
            Leaf(**{**vars(entry), field: value})


def test_canonical_json_says_days_and_refuses_what_has_no_form() -> None:
    assert canonical({"b": [1, None, True], "a": date(2026, 1, 2)}) == b'{"a":"2026-01-02","b":[1,null,true]}'
    for wrong in (float("nan"), object()):
        with pytest.raises((ValueError, TypeError)):
            canonical(wrong)


def test_places_of_tiles_are_read_as_the_standard_writes_them() -> None:
    assert Tile(level=0, number=1_234_067).path == "tile/0/x001/x234/067"
    assert Tile(level=None, number=0, width=5).path == "tile/entries/000.p/5"
    assert read_place("0", "x001/x234/067") == Tile(level=0, number=1_234_067)
    assert read_place("entries", "000.p/5") == Tile(level=None, number=0, width=5)
    for level, place in (
        ("0", "0"),
        ("0", "x000/001"),
        ("0", "001/002"),
        ("0", "000.p/256"),
        ("0", "000.p/0"),
        ("0", "000.p/05"),
        ("00", "000"),
        ("6", "000"),
        ("data", "000"),
        ("0", "x001/" * 60 + "000"),
        ("0", "٠٠٠"),
    ):
        with pytest.raises(TileUnknown):
            read_place(level, place)
    assert [each.path for each in tiles_of(257)] == [
        "tile/entries/000",
        "tile/entries/001.p/1",
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
    ]
