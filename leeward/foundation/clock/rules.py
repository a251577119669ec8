"""When a clock may be believed: one that jumped since the last round of work may not, whichever way it went."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

# The longest that work may rest before a person has to look at the clock: a weekend without power. What falls due in
# so short a time is little, so a clock that is wrong by less than this deletes little before its time.
STEP_MOST = timedelta(days=2)
# Clocks are set right by seconds all the time, and machines of one installation differ by as much.
BACK_MOST = timedelta(minutes=10)
# A row need not be written for every round of a few seconds.
NOTED_EVERY = timedelta(seconds=30)

CONFIRM = (
    "Until then nothing is deleted, ended or printed for good; everything else goes on. Compare this machine's clock "
    "with another one. If it is wrong, set it right. If it is right, say so once: leeward confirm-clock {day}"
)


class Clock(StrEnum):
    """What the time of this machine looks like beside that of the last round."""

    STEADY = "steady"
    AHEAD = "ahead"
    BACK = "back"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One look at the clock, and when the last round was done (None before the first one)."""

    now: datetime
    last: datetime | None

    @property
    def clock(self) -> Clock:
        """How the clock has gone since the last round."""
        if self.last is None:
            return Clock.STEADY
        if self.now - self.last > STEP_MOST:
            return Clock.AHEAD
        if self.last - self.now > BACK_MOST:
            return Clock.BACK
        return Clock.STEADY

    @property
    def may_delete(self) -> bool:
        """Whether what deletes for good may go by this clock."""
        return self.clock is Clock.STEADY

    @property
    def is_to_be_noted(self) -> bool:
        """Whether a round that is done now is worth writing down."""
        return self.may_delete and (self.last is None or self.now - self.last >= NOTED_EVERY)

    @property
    def trouble(self) -> str:
        """What is wrong and how to go on, in words for the operator; "" while nothing is."""
        if self.may_delete or self.last is None:
            return ""
        if self.clock is Clock.AHEAD:
            what = f"more than {STEP_MOST.days} days after the last round of work"
        else:
            what = "before the last round of work"
        return f"The clock says {_words(self.now)}, {what} ({_words(self.last)}). " + CONFIRM.format(
            day=self.now.astimezone(UTC).date().isoformat()
        )


def _words(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
