"""Where staff draft an edition, look at it, sign it as a second person, keep the calendar, and say what was wrong."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.pages import Asking, ask, go, typed
from leeward.foundation.editions.errors import AlreadySigned
from leeward.foundation.editions.forms import (
    DiscardForm,
    DraftForm,
    EarlySightForm,
    ErratumForm,
    PlanForm,
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
from leeward.foundation.editions.views.second import Drafted, ask_second, show_drafted
from leeward.foundation.editions.views.shelves import hand_out
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
        button=_("Create the draft"),
        save=save,
        then=lambda name: shelf.url("draft-show", name),
    )


def show(request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """Show an edition and who did what; of a draft what it changes, and its files."""
    found = find_for_staff(shelf.code, edition)
    return show_drafted(request, _drafted(shelf, found), "editions/shelf/draft.jinja", _about(shelf, found))


def sign(request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """Publish a draft as a second person."""
    found = find_draft(shelf.code, edition)

    def publish(sha256: str, by: Actor, now: datetime) -> None:
        sign_edition(shelf=shelf.code, name=edition, sha256=sha256, by=by, now=now)

    about = _about(shelf, found)
    return ask_second(request, _drafted(shelf, found), "editions/shelf/sign.jinja", about, publish=publish)


def discard(request: HttpRequest, shelf: Shelf, edition: str) -> HttpResponse:
    """Throw a draft away, with a reason that is kept."""
    form = DiscardForm(typed(request))
    try:
        return _ask(
            request,
            shelf,
            form,
            title=_("Discard the draft"),
            button=_("Discard the draft"),
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
        title=_("Record early access"),
        button=_("Record the early access"),
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
        title=_("Add an erratum"),
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
        button=_("Add to the calendar"),
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


def _drafted(shelf: Shelf, found: Edition) -> Drafted:
    """An edition, for the pages of two people."""
    return Drafted(
        title=found.title,
        note=found.note,
        steps=found,
        back=shelf.url("staff"),
        back_text=shelf.title,
        address=shelf.url("draft-show", found.name),
        sign=shelf.url("draft-sign", found.name),
        discard=shelf.url("draft-discard", found.name),
        public=shelf.url("release", found.name),
    )


def _about(shelf: Shelf, found: Edition) -> Mapping[str, object]:
    """What its pages show beside, of a draft what it changes."""
    changed = shelf.compare(found.name) if found.state is SignedState.DRAFT else {}
    return {"shelf": shelf, "release": found, **changed}


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
