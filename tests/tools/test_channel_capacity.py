"""What can be hidden in a sending is what the decision says, by the limits that the product has now."""

import re
from pathlib import Path

import channel_capacity
import draw_channel
from hashmatch.variants import MOST_SENT_FRAMES
from PIL import Image

ROOT = Path(__file__).parents[2]
DECISION = ROOT / "docs/decisions/0021-what-may-be-sent-is-small.md"
MEASURED = ROOT / "docs/decisions/0062-fewer-frames-are-sent.md"


def test_the_decision_says_what_the_limits_leave() -> None:
    assert channel_capacity.table() in DECISION.read_text(encoding="utf-8")


def test_what_is_left_is_a_small_part_of_what_was() -> None:
    assert channel_capacity.of_video() / 8 < 96_000 / 100
    assert channel_capacity.of_sending() / 8 < 4_000_000 / 200
    assert channel_capacity.bound_hash() < channel_capacity.free_hash() < 256
    assert channel_capacity.of_video() < 8 * 64 * MOST_SENT_FRAMES


def test_a_face_that_once_passed_in_one_video_does_not_fit_any_more() -> None:
    assert channel_capacity.of_video() / 8 < 1_112  # bytes of AVIF that came back by a partner's feed


def test_the_threat_model_shows_what_fits_now_as_a_picture() -> None:
    page = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
    assert "pictures/hidden.png" in page
    with Image.open(draw_channel.PICTURE) as drawn:
        drawn.load()
        assert drawn.info["video"] == str(draw_channel.capacities()["video"])
        assert drawn.info["picture"] == str(draw_channel.capacities()["picture"])
    for most in draw_channel.capacities().values():
        assert f"{most}" in page, most


def test_as_many_frames_are_sent_as_the_measurement_chose() -> None:
    text = MEASURED.read_text(encoding="utf-8")
    found = re.search(r"\*\*all\*\* \| [\d,]+ \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|", text)
    assert found is not None
    recall = dict(zip((36, 24, 12), map(float, found.groups()), strict=True))
    assert min(most for most, share in recall.items() if recall[36] - share <= 2) == MOST_SENT_FRAMES
