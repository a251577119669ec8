"""Easier words for whoever chooses them: short sentences, one thought a line, in the place of a page's usual ones.

LEEWARD_EASY_WORDS names a YAML file of pairs, `usual` (a text of the interface as it stands in the code) and `easy`.
A text without a pair stays as it is, so a page never loses one. The choice is a cookie until the browser closes; it
holds on pages for everybody and on those under a code, and never for staff.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from leeward.foundation.web.access import Audience, access_of

# Its name and value say nothing to whoever finds them.
COOKIE = "__Host-look" if settings.SESSION_COOKIE_SECURE else "look"
EASY, USUAL = "2", "1"
FOR = (Audience.PUBLIC, Audience.VICTIM_CODE)
# A private sign for a new line, which `EasyMiddleware` draws: macros that indent what they write would break at others.
NEW_LINE = "\ue00a"

_EASY: ContextVar[bool] = ContextVar("_EASY", default=False)


@cache
def pairs() -> Mapping[str, str]:
    """All easy texts by the usual ones, both in English."""
    told = yaml.safe_load(Path(settings.LEEWARD_EASY_WORDS).read_text(encoding="utf-8"))
    return {each["usual"]: each["easy"].rstrip("\n") for each in told}


@cache
def _by_shown(_language: str) -> Mapping[str, str]:
    """The same by what the usual text is in a language."""
    return {translation.gettext(usual): easy for usual, easy in pairs().items()}


def is_easy() -> bool:
    """Whether this answer is in easier words."""
    return _EASY.get()


def gettext(message: str) -> str:
    """A text of the interface in the reader's language, in the words that they chose."""
    if not is_easy() or message not in pairs():
        return translation.gettext(message)
    return _in_lines(pairs()[message])


def ease(shown: str) -> str:
    """The easier words for a text that stands in the reader's language already; without any, the same text."""
    if not is_easy():
        return shown
    easy = _by_shown(translation.get_language() or settings.LANGUAGE_CODE).get(shown)
    return shown if easy is None else _in_lines(easy)


@contextmanager
def easier(*, is_wished: bool = True) -> Iterator[None]:
    """Answer within in easier words, or not."""
    token = _EASY.set(is_wished)
    try:
        yield
    finally:
        _EASY.reset(token)


def chosen(request: HttpRequest) -> str:
    """What was chosen in this browser: EASY, USUAL or "" where nothing was."""
    said = request.COOKIES.get(COOKIE, "")
    return said if said in (EASY, USUAL) else ""


def keep_words[R: HttpResponseBase](response: R, words: str) -> R:
    """Keep in the browser which words it is shown, until it closes."""
    response.set_cookie(COOKIE, words, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict")
    return response


class EasyMiddleware:
    """Answers in easier words where they were chosen, and puts each thought on its line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        if chosen(request) != EASY:
            return self.get_response(request)
        with easier(is_wished=False):
            response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith("text/html"):
            response.content = response.content.replace(NEW_LINE.encode(), b"<br>")
        return response

    def process_view(self, request: HttpRequest, view: object, *_arguments: object) -> None:
        """Begin, where the page is for the person: staff read the usual words."""
        access = access_of(view)
        if chosen(request) == EASY and access is not None and access.audience in FOR:
            _EASY.set(True)  # until `easier` above ends


def _in_lines(easy: str) -> str:
    return translation.gettext(easy).replace("\n", NEW_LINE)
