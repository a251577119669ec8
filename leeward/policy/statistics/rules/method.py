"""The versions of the method by which numbers are made, and what each of them changed.

A rule that the page on method describes changes together with a new version here: a test holds the rules' digest.
"""

from dataclasses import dataclass
from datetime import date

from leeward.foundation.labels import mark


@dataclass(frozen=True, kw_only=True)
class MethodVersion:
    """One version: since when it holds, and what it changed, marked for translation."""

    number: int
    since: date
    changes: tuple[str, ...]


METHOD_VERSIONS = (
    MethodVersion(
        number=1,
        since=date(2026, 11, 27),
        changes=(
            mark("Numbers under 10 are hidden, with those that would give them away. Others are rounded to five."),
        ),
    ),
    MethodVersion(
        number=2,
        since=date(2026, 11, 28),
        changes=(
            mark("A month is published twice: when it is over, and when its follow-up is over."),
            mark("Weeks, and numbers by platform or group, are published once, when they are final."),
        ),
    ),
    MethodVersion(
        number=3,
        since=date(2026, 12, 2),
        changes=(
            mark("Each number has a range, low to high, and says why the truth may lie elsewhere in it."),
            mark("Shares are written only as finely as they are known."),
            mark("A sentence compares two numbers only where their ranges lie apart."),
            mark("A sum is hidden, or counted from all its parts, where some of its parts are hidden."),
            mark("What became of offences is also safe from each authority, which knows its own counts."),
            mark("Training, convictions and referrals are also safe from each employer, court and whoever refers."),
            mark("Convictions are no longer told by week."),
        ),
    ),
)
METHOD_VERSION = METHOD_VERSIONS[-1].number
