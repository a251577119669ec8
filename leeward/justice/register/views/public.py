"""For everybody: what the register is, whether it is on, and its yearly counts. By a link: an authority's answer."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import say
from leeward.foundation.editing.pages import status_of, takes_form, typed
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.web.access import leaves_no_line, public
from leeward.foundation.web.links import by_link
from leeward.justice.register.errors import LinkUnknown, StepImpossible
from leeward.justice.register.figures import register_years
from leeward.justice.register.forms.checking import UndertakingForm
from leeward.justice.register.operations.checks import AnswerWay, find_answer, give_undertaking, read_answer
from leeward.justice.register.queries.bases import list_in_force


@public
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """What the register is, or would be."""
    today = local_day(timezone.now())
    context = {"bases": list_in_force(on=today), "years": register_years(today=today)}
    return render(request, "register/public.jinja", context)


@leaves_no_line
@public
@takes_form
@by_link(
    find_answer,
    purpose="register/link",
    unknown=LinkUnknown,
    why=_("It was mistyped, or its time is over. Whoever took your request in can tell you more."),
)
def answer(request: HttpRequest, way: AnswerWay) -> HttpResponse:
    """An authority's request, by the link that it was given. Unknown and forgotten are one answer."""
    try:
        return _answer(request, way)
    except (NotGranted, StepImpossible):  # its end came between two presses
        return HttpResponseRedirect(request.path, status=HTTPStatus.SEE_OTHER)


def _answer(request: HttpRequest, way: AnswerWay) -> HttpResponse:
    now, told = timezone.now(), None
    form = UndertakingForm(typed(request) if "name" in request.POST else None)
    if request.method == "POST" and "read" in request.POST and not way.is_over:
        told = read_answer(way=way, now=now)
    elif form.is_bound and form.is_valid():
        try:
            give_undertaking(way=way, name=form.cleaned_data["name"], now=now)
        except FieldRefused as error:
            say(form, error)
        else:
            return HttpResponseRedirect(request.path, status=HTTPStatus.SEE_OTHER)
    context = {"way": way, "form": form, "told": told}
    return render(request, "register/answer.jinja", context, status=status_of(form))
