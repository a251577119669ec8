"""Passing something on without the person's yes: one asks under a law, another decides, and the person is told."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.operations import reads
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.helpline.errors import CaseUnknown, ReasonMissing, StepImpossible
from leeward.victim.helpline.models import Case, Override, Review
from leeward.victim.helpline.operations.desk import casework, decided
from leeward.victim.helpline.operations.steps import locked_case
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.overrides import all_bases, find_basis
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.overrides import Telling, check_override, check_telling
from leeward.victim.network.operations.referrals import (
    Draft,
    draft_referral,
    drop_override,
    pass_on_without,
    shut_team_out,
    tell_person,
)
from leeward.victim.network.rules.releases import Without

# So long it is counted. When its case is forgotten before, nothing says whose it was.
OVERRIDE_LIFETIME = timedelta(days=3 * 365 + 1)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a second person is to decide: under which law, why, among staff, and when the person is told."""

    basis: str
    reason: str
    telling: Telling


def ask_override(
    *, opened: OpenCase, asked: Asked, draft: Draft, by: Actor, now: datetime, reference: uuid.UUID
) -> None:
    """Prepare to pass something on without the person's yes, and ask a second person. Nobody else can open it yet.

    `draft.without` says why, to the person and for each thing; its law is written here. The same reference again
    changes nothing. Raises BasisEnded, ReasonMissing, FieldForbidden, TellingRefused, StepImpossible where one waits
    already, and what `draft_referral` raises.
    """
    today = local_day(now)
    basis = find_basis(asked.basis, today=today)
    if not asked.reason.strip() or draft.without is None:
        raise ReasonMissing
    check_override(basis, draft.released.values())
    check_telling(asked.telling, may_wait=basis.may_wait, today=today)
    without: Without = replace(draft.without, law=basis.title, place=basis.place)
    kind, sealed = Review.Kind.OVERRIDE, casework(opened)
    with transaction.atomic():
        case = locked_case(opened.reference)
        if Override.objects.filter(reference=reference).exists():
            return
        if case.state is CaseState.CLOSED or case.reviews.filter(kind=kind, state=Review.State.OPEN).exists():
            raise StepImpossible
        passed = replace(draft, without=without)
        draft_referral(file=opened.file.file, team=case.team, draft=passed, by=by, now=now, reference=reference)
        about = uuid.uuid4()
        review = case.reviews.create(
            reference=about,
            kind=kind,
            asked_at=now,
            asked_by=by.id,
            reason=Review.box(sealed, "reason", about, asked.reason),
        )
        Override.objects.create(
            reference=reference,
            review=review,
            basis=basis.code,
            asked_on=today,
            tell_on=asked.telling.tell_on,
            why_untold=Override.box(sealed, "why_untold", reference, asked.telling.why),
            expires_on=today + OVERRIDE_LIFETIME,
        )
        write_line(HelplineVerb.OVERRIDE_ASKED, case, by=by, now=now, basis=basis.code)


def decide_override(
    *, opened: OpenCase, review: uuid.UUID, agrees: bool, keyring: Keyring, by: Actor, now: datetime
) -> None:
    """The second person's word: it is passed on now, and told unless that is unsafe; or it is erased.

    Raises CaseUnknown, SecondPersonNeeded for one's own, BasisEnded, and ReceiverRefused where somebody who was to be
    asked cannot be any more.
    """
    today = local_day(now)
    with transaction.atomic():
        locked_case(opened.reference)  # what withdraws it holds the case too
        found = decided(opened=opened, review=review, kinds=(Review.Kind.OVERRIDE,), agrees=agrees, by=by, now=now)
        row = Override.objects.select_for_update().get(review=found)
        row.state, row.decided_on = found.state, today
        if agrees:
            find_basis(row.basis, today=today)
            pass_on_without(referral=row.reference, keyring=keyring, by=by, now=now)
            if row.tell_on is None:
                tell_person(referral=row.reference, keyring=keyring, by=by, now=now)
                row.told_on = today
        else:
            drop_override(referral=row.reference, by=by, now=now)
        row.save()


def tell_them(*, referral: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Tell the person what was passed on without their yes. Safe to repeat. Raises CaseUnknown.

    Where they have stopped the helpline meanwhile, it opens nothing of this from now on either.
    """
    with transaction.atomic():
        found = _untold(referral)
        if found is None:
            return
        row, case = found
        tell_person(referral=referral, keyring=keyring, by=by, now=now)
        row.told_on = local_day(now)
        row.save(update_fields=["told_on"])
        if not reads(case.team, case.thread.reference, now=now):
            shut_team_out(file=case.file.reference, team=case.team, by=by, now=now)


def wait_longer(*, opened: OpenCase, referral: uuid.UUID, telling: Telling, by: Actor, now: datetime) -> None:
    """It is still unsafe to tell them: why, and when somebody looks again. Raises TellingRefused, CaseUnknown."""
    with transaction.atomic():
        found = _untold(referral)
        if found is None or found[1].reference != opened.reference or telling.tell_on is None:
            raise StepImpossible
        row, case = found
        basis = next((each for each in all_bases() if each.code == row.basis), None)
        check_telling(telling, may_wait=basis is not None and basis.may_wait, today=local_day(now))
        row.tell_on = telling.tell_on
        row.why_untold = Override.box(casework(opened), "why_untold", row.reference, telling.why)
        row.save(update_fields=["tell_on", "why_untold"])
        write_line(HelplineVerb.OVERRIDE_UNTOLD, case, by=by, now=now)


def forget_overrides(*, now: datetime, limit: int) -> int:
    """Forget overrides that are counted no more; returns how many."""
    due = list(Override.objects.filter(expires_on__lt=now.date()).values_list("pk", flat=True)[:limit])
    Override.objects.filter(pk__in=due).delete()
    return len(due)


def _untold(referral: uuid.UUID) -> tuple[Override, Case] | None:
    """Lock what the person of a case was not told yet; None where they were. Raises CaseUnknown."""
    row = Override.objects.select_for_update(of=("self",)).filter(reference=referral).first()
    if row is None or row.review is None or row.state is not Review.State.AGREED:
        raise CaseUnknown
    return (row, row.review.case) if row.told_on is None else None
