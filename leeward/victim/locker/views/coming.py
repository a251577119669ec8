"""The way in: what a locker is and is not with the one question about age, then the code, then the first entry."""

from dataclasses import replace
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.web.access import public
from leeward.victim.locker.operations.lockers import ERRAND, begin_under_code, begin_with_new_code
from leeward.victim.locker.queries.lockers import limits, read_keeping
from leeward.victim.portal.forms import OwnAgeForm
from leeward.victim.portal.operations import find_hers, is_code_good
from leeward.victim.portal.rules.gate import AgeAnswer
from leeward.victim.portal.rules.visits import Bearer, Visit
from leeward.victim.portal.views.gate import show_child, stop_for_child
from leeward.victim.portal.views.keeping import Keeping, keep_first_code
from leeward.victim.portal.views.visiting import current_visit, end_visit, keep_visit
from leeward.victim.portal.views.visiting import go as go_portal


def address(name: str, *args: object) -> str:
    """Where a page of the locker is."""
    return reverse(f"locker:{name}", args=args)


def go(name: str, *args: object) -> HttpResponseRedirect:
    """See another page of the locker, with GET."""
    return HttpResponseRedirect(address(name, *args), status=HTTPStatus.SEE_OTHER)


@public
@takes_form
def about(request: HttpRequest) -> HttpResponseBase:
    """What a locker is and is not, and the one question before it begins: anybody under 18 gets the stronger way."""
    now = timezone.now()
    visit = current_visit(request, now=now)
    has_locker = visit.bearer is not None and read_keeping(find_hers(visit.bearer), now=now) is not None
    form = OwnAgeForm(typed(request))
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        back = go_portal("status" if visit.bearer else "home").url
        context = {"form": form, "has_locker": has_locker, "limits": limits(), "back_url": back}
        return render(request, "locker/about.jinja", context, status=status)
    answer = form.cleaned_data["everyone_adult"]
    if answer == AgeAnswer.NOT_SURE:
        return go("unsure")
    if answer != AgeAnswer.ALL_ADULT:
        return stop_for_child(request, answer)
    return keep_visit(go("begin"), replace(visit, errand=ERRAND), now=now)


@public
@require_safe
def unsure(request: HttpRequest) -> HttpResponse:
    """Whom to ask where somebody may be under 18."""
    return show_child(request, onward=address("about"))


@public
@takes_form
def begin(request: HttpRequest) -> HttpResponseBase:
    """Keep a new code, or go on under the one that is open."""
    now = timezone.now()
    visit = current_visit(request, now=now)
    bearer = find_hers(visit.bearer) if visit.bearer else None
    if bearer is None:  # a page's token says what was answered: who noted the code may have taken long
        if request.method != "POST" and visit.errand != ERRAND:
            return go("about")
        return keep_first_code(request, visit, _keeping(), now=now)
    if not (bearer.holds and is_code_good(bearer)):
        return end_visit(go_portal("code"), request)
    if bearer.needs_own_code:
        return go_portal("own-code")
    return _begin_here(request, visit, bearer)


def _begin_here(request: HttpRequest, visit: Visit, bearer: Bearer) -> HttpResponseBase:
    now = timezone.now()
    if read_keeping(bearer, now=now) is not None:
        return keep_visit(go("home"), replace(visit, errand=""), now=now)
    if visit.errand != ERRAND:
        return go("about")
    if request.method != "POST":
        page = render(request, "locker/begin.jinja", {"back_url": address("about")})
        return keep_visit(page, visit, now=now)
    begun = begin_under_code(bearer=bearer, now=now)
    return keep_visit(go("write"), replace(visit, bearer=begun, errand=""), now=now)


def _keeping() -> Keeping:
    return Keeping(
        lead=_("What you write down is kept under it."),
        here=address("begin"),
        back=address("about"),
        onward=address("write"),
        begin=lambda token, worked: begin_with_new_code(token=token, now=timezone.now(), worked=worked),
    )
