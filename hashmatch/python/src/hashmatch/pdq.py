"""PDQ of picture files, and the library's door to everything about PDQ of still pictures."""

import itertools
from dataclasses import dataclass
from typing import BinaryIO

from hashmatch.decode import MAXIMUM_PIXELS, ImageSource, Pixels, convert_to_rgb, open_source
from hashmatch.family import Box, FamilyMember, find_trimmed_box, hash_family, vary_pixels
from hashmatch.hashes import QualifiedHash
from hashmatch.pdq_pixels import hash_pixels
from hashmatch.views import decode_image, decode_stream, list_views

__all__ = [
    "MAXIMUM_PIXELS",
    "Box",
    "FamilyMember",
    "ImageSource",
    "PictureHashes",
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
    "hash_views",
    "vary_pixels",
]

ALIKE = 10  # bits: frames that differ by no more are one picture, seen for the time of both
MOST_VIEWS = 36


@dataclass(frozen=True, slots=True)
class PictureHashes:
    """What a picture file is known by: the hash of what is seen most, those of what else may be seen, and its family.

    `note` says what there is to say of the file: that it is cut short, or that not all of it was looked at.
    """

    pdq: QualifiedHash
    others: tuple[QualifiedHash, ...] = ()
    note: str | None = None
    family: tuple[FamilyMember, ...] = ()


@dataclass(slots=True)
class Seen:
    """One picture among the views of a file: its hash, its first view, and how long it is seen."""

    qualified: QualifiedHash
    number: int
    seconds: float


def hash_image(source: ImageSource) -> QualifiedHash:
    """PDQ and quality of a picture file: a path, its bytes, or a seekable binary stream.

    Those of `pdqhash.compute` on the RGB pixels of what is seen most: of an animation the frame that is seen longest,
    of a picture with transparency that over black if there is enough in it, else that over white. `hash_views` gives
    the hashes of all that may be seen. Raises UnreadableFileError, UnreadableImageError or ImageTooLargeError.
    """
    with open_source(source) as stream:
        return hash_stream(stream).pdq


def hash_views(source: ImageSource) -> PictureHashes:
    """The hashes of all that people may see of a picture file; takes and raises what `hash_image` does."""
    with open_source(source) as stream:
        return hash_stream(stream)


def hash_stream(stream: BinaryIO, *, with_family: bool = False) -> PictureHashes:
    """The hashes of the picture in a seekable binary stream, with the family of what is seen most if wanted."""
    seen: list[Seen] = []
    notes: list[str] = []
    for number, view in enumerate(list_views(stream)):
        add_view(seen, Seen(hash_pixels(view.pixels), number, view.seconds))
        if view.note is not None and view.note not in notes:
            notes.append(view.note)
    # What is too plain comes last, and is left out where anything else is there.
    ordered = sorted(seen, key=lambda one: (not one.qualified.is_usable, -one.seconds))
    main, *others = ordered
    usable = [one for one in others if one.qualified.is_usable]
    kept = usable[:MOST_VIEWS] + [one for one in usable[MOST_VIEWS:] if one.number == 0]
    if len(kept) < len(usable):
        notes.append(f"Of {len(usable) + 1} different frames only the {len(kept) + 1} seen longest were compared.")
    family: tuple[FamilyMember, ...] = ()
    if with_family:
        family = hash_family(next(itertools.islice(list_views(stream), main.number, None)).pixels)
    return PictureHashes(main.qualified, tuple(one.qualified for one in kept), " ".join(notes) or None, family)


def add_view(seen: list[Seen], new: Seen) -> None:
    """Take a view in: as one that is known, or as another."""
    is_still = new.seconds == float("inf")
    for one in seen:
        distance = one.qualified.hash.distance(new.qualified.hash)
        if distance == 0 or (distance <= ALIKE and not is_still and one.qualified.is_usable):
            one.seconds += new.seconds
            return
    seen.append(new)
