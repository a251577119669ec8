"""Middleware for every request: one line in the log, safe headers, and forms that only our own pages may send."""

import logging
import secrets
import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes
from django.utils.translation.trans_real import parse_accept_lang_header

from leeward.foundation.turns import at_work
from leeward.foundation.web.access import is_public, kept_query, languages_at, may_ask_passkeys
from leeward.foundation.web.easy import EASY, USUAL, keep_words
from leeward.foundation.web.lines import one_answer
from leeward.foundation.web.records import duration_bucket
from leeward.foundation.web.rules import LANGUAGE_ENTRY, WORDS_ENTRY, is_data_file, is_machine_path
from leeward.foundation.web.views import only_by_button

record = logging.getLogger("leeward.requests")

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

REQUEST_HEADER = "Leeward-Request"
FIRST_ERROR_STATUS = 400
HIGHEST_PORT, PORT_DIGITS = 65_535, 6

# Nothing of ours needs any of these; a page that is taken over cannot ask for them either.
SWITCHED_OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in SWITCHED_OFF)
PERMISSIONS_POLICY_PASSKEYS = ", ".join(
    f"{feature}=(self)" if feature in PASSKEYS else f"{feature}=()" for feature in SWITCHED_OFF
)


class TurnsMiddleware:
    """Let few requests be at work at once; one that waits for a slow hash gives its turn up meanwhile."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer when it is this one's turn."""
        with at_work():
            return self.get_response(request)


class LinesMiddleware:
    """Let one answer say the same of whom to call everywhere, and ask for it once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        with one_answer():
            return self.get_response(request)


class RequestRecordMiddleware:
    """Write one line a request: route name, method, status, rough duration and a random number. Nothing else, ever.

    Of a view that declares it, no line is written: that somebody answers a survey just now is nobody's business.

    A path, a query, an address or a browser's name could give away who came here and what they did.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and write the line."""
        number = secrets.token_hex(6)
        request.META["leeward.request"] = number
        started = time.perf_counter()
        response = self.get_response(request)
        response.headers[REQUEST_HEADER] = number
        if request.resolver_match and getattr(request.resolver_match.func, "leaves_no_line", False):
            return response
        record.info(
            "%s %s %s %s %s",
            _route(request, response),
            request.method if request.method in KNOWN_METHODS else "OTHER",
            response.status_code,
            duration_bucket(time.perf_counter() - started),
            number,
        )
        return response


SWITCHED = "leeward.language"
WORDS = {"easy": EASY, "usual": USUAL}  # what an address asks for, and what the browser keeps of it
KNOWN_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def _route(request: HttpRequest, response: HttpResponseBase) -> str:
    """The name of the view, from our own address list: never what the browser asked for."""
    if SWITCHED in request.META:
        return "language"
    if request.resolver_match is not None:
        return request.resolver_match.view_name or "unnamed"
    return "static" if response.status_code in (200, 206, 304) else "unmatched"


class SafetyHeadersMiddleware:
    """Add to every answer the headers that keep it out of caches, other sites' windows and search engines."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and add the headers."""
        response = self.get_response(request)
        headers = response.headers
        policy = PERMISSIONS_POLICY_PASSKEYS if may_ask_passkeys(request) else PERMISSIONS_POLICY
        headers.setdefault("Permissions-Policy", policy)  # a page that stands in for another has said for itself
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-DNS-Prefetch-Control"] = "off"  # no name of a link is looked up before somebody follows it
        if headers.get("Content-Type", "").startswith("text/html"):
            headers["Cache-Control"] = "no-store"
        else:  # a static file, or an answer to a machine that has said for itself how long it holds
            headers.setdefault("Cache-Control", "no-store")
        if not is_public(request) or response.status_code >= FIRST_ERROR_STATUS:
            headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Refuse a host name that is not ours, so that no other site's name can be pointed at this machine.

        Asked here, inside, so that the refusal carries the headers too. Raises DisallowedHost, for a wrong port too.
        """
        _domain, _, port = request.get_host().rpartition(":")
        if port.isdigit() and int(port[:PORT_DIGITS]) > HIGHEST_PORT:
            raise DisallowedHost


class SwitchMiddleware:
    """Keep the language or the words that a reader chooses until the browser closes, and show the same page again.

    The choice is an entry in the page's own address. So no page writes its path into another address, where a log that
    leaves paths out would keep it: the path of a link in a mail is its secret. It works on every page alike, those that
    answer an address that leads nowhere included. On staff's pages a list stays as it is narrowed and sorted.

    A file for programs (JSON, CSV) is answered at once in that language, and nothing is kept: they carry no cookies.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or switch where a language or words of ours were chosen."""
        asked = request.GET if request.method in ("GET", "HEAD") else {}
        language, words = asked.get(LANGUAGE_ENTRY, ""), WORDS.get(asked.get(WORDS_ENTRY, ""), "")
        language = language if language in languages_at(request) else ""
        if not (language or words) or is_machine_path(request.path):
            return self.get_response(request)
        if is_data_file(request.path):
            if language:
                request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = language
            return self.get_response(request)
        request.META[SWITCHED] = True
        here = escape_leading_slashes(escape_uri_path(request.path))
        kept = kept_query(request)
        response = HttpResponseRedirect(f"{here}?{kept}" if kept else here, status=HTTPStatus.SEE_OTHER)
        patch_vary_headers(response, ["Cookie"])
        if words:
            keep_words(response, words)
        if language:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite="Strict",
            )
        return response


class LanguageMiddleware(LocaleMiddleware):
    """Speak the reader's language: that of the cookie, else the browser's, of those that the page is offered in."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language; on her pages also one in which staff's pages are not written."""
        super().process_request(request)
        offered, main = languages_at(request), dict(settings.LANGUAGES)
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        asked = [chosen] if chosen in offered else _asked_languages(request)
        wanted = next((code for code in asked if code in offered), "")
        if wanted and wanted not in main:
            translation.activate(wanted)
            request.LANGUAGE_CODE = wanted


def _asked_languages(request: HttpRequest) -> list[str]:
    """The languages that the browser asks for, best first, each without its region."""
    header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    return [code.partition("-")[0] for code, _quality in parse_accept_lang_header(header)]


class OnlyByButtonMiddleware:
    """Shows a page in place of the empty answer where somebody opens an address that only a form may be sent to."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with a page where a person would see nothing."""
        response = self.get_response(request)
        is_empty = isinstance(response, HttpResponseNotAllowed) and not response.content
        if is_empty and request.method == "GET" and not (is_machine_path(request.path) or is_data_file(request.path)):
            return only_by_button(request, response)
        return response


class SameSiteCsrfMiddleware(CsrfViewMiddleware):
    """Django's check of forms, for a site whose pages send no referrer.

    Under `Referrer-Policy: no-referrer` a browser writes `Origin: null` on a form that our own page sends, which Django
    refuses, and no Referer, which Django refuses over https. Here both are accepted unless the browser says, in
    `Sec-Fetch-Site`, that another site sent the form. Phones from before 2023 do not write that header; for them, as
    for everybody, the form's token must fit the cookie, which is SameSite=Strict, HttpOnly and, over https, `__Host-`.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META["HTTP_ORIGIN"] == "null":
            return _sent_by_us(request)
        verified: bool = super()._origin_verified(request)  # type: ignore[misc]  # Django's own; the stubs leave it out
        return verified

    def _check_referer(self, request: HttpRequest) -> None:
        if "HTTP_REFERER" not in request.META and _sent_by_us(request):
            return
        super()._check_referer(request)  # type: ignore[misc]  # Django's own; the stubs leave it out


def _sent_by_us(request: HttpRequest) -> bool:
    """Whether the browser names our own pages, or the person, as the sender ("" is a browser that names nobody)."""
    return request.META.get("HTTP_SEC_FETCH_SITE", "") in ("same-origin", "none", "")
