"""Write vectors.json, pictures painted by whole-number recipes with the hashes they must have, and payloads.json, what
a person's device may send (see README.md).
"""

# ruff: noqa: INP001 - a script that lies beside the data it writes, not a package

import argparse
import hashlib
import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from hashmatch.hashes import PdqHash
from hashmatch.pdq import find_trimmed_box, hash_family
from hashmatch.variants import ALIKE_DISTANCE, MINIMUM_QUALITY, MOST_SENT_FRAMES

Pixels: TypeAlias = npt.NDArray[np.uint8]
Canvas: TypeAlias = npt.NDArray[np.int64]
Layer: TypeAlias = dict[str, Any]

OUTPUT = Path(__file__).with_name("vectors.json")
PAYLOADS = Path(__file__).with_name("payloads.json")
Picture: TypeAlias = dict[str, Any]
UINT32 = 0xFFFFFFFF


def draw_numbers(seed: int) -> Iterator[int]:
    """The sequence of section 2."""
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) & UINT32
        yield state >> 8


def mix(x: npt.NDArray[np.uint32], y: npt.NDArray[np.uint32], channel: int, seed: int) -> npt.NDArray[np.uint32]:
    """The noise of section 2 for whole arrays of places; unsigned 32-bit arrays wrap round by themselves."""
    constant = np.uint32((channel * 2246822519 + seed * 3266489917) & UINT32)
    value = x * np.uint32(374761393) + y * np.uint32(668265263) + constant
    value = (value ^ (value >> np.uint32(13))) * np.uint32(1274126177)
    return value ^ (value >> np.uint32(16))


def digest_bytes(length: int, seed: int) -> bytes:
    """The bytes that a digest vector stands for."""
    places = np.arange(length, dtype=np.uint32)
    return (mix(places, np.zeros_like(places), 0, seed) & np.uint32(0xFF)).astype(np.uint8).tobytes()


def paint_fill(canvas: Canvas, layer: Layer) -> None:
    """Every pixel in one colour."""
    canvas[:] = layer["rgb"]


def paint_gradient(canvas: Canvas, layer: Layer) -> None:
    """From one colour to another along an axis or the diagonal."""
    height, width, _ = canvas.shape
    rows, columns = places_of(canvas)
    position, span = {
        "x": (columns, max(width - 1, 1)),
        "y": (rows, max(height - 1, 1)),
        "d": (columns + rows, max(width + height - 2, 1)),
    }[layer["axis"]]
    for channel in range(3):
        start, end = layer["from"][channel], layer["to"][channel]
        canvas[:, :, channel] = (start * (span - position) + end * position) // span


def paint_stripes(canvas: Canvas, layer: Layer) -> None:
    """Slanting stripes over what is there."""
    rows, columns = places_of(canvas)
    canvas[((columns + 2 * rows) // layer["period"]) % 2 == 1] = layer["rgb"]


def paint_rects(canvas: Canvas, layer: Layer) -> None:
    """Filled rectangles at drawn places."""
    height, width, _ = canvas.shape
    draw = draw_numbers(layer["seed"])
    for _ in range(layer["count"]):
        left, top = next(draw) % width, next(draw) % height
        across, down = 1 + next(draw) % max(width // 2, 1), 1 + next(draw) % max(height // 2, 1)
        canvas[top : top + down, left : left + across] = [next(draw) % 256 for _ in range(3)]


def paint_blobs(canvas: Canvas, layer: Layer) -> None:
    """Soft discs at drawn places."""
    height, width, _ = canvas.shape
    rows, columns = places_of(canvas)
    draw = draw_numbers(layer["seed"])
    for _ in range(layer["count"]):
        centre_x, centre_y = next(draw) % width, next(draw) % height
        square = (1 + next(draw) % max(max(width, height) // 2, 1)) ** 2
        colour = np.array([next(draw) % 256 for _ in range(3)])
        distance = (columns - centre_x) ** 2 + (rows - centre_y) ** 2
        inside = distance < square
        weight = ((256 * (square - distance[inside])) // square)[:, None]
        canvas[inside] = (canvas[inside] * (256 - weight) + colour * weight) >> 8


def paint_noise(canvas: Canvas, layer: Layer) -> None:
    """Grain on every channel."""
    rows, columns = places_of(canvas)
    amplitude = layer["amplitude"]
    for channel in range(3):
        grain = mix(columns.astype(np.uint32), rows.astype(np.uint32), channel, layer["seed"])
        moved = canvas[:, :, channel] + grain.astype(np.int64) % (2 * amplitude + 1) - amplitude
        canvas[:, :, channel] = np.clip(moved, 0, 255)


def paint_border(canvas: Canvas, layer: Layer) -> None:
    """Bars at the four sides."""
    height, width, _ = canvas.shape
    canvas[: layer["top"]] = layer["rgb"]
    canvas[height - layer["bottom"] :] = layer["rgb"]
    canvas[:, : layer["left"]] = layer["rgb"]
    canvas[:, width - layer["right"] :] = layer["rgb"]


def places_of(canvas: Canvas) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The row and the column of every pixel."""
    grid = np.indices(canvas.shape[:2], dtype=np.int64)
    return grid[0], grid[1]


PAINTERS: dict[str, Callable[[Canvas, Layer], None]] = {
    "fill": paint_fill,
    "gradient": paint_gradient,
    "stripes": paint_stripes,
    "rects": paint_rects,
    "blobs": paint_blobs,
    "noise": paint_noise,
    "border": paint_border,
}


def paint(*, width: int, height: int, layers: list[Layer]) -> Pixels:
    """The picture that a recipe describes."""
    canvas = np.zeros((height, width, 3), np.int64)
    for layer in layers:
        PAINTERS[layer["kind"]](canvas, layer)
    return canvas.astype(np.uint8)


def photo_layers(seed: int) -> list[Layer]:
    """Layers that make something with the structure of a photograph: light, shapes, edges, grain."""
    return [
        {"kind": "gradient", "from": [30, 60, 120], "to": [200, 180, 90], "axis": "xyd"[seed % 3]},
        {"kind": "blobs", "count": 9, "seed": seed},
        {"kind": "rects", "count": 5, "seed": seed + 1000},
        {"kind": "blobs", "count": 4, "seed": seed + 2000},
        noise(6, seed + 3000),
    ]


def border(left: int, top: int, right: int, bottom: int, rgb: list[int]) -> Layer:
    """A border layer."""
    return {"kind": "border", "left": left, "top": top, "right": right, "bottom": bottom, "rgb": rgb}


def fill(grey: int) -> Layer:
    """A layer of one grey."""
    return {"kind": "fill", "rgb": [grey, grey, grey]}


def noise(amplitude: int, seed: int) -> Layer:
    """A noise layer."""
    return {"kind": "noise", "amplitude": amplitude, "seed": seed}


def stripes(period: int, rgb: list[int]) -> Layer:
    """A stripes layer."""
    return {"kind": "stripes", "period": period, "rgb": rgb}


def top_bars(*bars: tuple[int, int]) -> list[Layer]:
    """Bars at the top, each painted over the last: how far down it goes, and its grey."""
    return [border(0, depth, 0, 0, [grey, grey, grey]) for depth, grey in bars]


def recipes() -> Iterator[tuple[str, int, int, list[Layer]]]:
    """Name, width, height and layers of every picture."""
    sizes = [(64, 64), (65, 64), (64, 129), (127, 127), (128, 128), (129, 131), (200, 300), (255, 257), (300, 200)]
    sizes += [(320, 240), (383, 97), (101, 389), (400, 400), (511, 240), (512, 512), (513, 300), (600, 400), (449, 599)]
    for number, (width, height) in enumerate(sizes):
        yield f"photo-like-{width}x{height}", width, height, photo_layers(number + 1)
    for number, (width, height) in enumerate([(1023, 1040), (1024, 1025), (1030, 1200)]):
        yield f"large-{width}x{height}", width, height, photo_layers(number + 61)
    for number, (width, height) in enumerate([(1, 1), (4, 5), (5, 4), (5, 5), (7, 16), (16, 16), (17, 17), (31, 33)]):
        yield f"tiny-{width}x{height}", width, height, photo_layers(number + 101)
    for number, (width, height) in enumerate([(20, 600), (600, 20), (1, 300), (300, 3), (63, 200), (72, 72)]):
        yield f"narrow-{width}x{height}", width, height, photo_layers(number + 201)

    yield "flat-black-100x80", 100, 80, []
    yield "flat-grey-64x64", 64, 64, [fill(128)]
    yield "flat-white-301x200", 301, 200, [fill(255)]
    for axis in "xyd":
        ramp: Layer = {"kind": "gradient", "from": [0, 0, 0], "to": [255, 255, 255], "axis": axis}
        yield f"gradient-{axis}", 256, 200, [ramp]
    yield "stripes-wide", 240, 180, [fill(20), stripes(37, [230, 210, 50])]
    yield "stripes-fine", 333, 222, [fill(90), stripes(3, [20, 210, 50])]
    yield "noise-only", 150, 150, [fill(128), noise(127, 5)]

    bars = {
        "border-black": [border(20, 20, 20, 20, [0, 0, 0])],
        "border-letterbox": [border(0, 60, 0, 60, [0, 0, 0])],
        "border-pillarbox": [border(45, 0, 70, 0, [255, 255, 255])],
        "border-one-side": [border(0, 0, 0, 33, [240, 240, 240])],
        "border-past-the-limit": top_bars((190, 10)),
        "border-nested": [border(40, 50, 40, 50, [250, 250, 250]), border(30, 0, 30, 0, [0, 0, 0])],
        "border-two-greys": top_bars((40, 16), (20, 0)),
        "border-two-tones": top_bars((40, 17), (20, 0)),
        "border-three-tones": top_bars((60, 40), (40, 20), (20, 0)),
        "border-grainy-8": [border(30, 30, 30, 30, [100, 100, 100]), noise(8, 11)],
        "border-grainy-12": [border(30, 30, 30, 30, [100, 100, 100]), noise(12, 12)],
    }
    for number, (name, extra) in enumerate(bars.items()):
        yield name, 400, 400, photo_layers(number + 301) + extra
    yield "border-leaves-64", 104, 104, [*photo_layers(401), border(20, 20, 20, 20, [0, 0, 0])]
    yield "border-leaves-63", 103, 104, [*photo_layers(402), border(20, 20, 20, 20, [0, 0, 0])]


def describe(name: str, width: int, height: int, layers: list[Layer]) -> dict[str, Any]:
    """A picture's entry in the file: its recipe and what it must give."""
    pixels = paint(width=width, height=height, layers=layers)
    box = find_trimmed_box(pixels)
    return {
        "name": name,
        "width": width,
        "height": height,
        "layers": layers,
        "pixels_sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
        "trimmed_box": list(box) if box else None,
        "family": [[member.variant, member.hash.hex, member.quality] for member in hash_family(pixels)],
    }


def pairs(hashes: list[PdqHash]) -> list[dict[str, Any]]:
    """Pairs of hashes at every distance that matters to a matcher, and some unrelated ones."""
    found = []
    for number, distance in enumerate([0, 1, 2, 15, 16, 17, 30, 31, 32, 33, 64, 128, 255, 256]):
        first = hashes[number % len(hashes)]
        places = np.argsort(mix(np.arange(256, dtype=np.uint32), np.zeros(256, np.uint32), 0, number), kind="stable")
        mask = sum(1 << int(place) for place in places[:distance])
        second = PdqHash.from_bytes((int(first.hex, 16) ^ mask).to_bytes(32, "big"))
        found.append((first, second))
    found += itertools.islice(itertools.pairwise(hashes), 10)
    return [{"a": a.hex, "b": b.hex, "distance": (int(a.hex, 16) ^ int(b.hex, 16)).bit_count()} for a, b in found]


def digests() -> list[dict[str, Any]]:
    """Byte strings around the block edges of MD5 and SHA-256, and a long one."""
    listed = []
    for seed, length in enumerate([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 65536, 1000003]):
        data = digest_bytes(length, seed)
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        listed.append({"length": length, "seed": seed, "md5": md5, "sha256": hashlib.sha256(data).hexdigest()})
    return listed


def make_document() -> str:
    """The text of vectors.json."""
    pictures = [describe(*recipe) for recipe in recipes()]
    hashes = [PdqHash.from_hex(picture["family"][0][1]) for picture in pictures]
    lines = ['{"spec": "hashmatch-vectors:1",', ' "pictures": [']
    lines.append(",\n".join("  " + json.dumps(picture) for picture in pictures))
    lines.append(' ],\n "pairs": [')
    lines.append(",\n".join("  " + json.dumps(pair) for pair in pairs(hashes)))
    lines.append(' ],\n "digests": [')
    lines.append(",\n".join("  " + json.dumps(digest) for digest in digests()))
    lines.append(" ]}")
    return "\n".join(lines) + "\n"


def sent_picture(number: int, members: list[list[Any]], *, kind: str = "image") -> Picture:
    """One picture as a device sends it; without members, one of which only the file's digests could be made."""
    path = {"image": "native", "video": "webcodecs"}[kind] if members else "bytes"
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    return {"kind": kind, "path": path, "approx": False, "md5": digest[:32], "sha256": digest, "pdq": members}


def sent_family(number: int, name: str, members: list[list[Any]]) -> Picture:
    """A painted picture's hashes that are good enough to be sent."""
    usable = [member for member in members if member[2] >= MINIMUM_QUALITY]
    if not usable or usable[0][0] != "upright":
        raise ValueError(f"{name} is too plain to be sent.")
    return sent_picture(number, usable)


def frames(hashes: list[int]) -> list[list[Any]]:
    """Frames of a video with these hashes."""
    return [["frame", f"{value:064x}", 90] for value in hashes]


def balanced(number: int) -> int:
    """A made-up hash with as many bits set as a picture's, as a hider would make it who knows of that."""
    places = np.argsort(mix(np.arange(256, dtype=np.uint32), np.zeros(256, np.uint32), 1, number), kind="stable")
    return sum(1 << int(place) for place in places[:128])


def hidden(length: int) -> list[int]:
    """Bytes written straight into hashes, as the attack did that the rule is made against."""
    data = digest_bytes(32 * length, 77)
    return [int.from_bytes(data[start : start + 32], "big") for start in range(0, len(data), 32)]


def payload_cases(families: dict[str, list[list[Any]]]) -> Iterator[tuple[str, str | None, list[Picture]]]:
    """Name, the place at which it must be refused (None: it is taken), and what is sent."""
    names = ["photo-like-300x200", "photo-like-128x128", "border-letterbox", "noise-only", "tiny-31x33"]
    made = [sent_family(number, name, families[name]) for number, name in enumerate(names)]
    film = frames([int(members[0][1], 16) for name, members in families.items() if name.startswith("photo-like")])
    letterbox = families["border-letterbox"]
    digests = [sent_picture(number, []) for number in range(32)]
    yield "painted pictures", None, made
    yield "a film of painted pictures", None, [sent_picture(9, film, kind="video")]
    yield (
        "as many frames as may be",
        None,
        [sent_picture(9, frames([balanced(n) for n in range(MOST_SENT_FRAMES)]), kind="video")],
    )
    yield "as many pictures as may be", None, digests[:30]

    def refused(at: str, pdq: list[list[Any]], kind: str = "image") -> tuple[str, list[Picture]]:
        return f"pictures[0].pdq{at}", [sent_picture(0, pdq, kind=kind)]

    yield "a frame too many", *refused("", frames([balanced(n) for n in range(MOST_SENT_FRAMES + 1)]), "video")
    yield "as many frames as an older hasher took", *refused("", frames([balanced(n) for n in range(36)]), "video")
    yield "a picture too many", "pictures must", digests[:31]
    films = [digest | {"kind": "video"} for digest in digests[:16]]
    yield "a video too many", "pictures must", films
    yield "a video beside too many pictures", "pictures must", [*digests[:29], films[-1]]
    yield "bytes as frames", *refused("[3]", frames(hidden(MOST_SENT_FRAMES)), "video")
    yield (
        "bytes as a family",
        *refused(
            "[1]", [[member[0], frame[1], 90] for member, frame in zip(letterbox, frames(hidden(19)), strict=True)]
        ),
    )
    made_up = frames([balanced(number) for number in range(19)])
    yield (
        "made-up hashes as a family",
        *refused("[1]", [[m[0], f[1], 90] for m, f in zip(letterbox, made_up, strict=True)]),
    )
    crops = [
        [member[0], frame[1], 90]
        for member, frame in zip(letterbox, made_up, strict=True)
        if member[0] == "upright" or "crop" in member[0]
    ]
    yield "made-up hashes as crops", *refused("[1]", crops)
    yield "a bit too many", *refused("[0]", [["upright", f"{(1 << 129) - 1:064x}", 90]])
    yield "too few bits", *refused("[0]", [["upright", f"{(1 << 95) - 1:064x}", 90]])
    near = balanced(0) ^ ((1 << ALIKE_DISTANCE) - 1)
    yield "frames that hardly differ", *refused("[1]", frames([balanced(0), near]), "video")
    stripes = sent_family(
        0, "stripes-wide", families["stripes-wide"]
    )  # of which each cut shows others: that crop stays out
    yield "a crop unlike the others", "pictures[0].pdq[11]", [stripes]
    yield "another order", *refused("[2]", [letterbox[0], letterbox[2], letterbox[1]])


def make_payloads(families: dict[str, list[list[Any]]]) -> str:
    """The text of payloads.json."""
    limits = {"pictures": 30, "video_counts_as": 2, "frames": MOST_SENT_FRAMES, "characters": 64_000}
    cases = [
        {"name": name, "refused_at": at, "payload": {"spec": "leeward-hashes:1", "pictures": pictures}}
        for name, at, pictures in payload_cases(families)
    ]
    lines = ['{"spec": "hashmatch-payloads:1",', f' "limits": {json.dumps(limits)},', ' "cases": [']
    lines.append(",\n".join("  " + json.dumps(case) for case in cases))
    lines.append(" ]}")
    return "\n".join(lines) + "\n"


def read_families(document: str) -> dict[str, list[list[Any]]]:
    """The families of vectors.json by the names of their pictures."""
    return {picture["name"]: picture["family"] for picture in json.loads(document)["pictures"]}


def main() -> None:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if the files are not what would be written")
    arguments = parser.parse_args()
    document = make_document()
    for output, text in ((OUTPUT, document), (PAYLOADS, make_payloads(read_families(document)))):
        if not arguments.check:
            output.write_text(text, encoding="utf-8")
        elif output.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{output.name} is not what make_vectors.py gives: run it and look at the difference.")


if __name__ == "__main__":
    main()
