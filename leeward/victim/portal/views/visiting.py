"""The parts that every view of the portal needs: the visit in the cookie, and answers to refusals."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Concatenate

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.errors import TooManyAtOnce, TooManyTries
from leeward.foundation.web.access import victim_code
from leeward.foundation.web.waiting import wait_in_words
from leeward.industry.bank.errors import SubmissionUnknown
from leeward.victim.portal import operations
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.rules.visits import (
    MOST_LATE,
    Bearer,
    LateWords,
    Notice,
    Visit,
    begin_visit,
    is_late,
    is_over,
    touch,
)

COOKIE_NAME = "__Host-visit" if settings.LEEWARD_PRODUCTION else "visit"
# Who types what somebody says on the phone.
TYPISTS = frozenset({Role.PRACTITIONER.value, Role.DESK_PRACTITIONER.value, Role.SUPERVISOR.value})


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Whose pages are open in this visit, at this moment."""

    bearer: Bearer
    visit: Visit
    notice: Notice | None
    now: datetime


type BearersPage[**P] = Callable[Concatenate[HttpRequest, Opened, P], HttpResponseBase]
type Page[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def find_visit(request: HttpRequest, *, now: datetime) -> Visit | None:
    """The visit that the browser brings, if it is one of ours and neither over nor ended."""
    visit = _brought(request)
    return visit if visit is not None and not is_over(visit, now=now) and _is_good(visit, now=now) else None


def find_late(request: HttpRequest, *, now: datetime) -> Opened | None:
    """Somebody whose visit was closed by idleness alone, so that what was being typed can wait for the code.

    Nothing may be shown or changed: somebody else may sit there by now, or bring a copy of the cookie.
    """
    visit = _brought(request)
    if visit is None or visit.bearer is None or not is_late(visit, now=now) or not _is_good(visit, now=now):
        return None
    bearer = operations.find_hers(visit.bearer)
    is_hers = bearer.holds and operations.is_code_good(bearer) and not bearer.needs_own_code
    return Opened(bearer=bearer, visit=visit, notice=None, now=now) if is_hers else None


def find_typist(request: HttpRequest, visit: Visit | None) -> str:
    """The member of staff at whose browser this is: who began the visit, or a typist who is signed in; "" nobody.

    Nobody else's browser is asked who she is.
    """
    if visit is not None and visit.typist:
        return visit.typist
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or getattr(request.user, "role", "") not in TYPISTS:
        return ""
    return str(request.user.reference)  # type: ignore[union-attr]  # whoever has such a role is staff


def current_visit(request: HttpRequest, *, now: datetime) -> Visit:
    """The visit that the browser brings, or a new one, in which the words that wait in this browser wait on."""
    return find_visit(request, now=now) or replace(begin_visit(now=now), late=late_key(request, now=now))


def late_key(request: HttpRequest, *, now: datetime) -> str:
    """The key of words that wait for the code in this browser; "" where none do."""
    visit = _brought(request)
    return visit.late if visit is not None and operations.is_late_kept(key=visit.late, now=now) else ""


def keep_visit[R: HttpResponseBase](response: R, visit: Visit, *, now: datetime) -> R:
    """Give the visit to the browser, until it closes."""
    response.set_cookie(
        COOKIE_NAME,
        operations.seal_visit(touch(visit, now=now)),
        secure=settings.LEEWARD_PRODUCTION,
        httponly=True,
        samesite="Strict",
    )
    return response


def let_in(request: HttpRequest, visit: Visit, *, bearer: Bearer, now: datetime) -> Visit:
    """The visit of a bearer who has just used, begun or changed a code: under a key that nobody had before.

    What the browser brought ends, so a cookie that somebody put there or copied is worth nothing.
    """
    forget_visit(request)
    return replace(visit, bearer=bearer, typist=bearer.typist, key=operations.start_visit(now=now))


def type_for(request: HttpRequest, *, page: str, typist: str, errand: str = "") -> HttpResponse:
    """Lead to a page of the person's own with a visit in which a member of staff types what they say.

    A form that was open in this browser is left.
    """
    now = timezone.now()
    forget_visit(request)
    visit = replace(begin_visit(now=now, typist=typist), errand=errand)
    return keep_visit(HttpResponseRedirect(page, status=HTTPStatus.SEE_OTHER), visit, now=now)


def end_visit[R: HttpResponseBase](response: R, request: HttpRequest) -> R:
    """End the visit, here and in the browser, with what waits for a code in this browser."""
    leave(request)
    response.delete_cookie(COOKIE_NAME, samesite="Strict")
    return response


def leave(request: HttpRequest) -> None:
    """Forget what the browser's visit stands for, words that wait for a code too. Safe to repeat."""
    forget_visit(request)
    visit = _brought(request)
    if visit is not None:
        operations.drop_late(key=visit.late)


def forget_visit(request: HttpRequest) -> None:
    """End the visit that the browser brings for every window and every copy of it. Safe to repeat."""
    visit = _brought(request)
    if visit is not None and visit.key:
        operations.stop_visit(key=visit.key)


def go(name: str, **kwargs: Any) -> HttpResponseRedirect:
    """See another page of the portal, with GET."""
    return HttpResponseRedirect(reverse(f"portal:{name}", kwargs=kwargs), status=HTTPStatus.SEE_OTHER)


def go_door(door: Door) -> HttpResponseRedirect:
    """See what stands behind a door of her page, with GET."""
    return go("door", door=door.value)


def with_bearer[**P](view: BearersPage[P]) -> Page[P]:
    """Open the visit's bearer for a view, as it stands now; without one, ask for the code.

    Where somebody at the desk has seen her code, nothing opens to her before she has chosen one of her own.
    """

    @functools.wraps(view)
    def own(request: HttpRequest, opened: Opened, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return go("own-code") if opened.bearer.needs_own_code else view(request, opened, *args, **kwargs)

    return with_any_bearer(own)


def with_any_bearer[**P](view: BearersPage[P]) -> Page[P]:
    """The same even while her code is one that staff have seen: for the page alone on which she chooses her own."""

    @victim_code
    @functools.wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        now = timezone.now()
        visit = find_visit(request, now=now)
        if visit is None or visit.bearer is None:
            brought = _brought(request)
            ran_out = brought is not None and is_over(brought, now=now)
            return _ask_for_code(request, "code-again" if ran_out else "code", now=now)
        bearer = operations.find_hers(visit.bearer)
        if not bearer.holds:  # erased meanwhile, in another window
            return end_visit(go("erased" if request.method == "POST" else "code"), request)
        if not operations.is_code_good(bearer):  # another code has taken its place
            return _ask_for_code(request, "code", now=now)
        opened = Opened(bearer=bearer, visit=replace(visit, bearer=bearer, notice=None), notice=visit.notice, now=now)
        try:
            response = view(request, opened, *args, **kwargs)
        except SubmissionUnknown:
            return go("status")
        if COOKIE_NAME not in response.cookies:
            keep_visit(response, opened.visit, now=now)
        return response

    return guarded


def saving_bearer[**P](view: BearersPage[P]) -> Page[P]:
    """As `with_bearer`, and what was typed into a page that was open too long waits, sealed, for the code."""
    guarded = with_bearer(view)

    @victim_code
    @functools.wraps(view)
    def late_or_not(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        late = find_late(request, now=timezone.now()) if _has_words(request) else None
        # The first one alone ends the visit: of a copied cookie nothing can be kept twice.
        if late is None or not operations.stop_visit(key=late.visit.key):
            return guarded(request, *args, **kwargs)
        return _keep_words(request, late)

    return late_or_not


def saved[R: HttpResponseBase](answer: R) -> R:
    """Mark the answer of a view that has saved what was typed, so that words that waited are known to be saved."""
    answer.has_saved = True  # type: ignore[attr-defined]  # see has_saved
    return answer


def has_saved(answer: HttpResponseBase) -> bool:
    """Whether the view that gave this answer has saved what was typed."""
    return getattr(answer, "has_saved", False)


def _has_words(request: HttpRequest) -> bool:
    """Whether a form brings words that can wait: not one that skips a question, and none longer than a form of ours."""
    if request.method != "POST" or "skip" in request.POST:
        return False
    return bool(_late_words(request).texts) and len(_late_words(request).sent) <= MOST_LATE


def _keep_words(request: HttpRequest, late: Opened) -> HttpResponse:
    words = replace(_late_words(request), kept_at=late.now, typist=late.bearer.typist)
    key = operations.keep_late(bearer=late.bearer, words=words)
    return keep_visit(go("code-saved"), replace(begin_visit(now=late.now), late=key), now=late.now)


def _late_words(request: HttpRequest) -> LateWords:
    """The form without its token, and without the code: that is never kept."""
    sent = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "numbers"):
        sent.pop(name, None)
    return LateWords(path=request.path_info, sent=sent.urlencode(), kept_at=timezone.now())


def _ask_for_code(request: HttpRequest, page: str, *, now: datetime) -> HttpResponse:
    """End the visit and ask for the code; words that wait in this browser wait on."""
    key = late_key(request, now=now)
    if not key:
        return end_visit(go(page), request)
    forget_visit(request)
    return keep_visit(go("code-saved"), replace(begin_visit(now=now), late=key), now=now)


def go_with_notice(
    opened: Opened, notice: Notice, *, bearer: Bearer | None = None, door: Door | None = None
) -> HttpResponse:
    """Back to her page, or to a door of it, with one thing to say there."""
    visit = replace(opened.visit, notice=notice, bearer=bearer or opened.bearer, everyone_adult=False)
    return keep_visit(go_door(door) if door else go("status"), visit, now=opened.now)


def _brought(request: HttpRequest) -> Visit | None:
    return operations.open_visit(request.COOKIES.get(COOKIE_NAME, ""))


def _is_good(visit: Visit, *, now: datetime) -> bool:
    """Whether nobody has ended it. Before a code is used there is nothing to end."""
    return visit.bearer is None or operations.is_visit_good(key=visit.key, now=now)


def tell_to_wait(form: Form, error: TooManyAtOnce | TooManyTries) -> None:
    """Say on her form that she was turned away for now: she presses its button again, and nothing is lost."""
    if isinstance(error, TooManyAtOnce):
        words = _("Many people are here just now. Nothing is lost. Press the button again in a moment.")
    else:
        words = wait_in_words(error)
    form.add_error(None, words)
