"""What editors save: never over somebody else's change, and an owner's proposal as they have amended it."""

import dataclasses
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from leeward.society.directory.errors import EntryChanged, EntryRefused, EntryUnknown, ProposalUnknown
from leeward.society.directory.models import Location, Organization, Proposal, Revision, Service, Taxonomy, Term
from leeward.society.directory.operations.editing import keep_entry
from leeward.society.directory.operations.proposing import accept_amended, propose_change, report_mistake
from leeward.society.directory.operations.saving import Saved
from leeward.society.directory.queries.editing import (
    list_changes,
    moment_of,
    read_location,
    read_organization,
    read_service,
)
from leeward.society.directory.queries.proposals import read_proposed, show_proposal
from leeward.society.directory.queries.sorting import read_taxonomy, read_term
from leeward.society.directory.rules.freshness import MistakeKind
from leeward.society.directory.rules.proposals import NO_CHANGE, OwnerChange
from leeward.society.directory.rules.records import Phone
from tests.society.directory.factories import (
    BY,
    NOW,
    TODAY,
    make_location,
    make_organization,
    make_service,
    make_taxonomy,
    make_term,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
LATER, LATEST = NOW + timedelta(minutes=5), NOW + timedelta(minutes=9)


def organization() -> Any:
    return read_organization(make_organization().id, today=TODAY)


def location() -> Any:
    return read_location(make_location().id, today=TODAY)


def service() -> Any:
    return read_service(make_service().id, today=TODAY)


def taxonomy() -> Any:
    return read_taxonomy(make_taxonomy("colours").id, language="en")


def term() -> Any:
    return read_term(make_term("red", taxonomy="colours").id, language="en")


KINDS = [
    (organization, Organization),
    (location, Location),
    (service, Service),
    (taxonomy, Taxonomy),
    (term, Term),
]


@pytest.mark.parametrize(("make", "model"), KINDS)
def test_the_first_wins_and_the_second_is_told(make: Any, model: Any) -> None:
    entry = make()
    first = dataclasses.replace(entry.record, name="First")
    assert keep_entry(first, version=entry.version, by=BY, now=LATER) is Saved.CHANGED
    second = dataclasses.replace(entry.record, name="Second")
    with pytest.raises(EntryChanged):
        keep_entry(second, version=entry.version, by=BY, now=LATEST)
    assert model.objects.get(public_id=entry.record.id).name == "First"


@pytest.mark.parametrize(("make", "model"), KINDS)
@pytest.mark.parametrize("version", ["", "yesterday", "2026-11-25T10:30:00"])
def test_a_version_that_never_was_changes_nothing(make: Any, model: Any, version: str) -> None:
    entry = make()
    with pytest.raises(EntryChanged):
        keep_entry(dataclasses.replace(entry.record, name="Other"), version=version, by=BY, now=LATER)
    assert model.objects.get(public_id=entry.record.id).name == entry.record.name


@pytest.mark.parametrize(("make", "model"), KINDS)
def test_what_is_gone_cannot_be_changed(make: Any, model: Any) -> None:
    entry = make()
    with pytest.raises(EntryUnknown):
        keep_entry(dataclasses.replace(entry.record, id=uuid4()), version=entry.version, by=BY, now=LATER)
    assert model.objects.get(public_id=entry.record.id).name == entry.record.name


def test_what_changed_meanwhile_can_be_read() -> None:
    entry = service()
    keep_entry(dataclasses.replace(entry.record, name="First"), version=entry.version, by=BY, now=LATER)
    since = moment_of(entry.version)
    assert since is not None
    (change,) = list_changes(entry.record.id, since=since)
    assert (change.field, change.after, change.by, change.at) == ("name", "First", "editor", LATER)
    assert len(list_changes(entry.record.id)) == 2  # that it was added, too


@pytest.mark.parametrize("version", ["", "x", "2026-13-45T99:99:99+00:00", "2026-11-25T10:30:00"])
def test_what_was_never_a_version_is_no_moment(version: str) -> None:
    assert moment_of(version) is None


class TestAmending:
    def proposal(self, **values: Any) -> Proposal:
        entry = make_service(description="We help.")
        propose_change(service_id=entry.id, change=OwnerChange(**values), now=LATER)
        return Proposal.objects.get()

    def test_the_editors_words_are_taken(self) -> None:
        row = self.proposal(name="Harbor Advise", description="We listen.")
        change = dataclasses.replace(read_proposed(row.public_id), name="Harbour Advice Centre", description=None)
        accept_amended(proposal_id=row.public_id, change=change, by=BY, now=LATEST)
        saved = Service.objects.get()
        assert (saved.name, saved.description) == ("Harbour Advice Centre", "We help.")
        assert saved.assured_date == LATER.date()
        assert {each.updated_by for each in Revision.objects.filter(at=LATEST, resource_id=saved.public_id)} == {
            "owner"
        }
        assert Proposal.objects.get().state == "accepted"

    def test_what_the_rules_refuse_leaves_all_as_it_was(self) -> None:
        row = self.proposal(name="Another")
        change = OwnerChange(phones=(Phone(number="none"),))
        with pytest.raises(EntryRefused):
            accept_amended(proposal_id=row.public_id, change=change, by=BY, now=LATEST)
        row.refresh_from_db()
        assert (row.state, row.values) == ("open", {"name": "Another"})

    def test_a_decided_one_and_a_mistake_are_no_change(self) -> None:
        row = self.proposal(name="Another")
        accept_amended(proposal_id=row.public_id, change=OwnerChange(name="Yet another"), by=BY, now=LATEST)
        report_mistake(service_id=row.service.public_id, kind=MistakeKind.PHONE, words="", now=LATEST)
        mistake = Proposal.objects.get(kind="mistake")
        for each in (row, mistake):
            with pytest.raises(ProposalUnknown):
                accept_amended(proposal_id=each.public_id, change=NO_CHANGE, by=BY, now=LATEST)
            with pytest.raises(ProposalUnknown):
                read_proposed(each.public_id)
        assert show_proposal(mistake.public_id, language="en", now=LATEST).kind == "mistake"
