"""Hashing beside its peers on the same pictures: PDQ of decoded pixels, JPEG bytes to hash, and whether bits change."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pdqhash
import simplejpeg
from hashmatch.pdq import hash_image, hash_pixels
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

from hashmatch_bench.photos import COLOUR_PHOTOS, Pixels, cut_crop, enlarge_photo, find_photos, read_photo, write_jpeg
from hashmatch_bench.plan import Plan
from hashmatch_bench.results import JPEG, PIXELS, HashingRun

PICTURE_SIZES = ((512, 512), (1920, 1080), (4000, 3000))
SMALL_CROPS = "crops of 20 to 460 px"
SMALLEST_SIDE = 20  # at 16 and less a DCT has too few rows, and rounding decides bits


class HashingWorker:
    """Hashes pictures in a process of its own."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def hash_pixels(self, width: int, height: int) -> HashingRun:
        """Decoded pixels of enlarged photos: this library and `pdqhash`."""
        compared = Comparison(self._make_pictures(width, height), hash_quickly, hash_with_pdqhash)
        return compared.run(self._plan.hash_rounds, PIXELS, name_size(width, height))

    def hash_jpegs(self, width: int, height: int) -> HashingRun:
        """JPEG files in memory: this library as it comes, and `threatexchange`."""
        files = [write_jpeg(picture) for picture in self._make_pictures(width, height)]
        compared = Comparison(files, hash_file_quickly, hash_with_threatexchange, decode_only)
        run = compared.run(self._plan.hash_rounds, JPEG, name_size(width, height))
        return replace(run, file_bytes=statistics.mean(len(file) for file in files))

    def hash_crops(self) -> HashingRun:
        """Many crops of many sizes, to see whether a bit changes."""
        rng = np.random.default_rng(11)
        photos = [read_photo(path) for path in find_photos()]
        crops = []
        for number in range(self._plan.crop_checks):
            crop = cut_crop(photos[number % len(photos)], rng)
            crops.append(shrink(crop, int(rng.integers(1, 4))))
        return Comparison(crops, hash_quickly, hash_with_pdqhash).run(1, PIXELS, SMALL_CROPS)

    def _make_pictures(self, width: int, height: int) -> list[Pixels]:
        wanted = [path for path in find_photos() if path.name in COLOUR_PHOTOS][: self._plan.pictures]
        return [enlarge_photo(path, width, height, seed=number) for number, path in enumerate(wanted)]


class Comparison[Picture]:
    """Two ways to hash the same pictures, and the decoder of one by itself, by turns.

    At its turn each takes all pictures in a row, as a service does with uploads: what it needs to know again and again
    may stay near the processor, and a picture was not looked at a moment ago. Of each picture the best round counts.
    """

    def __init__(
        self,
        pictures: Sequence[Picture],
        ours: Callable[[Picture], bytes],
        peers: Callable[[Picture], bytes],
        decoder: Callable[[Picture], bytes] | None = None,
    ) -> None:
        self._pictures = pictures
        self._ways = [ours, peers] if decoder is None else [ours, peers, decoder]

    def run(self, rounds: int, step: str, picture: str) -> HashingRun:
        """Medians over the pictures, each by the best of its rounds."""
        best = np.full((len(self._ways), len(self._pictures)), np.inf)
        made = [[b""] * len(self._pictures) for _ in self._ways]
        for _ in range(rounds):
            for way, hash_picture in enumerate(self._ways):
                for place, one in enumerate(self._pictures):
                    seconds, made[way][place] = time_hash(hash_picture, one)
                    best[way, place] = min(best[way, place], seconds)
        bits = [
            (int.from_bytes(our_hash) ^ int.from_bytes(peer_hash)).bit_count()
            for our_hash, peer_hash in zip(made[0], made[1], strict=True)
        ]
        medians = np.median(best, axis=1).tolist()
        return HashingRun(
            step=step,
            picture=picture,
            pictures=len(bits),
            file_bytes=0.0,
            ours=medians[0],
            peers=medians[1],
            most_bits=max(bits),
            mean_bits=statistics.mean(bits),
            decoder=medians[2] if len(medians) > 2 else None,
        )


def time_hash[Picture](hash_picture: Callable[[Picture], bytes], picture: Picture) -> tuple[float, bytes]:
    """Seconds and the hash."""
    start = time.perf_counter()
    made = hash_picture(picture)
    return time.perf_counter() - start, made


def hash_quickly(pixels: Pixels) -> bytes:
    """The hash that this library makes of pixels."""
    return hash_pixels(pixels).hash.bytes


def hash_file_quickly(file: bytes) -> bytes:
    """The hash that this library makes of a file, as it comes."""
    return hash_image(file).hash.bytes


def hash_with_threatexchange(file: bytes) -> bytes:
    """The hash that `threatexchange` makes of a file."""
    return bytes.fromhex(pdq_from_bytes(file)[0])


def decode_only(file: bytes) -> bytes:
    """Decode a JPEG with simplejpeg, so with libjpeg-turbo, and do nothing with it."""
    simplejpeg.decode_jpeg(file)
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
