"""The Centre's own pages: which types of orders are in use, and the courts."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.work.lists import show_list
from leeward.foundation.work.way import shows_list
from leeward.justice.courts.figures import last_quarters
from leeward.justice.courts.forms import CourtForm, SwitchForm
from leeward.justice.courts.lists import courts_list
from leeward.justice.courts.operations.founding import keep_court, switch_type
from leeward.justice.courts.queries.courts import find_court, find_type, list_types
from leeward.justice.courts.views.frame import order_page, page


@order_page(
    Role.ORDER_OFFICER,
    title=gettext_lazy("Types of orders"),
    summary=gettext_lazy("What the law lets courts order, who has read it, and what is in use."),
)
@require_safe
def types(request: HttpRequest) -> HttpResponse:
    """Every type with what is known of its law."""
    return page(request, "types", {"types": list_types(on=local_day(timezone.now()))})


@order_page(Role.ORDER_OFFICER)
@takes_form
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a type on or off, for a reason."""
    line = find_type(code, on=local_day(timezone.now()))
    form = SwitchForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        switch_type(code=code, on=not line.is_switched_on, reason=form.cleaned_data["reason"], by=by, now=now)

    return ask(
        request,
        Asking(
            form=form,
            title=line.kind.name,
            lead=_("Switch it off: no more orders of this type can be recorded.")
            if line.is_switched_on
            else _("Switch it on, once somebody has read the law: %(basis)s") % {"basis": line.kind.legal_basis},
            back=reverse("courts:types"),
            back_text=_("Types of orders"),
            save=save,
            button=_("Switch off this type") if line.is_switched_on else _("Switch on this type"),
        ),
    )


@order_page(
    Role.ORDER_OFFICER,
    title=gettext_lazy("Figures of orders"),
    summary=gettext_lazy("What is served, done in time and seen gone, by quarter."),
)
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The last four whole quarters."""
    return page(request, "figures", {"quarters": last_quarters(now=timezone.now())})


@order_page(
    Role.ORDER_OFFICER,
    title=gettext_lazy("Courts"),
    summary=gettext_lazy("The courts whose orders are recorded here, and how the Centre reaches each."),
)
@require_safe
@shows_list
def courts(request: HttpRequest) -> HttpResponse:
    """The courts."""
    return show_list(request, courts_list(), lambda found: page(request, "courts", {"found": found}))


@order_page(Role.ORDER_OFFICER)
@takes_form
def add_court(request: HttpRequest) -> HttpResponse:
    """Name a court."""
    return _ask(request, CourtForm(typed(request)), None)


@order_page(Role.ORDER_OFFICER)
@takes_form
def change_court(request: HttpRequest, court: uuid.UUID) -> HttpResponse:
    """Change what is known of a court."""
    found = find_court(court)
    return _ask(request, CourtForm(typed(request), initial=vars(found)), court)


def _ask(request: HttpRequest, form: CourtForm, court: uuid.UUID | None) -> HttpResponse:
    def save(by: Actor, now: datetime) -> None:
        keep_court(**form.cleaned_data, court=court, by=by, now=now)

    asking = Asking(form=form, title=_("A court"), back=reverse("courts:courts"), back_text=_("Courts"), save=save)
    return ask(request, asking)
