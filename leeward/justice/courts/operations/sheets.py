"""Sheets: kept by hand or from a court's file, each file once; taken back; and deleted after ten years."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.holds.errors import RecordHeld
from leeward.foundation.holds.queries import held_records, refuse_held
from leeward.justice.courts.errors import CourtsMistake, SheetUnknown
from leeward.justice.courts.models import Court, KnownType, Sheet, SheetFile, SheetLine
from leeward.justice.courts.operations.verbs import CourtVerb, note_of
from leeward.justice.courts.rules.sheets import (
    KEPT_YEARS,
    OFFENCE,
    OFFENCE_LENGTH,
    Conviction,
    digest_of,
    is_kept_still,
    write_week,
)
from leeward.justice.courts.rules.terms import Told

HELD = "sheet"  # as the kind of record that a legal hold keeps


@dataclass(frozen=True, kw_only=True)
class SheetPlan:
    """What a file would change at one court: how many convictions are new, and what stands in its weeks already.

    `is_known`: the same file was kept before. `earlier`: convictions that other files told of these weeks, `by_hand`
    those that somebody entered.
    """

    court: str
    new: int
    is_known: bool
    earlier: int
    by_hand: int
    weeks: tuple[date, ...]


def plan_sheets(found: Mapping[str, Sequence[Conviction]]) -> tuple[SheetPlan, ...]:
    """Say what keeping these convictions, by the name of their court, would change. Changes nothing."""
    return tuple(_plan(court, told) for court, told in found.items())


@transaction.atomic
def keep_sheets(*, found: Mapping[str, Sequence[Conviction]], replaces: bool | None, by: Actor, now: datetime) -> int:
    """Keep a file's convictions, all or none; returns how many are new. The same file again changes nothing.

    `replaces`: whether they take the place of what earlier files told of the same weeks of their court. Raises
    FieldRefused where earlier files did, and None was said; RecordHeld where one of those is under a legal hold.
    """
    kept = 0
    for name, told in found.items():
        court = Court.objects.select_for_update().get(name=name)
        plan = _plan(name, told)
        if plan.is_known:
            continue
        if plan.earlier and replaces is None:
            raise FieldRefused("earlier", CourtsMistake.EARLIER, about=", ".join(map(write_week, plan.weeks[:5])))
        if replaces:
            replaced = Sheet.objects.filter(_of_weeks(plan), file__isnull=False)
            if replaced.filter(public_id__in=held_records(HELD, now=now)).exists():
                raise RecordHeld
            replaced.delete()
        file = SheetFile.objects.create(court=court, sha256=digest_of(told), kept_at=now, kept_by=who(by))
        for each in told:
            _add(court, each, file=file, by=by)
        kept += len(told)
        note_of(CourtVerb.SHEETS_KEPT, "court", str(court.public_id), by=by, now=now, sheets=len(told))
    return kept


@transaction.atomic
def keep_sheet(*, court: uuid.UUID | str, told: Conviction, by: Actor, now: datetime) -> uuid.UUID:
    """Keep one conviction that somebody entered; returns its public id. Raises FieldRefused."""
    if not is_kept_still(told.week, today=local_day(now)):
        raise FieldRefused("on", CourtsMistake.WEEK_FUTURE)
    if not OFFENCE.fullmatch(told.offence):
        raise FieldRefused("offence", CourtsMistake.OFFENCE, about=OFFENCE_LENGTH)
    if (told.told is Told.TOLD) is (told.told_days is None):
        raise FieldRefused("told_days", CourtsMistake.TOLD_DAYS)
    row = Court.objects.get(public_id=court)
    sheet = _add(row, told, file=None, by=by)
    note_of(CourtVerb.SHEETS_KEPT, "court", str(row.public_id), by=by, now=now, sheets=1)
    return sheet.public_id


@transaction.atomic
def drop_sheet(*, sheet: uuid.UUID, court: uuid.UUID | str, by: Actor, now: datetime) -> None:
    """Take a sheet back that was wrong. Raises SheetUnknown for another court's too, RecordHeld."""
    row = Sheet.objects.filter(public_id=sheet, court__public_id=court).first()
    if row is None:
        raise SheetUnknown
    refuse_held(HELD, sheet, now=now)
    row.delete()
    note_of(CourtVerb.SHEET_DROPPED, "court", str(court), by=by, now=now)


def forget_sheets(*, now: datetime, limit: int) -> int:
    """Delete sheets ten years after their week, with a line in the trail for each court; returns how many."""
    before = local_day(now) - timedelta(days=366 * KEPT_YEARS)
    rows = Sheet.objects.filter(week__lte=before).exclude(public_id__in=held_records(HELD, now=now))
    rows = rows.order_by("week", "pk").select_related("court")[:limit]
    by_court: dict[uuid.UUID, list[int]] = {}
    for row in rows:
        by_court.setdefault(row.court.public_id, []).append(row.pk)
    for court, keys in by_court.items():
        with transaction.atomic():
            Sheet.objects.filter(pk__in=keys).delete()
            SheetFile.objects.filter(court__public_id=court, sheets=None).delete()
            note_of(CourtVerb.SHEETS_FORGOTTEN, "court", str(court), by=Actor.system(), now=now, sheets=len(keys))
    return sum(map(len, by_court.values()))


def _plan(court: str, told: Sequence[Conviction]) -> SheetPlan:
    weeks = tuple(sorted({each.week for each in told}))
    plan = SheetPlan(court=court, new=len(told), is_known=False, earlier=0, by_hand=0, weeks=weeks)
    if SheetFile.objects.filter(court__name=court, sha256=digest_of(told), sheets__isnull=False).exists():
        return SheetPlan(**{**vars(plan), "is_known": True, "new": 0})
    rows = Sheet.objects.filter(_of_weeks(plan))
    by_hand = rows.filter(file__isnull=True).count()
    return SheetPlan(**{**vars(plan), "earlier": rows.count() - by_hand, "by_hand": by_hand})


def _of_weeks(plan: SheetPlan) -> Q:
    return Q(court__name=plan.court, week__in=plan.weeks)


def _add(court: Court, told: Conviction, *, file: SheetFile | None, by: Actor) -> Sheet:
    known = {row.code: row for row in KnownType.objects.filter(code__in=[each.type_code for each in told.entries])}
    row = Sheet.objects.create(
        court=court,
        week=told.week,
        offence=told.offence,
        impact=told.impact,
        told=told.told,
        told_days=told.told_days,
        rehabilitation=told.rehabilitation,
        notification=told.notification,
        file=file,
        kept_by=who(by),
    )
    SheetLine.objects.bulk_create(
        SheetLine(
            sheet=row,
            type=known[each.type_code],
            kind=known[each.type_code].versions.latest("number").as_type().kind,
            state=each.state,
            refusal=each.refusal,
        )
        for each in told.entries
    )
    return row
