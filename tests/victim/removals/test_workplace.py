"""The home of the desk and of a platform, and what the search finds there: by reference and address, nobody else's."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.rules import Role
from leeward.foundation.references import SYMBOLS, write_reference
from leeward.foundation.work.models import Batch
from leeward.victim.file.rules.story import Danger, Story
from leeward.victim.removals.models import Notice, Report, Request, Review
from leeward.victim.removals.rules.reports import Band
from leeward.victim.removals.rules.states import RequestState
from tests.foundation.accounts.people import PASSPHRASE, come_in, employ
from tests.presses import Presses
from tests.victim.removals.conftest import Company, Filed, told
from tests.victim.removals.desk_people import only_request
from tests.victim.removals.platform_people import asked_of, chief, colleague

pytestmark = pytest.mark.django_db
ADDRESS = "https://chatter.example/p/1"


@pytest.fixture
def filed(chatter: Company) -> Filed:
    return told(ADDRESS, now=timezone.now())


@pytest.fixture
def sasha(filed: Filed) -> Client:
    employ("sasha", Role.DESK_PRACTITIONER)
    return come_in("sasha")


def home(client: Client) -> str:
    return client.get("/staff/").content.decode()


def rows(page: str) -> list[str]:
    """The rows of the home page, as text."""
    every = re.findall(r"<tr[^>]*data-leeward-row>.*?</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in every]


def search(client: Client, term: str) -> tuple[str, str]:
    """Where a search leads ("" where it stays), and its page."""
    answer = client.post("/staff/search", {"term": term})
    return answer.headers.get("Location", ""), answer.content.decode()


def page_of(row: Request) -> str:
    return f"/staff/removals/reports/{row.report.reference}/requests/{row.reference}"


def reference_of(filed: Filed) -> str:
    return write_reference(only_request(filed).short_reference)


@pytest.mark.postgresql
def test_what_is_overdue_stands_first_and_one_press_leads_to_sending(sasha: Client, filed: Filed) -> None:
    late = told("https://chatter.example/late", now=timezone.now() - timedelta(days=30))
    first = rows(home(sasha))[0]
    assert reference_of(late) in first
    assert "Overdue" in first
    assert f"/staff/removals/reports/{late.reference}/send?list=" in home(sasha)


@pytest.mark.postgresql
def test_what_is_red_stands_before_what_is_overdue(sasha: Client, filed: Filed) -> None:
    told("https://chatter.example/late", now=timezone.now() - timedelta(days=30))
    Report.objects.filter(reference=filed.reference).update(band=Band.RED)
    Request.objects.filter(report__reference=filed.reference).update(band=Band.RED)
    assert all("Urgent" in row for row in rows(home(sasha))[:2])
    assert "Urgent" not in rows(home(sasha))[-1]


def test_an_empty_home_says_what_will_stand_there(chatter: Company) -> None:
    employ("sasha", Role.DESK_PRACTITIONER)
    page = home(come_in("sasha"))
    assert "Nothing waits for you now." in page
    assert "<tbody" not in page


def test_no_home_shows_what_a_report_is_about(sasha: Client, filed: Filed) -> None:
    assert "chatter.example" not in home(sasha)


@pytest.mark.postgresql
def test_one_reference_stands_everywhere_and_is_found(sasha: Client, filed: Filed) -> None:
    row, reference = only_request(filed), reference_of(filed)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", reference)
    for typed in (reference, reference.lower(), reference.replace("-", " "), str(row.reference)):
        assert search(sasha, typed)[0] == page_of(row)
    page = sasha.get(page_of(row)).content.decode()
    assert f'Request <bdi dir="ltr">{reference}</bdi>' in page


def test_a_name_is_found_as_it_stands_on_a_page_or_in_a_mail(sasha: Client, filed: Filed) -> None:
    row, reference, name = only_request(filed), reference_of(filed), str(filed.reference)[:8]
    report = reverse("removals:desk-report", args=[filed.reference])
    for typed in (f"Report {name}", f"بلاغ {name}", f"report #{name.upper()}.", f"Re: the report ({name}), please"):
        assert search(sasha, typed)[0] == report, typed
    for typed in (f"Request {reference}", f"Re: [{reference.lower()}] A request to remove", f"request {reference},"):
        assert search(sasha, typed)[0] == page_of(row), typed
    assert search(sasha, "Report somebody")[0] == ""


def test_a_mistyped_reference_says_so(sasha: Client, filed: Filed) -> None:
    kept = only_request(filed).short_reference
    other = SYMBOLS[(SYMBOLS.index(kept[3]) + 1) % 32]
    wrong = write_reference(kept[:3] + other + kept[4:])
    for typed in (wrong, f"Request {wrong}"):
        target, page = search(sasha, typed)
        assert not target
        assert "one of its signs is wrong" in page


@pytest.mark.postgresql
def test_an_address_is_found_exactly_and_in_no_other_way(sasha: Client, filed: Filed) -> None:
    row = only_request(filed)
    assert page_of(row) in search(sasha, "chatter.example/p/1#top")[1]  # beside the platform at that address
    assert reference_of(filed) not in "".join(search(sasha, "https://chatter.example/p/"))


@pytest.mark.postgresql
def test_a_report_is_found_by_the_name_that_stands_on_its_page(sasha: Client, filed: Filed) -> None:
    assert search(sasha, str(filed.reference)[:8])[0] == f"/staff/removals/reports/{filed.reference}"


@pytest.mark.postgresql
def test_a_search_of_ten_thousand_signs_is_refused_in_words(sasha: Client) -> None:
    target, page = search(sasha, "a" * 10_000)
    assert not target
    assert "at most 200 characters" in page


@pytest.mark.postgresql
@pytest.mark.parametrize("term", ["", "   ", "'; --", "%", "\\", "<b>x</b>", "نص"])
def test_strange_terms_are_answered(sasha: Client, term: str) -> None:
    target, page = search(sasha, term)
    assert "<b>x</b>" not in page
    assert target == "" or target.startswith("/staff/")


@pytest.mark.postgresql
def test_a_platform_finds_its_own_and_another_as_if_it_were_not_there(chatter: Company, lantern: Company) -> None:
    _chief, worker = chief()
    here = asked_of(worker, ADDRESS)
    there = asked_of(worker, "https://lantern.example/p/1")
    unsent = told("https://chatter.example/p/2")
    colleague("noor", chatter)
    noor = come_in("noor")
    row = only_request(here)
    assert search(noor, reference_of(here))[0] == f"/platform/requests/{row.reference}"
    strangers = {search(noor, reference_of(each))[1].count("Nothing that you may see") for each in (there, unsent)}
    assert strangers == {1}
    assert search(noor, ADDRESS)[0] == ""  # what is sealed to the desk is not asked for a platform
    assert reference_of(here) in rows(home(noor))[0]
    assert len(rows(home(noor))) == 1


@pytest.mark.postgresql
def test_a_draft_is_found_by_nobody(sasha: Client, filed: Filed) -> None:
    Report.objects.filter(reference=filed.reference).update(state="draft", filed_at=None)
    assert search(sasha, reference_of(filed))[0] == ""


def test_a_supervisor_is_not_asked_to_look_at_what_she_asked_for(chatter: Company) -> None:
    filed = told(ADDRESS)
    member, _worker = chief()
    employ("sasha", Role.DESK_PRACTITIONER)
    report = Report.objects.get(reference=filed.reference)
    report.reviews.create(kind=Review.Kind.CLOSE, asked_at=timezone.now(), asked_by="somebody")
    assert any("second pair of eyes" in row for row in rows(home(come_in("chief"))))
    report.reviews.update(asked_by=member.user.reference)
    assert not any("second pair of eyes" in row for row in rows(home(come_in("chief"))))


def test_the_notice_bears_the_short_reference(chatter: Company, lantern: Company) -> None:
    _chief, worker = chief()
    filed = asked_of(worker, "https://lantern.example/p/1")
    come = come_in("chief")
    notice = Notice.objects.get(report__reference=filed.reference)
    page = come.get(f"/staff/removals/notices/{notice.reference}").content.decode()
    assert f"Notice {reference_of(filed)}: removal of content" in page


@pytest.mark.postgresql
def test_two_requests_never_share_a_reference(filed: Filed, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = only_request(filed).short_reference
    drawn = iter([taken, taken, "0000000" + "0"])
    monkeypatch.setattr("leeward.victim.removals.models.draw_reference", lambda: next(drawn))
    assert Request().short_reference == "00000000"


def test_a_locked_screen_tells_nothing_of_requests(sasha: Client, filed: Filed) -> None:
    row, reference = only_request(filed), reference_of(filed)
    assert sasha.post("/staff/lock").status_code in (302, 303)
    page = home(sasha)
    assert reference not in page
    assert "Chatter" not in page
    assert "stands here when you have unlocked" in page
    for term in (reference, ADDRESS, str(filed.reference)[:8], str(row.reference)):
        target, found = search(sasha, term)
        assert "/removals/reports/" not in target + found
        assert reference not in found.replace(f"“{reference}”", "")
    sasha.post("/staff/unlock", {"passphrase": PASSPHRASE})
    assert search(sasha, reference)[0] == page_of(row)


# --- presses from the home, unlocked; typing is not counted -----------------------------------------------------------


def test_a_report_is_sent_by_two_presses(sasha: Client, filed: Filed) -> None:
    pressed = Presses(sasha)
    pressed.follow(f"{filed.reference}/send")
    ticks = re.findall(r'name="plan" value="([^"]+)"', pressed.page)
    pressed.send(f"/staff/removals/reports/{filed.reference}/send", plan=ticks)
    assert "1 notice made" in pressed.page
    assert pressed.number == 2


def test_twenty_reports_are_sent_by_three_presses(sasha: Client, chatter: Company) -> None:
    for number in range(19):
        told(f"https://chatter.example/p/more{number}", now=timezone.now())
    pressed = Presses(sasha)
    pressed.follow("queues/unsent")
    pressed.follow("/staff/removals/send")
    ticks = re.findall(r'name="plan" value="([^"]+)"', pressed.page)
    assert len(ticks) == 20
    pressed.send("/staff/removals/send", plan=ticks)
    assert pressed.number == 3
    while "data-leeward-go-on" in pressed.page:  # goes on by itself, as the page's script does
        batch = Batch.objects.get().reference
        pressed.send(f"/staff/removals/sending/{batch}")
    assert "20 notices made" in pressed.page


def test_a_mailed_answer_is_noted_from_its_reference_by_two_presses(chatter: Company) -> None:
    member, worker = chief()
    row = only_request(asked_of(worker, ADDRESS))
    pressed = Presses(come_in(member.name))
    pressed.send("/staff/search", term=write_reference(row.short_reference))
    assert 'name="outcome"' in pressed.page
    pressed.send(f"{page_of(row)}/answer", outcome="removed", came_on="", facts="They wrote: it is gone.")
    assert pressed.number == 2
    row.refresh_from_db()
    assert row.state == "decided"


def test_a_moderator_removes_one_by_two_presses_and_ten_by_three(chatter: Company) -> None:
    _member, worker = chief()
    one = asked_of(worker, ADDRESS)
    colleague("noor", chatter)
    noor = come_in("noor")
    pressed = Presses(noor)
    row = only_request(one)
    pressed.follow(f"/platform/requests/{row.reference}")
    assert "We have removed it everywhere" in pressed.page
    pressed.send("/platform/requests/answer", request=str(row.reference), step="removed")
    assert pressed.number == 2
    row.refresh_from_db()
    assert (row.state, row.last_outcome) == ("decided", "removed")
    asked_of(worker, *(f"https://chatter.example/ten/{number}" for number in range(10)))
    pressed = Presses(noor)
    pressed.follow('/platform/requests(?=")')  # its list; the box above it ticks all
    ticks = re.findall(r'name="request" value="([^"]+)"', pressed.page)
    assert len(ticks) == 10
    assert "data-leeward-all" in pressed.page
    pressed.send("/platform/requests/answer", request=ticks, step="removed")
    assert pressed.number + 1 <= 4  # with the box
    assert Request.objects.filter(state="decided", last_outcome="removed").count() == 11


def test_what_is_overdue_is_seen_without_a_press(chatter: Company) -> None:
    told(ADDRESS, now=timezone.now() - timedelta(days=30))
    member, _worker = chief()
    pressed = Presses(come_in(member.name))
    assert re.search(r"\d+ days overdue", rows(pressed.page)[0])
    assert pressed.number == 0


def test_danger_stands_first_with_what_to_do_and_whom_to_call(sasha: Client, chatter: Company) -> None:
    filed = told(ADDRESS, story=Story(dangers=(Danger.NOW, Danger.CONTROLS)))
    page = sasha.get(f"/staff/removals/reports/{filed.reference}").content.decode()
    main = page.partition("<main")[2]
    assert main.index("Danger: see to this first") < main.index("Assign to me")
    assert "Ask first whether they are safe" in main
    assert "The person who does it may read what arrives" in main
    assert 'href="tel:112"' in main
    calm = told("https://chatter.example/p/calm")
    assert "Danger: see" not in sasha.get(f"/staff/removals/reports/{calm.reference}").content.decode()


def test_a_platforms_page_says_what_is_open_there_and_on_whom_it_waits(
    sasha: Client, filed: Filed, chatter: Company
) -> None:
    here = reverse("platforms-removal", args=[chatter.partner.public_id])

    def waits() -> str:
        page = sasha.get(here).content.decode().partition("Open actions")[2].partition('<ul class="leeward-cards')[0]
        return " ".join(re.sub(r"<[^>]+>", " ", page).split())

    assert "The desk : Not sent yet: 1" in waits()
    row = only_request(filed)
    for state, said in (
        (RequestState.SENT, "Chatter : 1 request to answer"),
        (RequestState.INCOMPLETE, "The desk : Supply what is missing: 1"),
        (RequestState.GONE, "Nothing that you may see waits."),
    ):
        Request.objects.filter(pk=row.pk).update(state=state, due_at=None)
        assert waits() == said
    due = timezone.now() - timedelta(hours=1)
    Request.objects.filter(pk=row.pk).update(state=RequestState.ACKNOWLEDGED, due_at=due)
    assert "1 request to answer. 1 request is overdue" in waits()
    page = sasha.get(here).content.decode()
    (link,) = re.findall(r'href="(/staff/removals/queues/overdue\?[^"]+)"', page)
    listed = sasha.get(link.replace("&amp;", "&")).content.decode()
    assert reference_of(filed) in listed
    for hidden in ("chatter.example/p", "Hash exchange", "Declaration and policy"):
        assert hidden not in page.partition("<main")[2]


def test_what_is_open_at_a_platform_is_not_told_before_somebody_has_unlocked(
    sasha: Client, filed: Filed, chatter: Company
) -> None:
    sasha.post("/staff/lock")
    page = sasha.get(reverse("platforms-removal", args=[chatter.partner.public_id])).content.decode()
    assert "Not sent yet" not in page
    assert "shows once you have unlocked" in page
