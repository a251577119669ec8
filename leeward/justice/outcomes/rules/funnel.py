"""The formulas of the funnel. Each is printed with its table; a share is made from printed numbers alone."""

from dataclasses import dataclass, replace
from datetime import date

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.printed import MOST_OFF, PrintedNumber, percentage, ratio
from leeward.foundation.protection.tables import Published, Status
from leeward.justice.outcomes.rules.terms import FOLLOW_UP, Stage

SENTENCES = (
    Stage.CUSTODY,
    Stage.SUSPENDED,
    Stage.COMMUNITY,
    Stage.FINE,
    Stage.DISCHARGE,
    Stage.OTHER_SENTENCE,
)
# A sentence says that somebody was convicted.
CONVICTED = (Stage.CONVICTED, *SENTENCES)
BESIDE = (Stage.ORDERED, Stage.REHABILITATION, Stage.NOTIFICATION)
# What can become of an offence before any court, in the order of the ladder.
OF_OFFENCES = (
    Stage.NO_OUTCOME,
    Stage.NO_SUSPECT,
    Stage.EVIDENCE,
    Stage.NO_SUPPORT,
    Stage.NOT_IN_INTEREST,
    Stage.PREVENTED,
    Stage.PASSED_ON,
    Stage.CAUTION,
    Stage.RESOLUTION,
    Stage.DIVERSION,
    Stage.CHARGED,
)
# What courts decided, the sentences taken together; and the sentences by themselves.
RESULTS = (Stage.PROSECUTED, Stage.DISCONTINUED, Stage.ACQUITTED, Stage.CONVICTED)


class Rate(Labelled):
    """A share of the funnel; `hint` is its formula."""

    CHARGED = (
        "charged",
        mark("Charge rate"),
        "",
        mark("Offences charged ÷ offences recorded, of the offences recorded in the period."),
    )
    NO_SUPPORT = (
        "no_support",
        mark("Closed because the victim does not support"),
        "",
        mark("Offences closed for that reason ÷ offences recorded, of the offences recorded in the period."),
    )
    CONVICTED = (
        "convicted",
        mark("Conviction rate"),
        "",
        mark("Persons convicted ÷ (convicted + acquitted + discontinued), by their principal offence."),
    )
    GIVEN = (
        "given",
        mark("Charges given in the period for each 100 offences recorded in it"),
        "",
        mark(
            "The offences charged may have been recorded at any time, so this can be more than 100. It is not a "
            "charge rate."
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share in per cent with its range, and the printed numbers behind it."""

    number: PrintedNumber
    part: int | None
    whole: int | None

    @property
    def value(self) -> float | None:
        """Return the share; None where it is not printed."""
        return self.number.value


def share_of(part: Published, whole: Published, *, is_estimate: bool, off: int = MOST_OFF, sums: int = 1) -> Share:
    """Return the share of a part in its whole. `sums`: how many counts the whole adds up; `off`: see `percentage`."""
    found = percentage(_open(part) if is_estimate else part, whole, off=off, whole_off=off * sums)
    return Share(number=found, part=part.value, whole=whole.value)


def rate_of(number: Published, base: Published) -> Share:
    """Return the number for each 100 of a base of which it is no part."""
    return Share(number=ratio(number, base, factor=100), part=number.value, whole=base.value)


def _open(cell: Published) -> Published:
    """Return a count that still changes."""
    return replace(cell, status=Status.ESTIMATE) if cell.status is Status.FINAL else cell


def is_estimate(as_of: date, period_end: date) -> bool:
    """Whether what was recorded up to a day can still get another outcome by our own rule."""
    return as_of < period_end + FOLLOW_UP
