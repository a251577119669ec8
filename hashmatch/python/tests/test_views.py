"""What people may see of a file is hashed: over black and white, in its longest frames, in its colours, in its rest."""

import io
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from evasion_cases import DECOY, LONG, OTHER, PHOTO, SHORT, encode, exif, make_evasions, make_profile, moving, two_faced
from hashmatch.errors import UnreadableImageError
from hashmatch.files import hash_file
from hashmatch.pdq import PictureHashes, hash_image, hash_pixels, hash_views
from hashmatch.views import CUT_SHORT, list_views
from PIL import Image

from hashmatch import views


@cache
def evasions() -> dict[str, bytes]:
    """The files by kind and name, made when a test first wants one."""
    return {f"{one.kind}: {one.name}": one.data for one in make_evasions()}


def near(found: PictureHashes, picture: Image.Image, bits: int = 8) -> bool:
    wanted = hash_pixels(np.asarray(picture)).hash
    return any(one.hash.distance(wanted) <= bits for one in (found.pdq, *found.others))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_with_alpha_is_hashed_over_black_and_over_white(kind: str) -> None:
    found = hash_views(evasions()[f"alpha: one over black, another over white, {kind}"])
    assert near(found, DECOY)
    assert near(found, PHOTO)
    assert len(found.others) == 1
    black = hash_pixels(np.asarray(two_faced().convert("RGB")))
    assert found.pdq.hash != black.hash  # what transparency hides is not hashed
    for ground in ("white", "black"):
        only = hash_views(evasions()[f"alpha: seen over {ground} only, {kind}"])
        assert only.pdq.is_usable
        assert near(only, PHOTO)


def test_a_full_alpha_channel_adds_nothing() -> None:
    whole = PHOTO.copy()
    whole.putalpha(255)
    assert len(list(list_views(io.BytesIO(encode(whole, "PNG"))))) == 1


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_the_frame_that_is_seen_longest_comes_first_and_the_first_is_kept(kind: str) -> None:
    loop = {} if kind == "AVIF" else {"loop": 0}
    found = hash_views(moving([DECOY, OTHER, PHOTO], kind, [SHORT, SHORT * 20, LONG], **loop))
    order = [hash_pixels(np.asarray(one)).hash for one in (PHOTO, OTHER, DECOY)]
    assert [one.hash.distance(wanted) <= 8 for one, wanted in zip((found.pdq, *found.others), order, strict=True)] == [
        True
    ] * 3


def test_a_frame_shown_in_many_pieces_of_time_counts_for_all_of_them() -> None:
    frames = [DECOY, *[PHOTO.rotate(0.1 * (place % 2)) for place in range(6)], OTHER]
    found = hash_views(moving(frames, "WEBP", [500, *([100] * 6), 550], loop=0))
    assert near(PictureHashes(found.pdq), PHOTO)


def test_the_last_frame_of_what_is_played_once_stays() -> None:
    for kind in ("GIF", "PNG", "WEBP"):
        found = hash_views(evasions()[f"frames: played once, its last frame stays, {kind}"])
        assert near(PictureHashes(found.pdq), PHOTO)


@pytest.mark.parametrize("disposal", [[0, 2, 2, 0], [0, 2, 0, 0]])
def test_a_frame_that_is_taken_back_leaves_what_was_under_it(disposal: list[int]) -> None:
    """A PNG whose patches disappear again, as browsers show it."""
    frames = [PHOTO.copy() for _ in range(4)]
    for number, other in ((1, DECOY), (2, OTHER)):
        frames[number].paste(other.crop((0, 0, 150, 120)), (30 * number, 20 * number))
    frames[3].paste(OTHER.crop((0, 0, 40, 40)))
    data = moving(frames, "PNG", [SHORT] * 4, loop=0, disposal=disposal, blend=1)
    shown = [view.pixels for view in list_views(io.BytesIO(data))]
    assert [np.array_equal(*both) for both in zip(shown, map(np.asarray, frames), strict=True)] == [True] * 4


def test_blank_frames_are_no_hashes() -> None:
    found = hash_views(evasions()["frames: blank, then a photo for long, GIF"])
    assert (near(found, PHOTO), found.others) == (True, ())


@pytest.mark.parametrize("name", ["default image that nobody sees, PNG", "default image and one frame, PNG"])
def test_a_default_image_is_not_hashed(name: str) -> None:
    found = hash_views(evasions()[f"frames: {name}"])
    assert near(found, PHOTO)
    assert not near(found, DECOY, 31)


def test_a_very_long_animation_is_looked_at_in_part_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_FRAMES", 1)
    found = hash_views(moving([DECOY, OTHER, PHOTO], "PNG", [100, 200, 300], loop=0))
    assert (near(found, OTHER), near(found, PHOTO)) == (True, False)
    assert "first 2" in str(found.note)


def test_an_animation_cut_short_is_hashed_up_to_there() -> None:
    data = moving([DECOY, OTHER, PHOTO], "PNG", [100, 200, 300], loop=0)
    found = hash_views(data[: len(data) * 3 // 4])
    assert (near(found, OTHER), near(found, PHOTO)) == (True, False)
    assert found.note == CUT_SHORT


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF"])
def test_what_is_left_of_a_file_is_hashed(kind: str) -> None:
    found = hash_views(evasions()[f"cut short: {kind}, 60 % of it"])
    assert found.note == CUT_SHORT
    assert found.pdq.is_usable


def test_what_is_left_of_a_very_large_file_is_not_pieced_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_PIXELS_IN_PART", 320 * 240 - 1)
    with pytest.raises(UnreadableImageError, match="cut short"):
        hash_views(evasions()["cut short: JPEG, 60 % of it"])


def test_what_no_browser_shows_is_refused() -> None:
    for kind in ("WEBP", "AVIF"):
        with pytest.raises(UnreadableImageError):
            hash_views(evasions()[f"cut short: {kind}, 60 % of it"])


@pytest.mark.parametrize("name", ["EXIF in WEBP", "XMP alone in JPEG", "XMP alone in PNG", "EXIF as text in PNG"])
def test_what_browsers_do_not_turn_is_not_turned(name: str) -> None:
    assert near(hash_views(evasions()[f"orientation: {name}"]), PHOTO)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "AVIF"])
def test_what_browsers_turn_is_turned(kind: str) -> None:
    assert near(hash_views(encode(PHOTO, kind, exif=exif(6))), PHOTO.transpose(Image.Transpose.ROTATE_270))


def test_a_profile_or_gamma_of_every_day_adds_nothing() -> None:
    for name in (
        "plain profile, JPEG",
        "gamma of 0.45455, PNG",
    ):
        found = hash_views(evasions()[f"colour: {name}"])
        assert (near(found, PHOTO), found.others) == (True, ()), name
    wide = make_profile([round(65535 * (step / 255) ** 1.9) for step in range(256)])
    assert hash_views(encode(PHOTO, "JPEG", icc_profile=wide)).others == ()


def test_colours_that_a_profile_makes_are_hashed_beside_the_numbers() -> None:
    negative = Image.fromarray(255 - np.asarray(PHOTO))
    for kind in ("PNG", "JPEG", "WEBP"):
        found = hash_views(evasions()[f"colour: profile that turns dark to light, {kind}"])
        assert near(PictureHashes(found.pdq), PHOTO)
        assert any(one.hash.distance(hash_pixels(np.asarray(negative)).hash) <= 40 for one in found.others)


def test_where_browsers_differ_both_are_hashed() -> None:
    turned = hash_views(evasions()["orientation: EXIF in an animated PNG"])
    assert near(turned, PHOTO)
    assert near(turned, PHOTO.transpose(Image.Transpose.ROTATE_270))
    assert len(hash_views(evasions()["colour: gamma beside sRGB, PNG"]).others) == 1


def test_a_broken_profile_is_left_aside() -> None:
    found = hash_views(encode(PHOTO, "PNG", icc_profile=b"no profile" * 20))
    assert (near(found, PHOTO), found.others, found.note) == (True, (), None)


def test_all_of_it_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "two-faced.png"
    path.write_bytes(evasions()["alpha: one over black, another over white, PNG"])
    hashes, found = hash_file(path), hash_views(path)
    assert (hashes.pdq, hashes.others, hashes.note) == (found.pdq, found.others, None)
    assert {found.pdq.hash, found.others[0].hash} <= set(hashes.to_match())
    assert hash_image(path) == found.pdq
    family = hash_file(path, with_family=True)
    assert (family.family[0].hash, family.pdq) == (found.pdq.hash, found.pdq)
