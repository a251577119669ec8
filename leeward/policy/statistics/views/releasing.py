"""Where staff draft a release, look at it, sign it off as a second person, and keep the calendar."""

from datetime import date

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.policy.statistics.errors import (
    DraftsTooMany,
    NothingToPublish,
    ReleaseFixed,
    ReleaseUnknown,
    SameHands,
    WordsRefused,
)
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
from leeward.policy.statistics.records import Release
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
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """Freeze what is published into a draft."""
    form = DraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            edition = draft_release(**form.cleaned_data, by=actor_of(request), now=timezone.now())
        except NothingToPublish:
            form.add_error(None, _("There is no figure yet. It is gathered each night; come back after the first one."))
        except DraftsTooMany:
            form.add_error(None, _("Too many drafts wait already. Sign some of them off, or discard them, first."))
        else:
            return redirect("statistics-data:draft-show", edition)
    return _form(request, form, title=_("Draft a release"), button=_("Make the draft"))


@require_role(*STAFF)
@require_safe
def show(request: HttpRequest, edition: str) -> HttpResponse:
    """Show a draft and its files."""
    found = _find(edition)
    is_own = is_drafted_by(edition, who(actor_of(request)))
    return render(request, "statistics/releases/draft.jinja", {"release": found, "is_own": is_own})


@require_role(*STAFF)
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, edition: str) -> HttpResponse:
    """Publish a draft as a second person."""
    found, form = _find(edition), SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sign_release(edition=edition, sha256=form.cleaned_data["sha256"], by=actor_of(request), now=timezone.now())
        except SameHands:
            form.add_error(None, _("You drafted this release. Ask somebody else to look at it and to sign it off."))
        except WordsRefused:
            form.add_error(
                "sha256", _("This is not the digest of this draft. Look at the draft again, and copy its digest")
            )
        except (ReleaseFixed, ReleaseUnknown):
            return redirect("statistics-data:staff")
        else:
            return redirect("statistics-data:release", edition)
    return _form(request, form, title=_("Sign off and publish"), button=_("Publish for good"), about=found.title)


@require_role(*STAFF)
@require_POST
def discard(request: HttpRequest, edition: str) -> HttpResponseRedirect:
    """Throw a draft away."""
    try:
        discard_draft(edition=edition, by=actor_of(request), now=timezone.now())
    except (ReleaseFixed, ReleaseUnknown) as error:
        raise Http404 from error
    return HttpResponseRedirect(reverse("statistics-data:staff"))


@require_role(*STAFF)
@require_safe
def download(_request: HttpRequest, edition: str, name: str) -> HttpResponse:
    """A file of a draft."""
    try:
        return hand_out(*read_draft_file(edition, name))
    except ReleaseUnknown as error:
        raise Http404 from error


@require_role(*STAFF)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Put a day into the calendar."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            plan_release(**form.cleaned_data, by=actor_of(request), now=timezone.now())
        except WordsRefused:
            form.refuse(_("Enter a day that is not over"))
        else:
            return redirect("statistics-data:staff")
    return _form(request, form, title=_("Plan a release"), button=_("Put it into the calendar"))


@require_role(*STAFF)
@require_POST
def unplan(request: HttpRequest, day: str) -> HttpResponseRedirect:
    """Take a day out of the calendar."""
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    unplan_release(on=on, by=actor_of(request), now=timezone.now())
    return HttpResponseRedirect(reverse("statistics-data:staff"))


def _find(edition: str) -> Release:
    try:
        return find_draft(edition)
    except ReleaseUnknown as error:
        raise Http404 from error


def _form(request: HttpRequest, form: forms.Form, *, title: str, button: str, about: str = "") -> HttpResponse:
    context = {"form": form, "title": title, "button_text": button, "about": about}
    return render(request, "statistics/releases/form.jinja", context)
