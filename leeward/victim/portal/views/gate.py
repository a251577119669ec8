"""Before anything is kept: help against threats, and the one question whether everybody is 18 or over."""

from dataclasses import replace

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.web.access import public
from leeward.industry.bank.queries import names_of_lookers
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.victim.portal.forms import AgeForm
from leeward.victim.portal.rules.gate import AgeAnswer
from leeward.victim.portal.rules.visits import Visit
from leeward.victim.portal.views.visiting import (
    Opened,
    current_visit,
    end_visit,
    find_visit,
    go,
    keep_visit,
    with_bearer,
)


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Ask what is happening; below it, who looks for copies and what that cannot do."""
    try:
        names = names_of_lookers(now=timezone.now())
    except OperationalError:  # the ways on must stand there even when the database is away
        names = ()
    return render(request, "portal/home.jinja", {"names": names})


@public
@takes_form
def start(request: HttpRequest) -> HttpResponse:
    """Say what protecting a picture does and does not do, and ask whether everybody in it is 18 or over."""
    return _ask_age(request, current_visit(request, now=timezone.now()), onward="pictures", template="start")


@takes_form
@with_bearer
def add_age(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The same question before more pictures are added: they are other pictures."""
    return _ask_age(request, opened.visit, onward="add", template="add_age")


@public
@require_safe
def child(request: HttpRequest) -> HttpResponse:
    """The way for pictures of anyone under 18."""
    return end_visit(show_child(request), request)


@public
@require_safe
def unsure(request: HttpRequest) -> HttpResponse:
    """The same way for somebody who does not know: those people can help to find out, and then it goes on here."""
    visit = find_visit(request, now=timezone.now())
    asks_removal = visit is not None and bool(visit.errand)
    return show_child(request, onward=reverse("removals:my-age" if asks_removal else "portal:start"))


@public
@require_safe
def first_help(request: HttpRequest) -> HttpResponse:
    """What to do now against threats."""
    return render(request, "portal/first_help.jinja", {"readers": settings.LEEWARD_PAGE_READERS})


def show_child(request: HttpRequest, *, onward: str = "") -> HttpResponse:
    """Whom to ask where somebody is under 18. `onward`: for who is not sure, where it goes on once they know."""
    context = {"cards": suggest_cards(Context.CHILD, now=timezone.now()), "onward": onward}
    return render(request, "portal/child.jinja", context)


def stop_for_child(request: HttpRequest, answer: str) -> HttpResponse:
    """Somebody is, or may be, under 18: a full stop, and nothing of the visit is kept."""
    return end_visit(go("child" if answer == AgeAnswer.NOT_ALL_ADULT else "unsure"), request)


def _ask_age(request: HttpRequest, visit: Visit, *, onward: str, template: str) -> HttpResponse:
    form = AgeForm(typed(request))
    if not form.is_valid():
        return render(request, f"portal/{template}.jinja", {"form": form})
    answer = form.cleaned_data["everyone_adult"]
    if answer != AgeAnswer.ALL_ADULT:
        return stop_for_child(request, answer)
    return keep_visit(go(onward), replace(visit, everyone_adult=True), now=timezone.now())
