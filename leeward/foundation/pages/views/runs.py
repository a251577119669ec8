"""Pages for staff about print runs: which copies hang where, and which to replace."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.pages.forms import RunForm
from leeward.foundation.pages.lists import runs_list
from leeward.foundation.pages.operations.printing import note_run, replace_run
from leeward.foundation.pages.queries import RunView, view_run
from leeward.foundation.pages.rules.papers import Format
from leeward.foundation.pages.views.staff import WRITERS
from leeward.foundation.web.words import word
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list


@require_role(*WRITERS)
@require_safe
@shows_list
def list_runs(request: HttpRequest) -> HttpResponse:
    """Every print run, with whether its sheet is still right."""
    return show_list(request, runs_list(), lambda found: render(request, "pages/staff/runs.jinja", {"found": found}))


@require_role(*WRITERS)
@takes_form
def new(request: HttpRequest) -> HttpResponse:
    """Note a print run."""
    initial = {"code": request.GET.get("sheet", ""), "form": Format.LEAFLET, "printed_on": local_day(timezone.now())}
    form = RunForm(typed(request), initial=initial)
    return ask(
        request,
        Asking(
            form=form,
            title=_("Record a print run"),
            back=reverse("pages:runs"),
            back_text=_("Print runs"),
            lead=_("When what the copies say changes, you are told that they must be replaced."),
            save=lambda by, now: note_run(
                **form.cleaned_data | {"form": Format(form.cleaned_data["form"])}, by=by, now=now
            ),
        ),
    )


@require_role(*WRITERS)
@takes_form
def show(request: HttpRequest, run: UUID) -> HttpResponse:
    """One print run; somebody says that its copies were replaced."""
    found = view_run(run)
    return ask(
        request,
        Asking(
            form=forms.Form(typed(request)),
            title=told(found),
            back=reverse("pages:runs"),
            back_text=_("Print runs"),
            button=_("Mark as replaced or removed"),
            about=found,
            save=lambda by, now: replace_run(reference=run, by=by, now=now),
        ),
        template="pages/staff/run.jinja",
    )


def told(run: RunView) -> str:
    """What hangs there, in a line."""
    words = ngettext("%(title)s: %(copies)d copy, %(form)s", "%(title)s: %(copies)d copies, %(form)s", run.copies)
    return words % {"title": run.title, "copies": run.copies, "form": word(run.form)}
