"""Draws what a hostile hasher could hide in the hashes of one video: the picture of the threat model.

    .venv/bin/python -m tools.draw_channel        # writes docs/pictures/hidden.png

A photograph that everyone has (NASA's portrait of Eileen Collins, from scikit-image) is cut to the face and written as
the best AVIF file that fits into as many bytes as the channel holds (`tools/channel_capacity.py`). From left to right:
the face; what fits into one video; what fits into one picture.
"""

import io
from pathlib import Path

import numpy as np
from hashmatch_bench.photos import find_photos, read_photo
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tools import channel_capacity

PICTURE = Path(__file__).parents[1] / "docs/pictures/hidden.png"
FACE = (162, 12, 292, 182)
SIDES = (64, 96, 130)  # pixels of width that are tried
SHOWN = (195, 255)
GAP = 12


def capacities() -> dict[str, int]:
    """The bytes that can be hidden in one video and in one picture."""
    return {"video": int(channel_capacity.of_video() / 8), "picture": int(channel_capacity.of_picture() / 8)}


def squeeze(face: Image.Image, most: int) -> Image.Image:
    """The face after a way through so many bytes: of all sizes and qualities that fit, the nearest to what it was."""
    best: tuple[float, Image.Image] | None = None
    for width in SIDES:
        small = face.resize((width, width * face.height // face.width))
        for quality in range(60, 0, -4):
            stream = io.BytesIO()
            small.save(stream, "AVIF", quality=quality, speed=6, subsampling="4:2:0", max_threads=1)
            if stream.tell() > most:
                continue
            came = Image.open(stream).convert("RGB").resize(face.size)
            off = float(np.square(np.asarray(came, np.float32) - np.asarray(face, np.float32)).mean())
            if best is None or off < best[0]:
                best = off, came
            break
    if best is None:
        raise ValueError(f"Nothing fits into {most} bytes.")
    return best[1]


def main() -> None:
    """Draw and write."""
    face = Image.fromarray(read_photo(next(path for path in find_photos() if path.stem == "astronaut"))).crop(FACE)
    panels = [face, *(squeeze(face, most) for most in capacities().values())]
    sheet = Image.new("RGB", (len(panels) * (SHOWN[0] + GAP) - GAP, SHOWN[1]), "white")
    for number, panel in enumerate(panels):
        sheet.paste(panel.resize(SHOWN), (number * (SHOWN[0] + GAP), 0))
    facts = PngInfo()
    for name, most in capacities().items():
        facts.add_text(name, str(most))  # a test compares these with the channel as it is now
    sheet.save(PICTURE, optimize=True, pnginfo=facts)


if __name__ == "__main__":
    main()
