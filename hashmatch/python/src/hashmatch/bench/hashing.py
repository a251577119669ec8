"""Hashing beside its peers on the same pictures: PDQ of decoded pixels, JPEG bytes to hash, and whether bits change."""

import io
import statistics
import time
from collections.abc import Callable

import numpy as np
import pdqhash
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

from hashmatch import kernels
from hashmatch.bench.photos import COLOUR_PHOTOS, Pixels, cut_crop, enlarge_photo, find_photos, read_photo, write_jpeg
from hashmatch.bench.plan import Plan
from hashmatch.bench.results import JPEG, PIXELS, HashingRun
from hashmatch.pdq import hash_image, hash_pixels

PICTURE_SIZES = ((512, 512), (1920, 1080), (4000, 3000))
SMALL_CROPS = "crops of 20 to 460 px"
SMALLEST_SIDE = 20  # at 16 and less a DCT has too few rows, and rounding decides bits


class HashingWorker:
    """Hashes pictures in a process of its own."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def prepare(self) -> None:
        """Wait for the kernels."""
        kernels.warm_up(wait=True)

    def hash_pixels(self, width: int, height: int) -> HashingRun:
        """Decoded pixels of enlarged photos: this library and `pdqhash`."""
        pictures = self._make_pictures(width, height)
        compared = Comparison(self._plan.hash_rounds)
        for picture in pictures:
            compared.run(lambda: hash_pixels(picture).hash.bytes, lambda: hash_with_pdqhash(picture))  # noqa: B023
        return compared.summarise(PIXELS, name_size(width, height), 0.0)

    def hash_jpegs(self, width: int, height: int) -> HashingRun:
        """JPEG files in memory: this library as it comes, and `threatexchange`."""
        files = [write_jpeg(picture) for picture in self._make_pictures(width, height)]
        compared = Comparison(self._plan.hash_rounds)
        for file in files:
            compared.run(
                lambda: hash_image(file).hash.bytes,  # noqa: B023
                lambda: bytes.fromhex(pdq_from_bytes(file)[0]),  # noqa: B023
                lambda: decode_luma(file),  # noqa: B023
            )
        return compared.summarise(JPEG, name_size(width, height), statistics.mean(len(file) for file in files))

    def hash_crops(self) -> HashingRun:
        """Many crops of many sizes, to see whether a bit changes."""
        rng = np.random.default_rng(11)
        photos = [read_photo(path) for path in find_photos()]
        compared = Comparison(1)
        for number in range(self._plan.crop_checks):
            crop = cut_crop(photos[number % len(photos)], rng)
            picture = shrink(crop, int(rng.integers(1, 4)))
            compared.run(lambda: hash_pixels(picture).hash.bytes, lambda: hash_with_pdqhash(picture))  # noqa: B023
        return compared.summarise(PIXELS, SMALL_CROPS, 0.0)

    def _make_pictures(self, width: int, height: int) -> list[Pixels]:
        wanted = [path for path in find_photos() if path.name in COLOUR_PHOTOS][: self._plan.pictures]
        return [enlarge_photo(path, width, height, seed=number) for number, path in enumerate(wanted)]


class Comparison:
    """Two ways to hash the same pictures, by turns; of each picture the best of the rounds counts on both sides."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        self._ours: list[float] = []
        self._peers: list[float] = []
        self._decoders: list[float] = []
        self._bits: list[int] = []

    def run(
        self, ours: Callable[[], bytes], peers: Callable[[], bytes], decoder: Callable[[], bytes] | None = None
    ) -> None:
        """One picture, and its decoder alone, which like ours finds the caches as the peer leaves them."""
        our_times, peer_times = [], []
        for _ in range(self._rounds):
            seconds, our_hash = time_hash(ours)
            our_times.append(seconds)
            seconds, peer_hash = time_hash(peers)
            peer_times.append(seconds)
        self._ours.append(min(our_times))
        self._peers.append(min(peer_times))
        if decoder is not None:
            alone = []
            for _ in range(self._rounds):
                peers()
                alone.append(time_hash(decoder)[0])
            self._decoders.append(min(alone))
        self._bits.append((int.from_bytes(our_hash) ^ int.from_bytes(peer_hash)).bit_count())

    def summarise(self, step: str, picture: str, file_bytes: float) -> HashingRun:
        """Medians over the pictures."""
        return HashingRun(
            step=step,
            picture=picture,
            pictures=len(self._bits),
            file_bytes=file_bytes,
            ours=statistics.median(self._ours),
            peers=statistics.median(self._peers),
            most_bits=max(self._bits),
            mean_bits=statistics.mean(self._bits),
            decoder=statistics.median(self._decoders) if self._decoders else None,
        )


def time_hash(action: Callable[[], bytes]) -> tuple[float, bytes]:
    """Seconds and the hash."""
    start = time.perf_counter()
    made = action()
    return time.perf_counter() - start, made


def decode_luma(file: bytes) -> bytes:
    """Decode a JPEG's luma and do nothing with it."""
    with Image.open(io.BytesIO(file)) as image:
        image.draft("L", image.size)
        image.load()
    return b""


def hash_with_pdqhash(pixels: Pixels) -> bytes:
    """The hash that `pdqhash` makes."""
    bits, _ = pdqhash.compute(pixels)
    return np.packbits(bits).tobytes()


def shrink(pixels: Pixels, step: int) -> Pixels:
    """Every second, third ... pixel, as long as no side gets too small for a stable hash."""
    step = max(1, min(step, min(pixels.shape[:2]) // SMALLEST_SIDE))
    return np.ascontiguousarray(pixels[::step, ::step])


def name_size(width: int, height: int) -> str:
    """How a size of pictures is called."""
    megapixels = width * height / 1e6
    return f"{megapixels:.0f} MP" if megapixels >= 10 else f"{width} x {height}"
