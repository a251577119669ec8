"""What the removal desk refuses, by name, each with words that say what is wrong and how to mend it.

RemovalError
├── ReportRefused            a report that cannot be filed as it is
├── ReportUnknown            no such report, or not one of yours
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
├── RangeRefused             days that no list can be made of
└── DecisionRefused          an answer that cannot be taken as it is
"""


class RemovalError(Exception):
    """The family of errors that this app raises."""


class ReportRefused(RemovalError, ValueError):
    """The report cannot be filed as it is; `field` is the place of the mistake."""

    def __init__(self, field: str, what: str) -> None:
        self.field = field
        self.what = what
        super().__init__(f"{field}: {what}" if field else what)


class ReportUnknown(RemovalError):
    """Absent and forbidden are one answer."""

    def __init__(self) -> None:
        super().__init__("There is no such report, or it is not one that you may open.")


class RequestUnknown(RemovalError):
    """Absent and forbidden are one answer."""

    def __init__(self) -> None:
        super().__init__("There is no such request, or it is not one of yours.")


class NoticeUnknown(RemovalError):
    """Absent and forbidden are one answer."""

    def __init__(self) -> None:
        super().__init__("There is no such notice, or it is not one of yours.")


class StepImpossible(RemovalError):
    """The step does not lead on from where the request stands. Load it again and look at its state."""

    def __init__(self, *, state: str, step: str) -> None:
        self.state = state
        self.step = step
        super().__init__(f"A request that is {state!r} cannot take the step {step!r}. Load it again and look.")


class ConsentMissing(RemovalError):
    """Nothing is sent without the person's yes."""

    def __init__(self) -> None:
        super().__init__("The person has not agreed that notices are sent, or has taken it back. Ask her first.")


class NothingToSend(RemovalError):
    """None of the requests can go out now."""

    def __init__(self) -> None:
        super().__init__("No request is ready to be sent. Name a platform, or wait for what is on its way.")


class NoChannel(RemovalError):
    """The platform has no address on this rung."""

    def __init__(self, platform: str, rung: str) -> None:
        super().__init__(f"Nobody has noted how to reach {platform} ({rung}). Add a channel on the platform's page.")


class NoticeUnfit(RemovalError):
    """An element is missing without which this law's clock would not start; `missing` names them."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__(f"The notice lacks {', '.join(missing)}. Fill it in, or choose another regime.")


class DeskUnnamed(RemovalError):
    """Notices are signed by the desk, so it needs a name and an address."""

    def __init__(self) -> None:
        super().__init__("The nation's file names no desk. Add `desk` with name, email and address to it.")


class ClaimedByAnother(RemovalError):
    """A colleague has it open, until `until`."""

    def __init__(self) -> None:
        super().__init__("A colleague is working on this one. Choose another, or wait until it is let go.")


class SecondPersonNeeded(RemovalError):
    """Four eyes: the second pair must be somebody else's."""

    def __init__(self) -> None:
        super().__init__("This needs a second person. Whoever proposed it cannot also confirm it.")


class DecisionRefused(RemovalError, ValueError):
    """The platform's answer cannot be taken as it is; `field` is the place of the mistake."""

    def __init__(self, field: str, what: str) -> None:
        self.field = field
        self.what = what
        super().__init__(f"{field}: {what}")


class RangeRefused(RemovalError, ValueError):
    """The days do not make a range; the message says how to mend it."""
