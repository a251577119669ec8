"""Referrals: offered and sent by whoever refers, noted step by step by the provider, told one way, forgotten."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.holds.queries import held_records
from leeward.foundation.vault.operations import OpenFile, destroy_file, make_file, open_file, team_grantee
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.justice.perpetrators.errors import (
    PerpetratorsMistake,
    ProgrammeUnknown,
    ReferralUnknown,
    StepImpossible,
    TakesNobody,
)
from leeward.justice.perpetrators.models import Outgoing, Programme, Provider, Referral, ReferralEvent
from leeward.justice.perpetrators.operations.verbs import ChangeVerb, note
from leeward.justice.perpetrators.queries.programmes import terms_of
from leeward.justice.perpetrators.queries.referrals import is_correctable, next_steps
from leeward.justice.perpetrators.rules.referrals import (
    ENDED,
    KEPT,
    KEPT_UNENDED,
    LOOKS,
    NEXT,
    ON_PLAN,
    PLANNED_AHEAD,
    PLANNED_AT_ONCE,
    PRESSED,
    REASONS,
    REFERRERS_NEXT,
    SESSIONS,
    TOLD,
    WEEK,
    Basis,
    ReferralState,
    ReferrerKind,
    Session,
    Step,
    Way,
    draw_token,
    look_on,
    may_start,
    may_take,
    sessions_of,
    state_after,
)
from leeward.victim.helpline.operations.signals import note_signal
from leeward.victim.helpline.rules.signals import SignalKind

HELD = "programme-file"  # as the kind of record that a legal hold keeps
RESTS_ON = {Step.AGREED: Basis.CONSENT, Step.ORDERED: Basis.ORDER}
MISSED_TWICE = 2


@dataclass(frozen=True, kw_only=True)
class Referring:
    """Who refers: whose referrals these are, and of which kind that is."""

    scope: str
    kind: ReferrerKind


@dataclass(frozen=True, kw_only=True)
class NewReferral:
    """What is referred. `answer`: what came of the offer, None while nobody has answered.

    `contact`: who it is and how to reach them, for the provider's team alone; "" where that comes in by a link.
    """

    programme: uuid.UUID
    answer: Step | None
    offered_on: date
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class Noted:
    """A step as it is noted: its day, a reason where the step needs one, and words for the provider's own team.

    `times`: of sessions that are planned, how many, each a week after the one before.
    """

    step: Step
    on: date
    reason: str = ""
    words: str = ""
    times: int = 1

    def by_week(self) -> Iterator["Noted"]:
        """The steps of this one: one of each planned session."""
        for number in range(self.times):
            yield replace(self, on=self.on + number * WEEK, times=1)


def refer(*, new: NewReferral, referring: Referring, referral: uuid.UUID, by: Actor, now: datetime) -> None:
    """Note an offer and, with a yes or an order, send it. `referral`: its reference. Safe to repeat.

    Raises FieldRefused, ProgrammeUnknown, and TakesNobody where the programme may take nobody now.
    """
    today = local_day(now)
    if new.offered_on > today:
        raise FieldRefused("offered_on", PerpetratorsMistake.FUTURE)
    if new.contact and new.answer not in RESTS_ON:
        raise FieldRefused("answer", PerpetratorsMistake.NO_BASIS)
    with transaction.atomic():
        if Referral.objects.filter(reference=referral).exists():
            return
        # Locked, so that no two referrals take the last place.
        programme = Programme.objects.select_for_update().filter(public_id=new.programme).first()
        if programme is None:
            raise ProgrammeUnknown
        if programme.ways_in and referring.kind.value not in programme.ways_in:
            raise FieldRefused("programme", PerpetratorsMistake.NOT_FOR_YOU)
        row = Referral(
            reference=referral,
            programme=programme,
            kind=programme.kind,
            referred_by=referring.scope,
            referrer_kind=referring.kind,
            state=ReferralState.OFFERED,
            offered_on=new.offered_on,
        )
        sealed = _file_of(row, programme.provider, contact=new.contact, by=by, now=now)
        row.save(force_insert=True)
        _write(row, Noted(step=Step.OFFERED, on=new.offered_on), file=sealed, by=by, now=now)
        if new.answer is not None:
            _answer(row, new.answer, on=new.offered_on, has_contact=bool(new.contact), by=by, now=now)
        note(ChangeVerb.REFERRED, "referral", referral, by=by, now=now, state=row.state, kind=row.kind)


def answer_or_withdraw(
    *, referral: uuid.UUID, referring: Referring, noted: Noted, contact: str, by: Actor, now: datetime
) -> None:
    """Whoever referred notes what came of the offer, or takes the referral back. `contact`: as for `refer`.

    Raises ReferralUnknown, StepImpossible, FieldRefused, TakesNobody.
    """
    with transaction.atomic():
        row = _locked(referral, referred_by=referring.scope)
        if noted.step not in REFERRERS_NEXT.get(row.state, ()):
            raise StepImpossible
        _check(row, noted, today=local_day(now))
        if noted.step is Step.WITHDRAWN:
            _advance(row, noted, file=None, by=by, now=now)
        else:
            provider = row.programme.provider
            if contact:
                _file_of(row, provider, contact=contact, by=by, now=now)
            _answer(row, noted.step, on=noted.on, has_contact=bool(row.contact), by=by, now=now)
        note(ChangeVerb.NOTED, "referral", referral, by=by, now=now, step=noted.step)


def note_step(
    *, referral: uuid.UUID, provider: uuid.UUID, noted: Noted, keyring: Keyring | None, by: Actor, now: datetime
) -> None:
    """The provider notes a step or a session. `keyring`: of its people; None where it comes in by a link.

    Raises ReferralUnknown, StepImpossible, FieldRefused, and TakesNobody for a start without support named or without
    accreditation.
    """
    with transaction.atomic():
        row = _locked(referral, programme__provider__public_id=provider)
        if noted.step not in next_steps(row):
            raise StepImpossible
        if noted.times > (PLANNED_AT_ONCE if noted.step is Step.PLANNED else 1):
            raise StepImpossible
        steps, today = list(noted.by_week()), local_day(now)
        for each in steps:
            _check(row, each, today=today)
        if noted.step is Step.STARTED and (lacks := may_start(terms_of(row.programme), on=noted.on)):
            raise TakesNobody(lacks)
        file = open_file(file=referral, keyring=keyring, by=by, now=now) if keyring and noted.words else None
        for each in steps:
            _advance(row, each, file=file, by=by, now=now)
        note(ChangeVerb.NOTED, "referral", referral, by=by, now=now, step=noted.step)


def raise_signal(*, referral: uuid.UUID, provider: uuid.UUID, kind: SignalKind, by: Actor, now: datetime) -> None:
    """Tell the worker of whoever was harmed at once, if one stands by. Nothing says whether one does.

    Neither the trail nor the history says what was told. Raises ReferralUnknown; StepImpossible once it has ended, or
    for what no button tells.
    """
    with transaction.atomic():
        row = _locked(referral, programme__provider__public_id=provider)
        if kind not in PRESSED or not row.parallel or row.state in ENDED:
            raise StepImpossible
        _tell_now(row, kind, step=Step.TOLD, by=by, now=now)


def correct_signal(*, referral: uuid.UUID, provider: uuid.UUID, by: Actor, now: datetime) -> None:
    """Tell the same worker that the last press was a mistake. The first signal stays, and the worker decides.

    Raises ReferralUnknown; StepImpossible where nothing was pressed within the hour, or it was corrected.
    """
    with transaction.atomic():
        row = _locked(referral, programme__provider__public_id=provider)
        if not row.parallel or not is_correctable(row.events.order_by("ordinal"), now=now):
            raise StepImpossible
        _tell_now(row, SignalKind.MISTAKE, step=Step.CORRECTED, by=by, now=now)


def hand_on_signals(*, now: datetime, limit: int) -> int:
    """Hand waiting signals on to the helpline, each once; returns how many. Safe to repeat."""
    due = list(Outgoing.objects.values_list("pk", flat=True)[:limit])
    for pk in due:
        with transaction.atomic():
            row = Outgoing.objects.select_for_update().filter(pk=pk).first()
            if row is not None:
                row.delete()
                note_signal(token=row.token, kind=row.kind, by=Actor.system(), now=now)
    return len(due)


def forget_referrals(*, now: datetime, limit: int) -> int:
    """Forget who it was, three years after the end; codes and days stay. Returns how many. Safe to repeat."""
    today = local_day(now)
    ended = Referral.objects.filter(ended_on__lt=today - KEPT, forgotten_at__isnull=True)
    unended = Referral.objects.filter(ended_on__isnull=True, offered_on__lt=today - KEPT_UNENDED, forgotten_at=None)
    rows = (ended | unended).exclude(reference__in=held_records(HELD, now=now))
    due = list(rows.order_by("offered_on", "pk")[:limit])
    with transaction.atomic():
        for row in due:
            destroy_file(file=row.reference, by=Actor.system(), now=now)
            row.contact, row.parallel, row.look_on, row.forgotten_at = "", "", None, now
            row.save()
            note(ChangeVerb.FORGOTTEN, "referral", row.reference, by=Actor.system(), now=now)
    return len(due)


def _tell_now(row: Referral, kind: SignalKind, *, step: Step, by: Actor, now: datetime) -> None:
    """Hand a signal to the helpline in this transaction: what somebody pressed waits for no round."""
    note_signal(token=row.parallel, kind=kind, by=Actor.system(), now=now)
    _write(row, Noted(step=step, on=local_day(now)), file=None, by=by, now=now)
    note(ChangeVerb.NOTED, "referral", row.reference, by=by, now=now, step=step)


def _locked(referral: uuid.UUID, **whose: object) -> Referral:
    rows = Referral.objects.select_for_update(of=("self",)).select_related("programme__provider")
    row = rows.filter(reference=referral, forgotten_at__isnull=True, **whose).first()
    if row is None:
        raise ReferralUnknown
    return row


def _file_of(row: Referral, provider: Provider, *, contact: str, by: Actor, now: datetime) -> OpenFile | None:
    """Make the file that the provider's team opens, and seal who it is; None for a provider that comes in by a link."""
    if provider.way is Way.LINK:
        if contact:
            raise FieldRefused("contact", PerpetratorsMistake.NO_CONTACT)
        return None
    if not contact:
        return None
    team = [team_grantee(provider.team)]
    grants = {Compartment.CONTACT: team, Compartment.CASEWORK: team}
    file = make_file(file=row.reference, grants=grants, by=by, now=now, reason="referral")
    row.contact = Referral.box(file, "contact", row.reference, contact)
    return file


def _answer(row: Referral, step: Step, *, on: date, has_contact: bool, by: Actor, now: datetime) -> None:
    """What came of the offer; with a yes or an order it is sent at once, if the programme may take somebody."""
    if step in RESTS_ON:
        if row.programme.provider.way is Way.ACCOUNTS and not has_contact:
            raise FieldRefused("contact", PerpetratorsMistake.CONTACT)
        if lacks := may_take(terms_of(row.programme), on=local_day(now)):
            raise TakesNobody(lacks)
        row.basis, row.sent_on, row.parallel = RESTS_ON[step], on, draw_token()
    elif step is not Step.REFUSED:
        raise StepImpossible
    _advance(row, Noted(step=step, on=on), file=None, by=by, now=now)


def _check(row: Referral, noted: Noted, *, today: date) -> None:
    """Raise FieldRefused for a day or a reason that cannot be."""
    is_session = noted.step in SESSIONS or noted.step in ON_PLAN
    since = row.started_on if is_session else row.ended_on or row.started_on or row.sent_on
    since = since or row.offered_on
    if noted.on < since:
        raise FieldRefused("on", PerpetratorsMistake.BEFORE, about=since.isoformat())
    if noted.step in ON_PLAN:
        _check_plan(row, noted, today=today)
    elif noted.on > today:
        raise FieldRefused("on", PerpetratorsMistake.FUTURE)
    known = {each.code for each in REASONS.get(noted.step, ())}
    if (known or noted.reason) and noted.reason not in known:
        raise FieldRefused("reason", PerpetratorsMistake.REASON)


def _check_plan(row: Referral, noted: Noted, *, today: date) -> None:
    """Raise FieldRefused for a session that is planned twice or too far ahead, or cancelled and not planned."""
    if noted.on > today + PLANNED_AHEAD:
        raise FieldRefused("on", PerpetratorsMistake.TOO_FAR)
    sessions = sessions_of(row.events.order_by("ordinal").values_list("step", "on"))
    is_planned = Session(on=noted.on, step=Step.PLANNED) in sessions
    if noted.step is Step.PLANNED and is_planned:
        raise FieldRefused("on", PerpetratorsMistake.PLANNED, about=write_day(noted.on))
    if noted.step is Step.CANCELLED and not is_planned:
        raise FieldRefused("on", PerpetratorsMistake.NOT_PLANNED)


def _advance(row: Referral, noted: Noted, *, file: OpenFile | None, by: Actor, now: datetime) -> None:
    """Write the step, where the referral stands after it, and what is told of it."""
    had_started = row.started_on is not None
    row.state = state_after(noted.step, row.state)
    if noted.step is Step.STARTED and row.started_on is None:
        row.started_on, row.is_parallel_named = noted.on, bool(row.programme.parallel)
    if noted.step in LOOKS:
        row.looked += 1
        row.look_on = look_on(row.ended_on, looked=row.looked) if row.ended_on else None
    elif row.state in ENDED:
        row.ended_on = noted.on
        row.look_on = look_on(noted.on, looked=0) if row.state in NEXT else None
    row.save()
    _write(row, noted, file=file, by=by, now=now)
    told = TOLD.get(noted.step)
    if noted.step is Step.WITHDRAWN and had_started:
        told = SignalKind.STOPPED
    if noted.step is Step.MISSED and _missed_in_a_row(row) == MISSED_TWICE:
        told = SignalKind.MISSED_TWO
    if told is not None and row.parallel:
        Outgoing.objects.create(token=row.parallel, kind=told)


def _missed_in_a_row(row: Referral) -> int:
    """How many sessions were missed since the last one to which they came."""
    number = 0
    for step in row.events.filter(step__in=SESSIONS).order_by("-on", "-ordinal").values_list("step", flat=True):
        if step != Step.MISSED:
            break
        number += 1
    return number


def _write(row: Referral, noted: Noted, *, file: OpenFile | None, by: Actor, now: datetime) -> None:
    reference = uuid.uuid4()
    ReferralEvent.objects.create(
        reference=reference,
        referral=row,
        ordinal=row.events.count() + 1,
        step=noted.step,
        on=noted.on,
        reason=noted.reason,
        noted_at=now,
        actor_kind=by.kind,
        actor=by.id,
        words=ReferralEvent.box(file, "words", reference, noted.words) if file and noted.words else "",
    )
