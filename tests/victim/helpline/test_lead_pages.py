"""Pages of those who lead the helpline: what went wrong and their answers, and what pays for it."""

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.victim.helpline.figures import CallCounts, calls_counted, first_day
from leeward.victim.helpline.models import CallHour, Complaint, Funding
from leeward.victim.helpline.operations.complaints import tell_wrong
from leeward.victim.helpline.rules.funding import Grant, funded_until, is_near_end
from tests.browsing import see
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, PERSON, Her

DAY = timedelta(days=1)
TODAY = NOW.date()
WORDS = "They told my brother."


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def selma(house: Standing) -> Client:
    """Somebody who leads the helpline."""
    house(("staff", "selma"), lambda: employ("selma", Role.HELPLINE_LEAD))
    return come_in("selma")


def page_of(name: str, *args: object) -> str:
    return reverse(f"helpline:{name}", args=args)


@pytest.mark.django_db
def test_what_went_wrong_is_read_and_answered_by_leads_alone(selma: Client, her: Her) -> None:
    told = uuid.uuid4()
    tell_wrong(file=her.file, words=WORDS, by=PERSON, now=NOW, reference=told)
    listed = see(selma, page_of("lead-complaints"))
    assert page_of("lead-complaint", told) in listed
    assert "Waiting" in listed
    assert WORDS not in listed
    assert page_of("lead-complaint", told) in see(selma, reverse("work:home"))
    page = page_of("lead-complaint", told)
    assert WORDS in see(selma, page)
    assert "Write something first" in selma.post(page, {"words": " "}).content.decode()
    assert selma.post(page, {"words": "We are sorry.", "once": str(uuid.uuid4())}).status_code == 303
    assert "We are sorry." in see(selma, page)
    again = selma.post(page, {"words": "Once more.", "once": str(uuid.uuid4())})
    assert "This was not done" in again.content.decode()
    assert Complaint.objects.filter(answered_at=NOW).count() == 1
    assert told.hex[:8] not in see(selma, reverse("work:home"))
    assert page not in see(selma, f"{page_of('lead-complaints')}?answered=no")
    see(selma, page_of("lead-complaint", uuid.uuid4()), status=404)


@pytest.mark.django_db
def test_a_lead_opens_no_case_and_a_practitioner_no_complaint(selma: Client, her: Her) -> None:
    told = uuid.uuid4()
    tell_wrong(file=her.file, words=WORDS, by=PERSON, now=NOW, reference=told)
    see(selma, page_of("desk-case", her.case), status=404)  # their keys open none that was not moved to them
    see(selma, page_of("desk-queue", "open"), status=403)
    employ("ama", Role.PRACTITIONER)
    ama = come_in("ama")
    for page in (page_of("lead-complaints"), page_of("lead-complaint", told), page_of("lead-funding")):
        see(ama, page, status=403)


def grant(begins: int, ends: int, source: str = "A fund") -> Grant:
    return Grant(source=source, hours=40, begins_on=TODAY + begins * DAY, ends_on=TODAY + ends * DAY)


@pytest.mark.parametrize(
    ("grants", "until"),
    [
        ([], None),
        ([grant(-9, -1)], None),
        ([grant(1, 9)], None),
        ([grant(0, 0)], 0),
        ([grant(-9, 5), grant(6, 20)], 20),
        ([grant(6, 20), grant(-9, 5)], 20),
        ([grant(-9, 5), grant(7, 20)], 5),  # a day without money
        ([grant(-9, 20), grant(-5, 10), grant(11, 15)], 20),
    ],
)
def test_money_counts_until_the_first_day_without(grants: list[Grant], until: int | None) -> None:
    assert funded_until(grants, today=TODAY) == (None if until is None else TODAY + until * DAY)


def test_half_a_year_before_its_end_leads_are_told() -> None:
    assert is_near_end(None, today=TODAY)
    assert is_near_end(TODAY + 182 * DAY, today=TODAY)
    assert not is_near_end(TODAY + 183 * DAY, today=TODAY)


@pytest.mark.django_db
def test_everybody_reads_what_pays_and_leads_correct_it(selma: Client, client: Client) -> None:
    assert "Nobody has entered what pays" in see(client, page_of("funding"))
    assert "See the funding" in see(selma, reverse("work:home"))
    typed = {"source": "Fairhaven Fund", "hours": "120", "begins_on": "2026-01-01", "ends_on": "2025-12-31"}
    add = page_of("lead-funding-add")
    assert "not before the beginning" in selma.post(add, typed).content.decode()
    assert "Enter a whole number" in selma.post(add, {**typed, "hours": "many"}).content.decode()
    assert not Funding.objects.exists()
    assert selma.post(add, {**typed, "ends_on": "2027-12-31"}).status_code == 303
    page = see(client, page_of("funding"))
    assert "The helpline is paid for until 31 December 2027." in page
    assert "Fairhaven Fund" in page
    assert "120 hours of work a week" in page
    assert "See the funding" not in see(selma, reverse("work:home"))
    correct = page_of("lead-funding-correct", Funding.objects.get().public_id)
    assert correct in see(selma, page_of("lead-funding"))
    assert correct not in page
    assert 'value="2027-12-31"' in see(selma, correct)
    assert selma.post(correct, {**typed, "ends_on": "2026-12-31"}).status_code == 303
    assert Funding.objects.get().ends_on == date(2026, 12, 31)
    assert "After that day nothing pays for it yet." in see(client, page_of("funding"))
    assert "It is paid for until 31 December 2026" in see(selma, reverse("work:home"))
    see(selma, page_of("lead-funding-correct", uuid.uuid4()), status=404)


@pytest.mark.django_db
def test_counts_of_calls_are_tried_kept_whole_and_added_up(selma: Client) -> None:
    page, day = page_of("lead-telephone"), TODAY - DAY
    head = "hour,line,offered,answered,abandoned,median_wait_s"
    lines = (
        f"{day}T10:00,helpline,9,7,2,20",
        f"{day}T10:30,Line 1,-1,x,2,many",
        f"{day}T10:00,helpline,3,2,2,",
        f"{TODAY + DAY}T10:00,helpline,1,1,0,5",
        f"{day},helpline,1,1,0,5",
        "0001-01-01T00:00+14:00,helpline,1,1,0,86401",
    )
    refused = selma.post(page, {"lines": "\n".join([head, *lines]), "keep": "1"}).content.decode()
    for fault in (
        "Line 3, hour: Enter the beginning of an hour",
        "Line 3, line: Enter a code",
        "Line 3, offered: Enter a whole number from 0 to",
        "Line 3, answered: Enter a whole number",
        "Line 3, median_wait_s: Enter seconds",
        "Line 4, hour: Enter each hour once for each line",
        "Line 4, offered: Enter at least as many as were answered and abandoned together",
        "Line 5, hour: Enter an hour that is over",
        "Line 6, hour",
        "Line 7, hour",
        "Line 7, median_wait_s",
    ):
        assert fault in refused, fault
    # A caller's number has no column.
    assert "The first line is" in selma.post(page, {"lines": f"{head},number\n"}).content.decode()
    whole = f"{head}\n{day}T10:00,helpline,9,7,2,20\n{day}T11:00+00:00,helpline,1,0,1,\n"
    tried = selma.post(page, {"lines": whole}).content.decode()
    assert "Calls offered: 10, answered: 7, abandoned: 3" in tried
    assert not CallHour.objects.exists()
    span = {"since": NOW - 3 * DAY, "until": NOW}
    assert calls_counted(**span) is None
    for _ in range(2):  # the same again tells it anew
        assert selma.post(page, {"lines": whole, "keep": "1"}).status_code == 303
    assert calls_counted(**span) == CallCounts(offered=10, answered=7, abandoned=3)
    selma.post(page, {"lines": f"{head}\n{day}T11:00+00:00,helpline,3,3,0,5\n", "keep": "1"})
    assert calls_counted(**span) == CallCounts(offered=12, answered=10, abandoned=2)
    assert first_day() == day
    shown = see(selma, page)
    assert "Calls offered" in shown
    assert ">12<" in shown.replace(" ", "").replace("\n", "")
