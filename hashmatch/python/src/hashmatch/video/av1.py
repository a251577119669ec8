"""Decodes AV1 with the decoder that Pillow carries for AVIF pictures, since OpenCV's FFmpeg has none.

OpenCV still takes the video's container apart. Each run of packets from one key frame up to the next is put into an
AVIF image sequence, which is the same stream in a container of its own (AVIF 1.1, section 3), and that is read as
pictures. Both dav1d and libavif have BSD licences.
"""

import contextlib
import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, features

from hashmatch.errors import MissingPackageError
from hashmatch.older import Self
from hashmatch.video.decoder import Pixels, load_opencv, open_capture

AV1 = "av01"
# Encoders put a key frame every few seconds. A run that is longer than this is left from here to the next key frame.
MOST_RUN_BYTES = 128 << 20
MOST_RUN_FRAMES = 10_000

RAW_PACKETS = -1
# What Pillow raises on damaged pictures; none of it means more than "damaged".
DECODER_FAILURES = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, MemoryError)
QUARTER_TURN = 90
MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
# No primaries, no transfer curve, and BT.601's matrix: weighing red, green and blue again gives back the luma plane.
COLOUR = struct.pack(">4s3HB", b"nclx", 2, 2, 6, 0)


@dataclass(frozen=True, slots=True)
class Packet:
    """The coded bytes of one shown frame."""

    seconds: float
    data: bytes
    is_key: bool


@dataclass(frozen=True, slots=True)
class Track:
    """What a sequence needs to say of its packets: size in pixels and the codec's configuration record."""

    width: int
    height: int
    configuration: bytes


class Av1Decoder:
    """The frames of an AV1 stream, a run of packets in memory at a time."""

    def __init__(self, capture: Any, track: Track, *, quarter_turns: int) -> None:
        self._runs = gather_runs(read_packets(capture))
        self._track = track
        self._quarter_turns = quarter_turns
        self._run: list[Packet] = []
        self._at = 0
        self._pictures: Image.Image | None = None
        self.damaged = 0

    @classmethod
    @contextlib.contextmanager
    def open(cls, stream: BinaryIO, *, rotation: int) -> Iterator[Self]:
        """Read a stream from its start; `rotation`, clockwise, is not told with raw packets."""
        if not features.check("avif"):
            raise MissingPackageError("AV1 videos need a Pillow that reads AVIF: pip install --upgrade pillow")
        opencv = load_opencv()
        with open_capture(stream, opencv.CAP_PROP_FORMAT, RAW_PACKETS) as (capture, facts):
            track = Track(facts.width, facts.height, read_configuration(capture))
            yield cls(capture, track, quarter_turns=-rotation // QUARTER_TURN % 4)

    def advance(self) -> float | None:
        """Go to the next frame; its time stamp in seconds, or None at the end."""
        self._at += 1
        if self._at >= len(self._run):
            self._run, self._at, self._pictures = next(self._runs, []), 0, None
        return self._run[self._at].seconds if self._run else None

    def pixels(self) -> Pixels | None:
        """The present frame as 8-bit RGB; None where it, or what it builds on, is damaged."""
        try:
            if self._pictures is None:
                sequence = io.BytesIO(write_sequence(self._track, [packet.data for packet in self._run]))
                self._pictures = Image.open(sequence, formats=["AVIF"])
            self._pictures.seek(self._at)
            pixels = np.asarray(self._pictures.convert("RGB"))
        except DECODER_FAILURES:
            self.damaged += 1
            return None
        return np.ascontiguousarray(np.rot90(pixels, self._quarter_turns))


def read_packets(capture: Any) -> Iterator[Packet]:
    """All packets of a capture that was opened for raw packets."""
    opencv = load_opencv()
    while capture.grab():
        is_whole, data = capture.retrieve()
        if is_whole and data is not None:
            is_key = bool(capture.get(opencv.CAP_PROP_LRF_HAS_KEY_FRAME))
            yield Packet(capture.get(opencv.CAP_PROP_POS_MSEC) / 1000, data.tobytes(), is_key)


def read_configuration(capture: Any) -> bytes:
    """The codec's configuration record (`av1C`), which Matroska and MP4 write alike."""
    opencv = load_opencv()
    place = int(capture.get(opencv.CAP_PROP_CODEC_EXTRADATA_INDEX))
    is_whole, data = capture.retrieve(flag=place)
    return bytes(data.tobytes()) if is_whole and data is not None else b""


def gather_runs(packets: Iterator[Packet]) -> Iterator[list[Packet]]:
    """Packets from each key frame up to the next; what comes before the first cannot be decoded."""
    run: list[Packet] = []
    size = 0
    for packet in packets:
        if packet.is_key:
            if run:
                yield run
            run, size = [packet], len(packet.data)
        elif run and len(run) < MOST_RUN_FRAMES and size + len(packet.data) <= MOST_RUN_BYTES:
            run.append(packet)
            size += len(packet.data)
    if run:
        yield run


def write_sequence(track: Track, samples: Sequence[bytes]) -> bytes:
    """An AVIF image sequence of these samples, the first of which is a key frame."""
    head = box(b"ftyp", b"avis", struct.pack(">I", 0), b"avis", b"msf1", b"miaf")
    length = len(head) + len(write_movie(track, samples, place=0)) + 8
    return b"".join([head, write_movie(track, samples, place=length), box(b"mdat", *samples)])


def write_movie(track: Track, samples: Sequence[bytes], *, place: int) -> bytes:
    """The `moov` box; `place` is where the samples begin."""
    count = len(samples)
    size = struct.pack(">II", track.width << 16, track.height << 16)
    header = struct.pack(">IIIIIH10x", 0, 0, 1, count, 0x10000, 0x100) + MATRIX + bytes(24) + struct.pack(">I", 2)
    track_header = struct.pack(">IIIII8xHHH2x", 0, 0, 1, 0, count, 0, 0, 0) + MATRIX + size
    return box(
        b"moov",
        full_box(b"mvhd", header),
        box(
            b"trak",
            full_box(b"tkhd", track_header, flags=1),
            box(
                b"mdia",
                full_box(b"mdhd", struct.pack(">IIIIHH", 0, 0, 1, count, 0x55C4, 0)),
                full_box(b"hdlr", struct.pack(">I4s12x", 0, b"pict") + b"\0"),
                box(
                    b"minf",
                    full_box(b"vmhd", bytes(8), flags=1),
                    box(b"dinf", full_box(b"dref", struct.pack(">I", 1), full_box(b"url ", flags=1))),
                    box(b"stbl", *write_samples(track, samples, place)),
                ),
            ),
        ),
    )


def write_samples(track: Track, samples: Sequence[bytes], place: int) -> Iterator[bytes]:
    """The boxes of the sample table: what the samples are, how long, which is a key frame, and where they are."""
    count = len(samples)
    description = struct.pack(">6xH16xHHIIIH32xHh", 1, track.width, track.height, 72 << 16, 72 << 16, 0, 1, 24, -1)
    entry = box(AV1.encode(), description, box(b"av1C", track.configuration), box(b"colr", COLOUR))
    yield full_box(b"stsd", struct.pack(">I", 1), entry)
    yield full_box(b"stts", struct.pack(">III", 1, count, 1))
    yield full_box(b"stsc", struct.pack(">IIII", 1, 1, count, 1))
    yield full_box(b"stsz", struct.pack(">II", 0, count), *(struct.pack(">I", len(one)) for one in samples))
    yield full_box(b"stco", struct.pack(">II", 1, place))
    yield full_box(b"stss", struct.pack(">II", 1, 1))


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of ISO 14496-12."""
    return struct.pack(">I4s", 8 + sum(map(len, content)), kind) + b"".join(content)


def full_box(kind: bytes, *content: bytes, flags: int = 0) -> bytes:
    """A box with version 0 and flags."""
    return box(kind, struct.pack(">I", flags), *content)
