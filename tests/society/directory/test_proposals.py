"""What people outside say of an entry: it waits for a person, once, and is written as an owner's when it is taken."""

import dataclasses
import uuid
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.society.directory.errors import (
    EntryRefused,
    EntryUnknown,
    NothingProposed,
    ProposalUnknown,
    TooManyProposals,
)
from leeward.society.directory.models import Proposal, Revision, Service
from leeward.society.directory.operations.places import PlaceRow, save_places
from leeward.society.directory.operations.proposing import (
    accept_proposal,
    propose_change,
    propose_end,
    reject_proposal,
    report_mistake,
)
from leeward.society.directory.operations.saving import save_service, withdraw_service
from leeward.society.directory.queries.proposals import (
    ProposalView,
    list_open_proposals,
    show_proposal,
)
from leeward.society.directory.queries.search import Search, search_services
from leeward.society.directory.queries.showing import show_service
from leeward.society.directory.rules.freshness import (
    MISTAKE_LENGTH,
    OPEN_CHANGES_MOST,
    OPEN_MISTAKES_MOST,
    MistakeKind,
    ProposalKind,
)
from leeward.society.directory.rules.history import FieldChange, Source
from leeward.society.directory.rules.places import PlaceKind
from leeward.society.directory.rules.proposals import (
    Ages,
    NewAddress,
    OwnerChange,
    apply_change,
    changes_of,
    pack_change,
    read_value,
    unpack_change,
)
from leeward.society.directory.rules.records import (
    Address,
    CostOption,
    Frequency,
    Phone,
    PhoneType,
    Schedule,
    ServiceRecord,
    ServiceStatus,
    Translation,
    Way,
)
from tests.society.directory.factories import BY, FREE, NOW, TODAY, make_location, make_service, make_term

pytestmark = pytest.mark.postgresql

EDITOR = Actor(kind=ActorKind.STAFF, id="a-reference-of-16")
LATER = NOW + timedelta(days=20)
MOVED = Address(address_1="7 Mill Lane", city="Millford", state_province="Coast", postal_code="MF7 1AA", country="XX")


def waiting(**wanted: Any) -> tuple[ProposalView, ...]:
    return list_open_proposals(language="en", now=NOW, **wanted)


def only() -> ProposalView:
    (view,) = waiting()
    return view


def entry(service: ServiceRecord) -> ServiceRecord:
    return Service.objects.whole().get(public_id=service.id).as_record()


@pytest.mark.django_db
class TestMistakes:
    def test_a_mistake_waits_once_however_often_it_is_sent(self) -> None:
        service = make_service()
        for _ in range(3):
            report_mistake(service_id=service.id, kind=MistakeKind.PHONE, words=" Nobody answers.\r\n", now=NOW)
        view = only()
        assert (view.kind, view.mistake, view.words) == (ProposalKind.MISTAKE, MistakeKind.PHONE, "Nobody answers.")
        assert (view.service.name, view.service.organization_name) == ("Harbour Advice", "Harbour Trust")
        assert view.changes == ()
        report_mistake(service_id=service.id, kind=MistakeKind.HOURS, words="Nobody answers.", now=NOW)
        assert len(waiting()) == len(waiting(service_id=service.id)) == 2

    def test_the_trail_has_the_kind_and_never_the_words(self) -> None:
        report_mistake(service_id=make_service().id, kind=MistakeKind.OTHER, words="My husband works there", now=NOW)
        line = AuditEvent.objects.get(verb="directory.proposed")
        assert (line.actor_kind, line.actor_id) == ("person", "")
        assert "husband" not in line.facts

    def test_words_are_forgotten_once_it_is_decided(self) -> None:
        report_mistake(service_id=make_service().id, kind=MistakeKind.OTHER, words="My husband works there", now=NOW)
        reject_proposal(proposal_id=only().id, by=EDITOR, now=LATER)
        row = Proposal.objects.get()
        assert (row.state, row.words, row.decided_at) == ("rejected", "", LATER)
        assert waiting() == ()

    def test_what_is_hidden_cannot_be_spoken_of_and_says_so_alike(self) -> None:
        internal, gone = make_service(is_internal=True), make_service()
        withdraw_service(gone.id, source=Source.EDITOR, by=BY, now=NOW)
        for reference in (internal.id, gone.id, uuid.uuid4()):
            with pytest.raises(EntryUnknown):
                report_mistake(service_id=reference, kind=MistakeKind.CLOSED, words="", now=NOW)
        assert waiting() == ()

    @pytest.mark.parametrize(
        ("words", "error"),
        [("x" * (MISTAKE_LENGTH + 1), EntryRefused), ("a\x00b", EntryRefused), ("  \n ", NothingProposed)],
    )
    def test_words_that_cannot_be_kept_are_refused(self, words: str, error: type[Exception]) -> None:
        service = make_service()
        with pytest.raises(error):
            report_mistake(service_id=service.id, kind=MistakeKind.OTHER, words=words, now=NOW)
        assert waiting() == ()

    def test_strangers_fill_their_own_places_and_never_the_owners(self) -> None:
        service = make_service()
        for number in range(OPEN_MISTAKES_MOST):
            report_mistake(service_id=service.id, kind=MistakeKind.OTHER, words=f"It is wrong {number}", now=NOW)
        report_mistake(service_id=service.id, kind=MistakeKind.OTHER, words="It is wrong 3", now=NOW)  # the same again
        with pytest.raises(TooManyProposals, match=str(OPEN_MISTAKES_MOST)):
            report_mistake(service_id=service.id, kind=MistakeKind.OTHER, words="One more", now=NOW)
        propose_end(service_id=service.id, now=NOW)
        assert len(waiting()) == OPEN_MISTAKES_MOST + 1
        reject_proposal(proposal_id=waiting()[0].id, by=EDITOR, now=NOW)
        report_mistake(service_id=service.id, kind=MistakeKind.OTHER, words="One more", now=NOW)


@pytest.mark.django_db
class TestChanges:
    def test_only_what_is_different_is_proposed_and_the_public_page_waits(self) -> None:
        service = make_service()
        change = OwnerChange(
            name="Harbour Advice",
            description="We listen.",
            phones=(Phone(number="0555 0100"),),
            schedules=service.schedules,
        )
        assert propose_change(service_id=service.id, change=change, now=NOW) == OwnerChange(description="We listen.")
        assert only().changes == (
            FieldChange(field="description", before="People there listen and help.", after="We listen."),
        )
        assert show_service(service.id, language="en", now=NOW).description == "People there listen and help."

    def test_nothing_different_is_nothing(self) -> None:
        service = make_service()
        with pytest.raises(NothingProposed):
            propose_change(service_id=service.id, change=OwnerChange(name=service.name, ages=Ages()), now=NOW)
        propose_change(service_id=service.id, change=OwnerChange(), words="We move in May.", now=NOW)
        assert (only().changes, only().words) == ((), "We move in May.")

    def test_the_same_change_again_is_one(self) -> None:
        service = make_service()
        change = OwnerChange(phones=(Phone(number="0555 0199", languages=("en", "ar")),), ages=Ages(minimum=16))
        for minute in range(2):
            propose_change(service_id=service.id, change=change, now=NOW + timedelta(minutes=minute))
        assert len(waiting()) == 1
        for number in range(OPEN_CHANGES_MOST - 1):
            propose_change(service_id=service.id, change=OwnerChange(alert=f"Closed on day {number}"), now=NOW)
        with pytest.raises(TooManyProposals):
            propose_change(service_id=service.id, change=OwnerChange(alert="Closed"), now=NOW)

    def test_an_accepted_change_is_written_as_the_owners_and_counts_as_checked_when_it_was_made(self) -> None:
        adults, all_ages = make_term("women", taxonomy="people"), make_term("everyone", taxonomy="people")
        service = make_service(
            assured_date=date(2026, 5, 1),
            owner_email="desk@harbour.example",
            terms=(adults.id, make_term("legal").id),
            translations=(
                Translation(language="ar", field="description", text="نص قديم"),
                Translation(language="ar", field="alert", text="مغلق"),
            ),
            alert="Closed in April",
        )
        change = OwnerChange(
            description="We listen.",
            email="hello@harbour.example",
            phones=(Phone(number="0555 0199"), Phone(number="0555 0200", type=PhoneType.TEXT)),
            alert="",
            ages=Ages(minimum=16, maximum=25),
            languages=("en", "pt"),
            cost_options=(CostOption(option="A visit", amount=Decimal("4.50"), currency="EUR"),),
            terms_added=(all_ages.id,),
            terms_dropped=(adults.id,),
        )
        propose_change(service_id=service.id, change=change, now=NOW)
        view = only()
        assert {each.field: (each.before, each.after) for each in view.changes} == {
            "description": ("People there listen and help.", "We listen."),
            "email": ("", "hello@harbour.example"),
            "alert": ("Closed in April", ""),
            "phones": ("0555 0100 · voice", "0555 0199 · voice\n0555 0200 · text"),
            "languages": ("en", "en\npt"),
            "cost_options": ("Free · 0 EUR", "A visit · 4.50 EUR"),
            "ages": ("", "16–25"),
            "terms": ("Women", "Everyone"),
        }
        assert [(each.language, each.field) for each in view.stale] == [("ar", "description")]
        accept_proposal(proposal_id=view.id, by=EDITOR, now=LATER)
        after = entry(service)
        assert (after.description, after.minimum_age, after.owner_email) == ("We listen.", 16, "desk@harbour.example")
        assert [phone.number for phone in after.phones] == ["0555 0199", "0555 0200"]
        assert after.ways == (Way.PHONE, Way.TEXT, Way.EMAIL)
        assert [each.field for each in after.translations] == ["description"]  # what was said for a while is over
        assert after.assured_date == TODAY
        assert adults.id not in after.terms
        assert {all_ages.id, make_term("legal").id} <= set(after.terms)
        kinds = Revision.objects.filter(resource_id=service.id, at=LATER).values_list("action", "updated_by").distinct()
        assert set(kinds) == {("update", "owner"), ("confirm", "owner")}
        assert [found.id for found in search_services(Search(words="listen"), language="en", now=LATER).services] == [
            service.id
        ]
        with pytest.raises(ProposalUnknown):
            accept_proposal(proposal_id=view.id, by=EDITOR, now=LATER)

    def test_what_was_mended_meanwhile_stays(self) -> None:
        service = make_service()
        propose_change(service_id=service.id, change=OwnerChange(alert="Closed on Monday"), now=NOW)
        mended = dataclasses.replace(entry(service), phones=(Phone(number="0555 7777"),))
        save_service(mended, source=Source.EDITOR, by=BY, now=NOW)
        accept_proposal(proposal_id=only().id, by=EDITOR, now=LATER)
        assert (entry(service).phones[0].number, entry(service).alert) == ("0555 7777", "Closed on Monday")

    def test_faults_are_told_field_by_field_and_old_ones_are_not_the_owners(self) -> None:
        service = make_service()
        Service.objects.update(url="ftp://old.example")  # an import before there was a check
        change = OwnerChange(phones=(Phone(number="ring us"),), email="no mailbox", ages=Ages(minimum=30, maximum=3))
        with pytest.raises(EntryRefused) as refused:
            propose_change(service_id=service.id, change=change, now=NOW)
        assert {error.field for error in refused.value.errors} == {"phones.0.number", "email", "maximum_age"}
        propose_change(service_id=service.id, change=OwnerChange(alert="Closed on Monday"), now=NOW)
        assert len(waiting()) == 1

    def test_a_rejected_change_leaves_everything_as_it_was(self) -> None:
        service = make_service()
        before = (entry(service), Revision.objects.count())
        propose_change(service_id=service.id, change=OwnerChange(name="Another name"), now=NOW)
        reject_proposal(proposal_id=show_proposal(only().id, language="en", now=NOW).id, by=EDITOR, now=LATER)
        assert (entry(service), Revision.objects.count()) == before
        with pytest.raises(ProposalUnknown):
            show_proposal(uuid.uuid4(), language="en", now=NOW)

    def test_who_decided_stands_in_the_trail(self) -> None:
        service = make_service()
        propose_change(service_id=service.id, change=OwnerChange(name="Another name"), now=NOW)
        accept_proposal(proposal_id=only().id, by=EDITOR, now=LATER)
        line = AuditEvent.objects.get(verb="directory.accepted")
        assert (line.actor_kind, line.actor_id, line.subject_reference) == ("staff", EDITOR.id, str(service.id))
        assert "Another" not in "".join(AuditEvent.objects.values_list("facts", flat=True))


@pytest.mark.django_db
class TestAddresses:
    def test_a_new_address_moves_the_place_to_the_middle_of_its_postcode(self) -> None:
        save_places([PlaceRow(kind=PlaceKind.POSTCODE, name="MF7 1AA", latitude=38.9, longitude=-9.0)], by=BY, now=NOW)
        place = make_location()
        service = make_service(at=(place,))
        change = OwnerChange(addresses=(NewAddress(location_id=place.id, address=MOVED),))
        propose_change(service_id=service.id, change=change, now=NOW)
        assert only().changes == (
            FieldChange(
                field="address",
                before="1 Quay Street, FH1 2AB Fairhaven, Coast, XX",
                after="7 Mill Lane, MF7 1AA Millford, Coast, XX",
            ),
        )
        accept_proposal(proposal_id=only().id, by=EDITOR, now=LATER)
        (moved,) = show_service(service.id, language="en", now=LATER).locations
        assert moved.address is not None
        assert (moved.address.city, moved.latitude, moved.longitude) == ("Millford", 38.9, -9.0)

    def test_where_the_postcode_is_unknown_no_old_point_stays(self) -> None:
        place = make_location()
        service = make_service(at=(place,))
        change = OwnerChange(addresses=(NewAddress(location_id=place.id, address=MOVED),))
        propose_change(service_id=service.id, change=change, now=NOW)
        accept_proposal(proposal_id=only().id, by=EDITOR, now=LATER)
        assert show_service(service.id, language="en", now=LATER).locations[0].latitude is None

    def test_a_second_line_moves_nothing(self) -> None:
        place = make_location()
        service = make_service(at=(place,))
        assert place.address is not None
        floor = dataclasses.replace(place.address, address_2="Second floor", id=None)
        change = OwnerChange(addresses=(NewAddress(location_id=place.id, address=floor),))
        propose_change(service_id=service.id, change=change, now=NOW)
        accept_proposal(proposal_id=only().id, by=EDITOR, now=LATER)
        assert show_service(service.id, language="en", now=LATER).locations[0].latitude == place.latitude

    def test_the_same_address_is_no_change(self) -> None:
        place = make_location()
        service = make_service(at=(place,))
        assert place.address is not None
        change = OwnerChange(addresses=(NewAddress(location_id=place.id, address=place.address),))
        with pytest.raises(NothingProposed):
            propose_change(service_id=service.id, change=change, now=NOW)

    @pytest.mark.parametrize("hides_address", [True, False])
    def test_no_address_of_a_hidden_place_is_ever_taken(self, *, hides_address: bool) -> None:
        place = make_location(is_confidential=True)
        service = make_service(at=(place,), hides_address=hides_address, ways=(Way.PHONE,))
        change = OwnerChange(addresses=(NewAddress(location_id=place.id, address=MOVED),))
        with pytest.raises(EntryRefused) as refused:
            propose_change(service_id=service.id, change=change, now=NOW)
        assert [error.field for error in refused.value.errors] == ["addresses.0"]
        assert "Mill" not in "".join(map(str, Proposal.objects.values_list("values", flat=True)))

    def test_somebody_elses_place_cannot_be_moved(self) -> None:
        theirs = make_location()
        make_service(at=(theirs,))
        mine = make_service()
        change = OwnerChange(addresses=(NewAddress(location_id=theirs.id, address=MOVED),))
        with pytest.raises(EntryRefused):
            propose_change(service_id=mine.id, change=change, now=NOW)

    def test_what_became_hidden_meanwhile_stays_hidden(self) -> None:
        place = make_location()
        service = make_service(at=(place,))
        change = OwnerChange(alert="We have moved", addresses=(NewAddress(location_id=place.id, address=MOVED),))
        propose_change(service_id=service.id, change=change, now=NOW)
        make_location(id=place.id, is_confidential=True)
        accept_proposal(proposal_id=only().id, by=EDITOR, now=LATER)
        (at_location,) = Service.objects.get(public_id=service.id).at_locations.all()
        assert at_location.location.as_record().address is None
        assert entry(service).alert == "We have moved"


@pytest.mark.django_db
class TestEnds:
    def test_an_accepted_end_takes_it_out_of_search_and_marks_it_for_others(self) -> None:
        service = make_service()
        propose_end(service_id=service.id, words="Our money ended.", now=NOW)
        propose_end(service_id=service.id, words="Our money ended.", now=NOW)
        assert (only().kind, only().words) == (ProposalKind.ENDED, "Our money ended.")
        accept_proposal(proposal_id=only().id, by=EDITOR, now=LATER)
        assert entry(service).status is ServiceStatus.DEFUNCT
        assert search_services(Search(words="harbour"), language="en", now=LATER).total == 0

    def test_a_withdrawn_service_takes_no_more_proposals(self) -> None:
        service = make_service()
        withdraw_service(service.id, source=Source.EDITOR, by=BY, now=NOW)
        with pytest.raises(EntryUnknown):
            propose_end(service_id=service.id, now=NOW)
        with pytest.raises(EntryUnknown):
            propose_change(service_id=service.id, change=OwnerChange(name="x"), now=NOW)


class TestRules:
    RECORD = ServiceRecord(
        id=uuid.UUID(int=1),
        organization_id=uuid.UUID(int=2),
        name="Harbour Advice",
        phones=(Phone(number="0555 0100", id=uuid.UUID(int=3)),),
        email="a@harbour.example",
        ways=(Way.PHONE, Way.EMAIL, Way.IN_PERSON),
    )

    def test_a_change_survives_its_column_with_what_it_empties(self) -> None:
        change = OwnerChange(
            url="",
            phones=(),
            ages=Ages(),
            schedules=(Schedule(freq=Frequency.WEEKLY, byday="MO", opens_at=time(9), closes_at=time(12)),),
            cost_options=(FREE,),
            addresses=(NewAddress(location_id=uuid.UUID(int=9), address=MOVED),),
        )
        assert unpack_change(pack_change(change)) == change
        assert "name" not in pack_change(change)

    def test_ways_follow_what_is_there(self) -> None:
        gone = apply_change(OwnerChange(phones=(), email=""), self.RECORD)
        assert gone.ways == (Way.IN_PERSON,)
        text = apply_change(OwnerChange(phones=(Phone(number="0555 1", type=PhoneType.TEXT),)), self.RECORD)
        assert text.ways == (Way.EMAIL, Way.IN_PERSON, Way.TEXT)

    def test_ways_that_an_editor_left_out_stay_out(self) -> None:
        silent = dataclasses.replace(self.RECORD, ways=(Way.IN_PERSON,))
        assert apply_change(OwnerChange(phones=(Phone(number="0555 0200"),)), silent).ways == (Way.IN_PERSON,)

    def test_parts_are_numbered_anew_so_that_no_two_bear_one_number(self) -> None:
        more = (Phone(number="0555 0001"), *self.RECORD.phones)
        assert [phone.id for phone in apply_change(OwnerChange(phones=more), self.RECORD).phones] == [None, None]

    def test_an_editor_reads_lines_and_no_code(self) -> None:
        first_monday = Schedule(
            freq=Frequency.MONTHLY, byday="1MO", opens_at=time(9), closes_at=time(12), notes="Hall B"
        )
        assert read_value((first_monday,)) == "MONTHLY · 1MO · 09:00–12:00 · notes=Hall B"
        phone = Phone(number="0555 0100", extension=12, description="Ask for Ana", languages=("pt", "en"))
        assert read_value(phone) == "0555 0100 × 12 · voice · Ask for Ana · pt, en"
        assert changes_of(OwnerChange(name="Harbour Advice"), self.RECORD, locations={}, term_names={}) == ()
