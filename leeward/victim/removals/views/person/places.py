"""Where it is: addresses pasted in bulk and mended in place, and what has no address of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from leeward.industry.platforms.rules import RefusedPaste
from leeward.victim.portal.views.visiting import saved
from leeward.victim.removals.errors import ReportRefused
from leeward.victim.removals.forms.person import KIND_WORDS, MoreForm, PasteForm
from leeward.victim.removals.operations.reports import AddedItems, add_items, drop_item
from leeward.victim.removals.rules.reports import MOST_ITEMS, Item, ItemKind
from leeward.victim.removals.views.person.hers import Hers, go, open_visit, show, with_report

NO_NUMBER = -1


@dataclass(frozen=True, kw_only=True)
class ShownPlace:
    """One place as the page lists it."""

    ordinal: int
    kind: str
    label: str
    platform: str
    note: str
    is_page: bool


def where(request: HttpRequest, hers: Hers, *, onward: HttpResponseRedirect, back: str) -> HttpResponse:
    """Paste addresses: what was understood is saved and shown, the rest can be mended where it stands."""
    if request.method != "POST":
        return _show_where(request, hers, PasteForm(), back=back)
    if "skip" in request.POST:
        return onward
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _show_where(request, hers, form, back=back)
    added = _add(hers, [Item(url=found.url) for found in form.found], form)
    if added is None:
        return _show_where(request, hers, form, back=back)
    if form.refused:
        return _show_where(request, _again(hers), _mending(form.refused), back=back, added=added)
    is_done = "continue" in request.POST or not form.found
    return saved(onward if is_done else HttpResponseRedirect(request.path, status=onward.status_code))


def more(request: HttpRequest, hers: Hers, *, onward: HttpResponseRedirect, back: str) -> HttpResponse:
    """One account, chat or search result at a time."""
    if request.method != "POST":
        return _show_more(request, hers, MoreForm(), back=back)
    has_nothing = not any(request.POST.get(name, "").strip() for name in ("site", "handle", "address", "note"))
    if "skip" in request.POST or ("continue" in request.POST and has_nothing):
        return onward
    form = MoreForm(request.POST)
    if not form.is_valid() or _add(hers, [form.item], form) is None:
        return _show_more(request, hers, form, back=back)
    is_done = "continue" in request.POST
    return saved(onward if is_done else HttpResponseRedirect(request.path, status=onward.status_code))


@require_POST
@with_report
def take_out(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Take a place out of a report that has not been handed in."""
    typed = request.POST.get("place", "")
    ordinal = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else NO_NUMBER
    found = next((place for place in hers.view.requests if place.ordinal == ordinal), None)
    if found is not None and hers.is_draft:
        drop_item(opened=hers.report, ordinal=ordinal, by=hers.by, now=hers.now)
    is_page = found is None or found.item is None or found.item.kind is ItemKind.URL
    return go("question", question="where" if is_page else "more")


def list_places(hers: Hers) -> tuple[ShownPlace, ...]:
    """The places of a report that have not been taken back."""
    return tuple(
        ShownPlace(
            ordinal=request.ordinal,
            kind=str(KIND_WORDS[request.item.kind]),
            label=request.item.own_label,
            platform=request.site_name,
            note=request.item.note if request.item.note != request.item.label else "",
            is_page=request.item.kind is ItemKind.URL,
        )
        for request in hers.view.requests
        if request.item is not None and request.item.kind is not ItemKind.MATCH and not request.is_ended
    )


def _add(hers: Hers, items: Sequence[Item], form: PasteForm | MoreForm) -> AddedItems | None:
    """Save places; None, with the form saying why, where they are too many."""
    if not items:
        return AddedItems(added=0, known=0)
    try:
        return add_items(opened=hers.report, items=items, by=hers.by, now=hers.now)
    except ReportRefused:
        form.add_error(
            next(iter(form.fields)),
            _("At most %(most)s places fit in one report. Hand this one in, then begin another.")
            % {"most": MOST_ITEMS},
        )
        return None


def _again(hers: Hers) -> Hers:
    """The report as it stands after a change in this very request."""
    return open_visit(hers.visit)


def _mending(refused: Sequence[RefusedPaste]) -> PasteForm:
    """The form with what was not understood, to be mended in place."""
    form = PasteForm(initial={"addresses": "\n".join(each.text for each in refused)})
    form.refused = tuple(refused)
    return form


def _show_where(
    request: HttpRequest,
    hers: Hers,
    form: PasteForm,
    *,
    back: str,
    added: AddedItems | None = None,
) -> HttpResponse:
    context = {
        "places": list_places(hers),
        "added": added,
        "is_draft": hers.is_draft,
    }
    return show(request, "where", context, form=form, back=back)


def _show_more(request: HttpRequest, hers: Hers, form: MoreForm, *, back: str) -> HttpResponse:
    # The pages that she pasted before stand where they were pasted; here they would stand between her and the question.
    places = [place for place in list_places(hers) if not place.is_page]
    return show(request, "more", {"places": places, "is_draft": hers.is_draft}, form=form, back=back)
