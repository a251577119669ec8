"""What analysts see and press: what authorities have handed in, and who is expected to."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.fields import OnceForm
from leeward.foundation.editing.pages import Asking, ask, go, show_once, status_of, takes_form, typed
from leeward.foundation.protection.tables import TOTAL
from leeward.foundation.rows import read_values
from leeward.foundation.web.words import word
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.next_step import NextStep
from leeward.foundation.work.views import staff_pages
from leeward.foundation.work.way import shows_list
from leeward.justice.outcomes.forms import AuthorityForm, CheckedForm, FunnelForm, HeadForm, MapForm, ReasonForm
from leeward.justice.outcomes.lists import submissions_list
from leeward.justice.outcomes.operations.authorities import NewAuthority, keep_authority
from leeward.justice.outcomes.operations.deciding import accept_submission, check_submission, withdraw_submission
from leeward.justice.outcomes.operations.founding import switch_codes
from leeward.justice.outcomes.operations.links import LINK_LASTS, make_link
from leeward.justice.outcomes.operations.mapping import make_map
from leeward.justice.outcomes.queries.authorities import find_authority, list_authorities
from leeward.justice.outcomes.queries.codes import find_code_list, list_code_lists, list_methods
from leeward.justice.outcomes.queries.maps import list_maps, newest_map
from leeward.justice.outcomes.queries.printings import method_of
from leeward.justice.outcomes.queries.submissions import SubmissionShown, find_submission
from leeward.justice.outcomes.queries.years import (
    funnel_of,
    offences_counted,
    quarters_of,
    years_known,
)
from leeward.justice.outcomes.rules.files import COLUMNS
from leeward.justice.outcomes.rules.printing import STAGES
from leeward.justice.outcomes.rules.terms import EXPECTED, PREVIEW, FileKind, SubmissionState
from leeward.justice.outcomes.telling import stage_name
from leeward.justice.training.queries.people import employer_names

SUBMISSIONS, AUTHORITIES = _("Submitted counts"), _("Authorities")
CODES = _("Codes and methods")
FUNNEL = _("From report to sentence")
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


@analyst_page()
@takes_form
def submission(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """One file with its numbers, and what becomes of it."""
    found, now = find_submission(submission), timezone.now()
    acts = {"check": check_submission, "accept": accept_submission}
    if request.method == "POST":
        act = acts.get(request.POST.get("act", ""))
        if act is not None:
            act(submission=submission, by=actor_of(request), now=now)
        return go("outcomes:submission", submission)
    context = {"found": found, "method": method_of(*found.method), "next": _next_step(found, now=now)}
    return render(request, "outcomes/analyst/submission.jinja", context)


def _next_step(found: SubmissionShown, *, now: datetime) -> NextStep:
    """Check it, accept it, or wait until its authority has looked."""
    address, state = reverse("outcomes:submission", args=[found.line.reference]), found.line.state
    if state is SubmissionState.RECEIVED:
        why, text, act = _("Compare it with its file."), _("I have checked it"), "check"
    elif state is SubmissionState.CHECKED and found.checked_at is not None:
        if found.seen_at is None and now < found.checked_at + PREVIEW:
            why = _("It can be accepted on %(day)s, or as soon as its authority has said that it looked.")
            day = write_day(local_day(found.checked_at + PREVIEW))
            return NextStep(turn=found.line.authority, why=why % {"day": day})
        why, text, act = (
            _("It has been checked, and its authority has had time to look at it."),
            _("Accept the file"),
            "accept",
        )
    else:
        return NextStep(turn=_("Nobody"), why=word(state))
    return NextStep(turn=_("You"), why=why, text=text, address=address, is_press=True, sends={"act": act})


@analyst_page()
@takes_form
def withdraw(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    """Take a file out of what is printed from now on."""
    found = find_submission(submission)
    form = ReasonForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        withdraw_submission(submission=submission, reason=form.cleaned_data["reason"], by=by, now=now)

    asking = Asking(
        form=form,
        title=_("Withdraw this file"),
        back=reverse("outcomes:submission", args=[submission]),
        back_text=f"{found.line.authority}, {found.line.period}",
        save=save,
        button=_("Withdraw the file"),
        kind="warning",
        lead=_("What was printed stays as it is until you print the year again."),
    )
    return ask(request, asking)


@analyst_page(title=FUNNEL, summary=_("What was accepted, by year, authority and offence, before it is protected."))
@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """The stages of a year by quarter, of one authority or offence: true numbers, for analysts alone."""
    known = years_known()
    form = FunnelForm(
        request.GET if "year" in request.GET else None,
        years=known,
        authorities=[(each.code, each.name) for each in list_authorities()],
        offences=[(code, f"{code} {name}") for code, name in offences_counted()],
    )
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    year = int(asked["year"]) if asked else (known[0] if known and not form.is_bound else None)
    families = []
    if year is not None:
        found = funnel_of(year, authority=asked.get("authority", ""), offence=asked.get("offence", ""))
        families = [(family, STAGES[family], rows) for family, rows in found.items()]
    context = {
        "title": FUNNEL,
        "form": form,
        "year": year,
        "quarters": [each.name for each in quarters_of(year)] if year else [],
        "families": families,
        "total": TOTAL,
        "stage_name": stage_name,
    }
    return render(request, "outcomes/analyst/funnel.jinja", context, status=status_of(form))


@analyst_page(title=CODES, summary=_("Which national code leads to which stage, and how each thing is counted."))
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """Code lists and methods."""
    context = {"title": CODES, "lists": list_code_lists(), "methods": list_methods()}
    return render(request, "outcomes/analyst/codes.jinja", context)


@analyst_page()
@takes_form
def switch(request: HttpRequest, code_list: uuid.UUID) -> HttpResponse:
    """Count by a list from now on."""
    found = find_code_list(code_list)
    form = CheckedForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        switch_codes(code_list=code_list, checked_on=form.cleaned_data["checked_on"], by=by, now=now)

    asking = Asking(
        form=form,
        title=f"{found.jurisdiction}, {word(found.kind)}, {found.version}",
        back=reverse("outcomes:codes"),
        back_text=CODES,
        save=save,
        button=_("Use this list"),
        lead=_("First compare each code with its source. The list that was in use is switched off; its counts stay."),
    )
    return ask(request, asking)


@analyst_page()
@takes_form
def link(request: HttpRequest, authority: uuid.UUID) -> HttpResponse:
    """Make a link for an authority without an account; it is shown once."""
    found, address = find_authority(authority), ""
    if request.method == "POST":
        token = make_link(authority=authority, by=actor_of(request), now=timezone.now())
        address = settings.LEEWARD_URL + reverse("outcomes:link-counts", args=[token])
    context = {"authority": found, "address": address, "days": LINK_LASTS.days}
    page = render(request, "outcomes/analyst/link.jinja", context)
    return show_once(page) if address else page


@analyst_page()
@require_safe
def maps(request: HttpRequest, authority: uuid.UUID) -> HttpResponse:
    """The maps of an authority's own files, with every version."""
    found, known = find_authority(authority), list_maps(authority)
    lines = [(kind, known.get(kind, [])) for kind in EXPECTED[found.kind]]
    return render(request, "outcomes/analyst/maps.jinja", {"authority": found, "lines": lines})


@analyst_page()
@takes_form
def map_file(request: HttpRequest, authority: uuid.UUID, kind: str) -> HttpResponse:
    """Map an authority's own file: first its first line, then which of its columns is which of ours."""
    found = find_authority(authority)
    of = next((each for each in EXPECTED[found.kind] if each.value == kind), None)
    if of is None:
        raise Http404
    asked = HeadForm(typed(request))
    context = {"authority": found, "kind": of, "form": asked}
    if not (asked.is_bound and asked.is_valid()):
        return render(request, "outcomes/analyst/head.jinja", context, status=status_of(asked))
    initial = {"head": asked.cleaned_data["head"], **_guess(asked.found, authority, of)}
    is_mapped = "called" in request.POST  # and not the first line alone
    form = MapForm(request.POST if is_mapped else None, head=asked.found, kind=of, initial=initial)

    def save(by: Actor, now: datetime) -> uuid.UUID:
        assert form.found is not None  # noqa: S101  # a form that is valid has one
        return make_map(authority=authority, kind=of, new=form.found, by=by, now=now)

    asking = Asking(
        form=form,
        title=_("Map the file of %(name)s: %(kind)s") % {"name": found.name, "kind": word(of)},
        back=reverse("outcomes:maps", args=[authority]),
        back_text=_("Their own files"),
        save=save,
        button=_("Save this map"),
        lead=_(
            "Say for each of their columns which of ours it is. The authority, the end of the period and the as-of day "
            "may be left out: the first two follow from the rest, and the day is asked for with each file. A map that "
            "is kept is never changed: a new version follows."
        ),
    )
    return ask(request, asking)


def _guess(head: Sequence[str], authority: uuid.UUID, kind: FileKind) -> dict[str, str]:
    """What the form begins with: as the map before said it, else columns that are called as ours."""
    before = newest_map(authority, kind)
    named = {name: name for name in COLUMNS[kind]} | (before.map.named if before else {})
    found = {f"column_{number}": named.get(theirs, "") for number, theirs in enumerate(head)}
    if before:
        found |= {"basis": before.map.basis or "", "called": before.map.called}
    return found


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
