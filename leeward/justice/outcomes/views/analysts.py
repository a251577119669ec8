"""What analysts see and press: what authorities have handed in, and who is expected to."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.fields import OnceForm
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.rows import read_values
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.views import staff_pages
from leeward.foundation.work.way import shows_list
from leeward.justice.outcomes.forms import AuthorityForm
from leeward.justice.outcomes.lists import submissions_list
from leeward.justice.outcomes.operations.authorities import NewAuthority, keep_authority
from leeward.justice.outcomes.queries.authorities import find_authority, list_authorities
from leeward.justice.training.queries.people import employer_names

SUBMISSIONS, AUTHORITIES = _("Counts handed in"), _("Authorities")
analyst_page = staff_pages(Role.ANALYST, back=lambda _named: (SUBMISSIONS, reverse("outcomes:submissions")))


@analyst_page(title=SUBMISSIONS, summary=_("What authorities counted, and how far each file has come."))
@require_safe
@shows_list
def submissions(request: HttpRequest) -> HttpResponse:
    """Every submission, the newest first."""
    return show_list(
        request,
        submissions_list(),
        lambda found: render(request, "outcomes/analyst/submissions.jinja", {"found": found, "title": SUBMISSIONS}),
    )


@analyst_page(title=AUTHORITIES, summary=_("Who is expected to hand in counts."))
@require_safe
def authorities(request: HttpRequest) -> HttpResponse:
    """Every authority."""
    context = {"title": AUTHORITIES, "lines": list_authorities()}
    return render(request, "outcomes/analyst/authorities.jinja", context)


@analyst_page()
@takes_form
def authority_add(request: HttpRequest) -> HttpResponse:
    """Name an authority."""
    return _ask_authority(request, AuthorityForm(typed(request), employers=_employers(), initial=OnceForm.fresh()))


@analyst_page()
@takes_form
def authority_change(request: HttpRequest, authority: uuid.UUID) -> HttpResponse:
    """Change what is known of an authority."""
    found = find_authority(authority)
    initial = {**vars(found), "once": found.reference}
    return _ask_authority(request, AuthorityForm(typed(request), employers=_employers(), initial=initial), authority)


def _ask_authority(request: HttpRequest, form: AuthorityForm, authority: uuid.UUID | None = None) -> HttpResponse:
    def save(by: Actor, now: datetime) -> uuid.UUID:
        given = form.cleaned_data | {"employer": form.cleaned_data["employer"] or None}
        new = read_values(NewAuthority, given)
        return keep_authority(new=new, authority=authority or form.cleaned_data["once"], by=by, now=now)

    back = reverse("outcomes:authorities")
    return ask(request, Asking(form=form, title=_("An authority"), back=back, back_text=AUTHORITIES, save=save))


def _employers() -> list[tuple[str, str]]:
    return list(employer_names().items())
