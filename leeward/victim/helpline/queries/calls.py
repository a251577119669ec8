"""The call that somebody asked for, as far as its reader's keys open it."""

from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.rows import read_row
from leeward.victim.file.rules.needs import Need
from leeward.victim.helpline.models import CallBack, Case
from leeward.victim.helpline.queries.cases import read_needs
from leeward.victim.helpline.rules.calls import CallState, Readiness, Window, readiness
from leeward.victim.helpline.rules.opened import OpenCase


@dataclass(frozen=True, kw_only=True)
class CallView:
    """A call that she asked for. `window`: the time that she named; None where none is agreed now."""

    state: CallState
    window: Window | None
    attempts: int
    tried_at: datetime | None
    ready: Readiness


def read_call(opened: OpenCase, *, now: datetime) -> CallView | None:
    """The call that she asked for last; None where there is none, or where it is forgotten."""
    row = CallBack.objects.filter(case__reference=opened.reference).first()
    if row is None:
        return None
    window = read_window(row, opened)
    ready = readiness(row.state, window=window, attempts=row.attempts, tried_at=row.tried_at, now=now)
    return read_row(CallView, row, window=window, ready=ready)


def read_window(row: CallBack, opened: OpenCase) -> Window | None:
    """The time that she named; None where none is agreed now."""
    return Window.from_text(row.unbox(opened.thread, "window")) if row.window else None


def is_phone_unwanted(case: Case, opened: OpenCase) -> bool:
    """Whether she wishes that nobody phones."""
    return Need.NO_PHONE in read_needs(case, opened).ticked
