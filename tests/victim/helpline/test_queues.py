"""The helpline's lists are read on to their end, each from an index in its own order, however many cases there are."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from leeward.foundation.work.keyset import Order, count_capped, first_places, page_rows
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case, Review
from leeward.victim.helpline.operations.calls import ask_call
from leeward.victim.helpline.operations.cases import write_message
from leeward.victim.helpline.operations.desk import ask_help
from leeward.victim.helpline.queries.cases import tell_cases
from leeward.victim.helpline.queries.desk import (
    Queue,
    cases_in,
    open_reviews,
    order_of,
    task_lines,
    tell_lines,
    tell_reviews,
)
from leeward.victim.helpline.rules.calls import Window
from leeward.victim.helpline.rules.cases import CaseState, Turn
from leeward.victim.helpline.rules.helps import HelpKind
from leeward.victim.helpline.rules.tasks import TaskKind
from leeward.victim.helpline.views.desk.lists import OLDEST_ASKED
from leeward.victim.network.models import Member, Referral
from leeward.victim.network.queries.referrals import returned_referrals
from leeward.victim.network.rules.members import Kind, Sector
from leeward.victim.removals.rules.reports import Band
from tests.plans import plan_of
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, PERSON, Worker, came

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

ODD = timedelta(microseconds=123_457)
INDEXES = {
    Queue.WAITING: ("helpline_case_waits_band", "helpline_case_waits"),
    Queue.REVIEW: ("helpline_case_review",),
    Queue.SAFETY: ("helpline_case_screen",),
    Queue.PLANS: ("helpline_case_plan",),
    Queue.OPEN: ("helpline_case_open",),
    Queue.ALL: ("helpline_case_all",),
    Queue.SILENT: ("helpline_case_silent",),
    Queue.HELPS: ("helpline_case_open",),
}


@pytest.fixture
def seven(house: Standing, sam: Worker) -> list[uuid.UUID]:
    """Seven cases: two are red, two promises are broken, and one has none."""

    def make() -> list[uuid.UUID]:
        made = [came(now=NOW).case for _ in range(7)]
        for number, reference in enumerate(made):
            due = None if number == 6 else NOW + ODD + timedelta(hours=(number - 2))
            band = Band.RED if number in (3, 5) else Band.GREEN
            Case.objects.filter(reference=reference).update(
                promise_due=due, waiting_since=NOW - timedelta(hours=7), band=band, opened_at=NOW + number * ODD
            )
        return made

    return house("seven", make)


def read_on(queue: Queue, *, limit: int, rows: Any = None, order: Order | None = None) -> list[uuid.UUID]:
    seen: list[uuid.UUID] = []
    cursor = ""
    while True:
        page = page_rows(
            cases_in(queue, now=NOW) if rows is None else rows,
            order or order_of(queue),
            cursor=cursor,
            limit=limit,
            tell=tell_lines,
        )
        seen += [row.reference for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            return seen


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_red_stands_first_then_what_is_broken_and_nobody_is_left_out(seven: list[uuid.UUID], limit: int) -> None:
    expected = [seven[number] for number in (3, 5, 6, 0, 1, 2, 4)]
    assert read_on(Queue.WAITING, limit=limit) == expected
    green = cases_in(Queue.WAITING, now=NOW).filter(band=Band.GREEN)
    narrowed = read_on(Queue.WAITING, limit=limit, rows=green, order=order_of(Queue.WAITING, of_one_band=True))
    assert narrowed == expected[2:]


@pytest.mark.parametrize("queue", [Queue.REVIEW, Queue.OPEN, Queue.ALL])
def test_every_queue_is_read_on_to_its_end(seven: list[uuid.UUID], queue: Queue) -> None:
    Case.objects.filter(reference__in=seven[:3]).update(review_on=NOW.date(), state=CaseState.WATCHING)
    Case.objects.filter(reference=seven[3]).update(review_on=NOW.date() + timedelta(days=1))
    Case.objects.filter(reference=seven[6]).update(state=CaseState.CLOSED, closed_at=NOW, waiting_since=None)
    seen = read_on(queue, limit=2)
    assert len(seen) == len(set(seen)) == {Queue.REVIEW: 3, Queue.OPEN: 6, Queue.ALL: 7}[queue]
    if queue is not Queue.REVIEW:
        assert seen[0] == seven[5 if queue is Queue.OPEN else 6]


@pytest.mark.usefixtures("seven")
@pytest.mark.parametrize("queue", list(INDEXES))
@pytest.mark.parametrize("is_first", [True, False])
def test_each_is_read_from_an_index_in_its_order(
    queue: Queue,
    is_first: bool,  # noqa: FBT001  # a parameter of the test
    django_assert_max_num_queries: Any,
) -> None:
    Case.objects.update(review_on=NOW.date(), screen_on=NOW.date(), plan_on=NOW.date())
    if queue is Queue.SILENT:
        long_ago = NOW - timedelta(days=40)
        Case.objects.update(turn=Turn.HER, turn_since=long_ago, said_at=long_ago, waiting_since=None)
    rows, order = cases_in(queue, now=NOW), order_of(queue)
    cursor = "" if is_first else page_rows(rows, order, limit=1).next_cursor
    with django_assert_max_num_queries(2) as captured:
        page_rows(rows, order, cursor=cursor, tell=tell_cases)  # tasks sort the helps of each case that is told
    plan = plan_of(captured)
    # SQLite, which knows nothing of how many are open, may read the cases of the team in the same order instead.
    names = INDEXES[queue] if connection.vendor == "postgresql" else (*INDEXES[queue], "helpline_case_all (team")
    assert any(name in plan for name in names), plan
    # What is chosen comes in order; only the rows of the page itself are sorted once more.
    assert plan.count("Sort Key") + plan.count("TEMP B-TREE") <= 1, plan


@pytest.mark.usefixtures("seven")
@pytest.mark.parametrize("queue", list(INDEXES))
def test_the_few_of_the_closed_team_are_not_looked_for_among_all(queue: Queue, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1) as captured:
        first_places(cases_in(queue, now=NOW, team="leads"), order_of(queue), limit=10, only=0)
    plan = plan_of(captured)
    assert re.search(r"(Index Cond: |USING (COVERING )?INDEX ).*\bteam\b", plan), plan


@pytest.mark.usefixtures("seven")
@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_what_was_passed_on_is_looked_for_among_the_networks_few_rows(django_assert_num_queries: Any) -> None:
    """Counted and listed alike, and never from every open case."""
    member = Member.objects.create(name="Ark", organization=uuid.uuid4(), sector=Sector.SUPPORT, changed_at=NOW)
    days = {"begun_at": NOW, "until": NOW.date(), "expires_on": NOW.date()}
    referral = Referral.objects.create(file=Case.objects.all()[0].file, kind=Kind.TALK, **days)
    turn = referral.turns.create(member=member, position=1, service=uuid.uuid4(), since=NOW)
    turn.actions.create(due_on=NOW.date(), asked_at=NOW)
    with connection.cursor() as cursor:  # how many rows there are stands here for whoever plans
        tables = ["helpline_case", "network_referral", "network_turn", "network_meetingaction"]
        cursor.execute(
            "UPDATE pg_class SET reltuples = 100000, relpages = 1, relallvisible = 1 WHERE relname = ANY(%s)", [tables]
        )
    rows = cases_in(Queue.REFERRED, now=NOW)
    for read in (lambda: count_capped(rows), lambda: page_rows(rows, order_of(Queue.REFERRED))):
        with django_assert_num_queries(1) as captured:
            read()
        plan = plan_of(captured)
        for index in (
            "network_turn_to_do",
            "network_referral_back",
            "helpline_case_told_at",
            "helpline_override_untold",
        ):
            assert index in plan, plan
        for slow in ("helpline_case_open", "SubPlan", "Seq Scan on helpline_case"):
            assert slow not in plan, plan


def test_what_came_back_lately_is_read_without_what_came_back_before(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1) as captured:
        list(returned_referrals().filter(ended_at__gte=NOW).values("file"))
    assert "network_referral_back_at" in plan_of(captured)


@pytest.mark.usefixtures("seven")
def test_one_band_and_one_state_have_an_index_in_their_order(django_assert_num_queries: Any) -> None:
    waiting = cases_in(Queue.WAITING, now=NOW).filter(band=Band.GREEN)
    closed = cases_in(Queue.ALL, now=NOW).filter(state=CaseState.NEW)
    for rows, order, name in (
        (waiting, order_of(Queue.WAITING, of_one_band=True), "helpline_case_waits_band"),
        (closed, order_of(Queue.ALL), "helpline_case_all_state"),
    ):
        with django_assert_num_queries(1) as captured:
            page_rows(rows, order, tell=tell_cases)
        plan = plan_of(captured)
        assert name in plan, plan
        assert plan.count("Sort Key") + plan.count("TEMP B-TREE") <= 1, plan


def test_calls_silence_and_help_without_an_end_have_lists_of_their_own(house: Standing, sam: Worker) -> None:
    call, silent, helped = came(), came(), came()
    window = Window(begin=NOW + timedelta(hours=2), end=NOW + timedelta(hours=4))
    by_phone = Contact(way=ContactWay.PHONE, phone="+1 555 0143")
    ask_call(opened=call.open(), window=window, contact=by_phone, by=PERSON, now=NOW)
    write_message(opened=sam.open(silent.case), words="Are you there?", side=Side.TEAM, by=sam.actor, now=NOW)
    ask_help(opened=helped.open(), kind=HelpKind.LAW, by=PERSON, now=NOW)
    later = NOW + timedelta(days=15)
    for queue, her, kind in (
        (Queue.CALLS, call, TaskKind.CALL),
        (Queue.SILENT, silent, TaskKind.ASK_AGAIN),
        (Queue.HELPS, helped, TaskKind.PROMISE_BROKEN),
    ):
        rows = page_rows(cases_in(queue, now=later), order_of(queue), tell=tell_lines).rows
        [line] = task_lines(rows, now=later)
        assert (line.reference, line.task and line.task.kind) == (her.case, kind)
    assert not cases_in(Queue.SILENT, now=NOW + timedelta(days=6)).exists()


def test_second_looks_are_read_from_an_index(seven: list[uuid.UUID], django_assert_num_queries: Any) -> None:
    for reference in seven[:3]:
        Review.objects.create(
            case=Case.objects.get(reference=reference), kind=Review.Kind.CLOSE, asked_at=NOW, asked_by="sam"
        )
    with django_assert_num_queries(1) as captured:
        assert len(page_rows(open_reviews(), OLDEST_ASKED, tell=tell_reviews).rows) == 3
    assert "helpline_review_queue" in plan_of(captured)
