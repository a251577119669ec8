"""Decides which hashes can be those of one picture or video, and refuses what no picture gives.

The browser decides by the same rule (hashmatch/browser/src/payload.js), and both read hashmatch/vectors/payloads.json.
What it leaves open was computed: docs/decisions/0021.
"""

from collections.abc import Iterator, Sequence

from hashmatch.variants import ALIKE_DISTANCE, FRAME, TURNS

TRIMMED = "trimmed"
# A hash sets the bits above the median of its 256 frequencies: 128, and fewer only where some are equal.
FEWEST_SET, MOST_SET = 96, 128
# Two unrelated hashes differ in 128 bits, give or take 8. Turned by its bits alone, one is at most 104 off.
MOST_OFF = 112
SIDE = 16


def _where(rows: range, columns: range) -> int:
    """The bits of these rows and columns of frequencies, counted from the lowest."""
    return sum(1 << (SIDE * row + column) for row in rows for column in columns)


ALL, EVEN = range(SIDE), range(0, SIDE, 2)
ACROSS, DOWN = _where(ALL, EVEN), _where(EVEN, ALL)
# What mirroring changes in a hash, for each orientation, and for which of them rows become columns first.
MIRRORED = dict(zip(TURNS, (0, DOWN, ACROSS ^ DOWN, ACROSS, ACROSS, DOWN, 0, ACROSS ^ DOWN), strict=True))
TRANSPOSED = frozenset({"rot90", "rot270", "flipplus", "flipminus"})


def find_unlikely(members: Sequence[tuple[str, str]]) -> int | None:
    """The place of the first member (variant and hash) that cannot be of the same picture or video as the others."""
    return next((at for at, fits in enumerate(_likely(members)) if not fits), None)


def is_possible(value: str) -> bool:
    """Whether this PDQ hash has as many bits set as a picture's can have."""
    return FEWEST_SET <= int(value, 16).bit_count() <= MOST_SET


def transposed(number: int) -> int:
    """A hash whose 16 rows of 16 frequencies become columns."""
    bits = f"{number:0256b}"
    return int("".join(bits[start::SIDE] for start in range(SIDE)), 2)


def _likely(members: Sequence[tuple[str, str]]) -> Iterator[bool]:
    """Whether each fits: an orientation nearly follows from the upright hash, a crop is somewhat like the one before,
    and a frame is kept only where it differs from the last.
    """
    upright = last = int(members[0][1], 16) if members else 0
    turned = transposed(upright)
    for at, (variant, value) in enumerate(members):
        number = int(value, 16)
        if not is_possible(value):
            yield False
        elif at == 0 or variant == TRIMMED:
            yield True
        elif variant in MIRRORED:
            expected = MIRRORED[variant] ^ (turned if variant in TRANSPOSED else upright)
            yield (number ^ expected).bit_count() <= MOST_OFF
        else:
            off = (number ^ last).bit_count()
            yield off > ALIKE_DISTANCE if variant == FRAME else off <= MOST_OFF
            last = number
