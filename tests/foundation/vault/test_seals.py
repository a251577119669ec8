"""A sealed box opens only with its key and in its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.rules.seals import NONCE_BYTES, key_from_text, seal, unseal

KEY = key_from_text("a long secret of the server", purpose="test")
NONCE = bytes(range(NONCE_BYTES))


@given(text=st.text(max_size=300), place=st.text(max_size=30))
def test_what_is_sealed_opens(text: str, place: str) -> None:
    assert unseal(seal(text, key=KEY, nonce=NONCE, place=place), key=KEY, place=place) == text


@given(st.data())
def test_a_changed_box_does_not_open(data: st.DataObject) -> None:
    box = bytearray(seal("reference", key=KEY, nonce=NONCE, place="here"))
    box[data.draw(st.integers(0, len(box) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        unseal(bytes(box), key=KEY, place="here")


@given(st.binary(max_size=60))
def test_noise_does_not_open(noise: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(noise, key=KEY, place="here")


def test_another_place_or_key_does_not_open() -> None:
    box = seal("reference", key=KEY, nonce=NONCE, place="here")
    with pytest.raises(SealBroken):
        unseal(box, key=KEY, place="there")
    with pytest.raises(SealBroken):
        unseal(box, key=key_from_text("a long secret of the server", purpose="other"), place="here")


def test_the_format_is_frozen() -> None:
    # A stored box must open after any later change of this code: these bytes are from the first release.
    box = bytes.fromhex(FROZEN_BOX)
    assert unseal(box, key=KEY, place="here") == "reference"


FROZEN_BOX = "01000102030405060708090a0b8d24f5d442e562ae89ccda1028c42fafe2c04dc39f846fedd4"
