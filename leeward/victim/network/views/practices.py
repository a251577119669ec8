"""The network's shelf: what was found to help. Members and the helpline read it, the secretary keeps it."""

import uuid
from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import Choices
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.pages.queries import all_in_force
from leeward.foundation.rows import read_values
from leeward.victim.network.forms.secretary import PracticeForm
from leeward.victim.network.operations.practices import drop_practice, save_practice
from leeward.victim.network.queries.practices import list_practices, practice_seen, read_practice
from leeward.victim.network.rules.practices import NewPractice
from leeward.victim.network.views.boards import everybody_page
from leeward.victim.network.views.secretary.frame import secretary_page

TITLE, SUMMARY = _("What helps"), _("What was found to help: the page, what was measured, and until when it holds.")


def show_shelf(request: HttpRequest) -> HttpResponse:
    """Each practice with its page, its result, and whether it is in date. The helpline has it at its own address."""
    context = {
        "title": TITLE,
        "practices": list_practices(language=get_language() or "", today=local_day(timezone.now())),
        "keeps": staff_of(request).role == Role.NETWORK_SECRETARY,
    }
    return render(request, "network/practices.jinja", context)


practices = everybody_page(title=TITLE, summary=SUMMARY)(require_safe(show_shelf))


@secretary_page()
@takes_form
def add(request: HttpRequest) -> HttpResponse:
    """Put a page on the shelf."""
    return _ask(request, PracticeForm(typed(request), pages=_pages()))


@secretary_page()
@takes_form
def change(request: HttpRequest, practice: uuid.UUID) -> HttpResponse:
    """Say anew what was measured, and until when it holds."""
    form = PracticeForm(typed(request), initial=vars(read_practice(practice)), pages=_pages())
    return _ask(request, form, practice)


@secretary_page()
@takes_form
def drop(request: HttpRequest, practice: uuid.UUID) -> HttpResponse:
    """Take it off the shelf."""
    read_practice(practice)

    def save(by: Actor, now: datetime) -> None:
        drop_practice(reference=practice, by=by, now=now)

    asking = Asking(
        form=forms.Form(typed(request)),
        title=_("Withdraw the page"),
        back=reverse("network:practices"),
        back_text=TITLE,
        save=save,
        button=_("Withdraw the page"),
        kind="warning",
        lead=_("Its page stays as it is."),
    )
    return ask(request, asking)


def _ask(request: HttpRequest, form: PracticeForm, practice: uuid.UUID | None = None) -> HttpResponse:
    def save(by: Actor, now: datetime) -> object:
        return save_practice(new=read_values(NewPractice, form.cleaned_data), reference=practice, by=by, now=now)

    asking = Asking(
        form=form,
        title=_("Practices and evidence"),
        back=reverse("network:practices"),
        back_text=TITLE,
        save=save,
        seen=practice_seen(practice) if practice else "",
    )
    return ask(request, asking)


def _pages() -> Choices:
    return [(each.code, each.text.title) for each in all_in_force(get_language() or "")]
