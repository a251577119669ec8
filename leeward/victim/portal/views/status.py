"""The pages under a code: each platform's answer in plain words, and everything that she can still decide."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.retention import all_retentions
from leeward.foundation.vault.errors import CodeRefused, CodeTaken, TooManyAtOnce, TooManyTries
from leeward.foundation.web.access import public, victim_code
from leeward.foundation.web.easy import EASY, chosen, keep_words
from leeward.foundation.web.waiting import ask_again
from leeward.industry.bank.errors import PictureUnknown, SubmissionClosed
from leeward.industry.bank.rules import (
    PictureState,
)
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.victim.portal import operations
from leeward.victim.portal.errors import TokenBroken, TokenExpired
from leeward.victim.portal.forms import AgainForm, CodeForm, KeptForm, NewCodeForm
from leeward.victim.portal.holders import all_holders, count_held
from leeward.victim.portal.operations import NewToken
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.rules.tokens import TokenPurpose
from leeward.victim.portal.rules.visits import Notice, begin_visit
from leeward.victim.portal.views.confirming import try_code, with_code
from leeward.victim.portal.views.entering import enter
from leeward.victim.portal.views.her_page import count_protected, find_pictures
from leeward.victim.portal.views.sending import REFUSALS, show_refusal
from leeward.victim.portal.views.visiting import (
    Opened,
    end_visit,
    find_typist,
    find_visit,
    go,
    go_door,
    go_with_notice,
    late_key,
    let_in,
    tell_to_wait,
    with_any_bearer,
    with_bearer,
)

NOT_OPENED = HTTPStatus.FORBIDDEN
CODE_PAGES = {"new-numbers": "portal/new_numbers.jinja", "own-code": "portal/own_code.jinja"}


# --- in and out -----------------------------------------------------------------------------------------------------


@public
@takes_form
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code."""
    now = timezone.now()
    if request.method != "POST":
        visit = find_visit(request, now=now)
        if visit is not None and visit.bearer is not None:
            return go("status")
        return _ask(request, CodeForm(), closed=False)
    form = CodeForm(request.POST)
    if not form.is_valid():  # a slip of the finger: it costs no try
        return _ask(request, form, closed=False, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _open(request, form, now=now)


@public
@require_safe
def code_again(request: HttpRequest) -> HttpResponse:
    """The same page after a visit has ended by itself."""
    return _ask(request, CodeForm(), closed=True)


@public
@require_safe
def code_saved(request: HttpRequest) -> HttpResponse:
    """The same page while what she had typed into a page that was open too long waits for the code."""
    return _ask(request, CodeForm(), closed=True)


def _open(request: HttpRequest, form: CodeForm, *, now: datetime) -> HttpResponse:
    try:
        with try_code(request, form, now=now) as tried:
            bearer = operations.open_with_code(typist=find_typist(request, find_visit(request, now=now)), **tried)
    except CodeRefused:
        form.add_error("numbers", _("No pages open with this code now. Compare it with your copy."))
        return _ask(request, form, closed=False, refused=True, status=NOT_OPENED)
    except (TooManyTries, TooManyAtOnce) as error:
        tell_to_wait(form, error)
        return ask_again(_ask(request, form, closed=False), error)
    late = late_key(request, now=now)
    visit = let_in(request, begin_visit(now=now), bearer=bearer, now=now)
    response = enter(request, visit, bearer=bearer, late=late, now=now)
    likes_easy = not chosen(request) and any(holder.likes_easy(bearer, now) for holder in all_holders())
    return keep_words(response, EASY) if likes_easy else response


def _ask(
    request: HttpRequest,
    form: CodeForm,
    *,
    closed: bool,
    refused: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    waits = bool(late_key(request, now=timezone.now()))
    context = {"form": form, "closed": closed, "refused": refused, "waits": waits}
    return render(request, "portal/code.jinja", context, status=status)


@victim_code
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close these pages: the visit ends, for every window and every copy of its cookie."""
    return end_visit(go("closed"), request)


@public
@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """The pages are closed."""
    return render(request, "portal/closed.jinja", {"erased": False})


@public
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Say that everything has been erased."""
    return render(request, "portal/closed.jinja", {"erased": True})


# --- reading --------------------------------------------------------------------------------------------------------


@require_safe
@with_bearer
def receipt(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Show what was sent and what happens next, for printing."""
    status = operations.find_pictures(bearer=opened.bearer, now=opened.now)
    return render(request, "portal/receipt.jinja", {"status": status})


@require_safe
@with_bearer
def not_removed(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Show what to do if a platform looked and did not remove."""
    return render(request, "portal/not_removed.jinja", {"cards": suggest_cards(Context.NOT_REMOVED, now=opened.now)})


# --- deciding -------------------------------------------------------------------------------------------------------


@takes_form
@with_bearer
def withdraw(request: HttpRequest, opened: Opened, ordinal: int) -> HttpResponse:
    """Take one picture back."""
    found = operations.find_pictures(bearer=opened.bearer, now=opened.now)
    picture = next((each for each in found.pictures if each.ordinal == ordinal), None)
    if picture is None or picture.state is not PictureState.ACTIVE:
        return go_door(Door.PICTURES)

    def act() -> HttpResponse:
        try:
            operations.withdraw_one(bearer=opened.bearer, ordinal=ordinal, now=opened.now)
        except PictureUnknown:
            return go_door(Door.PICTURES)
        return go_with_notice(opened, Notice.WITHDRAWN_ONE, door=Door.PICTURES)

    return _decide(request, opened, "portal/withdraw.jinja", {"picture": picture}, act=act)


@takes_form
@with_bearer
def withdraw_everything(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Take every picture back."""
    found = operations.find_pictures(bearer=opened.bearer, now=opened.now)
    context = {"count": count_protected(found.pictures)}

    def act() -> HttpResponse:
        operations.withdraw_all(bearer=opened.bearer, now=opened.now)
        return go_with_notice(opened, Notice.WITHDRAWN_ALL, door=Door.PICTURES)

    return _decide(request, opened, "portal/withdraw_all.jinja", context, act=act)


@takes_form
@with_bearer
def renew(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Protect for the whole time again."""
    if request.method != "POST":
        found = operations.find_pictures(bearer=opened.bearer, now=opened.now)
        return (
            render(request, "portal/renew.jinja", {"status": found}) if found.is_protected else go_door(Door.PICTURES)
        )
    try:
        operations.renew_pictures(bearer=opened.bearer, now=opened.now)
    except SubmissionClosed:
        return show_refusal(request, REFUSALS[SubmissionClosed])
    return go_with_notice(opened, Notice.RENEWED, door=Door.PICTURES)


@takes_form
@with_bearer
def erase(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Erase everything, code included."""

    def act() -> HttpResponse:
        operations.erase_all(bearer=opened.bearer, now=opened.now)
        return end_visit(go("erased"), request)

    context = {
        "pictures": find_pictures(opened),
        "held": count_held(opened.bearer, opened.now),
        "codes": len(opened.bearer.codes),
        "stays": [each.stays for each in all_retentions() if each.stays],
    }
    return _decide(request, opened, "portal/erase.jinja", context, act=act)


@takes_form
@with_bearer
def new_numbers(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Get other numbers, when somebody has seen the present ones."""
    return _change_code(request, opened, form_class=NewCodeForm, page="new-numbers")


@takes_form
@with_any_bearer
def own_code(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Choose a code of her own, because staff have seen the one that she came with. It cannot be skipped.

    It does not ask for that one again: she has typed it on the page before, and it opens nothing but this page.
    """
    if not opened.bearer.needs_own_code:
        return go("status")
    return _change_code(request, opened, form_class=KeptForm, page="own-code")


def _change_code(
    request: HttpRequest, opened: Opened, *, form_class: type[KeptForm | NewCodeForm], page: str
) -> HttpResponse:
    if request.method != "POST":
        made = operations.make_change_token(bearer=opened.bearer, now=opened.now)
        form = form_class(initial={"token": made.sealed})
        return _show_new_numbers(request, form, made, page=page, has_spare=bool(opened.bearer.other))
    form = form_class(request.POST)
    valid = form.is_valid()
    sealed = form.cleaned_data.get("token", "")
    try:
        token = operations.open_token(sealed, purpose=TokenPurpose.CHANGE_CODE, now=opened.now)
    except (TokenBroken, TokenExpired):
        return go(page)

    def show() -> HttpResponse:
        made = NewToken(token=token, sealed=sealed)
        return _show_new_numbers(request, form, made, page=page, has_spare=bool(opened.bearer.other))

    def act() -> HttpResponse:
        try:
            bearer = operations.change_code(bearer=opened.bearer, token=token, now=opened.now)
        except (TokenBroken, CodeTaken):
            return go(page)
        except TooManyAtOnce as error:
            tell_to_wait(form, error)
            return ask_again(show(), error)
        visit = let_in(request, replace(opened.visit, notice=Notice.CODE_CHANGED), bearer=bearer, now=opened.now)
        return enter(request, visit, bearer=bearer, late=visit.late, now=opened.now)

    # Pressed twice: it is done already, and the old code, which opens nothing any more, is not asked for again.
    is_done = token.code is not None and token.code.look_up == opened.bearer.look_up
    if isinstance(form, NewCodeForm) and not is_done:
        return with_code(request, opened, form, show=show, act=act)
    return act() if valid else show()


def _show_new_numbers(
    request: HttpRequest, form: KeptForm, made: NewToken, *, page: str, has_spare: bool
) -> HttpResponse:
    context = {"form": form, "made": made, "has_spare": has_spare}
    answer = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, CODE_PAGES[page], context, status=answer)


def _decide(
    request: HttpRequest,
    opened: Opened,
    template: str,
    context: Mapping[str, object],
    *,
    act: Callable[[], HttpResponse],
) -> HttpResponse:
    """A page with one decision that takes something away: it is done with her code alone."""
    form = AgainForm(typed(request))
    return with_code(request, opened, form, show=lambda: render(request, template, {**context, "form": form}), act=act)
