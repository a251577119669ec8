"""The editors' pages about the words that services are sorted by."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.society.directory.errors import EntryUnknown, TermInUse
from leeward.society.directory.forms.staff.screens import Screen
from leeward.society.directory.forms.staff.sorting import TaxonomyForm, TermForm
from leeward.society.directory.operations.editing import change_taxonomy, change_term
from leeward.society.directory.operations.saving import Saved
from leeward.society.directory.operations.taxonomy import remove_term, save_taxonomy, save_term
from leeward.society.directory.queries.sorting import TermLine, list_taxonomies, read_taxonomy, read_term
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord
from leeward.society.directory.views.staff.shared import actor, editors, find, go, keep, language, page, status_of


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
    screen = Screen(TaxonomyForm, record, data=_data(request))

    def save(new: TaxonomyRecord, _version: str, now: datetime) -> Saved:
        return save_taxonomy(new, source=Source.EDITOR, by=actor(request), now=now)

    if request.method == "POST":
        kept = keep(screen, save, version="", reference=record.id)
        if kept.said:
            return go("staff-taxonomy", record.id, said=kept.said)
    return page(request, "taxonomy_form", {"form": screen, "entry": None}, status=status_of(screen))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, taxonomy_id: uuid.UUID) -> HttpResponse:
    """Change a taxonomy."""
    entry = find(read_taxonomy, taxonomy_id, language=language())
    screen = Screen(TaxonomyForm, entry.record, data=_data(request))
    changes: tuple[Any, ...] = ()

    def save(new: TaxonomyRecord, version: str, now: datetime) -> Saved:
        return change_taxonomy(new, version=version, by=actor(request), now=now)

    if request.method == "POST":
        kept = keep(screen, save, version=request.POST.get("state", ""), reference=taxonomy_id)
        if kept.said:
            return go("staff-taxonomy", taxonomy_id, said=kept.said)
        changes = kept.changes
    context = {"form": screen, "entry": entry, "version": entry.version, "changes": changes}
    return page(request, "taxonomy_form", context, status=status_of(screen))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def add_term(request: HttpRequest, taxonomy_id: uuid.UUID) -> HttpResponse:
    """A new term."""
    entry = find(read_taxonomy, taxonomy_id, language=language())
    record = TermRecord(id=uuid.uuid4(), taxonomy_id=taxonomy_id, code="", name="", description="")
    screen = Screen(TermForm, record, data=_data(request), parents=_parents(entry.terms))

    def save(new: TermRecord, _version: str, now: datetime) -> Saved:
        return save_term(new, source=Source.EDITOR, by=actor(request), now=now)

    if request.method == "POST":
        kept = keep(screen, save, version="", reference=record.id)
        if kept.said:
            return go("staff-taxonomy", taxonomy_id, said=kept.said)
    context = {"form": screen, "entry": None, "taxonomy": entry.record}
    return page(request, "term_form", context, status=status_of(screen))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit_term(request: HttpRequest, term_id: uuid.UUID) -> HttpResponse:
    """Change a term, or move it under another one."""
    entry = find(read_term, term_id, language=language())
    screen = Screen(TermForm, entry.record, data=_data(request), parents=_parents(entry.parents))
    changes: tuple[Any, ...] = ()

    def save(new: TermRecord, version: str, now: datetime) -> Saved:
        return change_term(new, version=version, by=actor(request), now=now)

    if request.method == "POST":
        kept = keep(screen, save, version=request.POST.get("state", ""), reference=term_id)
        if kept.said:
            return go("staff-taxonomy", entry.taxonomy.id, said=kept.said)
        changes = kept.changes
    context = {
        "form": screen,
        "entry": entry,
        "taxonomy": entry.taxonomy,
        "version": entry.version,
        "changes": changes,
    }
    return page(request, "term_form", context, status=status_of(screen))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, term_id: uuid.UUID) -> HttpResponse:
    """Remove a term that nothing uses."""
    entry, trouble = find(read_term, term_id, language=language()), ""
    if request.method == "POST":
        try:
            remove_term(term_id, source=Source.EDITOR, by=actor(request), now=timezone.now())
        except TermInUse:
            trouble = _("Services still bear it, or other words stand under it. Change these first.")
        except EntryUnknown as error:
            raise Http404 from error
        else:
            return go("staff-taxonomy", entry.taxonomy.id, said="removed")
    return page(request, "term_remove", {"entry": entry, "trouble": trouble})


def _parents(lines: tuple[TermLine, ...]) -> list[tuple[uuid.UUID, str]]:
    """Every term to stand under, also the term's own and those below: to choose these is refused in words."""
    return [(line.record.id, f"{'– ' * line.depth}{line.name}") for line in lines]


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
