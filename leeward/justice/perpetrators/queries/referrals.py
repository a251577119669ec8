"""Referrals as each may read them: the provider's people whole, whoever referred and a link in codes and days."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile, open_files
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.perpetrators.errors import ReferralUnknown
from leeward.justice.perpetrators.models import Referral, ReferralEvent
from leeward.justice.perpetrators.rules.referrals import (
    CORRECTABLE,
    ENDED,
    INSIDE,
    LOOKS,
    NEXT,
    REASONS,
    REFERRERS_NEXT,
    SESSIONS,
    Basis,
    EarlyCompletion,
    ProgrammeKind,
    ReferralState,
    ReferrerKind,
    Session,
    Step,
    early_completion,
    sessions_of,
    write_token,
)

SHOWN = 100
IS_OPEN = ~Q(state__in=sorted(each.value for each in ENDED))
IS_NEW = Q(state__in=[ReferralState.SENT.value, ReferralState.RECEIVED.value])


@dataclass(frozen=True, kw_only=True)
class EventView:
    """One step: its day, its reason in words, and the provider's own words where the keys open them."""

    step: Step
    on: date
    reason: str
    words: str


@dataclass(frozen=True, kw_only=True)
class ReferralView:
    """A referral in codes and days. `contact`, words and `token` are there for the provider's people alone.

    `steps`: what the reader may note now. `planned`: how many sessions the programme has, 0 where that is not fixed.
    """

    reference: uuid.UUID
    programme: str
    provider: str
    kind: ProgrammeKind
    referrer_kind: ReferrerKind
    basis: Basis | None
    state: ReferralState
    offered_on: date
    sent_on: date | None
    started_on: date | None
    ended_on: date | None
    look_on: date | None
    contact: str
    token: str
    may_correct: bool
    weeks: int
    planned: int
    steps: tuple[Step, ...]
    events: tuple[EventView, ...]

    @property
    def name(self) -> str:
        """Who it is: the first line of their contact."""
        return self.contact.partition("\n")[0]

    @property
    def sessions(self) -> tuple[EventView, ...]:
        """The sessions, the last first."""
        return tuple(each for each in reversed(self.events) if each.step in SESSIONS)

    @property
    def course(self) -> tuple[Session, ...]:
        """All sessions by day: planned, attended, missed and cancelled."""
        return sessions_of((each.step, each.on) for each in self.events)

    @property
    def held(self) -> int:
        """How many sessions were held, whether the person came or not."""
        return sum(each.step in SESSIONS for each in self.course)

    @property
    def next_session(self) -> Session | None:
        """The first session that is planned and not noted yet; None where there is none."""
        waits = self.course if self.state is ReferralState.STARTED else ()
        return next((each for each in waits if each.step is Step.PLANNED), None)

    @property
    def happened(self) -> tuple[EventView, ...]:
        """What happened, the last first; a plan is not among it."""
        return tuple(each for each in reversed(self.events) if each.step is not Step.PLANNED)

    def early(self, on: date) -> EarlyCompletion | None:
        """How far the programme is if it were completed on this day, None where that is its end."""
        if self.started_on is None:
            return None
        return early_completion(self.course, of=self.planned, started_on=self.started_on, weeks=self.weeks, on=on)

    @property
    def may_signal(self) -> bool:
        """Whether something can be told to the worker of whoever was harmed."""
        return bool(self.token) and self.state not in ENDED


def next_steps(row: Referral) -> tuple[Step, ...]:
    """What the provider may note now; of the two looks the one that is next."""
    steps = NEXT.get(row.state, ())
    if row.state in ENDED:
        return LOOKS[row.looked : row.looked + 1] if steps and row.look_on else ()
    return steps


def is_correctable(events: Iterable[ReferralEvent], *, now: datetime) -> bool:
    """Return whether what was pressed last can still be corrected; `events` in their order."""
    pressed = [each for each in events if each.step in (Step.TOLD, Step.CORRECTED)]
    return bool(pressed) and pressed[-1].step is Step.TOLD and now < pressed[-1].noted_at + CORRECTABLE


def referrals_of(provider: uuid.UUID) -> QuerySet[Referral]:
    """What was sent to a provider and is not forgotten; offers that nobody has answered are not theirs."""
    return Referral.objects.filter(
        programme__provider__public_id=provider, sent_on__isnull=False, forgotten_at__isnull=True
    ).select_related("programme__provider")


def teams_of_referral(referral: str) -> tuple[str, ...]:
    """The vault's team of the provider to which it was sent; none where there is no such referral."""
    row = Referral.objects.select_related("programme__provider").filter(reference=referral).first()
    return (row.programme.provider.team,) if row else ()


def referral_lines(
    found: Sequence[Referral], *, keyring: Keyring | None, by: Actor, now: datetime
) -> list[ReferralView]:
    """These referrals as the provider reads them; without keys in codes and days."""
    files = open_files({row.reference for row in found}, keyring, by=by, now=now) if keyring and found else {}
    events: dict[int, list[ReferralEvent]] = {}
    for event in ReferralEvent.objects.filter(referral__in=[row.pk for row in found]).order_by("ordinal"):
        events.setdefault(event.referral_id, []).append(event)
    return [
        _view(
            row,
            events.get(row.pk, []),
            file=files.get(row.reference),
            steps=next_steps(row),
            is_providers=True,
            may_correct=bool(row.parallel) and is_correctable(events.get(row.pk, []), now=now),
        )
        for row in found
    ]


def read_referral(
    referral: uuid.UUID, *, provider: uuid.UUID, keyring: Keyring | None, by: Actor, now: datetime
) -> ReferralView:
    """One referral as its provider reads it. Raises ReferralUnknown."""
    row = referrals_of(provider).filter(reference=referral).first()
    if row is None:
        raise ReferralUnknown
    return referral_lines([row], keyring=keyring, by=by, now=now)[0]


def in_sessions(provider: uuid.UUID, *, keyring: Keyring | None, by: Actor, now: datetime) -> list[ReferralView]:
    """Everybody who has started, for marking who came."""
    rows = referrals_of(provider).filter(state=ReferralState.STARTED).order_by("programme__name", "started_on", "pk")
    return referral_lines(list(rows[:SHOWN]), keyring=keyring, by=by, now=now)


def referred_by(scope: str) -> tuple[ReferralView, ...]:
    """What somebody referred, the newest first: codes and days."""
    rows = _mine(scope).order_by("-offered_on", "pk")[:SHOWN]
    return tuple(_view(row, [], file=None, steps=REFERRERS_NEXT.get(row.state, ())) for row in rows)


def read_referred(referral: uuid.UUID, *, scope: str) -> ReferralView:
    """One of them with its steps: codes and days, and nothing of sessions. Raises ReferralUnknown."""
    row = _mine(scope).filter(reference=referral).first()
    if row is None:
        raise ReferralUnknown
    events = [each for each in row.events.order_by("ordinal") if each.step not in INSIDE]
    return _view(row, events, file=None, steps=REFERRERS_NEXT.get(row.state, ()))


def _mine(scope: str) -> QuerySet[Referral]:
    return Referral.objects.filter(referred_by=scope).select_related("programme__provider")


def _view(
    row: Referral,
    events: Sequence[ReferralEvent],
    *,
    file: OpenFile | None,
    steps: tuple[Step, ...],
    is_providers: bool = False,
    may_correct: bool = False,
) -> ReferralView:
    return ReferralView(
        reference=row.reference,
        programme=row.programme.name,
        provider=row.programme.provider.name,
        kind=row.kind,
        referrer_kind=row.referrer_kind,
        basis=row.basis,
        state=row.state,
        offered_on=row.offered_on,
        sent_on=row.sent_on,
        started_on=row.started_on,
        ended_on=row.ended_on,
        look_on=row.look_on,
        contact=row.peek(file, "contact"),
        token=write_token(row.parallel) if is_providers else "",
        may_correct=may_correct,
        weeks=row.programme.weeks,
        planned=row.programme.sessions,
        steps=steps,
        events=tuple(
            EventView(
                step=each.step,
                on=each.on,
                reason=reason_words(each.step, each.reason),
                words=each.peek(file, "words"),
            )
            for each in events
        ),
    )


def reason_words(step: Step, code: str) -> str:
    """The words of a reason, marked for translation; a code that the file names no more is shown as it is."""
    return next((each.words for each in REASONS.get(step, ()) if each.code == code), code)
