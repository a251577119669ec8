"""The tours as /demo tells them, one after the other in one demonstration: `leeward demo` on nothing, with its real
processes, and people with real browsers. At the end Ctrl-C leaves no process behind.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.depth import one_a_day
from tests.journeys.demonstration import Demo, running
from tests.journeys.match_tour import walk_the_match_loop
from tests.journeys.removal_loop import PACE
from tests.journeys.removal_tour import walk_the_removal_loop
from tests.journeys.river_tour import walk_the_river

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running(tmp_path / "demonstration", LEEWARD_CLOCK_PACE=PACE) as made:
        yield made


@pytest.mark.turn(1, days=2)
def test_every_tour_ends_as_it_is_told(demo: Demo, chromium: Browser, tmp_path: Path) -> None:
    """To start ten processes takes longer than a tour, so they are started once.

    Of such a day it is the removal desk's tour, or the two others; deep, all three.
    """
    for tours in one_a_day([(walk_the_river, walk_the_match_loop), (walk_the_removal_loop,)], days=2):
        for walk in tours:
            walk(demo, chromium, tmp_path)
