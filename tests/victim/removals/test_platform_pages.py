"""The platforms' pages: each sees its own and nobody's name, two pairs of eyes refuse, and a link opens one notice."""

import csv
import io
import json
import logging
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.exchange.signing import signing_key
from leeward.industry.platforms.operations import rotate_keys
from leeward.industry.platforms.queries import has_waiting_keys
from leeward.industry.platforms.rules import ChannelKind
from leeward.victim.file.rules.story import Harm, Made, Reporter, Shown, Story
from leeward.victim.removals.models import Appeal, Decision, Notice, NoticeState, Request
from leeward.victim.removals.operations.answers import decide, open_appeal, open_packet
from leeward.victim.removals.operations.notices import collect_deliveries
from leeward.victim.removals.operations.reports import erase_report, stop_desk
from leeward.victim.removals.operations.steps import locked_request
from leeward.victim.removals.rules.decisions import Answer, Ground, Outcome, Reasons
from leeward.victim.removals.rules.notices import NoticeContent
from tests.foundation.accounts.people import Member, at, come_in
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed, Worker, told
from tests.victim.removals.desk_people import send_all
from tests.victim.removals.platform_people import asked_of, chief, colleague, link_of, references

pytestmark = pytest.mark.django_db

QUEUE = "/platform/requests"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ANSWER = f"{QUEUE}/answer"
URL = "https://chatter.example/p/1"
REFUSAL = {"outcome": "refused", "refusal": "not_intimate", "facts": "A holiday picture.", "step": "send"}


@pytest.fixture(autouse=True)
def _clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def mona(chatter: Company) -> Client:
    """A moderator of Chatter, unlocked."""
    colleague("mona", chatter)
    return come_in("mona")


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client: Client, address: str, *refs: uuid.UUID, **data: str) -> Any:
    return client.post(address, {"request": [str(ref) for ref in refs], **data})


def state_of(reference: uuid.UUID) -> str:
    return Request.objects.get(reference=reference).state


class TestWhoSeesWhat:
    def test_the_queue_shows_what_is_needed_and_never_a_name_or_a_story(self, robin: Worker, mona: Client) -> None:
        filed = asked_of(robin, URL, "https://chatter.example/p/2")
        page = mona.get(QUEUE)
        assert page.status_code == 200
        assert URL in text_of(page)
        one = mona.get(f"{QUEUE}/{references(filed)[0]}")
        assert "Fairhaven Removal Desk" in text_of(one)
        assert "Robin Vale" in text_of(one)  # who signs for the desk
        for shown in (page, one):
            body = shown.content.decode()
            assert "Sunday" not in body
            assert str(filed.reference) not in body
            assert filed.key.grantee.id not in body
            assert "<img" not in body.partition("<main")[2]

    def test_an_address_is_text_and_a_link_that_tells_nothing(self, robin: Worker, mona: Client) -> None:
        filed = asked_of(robin, URL)
        body = mona.get(f"{QUEUE}/{references(filed)[0]}").content.decode()
        (link,) = re.findall(rf'<a [^>]*href="{URL}"[^>]*>', body)
        assert 'rel="noopener noreferrer"' in link
        assert 'target="_blank"' in link

    def test_what_was_not_sent_and_what_is_anothers_are_the_same_404(
        self, robin: Worker, mona: Client, open_company: Callable[..., Company]
    ) -> None:
        open_company("Other", host="other.example")
        (theirs,) = references(asked_of(robin, "https://other.example/p/1"))
        for page in ("", "/appeal", "/counter-notice"):
            method = mona.post if page else mona.get
            answers = [
                (reference, method(f"{QUEUE}/{reference}{page}", {"words": "x", "reverses": "no"}))
                for reference in (theirs, uuid.uuid4())
            ]
            assert {answer.status_code for _reference, answer in answers} == {404}
            # The staff's frame has forms, each with its token, which is written in another way each time.
            told = {TOKEN.sub("", answer.content.decode().replace(str(each), "…")) for each, answer in answers}
            assert len(told) == 1
        for address in (ANSWER, f"{QUEUE}/claim", f"{QUEUE}/let-go"):
            assert {send(mona, address, each).status_code for each in (theirs, uuid.uuid4())} == {404}
        assert state_of(theirs) == "sent"

    def test_waiting_keys_are_let_in_by_whoever_is_unlocked(self, mona: Client, chatter: Company) -> None:
        rotate_keys(name="Chatter", overlap=timedelta(0), by=PERSON, now=NOW)
        assert has_waiting_keys(chatter.partner, now=NOW)
        mona.get(QUEUE)
        assert not has_waiting_keys(chatter.partner, now=NOW)


class TestQueue:
    def test_what_is_due_first_comes_first_and_overdue_is_said(self, robin: Worker, mona: Client) -> None:
        late, soon, none = references(asked_of(robin, *(f"https://chatter.example/p/{number}" for number in range(3))))
        for reference, hours in ((late, -1), (soon, 3)):
            due = NOW + timedelta(hours=hours)
            Request.objects.filter(reference=reference).update(law_due_at=due, due_at=due)
        order = re.findall(r'name="request" value="([^"]+)"', mona.get(QUEUE).content.decode())
        assert order == [str(late), str(soon), str(none)]
        assert "1 hour overdue" in text_of(mona.get(QUEUE))
        for due, expected in (("0", [late]), ("4", [late, soon]), ("", [late, soon, none])):
            body = mona.get(QUEUE, {"due": due}).content.decode()
            assert re.findall(r'name="request" value="([^"]+)"', body) == [str(each) for each in expected]

    def test_pages_follow_each_other_without_gap_or_repeat(self, robin: Worker, mona: Client) -> None:
        everything = references(asked_of(robin, *(f"https://chatter.example/p/{number}" for number in range(55))))
        Request.objects.filter(reference__in=everything[10:20]).update(due_at=NOW + timedelta(hours=1))
        seen, address = [], QUEUE
        for _ in range(3):
            body = mona.get(address).content.decode()
            seen += re.findall(r'name="request" value="([^"]+)"', body)
            following = re.search(r'rel="next" href="([^"]+)"', body)
            if following is None:
                break
            address = following[1].replace("&amp;", "&")
        assert sorted(seen) == sorted(str(each) for each in everything)
        assert seen[:10] == [str(each) for each in everything[10:20]]

    def test_nonsense_in_the_address_narrows_nothing(self, robin: Worker, mona: Client) -> None:
        asked_of(robin, URL)
        page = mona.get(QUEUE, {"state": "nonsense", "due": "x", "mine": "", "cursor": "zz", "said": "<b>"})
        assert URL in text_of(page)

    def test_mine_are_those_whose_claim_still_holds(
        self, robin: Worker, mona: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (reference,) = references(asked_of(robin, URL))
        assert "Nothing here waits" in text_of(mona.get(QUEUE, {"mine": "on"}))
        send(mona, f"{QUEUE}/claim", reference)
        assert "Yours until" in text_of(mona.get(QUEUE, {"mine": "on"}))
        at(monkeypatch, NOW + timedelta(minutes=10))  # a look keeps her unlocked
        mona.get(QUEUE)
        at(monkeypatch, NOW + timedelta(minutes=20))
        mona.get(QUEUE)
        at(monkeypatch, NOW + timedelta(minutes=31))
        assert "Nothing here waits" in text_of(mona.get(QUEUE, {"mine": "on"}))


class TestClaims:
    def test_the_second_hears_who_has_it_and_the_claim_ends_by_itself(
        self, robin: Worker, chatter: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = colleague("mona", chatter)
        colleague("nadia", chatter, beside=first)
        mona, nadia = come_in("mona"), come_in("nadia")
        one, two = references(asked_of(robin, URL, "https://chatter.example/p/2"))
        assert send(mona, f"{QUEUE}/claim", one).headers["Location"].endswith("said=claimed")
        assert send(nadia, f"{QUEUE}/claim", two, one).headers["Location"].endswith("said=taken")
        assert Request.objects.get(reference=two).claimed_by == ""  # all or none
        assert "Taken by Mona until" in text_of(nadia.get(QUEUE))
        refused = send(nadia, ANSWER, one, step="send", outcome="removed")
        assert refused.status_code == 409
        assert "a colleague has taken one" in text_of(refused)
        assert send(nadia, ANSWER, one, step="name", element="location").status_code == 409
        send(nadia, f"{QUEUE}/let-go", one)
        assert Request.objects.get(reference=one).claimed_by == first.user.reference
        at(monkeypatch, NOW + timedelta(minutes=14))
        nadia.get(QUEUE)
        at(monkeypatch, NOW + timedelta(minutes=28))
        nadia.get(QUEUE)
        at(monkeypatch, NOW + timedelta(minutes=30))
        assert send(nadia, f"{QUEUE}/claim", one).headers["Location"].endswith("said=claimed")

    def test_nothing_ticked_is_said(self, mona: Client) -> None:
        for address in (ANSWER, f"{QUEUE}/claim", f"{QUEUE}/let-go"):
            assert mona.post(address).headers["Location"].endswith("said=nothing")
            assert mona.post(address, {"request": "no-reference"}).headers["Location"].endswith("said=nothing")
            assert mona.post(address, {"request": [str(uuid.uuid4()) for _ in range(101)]}).status_code == 303


class TestAnswers:
    def test_many_at_once_or_none(self, robin: Worker, mona: Client) -> None:
        one, two, three = references(asked_of(robin, *(f"https://chatter.example/p/{number}" for number in range(3))))
        assert send(mona, ANSWER, one, two, step="send", outcome="removed").status_code == 303
        assert [state_of(each) for each in (one, two, three)] == ["decided", "decided", "sent"]
        mixed = send(mona, ANSWER, one, three, step="send", outcome="not_found")
        assert mixed.status_code == 409
        assert state_of(three) == "sent"
        assert Decision.objects.filter(request__reference=one).count() == 1

    def test_only_the_last_step_writes(self, robin: Worker, mona: Client) -> None:
        (reference,) = references(asked_of(robin, URL))
        for step in ("choose", "reasons", "missing", "nonsense", ""):
            assert send(mona, ANSWER, reference, step=step, outcome="removed").status_code == 200
        assert send(mona, ANSWER, reference, step="reasons").status_code == 400
        assert send(mona, ANSWER, reference, step="send", outcome="vanished").status_code == 400
        assert mona.get(ANSWER).status_code == 303
        assert state_of(reference) == "sent"
        assert not Decision.objects.exists()

    @pytest.mark.parametrize(
        ("outcome", "asked"),
        [
            ("refused", {"refusal", "facts", "explanation", "automated_detection", "automated_decision"}),
            ("not_found", set()),
            ("already_gone", set()),
            (
                "geo_blocked",
                {"facts", "ground", "legal_ground", "explanation", "automated_detection", "automated_decision"},
            ),
        ],
    )
    def test_only_what_the_outcome_needs_is_asked(
        self, robin: Worker, mona: Client, outcome: str, asked: set[str]
    ) -> None:
        (reference,) = references(asked_of(robin, URL))
        body = send(mona, ANSWER, reference, step="reasons", outcome=outcome).content.decode().partition("<main")[2]
        names = set(re.findall(r'name="([a-z_]+)"', body)) - {"csrfmiddlewaretoken", "request", "outcome", "step"}
        assert names == asked

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"outcome": "geo_blocked"}, "facts"),
            ({"outcome": "refused", "facts": "x"}, "refusal"),
            ({"outcome": "removed", "ground": "DECISION_GROUND_ILLEGAL_CONTENT"}, "legal_ground"),
            ({"outcome": "removed", "facts": "x" * 5_001}, "facts"),
        ],
    )
    def test_what_is_missing_is_said_at_its_field(
        self, robin: Worker, mona: Client, data: dict[str, str], field: str
    ) -> None:
        (reference,) = references(asked_of(robin, URL))
        refused = send(mona, ANSWER, reference, step="send", **data)
        assert refused.status_code == 400
        assert f'href="#id_{field}"' in refused.content.decode()
        assert state_of(reference) == "sent"

    def test_an_element_is_chosen_from_those_of_the_law(self, robin: Worker, mona: Client) -> None:
        (reference,) = references(asked_of(robin, URL))
        Request.objects.update(regime_code="us-tida", regime_version=1)
        body = send(mona, ANSWER, reference, step="missing").content.decode()
        offered = set(re.findall(r'name="element"[^>]*value="([a-z_]+)"', body))
        assert "signature" in offered
        assert "prior_report" not in offered
        assert send(mona, ANSWER, reference, step="name", element="prior_report").status_code == 400
        assert send(mona, ANSWER, reference, step="name", element="signature").status_code == 303
        row = Request.objects.get(reference=reference)
        assert (row.state, row.missing_element) == ("incomplete", "signature")

    def test_a_notice_that_the_keys_do_not_open_says_so(
        self, robin: Worker, mona: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (reference,) = references(asked_of(robin, URL))
        monkeypatch.setattr("leeward.victim.removals.queries.platforms.open_files", lambda *_args, **_more: {})
        assert "keys do not open it" in text_of(mona.get(QUEUE))
        assert "Ask the desk to send it again" in text_of(mona.get(f"{QUEUE}/{reference}"))

    def test_a_list_costs_as_many_queries_with_one_request_as_with_many(self, robin: Worker, mona: Client) -> None:
        refs = references(asked_of(robin, *(f"https://chatter.example/p/{number}" for number in range(9))))

        def costs() -> dict[str, int]:
            asked = {
                "queue": lambda: mona.get(QUEUE),
                "answer": lambda: send(mona, ANSWER, *refs, step="choose"),
                "missing": lambda: send(mona, ANSWER, *refs, step="missing"),
                "waiting": lambda: mona.get(f"{QUEUE}/waiting"),
            }
            counts = {}
            for name, ask in asked.items():
                with CaptureQueriesContext(connection) as captured:
                    text = text_of(ask())
                assert all(f"chatter.example/p/{number}" in text for number in range(len(refs)) if name != "waiting")
                counts[name] = len(captured)
            return counts

        send(mona, ANSWER, *refs[:1], **REFUSAL)
        many_asked = costs()
        send(mona, ANSWER, *refs[1:], **REFUSAL)
        many_wait = costs()
        assert all(f"chatter.example/p/{number}" in text_of(mona.get(f"{QUEUE}/waiting")) for number in range(9))
        assert many_asked == many_wait
        del refs[1:]
        Decision.objects.exclude(request__reference=refs[0]).delete()
        Request.objects.exclude(reference=refs[0]).update(state="withdrawn")
        assert costs() == many_asked


class TestSecondLook:
    @pytest.fixture
    def refused(self, robin: Worker, mona: Client) -> uuid.UUID:
        (reference,) = references(asked_of(robin, URL))
        assert send(mona, ANSWER, reference, **REFUSAL).headers["Location"].endswith("said=waits")
        assert state_of(reference) == "sent"
        return reference

    def test_who_refused_cannot_agree_and_a_colleague_can(
        self, refused: uuid.UUID, mona: Client, chatter: Company
    ) -> None:
        decision = Decision.objects.get()
        page = f"{QUEUE}/waiting/{decision.reference}"
        assert "A holiday picture." in text_of(mona.get(page))
        own = mona.post(page, {"agrees": "yes"})
        assert own.status_code == 409
        assert state_of(refused) == "sent"
        lead = _join(chatter, "lena", Role.PLATFORM_LEAD)
        assert URL in text_of(lead.get(f"{QUEUE}/waiting"))
        assert lead.post(page, {}).status_code == 400
        assert lead.post(page, {"agrees": "yes"}).headers["Location"].endswith("said=agreed")
        assert state_of(refused) == "decided"
        assert lead.post(page, {"agrees": "yes"}).status_code == 404

    @pytest.mark.usefixtures("refused")
    def test_sent_back_it_stands_in_the_queue_again(self, mona: Client, chatter: Company) -> None:
        page = f"{QUEUE}/waiting/{Decision.objects.get().reference}"
        lead = _join(chatter, "lena", Role.PLATFORM_LEAD)
        assert lead.post(page, {"agrees": "no"}).status_code == 303
        assert not Decision.objects.exists()
        assert "Wait for a second person" not in text_of(mona.get(QUEUE))

    @pytest.mark.usefixtures("refused")
    def test_another_platforms_people_do_not_find_it(self, open_company: Callable[..., Company]) -> None:
        other = open_company("Other", host="other.example")
        colleague("otto", other)
        otto = come_in("otto")
        for reference in (Decision.objects.get().reference, uuid.uuid4()):
            assert otto.get(f"{QUEUE}/waiting/{reference}").status_code == 404
            assert otto.post(f"{QUEUE}/waiting/{reference}", {"agrees": "yes"}).status_code == 404
        assert "Nothing waits" in text_of(otto.get(f"{QUEUE}/waiting"))


class TestAppeals:
    @pytest.fixture
    def appealed(self, robin: Worker, mona: Client) -> uuid.UUID:
        filed = asked_of(robin, URL)
        (reference,) = references(filed)
        facts = {"facts": "Only in one country.", "step": "send", "outcome": "geo_blocked"}
        assert send(mona, ANSWER, reference, **facts).headers["Location"].endswith("said=decided")
        _appeal(filed, reference)
        return reference

    def test_alone_she_may_settle_what_she_decided(self, appealed: uuid.UUID, mona: Client) -> None:
        assert "It is me, and it is not." in text_of(mona.get(f"{QUEUE}/{appealed}"))
        answer = mona.post(f"{QUEUE}/{appealed}/appeal", {"reverses": "yes", "words": "You are right."})
        assert answer.status_code == 303
        assert (state_of(appealed), Appeal.objects.get().state) == ("decided", "reversed")
        assert mona.post(f"{QUEUE}/{appealed}/appeal", {"reverses": "no", "words": "x"}).status_code == 404

    def test_where_there_are_two_the_other_settles(self, appealed: uuid.UUID, mona: Client, chatter: Company) -> None:
        lead = _join(chatter, "lena", Role.PLATFORM_LEAD)
        own = mona.post(f"{QUEUE}/{appealed}/appeal", {"reverses": "no", "words": "It stands."})
        assert own.status_code == 409
        assert "somebody else than who decided" in text_of(own)
        assert "It stands." in own.content.decode()  # what was typed is still there
        assert lead.post(f"{QUEUE}/{appealed}/appeal", {"reverses": "no"}).status_code == 400
        assert lead.post(f"{QUEUE}/{appealed}/appeal", {"reverses": "no", "words": "It stands."}).status_code == 303
        assert Appeal.objects.get().state == "upheld"

    def test_a_counter_notice_goes_to_the_desk_alone(self, robin: Worker, mona: Client) -> None:
        (reference,) = references(asked_of(robin, URL))
        counter = f"{QUEUE}/{reference}/counter-notice"
        assert mona.post(counter, {"words": "I made it up."}).status_code == 409  # nothing was removed yet
        send(mona, ANSWER, reference, step="send", outcome="removed")
        assert mona.post(counter, {"words": ""}).status_code == 400
        assert mona.post(counter, {"words": "It is my own holiday."}).headers["Location"].endswith("said=countered")
        assert Appeal.objects.get().side == "uploader"
        page = text_of(mona.get(f"{QUEUE}/{reference}"))
        assert "Counter-notice with the desk" in page
        assert "It is my own holiday." not in page


class TestLink:
    @pytest.fixture
    def filed(self, robin: Worker, lantern: Company) -> Filed:
        assert lantern.partner.name == "Lantern"
        return asked_of(robin, "https://lantern.example/p/1", "https://lantern.example/p/2")

    @pytest.fixture
    def address(self, filed: Filed) -> str:
        return link_of(Notice.objects.get(report__reference=filed.reference).reference)

    def test_a_mails_scanner_sees_a_cover_and_changes_nothing(self, address: str) -> None:
        scanner = Client()
        before = (AuditEvent.objects.count(), list(Notice.objects.values()), list(Request.objects.values()))
        for method in ("get", "head"):
            for path in (address, f"{address}/answer", f"{address}/{Request.objects.first().reference}"):  # type: ignore[union-attr]
                answer = getattr(scanner, method)(path)
                assert answer.status_code in (200, 303)
                assert b"lantern.example" not in answer.content
        assert not scanner.cookies.keys() & {"leeward-answer"}
        assert before == (AuditEvent.objects.count(), list(Notice.objects.values()), list(Request.objects.values()))
        assert scanner.post(f"{address}/answer", {"step": "send"}).status_code == 303  # not opened, so nothing

    def test_it_opens_one_notice_and_answers_for_the_platform(self, address: str, filed: Filed) -> None:
        client = Client(enforce_csrf_checks=True)
        token = _csrf(client.get(address))
        assert Client(enforce_csrf_checks=True).post(address).status_code == 403
        assert client.post(address, {"csrfmiddlewaretoken": token}).status_code == 303
        page = client.get(address)
        assert "https://lantern.example/p/1" in text_of(page)
        assert "Sunday" not in page.content.decode()
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in page.headers["Cache-Control"]
        assert Notice.objects.get().state == NoticeState.SENT  # opened by somebody, so it arrived
        one, two = references(filed)
        data = {"request": [str(one)], "csrfmiddlewaretoken": token, **REFUSAL}
        assert client.post(f"{address}/answer", data).headers["Location"].endswith("said=decided")
        assert (state_of(one), state_of(two)) == ("decided", "sent")
        data = {"request": [str(two)], "csrfmiddlewaretoken": token, "step": "name", "element": "location"}
        assert client.post(f"{address}/answer", data).headers["Location"].endswith("said=missing")
        assert state_of(two) == "incomplete"
        assert client.get(address).status_code == 200  # used, and it still opens
        collect_deliveries(now=NOW, limit=10)
        assert Notice.objects.get().state == NoticeState.SENT

    def test_when_all_is_answered_it_says_so(self, address: str, filed: Filed) -> None:
        client = _opened(address)
        assert "All of it has been answered" not in text_of(client.get(address))
        assert send(client, f"{address}/answer", *references(filed), step="send", outcome="removed").status_code == 303
        assert "All of it has been answered" in text_of(client.get(address))
        reference = references(filed)[0]
        assert "The uploader objects" in text_of(client.get(f"{address}/{reference}"))
        assert client.post(f"{address}/{reference}/counter-notice", {"words": "Mine."}).status_code == 303
        assert Appeal.objects.get().side == "uploader"

    def test_the_persons_appeal_is_answered_there_too(self, address: str, filed: Filed) -> None:
        client, (one, _two) = _opened(address), references(filed)
        send(client, f"{address}/answer", one, **REFUSAL)
        _appeal(filed, one)
        assert "It is me, and it is not." in text_of(client.get(f"{address}/{one}"))
        answer = client.post(f"{address}/{one}/appeal", {"reverses": "yes", "words": "You are right."})
        assert (answer.status_code, state_of(one)) == (303, "decided")

    def test_another_notices_requests_are_not_found(self, robin: Worker, address: str) -> None:
        client = _opened(address)
        (other,) = references(asked_of(robin, "https://lantern.example/p/9"))
        pages = {
            client.get(f"{address}/{reference}").content.decode().replace(str(reference), "…")
            for reference in (other, uuid.uuid4())
        }
        assert len(pages) == 1
        assert send(client, f"{address}/answer", other, step="send", outcome="removed").status_code == 404
        assert state_of(other) == "sending"

    def test_unknown_tampered_expired_and_erased_are_one_answer(
        self, address: str, filed: Filed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = _opened(address)  # what opened before opens nothing afterwards either
        seen = {}
        for name, path in (
            ("unknown", f"/answer/{'A' * 43}"),
            ("tampered", address[:-1] + ("A" if address[-1] != "A" else "B")),
            ("short", "/answer/xyzzyx"),
        ):
            seen[name] = _plain(client.get(path), path)
        at(monkeypatch, NOW + timedelta(days=30))
        seen["expired"] = _plain(client.get(address), address)
        at(monkeypatch, NOW)
        assert client.get(address).status_code == 200
        erase_report(reference=filed.reference, by=PERSON, now=NOW)
        seen["erased"] = _plain(client.get(address), address)
        seen["erased, by a press"] = _plain(client.post(address), address)
        assert len(set(seen.values())) == 1
        assert next(iter(seen.values()))[0] == 404

    def test_it_ends_with_the_mailbox_to_which_it_went(self, address: str) -> None:
        opened = _opened(address)
        assert opened.get(address).status_code == 200
        (notice,) = Notice.objects.exclude(link_digest="")
        assert notice.platform is not None
        notice.platform.channels.filter(address=notice.link_sent_to).update(address="right@elsewhere.example")
        assert [Client().get(address).status_code, opened.get(address).status_code] == [404, 404]

    def test_withdrawn_it_asks_for_nothing(self, address: str, filed: Filed) -> None:
        stop_desk(opened=filed.open(), by=PERSON, now=NOW)
        assert "Nothing more is asked of you" in text_of(_opened(address).get(address))

    def test_tries_of_a_network_are_counted_and_right_ones_cost_nothing(self, address: str) -> None:
        client = Client()
        for _ in range(30):
            assert client.get(address).status_code == 200
        answers = [client.get(f"/answer/{'A' * 42}{digit}").status_code for digit in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
        assert answers == [404] * 20 + [429] * 6
        waits = client.get(address)
        assert waits.status_code == 429
        assert "Try again in" in text_of(waits)
        assert int(waits.headers["Retry-After"]) > 0

    def test_the_token_stands_in_no_log_title_or_row(
        self, address: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = address.removeprefix("/answer/")
        logger = logging.getLogger("leeward")
        monkeypatch.setattr(logger, "propagate", True)
        with caplog.at_level(logging.DEBUG):
            client = _opened(address)
            page = client.get(address)
            client.get(f"{address}x")
            client.get(f"{address}/{uuid.uuid4()}")
        assert caplog.records
        assert token not in caplog.text
        (title,) = re.findall(r"<title>(.*?)</title>", page.content.decode(), re.DOTALL)
        assert token not in title
        assert all(token not in cookie.OutputString() for cookie in client.cookies.values())
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # our own tables
                assert token not in repr(cursor.fetchall()), table


class TestStatements:
    @pytest.fixture
    def decided(self, robin: Worker, chatter: Company) -> list[uuid.UUID]:
        """One whole statement whose words try to be a formula, one without reasons, one refusal."""
        refs = references(asked_of(robin, *(f"https://chatter.example/p/{number}" for number in range(3))))
        whole = Reasons(
            facts="=HYPERLINK(1)", ground=Ground.INCOMPATIBLE, legal_ground="+Rule 4", explanation="@SUM(1)"
        )
        decide(side=chatter.side, references=refs[:1], answer=Answer(outcome=Outcome.REMOVED, reasons=whole), now=NOW)
        decide(
            side=chatter.side, references=refs[1:2], answer=Answer(outcome=Outcome.REMOVED, reasons=Reasons()), now=NOW
        )
        return refs

    def test_json_lines_hold_whole_statements_by_the_decisions_reference(
        self, decided: list[uuid.UUID], mona: Client
    ) -> None:
        answer = mona.get(f"{QUEUE}/statements", {"first": "2026-11-24", "last": "2026-11-24", "shape": "jsonl"})
        (line,) = b"".join(answer.streaming_content).decode().splitlines()
        found = json.loads(line)
        decision = Decision.objects.get(request__reference=decided[0])
        assert found["puid"] == str(decision.reference)
        assert (found["decision_facts"], found["application_date"]) == ("=HYPERLINK(1)", "2026-11-24")
        assert found["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
        assert "chatter.example" not in line

    def test_the_content_is_told_by_the_notices_codes_and_by_an_older_one_not_at_all(
        self, robin: Worker, chatter: Company, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = Story(harm=Harm.MADE_BY_AI, reporter=Reporter.SELF, shown=(Shown.NUDE,), made=Made.MADE_BY_AI)
        data = Story(harm=Harm.DOXXING, reporter=Reporter.SELF, shown=(Shown.PRIVATE_DATA,), made=Made.STOLEN)
        reports = [
            told("https://chatter.example/p/1.jpg"),
            told("https://chatter.example/p/2.mp4", story=made),
            told("https://chatter.example/p/3", story=data),
        ]
        for each in reports:
            send_all(each, robin)
        whole = NoticeContent.to_text

        def older(content: NoticeContent) -> str:
            kept = json.loads(whole(content))
            del kept["version"]
            for item in kept["items"]:
                del item["medium"], item["synthetic"], item["shows"]
            return json.dumps(kept)

        monkeypatch.setattr(NoticeContent, "to_text", older)
        reports.append(told("https://chatter.example/p/4.jpg", story=made))
        send_all(reports[-1], robin)
        reasons = Reasons(facts="x", ground=Ground.ILLEGAL, legal_ground="Act 4", explanation="y")
        for each in reports:
            answer = Answer(outcome=Outcome.REMOVED, reasons=reasons)
            decide(side=chatter.side, references=references(each), answer=answer, now=NOW)
        colleague("mona", chatter)
        mona = come_in("mona")
        file = mona.get(f"{QUEUE}/statements", {"first": "2026-11-24", "last": "2026-11-24", "shape": "jsonl"})
        lines = [json.loads(line) for line in b"".join(file.streaming_content).decode().splitlines()]
        assert [(line["content_type"], line["category_specification"]) for line in lines] == [
            (["CONTENT_TYPE_IMAGE"], ["KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"]),
            (["CONTENT_TYPE_VIDEO", "CONTENT_TYPE_SYNTHETIC_MEDIA"], ["KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"]),
            (["CONTENT_TYPE_TEXT"], ["KEYWORD_CYBER_HARASSMENT"]),
            (["CONTENT_TYPE_OTHER"], ["KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"]),
        ]

    @pytest.mark.usefixtures("decided")
    def test_no_cell_of_the_table_acts_as_a_formula(self, mona: Client) -> None:
        answer = mona.get(f"{QUEUE}/statements", {"first": "2026-11-01", "last": "2026-11-30", "shape": "csv"})
        assert 'filename="statements-2026-11-01-2026-11-30.csv"' in answer.headers["Content-Disposition"]
        (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
        assert "HYPERLINK" in row["decision_facts"]
        for value in row.values():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r"))

    @pytest.mark.usefixtures("decided")
    def test_days_bound_it_and_a_bad_range_is_named(self, mona: Client) -> None:
        page = f"{QUEUE}/statements"
        empty = mona.get(page, {"first": "2026-11-25", "last": "2026-11-25", "shape": "jsonl"})
        assert b"".join(empty.streaming_content) == b""
        assert "restrict something: 2" in text_of(mona.get(page, {"first": "2026-11-24", "last": "2026-11-24"}))
        for first, last in (("2026-11-25", "2026-11-24"), ("2025-11-24", "2026-11-25"), ("x", "2026-11-25")):
            refused = mona.get(page, {"first": first, "last": last, "shape": "csv"})
            assert refused.status_code == 400
            assert "govuk-error-summary" in refused.content.decode()

    @pytest.mark.usefixtures("house")
    def test_others_see_their_own_and_the_supervisor_all(
        self, chatter: Company, open_company: Callable[..., Company]
    ) -> None:
        _member, worker = chief()
        other = open_company("Other", host="other.example")
        whole = Reasons(facts="x", ground=Ground.ILLEGAL, legal_ground="Act 4", explanation="y")
        for company, url in ((chatter, URL), (other, "https://other.example/1")):
            refs = references(asked_of(worker, url))
            decide(side=company.side, references=refs, answer=Answer(outcome=Outcome.REMOVED, reasons=whole), now=NOW)
        colleague("otto", other)
        query = {"first": "2026-11-24", "last": "2026-11-24", "shape": "jsonl"}
        for client, address, number in (
            (come_in("otto"), f"{QUEUE}/statements", 1),
            (come_in("chief"), "/staff/statements", 2),
        ):
            answer = client.get(address, query)
            assert len(b"".join(answer.streaming_content).splitlines()) == number


class TestMachines:
    def test_the_lead_sees_the_latest_webhooks_and_a_moderator_does_not(
        self, robin: Worker, open_company: Callable[..., Company]
    ) -> None:
        company = open_company(
            "Hookline", host="hook.example", kind=ChannelKind.WEBHOOK, address="https://hook.example/in"
        )
        asked_of(robin, "https://hook.example/p/1")
        Parcel.objects.update(attempts=3, reply_code=503, trouble="answered_badly")
        lead = colleague("lena", company, Role.PLATFORM_LEAD)
        colleague("mona", company, beside=lead)
        page = text_of(come_in("lena").get(f"{QUEUE}/machines"))
        assert "Tries: 3" in page
        assert "status 503" in page
        other = text_of(come_in("mona").get(f"{QUEUE}/machines"))
        assert "/api/v1/requests" in other
        assert f"whpk_{signing_key().ed25519}" in other, "the engineer's receiver checks webhooks with it"
        assert "status 503" not in other


def _join(company: Company, name: str, role: Role) -> Client:
    colleague(name, company, role, beside=Member(name="mona", recovery_code="", waits=False))
    return come_in(name)


def _appeal(filed: Filed, reference: uuid.UUID) -> None:
    locked = locked_request(reference=reference)
    assert locked.notice is not None
    packet = open_packet(locked.notice, keyring=Keyring(filed.key), by=PERSON, now=NOW)
    open_appeal(
        locked, appeal_side=Appeal.Side.PERSON, words="It is me, and it is not.", packet=packet, by=PERSON, now=NOW
    )


def _csrf(response: Any) -> str:
    return TOKEN.findall(response.content.decode())[0]


def _opened(address: str) -> Client:
    client = Client()
    assert client.post(address).status_code == 303
    return client


def _plain(response: Any, path: str) -> tuple[int, str]:
    """What is answered, without what every page repeats of its own address."""
    return response.status_code, response.content.decode().replace(path.rpartition("/")[2], "…")
