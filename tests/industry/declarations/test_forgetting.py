"""The nominated person of an organisation that was refused or has left is forgotten; its record stays."""

from dataclasses import replace
from uuid import UUID

import pytest

from leeward.config.sweeps import sweeps
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import StepRefused
from leeward.industry.declarations.models import Signatory
from leeward.industry.declarations.operations.forgetting import forget_nominees
from leeward.industry.declarations.operations.joining import apply, describe_signatory, leave, refuse, verify_authority
from leeward.industry.declarations.queries import count_ending, find_for_staff, find_signatory
from leeward.industry.declarations.rules.standing import Standing
from leeward.industry.declarations.rules.terms import (
    NOMINEE_KEPT,
    AuthorityWay,
    LeavingKind,
    OrganisationKind,
    RefusalNews,
    Stage,
)
from tests.industry.declarations.conftest import ALPHA, DAY, NOMINEE, NOW, OFFICER, entered, sign_again, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("version"), pytest.mark.postgresql]

PRIVATE = ("Petra Private", "petra@alpha.example")


def left(reference: UUID, *, days: int = 10) -> None:
    on = NOW + days * DAY
    leave(public_id=reference, kind=LeavingKind.OWN, reason="Sold.", left_on=local_day(on), by=OFFICER, now=on)


def everything(reference: UUID) -> str:
    """Every column of the row, as text."""
    return str(Signatory.objects.filter(public_id=reference).values().get())


def test_half_a_year_after_a_refusal_nothing_of_the_person_is_left() -> None:
    assert NOMINEE_KEPT == 180 * DAY
    reference = entered()
    refuse(public_id=reference, reason="Nobody there knows of it.", news=RefusalNews.SILENT, by=OFFICER, now=NOW)
    assert forget_nominees(now=NOW + 179 * DAY, limit=10) == 0
    assert all(private in everything(reference) for private in PRIVATE)
    assert forget_nominees(now=NOW + 180 * DAY, limit=10) == 1
    assert forget_nominees(now=NOW + 180 * DAY, limit=10) == 0
    kept = everything(reference)
    for private in (*PRIVATE, "Head of safety", "safety@alpha.example", "Called back.", "Hello."):
        assert private not in kept
    found = find_for_staff(reference, now=NOW)
    assert (found.name, found.refused_reason) == ("Alpha", "Nobody there knows of it.")
    event = AuditEvent.objects.get(verb="declarations.nominee_forgotten")
    assert event.subject_reference == str(reference)


def test_half_a_year_after_it_left_the_person_is_forgotten_and_its_record_stays() -> None:
    reference = signed()
    left(reference, days=10)
    assert forget_nominees(now=NOW + 189 * DAY, limit=10) == 0
    assert forget_nominees(now=NOW + 190 * DAY, limit=10) == 1
    assert not any(private in everything(reference) for private in PRIVATE)
    found = find_signatory(reference, now=NOW + 190 * DAY)
    assert found.line.report.standing is Standing.WITHDRAWN
    assert [(each.signer_name, each.version) for each in found.signatures] == [("Dana Director", 1)]
    assert found.nominee_title == "Head of safety"


def test_who_comes_back_in_time_is_not_forgotten_and_who_comes_later_names_somebody() -> None:
    reference = signed()
    left(reference, days=10)
    sign_again(reference, now=NOW + 20 * DAY)
    assert forget_nominees(now=NOW + 400 * DAY, limit=10) == 0
    left(reference, days=401)
    late = NOW + 600 * DAY
    assert forget_nominees(now=late, limit=10) == 1
    with pytest.raises(StepRefused):
        sign_again(reference, now=late)
    describe_signatory(
        public_id=reference,
        kind=OrganisationKind.PLATFORM,
        website="https://alpha.example/",
        nominee=NOMINEE,
        platform=None,
        by=OFFICER,
        now=late,
    )
    assert forget_nominees(now=late + 179 * DAY, limit=10) == 0
    assert Signatory.objects.get().forget_on == local_day(late) + NOMINEE_KEPT
    sign_again(reference, now=late + DAY)
    assert Signatory.objects.get().forget_on is None


def test_what_nobody_decides_about_ends_after_half_a_year_and_its_person_is_forgotten() -> None:
    reference = apply(application=ALPHA, by=Actor.person(), now=NOW)
    assert Signatory.objects.get().forget_on == local_day(NOW) + 180 * DAY
    assert forget_nominees(now=NOW + 179 * DAY, limit=10) == 0
    late = NOW + 180 * DAY
    assert sweeps(late)["nominees forgotten"]() == 1
    assert sweeps(late)["nominees forgotten"]() == 0
    kept = everything(reference)
    for private in (*PRIVATE, "Head of safety", "safety@alpha.example", "Hello."):
        assert private not in kept
    found = find_for_staff(reference, now=late)
    assert (found.stage, found.refused_at, found.told_at) == (Stage.REFUSED, late, None)
    assert found.refused_reason == "Neither verified nor refused within 180 days."
    verbs = AuditEvent.objects.filter(subject_reference=str(reference)).exclude(verb="declarations.applied")
    assert sorted(verbs.values_list("verb", flat=True)) == [
        "declarations.application_lapsed",
        "declarations.nominee_forgotten",
    ]
    apply(application=ALPHA, by=Actor.person(), now=late)  # it may ask again
    with pytest.raises(StepRefused):
        verify_authority(public_id=reference, how=AuthorityWay.LETTER, words="Late.", by=OFFICER, now=late)


def test_who_is_verified_in_time_does_not_end_until_somebody_else_is_named() -> None:
    reference = entered()
    assert Signatory.objects.get().forget_on is None
    describe_signatory(
        public_id=reference,
        kind=OrganisationKind.PLATFORM,
        website="https://alpha.example/",
        nominee=replace(NOMINEE, email="other@alpha.example"),
        platform=None,
        by=OFFICER,
        now=NOW + 100 * DAY,
    )
    assert forget_nominees(now=NOW + 279 * DAY, limit=10) == 0
    assert forget_nominees(now=NOW + 280 * DAY, limit=10) == 1
    assert find_for_staff(reference, now=NOW).stage is Stage.REFUSED


def test_the_secretariat_reads_so_from_a_month_before() -> None:
    ends_on = local_day(NOW) + 180 * DAY
    reference = apply(application=ALPHA, by=Actor.person(), now=NOW)
    assert count_ending(on=ends_on - 31 * DAY) == 0
    assert count_ending(on=ends_on - 30 * DAY) == 1
    assert count_ending(on=ends_on + DAY) == 1
    verify_authority(public_id=reference, how=AuthorityWay.LETTER, words="Seen.", by=OFFICER, now=NOW)
    assert count_ending(on=ends_on) == 0


def test_nobody_else_is_forgotten_and_the_sweep_takes_so_many_at_once() -> None:
    entered("Alpha")
    entered("Beta")
    signed("Gamma")
    for name in ("Delta", "Epsilon"):
        refuse(public_id=entered(name), reason="No.", news=RefusalNews.SILENT, by=OFFICER, now=NOW)
    late = NOW + 5_000 * DAY
    assert forget_nominees(now=late, limit=1) == 1
    assert sweeps(late)["nominees forgotten"]() == 1
    assert sweeps(late)["nominees forgotten"]() == 0
    assert Signatory.objects.exclude(nominee_email="").count() == 3
