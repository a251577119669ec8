"""The names of a hash family's variants, the levels by which a platform chooses, and the limits of matching."""

from hashmatch.older import StrEnum

MATCH_DISTANCE = 31
CAREFUL_DISTANCE = 28
MINIMUM_QUALITY = 50
DISTINCTIVE_QUALITY = 80
# PDQ cuts its 256 coefficients at their median, so a picture with something in it sets half of the bits. Flat areas
# make ties, ties make fewer bits; a count this far off is eight standard deviations of chance, never a usable picture.
PLAIN_BITS_LOW, PLAIN_BITS_HIGH = 64, 192
# Of a video: a frame this close to the one kept before it adds nothing. A person sends at most so many (decision 0062);
# what was sent before that decision, and lists that investigators make, hold up to the second number.
ALIKE_DISTANCE = 10
MOST_SENT_FRAMES = 24
MOST_KEPT_FRAMES = 36

TURNS = ("upright", "rot90", "rot180", "rot270", "flipx", "flipy", "flipplus", "flipminus")
CROP_PERCENTAGES = tuple(range(2, 21, 2))
CROPS = ("trimmed", *(f"crop{percentage:02d}" for percentage in CROP_PERCENTAGES))
FRAME = "frame"
VARIANTS = (*TURNS, *CROPS, FRAME)


class Level(StrEnum):
    """Each level holds all variants of the one before it."""

    UPRIGHT = "upright"
    TURNED = "turned"
    CROPPED = "cropped"
    FRAMES = "frames"

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants that a platform on this level draws."""
        counts = {
            Level.UPRIGHT: 1,
            Level.TURNED: len(TURNS),
            Level.CROPPED: len(TURNS) + len(CROPS),
            Level.FRAMES: len(VARIANTS),
        }
        return VARIANTS[: counts[self]]


def explain_quality(quality: int, minimum: int = MINIMUM_QUALITY) -> str:
    """Why a picture of this quality is not compared."""
    return f"Too plain: its quality is {quality}, and a hash below {minimum} would match by chance."


def is_plain(value: str) -> bool:
    """Whether a PDQ hash in hexadecimal is of a picture with nothing in it, so that it would match many others."""
    return not PLAIN_BITS_LOW <= bin(int(value, 16)).count("1") <= PLAIN_BITS_HIGH
