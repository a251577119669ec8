"""What browsers show of files, over white and over black, as hashes; and what a hasher's answer is worth beside it."""

import base64
import io
import json
import subprocess
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from evasion_cases import Evasion
from hashmatch.errors import HashmatchError
from hashmatch.hashes import PdqHash
from hashmatch.pdq import QualifiedHash, hash_pixels, hash_views
from hashmatch.variants import MATCH_DISTANCE, MINIMUM_QUALITY
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

GROUNDS = ("white", "black")
SETTLED_SECONDS = 2.0  # by then each animation here shows what it shows for long
WIDTH = 1300
FIREFOX = Path(__file__).with_name("show_in_firefox.mjs")
IMAGES = "Array.from(document.images, (image) => { const { x, y, width, height } = image.getBoundingClientRect(); "
MEASURE = "() => " + IMAGES + "return image.naturalWidth ? [x, y, width, height].map(Math.round) : null; })"
LOADED = "() => Promise.all(Array.from(document.images, (image) => image.decode().catch(() => null)))"

Box: TypeAlias = Sequence[int] | None


class Verdict(StrEnum):
    """What a hasher's answer is worth for one file."""

    FOUND = "found"  # all that is seen would be found
    TOLD = "told"  # not all, but it says that nothing was compared
    UNSEEN = "nothing to see"  # browsers show nothing that could be compared
    MISSED = "**missed**"


@dataclass(frozen=True)
class Answer:
    """What a hasher makes of a file: hashes that it compares, and whether it says that it compared any."""

    hashes: tuple[PdqHash, ...]

    @property
    def is_compared(self) -> bool:
        """A hasher with no hash to compare says so, or fails."""
        return bool(self.hashes)


def write_page(evasions: Iterable[Evasion]) -> str:
    """All files side by side, at the size that the browser gives them."""
    images = (base64.b64encode(one.data).decode() for one in evasions)
    tags = "".join(f'<img style="margin:2px" src="data:application/octet-stream;base64,{one}">' for one in images)
    return f'<!doctype html><body style="margin:0;width:{WIDTH}px;line-height:0">{tags}'


def read_screenshot(png: bytes, boxes: Sequence[Box]) -> list[QualifiedHash | None]:
    """The hash of each picture on a screenshot; None where the browser shows none."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    found: list[QualifiedHash | None] = []
    for box in boxes:
        if box is None:
            found.append(None)
            continue
        x, y, width, height = box
        found.append(hash_pixels(np.ascontiguousarray(pixels[y : y + height, x : x + width])))
    return found


def gather(shots: Sequence[tuple[bytes, Sequence[Box]]]) -> list[list[QualifiedHash]]:
    """What is seen of each file, over all grounds; only what has enough in it to be compared."""
    columns = [read_screenshot(png, boxes) for png, boxes in shots]
    return [[one for one in row if one is not None and one.is_usable] for row in zip(*columns, strict=True)]


def show_in_chromium(page: Any, evasions: Sequence[Evasion]) -> list[list[QualifiedHash]]:
    """What a page of Playwright's Chromium shows of each file."""
    page.set_content(write_page(evasions))
    page.evaluate(LOADED)
    boxes = page.evaluate(MEASURE)
    bottom = max(box[1] + box[3] for box in boxes if box)
    page.set_viewport_size({"width": WIDTH, "height": bottom})  # what is out of sight does not move
    page.wait_for_timeout(SETTLED_SECONDS * 1000)
    shots = []
    for ground in GROUNDS:
        page.evaluate("(ground) => { document.body.style.background = ground; }", ground)
        shots.append((page.screenshot(), boxes))
    return gather(shots)


def show_in_firefox(evasions: Sequence[Evasion]) -> list[list[QualifiedHash]]:
    """What the machine's Firefox shows of each file."""
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as file:
        file.write(write_page(evasions))
        file.flush()
        command = ["node", FIREFOX, file.name, str(SETTLED_SECONDS), str(WIDTH), MEASURE, *GROUNDS]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)  # noqa: S603
    shown = json.loads(done.stdout)
    return gather([(base64.b64decode(shot), shown["boxes"]) for shot in shown["shots"]])


def ask_python(evasion: Evasion) -> Answer:
    """What this library compares of a file."""
    try:
        found = hash_views(evasion.data)
    except HashmatchError:
        return Answer(())
    return Answer(tuple(one.hash for one in (found.pdq, *found.others) if one.is_usable))


def ask_threatexchange(evasion: Evasion) -> Answer:
    """What the package `threatexchange` compares of a file: one hash, by Pillow and pdqhash."""
    try:
        with warnings.catch_warnings(action="ignore"):
            text, quality = pdq_from_bytes(evasion.data)
    except (OSError, SyntaxError, ValueError):
        return Answer(())
    return Answer((PdqHash.from_hex(text),) if quality >= MINIMUM_QUALITY else ())


def judge(seen: Sequence[QualifiedHash], answer: Answer) -> Verdict:
    """Whether a bank with what is seen would be matched by the file."""
    if not seen:
        return Verdict.UNSEEN
    missed = [one for one in seen if not any(one.hash.distance(made) <= MATCH_DISTANCE for made in answer.hashes)]
    if not missed:
        return Verdict.FOUND
    return Verdict.MISSED if answer.is_compared else Verdict.TOLD


def judge_one(seen: Sequence[QualifiedHash], answer: Answer) -> Verdict:
    """As `judge`, for a hasher that gives one picture for a file: one of those that are seen is enough."""
    verdicts = {judge([one], answer) for one in seen}
    return Verdict.FOUND if Verdict.FOUND in verdicts else judge(seen, answer)


def make_table(evasions: Sequence[Evasion], verdicts: Sequence[tuple[str, Sequence[Verdict]]]) -> str:
    """A Markdown table of hashers and what their answers are worth for each file."""
    head = ["what is tried", "file", *(name for name, _ in verdicts)]
    lines = [head, ["---"] * len(head)]
    for place, one in enumerate(evasions):
        lines.append([one.kind, one.name, *(column[place] for _, column in verdicts)])
    counts = [str(sum(one is Verdict.MISSED for one in column)) for _, column in verdicts]
    lines.append(["**missed**", f"of {len(evasions)}", *counts])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
