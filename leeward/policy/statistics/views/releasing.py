"""Where staff draft a release, look at it, sign it off as a second person, and keep the calendar."""

from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus
from itertools import groupby
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
from leeward.foundation.accounts.queries import names_of
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.pages import WRITING, Asking, ask, attempt, go, status_of, typed
from leeward.policy.statistics.catalogue import INDICATORS
from leeward.policy.statistics.charts.numbers import say_number
from leeward.policy.statistics.errors import ReleaseFixed, ReleaseUnknown
from leeward.policy.statistics.forms.releases import DiscardForm, DraftForm, PlanForm, SignForm
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
    compare_draft,
    discarded,
    drafts,
    find_draft,
    planned,
    read_draft_file,
)
from leeward.policy.statistics.queries.series import published_at
from leeward.policy.statistics.rules.differences import Change, tally
from leeward.policy.statistics.views.releases import hand_out

# The secretariat. Reviewers answer for one body each, such as the police, and do not sign the nation's figures.
STAFF = (Role.POLICY_OFFICER,)
CHANGES_SHOWN = 300


@require_role(
    *STAFF,
    desk_title=gettext_lazy("Releases of statistics"),
    desk_summary=gettext_lazy("Draft a release of the nation's figures, sign it off, and keep the calendar."),
)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show drafts, published releases and the calendar."""
    thrown_away = discarded()
    context = {
        "drafts": drafts(),
        "discarded": thrown_away,
        "names": names_of(each.discarded_by for each in thrown_away),
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
    """Show a draft: its numbers by indicator, what changes against the release before, its files."""
    return _page(request, "draft", edition)


@require_role(*STAFF)
@require_safe
def show_numbers(request: HttpRequest, edition: str, indicator_id: str) -> HttpResponse:
    """Show every number of one indicator in a draft, beside what it was in the release before."""
    return _page(request, "numbers", edition, indicator_id=indicator_id)


@require_role(*STAFF)
@require_http_methods(WRITING)
def sign(request: HttpRequest, edition: str) -> HttpResponse:
    """Publish a draft as a second person."""
    form = SignForm(typed(request), initial={"sha256": find_draft(edition).sha256})

    def save(by: Actor, now: datetime) -> None:
        sign_release(edition=edition, sha256=form.cleaned_data["sha256"], by=by, now=now)

    try:
        done = attempt(request, form, save, then=lambda _none: go("statistics-data:release", edition))
    except ReleaseFixed:
        return go("statistics-data:staff")
    return done or _page(request, "sign", edition, form=form)


@require_role(*STAFF)
@require_http_methods(WRITING)
def discard(request: HttpRequest, edition: str) -> HttpResponse:
    """Throw a draft away, with a reason that is kept."""
    form = DiscardForm(typed(request))
    try:
        return _ask(
            request,
            form,
            title=_("Throw this draft away"),
            button=_("Throw it away"),
            kind="warning",
            lead=find_draft(edition).title,
            save=lambda by, now: discard_draft(edition=edition, **form.cleaned_data, by=by, now=now),
        )
    except ReleaseFixed as error:
        raise Http404 from error


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


def _page(
    request: HttpRequest, page: str, edition: str, *, indicator_id: str = "", form: forms.Form | None = None
) -> HttpResponse:
    """A page of a draft with what it changes, all of it or one indicator's."""
    release, (newest, differences) = find_draft(edition), compare_draft(edition)
    if indicator_id:
        differences = tuple(each for each in differences if each.indicator == indicator_id)
        if not differences:
            raise ReleaseUnknown(indicator_id)
    groups = [
        (INDICATORS.get(indicator), indicator, tuple(found))
        for indicator, found in groupby(differences, key=lambda each: each.indicator)
    ]
    changed = [each for each in differences if each.change in (Change.CHANGED, Change.GONE)]
    context = {
        "release": release,
        "before": newest,
        "groups": groups,
        "tally": tally,
        "changed": changed[:CHANGES_SHOWN],
        "changed_count": len(changed),
        "changes": Change,
        "say": say_number,
        "indicators": INDICATORS,
        "names": names_of([release.drafted_by]),
        "is_own": release.drafted_by == who(actor_of(request)),
        "form": form,
    }
    status = status_of(form) if form else HTTPStatus.OK
    return render(request, f"statistics/releases/{page}.jinja", context, status=status)


def _ask(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    button: str,
    save: Callable[[Actor, datetime], object],
    lead: str = "",
    kind: str = "primary",
    then: str | Callable[[Any], str] = "",
) -> HttpResponse:
    back, back_text = reverse("statistics-data:staff"), _("Releases of statistics")
    asking = Asking(
        form=form,
        title=title,
        button=button,
        kind=kind,
        lead=lead,
        back=back,
        back_text=back_text,
        save=save,
        then=then,
    )
    return ask(request, asking)
