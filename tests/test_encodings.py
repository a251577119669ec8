"""A planted text is found in whatever encoding it lies, and nothing else is taken for it."""

import base64

import pytest

from tests.encodings import forms_of


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("after", ["", "y", "yz"])
def test_a_text_is_found_in_base64_wherever_it_stands(before: str, after: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        held = encode(f"{before}Łódź?>kestrel{after}".encode())
        assert any(form in held for form in forms_of("Łódź?>kestrel"))


def test_a_text_too_short_to_be_told_from_chance_is_refused() -> None:
    with pytest.raises(AssertionError, match="heron"):
        forms_of("heron")
