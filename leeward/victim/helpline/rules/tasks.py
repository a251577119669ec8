"""What is to be done next about a case: it follows from its columns and events, and nobody types it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from leeward.foundation.labels import Labelled, mark
from leeward.victim.helpline.rules.cases import CaseState, Turn
from leeward.victim.helpline.rules.paces import PACES, Pace


class TaskKind(Labelled):
    """What is to be done, in the order in which it is done; `hint` says why, by `since`, `due` and `days`."""

    CALL = "call", mark("Call them"), "red", mark("They asked for a call on %(due)s. The case says at what time.")
    PROMISE_BROKEN = (
        "promise_broken",
        mark("Answer them now"),
        "red",
        mark("An answer was promised by %(due)s. They have waited since %(since)s."),
    )
    ANSWER = "answer", mark("Answer them"), "blue", mark("They have waited for an answer since %(since)s.")
    SERVICE_ASKS = (
        "service_asks",
        mark("Answer a service"),
        "yellow",
        mark(
            "A service that was asked to help has had a question since %(since)s. Its clock stands still for two days."
        ),
    )
    CAME_BACK = (
        "came_back",
        mark("Tell them it came back"),
        "red",
        mark("Nobody who was asked could help: it came back on %(since)s. Agree with them what to do next."),
    )
    OVERRIDE_BACK = (
        "override_back",
        mark("Nobody took it: decide what is next"),
        "red",
        mark(
            "What was passed on without their yes came back on %(since)s. They do not know about it: do not write "
            "about it."
        ),
    )
    TELL = (
        "tell",
        mark("See whether they can be told"),
        "red",
        mark(
            "Something was passed on without their yes. On %(due)s somebody was to see whether it is safe to tell them."
        ),
    )
    NOT_BEGUN = (
        "not_begun",
        mark("See why nobody has begun"),
        "yellow",
        mark("A service said that it will help, and was to begin by %(due)s."),
    )
    ACTION = (
        "action",
        mark("See what came of a meeting’s action"),
        "yellow",
        mark(
            "A meeting decided something for them that was to be done by %(due)s, and nobody has said what came of it."
        ),
    )
    RISK_REVIEW = (
        "risk_review",
        mark("Ask about danger again"),
        "red",
        mark("The questions about danger were to be asked again on %(due)s."),
    )
    REVIEW = "review", mark("Look again"), "purple", mark("It was set aside until %(due)s.")
    PLAN_REVIEW = (
        "plan_review",
        mark("Look at the plan with them"),
        "purple",
        mark("Their plan to stay safe was to be looked at again on %(due)s."),
    )
    CLOSE = (
        "close",
        mark("Close it, or say why not"),
        "grey",
        mark("We have heard nothing since %(since)s, for %(days)d days. Nothing closes by itself."),
    )
    ASK_AGAIN = (
        "ask_again",
        mark("Ask again"),
        "yellow",
        mark("We wrote last on %(since)s, and no answer has come for %(days)d days."),
    )
    END_HELP = (
        "end_help",
        mark("Say what came of the help"),
        "yellow",
        mark("They asked for help on %(since)s, and it has been open for %(days)d days."),
    )
    CALL_AHEAD = "call_ahead", mark("A call is agreed"), "blue", mark("They asked for a call on %(due)s.")


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What tasks follow from, all of it in clear.

    `turn_since`: since when it is whose turn it is. `said_at`: when we last answered. `help_since`: when the oldest
    help without an end was asked for. `call_due`: from when on an agreed call may be made, told by a quarter of a day.
    Of what was passed on: `asks_since` a service has a question, `back_since` it has come back and they were told
    nothing since, `begun_due` until when somebody was to begin who has accepted. `screen_on`: when danger is asked
    about again, `plan_on` when somebody looks at the plan with them. `tell_on`: when somebody sees whether they can be
    told what was passed on without their yes; `untold_back`: since when that has come back, and nothing was done.
    `action_on`: the day of the first thing without an end that a meeting decided.
    """

    state: CaseState
    turn: Turn
    waiting_since: datetime | None
    promise_due: datetime | None
    turn_since: datetime | None
    said_at: datetime | None
    review_on: date | None
    help_since: datetime | None
    call_due: datetime | None
    asks_since: datetime | None = None
    back_since: datetime | None = None
    begun_due: datetime | None = None
    screen_on: date | None = None
    plan_on: date | None = None
    tell_on: date | None = None
    action_on: date | None = None
    untold_back: datetime | None = None
    pace: Pace = Pace.USUAL


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to do: since when it is so, and when it is due."""

    kind: TaskKind
    since: datetime
    due: datetime

    @property
    def days(self) -> int:
        """After how many days it was due."""
        return (self.due - self.since).days


def tasks_of(case: CaseFacts, *, now: datetime, zone: ZoneInfo) -> tuple[Task, ...]:
    """Return what is to be done about a case now, and the agreed call to come; what is done first stands first.

    `zone`: in whose days a day to look again begins.
    """
    order = tuple(TaskKind)
    found = _find(case, now=now, zone=zone)
    if case.state is CaseState.CLOSED:  # they have stopped it: what they do not know they must still be told
        found = (task for task in found if task.kind is TaskKind.TELL)
    return tuple(sorted(found, key=lambda task: (order.index(task.kind), task.due)))


def _find(case: CaseFacts, *, now: datetime, zone: ZoneInfo) -> Iterator[Task]:
    if case.call_due is not None:
        kind = TaskKind.CALL if case.call_due <= now else TaskKind.CALL_AHEAD
        yield Task(kind=kind, since=case.call_due, due=case.call_due)
    if case.waiting_since is not None:
        due = case.promise_due or case.waiting_since
        is_broken = case.promise_due is not None and case.promise_due <= now
        kind = TaskKind.PROMISE_BROKEN if is_broken else TaskKind.ANSWER
        yield Task(kind=kind, since=case.waiting_since, due=due)
    yield from _referred(case, now=now)
    days = {
        TaskKind.TELL: case.tell_on,
        TaskKind.ACTION: case.action_on,
        TaskKind.RISK_REVIEW: case.screen_on,
        TaskKind.REVIEW: case.review_on,
        TaskKind.PLAN_REVIEW: case.plan_on,
    }
    for kind, day in days.items():
        begins = datetime.combine(day, time(), tzinfo=zone) if day else None
        if begins is not None and begins <= now:
            yield Task(kind=kind, since=begins, due=begins)
    pace = PACES[case.pace]
    if case.turn is Turn.HER and case.turn_since is not None:
        if case.turn_since <= now - pace.close:
            yield Task(kind=TaskKind.CLOSE, since=case.turn_since, due=case.turn_since + pace.close)
        elif case.said_at is not None and case.said_at <= now - pace.ask_again:
            yield Task(kind=TaskKind.ASK_AGAIN, since=case.said_at, due=case.said_at + pace.ask_again)
    if case.help_since is not None and case.help_since <= now - pace.unfinished:
        yield Task(kind=TaskKind.END_HELP, since=case.help_since, due=case.help_since + pace.unfinished)


def _referred(case: CaseFacts, *, now: datetime) -> Iterator[Task]:
    """What is to be done about what was passed on."""
    if case.asks_since is not None:
        yield Task(kind=TaskKind.SERVICE_ASKS, since=case.asks_since, due=case.asks_since)
    if case.back_since is not None:
        yield Task(kind=TaskKind.CAME_BACK, since=case.back_since, due=case.back_since)
    if case.untold_back is not None:
        yield Task(kind=TaskKind.OVERRIDE_BACK, since=case.untold_back, due=case.untold_back)
    if case.begun_due is not None and case.begun_due <= now:
        yield Task(kind=TaskKind.NOT_BEGUN, since=case.begun_due, due=case.begun_due)
