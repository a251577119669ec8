"""What the helpline refuses, by name, each with words that say what is wrong and how to mend it.

HelplineError
├── CaseUnknown          no such case, or not one of yours
├── PageUnknown          a page of advice that nobody can read now is given
├── AdviceFull           somebody was given as many pages as a case keeps
├── CaseStopped          the person has stopped it, and nobody here opens it
├── StepImpossible       what was asked does not fit where the case stands
├── ReasonMissing        a band is lowered or a case closed without saying why
├── HelpUnfinished       a case is closed while something she asked for has no end
├── CallTimeRefused      a call in a time that is over, or outside her hours or ours
├── CallRefused          a fourth call, or one too soon, too early, or after somebody else answered
├── ComplaintsWait       so many complaints of theirs have no answer yet that one more is not taken
├── ClaimedByAnother     somebody else works on it
├── HandsFull            they have as many cases as they take at once
├── OnPause              they take a pause, and are given no case
├── ShiftOver            they have worked as long as they wanted to
├── InstrumentUnknown    no such list of questions
├── InstrumentEnded      these questions, or this version of them, are not used any more
├── NothingAsked         a screen without one answer
├── NothingSuggested     a plan would read as it does
├── ShiftRefused         a shift that ends in the past or lasts too long, or without a case
├── ReplyWaits           a volunteer's reply to them waits for a mentor already
├── ReviewOver           a second look that has its answer, or was withdrawn
├── LendingRefused       a case of the closed team is lent to somebody who may not have it, or for too long
├── BasisEnded           no law that the nation has read lets it be passed on without a yes today
├── FieldForbidden       more is to be passed on than that law allows
├── TellingRefused       when the person is told of it was not said, or is too late
├── OverrideUnfinished   a case is closed while its person was not told of it
└── SecondPersonNeeded   who asked may not also decide
"""

from datetime import datetime

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.errors import Absent, Refusal


class RuleMistake(Labelled):
    """What can be wrong with a rule besides its fields."""

    FULL = "full", mark("There are %(about)s rules, and there is no room for more. Change one that is switched off.")


class CallsAllowed(Labelled):
    """What stands in a line of counts of calls; what was sent is something else."""

    HOUR = "hour", mark("Enter the beginning of an hour, such as 2026-11-24T13:00")
    OVER = "over", mark("Enter an hour that is over")
    ONCE = "once", mark("Enter each hour once for each line")
    LINE = "line", mark("Enter a code of small letters, digits and hyphens, such as helpline")
    SUM = "sum", mark("Enter at least as many as were answered and abandoned together")
    WAIT = "wait", mark("Enter seconds from 0 to %(about)s, or nothing where no call was answered")


class HelplineError(Refusal):
    """The family of errors that this app raises."""


class PageUnknown(HelplineError):
    """A page that nobody can read now cannot be given."""

    reason = mark("This page cannot be read now. Choose another one.")


class AdviceFull(HelplineError):
    """Somebody was given as many pages as a case keeps."""

    reason = mark("They were given 30 pages already. That is more than anybody reads.")


class CaseUnknown(HelplineError, Absent):
    """Raised alike for what is absent and for what the reader may not see."""

    reason = mark("There is no such case, or it is not one that you may open.")


class CaseStopped(HelplineError):
    """The person has stopped it, and nothing of theirs has come since."""

    reason = mark("They have stopped this. Nobody here can open it until they write again.")


class StepImpossible(HelplineError):
    """It does not fit where the case stands."""

    reason = mark("This is not possible as the case stands now. Load the page again and look.")


class ReasonMissing(HelplineError):
    """It is done with a reason alone."""

    reason = mark("Say why. The next person who reads the case must be able to follow it.")


class HelpUnfinished(HelplineError):
    """Something she asked for has no end."""

    reason = mark("Something that they asked for is still open. Say what came of it, then close the case.")


class CallTimeRefused(HelplineError):
    """There can be no call in this time; `nearest` is when a good one begins and ends, None where there is none."""

    def __init__(self, said: str, *, nearest: tuple[datetime, datetime] | None) -> None:
        super().__init__(said)
        self.reason, self.nearest = said, nearest


class CallRefused(HelplineError):
    """No call may be made now."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.reason = said


class ComplaintsWait(HelplineError):
    """As many as may wait do."""

    reason = mark("What you told us before has no answer yet. Wait for it, then tell us more.")


class ClaimedByAnother(HelplineError):
    """Somebody else works on it."""

    reason = mark("A colleague is working on this case. Talk to them, or wait until it is free.")


class HandsFull(HelplineError):
    """They have as many cases as they take at once, by their own word."""

    reason = mark("You have as many cases as you take at once. Give one back or end it first, or change your limit.")


class OnPause(HelplineError):
    """They take a pause."""

    reason = mark("You are taking a pause. Say on the helpline’s page that you are back, then take a case.")


class ShiftOver(HelplineError):
    """They have worked as long as a shift lasts."""

    reason = mark("Your shift has lasted as long as you wanted it to. You are given no more cases. Rest.")


class InstrumentUnknown(HelplineError, Absent):
    """There is no such list of questions."""

    reason = mark("There are no such questions.")


class InstrumentEnded(HelplineError):
    """A version that has ended is asked no more."""

    reason = mark("These questions are not used any more, or there is a newer version. Begin again from the case.")


class NothingAsked(HelplineError):
    """None of the questions was answered."""

    reason = mark("No question was answered. Answer at least one.")


class NothingSuggested(HelplineError):
    """The plan would read as it does."""

    reason = mark("The plan already says this. Change something in it first.")


class ShiftRefused(HelplineError):
    """A shift that cannot be."""

    reason = mark("A shift has at least one case, and ends within twelve hours from now.")


class ReplyWaits(HelplineError):
    """One reply waits at a time."""

    reason = mark("A reply to them is already waiting for a mentor. Wait until it is sent or given back.")


class LendingRefused(HelplineError):
    """It is no open case of the closed team, or no colleague who may have it, or the end is no good one."""

    reason = mark(
        "Choose a colleague who works on cases, who has unlocked once and who has not said that they know the person, "
        "and an end within 14 days. Only an open case of the closed team is lent."
    )


class ReviewOver(HelplineError):
    """Somebody else was faster, or it was withdrawn."""

    reason = mark(
        "This has already been decided or withdrawn, so nothing was done now. Load the page again to see what became "
        "of it."
    )


class SecondPersonNeeded(HelplineError):
    """One alone may not do it."""

    reason = mark("This needs a second person. Ask a colleague to look at it.")


class TokenMistyped(ValueError):
    """It is no token of a programme."""


class BasisEnded(HelplineError):
    """No law that this nation has read lets it be done today."""

    reason = mark("This law is not in use today: it has ended, has not begun, or nobody here has read it yet.")


class FieldForbidden(HelplineError):
    """More is to be passed on than the law allows."""

    reason = mark("This law does not let all of that be passed on. Choose only what it names.")


class TellingRefused(HelplineError):
    """When the person is told was not said, or is too late."""

    reason = mark(
        "Tell them today, or say why that would be unsafe and on which day somebody looks again: after today and "
        "within 30 days. Some laws let nobody wait."
    )


class OverrideUnfinished(HelplineError):
    """Something is passed on without a yes, and not all of it is done."""

    reason = mark(
        "Something was passed on without their yes, or is to be, and they have not been told. See to that, then close."
    )


class BasesMalformed(ValueError):
    """The file of laws cannot be used; its text names each mistake."""


class InstrumentMalformed(ValueError):
    """A file of questions cannot be used; its text names each mistake."""
