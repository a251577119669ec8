"""An owner's pages: what opens them, what a press keeps, what is typed and sent on, and what a page never shows."""

import logging
import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.vault.operations import found_services
from leeward.society.directory.models import OwnerLink, Proposal, Service
from leeward.society.directory.operations import freshness
from leeward.society.directory.operations.freshness import remind_now
from leeward.society.directory.operations.proposing import accept_proposal, propose_end
from leeward.society.directory.operations.saving import save_service, withdraw_service
from leeward.society.directory.queries.proposals import list_open_proposals
from leeward.society.directory.queries.showing import show_service
from leeward.society.directory.rules.freshness import LINK_LIFETIME, OPEN_CHANGES_MOST
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.limits import PARTS_MOST
from leeward.society.directory.rules.records import (
    CostOption,
    Frequency,
    Phone,
    Schedule,
    ServiceRecord,
    ServiceStatus,
    Translation,
    Way,
    Weekday,
)
from leeward.society.directory.views.owner.link import NEW_LINKS
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.secret_addresses import addresses_in, telling
from tests.society.directory.factories import (
    ALWAYS,
    BY,
    NOW,
    OFFICE_HOURS,
    TODAY,
    make_location,
    make_service,
    make_term,
    new_id,
)
from tests.society.directory.pages import read_errors, read_forms

pytestmark = pytest.mark.django_db

OWNER = "secret-mailbox@harbour.example"
TOKENS = [f"{number:02d}{'Ab-_9xYz' * 5}x" for number in range(10)]
FIRST_MONDAY = Schedule(freq=Frequency.MONTHLY, byday="1MO", opens_at=time(18), closes_at=time(20))
INPUT = re.compile(r"<(?:input|textarea|select)\b[^>]*>")


@pytest.fixture(autouse=True)
def _house(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    found_services(by=BY, now=NOW)
    drawn = iter(TOKENS)
    monkeypatch.setattr(freshness.secrets, "token_urlsafe", lambda _size: next(drawn))
    at(monkeypatch, NOW)
    start_afresh()
    yield
    start_afresh()


def linked(*, days_ago: int = 100, **values: Any) -> ServiceRecord:
    """A service whose owner has a link: the first of `TOKENS` for the first service, and so on."""
    service = make_service(**{"assured_date": TODAY - timedelta(days=days_ago), "owner_email": OWNER, **values})
    remind_now(service_id=service.id, by=BY, now=NOW)
    return service


def page(name: str = "", token: str = TOKENS[0]) -> str:
    return reverse(f"directory:owner{'-' if name else ''}{name}", args=[token])


def filled(client: Client, **changed: Any) -> dict[str, Any]:
    """Every answer of the edit page as a browser would send it back, with some changed."""
    response = client.get(page("edit"))
    assert response.status_code == 200
    (form,) = read_forms(response.content.decode())
    assert form.action == page("edit")
    return form.sent(**changed)


def shown(client: Client) -> str:
    """By what the entry's page says which state of the entry it shows."""
    forms = read_forms(client.get(page()).content.decode())
    assert {form.action for form in forms} == {page()}
    return forms[0].values["shown"][0]


def sent(client: Client, **changed: Any) -> Any:
    return client.post(page("edit"), filled(client, **changed))


def only() -> dict[str, tuple[str, str]]:
    """What the one proposal that waits would change."""
    (view,) = list_open_proposals(language="en", now=NOW)
    return {change.field: (change.before, change.after) for change in view.changes}


class TestTheWayIn:
    def test_the_mails_address_is_this_page(self) -> None:
        assert page() == f"/directory/entry/{TOKENS[0]}"

    def test_opening_changes_nothing_whoever_opens(self, client: Client) -> None:
        linked()
        before = (list(Service.objects.values()), AuditEvent.objects.count())
        for method in ("get", "head"):
            assert getattr(client, method)(page()).status_code == 200
            assert getattr(client, method)(page("edit")).status_code == 200
            assert getattr(client, method)(page("ended")).status_code == 200
            assert getattr(client, method)(page("new-link")).status_code == 405
        assert (list(Service.objects.values()), AuditEvent.objects.count()) == before
        assert Proposal.objects.count() == 0

    def test_every_link_that_opens_nothing_has_one_answer(self, client: Client, monkeypatch: Any) -> None:
        service = linked()
        remind_now(service_id=service.id, by=BY, now=NOW)  # the first link is replaced
        gone = linked()
        withdraw_service(gone.id, source=Source.EDITOR, by=BY, now=NOW)
        answers = [
            getattr(client, method)(page(name, token))
            for token in (TOKENS[0], TOKENS[2], "unknown")
            for name in ("", "edit", "ended")
            for method in ("get", "post")
        ]
        at(monkeypatch, NOW + LINK_LIFETIME)
        token = TOKENS[1]
        answers.append(client.get(page("", token)))
        bodies = {
            re.sub(r'value="[^"]{20,}"', "", re.sub(r"/entry/[^/]+/", "/entry/…/", answer.content.decode()))
            for answer in answers
        }
        assert {answer.status_code for answer in answers} == {404}
        assert len(bodies) == 1
        assert "Send me a new link" in bodies.pop()

    def test_too_many_wrong_links_are_told_to_wait_and_right_ones_cost_nothing(self, client: Client) -> None:
        linked()
        for _ in range(60):
            assert client.get(page()).status_code == 200
        codes = [client.get(page("", f"wrong-{number}")).status_code for number in range(60)]
        assert codes[0] == 404
        assert codes[-1] == 429
        response = client.get(page())
        assert (response.status_code, int(response.headers["Retry-After"]) > 0) == (429, True)

    def test_nothing_about_the_token_leaves_in_headers_or_logs(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        linked()
        with caplog.at_level(logging.DEBUG):
            pages = [client.get(page()), client.post(page()), sent(client, alert="Closed"), client.get(page("ended"))]
            pages += [client.get(page("", "unknown-secret-token")), client.post(page("new-link"))]
        for response in pages:
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Cache-Control"] == "no-store"
            assert "noindex" in response.headers["X-Robots-Tag"]
            assert all(TOKENS[0] not in value for name, value in response.headers.items() if name != "Location")
        assert TOKENS[0] not in caplog.text
        assert "unknown-secret-token" not in caplog.text
        assert TOKENS[0] not in "".join(AuditEvent.objects.values_list("facts", flat=True))

    def test_no_page_of_a_link_that_works_writes_it_into_another_address(self, client: Client) -> None:
        linked()
        pages = [client.get(page(name)) for name in ("", "edit", "ended")]
        pages += [client.post(page()), sent(client, alert="Closed"), sent(client), client.post(page("ended"))]
        assert all(TOKENS[0] in "".join(addresses_in(each)) for each in pages)  # in their paths, as it must
        assert all(telling(each, TOKENS[0]) == [] for each in pages)

    def test_the_page_loads_nothing_from_elsewhere(self, client: Client) -> None:
        linked(url="https://harbour.example/")
        for name in ("", "edit", "ended"):
            body = client.get(page(name)).content.decode()
            assert not re.search(r'<(?:link|script|img|iframe|form)\b[^>]*(?:href|src|action)="(?:https?:)?//', body)


class TestConfirming:
    def test_one_press_says_that_it_is_still_correct(self, client: Client) -> None:
        service = linked()
        response = client.post(page(), {"shown": shown(client)})
        assert (response.status_code, response.headers["Location"]) == (303, f"{page()}?said=confirmed")
        assert Service.objects.get().assured_date == TODAY
        body = client.get(response.headers["Location"]).content.decode()
        assert "checked today" in body
        assert (
            "Not checked since" in client.get(page()).content.decode()
            or show_service(service.id, language="en", now=NOW).freshness.value == "fresh"
        )

    def test_pressing_again_and_going_back_are_harmless(self, client: Client) -> None:
        linked()
        seen = shown(client)
        for _ in range(3):
            assert client.post(page(), {"shown": seen}).headers["Location"].endswith("?said=confirmed")
        assert AuditEvent.objects.filter(verb="directory.confirmed").count() == 1

    def test_nobody_vouches_for_what_she_has_not_seen(self, client: Client) -> None:
        service = linked()
        seen = shown(client)
        row = Service.objects.whole().get()
        changed = row.as_record()
        later = NOW + timedelta(minutes=1)
        save_service(
            ServiceRecord(**{**vars(changed), "phones": (Phone(number="0555 7777"),)}),
            source=Source.EDITOR,
            by=BY,
            now=later,
        )
        response = client.post(page(), {"shown": seen})
        assert response.headers["Location"] == f"{page()}?said=changed"
        assert Service.objects.get().assured_date == service.assured_date
        body = client.get(response.headers["Location"]).content.decode()
        assert "look at it once more" in body
        assert "0555 7777" in body

    def test_a_form_of_another_site_is_refused(self) -> None:
        linked()
        client = Client(enforce_csrf_checks=True)
        client.get(page())
        assert client.post(page(), {"shown": ""}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert Service.objects.get().assured_date != TODAY


class TestWhatIsShown:
    def test_it_is_what_everybody_sees_and_no_internals(self, client: Client) -> None:
        service = linked(alert="Closed until May")
        body = client.get(page()).content.decode()
        public = client.get(reverse("directory:service", args=[service.id])).content.decode()
        for words in ("Harbour Advice", "0555 0100", "People there listen and help.", "Closed until May"):
            assert words in body
            assert words in public
        for name in ("", "edit", "ended"):
            assert OWNER not in client.get(page(name)).content.decode()
        assert OWNER not in client.get(page("", "unknown")).content.decode()

    def test_a_hidden_place_is_not_shown_to_its_owner_either(self, client: Client) -> None:
        place = make_location(is_confidential=True, id=new_id("refuge"))
        linked(hides_address=True, at=(place,), ways=(Way.PHONE,))
        body = client.get(page("edit")).content.decode()
        assert "so that nobody can find it out from us" in body
        assert 'name="address_' not in body
        assert "Quay Street" not in client.get(page()).content.decode()

    def test_an_address_that_is_typed_for_a_hidden_place_goes_nowhere(self, client: Client) -> None:
        place = make_location(is_confidential=True)
        linked(at=(place,), ways=(Way.PHONE,))
        typed = {f"address_{place.id.hex}_{line}": "7 Mill Lane" for line in ("address_1", "city", "postal_code")}
        assert sent(client, alert="Closed", **typed).status_code == 303
        assert set(only()) == {"alert"}
        assert "Mill" not in str(list(Proposal.objects.values()))

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"is_internal": True}, "Only professionals see this entry."),
            ({"status": ServiceStatus.DEFUNCT}, "This entry says that the service has ended"),
        ],
    )
    def test_entries_that_people_do_not_find_say_so(self, client: Client, values: Any, words: str) -> None:
        linked(**values)
        assert words in unescape(client.get(page()).content.decode())

    def test_an_unknown_word_in_the_address_says_nothing(self, client: Client) -> None:
        linked()
        body = client.get(f"{page()}?said=<script>").content.decode()
        assert "<script>" not in body
        assert "govuk-notification-banner" not in body


class TestEditing:
    def test_what_is_sent_untouched_changes_nothing(self, client: Client) -> None:
        everyone = make_term("everyone", taxonomy="people")
        linked(
            at=(make_location(),),
            description="First line.\r\nSecond line.  ",
            schedules=(
                OFFICE_HOURS,
                FIRST_MONDAY,
                Schedule(valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 26)),
            ),
            phones=(Phone(number="0555 0100", extension=4, languages=("ar",), description="At night"),),
            languages=("en", "pt-BR", "bfi"),
            terms=(everyone.id,),
            minimum_age=16,
            cost_options=(CostOption(option="Visit", amount=Decimal(4), currency="EUR"),),
        )
        response = sent(client)
        assert Proposal.objects.count() == 0, only()
        assert response.status_code == 400
        assert "You changed nothing" in response.content.decode()

    def test_always_open_untouched_changes_nothing_either(self, client: Client) -> None:
        linked(schedules=(ALWAYS,))
        assert "You changed nothing" in sent(client).content.decode()

    def test_each_question_reaches_the_editors(self, client: Client) -> None:
        women, everyone = make_term("women", taxonomy="people"), make_term("everyone", taxonomy="people")
        place = make_location()
        service = linked(
            at=(place,),
            schedules=(OFFICE_HOURS, FIRST_MONDAY),
            phones=(Phone(number="0555 0100", languages=("ar",)), Phone(number="0555 0101")),
            terms=(women.id, make_term("legal").id),
        )
        week = {f"{day}_{part}": "" for day in Weekday for part in ("opens_1", "closes_1", "opens_2", "closes_2")}
        week |= {"MO_opens_1": "9", "MO_closes_1": "12.30", "MO_opens_2": "2 pm", "MO_closes_2": "1700"}
        response = sent(
            client,
            **week,
            name="Harbour Help",
            description="We listen.\r\nWe help.",
            alert="Closed until May",
            url="www.harbour.example/help",
            email="hello@harbour.example",
            phone_0_note="By day",
            phone_1_number="",
            phone_2_number="0555 0199",
            phone_2_type="text",
            people=[str(everyone.id)],
            minimum_age="16",
            maximum_age="",
            cost="paid",
            fees_description="5 for a visit",
            languages="English\nArabic (ar)",
            words="Our hall has moved too.",
            **{f"address_{place.id.hex}_address_2": "Second floor"},
        )
        assert (response.status_code, response.headers["Location"]) == (303, f"{page()}?said=sent")
        assert only() == {
            "name": ("Harbour Advice", "Harbour Help"),
            "description": ("People there listen and help.", "We listen.\nWe help."),
            "alert": ("", "Closed until May"),
            "url": ("", "https://www.harbour.example/help"),
            "email": ("", "hello@harbour.example"),
            "phones": (
                "0555 0100 · voice · ar\n0555 0101 · voice",
                "0555 0100 · voice · By day · ar\n0555 0199 · text",
            ),
            "schedules": (
                "WEEKLY · MO TU WE TH FR · 09:00–17:00\nMONTHLY · 1MO · 18:00–20:00",
                "WEEKLY · MO · 09:00–12:30\nWEEKLY · MO · 14:00–17:00\nMONTHLY · 1MO · 18:00–20:00",
            ),
            "terms": ("Women", "Everyone"),
            "ages": ("", "16–"),
            "cost_options": ("Free · 0 EUR", ""),
            "fees_description": ("", "5 for a visit"),
            "languages": ("en", "en\nar"),
            "address": (
                "1 Quay Street, FH1 2AB Fairhaven, Coast, XX",
                "1 Quay Street, Second floor, FH1 2AB Fairhaven, Coast, XX",
            ),
        }
        body = unescape(client.get(response.headers["Location"]).content.decode())
        assert "One of our editors looks at" in body
        for words in ("phone numbers", "opening times", "the address", "your message to our editors"):
            assert words in body
        assert "Our hall has moved too" not in body
        proposal = list_open_proposals(language="en", now=NOW)[0]
        assert proposal.words == "Our hall has moved too."
        accept_proposal(proposal_id=proposal.id, by=BY, now=NOW)
        public = client.get(reverse("directory:service", args=[service.id])).content.decode()
        assert "Harbour Help" in public
        assert "0555 0199" in public

    def test_day_and_night_and_back(self, client: Client) -> None:
        linked()
        assert sent(client, always="on").status_code == 303
        assert only()["schedules"][1] == "WEEKLY · MO TU WE TH FR SA SU · 00:00–23:59"

    def test_what_was_typed_stays_when_something_is_wrong(self, client: Client) -> None:
        place = make_location()
        linked(at=(place,))
        wrong = {
            "name": "",
            "description": "We listen <b>well</b>",
            "url": "not a page",
            "email": "nobody",
            "phone_0_number": "ask at the door",
            "phone_1_number": "",
            "phone_1_note": "a word without a number",
            "MO_opens_1": "nine",
            "TU_opens_1": "9:00",
            "TU_closes_1": "",
            "WE_opens_1": "",
            "WE_closes_1": "17:00",
            "TH_opens_1": "9",
            "TH_closes_1": "9",
            "FR_opens_2": "16:00",
            "FR_closes_2": "18:00",
            "minimum_age": "30",
            "maximum_age": "3",
            "languages": "Martian",
            f"address_{place.id.hex}_city": "",
            "words": "x" * 2001,
        }
        response = sent(client, **wrong)
        assert response.status_code == 400
        errors = read_errors(response.content.decode())
        assert errors == {
            "name",
            "url",
            "email",
            "phone_0_number",
            "phone_1_number",
            "MO_opens_1",
            "TU_closes_1",
            "WE_opens_1",
            "TH_closes_1",
            "FR_opens_2",
            "maximum_age",
            "languages",
            f"address_{place.id.hex}_city",
            "words",
        }
        body = response.content.decode()
        assert "<title>Error:" in body
        assert "We listen &lt;b&gt;well&lt;/b&gt;" in body
        for words in ("not a page", "nobody", "ask at the door", "nine", "Martian", "a word without a number"):
            assert words in body
        hrefs = re.findall(r'href="#(f-[^"]+)"', body)
        assert len(hrefs) >= len(errors)
        assert all(f'id="{href}"' in body for href in hrefs)
        assert Proposal.objects.count() == 0

    def test_what_the_rules_refuse_is_said_beside_its_question(self, client: Client) -> None:
        linked(is_crisis_line=True, service_areas=(), coverage="national")
        response = sent(client, phone_0_number="", alert="Bell\x07")
        assert response.status_code == 400
        assert read_errors(response.content.decode()) == {"alert", "phone_0_number"}
        assert Proposal.objects.count() == 0

    def test_what_others_changed_meanwhile_is_not_undone(self, client: Client) -> None:
        linked()
        values = filled(client, alert="Closed until May")
        record = Service.objects.whole().get().as_record()
        save_service(
            ServiceRecord(**{**vars(record), "phones": (Phone(number="0555 7777"),)}),
            source=Source.EDITOR,
            by=BY,
            now=NOW + timedelta(minutes=1),
        )
        response = client.post(page("edit"), values)
        assert response.status_code == 400
        assert "changed after you opened" in response.content.decode()
        assert "Closed until May" in response.content.decode()
        again = read_forms(response.content.decode())[0].sent(phone_0_number="0555 7777")
        assert client.post(page("edit"), again).status_code == 303
        assert set(only()) == {"alert"}

    def test_rows_grow_with_what_was_typed_and_never_without_end(self, client: Client) -> None:
        linked()
        more = {f"phone_{place}_number": f"0555 0{place:03d}" for place in range(2, 8)}
        values = {**filled(client), **more, "phone_9999_number": "0555 9999"}
        assert client.post(page("edit"), values).status_code == 303
        assert only()["phones"][1].count("\n") == 6
        assert "9999" not in only()["phones"][1]

    def test_a_page_has_as_many_rows_as_an_entry_may_hold(self, client: Client) -> None:
        linked()
        response = client.post(page("edit"), {**filled(client, name=""), "phone_99_number": "0555 0199"})
        rows = [name for name in read_forms(response.content.decode())[0].values if name.endswith("_number")]
        assert len(rows) == PARTS_MOST

    def test_too_many_that_wait_are_told_so(self, client: Client) -> None:
        service = linked()
        for number in range(OPEN_CHANGES_MOST):
            propose_end(service_id=service.id, words=str(number), now=NOW)
        response = sent(client, alert="Closed")
        assert (response.status_code, "Several messages" in response.content.decode()) == (409, True)
        assert client.post(page("ended"), {"words": ""}).status_code == 409

    def test_other_languages_are_spoken_of(self, client: Client) -> None:
        linked(translations=(Translation(language="ar", field="name", text="نصيحة المرفأ"),))
        assert "also stands in other languages" in client.get(page("edit")).content.decode()
        arabic = client.get(page("edit"), headers={"Accept-Language": "ar"}).content.decode()
        assert 'value="Harbour Advice"' in arabic  # the entry's own words are edited, whatever the page speaks
        assert "نصيحة المرفأ" in arabic

    def test_every_control_has_a_label_of_its_own(self, client: Client) -> None:
        linked(at=(make_location(),))
        body = client.get(page("edit")).content.decode()
        ids = [
            found[1]
            for tag in INPUT.findall(body)
            if 'type="hidden"' not in tag and (found := re.search(r'id="([^"]+)"', tag))
        ]
        assert len(ids) == len(set(ids)) > 40
        assert all(f'for="{each}"' in body for each in ids)


class TestEnding:
    def test_it_is_asked_once_more_and_goes_to_the_editors(self, client: Client) -> None:
        service = linked()
        assert "Has this service ended?" in client.get(page("ended")).content.decode()
        response = client.post(page("ended"), {"words": "Since May."})
        assert response.headers["Location"] == f"{page()}?said=ended"
        (view,) = list_open_proposals(language="en", now=NOW)
        assert (view.kind.value, view.words) == ("ended", "Since May.")
        assert "that the service has ended" in client.get(page()).content.decode()
        assert show_service(service.id, language="en", now=NOW).record.status is ServiceStatus.ACTIVE

    def test_what_cannot_be_kept_stays_on_the_page(self, client: Client) -> None:
        linked()
        response = client.post(page("ended"), {"words": "y" * 2001})
        assert (response.status_code, "y" * 2001 in response.content.decode()) == (400, True)
        assert Proposal.objects.count() == 0


class TestNewLinks:
    def ask(self, client: Client, token: str) -> Any:
        return client.post(page("new-link", token))

    def test_the_answer_is_the_same_whether_one_was_sent(self, client: Client, monkeypatch: Any) -> None:
        linked()
        posted = Parcel.objects.count()
        at(monkeypatch, NOW + LINK_LIFETIME)
        unknown, sent_one = self.ask(client, "unknown"), self.ask(client, TOKENS[0])
        assert Parcel.objects.count() == posted + 1
        assert (unknown.status_code, unknown.content) == (200, sent_one.content)
        assert client.get(page("", TOKENS[1])).status_code == 200
        assert self.ask(client, TOKENS[0]).content == unknown.content
        assert Parcel.objects.count() == posted + 1

    def test_one_network_asks_a_few_times_only(self, client: Client) -> None:
        codes = [self.ask(client, f"unknown-{number}").status_code for number in range(NEW_LINKS + 1)]
        assert codes == [200] * NEW_LINKS + [429]

    def test_a_link_that_works_is_not_replaced(self, client: Client) -> None:
        linked()
        self.ask(client, TOKENS[0])
        assert OwnerLink.objects.count() == 1
        assert client.get(page()).status_code == 200


def test_addresses_resolve_to_their_own_pages() -> None:
    for name in ("", "edit", "ended", "new-link"):
        assert resolve(page(name)).view_name == f"directory:owner{'-' if name else ''}{name}"
