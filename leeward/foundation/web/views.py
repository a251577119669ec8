"""The public pages, the way out, and the answers when something went wrong."""

import logging
import sys
import time
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, is_valid_path
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.web.access import public
from leeward.foundation.web.failures import Failure, is_passing, page_above
from leeward.foundation.web.guides import all_guides, read_guide
from leeward.foundation.web.leaving import Leaving, open_door, shut_door
from leeward.foundation.web.lines import without_asking
from leeward.foundation.web.operations import Health, find_broken
from leeward.foundation.web.rules import is_machine_path

record = logging.getLogger("leeward.web")

HEALTH = Health()
RETRY_SECONDS = 60
# Not "cache": a browser may spend seconds on it, nothing but style sheets is in it, and on this page seconds matter.
# Not "cookies": it would take away the mark that shuts the door; ours are removed one by one.
CLEARED = '"storage"'


@public
@require_safe
def for_platforms(request: HttpRequest) -> HttpResponse:
    """How a platform connects."""
    return render(request, "web/for_platforms.jinja", {"here": request.build_absolute_uri("/").rstrip("/")})


@public
@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """The guides for partners."""
    return render(request, "web/guides.jinja", {"guides": all_guides()})


@public
@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """One guide."""
    found = read_guide(name)
    if found is None:
        raise Http404
    return render(request, "web/guide.jinja", {"guide": found})


@public
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Say "ok" if the database answers and can be written; for load balancers, so without a page around it."""
    del request  # nothing about the caller matters
    trouble = HEALTH.find_trouble(now=time.monotonic())
    status = HTTPStatus.SERVICE_UNAVAILABLE if trouble else HTTPStatus.OK
    # Pages work while a sweep fails: a load balancer is not to send anybody away for it.
    said = [trouble] if trouble else ["ok", *(f"not done: {told}" for told in find_broken())]
    return HttpResponse("".join(f"{line}\n" for line in said), status=status, content_type="text/plain")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Forget this browser, go to an everyday site, and shut the door behind it, so that "Back" shows no page of ours.

    A plain link, so that it works without script and from an old page. It must work when nothing else does: a session
    that cannot be ended in the database is ended by taking its cookie away.
    """
    response = Leaving(request)
    for name in request.COOKIES:
        response.delete_cookie(name, samesite="Strict")
    shut_door(response)
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        try:
            request.session.flush()
        except DatabaseError:
            record.warning("A session could not be ended in the database; its cookie was removed.")
    response.headers["Clear-Site-Data"] = CLEARED
    return response


@public
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """Open the door again and begin at the first page."""
    del request  # whoever presses the link wants to be here
    return open_door(redirect("/"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    if isinstance(exception, RequestDataTooBig):
        return _answer(
            request,
            Failure(
                status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                code="too_large",
                title=_("That was too much at once"),
                message=_("What was sent is larger than we take in one go. Nothing was saved."),
                how=_("Send less at a time. Pictures and videos themselves are never sent: only their hashes."),
            ),
        )
    return _answer(
        request,
        Failure(
            status=HTTPStatus.BAD_REQUEST,
            code="bad_request",
            title=_("We could not read that request"),
            message=_("Something in the request was not as we expect it. Nothing was saved."),
            how=_("Go back, load the page again and try once more. If you followed a link, check that it is whole."),
        ),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody who may not open this page."""
    del exception  # its words are for developers
    return _answer(
        request,
        Failure(
            status=HTTPStatus.FORBIDDEN,
            code="forbidden",
            title=_("You cannot open this page"),
            message=_("This page is for other people than the account or code that you are using."),
            how=_("If you think that you should see it, ask the administrator of your team."),
        ),
    )


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token did not fit: usually one that was open when the browser closed, or cookies are off."""
    del reason  # its words are for developers
    return _answer(
        request,
        Failure(
            status=HTTPStatus.FORBIDDEN,
            code="form_expired",
            title=_("This form is too old to be sent"),
            message=_("Nothing was saved. The form was opened before your browser last closed, or cookies are off."),
            how=_("Go back, load the page again and send it once more. Cookies from this site must be allowed."),
        ),
    )


def sent_already(request: HttpRequest) -> HttpResponse:
    """Answer a form whose button was pressed twice, where the first press has not been answered yet."""
    return _answer(
        request,
        Failure(
            status=HTTPStatus.CONFLICT,
            code="sent_already",
            title=_("This form was sent already"),
            message=_("It is not done yet, and we cannot say whether it was saved."),
            how=_("Wait a minute. Then look whether it is there before you send it again."),
            back=page_above(request.path),
        ),
    )


def only_by_button(request: HttpRequest, refused: HttpResponseBase) -> HttpResponse:
    """Answer somebody who has opened an address to which only a button leads, with the way back to its page."""
    response = _answer(
        request,
        Failure(
            status=HTTPStatus.METHOD_NOT_ALLOWED,
            code="method_not_allowed",
            title=_("Nothing happened"),
            message=_("This address only does something when a button on a page is pressed. Nothing was changed."),
            how=_("Go back to the page and press the button there."),
            back=page_above(request.path),
        ),
    )
    response.headers["Allow"] = refused.headers["Allow"]
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere; one with a slash too few or too many leads to the page that was meant."""
    if isinstance(exception, Resolver404) and (meant := _with_its_slash(request)):
        return HttpResponseRedirect(meant)
    return _answer(
        request,
        Failure(
            status=HTTPStatus.NOT_FOUND,
            code="not_found",
            title=_("There is no page here"),
            message=_("The address may be mistyped, or the page may have moved."),
            how=_("Check the address, or start again from the first page."),
        ),
    )


def _with_its_slash(request: HttpRequest) -> str:
    """Return the address of a page that differs from the one asked for by its last slash alone; "" without one."""
    path = request.path
    meant = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    if request.method not in ("GET", "HEAD") or is_machine_path(path) or not is_valid_path(meant):
        return ""
    query = request.META.get("QUERY_STRING", "")
    return escape_leading_slashes(escape_uri_path(meant)) + (f"?{query}" if query else "")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an error that nobody met before: 503 for passing trouble of the machine, 500 where we are at fault."""
    error = sys.exception()
    if error is not None and is_passing(error):
        response = _answer(
            request,
            Failure(
                status=HTTPStatus.SERVICE_UNAVAILABLE,
                code="not_now",
                title=_("We could not keep that just now"),
                message=_("Nothing was saved."),
                how=_("Please try again in a minute."),
            ),
        )
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
    return _answer(
        request,
        Failure(
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            code="our_fault",
            title=_("Something went wrong on our side"),
            message=_("It is not your fault. We have a record that it happened, without anything that you typed."),
            how=_("Please try again in a few minutes. What you were told was saved is still saved."),
        ),
    )


def _answer(request: HttpRequest, failure: Failure) -> HttpResponse:
    """Tell a person by a page, a program by JSON, what is wrong and what to do next."""
    if is_machine_path(request.path):
        error = {"code": failure.code, "message": failure.message, "how": failure.how}
        return JsonResponse({"error": error}, status=failure.status)
    is_staff = _is_staff(request, failure)
    context = {"failure": failure, "number": request.META.get("leeward.request", ""), "is_staff": is_staff}
    with without_asking():
        return render(request, "web/failure.jinja", context, status=failure.status)


def _is_staff(request: HttpRequest, failure: Failure) -> bool:
    """Whether somebody who works here is signed in; in trouble of the machine only what is known already counts."""
    if failure.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        user = getattr(request, "_cached_user", None)
        return user is not None and user.is_authenticated
    try:
        return hasattr(request, "user") and request.user.is_authenticated
    except DatabaseError:
        return False
