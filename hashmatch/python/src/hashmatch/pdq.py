"""PDQ of picture files, and the library's door to everything about PDQ of still pictures."""

from typing import BinaryIO

from hashmatch.decode import (
    MAXIMUM_PIXELS,
    ImageSource,
    Pixels,
    convert_to_rgb,
    decode_image,
    decode_stream,
    decode_to_hash,
    open_source,
)
from hashmatch.family import Box, FamilyMember, find_trimmed_box, hash_family, vary_pixels
from hashmatch.pdq_pixels import QualifiedHash, Reading, hash_pixels, measure_roughness, read_pixels

__all__ = [
    "MAXIMUM_PIXELS",
    "Box",
    "FamilyMember",
    "ImageSource",
    "Pixels",
    "QualifiedHash",
    "convert_to_rgb",
    "decode_image",
    "decode_stream",
    "find_trimmed_box",
    "hash_family",
    "hash_image",
    "hash_pixels",
    "hash_stream",
    "vary_pixels",
]

# How far luma decoding may move what a hash is made of. Two bits change places where two frequencies do, so at most
# four bits change while all frequencies but four are further from the median than any is moved.
LUMA_MARGIN = 0.3
ROUGH_STEP = 40.0
LEAST_PEAK = 7.5
MOST_EVEN = 0.45


def hash_image(source: ImageSource, *, exact: bool = False) -> QualifiedHash:
    """PDQ and quality of a picture file: a path, its bytes, or a seekable binary stream.

    With `exact`, always those of `pdqhash.compute` on the RGB pixels. Without, so for all but JPEG; most JPEGs are
    hashed from their luma alone, in two fifths of the time or less, and at most 4 bits off (see `is_safe_from_luma`).
    Raises UnreadableFileError, UnreadableImageError or ImageTooLargeError.
    """
    with open_source(source) as stream:
        return hash_stream(stream, exact=exact)


def hash_stream(stream: BinaryIO, *, exact: bool = False) -> QualifiedHash:
    """PDQ and quality of the picture in a seekable binary stream, as `hash_image`."""
    decoded = decode_to_hash(stream, exact=exact)
    reading = read_pixels(decoded.pixels)
    if decoded.is_luma and (is_rough(decoded.pixels) or not is_safe_from_luma(reading)):
        del decoded
        return hash_pixels(decode_to_hash(stream, exact=True).pixels)
    return reading.qualified


def is_safe_from_luma(reading: Reading) -> bool:
    """Whether the hash of a JPEG's luma is within four bits of that of its colours.

    It is not where the picture is plain, where many frequencies are near the median, where all frequencies are alike
    as in noise, and where much of it is even, as in stripes, drawings and screenshots: their pure colours overshoot at
    edges, and RGB pixels are clipped where luma is not.
    """
    traits = reading.traits
    is_clear = traits.clear > LUMA_MARGIN
    is_like_a_photo = traits.peak > LEAST_PEAK * traits.spread
    is_drawn = traits.evenness > MOST_EVEN
    return reading.qualified.is_usable and is_clear and is_like_a_photo and not is_drawn


def is_rough(luma: Pixels) -> bool:
    """Whether neighbouring pixels hardly have to do with each other, as in noise; then colours are clipped everywhere.

    `luma` is uint8[height, width].
    """
    return measure_roughness(luma) > ROUGH_STEP
