"""What she takes back does not leave any more: a queued notice is recalled, whole, by whatever way she says no."""

import uuid
from collections.abc import Callable

import pytest

from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import find_parcel
from leeward.foundation.outbox.rules.parcels import Settlement, Stage
from leeward.industry.platforms.rules import ChannelKind
from leeward.victim.removals.errors import NothingToSend
from leeward.victim.removals.models import Notice, NoticeState, Report, Request
from leeward.victim.removals.operations.deliveries import retry_delivery, settle_delivery
from leeward.victim.removals.operations.desk import close_report, close_request
from leeward.victim.removals.operations.notices import collect_deliveries, mark_sent
from leeward.victim.removals.operations.reports import drop_item, erase_report, save_consents, stop_desk
from leeward.victim.removals.queries.desk import NoticeQueue, count_notices
from leeward.victim.removals.rules.reports import Consents
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed, Worker, told
from tests.victim.removals.desk_people import send_all

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
URLS = ("https://lantern.example/v/1", "https://lantern.example/v/2")


def states(filed: Filed) -> list[str]:
    return list(
        Request.objects.filter(report__reference=filed.reference).order_by("id").values_list("state", flat=True)
    )


def sent(robin: Worker) -> tuple[Filed, uuid.UUID]:
    filed = told(*URLS)
    (notice,) = send_all(filed, robin)
    assert find_parcel(notice).state is Stage.WAITING
    return filed, notice


def withdraw(filed: Filed, _robin: Worker) -> None:
    stop_desk(opened=filed.open(), by=PERSON, now=NOW)


def say_no(filed: Filed, _robin: Worker) -> None:
    save_consents(opened=filed.open(), consents=Consents(watching=True), by=PERSON, now=NOW)


def take_one_back(filed: Filed, _robin: Worker) -> None:
    drop_item(opened=filed.open(), ordinal=1, by=PERSON, now=NOW)


def close_one(filed: Filed, robin: Worker) -> None:
    first = Request.objects.filter(report__reference=filed.reference).order_by("id").first()
    assert first is not None
    close_request(request=first.reference, by=robin.actor, now=NOW)


def close_all(filed: Filed, robin: Worker) -> None:
    close_report(reference=filed.reference, by=robin.actor, now=NOW)


@pytest.mark.parametrize(
    ("say", "after"),
    [
        (withdraw, ["withdrawn", "withdrawn"]),
        (say_no, ["prepared", "prepared"]),
        (take_one_back, ["withdrawn", "prepared"]),
        (close_one, ["closed", "prepared"]),
        (close_all, ["closed", "closed"]),
    ],
)
def test_the_parcel_stays_and_what_was_beside_it_waits_again(
    robin: Worker, lantern: Company, say: Callable[[Filed, Worker], None], after: list[str]
) -> None:
    filed, notice = sent(robin)
    say(filed, robin)
    parcel = find_parcel(notice)
    assert (parcel.state, parcel.has_content) == (Stage.RECALLED, False)
    assert states(filed) == after
    assert Notice.objects.get().state == NoticeState.RECALLED
    collect_deliveries(now=NOW, limit=10)
    assert states(filed) == after
    retry_delivery(notice=notice, by=robin.actor, now=NOW)  # nothing to try again: nothing happens
    assert find_parcel(notice).state is Stage.RECALLED


def test_what_was_beside_it_goes_out_anew_and_without_it(robin: Worker, lantern: Company) -> None:
    filed, _notice = sent(robin)
    take_one_back(filed, robin)
    (anew,) = send_all(filed, robin)
    assert find_parcel(anew).state is Stage.WAITING
    assert [request.ordinal for request in Notice.objects.get(reference=anew).requests.all()] == [2]


def test_erasing_leaves_no_words_in_the_outbox(robin: Worker, lantern: Company) -> None:
    for state in (Stage.WAITING, Stage.FAILED, Stage.UNSURE):
        filed, notice = sent(robin)
        if state is not Stage.WAITING:
            Parcel.objects.filter(public_id=notice).update(
                state=state, next_try_at=None, ended_at=NOW, claimed_at=NOW, handed_over_at=NOW
            )
            collect_deliveries(now=NOW, limit=10)
        erase_report(reference=filed.reference, by=PERSON, now=NOW)
        assert not find_parcel(notice).has_content, state
        assert not Report.objects.filter(reference=filed.reference).exists()
    collect_deliveries(now=NOW, limit=10)


def test_a_failed_notice_is_not_tried_again_with_a_place_that_she_took_back(robin: Worker, lantern: Company) -> None:
    filed, notice = sent(robin)
    Parcel.objects.update(state=Stage.FAILED, next_try_at=None, ended_at=NOW)
    collect_deliveries(now=NOW, limit=10)
    assert states(filed) == ["prepared", "prepared"]
    take_one_back(filed, robin)  # never sent, so it is forgotten
    assert states(filed) == ["prepared"]
    retry_delivery(notice=notice, by=robin.actor, now=NOW)
    assert not find_parcel(notice).has_content
    assert find_parcel(notice).state is Stage.RECALLED


def test_an_unsure_notice_can_be_settled_but_not_sent_again(robin: Worker, lantern: Company) -> None:
    filed, notice = sent(robin)
    Parcel.objects.update(state=Stage.UNSURE, next_try_at=None, ended_at=NOW, handed_over_at=NOW)
    collect_deliveries(now=NOW, limit=10)
    take_one_back(filed, robin)
    with pytest.raises(NothingToSend):
        settle_delivery(notice=notice, settlement=Settlement.SEND_AGAIN, by=robin.actor, now=NOW)
    assert not find_parcel(notice).has_content  # nor could it be
    settle_delivery(notice=notice, settlement=Settlement.ARRIVED, by=robin.actor, now=NOW)
    assert states(filed) == ["withdrawn", "sent"]


def test_one_in_a_couriers_hands_is_not_tried_again_and_the_desk_learns_of_it(robin: Worker, lantern: Company) -> None:
    filed, _notice = sent(robin)
    Parcel.objects.update(state=Stage.SENDING, claimed_at=NOW, handed_over_at=NOW, next_try_at=None)
    take_one_back(filed, robin)
    assert states(filed) == ["withdrawn", "sending"]
    assert Notice.objects.get().state == NoticeState.QUEUED
    # The server says: later. The courier finds that nobody wants it any more.
    Parcel.objects.update(state=Stage.RECALLED, sealed="", claimed_at=None, handed_over_at=None, ended_at=NOW)
    assert collect_deliveries(now=NOW, limit=10) == 1
    assert states(filed) == ["withdrawn", "prepared"]
    assert Notice.objects.get().state == NoticeState.RECALLED


def test_a_letter_that_nobody_has_posted_leaves_the_list(robin: Worker, open_company: Callable[..., Company]) -> None:
    open_company("Paper", host="paper.example", kind=ChannelKind.LETTER, address="1 Road\nTown")
    filed = told("https://paper.example/1")
    (notice,) = send_all(filed, robin)
    assert count_notices(NoticeQueue.BY_HAND) == 1
    withdraw(filed, robin)
    assert count_notices(NoticeQueue.BY_HAND) == 0
    mark_sent(reference=notice, by=robin.actor, now=NOW)
    assert states(filed) == ["withdrawn"]


def test_a_notice_that_has_arrived_stays_as_it_is(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    send_all(filed, robin)
    withdraw(filed, robin)
    assert Notice.objects.get().state == NoticeState.SENT


def test_what_arrived_before_can_still_be_answered_after_a_second_one_was_taken_back(
    robin: Worker, lantern: Company
) -> None:
    filed, first = sent(robin)
    mark_sent(reference=first, by=robin.actor, now=NOW)
    Request.objects.update(state="still_up")
    (_second,) = send_all(filed, robin)
    say_no(filed, robin)
    assert {row.notice.reference for row in Request.objects.all() if row.notice} == {first}
