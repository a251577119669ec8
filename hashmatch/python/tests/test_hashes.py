"""Hash values hold well-formed hashes only, and measure distance as brute force does."""

import pytest
from hashmatch.errors import HashmatchError, InvalidHashError
from hashmatch.hashes import HASH_TYPES, Md5Hash, PdqHash, Sha256Hash, VideoMd5Hash, parse_hash
from hypothesis import given
from hypothesis import strategies as st

raw = st.binary(min_size=32, max_size=32)


@given(raw)
def test_hex_and_bytes_are_two_forms_of_one_hash(data: bytes) -> None:
    one = PdqHash.from_bytes(data)
    assert PdqHash.from_hex(one.hex) == PdqHash.from_hex(one.hex.upper()) == one
    assert one.hex == data.hex() == str(one)
    assert one.bytes == data
    assert hash(one) == hash(PdqHash(data))


@given(raw, raw)
def test_distance_counts_the_bits_that_differ(first: bytes, second: bytes) -> None:
    expected = sum((a ^ b).bit_count() for a, b in zip(first, second, strict=True))
    assert PdqHash(first).distance(PdqHash(second)) == expected == PdqHash(second).distance(PdqHash(first))


def test_the_same_bytes_as_another_type_are_another_hash() -> None:
    assert Md5Hash(b"x" * 16) != VideoMd5Hash(b"x" * 16)
    assert PdqHash(b"x" * 32) != Sha256Hash(b"x" * 32)
    assert len({Md5Hash(b"x" * 16), VideoMd5Hash(b"x" * 16)}) == 2


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "64 hexadecimal digits long, but this text has 0"),
        ("ab" * 31, "has 62"),
        ("ab" * 33, "has 66"),
        ("g" * 64, "only the digits"),
        ("0x" + "a" * 62, "only the digits"),
        (" " + "a" * 63, "only the digits"),
        ("٣" * 64, "only the digits"),
        ("a" * 63 + "\n", "only the digits"),
    ],
)
def test_a_malformed_text_is_refused_and_the_error_says_why(text: str, complaint: str) -> None:
    with pytest.raises(InvalidHashError, match=complaint):
        PdqHash.from_hex(text)


@pytest.mark.parametrize("data", [b"", b"x" * 31, b"x" * 33])
def test_bytes_of_another_length_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidHashError, match="32 bytes long"):
        PdqHash(data)


def test_what_is_not_bytes_is_refused() -> None:
    with pytest.raises(InvalidHashError, match="not of str"):
        PdqHash("a" * 32)  # type: ignore[arg-type]


def test_a_hash_cannot_be_changed() -> None:
    one = PdqHash(b"x" * 32)
    with pytest.raises(AttributeError):
        one.bytes = b"y" * 32  # type: ignore[misc]


@pytest.mark.parametrize("name", HASH_TYPES)
def test_every_type_is_parsed_by_its_name(name: str) -> None:
    kind = HASH_TYPES[name]
    one = parse_hash(name, "ab" * kind.LENGTH)
    assert type(one) is kind
    assert name == one.TYPE_NAME


def test_an_unknown_type_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(HashmatchError, match="pdq, video_md5, md5, sha256"):
        parse_hash("phash", "ab")
