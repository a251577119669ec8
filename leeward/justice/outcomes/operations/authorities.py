"""Authorities: who is expected to hand in counts."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.vault.operations import found_team
from leeward.justice.outcomes.errors import OutcomesMistake
from leeward.justice.outcomes.models import Authority
from leeward.justice.outcomes.operations.verbs import OutcomesVerb, note
from leeward.justice.outcomes.rules.terms import AUTHORITY_CODE, NAME_LENGTH, TEAM, AuthorityKind


@dataclass(frozen=True, kw_only=True)
class NewAuthority:
    """An authority as somebody enters it. `code`: by which its files call it."""

    code: str
    name: str
    kind: AuthorityKind
    expected_from: date
    expected_until: date | None = None
    employer: uuid.UUID | None = None


@transaction.atomic
def keep_authority(*, new: NewAuthority, authority: uuid.UUID, by: Actor, now: datetime) -> uuid.UUID:
    """Name an authority, or change it; returns its public id, `authority`. Raises FieldRefused."""
    row = Authority.objects.select_for_update().filter(public_id=authority).first() or Authority(public_id=authority)
    row.code = values.line("code", new.code, most=len(new.code))
    if not AUTHORITY_CODE.fullmatch(row.code):
        raise FieldRefused("code", OutcomesMistake.CODE)
    row.name = values.line("name", new.name, most=NAME_LENGTH)
    if new.expected_until and new.expected_until < new.expected_from:
        raise FieldRefused("expected_until", Mistake.BEFORE)
    others = Authority.objects.exclude(public_id=authority)
    for field in ("code", "name"):
        if others.filter(**{field: getattr(row, field)}).exists():
            raise FieldRefused(field, OutcomesMistake.TAKEN)
    row.kind, row.employer, row.changed_at = new.kind, new.employer, now
    row.expected_from, row.expected_until = new.expected_from, new.expected_until
    row.save()
    found_team(team=TEAM, by=by, now=now)
    note(OutcomesVerb.AUTHORITY_KEPT, "authority", authority, by=by, now=now)
    return authority
