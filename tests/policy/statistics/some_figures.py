"""Figures enough for a release."""

from datetime import date

from leeward.policy.statistics.records import Frequency
from tests.policy.statistics.kept_counts import counts, keep

WEEK = date(2026, 3, 2)


def some_figures() -> None:
    keep(
        *counts(SENT={"a": 120, "b": 3, "c": 45}, SENT_GONE={"a": 90, "b": 1, "c": 25}),
        *counts(SENT=140, SENT_GONE=100, FILED=4, FILED_ITEMS=9),
        *counts(date(2025, 10, 1), SENT={"a": 90, "=b": 60}, SENT_GONE={"a": 70, "=b": 30}),
        *counts(date(2026, 4, 1), SENT=120, SENT_GONE=80, SERVICES=7, SERVICES_FRESH=5),
        *counts(WEEK, Frequency.WEEK, SENT=60, SENT_GONE=40),
    )
