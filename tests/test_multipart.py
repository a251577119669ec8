"""A form with a file in it, sent to an address that expects none, gets an answer that says so: never a fault."""

from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leeward.foundation.accounts.rules import Role
from leeward.foundation.web.access import Audience
from tests.access import OTHERS, STAFF, People, people  # noqa: F401  # a fixture, used by its name
from tests.counters import start_afresh
from tests.victim.portal.conftest import Visitor

pytestmark = pytest.mark.django_db
SECRET = "a" * 32
SIGNS_OUT = {"web:leave", "portal:close", "portal:erase", "accounts:sign-out"}


def _post(cookies: SimpleCookie, path: str) -> Any:
    """As a browser does: with the page's own token in the form, which is therefore read before the view is asked."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = SimpleCookie(cookies)
    client.cookies[settings.CSRF_COOKIE_NAME] = SECRET
    start_afresh()
    upload = SimpleUploadedFile("holiday.jpg", b"\xff\xd8\xff" * 100, content_type="image/jpeg")
    return client.post(path, {"csrfmiddlewaretoken": SECRET, "what": "ever", "file": upload})


def test_no_address_fails_on_a_form_with_a_file(people: People) -> None:  # noqa: F811
    visitor = Visitor()
    visitor.protect("one")
    hers = visitor.client.cookies
    wrong = []
    for address in OTHERS:
        answers = [_post(SimpleCookie(), address.path)]
        if address.access.audience is Audience.VICTIM_CODE and address.name not in SIGNS_OUT:
            answers.append(_post(hers, address.path))
        wrong += [f"{address.path}: {answer.status_code}" for answer in answers if answer.status_code >= 500]
    for address in STAFF:
        role = next(role for role in Role if role.value in address.access.roles)
        answer = _post(people.unlocked[role], address.path)
        if answer.status_code >= 500:
            wrong.append(f"{role}: {address.path}: {answer.status_code}")
    assert wrong == []


def test_the_sending_says_what_it_takes() -> None:
    visitor = Visitor()
    visitor.pass_gate()
    answer = _post(visitor.client.cookies, "/protect/send")
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "not_json")
    assert answer.json()["error"]["how"]
