"""The one next step of a case's page: what is to be done, or on whom it waits; the first thing that fits."""

from collections.abc import Sequence
from dataclasses import dataclass

from leeward.foundation.labels import Labelled, mark
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.tasks import Task, TaskKind


class Next(Labelled):
    """What comes next where it is no task of the case. The hint says why, or what it waits for."""

    AWAIT_COLLEAGUE = "await_colleague", mark("Assigned to a colleague"), "", mark("You can read it. Changes wait.")
    DECIDE_REVIEW = "decide_review", mark("Decide the review"), "", mark("A colleague asked for a second person.")
    AWAIT_REVIEW = "await_review", mark("Awaits a second person"), "", mark("You asked, so somebody else decides.")
    ASK_SAFE = (
        "ask_safe",
        mark("Ask whether they are safe"),
        "",
        mark("They said that they are in danger, and nobody has written yet."),
    )
    OFFER = "offer", mark("Offer the requested help"), "", mark("They asked for help, and nothing was offered yet.")
    AWAIT_DAY = "await_day", mark("Scheduled"), "", mark("It was set aside. It comes back when they write.")
    AWAIT_PERSON = (
        "await_person",
        mark("Waits for the person"),
        "",
        mark("We answered last. Set it aside until a day, or close it when nothing is left to do."),
    )
    NOTHING = "nothing", mark("Nothing"), "", mark("The case is closed. It opens again when they write.")


# Here nobody who reads the page can do anything now.
WAITING = frozenset({Next.AWAIT_COLLEAGUE, Next.AWAIT_REVIEW, Next.AWAIT_DAY, Next.AWAIT_PERSON, Next.NOTHING})
ANSWERS = frozenset({TaskKind.ANSWER, TaskKind.PROMISE_BROKEN})


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What decides it besides tasks. `is_asked`: something that she asked for was not offered yet."""

    state: CaseState
    is_anothers: bool
    review_waits: bool
    review_is_own: bool
    said_danger: bool
    was_answered: bool
    is_asked: bool


def next_of(facts: Facts, tasks: Sequence[Task]) -> Next | Task:
    """Return what comes next; `tasks` are those of the case, the first one first."""
    if facts.state is CaseState.CLOSED:
        return Next.NOTHING
    # A second look comes first: whoever asked for it may still have the case, and it is for somebody else.
    if facts.review_waits and not facts.review_is_own:
        return Next.DECIDE_REVIEW
    if facts.is_anothers:
        return Next.AWAIT_COLLEAGUE
    if facts.review_waits:
        return Next.AWAIT_REVIEW
    first = next((task for task in tasks if task.kind is not TaskKind.CALL_AHEAD), None)
    if facts.said_danger and not facts.was_answered and first is not None and first.kind in ANSWERS:
        return Next.ASK_SAFE
    if first is not None:
        return first
    if facts.is_asked:
        return Next.OFFER
    return Next.AWAIT_DAY if facts.state is CaseState.WATCHING else Next.AWAIT_PERSON
