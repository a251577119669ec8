"""Whatever is asked is answered in plain words: never with an error of ours, and never with its own markup."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leeward.society.directory.models import Proposal
from leeward.society.directory.schemas.questions import (
    ListQuestion,
    OrganizationsQuestion,
    ServicesQuestion,
    TermsQuestion,
)
from tests.databases import is_sqlite
from tests.depth import a_part_a_day, times
from tests.society.directory.factories import new_id
from tests.society.directory.published_standard import empties, page_faults
from tests.society.directory.varied import Varied

pytestmark = pytest.mark.django_db

BASE = "/directory/api/v3"
QUESTIONS: dict[str, Any] = {
    "services": ServicesQuestion,
    "service_at_locations": ServicesQuestion,
    "organizations": OrganizationsQuestion,
    "taxonomies": ListQuestion,
    "taxonomy_terms": TermsQuestion,
}
# Bytes as they may stand in an address: broken escapes, halves of signs, signs that turn the writing round.
HOSTILE = (
    "",
    "0",
    "-1",
    "-0",
    "1e400",
    "NaN",
    "inf",
    "-inf",
    "1" + "0" * 30,
    "9" * 5_000,
    "1_0",
    "0x10",
    "%D9%A3",  # an Arabic 3
    "%00",
    "a%00b",
    "%",
    "%zz",
    "%E0%A4%A",
    "%ED%A0%80",
    "%FF%FE",
    "%C0%AF",
    "%E2%80%AE" + "gpj.exe",
    "%F0%9F%92%A9" * 200,
    "a%CC%81" * 500,
    "%27%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "{{7*7}}%7B%25%20debug%20%25%7D",
    "%25s%25(x)s%7B0%7D",
    "../../etc/passwd",
    "x" * 100_000,
    "%20" * 3_000,
    "null",
    "[]",
    "%7B%7D",
    "true",
    "2026-11-25T25:61:61Z",
    "9999-12-31T23:59:59-23:59",
    "0000-00-00",
    "24:00",
    "12:60",
    "00000000-0000-0000-0000-000000000000",
    "%7B12345678-1234-1234-1234-123456789abc%7D",
)


@pytest.fixture
def quiet() -> Client:
    return Client(raise_request_exception=False)


def check(answer: Any, *, names: tuple[str, ...] = ()) -> None:
    """An answer of the open API is whole JSON for every site, a list or an error that names what is wrong."""
    assert answer.status_code in (200, 400), (answer.status_code, answer.content[:300])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if answer.streaming:
        for line in b"".join(answer.streaming_content).splitlines():
            assert list(empties(json.loads(line))) == []
        return
    assert answer.headers["Content-Type"] == "application/json"
    assert len(answer.content) < 200_000
    body = answer.json()
    if answer.status_code == 200:
        assert list(page_faults(body)) == []
        assert list(empties(body)) == []
        return
    error = body["error"]
    assert set(error) == {"code", "message", "how"}
    assert all(error.values())
    assert len(error["message"]) < 500
    for inner in ("function-", "Value error", "Input should", "pydantic", "[_", "constrained", "None"):
        assert inner not in error["message"] + error["how"], error
    if names:
        assert error["message"].startswith(names), error


@pytest.mark.parametrize("path", ["services", "organizations", "taxonomy_terms"])
def test_every_parameter_bears_every_value(varied: Varied, quiet: Client, path: str) -> None:
    for name in QUESTIONS[path].model_fields:
        beside = "&postcode=FH12AB" if name == "proximity" else ""
        for value in HOSTILE:
            answer = quiet.get(f"{BASE}/{path}?{name}={value}{beside}")
            check(answer, names=(f"{name}:",))


@pytest.mark.parametrize(
    ("query", "message", "how"),
    [
        ("taxonomy_term_id=7", "taxonomy_term_id: this is no id.", "an id as the lists show it, such as"),
        ("minimum_age=abc", "minimum_age: this is no number.", "a number, such as 18."),
        ("minimum_age=-1", "minimum_age: this is too small.", "a number within its range: 0 or more."),
        ("minimum_age=1e9", "minimum_age: this is too large.", "a number within its range: 1,000 or less."),
        ("minimum_age=nan", "minimum_age: this is no number.", "a number, such as 18."),
        ("proximity=0&postcode=FH12AB", "proximity: this is too small.", "a number within its range: more than 0."),
        ("page=0", "page: this is too small.", "a number within its range: 1 or more."),
        (f"page={10**30}", "page: this is too large.", "a number within its range: 1,000,000 or less."),
        ("page=two", "page: this is no whole number that we can count to.", "a whole number, such as 2."),
        ("per_page=101", "per_page: this is too large.", "a number within its range: 100 or less."),
        ("full=maybe", "full: this is neither yes nor no.", "true or false."),
        ("format=xml", "format: this is none of its values.", "one of these: 'json' or 'ndjson'."),
        (
            "day=someday",
            "day: this is none of its values.",
            "one of these: 'MO', 'TU', 'WE', 'TH', 'FR', 'SA' or 'SU'.",
        ),
        ("modified_after=x", "modified_after: this is no time that we can read.", "a day and time, such as"),
        ("modified_after=17", "modified_after: this is a number and no time such as", "fits its description at"),
        ("start_time=9", "start_time: this is no time such as 09:30.", "fits its description at"),
        ("start_time=25:00", "start_time: this is no time of the day.", "hours and minutes, such as 09:30."),
        ("lang=english please", "lang: this is no language's code.", "one such as pt or ar-EG."),
        (f"search={'x' * 201}", "search: this is too long.", "200 characters or fewer."),
        ("postcode=NOWHERE", "postcode: we do not know this place.", "Check it, or ask without it."),
        ("proximity=9", "proximity: from where is not said.", "Give a postcode too."),
        ("Page=1", "Page: there is no such parameter here.", "Use lang, search, page, per_page"),
    ],
)
def test_a_refusal_names_the_parameter_and_what_to_give_instead(
    varied: Varied, quiet: Client, query: str, message: str, how: str
) -> None:
    answer = quiet.get(f"{BASE}/services?{query}")
    check(answer)
    error = answer.json()["error"]
    assert (answer.status_code, error["message"][: len(message)]) == (400, message)
    assert how in error["how"]


@pytest.mark.parametrize("path", list(QUESTIONS))
def test_one_that_is_given_twice_is_answered_all_the_same(varied: Varied, quiet: Client, path: str) -> None:
    for query in (
        "page=1&page=2",
        "page=x&page=1",
        "page=1&page=x",
        "lang=ar&lang=",
        "page[]=1",
        "page.x=1",
        "=",
        "&&",
        "=1",
        ";",
    ):
        check(quiet.get(f"{BASE}/{path}?{query}"))


MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
TURNED = "\u202eexe.gpj\u2066x\u2069"
TYPED = (
    MARKUP,
    TURNED,
    "a\x00b",
    "\ud800",
    "{{7*7}} {% debug %} %s %(x)s {0}",
    "x" * 3_000,
    "e\u0301" * 500,
    "💩" * 200,
    "' OR 1=1; --",
    "NEAR(a b) AND * NOT ^ :* | & ! (",
    "\u200b\ufeff",
    "ﷺ" * 200,
    "\r\nSet-Cookie: x=1",
    "\U0010ffff\ufffe",
)
# Text is where databases differ: PostgreSQL is asked half of it each day, SQLite a third.
TODAY = a_part_a_day(TYPED, days=3 if is_sqlite() else 2)
SENT = ("<script>alert", "<img src=x", "\u202e", "\u2066", "\x00", "alert(1)</script>")


FORM = "application/x-www-form-urlencoded"


def read(answer: Any) -> str:
    """A page in which nothing stands as it was sent."""
    markup = str(answer.content.decode())
    assert answer.status_code < 500, answer.status_code
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for sign in SENT:
        assert sign not in markup, sign
    assert "Set-Cookie: x=1" not in str(answer.headers)
    return markup


@pytest.mark.postgresql
@pytest.mark.parametrize("text", TODAY)
def test_whatever_is_typed_into_find_support_is_answered(varied: Varied, quiet: Client, text: str) -> None:
    typed = quote(text, errors="surrogatepass")
    names = ("words", "place", "needs", "people", "ways", "spoken", "access", "open", "page", "lang", "x")
    for name in names:
        answer = quiet.get(f"/support?{name}={typed}", follow=True)
        assert answer.status_code == 200, name
        read(answer)
        sent = quiet.post("/support", f"{name}={typed}&change={typed}", content_type=FORM)
        assert sent.headers["Location"].startswith("/support/found?search="), name
        read(quiet.get("/support/found"))
    everything = "&".join(f"{name}={typed}" for name in names)
    assert "<h1" in read(quiet.get(f"/support?{everything}", follow=True))
    assert quiet.head(f"/support?{everything}", follow=True).status_code == 200
    assert quiet.get(f"/support/found?search={typed}").status_code in (200, 302)
    for path in ("", "/wrong", "/wrong/told"):
        assert quiet.get(f"/support/services/{varied.full.id}{path}?{everything}").status_code == 200
        read(quiet.get(f"/support/services/{varied.full.id}{path}?{everything}"))
        read(quiet.get(f"/support/services/{new_id()}{path}?{everything}"))


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "query", ["%", "%zz", "%FF%FE=1", "words=%C0%AF", "words=%E0%A4", "=", "&&&", "words", "words[]=a"]
)
def test_an_address_of_broken_bytes_is_answered(varied: Varied, quiet: Client, query: str) -> None:
    for path in (
        "/support",
        "/help",
        f"/support/services/{varied.full.id}",
        f"/support/services/{varied.full.id}/wrong",
    ):
        assert quiet.get(f"{path}?{query}", follow=True).status_code == 200


def test_thousands_of_answers_to_one_question_are_refused_in_words(varied: Varied, quiet: Client) -> None:
    few, many = "&".join(["needs=x"] * 150), "&".join(["needs=x"] * 10_000)
    assert quiet.get(f"/support?{few}").status_code == 200
    for answer in (quiet.get(f"/support?{many}"), quiet.post("/support", {"needs": ["x"] * 10_000})):
        assert answer.status_code == 400
        assert "<h1" in read(answer)
    wrong = f"/support/services/{varied.full.id}/wrong"
    answer = quiet.post(wrong, {"kind": ["phone"] * 10_000})
    assert answer.status_code == 400
    assert "<h1" in read(answer)
    assert not Proposal.objects.exists()


@pytest.mark.postgresql
@pytest.mark.parametrize("text", TODAY)
def test_whatever_is_said_to_be_wrong_is_kept_or_refused_in_words(varied: Varied, quiet: Client, text: str) -> None:
    wrong = f"/support/services/{varied.full.id}/wrong"
    typed = quote(text, errors="surrogatepass")
    for body in (f"kind={typed}&words={typed}", f"words={typed}", f"{typed}={typed}", f"kind=other&words={typed * 3}"):
        answer = quiet.post(wrong, body, content_type=FORM)
        assert answer.status_code in (303, 422), body[:80]
        if answer.status_code == 422:
            assert "There is a problem" in read(answer)
    for kept in Proposal.objects.all():
        assert not set(kept.words) & set("\x00\u202e\u2066\ud800")


@pytest.mark.parametrize(
    "token", ["x", "x" * 5_000, "%00", "%FF", "%E2%80%AE", quote(MARKUP, safe=""), "..%2f..%2f", "💩"]
)
def test_an_owners_link_of_anything_is_one_answer(quiet: Client, token: str) -> None:
    for page in ("", "/edit", "/ended"):
        for answer in (
            quiet.get(f"/directory/entry/{token}{page}?said={quote(MARKUP)}"),
            quiet.post(f"/directory/entry/{token}{page}", {"words": MARKUP, "shown": MARKUP}),
        ):
            assert answer.status_code == 404
            read(answer)
    read(quiet.post(f"/directory/entry/{token}/new-link"))


@pytest.mark.postgresql
@settings(max_examples=times(13, deep=40), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(("words", "place", "needs", "spoken", "page", "search", "postcode", "lang", "proximity")),
            st.text(max_size=60) | st.binary(max_size=40),
        ),
        max_size=6,
    )
)
def test_no_text_of_any_kind_is_an_error_of_ours(varied: Varied, pairs: list[tuple[str, Any]]) -> None:
    client = Client(raise_request_exception=False)
    raw = [(name, value.encode(errors="surrogatepass") if isinstance(value, str) else value) for name, value in pairs]
    query = "&".join(f"{name}={quote(value)}" for name, value in raw)
    assert client.get(f"/support?{query}", follow=True).status_code == 200
    check(client.get(f"{BASE}/services?{query}"))
