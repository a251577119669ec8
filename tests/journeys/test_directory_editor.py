"""An editor builds an entry without script, sees it as people do, decides what is proposed, and loses nothing."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.society.directory.models import Location, Proposal, Service
from leeward.society.directory.operations.proposing import propose_change, report_mistake
from leeward.society.directory.operations.saving import save_service
from leeward.society.directory.queries.showing import show_service
from leeward.society.directory.rules.freshness import MistakeKind
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.proposals import OwnerChange
from leeward.society.directory.rules.records import Frequency
from tests.depth import one_a_day
from tests.journeys.people import DESKTOP, LOOKS, looked_at_today
from tests.society.directory.factories import make_location, make_organization, make_service, make_term

pytestmark = [pytest.mark.browser]

PASSPHRASE = "seven boats at the quay"


@pytest.fixture(autouse=True)
def _words(product: Any) -> None:
    """The words that services are sorted by."""
    for code in ("legal", "counselling", "housing"):
        make_term(code)
    make_term("court", parent_id=make_term("legal").id)
    make_term("everyone", taxonomy="people")


@pytest.fixture
def editor(product: Any) -> str:
    """Somebody who keeps the directory."""
    now = timezone.now()
    link = create_staff(
        username="amina", display_name="Amina", role=Role.DIRECTORY_EDITOR, by=Actor.operator(), now=now
    )
    choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
    return "amina"


def sign_in(page: Any, name: str) -> None:
    page.goto("/staff/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/staff/")


def signed_in(somebody: Any, product: Any) -> None:
    """The same without typing."""
    client = Client()
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    somebody.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": product.url, "sameSite": "Strict"}]
    )


@pytest.mark.turn(0, days=2)
def test_an_editor_builds_an_entry_without_script(person: Callable[..., Any], editor: str) -> None:
    page = person(DESKTOP, java_script_enabled=False).page
    sign_in(page, editor)
    page.get_by_role("navigation", name="Your rooms").get_by_role("link", name="Directory of services").click()
    add_organization(page)
    add_refuge(page)
    add_service(page)
    set_hours(page)
    row = Service.objects.whole().get()
    record = row.as_record()
    assert [place.location.is_confidential for place in row.at_locations.all()] == [True]
    assert (record.hides_address, record.owner_email) == (True, "team@quay.example")
    week = next(schedule for schedule in record.schedules if "TH" in schedule.byday)
    assert week.freq is Frequency.WEEKLY
    assert [schedule.byday for schedule in record.schedules if schedule.freq is Frequency.MONTHLY] == ["1MO"]
    see_it(page)
    check_it(page, record.id)


def add_organization(page: Any) -> None:
    page.get_by_role("button", name="Add an organisation").click()
    page.get_by_role("button", name="Save").click()
    assert "Enter the organisation's name" in page.locator(".govuk-error-summary").inner_text()
    page.get_by_label("Name", exact=True).fill("Quay Trust")
    page.get_by_label("What it is", exact=True).fill("It helps people who were threatened with pictures.")
    page.get_by_role("group", name="Phone number 1").get_by_label("Number", exact=True).fill("0555 0100")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Quay Trust").wait_for()


def add_refuge(page: Any) -> None:
    page.get_by_role("button", name="Add a place").click()
    page.get_by_label("A place that must stay secret, such as a refuge").check()
    page.get_by_label("Street and number").fill("9 Hidden Lane")  # whatever is typed here is not kept
    page.get_by_label("Town or city").fill("Fairhaven")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Secret", exact=True).wait_for()
    assert "Hidden" not in page.locator("main").inner_text()
    place = Location.objects.get()
    assert (place.is_confidential, place.has_address, place.latitude) == (True, False, None)


def add_service(page: Any) -> None:
    page.get_by_role("button", name="Add a service").click()
    page.get_by_label("Name", exact=True).fill("Quay House")
    page.get_by_label("What it does").fill("You can stay there with your children.")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_text("People do not find this service").wait_for()
    change(page, "Safety")
    page.get_by_label("A refuge: no place is ever shown").check()
    save(page)
    change(page, "Places and areas")
    page.get_by_label("A place that stays secret").check()
    area = page.get_by_role("group", name="Area 1")
    area.get_by_label("Name of the area").fill("Coast")
    area.get_by_label("Code of the area").fill("FH-C")
    save(page)
    change(page, "How people talk with it")
    page.get_by_label("By phone").check()
    page.get_by_label("Face to face").check()
    page.get_by_role("group", name="Phone number 1").get_by_label("Number", exact=True).fill("12")
    save(page)
    assert "Enter a number of 3 to 15 digits" in page.locator(".govuk-error-summary").inner_text()
    assert page.get_by_role("group", name="Phone number 1").get_by_label("Number", exact=True).input_value() == "12"
    page.get_by_role("group", name="Phone number 1").get_by_label("Number", exact=True).fill("0555 0101")
    save(page)
    change(page, "Audience and purpose")
    page.get_by_label("Housing").check()
    page.get_by_label("– Court").check()
    page.get_by_label("Youngest age").fill("18")
    save(page)
    change(page, "Languages")
    page.get_by_label("Languages that are spoken or signed there").fill("English\nArabic\nbfi")
    save(page)
    change(page, "Owner")
    page.get_by_label("E-mail address of its owner").fill("team@quay.example")
    save(page)


def set_hours(page: Any) -> None:
    change(page, "Opening times")
    for day in ("Monday", "Tuesday", "Wednesday"):
        times(page, day, "9", "12", "1 pm", "5 pm")
    times(page, "Thursday", "10:00", "14:00")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert page.get_by_role("group", name="Monday").get_by_label("Closes again").input_value() == "17:00"
    page.get_by_role("button", name="Add a rule").click()
    page.get_by_label("By the month").check()
    page.get_by_label("First", exact=True).check()
    page.get_by_label("Monday").check()
    page.get_by_label("Opens").fill("18")
    page.get_by_label("Closes").fill("20")
    page.get_by_role("button", name="Preview the rule").click()
    page.get_by_text("Every month on the first Monday, 18:00 to 20:00").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Every month on the first Monday, 18:00 to 20:00").first.wait_for()
    page.get_by_role("link", name="Quay House").click()


def see_it(page: Any) -> None:
    page.get_by_role("button", name="Public page").click()
    page.get_by_role("heading", name="Quay House").wait_for()
    assert "Hidden" not in page.content()
    page.go_back()


def check_it(page: Any, service_id: UUID) -> None:
    page.get_by_role("link", name="Mark as checked").click()
    page.get_by_label("Somebody called them").check()
    page.get_by_role("button", name="Mark as checked").click()
    page.get_by_text("Marked as checked.").wait_for()
    view = show_service(service_id, language="en", now=timezone.now())
    assert view.freshness == "fresh"
    assert view.locations == ()


def change(page: Any, title: str) -> None:
    page.get_by_role("region", name=title).get_by_role("link", name="Change").first.click()


def save(page: Any) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def times(page: Any, day: str, *typed: str) -> None:
    boxes = page.get_by_role("group", name=day).get_by_role("textbox")
    for number, value in enumerate(typed):
        boxes.nth(number).fill(value)


@pytest.mark.turn(0, days=2)
def test_an_editor_decides_what_an_owner_proposes(person: Callable[..., Any], editor: str) -> None:
    service = make_service("Harbour Advice")
    propose_change(
        service_id=service.id,
        change=OwnerChange(name="Harbour Adviice", description="We listen to you."),
        words="We have a new name.",
        now=timezone.now(),
    )
    page = person(DESKTOP).page
    sign_in(page, editor)
    page.goto("/staff/directory/proposals")
    page.get_by_role("link", name="Harbour Advice").click()
    assert "We have a new name." in page.locator("main").inner_text()
    page.get_by_role("textbox", name="Name", exact=True).fill("Harbour Advice Centre")
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("Nothing waits here.").wait_for()
    assert "That was the last one in this list." in page.locator("main").inner_text()
    row = Service.objects.get()
    assert (row.name, row.description) == ("Harbour Advice Centre", "We listen to you.")
    assert Proposal.objects.get().state == "accepted"


def test_two_editors_lose_nothing(person: Callable[..., Any], editor: str, product: Any) -> None:
    service = make_service("Harbour Advice")
    somebody = person(DESKTOP)
    signed_in(somebody, product)
    page = somebody.page
    page.goto(f"/staff/directory/services/{service.id}/edit/about")
    page.get_by_label("Name", exact=True).fill("What I typed")
    record = Service.objects.whole().get().as_record()
    save_service(
        dataclasses.replace(record, name="What the other typed"),
        source=Source.EDITOR,
        by=Actor.operator(),
        now=timezone.now(),
    )
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="What changed meanwhile").wait_for()
    assert "What the other typed" in page.get_by_role("region", name="What changed meanwhile").inner_text()
    assert page.get_by_label("Name", exact=True).input_value() == "What I typed"
    assert somebody.axe() == []
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert Service.objects.get().name == "What I typed"


@pytest.mark.turn(1, days=2)
@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS, days=2))
def test_no_page_shuts_an_editor_out(
    person: Callable[..., Any], editor: str, product: Any, language: str, size: dict[str, int]
) -> None:
    organization = make_organization("Quay Trust")
    place = make_location(organization_id=organization.id)
    service = make_service(
        "Harbour Advice with a very long name that goes on and on, for people of Fairhaven and beyond",
        at=(place,),
        organization_id=organization.id,
        terms=(make_term("legal").id, make_term("court").id),
        url="https://harbour.example/help/" + "a-very-long-path-without-a-break" * 4,
        owner_email="team@harbour.example",
        assured_date=timezone.now().date() - timedelta(days=120),
    )
    propose_change(service_id=service.id, change=OwnerChange(description="We listen."), now=timezone.now())
    report_mistake(service_id=service.id, kind=MistakeKind.PHONE, words="Nobody answers.", now=timezone.now())
    change_id, mistake_id = Proposal.objects.order_by("kind").values_list("public_id", flat=True)
    term = make_term("legal")
    somebody = person(size)
    signed_in(somebody, product)
    page = somebody.page
    page.goto(f"/staff/directory?lang={language}")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    here, entry = "/staff/directory", f"/staff/directory/services/{service.id}"
    owner = f"/staff/directory/organizations/{organization.id}"
    pages = {
        "home": here,
        "found": f"{here}?q=harbour",
        "save-view": f"/staff/views/new?view={here}?q=harbour",
        "organizations": f"{here}/organizations",
        "organization": owner,
        "organization-edit": f"{owner}/edit",
        "organization-remove": f"{owner}/remove",
        "place": f"{here}/locations/{place.id}",
        "service-add": f"{owner}/services/new",
        "service": entry,
        **{f"edit-{name}": f"{entry}/edit/{name}" for name in SECTIONS},
        "hours": f"{entry}/hours",
        "rule": f"{entry}/hours/rules/new",
        "move": f"{entry}/move",
        "withdraw": f"{entry}/withdraw",
        "preview": f"{entry}/preview",
        "translations": f"{entry}/translations",
        "translation": f"{entry}/translations/ar",
        "history": f"{entry}/history",
        "stale": f"{here}?check=labelled&sort=checked",
        "troubles": f"{here}?trouble=on&sort=checked",
        "proposals": f"{here}/proposals",
        "proposal": f"{here}/proposals/{change_id}",
        "mistake": f"{here}/proposals/{mistake_id}",
        "taxonomies": f"{here}/taxonomies",
        "taxonomy": f"{here}/taxonomies/{term.taxonomy_id}",
        "taxonomy-edit": f"{here}/taxonomies/{term.taxonomy_id}/edit",
        "term": f"{here}/terms/{term.id}",
        "term-remove": f"{here}/terms/{term.id}/remove",
        "synonyms": f"{here}/synonyms",
        "holidays": f"{here}/holidays",
        "places": f"{here}/places",
    }
    for name, address in looked_at_today([*pages.items()]):
        page.goto(address)
        somebody.look_on_both(f"{name}-{language}")
    page.goto(f"{entry}/hours")
    page.locator("#id_MO_opens_1").fill("nine")
    page.locator("main form").first.get_by_role("button").last.click()
    page.locator(".govuk-error-summary").wait_for()
    somebody.look_on_both(f"hours-wrong-{language}")
    assert [text for text in somebody.complaints if "400" not in text] == []


SECTIONS = ("about", "talking", "links", "places", "people", "cost", "languages", "safety", "owner")
