"""What can be refused about the strategy, by name.

StrategyError
├── FieldRefused      a value cannot be kept; `field` says which and `why` is a code of what is wrong with it
├── CycleRefused      actions would wait for each other; `numbers` is the ring, the first again at its end
├── EntryUnknown      there is no such entry, or nothing of it that this reader may see
├── StepRefused       the entry is not in the state that comes before this step
└── AddressUnknown    a calendar's secret address that is unknown or revoked
"""

from collections.abc import Sequence


class StrategyError(Exception):
    """The family: catch this one to catch them all."""


class FieldRefused(StrategyError, ValueError):
    """A value cannot be kept. `about` is what a reader needs to mend it, such as the name that is not known."""

    def __init__(self, field: str, why: str, *, about: str = "") -> None:
        self.field, self.why, self.about = field, why, about
        super().__init__(f"{field}: {why}" + (f" ({about})" if about else ""))


class CycleRefused(StrategyError, ValueError):
    """Actions would wait for each other in a ring: each of `numbers` needs the next one."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = tuple(numbers)
        super().__init__(" -> ".join(f"A{number}" for number in self.numbers))


class EntryUnknown(StrategyError):
    """There is no such entry, or nothing of it that this reader may see: one answer for both."""


class StepRefused(StrategyError):
    """The entry is not in the state that comes before this step."""


class AddressUnknown(StrategyError):
    """A calendar's secret address that is unknown or was revoked."""
