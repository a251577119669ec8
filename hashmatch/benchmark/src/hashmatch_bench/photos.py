"""Photos that come with scikit-image and scikit-learn, as pixels, crops, JPEG files and DCT coefficients."""

import io
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pdqhash
from hashmatch.variants import MINIMUM_QUALITY
from PIL import Image, ImageOps

type Pixels = npt.NDArray[np.uint8]

# Package, folder in it, files. Drawings, texts and test cards are left out.
SOURCES = (
    (
        "skimage",
        "data",
        (
            "astronaut.png",
            "brick.png",
            "camera.png",
            "chelsea.png",
            "coffee.png",
            "coins.png",
            "grass.png",
            "gravel.png",
            "hubble_deep_field.jpg",
            "ihc.png",
            "moon.png",
            "motorcycle_left.png",
            "retina.jpg",
            "rocket.jpg",
        ),
    ),
    ("sklearn", "datasets/images", ("china.jpg", "flower.jpg")),
)
COLOUR_PHOTOS = ("astronaut.png", "chelsea.png", "china.jpg", "coffee.png", "flower.jpg", "motorcycle_left.png")
LARGEST_SIDE = 512
SMALLEST_CROP = 64
JPEG_QUALITY = 85
GRAIN = 5.0  # makes an enlarged photo cost as many bytes as a phone's: about 70 KB, 400 KB and 2.2 MB


@dataclass(frozen=True, slots=True)
class Coefficients:
    """DCT blocks of crops, before PDQ's median: float32[N, 256] of length 1, the photo of each, and its quality."""

    blocks: npt.NDArray[np.float32]
    photos: npt.NDArray[np.int64]
    qualities: npt.NDArray[np.int64]


def find_photos() -> list[Path]:
    """The photos that are installed on this machine; an empty list where neither package is."""
    found: list[Path] = []
    for package, folder, names in SOURCES:
        spec = find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            base = Path(spec.submodule_search_locations[0]) / folder
            found += [base / name for name in names if (base / name).exists()]
    return found


def read_photo(path: Path) -> Pixels:
    """A photo as uint8[H, W, 3], no side over 512."""
    with Image.open(path) as image:
        small = image.convert("RGB")
    small.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    return np.asarray(small)


def cut_crop(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A crop of 30 to 90 % of each side at a random place, in one of the eight orientations."""
    height, width = pixels.shape[:2]
    share = rng.uniform(0.3, 0.9)
    crop_height, crop_width = (max(SMALLEST_CROP, int(side * share)) for side in (height, width))
    top = int(rng.integers(0, max(1, height - crop_height + 1)))
    left = int(rng.integers(0, max(1, width - crop_width + 1)))
    crop = np.rot90(pixels[top : top + crop_height, left : left + crop_width], int(rng.integers(4)))
    return np.ascontiguousarray(crop[:, ::-1] if rng.integers(2) else crop)


def hash_crops(crops: int, *, seed: int) -> Coefficients:
    """The coefficients of this many crops of each photo, without those of quality under 50."""
    rng = np.random.default_rng(seed)
    blocks, photos, qualities = [], [], []
    for number, path in enumerate(find_photos()):
        pixels = read_photo(path)
        for _ in range(crops):
            block, quality = pdqhash.compute_float(cut_crop(pixels, rng))
            if quality >= MINIMUM_QUALITY:
                blocks.append(block / np.linalg.norm(block))
                photos.append(number)
                qualities.append(quality)
    stacked = np.array(blocks, np.float32).reshape(-1, 256)
    return Coefficients(stacked, np.array(photos, np.int64), np.array(qualities, np.int64))


def enlarge_photo(path: Path, width: int, height: int, *, seed: int) -> Pixels:
    """A photo cut and enlarged to this size, with grain, as uint8[height, width, 3]."""
    with Image.open(path) as image:
        fitted = ImageOps.fit(image.convert("RGB"), (width, height), Image.Resampling.LANCZOS)
    grain = np.random.default_rng(seed).normal(0, GRAIN, (height, width)).astype(np.float32)
    coarse = np.asarray(fitted, np.float32)
    coarse += grain[:, :, None]
    return np.clip(coarse, 0, 255).astype(np.uint8)


def write_jpeg(pixels: Pixels) -> bytes:
    """The pixels as a JPEG file."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=JPEG_QUALITY)
    return stream.getvalue()
