"""One desk: filled to a size, with every page to measure. The small and the large one are measured by turns."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Protocol

from django.db import connection
from django.utils import timezone

from leeward.foundation.vault.models import Grant
from leeward.victim.removals.models import Report
from tools.desk_bench.helpline import come, open_helpline
from tools.desk_bench.house import BULK, open_house
from tools.desk_bench.lists import all_lists
from tools.desk_bench.lockers import FULL, locker_work, open_lockers
from tools.desk_bench.measuring import Checked, Figure, Page, time_page
from tools.desk_bench.results import Compared
from tools.desk_bench.seeding import fill_desk
from tools.desk_bench.views import all_views

ROOM_FOR_BULK = 1_000  # requests; on a smaller desk a hundred notices would be most of it
WARMING = 2  # openings on each desk that do not count


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a desk beside its pages' times."""

    checked: Mapping[str, Checked]
    skipped: tuple[str, ...]
    reports: int
    grants: int
    database: str


class Desk(Protocol):
    """A desk that can be measured, wherever it is."""

    @property
    def facts(self) -> Facts:
        """What is known of it."""

    def time(self, name: str, *, repeats: int) -> Sequence[float]:
        """Milliseconds of some openings of one page."""


class FilledDesk:
    """A desk in the database that is configured, which must be migrated and empty."""

    def __init__(self, total: int) -> None:
        house = open_house(now=timezone.now(), unsent=BULK if total >= ROOM_FOR_BULK else 0)
        helpline = open_helpline(house, now=timezone.now())
        lockers = open_lockers(house, now=timezone.now(), entries=min(FULL, total // 3))
        house = replace(house, bearer=come(helpline, lockers.bearer, now=timezone.now()))
        fill_desk(house, helpline, total=total, now=timezone.now(), lockers=lockers)
        now, skipped = timezone.now(), list[str]()
        self.pages: dict[str, Page] = {
            page.name: page
            for page in chain(
                all_lists(house, now=now),
                all_views(house, helpline, lockers, now=now, skipped=skipped),
                locker_work(lockers, now=now),
            )
        }
        version = ".".join(str(part) for part in connection.get_database_version())
        self.facts = Facts(
            checked={page.name: page.check(page.call()) for page in self.pages.values()},
            skipped=tuple(skipped),
            reports=Report.objects.count(),
            grants=Grant.objects.count(),
            database=f"{connection.display_name} {version}",
        )

    def time(self, name: str, *, repeats: int) -> Sequence[float]:
        """Milliseconds of some openings of one page."""
        return time_page(self.pages[name], repeats=repeats)


def compare(small: Desk, large: Desk, *, repeats: int, name: str) -> Compared:
    """Open one page on both by turns, one opening at a time, so that what else the machine does falls on both alike."""
    desks: tuple[Desk, ...] = (small, large)
    times: tuple[list[float], ...] = ([], [])
    for desk in desks:
        desk.time(name, repeats=WARMING)
    for turn in range(repeats):
        # Each is as often the first of a turn as the other.
        for place in (0, 1) if turn % 2 == 0 else (1, 0):
            times[place].extend(desks[place].time(name, repeats=1))
    return Compared(
        small=_figure(name, times[0], small.facts.checked[name]),
        large=_figure(name, times[1], large.facts.checked[name]),
    )


def _figure(name: str, times: list[float], checked: Checked) -> Figure:
    times.sort()
    return Figure(
        name=name, median=statistics.median(times), p95=times[math.ceil(0.95 * len(times)) - 1], checked=checked
    )
