"""A person's own page of a court's order: the number on their slip, and what was ordered gone where."""

from collections.abc import Collection
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.vault.operations import count_network_try
from leeward.foundation.web.network import network_of
from leeward.justice.courts.forms import SlipForm
from leeward.justice.courts.operations.proofs import PROOFS
from leeward.justice.courts.operations.recording import slip_key
from leeward.justice.courts.queries.persons import Ordered, read_slip
from leeward.justice.courts.rules.joining import ORDER
from leeward.justice.courts.rules.numbers import (
    SLIP_LENGTH,
    NumberMalformed,
    NumberMistyped,
    read_number,
    slip_as_id,
    slip_of,
)
from leeward.justice.courts.rules.terms import OrderState
from leeward.victim.portal.holders import Copy, Holder, Offer
from leeward.victim.portal.operations import hold
from leeward.victim.portal.rules.doors import Door, DoorState, NextStep
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.portal.views.visiting import Opened, go_door, with_bearer

PURPOSE = "courts/slip"
SLIPS_FROM_ONE_NETWORK = 10
# How an order stands that does not simply stand.
TURNED = {
    OrderState.STAYED: gettext_lazy("The order is stayed for now."),
    OrderState.VARIED: gettext_lazy("A newer order has taken its place."),
    OrderState.REVOKED: gettext_lazy("The order was revoked. What was removed may come back."),
    OrderState.ENDED: gettext_lazy("The order has ended."),
}


def show_part(request: HttpRequest, bearer: Bearer, now: datetime) -> SafeString | str:
    """What the person's page says of a court's order; "" where no slip was typed."""
    found = _read(bearer, now=now)
    if not found:
        return ""
    context = {"orders": found, "turned": TURNED, "next_step": _next_step({each.state for each in found})}
    return mark_safe(render_to_string("courts/person/part.jinja", context, request))  # noqa: S308  # our own template


def _next_step(states: Collection[OrderState]) -> str:
    """Say what the removal desk does about these orders."""
    if OrderState.STANDS in states:
        return _("You do not need to do anything. The removal desk takes care of it.")
    if OrderState.STAYED in states:
        return _("You do not need to do anything now. We show here when the stay ends.")
    return _("The removal desk does nothing more because of this order. You can still ask it for removal yourself.")


def state_of_orders(bearer: Bearer, now: datetime) -> DoorState | None:
    """What the removal desk does about the orders, in a line; None where no slip was typed."""
    found = _read(bearer, now=now)
    if not found:
        return None
    words = _next_step({each.state for each in found})
    step = NextStep(words=words, button=_("See what was ordered"), href=go_door(Door.LINKS).url)
    return DoorState(line=words, steps=(step,))


def copy_of(request: HttpRequest, bearer: Bearer, now: datetime) -> Copy | None:
    """What the court ordered gone, for a person's copy of everything."""
    found = _read(bearer, now=now)
    if not found:
        return None
    record = [
        {
            "state": each.state.value,
            "ordered_on": each.ordered_on.isoformat(),
            "places": [
                {
                    "address": place.address,
                    "site": place.site,
                    "state": place.state.value,
                    "since": place.since.isoformat(),
                }
                for place in each.places
            ],
        }
        for each in found
    ]
    return Copy(name="court_orders", record=record, shown=show_part(request, bearer, now))


def offer_slip() -> Offer:
    """The way in, for somebody whom a court gave a slip."""
    return Offer(text=_("A court gave me a slip with a number"), page=reverse("courts:slip-mine"))


def forget(_bearer: Bearer, _now: datetime) -> None:
    """Nothing of the court's is the person's to erase; that a slip was typed goes with what the code holds."""


HOLDER = Holder(
    door=Door.LINKS, state=state_of_orders, show=show_part, erase=forget, offer=offer_slip, copy=copy_of, proofs=PROOFS
)


@takes_form
@with_bearer
def slip(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Type the number on a slip; what it opens stands on one's own page from then on."""
    form = SlipForm(typed(request))
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        try:
            count_network_try(
                network=network_of(request), purpose=PURPOSE, now=opened.now, limit=SLIPS_FROM_ONE_NETWORK
            )
            number = read_number(form.cleaned_data["slip"], length=SLIP_LENGTH)
            found = read_slip(slip_key(number), by=opened.bearer.by, now=opened.now)
        except TooManyTries:
            form.add_error("slip", _("Too many numbers were tried. Wait ten minutes, then try again."))
        except NumberMistyped:
            form.add_error("slip", _("One letter or digit is wrong. Compare it with your slip."))
        except NumberMalformed:
            form.add_error("slip", _("The number on a slip has 24 letters and digits. Copy all of it."))
        else:
            if found:
                hold(bearer=opened.bearer, name=ORDER, reference=slip_as_id(number))
                return go_door(Door.LINKS)
            form.add_error(
                "slip",
                _("We do not know a slip with this number. Check it again, or ask the person who gave it to you."),
            )
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"form": form, "back_url": go_door(Door.LINKS).url}
    return render(request, "courts/person/slip.jinja", context, status=status)


def _read(bearer: Bearer, *, now: datetime) -> tuple[Ordered, ...]:
    held = bearer.holds.get(ORDER)
    return read_slip(slip_key(slip_of(held)), by=bearer.by, now=now) if held else ()
