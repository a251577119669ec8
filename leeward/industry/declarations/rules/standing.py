"""Whether a signatory keeps the declaration: worked out from dated facts for any day, never stored.

Everything that is owed is a *duty*: the evidence for each commitment, one public statement that can be read, and the
signature under the version in force. A duty is covered on the days of its *spans*; before its first due day it is
covered by that. So a lapse has its first day by itself, whenever anybody looks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from leeward.foundation.labels import Labelled, mark

DAY = timedelta(days=1)
SOON = timedelta(days=30)  # from so long before a due day on it is called due soon, and a reminder is written
# What was handed in counts while it waits for us, but not for ever: our slowness is nobody's lapse.
REVIEW_GRACE = timedelta(days=30)
# A page may be away for so long before it is taken for gone.
OUTAGE_GRACE = timedelta(days=30)


class Standing(Labelled):
    """How a signatory stands on a day."""

    IN_GOOD_STANDING = "in_good_standing", mark("In good standing"), "green"
    DUE_SOON = "due_soon", mark("Due soon"), "yellow"
    LAPSED = "lapsed", mark("Lapsed"), "red"
    WITHDRAWN = "withdrawn", mark("Has left"), "grey"


class DutyKind(StrEnum):
    """What is owed."""

    EVIDENCE = "evidence"
    STATEMENT = "statement"
    RENEWAL = "renewal"


@dataclass(frozen=True, kw_only=True)
class Obligation:
    """A commitment as the clock sees it; `every_months` is 0 for one that is shown once."""

    code: str
    first_due_days: int
    every_months: int = 0


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """A published version. Whoever signed an earlier one is asked to renew by `renew_by`, where it is given."""

    number: int
    published_on: date
    obligations: tuple[Obligation, ...]
    statement_within_days: int = 0  # 0: the version asks for none
    renew_by: date | None = None


@dataclass(frozen=True, kw_only=True)
class SigningFacts:
    """That a version was signed, and on which day."""

    number: int
    signed_on: date


@dataclass(frozen=True, kw_only=True)
class EvidenceFacts:
    """A piece of evidence that was not rejected. `dated_on` is its own date, `handed_in_on` the day we got it."""

    code: str
    dated_on: date
    handed_in_on: date
    is_accepted: bool
    expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class OutageFacts:
    """Days on which a statement could not be read; without an end it cannot be read still."""

    began_on: date
    ended_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class StatementFacts:
    """A published statement that was not rejected, and when its address did not answer."""

    handed_in_on: date
    is_accepted: bool
    ended_on: date | None = None
    outages: tuple[OutageFacts, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SignatoryFacts:
    """All that one signatory's standing is worked out from."""

    signings: tuple[SigningFacts, ...] = ()
    offers: tuple[SigningFacts, ...] = ()  # signatures that came by a link and wait for us
    withdrawals: tuple[date, ...] = ()
    evidence: tuple[EvidenceFacts, ...] = ()
    statements: tuple[StatementFacts, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One thing that is owed on a day: covered up to `due_on`, or overdue since `overdue_since`.

    `due_on` is None for what is covered for good. `is_shown` says whether something accepted stands behind it now.
    """

    kind: DutyKind
    code: str = ""
    due_on: date | None = None
    overdue_since: date | None = None
    is_shown: bool = False

    def is_due_soon(self, on: date) -> bool:
        """Whether it falls due within the next weeks."""
        return self.overdue_since is None and self.due_on is not None and self.due_on - on < SOON


@dataclass(frozen=True, kw_only=True)
class StandingReport:
    """How a signatory stands on a day, since when, and why."""

    standing: Standing
    since: date
    duties: tuple[Duty, ...] = ()

    @property
    def overdue(self) -> tuple[Duty, ...]:
        """What is overdue, the oldest first."""
        late = [duty for duty in self.duties if duty.overdue_since is not None]
        return tuple(sorted(late, key=lambda duty: (duty.overdue_since or date.max, duty.kind, duty.code)))

    @property
    def next_due_on(self) -> date | None:
        """The day up to which everything is covered; None while something is overdue or nothing ends."""
        days = [duty.due_on for duty in self.duties if duty.due_on is not None and duty.overdue_since is None]
        return None if self.overdue else min(days, default=None)


@dataclass(frozen=True, kw_only=True)
class Period:
    """A time in which a signatory stood the same way; the last one has no end. Due soon counts as good standing."""

    standing: Standing
    began_on: date
    ended_on: date | None = None  # the last day, itself included


@dataclass(frozen=True, kw_only=True)
class _Span:
    """Days on which a duty is covered, both ends included; `last` is None where there is no end."""

    first: date
    last: date | None

    def holds(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)


def standing_on(facts: SignatoryFacts, *, versions: Iterable[VersionFacts], on: date) -> StandingReport | None:
    """How a signatory stands at the end of this day; None before its first signature."""
    known = tuple(versions)
    standing = _state_on(facts, versions=known, on=on)
    if standing is None:
        return None
    shown = Standing.IN_GOOD_STANDING if standing is Standing.DUE_SOON else standing
    since = next(period.began_on for period in reversed(history(facts, versions=known, until=on)))
    duties = () if shown is Standing.WITHDRAWN else _duties_on(facts, versions=known, on=on)
    if standing is Standing.DUE_SOON:
        since = max(since, min(duty.due_on - SOON + DAY for duty in duties if duty.due_on and duty.is_due_soon(on)))
    return StandingReport(standing=standing, since=since, duties=duties)


def history(facts: SignatoryFacts, *, versions: Iterable[VersionFacts], until: date) -> tuple[Period, ...]:
    """The times of good standing, lapse and withdrawal up to this day, oldest first."""
    known = tuple(versions)
    found: list[Period] = []
    for day in sorted({day for day in _turning_days(facts, versions=known) if day <= until}):
        state = _state_on(facts, versions=known, on=day)
        if state is None:
            continue
        standing = Standing.IN_GOOD_STANDING if state is Standing.DUE_SOON else state
        if found and found[-1].standing is standing:
            continue
        if found:
            found[-1] = Period(standing=found[-1].standing, began_on=found[-1].began_on, ended_on=day - DAY)
        found.append(Period(standing=standing, began_on=day))
    return tuple(found)


def _state_on(facts: SignatoryFacts, *, versions: tuple[VersionFacts, ...], on: date) -> Standing | None:
    signed = [signing for signing in facts.signings if signing.signed_on <= on]
    if not signed:
        return None
    if _membership(facts, on=on) is None:
        return Standing.WITHDRAWN
    duties = _duties_on(facts, versions=versions, on=on)
    if any(duty.overdue_since is not None for duty in duties):
        return Standing.LAPSED
    return Standing.DUE_SOON if any(duty.is_due_soon(on) for duty in duties) else Standing.IN_GOOD_STANDING


def _membership(facts: SignatoryFacts, *, on: date) -> tuple[SigningFacts, ...] | None:
    """The signatures that hold on a day, oldest first: those after the last withdrawal. None where it is the last word.

    Who signs on the day of a withdrawal has signed again.
    """
    left = max((day for day in facts.withdrawals if day <= on), default=date.min)
    holding = [signing for signing in facts.signings if left <= signing.signed_on <= on]
    return tuple(sorted(holding, key=lambda signing: (signing.signed_on, signing.number))) or None


def _duties_on(facts: SignatoryFacts, *, versions: tuple[VersionFacts, ...], on: date) -> tuple[Duty, ...]:
    holding = _membership(facts, on=on)
    if holding is None:
        return ()
    by_number = {version.number: version for version in versions}
    signed = max((signing for signing in holding), key=lambda signing: signing.number)
    version = by_number[signed.number]
    return (
        *(_evidence_duty(each, facts, holding, by_number, on=on) for each in version.obligations),
        *_statement_duty(version, facts, holding, by_number, on=on),
        *_renewal_duty(signed, facts, versions, on=on),
    )


def _evidence_duty(
    obligation: Obligation,
    facts: SignatoryFacts,
    holding: tuple[SigningFacts, ...],
    by_number: dict[int, VersionFacts],
    *,
    on: date,
) -> Duty:
    began = min(
        signing.signed_on
        for signing in holding
        if any(each.code == obligation.code for each in by_number[signing.number].obligations)
    )
    first = _Span(first=began, last=began + timedelta(days=obligation.first_due_days))
    own = [piece for piece in facts.evidence if piece.code == obligation.code and piece.handed_in_on <= on]
    spans = [first, *(_span_of(piece, obligation) for piece in own)]
    is_shown = any(piece.is_accepted and _span_of(piece, obligation).holds(on) for piece in own)
    return _duty(DutyKind.EVIDENCE, obligation.code, spans, is_shown=is_shown, on=on)


def _statement_duty(
    version: VersionFacts,
    facts: SignatoryFacts,
    holding: tuple[SigningFacts, ...],
    by_number: dict[int, VersionFacts],
    *,
    on: date,
) -> Iterator[Duty]:
    if not version.statement_within_days:
        return
    began = min(signing.signed_on for signing in holding if by_number[signing.number].statement_within_days)
    spans = [_Span(first=began, last=began + timedelta(days=version.statement_within_days))]
    is_shown = False
    for statement in facts.statements:
        own = list(_statement_spans(statement, on=on))
        spans += own
        is_shown = is_shown or (statement.is_accepted and any(span.holds(on) for span in own))
    yield _duty(DutyKind.STATEMENT, "", spans, is_shown=is_shown, on=on)


def _renewal_duty(
    signed: SigningFacts, facts: SignatoryFacts, versions: tuple[VersionFacts, ...], *, on: date
) -> Iterator[Duty]:
    """The first version after the signed one that sets a day says by when; later ones give no longer time.

    A signature that waits for us counts as evidence does, against the versions up to its own.
    """
    last_day = _last_day_after(signed.number, versions, on=on)
    if last_day is None:
        return
    spans = [_Span(first=date.min, last=last_day)]
    left = max((day for day in facts.withdrawals if day <= on), default=date.min)
    for offer in facts.offers:
        if offer.number > signed.number and left <= offer.signed_on <= on:
            ends = [offer.signed_on + REVIEW_GRACE, _last_day_after(offer.number, versions, on=on)]
            spans.append(_Span(first=offer.signed_on, last=min(end for end in ends if end is not None)))
    yield _duty(DutyKind.RENEWAL, "", spans, is_shown=False, on=on)


def _last_day_after(number: int, versions: tuple[VersionFacts, ...], *, on: date) -> date | None:
    """The earliest day by which a version later than this one is to be signed; None where none asks for it."""
    later = [each for each in versions if each.number > number and each.published_on <= on]
    return min((each.renew_by for each in later if each.renew_by), default=None)


def _duty(kind: DutyKind, code: str, spans: list[_Span], *, is_shown: bool, on: date) -> Duty:
    spans = [span for span in spans if span.last is None or span.first <= span.last]
    holding = [span.last for span in spans if span.holds(on)]
    if holding:
        due_on = None if None in holding else max(last for last in holding if last is not None)
        return Duty(kind=kind, code=code, due_on=due_on, is_shown=is_shown)
    ended = max(span.last for span in spans if span.last is not None and span.last < on)
    return Duty(kind=kind, code=code, due_on=ended, overdue_since=ended + DAY)


def _span_of(piece: EvidenceFacts, obligation: Obligation) -> _Span:
    """The days that a piece of evidence covers: from handing in to its own end, or the end of our time to look."""
    ends = [piece.expires_on] if piece.expires_on else []
    if obligation.every_months:
        ends.append(piece.dated_on + relativedelta(months=obligation.every_months))
    if not piece.is_accepted:
        ends.append(piece.handed_in_on + REVIEW_GRACE)
    return _Span(first=piece.handed_in_on, last=min(ends, default=None))


def _statement_spans(statement: StatementFacts, *, on: date) -> Iterator[_Span]:
    """The days on which a statement counts: its time, without the outages that lasted longer than they may."""
    end = statement.ended_on - DAY if statement.ended_on and statement.ended_on <= on else None
    if not statement.is_accepted:
        grace = statement.handed_in_on + REVIEW_GRACE
        end = grace if end is None else min(end, grace)
    first = statement.handed_in_on
    for outage in sorted(statement.outages, key=lambda each: each.began_on):
        back = outage.ended_on if outage.ended_on and outage.ended_on <= on else None
        gone = outage.began_on + OUTAGE_GRACE
        if outage.began_on > on or (back is not None and back <= gone + DAY):
            continue
        if first <= gone:
            yield _Span(first=first, last=gone if end is None else min(gone, end))
        if back is None:
            return
        first = max(first, back)
    if first <= on:
        yield _Span(first=first, last=end)


def _turning_days(facts: SignatoryFacts, *, versions: tuple[VersionFacts, ...]) -> Iterator[date]:
    """Every day on which the standing can become another; the days between two of them are alike."""
    for signing in facts.signings:
        yield signing.signed_on
        for version in versions:
            if version.number == signing.number:
                waits = [each.first_due_days for each in version.obligations] + [version.statement_within_days]
                yield from (signing.signed_on + timedelta(days=days) + DAY for days in waits)
    for offer in facts.offers:
        yield from (offer.signed_on, offer.signed_on + REVIEW_GRACE + DAY)
    yield from facts.withdrawals
    for version in versions:
        yield version.published_on
        if version.renew_by and version.renew_by < date.max:
            yield version.renew_by + DAY
    obligations = {each for version in versions for each in version.obligations}
    for piece in facts.evidence:
        yield piece.handed_in_on
        lasts = (_span_of(piece, each).last for each in obligations if each.code == piece.code)
        yield from (last + DAY for last in lasts if last is not None and last < date.max)
    for statement in facts.statements:
        yield from _turning_days_of(statement)


def _turning_days_of(statement: StatementFacts) -> Iterator[date]:
    yield statement.handed_in_on
    if not statement.is_accepted:
        yield statement.handed_in_on + REVIEW_GRACE + DAY
    if statement.ended_on:
        yield statement.ended_on
    for outage in statement.outages:
        yield outage.began_on
        yield outage.began_on + OUTAGE_GRACE + DAY
        if outage.ended_on:
            yield outage.ended_on
