"""The formulas of the funnel. Each is printed with its table; a share is made from printed numbers alone."""

from dataclasses import dataclass
from datetime import date

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.tables import Published, Status, percentage
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
    """A share in per cent, or None with the reason as its status, and the printed numbers behind it."""

    value: float | None
    status: Status
    part: int | None
    whole: int | None

    def __str__(self) -> str:
        """As it stands in a file: the number, or its symbol in brackets."""
        return f"[{self.status.value}]" if self.value is None else f"{self.value:g}"


def share_of(part: Published, whole: Published, *, is_estimate: bool, is_capped: bool = True) -> Share:
    """Return a share of printed numbers. Not `is_capped`: the part is no part of the whole."""
    value, status = percentage(part, whole)
    if not is_capped and part.value is not None and whole.value:
        value = round(100 * part.value / whole.value, 1)
    if value is not None and is_estimate and status is Status.FINAL:
        status = Status.ESTIMATE
    return Share(value=value, status=status, part=part.value, whole=whole.value)


def is_estimate(as_of: date, period_end: date) -> bool:
    """Whether what was recorded up to a day can still get another outcome by our own rule."""
    return as_of < period_end + FOLLOW_UP
