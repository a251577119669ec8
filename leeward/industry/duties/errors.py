"""The named errors about what laws ask and how their clocks are computed.

DutyError
├── RegimeUnknown         there is no such regime, or no such version of it
├── RegimeRefused         a draft says something that a regime cannot be; names every place
│   └── RegimesMalformed  the same, for a whole file
├── NothingChanged        a new version would say what the newest one says
├── VersionMoved          somebody else published in the meantime
├── CommencementUnknown   a regime cannot be switched on: nobody has verified that the law is in force
└── ClockRefused          the events of a clock contradict each other
    └── NaiveInstant      a time without a time zone
"""

from leeward.foundation.editing.errors import EntryUnknown


class DutyError(Exception):
    """Anything that is refused about duties; catch this one to catch them all."""


class RegimeUnknown(DutyError, EntryUnknown):
    """There is no such regime, or no such version of it."""


class RegimeRefused(DutyError, ValueError):
    """A draft says something that a regime cannot be. `problems` holds (field, what is wrong), all of them."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        self.problems = problems
        super().__init__(" ".join(f"{field}: {text}" for field, text in problems))


class RegimesMalformed(RegimeRefused):
    """A file of regimes cannot be used; the message names every place."""


class NothingChanged(DutyError):
    """A new version would say exactly what the newest one says."""


class VersionMoved(DutyError):
    """Somebody else published a version after the one that this draft was made from."""


class CommencementUnknown(DutyError):
    """The regime cannot be switched on: nobody has verified that its law is in force."""


class ClockRefused(DutyError, ValueError):
    """The events or the limit of a clock contradict themselves."""


class NaiveInstant(ClockRefused):
    """A time came without a time zone, so nobody can say when it was."""
