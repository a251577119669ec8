"""Who would change a law's row sees what that means for the requests that are open."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from leeward.industry.duties.queries import find_regime, open_requests
from leeward.industry.duties.rules import Element, preview_change
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.answers import decide
from tests.victim.removals.conftest import NOW, Company, Worker, told
from tests.victim.removals.desk_people import REMOVED, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_a_shorter_clock_makes_open_requests_overdue_and_leaves_decided_ones(robin: Worker, chatter: Company) -> None:
    filed = told(*(f"https://chatter.example/p/{number}" for number in range(3)))
    Request.objects.update(regime_code="us-tida", regime_version=1)
    send_all(filed, robin)
    first = Request.objects.order_by("id").first()
    assert first
    decide(side=chatter.side, references=[first.reference], answer=REMOVED, now=NOW + timedelta(hours=1))
    draft = replace(
        find_regime("us-tida").as_draft(), limit_hours=2, elements=(Element.SIGNATURE, Element.ORDER_REFERENCE)
    )
    seen = preview_change(draft=draft, clocks=open_requests("us-tida"), now=NOW + timedelta(hours=3))
    assert (seen.looked_at, seen.newly_overdue, seen.newly_missing) == (3, 2, 3)
    assert list(open_requests("eu-dsa")) == []


def test_a_law_is_read_once_for_all_its_open_requests(
    robin: Worker, chatter: Company, django_assert_num_queries: Any
) -> None:
    filed = told(*(f"https://chatter.example/p/{number}" for number in range(6)))
    Request.objects.update(regime_code="us-tida", regime_version=1)
    send_all(filed, robin)
    with django_assert_num_queries(4):  # a page of requests, their events, the law, and that no page follows
        assert len(list(open_requests("us-tida"))) == 6


def test_what_was_never_sent_has_no_clock_to_change(robin: Worker, chatter: Company) -> None:
    told("https://chatter.example/p/1")
    Request.objects.update(regime_code="us-tida", regime_version=1)
    assert list(open_requests("us-tida")) == []
