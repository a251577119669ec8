"""A spare code: made beside the one that she has and shown once, and ended from either of the two."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.vault.errors import CodeTaken, TooManyAtOnce
from leeward.foundation.vault.rules.codes import GROUP_DIGITS
from leeward.foundation.web.waiting import ask_again
from leeward.victim.portal import operations
from leeward.victim.portal.errors import TokenBroken, TokenExpired
from leeward.victim.portal.forms import AgainForm, SpareCodeForm
from leeward.victim.portal.operations import NewToken
from leeward.victim.portal.rules.tokens import TokenPurpose
from leeward.victim.portal.rules.visits import Notice
from leeward.victim.portal.views.confirming import with_code
from leeward.victim.portal.views.visiting import Opened, go, go_with_notice, tell_to_wait, with_bearer


def begins(look_up: str) -> str:
    """The first two groups of a code, by which she tells her two apart; they are not secret."""
    return f"{look_up[:GROUP_DIGITS]} {look_up[GROUP_DIGITS:]}"


@takes_form
@with_bearer
def spare_code(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Make a second code, or end the other one where there are two; either is done with a code of hers alone."""
    if opened.bearer.other:
        return _end(request, opened)
    return go("status") if opened.bearer.typist else _make(request, opened)


def _end(request: HttpRequest, opened: Opened) -> HttpResponse:
    if "token" in request.POST:  # pressed twice, or a page from before the other was made
        return go("spare")
    form = AgainForm(typed(request))
    context = {"form": form, "here": begins(opened.bearer.look_up), "other": begins(opened.bearer.other)}

    def act() -> HttpResponse:
        return go_with_notice(opened, Notice.SPARE_ENDED, bearer=operations.end_other(bearer=opened.bearer))

    return with_code(request, opened, form, show=lambda: render(request, "portal/spare_end.jinja", context), act=act)


def _make(request: HttpRequest, opened: Opened) -> HttpResponse:
    if request.method != "POST":
        made = operations.make_spare_token(bearer=opened.bearer, now=opened.now)
        return _show(request, SpareCodeForm(initial={"token": made.sealed}), made)
    form = SpareCodeForm(request.POST)
    form.is_valid()
    sealed = form.cleaned_data.get("token", "")
    try:
        token = operations.open_token(sealed, purpose=TokenPurpose.SPARE_CODE, now=opened.now)
    except (TokenBroken, TokenExpired):
        return go("spare")

    def show() -> HttpResponse:
        return _show(request, form, NewToken(token=token, sealed=sealed))

    def act() -> HttpResponse:
        try:
            bearer = operations.make_spare(bearer=opened.bearer, token=token, now=opened.now)
        except (TokenBroken, CodeTaken):
            return go("spare")
        except TooManyAtOnce as error:
            tell_to_wait(form, error)
            return ask_again(show(), error)
        return go_with_notice(opened, Notice.SPARE_MADE, bearer=bearer)

    return with_code(request, opened, form, show=show, act=act)


def _show(request: HttpRequest, form: SpareCodeForm, made: NewToken) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/spare.jinja", {"form": form, "made": made}, status=status)
