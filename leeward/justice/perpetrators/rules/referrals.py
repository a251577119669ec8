"""Programmes and referrals to them: who may be taken, which step follows which, and what is signalled.

States and reasons follow the open referral system of England's and Wales's prison and probation service in kind
(hmpps-accredited-programmes-api): offered, agreed or ordered, sent, received, suitable or not, started, ended.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml
from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from leeward.foundation.labels import Labelled, mark
from leeward.victim.helpline.rules.signals import SignalKind

DATA = Path(__file__).parents[1] / "data" / "reasons.yaml"
# After the end of a programme: looked at again, and then forgotten who it was.
LOOKED_AFTER = (timedelta(days=182), timedelta(days=365))
# No sign that is read as another one; 24 of them are about 118 bits.
SIGNS, TOKEN_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", 24
KEPT = timedelta(days=3 * 365)
# What was sent and never ended is not kept for good either.
KEPT_UNENDED = timedelta(days=5 * 365)
CHANGE_WEEKS_LEAST = 22
WEEK = timedelta(weeks=1)
# Sessions are planned at most so far ahead, and so many at once, a week apart.
PLANNED_AHEAD, PLANNED_AT_ONCE = timedelta(days=730), 60


class ProgrammeKind(Labelled):
    """The four kinds of the Home Office's standards of 2023."""

    HELP_SEEKING = "help_seeking", mark("Help for people who ask for it")
    EARLY_RESPONSE = "early_response", mark("Early response")
    BEHAVIOUR_CHANGE = "behaviour_change", mark("Behaviour change")
    INTENSIVE = "intensive", mark("Intensive, several agencies")


class ReferrerKind(Labelled):
    """Who refers."""

    POLICE = "police", mark("Police")
    PROBATION = "probation", mark("Probation")
    COURT = "court", mark("Court")
    HELPLINE = "helpline", mark("Helpline")
    DOCTOR = "doctor", mark("Doctor")
    OTHER = "other", mark("Other")


class Basis(Labelled):
    """On what a referral rests. Without one of these nobody is referred."""

    CONSENT = "consent", mark("They agreed")
    ORDER = "order", mark("A court or authority ordered it")


class Way(Labelled):
    """How a provider comes in."""

    ACCOUNTS = "accounts", mark("By accounts: its people can see who somebody is")
    LINK = "link", mark("By a link: codes and days only")


class ReferralState(Labelled):
    """Where a referral stands."""

    OFFERED = "offered", mark("Offered"), "yellow"
    REFUSED = "refused", mark("They said no"), "grey"
    SENT = "sent", mark("Sent"), "yellow"
    RECEIVED = "received", mark("Received"), "yellow"
    SUITABLE = "suitable", mark("Suitable"), "blue"
    SUITABLE_LATER = "suitable_later", mark("Suitable later"), "yellow"
    NOT_SUITABLE = "not_suitable", mark("Not suitable"), "grey"
    ON_HOLD = "on_hold", mark("On hold"), "yellow"
    STARTED = "started", mark("Started"), "green"
    COMPLETED = "completed", mark("Completed"), "green"
    ENDED_EARLY = "ended_early", mark("Ended early"), "orange"
    WITHDRAWN = "withdrawn", mark("Withdrawn"), "grey"


class Step(Labelled):
    """What can be noted of a referral."""

    OFFERED = "offered", mark("Offered")
    REFUSED = "refused", mark("They said no")
    AGREED = "agreed", mark("They agreed")
    ORDERED = "ordered", mark("It was ordered")
    SENT = "sent", mark("Sent")
    RECEIVED = "received", mark("Received")
    SUITABLE = "suitable", mark("Suitable")
    SUITABLE_LATER = "suitable_later", mark("Suitable later")
    NOT_SUITABLE = "not_suitable", mark("Not suitable")
    ON_HOLD = "on_hold", mark("On hold")
    STARTED = "started", mark("Started")
    PLANNED = "planned", mark("Session planned")
    ATTENDED = "attended", mark("Came to the session")
    MISSED = "missed", mark("Missed the session")
    CANCELLED = "cancelled", mark("Session cancelled")
    TOLD = "told", mark("Told the worker of the person who was harmed, if there is one")
    CORRECTED = "corrected", mark("Told them that the last signal was a mistake")
    COMPLETED = "completed", mark("Completed")
    ENDED_EARLY = "ended_early", mark("Ended early")
    WITHDRAWN = "withdrawn", mark("Withdrawn")
    LOOKED_6 = "looked_6", mark("Reviewed after 6 months")
    LOOKED_12 = "looked_12", mark("Reviewed after 12 months")


S = ReferralState
ENDED = frozenset({S.REFUSED, S.NOT_SUITABLE, S.COMPLETED, S.ENDED_EARLY, S.WITHDRAWN})
# Who has a place, or is about to.
PLACED = frozenset({S.SENT, S.RECEIVED, S.SUITABLE, S.ON_HOLD, S.STARTED})
SESSIONS = frozenset({Step.ATTENDED, Step.MISSED})
ON_PLAN = frozenset({Step.PLANNED, Step.CANCELLED})
# What stays with the provider: whoever referred reads nothing of it.
INSIDE = SESSIONS | ON_PLAN | {Step.TOLD, Step.CORRECTED}
LOOKS = (Step.LOOKED_6, Step.LOOKED_12)
_JUDGED = (Step.SUITABLE, Step.SUITABLE_LATER, Step.NOT_SUITABLE)
# What a provider may note where a referral stands. Whoever referred may only answer an offer, and withdraw.
NEXT: Mapping[ReferralState, tuple[Step, ...]] = {
    S.SENT: (Step.RECEIVED, *_JUDGED),
    S.RECEIVED: (*_JUDGED, Step.ON_HOLD),
    S.SUITABLE: (Step.STARTED, Step.ON_HOLD, Step.SUITABLE_LATER, Step.NOT_SUITABLE),
    S.SUITABLE_LATER: (Step.SUITABLE, Step.NOT_SUITABLE),
    S.ON_HOLD: (Step.SUITABLE, Step.STARTED, Step.NOT_SUITABLE),
    S.STARTED: (Step.ATTENDED, Step.MISSED, Step.CANCELLED, Step.PLANNED, Step.COMPLETED, Step.ENDED_EARLY),
    S.COMPLETED: LOOKS,
    S.ENDED_EARLY: LOOKS,
}
REFERRERS_NEXT: Mapping[ReferralState, tuple[Step, ...]] = {
    S.OFFERED: (Step.AGREED, Step.ORDERED, Step.REFUSED),
    **{state: (Step.WITHDRAWN,) for state in S if state not in ENDED and state is not S.OFFERED},
}
# Of these the worker of whoever was harmed hears.
TOLD: Mapping[Step, SignalKind] = {
    Step.STARTED: SignalKind.STARTED,
    Step.COMPLETED: SignalKind.COMPLETED,
    Step.ENDED_EARLY: SignalKind.STOPPED,
}
PRESSED = (SignalKind.RISK_RAISED, SignalKind.TRIED_CONTACT, SignalKind.PLEASE_TALK)
# For so long a press can be corrected. The first signal stays; the worker who hears both decides.
CORRECTABLE = timedelta(hours=1)


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Reason:
    """Why: a code, and its words."""

    code: str
    words: str


REASONS: Mapping[Step, tuple[Reason, ...]] = TypeAdapter(dict[Step, tuple[Reason, ...]]).validate_python(
    yaml.load(DATA.read_text(encoding="utf-8"), yaml.CSafeLoader)
)


class Lack(Labelled):
    """Why a programme takes nobody now."""

    PARALLEL = "parallel", mark("No support is named for the person who was harmed")
    ACCREDITATION = "accreditation", mark("Its accreditation is over, or was never noted")
    CLOSED = "closed", mark("Closed to referrals")
    UNREAD = "unread", mark("Nobody there can open referrals right now")
    FULL = "full", mark("It has no free place")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What decides whether a programme may take anybody. `has_reader`: whether its provider can read who is sent."""

    kind: ProgrammeKind
    is_open: bool
    has_reader: bool
    parallel: str
    accredited_until: date | None
    free: int


def may_start(terms: Terms, *, on: date) -> tuple[Lack, ...]:
    """Return why nobody may start on this day: without support for whoever was harmed, or without accreditation.

    Help for who asks for it may go without both.
    """
    if terms.kind is ProgrammeKind.HELP_SEEKING:
        return ()
    lacks = [] if terms.parallel else [Lack.PARALLEL]
    if terms.accredited_until is None or terms.accredited_until < on:
        lacks.append(Lack.ACCREDITATION)
    return tuple(lacks)


def may_take(terms: Terms, *, on: date) -> tuple[Lack, ...]:
    """Return why nobody may be referred on this day; () where somebody may."""
    lacks = list(may_start(terms, on=on))
    if not terms.is_open:
        lacks.append(Lack.CLOSED)
    if not terms.has_reader:
        lacks.append(Lack.UNREAD)
    if terms.free < 1:
        lacks.append(Lack.FULL)
    return tuple(lacks)


def state_after(step: Step, state: ReferralState) -> ReferralState:
    """Return where a referral stands after a step."""
    if step in (Step.AGREED, Step.ORDERED):
        return S.SENT
    return state if step in INSIDE or step in LOOKS else ReferralState(step.value)


@dataclass(frozen=True, kw_only=True)
class Session:
    """One session: its day, and whether it is planned, was attended or missed, or was cancelled."""

    on: date
    step: Step


@dataclass(frozen=True, kw_only=True)
class EarlyCompletion:
    """How far a programme is that is said to be completed before its end. `planned` is 0 where its weeks decide."""

    held: int
    planned: int
    week: int
    weeks: int


def sessions_of(steps: Iterable[tuple[Step, date]]) -> tuple[Session, ...]:
    """Return the sessions that these steps tell of, by day; `steps` as they were noted.

    What is noted of a day with a planned session is about that session.
    """
    found: list[Session] = []
    for step, on in steps:
        if step is Step.PLANNED:
            found.append(Session(on=on, step=step))
        elif step in SESSIONS or step is Step.CANCELLED:
            planned = Session(on=on, step=Step.PLANNED)
            if planned in found:
                found.remove(planned)
            found.append(Session(on=on, step=step))
    return tuple(sorted(found, key=lambda each: each.on))


def early_completion(
    sessions: Sequence[Session], *, of: int, started_on: date, weeks: int, on: date
) -> EarlyCompletion | None:
    """Return how far a programme is that would be completed early on this day; None where it is over.

    It is early while sessions are left, or before its last week has begun. `of`: how many sessions the programme has, 0
    where that is not fixed: then those that were planned count.
    """
    held = sum(each.step in SESSIONS for each in sessions)
    planned = of or sum(each.step is not Step.CANCELLED for each in sessions)
    week = (on - started_on) // WEEK + 1
    if held < planned:
        return EarlyCompletion(held=held, planned=planned, week=week, weeks=weeks)
    return EarlyCompletion(held=held, planned=0, week=week, weeks=weeks) if week < weeks else None


def look_on(ended_on: date, *, looked: int) -> date | None:
    """Return the day on which it is looked at again, after so many looks; None after the last."""
    return ended_on + LOOKED_AFTER[looked] if looked < len(LOOKED_AFTER) else None


def draw_token() -> str:
    """A random token for a referral; it says nothing of anybody."""
    return "".join(secrets.choice(SIGNS) for _sign in range(TOKEN_SIGNS))


def write_token(token: str) -> str:
    """A token in fours, as people pass it on."""
    return "-".join(token[at : at + 4] for at in range(0, len(token), 4))
