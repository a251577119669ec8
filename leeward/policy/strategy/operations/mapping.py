"""Writes the map: organisations, and the scoping exercises that are made of it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, StepRefused
from leeward.foundation.editing.history import held, note
from leeward.foundation.rows import read_row
from leeward.policy.strategy.errors import StrategyMistake
from leeward.policy.strategy.models import Scoping, Stakeholder
from leeward.policy.strategy.operations.writing import save
from leeward.policy.strategy.queries.model import row_ids
from leeward.policy.strategy.rules.mapping import (
    MAPS,
    Mapped,
    NewScoping,
    NewStakeholder,
    check_ready,
    check_scoping,
    check_stakeholder,
)
from leeward.policy.strategy.rules.terms import STAKEHOLDERS_MOST, EntryKind, StrategyVerb


@transaction.atomic
def save_stakeholder(*, reference: UUID | None = None, new: NewStakeholder, by: Actor, now: datetime) -> UUID:
    """Add an organisation to the map, or change one. Raises FieldRefused and EntryUnknown."""
    checked = check_stakeholder(new, rows=row_ids())
    row = held(Stakeholder.objects.filter(ended_at__isnull=True), reference) if reference else Stakeholder()
    same = Stakeholder.objects.filter(ended_at__isnull=True, name=checked.name, area=checked.area)
    if same.exclude(public_id=row.public_id).exists():
        raise FieldRefused("name", StrategyMistake.TWICE, about=checked.name)
    if reference is None and Stakeholder.objects.filter(ended_at__isnull=True).count() >= STAKEHOLDERS_MOST:
        raise FieldRefused("name", StrategyMistake.FULL, about=STAKEHOLDERS_MOST)
    return save(EntryKind.STAKEHOLDER, row, checked, by=by, now=now)


@transaction.atomic
def end_stakeholder(*, reference: UUID, reason: str, by: Actor, now: datetime) -> None:
    """Take an organisation off the map, for a reason. Raises FieldRefused and EntryUnknown.

    One that still leads an action that has not ended stays: somebody must take the action over first.
    """
    said = values.line("reason", reason)
    row = held(Stakeholder.objects.filter(ended_at__isnull=True), reference)
    led = row.led.exclude(status__in=["done", "dropped"]).order_by("number").values_list("number", flat=True)
    if led:
        raise FieldRefused("reason", StrategyMistake.LEADS, about=", ".join(f"A{number}" for number in led))
    row.ended_at, row.ended_reason, row.changed_at = now, said, now
    row.save(update_fields=["ended_at", "ended_reason", "changed_at"])
    note(EntryKind.STAKEHOLDER, row.public_id, StrategyVerb.REMOVED, by=by, now=now, reason=said)


@transaction.atomic
def save_scoping(*, reference: UUID | None = None, new: NewScoping, by: Actor, now: datetime) -> UUID:
    """Begin a scoping exercise, or change one that is not published. Raises FieldRefused, EntryUnknown, StepRefused."""
    checked = check_scoping(new)
    row = held(Scoping.objects.all(), reference) if reference else Scoping()
    if row.published_at is not None:
        raise StepRefused
    return save(EntryKind.SCOPING, row, checked, by=by, now=now)


@transaction.atomic
def publish_scoping(*, reference: UUID, by: Actor, now: datetime) -> None:
    """Publish an exercise with the map as it is now. Raises FieldRefused, EntryUnknown and StepRefused.

    Of an organisation that must not be named only sector and capabilities are kept: no name, no area, no reference.
    """
    row = held(Scoping.objects.all(), reference)
    if row.published_at is not None:
        raise StepRefused
    check_ready(read_row(NewScoping, row))
    there = list(Stakeholder.objects.filter(ended_at__isnull=True))
    if not there:
        raise FieldRefused("map", StrategyMistake.EMPTY)
    row.asked = list(row_ids())
    row.map = MAPS.dump_python(tuple(_public(each, place) for place, each in enumerate(there)), mode="json")
    row.published_at, row.published_on, row.published_by, row.changed_at = now, local_day(now), who(by), now
    row.save()
    facts = {"organisations": len(there)}
    note(EntryKind.SCOPING, row.public_id, StrategyVerb.PUBLISHED, by=by, now=now, facts=facts)


def _public(row: Stakeholder, place: int) -> Mapped:
    found = read_row(Mapped, row)
    return found if found.named else replace(found, reference=UUID(int=place), name="", area="")
