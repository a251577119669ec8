"""What analysts see and press of cohorts: files that wait, what they say, what was accepted, and comparisons."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, stamp
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import Choices, Words
from leeward.foundation.editing.pages import Asking, ask, go, status_of, takes_form, typed
from leeward.foundation.web.uploads import takes_file
from leeward.foundation.web.words import word
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.next_step import NextStep
from leeward.foundation.work.views import staff_pages
from leeward.foundation.work.way import shows_list
from leeward.justice.outcomes.forms import CohortForm, CompareForm
from leeward.justice.outcomes.lists import cohorts_list
from leeward.justice.outcomes.operations.cohorts import accept_cohort, count_waiting, keep_cohort, withdraw_cohort
from leeward.justice.outcomes.queries.authorities import authority_names
from leeward.justice.outcomes.queries.cohorts import comparable, compare_cohorts, find_cohort
from leeward.justice.outcomes.rules.cohort_rows import MOST_BYTES
from leeward.justice.outcomes.rules.cohort_terms import CohortState
from leeward.justice.outcomes.rules.reoffending import rates, same_kind_rates
from leeward.justice.outcomes.telling import FORMULAS, analyst_rows, comparison_words, days_of, quarter_name

COHORTS = _("Re-offending by cohort")
SEND, COMPARE = _("Send a file of a cohort"), _("May I compare these two?")
cohort_page = staff_pages(Role.ANALYST, back=lambda _named: (COHORTS, reverse("outcomes:cohorts")))


@cohort_page(title=COHORTS, summary=_("Files of persons’ tokens that wait to be counted, and what was counted."))
@require_safe
@shows_list
def cohorts(request: HttpRequest) -> HttpResponse:
    """Every file, the newest first."""
    return show_list(
        request,
        cohorts_list(),
        lambda found: render(request, "outcomes/cohorts/files.jinja", {"found": found, "title": COHORTS}),
    )


@takes_file(most_bytes=MOST_BYTES)
@cohort_page()
@takes_form
def send(request: HttpRequest) -> HttpResponse:
    """Send a file, which only an analyst opens again; for that no key is needed."""
    names = list(authority_names().items())
    return ask_cohort(request, back=reverse("outcomes:cohorts"), back_text=COHORTS, authorities=names)


def ask_cohort(
    request: HttpRequest,
    *,
    back: str,
    back_text: Words,
    authorities: Choices = (),
    own: uuid.UUID | None = None,
    frame: str = "web/staff.jinja",
    by: Actor | None = None,
) -> HttpResponse:
    """The form by which a file comes in. `own`: of which authority it is, where that is not asked."""
    form = CohortForm(typed(request), request.FILES or None, today=local_day(timezone.now()), authorities=authorities)

    def save(by: Actor, now: datetime) -> uuid.UUID:
        return keep_cohort(new=form.found(own), rows=form.rows, by=by, now=now)

    asking = Asking(
        form=form,
        title=SEND,
        back=back,
        back_text=back_text,
        save=save,
        then=lambda cohort: back if own else reverse("outcomes:cohort", args=[cohort]),
        button=_("Submit the file"),
        lead=_(
            "It is sealed to the analysts as it comes in, counted by one of them, and destroyed when the result is "
            "accepted, or after 90 days at the latest."
        ),
        about={"frame": frame},
        by=by,
    )
    return ask(request, asking, template="outcomes/cohorts/send.jinja")


@cohort_page()
@require_safe
def cohort(request: UnlockedRequest, cohort: uuid.UUID) -> HttpResponse:
    """One file: what it says while it waits, or what was kept of it."""
    found = find_cohort(cohort)
    waits = found.state is CohortState.RECEIVED
    counts = count_waiting(cohort=cohort, keyring=request.keyring, **stamp(request)) if waits else found.counts
    told = [
        {
            "counts": each,
            "standing": found.standing(each),
            "final_from": found.final_from(each),
            "rows": analyst_rows(each, rates(each), same_kind_rates(each)),
        }
        for each in counts
    ]
    context = {
        "cohort": found,
        "quarter": quarter_name(found.quarter),
        "waits": waits,
        "next": NextStep(
            turn=_("You"),
            why=_("Accept the numbers, or take the file back."),
            text=_("Accept it and destroy the rows"),
            address=reverse("outcomes:cohort-accept", args=[cohort]),
            is_press=True,
        )
        if waits
        else NextStep(turn=_("Nobody"), why=word(found.state)),
        "told": told,
        "method_days": days_of(found.method),
        "formulas": FORMULAS,
    }
    return render(request, "outcomes/cohorts/file.jinja", context)


@cohort_page()
@require_POST
def accept(request: UnlockedRequest, cohort: uuid.UUID) -> HttpResponse:
    """Keep the numbers, destroy the rows."""
    accept_cohort(cohort=cohort, keyring=request.keyring, **stamp(request))
    return go("outcomes:cohort", cohort)


@cohort_page()
@require_POST
def withdraw(request: UnlockedRequest, cohort: uuid.UUID) -> HttpResponse:
    """Take a file back, destroy its rows."""
    withdraw_cohort(cohort=cohort, **stamp(request))
    return go("outcomes:cohort", cohort)


@cohort_page()
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Whether two figures may be compared, and what follows if so."""
    choices = comparable()
    form = CompareForm(request.GET if "before" in request.GET else None, choices=choices)
    found, changed = None, list[dict[str, str]]()
    if form.is_bound and form.is_valid():
        found, changed = compare_cohorts(form.cleaned_data["before"], form.cleaned_data["after"])
    context = {
        "form": form,
        "title": COMPARE,
        "has_choices": bool(choices),
        "found": found,
        "changed": changed,
        "refused": [word(why) % {"about": about} for why, about in found.refused] if found else [],
        "parts": [f"{word(part)}: {before} → {after}" for part, before, after in found.changed] if found else [],
        "said": comparison_words(found) if found else "",
    }
    return render(request, "outcomes/cohorts/compare.jinja", context, status=status_of(form))
