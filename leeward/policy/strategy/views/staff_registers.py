"""The secretariat's pages about what was agreed, and about the calendar's secret addresses."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused, StepRefused
from leeward.foundation.editing.fields import box
from leeward.foundation.editing.history import changes_of
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import WRITING, Asking, go, show_once, status_of, typed
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing, Tag, show_list
from leeward.foundation.work.way import shows_list
from leeward.policy.strategy.forms.registers import AddressForm, AgreementForm, StandardForm
from leeward.policy.strategy.operations import registers
from leeward.policy.strategy.operations.calendars import make_address, revoke_address
from leeward.policy.strategy.queries.addresses import list_addresses
from leeward.policy.strategy.queries.registers import (
    ShownAgreement,
    ShownStandard,
    agreement_rows,
    find_agreement,
    find_standard,
    forces,
    show_agreements,
    show_standards,
    standard_rows,
)
from leeward.policy.strategy.views.shared import ask, secretariat
from leeward.policy.strategy.views.shared import show as show_page
from leeward.policy.strategy.views.showing import HISTORY

REVIEW_DUE = Tag(gettext_lazy("Review is due"), "yellow")


@secretariat
@require_safe
@shows_list
def show(request: HttpRequest) -> HttpResponse:
    """Agreements; standards have a page of their own."""
    listing = agreements_list(now=timezone.now())
    return show_list(request, listing, lambda found: show_page(request, "staff/registers", found=found))


def agreements_list(*, now: datetime) -> Listing[ShownAgreement]:
    """All agreements by title, those that need somebody first."""
    return Listing(
        rows=agreement_rows(),
        lines=lambda rows: show_agreements(rows, now=now),
        columns=[
            Column(
                "title",
                _("Title"),
                lambda each: each.entry.title,
                Order(by="title", parts=forces(today=local_day(now))),
            ),
            Column("parties", _("Parties"), lambda each: ", ".join(each.entry.parties)),
            Column("state", _("State"), lambda each: (each.force, REVIEW_DUE if each.is_review_due else None)),
            Column("expires", _("Last day"), lambda each: each.entry.expires_on),
        ],
        sort="title",
        address=lambda each: reverse("strategy:agreement", args=[each.reference]),
        csv="agreements",
        empty=_("None yet."),
    )


def standards_list(*, now: datetime) -> Listing[ShownStandard]:
    """All standards: those that are kept, or with a box ticked the withdrawn ones too."""
    kept = Q(withdrawn_on=None) | Q(withdrawn_on__gt=local_day(now))
    return Listing(
        rows=standard_rows(),
        lines=lambda rows: show_standards(rows, now=now),
        columns=[
            Column("title", _("Title"), lambda each: each.entry.title, Order(by="title")),
            Column("publisher", _("Publisher"), lambda each: each.entry.publisher),
            Column("agreed", _("Agreed on"), lambda each: each.entry.agreed_on, Order(by="agreed_on")),
            Column("review", _("Review on"), lambda each: each.entry.review_on),
            Column("state", _("State"), _state_of),
        ],
        sort="title",
        address=lambda each: reverse("strategy:standard-edit", args=[each.reference]),
        filters=[
            Filter(key="all", field=box(_("Those that were withdrawn too")), where=lambda _ticked: Q(), otherwise=kept)
        ],
        csv="standards",
        empty=_("None yet."),
    )


def _state_of(standard: ShownStandard) -> Tag | None:
    if standard.is_withdrawn:
        return Tag(_("Withdrawn"), "grey")
    return REVIEW_DUE if standard.is_review_due else None


@secretariat
@require_safe
@shows_list
def standards(request: HttpRequest) -> HttpResponse:
    """Standards, sorted and filtered, and as a file."""
    listing = standards_list(now=timezone.now())
    return show_list(request, listing, lambda found: show_page(request, "staff/standards", found=found))


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
            back=reverse("strategy:standards"),
            back_text=_("Standards"),
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
            back=reverse("strategy:standards"),
            back_text=_("Standards"),
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
    page = render(request, "strategy/staff/calendar.jinja", context, status=status_of(form))
    return show_once(page) if token else page


@secretariat
@require_POST
def revoke(request: HttpRequest, reference: UUID) -> HttpResponse:
    """End a secret address at once; pressing twice does no harm."""
    with suppress(StepRefused):
        revoke_address(reference=reference, by=actor_of(request), now=timezone.now())
    return go("strategy:calendars")
