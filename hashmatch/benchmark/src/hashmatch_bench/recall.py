"""Measures how many edited copies of a video are found by 36, 24 and 12 of its frames: the figures of decision 0062.

    .venv/bin/python -m hashmatch_bench.recall            # prints the tables, in about ten minutes
    .venv/bin/python -m hashmatch_bench.recall --write    # and puts them into the decision

The videos are drawn from photos that come with scikit-image and scikit-learn: a camera that stands, is held, cuts or
pans. What the hasher would send is chosen by its own code, in Node. A copy is what an uploader makes: a part cut out,
an excerpt, pieces in another order among other footage; smaller, compressed again, and sampled at other moments.
Copies are hashed and matched by the product's own rule (`FrameSampler`, `match_bank`).
"""

import argparse
import io
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from hashmatch.bank import Bank, BankWriter, Changes, Facts
from hashmatch.entries import Entry
from hashmatch.hashes import PdqHash
from hashmatch.pdq import QualifiedHash, hash_pixels
from hashmatch.variants import ALIKE_DISTANCE, FRAME, MINIMUM_QUALITY
from hashmatch.video import Sampling, VideoFrame, match_bank
from hashmatch.video.frames import FRAMES_PER_SECOND, FrameSampler
from PIL import Image

from hashmatch_bench.photos import cut_crop, find_photos, read_photo

type Draw = Callable[[float], Image.Image]
type Pixels = npt.NDArray[np.uint8]

MOST = (36, 24, 12)
MAY_LOSE = 2.0  # percentage points against the first of these numbers
SECONDS = (30, 120, 480)
VIDEOS_OF_EACH = 6
COPIES = 4  # of one video by each edit
SEED = 1
WORLD, SIZE = (640, 480), (256, 192)
COPY_SIZE = (192, 144)
COPY_QUALITY = 50  # of the JPEG that stands for compressing anew
LONGEST_COPY = 120.0  # seconds
PIECE = 3.0
CHOOSER = Path(__file__).with_name("choose_frames.mjs")
DECISION = Path(__file__).parents[4] / "docs/decisions/0062-fewer-frames-are-sent.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True, slots=True)
class Video:
    """A drawn video: its kind, its length, and what is seen at each moment."""

    kind: str
    seconds: float
    draw: Draw


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: lengths in seconds, videos of each kind and length, and the seed of all that is drawn."""

    seconds: tuple[int, ...] = SECONDS
    videos: int = VIDEOS_OF_EACH
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Score:
    """Whether a copy was found, and how many of its frames matched, by each number of frames that were sent."""

    kind: str
    seconds: int
    edit: str
    found: tuple[bool, ...]
    shares: tuple[float, ...]


def smooth(rng: np.random.Generator, seconds: float, step: float) -> Callable[[float], npt.NDArray[np.float64]]:
    """A wandering point in the unit square, as a function of time: it turns elsewhere every `step` seconds."""
    count = int(seconds / step) + 3
    points = rng.uniform(0, 1, (count, 3))

    def at(time: float) -> npt.NDArray[np.float64]:
        place = min(max(time, 0.0) / step, count - 2.001)
        number, part = int(place), place % 1.0
        ease = part * part * (3 - 2 * part)
        between: npt.NDArray[np.float64] = points[number] * (1 - ease) + points[number + 1] * ease
        return between

    return at


def see(photo: Image.Image, centre: npt.NDArray[np.float64], width: float, *, wander: float) -> Image.Image:
    """A part of a photo, as wide as this share of it, near its middle as far as `wander` lets it go."""
    side = np.array(photo.size) * width
    left, top = (np.array(photo.size) - side) * (0.5 + (centre[:2] - 0.5) * wander)
    return photo.resize(SIZE, Image.Resampling.BILINEAR, box=(left, top, left + side[0], top + side[1]))


def make_scene(rng: np.random.Generator, photos: Sequence[Image.Image]) -> Image.Image:
    """A scene that no other shot has: a part of a photo in one of the eight orientations."""
    pixels = cut_crop(np.asarray(photos[int(rng.integers(len(photos)))]), rng)
    return Image.fromarray(pixels).resize(WORLD)


def draw_standing(rng: np.random.Generator, photos: Sequence[Image.Image], seconds: float) -> Draw:
    """One room, a camera that stands, and somebody who moves in front of it."""
    room, body = make_scene(rng, photos), make_scene(rng, photos)
    place, breath = smooth(rng, seconds, 2.5), smooth(rng, seconds, 1.0)
    mask = Image.fromarray(ellipse(96, 128))

    def draw(time: float) -> Image.Image:
        picture = see(room, breath(time), 0.9, wander=0.15)
        x, y, turn = place(time)
        figure = body.resize((96, 128)).rotate(turn * 40 - 20)
        picture.paste(figure, (int(x * (SIZE[0] - 96)), int(y * (SIZE[1] - 128))), mask)
        return picture

    return draw


def draw_held(rng: np.random.Generator, photos: Sequence[Image.Image], seconds: float) -> Draw:
    """One scene, by a hand that holds a phone."""
    scene, move, shake = make_scene(rng, photos), smooth(rng, seconds, 6.0), smooth(rng, seconds, 0.7)

    def draw(time: float) -> Image.Image:
        at = 0.85 * move(time) + 0.15 * shake(time)
        return see(scene, at, 0.55 + 0.2 * at[2], wander=0.8)

    return draw


def draw_shots(length: float) -> Callable[[np.random.Generator, Sequence[Image.Image], float], Draw]:
    """Shots that follow each other, each held by a hand, about so long."""

    def draw_all(rng: np.random.Generator, photos: Sequence[Image.Image], seconds: float) -> Draw:
        ends = np.cumsum(rng.uniform(0.5, 1.5, int(seconds / length * 2) + 2) * length)
        shots = [(draw_held(rng, photos, 3 * length), float(start)) for start in np.concatenate([[0.0], ends])]

        def draw(time: float) -> Image.Image:
            shot, start = shots[int(np.searchsorted(ends, time, side="right"))]
            return shot(time - start)

        return draw

    return draw_all


def draw_pan(rng: np.random.Generator, photos: Sequence[Image.Image], seconds: float) -> Draw:
    """A camera that never rests, in a scene four times as wide as a photo."""
    parts = [make_scene(rng, photos) for _ in range(4)]
    scene, move = Image.new("RGB", (4 * WORLD[0], WORLD[1])), smooth(rng, seconds, 9.0)
    for number, part in enumerate(parts):
        scene.paste(part, (number * WORLD[0], 0))

    def draw(time: float) -> Image.Image:
        left, top = move(time)[:2] * (scene.width - WORLD[0] * 0.6, scene.height * 0.4)
        return scene.resize(
            SIZE, Image.Resampling.BILINEAR, box=(left, top, left + WORLD[0] * 0.6, top + WORLD[1] * 0.6)
        )

    return draw


KINDS: dict[str, Callable[[np.random.Generator, Sequence[Image.Image], float], Draw]] = {
    "a camera that stands": draw_standing,
    "a phone in a hand": draw_held,
    "shots of 15 seconds": draw_shots(15.0),
    "a cut every 2.3 seconds": draw_shots(2.3),
    "a camera that never rests": draw_pan,
}


def ellipse(width: int, height: int) -> Pixels:
    """A soft ellipse, 0 to 255."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    mask: Pixels = (np.clip(3 - 3 * np.hypot(x, y), 0, 1) * 255).astype(np.uint8)
    return mask


def excerpt(rng: np.random.Generator, video: Video, _: Video) -> list[tuple[Video, float, float]]:
    """One piece of a video, 10 to 30 seconds long."""
    length = min(float(rng.uniform(10, 30)), video.seconds)
    return [(video, float(rng.uniform(0, video.seconds - length)), length)]


def cut_out(rng: np.random.Generator, video: Video, _: Video) -> list[tuple[Video, float, float]]:
    """A video of which about half was cut out, in pieces of five seconds."""
    starts = np.arange(0, video.seconds, 5.0)
    kept = np.sort(rng.choice(starts, max(len(starts) // 2, 1), replace=False))
    return [(video, float(start), 5.0) for start in kept]


def edit_anew(rng: np.random.Generator, video: Video, other: Video) -> list[tuple[Video, float, float]]:
    """Pieces of a video in another order, each followed by one of other footage."""
    count = max(int(min(video.seconds / 3, LONGEST_COPY / 2) / PIECE), 2)
    starts = rng.uniform(0, video.seconds - PIECE, (count, 2))
    return [piece for one, two in starts for piece in ((video, float(one), PIECE), (other, float(two), PIECE))]


EDITS = {
    "cut: half of it taken out": (cut_out, 1.0),
    "shortened: 10 to 30 seconds of it": (excerpt, 1.0),
    "edited anew: pieces among other footage, a quarter faster": (edit_anew, 1.25),
}


def hash_original(video: Video) -> list[tuple[str, int]]:
    """The hashes that the hasher keeps of a video, and how many of its frames look like each."""
    sampler = FrameSampler(Sampling(), duration_seconds=video.seconds)
    kept: Counter[str] = Counter()
    last: PdqHash | None = None
    for number in range(int(video.seconds * FRAMES_PER_SECOND)):
        one = hash_pixels(np.asarray(video.draw(number / FRAMES_PER_SECOND)))
        if one.quality < MINIMUM_QUALITY:
            continue
        if sampler.keeps(one):
            last = one.hash
            kept[one.hash.hex] += 1
        elif one.hash.hex in kept:
            kept[one.hash.hex] += 1
        elif last is not None and last.distance(one.hash) <= ALIKE_DISTANCE:
            kept[last.hex] += 1
    return list(kept.items())


def hash_copy(rng: np.random.Generator, pieces: Iterable[tuple[Video, float, float]], speed: float) -> list[VideoFrame]:
    """The frames that a platform keeps of a copy: smaller, compressed anew, at moments of its own."""
    sampler = FrameSampler(Sampling(), duration_seconds=LONGEST_COPY)
    phase, gain = rng.uniform(0, 1 / FRAMES_PER_SECOND), rng.uniform(0.9, 1.1)
    frames: list[VideoFrame] = []
    shown = 0.0
    for video, start, length in pieces:
        if shown >= LONGEST_COPY:
            break
        for moment in np.arange(phase, length / speed, 1 / FRAMES_PER_SECOND):
            one = hash_compressed(video.draw(start + moment * speed), gain)
            if sampler.keeps(one):
                frames.append(VideoFrame(len(frames), shown + moment, one.hash, one.quality))
        shown += length / speed
    return frames


def hash_compressed(picture: Image.Image, gain: float) -> QualifiedHash:
    """The hash of a frame after it went through another encoder."""
    stream = io.BytesIO()
    small = picture.resize(COPY_SIZE).point([min(int(level * gain), 255) for level in range(256)] * 3)
    small.save(stream, "JPEG", quality=COPY_QUALITY)
    return hash_pixels(np.asarray(Image.open(stream)))


def choose_frames(videos: Sequence[list[tuple[str, int]]]) -> list[list[list[str]]]:
    """What the hasher would send of each video, for each number of frames: its own code says so."""
    asked = json.dumps({"most": MOST, "videos": videos})
    done = subprocess.run(  # noqa: S603 - our own script and what it reads
        ["node", str(CHOOSER)],  # noqa: S607
        input=asked,
        capture_output=True,
        text=True,
        check=True,
    )
    chosen: list[list[list[str]]] = json.loads(done.stdout)
    return chosen


def make_video(kind: str, seconds: int, rng: np.random.Generator, photos: Sequence[Image.Image]) -> Video:
    """One video of a kind."""
    return Video(kind, seconds, KINDS[kind](rng, photos, seconds))


def score_video(task: tuple[str, int, int, int]) -> list[Score]:
    """Make one video and its copies, and look the copies up by what would be sent of it."""
    kind, seconds, number, seed = task
    rng = np.random.default_rng([seed, list(KINDS).index(kind), seconds, number])
    photos = [Image.fromarray(read_photo(path)) for path in find_photos()]
    order = rng.permutation(len(photos))
    mine, others = ([photos[at] for at in half] for half in (order[::2], order[1::2]))
    video = make_video(kind, seconds, rng, mine)
    other = make_video(str(rng.choice(list(KINDS))), seconds, rng, others)
    (sent,) = choose_frames([hash_original(video)])
    scores = []
    with tempfile.TemporaryDirectory() as folder:
        banks = [bank_of(Path(folder, str(most)), hashes) for most, hashes in zip(MOST, sent, strict=True)]
        for edit, (choose, speed) in EDITS.items():
            for _ in range(COPIES):
                frames = hash_copy(rng, choose(rng, video, other), speed)
                found = [match_bank(frames, bank) for bank in banks]
                shares = [max((one.frames for one in each), default=0) / max(len(frames), 1) for each in found]
                scores.append(Score(kind, seconds, edit, tuple(map(bool, found)), tuple(shares)))
    return scores


def bank_of(path: Path, hashes: Sequence[str]) -> Bank:
    """A bank that holds one video."""
    entries = [Entry(PdqHash.from_hex(one), quality=100, variant=FRAME, family="video") for one in hashes]
    with BankWriter(path) as writer:
        writer.apply(Changes(Facts(), tuple(entries)))
    return Bank.open(path)


def measure(plan: Plan, *, processes: int = 2) -> list[Score]:
    """The scores of all copies."""
    tasks = [
        (kind, seconds, number, plan.seed)
        for kind in KINDS
        for seconds in plan.seconds
        for number in range(plan.videos)
    ]
    if processes == 1:
        return [score for task in tasks for score in score_video(task)]
    with ProcessPoolExecutor(processes) as pool:
        return [score for scores in pool.map(score_video, tasks) for score in scores]


def recall(scores: Sequence[Score]) -> list[float]:
    """How many copies in a hundred were found, by each number of frames."""
    return [100 * float(np.mean([score.found[at] for score in scores])) for at in range(len(MOST))]


def smallest_enough(scores: Sequence[Score]) -> int:
    """The smallest number of frames by which at most `MAY_LOSE` points of all copies are lost."""
    found = recall(scores)
    return min(most for at, most in enumerate(MOST) if found[0] - found[at] <= MAY_LOSE)


def tables(scores: Sequence[Score], plan: Plan) -> Iterator[str]:
    """The tables of the decision."""
    videos = len(KINDS) * len(plan.seconds) * plan.videos
    yield (
        f"{videos} videos, {len(scores):,} copies, seed {plan.seed}. Copies found of 100, by the frames that were sent:"
    )
    yield ""
    yield f"| copies | number | {' | '.join(map(str, MOST))} |"
    yield f"| --- | ---: |{' ---: |' * len(MOST)}"
    groups: list[tuple[str, list[Score]]] = [("**all**", list(scores))]
    groups += [(edit, [one for one in scores if one.edit == edit]) for edit in EDITS]
    groups += [(kind, [one for one in scores if one.kind == kind]) for kind in KINDS]
    groups += [(f"of {long} seconds", [one for one in scores if one.seconds == long]) for long in plan.seconds]
    for name, chosen in groups:
        yield f"| {name} | {len(chosen)} | {' | '.join(f'{value:.1f}' for value in recall(chosen))} |"
    yield ""
    shares = [100 * float(np.mean([score.shares[at] for score in scores])) for at in range(len(MOST))]
    yield f"Frames of a copy that match, on average: {', '.join(f'{one:.0f} %' for one in shares)}."
    yield f"Smallest number that loses at most {MAY_LOSE:g} points of all copies: {smallest_enough(scores)}."


def main() -> None:
    """Measure and print, and write into the decision if asked."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="put the tables into decision 0062")
    arguments = parser.parse_args()
    plan = Plan()
    text = "\n".join(tables(measure(plan), plan))
    print(text)
    if arguments.write:
        page = DECISION.read_text(encoding="utf-8")
        before, after = page.partition(BEGIN)[0], page.partition(END)[2]
        DECISION.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
