"""The secretariat's pages about what was agreed, and about the calendar's secret addresses."""

from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused, StepRefused
from leeward.foundation.editing.history import changes_of
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import WRITING, Asking, go, status_of, typed
from leeward.policy.strategy.forms.registers import AddressForm, AgreementForm, StandardForm
from leeward.policy.strategy.operations import registers
from leeward.policy.strategy.operations.calendars import make_address, revoke_address
from leeward.policy.strategy.queries.addresses import list_addresses
from leeward.policy.strategy.queries.plan import Reader
from leeward.policy.strategy.queries.registers import (
    find_agreement,
    find_standard,
    list_agreements,
    list_standards,
)
from leeward.policy.strategy.views.shared import ask, secretariat
from leeward.policy.strategy.views.shared import show as show_page
from leeward.policy.strategy.views.showing import HISTORY


@secretariat
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Both registers."""
    now = timezone.now()
    standards, agreements = list_standards(reader=Reader.STAFF, now=now), list_agreements(reader=Reader.STAFF, now=now)
    return show_page(request, "staff/registers", standards=standards, agreements=agreements)


@secretariat
@require_http_methods(WRITING)
def add_standard(request: HttpRequest) -> HttpResponse:
    """A standard that is new."""
    form = StandardForm(typed(request), initial={"is_public": True})
    return ask(
        request,
        Asking(
            form=form,
            title=_("A new standard"),
            back=reverse("strategy:registers"),
            back_text=_("What was agreed"),
            save=lambda by, now: registers.save_standard(new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_http_methods(WRITING)
def edit_standard(request: HttpRequest, reference: UUID) -> HttpResponse:
    """A standard, its review and its end."""
    found = find_standard(reference, now=timezone.now())
    form = StandardForm(typed(request), initial=vars(found.entry))
    return ask(
        request,
        Asking(
            form=form,
            title=_("Change the standard"),
            entry=reference,
            back=reverse("strategy:registers"),
            back_text=_("What was agreed"),
            save=lambda by, now: registers.save_standard(reference=reference, new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_http_methods(WRITING)
def add_agreement(request: HttpRequest) -> HttpResponse:
    """An agreement that is new."""
    form = AgreementForm(typed(request), initial={"starts_on": local_day(timezone.now())})
    return ask(
        request,
        Asking(
            form=form,
            title=_("A new agreement on sharing data"),
            back=reverse("strategy:registers"),
            back_text=_("What was agreed"),
            save=lambda by, now: registers.save_agreement(new=form.as_entry(), by=by, now=now),
        ),
    )


@secretariat
@require_safe
def show_agreement(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Everything about one agreement."""
    found = find_agreement(reference, now=timezone.now())
    return show_page(request, "staff/agreement", agreement=found, changes=HISTORY.tell(changes_of(reference)))


@secretariat
@require_http_methods(WRITING)
def edit_agreement(request: HttpRequest, reference: UUID) -> HttpResponse:
    """An agreement, its renewal and its end."""
    found = find_agreement(reference, now=timezone.now())
    form = AgreementForm(typed(request), initial={**vars(found.entry), "parties": "\n".join(found.entry.parties)})
    return ask(
        request,
        Asking(
            form=form,
            title=_("Change the agreement"),
            entry=reference,
            back=reverse("strategy:agreement", args=[reference]),
            back_text=found.entry.title,
            save=lambda by, now: registers.save_agreement(reference=reference, new=form.as_entry(), by=by, now=now),
        ),
    )


# --- the calendar -----------------------------------------------------------------------------------------------------


@secretariat
@require_http_methods(WRITING)
def calendar(request: HttpRequest) -> HttpResponse:
    """The addresses of the calendar; a new secret one is shown once, on the answer to the press that made it."""
    form, token = AddressForm(typed(request)), ""
    if form.is_bound and form.is_valid():
        try:
            token = make_address(label=form.cleaned_data["label"], by=actor_of(request), now=timezone.now())
        except FieldRefused as error:
            say(form, error)
    context = {
        "form": AddressForm() if token else form,
        "secret": f"{settings.LEEWARD_URL}{reverse('strategy:calendar-secret', args=[token])}" if token else "",
        "public": f"{settings.LEEWARD_URL}{reverse('strategy:calendar')}",
        "addresses": list_addresses(),
    }
    return render(request, "strategy/staff/calendar.jinja", context, status=status_of(form))


@secretariat
@require_POST
def revoke(request: HttpRequest, reference: UUID) -> HttpResponse:
    """End a secret address at once; pressing twice does no harm."""
    with suppress(StepRefused):
        revoke_address(reference=reference, by=actor_of(request), now=timezone.now())
    return go("strategy:calendars")
