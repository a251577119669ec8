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
from hashmatch.pdq_pixels import QualifiedHash, hash_pixels

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


def hash_image(source: ImageSource) -> QualifiedHash:
    """PDQ and quality of a picture file: a path, its bytes, or a seekable binary stream.

    They are those of `pdqhash.compute` on the RGB pixels. Raises UnreadableFileError, UnreadableImageError or
    ImageTooLargeError.
    """
    with open_source(source) as stream:
        return hash_stream(stream)


def hash_stream(stream: BinaryIO) -> QualifiedHash:
    """PDQ and quality of the picture in a seekable binary stream, as `hash_image`."""
    return hash_pixels(decode_to_hash(stream))
