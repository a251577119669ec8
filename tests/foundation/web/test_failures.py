"""What people and programs are told when something went wrong; and that a log never holds what they typed."""

import errno
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path, reverse

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.web import rules
from leeward.foundation.web.access import public
from leeward.foundation.web.failures import page_above
from leeward.foundation.web.records import describe_exception, duration_bucket
from leeward.foundation.web.views import not_found
from tests.answer_flaws import flaws_of_page
from tests.foundation.accounts.people import come_in, employ

NEEDLE = "needle-8f3a-amina-24digits"


class Trouble(Exception):
    pass


def fail(request: HttpRequest, what: str) -> HttpResponse:
    secret = f"{NEEDLE} {request.GET.get('q')}"
    if what == "full":
        raise OperationalError("database or disk is full")
    if what == "locked":
        raise OperationalError("database is locked")
    if what == "table":
        raise OperationalError(f"no such table: {secret}")
    if what == "disk":
        raise OSError(errno.ENOSPC, secret)
    if what == "forbidden":
        raise PermissionDenied(secret)
    if what == "body":
        return HttpResponse(request.POST.get("x", ""))
    try:
        int(secret)
    except ValueError as error:
        raise Trouble(secret) from error
    return HttpResponse()


handler400 = "leeward.foundation.web.views.bad_request"
handler403 = "leeward.foundation.web.views.forbidden"
handler404 = "leeward.foundation.web.views.not_found"
handler500 = "leeward.foundation.web.views.server_error"
urlpatterns = [
    path("fail/<str:what>", public(fail), name="fail"),
    path("api/fail/<str:what>", public(fail), name="api-fail"),
    path("work/fail/<str:what>", require_role()(fail), name="work-fail"),
    path("", include("leeward.config.urls")),
]


@pytest.fixture
def client() -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


FAILURES = {
    "work/fail/forbidden": 403,
    "work/fail/table": 500,
    "work/fail/full": 503,
    "staff/strategy": 403,
    "staff/nowhere": 404,
    "nowhere": 404,
    "staff/lock": 405,
}


def frame_of(answer: Any) -> str:
    """In which frame a page stands: the staff's, or that of whoever may be watched."""
    text = answer.content.decode()
    is_staff, is_hers = "leeward-staff__rooms" in text, "Exit this page" in text and "Talk to a person" in text
    assert is_staff != is_hers
    return "staff" if is_staff else "hers"


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), FAILURES.items())
def test_whoever_works_here_meets_a_failure_in_their_own_frame(address: str, status: int) -> None:
    employ("sasha", Role.SUPERVISOR)
    with override_settings(ROOT_URLCONF=__name__):
        client = come_in("sasha")
        client.raise_request_exception = False
        answer = client.get(f"/{address}")
        assert (answer.status_code, frame_of(answer)) == (status, "staff")
        assert f'href="{reverse("work:home")}"' in answer.content.decode()
        assert list(flaws_of_page("work:home", answer.content.decode())) == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["fail/forbidden", "fail/table", "fail/full", "staff/nowhere", "nowhere"])
def test_nobody_else_meets_it_there(client: Client, address: str) -> None:
    assert frame_of(client.get(f"/{address}")) == "hers"
    employ("sasha", Role.SUPERVISOR)
    gone = come_in("sasha")
    gone.raise_request_exception = False
    gone.post(reverse("accounts:sign-out"))
    assert frame_of(gone.get(f"/{address}")) == "hers"


@pytest.mark.django_db
def test_a_form_too_old_is_told_in_the_staffs_frame() -> None:
    employ("sasha", Role.SUPERVISOR)
    client = come_in("sasha")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post(reverse("work:search"), {"term": "a"})
    assert (answer.status_code, frame_of(answer)) == (403, "staff")
    assert "This form is too old to be sent" in answer.content.decode()


@pytest.mark.django_db
def test_a_failure_is_told_where_nobody_can_be_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    employ("sasha", Role.SUPERVISOR)
    client = come_in("sasha")

    def out_of_reach(*_args: object) -> None:
        raise OperationalError("database is out of reach")

    monkeypatch.setattr("django.contrib.auth.middleware.get_user", out_of_reach)
    answer = client.get("/nowhere")
    assert (answer.status_code, frame_of(answer)) == (404, "hers")


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The lines of our own loggers, which do not pass theirs on."""
    ours = logging.getLogger("leeward")
    ours.addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG)
    yield caplog
    ours.removeHandler(caplog.handler)


@pytest.mark.parametrize(
    ("address", "status", "words", "code"),
    [
        ("fail/full", 503, "We could not keep that just now", "not_now"),
        ("fail/locked", 503, "We could not keep that just now", "not_now"),
        ("fail/disk", 503, "We could not keep that just now", "not_now"),
        ("fail/table", 500, "Something went wrong on our side", "our_fault"),
        ("fail/other", 500, "Something went wrong on our side", "our_fault"),
        ("fail/forbidden", 403, "You cannot open this page", "forbidden"),
    ],
)
def test_people_get_words_and_programs_get_json(
    client: Client, address: str, status: int, words: str, code: str
) -> None:
    page = client.get(f"/{address}")
    assert page.status_code == status
    assert words in page.content.decode()
    assert NEEDLE not in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert page.headers.get("Retry-After") == ("60" if status == 503 else None)
    answer = client.get(f"/api/{address}")
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["how"]
    assert NEEDLE not in answer.content.decode()


def test_an_address_that_leads_nowhere(client: Client) -> None:
    page = client.get("/fail/")
    assert page.status_code == 404
    assert "There is no page here" in page.content.decode()
    assert client.get("/api/fail/").status_code == 404  # in the exchange's own words
    answer = not_found(RequestFactory().get("/api/nowhere"))
    assert json.loads(answer.content)["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("address", "back"),
    [
        ("/staff/lock", "/staff/"),
        ("/nowhere-at-all", ""),
        ("/staff/team/new-key", "/staff/team"),
        (
            "/staff/removals/reports/5b5e7a0e-0000-4000-8000-000000000000/note",
            "/staff/removals/reports/5b5e7a0e-0000-4000-8000-000000000000",
        ),
    ],
)
def test_an_address_for_buttons_alone_says_so_and_leads_back(client: Client, address: str, back: str) -> None:
    with override_settings(ROOT_URLCONF="leeward.config.urls"):
        assert page_above(address) == back
        answer = client.get("/staff/sign-out")
        body = answer.content.decode()
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert "Nothing was changed." in body
        assert 'href="/staff/"' in body
        assert client.head("/staff/sign-out").content == b""


def test_errors_need_no_database(client: Client) -> None:
    # This test has no mark for the database: any query would fail it.
    assert connections["default"] is not None
    assert client.get("/fail/other").status_code == 500


def test_too_large_a_body_is_named(client: Client) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        token = "a" * 32
        client.cookies[settings.CSRF_COOKIE_NAME] = token
        response = client.post("/fail/body", {"x": "y" * 100})
    assert response.status_code == 413
    assert "That was too much at once" in response.content.decode()


@override_settings(ALLOWED_HOSTS=["good.example"])
def test_a_foreign_host_name_is_refused_in_words(client: Client) -> None:
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "We could not read that request" in response.content.decode()


def test_an_old_form_is_told_so(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("portal:code"), {"numbers": "1"})
    assert response.status_code == 403
    assert "This form is too old to be sent" in response.content.decode()


def test_the_log_holds_nothing_of_what_was_asked(client: Client, written: pytest.LogCaptureFixture) -> None:
    needles = {"path": f"{NEEDLE}-path", "query": f"{NEEDLE}-query", "agent": f"{NEEDLE}-agent", "body": f"{NEEDLE}-b"}
    for prefix in ("/fail/", "/api/fail/"):
        client.get(
            f"{prefix}{needles['path']}?q={needles['query']}",
            headers={"user-agent": needles["agent"], "referer": needles["agent"], "x-forwarded-for": "203.0.113.77"},
            REMOTE_ADDR="203.0.113.77",
        )
    client.post("/fail/other", {"x": needles["body"]})
    client.get(f"/{needles['path']}")
    text = written.text + "".join(repr(record.args) for record in written.records)
    assert NEEDLE not in text
    assert "203.0.113" not in text
    assert written.text.count("Trouble at") == 3
    assert "caused by builtins.ValueError" in text
    assert "test_failures.py" in text
    assert "unmatched GET 404" in text
    assert "fail GET 500" in text


def test_one_line_a_request_with_five_fields(client: Client, written: pytest.LogCaptureFixture) -> None:
    response = client.get("/for-platforms")
    (line,) = [record for record in written.records if record.name == "leeward.requests"]
    name, method, status, duration, number = line.getMessage().split()
    assert (name, method, status) == ("web:for-platforms", "GET", "200")
    assert duration.startswith(("<=", ">"))
    assert number == response.headers["Leeward-Request"]


def test_a_made_up_method_is_not_written(client: Client, written: pytest.LogCaptureFixture) -> None:
    client.generic("NEEDLE", "/safety")
    assert "NEEDLE" not in written.text
    assert "pages:safety OTHER 405" in written.text


def test_describing_an_error_leaves_out_messages_and_values() -> None:
    try:
        try:
            {}[NEEDLE]
        except KeyError as inner:
            raise Trouble(NEEDLE) from inner
    except Trouble as error:
        text = describe_exception(error)
    assert NEEDLE not in text
    assert "Trouble at test_failures.py:" in text
    assert "KeyError" in text


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(0, "<=10ms"), (0.010, "<=10ms"), (0.0101, "<=50ms"), (5, "<=5000ms"), (60, ">5000ms")]
)
def test_durations_are_rough(seconds: float, bucket: str) -> None:
    assert duration_bucket(seconds) == bucket


@pytest.mark.parametrize(
    ("words", "state", "expected"),
    [
        ("database is locked", None, True),
        ("Database or disk is FULL", None, True),
        ("unable to open database file", None, True),
        ("connection failed: Connection refused", None, True),
        ("no such table: x", None, False),
        ("could not extend file", "53100", True),
        ("deadlock detected", "40P01", True),
        ("lock timeout", "55P03", True),
        ("terminating connection", "57P01", True),
        ("relation does not exist", "42P01", False),
    ],
)
def test_passing_trouble_is_told_from_mistakes(words: str, state: str | None, *, expected: bool) -> None:
    assert rules.is_storage_trouble(words=words, state=state) is expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/status", "/status/"),
        ("/staff", "/staff/"),
        ("/help/", "/help"),
        ("/talk/?about=a%20b", "/talk?about=a%20b"),
        ("/protect?words=easy", "/protect/?words=easy"),
    ],
)
def test_an_address_is_found_without_its_last_slash_and_with_one_too_many(
    client: Client, typed: str, meant: str
) -> None:
    answer = client.get(typed, headers={"sec-fetch-site": "none"})
    if "words=" in typed:  # the switch comes first, and keeps the address as it was typed
        answer = client.get(answer["Location"])
        meant = meant.partition("?")[0]
    assert (answer.status_code, answer["Location"]) == (302, meant)


@pytest.mark.parametrize("typed", ["/nowhere", "/nowhere/", "/api/v1/nowhere/"])
def test_no_other_address_is_guessed(client: Client, typed: str) -> None:
    assert client.get(typed).status_code == 404


def test_a_form_that_is_sent_to_an_address_without_its_slash_is_not_sent_on(client: Client) -> None:
    assert client.post("/status").status_code == 404
