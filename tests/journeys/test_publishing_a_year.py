"""Two analysts publish a year in real browsers: one drafts it, the other sees what it changes, then it is public."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.justice.outcomes.models import Authority
from leeward.justice.outcomes.rules.terms import FileKind
from tests.foundation.accounts.people import PASSPHRASE, employ, let_in
from tests.journeys.people import DESKTOP, PHONE
from tests.justice.outcomes.land import authority, offences, print_2024, publish_counts, send, whole_year

pytestmark = pytest.mark.browser
NARROW = {"width": 360, "height": 740}
COUNTS = {"0": 60, "1": 40, "16": 80, "18": 70}
DONE = ".govuk-notification-banner--success"


@pytest.fixture
def analysts(product: Any) -> str:
    """Ana, Bo, and Stella of a force that handed in half a quarter; 2024 and 2025 are published, 2025 has changed."""
    del product
    print_2024()
    harbour = Authority.objects.get(code="harbour-police").public_id
    whole_year(harbour, "harbour-police", COUNTS)
    publish_counts(2025)
    east = authority("eastmarsh")
    send(east, FileKind.OFFENCES, offences("eastmarsh", 2025, 1, 200))
    west = authority("westhaven")
    whole_year(west, "westhaven", COUNTS)
    for name in ("ana", "bo"):
        if employ(name, Role.ANALYST).waits:
            let_in(name, by="ana")
    employ("stella", Role.STATISTICIAN, affiliation=str(east))
    return str(east)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.usefixtures("analysts")
def test_one_analyst_drafts_a_year_and_another_publishes_it(person: Callable[..., Any], language: str) -> None:
    def come(name: str) -> Any:
        somebody = person(DESKTOP)
        page = somebody.page
        page.goto(f"/staff/sign-in?lang={language}")
        page.locator("input[name=username]").fill(name)
        page.locator("input[name=passphrase]").fill(PASSPHRASE)
        page.locator("form[action$='/sign-in'] button").first.click()
        page.wait_for_url("**/staff/**")
        return somebody

    def look(somebody: Any, what: str) -> None:
        for size in (PHONE, NARROW, DESKTOP):
            somebody.page.set_viewport_size(size)
            somebody.look(f"{what}-{language}-{size['width']}")

    ana, bo, stella = come("ana"), come("bo"), come("stella")
    ana.page.goto(reverse("outcomes:years"))
    assert ana.page.locator("table").first.locator("tbody tr").count() >= 3
    look(ana, "years")
    ana.page.locator(f"a[href*='{reverse('outcomes:draft-year', args=[2025])}']").click()
    ana.page.locator("textarea[name=reason]").fill("Westhaven has reported.")
    ana.page.locator("main form button.govuk-button").click()
    ana.page.wait_for_url("**/drafts/*")
    draft = ana.page.url
    assert ana.page.locator("main a[href*='/sign']").count() == 0
    assert ana.page.locator(DONE).count() == 0

    public = person(DESKTOP)
    public.page.goto(reverse("outcomes:table"))
    assert "Westhaven" not in public.page.locator("main table").first.inner_text()

    bo.page.goto(draft)
    assert bo.page.locator("main table").first.locator("thead th").all_inner_texts()[1] == "2024"
    assert bo.page.locator(DONE).count() == 0
    look(bo, "draft")
    bo.page.locator("main a[href*='/sign']").click()
    bo.page.wait_for_url("**/sign")
    look(bo, "sign")
    bo.page.locator("main form button.govuk-button").click()  # without the tick
    bo.page.locator(".govuk-error-summary").wait_for()
    public.page.reload()
    assert "Westhaven" not in public.page.locator("main table").first.inner_text()
    bo.page.locator("input[name=looked]").check()
    bo.page.locator("main form button.govuk-button").click()
    bo.page.locator(DONE).wait_for()
    look(bo, "done")
    public.page.reload()
    assert "Westhaven" in public.page.locator("main table").first.inner_text()

    stella.page.goto(reverse("outcomes:own-counts"))
    own = stella.page.locator("main table").inner_text()
    assert "2025" in own
    look(stella, "own")
    assert "Harbour" not in stella.page.locator("main").inner_text()
    for somebody in (ana, bo, stella, public):
        assert [each for each in somebody.complaints if "400" not in each] == []
