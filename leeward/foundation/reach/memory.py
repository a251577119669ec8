"""Keeps sites' robots.txt in this process's memory, because strangers' rules belong in no table."""

import threading
from collections import OrderedDict
from datetime import datetime

from leeward.foundation.reach.rules.robots import RobotRule

# One site's rules are at most as long as the robots.txt that is read: 500 kB. A round of looks visits fewer sites.
SITES_KEPT = 100


class RobotsMemory:
    """The rules of the sites that were asked last, each until its time is over. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[tuple[RobotRule, ...], datetime]] = OrderedDict()

    def find(self, origin: str, *, now: datetime) -> tuple[RobotRule, ...] | None:
        """A site's rules; None where they are not known, or too old."""
        with self._lock:
            rules, until = self._kept.get(origin, ((), now))
            return rules if now < until else None

    def keep(self, origin: str, rules: tuple[RobotRule, ...], *, until: datetime) -> None:
        """Remember a site's rules; the site that was kept first makes room."""
        with self._lock:
            self._kept.pop(origin, None)
            self._kept[origin] = (rules, until)
            while len(self._kept) > SITES_KEPT:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Ask every site anew."""
        with self._lock:
            self._kept.clear()
