"""What she asks the helpline for: help of one kind or several, and a call in a time that is good for both."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.pages.drawing import direction_of
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.needs import Need
from leeward.victim.helpline.errors import CallTimeRefused
from leeward.victim.helpline.forms.person import AskForm, CallForm
from leeward.victim.helpline.operations.calls import ask_call, drop_call
from leeward.victim.helpline.operations.desk import ask_help
from leeward.victim.helpline.queries.advice import list_advice
from leeward.victim.helpline.queries.calls import read_call
from leeward.victim.helpline.queries.hours import open_after
from leeward.victim.helpline.rules.calls import good_times
from leeward.victim.helpline.views.person.hers import Hers, go, show, with_case
from leeward.victim.helpline.views.person.standing import call_words
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.views.confirming import again_beside, with_code
from leeward.victim.portal.views.visiting import go_door


@takes_form
@with_case
def help_(request: HttpRequest, hers: Hers) -> HttpResponse:
    """What we do for her, where each thing stands, and a way to ask for more."""
    form = AskForm(typed(request))
    if form.is_bound and form.is_valid():
        for kind in form.cleaned_data["kinds"]:
            ask_help(opened=hers.case, kind=kind, by=hers.by, now=hers.now)
        return go("help") if form.cleaned_data["kinds"] else go_door(Door.PEOPLE)
    context = {
        "helps": hers.view.helps,
        "is_read": hers.is_read,
        "advice": list_advice(hers.case, now=hers.now),
        "direction_of": direction_of,
    }
    return show(request, "help", context, form=form, back=go_door(Door.PEOPLE).url)


@takes_form
@with_case
def call(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Ask for a call. How she is reached is hers alone to say, so her code is asked for."""
    told, days = hers.view.contact or Contact(), _days(hers)
    data = typed(request)
    form = CallForm(data, days=days) if data is not None else CallForm.of(told, days=days)
    again = again_beside(request, form)
    context = {
        "again": again,
        "days": days,
        "standing": call_words(read_call(hers.case, now=hers.now), now=hers.now),
        "is_read": hers.is_read,
        "is_unwanted": Need.NO_PHONE in hers.view.needs.ticked,
    }

    def shown() -> HttpResponse:
        return show(request, "call", context, form=form, back=go_door(Door.PEOPLE).url)

    def ask() -> HttpResponse:
        try:
            ask_call(opened=hers.case, window=form.window, contact=form.contact(told), by=hers.by, now=hers.now)
        except CallTimeRefused as error:
            form.refuse(error)
            return shown()
        return go("call")

    if not (form.is_bound and form.is_valid()) or context["is_unwanted"] or not hers.is_read:
        return shown()
    return with_code(request, hers.visit, again, show=shown, act=ask)


@require_POST
@with_case
def no_call(_request: HttpRequest, hers: Hers) -> HttpResponse:
    """She does not want the call any more."""
    drop_call(opened=hers.case, by=hers.by, now=hers.now)
    return go("call")


def _days(hers: Hers) -> list[date]:
    """The days on which a call could be agreed."""
    contact = hers.view.contact
    hours = contact.news.hours if contact and contact.news else None
    good = good_times(open_after(hers.now), hours=hours, now=hers.now)
    return sorted({local_day(each.begin) for each in good})
