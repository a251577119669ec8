"""The editors' pages: who may open them, that all of an entry can be changed there, and what they refuse in words."""

import dataclasses
import html
import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import create_staff
from leeward.foundation.accounts.rules import BODY_OF, Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import found_services
from leeward.foundation.web.access import access_of
from leeward.society.directory.addresses.staff import urlpatterns
from leeward.society.directory.models import (
    Holiday,
    Location,
    Organization,
    OwnerLink,
    Probe,
    Proposal,
    Revision,
    Service,
    Synonym,
    Taxonomy,
    Term,
)
from leeward.society.directory.operations.places import PlaceRow, save_places
from leeward.society.directory.operations.proposing import propose_change, propose_end, report_mistake
from leeward.society.directory.operations.saving import save_service, withdraw_service
from leeward.society.directory.rules.columns import Section
from leeward.society.directory.rules.freshness import MistakeKind, ProbeTrouble
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.places import PlaceKind
from leeward.society.directory.rules.proposals import OwnerChange
from leeward.society.directory.rules.records import (
    Access,
    Accessibility,
    AtLocation,
    CostOption,
    Coverage,
    Frequency,
    HolidayHours,
    Link,
    Phone,
    PhoneType,
    Schedule,
    ServiceArea,
    ServiceRecord,
    ServiceStatus,
    Translation,
    Way,
    Weekday,
)
from tests.presses import Presses
from tests.society.directory.factories import (
    ALWAYS,
    BY,
    NOW,
    OFFICE_HOURS,
    TODAY,
    make_location,
    make_organization,
    make_service,
    make_taxonomy,
    make_term,
)
from tests.society.directory.forms_filled import filled, read_form, send

pytestmark = pytest.mark.django_db

LATER, LATEST = NOW + timedelta(minutes=5), NOW + timedelta(minutes=9)
FIRST_MONDAY = Schedule(freq=Frequency.MONTHLY, byday="1MO", opens_at=time(18), closes_at=time(20))
ARGUMENT = re.compile(r"<\w+:(\w+)>")


def signed_in(role: Role) -> Client:
    name = role.value.replace("_", "-")
    affiliation = str(uuid4()) if role in BODY_OF else ""
    create_staff(username=name, display_name=name, role=role, affiliation=affiliation, by=Actor.operator(), now=NOW)
    client = Client()
    client.force_login(User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.LEEWARD_STAFF_SIGN_IN = "passphrase"
    monkeypatch.setattr(timezone, "now", lambda: LATER)


@pytest.fixture
def editor() -> Client:
    return signed_in(Role.DIRECTORY_EDITOR)


def at(name: str, *args: Any) -> str:
    return reverse(f"directory:{name}", args=args)


def words_of(response: Any) -> str:
    """What stands on a page, between its tags."""
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def seen(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return words_of(response)


def next_page(client: Client, address: str) -> str:
    """The address of the next page of a list."""
    found = re.search(r'rel="next" href="([^"]*)"', client.get(address).content.decode())
    assert found
    return html.unescape(found[1])


def listed(client: Client, address: str) -> list[str]:
    """The names of the items of a list."""
    return [name for _href, name in items(client, address)]


def items(client: Client, address: str) -> list[tuple[str, str]]:
    """Where the items of a list lead, and their names."""
    text = client.get(address).content.decode()
    found = re.findall(r'<a class="govuk-link" href="([^"]*)" data-leeward-open><bdi>([^<]*)</bdi>', text)
    return [(html.unescape(href), html.unescape(name)) for href, name in found]


def record_of(reference: UUID) -> ServiceRecord:
    return Service.objects.whole().get(public_id=reference).as_record()


def full_service() -> ServiceRecord:
    """A service with something in every field."""
    owner = make_organization("Quay Trust", phones=(Phone(number="0555 0100", extension=7),))
    place = make_location(organization_id=owner.id)
    post = make_location(organization_id=owner.id, name="Letters")
    make_location(organization_id=owner.id, name="Another")
    needs, people = make_term("legal"), make_term("everyone", taxonomy="people")
    return make_service(
        "Quay Advice",
        organization_id=owner.id,
        alternate_name="QA",
        description="We listen.\nWe help.",
        url="https://quay.example/help",
        email="help@quay.example",
        interpretation_services="Ask us.",
        application_process="Call.",
        fees_description="Free for all.",
        wait_time="Two weeks.",
        accreditations="By the city.",
        eligibility_description="Everybody.",
        minimum_age=16,
        maximum_age=99,
        assurer_email="team@quay.example",
        alert="Moved until March.",
        phones=(
            Phone(number="0555 0101", type=PhoneType.VOICE, extension=3, description="free", languages=("ar", "bfi")),
            Phone(number="0555 0102", type=PhoneType.TEXT),
        ),
        additional_urls=(Link(url="https://quay.example/chat", label="Chat", way=Way.CHAT),),
        schedules=(
            OFFICE_HOURS,
            FIRST_MONDAY,
            Schedule(valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 26), description="Break"),
        ),
        languages=("en", "ar", "pt-BR", "bfi"),
        cost_options=(
            CostOption(option="Visit", amount=Decimal("12.50"), currency="EUR", valid_from=date(2026, 1, 1)),
            CostOption(amount_description="What you can pay"),
        ),
        service_areas=(ServiceArea(name="Coast", code="FH-C", description="By the sea"),),
        locations=(
            AtLocation(id=uuid4(), location_id=place.id, schedules=(OFFICE_HOURS,)),
            AtLocation(id=uuid4(), location_id=post.id, description="Ring twice"),
        ),
        terms=(needs.id, people.id),
        translations=(Translation(language="ar", field="name", text="استشارة"),),
        ways=(Way.PHONE, Way.TEXT, Way.CHAT, Way.EMAIL, Way.IN_PERSON),
        coverage=Coverage.AREAS,
        holidays=HolidayHours.AS_USUAL,
        is_confidential=True,
        owner_email="owner@quay.example",
    )


NO_PHONES = {
    f"phones-{place}-{name}": "" for place in (0, 1) for name in ("number", "extension", "description", "languages")
}


class TestWhoComesIn:
    def test_every_page_is_the_editors_alone(self) -> None:
        staff = [pattern for pattern in urlpatterns if str(pattern.pattern).startswith("staff/")]
        assert len(staff) > 30
        for pattern in staff:
            access = access_of(pattern.callback)  # type: ignore[union-attr]  # these are patterns, not resolvers
            assert access is not None
            assert access.roles == {Role.DIRECTORY_EDITOR.value}, pattern

    @pytest.mark.parametrize("role", list(Role))
    def test_others_are_refused(self, role: Role) -> None:
        client, service = signed_in(role), make_service()
        wanted = 200 if role is Role.DIRECTORY_EDITOR else 403
        for address in (at("staff-home"), at("staff-service", service.id), at("staff-synonyms")):
            assert client.get(address).status_code == wanted
        assert client.post(at("staff-service-withdraw", service.id)).status_code == (303 if wanted == 200 else 403)
        assert (Service.objects.get().withdrawn_at is None) is (wanted == 403)

    def test_strangers_sign_in_first(self) -> None:
        response = Client().get(at("staff-home"))
        assert (response.status_code, response.headers["Location"]) == (
            302,
            f"{reverse('accounts:sign-in')}?next={at('staff-home')}",
        )

    def test_the_desk_leads_there(self, editor: Client) -> None:
        assert at("staff-home") in editor.get(reverse("work:home")).content.decode()

    def test_what_is_not_there_is_not_there(self, editor: Client) -> None:
        nowhere = {name: str(uuid4()) for name in ("organization_id", "location_id", "service_id", "rule_id")}
        nowhere |= {name: str(uuid4()) for name in ("proposal_id", "taxonomy_id", "term_id", "reference")}
        nowhere |= {"section": "about", "kind": "services", "code": "ar"}
        counted = 0
        for pattern in urlpatterns:
            names = ARGUMENT.findall(str(pattern.pattern))
            if not names:
                continue
            address = at(str(pattern.name), *[nowhere[name] for name in names])  # type: ignore[union-attr]
            for answer in (editor.get(address), editor.post(address)):
                assert answer.status_code in (404, 405), address
            counted += 1
        assert counted > 25

    def test_words_in_an_address_that_mean_nothing(self, editor: Client) -> None:
        service = make_service()
        for address in (
            at("staff-service-edit", service.id, "colour"),
            at("staff-history", "ships", service.id),
            at("staff-translation", "services", service.id, "en"),  # its own language
            at("staff-translation", "services", service.id, "not_a_language"),
            f"{at('staff-hours', service.id)}?place={uuid4()}",
            f"{at('staff-hours', service.id)}?place=somewhere",
        ):
            assert editor.get(address).status_code == 404, address
        for query in ("?after=0", "?after=-1", "?after=two.2", "?q=%00", "?check=yesterday", "?said=<script>"):
            assert editor.get(at("staff-home") + query).status_code == 200
            assert editor.get(at("staff-organizations") + query).status_code == 200
            assert "<script>" not in editor.get(at("staff-organizations") + query).content.decode()


class TestOrganizations:
    def test_one_is_added(self, editor: Client) -> None:
        typed = {"name": "Quay Trust", "description": "It helps.", "phones-0-number": "0555 0100"}
        assert send(editor, at("staff-organization-add"), **typed).status_code == 303
        row = Organization.objects.get()
        record = row.as_record()
        assert (record.name, [phone.number for phone in record.phones]) == ("Quay Trust", ["0555 0100"])
        assert "Quay Trust" in seen(editor, at("staff-organization", record.id))
        event = AuditEvent.objects.get(verb="directory.added")
        assert (event.actor_kind, event.actor_id) == ("staff", User.objects.get().reference)

    def test_what_is_wrong_is_named_and_what_was_typed_stays(self, editor: Client) -> None:
        typed = {"name": "", "description": "It helps.", "website": "quay", "phones-0-number": "call us"}
        response = send(editor, at("staff-organization-add"), **typed)
        assert response.status_code == 400
        text = words_of(response)
        assert "Enter the organisation's name" in text
        again = read_form(response.content.decode())
        assert (again["website"], again["phones-0-number"], again["description"]) == (
            ["quay"],
            ["call us"],
            ["It helps."],
        )
        response = editor.post(at("staff-organization-add"), {**again, "name": "Quay Trust"})
        assert "Enter a whole web address that begins with https://" in words_of(response)
        assert "Enter a number of 3 to 15 digits" in words_of(response)
        assert Organization.objects.count() == 0

    def test_nothing_different_changes_nothing(self, editor: Client) -> None:
        record = make_organization(
            phones=(Phone(number="123", type=PhoneType.FAX, languages=("ar",)),), year_incorporated=1998
        )
        response = send(editor, at("staff-organization-edit", record.id))
        assert response.headers["Location"].endswith("?said=same")
        assert Organization.objects.get().modified_at == NOW

    def test_two_cannot_be_parts_of_each_other(self, editor: Client) -> None:
        upper = make_organization("Upper")
        lower = make_organization("Lower", parent_organization_id=upper.id)
        response = send(editor, at("staff-organization-edit", upper.id), parent_organization_id=str(lower.id))
        assert response.status_code == 400
        assert "The two would be parts of each other" in words_of(response)
        response = send(editor, at("staff-organization-edit", upper.id), parent_organization_id=str(uuid4()))
        assert "Choose one of the list" in words_of(response)
        assert "Lower" in seen(editor, at("staff-organization", upper.id))

    def test_one_is_removed_only_when_nothing_stands_on_it(self, editor: Client) -> None:
        service = make_service()
        owner = service.organization_id
        assert "It still has services" in seen(editor, at("staff-organization-remove", owner))
        response = editor.post(at("staff-organization-remove", owner))
        assert "It still has services" in words_of(response)
        empty = make_organization("Empty").id
        assert "It is gone for good" in seen(editor, at("staff-organization-remove", empty))
        assert editor.post(at("staff-organization-remove", empty)).status_code == 303
        assert set(Organization.objects.values_list("public_id", flat=True)) == {owner}

    def test_they_are_found_by_name(self, editor: Client) -> None:
        for number in range(52):
            make_organization(f"Quay {number:02}")
        make_organization("Harbour")
        address = at("staff-organizations") + "?q=quay"
        first = seen(editor, address)
        assert "In this list: 52" in first
        assert "Quay 49" in first
        assert "Quay 50" not in first
        assert "Harbour" not in first
        second = seen(editor, next_page(editor, address))
        assert "Quay 50" in second
        assert "Quay 49" not in second
        assert "No organisation has this" in seen(editor, at("staff-organizations") + "?q=zzz")


class TestPlaces:
    ADDRESS = {
        "kind": "physical",
        "name": "Quay House",
        "address_1": "1 Quay Street",
        "city": "Fairhaven",
        "state_province": "Coast",
        "postal_code": "FH1 2AB",
        "country": "XX",
    }

    def test_the_postcode_says_where_it_is(self, editor: Client) -> None:
        row = PlaceRow(kind=PlaceKind.POSTCODE, name="FH1 2AB", latitude=38.5, longitude=-9.25)
        save_places([row], by=BY, now=NOW)
        owner = make_organization()
        response = send(editor, at("staff-location-add", owner.id), **self.ADDRESS, is_looked_up="on")
        assert response.status_code == 303
        place = Location.objects.get().as_record()
        assert (place.latitude, place.longitude, place.organization_id) == (38.5, -9.25, owner.id)

    def test_a_postcode_that_nobody_knows_is_named(self, editor: Client) -> None:
        response = send(editor, at("staff-location-add", make_organization().id), **self.ADDRESS, is_looked_up="on")
        assert response.status_code == 400
        assert "This postcode is not in our list" in words_of(response)
        again = read_form(response.content.decode())
        assert again["address_1"] == ["1 Quay Street"]
        again.pop("is_looked_up")
        response = editor.post(response.wsgi_request.path, again)
        assert response.status_code == 303
        assert Location.objects.get().latitude is None

    def test_nothing_different_changes_nothing(self, editor: Client) -> None:
        parts = (
            Accessibility(kind=Access.STEP_FREE, description="Ramp"),
            Accessibility(description="Lift on the left", url="https://quay.example/lift"),
        )
        place = make_location(
            organization_id=make_organization().id, accessibility=parts, transportation="Bus 7\nthen walk"
        )
        response = send(editor, at("staff-location", place.id))
        assert response.headers["Location"].endswith("?said=same"), words_of(response)

    def test_one_that_becomes_secret_is_forgotten(self, editor: Client) -> None:
        place = make_location(organization_id=make_organization().id)
        send(editor, at("staff-location", place.id), address_1="9 Other Lane")
        assert Revision.objects.filter(resource_id=place.id, field="address").exists()
        response = send(editor, at("staff-location", place.id), kind="confidential")
        assert response.status_code == 303
        row = Location.objects.get()
        assert (row.is_confidential, row.has_address, row.latitude, row.longitude) == (True, False, None, None)
        told = " ".join(map(str, Revision.objects.filter(resource_id=place.id).values_list("previous", "replacement")))
        assert "Lane" not in told + seen(editor, at("staff-history", "locations", place.id))
        assert "Quay Street" not in told + editor.get(at("staff-location", place.id)).content.decode()

    def test_one_where_a_refuge_is_stays_secret(self, editor: Client) -> None:
        place = make_location(is_confidential=True, organization_id=make_organization().id)
        make_service(at=(place,), hides_address=True)
        response = send(editor, at("staff-location", place.id), **self.ADDRESS)
        assert response.status_code == 400
        assert "this place must stay confidential" in words_of(response)
        assert Location.objects.get().is_confidential

    def test_one_is_removed_only_when_no_service_is_given_there(self, editor: Client) -> None:
        owner = make_organization()
        used, empty = make_location(organization_id=owner.id), make_location(organization_id=owner.id)
        make_service(at=(used,), organization_id=owner.id)
        response = editor.post(at("staff-location-remove", used.id))
        assert "A service is still given there" in words_of(response)
        assert editor.post(at("staff-location-remove", empty.id)).status_code == 303
        assert list(Location.objects.values_list("public_id", flat=True)) == [used.id]


class TestServices:
    def test_one_is_added_and_waits_for_its_check(self, editor: Client) -> None:
        owner = make_organization()
        response = send(editor, at("staff-service-add", owner.id), name="Quay Advice", description="We listen.")
        assert response.status_code == 303
        text = seen(editor, response.headers["Location"])
        assert "Added." in text
        assert "People do not find this service" in text
        assert record_of(Service.objects.get().public_id).status is ServiceStatus.ACTIVE

    @pytest.mark.parametrize("section", list(Section))
    def test_nothing_different_changes_nothing(self, editor: Client, section: Section) -> None:
        service = full_service()
        before = record_of(service.id)
        response = send(editor, at("staff-service-edit", service.id, section.value))
        assert "said=same" in response.headers.get("Location", ""), words_of(response)
        assert record_of(service.id) == before

    def test_the_hours_change_nothing_either(self, editor: Client) -> None:
        service = full_service()
        before = record_of(service.id)
        for query in ("", f"?place={before.locations[0].location_id}"):
            response = send(editor, at("staff-hours", service.id) + query)
            assert "said=same" in response.headers.get("Location", ""), words_of(response)
        assert record_of(service.id) == before

    @pytest.mark.parametrize(
        ("section", "typed", "expected"),
        [
            (
                "about",
                {"status": "temporarily closed", "alert": "Back in May"},
                {"status": ServiceStatus.CLOSED_FOR_NOW},
            ),
            ("talking", {"ways": ["phone", "email"], "phones-1-number": ""}, {"ways": (Way.PHONE, Way.EMAIL)}),
            ("links", {"additional_urls-0-url": "https://quay.example/new"}, {}),
            ("places", {"coverage": "national"}, {"coverage": Coverage.NATIONAL}),
            ("people", {"minimum_age": "18", "wait_time": "None."}, {"minimum_age": 18, "wait_time": "None."}),
            ("cost", {"fees_description": "Free."}, {"fees_description": "Free."}),
            ("languages", {"languages": "English\nFrench"}, {"languages": ("en", "fr")}),
            ("safety", {"is_crisis_line": "on", "is_internal": "on"}, {"is_crisis_line": True, "is_internal": True}),
            ("owner", {"owner_email": "new@quay.example"}, {"owner_email": "new@quay.example"}),
        ],
    )
    def test_each_screen_changes_its_own(
        self, editor: Client, section: str, typed: dict[str, Any], expected: dict[str, Any]
    ) -> None:
        service = full_service()
        before = record_of(service.id)
        response = send(editor, at("staff-service-edit", service.id, section), **typed)
        assert response.status_code == 303, words_of(response)
        after = record_of(service.id)
        for name, value in expected.items():
            assert getattr(after, name) == value
        changed = {
            each.name for each in dataclasses.fields(after) if getattr(before, each.name) != getattr(after, each.name)
        }
        assert changed - {"last_modified"} <= set(expected) | {"alert", "phones", "additional_urls"}

    def test_what_the_rules_refuse_is_said_beside_its_box(self, editor: Client) -> None:
        service = full_service()
        for section, typed, says in (
            ("talking", {**NO_PHONES, "ways": ["phone"]}, "For one of these ways there is no number"),
            (
                "safety",
                {"hides_address": "on"},
                "A service that hides its places can be given at confidential places only",
            ),
            ("places", {"places": [], "service_areas-0-name": "Coast"}, "For one of these ways there is no number"),
        ):
            response = send(editor, at("staff-service-edit", service.id, section), **typed)
            assert response.status_code == 400
            assert says in words_of(response)
            assert "Error:" in words_of(response)
        assert record_of(service.id).ways == service.ways

    def test_save_and_add_more_comes_back(self, editor: Client) -> None:
        service = make_service()
        address = at("staff-service-edit", service.id, "talking")
        response = send(editor, address, **{"phones-1-number": "0555 0109", "more": "yes"})
        assert response.headers["Location"] == f"{address}?said=saved"
        assert 'name="phones-2-number"' in editor.get(address).content.decode()

    def test_somebody_else_was_quicker(self, editor: Client) -> None:
        service = make_service("Quay Advice")
        address = at("staff-service-edit", service.id, "about")
        mine = filled(editor, address, name="What I typed", alert="And this")
        other = dataclasses.replace(record_of(service.id), name="What the other typed")
        save_service(other, source=Source.IMPORT, by=BY, now=NOW + timedelta(minutes=1))
        response = editor.post(address, mine)
        assert response.status_code == 400
        text = words_of(response)
        assert "Somebody else changed this while you were typing" in text
        assert "What the other typed" in text
        assert "an import" in text
        again = read_form(response.content.decode())
        assert (again["name"], again["alert"]) == (["What I typed"], ["And this"])
        assert Service.objects.get().name == "What the other typed"
        assert editor.post(address, again).status_code == 303
        assert (Service.objects.get().name, Service.objects.get().alert) == ("What I typed", "And this")

    def test_the_owners_address_is_in_no_history(self, editor: Client) -> None:
        service = make_service()
        send(editor, at("staff-service-edit", service.id, "owner"), owner_email="secret@quay.example")
        assert Service.objects.get().owner_email == "secret@quay.example"
        assert "secret@" not in seen(editor, at("staff-history", "services", service.id))

    def test_it_goes_to_another_organisation(self, editor: Client) -> None:
        service, other = make_service(), make_organization("Other Trust")
        address = at("staff-service-move", service.id)
        assert "Other Trust" in seen(editor, f"{address}?q=other")
        assert "Choose an organisation" in words_of(editor.post(address, {"organization": "none"}))
        version = Service.objects.get().modified_at.isoformat()
        assert editor.post(address, {"organization": str(uuid4()), "state": version}).status_code == 404
        late = editor.post(address, {"organization": str(other.id), "state": "2020-01-01T00:00:00+00:00"})
        assert "has changed since" in words_of(late)
        assert editor.post(address, {"organization": str(other.id), "state": version}).status_code == 303
        assert record_of(service.id).organization_id == other.id

    def test_it_is_withdrawn_and_put_back(self, editor: Client) -> None:
        service = make_service()
        assert "nobody finds it" in seen(editor, at("staff-service-withdraw", service.id))
        assert editor.post(at("staff-service-withdraw", service.id)).status_code == 303
        text = seen(editor, at("staff-service", service.id))
        assert "This service is withdrawn" in text
        assert "Restore the service" in text
        assert editor.post(at("staff-service-restore", service.id)).status_code == 303
        assert Service.objects.get().withdrawn_at is None

    def test_the_preview_is_the_public_page_also_of_what_nobody_sees(self, editor: Client) -> None:
        service = full_service()
        withdraw_service(service.id, source=Source.EDITOR, by=BY, now=NOW)
        assert Client().get(reverse("directory:service", args=[service.id])).status_code == 404
        text = seen(editor, at("staff-service-preview", service.id))
        assert "This is how people see it. Nobody finds it now." in text
        assert "0555 0101" in text
        assert "owner@quay.example" not in text

    def test_all_of_it_stands_on_its_page(self, editor: Client) -> None:
        service = full_service()
        text = seen(editor, at("staff-service", service.id))
        for words in (
            "Quay Trust",
            "Moved until March.",
            "0555 0101 × 3 · Phone · free · Arabic (ar) · Sign language (bfi)",
            "https://quay.example/chat · Chat · By chat on a web page",
            "Coast · FH-C · By the sea",
            "1 Quay Street, FH1 2AB, Fairhaven (with its own times)",
            "Monday to Friday, 09:00 to 17:00",
            "Every month on the first Monday, 18:00 to 20:00",
            "Closed on 24 December 2026 to 26 December 2026 (Break)",
            "It is open as on other days",
            "Visit · 12.50 EUR · from 1 January 2026",
            "What you can pay",
            "Everyone",
            "Portuguese (pt-BR)",
            "owner@quay.example",
        ):
            assert words in text, words


class TestHours:
    def test_a_week_with_a_lunch_break(self, editor: Client) -> None:
        service = make_service(schedules=(FIRST_MONDAY,))
        typed = {"MO_opens_1": "9", "MO_closes_1": "12", "MO_opens_2": "13", "MO_closes_2": "17:30"}
        response = send(editor, at("staff-hours", service.id), **typed, holidays="as_usual")
        assert response.status_code == 303
        record = record_of(service.id)
        assert [(row.byday, row.opens_at, row.closes_at) for row in record.schedules] == [
            ("1MO", time(18), time(20)),
            ("MO", time(9), time(12)),
            ("MO", time(13), time(17, 30)),
        ]
        assert record.holidays is HolidayHours.AS_USUAL
        assert len({row.id for row in record.schedules}) == 3

    def test_ids_are_not_shared_when_rows_move_up(self, editor: Client) -> None:
        service = make_service(schedules=(OFFICE_HOURS, FIRST_MONDAY))
        ids = {row.byday: row.id for row in record_of(service.id).schedules}
        send(editor, at("staff-hours", service.id), MO_opens_2="18", MO_closes_2="19")
        rows = record_of(service.id).schedules
        assert len({row.id for row in rows}) == len(rows) == 3
        assert {row.byday: row.id for row in rows}["1MO"] == ids["1MO"]
        assert {row.byday: row.id for row in rows}["MO,TU,WE,TH,FR"] == ids["MO,TU,WE,TH,FR"]

    def test_day_and_night_and_special_days(self, editor: Client) -> None:
        service = make_service()
        typed = {"special-0-valid_from": "2026-12-24", "special-0-valid_to": "2027-01-02", "always": "on"}
        typed |= {"special-1-valid_from": "2027-01-09", "special-1-opens_at": "10", "special-1-closes_at": "12"}
        assert send(editor, at("staff-hours", service.id), **typed).status_code == 303
        always, closed, besides = record_of(service.id).schedules
        assert (always.byday, always.opens_at, always.closes_at) == (ALWAYS.byday, ALWAYS.opens_at, ALWAYS.closes_at)
        assert (closed.freq, closed.valid_to, closed.opens_at) == (None, date(2027, 1, 2), None)
        assert (besides.valid_to, besides.closes_at) == (date(2027, 1, 9), time(12))
        text = seen(editor, at("staff-service", service.id))
        assert "Monday to Sunday, all day" in text
        assert "Open besides on 9 January 2027, 10:00 to 12:00" in text

    def test_wrong_times_are_named_with_their_day(self, editor: Client) -> None:
        service = make_service()
        response = send(editor, at("staff-hours", service.id), TU_closes_1="late", WE_closes_1="")
        assert response.status_code == 400
        text = words_of(response)
        assert "Tuesday: enter a time such as 9:00 or 17:30" in text
        assert "Wednesday: enter when it closes" in text
        assert read_form(response.content.decode())["TU_closes_1"] == ["late"]

    def test_a_rule_says_what_it_means_before_it_is_saved(self, editor: Client) -> None:
        service = make_service()
        address = at("staff-rule-add", service.id)
        typed = {"freq": "MONTHLY", "positions": ["1"], "days": ["MO"], "opens_at": "18", "closes_at": "20"}
        shown = send(editor, address, **typed, show="yes")
        text = words_of(shown)
        assert "Every month on the first Monday, 18:00 to 20:00" in text
        assert "Monday 7 December 2026, 18:00 to 20:00" in text
        assert len(record_of(service.id).schedules) == 1
        assert editor.post(address, read_form(shown.content.decode())).status_code == 303
        (rule,) = (row for row in record_of(service.id).schedules if row.freq is Frequency.MONTHLY)
        assert rule.byday == "1MO"
        assert "Every month on the first Monday" in seen(editor, at("staff-hours", service.id))

    def test_a_rule_is_changed_and_removed(self, editor: Client) -> None:
        service = make_service(schedules=(OFFICE_HOURS, FIRST_MONDAY))
        rule = record_of(service.id).schedules[1]
        address = at("staff-rule", service.id, rule.id)
        assert send(editor, address, closes_at="21").status_code == 303
        changed = record_of(service.id).schedules[1]
        assert (changed.closes_at, changed.id) == (time(21), rule.id)
        gone = at("staff-rule-remove", service.id, rule.id)
        late = editor.post(gone, {"state": "2020-01-01T00:00:00+00:00"})
        assert late.status_code == 400
        assert "the rule was not removed" in words_of(late)
        version = Service.objects.get().modified_at.isoformat()
        assert editor.post(gone, {"state": version}).status_code == 303
        assert [row.byday for row in record_of(service.id).schedules] == [OFFICE_HOURS.byday]

    def test_a_rule_that_cannot_be_is_named(self, editor: Client) -> None:
        service = make_service()
        typed = {"freq": "MONTHLY", "written": "9XX", "opens_at": "18", "closes_at": "20"}
        response = send(editor, at("staff-rule-add", service.id), **typed)
        assert response.status_code == 400
        assert "We cannot read these days" in words_of(response)
        assert read_form(response.content.decode())["written"] == ["9XX"]

    def test_a_place_has_its_own_times(self, editor: Client) -> None:
        place = make_location(name="Quay House")
        service = make_service(at=(place,))
        address = f"{at('staff-hours', service.id)}?place={place.id}"
        assert "Quay House" in seen(editor, address)
        response = send(editor, address, SA_opens_1="10", SA_closes_1="12")
        assert response.headers["Location"].endswith(f"&place={place.id}")
        record = record_of(service.id)
        assert [row.byday for row in record.schedules] == [OFFICE_HOURS.byday]
        assert [row.byday for row in record.locations[0].schedules] == ["SA"]
        assert Weekday.SA in record.locations[0].schedules[0].byday


class TestTranslations:
    @pytest.mark.parametrize("kind", ["services", "organizations", "locations", "terms"])
    def test_each_kind_of_entry(self, editor: Client, kind: str) -> None:
        reference = {
            "services": lambda: make_service().id,
            "organizations": lambda: make_organization().id,
            "locations": lambda: make_location().id,
            "terms": lambda: make_term("red", taxonomy="colours").id,
        }[kind]()
        choose = at("staff-translations", kind, reference)
        assert "Arabic (ar)" in seen(editor, choose)
        response = editor.post(choose, {"language": "French"})
        address = response.headers["Location"]
        assert address == at("staff-translation", kind, reference, "fr")
        assert "In its own words:" in seen(editor, address)
        assert send(editor, address, name="Le nom").status_code == 303
        model = {"services": Service, "organizations": Organization, "locations": Location, "terms": Term}[kind]
        row = model.objects.get(public_id=reference)  # type: ignore[attr-defined]
        assert row.parts["translations"] == [{"language": "fr", "field": "name", "text": "Le nom"}]
        assert "Translations" in seen(editor, at("staff-history", kind, reference))

    def test_a_language_that_nobody_knows(self, editor: Client) -> None:
        response = editor.post(at("staff-translations", "services", make_service().id), {"language": "Klingonish"})
        assert response.status_code == 400
        assert "We do not know this language" in words_of(response)

    def test_somebody_else_was_quicker(self, editor: Client) -> None:
        service = make_service()
        address = at("staff-translation", "services", service.id, "ar")
        mine = filled(editor, address, name="استشارة")
        other = dataclasses.replace(record_of(service.id), name="What the other typed")
        save_service(other, source=Source.EDITOR, by=BY, now=NOW + timedelta(minutes=1))
        response = editor.post(address, mine)
        assert response.status_code == 400
        assert "What the other typed" in words_of(response)
        again = read_form(response.content.decode())
        assert again["name"] == ["استشارة"]
        assert editor.post(address, again).status_code == 303

    def test_what_the_rules_refuse_is_said(self, editor: Client) -> None:
        address = at("staff-translation", "services", make_service().id, "ar")
        response = send(editor, address, name="a\x07b")
        assert response.status_code == 400
        assert "There are signs in it that cannot be shown" in words_of(response)


class TestFreshness:
    def test_lists_by_last_check(self, editor: Client) -> None:
        owner = make_organization("Quay Trust").id
        for name, days, mail in (("Fresh", 1, ""), ("Due", 100, "a@x.example"), ("Over", 200, ""), ("Never", None, "")):
            day = None if days is None else TODAY - timedelta(days=days)
            make_service(name, organization_id=owner, assured_date=day, owner_email=mail)
        make_service("Inside", organization_id=owner, assured_date=None, is_internal=True)
        home = at("staff-home")
        due = seen(editor, f"{home}?check=labelled&sort=checked")
        assert "Checked 90 days ago or longer. People see that." in due
        assert "Not asked yet" in due
        assert listed(editor, f"{home}?check=labelled&sort=checked") == ["Due"]
        assert listed(editor, f"{home}?check=hidden") == ["Over"]
        assert listed(editor, f"{home}?check=never") == ["Never"]
        assert "No owner" in seen(editor, f"{home}?check=never")
        assert listed(editor, f"{home}?check=labelled&owner=no") == []
        assert listed(editor, f"{home}?check=labelled&owner=yes&q=quay") == ["Due"]
        assert listed(editor, f"{home}?sort=checked") == ["Never", "Inside", "Over", "Due", "Fresh"]

    def test_one_is_marked_as_checked(self, editor: Client) -> None:
        service = make_service(assured_date=TODAY - timedelta(days=200))
        address = at("staff-service", service.id)
        typed = {"how": "phone", "on": "2026-11-24", "assurer_email": "team@x.example"}
        response = editor.post(address, typed)
        assert response.headers["Location"].endswith("?said=checked")
        row = Service.objects.get()
        assert (row.assured_date, row.assurer_email) == (date(2026, 11, 24), "team@x.example")
        assert '"how":"phone"' in AuditEvent.objects.get(verb="directory.confirmed").facts.replace(" ", "")
        response = editor.post(address, {"how": "site", "on": "2026-01-01"})
        assert response.headers["Location"].endswith("?said=not-newer")
        assert Service.objects.get().assured_date == date(2026, 11, 24)

    def test_who_confirms_one_stands_at_the_next(self, editor: Client) -> None:
        for number, name in enumerate(("First", "Second", "Third")):
            make_service(name, assured_date=TODAY - timedelta(days=110 - number))
        address = at("staff-home") + "?check=labelled&sort=checked"
        (first, _name), (second, _other), _third = items(editor, address)
        response = editor.post(first, {"how": "phone"}, follow=True)
        assert response.redirect_chain[-1][0].startswith(second.partition("?")[0])
        assert "Marked as checked. This is the next one." in words_of(response)
        response = editor.post(response.redirect_chain[-1][0], {"how": "phone"}, follow=True)
        response = editor.post(response.redirect_chain[-1][0], {"how": "phone"}, follow=True)
        text = words_of(response)
        assert "Marked as checked." in text
        assert "This is the next one" not in text
        assert "That was the last one in this list" in text
        assert not Service.objects.exclude(assured_date=TODAY).exists()

    def test_a_stale_entry_is_confirmed_by_two_presses(self, editor: Client) -> None:
        first, second = (
            make_service(name, assured_date=TODAY - timedelta(days=days)).id
            for name, days in (("Oldest", 120), ("Newer", 110))
        )
        pressed = Presses(editor)
        pressed.follow(f"/services/{first}")
        pressed.send(pressed.address, how="phone")
        assert pressed.number == 2
        assert pressed.address.startswith(at("staff-service", second))
        assert "Marked as checked. This is the next one." in html.unescape(pressed.page)

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"how": ""}, "Choose how it was checked"),
            ({"how": "guessed"}, "Choose one of the list"),
            ({"how": "phone", "on": "yesterday"}, "Enter a day such as 2026-11-24"),
            ({"how": "phone", "on": "2026-11-26"}, "Enter a day that has begun"),
            ({"how": "phone", "assurer_email": "nobody"}, "Enter one e-mail address"),
        ],
    )
    def test_what_is_no_check_is_named(self, editor: Client, typed: dict[str, str], says: str) -> None:
        service = make_service(assured_date=None)
        response = editor.post(at("staff-service", service.id), typed)
        assert response.status_code == 400
        assert says in words_of(response)
        assert Service.objects.get().assured_date is None

    def test_its_owner_is_asked(self, editor: Client, settings: Any, tmp_path: Any) -> None:
        settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
        settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
        service = make_service(owner_email="team@quay.example")
        address = at("staff-service-remind", service.id)
        assert "This installation has no courier yet" in words_of(editor.post(address))
        assert OwnerLink.objects.count() == 0
        found_services(by=Actor.operator(), now=NOW)
        assert editor.post(address).headers["Location"].endswith("?said=reminded")
        assert OwnerLink.objects.get().sent_to == "team@quay.example"
        silent = make_service()
        assert "No mail can be sent to this owner" in words_of(editor.post(at("staff-service-remind", silent.id)))

    def test_what_a_probe_found(self, editor: Client) -> None:
        service = make_service("Quay Advice", url="https://quay.example/")
        make_service("Harbour Advice")
        row = Service.objects.get(public_id=service.id)
        Probe.objects.create(
            service=row, probed_at=NOW, trouble=ProbeTrouble.NOT_FOUND.value, about="https://quay.example/", failures=2
        )
        text = seen(editor, at("staff-home") + "?trouble=on")
        assert "This page does not exist · https://quay.example/" in text
        assert "Look at them yourself before you change an entry" in text
        assert "Harbour Advice" not in text
        assert "This page does not exist" in seen(editor, at("staff-service", service.id))

    def test_the_first_page_says_how_things_stand(self, editor: Client) -> None:
        owner = make_organization("Quay Trust").id
        make_service("Quay Advice", organization_id=owner, alternate_name="Boatshed")
        make_service("Old Advice", organization_id=owner, assured_date=TODAY - timedelta(days=180))
        text = seen(editor, at("staff-home"))
        assert "50 % of all services at work checked within 180 days" in text
        assert "1 hidden from search until they are checked" in text
        found = seen(editor, at("staff-home") + "?q=quay")
        assert found.index("Quay Trust") < found.index("Quay Advice")
        assert "Old Advice" in found  # by its organisation
        assert listed(editor, at("staff-home") + "?q=boatsh") == ["Quay Advice"]
        assert "Nothing here fits" in seen(editor, at("staff-home") + "?q=zzz")
        assert editor.get(at("staff-home") + "?q=" + "x" * 300).status_code == 200


class TestProposals:
    def test_field_by_field(self, editor: Client) -> None:
        service = make_service("Quay Advice", description="Old words.", languages=("en",))
        change = OwnerChange(name="New name", description="New words.", languages=("en", "ar"))
        propose_change(service_id=service.id, change=change, words="We moved.", now=NOW)
        proposal = Proposal.objects.get()
        assert "Change by its owner" in seen(editor, at("staff-proposals"))
        page = at("staff-proposal", proposal.public_id)
        text = seen(editor, page)
        for words in ("Quay Advice", "Old words.", "New words.", "We moved.", "Now", "Proposed"):
            assert words in text
        assert "1 proposal waits for you" in seen(editor, at("staff-service", service.id))
        typed = filled(editor, page, text_name="Newer name")
        typed.pop("take_description")
        response = editor.post(at("staff-proposal-accept", proposal.public_id), typed)
        assert response.status_code == 303, words_of(response)
        record = record_of(service.id)
        assert (record.name, record.description, record.languages) == ("Newer name", "Old words.", ("en", "ar"))
        assert record.assured_date == TODAY
        assert "Nothing waits here." in seen(editor, at("staff-proposals"))
        assert editor.get(page).status_code == 404

    def test_nothing_taken_is_named(self, editor: Client) -> None:
        service = make_service()
        propose_change(service_id=service.id, change=OwnerChange(name="New name"), now=NOW)
        proposal = Proposal.objects.get()
        version = Service.objects.get().modified_at.isoformat()
        response = editor.post(at("staff-proposal-accept", proposal.public_id), {"state": version, "text_name": "Mine"})
        assert response.status_code == 400
        assert "Take at least one of the changes" in words_of(response)
        assert read_form(response.content.decode())["text_name"] == ["Mine"]

    def test_what_the_rules_refuse_is_named(self, editor: Client) -> None:
        service = make_service()
        propose_change(service_id=service.id, change=OwnerChange(url="https://new.example"), now=NOW)
        page = at("staff-proposal", Proposal.objects.get().public_id)
        typed = filled(editor, page, text_url="not an address")
        response = editor.post(page + "/accept", typed)
        assert response.status_code == 400
        assert "Enter a whole web address" in words_of(response)
        assert Proposal.objects.get().state == "open"

    def test_an_entry_that_changed_since_is_looked_at_again(self, editor: Client) -> None:
        service = make_service()
        propose_change(service_id=service.id, change=OwnerChange(name="New name"), now=NOW)
        page = at("staff-proposal", Proposal.objects.get().public_id)
        typed = filled(editor, page, text_name="Mine")
        other = dataclasses.replace(record_of(service.id), description="Other words")
        save_service(other, source=Source.EDITOR, by=BY, now=NOW + timedelta(minutes=1))
        response = editor.post(page + "/accept", typed)
        assert response.status_code == 400
        assert "The entry has changed since you opened this page" in words_of(response)
        again = read_form(response.content.decode())
        assert again["text_name"] == ["Mine"]
        assert editor.post(page + "/accept", again).status_code == 303
        assert record_of(service.id).name == "Mine"

    def test_an_end_is_accepted(self, editor: Client) -> None:
        service = make_service()
        propose_end(service_id=service.id, words="We closed.", now=NOW)
        page = at("staff-proposal", Proposal.objects.get().public_id)
        assert "given no more" in seen(editor, page)
        assert send(editor, page.replace(page, page), version="x").status_code == 405
        typed = filled(editor, page)
        assert editor.post(page + "/accept", typed).status_code == 303
        assert record_of(service.id).status is ServiceStatus.DEFUNCT

    def test_a_mistake_is_mended_or_is_none(self, editor: Client) -> None:
        service = make_service()
        for words in ("Nobody answers.", "Wrong number."):
            report_mistake(service_id=service.id, kind=MistakeKind.PHONE, words=words, now=NOW)
        first, second = Proposal.objects.all()
        page = at("staff-proposal", first.public_id)
        text = seen(editor, page)
        assert "Nobody answers." in text
        assert "The phone number or a link does not work" in text
        typed = filled(editor, page)
        assert editor.post(page + "/accept", typed).status_code == 303
        assert editor.post(at("staff-proposal-reject", second.public_id)).status_code == 303
        assert sorted(Proposal.objects.values_list("state", flat=True)) == ["accepted", "rejected"]
        assert editor.post(at("staff-proposal-reject", second.public_id)).status_code == 404
        assert record_of(service.id).name == service.name


class TestWordsToSortBy:
    def test_a_family_and_its_words(self, editor: Client) -> None:
        typed = {"name": "Colours", "code": "colours", "description": "All colours"}
        assert send(editor, at("staff-taxonomy-add"), **typed).status_code == 303
        family = Taxonomy.objects.get(code="colours")
        add = at("staff-term-add", family.public_id)
        assert send(editor, add, name="Red", code="red", description="Like a rose").status_code == 303
        red = Term.objects.get(code="red")
        typed = {"name": "Crimson", "code": "crimson", "description": "A red", "parent_id": str(red.public_id)}
        assert send(editor, add, **typed, position="3").status_code == 303
        crimson = Term.objects.get(code="crimson")
        assert (crimson.parent, crimson.position) == (red, 3)
        text = seen(editor, at("staff-taxonomy", family.public_id))
        assert text.index("Red") < text.index("Crimson")
        assert "Colours" in seen(editor, at("staff-taxonomies"))
        assert send(editor, at("staff-term", crimson.public_id), parent_id="").status_code == 303
        assert Term.objects.get(code="crimson").parent is None

    def test_a_ring_is_refused_in_words(self, editor: Client) -> None:
        red = make_term("red", taxonomy="colours")
        crimson = make_term("crimson", taxonomy="colours", parent_id=red.id)
        for parent in (red.id, crimson.id):
            response = send(editor, at("staff-term", red.id), parent_id=str(parent), name="Redder")
            assert response.status_code == 400
            assert "The word would stand under itself" in words_of(response)
            assert read_form(response.content.decode())["name"] == ["Redder"]
        assert Term.objects.get(code="red").parent is None

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"code": "Red Ones"}, "Use small letters, digits"),
            ({"code": "blue"}, "Another word of this family has this short name"),
            ({"code": ""}, "Enter a short name"),
            ({"description": ""}, "Say in a sentence what it means"),
            ({"parent_id": str(uuid4())}, "There is no such word in this family"),
            ({"parent_id": "red"}, "Choose one of the list"),
            ({"position": "first"}, "Enter a whole number from 0 to 30000"),
            ({"term_uri": "nowhere"}, "Enter a whole web address"),
        ],
    )
    def test_what_is_wrong_with_a_word_is_named(self, editor: Client, typed: dict[str, str], says: str) -> None:
        red = make_term("red", taxonomy="colours")
        make_term("blue", taxonomy="colours")
        response = send(editor, at("staff-term", red.id), **typed)
        assert response.status_code == 400
        assert says in words_of(response)

    def test_two_families_have_two_short_names(self, editor: Client) -> None:
        make_taxonomy("colours")
        sounds = make_taxonomy("sounds")
        response = send(editor, at("staff-taxonomy-edit", sounds.id), code="colours")
        assert response.status_code == 400
        assert "Another family has this short name" in words_of(response)

    def test_somebody_else_was_quicker(self, editor: Client) -> None:
        red = make_term("red", taxonomy="colours")
        mine = filled(editor, at("staff-term", red.id), name="Mine")
        send(editor, at("staff-term", red.id), name="Theirs")
        response = editor.post(at("staff-term", red.id), mine)
        assert response.status_code == 400
        assert "Somebody else changed this" in words_of(response)
        assert "Theirs" in words_of(response)
        assert editor.post(at("staff-term", red.id), read_form(response.content.decode())).status_code == 303
        assert Term.objects.get(code="red").name == "Mine"

    def test_a_word_is_removed_only_when_nothing_uses_it(self, editor: Client) -> None:
        red = make_term("red", taxonomy="colours")
        crimson = make_term("crimson", taxonomy="colours", parent_id=red.id)
        service = make_service(terms=(crimson.id,))
        for term in (red, crimson):
            assert "Change these first" in seen(editor, at("staff-term-remove", term.id))
            assert "Change these first" in words_of(editor.post(at("staff-term-remove", term.id)))
        send(editor, at("staff-service-edit", service.id, "people"), terms_colours=[])
        assert editor.post(at("staff-term-remove", crimson.id)).status_code == 303
        assert editor.post(at("staff-term-remove", red.id)).status_code == 303
        assert not Term.objects.filter(taxonomy__code="colours").exists()


class TestLists:
    def test_synonyms_are_added_found_and_removed(self, editor: Client) -> None:
        make_term("legal")
        address = at("staff-synonyms")
        for word, means in (("Sextortion", "blackmail"), ("Lawyer", "needs:legal")):
            assert send(editor, address, language="English", word=word, means=means).status_code == 303
        assert list(Synonym.objects.filter(word="sextortion").values_list("language", "means")) == [("en", "blackmail")]
        text = seen(editor, f"{address}?q=sextor")
        assert "sextortion blackmail en" in text
        assert "lawyer" not in text
        assert editor.post(at("staff-synonym-remove"), {"synonym": "en"}).headers["Location"].endswith("?said=same")
        gone = {"synonym": ["en\tsextortion\tblackmail", "en\tlawyer\tneeds:legal"]}
        assert editor.post(at("staff-synonym-remove"), gone).headers["Location"].endswith("?said=removed")
        assert editor.post(at("staff-synonym-remove"), gone).headers["Location"].endswith("?said=same")
        assert not Synonym.objects.filter(word__in=["sextortion", "lawyer"]).exists()

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"language": ""}, "Enter the language"),
            ({"language": "Klingonish"}, "We do not know this language"),
            ({"word": ""}, "Enter the word that people write"),
            ({"word": "!!!"}, "Enter a word with letters or digits"),
            ({"means": ""}, "Enter what is meant"),
            ({"means": "needs:nothing"}, "There is no such term"),
        ],
    )
    def test_what_is_wrong_with_a_synonym_is_named(self, editor: Client, typed: dict[str, str], says: str) -> None:
        before = Synonym.objects.count()
        whole = {"language": "en", "word": "word", "means": "meaning"}
        response = send(editor, at("staff-synonyms"), **{**whole, **typed})
        assert response.status_code == 400
        assert says in words_of(response)
        assert Synonym.objects.count() == before
        kept = read_form(response.content.decode())
        assert {name: kept[name] for name in whole} == {name: [value] for name, value in {**whole, **typed}.items()}

    def test_holidays_of_a_year_are_replaced(self, editor: Client) -> None:
        Holiday.objects.create(day=date(2026, 5, 1), name="May Day")
        Holiday.objects.create(day=date(2027, 5, 1), name="May Day")
        address = at("staff-holidays")
        assert "2026-05-01 May Day" in filled(editor, address)["lines"][0]
        assert "2027-05-01 May Day" in filled(editor, f"{address}?year=2027")["lines"][0]
        assert send(editor, address, lines="2026-12-25 Christmas Day\n2026-12-26 Boxing Day").status_code == 303
        assert list(Holiday.objects.values_list("day", "name")) == [
            (date(2026, 12, 25), "Christmas Day"),
            (date(2026, 12, 26), "Boxing Day"),
            (date(2027, 5, 1), "May Day"),
        ]
        response = send(editor, address, lines="2026-12-25 Christmas Day\nno day")
        assert response.status_code == 400
        assert "Line 2: write it as" in words_of(response)
        assert Holiday.objects.count() == 3
        assert editor.get(f"{address}?year=soon").status_code == 200

    def test_places_are_counted(self, editor: Client) -> None:
        row = PlaceRow(kind=PlaceKind.TOWN, name="Fairhaven", latitude=38.5, longitude=-9.25)
        save_places([row], by=BY, now=NOW)
        text = seen(editor, at("staff-places"))
        assert "1 towns" in text
        assert "0 postcodes" in text
