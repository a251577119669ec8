"""What people may see of one picture file: what a browser shows must be what is hashed.

A file can hold one picture for a hasher and another for a person: in its alpha channel, behind a blank first frame, in
the colours that a profile makes of its numbers, in what is left of it. So each of these views is hashed. The rules are
those of Chromium and Firefox, which `hashmatch/evasions` holds against this.
"""

import contextlib
import functools
import io
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import simplejpeg
from PIL import Image, ImageCms

from hashmatch.decode import (
    DECODER_FAILURES,
    LARGEST_JPEG,
    PLAIN_LOOK,
    ImageSource,
    Look,
    Pixels,
    convert_to_rgb,
    is_plain_grey,
    naming_errors,
    open_image,
    open_source,
    read_orientation,
    take_grey,
    turn_upright,
)
from hashmatch.errors import HashmatchError, UnreadableImageError

WHITE = 255
ANIMATED = ("GIF", "PNG", "WEBP", "AVIF")
SHOWN_IN_PART = ("JPEG", "MPO", "PNG", "GIF", "BMP")  # browsers show what there is of them
MOST_PIXELS_IN_PART = 40_000_000  # several copies are needed to tell what was decoded
KEPT_FACTS = ("exif", "icc_profile", "gamma")
MOST_FRAMES = 2_000
MOST_FRAME_PIXELS = 300_000_000  # of all frames together
SHORTEST_DELAY, USUAL_DELAY = 0.01, 0.1  # seconds; browsers take what is not longer than the first for the second
CLEAR_CHANGE = 24  # levels of luma by which a profile must move a colour to be looked through
SCREEN_GAMMA = 2.2
SMALLEST_BEND = 0.02

CUT_SHORT = "The file is cut short or damaged; what there is of it was hashed."
FRAMES_LEFT = "The animation is very long; frames behind its first {count} were not looked at."


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Pixels that may be seen: uint8[height, width, 3] RGB or uint8[height, width] grey.

    `seconds` is how long a frame of an animation is seen; `note` is what there is to say of the file.
    """

    pixels: Pixels
    seconds: float = math.inf
    note: str | None = None


def decode_image(source: ImageSource) -> Pixels:
    """Decode to 8-bit RGB rows: orientation applied, first frame of an animation, transparency laid on black.

    The result is uint8[height, width, 3]. Of a file that is cut short it is what there is, the rest black. Raises
    UnreadableFileError, UnreadableImageError, ImageTooLargeError.
    """
    with open_source(source) as stream:
        return decode_stream(stream)


def decode_stream(stream: BinaryIO) -> Pixels:
    """Decode the picture that a seekable binary stream holds from its start, as `decode_image` does."""
    pixels = next(list_views(stream)).pixels
    return np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels


def list_views(stream: BinaryIO) -> Iterator[View]:
    """All views of the picture in a seekable binary stream, the first frame over black first, made on demand.

    Raises UnreadableImageError or ImageTooLargeError.
    """
    with open_image(stream) as image:
        with naming_errors(image):
            count = getattr(image, "n_frames", 1) if image.format in ANIMATED else 1
        if count > 1:
            yield from list_frames(image, count)
            return
        given = 0
        try:
            for view in list_looks(image):
                yield view
                given += 1
        except UnreadableImageError:
            part = None if given else load_part(stream, image)
            if part is None:
                raise
            yield from (replace(view, note=CUT_SHORT) for view in list_looks(part))


def list_looks(image: Image.Image, *, is_turned: bool = True) -> Iterator[View]:
    """The views of one picture: over black, over white if that differs, and each in the colours that are shown."""
    with naming_errors(image):
        view = View(see(image, PLAIN_LOOK, is_turned=is_turned))
    yield view
    del view
    with naming_errors(image):
        looks = [Look(WHITE)] if is_see_through(image) else []
        change = find_change(image)
        if change is not None:
            looks += [replace(one, change=change) for one in (PLAIN_LOOK, *looks)]
    for look in looks:
        with naming_errors(image):
            view = View(see(image, look, is_turned=is_turned))
        yield view
        del view


def see(image: Image.Image, look: Look, *, is_turned: bool) -> Pixels:
    """The pixels of an opened picture, upright if wanted."""
    is_grey = look.change is None and is_plain_grey(image)
    pixels = take_grey(image) if is_grey else convert_to_rgb(image, look)
    return turn_upright(pixels, read_orientation(image)) if is_turned else pixels


def is_see_through(image: Image.Image) -> bool:
    """Whether anything lies behind a picture."""
    if not image.has_transparency_data:
        return False
    if image.mode.startswith("I"):
        return True
    alpha = image if "A" in image.getbands() else image.convert("RGBA")
    return int(np.asarray(alpha.getchannel("A")).min()) < WHITE


def list_frames(image: Image.Image, count: int) -> Iterator[View]:
    """The frames of an animation as they are seen, without a default image that only old programs show.

    Where the animation ends, its last frame stays.
    """
    first = 1 if image.info.get("default_image") else 0
    stays = count - 1 if is_finite(image) or count == first + 1 else None
    width, height = image.size
    most = min(count, first + 1 + min(MOST_FRAMES, MOST_FRAME_PIXELS // (width * height)))
    note = FRAMES_LEFT.format(count=most - first) if most < count else None
    latest: View | None = None
    for number in range(first, most):
        try:
            with naming_errors(image):
                image.seek(number)
                load_frame(image)
        except UnreadableImageError:
            if latest is None:
                raise
            yield replace(latest, seconds=0.0, note=CUT_SHORT)
            return
        seconds = float(image.info.get("duration") or 0) / 1000
        seconds = math.inf if number == stays else USUAL_DELAY if seconds <= SHORTEST_DELAY else seconds
        # Chromium turns an animated PNG by its EXIF data, Firefox does not.
        for is_turned in (True, False)[: 1 if read_orientation(image) == 1 else 2]:
            for view in list_looks(image, is_turned=is_turned):
                latest = replace(view, seconds=seconds, note=note)
                yield latest


def load_frame(image: Image.Image) -> None:
    """Decode the frame that was sought.

    A frame of a PNG can be taken back before the next. Pillow paints it over the very copy that it keeps to do so, and
    would leave it there, where browsers show what was under it.
    """
    under = getattr(image, "_prev_im", None) if image.format == "PNG" else None
    under = None if under is None else under.copy()
    image.load()
    if under is not None:
        image._prev_im = under  # type: ignore[attr-defined]  # noqa: SLF001


def is_finite(image: Image.Image) -> bool:
    """Whether an animation ends; a GIF that says nothing of repeating is played once."""
    return int(image.info.get("loop", 1 if image.format == "GIF" else 0)) > 0


def load_part(stream: BinaryIO, whole: Image.Image) -> Image.Image | None:
    """What browsers show of a file without its end, clear where nothing is left; None where they show nothing.

    A baseline JPEG shows the rows that are there, a progressive one all of it with less detail.
    """
    width, height = whole.size
    if whole.format not in SHOWN_IN_PART or width * height > MOST_PIXELS_IN_PART:
        return None
    try:
        if whole.info.get("progressive"):
            stream.seek(0)
            pixels = simplejpeg.decode_jpeg(stream.read(LARGEST_JPEG), "RGB", strict=False)
            part = Image.fromarray(pixels) if pixels.shape[1::-1] == whole.size else None
        else:
            part = load_rows(stream)
    except (HashmatchError, *DECODER_FAILURES):
        return None
    if part is not None:
        part.info = {name: whole.info[name] for name in KEPT_FACTS if name in whole.info}
        part.format = whole.format
    return part


def load_rows(stream: BinaryIO) -> Image.Image | None:
    """The pixels that a decoder wrote before it gave up: those that do not depend on what was there before."""
    dark, light = (load_over(stream, level) for level in (0, 255))
    is_missing = np.asarray(dark) != np.asarray(light)
    if is_missing.ndim == 3:
        is_missing = is_missing.any(axis=2)
    if is_missing.all():
        return None
    part = dark.convert("RGBA")
    alpha = np.where(is_missing, 0, np.asarray(part.getchannel("A"))).astype(np.uint8)
    part.putalpha(Image.fromarray(alpha))
    return part


def load_over(stream: BinaryIO, level: int) -> Image.Image:
    """A picture as far as it can be decoded, on memory that was filled before."""
    image = open_image(stream)
    image.im = Image.new(image.mode, image.size, (level,) * len(image.getbands()) if image.mode != "P" else level).im
    with contextlib.suppress(*DECODER_FAILURES), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image.load()
    image.tile = []  # type: ignore[attr-defined]
    return image


def find_change(image: Image.Image) -> Callable[[Image.Image], Image.Image] | None:
    """What a browser does to a picture's colours, where that changes what is seen; None for profiles of every day."""
    profile = image.info.get("icc_profile")
    if profile:
        return read_profile(profile)
    gamma = image.info.get("gamma")  # Firefox follows it beside a chunk that says sRGB too, Chromium does not
    if image.format == "PNG" and gamma:
        return bend(1 / (gamma * SCREEN_GAMMA))
    return None


def bend(exponent: float) -> Callable[[Image.Image], Image.Image] | None:
    """The change by a gamma."""
    if abs(exponent - 1) < SMALLEST_BEND:
        return None
    curve = np.rint(255 * (np.arange(256) / 255) ** exponent).astype(np.uint8)
    return lambda image: image.point(list(curve) * 3)


@functools.lru_cache(maxsize=8)
def read_profile(profile: bytes) -> Callable[[Image.Image], Image.Image] | None:
    """The change by an ICC profile; None where it hardly changes luma, and where it cannot be used."""
    mode = "L" if profile[16:20] == b"GRAY" else "RGB"
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), mode, "RGB"
        )
    except (ImageCms.PyCMSError, *DECODER_FAILURES):
        return None

    def change(image: Image.Image) -> Image.Image:
        return transform.apply(image.convert(mode))

    before = Image.fromarray(sample_colours())
    moved = np.asarray(before.convert("L")).astype(np.int16) - np.asarray(change(before).convert("L"))
    return change if int(np.abs(moved).max()) > CLEAR_CHANGE else None


def sample_colours() -> npt.NDArray[np.uint8]:
    """All colours of nine levels a channel, and all greys: uint8[1, N, 3]."""
    levels = np.linspace(0, 255, 9).astype(np.uint8)
    colours = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    return np.concatenate([colours, greys])[None]
