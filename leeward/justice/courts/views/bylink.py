"""One order by a link in a mail, for a company without account or key.

Whoever follows it by GET is shown a cover: programs that look through mails follow links too, so nothing is opened or
noted by that. A press opens the order, which is receiving it; the same page takes the answer.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import status_of, takes_form
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.web.access import public
from leeward.foundation.web.links import by_link, tell_nowhere
from leeward.justice.courts.errors import OrderUnknown
from leeward.justice.courts.forms import EffectForm
from leeward.justice.courts.operations.linking import OrderWay, find_order_link
from leeward.justice.courts.views.platform import answer_order, tell_order

FRAME, COVER, NO_LINK = "web/base.jinja", "courts/bylink/cover.jinja", "courts/bylink/nowhere.jinja"
WHY = _("It may be cut off, mistyped or older than 30 days, or a newer link has replaced it.")
THEN = _("Copy it again from the mail or letter. If it still does not open, reply to the mail.")


@public
@takes_form
@by_link(find_order_link, purpose="courts/link", unknown=OrderUnknown, why=WHY, then=THEN, page=NO_LINK)
def enter(request: HttpRequest, way: OrderWay) -> HttpResponse:
    """The cover; after a press the order in full, and what the company says that it did."""
    if request.method != "POST":
        return render(request, COVER, {"company": way.company})
    try:
        return _order(request, way)
    except (OrderUnknown, NotGranted):
        return tell_nowhere(request, why=WHY, then=THEN, page=NO_LINK)


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
