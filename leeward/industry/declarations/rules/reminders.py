"""When a signatory is written to about what falls due, and when its standing is next looked at."""

from collections.abc import Collection
from datetime import date, timedelta

from leeward.industry.declarations.rules.standing import Duty, DutyKind, StandingReport

REMINDED_AGAIN_AFTER = timedelta(days=21)
# From so long before an application ends on, the secretariat reads that it does.
SAID_BEFORE = timedelta(days=30)


def duties_to_name(report: StandingReport, *, waiting: Collection[tuple[DutyKind, str]], on: date) -> tuple[Duty, ...]:
    """What a reminder of this day is about: due soon or overdue, and nothing of it waits for our review.

    A new version is named as soon as it is there, since signing takes an organisation time. `waiting` holds the
    kinds and codes of what is under review.
    """
    return tuple(
        duty
        for duty in report.duties
        if (duty.kind is DutyKind.RENEWAL or duty.overdue_since is not None or duty.is_due_soon(on))
        and (duty.kind, duty.code) not in waiting
    )


def is_reminder_due(duties: tuple[Duty, ...], *, reminded_on: date | None, on: date) -> bool:
    """Whether to write today: there is something to name, and the last mail is three weeks old."""
    return bool(duties) and (reminded_on is None or on - reminded_on >= REMINDED_AGAIN_AFTER)
