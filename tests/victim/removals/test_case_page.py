"""The desk's page of a report and of a request: one next step, what stays in sight, what happened, and filters."""

import html
import re
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from leeward.foundation.outbox.models import Parcel
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.duties.rules import Element
from leeward.industry.platforms.operations import add_channel
from leeward.industry.platforms.rules import ChannelKind, NewChannel, Rung
from leeward.victim.file.rules.story import Danger, Story, Wish
from leeward.victim.file.rules.threads import Side
from leeward.victim.removals.models import Appeal, Notice, Report, Request
from leeward.victim.removals.operations.answers import decide, file_counter_notice, name_missing
from leeward.victim.removals.operations.notices import collect_deliveries
from leeward.victim.removals.operations.reports import open_report, write_message
from leeward.victim.removals.rules.decisions import Answer, Outcome, Reasons
from leeward.victim.removals.rules.next_steps import Next, Standing, Turn, first, next_of_request
from leeward.victim.removals.rules.reports import Consents
from leeward.victim.removals.rules.states import RequestState
from tests.foundation.accounts.people import at
from tests.victim.removals.conftest import NOW, OPERATOR, PERSON, Company, Filed, told
from tests.victim.removals.desk_clients import fail_parcels, item_of, opened, page_of, send

URL = "https://chatter.example/p/very-private-1"
CARD = re.compile(r'id="next">(.*?)<details', re.DOTALL)
LINE = re.compile(r'<ol class="leeward-timeline">(.*?)</ol>', re.DOTALL)
WORDS = ("Rob Notice made", "call the colleague", "We have begun.", "Thank you so much.", "Report handed in")
S = RequestState


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


def next_on(client: Client, url: str) -> str:
    """What the page says first is to be done, as words, with the address that it leads to."""
    found = CARD.search(opened(client, url))
    assert found is not None
    link = re.search(r'(?:href|action)="([^"]+)"', found[1])
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split())
    return f"{words} [{link[1] if link else ''}]"


def timeline_on(client: Client, url: str) -> str:
    """All entries of a page's timeline as words."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", " ".join(LINE.findall(opened(client, url))))).split())


def write(filed: Filed, words: str, *, side: str) -> None:
    opened_report = open_report(
        reference=filed.reference, keyring=Keyring(filed.key), by=PERSON, now=NOW, reason="her_message"
    )
    write_message(opened=opened_report, words=words, side=Side(side), by=PERSON, now=NOW)


# --- the rule --------------------------------------------------------------------------------------------------------


PLAIN = Standing(
    state=S.PREPARED,
    is_agreed=True,
    is_placed=True,
    is_reachable=True,
    has_climbed=False,
    may_climb=False,
    is_by_hand=False,
    is_undelivered=False,
    is_removed=False,
    is_doubtful=False,
    needs_look=False,
    is_objected=False,
    is_supervisor=False,
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Next.SEND),
        ({"is_agreed": False}, Next.AWAIT_YES),
        ({"is_placed": False}, Next.PLACE),
        ({"is_reachable": False}, Next.REACH),
        ({"is_undelivered": True}, Next.SETTLE_DELIVERY),
        ({"state": S.SENDING}, Next.AWAIT_COURIER),
        ({"state": S.SENDING, "is_by_hand": True}, Next.CARRY),
        ({"state": S.SENDING, "is_undelivered": True}, Next.SETTLE_DELIVERY),
        ({"state": S.SENT}, Next.AWAIT_PLATFORM),
        ({"state": S.SENT, "may_climb": True}, Next.CLIMB),
        ({"state": S.SENT, "may_climb": True, "has_climbed": True}, Next.SEND),
        ({"state": S.ACKNOWLEDGED}, Next.AWAIT_PLATFORM),
        ({"state": S.ACKNOWLEDGED, "may_climb": True}, Next.CLIMB),
        ({"state": S.INCOMPLETE, "needs_look": True}, Next.SUPPLY),
        ({"state": S.DECIDED, "is_removed": True}, Next.AWAIT_CHECK),
        ({"state": S.DECIDED, "is_removed": True, "is_doubtful": True, "needs_look": True}, Next.LOOK),
        ({"state": S.DECIDED, "may_climb": True, "needs_look": True}, Next.CLIMB),
        ({"state": S.DECIDED, "needs_look": True}, Next.READ),
        ({"state": S.DECIDED}, Next.CLOSE_REQUEST),
        ({"state": S.STILL_UP, "may_climb": True}, Next.CLIMB),
        ({"state": S.STILL_UP}, Next.SEND),
        ({"state": S.APPEALED}, Next.AWAIT_PLATFORM),
        ({"state": S.APPEALED, "is_objected": True}, Next.AWAIT_SUPERVISOR),
        ({"state": S.APPEALED, "is_objected": True, "is_supervisor": True}, Next.SETTLE_OBJECTION),
        ({"state": S.GONE, "is_doubtful": True, "needs_look": True}, Next.LOOK),
        ({"state": S.GONE, "needs_look": True}, Next.READ),
        ({"state": S.GONE}, Next.NOTHING),
        ({"state": S.CLOSED, "needs_look": True}, Next.NOTHING),
        ({"state": S.WITHDRAWN}, Next.NOTHING),
    ],
)
def test_every_state_has_one_next_step(changes: dict[str, Any], expected: Next) -> None:
    assert next_of_request(replace(PLAIN, **changes)) is expected


def test_no_state_is_forgotten_and_waiting_is_nobodys_press() -> None:
    assert all(isinstance(next_of_request(replace(PLAIN, state=state)), Next) for state in S)
    assert {each for each in Next if each.turn is not Turn.DESK} == {
        each for each in Next if each.startswith("await_") or each is Next.NOTHING
    }
    assert first([Next.AWAIT_PLATFORM, Next.CLIMB, Next.SEND]) is Next.SEND
    assert first([]) is Next.NOTHING


# --- the next step on the pages --------------------------------------------------------------------------------------


def test_the_page_leads_from_the_first_notice_to_the_ladder(rob: Client, filed: Filed, chatter: Company) -> None:
    report, item = page_of("report", filed.reference), item_of(filed).reference
    request = page_of("request", filed.reference, item)
    assert page_of("send", filed.reference) in next_on(rob, report)
    assert f"{page_of('send', filed.reference)}?only={item}" in next_on(rob, request)
    rob.post(page_of("looked", filed.reference))
    rob.post(page_of("law", filed.reference, item), {"law": "us-tida"})
    send(rob, filed)
    for url in (report, request):
        shown = next_on(rob, url)
        assert "Awaits the platform" in shown
        assert shown.endswith("[]")
    assert "Chatter, until" in opened(rob, report)
    add_channel(
        partner=chatter.partner,
        channel=NewChannel(kind=ChannelKind.EMAIL, rung=Rung.HOST, address="abuse@host.example", language="en"),
        by=OPERATOR,
        now=NOW,
    )
    Request.objects.update(law_due_at=NOW)
    for url in (report, request):
        shown = next_on(rob, url)
        assert "Next rung: Hosting provider." in shown
        assert page_of("ladder", filed.reference, item) in shown


def test_what_cannot_be_sent_says_who_can_mend_it(rob: Client, chatter: Company) -> None:
    silent = told(URL, consents=Consents())
    rob.post(page_of("looked", silent.reference))
    assert "Waits for their yes" in next_on(rob, page_of("report", silent.reference))
    assert "The person" in opened(rob, page_of("report", silent.reference)).partition("Whose turn")[2][:60]
    strange = told("https://strange.example/x")
    item = item_of(strange).reference
    assert page_of("site", strange.reference, item) in next_on(rob, page_of("request", strange.reference, item))
    known = told("https://www.instagram.com/p/1")
    address = page_of("request", known.reference, item_of(known).reference)
    assert "#place" in next_on(rob, address)
    assert "<h2" in part_of(rob, address, "Which platform")


def test_platform_and_law_are_asked_only_where_they_are_unknown(rob: Client, filed: Filed) -> None:
    address = page_of("request", filed.reference, item_of(filed).reference)
    assert "<summary" in part_of(rob, address, "Another platform")
    assert "<summary" in part_of(rob, address, "Another law")
    assert "Which platform" not in opened(rob, address)
    assert "Under which law" not in opened(rob, address)
    folded, unfolded = (
        re.compile(
            rf'<details class="leeward-part"{state}>\s*<summary>(?:(?!</summary>).)*</summary>\s*<div id="place">', re.S
        )
        for state in ("", " open")
    )
    assert folded.search(opened(rob, address))
    assert unfolded.search(opened(rob, f"{address}?search=chatter"))
    refused = rob.post(page_of("assign", filed.reference, item_of(filed).reference), {"host": ""})
    assert unfolded.search(refused.content.decode())
    Request.objects.update(regime_code="", regime_version=None)
    assert "#law" in next_on(rob, address)
    assert "<h2" in part_of(rob, address, "Under which law")
    assert "<summary" in part_of(rob, address, "Another platform")


def part_of(client: Client, url: str, title: str) -> str:
    """What stands just before a title: the tag of a heading, or of a part that opens."""
    return opened(client, url).partition(title)[0][-120:]


def test_a_notice_that_did_not_arrive_comes_before_all_else(rob: Client, lantern: Company) -> None:
    filed = told("https://lantern.example/p/1")
    send(rob, filed)
    assert "on its way" in next_on(rob, page_of("request", filed.reference, item_of(filed).reference))
    fail_parcels("unreachable")
    collect_deliveries(now=NOW, limit=10)
    notice = page_of("notice", Notice.objects.get().reference)
    assert notice in next_on(rob, page_of("report", filed.reference))
    assert notice in next_on(rob, page_of("request", filed.reference, item_of(filed).reference))


def test_what_the_platform_misses_is_supplied_from_the_page(rob: Client, filed: Filed, chatter: Company) -> None:
    item = item_of(filed).reference
    send(rob, filed)
    name_missing(side=chatter.side, references=[item], element=Element.SIGNATURE, now=NOW)
    assert "#supply" in next_on(rob, page_of("report", filed.reference))
    page = opened(rob, page_of("request", filed.reference, item))
    assert 'id="supply"' in page


def test_an_uploaders_word_is_settled_by_a_supervisor_alone(
    rob: Client, sue: Client, filed: Filed, chatter: Company
) -> None:
    send(rob, filed)
    item = item_of(filed).reference
    decide(side=chatter.side, references=[item], answer=Answer(outcome=Outcome.REMOVED, reasons=Reasons()), now=NOW)
    appeal = file_counter_notice(side=chatter.side, reference=item, words="It is mine.", now=NOW)
    request = page_of("request", filed.reference, item)
    assert "Awaits a supervisor" in next_on(rob, request)
    assert page_of("counter-notice", appeal) in next_on(sue, request)
    shown = timeline_on(rob, request)
    assert "The uploader says" in shown
    assert "It is mine." in shown
    assert "A supervisor settles it." in shown
    assert Appeal.objects.get().state == "open"


def test_danger_asks_for_a_word_first_and_a_message_for_an_answer(rob: Client, chatter: Company) -> None:
    filed = told(URL, story=Story(dangers=(Danger.NOW,)))
    report = page_of("report", filed.reference)
    assert "Ask whether they are safe" in next_on(rob, report)
    rob.post(page_of("message", filed.reference), {"words": "Are you safe?", "once": uuid.uuid4(), "step": "send"})
    assert "Review and send" in next_on(rob, report)
    write(filed, "Yes, I am at my sister's.", side="person")
    assert "Read and reply" in next_on(rob, report)


def test_a_report_of_a_colleague_can_be_read_and_offers_no_press(staff: dict[str, Client], filed: Filed) -> None:
    staff["rob"].post(page_of("take", filed.reference))
    shown = next_on(staff["ada"], page_of("report", filed.reference))
    assert "Rob, until" in shown
    assert "A colleague has this report" in shown
    assert shown.endswith("[]")


def test_what_is_done_is_closed_and_a_red_one_by_two(rob: Client, sue: Client, filed: Filed) -> None:
    send(rob, filed)
    item = item_of(filed).reference
    rob.post(page_of("seen", filed.reference, item), {"seen": "gone"})
    rob.post(page_of("looked", filed.reference))
    report = page_of("report", filed.reference)
    assert page_of("close", filed.reference) in next_on(rob, report)
    rob.post(page_of("band", filed.reference), {"band": "red"})
    assert "#reviews" in next_on(rob, report)
    rob.post(page_of("ask-review", filed.reference), {"kind": "close", "reason": "All is gone."})
    assert "Awaits a second person" in next_on(rob, report)
    rob.post(page_of("let-go", filed.reference))
    assert "Decide the review" in next_on(sue, report)


# --- what stays in sight ---------------------------------------------------------------------------------------------


def test_ticks_stay_in_sight_and_words_need_a_press(rob: Client, chatter: Company) -> None:
    filed = told(URL, story=Story(wishes=(Wish.REMOVE, Wish.TALK), words="He put it there.", uploader="her neighbour"))
    page = opened(rob, page_of("report", filed.reference))
    sight = page.partition('id="sight"')[2].partition("</aside>")[0]
    assert "Remove it; Somebody to talk to" in sight
    assert "Do not contact them" in sight
    assert "English" in sight
    for secret in ("He put it there.", "her neighbour"):
        assert secret not in page


# --- the timeline ----------------------------------------------------------------------------------------------------


def test_filters_are_links_and_say_which_is_chosen(rob: Client, filed: Filed, chatter: Company) -> None:
    send(rob, filed)
    rob.post(page_of("note", filed.reference), {"words": "call the colleague", "once": uuid.uuid4()})
    rob.post(page_of("message", filed.reference), {"words": "We have begun.", "once": uuid.uuid4(), "step": "send"})
    write(filed, "Thank you so much.", side="person")
    report = page_of("report", filed.reference)
    seen = {
        show: timeline_on(rob, f"{report}?show={show}")
        for show in ("", "notices", "messages", "staff", "person", "nonsense")
    }
    found = {show: {words for words in WORDS if words in text} for show, text in seen.items()}
    assert found[""] == found["nonsense"]
    assert len(found[""]) == 5
    assert found["notices"] == {"Rob Notice made"}
    assert found["messages"] == {"We have begun.", "Thank you so much."}
    assert found["staff"] == {"Rob Notice made", "call the colleague", "We have begun."}
    assert found["person"] == {"Thank you so much.", "Report handed in"}
    page = opened(rob, f"{report}?show=staff&list=%2Fstaff%2Fremovals%2Freports")
    chosen = re.findall(r'<a class="govuk-link" href="([^"]+)" aria-current="page">Staff</a>', page)
    assert {html.unescape(each).partition("?")[0] for each in chosen} == {report}
    assert "list=%2Fstaff%2Fremovals%2Freports&show=staff#timeline" in html.unescape(chosen[0])


def test_all_that_was_sent_is_read_as_it_was_sent(rob: Client, filed: Filed, chatter: Company) -> None:
    send(rob, filed)
    sent = Notice.objects.get()
    for url in (
        f"{page_of('report', filed.reference)}?show=notices",
        page_of("request", filed.reference, item_of(filed).reference),
    ):
        page = opened(rob, url)
        assert page_of("notice", sent.reference) in page
        assert "Read it as it was sent" in page
    assert "very-private-1" in opened(rob, page_of("notice", sent.reference))


def test_the_timeline_says_who_and_the_newest_first(
    rob: Client, filed: Filed, chatter: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(rob, filed)
    item = item_of(filed).reference
    refused = Answer(outcome=Outcome.GEO_BLOCKED, reasons=Reasons(facts="Only over there."))
    decide(side=chatter.side, references=[item], answer=refused, now=NOW + timedelta(minutes=1))
    at(monkeypatch, NOW + timedelta(minutes=2))
    for url in (page_of("report", filed.reference), page_of("request", filed.reference, item)):
        shown = timeline_on(rob, url)
        assert "· Rob Notice made" in shown
        assert "· Chatter They answered: Blocked in some countries" in shown
        assert "Only over there." in shown
        assert shown.index("They answered") < shown.index("Notice made")


def test_what_happened_to_many_at_once_is_one_entry(rob: Client, chatter: Company, staff: Any) -> None:
    many = told(*(f"https://chatter.example/p/{number}" for number in range(9)))
    send(rob, many)
    shown = timeline_on(rob, page_of("report", many.reference))
    assert shown.count("Rob Notice made") == 1
    assert "and 3 more" in shown
    assert Parcel.objects.count() <= 1
    assert Report.objects.get().reference == many.reference


def test_the_list_is_not_lost_between_the_pages_of_a_case(rob: Client, filed: Filed) -> None:
    way = "%2Fstaff%2Fremovals%2Fqueues%2Funsent%3Fafter%3D0~1.1"
    page = opened(rob, f"{page_of('report', filed.reference)}?list={way}")
    for name, *args in (("send",), ("request", item_of(filed).reference)):
        assert re.search(rf'href="{page_of(name, filed.reference, *args)}\?list={way}', html.unescape(page)), name
    skipped = rob.post(page_of("skip", filed.reference), {"list": "/staff/removals/queues/unsent?after=0~1.1"})
    assert skipped["Location"].startswith("/staff/removals/queues/unsent?")
    assert "next=1" in skipped["Location"]
