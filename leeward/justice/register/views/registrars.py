"""What registrars see and press: checks of their agency, one entry at a time, and letters of people entered."""

import uuid
from datetime import datetime

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import OnceForm
from leeward.foundation.editing.pages import Asking, ask, attempt, go, status_of, takes_form, typed
from leeward.foundation.holds.queries import holds_on, with_reasons
from leeward.foundation.references import write_reference
from leeward.foundation.web.words import word
from leeward.justice.register.errors import StepImpossible
from leeward.justice.register.forms.checking import CheckForm, PrepareForm
from leeward.justice.register.forms.keeping import EntryForm, LookForm, PersonForm, StepForm
from leeward.justice.register.operations.checks import open_check, prepare_check
from leeward.justice.register.operations.closing import HELD
from leeward.justice.register.operations.entries import (
    Keeper,
    answer_letters,
    correct_entry,
    enter,
    look_up,
    note_entry_step,
    open_entry,
)
from leeward.justice.register.papers import letter_pdf
from leeward.justice.register.queries.bases import agency_names, authorities, list_in_force
from leeward.justice.register.queries.checks import decided_lines, open_lines, read_to_prepare
from leeward.justice.register.queries.entries import EntryView
from leeward.justice.register.rules.terms import UNDONE, CheckState, EntryStep
from leeward.justice.register.views.frame import CHECKS, keeper_of, registrar_page


@registrar_page
@require_safe
def checks(request: UnlockedRequest) -> HttpResponse:
    """Checks of this agency: open ones, and those decided last."""
    now, agency = timezone.now(), keeper_of(request).agency
    context = {"title": CHECKS, "open": open_lines(agency, now=now), "decided": decided_lines(agency, now=now)}
    return render(request, "register/checks.jinja", context)


@registrar_page
@takes_form
def check_new(request: UnlockedRequest) -> HttpResponse:
    """Take a request in, and show the authority's link, this once."""
    keeper, bases = keeper_of(request), list_in_force(on=local_day(timezone.now()))
    begin = {**OnceForm.fresh(), "basis": str(bases[0].public_id)}
    form = CheckForm(typed(request), initial=begin, bases=bases, authorities=authorities())

    def save(_by: Actor, now: datetime) -> str:
        return open_check(new=form.new, check=form.cleaned_data["once"], keeper=keeper, now=now)

    def then(token: str) -> HttpResponse:
        check = form.cleaned_data["once"]
        if not token:  # sent twice: the link was shown then
            return go("register:check", check)
        address = request.build_absolute_uri(reverse("register:answer", args=[token]))
        context = {"address": address, "onward": reverse("register:check", args=[check])}
        return render(request, "register/link.jinja", context)

    answered = attempt(request, form, save, then=then)
    asking = _asking(form, _("Record a request"), save, button=_("Search for this exact person"))
    context = {"form": form, "asking": asking, "changes": (), "seen": ""}
    return answered or render(request, "editing/form.jinja", context, status=status_of(form))


@registrar_page
@takes_form
def check(request: UnlockedRequest, check: uuid.UUID) -> HttpResponse:
    """One check: what was found, until it is handed on to the second agency."""
    keeper, now = keeper_of(request), timezone.now()
    found = read_to_prepare(check, agency=keeper.agency, keyring=keeper.keyring, by=keeper.by, now=now)
    form = PrepareForm(typed(request))
    if request.method == "POST" and found.line.state is not CheckState.ASKED:
        raise StepImpossible

    def save(_by: Actor, now: datetime) -> None:
        prepare_check(check=check, proposal=form.proposal, keeper=keeper, now=now)

    answered = attempt(request, form, save, then=lambda _saved: go("register:checks"))
    context = {"each": found, "form": form, "back": reverse("register:checks"), "back_text": CHECKS}
    holds = with_reasons(holds_on(HELD, check, now=now), keyring=keeper.keyring, by=keeper.by, now=now)
    context |= {"holds": holds, "held_as": HELD}
    return answered or render(request, "register/check.jinja", context, status=status_of(form))


@registrar_page
@takes_form
def entry_new(request: UnlockedRequest) -> HttpResponse:
    """Enter a final conviction."""
    keeper, bases = keeper_of(request), list_in_force(on=local_day(timezone.now()))
    form = EntryForm(typed(request), initial={**OnceForm.fresh(), "basis": str(bases[0].public_id)}, bases=bases)

    def save(_by: Actor, now: datetime) -> str:
        return enter(new=form.new, basis=form.law, entry=form.cleaned_data["once"], keeper=keeper, now=now)

    def then(number: str) -> HttpResponse:
        context = {"number": write_reference(number), "back": reverse("register:checks"), "back_text": CHECKS}
        return render(request, "register/entered.jinja", context)

    lead = _("Only a final conviction with an order or duty to notify. An accusation is never entered.")
    asking = _asking(form, _("Enter a conviction"), save, lead=lead)
    context = {"form": form, "asking": asking, "changes": (), "seen": ""}
    answered = attempt(request, form, save, then=then)
    return answered or render(request, "editing/form.jinja", context, status=status_of(form))


@registrar_page
@takes_form
def look(request: UnlockedRequest) -> HttpResponse:
    """Find one entry to work on, after saying why."""
    keeper, form = keeper_of(request), LookForm(typed(request))

    def save(_by: Actor, now: datetime) -> uuid.UUID | None:
        return look_up(**form.asked, keeper=keeper, now=now)

    def then(found: uuid.UUID | None) -> str:
        return reverse("register:entry", args=[found]) if found else reverse("register:nobody")

    lead = _("Exact matches only. That somebody looked, and why, stands in the trail.")
    asking = _asking(form, _("Open one entry"), save, then=then, lead=lead, button=_("Search for an exact match"))
    return ask(request, asking)


@registrar_page
@require_safe
def nobody(request: UnlockedRequest) -> HttpResponse:
    """What is said where nobody was found."""
    open_entry(None, reason="kept", keeper=keeper_of(request), now=timezone.now())
    return render(request, "register/nobody.jinja", {"back": reverse("register:checks"), "back_text": CHECKS})


@registrar_page
@require_safe
def entry(request: UnlockedRequest, entry: uuid.UUID) -> HttpResponse:
    """One entry."""
    keeper, now = keeper_of(request), timezone.now()
    found = _open(entry, reason="kept", keeper=keeper, now=now)
    context = {"each": found, "back": reverse("register:checks"), "back_text": CHECKS}
    return render(request, "register/entry.jinja", context)


@registrar_page
@takes_form
def step(request: UnlockedRequest, entry: uuid.UUID, step: str) -> HttpResponse:
    """Note a step of an entry."""
    keeper, now = keeper_of(request), timezone.now()
    found = _open(entry, reason="kept", keeper=keeper, now=now)
    if step not in found.steps:
        raise Http404
    wanted = EntryStep(step)
    form = StepForm(typed(request), initial={"on": local_day(now)})

    def save(_by: Actor, now: datetime) -> None:
        note_entry_step(entry=entry, step=wanted, on=form.cleaned_data["on"], keeper=keeper, now=now)

    is_end = wanted in UNDONE
    asking = Asking(
        form=form,
        title=word(wanted),
        back=reverse("register:entry", args=[entry]),
        back_text=_("Back to the entry"),
        save=save,
        then=reverse("register:checks") if is_end else "",
        lead=_(
            "Its keys are destroyed at once: nobody can open it any more. An answer that was told from it and can "
            "still be read is taken back; the list of checks says which, so that you can tell the authority."
        )
        if is_end
        else "",
        kind="warning" if is_end else "primary",
    )
    return ask(request, asking)


@registrar_page
@takes_form
def correct(request: UnlockedRequest, entry: uuid.UUID) -> HttpResponse:
    """Write who it is anew."""
    keeper, now = keeper_of(request), timezone.now()
    found = _open(entry, reason="correction", keeper=keeper, now=now)
    form = PersonForm(typed(request), initial=PersonForm.known(found.person))

    def save(_by: Actor, now: datetime) -> None:
        correct_entry(entry=entry, person=form.person, keeper=keeper, now=now)

    asking = Asking(
        form=form,
        title=_("Correct the identity"),
        back=reverse("register:entry", args=[entry]),
        back_text=_("Back to the entry"),
        save=save,
    )
    return ask(request, asking)


@registrar_page
@require_safe
def letter(request: UnlockedRequest, entry: uuid.UUID) -> HttpResponse:
    """The answer to a letter about an entry, on paper."""
    keeper, now = keeper_of(request), timezone.now()
    found = _open(entry, reason="letter", keeper=keeper, now=now)
    if not found.letters:
        raise StepImpossible
    return _paper(found, keeper, now=now)


@registrar_page
@require_safe
def letter_nobody(request: UnlockedRequest) -> HttpResponse:
    """The answer to a letter of somebody about whom nothing is held, on paper."""
    keeper, now = keeper_of(request), timezone.now()
    open_entry(None, reason="letter", keeper=keeper, now=now)
    return _paper(None, keeper, now=now)


def _open(entry: uuid.UUID, *, reason: str, keeper: Keeper, now: datetime) -> EntryView:
    found = open_entry(entry, reason=reason, keeper=keeper, now=now)
    assert found is not None  # noqa: S101  # narrows the type
    return found


def _paper(found: EntryView | None, keeper: Keeper, *, now: datetime) -> HttpResponse:
    pdf = letter_pdf(found, agency=agency_names().get(keeper.agency, ""), now=now)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="letter.pdf"'
    return response


@registrar_page
@require_POST
def answered(request: UnlockedRequest, entry: uuid.UUID) -> HttpResponse:
    """Note that a letter was answered by post."""
    answer_letters(entry=entry, keeper=keeper_of(request), now=timezone.now())
    return HttpResponseRedirect(reverse("register:entry", args=[entry]), status=303)


def _asking(form: object, title: object, save: object, **more: object) -> Asking:
    back = reverse("register:checks")
    return Asking(form=form, title=title, back=back, back_text=CHECKS, save=save, **more)  # type: ignore[arg-type]
