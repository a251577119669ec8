"""Forgets the nominated persons of organisations that were refused or have left, half a year later.

An application about which nobody decided in half a year ends as refused, and its person is forgotten with it.
"""

from datetime import datetime

from django.db import connection, transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.industry.declarations.models import Signatory, SignatoryLink
from leeward.industry.declarations.operations.verbs import DeclarationVerb, note
from leeward.industry.declarations.rules.terms import APPLICATION_KEPT, Stage

NOBODY_DECIDED = f"Neither verified nor refused within {APPLICATION_KEPT.days} days."


def forget_nominees(*, now: datetime, limit: int) -> int:
    """Forget up to `limit` nominated persons whose day has come; returns how many. Safe to repeat and to kill."""
    due = Signatory.objects.filter(forget_on__lte=local_day(now)).order_by("forget_on", "pk")
    return sum(_forget(pk, now=now) for pk in list(due.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def _forget(pk: int, *, now: datetime) -> int:
    """The organisation and its record stay. Of a refused one nothing was public, so nothing of the person is left."""
    can_pass_over = connection.features.has_select_for_update_skip_locked
    rows = Signatory.objects.select_for_update(of=("self",), skip_locked=can_pass_over)
    row = rows.filter(pk=pk, forget_on__lte=local_day(now)).first()
    if row is None:  # it has come back meanwhile, or is in another sweep's hands
        return 0
    if row.stage == Stage.APPLIED.value:
        row.stage, row.refused_at, row.refused_reason = Stage.REFUSED.value, now, NOBODY_DECIDED
        note(DeclarationVerb.LAPSED, "signatory", row.public_id, by=Actor.system(), now=now)
    row.nominee_name = row.nominee_email = row.message = ""
    if row.stage == Stage.REFUSED.value:
        row.nominee_title = row.nominee_contact = row.verified_words = ""
    row.forget_on = None
    row.save()
    SignatoryLink.objects.filter(signatory=row).delete()
    note(DeclarationVerb.FORGOTTEN, "signatory", row.public_id, by=Actor.system(), now=now)
    return 1
