"""The editors' pages about entries in other languages, and about their history."""

import uuid
from collections.abc import Callable, Mapping
from functools import partial
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.editing.pages import WRITING, status_of, typed
from leeward.society.directory.forms.staff.fields import describe_language
from leeward.society.directory.forms.staff.translations import LanguageChoiceForm, TranslationForm
from leeward.society.directory.queries.editing import (
    list_changes,
    read_location,
    read_organization,
    read_service,
)
from leeward.society.directory.queries.sorting import read_term
from leeward.society.directory.rules.checks import is_language
from leeward.society.directory.rules.columns import translated
from leeward.society.directory.views.staff.shared import ask, editors, go, language, page, today

# The kinds of entries that can be translated: how each is read, and where its own page is.
KINDS: Mapping[str, tuple[Callable[[uuid.UUID], Any], str]] = {
    "services": (lambda reference: read_service(reference, today=today()), "staff-service"),
    "organizations": (lambda reference: read_organization(reference, today=today()), "staff-organization"),
    "locations": (lambda reference: read_location(reference, today=today()), "staff-location"),
    "terms": (lambda reference: read_term(reference, language=language()), "staff-term"),
}


@editors
@require_http_methods(WRITING)
def choose(request: HttpRequest, kind: str, reference: uuid.UUID) -> HttpResponse:
    """Into which languages an entry is translated, and how much of it."""
    record = _read(kind, reference).record
    form = LanguageChoiceForm(typed(request))
    if form.is_bound and form.is_valid():
        return go("staff-translation", kind, reference, form.cleaned_data["language"])
    wanted = [name for name in translated(type(record)) if getattr(record, name)]
    offered = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    there = dict.fromkeys([*offered, *(each.language for each in record.translations)])
    lines = [
        (code, describe_language(code), len([each for each in record.translations if each.language == code]))
        for code in there
    ]
    context = {"form": form, "record": record, "lines": lines, "wanted": len(wanted), **_shared(kind, reference)}
    return page(request, "translations", context, status=status_of(form))


@editors
@require_http_methods(WRITING)
def translate(request: HttpRequest, kind: str, reference: uuid.UUID, code: str) -> HttpResponse:
    """The texts of an entry in one language, beside its own words."""
    if not is_language(code) or code == settings.LANGUAGE_CODE:
        raise Http404
    entry = _read(kind, reference)
    form = TranslationForm(entry.record, language=code, data=typed(request))
    then = partial(go, "staff-translations", kind, reference)
    more = {"record": entry.record, "language_name": describe_language(code), **_shared(kind, reference)}
    return ask(request, form, "translation", entry=entry, then=then, **more)


@editors
@require_safe
def history(request: HttpRequest, kind: str, reference: uuid.UUID) -> HttpResponse:
    """What changed in an entry, the newest first."""
    entry = _read(kind, reference)
    moments = [
        (at, by, list(changes))
        for (at, by), changes in groupby(list_changes(reference), key=lambda change: (change.at, change.by))
    ]
    return page(request, "history", {"record": entry.record, "moments": moments, **_shared(kind, reference)})


def _read(kind: str, reference: uuid.UUID) -> Any:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind][0](reference)


def _shared(kind: str, reference: uuid.UUID) -> dict[str, object]:
    home = reverse(f"directory:{KINDS[kind][1]}", args=[reference])
    return {"kind": kind, "reference": reference, "home": home}
