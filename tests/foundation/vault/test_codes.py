"""The check digits find every slip, and name the place."""

import secrets
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.vault.errors import CodeMistyped, MistypedReason
from leeward.foundation.vault.rules.codes import (
    CODE_DIGITS,
    GROUP_DIGITS,
    Code,
    Slip,
    draw_code,
    find_slip,
    read_code,
)


def _digits(code: Code) -> str:
    return code.look_up + code.secret


def _group(place: int) -> int:
    return place // GROUP_DIGITS + 1


def _fresh() -> Code:
    return draw_code(draw_below=secrets.randbelow)


codes = st.builds(lambda source: draw_code(draw_below=lambda n: source.randrange(n)), st.randoms(use_true_random=False))


def test_every_wrong_digit_is_caught_and_its_group_named() -> None:
    # Every place with every pair (right digit, wrong digit) is met, over as many codes as that takes.
    met: set[tuple[int, str, str]] = set()
    while len(met) < CODE_DIGITS * 10 * 9:
        digits = _digits(_fresh())
        for place, right in enumerate(digits):
            for wrong in "0123456789".replace(right, ""):
                typed = digits[:place] + wrong + digits[place + 1 :]
                assert find_slip(typed) == Slip(groups=(_group(place),)), (digits, place, wrong)
                met.add((place, right, wrong))


def test_every_neighbouring_swap_is_caught_and_its_groups_named() -> None:
    met: set[tuple[int, str, str]] = set()
    while len(met) < (CODE_DIGITS - 1) * 10 * 9:
        digits = _digits(_fresh())
        for place, (left, right) in enumerate(pairwise(digits)):
            if left == right:
                continue
            typed = digits[:place] + right + left + digits[place + 2 :]
            expected = (_group(place),) if _group(place) == _group(place + 1) else (_group(place), _group(place + 1))
            assert find_slip(typed) == Slip(groups=expected), (digits, place)
            met.add((place, left, right))


@given(code=codes, place=st.integers(0, CODE_DIGITS - 3), digit=st.integers(1, 9))
def test_jumps_and_doubled_slips_inside_a_group_are_named_too(code: Code, place: int, digit: int) -> None:
    digits = list(_digits(code))
    if place % GROUP_DIGITS > 1:
        place -= 2
    jumped = digits.copy()
    jumped[place], jumped[place + 2] = jumped[place + 2], jumped[place]
    if jumped != digits:
        assert find_slip("".join(jumped)) == Slip(groups=(_group(place),))
    if digits[place] == digits[place + 1]:
        twins = digits.copy()
        twins[place] = twins[place + 1] = str((int(digits[place]) + digit) % 10)
        assert find_slip("".join(twins)) == Slip(groups=(_group(place),))


@given(code=codes)
def test_what_we_print_we_read(code: Code) -> None:
    assert read_code(" ".join(code.groups)) == code
    assert len(code.look_up) == 8
    assert len(code.secret) == 16


@given(
    code=codes,
    joiner=st.sampled_from(["", " ", "-", "\n", "\t", "\u00a0", "\u2009", " – ", "\u200f \u200e", ".", ", "]),
)
@pytest.mark.parametrize("zero", ["٠", "۰", "०", "০", "０", "๐", "𝟎"])
def test_any_separators_and_any_digits_are_read(code: Code, joiner: str, zero: str) -> None:
    typed = joiner.join(code.groups).translate({ord(str(n)): chr(ord(zero) + n) for n in range(10)})
    assert read_code(typed) == code


def test_a_code_never_shows_in_a_traceback() -> None:
    code = _fresh()
    assert code.secret not in repr(code)
    assert code.look_up not in f"{code}"


@pytest.mark.parametrize(
    ("typed", "reason", "groups"),
    [
        ("", MistypedReason.EMPTY, ()),
        ("  - ", MistypedReason.EMPTY, ()),
        ("1234 56O8 1111 2222 3333 4444", MistypedReason.STRANGE_CHARACTER, (2,)),
        ("x1234 5678 1111 2222 3333 4444", MistypedReason.STRANGE_CHARACTER, (1,)),
        ("1234 5678 111 2222 3333 4444", MistypedReason.TOO_FEW_DIGITS, (3,)),
        ("1234 5678 111 2222 33 4444", MistypedReason.TOO_FEW_DIGITS, (3, 5)),
        ("1234 5678 1111 2222 3333", MistypedReason.TOO_FEW_DIGITS, ()),
        ("12345678111122223333444", MistypedReason.TOO_FEW_DIGITS, ()),
        ("1234 5678 1111 22222 3333 4444", MistypedReason.TOO_MANY_DIGITS, (4,)),
        ("1" * 401, MistypedReason.TOO_MANY_DIGITS, ()),
    ],
)
def test_other_slips_name_the_group_where_it_is_known(
    typed: str, reason: MistypedReason, groups: tuple[int, ...]
) -> None:
    with pytest.raises(CodeMistyped) as caught:
        read_code(typed)
    assert (caught.value.reason, caught.value.groups) == (reason, groups)


@given(st.text(max_size=500))
def test_any_text_is_a_code_or_a_named_slip(text: str) -> None:
    named: tuple[int, ...] = ()
    try:
        assert find_slip(_digits(read_code(text))) is None
    except CodeMistyped as error:
        named = error.groups
    assert set(named) <= set(range(1, 7))


def test_one_random_text_of_digits_in_121_passes_so_that_guesses_cost_no_less() -> None:
    # If more passed, the check digits would not do their work; if fewer, they would tell about the secret.
    tries = 60_000
    passed = sum(find_slip(f"{secrets.randbelow(10**24):024d}") is None for _ in range(tries))
    assert 350 < passed < 650  # expected 496, seven standard deviations either side
