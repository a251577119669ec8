"""The editors' pages about entries in other languages, and about their history."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.editing.mistakes import mistake
from leeward.society.directory.errors import EntryChanged, EntryRefused, EntryUnknown
from leeward.society.directory.forms.staff.fields import describe_language
from leeward.society.directory.forms.staff.translations import LanguageChoiceForm, TranslationForm
from leeward.society.directory.operations.editing import keep_entry
from leeward.society.directory.queries.editing import (
    list_changes,
    read_location,
    read_organization,
    read_service,
)
from leeward.society.directory.queries.sorting import read_term
from leeward.society.directory.rules.checks import is_language
from leeward.society.directory.rules.columns import translated
from leeward.society.directory.views.staff.shared import (
    actor,
    editors,
    find,
    go,
    language,
    meanwhile,
    page,
    status_of,
    today,
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of entry that can be translated: how it is read, and where its own page is."""

    read: Callable[[uuid.UUID], Any]
    home: str


KINDS = {
    "services": Kind(
        read=lambda reference: read_service(reference, today=today()),
        home="staff-service",
    ),
    "organizations": Kind(
        read=lambda reference: read_organization(reference, today=today()),
        home="staff-organization",
    ),
    "locations": Kind(
        read=lambda reference: read_location(reference, today=today()),
        home="staff-location",
    ),
    "terms": Kind(
        read=lambda reference: read_term(reference, language=language()),
        home="staff-term",
    ),
}


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, kind: str, reference: uuid.UUID) -> HttpResponse:
    """Into which languages an entry is translated, and how much of it."""
    chosen = _kind(kind)
    record = find(chosen.read, reference).record
    form = LanguageChoiceForm(request.POST if request.method == "POST" else None)
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
@require_http_methods(["GET", "HEAD", "POST"])
def translate(request: HttpRequest, kind: str, reference: uuid.UUID, code: str) -> HttpResponse:
    """The texts of an entry in one language, beside its own words."""
    chosen = _kind(kind)
    if not is_language(code) or code == settings.LANGUAGE_CODE:
        raise Http404
    entry = find(chosen.read, reference)
    data = request.POST if request.method == "POST" else None
    form = TranslationForm(data, record=entry.record, language=code)
    changes: tuple[Any, ...] = ()
    if form.is_bound and form.is_valid():
        changed = _save(request, form)
        if changed is None:
            return go("staff-translations", kind, reference, said="saved")
        changes = changed
    context = {
        "form": form,
        "record": entry.record,
        "version": entry.version,
        "changes": changes,
        "code": code,
        "language_name": describe_language(code),
        **_shared(kind, reference),
    }
    return page(request, "translation", context, status=status_of(form))


@editors
@require_safe
def history(request: HttpRequest, kind: str, reference: uuid.UUID) -> HttpResponse:
    """What changed in an entry, the newest first."""
    entry = find(_kind(kind).read, reference)
    moments = [
        (at, by, list(changes))
        for (at, by), changes in groupby(list_changes(reference), key=lambda change: (change.at, change.by))
    ]
    return page(request, "history", {"record": entry.record, "moments": moments, **_shared(kind, reference)})


def _save(request: HttpRequest, form: TranslationForm) -> tuple[Any, ...] | None:
    """None when it is saved; else what somebody else changed meanwhile, () where that was not the trouble."""
    record, version = form.applied(), request.POST.get("state", "")
    try:
        keep_entry(record, version=version, by=actor(request), now=timezone.now())
    except EntryChanged:
        form.add_error(
            None,
            _(
                "Somebody else changed this while you were typing. Nothing of yours is lost: look at what changed, then"
                " save again"
            ),
        )
        return meanwhile(record.id, version)
    except EntryRefused as error:
        for each in error.errors:
            form.add_error(None, mistake(each))
        return ()
    except EntryUnknown as error:
        raise Http404 from error
    return None


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _shared(kind: str, reference: uuid.UUID) -> dict[str, Any]:
    home = reverse(f"directory:{KINDS[kind].home}", args=[reference])
    return {"kind": kind, "reference": reference, "home": home}
