"""Neutral messages: only after her yes, once a day, in her hours, by a real mail server, never after she said no."""

import os
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import sending
from leeward.foundation.outbox.operations.posting import sealed_place
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, Stage, unpack_content
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.models import ServiceKey
from leeward.foundation.vault.operations import open_sealed, open_service
from leeward.foundation.vault.rules.grants import Keyring, Service
from leeward.industry.bank.rules import FeedbackValue
from leeward.victim.file.models import File, SafeWay
from leeward.victim.file.operations import news
from leeward.victim.file.operations.news import collect_news, safe_place, tell_due
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.news import EVERY_DAY, MOST_MISSES, NewsState, SafeAddress, SafeHours
from leeward.victim.file.rules.story import Harm, Reporter
from leeward.victim.file.rules.threads import Side
from leeward.victim.portal.operations import open_with_code
from leeward.victim.removals.models import Report, Request
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.desk import close_report, set_band
from leeward.victim.removals.operations.handover import file_handover
from leeward.victim.removals.operations.person import open_hers
from leeward.victim.removals.operations.reports import (
    erase_report,
    forget_drafts,
    save_consents,
    save_contact,
    save_story,
    stop_desk,
    write_message,
)
from leeward.victim.removals.queries.reports import read_report
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.decisions import Answer, Outcome, Reasons
from leeward.victim.removals.rules.handovers import Handover, HandoverContact
from leeward.victim.removals.rules.reports import REPORT_LIFETIME, Band, Consents, ReportState
from tests.foundation.outbox.conftest import MailHandler
from tests.victim.removals.conftest import NOW, OPERATOR, PERSON, STORY, Company, Filed, Worker, told
from tests.victim.removals.desk_people import at_desk, only_request, send_all
from tests.victim.removals.news_people import (
    ALWAYS,
    BY_DAY,
    DAY,
    DESK,
    HERS,
    by_mail,
    choose,
    deliver,
    desk_writes,
    go_round,
    notify,
    post_office,
    something_happens,
    told_by_mail,
    way_of,
)
from tests.victim.removals.watching import look, met, watched

pytestmark = pytest.mark.django_db(transaction=True)
NIGHT = NOW.replace(hour=22)
REMOVED = Answer(outcome=Outcome.REMOVED, reasons=Reasons(facts="Gone."))


@pytest.fixture(autouse=True)
def _house(transactional_db: None, house: None) -> None:
    """What the courier and the notifier commit on their way must be seen by the next."""


@pytest.fixture
def post() -> Iterator[MailHandler]:
    with post_office() as handler:
        yield handler


def contact_of(filed: Filed, *, now: datetime = NOW) -> Contact | None:
    opened = filed.open(now)
    return read_report(file=opened.file, keyring=Keyring(filed.key), by=PERSON, now=now).contact


def state_of(filed: Filed) -> NewsState:
    opened = filed.open()
    return read_report(file=opened.file, keyring=Keyring(filed.key), by=PERSON, now=NOW).news


# --- what is news -----------------------------------------------------------------------------------------------------


def test_an_answer_is_told_by_one_neutral_message(robin: Worker, chatter: Company, post: MailHandler) -> None:
    filed = told_by_mail()
    send_all(filed, robin)
    go_round()
    assert post.taken == []  # that we wrote to a platform is no news
    decide(side=chatter.side, references=[only_request(filed).reference], answer=REMOVED, now=NOW)
    go_round()
    ((to, mail),) = post.taken
    assert to == HERS
    assert mail["From"] == "info@post.example"
    assert mail["Subject"] == "Something new for you"
    assert mail["Message-ID"].endswith("@post.example>")
    go_round(now=NOW + 2 * DAY)
    assert len(post.taken) == 1  # told once


def test_gone_and_back_again_are_news(robin: Worker, chatter: Company, post: MailHandler) -> None:
    filed = told_by_mail()
    send_all(filed, robin)
    for days, seen in enumerate((Signal.GONE, Signal.UP)):
        row, now = only_request(filed), NOW + days * DAY
        verdict = Verdict(signal=seen, reason=CheckReason.PERSON)
        note_check(reference=row.reference, verdict=verdict, status=None, by=robin.actor, now=now)
        go_round(now=now)
        assert len(post.taken) == days + 1
    assert Request.objects.count() == 2  # it is asked for again


def test_what_came_back_after_the_desk_had_closed_is_news(robin: Worker, chatter: Company, post: MailHandler) -> None:
    filed = told_by_mail()
    send_all(filed, robin)
    row = only_request(filed)
    gone, back = (Verdict(signal=each, reason=CheckReason.PERSON) for each in (Signal.GONE, Signal.UP))
    note_check(reference=row.reference, verdict=gone, status=None, by=robin.actor, now=NOW)
    set_band(reference=filed.reference, band=Band.GREEN, by=robin.actor, now=NOW)
    close_report(reference=filed.reference, by=robin.actor, now=NOW)
    go_round()
    assert post.taken == []
    note_check(reference=row.reference, verdict=back, status=None, by=robin.actor, now=NOW + DAY)
    go_round(now=NOW + DAY)
    assert len(post.taken) == 1


def test_what_a_platform_found_by_itself_is_news(robin: Worker, chatter: Company, post: MailHandler) -> None:
    filed = told_by_mail()
    watched(filed)
    met(chatter, FeedbackValue.PENDING_REVIEW)
    later = NOW + timedelta(hours=5)
    assert look(later) == 1
    go_round(now=later)
    assert len(post.taken) == 1


def test_a_question_from_the_desk_is_news_and_her_own_words_are_not(robin: Worker, post: MailHandler) -> None:
    filed = told_by_mail()
    write_message(opened=filed.open(), words="Here.", side=Side.PERSON, by=PERSON, now=NOW)
    go_round()
    assert post.taken == []
    desk_writes(filed, robin, words="Which of the two?")
    go_round()
    assert len(post.taken) == 1
    assert "two" not in post.taken[0][1].get_content()


def test_what_she_does_herself_is_no_news(robin: Worker, chatter: Company, post: MailHandler) -> None:
    filed = told_by_mail()
    news.note_news(Report.objects.get().file_id, by=PERSON, now=NOW)
    go_round()
    assert post.taken == []
    assert way_of(filed) is not None


# --- one a day, in her hours ------------------------------------------------------------------------------------------


def test_much_in_a_day_is_one_message(post: MailHandler) -> None:
    filed = told_by_mail()
    for minutes in range(0, 20 * 60, 30):
        now = NOW + timedelta(minutes=minutes)
        something_happens(filed, now=now)
        go_round(now=now)
    assert len(post.taken) == 1
    go_round(now=NOW + DAY - timedelta(seconds=1))
    assert len(post.taken) == 1
    go_round(now=NOW + DAY)
    go_round(now=NOW + 5 * DAY)
    assert len(post.taken) == 2  # the rest of that day, together


def test_what_happens_before_it_has_left_is_told_by_it(post: MailHandler) -> None:
    filed = told_by_mail()
    something_happens(filed)
    notify()
    something_happens(filed, now=NOW + timedelta(minutes=1))
    deliver(now=NOW + timedelta(minutes=2))
    go_round(now=NOW + 3 * DAY)
    assert len(post.taken) == 1


def test_at_night_it_waits_and_gives_nothing_of_her_hours_away(post: MailHandler) -> None:
    filed = told_by_mail(hours=BY_DAY)
    something_happens(filed, now=NIGHT)
    go_round(now=NIGHT)
    row = way_of(filed)
    assert row is not None
    assert row.look_at == NIGHT + news.LOOK_AGAIN
    assert row.told_at is None
    for hour in range(1, 11):
        go_round(now=NIGHT + timedelta(hours=hour))
    assert post.taken == []
    go_round(now=NIGHT + timedelta(hours=11))
    assert len(post.taken) == 1


@pytest.mark.parametrize(
    ("zone", "is_sent"), [("UTC", True), ("Asia/Tokyo", False), ("America/New_York", False), ("Europe/Berlin", True)]
)
def test_the_clock_is_hers(zone: str, is_sent: bool, post: MailHandler) -> None:  # noqa: FBT001
    told_filed = told_by_mail(hours=SafeHours(begin=12, until=14, days=EVERY_DAY, zone=zone))
    something_happens(told_filed)
    go_round()
    assert len(post.taken) == int(is_sent)


def test_a_day_that_she_left_out_is_left_out(post: MailHandler) -> None:
    but_today = tuple(day for day in EVERY_DAY if day != NOW.weekday())
    filed = told_by_mail(hours=replace(ALWAYS, days=but_today))
    something_happens(filed)
    go_round()
    assert post.taken == []
    go_round(now=NOW.replace(hour=0) + DAY)
    assert len(post.taken) == 1


def test_a_courier_that_comes_too_late_sends_nothing_and_the_next_day_does(post: MailHandler) -> None:
    filed = told_by_mail(hours=BY_DAY)
    something_happens(filed)
    notify()
    deliver(now=NOW.replace(hour=17))
    assert post.taken == []
    parcel = Parcel.objects.get()
    assert (parcel.state, parcel.trouble, parcel.sealed) == (Stage.RECALLED, "too_late", "")
    assert state_of(filed) is NewsState.ON
    go_round(now=NOW.replace(hour=9) + DAY)
    assert post.taken == []  # a day between two tries
    go_round(now=NOW + DAY)
    assert len(post.taken) == 1


def test_a_server_that_is_slow_beyond_her_hours_does_not_get_it(
    post: MailHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail is announced in time, and her hours end before the server may take it."""
    filed = told_by_mail(hours=BY_DAY)
    something_happens(filed)
    notify()
    readings = iter([0.0] * 4)  # until the mail is announced
    monkeypatch.setattr(sending, "time", SimpleNamespace(monotonic=lambda: next(readings, 6 * 3600.0)))
    deliver()
    assert post.taken == []
    assert Parcel.objects.get().trouble == "too_late"


# --- what she says counts, at once ------------------------------------------------------------------------------------


def says_no(filed: Filed, now: datetime) -> None:
    choose(filed, Contact(), now=now)


def says_by_phone(filed: Filed, now: datetime) -> None:
    choose(filed, Contact(way=ContactWay.PHONE, phone="123 456"), now=now)


def says_no_messages(filed: Filed, now: datetime) -> None:
    choose(filed, replace(by_mail(), news=None), now=now)


def withdraws(filed: Filed, now: datetime) -> None:
    stop_desk(opened=filed.open(now), by=PERSON, now=now)


def erases(filed: Filed, now: datetime) -> None:
    erase_report(reference=filed.reference, by=PERSON, now=now)


def is_closed(filed: Filed, now: datetime) -> None:
    Report.objects.update(band=Band.GREEN.value)
    close_report(reference=filed.reference, by=DESK, now=now)


def is_somebody_else(filed: Filed, now: datetime) -> None:
    save_story(opened=filed.open(now), story=replace(STORY, reporter=Reporter.THIRD_PARTY), by=PERSON, now=now)


ENDS = (says_no, says_by_phone, says_no_messages, withdraws, erases, is_closed, is_somebody_else)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("moment", ["before", "due", "posted"])
def test_after_a_no_nothing_leaves(end: Callable[[Filed, datetime], None], moment: str, post: MailHandler) -> None:
    filed = told_by_mail()
    if moment != "before":
        something_happens(filed)
    if moment == "posted":
        notify()
        assert Parcel.objects.get().state == Stage.WAITING
    end(filed, NOW)
    assert way_of(filed) is None
    assert not Parcel.objects.exclude(sealed="").exists()  # her address is not in the outbox either
    for days in range(3):
        something_happens_quietly(filed, now=NOW + days * DAY)
        go_round(now=NOW + days * DAY)
    assert post.taken == []
    if end is not erases and end is not is_closed:
        contact = contact_of(filed)
        assert contact is not None
        assert contact.news is None  # saving something else later does not bring it back


def something_happens_quietly(filed: Filed, *, now: datetime) -> None:
    """News, if there is still a report."""
    if Report.objects.filter(reference=filed.reference).exists():
        something_happens(filed, now=now)


def test_her_choice_is_read_again_at_the_moment_of_sending(post: MailHandler) -> None:
    """Between finding what is due and taking it up, she says no."""
    filed = told_by_mail()
    something_happens(filed)
    row = way_of(filed)
    assert row is not None
    says_no(filed, NOW)
    with transaction.atomic():
        news._tell(row.pk, notifier=open_service(Service.NOTIFIER), now=NOW)
    assert not Parcel.objects.exists()


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"state": ReportState.CLOSED.value}, {}),
        ({}, {"expires_on": (NOW - DAY).date()}),
        ({"state": ReportState.DRAFT.value, "filed_at": None}, {}),
    ],
)
def test_a_report_that_has_ended_tells_nothing(
    change: dict[str, object], kept: dict[str, object], post: MailHandler
) -> None:
    filed = told_by_mail()
    something_happens(filed)
    Report.objects.update(**change)
    File.objects.update(**kept)
    go_round()
    go_round(now=NOW + DAY)
    assert post.taken == []
    row = way_of(filed)
    assert row is not None
    assert row.news_at is None


def test_an_expired_report_takes_everything_along(post: MailHandler) -> None:
    filed = told_by_mail()
    something_happens(filed)
    forget_drafts(now=NOW + REPORT_LIFETIME + 2 * DAY, limit=10)
    assert not SafeWay.objects.exists()
    go_round(now=NOW + REPORT_LIFETIME + 2 * DAY)
    assert post.taken == []
    assert way_of(filed) is None


def test_another_address_replaces_the_first_also_on_its_way(post: MailHandler) -> None:
    filed = told_by_mail()
    something_happens(filed)
    notify()
    choose(filed, by_mail(email="new@mail.example"))
    deliver()
    assert post.taken == []
    go_round(now=NOW + timedelta(minutes=1))
    assert [to for to, _mail in post.taken] == ["new@mail.example"]
    assert SafeWay.objects.count() == 1


def test_editing_does_not_make_it_two_a_day(post: MailHandler) -> None:
    filed = told_by_mail()
    something_happens(filed)
    go_round()
    choose(filed, by_mail(email="new@mail.example"), now=NOW + timedelta(hours=1))
    something_happens(filed, now=NOW + timedelta(hours=2))
    go_round(now=NOW + timedelta(hours=2))
    assert len(post.taken) == 1
    go_round(now=NOW + DAY)
    assert [to for to, _mail in post.taken] == [HERS, "new@mail.example"]


def test_it_is_in_the_language_in_which_she_read_it(post: MailHandler) -> None:
    filed = told("https://chatter.example/p/1")
    choose(filed, by_mail(language="ar"))
    something_happens(filed)
    go_round()
    assert post.taken[0][1]["Subject"] == "شيء جديد لك"


def test_nobody_else_can_say_yes_for_her(robin: Worker) -> None:
    filed = told("https://chatter.example/p/1")
    for by in (robin.actor, OPERATOR):
        save_contact(opened=filed.open(), contact=by_mail(), by=by, now=NOW)
        assert way_of(filed) is None
        contact = contact_of(filed)
        assert contact is not None
        assert contact.news is None


def test_another_hotlines_yes_is_none() -> None:
    contact = HandoverContact(email=by_mail().email)
    record = Handover(urls=["https://chatter.example/p/1"], harm=Harm.SHARED, contact=contact, consent=True)
    filed = file_handover(handover=record, by=OPERATOR, now=NOW)
    assert not SafeWay.objects.exists()
    bearer = open_with_code(code=filed.code, now=NOW)
    view = read_report(file=open_hers(bearer=bearer, now=NOW).file, keyring=Keyring(bearer.key), by=PERSON, now=NOW)
    assert view.contact is not None
    assert view.contact.news is None


def test_who_tells_for_somebody_else_is_not_told(chatter: Company) -> None:
    filed = told("https://chatter.example/p/1", story=replace(STORY, reporter=Reporter.THIRD_PARTY))
    choose(filed, by_mail())
    assert way_of(filed) is None


def test_other_answers_leave_it_as_it_is(post: MailHandler) -> None:
    filed = told_by_mail()
    before = SafeWay.objects.values().get()
    save_story(opened=filed.open(), story=replace(STORY, words="More."), by=PERSON, now=NOW)
    save_consents(opened=filed.open(), consents=Consents(), by=PERSON, now=NOW)
    assert SafeWay.objects.values().get() == before


# --- what cannot be delivered -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["at_rcpt", "at_data"])
def test_a_hard_failure_is_the_last_and_the_address_is_forgotten(at: str) -> None:
    filed = told_by_mail()
    something_happens(filed)
    with post_office(**{at: "550 no such person"}) as post:
        go_round()
        row = way_of(filed)
        assert row is not None
        assert (row.state, row.sealed, row.parcel) == (NewsState.STOPPED, "", None)
        assert not Parcel.objects.exclude(sealed="").exists()
        tried = Parcel.objects.count()
        for days in range(1, 4):
            something_happens(filed, now=NOW + days * DAY)
            go_round(now=NOW + days * DAY)
        assert Parcel.objects.count() == tried == 1
        assert post.taken == []
    assert state_of(filed) is NewsState.STOPPED
    with post_office() as post:
        choose(filed, by_mail(email="new@mail.example"), now=NOW + 4 * DAY)
        something_happens(filed, now=NOW + 4 * DAY)
        go_round(now=NOW + 4 * DAY)
        assert [to for to, _mail in post.taken] == ["new@mail.example"]


@pytest.mark.parametrize("trouble", [{"at_rcpt": "451 later"}, {"at_mail": "550 we know no such sender"}])
def test_what_is_for_now_or_ours_is_tried_on_another_day(trouble: dict[str, str]) -> None:
    filed = told_by_mail()
    something_happens(filed)
    with post_office(**trouble) as post:
        notify()
        for minutes in (0, 6, 40, 240, 1500):  # the courier's own tries
            deliver(now=NOW + timedelta(minutes=minutes))
        assert post.taken == []
    assert state_of(filed) is NewsState.ON
    with post_office() as post:
        go_round(now=NOW + 2 * DAY)
        assert len(post.taken) == 1


def test_without_a_server_old_news_is_given_up_and_new_news_is_not() -> None:
    filed = told_by_mail(hours=BY_DAY)
    something_happens(filed)
    for hours in range(0, 24 * 20, 6):
        go_round(now=NOW + timedelta(hours=hours))
    assert Parcel.objects.count() == MOST_MISSES
    with post_office() as post:
        something_happens(filed, now=NOW + 20 * DAY)
        go_round(now=NOW + 20 * DAY)
        assert len(post.taken) == 1


def test_one_that_may_have_arrived_is_not_repeated(post: MailHandler) -> None:
    filed = told_by_mail()
    something_happens(filed)
    notify()
    Parcel.objects.update(
        state=Stage.UNSURE, handed_over_at=NOW, ended_at=NOW, next_try_at=None, trouble="no_result", attempts=1
    )
    collect_news(now=NOW, limit=10)
    parcel = Parcel.objects.get()
    assert (parcel.sealed, parcel.recalled_at is not None) == ("", True)
    go_round(now=NOW + 3 * DAY)
    assert post.taken == []
    assert state_of(filed) is NewsState.ON


def test_a_parcel_that_the_outbox_has_forgotten_holds_nobody_up(post: MailHandler) -> None:
    filed = told_by_mail()
    something_happens(filed)
    notify()
    Parcel.objects.all().delete()
    collect_news(now=NOW, limit=10)
    go_round(now=NOW + DAY)
    assert len(post.taken) == 1
    assert state_of(filed) is NewsState.ON


def test_what_was_sealed_to_a_key_that_is_gone_is_given_up(post: MailHandler) -> None:
    filed = told_by_mail()
    other = told_by_mail("https://chatter.example/p/2")
    row, stolen = way_of(filed), way_of(other)
    assert row is not None
    assert stolen is not None
    SafeWay.objects.filter(pk=row.pk).update(sealed=stolen.sealed)  # as a writer of rows could move it
    something_happens(filed)
    go_round()
    assert post.taken == []
    assert state_of(filed) is NewsState.STOPPED
    assert state_of(other) is NewsState.ON


def test_without_a_notifier_nothing_is_kept() -> None:
    filed = told("https://chatter.example/p/1")
    ServiceKey.objects.filter(service=Service.NOTIFIER.value).update(retired_at=NOW)
    choose(filed, by_mail())
    assert way_of(filed) is None


# --- who opens what ---------------------------------------------------------------------------------------------------


def test_only_the_notifier_opens_where_she_is_reached(robin: Worker) -> None:
    filed = told_by_mail(hours=BY_DAY)
    row = way_of(filed)
    assert row is not None
    safe = SafeAddress.from_text(open_sealed(open_service(Service.NOTIFIER), row.sealed, place=safe_place(row)))
    assert safe == SafeAddress(address=HERS, hours=BY_DAY, language="en")
    others = [*robin.keyring, filed.key, open_service(Service.COURIER), open_service(Service.MONITOR)]
    for key in others:
        with pytest.raises(SealBroken):
            open_sealed(key, row.sealed, place=safe_place(row))
    with pytest.raises(SealBroken):
        open_sealed(open_service(Service.NOTIFIER), row.sealed, place=f"removals.safe_way.sealed|{uuid.uuid4()}")


def test_the_notifier_opens_nothing_else(robin: Worker, chatter: Company) -> None:
    filed = told_by_mail()
    send_all(filed, robin)
    something_happens(filed)
    notify()
    notifier = open_service(Service.NOTIFIER)
    parcel = Parcel.objects.get()
    request = only_request(filed)
    for sealed, where in (
        (parcel.sealed, sealed_place(parcel.public_id)),
        (request.watch, f"removals.request.watch|{request.root}"),
    ):
        with pytest.raises(SealBroken):
            open_sealed(notifier, sealed, place=where)
    content = unpack_content(
        open_sealed(open_service(Service.COURIER), parcel.sealed, place=sealed_place(parcel.public_id)),
        kind=ParcelKind.EMAIL,
    )
    assert isinstance(content, EmailContent)
    assert content.to == HERS


def test_every_length_is_padded() -> None:
    short, long = told_by_mail(), told("https://chatter.example/p/2")
    choose(
        long, by_mail(email=f"{'a' * 60}@mail.example", hours=replace(ALWAYS, zone="America/Argentina/Buenos_Aires"))
    )
    sizes = {len(row.sealed) for row in SafeWay.objects.all()}
    assert len(sizes) == 1
    assert way_of(short) is not None


# --- the database knows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"stopped_at": NOW},  # stopped, and still knows her address
        {"sealed": ""},  # goes on without one
        {"news_at": NOW},  # news that nobody looks at
        {"look_at": NOW},  # a look at nothing
        {"parcel": uuid.UUID(int=1)},  # on its way, and never written
    ],
)
@pytest.mark.postgresql
def test_the_table_refuses_what_cannot_be(wrong: dict[str, object]) -> None:
    told_by_mail()
    with pytest.raises(IntegrityError), transaction.atomic():
        SafeWay.objects.update(**wrong)


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.postgresql
def test_two_notifiers_at_once_write_one_message(post: MailHandler) -> None:
    filed = told_by_mail()
    something_happens(filed)
    notifier = open_service(Service.NOTIFIER)
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        tell_due(now=NOW, limit=10, notifier=notifier)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver()
    assert len(post.taken) == 1


@pytest.fixture
def _signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signals")
def test_the_notifier_writes_until_it_is_stopped_and_finishes_what_it_has_in_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(2):
        something_happens(told_by_mail(f"https://chatter.example/p/{number}"))

    def tell_and_stop(**named: Any) -> int:
        told_of = tell_due(**(named | {"now": NOW}))
        os.kill(os.getpid(), signal.SIGTERM)
        return told_of

    monkeypatch.setattr(f"{tell_due.__module__}.tell_due", tell_and_stop)
    call_command("notifier", pause=0.01)
    assert Parcel.objects.count() == 1


def test_without_its_key_the_notifier_does_not_start(settings: Settings, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "elsewhere"
    with pytest.raises(CommandError, match="notifier"):
        call_command("notifier", pause=0.01)


def test_the_desk_sees_whether_she_is_told(robin: Worker, post: MailHandler) -> None:
    filed = told_by_mail()
    something_happens(filed)
    go_round()
    view = read_report(file=at_desk(filed, robin).file, keyring=robin.keyring, by=robin.actor, now=NOW)
    assert (view.news, view.told_at) == (NewsState.ON, NOW)
