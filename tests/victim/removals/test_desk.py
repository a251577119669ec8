"""One report on its whole way: filed, sent, answered, checked, appealed, climbed, taken back, erased."""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import make_victim_key
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.duties.rules import Element
from leeward.industry.platforms.rules import ChannelKind, Rung
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.story import Harm
from leeward.victim.removals.errors import (
    ConsentMissing,
    NothingToSend,
    RequestUnknown,
    SecondPersonNeeded,
    StepImpossible,
)
from leeward.victim.removals.models import Appeal, Report, Request
from leeward.victim.removals.operations.answers import (
    claim_requests,
    confirm_decision,
    decide,
    file_counter_notice,
    name_missing,
    open_appeal,
    open_packet,
    settle_appeal,
)
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.desk import (
    add_note,
    climb,
    close_report,
    close_request,
    correct_event,
    settle_counter_notice,
)
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import (
    add_items,
    erase_report,
    open_report,
    save_consents,
    save_contact,
    stop_desk,
)
from leeward.victim.removals.operations.steps import locked_request
from leeward.victim.removals.queries.cores import DeskRequest
from leeward.victim.removals.queries.lists import Queue, count_queues, twins_of
from leeward.victim.removals.queries.platforms import find_asked, page_asked
from leeward.victim.removals.queries.reports import read_report
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.notices import LANGUAGES, compose, letter_of
from leeward.victim.removals.rules.notices.complaint import make_complaint
from leeward.victim.removals.rules.reports import Consents, Item
from leeward.victim.removals.rules.states import RequestState
from tests.victim.removals.conftest import NOW, PERSON, STORY, Company, Worker, told
from tests.victim.removals.desk_people import REFUSED, REMOVED, at_desk, only_request, send_all
from tests.victim.removals.listing import page_requests

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_what_she_filed_opens_for_her_and_the_desk_and_nobody_else(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    for keyring, actor in ((Keyring(filed.key), PERSON), (robin.keyring, robin.actor)):
        opened = open_report(reference=filed.reference, keyring=keyring, by=actor, now=NOW)
        view = read_report(file=opened.file, keyring=keyring, by=actor, now=NOW, casework=opened.casework)
        assert view.story.words == "He put it there on Sunday."
        assert [request.item.url for request in view.requests if request.item] == ["https://chatter.example/p/1"]
        assert view.requests[0].platform == "Chatter"
    for stranger in (Keyring(make_victim_key()), chatter.side.keyring):
        with pytest.raises(NotGranted):
            open_report(reference=filed.reference, keyring=stranger, by=PERSON, now=NOW)


def test_a_notice_reaches_the_platforms_own_key_without_name_or_story(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1", "https://chatter.example/p/2")
    assert len(send_all(filed, robin)) == 1
    page = page_asked(chatter.side, now=NOW)
    assert [asked.item.url for asked in page.requests] == ["https://chatter.example/p/1", "https://chatter.example/p/2"]
    assert all(asked.state is RequestState.SENT and asked.law_due_at is None for asked in page.requests)
    assert "Sunday" not in repr(page)
    assert "Robin Vale" in page.requests[0].sent.text


def test_a_notice_never_says_who_she_thinks_it_is(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1", story=replace(STORY, uploader="Marek Pilot, my old flatmate"))
    at_the_desk = at_desk(filed, robin)
    view = read_report(
        file=at_the_desk.file, keyring=robin.keyring, by=robin.actor, now=NOW, casework=at_the_desk.casework
    )
    assert view.story.uploader == "Marek Pilot, my old flatmate"
    send_all(filed, robin)
    page = page_asked(chatter.side, now=NOW)
    assert page.requests[0].sent.text
    assert "Marek" not in repr(page)
    assert "flatmate" not in repr(page)


def test_a_creators_notice_gives_the_name_that_they_chose_and_never_their_own(robin: Worker, chatter: Company) -> None:
    own, chosen, label = "Zelda Quist", "Blue Door Agency", "Who holds the rights, or acts for who does"
    creator = replace(
        STORY, harm=Harm.CREATOR_CONTENT, words=own, uploader=own, earlier_reports=own, first_seen=own, authority=own
    )
    # Typed, left empty, and typed before it was another harm.
    said = (replace(creator, agent=chosen), creator, replace(creator, harm=Harm.SHARED, agent=chosen))
    for number, story in enumerate(said):
        filed = told(f"https://chatter.example/p/{number}", story=story)
        save_contact(opened=filed.open(), contact=Contact(name=own), by=PERSON, now=NOW)
        (plan,) = plan_notices(opened=at_desk(filed, robin), signer="Robin Vale", now=NOW)
        send_all(filed, robin)
        sent = page_asked(chatter.side, now=NOW).requests[-1].sent
        assert own not in repr(sent)
        assert dict(sent.fields).get(label) == (chosen if number == 0 else None)
        assert (chosen in sent.text) is (number == 0)
        if number:
            continue
        for rung, language in itertools.product(Rung, LANGUAGES):  # whoever is written to, in whichever language
            facts = replace(plan.facts, rung=rung)
            notice, complaint = (
                compose(facts, plan.regime, language=language),
                make_complaint(facts, [], plan.regime, language=language),
            )
            assert own not in f"{notice}{notice.text}{letter_of(notice, facts)}{complaint.letter}{complaint.record}"
            assert chosen in notice.text
            assert chosen not in f"{notice.subject}{complaint.letter}{complaint.record}"


def test_pressing_send_twice_sends_once(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    opened = at_desk(filed, robin)
    (plan,) = plan_notices(opened=opened, signer="Robin Vale", now=NOW)
    send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW)
    again = plan_notices(opened=opened, signer="Robin Vale", now=NOW)
    assert again == ()
    Request.objects.update(state=RequestState.SENDING.value)
    with pytest.raises(NothingToSend):
        send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW)


def test_nothing_is_sent_without_her_yes(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    opened = at_desk(filed, robin)
    (plan,) = plan_notices(opened=opened, signer="Robin Vale", now=NOW)
    save_consents(opened=filed.open(), consents=Consents(), by=PERSON, now=NOW)
    with pytest.raises(ConsentMissing):
        send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW)


def test_removed_and_seen_gone_then_back_again_is_a_contradiction(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    send_all(filed, robin)
    reference = only_request(filed).reference
    assert decide(side=chatter.side, references=[reference], answer=REMOVED, now=NOW) == 1
    assert decide(side=chatter.side, references=[reference], answer=REMOVED, now=NOW) == 1  # said twice, decided once
    assert only_request(filed).decisions.count() == 1
    up, gone = (Verdict(signal=signal, reason=CheckReason.PERSON) for signal in (Signal.UP, Signal.GONE))
    note_check(reference=reference, verdict=up, status=200, by=robin.actor, now=NOW + timedelta(hours=1))
    row = only_request(filed)
    assert row.state == "still_up"
    assert row.law_stopped_at is None  # the clock has run on all the while
    note_check(reference=reference, verdict=gone, status=404, by=robin.actor, now=NOW + timedelta(hours=2))
    assert only_request(filed).state == "gone"


def test_a_persons_refusal_counts_once_a_second_person_agrees(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    send_all(filed, robin)
    row = only_request(filed)
    ada, ben = (
        AtPlatform(
            platform_id=chatter.side.platform_id,
            keyring=chatter.side.keyring,
            actor=type(robin.actor)(kind=robin.actor.kind, id=name),
        )
        for name in ("ada", "ben")
    )
    claim_requests(side=ada, references=[row.reference], now=NOW)
    assert decide(side=ada, references=[row.reference], answer=REFUSED, now=NOW) == 0
    waiting = row.decisions.get().reference
    assert only_request(filed).state == "acknowledged"
    with pytest.raises(SecondPersonNeeded):
        confirm_decision(side=ada, decision=waiting, agrees=True, now=NOW)
    confirm_decision(side=ben, decision=waiting, agrees=True, now=NOW)
    assert (only_request(filed).state, only_request(filed).last_outcome) == ("decided", "refused")
    view = read_report(file=filed.open().file, keyring=Keyring(filed.key), by=PERSON, now=NOW)
    assert view.requests[0].decisions[0].answer.reasons.facts == "A holiday picture."


def test_an_appeal_goes_to_the_platform_and_comes_back(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    (notice,) = send_all(filed, robin)
    row = only_request(filed)
    decide(side=chatter.side, references=[row.reference], answer=REFUSED, now=NOW)
    locked = locked_request(reference=row.reference)
    assert locked.notice is not None
    packet = open_packet(locked.notice, keyring=Keyring(filed.key), by=PERSON, now=NOW)
    appeal = open_appeal(
        locked, appeal_side=Appeal.Side.PERSON, words="It is me, and it is not.", packet=packet, by=PERSON, now=NOW
    )
    assert find_asked(chatter.side, row.reference, now=NOW).appeal_words == "It is me, and it is not."
    settle_appeal(side=chatter.side, appeal=appeal, reverses=True, words="You are right.", now=NOW)
    assert (only_request(filed).state, only_request(filed).last_outcome) == ("decided", "removed")
    view = read_report(file=filed.open().file, keyring=Keyring(filed.key), by=PERSON, now=NOW)
    assert view.requests[0].appeals[0].answer == "You are right."
    assert view.notices[0].reference == notice


@pytest.mark.parametrize("restores", [True, False])
def test_a_counter_notice_is_settled_though_the_monitor_saw_that_it_is_gone(
    robin: Worker, chatter: Company, *, restores: bool
) -> None:
    filed = told("https://chatter.example/p/1")
    send_all(filed, robin)
    reference = only_request(filed).reference
    decide(side=chatter.side, references=[reference], answer=REMOVED, now=NOW)
    appeal = file_counter_notice(side=chatter.side, reference=reference, words="It is mine.", now=NOW)
    gone = Verdict(signal=Signal.GONE, reason=CheckReason.STATUS)
    note_check(reference=reference, verdict=gone, status=404, by=robin.actor, now=NOW)
    settle_counter_notice(appeal=appeal, restores=restores, by=robin.actor, now=NOW)
    assert only_request(filed).state == ("closed" if restores else "gone")
    assert Appeal.objects.get().state == ("reversed" if restores else "upheld")


@pytest.mark.parametrize("settled", [True, False])
def test_appeals_of_both_sides_are_settled_though_the_request_was_closed(
    robin: Worker, chatter: Company, *, settled: bool
) -> None:
    filed = told("https://chatter.example/p/1", "https://chatter.example/p/2")
    send_all(filed, robin)
    hers, theirs = Request.objects.order_by("ordinal")
    decide(side=chatter.side, references=[hers.reference, theirs.reference], answer=REMOVED, now=NOW)
    locked = locked_request(reference=hers.reference)
    assert locked.notice is not None
    packet = open_packet(locked.notice, keyring=Keyring(filed.key), by=PERSON, now=NOW)
    asked = open_appeal(locked, appeal_side=Appeal.Side.PERSON, words="It is me.", packet=packet, by=PERSON, now=NOW)
    countered = file_counter_notice(side=chatter.side, reference=theirs.reference, words="It is mine.", now=NOW)
    close_request(request=hers.reference, by=robin.actor, now=NOW)
    close_request(request=theirs.reference, by=robin.actor, now=NOW)
    settle_appeal(side=chatter.side, appeal=asked, reverses=settled, words="We looked again.", now=NOW)
    settle_counter_notice(appeal=countered, restores=settled, by=robin.actor, now=NOW)
    assert set(Request.objects.values_list("state", flat=True)) == {"closed"}
    assert set(Appeal.objects.values_list("state", flat=True)) == {"reversed" if settled else "upheld"}


def test_a_platform_sees_and_answers_its_own_requests_only(
    robin: Worker, chatter: Company, open_company: Callable[..., Company]
) -> None:
    other = open_company("Other", host="other.example")
    filed = told("https://chatter.example/p/1")
    unsent = only_request(filed).reference
    for side in (chatter.side, other.side):
        with pytest.raises(RequestUnknown):  # nothing has been sent yet
            find_asked(side, unsent, now=NOW)
    send_all(filed, robin)
    assert page_asked(other.side, now=NOW).requests == ()
    with pytest.raises(RequestUnknown):
        decide(side=other.side, references=[unsent], answer=REMOVED, now=NOW)
    with pytest.raises(RequestUnknown):
        find_asked(other.side, unsent, now=NOW)


def test_overdue_begins_with_the_very_instant(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    Request.objects.update(regime_code="us-tida", regime_version=1)
    send_all(filed, robin)
    due = NOW + timedelta(hours=48)
    assert page_requests(Queue.OVERDUE, now=due - timedelta(microseconds=1)).rows == ()
    (row,) = page_requests(Queue.OVERDUE, now=due).rows
    assert DeskRequest.of(row).is_overdue(due)


def test_an_answer_may_outrun_our_own_note_of_the_delivery(robin: Worker, open_company: Callable[..., Company]) -> None:
    lantern = open_company("Lantern", host="lantern.example", kind=ChannelKind.EMAIL, address="abuse@lantern.example")
    filed = told("https://lantern.example/p/1")
    send_all(filed, robin)
    row = only_request(filed)
    assert row.state == "sending"
    (asked,) = page_asked(lantern.side, now=NOW).requests
    assert asked.state is RequestState.SENT
    assert decide(side=lantern.side, references=[row.reference], answer=REMOVED, now=NOW) == 1
    row = only_request(filed)
    assert (row.state, row.first_sent_at) == ("decided", NOW)


def test_one_bad_reference_in_a_bulk_answer_changes_nothing(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    send_all(filed, robin)
    row = only_request(filed)
    with pytest.raises(RequestUnknown):
        decide(side=chatter.side, references=[row.reference, uuid.uuid4()], answer=REMOVED, now=NOW)
    assert only_request(filed).state == "sent"
    assert row.decisions.count() == 0


def test_the_next_rung_needs_a_way_to_reach_it(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    send_all(filed, robin)
    reference = only_request(filed).reference
    climb(request=reference, rung=Rung.HOST, by=robin.actor, now=NOW)
    (plan,) = plan_notices(opened=at_desk(filed, robin), signer="Robin Vale", now=NOW, only=[reference])
    assert plan.rung is Rung.HOST
    assert plan.channel is None
    assert not plan.can_be_sent


def test_a_correction_computes_the_clock_as_if_it_had_never_been(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    Request.objects.update(regime_code="us-tida", regime_version=1)
    send_all(filed, robin)
    reference = only_request(filed).reference
    name_missing(side=chatter.side, references=[reference], element=Element.SIGNATURE, now=NOW + timedelta(hours=1))
    assert only_request(filed).law_paused_at is not None
    event = only_request(filed).events.get(step="found_incomplete")
    correct_event(request=reference, event_id=event.pk, by=robin.actor, now=NOW + timedelta(hours=2))
    assert only_request(filed).law_paused_at is None
    assert only_request(filed).law_due_at == NOW + timedelta(hours=48)


def test_lists_are_paged_and_filtered(robin: Worker, chatter: Company) -> None:
    urls = [f"https://chatter.example/p/{number}" for number in range(7)]
    filed = told(*urls)
    seen: list[uuid.UUID] = []
    cursor = ""
    for _ in range(4):
        page = page_requests(Queue.UNSENT, now=NOW, cursor=cursor, limit=3)
        seen += [row.reference for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 7
    assert count_queues(now=NOW).unsent == 7
    send_all(filed, robin)
    assert count_queues(now=NOW).unsent == 0
    assert page_requests(Queue.UNSENT, now=NOW).rows == ()
    assert len(page_requests(Queue.ALL, now=NOW, narrow={"platform_id": chatter.partner.id}).rows) == 7


def test_the_same_address_in_two_reports_is_linked_and_never_dropped(robin: Worker, chatter: Company) -> None:
    first, second = told("https://chatter.example/p/1"), told("https://www.chatter.example/p/1?utm_source=x")
    twins = twins_of(only_request(first).reference)
    assert [twin.reference for twin in twins] == [only_request(second).reference]


def test_an_address_is_noted_once_in_one_report(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    added = add_items(
        opened=filed.open(),
        items=[Item(url="https://chatter.example/p/1"), Item(url="https://chatter.example/p/9")],
        by=PERSON,
        now=NOW,
    )
    assert (added.added, added.known) == (1, 1)


def test_withdrawing_ends_every_request_and_she_can_still_read(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1", "https://chatter.example/p/2")
    send_all(filed, robin)
    stop_desk(opened=filed.open(), by=PERSON, now=NOW)
    assert set(Request.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert len(read_report(file=filed.open().file, keyring=Keyring(filed.key), by=PERSON, now=NOW).requests) == 2
    with pytest.raises(StepImpossible):
        decide(side=chatter.side, references=[Request.objects.first().reference], answer=REMOVED, now=NOW)  # type: ignore[union-attr]


def test_erasing_leaves_no_row_and_no_key(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    (notice,) = send_all(filed, robin)
    locked = locked_request(report__reference=filed.reference)
    sent = locked.notice
    assert sent is not None
    add_note(opened=at_desk(filed, robin), words="call back", by=robin.actor, now=NOW)
    erase_report(reference=filed.reference, by=PERSON, now=NOW)
    erase_report(reference=filed.reference, by=PERSON, now=NOW)
    assert not Report.objects.exists()
    assert not Request.objects.exists()
    for keyring in (robin.keyring, chatter.side.keyring):
        with pytest.raises(NotGranted):
            open_packet(sent, keyring=keyring, by=robin.actor, now=NOW)
    assert notice == sent.reference


def test_a_red_report_is_not_closed_by_one_person(robin: Worker, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    Report.objects.update(band="red")
    with pytest.raises(SecondPersonNeeded):
        close_report(reference=filed.reference, by=robin.actor, now=NOW)
    Report.objects.update(band="amber")
    close_report(reference=filed.reference, by=robin.actor, now=NOW)
    assert Report.objects.get().state == "closed"
