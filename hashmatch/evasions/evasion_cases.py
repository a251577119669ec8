"""Pictures made to be seen as one thing and hashed as another, by code, from photographs that everyone has.

Each is a file that browsers show. What they show of it is measured (`evasion_shows`), not assumed here.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import simplejpeg
import skimage.data
from PIL import Image, ImageCms, PngImagePlugin

Pixels: TypeAlias = npt.NDArray[np.uint8]

SIZE = (320, 240)
ORIENTATION = 0x0112
LONG, SHORT = 60_000, 20  # milliseconds


@dataclass(frozen=True)
class Evasion:
    """A file: what it tries, and its bytes."""

    kind: str
    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Of the file, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def take_photo(name: str) -> Image.Image:
    """A packaged photograph of SIZE."""
    return Image.fromarray(getattr(skimage.data, name)()).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)


PHOTO, DECOY, OTHER = take_photo("astronaut"), take_photo("coffee"), take_photo("chelsea")
BLANK = Image.new("RGB", SIZE, (255, 255, 255))


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    """A picture as a file."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def grey_of(image: Image.Image) -> Pixels:
    """Its luma."""
    return np.asarray(image.convert("L"))


def with_alpha(colours: Pixels | int, alpha: Pixels) -> Image.Image:
    """RGBA of grey values and their opacity."""
    grey = np.broadcast_to(np.asarray(colours, np.uint8), alpha.shape)
    return Image.fromarray(np.dstack([grey, grey, grey, alpha]))


def two_faced() -> Image.Image:
    """One picture over black, another over white."""
    black = grey_of(DECOY) * 0.45
    white = 138 + grey_of(PHOTO) * 0.45
    alpha = 1 - (white - black) / 255
    return with_alpha(np.clip(black / alpha, 0, 255).round().astype(np.uint8), (alpha * 255).round().astype(np.uint8))


def alphas() -> Iterator[tuple[str, bytes]]:
    """Pictures in the alpha channel."""
    dark, light = with_alpha(0, 255 - grey_of(PHOTO)), with_alpha(255, grey_of(PHOTO))
    for kind, options in (("PNG", {}), ("WEBP", {"lossless": True}), ("AVIF", {"quality": 90})):
        yield f"seen over white only, {kind}", encode(dark, kind, **options)
        yield f"seen over black only, {kind}", encode(light, kind, **options)
        yield f"one over black, another over white, {kind}", encode(two_faced(), kind, **options)
    yield "seen over white only, grey PNG", encode(dark.convert("LA"), "PNG")
    palette = Image.fromarray(grey_of(PHOTO) // 16, "L").copy()
    stream = io.BytesIO()
    indexed = Image.frombytes("P", SIZE, palette.tobytes())
    indexed.putpalette([0] * 48)
    indexed.save(stream, "PNG", transparency=bytes(255 - 17 * step for step in range(16)))
    yield "seen over white only, palette PNG", stream.getvalue()
    screen = np.where(grey_of(PHOTO.convert("L").convert("1").convert("L")) > 0, 255, 0).astype(np.uint8)
    stencil = Image.frombytes("P", SIZE, (screen // 255).tobytes())
    stencil.putpalette([0, 0, 0, 0, 0, 0])
    yield "seen over white only, GIF", encode(stencil, "GIF", transparency=1)


def moving(frames: Sequence[Image.Image], kind: str, durations: Sequence[int], **options: object) -> bytes:
    """An animation."""
    if kind == "GIF":
        frames = [one.quantize(128, Image.Quantize.FASTOCTREE) for one in frames]
        options = {"optimize": False, "disposal": 1} | options
    if kind in ("WEBP", "AVIF"):
        options = {"quality": 90} | options
    save = {"save_all": True, "append_images": list(frames[1:]), "duration": list(durations)}
    return encode(frames[0], kind, **save, **options)


def frames() -> Iterator[tuple[str, bytes]]:
    """Animations whose first frame is not what is seen."""
    for kind in ("GIF", "WEBP", "PNG", "AVIF"):
        loop = {} if kind == "AVIF" else {"loop": 0}
        yield f"blank, then a photo for long, {kind}", moving([BLANK, PHOTO], kind, [SHORT, LONG], **loop)
        yield f"other photo for a moment, {kind}", moving([DECOY, PHOTO], kind, [SHORT, LONG], **loop)
    yield "played once, its last frame stays, GIF", moving([DECOY, OTHER, PHOTO], "GIF", [500, 500, SHORT])
    yield "played once, its last frame stays, PNG", moving([DECOY, OTHER, PHOTO], "PNG", [500, 500, SHORT], loop=1)
    yield "played once, its last frame stays, WEBP", moving([DECOY, OTHER, PHOTO], "WEBP", [500, 500, SHORT], loop=1)
    parts = []
    for share in range(1, 9):
        part = BLANK.copy()
        part.paste(PHOTO.crop((0, 0, SIZE[0] * share // 8, SIZE[1])))
        parts.append(part)
    yield "comes in stripes, GIF", moving(parts, "GIF", [SHORT] * 7 + [LONG], loop=0)
    yield "comes in stripes, PNG", moving(parts, "PNG", [SHORT] * 7 + [LONG], loop=0)
    yield (
        "default image that nobody sees, PNG",
        moving([DECOY, PHOTO, PHOTO.rotate(1)], "PNG", [LONG, LONG], loop=0, default_image=True),
    )
    yield "default image and one frame, PNG", moving([DECOY, PHOTO], "PNG", [LONG], loop=0, default_image=True)
    clear = with_alpha(0, 255 - grey_of(PHOTO))
    blank = with_alpha(0, np.zeros(SIZE[::-1], np.uint8))
    yield "blank, then seen over white only, PNG", moving([blank, clear], "PNG", [SHORT, LONG], loop=0)
    yield "blank, then seen over white only, WEBP", moving([blank, clear], "WEBP", [SHORT, LONG], loop=0, lossless=True)


def cuts() -> Iterator[tuple[str, bytes]]:
    """Files without their end."""
    baseline, stepwise = encode(PHOTO, "JPEG", quality=92), encode(PHOTO, "JPEG", quality=92, progressive=True)
    grey = encode(PHOTO.convert("L"), "JPEG", quality=92)
    for share in (95, 60, 30):
        yield f"JPEG, {share} % of it", baseline[: len(baseline) * share // 100]
        yield f"progressive JPEG, {share} % of it", stepwise[: len(stepwise) * share // 100]
    yield "grey JPEG, 60 % of it", grey[: len(grey) * 60 // 100]
    yield "JPEG without its end marker", baseline[:-2]
    noise = np.random.default_rng(1).bytes(300)
    yield "JPEG with noise in its midst", baseline[: len(baseline) // 2] + noise + baseline[len(baseline) // 2 + 300 :]
    for kind, options in (("PNG", {}), ("GIF", {}), ("WEBP", {"quality": 90}), ("AVIF", {}), ("BMP", {})):
        data = encode(PHOTO.quantize(128) if kind == "GIF" else PHOTO, kind, **options)
        yield f"{kind}, 60 % of it", data[: len(data) * 60 // 100]
    clear = encode(with_alpha(0, 255 - grey_of(PHOTO)), "PNG")
    yield "PNG with alpha, 60 % of it", clear[: len(clear) * 60 // 100]


def exif(orientation: int) -> Image.Exif:
    """EXIF data that turn a picture."""
    values = Image.Exif()
    values[ORIENTATION] = orientation
    return values


def orientations() -> Iterator[tuple[str, bytes]]:
    """Files that ask to be turned, or seem to."""
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
    )
    for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
        yield f"EXIF in {kind}", encode(PHOTO, kind, exif=exif(6))
    for kind in ("JPEG", "WEBP", "AVIF"):
        yield f"XMP alone in {kind}", encode(PHOTO, kind, xmp=xmp)
    yield "XMP against EXIF in JPEG", encode(PHOTO, "JPEG", xmp=xmp, exif=exif(3))
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", xmp.decode())
    yield "XMP alone in PNG", encode(PHOTO, "PNG", pnginfo=notes)
    raw = PngImagePlugin.PngInfo()
    body = exif(6).tobytes()
    raw.add_text("Raw profile type exif", f"\nexif\n{len(body):8}\n{body.hex()}\n")
    yield "EXIF as text in PNG", encode(PHOTO, "PNG", pnginfo=raw)
    animated = {"save_all": True, "append_images": [PHOTO.rotate(1)], "duration": [LONG, SHORT], "loop": 0}
    yield "EXIF in an animated PNG", encode(PHOTO, "PNG", exif=exif(6), **animated)


def chunk(name: bytes, body: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def insert_chunks(png: bytes, *chunks: bytes) -> bytes:
    """The PNG with chunks behind its header."""
    return png[:33] + b"".join(chunks) + png[33:]


def make_profile(curve: Sequence[int], order: str = "rgb") -> bytes:
    """A small ICC profile: sRGB's primaries in any order, and one table as the curve of each channel."""

    def tag(kind: bytes, body: bytes) -> bytes:
        return kind + bytes(4) + body + bytes(-len(body) % 4)

    def xyz(*values: float) -> bytes:
        return tag(b"XYZ ", b"".join(struct.pack(">i", round(value * 65536)) for value in values))

    primaries = {"r": (0.4361, 0.2225, 0.0139), "g": (0.3851, 0.7169, 0.0971), "b": (0.1431, 0.0606, 0.7141)}
    table = tag(b"curv", struct.pack(f">I{len(curve)}H", len(curve), *curve))
    tags = {
        b"desc": tag(b"desc", struct.pack(">I", 5) + b"test\0" + bytes(78)),
        b"cprt": tag(b"text", b"none\0"),
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        **{bytes(name, "ascii") + b"XYZ": xyz(*primaries[one]) for name, one in zip("rgb", order, strict=True)},
        b"rTRC": table,
        b"gTRC": table,
        b"bTRC": table,
    }
    entries, bodies, place = b"", b"", 128 + 4 + 12 * len(tags)
    for name, body in tags.items():
        entries += name + struct.pack(">II", place + len(bodies), len(body))
        bodies += body
    size = place + len(bodies)
    head = struct.pack(">I4sI4s4s4s12s4s", size, b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ", bytes(12), b"acsp")
    head += bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + entries + bodies


def colours() -> Iterator[tuple[str, bytes]]:
    """Numbers that a profile or a gamma makes into others."""
    png = encode(PHOTO, "PNG")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ramp = np.linspace(0, 65535, 256)
    square = [round(65535 * (one / 65535) ** 2.2) for one in ramp]
    profiles = {
        "plain profile": srgb,
        "profile with swapped primaries": make_profile(square, "bgr"),
        "profile that turns dark to light": make_profile(square[::-1]),
        "profile that hides what is bright": make_profile([0, *([65535] * 255)]),
        "profile of steps": make_profile([round(65535 * ((one // 4096) % 2)) for one in ramp.astype(int)]),
    }
    for name, profile in profiles.items():
        yield f"{name}, PNG", encode(PHOTO, "PNG", icc_profile=profile)
        yield f"{name}, JPEG", encode(PHOTO, "JPEG", quality=95, icc_profile=profile)
    yield (
        "profile that turns dark to light, WEBP",
        encode(PHOTO, "WEBP", lossless=True, icc_profile=profiles["profile that turns dark to light"]),
    )
    for gamma in (0.02, 0.1, 0.45455, 1.0, 5.0):
        yield f"gamma of {gamma:g}, PNG", insert_chunks(png, chunk(b"gAMA", struct.pack(">I", round(gamma * 100_000))))
    weak = chunk(b"gAMA", struct.pack(">I", 2_000))
    yield "gamma beside sRGB, PNG", insert_chunks(png, weak, chunk(b"sRGB", b"\0"))
    mixed = np.asarray(PHOTO) // 8
    mixed[::2, ::2] = 220 + np.asarray(DECOY)[::2, ::2] // 8
    yield (
        "one photo in the dark, one in the light, gamma, PNG",
        insert_chunks(encode(Image.fromarray(mixed), "PNG"), chunk(b"gAMA", struct.pack(">I", 400_000))),
    )


def drop_segment(data: bytes, marker: int) -> bytes:
    """A JPEG without its first segment of this kind."""
    place = data.index(bytes([0xFF, marker]))
    return data[:place] + data[place + 2 + int.from_bytes(data[place + 2 : place + 4], "big") :]


def forms() -> Iterator[tuple[str, bytes]]:
    """The same photo in forms that a hasher may read otherwise."""
    pixels = np.asarray(PHOTO)
    cmyk = encode(PHOTO.convert("CMYK"), "JPEG", quality=92)
    yield "CMYK JPEG", cmyk
    if b"\xff\xee" in cmyk:
        yield "CMYK JPEG without Adobe's marker", drop_segment(cmyk, 0xEE)
    yield "JPEG of RGB", encode(PHOTO, "JPEG", quality=92, keep_rgb=True, subsampling=0)
    for sampling in ("440", "411", "422"):
        yield (
            f"JPEG of 4:{sampling[1]}:{sampling[2]}",
            simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), 90, colorsubsampling=sampling),
        )
    yield "JPEG of quality 3", encode(PHOTO, "JPEG", quality=3)
    yield "JPEG with another photo behind it", encode(PHOTO, "JPEG", quality=92) + encode(DECOY, "JPEG")
    yield (
        "JPEG with another photo as its preview",
        encode(
            PHOTO, "JPEG", quality=92, exif=b"Exif\0\0" + exif(1).tobytes()[6:] + encode(DECOY.resize((80, 60)), "JPEG")
        ),
    )
    yield "several pictures, MPO", encode(PHOTO, "MPO", save_all=True, append_images=[DECOY])
    shuffled = PHOTO.quantize(64)
    order = np.random.default_rng(2).permutation(64)
    palette = np.zeros((64, 3), np.uint8)
    palette[order] = np.array(shuffled.getpalette()[:192], np.uint8).reshape(64, 3)
    indexed = Image.frombytes("P", SIZE, order[np.asarray(shuffled)].astype(np.uint8).tobytes())
    indexed.putpalette(palette.tobytes())
    yield "shuffled palette, PNG", encode(indexed, "PNG")
    yield "shuffled palette, GIF", encode(indexed, "GIF")
    yield "black and white dots, PNG", encode(PHOTO.convert("1"), "PNG")
    yield "16 bits of grey, PNG", encode(Image.fromarray(grey_of(PHOTO).astype(np.uint16) * 257), "PNG")
    deep = grey_of(PHOTO).astype(np.uint16) * 257
    deep[deep < 30_000] = 12_345
    yield "16 bits of grey, dark is clear, PNG", encode(Image.fromarray(deep), "PNG", transparency=12_345)
    yield "BMP", encode(PHOTO, "BMP")
    yield "several sizes, ICO", encode(PHOTO.resize((256, 256)), "ICO", sizes=[(16, 16), (256, 256)])
    yield "wrong ending and other metadata, WEBP", encode(PHOTO, "WEBP", lossless=True, xmp=b"<x/>", exif=exif(1))
    yield "JPEG of another density", encode(PHOTO, "JPEG", quality=92, dpi=(300, 20))


def sizes() -> Iterator[tuple[str, bytes]]:
    """Very small, very thin, and plain."""
    yield "enlarged twice", encode(PHOTO.resize((640, 480)), "PNG")
    yield "a quarter", encode(PHOTO.resize((80, 60), Image.Resampling.LANCZOS), "PNG")
    yield "thin", encode(PHOTO.resize((600, 18), Image.Resampling.LANCZOS), "PNG")
    yield "4 pixels", encode(PHOTO.resize((4, 4)), "PNG")
    faint = Image.fromarray((120 + np.asarray(PHOTO) // 32).astype(np.uint8))
    yield "faint", encode(faint, "PNG")


KINDS = {
    "alpha": alphas,
    "frames": frames,
    "cut short": cuts,
    "orientation": orientations,
    "colour": colours,
    "form": forms,
    "size": sizes,
}


def make_evasions(kinds: Iterable[str] = KINDS) -> list[Evasion]:
    """All of these kinds."""
    return [Evasion(kind, name, data) for kind in kinds for name, data in KINDS[kind]()]
