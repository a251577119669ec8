"""Every page works without script, and no form of the desk falls over what anybody may send it."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client

from leeward.victim.removals.models import Report, Request
from tests.counters import start_afresh
from tests.depth import is_its_day, one_a_day
from tests.victim.removals.conftest import Company
from tests.victim.removals.security.conftest import Canary, desk_page
from tests.victim.removals.security.crawling import Crawler, Form, send, undone

pytestmark = pytest.mark.django_db

HOSTILE = {
    "overlong": "a" * 60_000,
    "nul": "a\x00b",
    "odd": "\u202e\u2066\u200f\u2069x\r\nBcc: a@b.example\r\n\r\n</textarea><script>alert(1)</script>{{70003*70003}}",
    "number": "-9223372036854775809",
}
RUBBISH = [name for names in one_a_day([("overlong", "nul"), ("odd", "number")], days=2) for name in names]
TAMPERED = one_a_day(["nul", "number"], days=2)
MANY = " ".join(f"https://h{number}.example/{number}" for number in range(10_000))


def rubbish(form: Form, value: str) -> dict[str, Any]:
    """Rubbish in every field that a person can fill in; what hides in the form is sent as it stands."""
    return form.hidden | {name: value for name, kind, _old in form.fields if kind not in ("hidden", "submit", "button")}


def tampered(form: Form, value: str) -> dict[str, Any]:
    return {name: value for name, _kind, _old in form.fields if name != "csrfmiddlewaretoken"}


def attempts(form: Form) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "nothing", dict(form.hidden)
    yield "nothing at all", {}
    for name in RUBBISH:
        yield name, rubbish(form, HOSTILE[name])
    for name in TAMPERED:
        yield f"tampered, {name}", tampered(form, HOSTILE[name])


def check_forms(crawler: Crawler, is_sent: Callable[[Form], bool] = lambda _form: True) -> int:
    """Send each form in every bad way: always an answer, never a dead end, nothing repeated as markup.

    Returns how many forms there were.
    """
    checked = 0
    for url, form in crawler.forms():
        checked += 1
        for what, data in attempts(form) if is_sent(form) else ():
            answer = send(crawler.client, form, data)
            said = f"{what} into {form.action} of {url}: {answer.status_code}"
            assert answer.status_code in (200, 302, 303, 400, 403, 404, 409, 413, 422, 429), said
            text = answer.content.decode()
            assert "<script>alert(1)" not in text, said
            assert "4900420009" not in text, said
            is_page = answer.headers["Content-Type"].startswith("text/html")
            assert not is_page or "href=" in text or "<form" in text, f"dead end: {said}"
    return checked


@pytest.mark.turn(1, days=2)
def test_what_was_lived_through_is_looked_at_without_script(lived: Canary, chatter: Company) -> None:
    """Once for all of these, since it takes as long as a look; what each of them does is undone."""
    for check in (
        _check_that_no_staff_page_links_to_a_running_number,
        _check_her_pages,
        _check_the_desks_pages,
        _check_the_platforms_pages_and_the_links,
    ):
        with undone(*lived.clients.values()):
            check(lived)
        start_afresh()
    _check_that_a_huge_post_is_refused_before_it_is_read(lived, 5 * 1024 * 1024)
    _check_that_half_characters_are_refused_at_the_door_and_in_forms(lived, chatter)


def _check_her_pages(lived: Canary) -> None:
    crawler = Crawler(client=lived.clients["person"], within=("/report/", "/status/")).follow(
        "/status/", "/status/pictures", "/report/q/where", "/report/q/more", "/report/check", "/report/next"
    )
    assert crawler.dead == []
    assert {"/status/messages", "/status/everything", "/status/who/stop"} <= set(crawler.pages)
    assert len(crawler.pages) >= 20
    for url, page in crawler.pages.items():
        assert page.links or page.forms, f"{url} leads nowhere"
    assert check_forms(crawler, lambda form: is_its_day(*form.shape, turns=2)) > 12
    many = crawler.client.post("/report/q/where", {"addresses": MANY, "continue": "1"})
    assert many.status_code == 422
    assert Request.objects.count() == 6


def test_the_way_in_for_whoever_has_no_code(house: None) -> None:
    client = Client()
    client.get("/report/begin/found")
    for name, data in (("where", {"skip": "1"}), ("age", {"everyone_adult": "yes"}), ("yes", {"agrees": "no"})):
        client.post(f"/report/{name}", data)
    pages = {f"/report/{name}" for name in ("where", "age", "yes", "keep")}
    crawler = Crawler(client=client, within=("/report/", "/status/"))
    crawler.follow(*sorted(pages))
    assert crawler.dead == []
    assert pages <= set(crawler.pages)
    assert check_forms(crawler) > 2
    assert not Report.objects.exists()


def _check_that_no_staff_page_links_to_a_running_number(lived: Canary) -> None:
    row = Request.objects.order_by("id")[0]
    report = Report.objects.get().reference
    pages = {
        "rob": ["/staff/removals", "/staff/removals/reports", f"/staff/removals/reports/{report}"],
        "mona": ["/platform/requests", "/platform/requests?state=all", f"/platform/requests/{row.reference}"],
    }
    for name, urls in pages.items():
        for url in urls:
            text = lived.clients[name].get(url).content.decode()
            for link in re.findall(r'(?:href|action)="([^"#?]+)', text):
                path = urljoin(url, link)
                assert not re.search(r"/\d+(?:/|$)", path), (url, path)


def _check_the_desks_pages(lived: Canary) -> None:
    report = Report.objects.get().reference
    starts = [desk_page("home"), desk_page("reports"), desk_page("shift"), desk_page("report", report)]
    starts += [desk_page("request", report, row.reference) for row in Request.objects.all()]
    starts += [desk_page("reviews"), desk_page("figures"), desk_page("templates")]
    crawler = Crawler(client=lived.clients["sue"], within=("/staff/removals",), most_alike=2).follow(*starts)
    assert crawler.dead == []
    assert check_forms(crawler, lambda form: is_its_day(*form.shape, turns=2)) > 40


def _check_the_platforms_pages_and_the_links(lived: Canary) -> None:
    Request.objects.filter(platform__name="Chatter").update(state="acknowledged")
    mona = Crawler(client=lived.clients["mona"], within=("/platform/requests",)).follow("/platform/requests")
    link = f"/answer/{lived.secrets['link']}"
    outside = Crawler(client=lived.clients["outside"], within=("/answer/",)).follow(link)
    assert mona.dead == outside.dead == []
    assert check_forms(mona) > 1
    assert check_forms(outside) >= 1
    assert check_forms(Crawler(client=Client(), within=("/answer/",)).follow(link)) >= 1  # its cover


def _check_that_a_huge_post_is_refused_before_it_is_read(lived: Canary, size: int) -> None:
    for name, url in (("person", "/report/q/words"), ("rob", desk_page("shift")), ("mona", "/platform/requests/claim")):
        answer = lived.clients[name].post(url, {"words": "a" * size})
        assert answer.status_code in (400, 413), (name, answer.status_code)
        many = "&".join(f"f{number}=" for number in range(5_000))
        answer = lived.clients[name].post(url, many, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (400, 413), (name, answer.status_code)


def _check_that_half_characters_are_refused_at_the_door_and_in_forms(lived: Canary, chatter: Company) -> None:
    door = Client(headers={"Authorization": f"Bearer {chatter.issued.feedback_key}"})
    one = Request.objects.filter(platform__name="Chatter").order_by("id")[1].reference
    texts = ("\ud800", "a\x00b", "a" * 20_000, "\udfff\ud800")
    for text in texts:
        for name, body in (
            ("decision", {"outcome": "refused", "refusal": "other", "facts": text}),
            ("counter-notice", {"words": text}),
            ("missing", {"element": text}),
        ):
            answer = door.post(f"/api/v1/requests/{one}/{name}", json.dumps(body), content_type="application/json")
            assert 400 <= answer.status_code < 500, (name, text[:9], answer.status_code)
    for raw in (b"words=%ED%A0%80&once=x", b"words=%FF%FE", b"\xff\xfe=1", b"words=%00"):
        answer = lived.clients["person"].post("/status/messages", raw, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500
