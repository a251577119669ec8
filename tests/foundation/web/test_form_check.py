"""Forms that only our own pages may send, in every way in which browsers name or do not name the sender."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from leeward.foundation.web.middleware import SameSiteCsrfMiddleware

SECRET = "a" * 32


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


def send(*, secure: bool = False, token: str = SECRET, cookie: str | None = SECRET, **headers: str) -> int:
    request = RequestFactory().post(
        "/status/", {"csrfmiddlewaretoken": token}, secure=secure, headers=headers, HTTP_HOST="localhost"
    )
    if cookie is not None:
        request.COOKIES[settings.CSRF_COOKIE_NAME] = cookie
    check = SameSiteCsrfMiddleware(answer)
    check.process_request(request)
    refusal = check.process_view(request, answer, (), {})
    return 200 if refusal is None else refusal.status_code


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "none"},  # a person reopened the tab
        {"origin": "null"},  # a telephone from before 2023
        {},  # a browser that names nobody
        {"sec-fetch-site": "same-origin"},
    ],
    ids=str,
)
def test_our_own_forms_are_taken(headers: dict[str, str], *, secure: bool) -> None:
    assert send(secure=secure, **headers) == 200


@pytest.mark.parametrize(("secure", "origin"), [(False, "http://localhost"), (True, "https://localhost")])
def test_our_own_origin_is_taken(*, secure: bool, origin: str) -> None:
    assert send(secure=secure, origin=origin) == 200


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": "same-site"},
        {"origin": "null", "sec-fetch-site": "anything"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost.evil.example"},
        {"origin": ""},
    ],
    ids=str,
)
def test_other_senders_are_refused(headers: dict[str, str], *, secure: bool) -> None:
    assert send(secure=secure, **headers) == 403


@pytest.mark.parametrize(
    "headers",
    [{"referer": "https://evil.example/"}, {"referer": "http://localhost/"}, {"sec-fetch-site": "cross-site"}],
    ids=str,
)
def test_over_https_a_foreign_or_missing_referrer_of_another_site_is_refused(headers: dict[str, str]) -> None:
    assert send(secure=True, **headers) == 403


@pytest.mark.parametrize("token", ["b" * 32, "", "short", "é" * 32])
def test_the_token_is_checked_whoever_sends(token: str) -> None:
    assert send(token=token, origin="null", **{"sec-fetch-site": "same-origin"}) == 403


def test_without_the_cookie_nothing_is_taken() -> None:
    assert send(cookie=None, origin="null", **{"sec-fetch-site": "same-origin"}) == 403


def test_the_cookie_is_one_that_other_sites_never_send() -> None:
    # The leniency above stands on this.
    assert settings.CSRF_COOKIE_SAMESITE == "Strict"
    assert settings.CSRF_COOKIE_HTTPONLY
