"""What somebody types at the desk survives the lock and the end of a session, with and without script."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from leeward.foundation.accounts.models import Unlock
from tests.depth import one_a_day
from tests.journeys.people import DESKTOP, PHONE
from tests.journeys.removal_desk import (  # noqa: F401  # fixtures, used by their names
    PASSPHRASE,
    filed,
    sign_in,
    supervisor,
)
from tests.victim.removals.conftest import Filed

pytestmark = [pytest.mark.browser]

LONG = (
    "She called at nine. He wrote “again & <again>”,\nand from another account.\n\n" + "What she said: لا أريد. " * 60
)


def lock_itself() -> None:
    """A quarter of an hour without use has passed."""
    long_ago = timezone.now() - timedelta(hours=1)
    assert Unlock.objects.update(started_at=long_ago, used_at=long_ago) == 1


def end_session() -> None:
    """A night has passed."""
    lock_itself()
    assert Session.objects.update(expire_date=timezone.now() - timedelta(hours=9)) == 1


def write_note(page: Any, filed: Filed, text: str) -> None:  # noqa: F811
    page.goto(f"/staff/removals/reports/{filed.reference}")
    form = page.locator("form[action$='/note']")
    if not form.is_visible():
        page.locator("details:has(form[action$='/note']) summary").click()
    form.locator("textarea").fill(text)


def send_note(page: Any) -> None:
    page.locator("form[action$='/note'] button").click()


def assert_is_kept(page: Any, text: str) -> None:
    page.wait_for_url("**/staff/removals/reports/**")
    shown = page.locator("bdi, p").filter(has_text=text.split("\n", 1)[0]).last.inner_text()
    assert " ".join(text.split()) in " ".join(shown.split())


@pytest.mark.parametrize(("viewport", "language", "script"), one_a_day([(DESKTOP, "en", "off"), (PHONE, "ar", "on")]))
def test_a_long_note_survives_the_lock_and_the_night(
    person: Callable[..., Any],
    filed: Filed,  # noqa: F811
    viewport: dict[str, int],
    language: str,
    script: str,
) -> None:
    made = person(viewport, java_script_enabled=script == "on")
    page, name = made.page, f"typed-{language}"
    look = made.look if script == "on" else lambda _name: None  # axe is a script
    sign_in(page)
    page.goto(f"/staff/?lang={language}")
    write_note(page, filed, LONG)
    lock_itself()
    send_note(page)
    page.locator("input[name=passphrase]").wait_for()
    assert "She called" not in page.content()
    look(f"{name}-unlock")
    page.locator("input[name=passphrase]").fill("not the right one")
    page.locator("form[action$='/unlock'] button").click()
    page.locator(".govuk-error-summary").wait_for()
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("form[action$='/unlock'] button").click()
    send = page.locator("main form[action$='/note'] button")
    send.wait_for()
    page.locator("main details summary").click()
    look(f"{name}-send")
    send.click()
    assert_is_kept(page, LONG)

    later = "The morning after: " + LONG
    write_note(page, filed, later)
    end_session()
    send_note(page)
    page.locator("input[name=username]").wait_for()
    look(f"{name}-sign-in")
    page.locator("input[name=username]").fill("amina")
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("form[action$='/sign-in'] button").click()
    send.wait_for()
    send.click()
    assert_is_kept(page, later)
