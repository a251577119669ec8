"""Where analysts see what has been handed in of a year, draft it, and publish it as a second person."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import Asking, ask, go, takes_form, typed
from leeward.foundation.editions.forms import DiscardForm
from leeward.foundation.editions.rules.changes import Change, tally
from leeward.foundation.editions.signed import SignedState
from leeward.foundation.editions.views.second import Drafted, ask_second, show_drafted
from leeward.foundation.protection.tables import TOTAL
from leeward.foundation.web.words import word
from leeward.justice.outcomes.errors import NothingToPrint, OutcomesMistake, PrintingUnknown
from leeward.justice.outcomes.forms import ReasonForm
from leeward.justice.outcomes.operations.printing import discard_year, draft_year, publish_year
from leeward.justice.outcomes.queries.authorities import list_authorities
from leeward.justice.outcomes.queries.printings import (
    PrintingShown,
    changes_between,
    find_printing,
    printed_years,
    read_year,
    waiting_drafts,
)
from leeward.justice.outcomes.queries.years import handed_lines, what_hinders, year_lines, years_known
from leeward.justice.outcomes.rules.changing import compare_cells, hidden_cells
from leeward.justice.outcomes.rules.handing_in import DUE_WITHIN
from leeward.justice.outcomes.rules.printing import STAGES, Family
from leeward.justice.outcomes.rules.terms import ALONE, Stage
from leeward.justice.outcomes.telling import draft_rows, row_name, stage_name
from leeward.justice.outcomes.views.analysts import analyst_page

YEARS = _("Years")
CHANGES_SHOWN = 300


@analyst_page(title=YEARS, summary=_("See who has handed in what for a year, and publish it with a second person."))
@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Each year: what each authority has handed in, and whether it is published."""
    today, known = local_day(timezone.now()), years_known()
    shown = sorted({*known, today.year}, reverse=True) if known or list_authorities() else []
    handed = handed_lines(shown, today=today)
    printed, drafts = set(printed_years()), {each.year: each for each in waiting_drafts()}
    found = [
        {
            "year": year,
            "handed": [(each.authority, each.quarters) for each in handed if each.year == year],
            "files": year_lines(year),
            "is_printed": year in printed,
            "draft": drafts.get(year),
            "why_not": "" if year in drafts else _why_not(year),
        }
        for year in shown
    ]
    context = {"title": YEARS, "years": found, "due_days": DUE_WITHIN.days, "SignedState": SignedState}
    return render(request, "outcomes/analyst/years.jinja", context)


def _why_not(year: int) -> str:
    """Why a year cannot be published; "" where it can."""
    found = what_hinders(year)
    if found.is_nobody_whole:
        return gettext(NothingToPrint.reason)
    return word(OutcomesMistake.MIXED) % {"about": "; ".join(found.mixed)} if found.mixed else ""


@analyst_page()
@takes_form
def draft(request: HttpRequest, year: int) -> HttpResponse:
    """Draft a year, after saying who is missing."""
    if year not in years_known():
        raise Http404
    form, last = ReasonForm(typed(request)), read_year(year)
    form.fields["reason"].required = last is not None
    form.fields["reason"].label = _("Why is it published again?") if last else _("Is there anything to add?")
    missing = [line.authority for line in year_lines(year) if not line.is_whole]

    def save(by: Actor, now: datetime) -> uuid.UUID:
        return draft_year(year=year, reason=form.cleaned_data["reason"], by=by, now=now)

    lead = _("Not in it, and named as missing: %(names)s.") % {"names": ", ".join(missing)}
    asking = Asking(
        form=form,
        title=_("Draft %(year)d") % {"year": year},
        back=reverse("outcomes:years"),
        back_text=YEARS,
        save=save,
        then=lambda made: reverse("outcomes:draft", args=[made]),
        button=_("Create the draft"),
        lead=lead if missing else _("Everybody who is expected has handed in the whole year."),
    )
    return ask(request, asking)


@analyst_page()
@require_safe
def show(request: HttpRequest, printing: uuid.UUID) -> HttpResponse:
    """Show a draft with what it changes, or that it is published, and who did what."""
    found = find_printing(printing)
    return show_drafted(request, _drafted(found), "outcomes/analyst/draft.jinja", _about(found))


@analyst_page()
@takes_form
def sign(request: HttpRequest, printing: uuid.UUID) -> HttpResponse:
    """Publish a draft as a second person."""
    found = find_printing(printing)
    if found.state is not SignedState.DRAFT:
        return go("outcomes:draft", printing)  # which says what became of it

    def publish(sha256: str, by: Actor, now: datetime) -> None:
        publish_year(printing=printing, sha256=sha256, by=by, now=now)

    return ask_second(request, _drafted(found), "outcomes/analyst/sign.jinja", _about(found), publish=publish)


@analyst_page()
@takes_form
def discard(request: HttpRequest, printing: uuid.UUID) -> HttpResponse:
    """Throw a draft away, with a reason that is kept."""
    found, form = find_printing(printing), DiscardForm(typed(request))
    if found.state is not SignedState.DRAFT:
        raise PrintingUnknown
    asking = Asking(
        form=form,
        title=_("Discard the draft"),
        back=reverse("outcomes:draft", args=[printing]),
        back_text=str(found.numbers.year),
        save=lambda by, now: discard_year(printing=printing, **form.cleaned_data, by=by, now=now),
        then=reverse("outcomes:years"),
        button=_("Discard the draft"),
        kind="warning",
    )
    return ask(request, asking)


def _drafted(found: PrintingShown) -> Drafted:
    """A year, for the pages of two people."""
    at = [found.reference]
    return Drafted(
        title=str(found.numbers.year),
        note=found.numbers.reason,
        steps=found,
        back=reverse("outcomes:years"),
        back_text=YEARS,
        address=reverse("outcomes:draft", args=at),
        sign=reverse("outcomes:draft-sign", args=at),
        discard=reverse("outcomes:draft-discard", args=at),
        public=reverse("outcomes:funnel") + f"?year={found.numbers.year}",
        own=OutcomesMistake.OWN,
    )


def _about(found: PrintingShown) -> Mapping[str, object]:
    """What the pages show of a draft: the figures, what changes, and what is hidden and why."""
    if found.state is not SignedState.DRAFT:
        return {"is_by_one": found.signed_by == ALONE}
    year, before, last = found.numbers, found.before, found.year_before
    ways = changes_between(last, year) if last else None
    differences = list(compare_cells(before.cells, year.cells)) if before else []
    changed = [each for each in differences if each.change in (Change.CHANGED, Change.GONE)]
    now, then = ({each.code: each.name for each in one.authorities} if one else {} for one in (year, before))
    return {
        "found": found,
        "year": year,
        "last": last,
        "ways": ways,
        "rows": draft_rows(year, before=before, last=None if ways else last),
        "counts": tally(differences),
        "changed": changed[:CHANGES_SHOWN],
        "changed_count": len(changed),
        "hidden": list(hidden_cells(year.cells, year.counts)),
        "joined": [name for code, name in now.items() if before and code not in then],
        "left": [name for code, name in then.items() if code not in now],
        "row_name": lambda row: row_name(row, names={**then, **now}),
        "stage_name": lambda family, stage: gettext("All") if stage == TOTAL else stage_name(family, Stage(stage)),
        "stages": STAGES,
        "total": TOTAL,
        "Family": Family,
        "Change": Change,
    }
