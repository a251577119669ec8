"""Frames of a video and their PDQ hashes: which are taken, which are kept, and where reading ends.

What is looked for is hashed densely: five frames a second, without those that hardly differ from the last one kept, at
most 3,000 of them and therefore thinner where it is longer than ten minutes. What a person protects is hashed by her
browser, which takes as many and sends at most 24 of them, those near which most of the video lies, so that nothing
else can be hidden among them. One frame a second, all of them kept, is how vpdq does it by default.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType

from hashmatch.errors import DamagedVideoError, UnreadableVideoError, UnsupportedVideoError, VideoTooLargeError
from hashmatch.hashes import PdqHash
from hashmatch.older import Self
from hashmatch.pdq import QualifiedHash, hash_pixels
from hashmatch.variants import ALIKE_DISTANCE, MINIMUM_QUALITY
from hashmatch.video.av1 import AV1, Av1Decoder
from hashmatch.video.decoder import (
    MOST_DECODED_FRAMES,
    CaptureDecoder,
    Decoder,
    VideoFacts,
    VideoSource,
    open_capture,
    open_source,
)

FRAMES_PER_SECOND = 5
MOST_FRAMES = 3_000
MOST_VPDQ_FRAMES = 100_000

# Time stamps are written in fractions that do not add up to whole steps.
SLOT_TOLERANCE = 1e-6
LONGEST_STILL_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Which frames of a video are hashed and which hashes are kept; as it stands, for a video that is looked for."""

    interval_seconds: float = 1 / FRAMES_PER_SECOND
    alike_distance: int | None = ALIKE_DISTANCE  # bits from the last one kept; None keeps every frame
    minimum_quality: int = MINIMUM_QUALITY
    most_frames: int = MOST_FRAMES

    @classmethod
    def as_vpdq(cls, *, seconds_per_hash: float = 1.0) -> Self:
        """Every frame of the beat, whatever its quality; 0 seconds takes every frame, as vpdq does."""
        return cls(
            interval_seconds=seconds_per_hash, alike_distance=None, minimum_quality=0, most_frames=MOST_VPDQ_FRAMES
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoLimits:
    """How much of one video is decoded. What lies beyond is left out, and `is_cut` says so."""

    most_seconds: float = 6 * 3600
    most_decoded_frames: int = MOST_DECODED_FRAMES
    most_pixels: int = 70_000_000  # 8K for both eyes


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One hashed frame: its number among all frames from 0, its time from the start, its hash and quality."""

    number: int
    seconds: float
    hash: PdqHash
    quality: int

    @property
    def is_usable(self) -> bool:
        """Whether there is enough in the frame to recognise it by."""
        return self.quality >= MINIMUM_QUALITY


@dataclass(frozen=True, slots=True)
class VideoHashes:
    """The hashed frames of one video in order.

    `error` says why reading ended too early, if it did; `is_cut` that a limit left frames out.
    """

    frames: tuple[VideoFrame, ...]
    facts: VideoFacts
    error: UnreadableVideoError | None = None
    is_cut: bool = False


class Clock:
    """Time from the start that never stands still or goes back, whatever the file says."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._now = -step

    def read(self, reported: float) -> float:
        """The time of the next frame. A stamp that makes no sense is taken as one step on from the last."""
        gap = reported - self._now
        self._now += gap if 0 < gap <= LONGEST_STILL_SECONDS else self._step
        return self._now


class FrameSampler:
    """Decides frame by frame; keeps one hash and the set of those kept, and no picture."""

    def __init__(self, sampling: Sampling, *, duration_seconds: float) -> None:
        self._sampling = sampling
        self._interval = max(sampling.interval_seconds, duration_seconds / sampling.most_frames)
        self._slot = -1
        self._last: PdqHash | None = None
        self._seen: set[PdqHash] = set()
        self.kept = 0

    @property
    def is_full(self) -> bool:
        """Whether as many hashes are kept as may be."""
        return self.kept >= self._sampling.most_frames

    def wants(self, seconds: float) -> bool:
        """Whether the frame at this time is the first of its interval."""
        if self._interval <= 0:
            return True
        slot = int(seconds / self._interval + SLOT_TOLERANCE)
        if slot <= self._slot:
            return False
        self._slot = slot
        return True

    def keeps(self, qualified: QualifiedHash) -> bool:
        """Whether this hash adds something to those kept."""
        if qualified.quality < self._sampling.minimum_quality:
            return False
        if self._sampling.alike_distance is not None and self._is_known(qualified.hash, self._sampling.alike_distance):
            return False
        self.kept += 1
        return True

    def _is_known(self, found: PdqHash, alike_distance: int) -> bool:
        if found in self._seen or (self._last is not None and self._last.distance(found) <= alike_distance):
            return True
        self._seen.add(found)
        self._last = found
        return False


class VideoReader:
    """Reads one video, a frame in memory at a time. Iterate over it once, and stop whenever you like.

    Opening raises a named error where there is no video to read. After the last frame `error` says what kept it from
    reading on, if anything did, and `is_cut` whether a limit did.
    """

    def __init__(
        self,
        source: VideoSource,
        *,
        sampling: Sampling | None = None,
        limits: VideoLimits | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> None:
        self._limits = limits or VideoLimits()
        self._sampling = sampling or Sampling()
        self._on_progress = on_progress
        self._decoded = 0
        self._hashed = 0
        self._damaged = 0
        self._reached = 0.0
        self.error: UnreadableVideoError | None = None
        self.is_cut = False
        with contextlib.ExitStack() as stack:
            self._stream = stack.enter_context(open_source(source))
            self._capture, self.facts = stack.enter_context(open_capture(self._stream))
            self._refuse_large(self.facts.width * self.facts.height)
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file and the decoder."""
        self._stack.close()

    def __iter__(self) -> Iterator[VideoFrame]:
        duration = min(self.facts.duration_seconds, self._limits.most_seconds)
        sampler = FrameSampler(self._sampling, duration_seconds=duration)
        for seconds, decoder in self._moments():
            if not sampler.wants(seconds):
                continue
            if sampler.is_full:
                self.is_cut = True
                return
            qualified = self._hash_present(decoder)
            if qualified is not None and sampler.keeps(qualified):
                yield VideoFrame(self._decoded - 1, seconds, qualified.hash, qualified.quality)
            if self._on_progress is not None:
                self._on_progress(min(1.0, seconds / duration) if duration else 0.0)
        self.error = self._explain_end()
        if self._hashed == 0 and self.error is not None:
            raise self.error

    def _hash_present(self, decoder: Decoder) -> QualifiedHash | None:
        """The hash of the frame at which the decoder stands; None where that frame is damaged."""
        pixels = decoder.pixels()
        self._damaged = decoder.damaged
        if pixels is None:
            return None
        self._refuse_large(pixels.shape[0] * pixels.shape[1])
        self._hashed += 1
        return hash_pixels(pixels)

    def _moments(self) -> Iterator[tuple[float, Decoder]]:
        """The time of every frame in the video, up to the limits; the decoder stands at that frame."""
        clock = Clock(1 / self.facts.frames_per_second)
        decoder, reported = self._start()
        while reported is not None:
            seconds = clock.read(reported)
            if seconds > self._limits.most_seconds or self._decoded >= self._limits.most_decoded_frames:
                self.is_cut = True
                return
            self._decoded += 1
            self._reached = seconds
            yield seconds, decoder
            reported = decoder.advance()

    def _start(self) -> tuple[Decoder, float | None]:
        """The decoder that gets to the first frame."""
        decoder: Decoder = CaptureDecoder(self._capture, self.facts)
        first = decoder.advance()
        if first is None and self.facts.codec == AV1:
            decoder = self._stack.enter_context(Av1Decoder.open(self._stream, rotation=self.facts.rotation))
            first = decoder.advance()
        return decoder, first

    def _refuse_large(self, pixels: int) -> None:
        if pixels > self._limits.most_pixels:
            raise VideoTooLargeError(
                f"The video has frames of {pixels} pixels; the limit is {self._limits.most_pixels}. "
                "Only MD5 and SHA-256 can be made of it."
            )

    def _explain_end(self) -> UnreadableVideoError | None:
        """What is wrong with a video whose decoder gives no further frame; None where all is well."""
        facts = self.facts
        if self.is_cut:
            return None
        if facts.missing_bytes:
            return DamagedVideoError(
                f"The file is cut short: {facts.missing_bytes} bytes are missing. "
                f"It was read up to {self._reached:.1f} seconds. Try to get it again."
            )
        if self._hashed == 0:
            return UnsupportedVideoError(
                f"Not one frame can be decoded: the video ({facts.codec or 'no codec is named'}) is damaged, "
                "or made by a codec that is not known here."
            )
        # A trimmed video starts or ends within what its container counts, so a little less is no damage.
        is_short = self._decoded < facts.frames / 2 and self._reached < facts.duration_seconds / 2
        if is_short or self._damaged:
            return DamagedVideoError(
                f"The video is damaged: {self._hashed} of its frames could be read, up to {self._reached:.1f} seconds. "
                "Try to get it again."
            )
        return None


def hash_video(
    source: VideoSource,
    *,
    sampling: Sampling | None = None,
    limits: VideoLimits | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> VideoHashes:
    """Hash the frames of a video, given by its path or its bytes.

    Raises a named error (`UnreadableVideoError`, `MissingPackageError`, `UnreadableFileError`) where there is not one
    frame to read; a video that ends too early gives the frames until there, and `error`. `on_progress` is called with
    the share that is done, 0 to 1, and always with 0 where the length is not known.
    """
    with VideoReader(source, sampling=sampling, limits=limits, on_progress=on_progress) as reader:
        frames = tuple(reader)
        return VideoHashes(frames, reader.facts, reader.error, reader.is_cut)
