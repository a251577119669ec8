"""A service's owner keeps her entry fresh: a mail, its link on a phone, one press; or a change that an editor takes."""

import re
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.outbox.operations import send_due
from leeward.foundation.vault.operations import found_services, open_service
from leeward.foundation.vault.rules.grants import Service as VaultService
from leeward.society.directory.models import Proposal, Service
from leeward.society.directory.operations.freshness import remind_owners
from leeward.society.directory.operations.proposing import accept_proposal
from leeward.society.directory.queries.proposals import list_open_proposals
from leeward.society.directory.rules.freshness import LINK_LIFETIME
from leeward.society.directory.rules.records import (
    Frequency,
    Phone,
    Schedule,
    ServiceRecord,
    Translation,
    Way,
)
from tests.depth import one_a_day
from tests.foundation.accounts.people import at
from tests.foundation.outbox.conftest import MailHandler
from tests.journeys.people import DESKTOP, PHONE, Person
from tests.society.directory.factories import BY, NOW, OFFICE_HOURS, TODAY, make_location, make_service, make_term
from tests.victim.removals.news_people import post_office

pytestmark = pytest.mark.browser

OWNER = "desk@harbour.example"
EDITOR = Actor(kind=ActorKind.STAFF, id="a-reference-of-16")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/directory/entry/[A-Za-z0-9_-]+")
FIRST_MONDAY = Schedule(freq=Frequency.MONTHLY, byday="1MO", opens_at=time(18), closes_at=time(20))
LATER = NOW + timedelta(days=2)


@pytest.fixture(params=one_a_day(["en", "ar"], days=2))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def mails(product: Any, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailHandler]:
    """A real mail server that the courier hands to."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    settings.LEEWARD_URL = product.url
    at(monkeypatch, NOW)
    found_services(by=BY, now=NOW)
    with post_office() as handler:
        yield handler


def harbour(**values: Any) -> ServiceRecord:
    """A whole entry that was last checked 80 days ago."""
    people = (make_term("everyone", taxonomy="people"), make_term("women", taxonomy="people"))
    return make_service(
        **{
            "at": (make_location(),),
            "assured_date": TODAY - timedelta(days=80),
            "owner_email": OWNER,
            "description": "We listen to you and help you to decide. You can come without a name.",
            "url": "https://harbour.example/",
            "email": "hello@harbour.example",
            "phones": (Phone(number="0555 0100"), Phone(number="0555 0101", description="At night")),
            "schedules": (
                OFFICE_HOURS,
                FIRST_MONDAY,
                Schedule(valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 26)),
            ),
            "terms": (people[0].id,),
            "minimum_age": 16,
            "translations": (Translation(language="ar", field="name", text="نصيحة المرفأ"),),
            **values,
        }
    )


def link_in_the_mail(handler: MailHandler, *, now: Any = NOW) -> str:
    """What the owner finds in her mailbox after a round of everything that runs by itself."""
    assert remind_owners(now=now, limit=10) == 1
    send_due(now=now, limit=10, courier=open_service(VaultService.COURIER))
    ((to, mail),) = handler.taken
    handler.taken.clear()
    assert to == OWNER
    found = LINK.search(mail.get_content())
    assert found is not None
    return found[0]


def names(person: Person) -> list[str]:
    """The names of every button and link of the page's main part, as a screen reader says them."""
    main = person.page.get_by_role("main")
    return [each.inner_text().strip() for each in main.get_by_role("button").all() + main.get_by_role("link").all()]


def press(person: Person, name: str) -> None:
    person.page.locator("main form button", has_text=name).first.click()
    person.page.wait_for_load_state()


@pytest.mark.turn(1, days=2)
def test_a_mail_a_link_and_one_press_on_a_phone(
    mails: MailHandler, person: Callable[..., Person], language: str, product: Any
) -> None:
    service = harbour()
    owner = person(locale=language)
    address = link_in_the_mail(mails)
    owner.page.goto(address)
    owner.look(f"owner-entry-{language}")
    assert Service.objects.get().assured_date == service.assured_date  # opened, and nothing is said by that
    button = owner.page.locator("main form button").first
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 40
    button.focus()
    owner.page.keyboard.press("Enter")
    owner.page.wait_for_url("**?said=confirmed")
    owner.look(f"owner-confirmed-{language}")
    assert Service.objects.get().assured_date == TODAY
    assert owner.complaints == []
    assert all("Referer" not in each.headers for each in product.received if hasattr(each.headers, "keys"))
    assert all("HTTP_REFERER" not in each.headers for each in product.received)
    assert owner.asked
    assert owner.strayed == []


@pytest.mark.turn(1, days=2)
def test_another_changes_it_an_editor_takes_it_and_everybody_sees_it(
    mails: MailHandler, person: Callable[..., Person], language: str
) -> None:
    service = harbour()
    owner = person(DESKTOP if language == "en" else PHONE, locale=language, java_script_enabled=language == "en")
    owner.page.goto(link_in_the_mail(mails))
    owner.page.locator("main a[href$='/edit']").first.click()
    if language == "en":
        owner.look("owner-edit-desktop-en")
    owner.page.fill("[name=phone_0_number]", "ask at the door")
    owner.page.fill("[name=alert]", "Closed on Friday")
    owner.page.locator("form button").last.click()
    expect(owner.page.locator(".govuk-error-summary a")).to_have_count(1)
    assert owner.page.title().startswith("Error:" if language == "en" else "")
    if language == "en":
        owner.look("owner-edit-wrong-en")
    owner.page.locator(".govuk-error-summary a").click()
    reached = "document.activeElement.id" if language == "en" else "location.hash.slice(1)"  # by script; by the link
    owner.page.wait_for_function(f"() => {reached} === 'f-phone_0_number'")
    assert owner.page.input_value("[name=alert]") == "Closed on Friday"
    owner.page.fill("[name=phone_0_number]", "0555 0177")
    owner.page.fill("[name=SA_opens_1]", "10")
    owner.page.fill("[name=SA_closes_1]", "1 pm")
    owner.page.locator("form button").last.click()
    owner.page.wait_for_url("**?said=sent")
    anybody = person(locale="en")
    anybody.page.goto(f"/support/services/{service.id}")
    expect(anybody.page.get_by_text("0555 0100")).to_be_visible()
    (proposal,) = list_open_proposals(language="en", now=NOW)
    assert {change.field for change in proposal.changes} == {"phones", "alert", "schedules"}
    accept_proposal(proposal_id=proposal.id, by=EDITOR, now=LATER)
    anybody.page.reload()
    for words in ("0555 0177", "Closed on Friday", "10:00–13:00"):
        expect(anybody.page.get_by_text(words).first).to_be_visible()
    expect(anybody.page.get_by_text("0555 0100")).to_have_count(0)
    assert Service.objects.get().assured_date == TODAY


@pytest.mark.turn(0, days=2)
def test_every_page_fits_a_narrow_phone_and_shuts_nobody_out(
    mails: MailHandler, person: Callable[..., Person], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour()
    owner = person(locale=language)
    address = link_in_the_mail(mails)
    owner.page.goto(f"{address}/edit")
    owner.look(f"owner-edit-{language}")
    owner.page.fill("[name=name]", "")
    owner.page.fill("[name=MO_opens_1]", "in the morning")
    owner.page.locator("main form button").last.click()
    owner.page.locator(".govuk-error-summary").wait_for()
    owner.look(f"owner-edit-wrong-{language}")
    owner.page.goto(f"{address}/ended")
    owner.look(f"owner-ended-{language}")
    owner.page.locator("main form button").click()
    owner.page.wait_for_url("**?said=ended")
    owner.look(f"owner-sent-{language}")
    assert Proposal.objects.count() == 1
    at(monkeypatch, NOW + LINK_LIFETIME)
    owner.page.goto(address)
    owner.look(f"owner-no-link-{language}")
    owner.page.locator("main form button").click()
    owner.look(f"owner-asked-{language}")
    assert [text for text in owner.complaints if "status of 40" not in text] == []


def test_a_refuge_is_never_asked_where_it_is(mails: MailHandler, person: Callable[..., Person], language: str) -> None:
    harbour(at=(make_location(is_confidential=True),), hides_address=True, ways=(Way.PHONE,))
    owner = person(locale=language)
    owner.page.goto(f"{link_in_the_mail(mails)}/edit")
    owner.look(f"owner-edit-hidden-{language}")
    assert owner.page.locator("[name^=address_]").count() == 0
