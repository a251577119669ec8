"""The head of staff's pages: on a phone the rooms wait behind one word, where there is room they stand open."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from tests.depth import one_a_day
from tests.foundation.accounts.people import PASSPHRASE
from tests.journeys.people import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL = {"width": 360, "height": 740}
PAGE = "/staff/statistics"
WORDS = {"en": ("Menu", "Your rooms", "Releases of statistics"), "ar": ("القائمة", "غرفك", "نشرات الإحصاءات")}


@pytest.fixture
def officer(product: Any) -> Callable[[Any], Any]:
    """Lets somebody be signed in as a policy officer."""
    now = timezone.now()
    link = create_staff(username="petra", display_name="Petra", role=Role.POLICY_OFFICER, by=Actor.operator(), now=now)
    choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)

    def signed_in(somebody: Any) -> Any:
        client = Client()
        client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        somebody.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": product.url, "sameSite": "Strict"}]
        )
        return somebody

    return signed_in


@pytest.mark.parametrize("language", WORDS)
def test_on_a_phone_one_word_holds_the_rooms(
    person: Callable[..., Any], officer: Callable[[Any], Any], language: str
) -> None:
    somebody = officer(person(SMALL, java_script_enabled=False))
    page, (menu, rooms, room) = somebody.page, WORDS[language]
    page.goto(f"{PAGE}?lang={language}")
    assert page.locator("main").bounding_box()["y"] < 200
    navigation = page.get_by_role("navigation", name=rooms)
    assert not navigation.is_visible()
    summary = page.locator(".leeward-menu > summary")
    for _press in range(12):
        page.keyboard.press("Tab")
        if summary.evaluate("(each) => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(navigation).to_be_visible()
    assert summary.inner_text() == menu
    with page.expect_navigation():
        navigation.get_by_role("link", name=room).click()
    assert page.url.endswith(PAGE)
    assert not navigation.is_visible()


@pytest.mark.parametrize("language", one_a_day(list(WORDS)))
def test_the_open_menu_shuts_nobody_out(
    person: Callable[..., Any], officer: Callable[[Any], Any], language: str
) -> None:
    somebody = officer(person(SMALL))
    somebody.page.goto(f"{PAGE}?lang={language}")
    somebody.look(f"menu-closed-{language}")
    somebody.page.locator(".leeward-menu > summary").click()
    somebody.look(f"menu-open-{language}")


def test_where_there_is_room_all_of_it_stands_open(person: Callable[..., Any], officer: Callable[[Any], Any]) -> None:
    somebody = officer(person(DESKTOP))
    somebody.page.goto(PAGE)
    assert not somebody.page.locator(".leeward-menu > summary").is_visible()
    for name in ("Your rooms", "Releases of statistics"):
        assert somebody.page.get_by_role("navigation", name=name).is_visible()
    assert somebody.page.get_by_role("button", name="Sign out").is_visible()
    somebody.look("menu-desktop")
