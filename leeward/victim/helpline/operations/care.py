"""What people who work here get for themselves: a pause, a debrief, supervision, an end of the shift."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, ActorKind, Subject
from leeward.victim.helpline.errors import CaseUnknown
from leeward.victim.helpline.models import Care, Case
from leeward.victim.helpline.models import Profile as ProfileRow
from leeward.victim.helpline.operations.verbs import HelplineVerb
from leeward.victim.helpline.rules.allocation import NEXT_SHIFT
from leeward.victim.helpline.rules.care import KEPT, OFFERED_FOR, CareKind, CareState

OPEN = (CareState.OFFERED, CareState.ASKED)


def pause(*, by: Actor, now: datetime) -> None:
    """They need a pause: leads are told, their cases are free, and they are given none. Safe to repeat."""
    with transaction.atomic():
        defaults = {"state": CareState.ASKED, "at": now}
        _row, is_new = Care.objects.get_or_create(
            staff=by.id, kind=CareKind.PAUSE, ended_at__isnull=True, defaults=defaults
        )
        if is_new:
            Case.objects.filter(claimed_by=by.id).update(claimed_by="", claimed_until=None)
            _record(CareKind.PAUSE, by=by, now=now)


def go_on(*, by: Actor, now: datetime) -> None:
    """They go on. Safe to repeat."""
    with transaction.atomic():
        if Care.objects.filter(staff=by.id, kind=CareKind.PAUSE, ended_at__isnull=True).update(ended_at=now):
            _record(CareKind.PAUSE, by=by, now=now, ended=True)


def offer_debriefs(case: Case, *, by: Actor, now: datetime) -> None:
    """Offer a debrief to everybody of us who did something on a red case that is closed; nothing says which case."""
    people = {by.id, *case.events.filter(actor_kind=ActorKind.STAFF).values_list("actor_reference", flat=True)}
    offered = Care.objects.filter(staff__in=people, kind=CareKind.DEBRIEF, state__in=OPEN).values_list(
        "staff", flat=True
    )
    for staff in sorted(people - set(offered) - {""}):
        Care.objects.create(kind=CareKind.DEBRIEF, state=CareState.OFFERED, staff=staff, at=now)


def answer_offer(*, care: uuid.UUID, wants: bool, by: Actor, now: datetime) -> None:
    """They want the debrief that is offered to them, or not. Raises CaseUnknown where it is none of theirs."""
    state = CareState.ASKED if wants else CareState.DECLINED
    with transaction.atomic():
        mine = Care.objects.filter(reference=care, staff=by.id, kind=CareKind.DEBRIEF, state=CareState.OFFERED)
        if not mine.update(state=state, at=now):
            raise CaseUnknown
        _record(CareKind.DEBRIEF, by=by, now=now, wanted=wants)


def hold(*, care: uuid.UUID, minutes: int | None, by: Actor, now: datetime) -> None:
    """A lead is with whoever takes a pause (`minutes` None), or has held the debrief. Raises CaseUnknown."""
    with transaction.atomic():
        asked = Care.objects.filter(reference=care, state=CareState.ASKED).exclude(staff=by.id)
        if not asked.update(state=CareState.HELD, held_at=now, held_by=by.id, minutes=minutes):
            raise CaseUnknown
        _record(CareKind.DEBRIEF if minutes else CareKind.PAUSE, by=by, now=now, held=True)


def note_supervision(*, staff: str, minutes: int, by: Actor, now: datetime) -> None:
    """Note how long somebody was supervised, and nothing of what was said. Raises CaseUnknown: nobody such."""
    if staff not in {each.reference for role in (Role.PRACTITIONER, Role.VOLUNTEER) for each in staff_of_role(role)}:
        raise CaseUnknown
    with transaction.atomic():
        known = {"state": CareState.HELD, "at": now, "held_at": now, "held_by": by.id, "minutes": minutes}
        Care.objects.create(kind=CareKind.SUPERVISION, staff=staff, **known)
        _record(CareKind.SUPERVISION, by=by, now=now, held=True)


def count_shift(*, by: Actor, now: datetime) -> None:
    """Count somebody's shift from the first case that they take; of earlier shifts nothing is kept."""
    over = Q(began_at__isnull=True) | Q(began_at__lte=now - NEXT_SHIFT)
    if not ProfileRow.objects.filter(over, staff=by.id).update(began_at=now):
        ProfileRow.objects.get_or_create(staff=by.id, defaults={"began_at": now})


def forget_care(*, now: datetime, limit: int) -> int:
    """Forget offers that nobody took, and what is too old for figures; returns how many."""
    stale = Q(state__in=[CareState.OFFERED, CareState.DECLINED], at__lt=now - OFFERED_FOR) | Q(at__lt=now - KEPT)
    due = list(Care.objects.filter(stale).values_list("pk", flat=True)[:limit])
    return Care.objects.filter(pk__in=due).delete()[0]


def _record(kind: CareKind, *, by: Actor, now: datetime, **facts: bool) -> None:
    subject = Subject(kind="care", reference=by.id)
    record(verb=HelplineVerb.CARED, by=by, subject=subject, now=now, facts={"kind": kind, **facts})
