"""The editors' pages about the words that services are sorted by."""

import uuid
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.society.directory.errors import EntryInUse, EntryUnknown
from leeward.society.directory.forms.staff.screens import Screen
from leeward.society.directory.forms.staff.sorting import TaxonomyForm, TermForm
from leeward.society.directory.operations.taxonomy import remove_term
from leeward.society.directory.queries.sorting import TermLine, list_taxonomies, read_taxonomy, read_term
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord
from leeward.society.directory.views.staff.shared import actor, ask, editors, find, go, language, page, typed


@editors
@require_safe
def list_all(request: HttpRequest) -> HttpResponse:
    """All taxonomies."""
    return page(request, "taxonomies", {"lines": list_taxonomies()})


@editors
@require_safe
def show(request: HttpRequest, taxonomy_id: uuid.UUID) -> HttpResponse:
    """One taxonomy with its tree."""
    return page(request, "taxonomy", {"entry": find(read_taxonomy, taxonomy_id, language=language())})


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new taxonomy."""
    record = TaxonomyRecord(id=uuid.uuid4(), code="", name="", description="")
    screen = Screen(TaxonomyForm, record, data=typed(request))
    return ask(request, screen, "taxonomy_form", entry=None, then=partial(_back, record.id))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, taxonomy_id: uuid.UUID) -> HttpResponse:
    """Change a taxonomy."""
    entry = find(read_taxonomy, taxonomy_id, language=language())
    screen = Screen(TaxonomyForm, entry.record, data=typed(request))
    return ask(request, screen, "taxonomy_form", entry=entry, then=partial(_back, taxonomy_id))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def add_term(request: HttpRequest, taxonomy_id: uuid.UUID) -> HttpResponse:
    """A new term."""
    entry = find(read_taxonomy, taxonomy_id, language=language())
    record = TermRecord(id=uuid.uuid4(), taxonomy_id=taxonomy_id, code="", name="", description="")
    screen = Screen(TermForm, record, data=typed(request), parents=_parents(entry.terms))
    then = partial(_back, taxonomy_id)
    return ask(request, screen, "term_form", entry=None, then=then, taxonomy=entry.record)


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit_term(request: HttpRequest, term_id: uuid.UUID) -> HttpResponse:
    """Change a term, or move it under another one."""
    entry = find(read_term, term_id, language=language())
    screen = Screen(TermForm, entry.record, data=typed(request), parents=_parents(entry.parents))
    then = partial(_back, entry.taxonomy.id)
    return ask(request, screen, "term_form", entry=entry, then=then, taxonomy=entry.taxonomy)


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, term_id: uuid.UUID) -> HttpResponse:
    """Remove a term that nothing uses."""
    entry, trouble = find(read_term, term_id, language=language()), ""
    if request.method == "POST":
        try:
            remove_term(term_id, source=Source.EDITOR, by=actor(request), now=timezone.now())
        except EntryInUse:
            trouble = _("Services still bear it, or other words stand under it. Change these first.")
        except EntryUnknown as error:
            raise Http404 from error
        else:
            return go("staff-taxonomy", entry.taxonomy.id, said="removed")
    return page(request, "term_remove", {"entry": entry, "trouble": trouble})


def _parents(lines: tuple[TermLine, ...]) -> list[tuple[uuid.UUID, str]]:
    """Every term to stand under, also the term's own and those below: to choose these is refused in words."""
    return [(line.record.id, f"{'– ' * line.depth}{line.name}") for line in lines]


def _back(taxonomy_id: uuid.UUID, said: str) -> HttpResponse:
    return go("staff-taxonomy", taxonomy_id, said=said)
