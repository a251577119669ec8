"""Volunteers: some cases are lent to them until their shift ends, and a mentor reads their replies first.

All volunteers hold one key, that of their team. A case is theirs by grants that end with the shift; from the first
opening after that, nothing is written under a key that they ever had.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import found_team
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.operations.files import lend
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import CaseUnknown, ReplyWaits, ShiftRefused, StepImpossible
from leeward.victim.helpline.models import Clearance, Lent, Recusal, Review
from leeward.victim.helpline.operations.cases import end_lending_of, open_case, write_message
from leeward.victim.helpline.operations.steps import locked_case
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.cases import VOLUNTEERS
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.volunteers import LONGEST_SHIFT

SHIFT = "shift"


def begin_shift(*, cases: Iterable[uuid.UUID], until: datetime, keyring: Keyring, by: Actor, now: datetime) -> int:
    """Lend cases to the volunteers until then; returns how many. Those that cannot be lent are left out.

    Raises ShiftRefused where it is none, or `until` does not lie within twelve hours from now.
    """
    if not now < until <= now + LONGEST_SHIFT:
        raise ShiftRefused
    lent = 0
    for reference in cases:
        try:
            opened = open_case(reference=reference, keyring=keyring, by=by, now=now, reason=SHIFT)
            lend_case(opened=opened, until=until, by=by, now=now)
        except (CaseUnknown, NotGranted, StepImpossible):
            continue
        lent += 1
    if not lent:
        raise ShiftRefused
    return lent


def lend_case(*, opened: OpenCase, until: datetime, by: Actor, now: datetime) -> None:
    """Let volunteers read how to reach them, story, thread, wishes and plan until then, and nothing else of the case.

    Raises StepImpossible where it is closed, its person keeps volunteers out, or one of them has said that they know
    the person.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        is_known = Recusal.objects.filter(case=case, team=VOLUNTEERS).exists()
        if case.state is CaseState.CLOSED or is_known or not case.may_be_lent:
            raise StepImpossible
        found_team(team=VOLUNTEERS, by=by, now=now)
        for row, file in ((case.file, opened.file), (case.thread, opened.thread)):
            lend(row, opened=file, team=VOLUNTEERS, until=until, reason=SHIFT, by=by, now=now)
        Lent.objects.update_or_create(case=case, defaults={"until": until, "by": by.id})
        write_line(HelplineVerb.LENT, case, by=by, now=now)


def take_back(*, opened: OpenCase, by: Actor, now: datetime) -> None:
    """Take a case back from the volunteers before their shift ends. Safe to repeat."""
    with transaction.atomic():
        end_lending_of(locked_case(opened.reference), opened=opened, by=by, now=now)


def forget_lent(*, now: datetime, limit: int) -> int:
    """Forget that cases were lent whose time is over; their grants have ended by themselves. Returns how many."""
    over = list(Lent.objects.filter(until__lte=now).values_list("pk", flat=True)[:limit])
    return Lent.objects.filter(pk__in=over, until__lte=now).delete()[0]


def write_reply(*, opened: OpenCase, words: str, by: Actor, now: datetime, reference: uuid.UUID) -> bool:
    """A volunteer answers: who is cleared sends it, and others' waits for a mentor. Returns whether it is sent.

    The same reference again changes nothing. Raises ReplyWaits, and StepImpossible where the case is closed or its
    person keeps volunteers out.
    """
    with transaction.atomic():
        case = locked_case(opened.reference)
        if not case.may_be_lent:  # the person stopped the volunteers while this one wrote
            raise StepImpossible
        if Clearance.objects.filter(staff=by.id).exists():
            write_message(opened=opened, words=words, side=Side.TEAM, by=by, now=now, reference=reference)
            return True
        if Review.objects.filter(reference=reference).exists():
            return False
        if case.state is CaseState.CLOSED:
            raise StepImpossible
        if case.reviews.filter(kind=Review.Kind.REPLY, state=Review.State.OPEN).exists():
            raise ReplyWaits
        sealed = Review.box(opened.thread, "words", reference, words)
        case.reviews.create(reference=reference, kind=Review.Kind.REPLY, asked_at=now, asked_by=by.id, words=sealed)
        write_line(HelplineVerb.REVIEW_ASKED, case, by=by, now=now)
    return False


def clear_volunteer(*, staff: str, is_cleared: bool, by: Actor, now: datetime) -> None:
    """Let a volunteer answer without a mentor, or with one again. Safe to repeat. Raises CaseUnknown: nobody such."""
    if staff not in {each.reference for each in staff_of_role(Role.VOLUNTEER)}:
        raise CaseUnknown
    with transaction.atomic():
        if is_cleared:
            Clearance.objects.get_or_create(staff=staff, defaults={"at": now, "by": by.id})
        else:
            Clearance.objects.filter(staff=staff).delete()
        subject = Subject(kind="volunteer", reference=staff)
        record(verb=HelplineVerb.CLEARED, by=by, subject=subject, now=now, facts={"cleared": is_cleared})


def forget_clearances(*, now: datetime, limit: int) -> int:  # noqa: ARG001  # a sweep has both
    """Forget that those were cleared who are no volunteers any more; returns how many."""
    here = [each.reference for each in staff_of_role(Role.VOLUNTEER)]
    left = list(Clearance.objects.exclude(staff__in=here).values_list("pk", flat=True)[:limit])
    return Clearance.objects.filter(pk__in=left).delete()[0]
