"""An entry that is not there is a page that is not there; a form that is sent twice is done once."""

import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from leeward.foundation.accounts.unlocking import cookie_name
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editing.operations import KeptAnswer, Press, SentOnce, claim_form, keep_answer, release_form
from leeward.foundation.editing.pages import ShownOnce
from leeward.foundation.editing.rules import digest_sent, root_of
from leeward.foundation.turns import set_aside
from leeward.foundation.web.uploads import TakenFile
from leeward.foundation.web.views import sent_already

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  # the name of a field
CLAIM = "leeward.sent_once"
# How long a second press waits for the first one's answer: a slow hash and a busy machine, and no more.
WAIT_SECONDS = 10.0
LOOK_EVERY_SECONDS = 0.1


class EntryUnknownMiddleware:
    """Answers EntryUnknown as Django answers Http404, wherever a view lets it pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass it on."""
        return self._get_response(request)

    def process_exception(self, _request: HttpRequest, exception: Exception) -> None:
        """Raise Http404 in its place."""
        if isinstance(exception, EntryUnknown):
            raise Http404 from exception


class SentOnceMiddleware:
    """Answers a second press of a form's button like the first, so that it writes nothing twice.

    Django writes another CSRF token into each rendering of each form. So the token that a form brings tells whether the
    very same rendering was sent before: it is the form's once-key, and no form of ours can be sent without one. A plain
    redirect counts as done, and so does a page that shows a secret once. Every other answer is made anew: a form with
    its mistakes, a file, a page that signs somebody in or opens a key. Stands inside all that checks the token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and keep where a form led."""
        response = self._get_response(request)
        claim = request.META.pop(CLAIM, None)
        if isinstance(claim, SentOnce):
            if _is_done(request, response):
                keep_answer(claim, _kept(response))
            else:
                release_form(claim)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_rest: object
    ) -> HttpResponseBase | None:
        """Let the first press pass, and answer the others."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False) or not request.POST.get(TOKEN):
            return None
        sent = _sent(request)
        until = time.monotonic() + WAIT_SECONDS
        while (found := claim_form(sent, now=timezone.now())) is Press.MEANWHILE:
            if time.monotonic() > until:
                return sent_already(request)
            with set_aside():
                time.sleep(LOOK_EVERY_SECONDS)
        if isinstance(found, KeptAnswer):
            return _again(found)
        request.META[CLAIM] = sent
        return None


def _sent(request: HttpRequest) -> SentOnce:
    root = root_of(request.POST[TOKEN])
    names = [(name, value) for name, values in request.POST.lists() if name != TOKEN for value in values]
    files = [
        (name, f"{file.name} {file.digest or file.size}")
        for name, found in request.FILES.lists()
        for file in found
        if isinstance(file, TakenFile)
    ]
    owner = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    content = digest_sent(root, [("", request.get_full_path()), ("", owner), *names, ("", ""), *files])
    return SentOnce(root=root, content=content)


def _kept(response: HttpResponseBase) -> KeptAnswer:
    cookies = [each.OutputString() for each in response.cookies.values()]
    if isinstance(response, ShownOnce):
        return KeptAnswer(page=response.content.decode(), cookies=cookies)
    return KeptAnswer(address=response["Location"], cookies=cookies)


def _again(answer: KeptAnswer) -> HttpResponse:
    response: HttpResponse = (
        HttpResponseRedirect(answer.address, status=HTTPStatus.SEE_OTHER)
        if answer.address
        else HttpResponse(answer.page)
    )
    for each in answer.cookies:
        response.cookies.load(each)
    return response


def _is_done(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Return whether something was done, and the answer can be given twice."""
    return (
        type(response) in (HttpResponseRedirect, ShownOnce)  # no page that asks who somebody is first
        and cookie_name() not in response.cookies
        and request.session.session_key == request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    )
