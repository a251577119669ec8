"""A regime: one law's demands on a platform as dated, sourced data, and what a draft of it must hold.

Nothing here is legal advice, and nothing here is law: it is what somebody wrote down on the day of `checked_on`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from leeward.foundation.editing.values import is_web_address
from leeward.foundation.labels import Labelled, mark
from leeward.industry.duties.errors import RegimeRefused
from leeward.industry.duties.rules.terms import (
    Commencement,
    CopyScope,
    Element,
    Origin,
    PauseReason,
    RedressBody,
    StartEvent,
)

CODE_PATTERN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
CODE_LENGTH = 20
LEAF_KIND = "duty-version"  # of the public log
NAME_LENGTH = 120
LEGAL_BASIS_LENGTH = 300
SOURCE_LENGTH = 300
LINE_LENGTH = 500
LINES_MOST = 20
REDRESS_MOST = 5
HOURS_MOST = 24 * 366
WITHIN_DAYS_MOST = 3_660
MINUTES_AN_HOUR = 60
# The first version of a regime answers for every day before it too: there was none other.
FROM_THE_FIRST = date.min


@dataclass(frozen=True, kw_only=True)
class Redress:
    """Who hears a complaint, and within how many days of the decision; None where there is no known window."""

    body: RedressBody
    name: str
    within_days: int | None = None
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class RegimeDraft:
    """What somebody says that a law asks. `elements` are what a notice must hold.

    `limit_hours` is None where the law sets no fixed time. `pauses` are the reasons for which its clock stands still.
    `source_url` is the official publisher's address, or empty; `source_name` says what was read. `notes` are further
    facts, `unverified` what nobody has checked yet.
    """

    code: str
    name: str
    jurisdiction: str
    limit_hours: float | None
    start_event: StartEvent
    elements: tuple[Element, ...]
    pauses: tuple[PauseReason, ...]
    copies: CopyScope
    redress: tuple[Redress, ...]
    legal_basis: str
    source_name: str
    source_url: str
    commencement: Commencement
    in_force_on: date | None
    checked_on: date
    notes: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    @property
    def limit(self) -> timedelta | None:
        """The clock's limit; None where the law sets no fixed time."""
        return None if self.limit_hours is None else timedelta(hours=self.limit_hours)


@dataclass(frozen=True, kw_only=True)
class Regime(RegimeDraft):
    """One published version of a regime. It never changes; only `is_switched_on` is the regime's own, as it is now."""

    version: int
    valid_from: date
    published_at: datetime
    origin: Origin
    is_switched_on: bool

    def as_draft(self) -> RegimeDraft:
        """What this version says, to start the next one from."""
        return RegimeDraft(**{field.name: getattr(self, field.name) for field in fields(RegimeDraft)})

    @property
    def is_first(self) -> bool:
        """Whether it answers for every day before it, too."""
        return self.valid_from == FROM_THE_FIRST

    def is_active(self, on: date) -> bool:
        """Whether notices may be sent under it on this day."""
        return regime_state(self, on=on) is RegimeState.ACTIVE


class RegimeState(Labelled):
    """How a regime stands on a day."""

    ACTIVE = "active", mark("In use"), "green", mark("Switched on")
    OFF = "off", mark("Not in use"), "grey", mark("Switched off")
    OFF_NOT_VERIFIED = "off_not_verified", mark("Not in use"), "orange", mark("Switched off: commencement not verified")
    WAITING = (
        "waiting",
        mark("Not yet in use"),
        "blue",
        mark("Switched on, but the law is not yet in force"),
    )


@dataclass(frozen=True, kw_only=True)
class SeedRegime:
    """A regime as the file that ships with Leeward has it."""

    draft: RegimeDraft
    is_switched_on: bool


def regime_state(regime: Regime, *, on: date) -> RegimeState:
    """How `regime` stands on this day. One whose commencement is not verified is off, whatever its switch says."""
    if regime.commencement is Commencement.NOT_VERIFIED:
        return RegimeState.OFF_NOT_VERIFIED
    if not regime.is_switched_on:
        return RegimeState.OFF
    if regime.in_force_on is not None and regime.in_force_on > on:
        return RegimeState.WAITING
    return RegimeState.ACTIVE


def check_draft(draft: RegimeDraft) -> RegimeDraft:
    """The draft itself. Raises RegimeRefused, which names every field that is wrong."""
    problems = tuple(_problems(draft))
    if problems:
        raise RegimeRefused(problems)
    return draft


def _problems(draft: RegimeDraft) -> Iterator[tuple[str, str]]:
    yield from _text_problems(draft)
    yield from _clock_problems(draft)
    yield from _list_problems(draft)
    yield from _date_problems(draft)
    for redress in draft.redress:
        yield from _redress_problems(redress)


def _text_problems(draft: RegimeDraft) -> Iterator[tuple[str, str]]:
    if not CODE_PATTERN.fullmatch(draft.code) or len(draft.code) > CODE_LENGTH:
        yield "code", f"must be small letters, digits and single hyphens, at most {CODE_LENGTH}, such as eu-dsa."
    for name, most in (
        ("name", NAME_LENGTH),
        ("jurisdiction", NAME_LENGTH),
        ("legal_basis", LEGAL_BASIS_LENGTH),
        ("source_name", SOURCE_LENGTH),
    ):
        if not _is_text(getattr(draft, name), most):
            yield name, f"must have 1 to {most} printable characters."
    if draft.source_url and not _is_source(draft.source_url):
        yield "source_url", f"must be a whole https address of at most {SOURCE_LENGTH} characters, or empty."


def _clock_problems(draft: RegimeDraft) -> Iterator[tuple[str, str]]:
    hours = draft.limit_hours
    if hours is not None and not 0 < hours <= HOURS_MOST:
        yield "limit_hours", f"must be more than 0 and at most {HOURS_MOST}, or empty where the law sets no fixed time."
    elif hours is not None and not (hours * MINUTES_AN_HOUR).is_integer():
        yield "limit_hours", "must come to whole minutes."


def _list_problems(draft: RegimeDraft) -> Iterator[tuple[str, str]]:
    if not draft.elements:
        yield "elements", "must name at least one: a notice that holds nothing cannot be acted upon."
    for name in ("elements", "pauses"):
        values = getattr(draft, name)
        if len(set(values)) != len(values):
            yield name, "must name each only once."
    for name in ("notes", "unverified"):
        lines = getattr(draft, name)
        if len(lines) > LINES_MOST or not all(_is_text(line, LINE_LENGTH) for line in lines):
            yield name, f"must be at most {LINES_MOST} lines of 1 to {LINE_LENGTH} printable characters."
    if len(draft.redress) > REDRESS_MOST:
        yield "redress", f"must name at most {REDRESS_MOST}."


def _date_problems(draft: RegimeDraft) -> Iterator[tuple[str, str]]:
    if draft.commencement is Commencement.NOT_YET and draft.in_force_on is None:
        yield "in_force_on", "must be given where the law is not yet in force. Without a day it is not verified."
    if draft.commencement is Commencement.NOT_VERIFIED and draft.in_force_on is not None:
        yield "in_force_on", "must be empty while nobody has verified that the law is in force."
    if (
        draft.commencement is Commencement.IN_FORCE
        and draft.in_force_on is not None
        and draft.in_force_on > draft.checked_on
    ):
        yield "in_force_on", "must not lie after checked_on for a law that is in force. Choose not yet in force."


def _redress_problems(redress: Redress) -> Iterator[tuple[str, str]]:
    if not _is_text(redress.name, NAME_LENGTH):
        yield "redress", f"each name must have 1 to {NAME_LENGTH} printable characters."
    if redress.within_days is not None and not 0 < redress.within_days <= WITHIN_DAYS_MOST:
        yield "redress", f"each window must be 1 to {WITHIN_DAYS_MOST} days, or empty."
    if redress.url and not _is_source(redress.url):
        yield "redress", "each address must be a whole https address, or empty."


def _is_text(text: str, most: int) -> bool:
    return 0 < len(text) <= most and text.isprintable() and text == text.strip()


def _is_source(text: str) -> bool:
    return len(text) <= SOURCE_LENGTH and is_web_address(text, schemes=("https",))
