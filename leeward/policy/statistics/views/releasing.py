"""Where staff draft a release, look at it, sign it off as a second person, and keep the calendar."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.pages import WRITING, Asking, ask, go, typed
from leeward.policy.statistics.errors import ReleaseFixed
from leeward.policy.statistics.forms.releases import DraftForm, PlanForm, SignForm
from leeward.policy.statistics.operations.releases import (
    discard_draft,
    draft_release,
    plan_release,
    sign_release,
    unplan_release,
)
from leeward.policy.statistics.operations.verbs import who
from leeward.policy.statistics.queries.releases import (
    all_releases,
    drafts,
    find_draft,
    is_drafted_by,
    planned,
    read_draft_file,
)
from leeward.policy.statistics.queries.series import published_at
from leeward.policy.statistics.views.releases import hand_out

STAFF = (Role.POLICY_OFFICER, Role.REVIEWER)


@require_role(
    *STAFF,
    desk_title=gettext_lazy("Releases of statistics"),
    desk_summary=gettext_lazy("Draft a release of the nation's figures, sign it off, and keep the calendar."),
)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show drafts, published releases and the calendar."""
    context = {
        "drafts": drafts(),
        "releases": all_releases(),
        "planned": planned(today=timezone.now().date()),
        "printed_at": published_at(),
    }
    return render(request, "statistics/releases/staff.jinja", context)


@require_role(*STAFF)
@require_http_methods(WRITING)
def draft(request: HttpRequest) -> HttpResponse:
    """Freeze what is published into a draft."""
    form = DraftForm(typed(request))
    return _ask(
        request,
        form,
        title=_("Draft a release"),
        button=_("Make the draft"),
        save=lambda by, now: draft_release(**form.cleaned_data, by=by, now=now),
        then=lambda edition: reverse("statistics-data:draft-show", args=[edition]),
    )


@require_role(*STAFF)
@require_safe
def show(request: HttpRequest, edition: str) -> HttpResponse:
    """Show a draft and its files."""
    found = find_draft(edition)
    is_own = is_drafted_by(edition, who(actor_of(request)))
    return render(request, "statistics/releases/draft.jinja", {"release": found, "is_own": is_own})


@require_role(*STAFF)
@require_http_methods(WRITING)
def sign(request: HttpRequest, edition: str) -> HttpResponse:
    """Publish a draft as a second person."""
    form, published = SignForm(typed(request)), reverse("statistics-data:release", args=[edition])
    try:
        return _ask(
            request,
            form,
            title=_("Sign off and publish"),
            button=_("Publish for good"),
            lead=find_draft(edition).title,
            save=lambda by, now: sign_release(edition=edition, **form.cleaned_data, by=by, now=now),
            then=published,
        )
    except ReleaseFixed:
        return go("statistics-data:staff")


@require_role(*STAFF)
@require_POST
def discard(request: HttpRequest, edition: str) -> HttpResponse:
    """Throw a draft away."""
    try:
        discard_draft(edition=edition, by=actor_of(request), now=timezone.now())
    except ReleaseFixed as error:
        raise Http404 from error
    return go("statistics-data:staff")


@require_role(*STAFF)
@require_safe
def download(_request: HttpRequest, edition: str, name: str) -> HttpResponse:
    """A file of a draft."""
    return hand_out(*read_draft_file(edition, name))


@require_role(*STAFF)
@require_http_methods(WRITING)
def plan(request: HttpRequest) -> HttpResponse:
    """Put a day into the calendar."""
    form = PlanForm(typed(request))
    return _ask(
        request,
        form,
        title=_("Plan a release"),
        button=_("Put it into the calendar"),
        save=lambda by, now: plan_release(**form.cleaned_data, by=by, now=now),
    )


@require_role(*STAFF)
@require_POST
def unplan(request: HttpRequest, day: str) -> HttpResponse:
    """Take a day out of the calendar."""
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    unplan_release(on=on, by=actor_of(request), now=timezone.now())
    return go("statistics-data:staff")


def _ask(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    button: str,
    save: Callable[[Actor, datetime], object],
    lead: str = "",
    then: str | Callable[[Any], str] = "",
) -> HttpResponse:
    back, back_text = reverse("statistics-data:staff"), _("Releases of statistics")
    asking = Asking(
        form=form, title=title, button=button, lead=lead, back=back, back_text=back_text, save=save, then=then
    )
    return ask(request, asking)
