"""Videos made here, frame by frame, must be found again in copies; damaged ones must say what is wrong."""

import contextlib
import dataclasses
import importlib
import io
import json
import struct
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from hashmatch.bank import Bank, BankWriter, Changes, Facts
from hashmatch.cli import main
from hashmatch.digests import digest_file
from hashmatch.entries import Entry, Tier
from hashmatch.errors import (
    DamagedVideoError,
    HashmatchError,
    MissingPackageError,
    NoVideoStreamError,
    UnreadableFileError,
    UnreadableVideoError,
    UnsupportedVideoError,
    VideoTooLargeError,
)
from hashmatch.files import hash_file
from hashmatch.hashes import PdqHash, Sha256Hash, VideoMd5Hash
from hashmatch.pdq import QualifiedHash, hash_pixels
from hashmatch.video import (
    Sampling,
    VideoFrame,
    VideoIndex,
    VideoLimits,
    VideoReader,
    compare_videos,
    hash_video,
    is_video,
    match_bank,
    match_video,
)
from hashmatch.video import decoder as decoder_module
from hashmatch.video.av1 import MATRIX, box, full_box, gather_runs
from hashmatch.video.av1 import Packet as Av1Packet
from hashmatch.video.decoder import CaptureDecoder
from hashmatch.video.formats import count_missing_bytes
from hashmatch.video.frames import ALIKE_DISTANCE, MOST_FRAMES, Clock, FrameSampler
from PIL import Image

Pixels: TypeAlias = np.ndarray
WIDTH, HEIGHT, RATE = 320, 240, 10
SCENE_FRAMES = 10  # one second
QUARTER_TURNS = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}  # clockwise


def make_scene(seed: int) -> Pixels:
    """A picture of soft colours and hard edges, unlike any of another seed."""
    random = np.random.default_rng(seed)
    soft = cv2.resize(
        random.uniform(0, 255, (7, 9, 3)).astype(np.uint8), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC
    )
    for _ in range(12):
        left, top = int(random.integers(0, WIDTH - 40)), int(random.integers(0, HEIGHT - 40))
        wide, high = (int(one) for one in random.integers(15, 90, 2))
        soft[top : top + high, left : left + wide] = random.integers(0, 256, 3)
    return np.ascontiguousarray(soft)


SCENES = [make_scene(seed) for seed in range(6)]
FILM = [scene for scene in SCENES for _ in range(SCENE_FRAMES)]


def write_film(path: Path, codec: str, frames: Sequence[Pixels] = FILM, *, rate: float = RATE) -> Path:
    """A video by OpenCV's own encoders."""
    height, width, _ = frames[0].shape
    decoder_module.load_opencv()
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter_fourcc(*codec), rate, (width, height))
    assert writer.isOpened(), codec
    for frame in frames:
        writer.write(np.ascontiguousarray(frame[:, :, ::-1]))
    writer.release()
    return path


def movie(
    frames: Sequence[Pixels],
    *,
    milliseconds: Sequence[int] | None = None,
    rotation: int = 0,
    handler: bytes = b"vide",
    format_name: bytes = b"jpeg",
    claimed: tuple[int, int] | None = None,
) -> bytes:
    """A QuickTime file of JPEG frames with the durations, rotation and size that are asked for."""
    samples = [jpeg(frame) for frame in frames]
    lengths = list(milliseconds or [1000 // RATE] * len(frames))
    height, width = frames[0].shape[:2]
    width, height = claimed or (width, height)
    total, count = sum(lengths), len(samples)
    a, b, c, d = (one * 0x10000 for one in QUARTER_TURNS[rotation])
    matrix = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    head = box(b"ftyp", b"qt  ", bytes(4), b"qt  ")
    data = box(b"mdat", *samples)
    entry = struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 72 << 16, 72 << 16, 0, 1, 24, -1)
    table = box(
        b"stbl",
        full_box(b"stsd", struct.pack(">I", 1), box(format_name, entry)),
        full_box(b"stts", struct.pack(">I", count), *(struct.pack(">II", 1, one) for one in lengths)),
        full_box(b"stsc", struct.pack(">IIII", 1, 1, count, 1)),
        full_box(b"stsz", struct.pack(">II", 0, count), *(struct.pack(">I", len(one)) for one in samples)),
        full_box(b"stco", struct.pack(">II", 1, len(head) + 8)),
    )
    track = (
        struct.pack(">IIIII8xHHH2x", 0, 0, 1, 0, total, 0, 0, 0)
        + matrix
        + struct.pack(">II", width << 16, height << 16)
    )
    media = box(
        b"mdia",
        full_box(b"mdhd", struct.pack(">IIIIHH", 0, 0, 1000, total, 0x55C4, 0)),
        full_box(b"hdlr", struct.pack(">I4s12x", 0, handler) + b"\0"),
        box(
            b"minf",
            full_box(b"vmhd", bytes(8), flags=1),
            box(b"dinf", full_box(b"dref", struct.pack(">I", 1), full_box(b"url ", flags=1))),
            table,
        ),
    )
    header = struct.pack(">IIIIIH10x", 0, 0, 1000, total, 0x10000, 0x100) + MATRIX + bytes(24) + struct.pack(">I", 2)
    return head + data + box(b"moov", full_box(b"mvhd", header), box(b"trak", full_box(b"tkhd", track, flags=1), media))


def jpeg(pixels: Pixels) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=92)
    return stream.getvalue()


def av1_film(frames: Sequence[Pixels], *, rotation: int = 0) -> bytes:
    """A video by the AV1 encoder that Pillow has for AVIF; its sequences are MP4 but for a few names."""
    stream = io.BytesIO()
    first, *rest = [Image.fromarray(frame) for frame in frames]
    first.save(stream, "AVIF", save_all=True, append_images=rest, duration=1000 // RATE, speed=10, quality=70)
    data = stream.getvalue()
    assert data[8:12] == b"avis"
    data = data[:8] + b"isom" + data[12:].replace(b"meta", b"free", 1)
    at = data.rindex(b"pict")
    data = data[:at] + b"vide" + data[at + 4 :]
    a, b, c, d = (one * 0x10000 for one in QUARTER_TURNS[rotation])
    turned = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    at = data.rindex(MATRIX, 0, data.index(b"mdia"))
    return data[:at] + turned + data[at + len(MATRIX) :]


def nearest(frames: Sequence[VideoFrame], scene: Pixels) -> int:
    """The least distance of a scene from any of these frames."""
    wanted = hash_pixels(scene).hash
    return min(wanted.distance(frame.hash) for frame in frames)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six scenes, a second each."""
    return write_film(tmp_path_factory.mktemp("films") / "original.mp4", "mp4v")


@pytest.fixture(scope="module")
def original_frames(original: Path) -> tuple[VideoFrame, ...]:
    return hash_video(original).frames


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "mp4v"), ("a.avi", "MJPG"), ("a.webm", "VP80"), ("a.webm", "VP90"), ("a.mkv", "FFV1"), ("a.ts", "mpg2")],
)
def test_every_scene_is_found_whatever_the_codec(tmp_path: Path, name: str, codec: str) -> None:
    hashes = hash_video(write_film(tmp_path / name, codec))
    assert hashes.error is None
    assert not hashes.is_cut
    for scene in SCENES:
        assert nearest(hashes.frames, scene) <= 14
    assert len(SCENES) <= len(hashes.frames) <= 2 * len(SCENES)
    assert [frame.seconds for frame in hashes.frames] == sorted(frame.seconds for frame in hashes.frames)
    assert all(frame.seconds == pytest.approx(frame.number / RATE, abs=0.02) for frame in hashes.frames)


def test_av1_is_read_by_pillows_decoder(tmp_path: Path) -> None:
    film = [scene for scene in SCENES[:3] for _ in range(5)]
    hashes = hash_video(av1_film(film))
    assert hashes.facts.codec == "av01"
    assert hashes.error is None
    for scene in SCENES[:3]:
        assert nearest(hashes.frames, scene) <= 14
    assert [frame.seconds for frame in hashes.frames][:2] == pytest.approx([0, 0.6])
    turned = hash_video(av1_film(film, rotation=90)).frames
    assert nearest(turned, np.rot90(SCENES[0], 3)) <= 14
    assert nearest(turned, SCENES[0]) > 31


def test_damaged_av1_gives_what_can_be_read() -> None:
    film = av1_film([scene for scene in SCENES[:3] for _ in range(5)])
    at = film.index(b"mdat") + 4
    broken = hash_video(film[: at + 400] + b"\xff" * (len(film) - at - 400))
    assert isinstance(broken.error, DamagedVideoError)
    with pytest.raises(UnsupportedVideoError, match="av01"):
        hash_video(film[:at] + b"\xff" * (len(film) - at))


def test_packets_before_a_key_frame_are_left_out() -> None:
    packets = [Av1Packet(number / 10, b"x", number in (2, 5)) for number in range(7)]
    assert [[one.seconds for one in run] for run in gather_runs(iter(packets))] == [[0.2, 0.3, 0.4], [0.5, 0.6]]


def test_a_copy_is_found_scaled_reencoded_and_cut_in_time(
    tmp_path: Path, original_frames: Sequence[VideoFrame]
) -> None:
    small = [cv2.resize(frame, (160, 120), interpolation=cv2.INTER_AREA) for frame in FILM]
    part = write_film(tmp_path / "part.webm", "VP80", small[2 * SCENE_FRAMES : 4 * SCENE_FRAMES])
    found = compare_videos(hash_video(part).frames, original_frames)
    assert found.percent == 100
    assert 20 <= found.other_percent < 60
    assert found.is_match()
    assert not found.is_match(least_other_percent=90)


def test_a_video_that_asks_to_be_turned_is_turned() -> None:
    for rotation, turns in ((90, 3), (180, 2), (270, 1)):
        frames = hash_video(movie(SCENES[:2], milliseconds=[500, 500], rotation=rotation)).frames
        for scene in SCENES[:2]:
            assert nearest(frames, np.rot90(scene, turns)) <= 8
            assert nearest(frames, scene) > 31


def test_time_stamps_are_those_of_the_file_when_they_are_uneven() -> None:
    lengths = [100, 100, 900, 40, 40, 1000]
    frames = hash_video(movie(SCENES, milliseconds=lengths), sampling=Sampling.as_vpdq(seconds_per_hash=0)).frames
    starts = np.cumsum([0, *lengths[:-1]]) / 1000
    assert [frame.seconds for frame in frames] == pytest.approx(starts.tolist(), abs=0.002)
    assert [frame.number for frame in frames] == list(range(6))


def test_one_frame_a_second_as_vpdq_takes_them(original: Path) -> None:
    frames = hash_video(original, sampling=Sampling.as_vpdq()).frames
    assert [frame.number for frame in frames] == [second * SCENE_FRAMES for second in range(len(SCENES))]
    # All are kept, plain ones too.
    black = hash_video(movie([np.zeros((HEIGHT, WIDTH, 3), np.uint8)] * 25), sampling=Sampling.as_vpdq())
    assert [frame.quality for frame in black.frames] == [0, 0, 0]


def test_a_plain_video_has_no_frames_and_no_error() -> None:
    hashes = hash_video(movie([np.full((HEIGHT, WIDTH, 3), 90, np.uint8)] * 5))
    assert (hashes.frames, hashes.error, hashes.is_cut) == ((), None, False)


def test_five_a_second_meets_one_a_second_at_every_offset() -> None:
    """A camera that moves fast: a list made at one a second misses copies that one made at five finds."""
    wide = np.hstack([make_scene(50), make_scene(51)])
    film = [np.ascontiguousarray(wide[:, 2 * step : 2 * step + WIDTH]) for step in range(100)]
    every = [hash_pixels(frame) for frame in film]
    kept = hash_video(movie(film)).frames
    sparse = [VideoFrame(at, at / RATE, every[at].hash, every[at].quality) for at in range(0, 100, RATE)]

    def least_share(listed: Sequence[VideoFrame]) -> float:
        shares = []
        for offset in range(RATE):
            copy = [VideoFrame(at, at / RATE, every[at].hash, 100) for at in range(offset, 100, RATE)]
            shares.append(compare_videos(copy, listed).percent)
        return min(shares)

    assert least_share(kept) >= 90
    assert least_share(sparse) < 50


# What the browser's tests hold of its own list of frames, held here of ours.


def count_wanted(duration: float, rate: float) -> int:
    sampler = FrameSampler(Sampling(), duration_seconds=duration)
    return sum(sampler.wants(frame / rate) for frame in range(int(duration * rate)))


def test_five_frames_a_second_whatever_the_videos_own_rate() -> None:
    assert [count_wanted(10, rate) for rate in (30, 25, 60, 5, 2)] == [50, 50, 50, 50, 20]
    assert count_wanted(600, 25) == MOST_FRAMES
    assert 2500 < count_wanted(3600, 10) <= MOST_FRAMES


def test_a_gap_in_the_times_does_not_bring_a_burst() -> None:
    sampler = FrameSampler(Sampling(), duration_seconds=10)
    assert [sampler.wants(time) for time in (0, 5.03, 5.07, 5.1, 5.2)] == [True, True, False, False, True]


def test_what_hardly_differs_from_the_last_kept_is_left_out() -> None:
    base = PdqHash(bytes(32))
    near = PdqHash(int((1 << ALIKE_DISTANCE) - 1).to_bytes(32, "big"))
    far = PdqHash(int((1 << ALIKE_DISTANCE + 1) - 1).to_bytes(32, "big"))
    sampler = FrameSampler(Sampling(), duration_seconds=10)
    assert [sampler.keeps(QualifiedHash(one, 100)) for one in (base, near, far, base)] == [True, False, True, False]
    assert not sampler.keeps(QualifiedHash(PdqHash(b"\xff" * 32), 49))
    assert sampler.keeps(QualifiedHash(PdqHash(b"\xff" * 32), 50))
    assert sampler.kept == 3
    every = FrameSampler(Sampling.as_vpdq(), duration_seconds=10)
    assert all(every.keeps(QualifiedHash(base, 0)) for _ in range(3))


def test_a_clock_goes_on_when_time_stamps_fail() -> None:
    clock = Clock(0.5)
    stamps = [0, 0.5, 0.5, 0.5, 3.0, 0.1, 1e9, 4.6]
    assert [clock.read(one) for one in stamps] == [0, 0.5, 1.0, 1.5, 3.0, 3.5, 4.0, 4.6]


def test_the_list_ends_at_its_limit_and_says_so(original: Path) -> None:
    cut = hash_video(original, sampling=Sampling(interval_seconds=0.1, most_frames=3))
    assert len(cut.frames) <= 3
    whole = hash_video(movie(SCENES), sampling=Sampling(interval_seconds=0, alike_distance=None, most_frames=6))
    assert (len(whole.frames), whole.is_cut) == (6, False)
    # The container says nothing of its length, so the list fills up before the end.
    full = FrameSampler(Sampling(most_frames=1), duration_seconds=0)
    assert full.keeps(QualifiedHash(PdqHash(bytes(32)), 100))
    assert full.is_full


def test_time_and_frames_are_limited(original: Path) -> None:
    for limits in (VideoLimits(most_seconds=2.05), VideoLimits(most_decoded_frames=21)):
        hashes = hash_video(original, limits=limits)
        assert hashes.is_cut
        assert hashes.error is None
        assert nearest(hashes.frames, SCENES[2]) <= 14
        assert nearest(hashes.frames, SCENES[3]) > 31


def test_too_many_pixels_are_refused_before_decoding() -> None:
    with pytest.raises(VideoTooLargeError, match="limit is 1000"):
        hash_video(movie(SCENES[:1]), limits=VideoLimits(most_pixels=1000))


def test_progress_rises_to_the_end_and_the_reader_may_be_left(original: Path) -> None:
    seen: list[float] = []
    hash_video(original, on_progress=seen.append)
    assert seen == sorted(seen)
    assert 0.9 < seen[-1] <= 1
    calls = []
    unknown = dataclasses.replace(hash_video(original).facts, frames=0)
    with VideoReader(original, on_progress=calls.append) as reader:
        reader.facts = unknown
        assert list(reader)
    assert set(calls) == {0}
    with VideoReader(original) as reader:
        assert next(iter(reader)).number == 0
        stream = reader._stream
    assert stream.closed


def test_one_picture_at_a_time_is_held(original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the video is, no more than the present frame is alive."""
    alive: list[weakref.ref[Any]] = []
    counts: list[int] = []
    convert = CaptureDecoder.pixels

    def watch(self: CaptureDecoder) -> Pixels | None:
        pixels = convert(self)
        alive[:] = [one for one in alive if one() is not None]
        counts.append(len(alive))
        alive.append(weakref.ref(pixels))
        return pixels

    monkeypatch.setattr(CaptureDecoder, "pixels", watch)
    hash_video(original, sampling=Sampling.as_vpdq(seconds_per_hash=0))
    assert len(counts) == len(FILM)
    assert max(counts) <= 1


def test_bytes_in_memory_give_the_same_as_a_file(original: Path, original_frames: Sequence[VideoFrame]) -> None:
    assert hash_video(original.read_bytes()).frames == tuple(original_frames)


def test_a_name_that_looks_like_a_pattern_is_only_a_name(tmp_path: Path, original: Path) -> None:
    odd = tmp_path / "frame%03d.jpg"
    odd.write_bytes(original.read_bytes())
    (tmp_path / "frame000.jpg").write_bytes(jpeg(SCENES[0]))
    assert len(hash_video(odd, sampling=Sampling.as_vpdq()).frames) == len(SCENES)


@pytest.mark.parametrize(("name", "codec"), [("a.avi", "MJPG"), ("a.webm", "VP80")])
def test_a_cut_video_gives_its_beginning_and_says_so(tmp_path: Path, name: str, codec: str) -> None:
    whole = write_film(tmp_path / name, codec).read_bytes()
    hashes = hash_video(whole[: len(whole) * 6 // 10])
    assert isinstance(hashes.error, DamagedVideoError)
    assert "cut short" in str(hashes.error)
    assert nearest(hashes.frames, SCENES[0]) <= 14
    assert nearest(hashes.frames, SCENES[5]) > 31


def test_a_cut_video_without_its_table_is_named() -> None:
    whole = movie(SCENES)
    with pytest.raises(DamagedVideoError, match="cut short"):
        hash_video(whole[: len(whole) // 2])


def test_a_hole_in_a_video_leaves_the_rest(tmp_path: Path) -> None:
    data = bytearray(write_film(tmp_path / "film.mp4", "mp4v").read_bytes())
    at = data.index(b"mdat") + 4
    end = data.index(b"moov")
    start, stop = at + (end - at) * 2 // 6, at + (end - at) * 3 // 6
    data[start:stop] = bytes(stop - start)
    hashes = hash_video(bytes(data))
    assert isinstance(hashes.error, DamagedVideoError)
    for scene in (SCENES[0], SCENES[5]):
        assert nearest(hashes.frames, scene) <= 14


def test_a_video_that_ends_long_before_it_says_is_damaged(original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = iter(range(15))
    go_on = CaptureDecoder.advance
    monkeypatch.setattr(CaptureDecoder, "advance", lambda self: go_on(self) if next(left, None) is not None else None)
    hashes = hash_video(original)
    assert isinstance(hashes.error, DamagedVideoError)
    assert hashes.frames


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", UnreadableVideoError),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n", UnreadableVideoError),
        (jpeg(SCENES[0]), UnreadableVideoError),
        (movie(SCENES[:2], handler=b"soun"), NoVideoStreamError),
        (movie(SCENES[:2], format_name=b"none"), NoVideoStreamError),
        (box(b"ftyp", b"isom", bytes(4), b"isom") + box(b"mdat", bytes(500)), NoVideoStreamError),
        (b"\x1a\x45\xdf\xa3" + bytes(300), NoVideoStreamError),
    ],
)
def test_what_is_no_video_is_named(data: bytes, error: type[HashmatchError]) -> None:
    with pytest.raises(error) as caught:
        hash_video(data)
    assert type(caught.value) is error


def test_files_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.mp4"):
        with pytest.raises(UnreadableFileError, match="cannot be read"):
            hash_video(path)


def test_random_damage_never_raises_anything_else(original: Path) -> None:
    whole = original.read_bytes()
    random = np.random.default_rng(3)
    for round_number in range(12):
        data = bytearray(whole[: int(random.integers(len(whole) // 2, len(whole) + 1))])
        for _ in range(4 ** (round_number % 4)):
            data[int(random.integers(len(data)))] = int(random.integers(256))
        with contextlib.suppress(HashmatchError):
            hash_video(bytes(data))


def test_without_the_package_the_message_says_how_to_get_it(original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise ModuleNotFoundError(name=name)

    decoder_module.load_opencv.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(importlib, "import_module", refuse)
        with pytest.raises(MissingPackageError, match=r"pip install 'hashmatch\[video\]'"):
            hash_video(original)
    decoder_module.load_opencv.cache_clear()
    assert hash_video(original).frames


def test_the_length_that_a_container_claims() -> None:
    whole = movie(SCENES[:1])
    for data, missing in (
        (whole, 0),
        (whole + b"\0\0\0\0trailing", 0),
        (whole[:-100], 100),
        (b"RIFF" + struct.pack("<I", 992) + b"AVI " + bytes(488), 500),
        (b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + bytes(20), 0),  # live
        (b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x81\x40" + bytes(20), 0),
        (b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x41\0" + bytes(20), 236),
        (b"FLV\x01" + bytes(20), 0),
    ):
        stream = io.BytesIO(data)
        assert count_missing_bytes(stream) == missing
        assert stream.tell() == 0


def test_old_quicktime_is_a_video_and_heic_is_not() -> None:
    assert is_video(b"\0\0\0\x08wide\0\0\0\0mdat")
    assert not is_video(box(b"ftyp", b"heic", bytes(4)))


def frames_of(*numbers: int, quality: int = 100) -> list[VideoFrame]:
    """Frames with hashes far from each other, or the same for the same number."""
    return [
        VideoFrame(at, at / 5, PdqHash(np.random.default_rng(number).bytes(32)), quality)
        for at, number in enumerate(numbers)
    ]


def test_shares_are_counted_as_vpdq_counts_them() -> None:
    found = compare_videos(frames_of(1, 2, 3, 3, 3), frames_of(3, 2, 9, 8, 7, 6))
    assert (found.matched, found.frames, found.other_matched, found.other_frames) == (2, 3, 2, 6)
    assert found.percent == pytest.approx(200 / 3)
    assert found.other_percent == pytest.approx(100 / 3)
    assert not found.is_match()
    assert found.is_match(least_percent=60, least_other_percent=30)
    # Frames below the quality count neither for nor against.
    assert compare_videos([*frames_of(1), *frames_of(2, quality=49)], frames_of(1)).percent == 100
    for empty in (compare_videos([], frames_of(1)), compare_videos(frames_of(1), []), compare_videos([], [])):
        assert not empty.is_match(least_percent=0)


def test_shares_agree_with_counting_by_hand() -> None:
    random = np.random.default_rng(5)
    base = [random.bytes(32) for _ in range(40)]

    def video(length: int) -> list[VideoFrame]:
        frames = []
        for at in range(length):
            bits = int.from_bytes(base[int(random.integers(len(base)))], "big")
            for place in random.choice(256, int(random.integers(0, 34)), replace=False).tolist():
                bits ^= 1 << place
            frames.append(VideoFrame(at, at / 5, PdqHash(bits.to_bytes(32, "big")), int(random.integers(40, 101))))
        return frames

    videos = {f"v{number}": video(30) for number in range(8)}
    query = video(50)
    usable = [frame for frame in query if frame.quality >= 50]

    def share(some: Sequence[VideoFrame], others: Sequence[VideoFrame]) -> float:
        near = [any(one.hash.distance(other.hash) <= 31 for other in others) for one in some]
        return 100 * sum(near) / len(near)

    expected = {}
    for name, frames in videos.items():
        good = [frame for frame in frames if frame.quality >= 50]
        expected[name] = (pytest.approx(share(usable, good)), pytest.approx(share(good, usable)))
    found = match_video(query, VideoIndex.build(videos), least_percent=0)
    assert {one.name: (one.similarity.percent, one.similarity.other_percent) for one in found} == expected
    assert [one.similarity.percent for one in found] == sorted((one.similarity.percent for one in found), reverse=True)


def test_an_index_of_videos_names_those_that_match() -> None:
    videos = VideoIndex.build(
        {"same": frames_of(1, 2, 3), "half": frames_of(1, 2, 8, 9), "none": frames_of(20, 21), "empty": []}
    )
    assert [one.name for one in match_video(frames_of(1, 2, 3), videos)] == ["same"]
    assert [one.name for one in match_video(frames_of(1, 2, 3), videos, least_percent=50)] == ["same", "half"]
    assert match_video(frames_of(1, 2), VideoIndex.build({})) == []


def make_bank(path: Path, *entries: Entry) -> Path:
    with BankWriter(path) as writer:
        writer.apply(Changes(Facts(), entries))
    return path


def flip(value: PdqHash, bits: int) -> PdqHash:
    """The hash with its last bits turned."""
    return PdqHash((int.from_bytes(value.bytes, "big") ^ ((1 << bits) - 1)).to_bytes(32, "big"))


def frame_entry(value: PdqHash, family: str | None, *, tier: Tier = Tier.VERIFIED, quality: int = 100) -> Entry:
    return Entry(value, tier=tier, variant="frame", quality=quality, family=family)


def test_one_video_of_the_bank_is_one_match(tmp_path: Path) -> None:
    query = frames_of(1, 2, 3, 4, 5, 6, 6)
    hashes = [frame.hash for frame in query]
    bank = Bank.open(
        make_bank(
            tmp_path / "bank",
            frame_entry(flip(hashes[1], 30), "film"),
            frame_entry(flip(hashes[2], 12), "film"),
            frame_entry(flip(hashes[2], 5), "film", tier=Tier.SUBMITTED),
            frame_entry(flip(hashes[4], 40), "film"),
            frame_entry(hashes[5], None, quality=60),
            Entry(flip(hashes[3], 3), tier=Tier.VERIFIED, variant="crop10", quality=90, family="picture"),
        )
    )
    found = match_bank(query, bank)
    assert [
        (one.best.entry.family, one.best.entry.tier, one.best.distance, one.needs_person, one.frames, one.bank_hashes)
        for one in found
    ] == [
        ("picture", Tier.VERIFIED, 3, False, 1, 1),
        ("film", Tier.SUBMITTED, 5, False, 1, 1),
        ("film", Tier.VERIFIED, 12, False, 2, 2),
        (None, Tier.VERIFIED, 0, True, 1, 1),
    ]
    assert [one.first_seconds for one in found] == pytest.approx([0.6, 0.4, 0.2, 1.0])
    assert [one.best.distance for one in match_bank(query, bank, max_distance=4)] == [3, 0]
    assert match_bank(frames_of(1, 2, 3, quality=49), bank) == []
    assert all(one.needs_person for one in match_bank(frames_of(1, 2, 3, quality=79), bank))


def test_a_file_has_its_frames_among_what_is_matched(original: Path, original_frames: Sequence[VideoFrame]) -> None:
    hashes = hash_file(original)
    assert hashes.frames == tuple(original_frames)
    assert (hashes.pdq, hashes.picture_error, hashes.video_error) == (None, None, None)
    wanted = {frame.hash for frame in original_frames} | {VideoMd5Hash(digest_file(original).md5.bytes)}
    assert wanted < set(hashes.to_match())
    assert not any(isinstance(one, PdqHash) for one in hashes.exact())


def test_a_file_without_the_package_keeps_its_digests(original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise ModuleNotFoundError(name=name)

    decoder_module.load_opencv.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(importlib, "import_module", refuse)
        hashes = hash_file(original)
    decoder_module.load_opencv.cache_clear()
    assert isinstance(hashes.video_error, MissingPackageError)
    assert hashes.frames == ()
    assert hashes.to_match() == hashes.exact()
    assert hashes.digests == digest_file(original)


def run_lines(*arguments: object) -> list[dict[str, Any]]:
    finished = CliRunner().invoke(main, [str(one) for one in arguments])
    assert finished.exit_code == 0, finished.output
    return [json.loads(line) for line in finished.stdout.splitlines()]


def test_the_command_lists_frames_and_matches_them(
    tmp_path: Path, original: Path, original_frames: Sequence[VideoFrame]
) -> None:
    [line] = run_lines("hash", original)
    assert line == {
        "file": str(original),
        "pdq": None,
        "quality": None,
        "md5": digest_file(original).md5.hex,
        "sha256": digest_file(original).sha256.hex,
        "frames": [[round(frame.seconds, 3), frame.hash.hex, frame.quality] for frame in original_frames],
    }
    part = write_film(tmp_path / "part.webm", "VP80", FILM[2 * SCENE_FRAMES : 4 * SCENE_FRAMES])
    submitted = [frame_entry(frame.hash, "film", quality=frame.quality) for frame in original_frames]
    exact = Entry(Sha256Hash(digest_file(part).sha256.bytes))
    [line] = run_lines("match", "--bank", make_bank(tmp_path / "bank", *submitted, exact), part)
    first, film = line["matches"]
    assert (first["hash_type"], first["distance"]) == ("sha256", 0)
    assert (film["variant"], film["family"], film["tier"], film["needs_person"]) == ("frame", "film", "verified", False)
    assert film["matched_frames"] == line["hashed_frames"] >= 2
    assert 2 <= film["matched_hashes"] < len(submitted)
    assert film["first_seconds"] == 0


def test_the_command_says_what_is_wrong_with_a_video_and_still_matches(tmp_path: Path, original: Path) -> None:
    cut = tmp_path / "cut.webm"
    whole = write_film(tmp_path / "whole.webm", "VP80").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    [line] = run_lines("hash", cut)
    assert "cut short" in line["video_error"]
    assert line["frames"]
    value = PdqHash.from_hex(line["frames"][0][1])
    [line] = run_lines("match", "--bank", make_bank(tmp_path / "bank", frame_entry(value, None)), cut)
    assert [one["hash"] for one in line["matches"]] == [value.hex]
    assert "cut short" in line["video_error"]
