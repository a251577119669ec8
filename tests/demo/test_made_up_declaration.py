"""The made-up nation's declaration: every standing can be seen, everybody is made up, and it happens once."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone

from demo.cast import PARTNERS
from demo.declaration import found_declaration
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.signing.queries import list_at, record_lines, record_rows, trusted_keys
from leeward.foundation.signing.rules.terms import State
from leeward.foundation.signing.rules.verifying import verify
from leeward.foundation.vault.operations import found_services
from leeward.industry.declarations.models import Evidence, Signatory, Statement
from leeward.industry.declarations.queries import (
    all_versions,
    checklist_of,
    count_information,
    count_standings,
    find_signatory,
    list_signatories,
    list_waiting,
    organisation_rows,
    overdue_requests,
    policy_lines,
    process_of,
    stated_figures_of,
)
from leeward.industry.declarations.rules.certificates import KIND
from leeward.industry.declarations.rules.standing import Standing
from leeward.industry.declarations.rules.terms import Stage, Verdict
from leeward.industry.platforms.operations import create_platform
from leeward.industry.platforms.queries import find_partner_by_name

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def nation(tmp_path: Any, settings: Any) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    found_services(by=Actor.operator(), now=NOW)
    for partner in PARTNERS:
        create_platform(name=partner.name, by=Actor.operator(), now=NOW)
    found_declaration(now=NOW)


@pytest.mark.usefixtures("nation")
def test_it_is_as_it_should_be_and_happens_once() -> None:
    """To found it takes longer than all that is asked of it."""
    check_every_standing_and_every_step_can_be_seen()
    check_of_its_certificates_one_counts_one_is_over_and_one_was_taken_back()
    check_both_versions_speak_three_languages()
    check_nobody_in_it_is_real()
    check_platforms_are_measured_each_in_its_own_way()
    check_it_happens_once()


def check_every_standing_and_every_step_can_be_seen() -> None:
    lines = list_signatories(now=NOW)
    counted = count_standings(lines)
    assert len(lines) == 12
    assert all(counted[standing] >= 2 for standing in Standing), counted
    assert set(organisation_rows().values_list("stage", flat=True)) == set(Stage)
    assert organisation_rows().filter(stage=Stage.REFUSED.value).count() == 1
    waiting = list_waiting()
    assert {each.is_evidence for each in waiting} == {True, False}
    assert any(each.version for each in waiting)
    came_back = [
        line.name
        for line in lines
        if [each.standing for each in find_signatory(line.public_id, now=NOW).periods][-2:]
        == [Standing.LAPSED, Standing.IN_GOOD_STANDING]
    ]
    assert "Cobalt Hosting" in came_back


def check_of_its_certificates_one_counts_one_is_over_and_one_was_taken_back() -> None:
    lines = record_lines(record_rows([KIND]), now=NOW)
    assert {line.state for line in lines} == {State.VALID, State.EXPIRED, State.REVOKED}
    assert all(line.token for line in lines)  # each was signed before anything else happened to it
    keys = trusted_keys()
    assert keys is not None
    found = {line.number: verify(line.token, keys=keys, lists=list_at, now=NOW).state for line in lines}
    assert found == {line.number: line.state for line in lines}  # whoever has the list alone learns the same


def check_both_versions_speak_three_languages() -> None:
    versions = all_versions()
    assert [version.number for version in versions] == [1, 2]
    for version in versions:
        assert set(version.wordings) == {code for code, _name in settings.LANGUAGES} | {"fr"}
        assert len({wording.text for wording in version.wordings.values()}) == 3


def check_nobody_in_it_is_real() -> None:
    addresses = [
        *Signatory.objects.values_list("website", flat=True),
        *Statement.objects.values_list("url", flat=True),
        *Evidence.objects.values_list("url", flat=True),
    ]
    assert all((urlsplit(address).hostname or "").endswith(".example") for address in addresses)
    mailboxes = Signatory.objects.values_list("nominee_email", "nominee_contact")
    assert all(each.endswith(".example") for pair in mailboxes for each in pair)
    for version in all_versions():
        for language, mark in (("en", "made up"), ("ar", "متخيَّل"), ("fr", "imaginaire")):
            assert mark in version.wordings[language].lead


def check_platforms_are_measured_each_in_its_own_way() -> None:
    partners = [find_partner_by_name(partner.name) for partner in PARTNERS]
    lines = policy_lines(partners)
    assert {line.is_complete for line in lines} == {line.has_lead for line in lines} == {True, False}
    audited = [partner for partner in partners if any(each.newest for each in process_of(partner, now=NOW))]
    assert len(audited) == 3
    assert any(each.newest.reply for partner in audited for each in process_of(partner, now=NOW) if each.newest)
    assert sum(bool(stated_figures_of(partner)) for partner in partners) == 2
    counted = count_information(now=NOW)
    assert counted.due > counted.answered > counted.in_time > 0
    assert set(overdue_requests(now=NOW)) == {find_partner_by_name("Market Square").id}
    assert any(checklist_of(partner, now=NOW).counts[Verdict.UNKNOWN] for partner in partners)


def check_it_happens_once() -> None:
    before = (AuditEvent.objects.count(), Parcel.objects.count(), Signatory.objects.count())
    found_declaration(now=NOW)
    assert (AuditEvent.objects.count(), Parcel.objects.count(), Signatory.objects.count()) == before
