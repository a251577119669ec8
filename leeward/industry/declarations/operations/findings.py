"""Records what was found about platforms, what they say to it, and what they count themselves."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.foundation.rows import add_row
from leeward.industry.declarations.editions import read_checklist
from leeward.industry.declarations.errors import DeclarationMistake
from leeward.industry.declarations.models import Finding, StatedFigure
from leeward.industry.declarations.operations.verbs import DeclarationVerb, note
from leeward.industry.declarations.rules.checklists import NewFigure, NewFinding, check_figure, check_finding
from leeward.industry.declarations.rules.terms import TEXT_LENGTH
from leeward.industry.platforms.rules import Partner


@transaction.atomic
def record_finding(*, partner: Partner, new: NewFinding, by: Actor, now: datetime) -> UUID:
    """Record a finding; the ones before stay as its history. Raises FieldRefused."""
    checklist = read_checklist()
    checked = check_finding(new, checklist=checklist, today=local_day(now))
    row = add_row(
        Finding,
        checked,
        platform_id=partner.id,
        edition=checklist.edition,
        recorded_at=now,
        recorded_by=who(by),
    )
    facts = {"code": checked.code, "verdict": checked.verdict.value, "platform": str(partner.public_id)}
    note(DeclarationVerb.FOUND, "finding", row.public_id, by=by, now=now, facts=facts)
    return row.public_id


@transaction.atomic
def record_reply(*, partner: Partner, reference: UUID, reply: str, by: Actor, now: datetime) -> None:
    """Write down what the platform says to a finding; it stands beside it. Raises EntryUnknown, FieldRefused."""
    row = Finding.objects.select_for_update(of=("self",)).filter(public_id=reference, platform_id=partner.id).first()
    if row is None:
        raise EntryUnknown
    text = reply.strip()
    if not text or len(text) > TEXT_LENGTH:
        raise FieldRefused("reply", DeclarationMistake.REPLY)
    row.reply, row.replied_on = text, local_day(now)
    row.save(update_fields=["reply", "replied_on"])
    note(DeclarationVerb.REPLIED, "finding", reference, by=by, now=now)


@transaction.atomic
def state_figure(*, partner: Partner, new: NewFigure, by: Actor, now: datetime) -> None:
    """Write down what a platform counts itself; what it said before of the period stays. Raises FieldRefused.

    The same again as was said last changes nothing: a button was pressed twice.
    """
    checked = check_figure(new, today=local_day(now))
    said = {
        "value": checked.value,
        "said_on": checked.said_on,
        "said_by": checked.said_by.value,
        "source": checked.source.strip(),
    }
    period = {"measure": checked.measure.value, "began_on": checked.began_on, "ended_on": checked.ended_on}
    rows = StatedFigure.objects.filter(platform_id=partner.id, mistaken_at__isnull=True, **period)
    last = rows.order_by("said_on", "pk").last()
    if last is not None and said == {name: getattr(last, name) for name in said}:
        return
    row = StatedFigure.objects.create(platform_id=partner.id, **period, **said, recorded_at=now, recorded_by=who(by))
    _note_figure(DeclarationVerb.COUNTED, row, partner=partner, by=by, now=now)


@transaction.atomic
def strike_figure(*, partner: Partner, reference: UUID, by: Actor, now: datetime) -> None:
    """Strike out what staff wrote down wrongly: it is shown as their mistake, and counts for nothing.

    Raises EntryUnknown.
    """
    rows = StatedFigure.objects.select_for_update(of=("self",))
    row = rows.filter(public_id=reference, platform_id=partner.id, mistaken_at__isnull=True).first()
    if row is None:
        raise EntryUnknown
    row.mistaken_at = now
    row.save(update_fields=["mistaken_at"])
    _note_figure(DeclarationVerb.STRUCK, row, partner=partner, by=by, now=now)


def _note_figure(verb: DeclarationVerb, row: StatedFigure, *, partner: Partner, by: Actor, now: datetime) -> None:
    facts = {"measure": row.measure, "until": row.ended_on.isoformat(), "figure": str(row.public_id)}
    note(verb, "platform", partner.public_id, by=by, now=now, facts=facts)
