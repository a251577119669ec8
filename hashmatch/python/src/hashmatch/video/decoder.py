"""Decodes a video frame by frame with OpenCV's build of FFmpeg, which is under the LGPL and holds no GPL encoder."""

import contextlib
import functools
import importlib
import io
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.errors import (
    DamagedVideoError,
    MissingPackageError,
    NoVideoStreamError,
    UnreadableFileError,
    UnreadableVideoError,
)
from hashmatch.video.formats import HEADER_BYTES, count_missing_bytes, is_video

Pixels: TypeAlias = npt.NDArray[np.uint8]
VideoSource: TypeAlias = str | Path | bytes

# Where a container does not say, or says nonsense.
LIKELY_FRAMES_PER_SECOND = 25.0
MOST_FRAMES_PER_SECOND = 1000.0
MOST_DECODED_FRAMES = 2_000_000
# A hole of so many packets, some 40 seconds, is taken for the end.
MOST_DAMAGED_PACKETS = 1_000


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What a video's container says of it. None of it is to be trusted."""

    width: int
    height: int
    codec: str  # four letters, such as "h264"
    frames_per_second: float  # always usable
    frames: int  # 0 where it is not known
    rotation: int  # by which frames are to be turned, clockwise, in degrees; the decoder has done it
    missing_bytes: int  # more than 0: the file was cut short

    @property
    def duration_seconds(self) -> float:
        """How long the video should be; 0 where it is not known."""
        return self.frames / self.frames_per_second


class Decoder(Protocol):
    """The frames of one video in the order in which they are shown."""

    damaged: int  # how many times a frame could not be had

    def advance(self) -> float | None:
        """Go to the next frame; its time stamp in seconds, or None at the end, be it the true one or not."""

    def pixels(self) -> Pixels | None:
        """The present frame as 8-bit RGB (height x width x 3), turned as the file asks; None where it is damaged."""


class CaptureDecoder:
    """A decoder on OpenCV's `VideoCapture`."""

    def __init__(self, capture: Any, facts: VideoFacts) -> None:
        self._capture = capture
        self._left = facts.frames or MOST_DECODED_FRAMES
        self._milliseconds = load_opencv().CAP_PROP_POS_MSEC
        self.damaged = 0

    def advance(self) -> float | None:
        """Decode the next frame, without converting it.

        OpenCV answers damage as it answers the end, and goes on behind the damage when it is asked again.
        """
        for failed in range(MOST_DAMAGED_PACKETS):
            if self._capture.grab():
                self._left -= 1
                self.damaged += failed
                return float(self._capture.get(self._milliseconds)) / 1000
            if self._left <= 0:
                break
        return None

    def pixels(self) -> Pixels | None:
        """Convert the present frame. The converter is that of vpdq (swscale), so the hash is vpdq's."""
        is_whole, bgr = self._capture.retrieve()
        if not is_whole or bgr is None or bgr.ndim != 3 or bgr.size == 0:
            self.damaged += 1
            return None
        return np.ascontiguousarray(bgr[:, :, ::-1])


@functools.cache
def load_opencv() -> Any:
    """OpenCV, if it is installed. It is large, so nothing loads it before there is a video to read."""
    # What damaged files make FFmpeg say goes to standard error otherwise; whoever wants to see it sets these.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    try:
        opencv = importlib.import_module("cv2")
    except ImportError as error:
        raise missing_package() from error
    if not opencv.videoio_registry.hasBackend(opencv.CAP_FFMPEG):
        raise missing_package()
    return opencv


def missing_package() -> MissingPackageError:
    """The error for a machine that cannot decode videos."""
    return MissingPackageError(
        "Frames of videos need the package opencv-python-headless: pip install 'hashmatch[video]'. "
        "MD5 and SHA-256 find exact copies without it."
    )


@contextlib.contextmanager
def open_source(source: VideoSource) -> Iterator[BinaryIO]:
    """A file or bytes in memory as a stream, refused where it is no video; nothing else is ever given to FFmpeg.

    The check keeps away the playlists by which FFmpeg could be made to open other files.
    """
    with contextlib.ExitStack() as stack:
        stream: BinaryIO
        if isinstance(source, bytes):
            stream = io.BytesIO(source)
        else:
            try:
                stream = stack.enter_context(Path(source).open("rb"))
            except OSError as error:
                raise UnreadableFileError(f"The file cannot be read: {error.strerror}.") from error
        header = stream.read(HEADER_BYTES)
        if not header:
            raise UnreadableVideoError("The file is empty.")
        if not is_video(header):
            raise UnreadableVideoError("This is not a video, or not of a kind that can be read here.")
        yield stream


def capture_stream(stream: BinaryIO, *parameters: int) -> Any:
    """OpenCV's capture on an open stream; `parameters` are its properties and their values, in turn."""
    opencv = load_opencv()
    # A file goes in by its descriptor: its name may hold a pattern, or letters that OpenCV cannot take. Only streams
    # in memory go in as such, because OpenCV crashes when one raises an error.
    place = stream if isinstance(stream, io.BytesIO) else f"/dev/fd/{stream.fileno()}"
    return opencv.VideoCapture(place, opencv.CAP_FFMPEG, list(parameters))


def read_facts(capture: Any, missing_bytes: int) -> VideoFacts:
    """What the container says; raise the named error where there is no video in it."""
    opencv = load_opencv()
    if not capture.isOpened():
        if missing_bytes:
            raise DamagedVideoError(
                f"The file is cut short ({missing_bytes} bytes are missing) and cannot be read. Try to get it again."
            )
        raise NoVideoStreamError(
            "There is no video in this file that can be read: it holds sound alone, an unknown codec, or is damaged."
        )
    reported = capture.get(opencv.CAP_PROP_FPS)
    is_likely = math.isfinite(reported) and 0 < reported <= MOST_FRAMES_PER_SECOND
    return VideoFacts(
        width=int(capture.get(opencv.CAP_PROP_FRAME_WIDTH)),
        height=int(capture.get(opencv.CAP_PROP_FRAME_HEIGHT)),
        codec=read_codec(capture.get(opencv.CAP_PROP_FOURCC)),
        frames_per_second=reported if is_likely else LIKELY_FRAMES_PER_SECOND,
        frames=max(0, int(capture.get(opencv.CAP_PROP_FRAME_COUNT))),
        rotation=int(capture.get(opencv.CAP_PROP_ORIENTATION_META)),
        missing_bytes=missing_bytes,
    )


def read_codec(number: float) -> str:
    """The four letters that a codec's number stands for."""
    return int(max(0, number)).to_bytes(8, "little")[:4].decode("latin-1").strip("\0 ").lower()


@contextlib.contextmanager
def open_capture(stream: BinaryIO, *parameters: int) -> Iterator[tuple[Any, VideoFacts]]:
    """A capture and what its container says; closed at the end."""
    missing_bytes = count_missing_bytes(stream)
    capture = capture_stream(stream, *parameters)
    try:
        yield capture, read_facts(capture, missing_bytes)
    finally:
        capture.release()
