"""PDQ of a picture and its hash family: decode the file carefully, then hash the pixels at full resolution."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
import pdqhash
from pi_heif import register_heif_opener
from PIL import ExifTags, Image, UnidentifiedImageError

from hashmatch.errors import ImageTooLargeError, UnreadableFileError, UnreadableImageError
from hashmatch.hashes import PdqHash
from hashmatch.variants import CROP_PERCENTAGES, DISTINCTIVE_QUALITY, MINIMUM_QUALITY, TURNS

type Pixels = npt.NDArray[np.uint8]
type ImageSource = str | Path | bytes | BinaryIO

MAXIMUM_PIXELS = 120_000_000
SMALLEST_DERIVED_SIDE = 64
BORDER_TOLERANCE = 16

register_heif_opener()

# Damaged files make the decoders behind Pillow fail in all of these ways; none of them means more than "damaged".
DECODER_FAILURES = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)


# The order in which the binding gives the orientations of a picture.
DIHEDRAL_ORDER = ("upright", "rot90", "rot180", "rot270", "flipy", "flipx", "flipplus", "flipminus")
LARGE_SIDE = 1024


@dataclass(frozen=True, slots=True)
class QualifiedHash:
    """A PDQ hash and its quality, 0 to 100: how much there is in the picture to recognise it by."""

    hash: PdqHash
    quality: int

    @property
    def is_usable(self) -> bool:
        """Whether there is enough in the picture for the hash to be stored in a bank."""
        return self.quality >= MINIMUM_QUALITY

    @property
    def is_distinctive(self) -> bool:
        """Whether there is so much in the picture that a match of it is hardly ever chance."""
        return self.quality >= DISTINCTIVE_QUALITY


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """One hash of a family: what was done to the picture before it was hashed, the hash and its quality."""

    variant: str
    hash: PdqHash
    quality: int


class Box(NamedTuple):
    """A rectangle of pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int


def decode_image(source: ImageSource) -> Pixels:
    """Decode to 8-bit RGB rows: orientation applied, first frame of an animation, transparency laid on black."""
    if isinstance(source, bytes):
        return decode_stream(io.BytesIO(source))
    if isinstance(source, str | Path):
        try:
            with Path(source).open("rb") as stream:
                return decode_stream(stream)
        except IsADirectoryError as error:
            raise UnreadableFileError("This is a folder, not a file.") from error
        except FileNotFoundError as error:
            raise UnreadableFileError("There is no such file.") from error
        except PermissionError as error:
            raise UnreadableFileError("You do not have permission to read this file.") from error
    return decode_stream(source)


def decode_stream(stream: BinaryIO) -> Pixels:
    """Decode the picture that a seekable binary stream holds."""
    with warnings.catch_warnings():
        # Pillow warns of damaged metadata, which does not matter here, and of sizes well below our own limit.
        warnings.simplefilter("ignore")
        with open_image(stream) as image:
            width, height = image.size
            if width * height > MAXIMUM_PIXELS:
                raise too_large(f"{width} x {height} pixels")
            if width == 0 or height == 0:
                raise UnreadableImageError("The picture has no pixels.")
            return decode_opened(image)


def open_image(stream: BinaryIO) -> Image.Image:
    """Read a picture's header and refuse what is no picture."""
    if not stream.read(1):
        raise UnreadableImageError("The file is empty.")
    stream.seek(0)
    try:
        return Image.open(stream)
    except UnidentifiedImageError as error:
        raise UnreadableImageError("This is not a picture, or not of a kind that can be read here.") from error
    except Image.DecompressionBombError as error:
        raise too_large("far more pixels") from error
    except DECODER_FAILURES as error:
        raise UnreadableImageError("The picture's header is damaged. Try to get the file again.") from error


def decode_opened(image: Image.Image) -> Pixels:
    """The pixels of a picture whose header is read."""
    try:
        image.load()
        pixels = convert_to_rgb(image)
    except Image.DecompressionBombError as error:
        raise too_large("more pixels than its header says") from error
    except DECODER_FAILURES as error:
        raise UnreadableImageError(
            f"The file starts like a picture ({image.format}) but is cut short or damaged. Try to get it again."
        ) from error
    return turn_upright(pixels, read_orientation(image))


def too_large(found: str) -> ImageTooLargeError:
    """The error for a picture over the limit."""
    return ImageTooLargeError(
        f"The picture has {found}; the limit is {MAXIMUM_PIXELS // 1_000_000} million. "
        "Only MD5 and SHA-256 can be made of it."
    )


def read_orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; a picture with damaged EXIF data is shown as it is stored, as browsers do."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except DECODER_FAILURES:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def turn_upright(pixels: Pixels, orientation: int) -> Pixels:
    """Apply an EXIF orientation, 1 to 8."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def convert_to_rgb(image: Image.Image) -> Pixels:
    """Any of Pillow's modes as 8-bit RGB."""
    if image.mode.startswith(("I", "F")):
        grey = scale_deep_grey(image)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        return lay_on_black(np.asarray(image.convert("RGBA")))
    return np.asarray(image.convert("RGB"))


def scale_deep_grey(image: Image.Image) -> Pixels:
    """Grey of more than 8 bits as 8 bits; Pillow's own conversion would clip everything above 255 to white."""
    samples = np.asarray(image)
    if image.mode == "F":
        finite = np.nan_to_num(samples.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        brightest = max(float(finite.max()), 1.0)
        return np.rint(np.clip(finite, 0.0, None) * (255.0 / brightest)).astype(np.uint8)
    whole = np.clip(samples.astype(np.int64), 0, None)
    if image.mode == "I" and whole.max() > 0xFFFF:
        whole >>= 16
    grey = ((whole + 128) // 257).astype(np.uint8)
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        grey[samples == transparent] = 0
    return grey


def lay_on_black(rgba: npt.NDArray[np.uint8]) -> Pixels:
    """Composite on black, so that what a transparent area hides does not change the hash."""
    alpha = rgba[:, :, 3:].astype(np.uint16)
    return ((rgba[:, :, :3] * alpha + 127) // 255).astype(np.uint8)


def hash_pixels(pixels: Pixels) -> QualifiedHash:
    """PDQ and quality of 8-bit RGB pixels (height x width x 3), at their full resolution."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
        raise UnreadableImageError(
            f"PDQ needs an array of 8-bit RGB pixels (height x width x 3), not {pixels.dtype} of shape {pixels.shape}."
        )
    # The binding walks memory row by row whatever the strides say: a turned view must be copied into order first.
    bits, quality = pdqhash.compute(np.ascontiguousarray(pixels))
    return QualifiedHash(PdqHash(np.packbits(bits.astype(np.uint8)).tobytes()), int(quality))


def hash_image(source: ImageSource) -> QualifiedHash:
    """PDQ and quality of a picture file."""
    return hash_pixels(decode_image(source))


def hash_family(image: Pixels) -> tuple[FamilyMember, ...]:
    """The hashes of what people do to a picture without thinking: eight orientations, border trimmed, centre crops."""
    if min(image.shape[:2]) >= LARGE_SIDE:
        return (*hash_large_turns(image), *(hash_member(one) for one in vary_pixels(image) if one[0] not in TURNS))
    return tuple(hash_member(one) for one in vary_pixels(image))


def hash_member(varied: tuple[str, Pixels]) -> FamilyMember:
    """One variant of a picture, hashed."""
    variant, pixels = varied
    qualified = hash_pixels(pixels)
    return FamilyMember(variant, qualified.hash, qualified.quality)


def hash_large_turns(image: Pixels) -> tuple[FamilyMember, ...]:
    """The eight orientations of a large picture from one pass, by the signs and order of its frequencies.

    From a short side of 1024 pixels this is within 14 bits of hashing turned pixels; below it is not, so small pictures
    are turned for real.
    """
    turns, quality = pdqhash.compute_dihedral(np.ascontiguousarray(image))
    hashes = {
        variant: PdqHash(np.packbits(bits.astype(np.uint8)).tobytes())
        for variant, bits in zip(DIHEDRAL_ORDER, turns, strict=True)
    }
    return tuple(FamilyMember(variant, hashes[variant], int(quality)) for variant in TURNS)


def vary_pixels(image: Pixels) -> Iterator[tuple[str, Pixels]]:
    """Each variant's name and pixels, in the fixed order; the rules are those of vectors/README.md."""
    half_turn = np.rot90(image, 2)
    yield "upright", image
    yield "rot90", np.rot90(image, 1)
    yield "rot180", half_turn
    yield "rot270", np.rot90(image, 3)
    yield "flipx", image[:, ::-1]
    yield "flipy", image[::-1]
    yield "flipplus", image.transpose(1, 0, 2)
    yield "flipminus", half_turn.transpose(1, 0, 2)
    box = find_trimmed_box(image)
    if box is not None:
        yield "trimmed", image[box.top : box.bottom, box.left : box.right]
    height, width, _ = image.shape
    for percentage in CROP_PERCENTAGES:
        across, down = width * percentage // 200, height * percentage // 200
        if (across or down) and min(width - 2 * across, height - 2 * down) >= SMALLEST_DERIVED_SIDE:
            yield f"crop{percentage:02d}", image[down : height - down, across : width - across]


def find_trimmed_box(image: Pixels) -> Box | None:
    """What is left when the uniform border is taken off; None if there is no border or too little would be left."""
    height, width, _ = image.shape
    grey = grey_values(image)
    most_down, most_across = height * 2 // 5, width * 2 // 5
    left, top, right, bottom = 0, 0, width, height
    # A second round finds the bars that other bars hid: pillars between letterbox bars, or a frame in a frame.
    for _ in range(2):
        top += count_border_lines(grey[top:bottom, left:right], most_down - top)
        bottom -= count_border_lines(grey[top:bottom, left:right][::-1], most_down - (height - bottom))
        left += count_border_lines(grey[top:bottom, left:right].T, most_across - left)
        right -= count_border_lines(grey[top:bottom, left:right].T[::-1], most_across - (width - right))
    box = Box(left, top, right, bottom)
    if box == (0, 0, width, height) or min(right - left, bottom - top) < SMALLEST_DERIVED_SIDE:
        return None
    return box


def grey_values(image: Pixels) -> npt.NDArray[np.uint8]:
    """Whole-number luma for finding borders, the same on every machine."""
    grey = np.empty(image.shape[:2], np.uint8)
    for row, line in enumerate(image):
        wide = line.astype(np.uint32)
        grey[row] = (wide[:, 0] * 299 + wide[:, 1] * 587 + wide[:, 2] * 114 + 500) // 1000
    return grey


def count_border_lines(lines: npt.NDArray[np.uint8], limit: int) -> int:
    """How many of the first lines are uniform and alike."""
    first: int | None = None
    for count, line in enumerate(lines[:limit]):
        mean = int(line.sum(dtype=np.int64)) // len(line)
        first = mean if first is None else first
        if int(line.max()) - int(line.min()) > BORDER_TOLERANCE or abs(mean - first) > BORDER_TOLERANCE:
            return count
    return min(limit, len(lines))
