"""One video hashed by the browser of a person and by the library of a platform: each must find the other whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hashmatch.hashes import PdqHash
from hashmatch.video import VideoFrame, compare_videos, hash_video

from tests.depth import one_a_day

pytestmark = pytest.mark.browser

FILMS = [[("webm", "vp8", 0), ("mp4", "avc", 90)], [("webm", "vp9", 0), ("mp4", "av1", 0)]]


@pytest.mark.parametrize(("container", "codec", "rotation"), [film for films in one_a_day(FILMS) for film in films])
def test_the_browser_and_the_library_find_each_other(
    desk: Any,
    make_video: Callable[..., bytes],
    save: Callable[..., Path],
    scenes: list[npt.NDArray[np.uint8]],
    container: str,
    codec: str,
    rotation: int,
) -> None:
    path = save(f"film.{container}", make_video(scenes, container=container, codec=codec, rotation=rotation))
    desk.open()
    [picture] = desk.hash(path)
    submitted = [
        VideoFrame(at, 0.0, PdqHash.from_hex(text), quality) for at, (_, text, quality) in enumerate(picture["pdq"])
    ]
    found = compare_videos(hash_video(path).frames, submitted)
    assert (found.percent, found.other_percent) == (100, 100)
    assert abs(found.frames - found.other_frames) <= 2
