"""Writes taxonomies and their terms; a term never stands under itself, at whatever distance."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.errors import EntryInUse, EntryRefused, EntryUnknown
from leeward.society.directory.models import Service, Taxonomy, Term
from leeward.society.directory.operations.indexing import refresh_services
from leeward.society.directory.operations.saving import Saved, keep_history
from leeward.society.directory.operations.verbs import DirectoryVerb, note
from leeward.society.directory.rules.checks import check_taxonomy, check_term
from leeward.society.directory.rules.history import Action, Source, changes_between
from leeward.society.directory.rules.limits import TERM_DEPTH_MOST
from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord


@transaction.atomic
def save_taxonomy(record: TaxonomyRecord, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change a taxonomy. Raises EntryRefused."""
    if errors := check_taxonomy(record):
        raise EntryRefused(errors)
    row = Taxonomy.objects.select_for_update().filter(public_id=record.id).first()
    changes = changes_between(row.as_record() if row else None, record)
    if row is not None and not changes:
        return Saved.SAME
    if Taxonomy.objects.filter(code=record.code).exclude(public_id=record.id).exists():
        raise EntryRefused.of("code", "Another taxonomy has this code.", "Choose another one.")
    is_new = row is None
    row = row or Taxonomy()
    row.take(record)
    row.save()
    keep_history("taxonomy", record.id, changes, is_new=is_new, source=source, now=now)
    verb = DirectoryVerb.ADDED if is_new else DirectoryVerb.CHANGED
    note(verb, "taxonomy", record.id, by=by, now=now, facts={"source": source.value})
    return Saved.NEW if is_new else Saved.CHANGED


@transaction.atomic
def save_term(record: TermRecord, *, source: Source, by: Actor, now: datetime) -> Saved:
    """Make or change a term. Raises EntryRefused: an unknown taxonomy or parent, a ring, more than 8 levels."""
    if errors := check_term(record):
        raise EntryRefused(errors)
    taxonomy = Taxonomy.objects.select_for_update().filter(public_id=record.taxonomy_id).first()
    if taxonomy is None:
        raise EntryRefused.of("taxonomy_id", "There is no such taxonomy.", "Add it first.")
    row = Term.objects.select_related("taxonomy", "parent").filter(public_id=record.id).first()
    if row is not None and row.taxonomy_id != taxonomy.pk:
        raise EntryRefused.of("taxonomy_id", "A term stays in its taxonomy.", "Add a new term there.")
    changes = changes_between(row.as_record() if row else None, record)
    if row is not None and not changes:
        return Saved.SAME
    if Term.objects.filter(taxonomy=taxonomy, code=record.code).exclude(public_id=record.id).exists():
        raise EntryRefused.of("code", "Another term of this taxonomy has this code.", "Choose another one.")
    is_new = row is None
    row = row or Term()
    row.parent = _parent(record, taxonomy)
    row.taxonomy = taxonomy
    row.take(record)
    row.save()
    keep_history("taxonomy_term", record.id, changes, is_new=is_new, source=source, now=now)
    verb = DirectoryVerb.ADDED if is_new else DirectoryVerb.CHANGED
    note(verb, "taxonomy_term", record.id, by=by, now=now, facts={"source": source.value})
    if not is_new:
        _refresh_below(row, now=now)
    return Saved.NEW if is_new else Saved.CHANGED


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
    keep_history("taxonomy_term", term_id, (), is_new=False, source=source, now=now, action=Action.DELETE)
    note(DirectoryVerb.REMOVED, "taxonomy_term", term_id, by=by, now=now)


def _parent(record: TermRecord, taxonomy: Taxonomy) -> Term | None:
    if record.parent_id is None:
        return None
    parents = {row.public_id: row for row in taxonomy.terms.select_related("parent")}
    found = parents.get(record.parent_id)
    if found is None:
        raise EntryRefused.of("parent_id", "There is no such term in this taxonomy.", "Add it first.")
    step: Term | None = found
    for _level in range(TERM_DEPTH_MOST - 1):
        if step is None:
            return found
        if step.public_id == record.id:
            raise EntryRefused.of(
                "parent_id", "The term would stand under itself.", "Choose a parent that is not below."
            )
        step = parents[step.parent.public_id] if step.parent else None
    if step is None:
        return found
    raise EntryRefused.of("parent_id", f"Terms stand at most {TERM_DEPTH_MOST} levels deep.", "Choose a higher parent.")


def _refresh_below(row: Term, *, now: datetime) -> None:
    """A term's words are found at its services and at those of all terms below it."""
    below, level = {row.pk}, {row.pk}
    for _level in range(TERM_DEPTH_MOST):
        level = set(Term.objects.filter(parent_id__in=level).values_list("pk", flat=True)) - below
        below |= level
    services = Service.objects.filter(service_terms__term_id__in=below).order_by("pk").distinct()
    refresh_services(services.values_list("public_id", flat=True), now=now)
