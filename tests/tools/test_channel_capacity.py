"""What can be hidden in a sending is what the decision says, by the limits that the product has now."""

from pathlib import Path

import channel_capacity
from hashmatch.variants import MOST_SENT_FRAMES

DECISION = Path(__file__).parents[2] / "docs/decisions/0021-what-may-be-sent-is-small.md"


def test_the_decision_says_what_the_limits_leave() -> None:
    assert channel_capacity.table() in DECISION.read_text(encoding="utf-8")


def test_what_is_left_is_a_small_part_of_what_was() -> None:
    assert channel_capacity.of_video() / 8 < 96_000 / 70
    assert channel_capacity.of_sending() / 8 < 4_000_000 / 200
    assert channel_capacity.bound_hash() < channel_capacity.free_hash() < 256
    assert channel_capacity.of_video() < 8 * 64 * MOST_SENT_FRAMES
