"""What the removal desk refuses, by name, each with words that say what is wrong and how to mend it.

RemovalError
├── Misplaced                what cannot be taken as it is, and where
│   ├── ReportRefused        a report that cannot be filed
│   └── DecisionRefused      an answer
├── ReportUnknown            no such report, or not one of yours
├── ReportStopped            its person has stopped the desk
├── RequestUnknown           no such request, or not one of yours
├── NoticeUnknown            no such notice
├── StepImpossible           what was asked does not fit where the request stands
├── ConsentMissing           the person has not agreed to it, or has taken it back
├── NothingToSend            no request is ready
├── NoChannel                nobody knows how to reach the platform
├── NoticeUnfit              a law's element is missing from a notice
├── DeskUnnamed              the nation's file does not say who the desk is
├── ClaimedByAnother         somebody else works on it
├── SecondPersonNeeded       who asked may not also decide
└── RangeRefused             days that no list can be made of
"""

from leeward.foundation.labels import mark
from leeward.foundation.work.errors import Absent, Refusal


class RemovalError(Refusal):
    """The family of errors that this app raises."""


class Misplaced(RemovalError, ValueError):
    """Something cannot be taken as it is; `field` is the place of the mistake, "" for the whole, and `what` says it."""

    def __init__(self, field: str, what: str) -> None:
        self.field, self.what = field, what
        super().__init__(f"{field}: {what}" if field else what)


class ReportRefused(Misplaced):
    """The report cannot be filed as it is."""


class DecisionRefused(Misplaced):
    """The platform's answer cannot be taken as it is."""


class ReportUnknown(RemovalError, Absent):
    """Raised alike for what is absent and for what the reader may not see."""

    reason = "There is no such report, or it is not one that you may open."


class ReportStopped(RemovalError):
    """The person has stopped the desk: nobody there holds a key to anything of theirs."""

    reason = mark(
        "The person has stopped the removal desk. Nobody here can open what they told us. They can let us in again."
    )


class RequestUnknown(RemovalError, Absent):
    """Raised alike for what is absent and for what the reader may not see."""

    reason = "There is no such request, or it is not one of yours."


class NoticeUnknown(RemovalError, Absent):
    """Raised alike for what is absent and for what the reader may not see."""

    reason = "There is no such notice, or it is not one of yours."


class StepImpossible(RemovalError):
    """The step does not lead on from where the request stands. Load it again and look at its state."""

    reason = mark("This does not fit any more, or it is done already. Look at the report again.")

    def __init__(self, *, state: str, step: str) -> None:
        self.state = state
        self.step = step
        super().__init__(f"A request that is {state!r} cannot take the step {step!r}. Load it again and look.")


class ConsentMissing(RemovalError):
    """Nothing is sent without the person's yes."""

    reason = mark("They have not agreed that notices are sent, or have taken it back. Ask them first.")


class NothingToSend(RemovalError):
    """None of the requests can go out now."""

    reason = mark("Nothing waits to be sent here any more. It may have gone out already.")


class NoChannel(RemovalError):
    """The platform has no address on this rung."""

    reason = mark("Nobody has noted how to reach this platform. Add a channel on the platform's page.")

    def __init__(self, platform: str, rung: str) -> None:
        super().__init__(f"Nobody has noted how to reach {platform} ({rung}). Add a channel on the platform's page.")


class InboxUnread(RemovalError):
    """The only way to the platform is the inbox here, and nobody there has ever opened it."""

    reason = mark(
        "Nobody at this platform has signed in here yet, so a notice in the inbox here would reach nobody. "
        "Ask an administrator to invite their people, or add a mailbox or a form on the platform's page."
    )


class NoticeUnfit(RemovalError):
    """An element is missing without which this law's clock would not start; `missing` names them."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__(f"The notice lacks {', '.join(missing)}. Fill it in, or choose another regime.")


class TimeNotOver(RemovalError):
    """Nobody complains about a site that still has time."""

    reason = mark("Their time is not over yet. A complaint, a court or a block comes after it.")


class DeskUnnamed(RemovalError):
    """Notices are signed by the desk, so it needs a name and an address."""

    reason = mark("The nation's file does not say who the desk is. An operator adds its name and address.")


class ClaimedByAnother(RemovalError):
    """A colleague has it open, until `until`."""

    reason = mark("A colleague is working on this one. Choose another, or wait until it is let go.")


class SecondPersonNeeded(RemovalError):
    """Four eyes: the second pair must be somebody else's."""

    reason = mark("This needs a second person. Ask for a review; somebody else then decides.")


class RangeRefused(RemovalError, ValueError):
    """The days do not make a range; the message says how to correct them."""
