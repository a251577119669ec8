"""Decoding a picture file with care, to pixels; what of them a person sees is told by `hashmatch.views`."""

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt
import simplejpeg
from pi_heif import register_heif_opener
from PIL import ExifTags, Image, UnidentifiedImageError

from hashmatch.errors import ImageTooLargeError, UnreadableFileError, UnreadableImageError

Pixels: TypeAlias = npt.NDArray[np.uint8]
ImageSource: TypeAlias = str | Path | bytes | BinaryIO

MAXIMUM_PIXELS = 120_000_000
STRIP_BYTES = 8 << 20
LARGEST_JPEG = 64 << 20  # bytes; simplejpeg wants all of them in memory, Pillow reads a larger file bit by bit
TURNED_BY_EXIF = ("JPEG", "MPO", "PNG", "AVIF", "HEIF")
JPEG_SPACES = {"RGB": "RGB", "L": "GRAY"}  # what simplejpeg calls Pillow's modes

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


@dataclass(frozen=True, slots=True)
class Look:
    """A way to see a picture: on which grey it lies, 0 to 255, and what is done to its colours (RGB to RGB)."""

    ground: int = 0
    change: Callable[[Image.Image], Image.Image] | None = None


PLAIN_LOOK = Look()


def open_source(source: ImageSource) -> AbstractContextManager[BinaryIO]:
    """A binary stream of the source. Raises UnreadableFileError."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if not isinstance(source, str | Path):
        return nullcontext(source)
    try:
        return Path(source).open("rb")
    except IsADirectoryError as error:
        raise UnreadableFileError("This is a folder, not a file.") from error
    except FileNotFoundError as error:
        raise UnreadableFileError("There is no such file.") from error
    except PermissionError as error:
        raise UnreadableFileError("You do not have permission to read this file.") from error


def open_image(stream: BinaryIO) -> Image.Image:
    """Read a picture's header; refuse what is no picture, and what is too large before anything is decoded."""
    stream.seek(0)
    if not stream.read(1):
        raise UnreadableImageError("The file is empty.")
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(stream)
    except UnidentifiedImageError as error:
        raise UnreadableImageError("This is not a picture, or not of a kind that can be read here.") from error
    except Image.DecompressionBombError as error:
        raise too_large("far more pixels") from error
    except DECODER_FAILURES as error:
        raise UnreadableImageError("The picture's header is damaged. Try to get the file again.") from error
    width, height = image.size
    if width * height > MAXIMUM_PIXELS:
        raise too_large(f"{width} x {height} pixels")
    if width == 0 or height == 0:
        raise UnreadableImageError("The picture has no pixels.")
    return image


@contextmanager
def naming_errors(image: Image.Image) -> Iterator[None]:
    """What goes wrong in a decoder becomes one of our errors; its warnings, of metadata and sizes, do not matter."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Image.DecompressionBombError as error:
        raise too_large("more pixels than its header says") from error
    except DECODER_FAILURES as error:
        raise UnreadableImageError(
            f"The file starts like a picture ({image.format}) but is cut short or damaged. Try to get it again."
        ) from error


def too_large(found: str) -> ImageTooLargeError:
    """The error for a picture over the limit."""
    return ImageTooLargeError(
        f"The picture has {found}; the limit is {MAXIMUM_PIXELS // 1_000_000} million. "
        "Only MD5 and SHA-256 can be made of it."
    )


def read_orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8, where browsers apply it; a picture with damaged EXIF data is shown as it is stored.

    Chromium and Firefox do not turn a WebP, nor what XMP alone or a text in a PNG asks to be turned.
    """
    try:
        if image.format == "TIFF":  # no browser but Safari shows it
            value = image.getexif().get(ExifTags.Base.Orientation, 1)
        elif image.format in TURNED_BY_EXIF and image.info.get("exif"):
            exif = Image.Exif()
            exif.load(image.info["exif"])
            value = exif.get(ExifTags.Base.Orientation, 1)
        else:
            return 1
    except DECODER_FAILURES:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def turn_upright(pixels: Pixels, orientation: int) -> Pixels:
    """Apply an EXIF orientation, 1 to 8; the result is a view."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def decode_jpeg(image: Image.Image) -> Pixels | None:
    """The pixels of a flawless JPEG whose header Pillow has read, uint8[height, width, 1 or 3]; None for all else.

    simplejpeg reads it, so libjpeg-turbo, as behind Pillow: the same pixels in half the time, straight into one array.
    What it refuses, and whatever it takes for a picture of another size, is left to Pillow to read or to refuse.
    """
    stream = getattr(image, "fp", None)
    if image.format not in ("JPEG", "MPO") or image.mode not in JPEG_SPACES or stream is None:
        return None
    stream.seek(0)
    data = stream.read(LARGEST_JPEG + 1)
    if len(data) > LARGEST_JPEG:
        return None
    try:
        height, width, *_ = simplejpeg.decode_jpeg_header(data)
        if (width, height) != image.size:
            return None
        pixels: Pixels = simplejpeg.decode_jpeg(data, JPEG_SPACES[image.mode])
    except ValueError:
        return None
    return pixels


def convert_to_rgb(image: Image.Image, look: Look = PLAIN_LOOK) -> Pixels:
    """Any of Pillow's modes as 8-bit RGB, seen in a way."""
    pixels = decode_jpeg(image) if image.mode == "RGB" else None
    if pixels is not None and look.change is None:
        return pixels
    if pixels is not None:
        image = Image.fromarray(pixels)
    image.load()
    if image.mode.startswith(("I", "F")):
        image = Image.fromarray(scale_deep_grey(image, look.ground))
    return copy_pixels(image, lambda strip: paint(strip, look))


def paint(image: Image.Image, look: Look) -> Pixels:
    """A picture's pixels as RGB, seen in a way."""
    see_through = image.has_transparency_data
    seen = image.convert("RGBA") if see_through else image if image.mode == "RGB" else image.convert("RGB")
    if look.change is None:
        return lay_on(np.asarray(seen), look.ground) if see_through else np.asarray(seen)
    changed = look.change(seen.convert("RGB"))
    if not see_through:
        return np.asarray(changed)
    changed.putalpha(seen.getchannel("A"))
    return lay_on(np.asarray(changed), look.ground)


def is_plain_grey(image: Image.Image) -> bool:
    """Whether a picture's pixels are 8-bit grey and nothing else."""
    return image.mode == "L" and not image.has_transparency_data


def take_grey(image: Image.Image) -> Pixels:
    """The pixels of a plain grey picture, uint8[height, width]."""
    pixels = decode_jpeg(image)
    return copy_pixels(image) if pixels is None else pixels[:, :, 0]


def copy_pixels(image: Image.Image, convert: Callable[[Image.Image], npt.NDArray[np.uint8]] = np.asarray) -> Pixels:
    """Pillow's pixels as an array; large ones strip by strip, so that there is never a second copy of them all."""
    image.load()
    width, height = image.size
    step = max(STRIP_BYTES // (4 * width), 1)
    if step >= height:
        return convert(image)
    pixels: Pixels | None = None
    for top in range(0, height, step):
        bottom = min(top + step, height)
        strip = convert(image.crop((0, top, width, bottom)))
        if pixels is None:
            pixels = np.empty((height, *strip.shape[1:]), np.uint8)
        pixels[top:bottom] = strip
    if pixels is None:
        raise UnreadableImageError("The picture has no pixels.")
    return pixels


def scale_deep_grey(image: Image.Image, ground: int = 0) -> Pixels:
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
        grey[samples == transparent] = ground
    return grey


def lay_on(rgba: npt.NDArray[np.uint8], ground: int) -> Pixels:
    """Composite on a grey from black (0) to white (255), so that what a transparent area hides does not matter."""
    alpha = rgba[:, :, 3:].astype(np.uint16)
    return ((rgba[:, :, :3] * alpha + ground * (255 - alpha) + 127) // 255).astype(np.uint8)
