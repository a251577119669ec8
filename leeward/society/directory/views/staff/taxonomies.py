"""The editors' pages about the words that services are sorted by."""

import uuid
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.editing.pages import WRITING, typed
from leeward.society.directory.forms.staff.entries import TaxonomyForm, TermForm
from leeward.society.directory.operations.taxonomy import remove_term
from leeward.society.directory.queries.sorting import TermLine, list_taxonomies, read_taxonomy, read_term
from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord
from leeward.society.directory.views.staff import shared
from leeward.society.directory.views.staff.shared import ask, editors, go, language, page


@editors
@require_safe
def list_all(request: HttpRequest) -> HttpResponse:
    """All taxonomies."""
    return page(request, "taxonomies", {"lines": list_taxonomies()})


@editors
@require_safe
def show(request: HttpRequest, taxonomy_id: uuid.UUID) -> HttpResponse:
    """One taxonomy with its tree."""
    return page(request, "taxonomy", {"entry": read_taxonomy(taxonomy_id, language=language())})


@editors
@require_http_methods(WRITING)
def add(request: HttpRequest) -> HttpResponse:
    """A new taxonomy."""
    record = TaxonomyRecord(id=uuid.uuid4(), code="", name="", description="")
    form, then = TaxonomyForm(record, data=typed(request)), partial(go, "staff-taxonomy", record.id)
    return ask(request, form, "taxonomy_form", entry=None, then=then)


@editors
@require_http_methods(WRITING)
def edit(request: HttpRequest, taxonomy_id: uuid.UUID) -> HttpResponse:
    """Change a taxonomy."""
    entry = read_taxonomy(taxonomy_id, language=language())
    form, then = TaxonomyForm(entry.record, data=typed(request)), partial(go, "staff-taxonomy", taxonomy_id)
    return ask(request, form, "taxonomy_form", entry=entry, then=then)


@editors
@require_http_methods(WRITING)
def add_term(request: HttpRequest, taxonomy_id: uuid.UUID) -> HttpResponse:
    """A new term."""
    entry = read_taxonomy(taxonomy_id, language=language())
    record = TermRecord(id=uuid.uuid4(), taxonomy_id=taxonomy_id, code="", name="", description="")
    form = TermForm(record, data=typed(request), parents=_parents(entry.terms))
    then = partial(go, "staff-taxonomy", taxonomy_id)
    return ask(request, form, "term_form", entry=None, then=then, taxonomy=entry.record)


@editors
@require_http_methods(WRITING)
def edit_term(request: HttpRequest, term_id: uuid.UUID) -> HttpResponse:
    """Change a term, or move it under another one."""
    entry = read_term(term_id, language=language())
    form = TermForm(entry.record, data=typed(request), parents=_parents(entry.parents))
    then = partial(go, "staff-taxonomy", entry.taxonomy.id)
    return ask(request, form, "term_form", entry=entry, then=then, taxonomy=entry.taxonomy)


@editors
@require_http_methods(WRITING)
def remove(request: HttpRequest, term_id: uuid.UUID) -> HttpResponse:
    """Remove a term that nothing uses."""
    entry = read_term(term_id, language=language())
    then = partial(go, "staff-taxonomy", entry.taxonomy.id)
    return shared.remove(request, "term_remove", remove_term, entry=entry, then=then)


def _parents(lines: tuple[TermLine, ...]) -> list[tuple[uuid.UUID, str]]:
    """Every term to stand under, also the term's own and those below: to choose these is refused in words."""
    return [(line.record.id, f"{'– ' * line.depth}{line.name}") for line in lines]
