"""Tasks follow from events: each kind, the first of them, and lists that find the same by columns alone."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import CallBack, Case, Override, Review
from leeward.victim.helpline.operations.cases import stop_case, write_message
from leeward.victim.helpline.operations.desk import ask_help, close_case, end_help, set_band, watch_case
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.queries.desk import Queue, cases_in
from leeward.victim.helpline.queries.tasks import has_task, next_task, tasks_of_row, tell_tasks
from leeward.victim.helpline.rules.calls import CallState
from leeward.victim.helpline.rules.cases import CaseState, Turn
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.helpline.rules.paces import Pace
from leeward.victim.helpline.rules.tasks import CaseFacts, TaskKind, tasks_of
from leeward.victim.network.models import Member, Referral
from leeward.victim.network.rules.meetings import ActionState
from leeward.victim.network.rules.members import Kind, Sector
from leeward.victim.network.rules.turns import READABLE, ReferralState, TurnState
from leeward.victim.removals.rules.reports import Band
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker, came

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
UTC_ZONE = ZoneInfo("UTC")


def facts(**known: object) -> CaseFacts:
    empty = dict.fromkeys(
        ("waiting_since", "promise_due", "turn_since", "said_at", "review_on", "help_since", "call_due")
    )
    return CaseFacts(**{"state": CaseState.ACTIVE, "turn": Turn.NOBODY, **empty, **known})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "kind", "due"),
    [
        ({"waiting_since": NOW - HOUR, "promise_due": NOW + HOUR}, TaskKind.ANSWER, NOW + HOUR),
        ({"waiting_since": NOW - HOUR}, TaskKind.ANSWER, NOW - HOUR),  # no open hours are known, so none is promised
        ({"waiting_since": NOW - HOUR, "promise_due": NOW}, TaskKind.PROMISE_BROKEN, NOW),
        ({"call_due": NOW}, TaskKind.CALL, NOW),
        ({"call_due": NOW + HOUR}, TaskKind.CALL_AHEAD, NOW + HOUR),
        ({"review_on": NOW.date()}, TaskKind.REVIEW, datetime(2026, 11, 24, tzinfo=UTC)),
        ({"review_on": NOW.date() + DAY}, None, None),
        ({"screen_on": NOW.date()}, TaskKind.RISK_REVIEW, datetime(2026, 11, 24, tzinfo=UTC)),
        ({"screen_on": NOW.date() + DAY, "plan_on": NOW.date() + DAY}, None, None),
        ({"tell_on": NOW.date()}, TaskKind.TELL, datetime(2026, 11, 24, tzinfo=UTC)),
        ({"state": CaseState.CLOSED, "tell_on": NOW.date()}, TaskKind.TELL, datetime(2026, 11, 24, tzinfo=UTC)),
        ({"action_on": NOW.date()}, TaskKind.ACTION, datetime(2026, 11, 24, tzinfo=UTC)),
        ({"untold_back": NOW}, TaskKind.OVERRIDE_BACK, NOW),
        ({"plan_on": NOW.date()}, TaskKind.PLAN_REVIEW, datetime(2026, 11, 24, tzinfo=UTC)),
        ({"help_since": NOW - 14 * DAY}, TaskKind.END_HELP, NOW),
        ({"help_since": NOW - 14 * DAY + HOUR}, None, None),
        ({"turn": Turn.HER, "turn_since": NOW - 8 * DAY, "said_at": NOW - 7 * DAY}, TaskKind.ASK_AGAIN, NOW),
        ({"turn": Turn.HER, "turn_since": NOW - 8 * DAY, "said_at": NOW - 6 * DAY}, None, None),
        # Asking again does not begin the silence anew.
        ({"turn": Turn.HER, "turn_since": NOW - 30 * DAY, "said_at": NOW - DAY}, TaskKind.CLOSE, NOW),
        ({"turn": Turn.US, "turn_since": NOW - 40 * DAY, "said_at": NOW - 40 * DAY}, None, None),
        ({"state": CaseState.CLOSED, "help_since": NOW - 99 * DAY, "call_due": NOW}, None, None),
    ],
)
def test_each_task_follows_from_what_is_so(known: dict[str, object], kind: TaskKind | None, due: datetime) -> None:
    found = tasks_of(facts(**known), now=NOW, zone=UTC_ZONE)
    assert [(task.kind, task.due) for task in found] == ([(kind, due)] if kind else [])


def test_a_day_to_look_again_begins_with_the_nations_day() -> None:
    """At half past eleven in the evening in London it is the next day in Berlin."""
    known, late = facts(review_on=NOW.date() + DAY), NOW.replace(hour=23, minute=30)
    assert not tasks_of(known, now=late, zone=UTC_ZONE)
    assert tasks_of(known, now=late, zone=ZoneInfo("Europe/Berlin"))


def test_a_call_comes_before_a_promise_and_both_before_the_rest() -> None:
    known = facts(
        help_since=NOW - 20 * DAY, waiting_since=NOW - DAY, promise_due=NOW - HOUR, call_due=NOW, review_on=NOW.date()
    )
    found = [task.kind for task in tasks_of(known, now=NOW, zone=UTC_ZONE)]
    assert found == [TaskKind.CALL, TaskKind.PROMISE_BROKEN, TaskKind.REVIEW, TaskKind.END_HELP]


def kind_of(her: Her, now: datetime) -> TaskKind | None:
    task = next_task(tell_tasks(Case.objects.filter(reference=her.case)).get(), now=now)
    return task and task.kind


@pytest.mark.django_db
def test_what_is_next_follows_her_case(her: Her, sam: Worker) -> None:
    assert kind_of(her, NOW) is TaskKind.ANSWER
    assert kind_of(her, NOW + 2 * DAY) is TaskKind.PROMISE_BROKEN
    opened = sam.open(her.case)
    write_message(opened=opened, words="What happened?", side=Side.TEAM, by=sam.actor, now=NOW + HOUR)
    assert kind_of(her, NOW + DAY) is None
    assert kind_of(her, NOW + 8 * DAY) is TaskKind.ASK_AGAIN
    write_message(opened=opened, words="Are you there?", side=Side.TEAM, by=sam.actor, now=NOW + 8 * DAY)
    assert kind_of(her, NOW + 9 * DAY) is None
    assert kind_of(her, NOW + 31 * DAY) is TaskKind.CLOSE  # 30 days after the first of the two
    ask_help(opened=opened, kind=HelpKind.LAW, by=PERSON, now=NOW + 31 * DAY)
    assert kind_of(her, NOW + 31 * DAY) is TaskKind.ANSWER
    write_message(opened=opened, words="This is the law.", side=Side.TEAM, by=sam.actor, now=NOW + 40 * DAY)
    assert kind_of(her, NOW + 45 * DAY) is TaskKind.END_HELP
    [law] = read_case(opened).helps
    end_help(opened=opened, help_=law.reference, state=HelpState.GIVEN, seen=Met.YES, by=sam.actor, now=NOW + 45 * DAY)
    watch_case(opened=opened, review_on=(NOW + 60 * DAY).date(), by=sam.actor, now=NOW + 45 * DAY)
    assert kind_of(her, NOW + 59 * DAY) is None
    assert kind_of(her, NOW + 60 * DAY) is TaskKind.REVIEW
    close_case(opened=opened, told="They know.", by=sam.actor, now=NOW + 60 * DAY)
    assert kind_of(her, NOW + 99 * DAY) is None


def referred(her: Her, member: Member, random: Random, *, without: str) -> None:
    """Of some of them something was passed on, and came back, has a question, or waits for somebody to begin."""
    if random.randrange(2):
        return
    at = NOW + random.randrange(20) * DAY
    state = random.choice((TurnState.ASKED, TurnState.ACCEPTED, TurnState.DECLINED))
    is_back = state is TurnState.DECLINED
    referral = Referral.objects.create(
        file=Case.objects.get(reference=her.case).file,
        kind=Kind.TALK,
        state=ReferralState.RETURNED if is_back else ReferralState.OPEN,
        begun_at=NOW,
        agreed_at=NOW,
        ended_at=at if is_back else None,
        look_at=None if is_back else at,
        until=(NOW + 90 * DAY).date(),
        expires_on=(NOW + 90 * DAY).date(),
        is_told=without == "",
        without=without,
    )
    turn = referral.turns.create(member=member, position=1, service=uuid4(), state=state, since=at, due_at=at + DAY)
    turn.actions.create(due_on=at.date(), asked_at=NOW)


def overridden(her: Her, number: int) -> None:
    """From one of three something was passed on without their yes, and they are to be told on a day."""
    if number % 3:
        return
    tell_on = (NOW + 5 * number * DAY).date()
    kind = Review.Kind.OVERRIDE
    review = Case.objects.get(reference=her.case).reviews.create(kind=kind, asked_at=NOW, asked_by="sam")
    days = {"asked_on": NOW.date(), "decided_on": NOW.date(), "tell_on": tell_on, "expires_on": tell_on}
    Override.objects.create(review=review, basis="danger-to-life", state=Review.State.AGREED, **days)


def needs_us(case: Case, now: datetime) -> bool:
    """The slow way: whether anything that was passed on of a case is to be seen to, row by row."""
    overrides = Override.objects.filter(review__case=case, state=Review.State.AGREED, told_on=None)
    if any(each.tell_on and each.tell_on <= now.date() for each in overrides):
        return True
    if case.state is CaseState.CLOSED:
        return False
    referrals = list(Referral.objects.filter(file=case.file))
    told = case.said_at or case.opened_at
    for each in referrals:
        if each.state is ReferralState.RETURNED and each.ended_at:
            later = any(other.begun_at > each.ended_at for other in referrals)
            if each.ended_at >= told if each.is_told else not later:
                return True
        for turn in each.turns.all():
            is_late = turn.state is TurnState.ACCEPTED and turn.due_at is not None and turn.due_at <= now
            is_due = turn.state in READABLE and any(
                action.state is ActionState.OPEN and action.due_on <= now.date() for action in turn.actions.all()
            )
            if turn.state is TurnState.ASKED or is_late or is_due:
                return True
    return False


@pytest.mark.django_db
def test_lists_find_by_columns_what_the_rules_find(sam: Worker, house: object) -> None:
    """Whatever was done in whatever order: a list narrowed to a task has exactly the cases that have it to do."""
    random = Random(7)
    member = Member.objects.create(name="Ark", organization=uuid4(), sector=Sector.SUPPORT, changed_at=NOW)
    cases = [came(now=NOW) for _ in range(12)]
    for number, her in enumerate(cases):
        opened, at = sam.open(her.case), NOW
        if random.randrange(3) == 0:
            due = NOW + random.randrange(30) * DAY
            CallBack.objects.create(case=Case.objects.get(reference=her.case), state=CallState.ASKED, due_at=due)
        referred(her, member, random, without=Referral.box(opened.file, "without", uuid4(), "Danger.") * (number % 2))
        overridden(her, number)
        again: dict[str, object] = {("screen_on", "plan_on")[number % 2]: (NOW + 3 * number * DAY).date()}
        again["pace"] = tuple(Pace)[number // 2 % 2]
        Case.objects.filter(reference=her.case).update(**again)
        for _ in range(random.randrange(6)):
            at += random.choice((HOUR, DAY, 6 * DAY, 15 * DAY))
            match random.randrange(5):
                case 0:
                    write_message(opened=opened, words="Yes.", side=Side.TEAM, by=sam.actor, now=at)
                case 1:
                    write_message(opened=her.open(), words="No.", side=Side.PERSON, by=PERSON, now=at)
                case 2:
                    ask_help(opened=opened, kind=random.choice(list(HelpKind)), by=sam.actor, now=at)
                case 3:
                    set_band(opened=opened, band=random.choice(list(Band)), reason="So.", by=sam.actor, now=at)
                case _:
                    stop_case(opened=her.open(), by=PERSON, now=at)
                    break
    seen: set[TaskKind] = set()
    for days in (0, 1, 2, 7, 14, 21, 30, 45, 60, 90):
        now = NOW + days * DAY + HOUR / 2
        rows = list(tell_tasks(Case.objects.all()))
        for kind in TaskKind:
            by_rule = {row.pk for row in rows if any(task.kind is kind for task in tasks_of_row(row, now=now))}
            assert set(Case.objects.filter(has_task(kind, now=now)).values_list("pk", flat=True)) == by_rule
            seen |= {kind} if by_rule else set()
        listed = set(cases_in(Queue.REFERRED, now=now).values_list("pk", flat=True))
        assert listed == {row.pk for row in rows if needs_us(row, now)} < {row.pk for row in rows}
    assert seen == set(TaskKind) - {TaskKind.REVIEW}
