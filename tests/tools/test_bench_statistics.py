"""The statistics' benchmark: that its nation is filled as said and can be read, its rows shaped; never how long."""

from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection

from leeward.victim.removals.figures.periods import escalated_counts, first_day, gone_counts, sent_counts
from leeward.victim.removals.models import Report, Request, RequestEvent
from tests.foundation.accounts.people import NOW
from tools.bench_statistics import SIZES, _compared, _troubles
from tools.statistics_bench.filling import PLATFORMS, fill
from tools.statistics_bench.worker import BUILD, NIGHT, RemoteNation

FACTS = {"sent": 900, "sent_before": 900, "months": 24}


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="the benchmark is made inside PostgreSQL")
@pytest.mark.postgresql
def test_a_nation_has_as_many_events_as_were_asked_for_and_all_of_them_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tools.statistics_bench.filling.VACUUM", "ANALYZE")  # a test stands in a transaction
    fill(4_000, now=NOW)
    assert RequestEvent.objects.count() == 4_000
    assert Request.objects.count() == 1_000
    assert Report.objects.count() == 333
    at_platforms = Counter(Request.objects.values_list("platform_id", flat=True))
    assert (len(at_platforms), set(at_platforms.values())) == (PLATFORMS, {49, 50, 51})
    since = first_day()
    assert since is not None
    period, midnight = {"since": since, "until": NOW.date()}, NOW.replace(hour=0)
    sent = sent_counts(**period)
    assert len(sent) == PLATFORMS
    assert sum(line.sent for line in sent) == Request.objects.filter(first_sent_at__lt=midnight).count()
    assert all(line.sent > line.gone > line.verified > 0 and line.answered > line.accepted > 0 for line in sent)
    gone = gone_counts(**period)
    assert gone.gone > gone.found > 0 < gone.returned
    assert [(line.rung, line.escalated > line.gone > 0) for line in escalated_counts(**period)] == [("host", True)]


def nation(size: int, times: dict[str, float], **facts: Any) -> RemoteNation:
    return cast("RemoteNation", SimpleNamespace(events=size, times=times, facts={**FACTS, "events": size, **facts}))


def test_what_grows_too_much_is_missed_and_what_is_read_may_grow_least() -> None:
    small, large = (nation(size, {BUILD: ms, "page: all": ms}) for size, ms in zip(SIZES, (10.0, 50.0), strict=True))
    build, page = (_compared(what, small, large) for what in (BUILD, "page: all"))
    assert build["reached"]
    assert build["record"] == {
        "name": f"Statistics, {BUILD}",
        "value": 50.0,
        "unit": "ms",
        "peer": "the same at 100,000 events",
        "ratio": 5.0,
        "target": "growth <= 12",
        "ok": True,
    }
    assert page["text"] == "| page: all | 10.0 | 50.0 | 5.00 x | <= 2 x | **missed** |"
    assert not _compared(NIGHT, nation(1, {NIGHT: 1.0}), nation(2, {NIGHT: 13.0}))["reached"]


def test_a_wrong_nation_is_said() -> None:
    assert _troubles(nation(SIZES[1], {})) == []
    found = _troubles(nation(SIZES[1], {}, events=7, sent=899, months=0))
    assert found == [
        "Wrong at 1,000,000: there are 7 events.",
        "Wrong at 1,000,000: the months count 899 requests, but 900 were sent in them.",
        "Wrong at 1,000,000: no month has a removal rate.",
    ]
