"""Sheets: what may be asked for before a hearing, for everybody; what was asked for and given, for its own court."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import select
from leeward.foundation.editing.forms import LONGEST
from leeward.foundation.editing.pages import Asking, ask, ask_lines, takes_form, typed
from leeward.foundation.holds.queries import holds_on, with_reasons
from leeward.foundation.web.access import public
from leeward.foundation.web.components import Text
from leeward.foundation.web.uploads import takes_file
from leeward.foundation.web.words import word
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list
from leeward.justice.courts.forms import SheetForm, SheetsForm
from leeward.justice.courts.lists import sheets_list
from leeward.justice.courts.operations.sheets import HELD, SheetPlan, drop_sheet, keep_sheet, keep_sheets, plan_sheets
from leeward.justice.courts.queries.courts import TypeLine, find_court
from leeward.justice.courts.queries.sheets import first_law, jurisdictions, read_sheet, types_by_court, types_of
from leeward.justice.courts.rules.sheets import COLUMNS, Conviction, read_sheets, write_week
from leeward.justice.courts.rules.terms import Addressee, Impact, LineState, Sought, Told
from leeward.justice.courts.rules.types import TypeState
from leeward.justice.courts.views.frame import here, order_page, page

TITLE = gettext_lazy("What was asked for at convictions")
LEFT_TO_RIGHT, ISOLATE_ENDS = "\u2066", "\u2069"  # so that a week is not turned round in Arabic
LOAD = gettext_lazy("Load convictions")


class JurisdictionForm(forms.Form):
    """Whose law."""

    law = select(gettext_lazy("Which law?"))


@public
@require_safe
def ask_for(request: HttpRequest) -> HttpResponse:
    """The orders that may be asked for at a conviction, as a sheet to print and take to the hearing."""
    today = local_day(timezone.now())
    known = jurisdictions(on=today)
    form = JurisdictionForm(request.GET if "law" in request.GET else None)
    form.fields["law"].choices = [(each, each) for each in known]  # type: ignore[attr-defined]  # a ChoiceField
    chosen = form.cleaned_data["law"] if form.is_bound and form.is_valid() else first_law(on=today)
    form.fields["law"].initial = chosen
    found = types_of(chosen, on=today)
    context = {
        "form": form,
        "law": chosen,
        "types": [each for each in found if each.state is not TypeState.UNREAD],
        "unread": [each for each in found if each.state is TypeState.UNREAD],
        "asks": {each.kind.code: _asks(each) for each in found},
        "states": [each for each in LineState if each is not LineState.NOT_ASKED],
        "questions": _questions(),
    }
    return render(request, "courts/public/ask_for.jinja", context)


@order_page(
    Role.COURT_CLERK,
    title=TITLE,
    summary=gettext_lazy("At each conviction: which orders could be asked for, were asked for, and were made."),
)
@require_safe
@shows_list
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets of a clerk's own court."""
    listing = sheets_list(here(request).viewer.affiliation)
    return show_list(request, listing, lambda found: page(request, "sheets", {"found": found, "title": TITLE}))


@order_page(Role.COURT_CLERK)
@takes_form
def add(request: HttpRequest) -> HttpResponse:
    """Note one conviction."""
    at = here(request)
    court = find_court(at.viewer.affiliation)
    form = SheetForm(typed(request), types=types_of(court.jurisdiction, on=local_day(at.now)))

    def save(by: Actor, now: datetime) -> uuid.UUID:
        return keep_sheet(court=court.public_id, told=form.as_conviction(), by=by, now=now)

    return ask(
        request,
        Asking(
            form=form,
            title=_("Record a conviction"),
            lead=_("Do not name anybody. Only the week is kept, because lists of hearings are public."),
            back=reverse("courts:sheets"),
            back_text=TITLE,
            save=save,
            then=lambda sheet: reverse("courts:sheet", args=[sheet]),
        ),
    )


@takes_file(most_bytes=LONGEST)
@order_page(title=LOAD, summary=gettext_lazy("A month of convictions from a court’s own system, as a file."))
@takes_form
def load(request: HttpRequest) -> HttpResponse:
    """Take in a file of convictions: tried first, then kept whole or not at all."""
    at = here(request)
    today = local_day(at.now)
    courts = types_by_court(on=today, court=at.viewer.affiliation if at.is_clerk else "")
    form = SheetsForm(
        typed(request),
        request.FILES or None,
        columns=COLUMNS,
        read=lambda text: read_sheets(text, courts=courts, today=today),
    )

    def save(by: Actor, now: datetime) -> int:
        said = form.cleaned_data["earlier"]
        return keep_sheets(found=form.found, replaces=said == "replace" if said else None, by=by, now=now)

    back = "courts:sheets" if at.is_clerk else "courts:orders"
    asking = Asking(
        form=form,
        title=LOAD,
        lead=_(
            "One line for each order that could be asked for at a conviction. The lines of one conviction follow each "
            "other; another one begins where a type comes a second time, or where anything else differs. A refused "
            "order has its reason’s code behind it, such as refused:not_shown. Where none could be asked for, type and "
            "state stay empty. Name nobody."
        ),
        back=reverse(back),
        back_text=TITLE if at.is_clerk else _("Court orders"),
        save=save,
    )
    return ask_lines(request, asking, tell=_tell)


@order_page(Role.COURT_CLERK)
@takes_form
def sheet(request: HttpRequest, sheet: uuid.UUID) -> HttpResponse:
    """One sheet, and the press that takes it back."""
    at = here(request)
    found = read_sheet(sheet, court=at.viewer.affiliation)

    def save(by: Actor, now: datetime) -> None:
        drop_sheet(sheet=sheet, court=at.viewer.affiliation, by=by, now=now)

    told = _("After %(days)d days") % {"days": found.told_days} if found.told_days is not None else _word(found.told)
    rows: list[tuple[Text, object]] = [
        (_("Code of the offence"), found.offence),
        (_("A statement about the impact on the person shown"), _word(found.impact)),
        (_("Was the person shown told the outcome?"), told),
        (_("Work with the person convicted, so that it does not happen again"), _word(found.rehabilitation)),
        (_("A duty to notify the police"), _word(found.notification)),
    ]
    holds = with_reasons(holds_on(HELD, sheet, now=at.now), keyring=at.keyring, by=at.by, now=at.now)
    asking = Asking(
        form=forms.Form(typed(request)),
        title=_("A conviction in week %(week)s") % {"week": f"{LEFT_TO_RIGHT}{write_week(found.week)}{ISOLATE_ENDS}"},
        back=reverse("courts:sheets"),
        back_text=TITLE,
        save=save,
        about={"sheet": found, "rows": rows, "holds": holds, "held_as": HELD},
    )
    return ask(request, asking, template="courts/staff/sheet.jinja")


def _word(member: Impact | Told | Sought | None) -> Text:
    return word(member) if member else _("Not known")


def _tell(found: Mapping[str, Sequence[Conviction]]) -> list[str]:
    return [said for plan in plan_sheets(found) for said in _tell_court(plan)]


def _tell_court(plan: SheetPlan) -> list[str]:
    about = {"court": plan.court}
    if plan.is_known:
        return [_("%(court)s: the same file was kept before, so nothing changes") % about]
    said = [
        ngettext("%(court)s: %(number)d conviction", "%(court)s: %(number)d convictions", plan.new)
        % (about | {"number": plan.new})
    ]
    if plan.earlier:
        words = ngettext(
            "%(court)s: earlier files hold %(number)d conviction from these weeks. Say below what to do with it",
            "%(court)s: earlier files hold %(number)d convictions from these weeks. Say below what to do with them",
            plan.earlier,
        )
        said.append(words % (about | {"number": plan.earlier}))
    if plan.by_hand:
        words = ngettext(
            "%(court)s: %(number)d conviction from these weeks was noted by hand, and stays",
            "%(court)s: %(number)d convictions from these weeks were noted by hand, and stay",
            plan.by_hand,
        )
        said.append(words % (about | {"number": plan.by_hand}))
    return said


def _asks(line: TypeLine) -> str:
    return "; ".join(
        str(word(pair.action))
        if pair.addressee is Addressee.PERSON
        else f"{word(pair.action)} ({word(pair.addressee)})"
        for pair in line.kind.pairs
    )


def _questions() -> list[tuple[Text, list[Text]]]:
    """What else the sheet asks, with the answers to tick."""
    return [
        (_("A statement about the impact on the person shown"), [word(each) for each in Impact]),
        (_("Was the person shown told the outcome?"), [word(each) for each in Told]),
        (_("Work with the person convicted, so that it does not happen again"), [word(each) for each in Sought]),
        (_("A duty to notify the police"), [word(each) for each in Sought]),
    ]
