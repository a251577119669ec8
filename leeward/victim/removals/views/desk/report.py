"""One report before somebody at the desk: read, shown, taken, written to, closed."""

import uuid
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of, stamp
from leeward.foundation.editing.fields import WordsForm
from leeward.foundation.editing.pages import go, status_of
from leeward.foundation.web.timeline import tell_timeline
from leeward.foundation.work.desks import count_exposure, exposure_today
from leeward.foundation.work.way import way_of
from leeward.victim.file.operations.shown import read_shown
from leeward.victim.file.rules.paths import PATHS
from leeward.victim.file.rules.threads import Side
from leeward.victim.locker.views.staff import KeptPart, list_kept, open_kept
from leeward.victim.removals.errors import ReportStopped
from leeward.victim.removals.forms.desk import BandForm, ReviewForm
from leeward.victim.removals.models import Review
from leeward.victim.removals.operations.desk import (
    add_note,
    ask_review,
    close_report,
    mark_looked,
    release_report,
    set_band,
)
from leeward.victim.removals.operations.reports import open_report, write_message
from leeward.victim.removals.queries.desk import DESK_TEAM, reviews_of
from leeward.victim.removals.rules.reports import Band
from leeward.victim.removals.views.desk.climbing import proposals_for, wants_rung
from leeward.victim.removals.views.desk.frame import (
    Opened,
    desk_page,
    is_supervisor,
    open_for,
    page,
    press_on_report,
    say_no,
    take,
    to_report,
)
from leeward.victim.removals.views.desk.next_steps import Deciding, step_of_report
from leeward.victim.removals.views.desk.plans import count_waiting
from leeward.victim.removals.views.desk.sites import met_sites
from leeward.victim.removals.views.desk.telling import KINDS, tell_report

SHOWABLE = ("story", "contact")

looked = press_on_report(mark_looked)
close = press_on_report(close_report)


@desk_page()
@require_safe
def show_report(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """The report, without its story and without how she is reached; where she stopped the desk, that she did."""
    try:
        return _report_page(request, open_for(request, report))
    except ReportStopped as error:
        return page(request, "stopped", {"said": say_no(error), "report": report})


@desk_page()
@require_POST
def uncover(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """Show the story, how she is reached or an entry that she shows, and count that it was shown."""
    part = request.POST.get("part", "")
    found = open_for(request, report, reason=f"show_{part}" if part in SHOWABLE else "show_kept")
    kept = open_kept(_kept(found), part, team=DESK_TEAM, keyring=request.keyring, by=found.by, now=found.now)
    if part not in SHOWABLE and kept is None:
        return to_report(report)
    count_exposure(by=found.by, now=found.now)
    return _report_page(request, found, shown=part, kept=kept or _kept(found))


@desk_page()
@require_POST
def claim(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """Take the report."""
    take(request, report)
    return to_report(report)


@desk_page()
@require_POST
def let_go(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """Give the report back."""
    release_report(reference=report, **stamp(request))
    return to_report(report)


@desk_page()
@require_POST
def skip(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """Leave this one to somebody else; nobody asks why. The next of the list follows, where there is one."""
    release_report(reference=report, **stamp(request))
    way = way_of(request)
    return HttpResponseRedirect(way.next, status=HTTPStatus.SEE_OTHER) if way else go("removals:desk-reports")


@desk_page()
@require_POST
def choose_band(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """Say how soon the desk must look."""
    form = BandForm(request.POST)
    if not form.is_valid():
        return _report_page(request, open_for(request, report), form=form, band_form=form)
    take(request, report)
    set_band(reference=report, band=Band(form.cleaned_data["band"]), **stamp(request))
    return to_report(report)


@desk_page()
@require_POST
def note(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """Leave a note among staff."""
    form = _note_form(request.POST)
    if not form.is_valid():
        return _report_page(request, open_for(request, report), form=form, note_form=form)
    opened = take(request, report)
    add_note(
        opened=opened,
        words=form.cleaned_data["words"],
        **stamp(request),
        reference=form.cleaned_data["once"],
    )
    return to_report(report, at="timeline")


@desk_page()
@require_POST
def message(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """Show a message as she will see it, then, with the second press, write it to her."""
    form = _message_form(request.POST)
    if not form.is_valid():
        return _report_page(request, open_for(request, report), form=form, message_form=form)
    if request.POST.get("step") != "send":
        words = form.cleaned_data["words"]
        return _report_page(request, open_for(request, report), message_form=form, preview=words)
    opened = take(request, report)
    write_message(
        opened=opened,
        words=form.cleaned_data["words"],
        side=Side.TEAM,
        **stamp(request),
        reference=form.cleaned_data["once"],
    )
    return to_report(report, at="said")


@desk_page()
@require_POST
def review(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """Ask a second person."""
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _report_page(request, open_for(request, report), form=form, review_form=form)
    # Nobody needs to have taken a report to ask about it.
    by, now = actor_of(request), timezone.now()
    opened = open_report(reference=report, keyring=request.keyring, by=by, now=now, reason="removal_work")
    ask_review(
        opened=opened, kind=Review.Kind(form.cleaned_data["kind"]), reason=form.cleaned_data["reason"], by=by, now=now
    )
    return to_report(report, at="reviews")


def _report_page(request: UnlockedRequest, found: Opened, *, shown: str = "", **forms: Any) -> HttpResponse:
    view, form, names = found.view, forms.get("form"), team_names(viewer=staff_of(request))
    reviews, waiting = reviews_of(view.reference), count_waiting(view)
    proposals = proposals_for([each for each in view.requests if wants_rung(each, now=found.now)], now=found.now)
    deciding = Deciding(
        found=found,
        climbable=proposals,
        unreached={(each.partner.id, each.rung) for each in waiting.unreached},
        is_supervisor=is_supervisor(request),
        names=names,
        reviews=reviews,
    )
    told = tell_report(view, reviews=reviews, names=names)
    here = reverse("removals:desk-report", args=[view.reference])
    context = {
        "found": found,
        "report": view,
        "now": found.now,
        "names": names,
        "next": step_of_report(deciding),
        "timeline": tell_timeline(request, told, kinds=KINDS, path=here),
        "due_at": min((each.due_at for each in view.requests if each.due_at), default=None),
        "overdue": sum(view.is_late(each, found.now) for each in view.requests),
        "shown": shown,
        "kept": _kept(found),
        "ticks": [tick for row in PATHS for tick in row.ticked(view.story)],
        "exposure": exposure_today(found.by.id, day=found.now.date()),
        "proposals": proposals,
        "waiting": waiting,
        "met_sites": met_sites(view),
        "note_form": _note_form(),
        "message_form": _message_form(),
        "band_form": BandForm(initial={"band": view.band}),
        "review_form": ReviewForm(),
        "preview": "",
        "form": None,
        **forms,
    }
    status = HTTPStatus.OK if form is None else status_of(form)
    return page(request, "report", context, status=status)


def _kept(found: Opened) -> KeptPart:
    thread = found.opened.thread
    shown = read_shown(thread) if thread else ()
    return list_kept(shown, about=found.opened.reference, team=DESK_TEAM, now=found.now)


def _note_form(data: Any = None) -> WordsForm:
    hint = _("Among staff. The person and the platforms never see it.")
    return WordsForm(data, label=_("Note"), hint=hint, auto_id="note_%s", initial=WordsForm.fresh())


def _message_form(data: Any = None) -> WordsForm:
    return WordsForm(data, label=_("Message to them"), auto_id="message_%s", initial=WordsForm.fresh())
