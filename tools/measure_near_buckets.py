"""Measures what it would tell to look for near copies by buckets, and writes the table of docs/research.

    .venv/bin/python -m tools.measure_near_buckets --write

A bucket key is some bits of a PDQ hash, at places that everybody knows. A platform would say the keys of an upload and
be given what stands under them. Pictures are crops of free photos (scikit-image, scikit-learn) and edits of them.
"""

import argparse
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hashmatch.pdq import hash_pixels
from hashmatch.variants import MATCH_DISTANCE, MINIMUM_QUALITY
from hashmatch_bench.photos import cut_crop, find_photos, read_photo
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

type Pixels = npt.NDArray[np.uint8]
type Keys = npt.NDArray[np.int64]

PAGE = Path(__file__).resolve().parents[1] / "docs" / "research" / "near-matches-by-buckets.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
CROPS_EACH, SEED, BITS = 60, 7, 256
BANK = 1_000_000
# How many bits a key has, and how many keys an upload has.
PLANS = ((4, 1), (8, 1), (8, 4), (12, 1), (12, 8), (16, 1), (16, 16))


def save_again(image: Image.Image, quality: int) -> Image.Image:
    """As a JPEG of this quality."""
    content = io.BytesIO()
    image.save(content, "JPEG", quality=quality)
    return Image.open(content).convert("RGB")


def write_on(image: Image.Image) -> Image.Image:
    """With a line of writing, as apps put one there."""
    copy = image.copy()
    pen = ImageDraw.Draw(copy)
    pen.rectangle((0, image.height * 0.86, image.width, image.height * 0.95), fill="black")
    pen.text((4, image.height * 0.87), "see more", fill="white", font_size=max(8, image.height // 16))
    return copy


def trim(image: Image.Image) -> Image.Image:
    """Without 2 % at each side."""
    across, down = round(image.width * 0.02), round(image.height * 0.02)
    return image.crop((across, down, image.width - across, image.height - down))


EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG 80": lambda image: save_again(image, 80),
    "JPEG 30": lambda image: save_again(image, 30),
    "half the size": lambda image: image.resize((max(1, image.width // 2), max(1, image.height // 2))),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.25),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(1.5)),
    "writing on it": write_on,
    "trimmed 2 %": trim,
}


def read_bits(image: Image.Image) -> npt.NDArray[np.uint8] | None:
    """The bits of a picture's hash; None where it is too plain to be compared."""
    found = hash_pixels(np.asarray(image))
    return np.unpackbits(np.frombuffer(found.hash.bytes, np.uint8)) if found.quality >= MINIMUM_QUALITY else None


def make_pairs() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], Keys, int]:
    """Originals and edits that match them (bits, a row each), the photo of each original, and how many were made."""
    rng = np.random.default_rng(SEED)
    originals, edits, photos, made = [], [], [], 0
    for number, path in enumerate(find_photos()):
        photo = read_photo(path)
        for _ in range(CROPS_EACH):
            image = Image.fromarray(np.ascontiguousarray(cut_crop(photo, rng)))
            bits = read_bits(image)
            if bits is None:
                continue
            for edit in EDITS.values():
                made += 1
                changed = read_bits(edit(image))
                if changed is not None and np.count_nonzero(bits != changed) <= MATCH_DISTANCE:
                    originals.append(bits)
                    edits.append(changed)
                    photos.append(number)
    return np.array(originals), np.array(edits), np.array(photos, np.int64), made


def read_keys(bits: npt.NDArray[np.uint8], places: Keys) -> Keys:
    """The keys of each hash: one column for each row of places."""
    weights = 1 << np.arange(places.shape[1], dtype=np.int64)
    return np.stack([bits[:, row].astype(np.int64) @ weights for row in places], axis=1)


def describe() -> Iterator[str]:
    """The rows of the table."""
    originals, edits, photos, made = make_pairs()
    rng = np.random.default_rng(SEED)
    order = rng.permutation(len(originals))
    others = photos != photos[order]
    yield (
        f"{len(originals):,} of {made:,} edited copies match their original by PDQ at 31 or less; the rest is "
        f"lost to any bucket. {int(others.sum()):,} pairs are of different photos."
    )
    yield ""
    yield (
        "| bits of a key | keys | copies found | different pictures that share a key "
        "| of a million hashes, given away at once | who shares a key is so many times as likely a copy "
        "| bits of the hash that we are told |"
    )
    yield "|---|---|---|---|---|---|---|"
    for width, count in PLANS:
        trials = [np.stack([rng.permutation(BITS)[:width] for _ in range(count)]) for _ in range(20)]
        found, chance = [], []
        for places in trials:
            mine, copies = read_keys(originals, places), read_keys(edits, places)
            found.append((mine == copies).any(axis=1).mean())
            chance.append((mine == mine[order]).any(axis=1)[others].mean())
        share, recall = float(np.mean(chance)), float(np.mean(found))
        cells = (
            width,
            count,
            f"{recall:.0%}",
            f"{share:.2%}",
            f"{share * BANK:,.0f}",
            f"{recall / share:,.0f}" if share else "",
            min(width * count, BITS),
        )
        yield f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Measure, and print the table or write it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/research")
    table = "\n".join(describe())
    if not parser.parse_args().write:
        print(table)
        return
    text = PAGE.read_text(encoding="utf-8")
    before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    PAGE.write_text(f"{before}\n{table}\n{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
