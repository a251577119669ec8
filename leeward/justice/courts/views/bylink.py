"""One order by a link in a mail, for a company without account or key.

Whoever follows it by GET is shown a cover: programs that look through mails follow links too, so nothing is opened or
noted by that. A press opens the order, which is receiving it; the same page takes the answer.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import status_of, takes_form
from leeward.foundation.vault.errors import NotGranted, TooManyTries
from leeward.foundation.vault.operations import count_network_try, forgive_network_try
from leeward.foundation.web.access import public
from leeward.foundation.web.network import network_of
from leeward.justice.courts.errors import OrderUnknown
from leeward.justice.courts.forms import EffectForm
from leeward.justice.courts.operations.linking import OrderWay, find_order_link
from leeward.justice.courts.views.platform import answer_order, tell_order

TRIES, FRAME = "courts/link", "web/base.jinja"
NO_LINK, WAIT, COVER = (f"courts/bylink/{name}.jinja" for name in ("nowhere", "wait", "cover"))


@public
@takes_form
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The cover; after a press the order in full, and what the company says that it did."""
    now, network = timezone.now(), network_of(request)
    try:
        count_network_try(network=network, purpose=TRIES, now=now)
        way = find_order_link(token, now=now)
    except TooManyTries as error:
        context = {"minutes": max(1, -(-error.retry_after_seconds // 60))}
        response = render(request, WAIT, context, status=HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(error.retry_after_seconds)
        return response
    except OrderUnknown:
        return render(request, NO_LINK, status=HTTPStatus.NOT_FOUND)
    forgive_network_try(network=network, purpose=TRIES, now=now)
    if request.method != "POST":
        return render(request, COVER, {"company": way.company})
    try:
        return _order(request, way)
    except (OrderUnknown, NotGranted):
        return render(request, NO_LINK, status=HTTPStatus.NOT_FOUND)


def _order(request: HttpRequest, way: OrderWay) -> HttpResponse:
    now, is_answer = timezone.now(), "effect" in request.POST or "territory" in request.POST
    form, is_kept = EffectForm(request.POST if is_answer else None, initial={"at": local_day(now)}), False
    if form.is_bound and form.is_valid():
        try:
            answer_order(way.side, way.number, form.cleaned_data, now=now)
            is_kept = True
        except FieldRefused as error:
            say(form, error)
    context = tell_order(way.side, way.number, now=now)
    context |= {"form": form, "frame": FRAME, "is_kept": is_kept}
    return render(request, "courts/platform/order.jinja", context, status=status_of(form))
