"""A supervisor changes a law's time in a real browser, without script too, and no page shuts her out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.industry.duties.queries import find_regime, register_open_requests
from leeward.industry.duties.rules import ClockEvent, ClockEventKind, Element, OpenClock
from tests.depth import one_a_day
from tests.journeys.people import DESKTOP, LOOKS

pytestmark = [pytest.mark.browser]


@pytest.fixture
def supervisor(person: Callable[..., Any], product: Any) -> Callable[..., Any]:
    """Makes a supervisor who has signed in."""
    user = User(username="amina", display_name="Amina", role=Role.SUPERVISOR.value, created_at=timezone.now())
    user.set_unusable_password()
    user.save()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def make(viewport: dict[str, int], **options: Any) -> Any:
        somebody = person(viewport, **options)
        somebody.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": product.url, "sameSite": "Strict"}]
        )
        return somebody

    return make


@pytest.fixture
def open_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """One request that is due in 18 hours."""
    monkeypatch.setattr("leeward.industry.duties.queries._open_requests", [])
    received = timezone.now() - timedelta(hours=30)
    event = ClockEvent(kind=ClockEventKind.MADE_VALID, at=received)
    held = frozenset(Element) - {Element.COUNTRY}

    def provider(code: str) -> list[OpenClock]:
        return [OpenClock(reference="request-7", regime=find_regime(code, 1), events=(event,), elements=held)]

    register_open_requests(provider)


@pytest.mark.turn(0, days=2)
@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS, days=2))
def test_no_page_shuts_her_out(
    supervisor: Callable[..., Any], open_request: None, size: dict[str, int], language: str
) -> None:
    somebody = supervisor(size)
    page = somebody.page
    page.goto(f"/staff/duties?lang={language}")
    for address in (
        "",
        "/new",
        "/regimes/uk-cpa",
        "/regimes/in-it/versions/1",
    ):
        page.goto(f"/staff/duties{address}")
        somebody.look_on_the_way()
    page.goto("/staff/duties/regimes/us-tida/edit")
    page.locator("#id_limit_hours").fill("24")
    page.locator("#preview").click()
    page.locator("#publish").wait_for()
    assert "request-7" in page.locator("main").inner_text()
    somebody.look_on_the_way()
    page.locator("#id_name").fill("")
    page.locator("#publish").click()
    page.locator(".govuk-error-summary").wait_for()
    somebody.look_on_the_way()
    assert [text for text in somebody.complaints if "400" not in text] == []


@pytest.mark.turn(1, days=2)
def test_without_script(supervisor: Callable[..., Any], open_request: None) -> None:
    page = supervisor(DESKTOP, java_script_enabled=False).page
    page.goto("/staff/duties")
    page.get_by_role("link", name="TAKE IT DOWN Act").click()
    page.get_by_role("button", name="Draft the next version").click()
    page.get_by_label("Time for removal, in hours").fill("24")
    page.get_by_label("Country where the person lives").check()
    page.get_by_role("button", name="Show what would change").click()
    assert "Newly overdue: 1." in page.locator("main").inner_text()
    assert "Lacking an element that is newly asked for: 1." in page.locator("main").inner_text()
    assert find_regime("us-tida").version == 1
    page.get_by_role("button", name="Publish this version").click()
    page.wait_for_url("**/staff/duties/regimes/us-tida")
    newest = find_regime("us-tida")
    assert (newest.version, newest.limit_hours) == (2, 24)
    assert Element.COUNTRY in newest.elements
    page.get_by_label("Why").fill("A court said so.")
    page.get_by_role("button", name="Switch off this law").click()
    page.get_by_text("The reason of the last switch: A court said so.").wait_for()
    assert not find_regime("us-tida").is_switched_on
