"""Access codes: 24 digits in six groups of four, and how a slip of the finger is found without spending a try.

The first two groups are the *look-up number*: random, unique, not secret. The other four are the secret: fourteen
free digits and two check digits, the last ones of groups 5 and 6. A code is valid when, modulo 11,

    s = sum of v(g) = 0    and    t = sum of g * v(g) = 0    over the groups g = 1 to 6,

where v(g) = 1a + 2b + 3c + 10d for the digits a, b, c, d of group g. Any one wrong digit and any two neighbouring
digits swapped change (s, t), and t / s then *names the place*: 1 to 6 is the group; 7 to 11 says that the last digit
of group n - 6 and the first one of the next are swapped. The multiplier 10 (that is -1) of the last digit is what keeps
the swaps across groups apart from all else. The proof is the exhaustive test; the reasons are in decision 0005.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from leeward.foundation.vault.errors import CodeMistyped, MistypedReason

GROUPS = 6
GROUP_DIGITS = 4
CODE_DIGITS = GROUPS * GROUP_DIGITS
LOOK_UP_DIGITS = 8
CHECK_PLACES = (19, 23)
MODULUS = 11
MULTIPLIERS = (1, 2, 3, 10)
LONGEST_TYPED_TEXT = 400
# Signs that people or their copying tools put between groups. Anything else is named as strange.
SEPARATORS = frozenset("-_.,;:/|*·•()[]")


@dataclass(frozen=True, kw_only=True)
class Code:
    """A valid access code. `secret` never leaves the request that reads it."""

    look_up: str
    secret: str

    def __repr__(self) -> str:
        return "Code(…)"  # so that no traceback or log can carry one

    @property
    def groups(self) -> tuple[str, ...]:
        """The six groups as printed."""
        return _groups(self.look_up + self.secret)


@dataclass(frozen=True, kw_only=True)
class Slip:
    """The group in which the check digits find a mistake; none if there is more than one mistake."""

    groups: tuple[int, ...]


def draw_code(*, draw_below: Callable[[int], int]) -> Code:
    """Make a new code from `draw_below(n)`, a source of unpredictable whole numbers from 0 to n - 1.

    About one draw in six has no check digits that are digits, and is thrown away: 46.2 bits of secret remain.
    """
    look_up = _draw_digits(LOOK_UP_DIGITS, draw_below)
    while True:
        free = _draw_digits(CODE_DIGITS - LOOK_UP_DIGITS - len(CHECK_PLACES), draw_below)
        checked = _with_check_digits(look_up + free)
        if checked is not None:
            return Code(look_up=look_up, secret=checked[LOOK_UP_DIGITS:])


def read_code(text: str) -> Code:
    """Read a code as a person types or pastes it: any spacing, any of the world's digits.

    Raises CodeMistyped, which names the group to look at wherever that can be known.
    """
    if len(text) > LONGEST_TYPED_TEXT:
        raise CodeMistyped(MistypedReason.TOO_MANY_DIGITS, digits=len(text))
    runs = _digit_runs(text)
    digits = "".join(runs)
    if not digits:
        raise CodeMistyped(MistypedReason.EMPTY)
    if len(digits) != CODE_DIGITS:
        raise _wrong_count(runs, len(digits))
    slip = find_slip(digits)
    if slip is None:
        return Code(look_up=digits[:LOOK_UP_DIGITS], secret=digits[LOOK_UP_DIGITS:])
    raise CodeMistyped(_SLIP_REASONS[len(slip.groups)], groups=slip.groups)


def find_slip(digits: str) -> Slip | None:
    """None for a valid code; otherwise the place of the mistake, right whenever there is only one mistake."""
    plain, weighted = _syndrome(digits)
    if plain == 0:
        return None if weighted == 0 else Slip(groups=())
    place = weighted * pow(plain, -1, MODULUS) % MODULUS or MODULUS
    return Slip(groups=(place,) if place <= GROUPS else (place - GROUPS, place - GROUPS + 1))


_SLIP_REASONS = {0: MistypedReason.SEVERAL_MISTAKES, 1: MistypedReason.WRONG_GROUP, 2: MistypedReason.SWAPPED_GROUPS}


def _syndrome(digits: str) -> tuple[int, int]:
    plain = weighted = 0
    for place, digit in enumerate(digits):
        part = MULTIPLIERS[place % GROUP_DIGITS] * int(digit)
        plain += part
        weighted += (place // GROUP_DIGITS + 1) * part
    return plain % MODULUS, weighted % MODULUS


def _with_check_digits(free: str) -> str | None:
    """Put the two check digits in their places; None when one of them would have to be 10."""
    first, second = CHECK_PLACES
    body = f"{free[:first]}0{free[first:]}0"
    plain, weighted = _syndrome(body)
    # The check digits x (group 5) and y (group 6) count -1 each: x + y = s and 5x + 6y = t.
    y = (weighted - 5 * plain) % MODULUS
    x = (plain - y) % MODULUS
    if x > 9 or y > 9:
        return None
    return f"{body[:first]}{x}{body[first + 1 : second]}{y}"


def _draw_digits(count: int, draw_below: Callable[[int], int]) -> str:
    return f"{draw_below(10**count):0{count}d}"


def _groups(digits: str) -> tuple[str, ...]:
    return tuple(digits[start : start + GROUP_DIGITS] for start in range(0, CODE_DIGITS, GROUP_DIGITS))


def _digit_runs(text: str) -> list[str]:
    """The runs of digits between separators, each in the digits 0 to 9."""
    runs = [""]
    for character in text:
        value = unicodedata.decimal(character, None)
        if value is not None:
            runs[-1] += str(int(value))
        elif _is_separator(character):
            runs.append("")
        else:
            raise CodeMistyped(MistypedReason.STRANGE_CHARACTER, groups=_group_of("".join(runs)))
    return [run for run in runs if run]


def _is_separator(character: str) -> bool:
    # Z: spaces; Cf: invisible marks of writing direction; Cc: line ends and tabs; Pd: all dashes.
    return (
        character in SEPARATORS
        or unicodedata.category(character)[0] == "Z"
        or (unicodedata.category(character) in {"Cf", "Cc", "Pd"})
    )


def _group_of(digits_before: str) -> tuple[int, ...]:
    group = len(digits_before) // GROUP_DIGITS + 1
    return (group,) if group <= GROUPS else ()


def _wrong_count(runs: list[str], count: int) -> CodeMistyped:
    reason = MistypedReason.TOO_FEW_DIGITS if count < CODE_DIGITS else MistypedReason.TOO_MANY_DIGITS
    groups: tuple[int, ...] = ()
    if len(runs) == GROUPS:
        groups = tuple(group for group, run in enumerate(runs, start=1) if len(run) != GROUP_DIGITS)
    elif len(runs) > 1:
        # A forgotten or doubled space moves all that follows: the first odd run is where to look.
        groups = next(((group,) for group, run in enumerate(runs[:GROUPS], start=1) if len(run) != GROUP_DIGITS), ())
    return CodeMistyped(reason, groups=groups, digits=count)


def month_after(day: date, *, months: int = 1) -> date:
    """The first day of a later month: the day itself would tie a code or a holding to what was stored with it."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
