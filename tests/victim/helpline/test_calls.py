"""Calls that she asks for: only in good times, at most three attempts, and never again after somebody else answered."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leeward.society.directory.rules.schedules import Spell
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.file.rules.news import EVERY_DAY, NewsChoice, SafeHours
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import CallRefused, CallTimeRefused, StepImpossible
from leeward.victim.helpline.models import CallBack, Case
from leeward.victim.helpline.operations.calls import ask_call, drop_call, forget_calls, miss_call
from leeward.victim.helpline.operations.cases import save_needs, stop_case, write_message
from leeward.victim.helpline.operations.desk import note_call
from leeward.victim.helpline.queries.calls import CallView, read_call
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.queries.tasks import next_task, tell_tasks
from leeward.victim.helpline.rules.calls import CallState, Readiness, Window, good_times, judge, nearest, quarter_of
from leeward.victim.helpline.rules.cases import CallOutcome, CaseState, Turn
from leeward.victim.helpline.rules.tasks import TaskKind
from leeward.victim.removals.rules.reports import Band
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker, weekdays

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EVENING = SafeHours(begin=17, until=20, days=EVERY_DAY, zone="UTC")
CONTACT = Contact(phone="0151 0000 0000", safe_word="maple", may_leave_message=True)


def span(begin: str, end: str) -> Window:
    """Two times of a day in November 2026: "24 14:00"."""
    first, last = (datetime.strptime(f"2026-11-{each}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC) for each in (begin, end))
    return Window(begin=first, end=last)


def open_hours(now: datetime = NOW) -> tuple[Spell, ...]:
    return tuple(weekdays(now))


@pytest.mark.parametrize(
    ("wanted", "hours", "why", "offered"),
    [
        (("24 14:00", "24 15:00"), None, None, ("24 14:00", "24 15:00")),
        (("24 10:00", "24 11:00"), None, "past", ("24 12:00", "24 13:00")),  # it is twelve
        (("24 12:30", "24 14:30"), None, "shut", ("24 12:00", "24 13:00")),  # over the lunch break
        (("24 19:00", "24 21:00"), None, "shut", ("24 16:00", "24 18:00")),  # the same evening, as long
        (("28 11:00", "28 12:00"), None, "shut", ("27 17:00", "27 18:00")),  # Saturday
        (("24 10:00", "24 18:00"), None, "past", ("24 14:00", "24 18:00")),  # as long as fits
        (("24 14:00", "24 15:00"), EVENING, "not_hers", ("24 17:00", "24 18:00")),
        (("24 17:00", "24 18:00"), EVENING, None, ("24 17:00", "24 18:00")),
        (("24 14:00", "24 14:15"), None, "odd", ("24 14:00", "24 14:30")),
    ],
)
def test_a_bad_time_is_told_and_the_nearest_good_one_offered(
    wanted: tuple[str, str], hours: SafeHours | None, why: str | None, offered: tuple[str, str]
) -> None:
    good = list(good_times(open_hours(), hours=hours, now=NOW))
    assert judge(span(*wanted), good, spells=open_hours(), now=NOW) == why
    assert nearest(span(*wanted), good) == span(*offered)


def test_what_is_offered_is_always_good() -> None:
    """At every quarter of an hour of a fortnight, with and without hours of hers, also where they run over midnight."""
    night = SafeHours(begin=22, until=11, days=(0, 2, 4), zone="Asia/Kolkata")
    for hours in (None, EVENING, night):
        now = NOW + 7 * MINUTE
        good = list(good_times(open_hours(), hours=hours, now=now))
        for step in range(14 * 24 * 4):
            wanted = Window(begin=NOW + step * 15 * MINUTE, end=NOW + step * 15 * MINUTE + HOUR)
            found = nearest(wanted, good)
            assert found is not None
            assert judge(found, good, spells=open_hours(), now=now) is None
            assert is_good(found, hours, open_hours())
            assert (judge(wanted, good, spells=open_hours(), now=now) is None) == (found == wanted)


def is_good(found: Window, hours: SafeHours | None, spells: Iterable[Spell]) -> bool:
    moments = [found.begin + step * 5 * MINUTE for step in range(int((found.end - found.begin) / (5 * MINUTE)))]
    return all(
        any(spell.opens_at <= each < spell.closes_at for spell in spells) and (hours is None or hours.allow(each))
        for each in moments
    )


def test_where_nobody_is_ever_there_nothing_is_offered() -> None:
    assert nearest(span("24 14:00", "24 15:00"), good_times((), hours=None, now=NOW)) is None


def test_a_quarter_of_the_day_is_the_nations() -> None:
    at = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert quarter_of(at, zone=ZoneInfo("Europe/Berlin")) == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert quarter_of(at, zone=ZoneInfo("UTC")) == datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


AFTERNOON = span("24 14:00", "24 18:00")


def ask(her: Her, window: Window = AFTERNOON, now: datetime = NOW, contact: Contact = CONTACT) -> None:
    ask_call(opened=her.open(now), window=window, contact=contact, by=PERSON, now=now)


def call(her: Her, by: Worker, now: datetime, outcome: CallOutcome = CallOutcome.NOBODY) -> None:
    note_call(opened=by.open(her.case, now), outcome=outcome, by=by.actor, now=now)


def view(her: Her, now: datetime = NOW) -> CallView:
    found = read_call(her.open(now), now=now)
    assert found is not None
    return found


def case_of(her: Her) -> Case:
    return Case.objects.get(reference=her.case)


def task_of(her: Her, now: datetime) -> TaskKind | None:
    task = next_task(tell_tasks(Case.objects.filter(reference=her.case)).get(), now=now)
    return task and task.kind


@pytest.mark.django_db
def test_she_asks_and_the_worker_sees_when_and_how(her: Her, sam: Worker) -> None:
    write_message(opened=sam.open(her.case), words="Shall we call?", side=Side.TEAM, by=sam.actor, now=NOW)
    ask(her)
    ask(her)  # the form is pressed twice
    case = case_of(her)
    assert (case.turn, case.waiting_since) == (Turn.US, NOW)
    assert case.events.filter(kind="call_asked").count() == 1
    read = read_case(sam.open(her.case))
    assert read.contact == CONTACT
    assert read_call(sam.open(her.case), now=NOW) == CallView(
        state=CallState.ASKED, window=AFTERNOON, attempts=0, tried_at=None, ready=Readiness.EARLY
    )
    row = CallBack.objects.get()
    assert row.due_at == NOW  # the quarter of the day that begins at twelve
    assert "14:00" not in str(CallBack.objects.values())
    assert task_of(her, NOW) is TaskKind.CALL
    call(her, sam, NOW + 2 * HOUR, CallOutcome.SPOKE)
    assert (view(her).state, view(her).window) == (CallState.DONE, None)
    assert (case_of(her).turn, task_of(her, NOW + 3 * HOUR)) == (Turn.HER, None)


@pytest.mark.django_db
def test_a_bad_time_changes_nothing(her: Her) -> None:
    with pytest.raises(CallTimeRefused) as refused:
        ask(her, span("24 19:00", "24 20:00"))
    assert refused.value.nearest == (NOW.replace(hour=17), NOW.replace(hour=18))
    choice = NewsChoice(hours=EVENING, language="en")
    mail = replace(CONTACT, way=ContactWay.EMAIL, email="her@example.org", news=choice)
    with pytest.raises(CallTimeRefused, match="other hours"):
        ask(her, contact=mail)
    assert not CallBack.objects.exists()


@pytest.mark.django_db
def test_who_wants_no_phone_is_not_called(her: Her) -> None:
    save_needs(opened=her.open(), needs=Needs(ticked=(Need.NO_PHONE,)), by=PERSON, now=NOW)
    with pytest.raises(StepImpossible):
        ask(her)


@pytest.mark.django_db
def test_three_attempts_four_hours_apart_and_no_fourth(her: Her, sam: Worker) -> None:
    ask(her)
    with pytest.raises(CallRefused, match="has not begun"):
        call(her, sam, NOW + HOUR)
    call(her, sam, NOW + 2 * HOUR)
    assert view(her).state is CallState.MISSED  # four hours later her time is over: nobody calls outside it
    with pytest.raises(CallRefused, match="another time"):
        call(her, sam, NOW + 3 * HOUR)
    assert task_of(her, NOW + HOUR) is TaskKind.ANSWER
    ask(her, span("24 17:00", "24 18:00"), now=NOW + 3 * HOUR)
    with pytest.raises(CallRefused, match="four hours"):
        call(her, sam, NOW + 5 * HOUR + 30 * MINUTE)
    miss_call(opened=sam.open(her.case), by=sam.actor, now=NOW + 6 * HOUR)
    ask(her, span("25 10:00", "25 11:00"), now=NOW + 6 * HOUR)
    call(her, sam, NOW + 22 * HOUR)
    ask(her, span("25 14:00", "25 16:00"), now=NOW + 23 * HOUR)
    call(her, sam, NOW + 27 * HOUR)
    assert (view(her).state, view(her).attempts) == (CallState.TRIED_OUT, 3)
    with pytest.raises(CallRefused, match="Three calls"):
        call(her, sam, NOW + 40 * HOUR)
    assert case_of(her).events.filter(kind="called").count() == 3
    ask(her, span("26 10:00", "26 11:00"), now=NOW + 40 * HOUR)  # what she asks for anew is another call
    assert (view(her).state, view(her).attempts) == (CallState.ASKED, 0)


@pytest.mark.django_db
def test_after_somebody_else_answered_nobody_calls_until_she_says_when(her: Her, sam: Worker) -> None:
    ask(her)
    call(her, sam, NOW + 2 * HOUR, CallOutcome.SOMEBODY_ELSE)
    assert (view(her).state, case_of(her).band) == (CallState.SOMEBODY_ELSE, Band.RED)
    with pytest.raises(CallRefused, match="Somebody else"):
        call(her, sam, NOW + 20 * HOUR)
    ask(her, span("25 10:00", "25 11:00"), now=NOW + 3 * HOUR)
    assert view(her, NOW + 22 * HOUR).ready is Readiness.NOW


@pytest.mark.django_db
def test_she_drops_it_and_a_closed_case_has_none(her: Her, sam: Worker) -> None:
    ask(her)
    for _ in range(2):
        drop_call(opened=her.open(), by=PERSON, now=NOW)
    assert (view(her).state, view(her).window) == (CallState.DROPPED, None)
    assert case_of(her).events.filter(kind="call_dropped").count() == 1
    ask(her)
    stop_case(opened=her.open(), by=PERSON, now=NOW)
    assert view(her).window is None
    ask(her)  # and she alone takes it up again, the team with it
    assert case_of(her).state is CaseState.ACTIVE
    assert read_call(sam.open(her.case), now=NOW).window == AFTERNOON  # type: ignore[union-attr]


@pytest.mark.django_db
def test_it_is_forgotten_after_thirty_days(her: Her) -> None:
    ask(her)
    assert forget_calls(now=NOW + timedelta(days=30), limit=10) == 0
    assert forget_calls(now=NOW + timedelta(days=30, minutes=1), limit=10) == 1
    assert read_call(her.open(), now=NOW) is None
