"""When a turn's clocks ring, by the hours of its receiver's own entry in the directory."""

from datetime import datetime, timedelta

from django.conf import settings

from leeward.foundation.audit.rules import HERS, HOUR, Actor
from leeward.foundation.days import nation_zone
from leeward.society.directory.queries.hours import open_spells
from leeward.victim.network.models import Turn
from leeward.victim.network.rules import clocks
from leeward.victim.network.rules.clocks import HORIZON, Hours, office_hours


def noted(now: datetime, *, by: Actor) -> datetime:
    """Return the time to write down: of the person's own acts only the hour, so that they cannot be linked by time."""
    return by.clock(now, hour=HOUR / settings.LEEWARD_CLOCK_PACE)


def counts_from(now: datetime, *, by: Actor) -> datetime:
    """Since when a clock counts: for the person's own acts, of which the hour is kept, from the end of that hour."""
    at = noted(now, by=by)
    return at if by.kind not in HERS else at + HOUR / settings.LEEWARD_CLOCK_PACE


def begin_answer(turn: Turn, *, since: datetime) -> None:
    """Start the clock by which the receiver says whether they will help."""
    hours = _hours(turn, since=since)
    due = clocks.accept_by(hours, terms=turn.member.terms, is_urgent=turn.referral.is_urgent)
    turn.due_at, turn.remind_at = paced(due, since=since), paced(clocks.half_way(hours, due=due), since=since)


def begin_acting(turn: Turn, *, since: datetime) -> None:
    """Start the clock by which the receiver begins."""
    hours = _hours(turn, since=since)
    due = clocks.act_by(hours, terms=turn.member.terms, is_urgent=turn.referral.is_urgent)
    turn.due_at, turn.remind_at = paced(due, since=since), paced(clocks.half_way(hours, due=due), since=since)


def stop_for_question(turn: Turn, *, since: datetime) -> None:
    """Let the first clock stand still for two days at most. A second question does not stop it."""
    if turn.resumes_at is not None or turn.due_at is None:
        return
    turn.resumes_at, turn.remind_at = since + clocks.QUESTION / settings.LEEWARD_CLOCK_PACE, None
    hours = _hours(turn, since=since)
    turn.due_at = clocks.after_question(hours, due=turn.due_at, resumes=turn.resumes_at)


def resume_after_reply(turn: Turn, *, since: datetime) -> None:
    """Let the first clock run on from a reply that came before it would by itself."""
    if turn.resumes_at is None or turn.due_at is None or since >= turn.resumes_at:
        return
    turn.due_at = clocks.after_reply(_hours(turn, since=since), due=turn.due_at, resumes=turn.resumes_at)
    turn.resumes_at = since


def _hours(turn: Turn, *, since: datetime) -> Hours:
    zone = nation_zone()
    spells = open_spells(turn.service, start=since, end=since + HORIZON)
    return Hours(spells=spells or tuple(office_hours(zone, since=since)), zone=zone, since=since)


def paced(due: datetime, *, since: datetime) -> datetime:
    """Sooner in a demonstration, whose clock runs."""
    return since + timedelta(seconds=(due - since).total_seconds() / settings.LEEWARD_CLOCK_PACE)
