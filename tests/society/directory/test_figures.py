"""Figures count what they say: services at work, by how fresh they are and by what they offer."""

from datetime import timedelta

import pytest

from leeward.society.directory.figures import FreshnessFigures, freshness_figures, offer_figures
from leeward.society.directory.models import Proposal
from leeward.society.directory.operations.proposing import propose_change, propose_end, report_mistake
from leeward.society.directory.operations.saving import withdraw_service
from leeward.society.directory.rules.freshness import MistakeKind
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.proposals import OwnerChange
from leeward.society.directory.rules.records import ServiceStatus, Way
from tests.society.directory.factories import BY, NOW, TODAY, make_organization, make_service, make_term

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_nothing_is_no_share() -> None:
    nothing = freshness_figures(today=TODAY)
    assert nothing == FreshnessFigures(
        at_work=0, listed=0, labelled=0, hidden=0, never=0, open_changes=0, open_mistakes=0
    )
    assert nothing.verified_percent is None
    offers = offer_figures(today=TODAY)
    assert (offers.by_need, offers.by_language) == ((), ())


@pytest.mark.parametrize(
    ("days", "listed", "labelled"), [(0, 1, 0), (89, 1, 0), (90, 1, 1), (179, 1, 1), (180, 0, 0), (None, 0, 0)]
)
def test_each_day_of_a_check_counts_where_it_belongs(days: int | None, listed: int, labelled: int) -> None:
    make_service(assured_date=None if days is None else TODAY - timedelta(days=days))
    found = freshness_figures(today=TODAY)
    assert (found.at_work, found.listed, found.labelled, found.hidden) == (1, listed, labelled, 1 - listed)
    assert found.never == (days is None)
    assert found.verified_percent == 100 * listed


def test_the_share_is_rounded_down_and_others_do_not_count() -> None:
    owner = make_organization().id
    for days in (1, 100, 200):
        make_service(organization_id=owner, assured_date=TODAY - timedelta(days=days))
    make_service(organization_id=owner, is_internal=True)
    make_service(organization_id=owner, status=ServiceStatus.DEFUNCT)
    gone = make_service(organization_id=owner)
    withdraw_service(gone.id, source=Source.EDITOR, by=BY, now=NOW)
    found = freshness_figures(today=TODAY)
    assert (found.at_work, found.listed, found.labelled, found.hidden) == (3, 2, 1, 1)
    assert found.verified_percent == 66


def test_what_waits_is_counted_apart() -> None:
    service = make_service()
    propose_change(service_id=service.id, change=OwnerChange(name="Another"), now=NOW)
    propose_end(service_id=service.id, now=NOW)
    report_mistake(service_id=service.id, kind=MistakeKind.PHONE, words="", now=NOW)
    found = freshness_figures(today=TODAY)
    assert (found.open_changes, found.open_mistakes) == (2, 1)
    Proposal.objects.update(state="rejected", decided_at=NOW)
    found = freshness_figures(today=TODAY)
    assert (found.open_changes, found.open_mistakes) == (0, 0)


def test_what_is_offered() -> None:
    legal, police, women = make_term("legal"), make_term("police"), make_term("women", taxonomy="people")
    owner = make_organization().id
    make_service(organization_id=owner, terms=(legal.id, police.id, women.id), languages=("en", "pt-BR", "pt"))
    make_service(organization_id=owner, terms=(legal.id,), languages=("ar", "en"), ways=(Way.PHONE,))
    make_service(organization_id=owner, terms=(legal.id,), assured_date=None)  # nobody finds it
    found = offer_figures(today=TODAY)
    assert found.by_need == (("legal", 2), ("police", 1))
    assert found.by_language == (("en", 2), ("ar", 1), ("pt", 1))
