"""Measures how often different pictures match by chance, and writes the table of docs/matching.md.

    .venv/bin/python tools/measure_false_positives.py --write

There are few photos on a machine without the network: those that come with scikit-image and scikit-learn. So pictures
are made of them: crops, and double exposures of crops of two photos, which are as many different pictures as one likes
and keep what photos have in common. Each is hashed as it would be at a platform. Two pictures count as different if no
photo is in both; every pair within the matching distance is found by the index, and those of different pictures are
chance. Blank, shaded and written pictures are drawn, for these are what chance likes best.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hashmatch.index import Index
from hashmatch.pdq import hash_pixels
from hashmatch.variants import CAREFUL_DISTANCE, DISTINCTIVE_QUALITY, MATCH_DISTANCE, MINIMUM_QUALITY
from hashmatch_bench.photos import find_photos, read_photo
from PIL import Image, ImageDraw

type Pixels = npt.NDArray[np.uint8]
type Numbers = npt.NDArray[np.int64]

PAGE = Path(__file__).resolve().parents[1] / "docs" / "matching.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SIDE = 128
SMALLEST_SHARE = 0.08
CHUNK = 4096
QUALITIES = (0, MINIMUM_QUALITY, DISTINCTIVE_QUALITY, 100)
BANK, UPLOADS = 1_000_000, 100_000
NEAR = 24
RULE_OF_THREE = 3  # where nothing was found among n pairs, the rate is under 3 / n with 95 % confidence
LINES, LETTERS = 9, "etaoin shrdlu cmfwyp vbgkjq"


@dataclass(frozen=True, slots=True, eq=False)
class Hashed:
    """Pictures of one kind, hashed: 32 bytes a row, quality, and the two photos in each (a crop's one twice)."""

    hashes: Pixels
    quality: Numbers
    photos: Numbers  # N x 2

    @classmethod
    def of(cls, pictures: Iterator[tuple[Pixels, tuple[int, int]]]) -> "Hashed":
        """Hash pictures as they come."""
        rows, quality, photos = [], [], []
        for pixels, sources in pictures:
            found = hash_pixels(pixels)
            rows.append(found.hash.bytes)
            quality.append(found.quality)
            photos.append(sources)
        hashes = np.frombuffer(b"".join(rows), np.uint8).reshape(-1, 32)
        return cls(hashes, np.array(quality, np.int64), np.array(photos, np.int64))

    def at_least(self, quality: int) -> "Hashed":
        """Those of at least this quality."""
        keep = self.quality >= quality
        return Hashed(np.ascontiguousarray(self.hashes[keep]), self.quality[keep], self.photos[keep])

    def count_pairs(self) -> int:
        """How many pairs of different pictures there are."""
        last = int(self.photos.max(initial=-1)) + 1
        first, second = self.photos.T
        alone = first == second
        with_photo = np.bincount(first, minlength=last) + np.bincount(second[~alone], minlength=last)
        names = first * last + second
        together = np.unique(names, return_inverse=True, return_counts=True)
        sharing = np.where(alone, with_photo[first], with_photo[first] + with_photo[second] - together[2][together[1]])
        return int((len(self.quality) - sharing).sum()) // 2


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """Pairs of different pictures that match: their distances, and the lower quality of each pair."""

    distances: Numbers
    quality: Numbers

    def at_least(self, quality: int) -> Numbers:
        """The distances of pairs of which both have at least this quality."""
        return self.distances[self.quality >= quality]


def find_chance(pictures: Hashed) -> Chance:
    """Every pair of different pictures within the matching distance."""
    index = Index.build(None, pictures.hashes)
    distances, quality = [], []
    for start in range(0, len(pictures.hashes), CHUNK):
        found = index.query_batch(pictures.hashes[start : start + CHUNK], MATCH_DISTANCE, limit=None)
        one, other = found.queries() + start, found.ids
        mine, theirs = pictures.photos[one], pictures.photos[other]
        shared = (mine[:, :, None] == theirs[:, None, :]).any(axis=(1, 2))
        keep = (one < other) & ~shared
        distances.append(found.distances[keep].astype(np.int64))
        quality.append(np.minimum(pictures.quality[one[keep]], pictures.quality[other[keep]]))
    return Chance(np.concatenate(distances), np.concatenate(quality))


def cut_crop(photo: Pixels, rng: np.random.Generator) -> Pixels:
    """A part of a photo, 8 to 100 % of each side, as often small as large, scaled to a small square."""
    height, width = photo.shape[:2]
    shares = np.exp(rng.uniform(np.log(SMALLEST_SHARE), 0.0, 2)).tolist()
    down, across = (max(1, int(side * share)) for side, share in zip((height, width), shares, strict=True))
    top, left = int(rng.integers(0, height - down + 1)), int(rng.integers(0, width - across + 1))
    crop = Image.fromarray(photo[top : top + down, left : left + across])
    return np.asarray(crop.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def cut_all(photos: Sequence[Pixels], each: int, rng: np.random.Generator) -> list[tuple[Pixels, tuple[int, int]]]:
    """So many crops of each photo."""
    return [(cut_crop(photo, rng), (number, number)) for number, photo in enumerate(photos) for _ in range(each)]


def expose_twice(
    crops: Sequence[tuple[Pixels, tuple[int, int]]], count: int, rng: np.random.Generator
) -> Iterator[tuple[Pixels, tuple[int, int]]]:
    """Blends of crops of two different photos."""
    made = 0
    while made < count:
        (one, (first, _)), (other, (second, _)) = (crops[number] for number in rng.integers(0, len(crops), 2).tolist())
        if first == second:
            continue
        share = rng.uniform(0.35, 0.65)
        made += 1
        mixed = np.rint(one * share + other * (1 - share)).astype(np.uint8)
        yield mixed, (min(first, second), max(first, second))


def draw_blank(rng: np.random.Generator) -> Pixels:
    """One colour, as a camera sees it: with a little noise."""
    colour = rng.integers(10, 246, 3)
    return np.clip(colour + rng.normal(0, 2, (SIDE, SIDE, 3)), 0, 255).astype(np.uint8)


def draw_shading(rng: np.random.Generator) -> Pixels:
    """A shade that changes in one direction."""
    angle, low, high = rng.uniform(0, 2 * np.pi), rng.integers(0, 100), rng.integers(150, 256)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
    slope = (rows * np.sin(angle) + columns * np.cos(angle)) / np.sqrt(2) + 0.5
    grey = np.clip(low + (high - low) * slope, 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def draw_text(rng: np.random.Generator) -> Pixels:
    """Dark lines of writing on a light ground, as in a picture of a message."""
    image = Image.new("RGB", (2 * SIDE, 2 * SIDE), "white")
    pen = ImageDraw.Draw(image)
    letters = list(LETTERS)
    for line in range(LINES):
        words = "".join(rng.choice(letters, int(rng.integers(8, 42))).tolist())
        pen.text((8, 8 + line * 27), words, fill="black", font_size=16)
    return np.asarray(image)


def draw_form(rng: np.random.Generator) -> Pixels:
    """The same page each time, with other words filled in."""
    image = Image.new("RGB", (2 * SIDE, 2 * SIDE), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 2 * SIDE, 48), fill="navy")
    pen.text((12, 10), "Your message", fill="white", font_size=24)
    letters = list(LETTERS)
    for box in range(3):
        top = 64 + box * 60
        pen.rectangle((12, top, 244, top + 44), fill="lightgrey", outline="grey")
        pen.text((20, top + 14), "".join(rng.choice(letters, 24).tolist()), fill="black", font_size=14)
    return np.asarray(image)


KINDS = {
    "one colour with noise": draw_blank,
    "one shade into another": draw_shading,
    "lines of text": draw_text,
    "one form, other words": draw_form,
}


def describe_chance(pictures: Hashed, found: Chance) -> Iterator[str]:
    """One row of the table for each quality."""
    for quality in QUALITIES:
        some = pictures.at_least(quality)
        pairs, distances = some.count_pairs(), found.at_least(quality)
        spread = (
            int((distances >= CAREFUL_DISTANCE).sum()),
            int(((distances >= NEAR) & (distances < CAREFUL_DISTANCE)).sum()),
            int((distances < NEAR).sum()),
        )
        cells = (
            f"{quality}" if quality else "any",
            f"{len(some.quality):,}",
            say_large(pairs),
            f"{len(distances):,}",
            " / ".join(f"{one:,}" for one in spread),
            say_alarms(len(distances), pairs),
        )
        yield f"| {' | '.join(cells)} |"


def say_large(number: int) -> str:
    """A count in millions or billions."""
    return f"{number / 1e9:,.1f} billion" if number >= 1e9 else f"{number / 1e6:,.1f} million"


def say_alarms(found: int, pairs: int) -> str:
    """Expected chance matches of 100,000 uploads on a bank of a million."""
    if pairs == 0:
        return "-"
    rate = max(found, RULE_OF_THREE) / pairs * BANK * UPLOADS
    figure = f"{rate:,.0f}" if rate >= 10 else f"{rate:.1g}"
    return f"under {figure}" if found == 0 else figure


HEAD = (
    "| quality of both at least | pictures | pairs compared | chance matches | at 28-31 / 24-27 / under 24 bits "
    "| per 100,000 uploads, bank of 1 million |\n|---|---|---|---|---|---|"
)


def measure(crops: int, exposures: int, drawn: int, seed: int) -> Iterator[str]:
    """The page's measured part, line by line."""
    rng = np.random.default_rng(seed)
    photos = [read_photo(path) for path in find_photos()]
    cut = cut_all(photos, crops, rng)
    yield f"{len(photos)} photos, {crops} crops of each, {exposures:,} double exposures, seed {seed}."
    groups = {"Crops": Hashed.of(iter(cut)), "Double exposures": Hashed.of(expose_twice(cut, exposures, rng))}
    for name, pictures in groups.items():
        yield f"\n{name}:\n\n{HEAD}"
        yield from describe_chance(pictures, find_chance(pictures))
    yield f"\nDrawn pictures, {drawn:,} of each kind, each compared with all others of its kind:\n"
    yield "| kind | of quality 50 or more | chance matches in 100,000 pairs, all | of those with quality 50 or more |"
    yield "|---|---|---|---|"
    for name, draw in KINDS.items():
        pictures = Hashed.of((draw(rng), (number, number)) for number in range(drawn))
        found, usable = find_chance(pictures), pictures.at_least(MINIMUM_QUALITY)
        shares = (say_share(len(found.distances), pictures), say_share(len(found.at_least(MINIMUM_QUALITY)), usable))
        yield f"| {name} | {100 * len(usable.quality) / drawn:.0f} % | {shares[0]} | {shares[1]} |"


def say_share(found: int, pictures: Hashed) -> str:
    """Matches in 100,000 pairs of these pictures."""
    pairs = pictures.count_pairs()
    return "-" if pairs == 0 else f"{found / pairs * UPLOADS:,.3g}"


def main() -> None:
    """Measure, print, and with `--write` put the result into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=int, default=1500, help="crops of each photo")
    parser.add_argument("--exposures", type=int, default=300_000, help="double exposures")
    parser.add_argument("--drawn", type=int, default=2000, help="drawn pictures of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"put the result into {PAGE.name}")
    options = parser.parse_args()
    text = "\n".join(measure(options.crops, options.exposures, options.drawn, options.seed))
    print(text)
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
