"""What a rung has done at a platform: counted from the latest requests there, by the database itself."""

from datetime import timedelta
from typing import Any

import pytest

from leeward.foundation.work import keyset
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals import figures
from leeward.victim.removals.figures import (
    open_by_age,
    open_by_state,
    rung_records,
    site_records,
)
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.desk import close_request
from leeward.victim.removals.queries import lists
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.ladder import PATIENCE, RungRecord
from leeward.victim.removals.rules.reports import Band
from leeward.victim.removals.rules.states import RequestState
from tests.victim.removals.conftest import NOW, Company, Worker, told
from tests.victim.removals.desk_people import send_all
from tests.victim.removals.listing import page_requests

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_what_has_not_had_its_time_is_no_failure(robin: Worker, chatter: Company) -> None:
    send_all(told(*(f"https://chatter.example/p/{number}" for number in range(3))), robin)
    at_once = {"platform_id": chatter.partner.id, "now": NOW + timedelta(minutes=3)}
    assert rung_records(**at_once) == {}
    # A law's time counts from its notice; a clock that stands still is not over; where there is none, patience is.
    rows = list(Request.objects.order_by("id"))
    Request.objects.filter(pk=rows[0].pk).update(law_due_at=NOW + timedelta(hours=48))
    Request.objects.filter(pk=rows[1].pk).update(law_paused_at=NOW)
    due = NOW + timedelta(hours=48)
    assert rung_records(platform_id=chatter.partner.id, now=due - timedelta(seconds=1)) == {}
    assert rung_records(platform_id=chatter.partner.id, now=due) == {Rung.PLATFORM: RungRecord(tried=1, worked=0)}
    week = rung_records(platform_id=chatter.partner.id, now=NOW + PATIENCE)
    assert week == {Rung.PLATFORM: RungRecord(tried=2, worked=0)}
    Request.objects.filter(pk=rows[2].pk).update(state="gone")
    assert rung_records(**at_once) == {Rung.PLATFORM: RungRecord(tried=1, worked=1)}


def test_what_was_gone_when_it_was_closed_has_worked(robin: Worker, chatter: Company) -> None:
    send_all(told("https://chatter.example/p/1", "https://chatter.example/p/2"), robin)
    for row, signal in zip(Request.objects.order_by("ordinal"), (Signal.GONE, Signal.UP), strict=True):
        seen = Verdict(signal=signal, reason=CheckReason.PERSON)
        note_check(reference=row.reference, verdict=seen, status=None, by=robin.actor, now=NOW + timedelta(hours=1))
        close_request(request=row.reference, by=robin.actor, now=NOW + timedelta(hours=2))
    late = NOW + PATIENCE
    assert rung_records(platform_id=chatter.partner.id, now=late) == {Rung.PLATFORM: RungRecord(tried=2, worked=1)}


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
    late = NOW + PATIENCE
    with django_assert_num_queries(1):
        assert rung_records(platform_id=chatter.partner.id, now=late) == {Rung.PLATFORM: RungRecord(tried=5, worked=3)}
    monkeypatch.setattr(figures, "LATEST", 4)
    assert rung_records(platform_id=chatter.partner.id, now=late) == {Rung.PLATFORM: RungRecord(tried=4, worked=2)}
    monkeypatch.setattr(figures, "LATEST", 2)
    assert rung_records(platform_id=chatter.partner.id, now=late) == {Rung.PLATFORM: RungRecord(tried=2, worked=1)}


def test_reports_with_something_to_send_are_found_behind_one_with_very_many_places(
    chatter: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = told(*(f"https://chatter.example/p/{number}" for number in range(4)), now=NOW)
    hour = timedelta(hours=1)  # within one, nothing tells which came first
    few = [told(f"https://chatter.example/q/{number}", now=NOW + hour * (number + 1)).reference for number in range(2)]
    assert lists.reports_with_unsent(now=NOW) == (many.reference, *few)
    monkeypatch.setattr(lists, "UNSENT_READ", (2, 4))
    assert lists.reports_with_unsent(now=NOW) == (many.reference, *few)
    monkeypatch.setattr(lists, "UNSENT_READ", (2, 3))
    assert lists.reports_with_unsent(now=NOW) == (many.reference, few[0])
    assert lists.reports_with_unsent(now=NOW, limit=1) == (many.reference,)


def test_reports_to_send_are_chosen_as_their_list_shows_them(chatter: Company) -> None:
    soon, red, late = (told(f"https://chatter.example/p/{number}", now=NOW).reference for number in range(3))
    hour = timedelta(hours=1)
    Request.objects.update(band=Band.GREEN.value, due_at=NOW + hour)
    Request.objects.filter(report__reference=red).update(band=Band.RED.value, due_at=NOW + 9 * hour)
    Request.objects.filter(report__reference=late).update(due_at=NOW - hour)
    shown = [row.report.reference for row in page_requests(lists.Queue.UNSENT, now=NOW).rows]
    assert list(lists.reports_with_unsent(now=NOW)) == shown == [late, red, soon]


def test_the_figures_stop_counting_however_large_the_desk_is(
    robin: Worker,
    chatter: Company,
    lantern: Company,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    for name in ("chatter", "lantern", "chatter"):
        send_all(told(*(f"https://{name}.example/p/{number}" for number in range(3))), robin)
    told(*(f"https://chatter.example/q/{number}" for number in range(3)))
    assert {each.at_least: each.number for each in open_by_age(now=NOW)}[0] == 12
    assert open_by_state()[RequestState.PREPARED] == 3
    Request.objects.filter(platform_id=lantern.partner.id).update(first_sent_at=NOW)  # its mails have arrived
    with django_assert_num_queries(3):  # one, and one a platform
        assert [each.platform for each in site_records(now=NOW + PATIENCE)] == ["Chatter", "Lantern"]
    assert [each.platform for each in site_records(now=NOW + PATIENCE, limit=1)] == ["Chatter"]
    monkeypatch.setattr(keyset, "COUNTED_TO", 2)
    monkeypatch.setattr(figures, "LATEST_NOTICES", 1)
    assert {each.at_least: each.number for each in open_by_age(now=NOW)}[0] == 2
    assert open_by_state()[RequestState.PREPARED] == 2
    assert [each.platform for each in site_records(now=NOW + PATIENCE)] == ["Chatter"]


def test_what_is_open_is_counted_by_its_age_to_the_very_day(chatter: Company) -> None:
    for days in (0, 1, 2, 6, 7, 30):
        told(f"https://chatter.example/p/{days}", now=NOW - timedelta(days=days))
    assert [each.number for each in open_by_age(now=NOW)] == [1, 1, 2, 1, 1]


def test_a_rung_on_which_nothing_was_sent_of_a_request_has_not_removed_it(robin: Worker, chatter: Company) -> None:
    send_all(told("https://chatter.example/p/1", "https://chatter.example/p/2"), robin)
    refused, climbed = Request.objects.order_by("ordinal")
    event = refused.events.get(step="queued")
    event.pk, event.code, event.ordinal = None, Rung.HOST.value, 99
    event.save()
    Request.objects.filter(pk=refused.pk).update(rung=Rung.HOST, state="decided", last_outcome="refused")
    Request.objects.filter(pk=climbed.pk).update(rung=Rung.HOST, state="gone")
    records = rung_records(platform_id=chatter.partner.id, now=NOW + PATIENCE)
    assert records[Rung.HOST] == RungRecord(tried=1, worked=0)
    assert records[Rung.PLATFORM] == RungRecord(tried=2, worked=0)
