"""The declaration as its people use it: an organisation applies and signs by link, staff decide, everybody sees."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.outbox.operations import send_due
from leeward.foundation.vault.operations import found_services, open_service
from leeward.foundation.vault.rules.grants import Service as VaultService
from leeward.industry.declarations.models import (
    Evidence,
    Finding,
    InformationRequest,
    OfferedSignature,
    Signatory,
    StatedFigure,
)
from leeward.industry.declarations.operations.findings import record_finding, record_reply, state_figure, strike_figure
from leeward.industry.declarations.operations.handing_in import hand_in_evidence, hand_in_statement
from leeward.industry.declarations.operations.information import record_request
from leeward.industry.declarations.operations.joining import apply, leave
from leeward.industry.declarations.operations.links import send_link
from leeward.industry.declarations.operations.publishing import publish_version
from leeward.industry.declarations.rules.checklists import NewFigure, NewFinding
from leeward.industry.declarations.rules.entries import NewStatement
from leeward.industry.declarations.rules.information import NewInformationRequest
from leeward.industry.declarations.rules.terms import (
    AskedFor,
    AskerKind,
    FindingKind,
    HandedInBy,
    LeavingKind,
    Measure,
    Speaker,
    Verdict,
)
from leeward.industry.platforms.operations import create_platform
from leeward.industry.platforms.queries import find_partner_by_name
from tests.counters import start_afresh
from tests.depth import one_a_day
from tests.foundation.outbox.conftest import MailHandler
from tests.industry.declarations.conftest import ALPHA, DAY, DRAFT, OFFICER, entered, evidence, signed
from tests.journeys.people import DESKTOP, LOOKS, Person, looked_at_today
from tests.victim.removals.news_people import post_office

pytestmark = pytest.mark.browser

PASSPHRASE = "seven boats at the quay"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/declaration/yours/[A-Za-z0-9_-]+)")
LONG_AGO = 50 * DAY


@pytest.fixture
def now(product: Any) -> datetime:
    """The real time, which the pages use; the declaration was published some weeks before."""
    start_afresh()
    at = timezone.now()
    publish_version(draft=DRAFT, by=OFFICER, now=at - LONG_AGO)
    return at


@pytest.fixture
def mails(product: Any, settings: Any, tmp_path: Any) -> Iterator[MailHandler]:
    """A real mail server that the courier hands to."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    settings.LEEWARD_URL = product.url
    found_services(by=OFFICER, now=timezone.now())
    with post_office() as handler:
        yield handler


@pytest.fixture
def officer(product: Any) -> str:
    """Somebody of the secretariat."""
    now = timezone.now()
    link = create_staff(username="robin", display_name="Robin", role=Role.EXCHANGE_OFFICER, by=OFFICER, now=now)
    choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
    return "robin"


def come_in(somebody: Person, name: str) -> None:
    """Sign in by typing."""
    page = somebody.page
    page.goto("/staff/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/staff/")


def let_in(somebody: Person, product: Any) -> None:
    """The same without typing."""
    client = Client()
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    somebody.context.add_cookies(
        [{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": product.url, "sameSite": "Strict"}]
    )


def link_in_the_mail(handler: MailHandler, *, to: str) -> str:
    """The address in the one mail that lies in her mailbox."""
    send_due(now=timezone.now(), limit=10, courier=open_service(VaultService.COURIER))
    ((mailbox, mail),) = handler.taken
    handler.taken.clear()
    assert mailbox == to
    found = LINK.search(mail.get_content())
    assert found is not None
    return found[1]


def today() -> str:
    return local_day(timezone.now()).isoformat()


@pytest.mark.turn(1, days=2)
@pytest.mark.usefixtures("now")
def test_from_an_application_to_the_public_list(
    person: Callable[..., Person], officer: str, mails: MailHandler, product: Any
) -> None:
    """The organisation uses no script; the secretariat does."""
    applicant = person(java_script_enabled=False)
    robin = person(DESKTOP)
    applies(applicant)
    come_in(robin, officer)
    verifies(robin)
    link = link_in_the_mail(mails, to="petra@gamma.example")
    signs(applicant, link)
    accepts(robin, "Dana Director, Director")
    shows(applicant, link)
    accepts(robin, "Our page names the role")
    anybody = person()
    anybody.page.goto("/for-platforms")
    anybody.page.get_by_role("main").get_by_role("link", name="The declaration and all signatories").click()
    anybody.page.get_by_role("link", name="Gamma").click()
    main = anybody.page.get_by_role("main")
    for public in ("In good standing", "Editor", "editor@gamma.example", "Dana Director", "Our page names the role"):
        expect(main.get_by_text(public).first).to_be_visible()
    for private in ("Petra Private", "petra@gamma.example", "Called the number"):
        assert private not in anybody.page.content()
    assert anybody.complaints == []
    assert robin.complaints == []
    for somebody in (anybody, robin, applicant):
        assert somebody.strayed == []
    leaves(robin)
    anybody.page.goto("/declaration")
    expect(anybody.page.get_by_text("Nobody has signed yet.")).to_have_count(0)


def applies(applicant: Person) -> None:
    page = applicant.page
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="National declaration").click()
    page.get_by_role("button", name="Apply to sign").click()
    page.get_by_label("Name of the organisation").fill("Gamma")
    page.get_by_label("Media").check()
    page.get_by_label("Its website").fill("gamma.example")
    page.get_by_label("Role of the person nominated").fill("Editor")
    page.get_by_label("How the public reaches that role").fill("editor@gamma.example")
    page.get_by_label("Name of that person").fill("Petra Private")
    page.get_by_label("Their e-mail address").fill("petra@gamma.example")
    page.get_by_role("button", name="Send").click()
    assert page.locator(".govuk-error-summary a").get_attribute("href") == "#id_website"
    assert page.get_by_label("Name of that person").input_value() == "Petra Private"
    page.get_by_label("Its website").fill("https://gamma.example/")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/declaration/join/sent")
    page.get_by_role("link", name="The declaration and all signatories").click()
    expect(page.get_by_text("Nobody has signed yet.")).to_be_visible()


def verifies(robin: Person) -> None:
    page = robin.page
    page.get_by_role("link", name="National declaration").first.click()
    page.get_by_role("link", name="Gamma").click()
    page.get_by_role("button", name="Verify the authority").click()
    page.get_by_label("Called back on a number from a public register").check()
    page.get_by_label("What was seen or said").fill("Called the number in the register; the secretary confirmed.")
    page.get_by_role("button", name="Confirm the authority").click()
    page.get_by_role("button", name="Send a fresh link").click()
    expect(page.get_by_text("The last link works until")).to_be_visible()


def signs(applicant: Person, link: str) -> None:
    page = applicant.page
    page.goto(link)
    assert not OfferedSignature.objects.exists()  # opened, and nothing is signed by that
    page.get_by_role("button", name="Read it and sign").click()
    expect(page.get_by_text("We keep lead.")).to_be_visible()
    page.get_by_label("Your name").fill("Dana Director")
    page.get_by_label("Your title").fill("Director")
    page.get_by_role("button", name="Sign the declaration").click()
    assert page.locator(".govuk-error-summary a").get_attribute("href") == "#id_may_sign"
    page.get_by_label("I may sign for the organisation").check()
    page.get_by_role("button", name="Sign the declaration").click()
    expect(page.get_by_role("heading", name="Your signature is with us")).to_be_visible()
    page.goto("/declaration")
    expect(page.get_by_text("Nobody has signed yet.")).to_be_visible()


def accepts(robin: Person, words: str) -> None:
    page = robin.page
    page.goto("/staff/declaration")
    page.locator("main form button", has_text=re.compile(f"Accept the.*{re.escape(words)}", re.DOTALL)).first.click()
    page.wait_for_url("**/organisations/**")


def shows(applicant: Person, link: str) -> None:
    page = applicant.page
    page.goto(link)
    page.get_by_role("link", name=re.compile("Submit evidence.*lead en")).click()
    page.get_by_label("What it shows").fill("Our page names the role")
    page.get_by_label("A page or file on the web").check()
    page.get_by_label("Its address").fill("https://gamma.example/lead")
    page.get_by_label("Of which day is it?").fill("yesterday")
    page.get_by_role("button", name="Submit").click()
    assert page.locator(".govuk-error-summary a").get_attribute("href") == "#id_dated_on"
    page.get_by_label("Of which day is it?").fill(today())
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Awaits review")).to_be_visible()
    assert Evidence.objects.get().words == "Our page names the role"


def leaves(robin: Person) -> None:
    """Nobody leaves on the day of the signature: the page says so and keeps what was typed."""
    page = robin.page
    page.get_by_role("button", name="Remove from the list").click()
    page.get_by_label("It withdrew").check()
    page.get_by_label("Why").fill("It was sold.")
    page.get_by_label("From which day on").fill(today())
    page.get_by_role("button", name="Remove from the list").click()
    assert page.locator(".govuk-error-summary a").get_attribute("href") == "#id_left_on"
    assert page.get_by_label("Why").input_value() == "It was sold."


@pytest.mark.turn(1, days=2)
def test_the_secretariat_writes_and_publishes_a_version_without_script(
    person: Callable[..., Person], officer: str, now: datetime
) -> None:
    signed(now=now - 40 * DAY)
    robin = person(DESKTOP, java_script_enabled=False)
    come_in(robin, officer)
    page = robin.page
    page.goto("/staff/declaration/draft")
    page.get_by_role("link", name="English").click()
    page.get_by_label("Text", exact=True).fill("One.\n\nTwo.\n\nThree.")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Renewal deadline for signatories").fill(
        (date.fromisoformat(today()) + timedelta(days=60)).isoformat()
    )
    page.get_by_role("button", name="Publish the declaration").click()
    page.wait_for_url("**/staff/declaration")
    expect(page.get_by_text("Version 2 is in force")).to_be_visible()
    anybody = person()
    anybody.page.goto("/declaration")
    expect(anybody.page.get_by_text("Three.")).to_be_visible()
    anybody.page.get_by_role("link", name="Version 1").click()
    expect(anybody.page.get_by_text("A later version has taken the place")).to_be_visible()


def history(now: datetime) -> dict[str, UUID]:
    """Signatories in every standing, with long names and addresses, and somebody at each step before."""
    names = ("Alpha", "Beta", "Gamma with a very long name that goes on and on, of Fairhaven and beyond", "Delta")
    lines = {name: signed(name, now=now - LONG_AGO) for name in names}
    for code in ("lead", "report"):
        new = evidence(code, now=now - 40 * DAY, url="https://alpha.example/" + "a-very-long-path-without-a-break" * 4)
        hand_in_evidence(public_id=lines["Alpha"], new=new, source=HandedInBy.STAFF, by=OFFICER, now=now - 40 * DAY)
    statement = NewStatement(title="Why we signed", url="https://alpha.example/why")
    hand_in_statement(public_id=lines["Alpha"], new=statement, source=HandedInBy.STAFF, by=OFFICER, now=now - 40 * DAY)
    hand_in_statement(public_id=lines["Beta"], new=statement, source=HandedInBy.SIGNATORY, by=OFFICER, now=now)
    hand_in_evidence(public_id=lines["Beta"], new=evidence(now=now), source=HandedInBy.SIGNATORY, by=OFFICER, now=now)
    gone = local_day(now - 5 * DAY)
    leave(public_id=lines["Delta"], kind=LeavingKind.OWN, reason="Sold.", left_on=gone, by=OFFICER, now=now)
    lines["applied"] = apply(application=ALPHA, by=Actor.person(), now=now)
    lines["verified"] = entered("Epsilon", now=now)
    return lines


@pytest.mark.turn(0, days=2)
@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS, days=2))
def test_no_public_page_shuts_anybody_out(
    person: Callable[..., Person], language: str, size: dict[str, int], now: datetime
) -> None:
    lines, platform = history(now), measured(now)
    anybody = person(size)
    anybody.page.goto(f"/declaration?lang={language}")
    assert anybody.page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    pages = {
        "list": "/declaration",
        "version": "/declaration/versions/1",
        **{f"signatory-{number}": f"/declaration/signatories/{lines[name]}" for number, name in enumerate(KEPT)},
        "join": "/declaration/join",
        "joined": "/declaration/join/sent",
        "platforms": "/declaration/platforms",
        "platform": f"/declaration/platforms/{platform}",
    }
    for name, address in looked_at_today([*pages.items()]):
        anybody.page.goto(address)
        anybody.look_on_both(f"declaration-{name}-{language}")
    anybody.page.goto(pages["platform"])
    for summary in anybody.page.locator("main summary").all():
        summary.click()
    anybody.page.get_by_text("999", exact=True).wait_for()
    anybody.look_on_both(f"declaration-platform-unfolded-{language}")
    anybody.page.goto("/declaration/join")
    anybody.page.locator("main form button").click()
    anybody.page.locator(".govuk-error-summary").wait_for()
    anybody.look_on_both(f"declaration-join-wrong-{language}")
    assert [text for text in anybody.complaints if "400" not in text] == []
    assert anybody.strayed == []


def measured(now: datetime) -> UUID:
    """A platform about which everything is known that can be."""
    create_platform(name="Alpha", by=OFFICER, now=now)
    partner, today_ = find_partner_by_name("Alpha"), local_day(now)
    for verdict in (Verdict.MET, Verdict.NOT_MET):
        finding = NewFinding(
            kind=FindingKind.PROCESS, code="report", verdict=verdict, found_on=today_, source="Ten trials", words="All."
        )
        reference = record_finding(partner=partner, new=finding, by=OFFICER, now=now)
    record_reply(partner=partner, reference=reference, reply="We mend it.", by=OFFICER, now=now)
    asked = NewInformationRequest(
        asker_kind=AskerKind.POLICE,
        asker="Police of Saltmere",
        asked_for=AskedFor.ACCOUNT,
        sent_on=today_ - 30 * DAY,
        due_on=today_ - 2 * DAY,
        source="Told by it",
    )
    record_request(partner=partner, new=asked, by=OFFICER, now=now)
    for value, said_by in ((9, Speaker.SPOKESPERSON), (999, Speaker.LEAD), (7, Speaker.REPORT)):
        figure = NewFigure(
            measure=Measure.MEDIAN_HOURS,
            began_on=today_ - 30 * DAY,
            ended_on=today_,
            value=Decimal(value),
            said_on=today_,
            said_by=said_by,
            source="Its report",
        )
        state_figure(partner=partner, new=figure, by=OFFICER, now=now)
    wrong = StatedFigure.objects.get(value=999).public_id
    strike_figure(partner=partner, reference=wrong, by=OFFICER, now=now)
    return partner.public_id


KEPT = ("Alpha", "Beta", "Delta")


@pytest.mark.turn(0, days=2)
@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS, days=2))
def test_no_page_behind_a_link_shuts_anybody_out(
    person: Callable[..., Person], language: str, size: dict[str, int], now: datetime, mails: MailHandler
) -> None:
    lines = history(now)
    Signatory.objects.update(language=language)
    links = {}
    for name, mailbox in (("Beta", "petra@beta.example"), ("verified", "petra@epsilon.example")):
        send_link(public_id=lines[name], by=OFFICER, now=timezone.now())
        links[name] = link_in_the_mail(mails, to=mailbox)
    petra = person(size)
    petra.page.goto(f"/declaration?lang={language}")
    pages = {
        "yours": links["Beta"],
        "evidence": f"{links['Beta']}/evidence/lead",
        "statement": f"{links['Beta']}/statements/add",
        "before": links["verified"],
        "sign": f"{links['verified']}/sign",
        "none": "/declaration/yours/unheard-of",
    }
    for name, address in looked_at_today([*pages.items()]):
        petra.page.goto(address)
        petra.look_on_both(f"declaration-{name}-{language}")
    petra.page.goto(pages["sign"])
    petra.page.locator("main form button").last.click()
    petra.page.locator(".govuk-error-summary").wait_for()
    petra.look_on_both(f"declaration-sign-wrong-{language}")
    assert [text for text in petra.complaints if "status of 40" not in text] == []
    assert petra.strayed == []


@pytest.mark.turn(0, days=2)
@pytest.mark.parametrize(("language", "size"), one_a_day(LOOKS, days=2))
def test_no_page_shuts_the_secretariat_out(
    person: Callable[..., Person], language: str, size: dict[str, int], now: datetime, officer: str, product: Any
) -> None:
    lines = history(now)
    platform_id = measured(now)
    reference, request = Finding.objects.latest("pk").public_id, InformationRequest.objects.get().public_id
    here, platform = "/staff/declaration", f"/staff/declaration/platforms/{platform_id}"
    organisation = f"{here}/organisations"
    acts = {
        **{act: f"{organisation}/{lines['applied']}/do/{act}" for act in ("verify", "refuse", "describe")},
        **{act: f"{organisation}/{lines['Beta']}/do/{act}" for act in ("sign", "evidence", "statement", "leave")},
    }
    pages = {
        "home": here,
        **{
            f"organisation-{name}": f"{organisation}/{lines[name]}" for name in ("applied", "verified", "Beta", "Delta")
        },
        **acts,
        "reject": f"{here}/waiting/{Evidence.objects.get(state='waiting').public_id}/reject",
        "draft": f"{here}/draft",
        "draft-text": f"{here}/draft/text/ar",
        "draft-commitment": f"{here}/draft/commitments/lead",
        "platforms": f"{here}/platforms",
        "platform": platform,
        "finding": f"{platform}/find/process/take-down",
        "reply": f"{platform}/findings/{reference}/reply",
        "figure": f"{platform}/figures/add",
        "information": f"{platform}/information/add",
        "answer": f"{platform}/information/{request}/answer",
    }
    robin = person(size)
    let_in(robin, product)
    robin.page.goto(f"{here}?lang={language}")
    for name, address in looked_at_today([*pages.items()]):
        robin.page.goto(address)
        robin.look_on_both(f"declaration-staff-{name}-{language}")
    robin.page.goto(acts["verify"])
    robin.page.locator("main form button").last.click()
    robin.page.locator(".govuk-error-summary").wait_for()
    robin.look_on_both(f"declaration-staff-wrong-{language}")
    assert [text for text in robin.complaints if "400" not in text] == []


SHOWN = ("applied", "verified", "Beta", "Delta")
