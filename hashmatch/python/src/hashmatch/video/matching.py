"""How much of one video is in another, as vpdq counts it, and which hashes of a bank the frames of a video match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from hashmatch.bank import Bank, BankMatch
from hashmatch.hashes import HashValue
from hashmatch.index import Index
from hashmatch.older import Self
from hashmatch.variants import DISTINCTIVE_QUALITY, MATCH_DISTANCE, MINIMUM_QUALITY
from hashmatch.video.frames import VideoFrame

# The defaults of vpdq's own signal type: most of what is asked must be in the other, of which it may be a small part.
LEAST_PERCENT = 80.0
LEAST_OTHER_PERCENT = 0.0

Numbers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class VideoSimilarity:
    """How many distinct frames of a video are in another, and how many of the other's are in it."""

    matched: int
    frames: int
    other_matched: int
    other_frames: int

    @property
    def percent(self) -> float:
        """The share of this video's frames that are in the other, 0 to 100."""
        return 100 * self.matched / self.frames if self.frames else 0.0

    @property
    def other_percent(self) -> float:
        """The share of the other video's frames that are in this one, 0 to 100."""
        return 100 * self.other_matched / self.other_frames if self.other_frames else 0.0

    def is_match(
        self, *, least_percent: float = LEAST_PERCENT, least_other_percent: float = LEAST_OTHER_PERCENT
    ) -> bool:
        """Whether both shares are large enough, and at least one frame matches."""
        return self.matched > 0 and self.percent >= least_percent and self.other_percent >= least_other_percent


@dataclass(frozen=True, slots=True)
class VideoMatch:
    """A video of an index that a video matches, and how far."""

    name: str
    similarity: VideoSimilarity


class VideoIndex:
    """The distinct usable frames of many videos, to be searched at once."""

    def __init__(self, names: Sequence[str], owners: Numbers, index: Index) -> None:
        self.names = tuple(names)
        self.owners = owners  # for each id of the index the number of its video
        self.index = index
        self.frame_counts = np.bincount(owners, minlength=len(names))

    @classmethod
    def build(cls, videos: Mapping[str, Sequence[VideoFrame]], *, minimum_quality: int = MINIMUM_QUALITY) -> Self:
        """An index of videos by name."""
        rows = [frame_rows(frames, minimum_quality=minimum_quality) for frames in videos.values()]
        owners = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
        return cls(list(videos), owners, Index.build(None, np.concatenate([*rows, np.empty((0, 32), np.uint8)])))


@dataclass(frozen=True, slots=True)
class FramesMatch:
    """What the frames of a video matched in a bank: the hashes of one family and tier, or one hash without a family."""

    best: BankMatch
    needs_person: bool
    frames: int  # how many distinct usable frames of the video matched any of the hashes
    bank_hashes: int  # how many of the hashes were matched
    first_seconds: float  # when the first of those frames is shown


def frame_rows(frames: Sequence[VideoFrame], *, minimum_quality: int) -> npt.NDArray[np.uint8]:
    """The distinct hashes of usable frames, 32 bytes a row, in their order."""
    distinct = {frame.hash: None for frame in frames if frame.quality >= minimum_quality}
    return np.frombuffer(b"".join(one.bytes for one in distinct), np.uint8).reshape(-1, 32)


def match_video(
    frames: Sequence[VideoFrame],
    videos: VideoIndex,
    *,
    max_distance: int = MATCH_DISTANCE,
    minimum_quality: int = MINIMUM_QUALITY,
    least_percent: float = LEAST_PERCENT,
    least_other_percent: float = LEAST_OTHER_PERCENT,
) -> list[VideoMatch]:
    """The videos of an index that these frames match, the largest share of these frames first.

    Counted as vpdq counts: each distinct hash once, frames below the quality not at all; a frame matches where any
    frame of the other video is within the distance. `least_percent` is the share of these frames that must be in the
    other video, `least_other_percent` the share of the other video's that must be in this one.
    """
    rows = frame_rows(frames, minimum_quality=minimum_quality)
    found = videos.index.query_batch(rows, max_distance, limit=None)
    queries = np.repeat(np.arange(len(rows)), np.diff(found.bounds))
    # A frame that several frames of one video match counts once for it, and the other way round.
    pairs = np.unique(np.stack([videos.owners[found.ids], queries]), axis=1)
    matched = np.bincount(pairs[0], minlength=len(videos.names))
    other_matched = np.bincount(videos.owners[np.unique(found.ids)], minlength=len(videos.names))
    matches = []
    for number in np.flatnonzero(matched).tolist():
        similarity = VideoSimilarity(
            int(matched[number]), len(rows), int(other_matched[number]), int(videos.frame_counts[number])
        )
        if similarity.is_match(least_percent=least_percent, least_other_percent=least_other_percent):
            matches.append(VideoMatch(videos.names[number], similarity))
    return sorted(matches, key=lambda one: (-one.similarity.percent, -one.similarity.other_percent, one.name))


def compare_videos(
    frames: Sequence[VideoFrame],
    other: Sequence[VideoFrame],
    *,
    max_distance: int = MATCH_DISTANCE,
    minimum_quality: int = MINIMUM_QUALITY,
) -> VideoSimilarity:
    """How much of a video is in another and the other way round; counted as by `match_video`."""
    videos = VideoIndex.build({"other": other}, minimum_quality=minimum_quality)
    matches = match_video(frames, videos, max_distance=max_distance, minimum_quality=minimum_quality, least_percent=0.0)
    if matches:
        return matches[0].similarity
    return VideoSimilarity(0, len(frame_rows(frames, minimum_quality=minimum_quality)), 0, len(videos.owners))


def match_bank(frames: Sequence[VideoFrame], bank: Bank, *, max_distance: int = MATCH_DISTANCE) -> list[FramesMatch]:
    """What the usable frames of a video match in a bank, in one line for each submitted picture or video.

    The feed gives the hashes of one picture or video the same `family`; its hashes of one tier are taken together. The
    surest first: the best match is the nearest of those that need no person, if there is one.
    """
    groups: dict[tuple[object, ...], Group] = {}
    seen = set()
    for frame in frames:
        if frame.quality < MINIMUM_QUALITY or frame.hash in seen:
            continue
        seen.add(frame.hash)
        for key, matches in group_matches(bank.match(frame.hash, max_distance=max_distance).matches).items():
            if key not in groups:
                groups[key] = Group(frame, matches[0])
            groups[key].add(frame, matches)
    return sorted((group.sum_up() for group in groups.values()), key=rank)


class Group:
    """The matches of one family and tier, gathered frame by frame."""

    def __init__(self, frame: VideoFrame, match: BankMatch) -> None:
        self.first_seconds = frame.seconds
        self.best = match
        self.needs_person = has_doubt(frame, match)
        self.frames = 0
        self.hashes: set[HashValue] = set()

    def add(self, frame: VideoFrame, matches: Sequence[BankMatch]) -> None:
        """Take in what one frame matched."""
        self.frames += 1
        for match in matches:
            self.hashes.add(match.entry.hash)
            needs_person = has_doubt(frame, match)
            if (needs_person, match.distance) < (self.needs_person, self.best.distance):
                self.needs_person, self.best = needs_person, match

    def sum_up(self) -> FramesMatch:
        """The one line."""
        return FramesMatch(self.best, self.needs_person, self.frames, len(self.hashes), self.first_seconds)


def has_doubt(frame: VideoFrame, match: BankMatch) -> bool:
    """Whether this one match is near enough to chance that a person should look."""
    return match.needs_person or frame.quality < DISTINCTIVE_QUALITY


def group_matches(matches: Sequence[BankMatch]) -> dict[tuple[object, ...], list[BankMatch]]:
    """Matches by family and by what a platform may do with them."""
    groups: dict[tuple[object, ...], list[BankMatch]] = {}
    for match in matches:
        entry = match.entry
        groups.setdefault((entry.family or entry.hash, entry.tier, entry.in_review), []).append(match)
    return groups


def rank(match: FramesMatch) -> tuple[bool, int, int, bytes]:
    """The order of results: sure ones first, then the nearest, then those of most frames."""
    return match.needs_person, match.best.distance, -match.frames, match.best.entry.hash.bytes
