"""Takes in what shows that a signatory keeps its word, and decides about it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import EntryUnknown, StepRefused
from leeward.foundation.rows import add_row
from leeward.industry.declarations.errors import TooManyWaiting
from leeward.industry.declarations.models import Evidence, OfferedSignature, Outage, Signatory, Statement
from leeward.industry.declarations.operations.signing import hold_offer, take_offer
from leeward.industry.declarations.operations.verbs import DeclarationVerb, note
from leeward.industry.declarations.queries.facts import all_versions, facts_of
from leeward.industry.declarations.rules.entries import NewEvidence, NewStatement, check_evidence, check_statement
from leeward.industry.declarations.rules.standing import Standing, standing_on
from leeward.industry.declarations.rules.terms import WAITING_MOST, HandedInBy, HandedInState, Stage

WAITING = HandedInState.WAITING.value


@transaction.atomic
def hand_in_evidence(*, public_id: UUID, new: NewEvidence, source: HandedInBy, by: Actor, now: datetime) -> UUID:
    """Take evidence in. What a signatory hands in waits for review; what staff enter counts at once.

    Raises EntryUnknown, StepRefused where it has left, FieldRefused, TooManyWaiting.
    """
    row, codes = _held_member(public_id, now=now)
    today = local_day(now)
    checked = check_evidence(new, codes=codes, today=today)
    piece = add_row(
        Evidence,
        checked,
        signatory=row,
        handed_in_on=today,
        handed_in_at=now,
        source=source.value,
        **_decision_of(source, by=by, now=now),
    )
    note(DeclarationVerb.HANDED_IN, "evidence", piece.public_id, by=by, now=now, facts={"code": checked.code})
    return piece.public_id


@transaction.atomic
def hand_in_statement(*, public_id: UUID, new: NewStatement, source: HandedInBy, by: Actor, now: datetime) -> UUID:
    """Take a published statement in; as with evidence. It is looked at by a sweep once it is accepted."""
    row, _codes = _held_member(public_id, now=now)
    checked = check_statement(new)
    decision = _decision_of(source, by=by, now=now)
    statement = add_row(
        Statement,
        checked,
        signatory=row,
        handed_in_on=local_day(now),
        handed_in_at=now,
        source=source.value,
        look_at=now if source is HandedInBy.STAFF else None,
        **decision,
    )
    note(DeclarationVerb.HANDED_IN, "statement", statement.public_id, by=by, now=now)
    return statement.public_id


@transaction.atomic
def accept(*, reference: UUID, by: Actor, now: datetime) -> None:
    """Accept what waits; it counts from the day on which it was handed in. Raises EntryUnknown."""
    if OfferedSignature.objects.filter(public_id=reference).exists():
        take_offer(reference, by=by, now=now)
        note(DeclarationVerb.ACCEPTED, "signature", reference, by=by, now=now)
        return
    row = _held_waiting(reference)
    row.state, row.decided_at, row.decided_by = HandedInState.ACCEPTED.value, now, who(by)
    fields = ["state", "decided_at", "decided_by"]
    if isinstance(row, Statement):
        row.look_at = now
        fields.append("look_at")
    row.save(update_fields=fields)
    _look_again(row.signatory, now=now)
    note(DeclarationVerb.ACCEPTED, _kind(row), reference, by=by, now=now)


@transaction.atomic
def reject(*, reference: UUID, reason: str, by: Actor, now: datetime) -> None:
    """Reject what waits, for a reason that whoever handed it in will read. Raises EntryUnknown, FieldRefused."""
    row = _held_waiting(reference)
    row.reason = values.line("reason", reason)
    row.state, row.decided_at, row.decided_by = HandedInState.REJECTED.value, now, who(by)
    row.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    _look_again(row.signatory, now=now)
    note(DeclarationVerb.REJECTED, _kind(row), reference, by=by, now=now)


@transaction.atomic
def end_statement(*, public_id: UUID, reference: UUID, by: Actor, now: datetime) -> None:
    """A statement is not published any more, or another takes its place; it stays in the record. EntryUnknown."""
    rows = Statement.objects.select_for_update(of=("self",)).filter(signatory__public_id=public_id)
    row = rows.filter(public_id=reference, state=HandedInState.ACCEPTED.value, ended_on__isnull=True).first()
    if row is None:
        raise EntryUnknown
    row.ended_on, row.look_at = local_day(now), None
    row.save(update_fields=["ended_on", "look_at"])
    Outage.objects.filter(statement=row, ended_on__isnull=True).update(ended_on=row.ended_on)
    _look_again(row.signatory, now=now)
    note(DeclarationVerb.ENDED, "statement", reference, by=by, now=now)


def _held_member(public_id: UUID, *, now: datetime) -> tuple[Signatory, frozenset[str]]:
    """A signatory that has not left, held, and the codes of the version that it signed."""
    row = Signatory.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    if row is None or row.stage != Stage.SIGNED.value:
        raise EntryUnknown
    waiting = sum(
        rows.filter(state=WAITING).count() for rows in (Evidence.objects.filter(signatory=row), row.statements.all())
    )
    if waiting >= WAITING_MOST:
        raise TooManyWaiting
    facts, versions = facts_of([row])[row.pk], {each.number: each for each in all_versions()}
    report = standing_on(facts, versions=[each.as_facts() for each in versions.values()], on=local_day(now))
    if report is None or report.standing is Standing.WITHDRAWN:
        raise StepRefused("It has left.")
    signed = max(facts.signings, key=lambda each: (each.signed_on, each.number))
    return row, frozenset(each.code for each in versions[signed.number].commitments)


def _decision_of(source: HandedInBy, *, by: Actor, now: datetime) -> dict[str, object]:
    if source is HandedInBy.SIGNATORY:
        return {"state": WAITING}
    return {"state": HandedInState.ACCEPTED.value, "decided_at": now, "decided_by": who(by)}


def _held_waiting(reference: UUID) -> Evidence | Statement | OfferedSignature:
    if OfferedSignature.objects.filter(public_id=reference).exists():
        return hold_offer(reference)[1]
    for rows in (Evidence.objects, Statement.objects):
        held = rows.select_for_update(of=("self",)).filter(public_id=reference, state=WAITING).first()
        if held is not None:
            return held
    raise EntryUnknown


def _look_again(row: Signatory, *, now: datetime) -> None:
    Signatory.objects.filter(pk=row.pk).update(look_at=now)


def _kind(row: Evidence | Statement | OfferedSignature) -> str:
    if isinstance(row, OfferedSignature):
        return "signature"
    return "evidence" if isinstance(row, Evidence) else "statement"
