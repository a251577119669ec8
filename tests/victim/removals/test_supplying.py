"""What a platform names as missing is said at the desk, supplied there, and sent as a corrected notice."""

import html
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.outbox.models import Parcel
from leeward.industry.duties.rules import Element
from leeward.industry.platforms.rules import ChannelKind
from leeward.victim.removals.forms.supplying import SupplyForm
from leeward.victim.removals.models import Notice, NoticeState, Request
from leeward.victim.removals.operations.answers import decide, name_missing
from leeward.victim.removals.operations.notices import arrive, fail, mark_sent
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.queries.desk import read_notice
from leeward.victim.removals.queries.platforms import find_asked
from leeward.victim.removals.rules.notices import NoticeContent, Supply, compose, missing_elements, name_element
from leeward.victim.removals.rules.notices.supplies import ASKS, Asked, supply_facts, supply_item
from tests.foundation.accounts.people import at, come_in
from tests.victim.removals.conftest import NOW, Company, Filed, Worker, told
from tests.victim.removals.desk_people import REMOVED, at_desk, only_request, send_all
from tests.victim.removals.her import Her
from tests.victim.removals.platform_people import chief

pytestmark = pytest.mark.django_db
EXACT = "https://chatter.example/p/1/the-very-picture"
# Staff are locked out after a while without a press.
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Somebody at the desk, in a browser and as who sends."""

    client: Client
    worker: Worker

    def see(self, name: str, *args: object) -> str:
        answer = self.client.get(reverse(f"removals:desk-{name}", args=args))
        assert answer.status_code == 200
        return " ".join(html.unescape(answer.content.decode()).split())

    def supply(self, filed: Filed, item: uuid.UUID, **typed: str) -> str | int:
        """Send the form; returns where it leads, or the status of a refusal."""
        answer = self.client.post(reverse("removals:desk-supply", args=[filed.reference, item]), typed)
        return answer.headers["Location"] if answer.status_code == 303 else answer.status_code


@pytest.fixture
def desk(house: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    at(monkeypatch, NOW)
    member, worker = chief()
    return Desk(client=come_in(member.name), worker=worker)


def sent_under(law: str, desk: Desk, *urls: str) -> Filed:
    filed = told(*urls)
    Request.objects.update(regime_code=law, regime_version=1)
    send_all(filed, desk.worker)
    return filed


def miss(company: Company, element: Element, *, now: object = NOW + A_MINUTE) -> list[uuid.UUID]:
    found = list(Request.objects.order_by("ordinal").values_list("reference", flat=True))
    name_missing(side=company.side, references=found, element=element, now=now)
    return found


def test_the_desk_reads_what_is_missing_and_supplies_it(
    desk: Desk, chatter: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = sent_under("us-tida", desk, "https://chatter.example/p/1")
    (item,) = miss(chatter, Element.EXACT_URLS)
    at(monkeypatch, NOW + 3 * A_MINUTE)
    page = desk.see("request", filed.reference, item)
    assert "They say this is missing: Exact addresses of every item" in page
    assert "Their clock stands still until the corrected notice has arrived." in page
    assert "Exact addresses of every item" in desk.see("queue", "attention")

    assert desk.supply(filed, item, words="chatter") == 400
    assert Notice.objects.count() == 1
    first = Notice.objects.get()
    where = desk.supply(filed, item, words=EXACT + "\r\nhttps://chatter.example/p/2\r\n")
    second = Notice.objects.exclude(pk=first.pk).get()
    assert where == reverse("removals:desk-notice", args=[second.reference])

    row = only_request(filed)
    assert (row.state, row.missing_element, row.law_paused_at) == ("sent", "", None)
    assert row.law_due_at == NOW + timedelta(hours=48, minutes=2)
    asked = find_asked(chatter.side, item, now=NOW)
    assert (asked.notice, asked.item.url) == (second.reference, EXACT)

    # Both are kept as they were sent, typed and in their version, and both can be read at the desk.
    kept = [
        read_notice(each.reference, keyring=desk.worker.keyring, by=desk.worker.actor, now=NOW).sent
        for each in (first, second)
    ]
    assert [type(each) for each in kept] == [NoticeContent, NoticeContent]
    assert [each.version for each in kept] == [3, 3]
    assert kept[0].supplied == ()
    assert EXACT not in kept[0].text
    (supply,) = kept[1].supplied
    assert (supply.element, supply.words.splitlines()[0]) == (Element.EXACT_URLS, EXACT)
    assert "What you told us was missing" in kept[1].text
    assert "Known copy: https://chatter.example/p/2" in kept[1].text
    page = desk.see("request", filed.reference, item)
    assert "Notice, version 1" in page
    assert "Notice, version 2" in page
    assert "They say this is missing" not in page
    assert EXACT in desk.see("notice", second.reference)
    assert EXACT not in desk.see("notice", first.reference)
    assert "what was missing." in Her(filed).see("/status/place/1")
    # What was supplied once stands in every later notice.
    Request.objects.update(state="still_up")
    (plan,) = plan_notices(opened=at_desk(filed, desk.worker), signer="Robin Vale", now=NOW)
    assert plan.facts.items[0].url == EXACT


def test_pressed_twice_one_corrected_notice_goes_out(desk: Desk, chatter: Company) -> None:
    filed = sent_under("us-tida", desk, "https://chatter.example/p/1")
    (item,) = miss(chatter, Element.SIGNATURE)
    assert isinstance(desk.supply(filed, item, words="Robin"), str)
    assert desk.supply(filed, item, words="Robin") == 409
    assert Notice.objects.count() == 2


def test_what_a_whole_notice_lacks_is_supplied_for_all_that_it_names(desk: Desk, chatter: Company) -> None:
    filed = sent_under("us-tida", desk, *(f"https://chatter.example/p/{number}" for number in (1, 2, 3)))
    items = miss(chatter, Element.SIGNATURE)
    desk.supply(filed, items[1], words="Robin")
    assert set(Request.objects.values_list("state", flat=True)) == {"sent"}
    assert Notice.objects.order_by("-made_at", "-id")[0].requests.count() == 3


def test_an_address_is_supplied_for_its_own_item_alone(desk: Desk, chatter: Company) -> None:
    filed = sent_under("us-tida", desk, "https://chatter.example/p/1", "https://chatter.example/p/2")
    items = miss(chatter, Element.LOCATION)
    desk.supply(filed, items[0], words=EXACT)
    assert list(Request.objects.order_by("ordinal").values_list("state", flat=True)) == ["sent", "incomplete"]


def test_a_law_without_a_pause_runs_on(desk: Desk, chatter: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    filed = sent_under("in-it", desk, "https://chatter.example/p/1")
    due = only_request(filed).law_due_at
    (item,) = miss(chatter, Element.SIGNATURE)
    at(monkeypatch, NOW + 3 * A_MINUTE)
    assert "This law does not stop its clock for that." in desk.see("request", filed.reference, item)
    desk.supply(filed, item, words="Robin")
    assert only_request(filed).law_due_at == due


def test_the_clock_stands_still_until_the_corrected_notice_has_arrived(
    desk: Desk, open_company: Callable[..., Company], monkeypatch: pytest.MonkeyPatch
) -> None:
    forum = open_company("Forum", host="forum.example", kind=ChannelKind.FORM, address="https://forum.example/report")
    filed = told("https://forum.example/p/1")
    Request.objects.update(regime_code="us-tida", regime_version=1)
    (first,) = send_all(filed, desk.worker)
    mark_sent(reference=first, by=desk.worker.actor, now=NOW)
    (item,) = miss(forum, Element.SIGNATURE)
    desk.supply(filed, item, words="Robin")
    row = only_request(filed)
    assert (row.state, row.law_paused_at, row.missing_element) == ("sending", NOW + A_MINUTE, "signature")
    second = Notice.objects.exclude(reference=first).get()
    assert second.channel == ChannelKind.FORM
    assert "We gave" not in Her(filed).see("/status/place/1")
    mark_sent(reference=second.reference, by=desk.worker.actor, now=NOW + 5 * A_MINUTE)
    row = only_request(filed)
    assert (row.state, row.missing_element, row.law_paused_at) == ("sent", "", None)
    assert row.law_due_at == NOW + timedelta(hours=48, minutes=4)


def test_a_corrected_notice_that_did_not_arrive_supplied_nothing(desk: Desk, lantern: Company) -> None:
    filed = told("https://lantern.example/p/1")
    Request.objects.update(regime_code="us-tida", regime_version=1)
    send_all(filed, desk.worker)
    arrive(Notice.objects.get(), by=desk.worker.actor, at=NOW, now=NOW)
    (item,) = miss(lantern, Element.SIGNATURE)
    desk.supply(filed, item, words="Robin")
    second = Notice.objects.get(state=NoticeState.QUEUED.value)
    assert Parcel.objects.filter(public_id=second.reference).exists()
    fail(second, is_unsure=False, now=NOW)
    row = only_request(filed)
    assert (row.state, row.missing_element, row.law_paused_at) == ("prepared", "signature", NOW + A_MINUTE)
    # The next try says it too, and supplies it when it arrives.
    (again,) = send_all(filed, desk.worker)
    arrive(Notice.objects.get(reference=again), by=desk.worker.actor, at=NOW, now=NOW + 4 * A_MINUTE)
    assert only_request(filed).missing_element == ""


def test_a_platform_that_answers_what_is_on_its_way_has_what_was_missing(
    desk: Desk, open_company: Callable[..., Company]
) -> None:
    forum = open_company("Forum", host="forum.example", kind=ChannelKind.FORM, address="https://forum.example/report")
    filed = told("https://forum.example/p/1")
    Request.objects.update(regime_code="us-tida", regime_version=1)
    (first,) = send_all(filed, desk.worker)
    mark_sent(reference=first, by=desk.worker.actor, now=NOW)
    (item,) = miss(forum, Element.SIGNATURE)
    desk.supply(filed, item, words="Robin")
    decide(side=forum.side, references=[item], answer=REMOVED, now=NOW + 2 * A_MINUTE)
    row = only_request(filed)
    assert (row.state, row.missing_element) == ("decided", "")


@pytest.mark.parametrize("element", list(Element))
def test_every_element_can_be_supplied_and_is_then_there(element: Element, desk: Desk, chatter: Company) -> None:
    filed = told("https://chatter.example/p/1")
    (plan,) = plan_notices(opened=at_desk(filed, desk.worker), signer="Robin Vale", now=NOW)
    typed = {Asked.ADDRESSES: EXACT, Asked.MAILBOX: "desk@example.org", Asked.DECLARATION: "on"}
    form = SupplyForm({"words": typed.get(ASKS[element], "Ref 17")}, element=element)
    assert form.is_valid(), form.errors
    assert not SupplyForm({"words": ""}, element=element).is_valid()
    supply = Supply(element=element, words=form.cleaned_data["words"])
    items = tuple(supply_item(each, [supply]) for each in plan.facts.items)
    facts = supply_facts(replace(plan.facts, items=items), [supply], now=NOW)
    assert missing_elements(facts, [element]) == ()
    text = compose(facts, plan.regime, language="en").text
    _before, _heading, after = text.partition("What you told us was missing")
    name = name_element(element, language="en")
    assert name in after
    assert supply.words in after
