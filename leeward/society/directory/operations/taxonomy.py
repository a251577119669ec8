"""Writes taxonomies and their terms; a term never stands under itself, at whatever distance."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.errors import EntryInUse, EntryRefused, EntryUnknown, Mistake
from leeward.society.directory.models import Service, Taxonomy, Term
from leeward.society.directory.operations.indexing import refresh_services
from leeward.society.directory.operations.saving import Saved, held_row, keep_history, keep_row, refuse_wrong
from leeward.society.directory.operations.verbs import DirectoryVerb, note
from leeward.society.directory.rules.checks import check_record
from leeward.society.directory.rules.history import Action, Source
from leeward.society.directory.rules.limits import TERM_DEPTH_MOST
from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord


@transaction.atomic
def save_taxonomy(record: TaxonomyRecord, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change a taxonomy. Raises EntryRefused."""
    refuse_wrong(check_record(record))
    row, _old, changes = held_row(Taxonomy.objects.all(), record)
    if row is not None and not changes:
        return Saved.SAME
    if Taxonomy.objects.filter(code=record.code).exclude(public_id=record.id).exists():
        raise EntryRefused.of("code", Mistake.TAXONOMY_CODE)
    keep_row("taxonomy", row or Taxonomy(), record, changes, source=source, by=by, now=now)
    return Saved.CHANGED if row else Saved.NEW


@transaction.atomic
def save_term(record: TermRecord, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change a term. Raises EntryRefused: an unknown taxonomy or parent, a ring, more than 8 levels."""
    refuse_wrong(check_record(record))
    taxonomy = Taxonomy.objects.select_for_update().filter(public_id=record.taxonomy_id).first()
    if taxonomy is None:
        raise EntryRefused.of("taxonomy_id", Mistake.TAXONOMY)
    row, _old, changes = held_row(Term.objects.select_related("taxonomy", "parent"), record)
    if row is not None and row.taxonomy_id != taxonomy.pk:
        raise EntryRefused.of("taxonomy_id", Mistake.TERM_STAYS)
    if row is not None and not changes:
        return Saved.SAME
    if Term.objects.filter(taxonomy=taxonomy, code=record.code).exclude(public_id=record.id).exists():
        raise EntryRefused.of("code", Mistake.TERM_CODE)
    made = row or Term()
    made.parent, made.taxonomy = _parent(record, taxonomy), taxonomy
    keep_row("taxonomy_term", made, record, changes, source=source, by=by, now=now)
    if row is None:
        return Saved.NEW
    _refresh_below(made, now=now)
    return Saved.CHANGED


@transaction.atomic
def remove_term(term_id: UUID, *, source: Source, by: Actor, now: datetime) -> None:
    """Remove a term. Raises EntryUnknown, and EntryInUse while services bear it or terms stand under it."""
    row = Term.objects.select_for_update().filter(public_id=term_id).first()
    if row is None:
        raise EntryUnknown
    if row.term_services.exists():
        raise EntryInUse("Services still bear it. Give these another term first.")
    if row.children.exists():
        raise EntryInUse("Terms still stand under it. Move or remove these first.")
    row.delete()
    keep_history("taxonomy_term", term_id, (), action=Action.DELETE, source=source, now=now)
    note(DirectoryVerb.REMOVED, "taxonomy_term", term_id, by=by, now=now)


def _parent(record: TermRecord, taxonomy: Taxonomy) -> Term | None:
    if record.parent_id is None:
        return None
    parents = {row.public_id: row for row in taxonomy.terms.select_related("parent")}
    found = parents.get(record.parent_id)
    if found is None:
        raise EntryRefused.of("parent_id", Mistake.PARENT)
    step: Term | None = found
    for _level in range(TERM_DEPTH_MOST - 1):
        if step is None:
            return found
        if step.public_id == record.id:
            raise EntryRefused.of("parent_id", Mistake.UNDER_ITSELF)
        step = parents[step.parent.public_id] if step.parent else None
    if step is None:
        return found
    raise EntryRefused.of("parent_id", Mistake.DEEP, most=TERM_DEPTH_MOST)


def _refresh_below(row: Term, *, now: datetime) -> None:
    """A term's words are found at its services and at those of all terms below it."""
    below, level = {row.pk}, {row.pk}
    for _level in range(TERM_DEPTH_MOST):
        level = set(Term.objects.filter(parent_id__in=level).values_list("pk", flat=True)) - below
        below |= level
    services = Service.objects.filter(service_terms__term_id__in=below).order_by("pk").distinct()
    refresh_services(services.values_list("public_id", flat=True), now=now)
