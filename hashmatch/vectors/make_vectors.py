"""Write vectors.json: pictures painted by whole-number recipes, with the hashes every hasher must give (see README.md)."""

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hashmatch.hashes import PdqHash
from hashmatch.pdq import find_trimmed_box, hash_family

type Pixels = npt.NDArray[np.uint8]
type Layer = dict[str, Any]

OUTPUT = Path(__file__).with_name("vectors.json")
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


def paint_layer(canvas: npt.NDArray[np.int64], layer: Layer) -> None:
    """Paint one layer of section 3 on the canvas, in place."""
    height, width, _ = canvas.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.int64)
    match layer["kind"]:
        case "fill":
            canvas[:] = layer["rgb"]
        case "gradient":
            position, span = {
                "x": (columns, max(width - 1, 1)),
                "y": (rows, max(height - 1, 1)),
                "d": (columns + rows, max(width + height - 2, 1)),
            }[layer["axis"]]
            for channel in range(3):
                start, end = layer["from"][channel], layer["to"][channel]
                canvas[:, :, channel] = (start * (span - position) + end * position) // span
        case "stripes":
            canvas[((columns + 2 * rows) // layer["period"]) % 2 == 1] = layer["rgb"]
        case "rects":
            draw = draw_numbers(layer["seed"])
            for _ in range(layer["count"]):
                left, top = next(draw) % width, next(draw) % height
                across, down = 1 + next(draw) % max(width // 2, 1), 1 + next(draw) % max(height // 2, 1)
                canvas[top : top + down, left : left + across] = [next(draw) % 256 for _ in range(3)]
        case "blobs":
            draw = draw_numbers(layer["seed"])
            for _ in range(layer["count"]):
                centre_x, centre_y = next(draw) % width, next(draw) % height
                square = (1 + next(draw) % max(max(width, height) // 2, 1)) ** 2
                colour = np.array([next(draw) % 256 for _ in range(3)])
                distance = (columns - centre_x) ** 2 + (rows - centre_y) ** 2
                inside = distance < square
                weight = ((256 * (square - distance[inside])) // square)[:, None]
                canvas[inside] = (canvas[inside] * (256 - weight) + colour * weight) >> 8
        case "noise":
            amplitude = layer["amplitude"]
            for channel in range(3):
                noise = mix(columns.astype(np.uint32), rows.astype(np.uint32), channel, layer["seed"])
                moved = canvas[:, :, channel] + noise.astype(np.int64) % (2 * amplitude + 1) - amplitude
                canvas[:, :, channel] = np.clip(moved, 0, 255)
        case "border":
            canvas[: layer["top"]] = layer["rgb"]
            canvas[height - layer["bottom"] :] = layer["rgb"]
            canvas[:, : layer["left"]] = layer["rgb"]
            canvas[:, width - layer["right"] :] = layer["rgb"]
        case other:
            raise ValueError(f"There is no layer of kind {other!r}.")


def paint(*, width: int, height: int, layers: list[Layer]) -> Pixels:
    """The picture that a recipe describes."""
    canvas = np.zeros((height, width, 3), np.int64)
    for layer in layers:
        paint_layer(canvas, layer)
    return canvas.astype(np.uint8)


def photo_layers(seed: int) -> list[Layer]:
    """Layers that make something with the structure of a photograph: light, shapes, edges, grain."""
    return [
        {"kind": "gradient", "from": [30, 60, 120], "to": [200, 180, 90], "axis": "xyd"[seed % 3]},
        {"kind": "blobs", "count": 9, "seed": seed},
        {"kind": "rects", "count": 5, "seed": seed + 1000},
        {"kind": "blobs", "count": 4, "seed": seed + 2000},
        {"kind": "noise", "amplitude": 6, "seed": seed + 3000},
    ]


def border(left: int, top: int, right: int, bottom: int, rgb: list[int]) -> Layer:
    return {"kind": "border", "left": left, "top": top, "right": right, "bottom": bottom, "rgb": rgb}


def recipes() -> Iterator[tuple[str, int, int, list[Layer]]]:
    """Name, width, height and layers of every picture."""
    sizes = [(64, 64), (65, 64), (64, 129), (127, 127), (128, 128), (129, 131), (200, 300), (255, 257), (300, 200)]
    sizes += [(320, 240), (383, 97), (101, 389), (400, 400), (511, 240), (512, 512), (513, 300), (600, 400), (449, 599)]
    for number, (width, height) in enumerate(sizes):
        yield f"photo-like-{width}x{height}", width, height, photo_layers(number + 1)
    for number, (width, height) in enumerate([(1, 1), (4, 5), (5, 4), (5, 5), (7, 16), (16, 16), (17, 17), (31, 33)]):
        yield f"tiny-{width}x{height}", width, height, photo_layers(number + 101)
    for number, (width, height) in enumerate([(20, 600), (600, 20), (1, 300), (300, 3), (63, 200), (72, 72)]):
        yield f"narrow-{width}x{height}", width, height, photo_layers(number + 201)

    yield "flat-black-100x80", 100, 80, []
    yield "flat-grey-64x64", 64, 64, [{"kind": "fill", "rgb": [128, 128, 128]}]
    yield "flat-white-301x200", 301, 200, [{"kind": "fill", "rgb": [255, 255, 255]}]
    for axis in "xyd":
        yield (
            f"gradient-{axis}",
            256,
            200,
            [{"kind": "gradient", "from": [0, 0, 0], "to": [255, 255, 255], "axis": axis}],
        )
    yield (
        "stripes-wide",
        240,
        180,
        [{"kind": "fill", "rgb": [20, 20, 20]}, {"kind": "stripes", "period": 37, "rgb": [230, 210, 50]}],
    )
    yield (
        "stripes-fine",
        333,
        222,
        [{"kind": "fill", "rgb": [90, 20, 20]}, {"kind": "stripes", "period": 3, "rgb": [20, 210, 50]}],
    )
    yield (
        "noise-only",
        150,
        150,
        [{"kind": "fill", "rgb": [128, 128, 128]}, {"kind": "noise", "amplitude": 127, "seed": 5}],
    )

    bars = {
        "border-black": [border(20, 20, 20, 20, [0, 0, 0])],
        "border-letterbox": [border(0, 60, 0, 60, [0, 0, 0])],
        "border-pillarbox": [border(45, 0, 70, 0, [255, 255, 255])],
        "border-one-side": [border(0, 0, 0, 33, [240, 240, 240])],
        "border-past-the-limit": [border(0, 190, 0, 0, [10, 10, 10])],
        "border-nested": [border(40, 50, 40, 50, [250, 250, 250]), border(30, 0, 30, 0, [0, 0, 0])],
        "border-two-greys": [border(0, 40, 0, 0, [16, 16, 16]), border(0, 20, 0, 0, [0, 0, 0])],
        "border-two-tones": [border(0, 40, 0, 0, [17, 17, 17]), border(0, 20, 0, 0, [0, 0, 0])],
        "border-three-tones": [
            border(0, 60, 0, 0, [40, 40, 40]),
            border(0, 40, 0, 0, [20, 20, 20]),
            border(0, 20, 0, 0, [0, 0, 0]),
        ],
        "border-grainy-8": [border(30, 30, 30, 30, [100, 100, 100]), {"kind": "noise", "amplitude": 8, "seed": 11}],
        "border-grainy-12": [border(30, 30, 30, 30, [100, 100, 100]), {"kind": "noise", "amplitude": 12, "seed": 12}],
    }
    for number, (name, extra) in enumerate(bars.items()):
        yield name, 400, 400, photo_layers(number + 301) + extra
    yield "border-leaves-64", 104, 104, [*photo_layers(401), border(20, 20, 20, 20, [0, 0, 0])]
    yield "border-leaves-63", 103, 104, [*photo_layers(402), border(20, 20, 20, 20, [0, 0, 0])]


def describe(name: str, width: int, height: int, layers: list[Layer]) -> dict[str, Any]:
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
        second = PdqHash.from_bytes((int(first.hex, 16) ^ mask).to_bytes(32))
        found.append((first, second))
    found += list(zip(hashes[:10], hashes[1:11], strict=True))
    return [{"a": a.hex, "b": b.hex, "distance": (int(a.hex, 16) ^ int(b.hex, 16)).bit_count()} for a, b in found]


def digests() -> list[dict[str, Any]]:
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if vectors.json is not what would be written")
    arguments = parser.parse_args()
    document = make_document()
    if not arguments.check:
        OUTPUT.write_text(document, encoding="utf-8")
    elif OUTPUT.read_text(encoding="utf-8") != document:
        raise SystemExit("vectors.json is not what its recipes give: run make_vectors.py and look at the difference.")


if __name__ == "__main__":
    main()
