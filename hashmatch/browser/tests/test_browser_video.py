"""Videos in a real Chromium, made there from frames that we know: every scene must be found in the hashes."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hashmatch.pdq import hash_pixels
from PIL import Image

from tests.depth import one_a_day

pytestmark = pytest.mark.browser

Pixels = npt.NDArray[np.uint8]
Photo = Callable[[str], Image.Image]
Save = Callable[..., Path]
Distance = Callable[[str, str], int]
Repin = Callable[..., None]

WIDTH, HEIGHT = 640, 480
PICTURES = Path(__file__).parent / "pictures"
NO_DECODER = "delete globalThis.VideoDecoder;"


def distances(picture: dict[str, Any], scene: Pixels, distance: Distance) -> list[int]:
    wanted = hash_pixels(scene).hash.hex
    return [distance(wanted, member[1]) for member in picture["pdq"]]


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        film
        for films in one_a_day([[("webm", "vp9"), ("mp4", "av1")], [("webm", "vp8"), ("mp4", "avc")]])
        for film in films
    ],
)  # the two that test_browser_video_python.py leaves out that day
def test_every_scene_is_in_the_hashes(
    desk: Any,
    make_video: Callable[..., bytes],
    save: Save,
    scenes: list[Pixels],
    distance: Distance,
    container: str,
    codec: str,
) -> None:
    content = make_video(scenes, container=container, codec=codec)
    path = save(f"film.{container}", content)
    desk.open()
    before = len(desk.site.requests)
    [picture] = desk.hash(path)
    assert picture | {"pdq": []} == {
        "kind": "video",
        "path": "webcodecs",
        "approx": False,
        "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "pdq": [],
    }
    for scene in scenes:
        assert min(distances(picture, scene, distance)) <= 14
    # Five a second would be 30; frames that hardly differ are left out.
    assert len(scenes) <= len(picture["pdq"]) <= 2 * len(scenes)
    assert len(desk.site.requests) == before
    assert desk.texts() == ["Ready"]


def test_a_video_that_asks_to_be_turned_is_turned(
    desk: Any, make_video: Callable[..., bytes], save: Save, scenes: list[Pixels], distance: Distance
) -> None:
    path = save("turned.mp4", make_video(scenes[:3], container="mp4", codec="avc", rotation=90))
    desk.open()
    [picture] = desk.hash(path)
    for scene in scenes[:3]:
        assert min(distances(picture, np.rot90(scene, 3), distance)) <= 14
        assert min(distances(picture, scene, distance)) > 31


def test_without_webcodecs_the_player_is_used(
    desk: Any, repin: Repin, make_video: Callable[..., bytes], save: Save, scenes: list[Pixels], distance: Distance
) -> None:
    path = save("film.mp4", make_video(scenes[:3], container="mp4", codec="avc"))
    repin(lambda script: NO_DECODER + script, worker=lambda text: NO_DECODER + text)
    desk.open()
    [picture] = desk.hash(path)
    assert picture["path"] == "element"
    for scene in scenes[:3]:
        assert min(distances(picture, scene, distance)) <= 14


def test_where_the_player_gives_noise_only_exact_copies_are_found(
    desk: Any, repin: Repin, make_video: Callable[..., bytes], save: Save, scenes: list[Pixels]
) -> None:
    content = make_video(scenes[:2], container="webm", codec="vp8")
    path = save("film.webm", content)
    noise = """
      if (typeof OffscreenCanvasRenderingContext2D !== "undefined") {
        const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
        OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...box) {
          const image = read.apply(this, box);
          image.data[0] ^= 1;
          return image;
        };
      }
    """
    repin(lambda script: NO_DECODER + script, worker=lambda text: NO_DECODER + noise + text)
    desk.open()
    [picture] = desk.hash(path)
    assert (picture["path"], picture["pdq"]) == ("bytes", [])
    assert picture["md5"] == hashlib.md5(content, usedforsecurity=False).hexdigest()
    assert "This browser cannot read this video" in desk.texts()[0]


def test_frames_that_come_back_changed_are_not_hashed(
    desk: Any, repin: Repin, make_video: Callable[..., bytes], save: Save, scenes: list[Pixels], distance: Distance
) -> None:
    """An engine that answers other bytes than those of the frame is caught, and the player is asked instead."""
    path = save("film.webm", make_video(scenes[:2], container="webm", codec="vp8"))
    lying = """
      if (typeof VideoFrame !== "undefined") {
        const copy = VideoFrame.prototype.copyTo;
        VideoFrame.prototype.copyTo = async function (bytes, ...rest) {
          const layout = await copy.call(this, bytes, ...rest);
          bytes.reverse();
          return layout;
        };
      }
    """
    repin(worker=lambda text: lying + text)
    desk.open()
    [picture] = desk.hash(path)
    assert picture["path"] == "element"
    for scene in scenes[:2]:
        assert min(distances(picture, scene, distance)) <= 14


def test_a_plain_video_says_so(desk: Any, make_video: Callable[..., bytes], save: Save) -> None:
    black = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    path = save("black.webm", make_video([black], container="webm", codec="vp8"))
    desk.open()
    [picture] = desk.hash(path)
    assert (picture["path"], picture["pdq"]) == ("bytes", [])
    assert "There is not enough in this video" in desk.texts()[0]


def test_a_cut_video_is_hashed_as_far_as_it_goes(
    desk: Any, make_video: Callable[..., bytes], save: Save, scenes: list[Pixels], distance: Distance
) -> None:
    content = make_video(scenes[:4], container="webm", codec="vp8")
    path = save("cut.webm", content[: len(content) * 2 // 3])
    desk.open()
    [picture] = desk.hash(path)
    assert picture["path"] in ("webcodecs", "element")
    assert min(distances(picture, scenes[0], distance)) <= 14


def test_a_video_that_is_none(desk: Any, save: Save) -> None:
    path = save("broken.mp4", b"\0\0\0\x18ftypisom\0\0\2\0isomavc1" + b"\x00" * 500)
    desk.open()
    [picture] = desk.hash(path)
    assert (picture["kind"], picture["path"], picture["pdq"]) == ("video", "bytes", [])
    assert "This browser cannot read this video" in desk.texts()[0]


@pytest.mark.parametrize("name", ["film.webm", "film.jpg", "film"])
def test_a_video_is_known_whatever_its_name_says(
    desk: Any, make_video: Callable[..., bytes], save: Save, scenes: list[Pixels], photo: Photo, name: str
) -> None:
    video = save(name, make_video(scenes[:2], container="webm", codec="vp8"))
    picture = save("photo.mp4", photo("coffee"), format="jpeg")
    desk.open()
    film, still = desk.hash(video, picture)
    assert (film["kind"], film["path"], still["kind"], still["path"]) == ("video", "webcodecs", "image", "native")
    assert desk.texts() == ["Ready", "Ready"]
    assert desk.frame.locator("h3.name").all_inner_texts() == ["Video 1", "Picture 2"]


def test_offline_from_the_moment_it_is_allowed(
    desk: Any, make_video: Callable[..., bytes], save: Save, scenes: list[Pixels], photo: Photo
) -> None:
    """All that hashing needs was loaded before: nothing falls to "exact copies only" for want of a connection."""
    files = [
        save("film.mp4", make_video(scenes[:2], container="mp4", codec="avc")),
        save("film.webm", make_video(scenes[:2], container="webm", codec="vp9")),
        PICTURES / "plain.heic",
        save("photo.jpg", photo("coffee")),
    ]
    desk.page.goto(desk.site.origin)
    desk.page.wait_for_function("() => window.states?.at(-1)?.tools === 'all'")
    desk.page.context.set_offline(True)
    assert [picture["path"] for picture in desk.hash(*files)] == ["webcodecs", "webcodecs", "wasm", "native"]
    assert all(picture["pdq"] for picture in desk.pictures())
    assert desk.texts() == ["Ready"] * 4
