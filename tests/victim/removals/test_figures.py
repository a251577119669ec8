"""What a rung has done at a platform: counted from the latest requests there, by the database itself."""

from typing import Any

import pytest

from leeward.industry.platforms.rules import Rung
from leeward.victim.removals import figures
from leeward.victim.removals.figures import rung_records
from leeward.victim.removals.models import Request
from leeward.victim.removals.queries import desk
from leeward.victim.removals.queries.desk import reports_with_unsent
from leeward.victim.removals.rules.ladder import RungRecord
from tests.victim.removals.conftest import NOW, Company, Worker, told
from tests.victim.removals.test_desk import send_all

pytestmark = pytest.mark.django_db


def test_a_rungs_record_is_made_of_the_latest_requests_of_its_platform(
    robin: Worker,
    chatter: Company,
    lantern: Company,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    send_all(told(*(f"https://chatter.example/p/{number}" for number in range(5))), robin)
    send_all(told(*(f"https://lantern.example/p/{number}" for number in range(2))), robin)
    ids = list(Request.objects.filter(platform_id=chatter.partner.id).order_by("id").values_list("pk", flat=True))
    Request.objects.filter(pk=ids[0]).update(state="gone")
    Request.objects.filter(pk=ids[1]).update(state="decided", last_outcome="removed")
    Request.objects.filter(pk=ids[2]).update(state="decided", last_outcome="refused")
    Request.objects.filter(pk=ids[4]).update(state="gone")
    Request.objects.filter(platform_id=lantern.partner.id).update(state="gone")
    with django_assert_num_queries(2):
        assert rung_records(platform_id=chatter.partner.id) == {Rung.PLATFORM: RungRecord(tried=5, worked=3)}
    monkeypatch.setattr(figures, "LATEST", 4)
    assert rung_records(platform_id=chatter.partner.id) == {Rung.PLATFORM: RungRecord(tried=4, worked=2)}
    monkeypatch.setattr(figures, "LATEST", 2)
    assert rung_records(platform_id=chatter.partner.id) == {Rung.PLATFORM: RungRecord(tried=2, worked=1)}


def test_reports_with_something_to_send_are_found_behind_one_with_very_many_places(
    chatter: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = told(*(f"https://chatter.example/p/{number}" for number in range(4)), now=NOW)
    few = [told(f"https://chatter.example/q/{number}").reference for number in range(2)]
    assert reports_with_unsent() == (many.reference, *few)
    monkeypatch.setattr(desk, "UNSENT_READ", ((0, 2), (2, 6)))
    assert reports_with_unsent() == (many.reference, *few)
    monkeypatch.setattr(desk, "UNSENT_READ", ((0, 2), (2, 5)))
    assert reports_with_unsent() == (many.reference, few[0])
    assert reports_with_unsent(limit=1) == (many.reference,)
