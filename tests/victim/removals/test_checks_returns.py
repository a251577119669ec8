"""What was gone and is up again: the first request ends, a child asks anew, and the law's clock of each is its own."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.vault.operations import open_sealed, open_service
from leeward.foundation.vault.rules.grants import Keyring, Service
from leeward.industry.duties.queries import find_regime
from leeward.industry.platforms.rules import ChannelKind
from leeward.victim.removals.errors import NothingToSend
from leeward.victim.removals.models import Notice, NoticeState, Report, Request
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.complaints import build_complaint
from leeward.victim.removals.operations.desk import close_report
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import erase_report, open_report, save_consents, watch_place
from leeward.victim.removals.operations.returns import MOST_RETURNS, collect_rings
from leeward.victim.removals.queries.platforms import page_asked
from leeward.victim.removals.queries.reports import ReportView, read_report
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.reports import Consents
from leeward.victim.removals.rules.states import RequestState
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed, Worker, told
from tests.victim.removals.returning import BACK, DAY, GONE, HOUR, REMOVED, URL, child_of, gone, saw, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

FIRST = Verdict(signal=Signal.UP, reason=CheckReason.FIRST_LOOK)


def hers(filed: Filed) -> ReportView:
    return read_report(file=filed.open().file, keyring=Keyring(filed.key), by=PERSON, now=NOW)


def test_what_comes_back_is_asked_for_again_at_once_under_the_same_notice(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    root = gone(filed, robin, chatter.side)
    stopped_at, watch = root.law_stopped_at, root.watch
    saw(root, BACK, robin, days=8)
    root.refresh_from_db()
    assert (root.state, root.law_stopped_at, root.watch) == ("closed", stopped_at, "")
    child = child_of(root)
    assert (child.state, child.first_sent_at, child.notice_id) == ("sent", NOW + 8 * DAY, root.notice_id)
    assert [event.step for event in child.events.order_by("ordinal")] == ["queued", "sent"]
    assert child.law_due_at == child.due_at == NOW + 8 * DAY + 48 * HOUR
    assert child.attention_at == NOW + 8 * DAY
    assert (child.ordinal, child.address_index, child.watch) == (2, root.address_index, watch)
    assert open_sealed(open_service(Service.MONITOR), child.watch, place=watch_place(child)) == URL
    (asked,) = page_asked(chatter.side, now=NOW).requests
    assert (asked.reference, asked.item.url, asked.is_reupload) == (child.reference, URL, True)
    first, second = hers(filed).requests
    assert (first.is_reupload, second.is_reupload) == (False, True)
    assert second.item is not None
    assert second.item.url == URL
    assert decide(side=chatter.side, references=[child.reference], answer=REMOVED, now=NOW + 8 * DAY + HOUR) == 1


def test_a_childs_return_is_a_sister_and_the_database_keeps_it_so(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    root = gone(filed, robin)
    for round_ in range(3):
        row = child_of(root) if round_ else root
        saw(row, GONE, robin, days=2 + 2 * round_)
        saw(row, BACK, robin, days=3 + 2 * round_)
    assert {row.parent_id for row in Request.objects.exclude(pk=root.pk)} == {root.reference}
    child = child_of(root)
    for change in ({"followed_as": child.reference}, {"followed_as": uuid.uuid4()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Request.objects.filter(pk=child.pk).update(**change)
    root.refresh_from_db()
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=root.pk).update(parent=root)
    with pytest.raises(IntegrityError), transaction.atomic():
        _let_follow(Request.objects.filter(parent=root).exclude(pk=child.pk), child)
    assert [asked.item.url for asked in page_asked(chatter.side, now=NOW).requests] == [URL]
    erase_report(reference=filed.reference, by=PERSON, now=NOW)
    assert not Request.objects.exists()


def test_what_is_gone_before_anything_was_sent_keeps_no_promise_waiting(robin: Worker, lantern: Company) -> None:
    filed = told("https://lantern.example/p/1")
    row = Request.objects.get()
    assert row.due_at == row.own_due_at
    saw(row, GONE, robin, days=9)
    row.refresh_from_db()
    assert (row.state, row.first_sent_at, row.due_at) == ("gone", None, None)
    view = hers(filed)
    assert view.requests[0].unsent_due_at is None
    assert not view.is_late(view.requests[0], NOW + 9 * DAY)
    saw(row, BACK, robin, days=10)  # what comes back is asked for, and its own promise runs
    assert child_of(row).due_at is not None


def test_by_mail_it_waits_for_one_press_at_the_desk(robin: Worker, lantern: Company) -> None:
    filed = told("https://lantern.example/p/1")
    send_all(filed, robin)
    row = Request.objects.get()
    saw(row, GONE, robin, days=1)
    saw(row, BACK, robin, days=2)
    child = child_of(row)
    assert (child.state, child.notice, child.attention_at) == ("prepared", None, NOW + 2 * DAY)
    assert child.due_at == child.own_due_at
    assert Parcel.objects.count() == 1
    opened = open_report(reference=filed.reference, keyring=robin.keyring, by=robin.actor, now=NOW)
    (plan,) = plan_notices(opened=opened, signer="Robin Vale", now=NOW + 2 * DAY)
    assert [planned.item.url for planned in plan.requests] == ["https://lantern.example/p/1"]
    send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW + 2 * DAY)
    with pytest.raises(NothingToSend):
        send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW + 2 * DAY)
    (asked,) = page_asked(lantern.side, now=NOW).requests
    assert (asked.reference, asked.item.url) == (child.reference, "https://lantern.example/p/1")


def test_a_webhook_rings_again_in_a_parcel_of_its_own(robin: Worker, open_company: Callable[..., Company]) -> None:
    hook = "https://chatter.example/hook"
    company = open_company("Chatter", host="chatter.example", kind=ChannelKind.WEBHOOK, address=hook)
    send_all(told(URL), robin)
    row = Request.objects.get()
    assert row.notice is not None
    saw(row, GONE, robin, days=1)
    saw(row, BACK, robin, days=2)
    # The first ring had not been heard: whether the packet is there nobody knows, so it waits for the desk.
    assert child_of(row).state == "prepared"
    row.notice.state = NoticeState.SENT
    row.notice.save()
    Request.objects.filter(pk=child_of(row).pk).update(state="gone", notice=row.notice)
    saw(child_of(row), BACK, robin, days=3)
    child = child_of(row)
    assert (child.state, page_asked(company.side, now=NOW).requests[-1].item.url) == ("sending", URL)
    assert (child.first_sent_at, child.law_started_at) == (None, None)
    assert collect_rings(now=NOW + 3 * DAY, limit=10) == 0
    first, second = Parcel.objects.order_by("id")
    assert (first.public_id, second.public_id) == (row.notice.reference, child.reference)
    said = open_sealed(open_service(Service.COURIER), second.sealed, place=sealed_place(second.public_id))
    assert json.loads(json.loads(said)["body"])["data"]["requests"] == [str(child.reference)]


@pytest.mark.parametrize(
    ("stage", "state", "sent_at"),
    [("sent", "sent", NOW + 3 * DAY), ("failed", "prepared", None), ("unsure", "prepared", None)],
)
def test_its_clock_starts_when_the_ring_was_heard(
    robin: Worker, open_company: Callable[..., Company], stage: str, state: str, sent_at: datetime | None
) -> None:
    open_company("Chatter", host="chatter.example", kind=ChannelKind.WEBHOOK, address="https://chatter.example/hook")
    send_all(told(URL), robin)
    row = Request.objects.get()
    Notice.objects.update(state=NoticeState.SENT)
    saw(row, GONE, robin, days=1)
    saw(row, BACK, robin, days=2)
    child = child_of(row)
    assert child.state == "sending"
    Request.objects.filter(pk=child.pk).update(attention_at=None)
    heard = {"sent_at": NOW + 3 * DAY, "sealed": ""} if stage == "sent" else {"trouble": "too_slow"}
    at = {"ended_at": NOW + 3 * DAY, "handed_over_at": NOW + 3 * DAY, "next_try_at": None}
    Parcel.objects.filter(public_id=child.reference).update(state=stage, **at, **heard)
    assert collect_rings(now=NOW + 4 * DAY, limit=10) == 1
    assert collect_rings(now=NOW + 4 * DAY, limit=10) == 0
    child.refresh_from_db()
    assert (child.state, child.first_sent_at) == (state, sent_at)
    assert (child.attention_at is not None) == (stage != "sent")


def test_after_ten_returns_in_a_month_a_person_looks(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    row = gone(filed, robin)
    Request.objects.filter(pk=row.pk).update(followed_as=row.reference)
    row.refresh_from_db()
    for number in range(MOST_RETURNS):
        Request.objects.create(
            parent=row, report=row.report, ordinal=100 + number, kind="url", band="amber", item=row.item,
            state="closed", opened_at=NOW + 2 * DAY, own_due_at=NOW, closed_at=NOW,
        )  # fmt: skip
    assert row.children.count() == MOST_RETURNS
    saw(row, BACK, robin, days=3)
    row.refresh_from_db()
    assert (row.state, row.last_signal, row.attention_at) == ("gone", "unsure", NOW + 3 * DAY)
    assert row.children.count() == MOST_RETURNS
    note_check(
        reference=row.reference,
        verdict=Verdict(signal=Signal.UP, reason=CheckReason.PERSON),
        status=None,
        by=robin.actor,
        now=NOW + 4 * DAY,
    )
    assert row.children.count() == MOST_RETURNS + 1


def test_a_page_that_nobody_has_seen_before_is_not_known_again(robin: Worker, chatter: Company) -> None:
    row = gone(told(URL), robin)
    note_check(
        reference=row.reference, verdict=FIRST, status=200, page_print="0" * 64, by=robin.actor, now=NOW + 2 * DAY
    )
    row.refresh_from_db()
    assert (row.state, row.last_signal, row.page_print, row.children.count()) == ("gone", "unsure", "", 0)
    note_check(
        reference=row.reference,
        verdict=Verdict(signal=Signal.UP, reason=CheckReason.PERSON),
        status=None,
        by=robin.actor,
        now=NOW + 3 * DAY,
    )
    assert child_of(row).state == "sent"


def test_without_her_yes_nothing_goes_out_by_itself(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    row = gone(filed, robin)
    save_consents(opened=filed.open(), consents=Consents(watching=True), by=PERSON, now=NOW + DAY)
    saw(row, BACK, robin, days=2)
    assert child_of(row).state == "prepared"


def test_a_newer_text_of_the_law_needs_a_new_notice(
    robin: Worker, chatter: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = gone(told(URL), robin)
    newer = (replace(find_regime("us-tida", 1), version=2),)
    monkeypatch.setattr("leeward.victim.removals.operations.returns.active_regimes", lambda **_day: newer)
    monkeypatch.setattr("leeward.victim.removals.operations.steps.find_regime", lambda *_args: newer[0])
    saw(row, BACK, robin, days=2)
    child = child_of(row)
    assert (child.state, child.regime_code, child.regime_version) == ("prepared", "us-tida", 2)


def test_a_closed_report_that_watches_is_open_again(robin: Worker, chatter: Company) -> None:
    row = gone(told(URL), robin)
    Report.objects.update(band="amber")
    close_report(reference=row.report.reference, by=robin.actor, now=NOW + DAY)
    assert Report.objects.get().state == "watching"
    saw(row, BACK, robin, days=9)
    report = Report.objects.get()
    assert (report.state, report.closed_at, report.attention_at) == ("open", None, NOW + 9 * DAY)


def test_a_page_never_seen_before_accuses_nobody(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    send_all(filed, robin)
    row = Request.objects.get()
    decide(side=chatter.side, references=[row.reference], answer=REMOVED, now=NOW + HOUR)
    saw(row, FIRST, robin, days=1)
    row.refresh_from_db()
    assert (row.state, row.last_signal) == ("decided", "unsure")
    assert row.attention_at is not None


def test_a_complaint_tells_that_removed_was_not_true_and_that_it_came_back(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    Request.objects.update(regime_code="us-tida", regime_version=1)
    send_all(filed, robin)
    row = Request.objects.get()
    decide(side=chatter.side, references=[row.reference], answer=REMOVED, now=NOW + HOUR)
    saw(row, BACK, robin, days=1)
    row.refresh_from_db()
    assert (row.state, row.law_stopped_at, row.law_due_at) == ("still_up", None, NOW + 48 * HOUR)
    for hours in range(30, 42):  # many later looks do not crowd it out
        note_check(reference=row.reference, verdict=BACK, status=200, by=robin.actor, now=NOW + hours * HOUR)
    saw(row, GONE, robin, days=3)
    saw(row, BACK, robin, days=5)
    view = hers(filed)
    pack = build_complaint(report=view, request=view.requests[0], signer="Robin Vale", now=NOW + 6 * DAY)
    told_of = json.loads(pack.record)["history"]
    ups = [line["at"] for line in told_of if line.get("seen") == "still_up" and line["item"] == 1]
    assert (NOW + DAY).isoformat() in ups
    assert (NOW + 5 * DAY).isoformat() in ups
    assert len(ups) == len(set(ups))
    assert json.loads(pack.record)["was_there_when_due"] is True


def test_watching_again_takes_up_what_was_left_alone(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    row = gone(filed, robin)
    assert row.next_check_at == NOW + 8 * DAY
    for agrees, planned in ((False, None), (True, NOW + 9 * DAY), (True, NOW + 9 * DAY)):
        now = NOW + 2 * DAY if planned else NOW + DAY
        save_consents(opened=filed.open(), consents=Consents(notices=True, watching=agrees), by=PERSON, now=now)
        row.refresh_from_db()
        assert row.next_check_at == planned
    assert row.state == RequestState.GONE.value


def _let_follow(rows: QuerySet[Request], request: Request) -> None:
    rows.update(parent_id=request.reference)
    connection.check_constraints()  # which otherwise wait for the transaction's end
