"""A picture for pages: what an officer sent is decoded with care and made anew, without anything hidden in it."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.pages.errors import PageMistake

BYTES_MOST = 2 * 1024 * 1024
PIXELS_MOST = 12_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
QUALITY = 88  # of JPEG
ORIENTATION = 0x0112  # EXIF's tag
# Damaged files make decoders fail in all of these ways.
FAILURES = (
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
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class PictureState(Labelled):
    """How a picture stands."""

    WAITING = "waiting", mark("Awaits a second person"), "yellow"
    IN_USE = "in_use", mark("Can be shown"), "green"
    WITHDRAWN = "withdrawn", mark("Withdrawn"), "grey"


@dataclass(frozen=True, kw_only=True)
class Made:
    """A picture as it is kept: PNG or JPEG without anything but its pixels. Width and height in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int


def make_anew(sent: bytes) -> Made:
    """The picture of a file that was sent. Raises FieldRefused where it is none that can be kept.

    Only the process of its own (`decoding`) calls this: the file is a stranger's.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(sent), formats=FORMATS) as opened:
                mistake = _mistake(opened)
                is_photo = opened.format == "JPEG"
                pixels = None if mistake else _pixels(opened)
    except FAILURES as error:
        raise FieldRefused("file", PageMistake.FILE_BROKEN) from error
    if pixels is None:
        raise FieldRefused("file", mistake or PageMistake.FILE_BROKEN)
    content, media_type = _write(pixels, is_photo=is_photo)
    if len(content) > BYTES_MOST and pixels.mode == "RGB":
        content, media_type = _write(pixels, is_photo=True)
    if len(content) > BYTES_MOST:
        raise FieldRefused("file", PageMistake.FILE_LARGE)
    return Made(content=content, media_type=media_type, width=pixels.width, height=pixels.height)


def examples() -> Iterator[bytes]:
    """A small picture of each kind, of our own: whoever decodes them has loaded what any other one needs."""
    Image.init()
    exif = Image.Exif()
    exif[ORIENTATION] = 1
    for form in FORMATS:
        made = io.BytesIO()
        Image.effect_noise((64, 64), 50).convert("RGB").save(made, form, exif=exif)
        yield made.getvalue()


def _mistake(opened: Image.Image) -> PageMistake | None:
    """What is wrong with a picture by its head, before anything is decoded."""
    if opened.width * opened.height > PIXELS_MOST:
        return PageMistake.FILE_LARGE
    return PageMistake.FILE_MOVES if getattr(opened, "n_frames", 1) > 1 else None


def _pixels(opened: Image.Image) -> Image.Image:
    opened.load()
    turned = ImageOps.exif_transpose(opened)
    return turned.convert("RGBA" if turned.has_transparency_data else "RGB")


def _write(pixels: Image.Image, *, is_photo: bool) -> tuple[bytes, str]:
    # Of the pixels alone: what a file says besides them is left behind.
    bare = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    made = io.BytesIO()
    if is_photo and bare.mode == "RGB":
        bare.save(made, "JPEG", quality=QUALITY, optimize=True)
        return made.getvalue(), "image/jpeg"
    bare.save(made, "PNG", optimize=True)
    return made.getvalue(), "image/png"
