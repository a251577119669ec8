"""Courts and types of orders: taken in from a file, switched, and named by the Centre."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.vault.operations import found_team
from leeward.justice.courts.errors import CourtsMistake, TypeUnknown
from leeward.justice.courts.models import Court, KnownType, TypeVersion
from leeward.justice.courts.operations.verbs import CourtVerb, note_of
from leeward.justice.courts.rules.terms import COURT_LENGTH, LEGAL_LENGTH
from leeward.justice.courts.rules.types import OrderType

ORDERS = "orders"  # the Centre's team


@transaction.atomic
def load_types(*, types: Sequence[OrderType], by: Actor, now: datetime) -> tuple[str, ...]:
    """Take in types from a file; returns the codes of those that are new or say something else. Safe to repeat.

    A switch that somebody has set stays. The Centre's team is founded with its first officer or the first court: a
    team's first key lies on the web's account, and `leeward found` runs on the workers'.
    """
    changed = []
    for kind in types:
        row, is_new = KnownType.objects.select_for_update().get_or_create(
            code=kind.code, defaults={"is_switched_on": kind.is_switched_on, "switched_at": now}
        )
        newest = row.versions.order_by("-number").first()
        if newest is not None and newest.as_type() == kind:
            continue
        number = newest.number + 1 if newest else 1
        TypeVersion.objects.create(known=row, number=number, loaded_at=now, content=kind.to_text())
        if not is_new and not kind.has_begun(local_day(now)):
            KnownType.objects.filter(pk=row.pk).update(is_switched_on=False)
        changed.append(kind.code)
        note_of(CourtVerb.TYPE_LOADED, "order_type", kind.code, by=by, now=now, version=number)
    return tuple(changed)


@transaction.atomic
def switch_type(*, code: str, on: bool, reason: str, by: Actor, now: datetime) -> None:
    """Let orders of a type be recorded, or no more, for a reason. Raises TypeUnknown, FieldRefused.

    One of which nobody has read when its law begins cannot be switched on.
    """
    row = KnownType.objects.select_for_update().filter(code=code).first()
    newest = row.versions.order_by("-number").first() if row else None
    if row is None or newest is None:
        raise TypeUnknown
    why = values.line("reason", reason, most=LEGAL_LENGTH)
    if on and not newest.as_type().has_begun(local_day(now)):
        raise FieldRefused("reason", CourtsMistake.COMMENCEMENT)
    row.is_switched_on, row.switched_at, row.switched_reason = on, now, why
    row.save()
    note_of(CourtVerb.TYPE_SWITCHED, "order_type", code, by=by, now=now, on=on)


@transaction.atomic
def keep_court(
    *, name: str, jurisdiction: str, contact: str, court: uuid.UUID | None = None, by: Actor, now: datetime
) -> uuid.UUID:
    """Name a court, or change it; returns its public id. Its team's key is made with it. Raises FieldRefused."""
    row = Court.objects.select_for_update().filter(public_id=court).first() if court else None
    row = row or Court(public_id=court or uuid.uuid4())
    row.name = values.line("name", name, most=COURT_LENGTH)
    row.jurisdiction = values.line("jurisdiction", jurisdiction, most=COURT_LENGTH)
    row.contact = values.line("contact", contact, most=LEGAL_LENGTH)
    row.changed_at = now
    if Court.objects.filter(name=row.name).exclude(public_id=row.public_id).exists():
        raise FieldRefused("name", CourtsMistake.NAME_TAKEN)
    row.save()
    found_team(team=row.team, by=by, now=now)
    found_team(team=ORDERS, by=by, now=now)
    note_of(CourtVerb.COURT_KEPT, "court", str(row.public_id), by=by, now=now)
    return row.public_id
