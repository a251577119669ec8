"""A nation judges itself: a draft, two bodies, one of them offline; they agree, and everybody reads it."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import load_workbook

from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from tests.depth import one_a_day
from tests.journeys.people import DESKTOP, LOOKS, PHONE, looked_at_today

pytestmark = [pytest.mark.browser]

PASSPHRASE = "seven boats at the quay"
PARTS = (
    "rows/P2",
    "rows/S3",
    "participants",
    "step/drop",
    "items/P2.E1/history",
    "items/P2.E1/evidence/file",
    "voices/draft",
    "voices/draft/items/P2.B1",
    "voices/draft/rows/C2",
    "voices/draft/workbook",
    "review",
    "compare",
)


@pytest.fixture
def staff(product: Any) -> None:
    """A policy officer and a reviewer."""
    now = timezone.now()
    for name, role in (("olga", Role.POLICY_OFFICER), ("rafi", Role.REVIEWER)):
        link = create_staff(username=name, display_name=name.title(), role=role, by=Actor.operator(), now=now)
        choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)


def sign_in(page: Any, name: str) -> None:
    page.goto("/staff/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/staff/")


def press(page: Any, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Any, name: str) -> None:
    """A link, also one that looks like a button and is called one."""
    main = page.get_by_role("main")
    main.get_by_role("link", name=name).or_(main.get_by_role("button", name=name)).first.click()


def make_bodies(page: Any) -> None:
    for name, sector, member in (("Harbour Police", "Police", "Rafi"), ("Afterwards", "Survivors’ group", "")):
        page.goto("/staff/assessment/bodies/add")
        page.get_by_label("Name of the body").fill(name)
        page.get_by_label("What kind of body is it?").select_option(label=sector)
        if member:
            page.get_by_label(member).check()
        press(page, "Save")
        page.wait_for_url("**/bodies")


@pytest.mark.turn(0, days=2)
@pytest.mark.parametrize("scripts", one_a_day([True, False], days=2))
def test_from_the_draft_to_the_public(person: Callable[..., Any], staff: None, scripts: bool) -> None:  # noqa: FBT001
    del staff
    officer = person(DESKTOP, java_script_enabled=scripts)
    page = officer.page
    sign_in(page, "olga")
    make_bodies(page)
    follow(page, "The nation against its model")
    follow(page, "Create a round")
    page.get_by_label("What is this round called?").fill("The nation now")
    page.get_by_label("Which day does it describe?").fill((timezone.now() - timedelta(days=3)).date().isoformat())
    press(page, "Create the round")
    page.wait_for_url(re.compile(r"/staff/assessment/[0-9a-f-]{36}$"))
    address = page.url
    follow(page, "Choose which bodies take part")
    page.get_by_label("Harbour Police").check()
    page.get_by_label("Afterwards").check()
    press(page, "Save")

    def look(one: Any, name: str) -> None:
        if scripts:  # axe is a script itself
            one.look_in_turn(f"assessment-{name}")

    # The draft: one question, then a whole row.
    page.goto(f"{address}/voices/draft/items/P2.E1")
    press(page, "Save and go on")
    assert "Choose one answer" in page.get_by_role("alert").inner_text()
    page.get_by_label("In place", exact=True).check()
    press(page, "Save and see the row")
    page.wait_for_url("**/rows/P2")
    follow(page, "Answer the whole row")
    page.get_by_role("radiogroup", name="P2.B1").wait_for()
    if scripts:  # nine questions took 8,300 px
        assert page.evaluate("document.documentElement.scrollHeight") < 2_600
    group = page.get_by_role("radiogroup", name="P2.B1")
    group.get_by_label("Not started").focus()
    page.keyboard.press("Tab")  # past the group: its reason and note
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    for _press in range(2):
        page.keyboard.press("ArrowDown")
    assert group.get_by_label("Partly in place").is_checked()
    press(page, "Save the row")
    page.wait_for_url("**/rows/P2")
    follow(page, "Add a link as evidence")
    page.get_by_label("What is it?").fill("The Act")
    page.get_by_label("Web address").fill("https://law.example/act")
    page.get_by_label("Which day is it about?").fill((timezone.now() - timedelta(days=30)).date().isoformat())
    page.get_by_label("Who answers for it?").fill("Ministry of Justice")
    press(page, "Save")
    page.wait_for_url("**/rows/P2")
    assert "In place, with evidence" in page.locator("#item-P2\\.E1").inner_text()
    page.goto(f"{address}/step/open-review")
    press(page, "Open the review")
    page.wait_for_url(address)

    # The police answer on a phone.
    reviewer = person(PHONE, java_script_enabled=scripts)
    theirs = reviewer.page
    sign_in(theirs, "rafi")
    theirs.goto("/staff/assessment")
    follow(theirs, "The nation now")
    theirs.wait_for_url(re.compile(re.escape(address) + r"\?list="))
    theirs.goto(address)
    assert "Where bodies differ" not in theirs.get_by_role("main").inner_text()
    theirs.get_by_role("main").get_by_role("button", name="Answer", exact=True).click()
    theirs.wait_for_url("**/voices/*")
    own = theirs.url
    theirs.goto(f"{own}/items/P2.E1")
    theirs.get_by_label("Partly in place").check()
    theirs.get_by_label("Note").fill("Threats are missing.")
    press(theirs, "Save and see the row")
    theirs.goto(own)
    press(theirs, "Submit these answers")
    theirs.wait_for_url(address)
    follow(theirs, "Where bodies differ")
    look(reviewer, "differ")
    assert "Threats are missing." in theirs.get_by_role("main").inner_text()

    # The survivors' group has filled in a workbook, which the secretariat gives back.
    page.reload()
    page.get_by_role("link", name=re.compile("Enter its answers, or its workbook ?: Afterwards")).click()
    follow(page, "Answer offline in a workbook")
    with page.expect_download() as download:
        follow(page, "Download the workbook")
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    sheet = book["P"]
    line = next(row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 1).value == "P2.E1")
    sheet[f"E{line}"], sheet[f"E{line + 1}"] = "In place", "Nearly"
    out = io.BytesIO()
    book.save(out)
    page.get_by_label("Completed workbook").set_input_files(
        {"name": "workshop.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}
    )
    press(page, "Preview the changes")
    page.wait_for_url(re.compile(r"/workbook/[0-9a-f-]{36}$"))
    shown = page.get_by_role("main").inner_text()
    assert f"P!E{line + 1}" in shown
    assert "1 item would change" in shown
    look(officer, "preview")
    press(page, "Import the answers")
    page.get_by_text("The workbook was imported on").wait_for()

    # They agree, and everybody reads it.
    page.goto(f"{address}/review")
    look(officer, "review")
    follow(page, "Agree on it")
    look(officer, "agree")
    page.get_by_label("Partly in place").check()
    page.get_by_label("Reasons for the agreement").fill("All but threats is covered.")
    press(page, "Record the agreement")
    page.wait_for_url("**/review")
    for step, name in (("agree", "Agree on the round"), ("publish", "Publish")):
        page.goto(f"{address}/step/{step}")
        press(page, name)
        page.wait_for_url(address)
    reader = person(PHONE, java_script_enabled=scripts)
    everybody = reader.page
    everybody.goto("/assessment")
    look(reader, "published")
    everybody.get_by_role("link", name="Law that protects victims").click()
    look(reader, "published-row")
    told = everybody.get_by_role("main").inner_text()
    assert "All but threats is covered." in told
    assert "Entered by the secretariat, not confirmed" in told
    assert "Threats are missing." not in told
    for one in (officer, reviewer):  # the mistake above was answered as one
        assert [each for each in one.complaints if "400 (Bad Request)" not in each] == []


@pytest.mark.turn(1, days=2)
@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS, days=2))
def test_nothing_shuts_anybody_out(
    person: Callable[..., Any], staff: None, size: dict[str, int], language: str
) -> None:
    del staff
    officer = person(size)
    page = officer.page
    sign_in(page, "olga")
    make_bodies(page)
    page.goto("/staff/assessment/new")
    page.get_by_label("What is this round called?").fill("The nation now")
    page.get_by_label("Which day does it describe?").fill((timezone.now() - timedelta(days=3)).date().isoformat())
    press(page, "Create the round")
    page.wait_for_url(re.compile(r"/staff/assessment/[0-9a-f-]{36}$"))
    address = page.url
    page.goto(f"{address}/voices/draft/items/P2.E1")
    page.get_by_label("In place", exact=True).check()
    press(page, "Save and see the row")
    page.goto(f"{address}?lang={language}")
    officer.look_on_both(f"assessment-round-{language}")
    others = ["/staff/assessment", "/staff/assessment/new", "/assessment"]
    for part in looked_at_today([*(f"{address}/{part}" for part in PARTS), *others]):
        page.goto(part)
        officer.look_on_both(f"assessment-{urlsplit(part).path.replace('/', '-')}-{language}")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert settings.LANGUAGE_COOKIE_NAME in {each["name"] for each in officer.context.cookies()}
