"""What is done next about a case, or on whom it waits; the first thing that fits."""

from dataclasses import dataclass
from datetime import date

from leeward.foundation.labels import Labelled, mark
from leeward.victim.helpline.rules.cases import CaseState


class Next(Labelled):
    """What comes next. The hint says why, or what it waits for."""

    AWAIT_COLLEAGUE = "await_colleague", mark("A colleague has it"), "", mark("You can read it. Changes wait.")
    DECIDE_REVIEW = "decide_review", mark("Decide the review"), "", mark("A colleague asked for a second person.")
    AWAIT_REVIEW = "await_review", mark("Waits for a second person"), "", mark("You asked, so somebody else decides.")
    ASK_SAFE = "ask_safe", mark("Ask whether they are safe"), "", mark("They said danger, and nobody wrote yet.")
    ANSWER = "answer", mark("Read and answer them"), "", mark("They wrote last.")
    OFFER = "offer", mark("Offer what they asked for"), "", mark("They asked for help, and nothing was offered yet.")
    LOOK_AGAIN = "look_again", mark("Look at it again"), "", mark("The day that was set for it has come.")
    AWAIT_DAY = "await_day", mark("Waits for its day"), "", mark("It was set aside. A word of theirs brings it back.")
    END_HELP = "end_help", mark("Say what came of the help"), "", mark("Help was offered, and has no end yet.")
    AWAIT_PERSON = (
        "await_person",
        mark("Waits for the person"),
        "",
        mark("We answered last. Set it aside until a day, or close it when nothing is left to do."),
    )
    NOTHING = "nothing", mark("Nothing"), "", mark("The case is closed. A word of theirs opens it again.")


# Here nobody who reads the page can do anything now.
WAITING = frozenset({Next.AWAIT_COLLEAGUE, Next.AWAIT_REVIEW, Next.AWAIT_DAY, Next.AWAIT_PERSON, Next.NOTHING})


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What decides it. `is_asked`: something that she asked for was not offered yet; `is_offered`: it has no end."""

    state: CaseState
    is_anothers: bool = False
    review_waits: bool = False
    review_is_own: bool = False
    said_danger: bool = False
    was_answered: bool = False
    is_waiting: bool = False
    is_asked: bool = False
    is_offered: bool = False
    review_on: date | None = None


def next_of(facts: Facts, *, today: date) -> Next:
    """Return what comes next."""
    is_open = facts.state is not CaseState.CLOSED
    steps = (
        (facts.is_anothers and is_open, Next.AWAIT_COLLEAGUE),
        (facts.review_waits and is_open, Next.AWAIT_REVIEW if facts.review_is_own else Next.DECIDE_REVIEW),
        (facts.is_waiting and facts.said_danger and not facts.was_answered, Next.ASK_SAFE),
        (facts.is_waiting, Next.ANSWER),
        (facts.review_on is not None and facts.review_on <= today, Next.LOOK_AGAIN),
        (facts.state is CaseState.WATCHING, Next.AWAIT_DAY),
        (facts.is_asked and is_open, Next.OFFER),
        (facts.is_offered and is_open, Next.END_HELP),
        (is_open, Next.AWAIT_PERSON),
    )
    return next((step for fits, step in steps if fits), Next.NOTHING)
