"""Videos: hashes of their frames as vpdq makes them, and how much of one video is found in another or in a bank.

| module | holds |
|---|---|
| `frames` | `hash_video`, `VideoReader`: which frames are hashed and kept, limits, what was wrong |
| `matching` | `compare_videos`, `match_video`, `match_bank`: vpdq's two shares, and matches against a bank |
| `decoder`, `av1` | frames from OpenCV's FFmpeg, and AV1 from the decoder in Pillow |
| `formats` | what the first bytes say |
"""

from hashmatch.video.decoder import VideoFacts, VideoSource
from hashmatch.video.formats import is_video
from hashmatch.video.frames import Sampling, VideoFrame, VideoHashes, VideoLimits, VideoReader, hash_video
from hashmatch.video.matching import (
    FramesMatch,
    VideoIndex,
    VideoMatch,
    VideoSimilarity,
    compare_videos,
    match_bank,
    match_video,
)

__all__ = [
    "FramesMatch",
    "Sampling",
    "VideoFacts",
    "VideoFrame",
    "VideoHashes",
    "VideoIndex",
    "VideoLimits",
    "VideoMatch",
    "VideoReader",
    "VideoSimilarity",
    "VideoSource",
    "compare_videos",
    "hash_video",
    "is_video",
    "match_bank",
    "match_video",
]
