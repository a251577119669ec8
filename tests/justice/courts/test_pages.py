"""The pages of orders: a clerk records, anybody checks, a company answers, a person joins by a slip."""

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import FieldRefused
from leeward.justice.courts.errors import CourtsMistake
from leeward.justice.courts.models import Draft, Order, Target
from leeward.justice.courts.operations.proofs import PROOFS
from leeward.justice.courts.operations.turning import resume_order, revoke_order, stay_order
from leeward.justice.courts.queries.orders import read_order
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.terms import OrderState, TargetState
from leeward.justice.courts.views import person
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.models import Request
from leeward.victim.removals.rules.reports import ORDER_PAGE
from tests.counters import start_afresh
from tests.foundation.accounts.people import at, come_in, employ
from tests.justice.courts.conftest import PERSON_ORDERED, PLACE, Hall
from tests.victim.file.proving import book
from tests.victim.file.reading import Reader
from tests.victim.removals.conftest import NOW, Company, Filed, her_browser, told
from tests.victim.removals.platform_people import colleague

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7 made up"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def words_of(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def step(client: Client, address: str, **typed: Any) -> str:
    """Answer one question and return where it leads."""
    answer = client.post(address, typed)
    assert answer.status_code == 303, answer.content.decode()[-3000:]
    return str(answer.headers["Location"])


def test_a_clerk_records_an_order_one_question_a_page_and_nothing_typed_is_lost(hall: Hall) -> None:
    clerk = come_in(hall.clerk.user.username)
    page = step(clerk, reverse("courts:begin"))
    page = step(clerk, page, type_code="made-up-removal")
    page = step(clerk, page, file_number="K 12/2026", ecli="")
    before = NOW.date() - timedelta(days=3)
    wrong = clerk.post(page, {"issued_on": NOW.date().isoformat(), "comply_by": before.isoformat()})
    assert wrong.status_code == 400
    assert f"after the one on which the order was issued ({NOW.date().isoformat()})" in wrong.content.decode()
    assert before.isoformat() in clerk.get(page).content.decode()
    page = step(clerk, page, issued_on=NOW.date().isoformat(), comply_by="")
    page = step(clerk, page, pair="platform/remove")
    page = step(clerk, page, company="", addresses=PLACE)
    page = step(clerk, page, territory="*", language="en")
    page = step(clerk, page, reasons="It was shared without agreement.")
    refused = clerk.post(page, {"document": SimpleUploadedFile("order.pdf", b"GIF89a", "application/pdf")})
    assert "this is not one" in refused.content.decode()
    page = step(clerk, page, document=SimpleUploadedFile("order.pdf", PAPER, "application/pdf"))
    shown = text_of(clerk.get(page))
    assert all(each in shown for each in ("K 12/2026", PLACE, "It was shared without agreement."))
    # Left here, it is found again; and who presses for another one twice begins one.
    assert "K 12/2026" in text_of(clerk.get(reverse("courts:orders")))
    begun = [step(clerk, reverse("courts:begin")) for _time in range(2)]
    assert begun[0] == begun[1]
    step(clerk, begun[0].replace("/type", "/drop"))
    order_page = step(clerk, page)
    twice = clerk.post(page)
    assert (twice.status_code, "recorded already" in twice.content.decode()) == (409, True)
    order = Order.objects.get()
    assert order_page == reverse("courts:order", args=[order.number])
    assert not Draft.objects.exists()
    assert PLACE in text_of(clerk.get(order_page))
    listed = text_of(clerk.get(reverse("courts:orders")))
    assert write_number(order.number) in listed
    assert "Not served" in listed
    step(clerk, reverse("courts:serve", args=[order.number, 1]), way="door", at=NOW.date().isoformat())
    step(clerk, reverse("courts:happened", args=[order.number, 1]), kind="seen_done", at=NOW.date().isoformat())
    assert Target.objects.get().state is TargetState.SEEN_DONE
    step(clerk, reverse("courts:stay", args=[order.number]))
    step(clerk, reverse("courts:stay", args=[order.number]))
    again = step(clerk, reverse("courts:vary", args=[order.number]))
    assert "made-up-removal" in text_of(clerk.get(again))
    step(clerk, reverse("courts:revoke", args=[order.number]), words="Dropped.")
    assert Order.objects.get().state is OrderState.REVOKED
    assert clerk.post(reverse("courts:revoke", args=[order.number]), {"words": "Dropped."}).status_code == 409
    # By its file, of which nothing is kept, anybody finds what it is.
    asked = Client().post(reverse("courts:check"), {"file": SimpleUploadedFile("x.pdf", PAPER, "application/pdf")})
    assert "Harbour Court" in text_of(asked)


def test_overdue_is_said_only_where_something_is_owed(
    hall: Hall, served: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = NOW + timedelta(days=3)
    at(monkeypatch, later)
    page, listed = reverse("courts:order", args=[served.number]), reverse("courts:orders") + "?what=all"
    clerk = come_in("cleo")
    assert all("Overdue since" in text_of(clerk.get(each)) for each in (page, listed))
    revoke_order(number=served.number, words="Dropped.", by=hall.clerk.by, now=later)
    assert not any("Overdue since" in text_of(clerk.get(each)) for each in (page, listed))


def test_an_order_that_is_not_served_is_served_next(hall: Hall, order: Order) -> None:
    def following() -> str:
        page = text_of(come_in("cleo").get(reverse("courts:order", args=[order.number])))
        return page.split('id="next"')[1].split("</div>")[0]

    serve = reverse("courts:serve", args=[order.number, order.targets.get().ordinal])
    assert "Not served yet" in following()
    assert (f'href="{serve}"' in following(), "Serve the order" in following()) == (True, True)
    hall.serve(order.number)
    assert "Serve the order" not in following()


def test_two_officers_let_an_order_from_paper_stand_and_a_type_is_switched_for_a_reason(hall: Hall) -> None:
    number = hall.record(by=hall.officer)
    one, other = come_in("olga"), come_in("otto")
    assert one.post(reverse("courts:confirm", args=[number])).status_code == 409
    assert "Call the court" in text_of(other.get("/staff/"))
    step(other, reverse("courts:confirm", args=[number]))
    assert Order.objects.get().confirmed_by == hall.second.user.reference
    step(one, reverse("courts:type", args=["made-up-removal"]), reason="The law was read again.")
    with pytest.raises(FieldRefused) as off:
        hall.record(file_number="other")
    assert off.value.code is CourtsMistake.TYPE_OFF
    assert "Switched off" in text_of(one.get(reverse("courts:types")))
    court = step(one, reverse("courts:court-add"), name="Hill Court", jurisdiction="Hill", contact="+0 1")
    assert "Hill Court" in text_of(one.get(court))
    assert come_in("cleo").get(reverse("courts:types")).status_code == 403


def test_who_is_ordered_an_officer_opens_for_a_reason_alone(hall: Hall) -> None:
    number = hall.record(pair="person/delete_copies", person=PERSON_ORDERED, about="A planted phone")
    one = come_in("olga")
    assert PERSON_ORDERED not in text_of(one.get(reverse("courts:order", args=[number])))
    assert one.post(reverse("courts:uncover", args=[number])).status_code == 400
    assert PERSON_ORDERED in text_of(one.post(reverse("courts:uncover", args=[number]), {"why": "serve"}))
    assert AuditEvent.objects.filter(verb="vault.file_opened", facts__contains="serve").exists()
    assert PERSON_ORDERED in text_of(come_in("cleo").get(reverse("courts:order", args=[number])))
    assert PERSON_ORDERED not in str(Client().get(f"/orders/{number}.json").json())


def test_anybody_checks_a_number_and_learns_neither_an_address_nor_a_person(hall: Hall, order: Order) -> None:
    start_afresh()
    somebody = Client()
    assert ORDER_PAGE.format(number=order.number) == reverse("courts:show", args=[order.number])
    number = write_number(order.number)
    page, record = text_of(somebody.get(f"/orders/{number}")), somebody.get(f"/orders/{number}.json").json()
    assert "Chatter" in page
    assert "The order stands." in page
    assert record["targets"] == [{"addressee": "platform", "name": "Chatter", "action": "remove"}]
    hidden = (PLACE, "very-private", "K 12/2026", "shared without agreement", PERSON_ORDERED, "Not served")
    assert not any(each in page or each in str(record) for each in hidden)
    unknown, malformed = (somebody.get(f"/orders/{typed}.json") for typed in ("K7M2-4QXD-9ABC-EE"[:-2] + "ZZ", "none"))
    mistyped = order.number[:-1] + ("2" if order.number[-1] != "2" else "3")
    assert malformed.json() == {"error": "unknown"}
    assert unknown.json()["error"] in ("unknown", "mistyped")
    assert somebody.get(f"/orders/{mistyped}.json").json() == {"error": "mistyped"}
    assert "mistyped" in somebody.post("/orders", {"number": mistyped}).content.decode()
    revoke_order(number=order.number, words="Dropped.", by=hall.clerk.by, now=NOW)
    after = text_of(somebody.get(f"/orders/{number}"))
    assert all(each in after for each in ("need not be obeyed any more", "The reason: <bdi>Dropped.</bdi>"))


def test_checks_are_counted_by_network(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    start_afresh()
    monkeypatch.setattr("leeward.justice.courts.views.public.CHECKS_FROM_ONE_NETWORK", 2)
    answers = [Client().get(f"/orders/{order.number}.json").status_code for _number in range(3)]
    assert answers == [200, 200, 429]
    start_afresh()


def test_a_company_reads_its_own_order_and_answers_once(
    served: Order, chatter: Company, lantern: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    mod = colleague("mod", chatter)
    other = colleague("mol", lantern)
    client, stranger = come_in(mod.name), come_in(other.name)
    assert write_number(served.number) in text_of(client.get("/staff/"))
    address = reverse("courts:platform-order", args=[served.number])
    assert PLACE in text_of(client.get(address))
    assert stranger.get(address).status_code == 404
    answer = {"effect": "full", "at": NOW.date().isoformat(), "territory": "GB", "reason": "Blocked here."}
    step(client, address, **answer)
    assert Target.objects.get().state is TargetState.PARTLY
    step(client, address, **{**answer, "territory": "*"})
    assert Target.objects.get().state is TargetState.GIVEN_EFFECT
    seen = text_of(come_in("cleo").get(reverse("courts:order", args=[served.number])))
    assert "Blocked here." in seen
    assert "Everywhere" in seen
    own = text_of(client.get(address))
    assert all(each in own for each in ("Done, reported by you", "What you last told the court", "Everywhere"))
    assert "Your answer" in text_of(client.get(address))
    assert "Due" not in words_of(own)  # nothing is due beside what is done
    listed = client.get(reverse("courts:platform-orders") + "?what=all")
    assert "Done, reported by you" in words_of(text_of(listed))
    assert 'data-heading="Due"' not in text_of(listed)
    Target.objects.update(state=TargetState.ENDED)
    at(monkeypatch, NOW + timedelta(days=9))
    client = come_in(mod.name)
    over = text_of(client.get(address)) + text_of(client.get("/staff/"))
    assert not any(each in over for each in ("Your answer", "Overdue", "Due "))


def test_an_order_stands_in_the_queue_of_requests_and_is_not_urgent_once_it_ended(
    served: Order, chatter: Company
) -> None:
    client = come_in(colleague("mod", chatter).name)
    number, queue = write_number(served.number), "/platform/requests"
    for page in (text_of(client.get(queue)), text_of(client.get("/staff/"))):
        row = next(each for each in page.split("data-leeward-row") if number in each.partition("</tr>")[0])
        assert "Urgent: " in row
        assert reverse("courts:platform-order", args=[served.number]) in row
    Target.objects.update(state=TargetState.REVOKED)
    for page in (text_of(client.get(queue)), text_of(client.get("/staff/"))):
        assert number in page
        assert "Urgent: " not in page
    client.get(reverse("courts:platform-order", args=[served.number]))
    assert number not in text_of(client.get(queue))


class TestHerSlip:
    @pytest.fixture
    def browser(self, hall: Hall) -> Client:
        """Somebody who has pages of their own, for another reason."""
        del hall
        start_afresh()
        filed: Filed = told("https://chatter.example/p/another")
        return her_browser(filed)

    def slip(self, hall: Hall, order: Order) -> str:
        clerk = hall.clerk
        found = read_order(clerk.user, order.number, keyring=clerk.keyring, by=clerk.by, now=NOW)
        shown = text_of(come_in(clerk.user.username).get(reverse("courts:slip", args=[order.number])))
        assert write_number(found.slip) in shown
        assert f"{settings.LEEWARD_URL}/status/order" in shown
        return write_number(found.slip)

    def test_with_it_they_see_each_place_and_never_who_was_convicted(
        self, hall: Hall, browser: Client, order: Order
    ) -> None:
        assert (
            "A court has ordered" not in browser.get(reverse("portal:door", kwargs={"door": "links"})).content.decode()
        )
        for wrong in (order.number, "short", self.slip(hall, order)[:-1] + "U"):
            assert browser.post("/status/order", {"slip": wrong}).status_code == 422
        step(browser, "/status/order", slip=self.slip(hall, order))
        page = text_of(browser.get(reverse("portal:door", kwargs={"door": "links"})))
        assert "A court has ordered this removed" in page
        assert PLACE in page
        assert not any(each in page for each in ("Harbour Court", "K 12/2026", order.number))

    def test_how_the_order_stands_says_what_the_desk_does(self, hall: Hall, browser: Client, order: Order) -> None:
        step(browser, "/status/order", slip=self.slip(hall, order))
        number, by = order.number, hall.clerk.by
        works, rests = "The removal desk takes care of it.", "We show here when the stay ends."
        ended = "The removal desk does nothing more because of this order."
        turned = {"The order is stayed for now.", "The order was revoked.", works, rests, ended}
        for act, said in (
            (lambda: None, {works}),
            (lambda: stay_order(number=number, by=by, now=NOW), {"The order is stayed for now.", rests}),
            (lambda: resume_order(number=number, by=by, now=NOW), {works}),
            (lambda: revoke_order(number=number, words="Dropped.", by=by, now=NOW), {"The order was revoked.", ended}),
        ):
            act()
            page = text_of(browser.get(reverse("portal:door", kwargs={"door": "links"})))
            assert {each for each in turned if each in page} == said

    def test_each_sentence_about_the_order_has_its_proof_after_each_act(
        self, hall: Hall, browser: Client, order: Order, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An order is stayed, resumed, replaced and revoked; what the page says is asked of the record each time."""
        seen = list[Bearer]()

        def show(request: HttpRequest, bearer: Bearer, now: datetime) -> str:
            seen.append(bearer)
            return person.show_part(request, bearer, now)

        monkeypatch.setattr(person, "HOLDER", replace(person.HOLDER, show=show))
        number, by = order.number, hall.clerk.by
        step(browser, "/status/order", slip=self.slip(hall, order))
        table = book()
        said = set[str]()
        for act in (
            lambda: None,
            lambda: hall.serve(number),
            lambda: stay_order(number=number, by=by, now=NOW),
            lambda: resume_order(number=number, by=by, now=NOW),
            lambda: revoke_order(number=number, words="Dropped.", by=by, now=NOW),
        ):
            act()
            page = text_of(browser.get(reverse("portal:door", kwargs={"door": "links"})))
            before = Counter(table.met)
            for block in Reader("/status/part/links", page).blocks:
                table.ask(block, bearer=seen[-1], now=NOW)
            assert table.false == []
            met = {words for words in table.met if table.met[words] > before[words]} & PROOFS.keys()
            assert len(met) >= 2
            said |= met
        assert len(said) == 6  # all but of an order that ended, or was replaced

    def test_what_the_company_says_at_its_own_door_stands_though_the_desk_has_sent_nothing(
        self, hall: Hall, browser: Client, order: Order, chatter: Company
    ) -> None:
        step(browser, "/status/order", slip=self.slip(hall, order))
        mod = colleague("mod", chatter)
        client, address = come_in(mod.name), reverse("courts:platform-order", args=[order.number])
        answer = {"effect": "full", "at": NOW.date().isoformat(), "reason": ""}
        for act, said in (
            (lambda: None, "In preparation"),
            (lambda: hall.serve(order.number), "Asked"),
            (lambda: step(client, address, **answer, territory="GB"), "Done in part"),
            (lambda: step(client, address, **answer, territory="*"), "Reported done"),
        ):
            act()
            page = words_of(text_of(browser.get(reverse("portal:door", kwargs={"door": "links"}))))
            page = page[page.index("A court has ordered this removed") :]
            assert page[: page.index(PLACE)].endswith(f" {said} ")


def test_the_desks_request_names_the_order_behind_it(hall: Hall, order: Order) -> None:
    (row,) = Request.objects.filter(order_number=order.number)
    employ("rob", Role.DESK_PRACTITIONER)
    page = come_in("rob").get(reverse("removals:desk-request", args=[row.report.reference, row.reference]))
    assert f"{settings.LEEWARD_URL}{ORDER_PAGE.format(number=order.number)}" in page.content.decode()
    assert "Court order" in text_of(page)
