"""Where staff draft an edition, look at it, sign it as a second person, keep the calendar, and say what was wrong."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing.pages import Asking, ask, attempt, go, status_of, typed
from leeward.foundation.editions.errors import AlreadySigned
from leeward.foundation.editions.forms import (
    DiscardForm,
    DraftForm,
    EarlySightForm,
    ErratumForm,
    PlanForm,
    SignForm,
)
from leeward.foundation.editions.lists import editions_list, planned_list
from leeward.foundation.editions.operations import (
    add_erratum,
    discard_draft,
    note_early_sight,
    plan_edition,
    sign_edition,
    unplan_edition,
)
from leeward.foundation.editions.queries import find_draft, find_edition, find_for_staff, read_draft_file
from leeward.foundation.editions.records import Edition
from leeward.foundation.editions.shelves import Shelf
from leeward.foundation.editions.signed import SignedState
from leeward.foundation.editions.views.shelves import hand_out
from leeward.foundation.web.timeline import Entry, by_name
from leeward.foundation.web.words import word
from leeward.foundation.work.keyset import PAGE
from leeward.foundation.work.lists import show_list


def home(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """Editions, drafts first, and what was thrown away where somebody asks for it."""
    told = shelf.tell(request) if shelf.tell else {}
    return show_list(
        request,
        editions_list(shelf),
        lambda found: render(request, "editions/shelf/staff.jinja", {"found": found, "shelf": shelf, **told}),
    )


def draft(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """Freeze what stands now into a draft."""
    form = DraftForm(typed(request))

    def save(by: Actor, now: datetime) -> str:
        return shelf.draft(**form.cleaned_data, by=by, now=now)

    return _ask(
        request,
        shelf,
        form,
        title=_("Draft a release"),
        button=_("Make the draft"),
        save=save,
        then=lambda name: shelf.url("draft-show", name),
    )


def show(request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """Show an edition and who did what; of a draft what it changes, and its files."""
    return _page(request, shelf, "draft", find_for_staff(shelf.code, edition))


def sign(request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """Publish a draft as a second person."""
    found = find_draft(shelf.code, edition)
    form = SignForm(typed(request), initial={"sha256": found.sha256})

    def save(by: Actor, now: datetime) -> None:
        digest = form.cleaned_data["sha256"]
        sign_edition(shelf=shelf.code, name=edition, sha256=digest, by=by, now=now)

    try:
        done = attempt(request, form, save, then=lambda _none: _go(shelf, "draft-show", edition))
    except AlreadySigned:
        return _go(shelf, "staff")
    return done or _page(request, shelf, "sign", found, form=form)


def discard(request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """Throw a draft away, with a reason that is kept."""
    form = DiscardForm(typed(request))
    try:
        return _ask(
            request,
            shelf,
            form,
            title=_("Throw this draft away"),
            button=_("Throw it away"),
            kind="warning",
            lead=find_draft(shelf.code, edition).title,
            save=lambda by, now: discard_draft(shelf=shelf.code, name=edition, **form.cleaned_data, by=by, now=now),
        )
    except AlreadySigned as error:
        raise Http404 from error


def show_early(request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """Note which office or body sees a draft before it is published."""
    form = EarlySightForm(typed(request))
    return _ask(
        request,
        shelf,
        form,
        title=_("Somebody sees it early"),
        button=_("Note it for good"),
        lead=find_draft(shelf.code, edition).title,
        save=lambda by, now: note_early_sight(shelf=shelf.code, name=edition, **form.cleaned_data, by=by, now=now),
        then=shelf.url("draft-show", edition),
    )


def correct(request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """Say what is wrong in a signed edition."""
    form = ErratumForm(typed(request))
    return _ask(
        request,
        shelf,
        form,
        title=_("Say what is wrong in this release"),
        button=_("Publish the erratum"),
        kind="warning",
        lead=find_edition(shelf.code, edition).title,
        save=lambda by, now: add_erratum(shelf=shelf.code, name=edition, **form.cleaned_data, by=by, now=now),
        then=shelf.url("release", edition),
    )


def download(_request: HttpRequest, shelf: Shelf, edition: str, name: str) -> HttpResponse:
    """A file of a draft."""
    return hand_out(*read_draft_file(shelf.code, edition, name))


def plan(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """Put a day into the calendar."""
    form = PlanForm(typed(request))
    return _ask(
        request,
        shelf,
        form,
        title=_("Plan a release"),
        button=_("Put it into the calendar"),
        save=lambda by, now: plan_edition(shelf=shelf.code, **form.cleaned_data, by=by, now=now),
        back=shelf.url("planned"),
        back_text=_("Calendar of releases"),
    )


def list_planned(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """The calendar."""
    listing = planned_list(shelf, today=timezone.now().astimezone(UTC).date())
    return show_list(
        request,
        listing,
        lambda found: render(request, "editions/shelf/planned.jinja", {"found": found, "shelf": shelf}),
    )


def unplan(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """Take days out of the calendar."""
    try:
        days = [date.fromisoformat(day) for day in request.POST.getlist("day")[:PAGE]]
    except ValueError as error:
        raise Http404 from error
    for on in days:
        unplan_edition(shelf=shelf.code, on=on, by=actor_of(request), now=timezone.now())
    return _go(shelf, "planned")


def _page(
    request: HttpRequest, shelf: Shelf, page: str, found: Edition, *, form: forms.Form | None = None
) -> HttpResponse:
    """A page of an edition, of a draft with what it changes."""
    context = {
        "shelf": shelf,
        "release": found,
        "history": _history(found),
        "is_own": found.drafted_by == who(actor_of(request)),
        "form": form,
        **(shelf.compare(found.name) if found.state is SignedState.DRAFT else {}),
    }
    return render(request, f"editions/shelf/{page}.jinja", context, status=status_of(form) if form else 200)


def _history(found: Edition) -> list[Entry]:
    """Who drafted, published or threw away an edition, the newest first."""
    acts = [
        (found.discarded_at, found.discarded_by, word(SignedState.DISCARDED), [found.discarded_why]),
        (found.signed_at, found.signed_by, word(SignedState.PUBLISHED), []),
        (found.drafted_at, found.drafted_by, _("Drafted"), []),
    ]
    names = names_of(who for _at, who, *_what in acts)
    return [Entry(at=at, who=by_name(names.get(who)), what=what, facts=facts) for at, who, what, facts in acts if at]


def _go(shelf: Shelf, page: str, *arguments: object) -> HttpResponse:
    return go(f"{shelf.namespace}:{page}", *arguments)


def _ask(
    request: HttpRequest,
    shelf: Shelf,
    form: forms.Form,
    *,
    title: str,
    button: str,
    save: Callable[[Actor, datetime], object],
    lead: str = "",
    kind: str = "primary",
    then: str | Callable[[Any], str] = "",
    back: str = "",
    back_text: str = "",
) -> HttpResponse:
    asking = Asking(
        form=form,
        title=title,
        button=button,
        kind=kind,
        lead=lead,
        back=back or shelf.url("staff"),
        back_text=back_text or str(shelf.title),
        save=save,
        then=then,
    )
    return ask(request, asking)
