"""The card of a record: of a red case and report, what was said and the box to answer in are on the first screen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from demo.cohorts import ANALYST, found_cohorts
from demo.outcomes import found_counts
from demo.perpetrators import WORKER, found_programmes
from demo.training import found_training
from leeward.victim.removals.models import Request
from tests.journeys.lived import passphrases, sign_in  # noqa: F401  # a fixture, used by its name
from tests.journeys.people import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALL = {"width": 360, "height": 740}
SCREENS = (DESKTOP, SMALL)
# Who works there, and the list whose red ones are opened.
RECORDS = {"amal": "/staff/helpline/queues/waiting?band=red", "sasha": "/staff/removals/reports?band=red"}
# Who opens what from which list, in every other room.
LISTS = {
    "orla": ["courts:orders"],
    "lena": ["removals:platform-queue"],
    "ruth": ["network:inbox"],
    "nell": ["training:due"],
    WORKER[0]: ["perpetrators:inbox"],
    ANALYST: ["outcomes:submissions", "outcomes:cohorts"],
}
CARD = """() => {
  const box = (what) => document.querySelector(`main ${what}`)?.getBoundingClientRect();
  const order = ["h1", "#said", "#next", "#sight", ".leeward-part"]
    .map((what) => document.querySelector(`main ${what}`));
  return {
    isWhole: order.every(Boolean),
    inOrder: order.every((each, place) => !place || order[place - 1].compareDocumentPosition(each) & 4),
    said: box("#said").bottom, next: box("#next").bottom, height: document.documentElement.scrollHeight,
    buttons: document.querySelectorAll("#next > .govuk-button, #next > form > .govuk-button").length,
  };
}"""
PLACES = """() => {
  const box = (what) => document.querySelector(what)?.getBoundingClientRect();
  const order = ["h1", ".leeward-newest", "#write textarea", "#next", "#sight", ".leeward-part"]
    .map((what) => document.querySelector(`main ${what}`)).filter(Boolean);
  return {
    said: box(".leeward-newest")?.bottom ?? 0,
    box: box("#write textarea").bottom,
    inOrder: order.every((each, place) => !place || order[place - 1].compareDocumentPosition(each) & 4),
    open: document.querySelectorAll(".leeward-part[open]").length,
    parts: [...document.querySelectorAll(".leeward-part > summary")].map((each) => each.innerText.trim()),
  };
}"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_was_said_and_the_box_to_answer_in_are_on_the_first_screen(
    person: Callable[..., Any],
    passphrases: dict[str, str],  # noqa: F811
    language: str,
) -> None:
    for name, listed in RECORDS.items():
        somebody = person(DESKTOP)
        page = somebody.page
        sign_in(somebody, name, passphrases, language=language)
        page.goto(listed)
        addresses = [each.get_attribute("href") for each in page.locator("[data-leeward-open]").all()]
        assert addresses, listed
        for number, address in enumerate(addresses[:3]):
            for screen in SCREENS:
                page.set_viewport_size(screen)
                page.goto(address)
                found = page.evaluate(PLACES)
                where = f"{language} {name} {number} at {screen['width']}"
                print(f"{where}: said ends at {found['said']:.0f}, the box at {found['box']:.0f} px")
                assert found["said"] <= found["box"] <= screen["height"], where
                assert found["inOrder"], where
                assert len(found["parts"]) >= 5, where
                somebody.look(f"record-{name}-{number}-{screen['width']}-{language}")


def test_a_link_to_a_part_unfolds_it(person: Callable[..., Any], passphrases: dict[str, str]) -> None:  # noqa: F811
    somebody = person(DESKTOP)
    page = somebody.page
    sign_in(somebody, "amal", passphrases)
    page.goto(RECORDS["amal"])
    page.locator("[data-leeward-open]").first.click()
    notes = page.get_by_role("textbox", name="Note", exact=True)
    assert not notes.is_visible()
    page.goto(f"{page.url.partition('#')[0]}#notes")
    notes.fill("Ask her sister first.")
    page.get_by_role("button", name="Save the note").click()
    page.get_by_text("Ask her sister first.").wait_for()  # the timeline, where the note stands, is unfolded


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_about_one_record_is_the_same_card(
    person: Callable[..., Any],
    passphrases: dict[str, str],  # noqa: F811
    language: str,
) -> None:
    now = timezone.now()
    found_training(passphrases, now=now)
    found_programmes(passphrases, now=now)
    found_counts(now=now)
    found_cohorts(passphrases, now=now)
    asked = Request.objects.select_related("report").filter(first_sent_at__isnull=False)[0]
    pages = {
        "mika": [reverse("removals:desk-request", args=[asked.report.reference, asked.reference])],
        "amal": [_pass_on(person, passphrases)],
    }
    for name in (*pages, *LISTS):
        somebody = person(DESKTOP)
        page = somebody.page
        sign_in(somebody, name, passphrases, language=language)
        if name == "ruth":
            page.goto(reverse("network:protocol"))
            page.locator("main form .govuk-button").click()
        addresses = [*pages.get(name, ())]
        for listed in LISTS.get(name, ()):
            page.goto(reverse(listed))
            row = page.locator("[data-leeward-open]").first
            addresses.append(str(row.get_attribute("href")))
        for number, address in enumerate(addresses):
            for screen in SCREENS:
                page.set_viewport_size(screen)
                page.goto(address)
                found = page.evaluate(CARD)
                where = f"{language} {name} {number} at {screen['width']}"
                print(f"{where}: {found['said']:.0f}, next ends at {found['next']:.0f} of {found['height']} px")
                assert found["isWhole"], where
                assert found["inOrder"], where
                assert found["buttons"] <= 1, where
                somebody.look(f"card-{name}-{number}-{screen['width']}-{language}")


def _pass_on(person: Callable[..., Any], passphrases: dict[str, str]) -> str:  # noqa: F811
    """Pass a case on to a member, whom its person names by voice; return the address of the referral."""
    somebody = person(DESKTOP)
    page = somebody.page
    sign_in(somebody, "amal", passphrases)
    page.goto(RECORDS["amal"])
    page.locator("[data-leeward-open]").first.click()
    page.locator("summary", has_text="Passed on").click()
    page.get_by_role("link", name="Pass it on to a member of the network").last.click()
    page.locator("[name=kind]").select_option("talk")
    page.locator("[name=language]").select_option("")
    page.get_by_role("button", name="Find who can help").click()
    member = page.locator("[name=first] option", has_text="Coral Ladder House")
    page.locator("[name=first]").select_option(str(member.first.get_attribute("value")))
    somebody.look("refer-receivers")
    page.get_by_role("button", name="Choose what they get").click()
    somebody.look("refer-texts")
    page.locator("[name=to-talk]").first.check()
    page.get_by_role("button", name="Keep it, and read it as they will").click()
    somebody.look("referral-drafted")
    page.locator("summary", has_text="They said yes by voice").click()
    page.get_by_role("textbox", name="What did they say, word for word?").fill("Yes.")
    page.get_by_role("button", name="Record the consent and ask the first one").click()
    page.locator("#next").wait_for()
    return str(page.url.partition("?")[0])
