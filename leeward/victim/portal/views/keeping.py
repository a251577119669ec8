"""A first code: the page on which she keeps it, and what begins under it once she has noted it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from leeward.foundation.vault.errors import CodeTaken, TooManyAtOnce, TooManyTries
from leeward.foundation.vault.operations import network_try
from leeward.foundation.web.network import network_of
from leeward.foundation.web.waiting import ask_again
from leeward.foundation.web.work import has_worked
from leeward.victim.portal import operations
from leeward.victim.portal.errors import TokenBroken, TokenExpired
from leeward.victim.portal.forms import FirstCodeForm
from leeward.victim.portal.operations import NewToken
from leeward.victim.portal.rules.tokens import Token, TokenPurpose
from leeward.victim.portal.rules.visits import Bearer, Visit
from leeward.victim.portal.views.visiting import find_typist, keep_visit, let_in, tell_to_wait

# Per network and ten minutes; a whole town may share one address of a phone company.
BEGINNINGS_PER_NETWORK = 40
BEGINNINGS_WITH_WORK = 400  # over the limit it costs the small sum, and refuses nobody


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What begins under a new code.

    `begin` takes the page's token and whether the small sum was done. `here`, `back` and `onward` are addresses: of
    this page, of the one before, and of the one after. `errand` is what the visit still carries then. `lead` is what
    the page says first, `limit` what a law may let the team do without a yes.
    """

    lead: str
    here: str
    back: str
    onward: str
    begin: Callable[[Token, bool], Bearer]
    errand: str = ""
    limit: str = ""
    typed: str = ""


def keep_first_code(request: HttpRequest, visit: Visit, keeping: Keeping, *, now: datetime) -> HttpResponse:
    """Show a new code, and begin under it once it was kept.

    The page's token says what was answered before: she may have taken long to note the code.
    """
    if request.method != "POST":
        made = operations.make_begin_token(errand=visit.errand, typist=find_typist(request, visit), now=now)
        form = FirstCodeForm(initial={"token": made.sealed})
        return keep_visit(_show(request, form, made, keeping), visit, now=now)
    form = FirstCodeForm(request.POST)
    is_kept = form.is_valid()
    sealed = form.cleaned_data.get("token", "")
    try:
        token = operations.open_token(sealed, purpose=TokenPurpose.BEGIN, now=now)
        made = NewToken(token=token, sealed=sealed)
        if not is_kept:
            return _show(request, form, made, keeping)
        worked = has_worked(request, now=now)
        limit = BEGINNINGS_WITH_WORK if worked else BEGINNINGS_PER_NETWORK
        with network_try(network=network_of(request), purpose="begin", now=now, limit=limit):
            bearer = keeping.begin(token, worked)
    except (TokenBroken, TokenExpired, CodeTaken):
        return HttpResponseRedirect(keeping.here, status=HTTPStatus.SEE_OTHER)
    except (TooManyTries, TooManyAtOnce) as error:
        tell_to_wait(form, error)
        return ask_again(_show(request, form, made, keeping), error)
    begun = replace(let_in(request, visit, bearer=bearer, now=now), errand=keeping.errand, everyone_adult=False)
    return keep_visit(HttpResponseRedirect(keeping.onward, status=HTTPStatus.SEE_OTHER), begun, now=now)


def _show(request: HttpRequest, form: FirstCodeForm, made: NewToken, keeping: Keeping) -> HttpResponse:
    is_typed = bool(made.token.typist)
    context = {
        "form": form,
        "made": made,
        "is_typed": is_typed,
        "limit": keeping.limit,
        "typed": keeping.typed,
        "lead": keeping.lead,
        "back_url": keeping.back,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/keep.jinja", context, status=status)
