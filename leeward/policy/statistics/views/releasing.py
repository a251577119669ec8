"""Where staff draft a release, look at it, sign it off as a second person, and keep the calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
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
from leeward.foundation.editing.fields import box
from leeward.foundation.editing.pages import WRITING, Asking, ask, attempt, go, status_of, typed
from leeward.foundation.web.timeline import Entry, by_name
from leeward.foundation.web.words import word
from leeward.foundation.work.keyset import PAGE, Order
from leeward.foundation.work.lists import Act, Column, Filter, Listing, Selection, show_list
from leeward.foundation.work.way import shows_list
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
    DRAFT,
    compare_draft,
    find_draft,
    find_for_staff,
    planned_lines,
    planned_rows,
    read_draft_file,
    release_lines,
    release_rows,
)
from leeward.policy.statistics.queries.series import published_at
from leeward.policy.statistics.records import Planned, Release, ReleaseState
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
@shows_list
def home(request: HttpRequest) -> HttpResponse:
    """Releases, drafts first, and what was thrown away where somebody asks for it."""
    return show_list(
        request,
        releases_list(),
        lambda found: render(
            request, "statistics/releases/staff.jinja", {"found": found, "printed_at": published_at()}
        ),
    )


def releases_list() -> Listing[Release]:
    """Releases, those that wait for a second person first, then the newest."""
    return Listing(
        rows=release_rows(),
        lines=release_lines,
        columns=[
            Column("title", _("Release"), lambda each: each.title),
            Column("state", _("Where it stands"), lambda each: each.state),
            Column(
                "drafted", _("Drafted"), lambda each: each.drafted_at, Order(by="drafted_at", parts=(DRAFT, ~DRAFT))
            ),
            Column("published", _("Published"), lambda each: each.released_at),
            Column("covers", _("Periods up to"), lambda each: each.covers_until),
        ],
        sort="-drafted",
        address=lambda each: reverse("statistics-data:draft-show", args=[each.edition]),
        filters=[
            Filter(
                key="discarded",
                field=box(_("Drafts that were thrown away")),
                where=lambda _ticked: Q(discarded_at__isnull=False),
                otherwise=Q(discarded_at__isnull=True),
            )
        ],
        csv="releases",
        empty=_("There is no release yet. A draft waits here for a second person, who publishes it."),
    )


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
    """Show a release and who did what; of a draft its numbers, what changes against the release before, its files."""
    release = find_for_staff(edition)
    if release.state is ReleaseState.DRAFT:
        return _page(request, "draft", edition)
    return render(request, "statistics/releases/draft.jinja", {"release": release, "history": _history(release)})


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
        done = attempt(request, form, save, then=lambda _none: go("statistics-data:draft-show", edition))
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
        back=reverse("statistics-data:planned"),
        back_text=_("Calendar of releases"),
    )


@require_role(*STAFF)
@require_safe
@shows_list
def list_planned(request: HttpRequest) -> HttpResponse:
    """The calendar."""
    listing = planned_list(today=timezone.now().astimezone(UTC).date())
    return show_list(
        request, listing, lambda found: render(request, "statistics/releases/planned.jinja", {"found": found})
    )


def planned_list(*, today: date) -> Listing[Planned]:
    """The days on which releases are to come out, the next first; those that are ticked are taken out."""
    return Listing(
        rows=planned_rows(today=today),
        lines=planned_lines,
        columns=[
            Column("title", _("Release"), lambda each: each.title),
            Column("on", _("Day"), lambda each: each.on, Order(by="on", is_unique=True)),
            Column("note", _("What readers should know"), lambda each: each.note),
        ],
        sort="on",
        selection=Selection(
            name="day",
            value=lambda each: each.on.isoformat(),
            acts=[Act(text=_("Take out of the calendar"), address=reverse("statistics-data:unplan"))],
        ),
        csv="releases-planned",
        empty=_("No day is planned. Days that are stand here, and on the public page of releases."),
    )


@require_role(*STAFF)
@require_POST
def unplan(request: HttpRequest) -> HttpResponse:
    """Take days out of the calendar."""
    try:
        days = [date.fromisoformat(day) for day in request.POST.getlist("day")[:PAGE]]
    except ValueError as error:
        raise Http404 from error
    for on in days:
        unplan_release(on=on, by=actor_of(request), now=timezone.now())
    return go("statistics-data:planned")


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
        "counts": lambda found: [tally(found)[each] for each in Change],
        "changed": changed[:CHANGES_SHOWN],
        "changed_count": len(changed),
        "changes": Change,
        "say": say_number,
        "indicators": INDICATORS,
        "history": _history(release),
        "is_own": release.drafted_by == who(actor_of(request)),
        "form": form,
    }
    status = status_of(form) if form else HTTPStatus.OK
    return render(request, f"statistics/releases/{page}.jinja", context, status=status)


def _history(release: Release) -> list[Entry]:
    """Who drafted, published or threw away a release, the newest first."""
    acts = [
        (release.discarded_at, release.discarded_by, word(ReleaseState.DISCARDED), [release.discarded_why]),
        (release.released_at, release.released_by, word(ReleaseState.PUBLISHED), []),
        (release.drafted_at, release.drafted_by, _("Drafted"), []),
    ]
    names = names_of(who for _at, who, *_what in acts)
    return [Entry(at=at, who=by_name(names.get(who)), what=what, facts=facts) for at, who, what, facts in acts if at]


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
    back: str = "",
    back_text: str = "",
) -> HttpResponse:
    asking = Asking(
        form=form,
        title=title,
        button=button,
        kind=kind,
        lead=lead,
        back=back or reverse("statistics-data:staff"),
        back_text=back_text or _("Releases of statistics"),
        save=save,
        then=then,
    )
    return ask(request, asking)
