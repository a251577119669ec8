"""Watching by hash: a platform's own search finds a picture that she protects, and is asked without her telling it."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.serializers import serialize
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.errors import NotGranted, SealBroken
from leeward.foundation.vault.operations import make_victim_key, open_file, open_sealed, open_service
from leeward.foundation.vault.rules.grants import Keyring, Service
from leeward.industry.bank.models import Entry
from leeward.industry.bank.operations import erase_submission, withdraw_picture
from leeward.industry.bank.queries import list_matches
from leeward.industry.bank.rules import FeedbackValue, HashType, PictureMatch
from leeward.victim.removals.models import Match, PictureWatch, Report, Request, place
from leeward.victim.removals.operations import matches as operations
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.operations.matches import look_for_matches
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import (
    drop_item,
    erase_report,
    open_report,
    save_consents,
    stop_desk,
)
from leeward.victim.removals.operations.returns import MOST_RETURNS
from leeward.victim.removals.queries.platforms import Asked, page_asked
from leeward.victim.removals.queries.reports import RequestView, read_report
from leeward.victim.removals.rules.decisions import Answer, Outcome, Reasons
from leeward.victim.removals.rules.matches import (
    MOST_HASHES,
    PAUSE,
    SHORTEST,
    TAKES_MORE,
    PictureLink,
    is_all_blocked,
    next_look,
    sort_matches,
)
from leeward.victim.removals.rules.reports import ItemKind
from leeward.victim.removals.rules.states import RequestState
from tests.industry.conftest import pdq, picture, protect
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed, Worker, told
from tests.victim.removals.desk_people import send_all
from tests.victim.removals.watching import DAY, LATER, URL, YES, found, look, met, watched

pytestmark = pytest.mark.postgresql

REMOVED = Answer(outcome=Outcome.REMOVED, reasons=Reasons())
HELD_UP = FeedbackValue.PENDING_REVIEW


def asked_of(company: Company) -> list[Asked]:
    page = page_asked(company.side, now=NOW)
    return [each for each in page.requests if each.kind == "match"]


def hers(filed: Filed) -> list[RequestView]:
    view = read_report(file=filed.open().file, keyring=Keyring(filed.key), by=PERSON, now=NOW)
    return [each for each in view.requests if each.item and each.item.kind is ItemKind.MATCH]


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
class TestAsking:
    def test_what_a_platform_found_is_asked_for_at_once_under_the_notice_that_it_has(
        self, robin: Worker, chatter: Company
    ) -> None:
        filed = told(URL)
        send_all(filed, robin)
        root = Request.objects.get()
        watched(filed)
        met(chatter, HELD_UP, now=NOW + timedelta(hours=1))
        assert look() == 1
        (row,) = found()
        assert (row.state, row.notice, row.parent, row.ordinal) == ("sent", root.notice, root, 2)
        assert (row.item, row.watch, row.next_check_at) == ("", "", None)
        assert row.attention_at == NOW + LATER
        assert row.law_due_at is None or row.law_due_at > NOW + LATER
        (asked,) = asked_of(chatter)
        assert asked.item.url == ""
        assert [(each.hash_type, each.value) for each in asked.hashes] == [("pdq", pdq("beach/upright"))]
        (view,) = hers(filed)
        assert [each.value for each in view.hashes] == [pdq("beach/upright")]
        root.refresh_from_db()
        assert root.state == "sent"  # the address is asked about as before
        assert decide(side=chatter.side, references=[row.reference], answer=REMOVED, now=NOW + DAY) == 1

    def test_the_same_answer_asks_once_and_more_of_it_joins_what_is_under_way(
        self, robin: Worker, chatter: Company
    ) -> None:
        filed = told(URL)
        send_all(filed, robin)
        watched(filed)
        met(chatter, HELD_UP)
        for round_ in range(1, 4):
            look(NOW + round_ * LATER)
        met(chatter, FeedbackValue.NOT_BLOCKED, name="beach/rot90", now=NOW + 3 * LATER)
        look(NOW + 4 * LATER)
        (row,) = found()
        assert row.matches.count() == 2
        (asked,) = asked_of(chatter)
        assert {each.value for each in asked.hashes} == {pdq("beach/upright"), pdq("beach/rot90")}

    def test_what_is_found_again_after_its_end_is_asked_for_anew(self, robin: Worker, chatter: Company) -> None:
        filed = told(URL)
        send_all(filed, robin)
        watched(filed)
        met(chatter, HELD_UP)
        look()
        (first,) = found()
        decide(side=chatter.side, references=[first.reference], answer=REMOVED, now=NOW + DAY)
        met(chatter, FeedbackValue.BLOCKED, now=NOW + DAY)
        look(NOW + DAY + LATER)
        assert len(found()) == 1
        met(chatter, HELD_UP, now=NOW + 3 * DAY)
        look(NOW + 3 * DAY + LATER)
        _first, second = found()
        assert (second.state, second.parent_id) == ("sent", first.parent_id)

    def test_a_platform_that_blocks_it_has_answered(self, robin: Worker, chatter: Company) -> None:
        filed = told(URL)
        send_all(filed, robin)
        watched(filed)
        for name in ("beach/upright", "beach/rot90"):
            met(chatter, HELD_UP, name=name)
        look()
        met(chatter, FeedbackValue.BLOCKED, now=NOW + DAY)
        look(NOW + DAY + LATER)
        (row,) = found()
        assert row.state == "sent"  # one of two is still held up
        met(chatter, FeedbackValue.BLOCKED, name="beach/rot90", now=NOW + 2 * DAY)
        look(NOW + 2 * DAY + LATER)
        row.refresh_from_db()
        assert (row.state, row.last_outcome) == ("decided", "removed")
        assert row.law_stopped_at == NOW + 2 * DAY + LATER
        look(NOW + 3 * DAY + LATER)
        assert row.events.filter(step="decided_removed").count() == 1

    def test_what_is_blocked_at_once_asks_for_nothing(self, robin: Worker, chatter: Company) -> None:
        filed = told(URL)
        send_all(filed, robin)
        watched(filed)
        met(chatter, FeedbackValue.BLOCKED)
        look()
        assert found() == []

    def test_a_platform_where_she_told_nothing_is_prepared_and_goes_out_by_one_press(
        self, robin: Worker, lantern: Company
    ) -> None:
        filed = told(URL)
        watched(filed)
        met(lantern, HELD_UP)
        look()
        (row,) = found()
        assert (row.state, row.parent, row.platform_id) == ("prepared", None, lantern.partner.id)
        assert row.regime_code
        assert row.due_at == row.own_due_at
        opened = open_report(reference=filed.reference, keyring=robin.keyring, by=robin.actor, now=NOW)
        plans = {plan.platform.name: plan for plan in plan_notices(opened=opened, signer="Robin Vale", now=NOW)}
        plan = plans["Lantern"]
        assert plan.missing == ()
        send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW)
        (asked,) = asked_of(lantern)
        assert [(each.hash_type, each.value) for each in asked.hashes] == [("pdq", pdq("beach/upright"))]
        assert pdq("beach/upright") in asked.sent.text
        assert "own search found by this hash" in asked.sent.text

    def test_without_her_yes_to_notices_it_waits(self, robin: Worker, chatter: Company) -> None:
        filed = told(URL)
        send_all(filed, robin)
        submission = protect(picture("beach"))
        consents = replace(YES, notices=False)
        save_consents(opened=filed.open(), consents=consents, by=PERSON, now=NOW, submission=submission)
        met(chatter, HELD_UP)
        look()
        assert [row.state for row in found()] == ["prepared"]

    def test_too_many_in_a_month_wait_for_a_person(self, robin: Worker, chatter: Company) -> None:
        filed = told(URL)
        send_all(filed, robin)
        watched(filed)
        for round_ in range(MOST_RETURNS + 1):
            start = NOW + round_ * DAY
            met(chatter, HELD_UP, now=start)
            look(start + LATER)
            row = found()[-1]
            if row.state == "sent":
                decide(side=chatter.side, references=[row.reference], answer=REMOVED, now=start + LATER)
            met(chatter, FeedbackValue.BLOCKED, now=start + LATER)
        assert [row.state for row in found()] == ["decided"] * MOST_RETURNS + ["prepared"]

    def test_a_draft_is_not_acted_on(self, chatter: Company) -> None:
        filed = told(URL)
        watched(filed)
        Report.objects.update(state="draft", filed_at=None)
        met(chatter, HELD_UP)
        look()
        assert found() == []
        assert PictureWatch.objects.exists()

    def test_a_closed_report_is_worked_on_again(self, robin: Worker, chatter: Company) -> None:
        filed = told(URL)
        send_all(filed, robin)
        watched(filed)
        Report.objects.update(state="closed", closed_at=NOW)
        met(chatter, HELD_UP)
        look()
        report = Report.objects.get()
        assert (report.state, report.closed_at, report.attention_at) == ("open", None, NOW + LATER)


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
class TestHerWill:
    def test_without_her_yes_nothing_joins_the_two(self, chatter: Company) -> None:
        filed = told(URL)
        submission = protect(picture("beach"))
        save_consents(
            opened=filed.open(), consents=replace(YES, matches=False), by=PERSON, now=NOW, submission=submission
        )
        met(chatter, HELD_UP)
        assert look() == 0
        assert found() == []

    def test_a_yes_without_pictures_is_kept_nowhere(self) -> None:
        filed = told(URL)
        save_consents(opened=filed.open(), consents=YES, by=PERSON, now=NOW)
        assert not PictureWatch.objects.exists()

    @pytest.mark.parametrize("way", ["unticked", "stopped", "erased"])
    def test_taking_it_back_forgets_the_link_at_once(self, chatter: Company, way: str) -> None:
        filed = told(URL)
        watched(filed)
        if way == "unticked":
            save_consents(opened=filed.open(), consents=replace(YES, matches=False), by=PERSON, now=NOW)
        elif way == "stopped":
            stop_desk(opened=filed.open(), by=PERSON, now=NOW)
        else:
            erase_report(reference=filed.reference, by=PERSON, now=NOW)
        assert not PictureWatch.objects.exists()
        met(chatter, HELD_UP)
        assert look() == 0

    def test_another_change_of_consents_keeps_it(self) -> None:
        filed = told(URL)
        submission = watched(filed)
        before = PictureWatch.objects.values().get()
        save_consents(
            opened=filed.open(),
            consents=replace(YES, watching=False),
            by=PERSON,
            now=NOW + DAY,
            submission=submission,
        )
        assert PictureWatch.objects.values().get() == before

    def test_pictures_that_she_takes_back_are_not_acted_on(self, chatter: Company) -> None:
        filed = told(URL)
        submission = watched(filed, names=("beach", "party"))
        for name in ("beach/upright", "party/upright"):
            met(chatter, HELD_UP, name=name)
        withdraw_picture(reference=submission, ordinal=1, by=PERSON, now=NOW)
        look()
        assert [value for each in asked_hashes(filed) for value in each] == [pdq("party/upright")]
        erase_submission(reference=submission, by=PERSON, now=NOW)
        look(NOW + DAY)
        assert not PictureWatch.objects.exists()

    def test_what_she_took_out_of_the_list_is_not_asked_for_again(self, chatter: Company) -> None:
        filed = told(URL)
        watched(filed)
        met(chatter, HELD_UP)
        look()
        drop_item(opened=filed.open(), ordinal=2, by=PERSON, now=NOW)
        met(chatter, FeedbackValue.NOT_BLOCKED, name="beach/rot90", now=NOW + DAY)
        look(NOW + DAY + LATER)
        (row,) = found()
        assert row.state == "withdrawn"

    def test_erasing_the_report_erases_what_was_found(self, robin: Worker, chatter: Company) -> None:
        filed = told(URL)
        send_all(filed, robin)
        watched(filed)
        met(chatter, HELD_UP)
        look()
        erase_report(reference=filed.reference, by=PERSON, now=NOW)
        assert not Match.objects.exists()
        assert not Request.objects.exists()


def asked_hashes(filed: Filed) -> list[list[str]]:
    return [[each.value for each in view.hashes] for view in hers(filed)]


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
class TestSecrecy:
    def test_no_table_and_no_line_of_the_trail_joins_report_and_pictures(self, robin: Worker, chatter: Company) -> None:
        """Neither the submission's reference nor a hash or an entry stands anywhere on the report's side."""
        filed = told(URL)
        send_all(filed, robin)
        submission = watched(filed)
        met(chatter, HELD_UP)
        look()
        rows: list[Any] = [*Report.objects.all(), *Request.objects.all(), *PictureWatch.objects.all()]
        text = serialize("json", [*rows, *Match.objects.all()])
        entry = Entry.objects.get(value=pdq("beach/upright"))
        secrets = (str(submission), submission.hex, str(entry.reference), entry.value)
        assert not [secret for secret in secrets if secret in text]
        trail = AuditEvent.objects.exclude(verb__startswith="bank.")
        assert not [secret for secret in secrets if secret in serialize("json", trail)]

    def test_only_the_monitor_opens_the_link_and_only_in_its_place(self) -> None:
        filed = told(URL)
        submission = watched(filed)
        (watch,) = PictureWatch.objects.all()
        monitor, where = open_service(Service.MONITOR), place("picture-watch", "link", filed.reference)
        assert PictureLink.from_text(open_sealed(monitor, watch.link, place=where)).submission == submission
        for key, at in (
            (monitor, place("picture-watch", "link", uuid.uuid4())),
            (open_service(Service.COURIER), where),
            (make_victim_key(), where),
        ):
            with pytest.raises(SealBroken):
                open_sealed(key, watch.link, place=at)

    def test_another_platform_opens_nothing_of_it(self, robin: Worker, chatter: Company, lantern: Company) -> None:
        filed = told(URL)
        send_all(filed, robin)
        watched(filed)
        met(chatter, HELD_UP)
        look()
        assert asked_of(lantern) == []
        (match,) = Match.objects.all()
        with pytest.raises(NotGranted):
            open_file(file=match.reference, keyring=lantern.side.keyring, by=lantern.side.actor, now=NOW)

    def test_a_lost_monitor_key_ends_the_watch_and_harms_nobody(self, chatter: Company) -> None:
        filed = told(URL)
        watched(filed)
        met(chatter, HELD_UP)
        look_for_matches(now=NOW + LATER, limit=5, monitor=make_victim_key())
        assert found() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
class TestKilled:
    def test_a_look_that_dies_halfway_leaves_nothing_and_is_done_again(
        self, robin: Worker, chatter: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filed = told(URL)
        send_all(filed, robin)
        watched(filed)
        met(chatter, HELD_UP)

        class Killed(BaseException):
            """The process ends here."""

        def die(*_args: object, **_kwargs: object) -> None:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(operations, "write_line", die)
            with pytest.raises(Killed), transaction.atomic():
                look()
        assert found() == []
        assert not Match.objects.exists()
        look(NOW + DAY)
        assert [row.state for row in found()] == ["sent"]

    def test_two_monitors_at_once_ask_once(self, robin: Worker, chatter: Company) -> None:
        filed = told(URL)
        send_all(filed, robin)
        watched(filed)
        met(chatter, HELD_UP)
        (watch,) = PictureWatch.objects.select_related("report")
        monitor = open_service(Service.MONITOR)
        operations.look_at_watch(watch, monitor=monitor, now=NOW + LATER)
        operations.look_at_watch(watch, monitor=monitor, now=NOW + LATER)
        assert len(found()) == 1


@pytest.mark.django_db
def test_matches_of_one_person_are_read_newest_first_and_bounded(chatter: Company, lantern: Company) -> None:
    submission = protect(*(picture(name) for name in ("a", "b", "c")))
    protect(picture("somebody else's"))
    for hours, name in enumerate(("a", "b", "c")):
        met(chatter, HELD_UP, name=f"{name}/upright", now=NOW + timedelta(hours=hours))
    met(lantern, FeedbackValue.BLOCKED, name="a/upright", now=NOW + DAY)
    met(chatter, HELD_UP, name="somebody else's/upright", now=NOW + DAY)
    everything = list_matches(submission, limit=10)
    assert [(each.picture, each.answer) for each in everything] == [
        (1, FeedbackValue.BLOCKED),
        (3, HELD_UP),
        (2, HELD_UP),
        (1, HELD_UP),
    ]
    assert list_matches(submission, limit=2) == everything[:2]


def match(number: int, *, since: datetime = NOW) -> PictureMatch:
    return PictureMatch(
        picture=1,
        platform_id=7,
        entry=uuid.UUID(int=number),
        hash_type=HashType.PDQ,
        value=pdq(number),
        answer=HELD_UP,
        since=since,
    )


@given(
    last=st.none() | st.sampled_from(RequestState),
    hours=st.lists(st.integers(-50, 50), max_size=60),
    room=st.integers(-3, MOST_HASHES),
)
def test_every_new_match_has_one_place_at_most_and_the_limits_hold(
    last: RequestState | None, hours: list[int], room: int
) -> None:
    new = [match(number, since=NOW + timedelta(hours=each)) for number, each in enumerate(hours)]
    out = sort_matches(new, last=last, settled_at=NOW if last else None, room=room)
    assert not set(out.taken_along) & set(out.to_ask)
    assert len(out.taken_along) <= max(room, 0)
    assert len(out.to_ask) <= MOST_HASHES
    if last is None:
        assert out.taken_along == ()
    elif last in TAKES_MORE:
        assert out.to_ask == ()
    else:
        assert all(each.since > NOW for each in out.to_ask)
        assert all(each.since <= NOW for each in out.taken_along)
        assert bool(out.to_ask) == any(each.since > NOW for each in new)


def test_silence_about_one_hash_is_no_word_that_it_is_blocked() -> None:
    blocked = {"a": FeedbackValue.BLOCKED, "b": FeedbackValue.BLOCKED}
    assert is_all_blocked({"a", "b"}, answers=blocked)
    assert not is_all_blocked({"a", "c"}, answers=blocked)
    assert not is_all_blocked({"a", "b"}, answers=blocked | {"b": HELD_UP})
    assert not is_all_blocked(set(), answers=blocked)


@given(draw=st.floats(0, 1), pace=st.floats(1, 1e6))
def test_a_look_comes_within_its_time_and_never_at_once(draw: float, pace: float) -> None:
    pause = next_look(now=NOW, draw=draw, pace=pace) - NOW
    assert SHORTEST <= pause <= max(PAUSE / pace, SHORTEST)


def test_names_of_one_watch_say_nothing_to_another() -> None:
    submission = uuid.uuid4()
    one, other = PictureLink.to(submission), PictureLink.to(submission)
    assert one.name_answer(match(1)) != other.name_answer(match(1))
    assert one.name_place(match(1)) == one.name_place(match(1, since=NOW + DAY))
    assert one.name_answer(match(1)) != one.name_answer(match(1, since=NOW + DAY))
    assert submission.hex not in repr(one).replace(str(submission), "")
    assert one.key not in repr(one)
    assert PictureLink.from_text(one.to_text()) == one
