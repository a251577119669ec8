"""A signature by a link: only where an authority was verified, under the version in force; staff look last."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, StepRefused
from leeward.industry.declarations.errors import VersionUnknown
from leeward.industry.declarations.models import OfferedSignature, Signatory, Signature
from leeward.industry.declarations.operations.handing_in import accept, reject
from leeward.industry.declarations.operations.joining import apply, describe_signatory, leave, refuse
from leeward.industry.declarations.operations.publishing import publish_version
from leeward.industry.declarations.operations.signing import offer_signature
from leeward.industry.declarations.queries import (
    find_for_staff,
    find_signatory,
    list_signatories,
    list_waiting,
    may_sign_by_link,
)
from leeward.industry.declarations.rules.standing import Standing
from leeward.industry.declarations.rules.terms import HandedInState, LeavingKind, OrganisationKind, RefusalNews, Stage
from tests.industry.declarations.conftest import (
    ALPHA,
    DAY,
    DRAFT,
    NOMINEE,
    NOW,
    OFFICER,
    entered,
    evidence,
    sign_again,
    signed,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("version"), pytest.mark.postgresql]


def offer(reference: UUID, *, number: int = 1, name: str = "Dana Director", now: Any = NOW) -> UUID:
    return offer_signature(
        public_id=reference, number=number, signer_name=name, signer_title="Director", by=Actor.person(), now=now
    )


def describe(reference: UUID, *, email: str = "petra@alpha.example") -> None:
    describe_signatory(
        public_id=reference,
        kind=OrganisationKind.PLATFORM,
        website="https://alpha.example/",
        nominee=replace(NOMINEE, email=email),
        platform=None,
        by=OFFICER,
        now=NOW,
    )


def test_a_signature_by_a_link_waits_and_counts_from_the_day_on_which_it_came() -> None:
    reference = entered()
    assert may_sign_by_link(reference)
    piece = offer(reference)
    assert list_signatories(now=NOW) == ()
    assert not may_sign_by_link(reference)
    with pytest.raises(StepRefused):
        offer(reference)
    (waiting,) = list_waiting()
    assert (waiting.public_id, waiting.version, waiting.words) == (piece, 1, "Dana Director, Director")
    later = NOW + 9 * DAY
    accept(reference=piece, by=OFFICER, now=later)
    found = find_signatory(reference, now=later)
    assert [(each.version, each.signed_on, each.signer_name) for each in found.signatures] == [
        (1, local_day(NOW), "Dana Director")
    ]
    assert list_waiting() == ()
    with pytest.raises(EntryUnknown):
        accept(reference=piece, by=OFFICER, now=later)
    with pytest.raises(StepRefused):
        offer(reference, now=later)


def test_without_a_verified_authority_nobody_signs() -> None:
    reference = apply(application=ALPHA, by=Actor.person(), now=NOW)
    assert not may_sign_by_link(reference)
    with pytest.raises(StepRefused):
        offer(reference)
    with pytest.raises(EntryUnknown):
        offer(uuid4())
    assert not may_sign_by_link(uuid4())


def test_what_is_not_accepted_is_no_signature_and_may_come_again() -> None:
    reference = entered()
    reject(reference=offer(reference), reason="She is no director.", by=OFFICER, now=NOW)
    assert not Signature.objects.exists()
    (handed,) = find_for_staff(reference, now=NOW).handed_in
    assert (handed.state, handed.reason) == (HandedInState.REJECTED, "She is no director.")
    accept(reference=offer(reference, now=NOW + DAY), by=OFFICER, now=NOW + DAY)
    assert Signatory.objects.get().stage == Stage.SIGNED.value


@pytest.mark.parametrize(("field", "value"), [("signer_name", " "), ("signer_title", "x" * 201)])
def test_a_signature_has_a_name_and_a_title(field: str, value: str) -> None:
    typed = {"signer_name": "Dana", "signer_title": "Director", field: value}
    with pytest.raises(FieldRefused) as refusal:
        offer_signature(public_id=entered(), number=1, **typed, by=Actor.person(), now=NOW)
    assert refusal.value.field == field


def test_only_the_version_in_force_is_signed() -> None:
    reference = entered()
    publish_version(draft=DRAFT, by=OFFICER, now=NOW)
    for number in (0, 1, 3):
        with pytest.raises(VersionUnknown):
            offer(reference, number=number)
    assert offer(reference, number=2)


def test_a_renewal_that_waits_for_us_is_nobodys_lapse() -> None:
    reference = signed()
    day = local_day(NOW) + 10 * DAY
    publish_version(draft=DRAFT, renew_by=day, by=OFFICER, now=NOW)
    assert may_sign_by_link(reference)
    on_the_last = NOW + 10 * DAY
    piece = offer(reference, number=2, now=on_the_last)

    def standing(now: Any) -> Standing:
        return find_signatory(reference, now=now).line.report.standing

    assert standing(NOW + 11 * DAY) is Standing.DUE_SOON
    accept(reference=piece, by=OFFICER, now=NOW + 12 * DAY)
    assert standing(NOW + 12 * DAY) is not Standing.LAPSED
    assert find_signatory(reference, now=NOW + 12 * DAY).renewal_duty is None


def test_a_signature_that_staff_put_on_record_meanwhile_is_not_there_twice() -> None:
    reference = entered()
    piece = offer(reference)
    sign_again(reference, now=NOW)
    accept(reference=piece, by=OFFICER, now=NOW)
    assert Signature.objects.count() == 1


def test_who_was_refused_or_has_left_has_nothing_waiting() -> None:
    refused, gone = entered(), signed("Beta")
    offer(refused)
    refuse(public_id=refused, reason="No.", news=RefusalNews.SILENT, by=OFFICER, now=NOW)
    publish_version(draft=DRAFT, by=OFFICER, now=NOW)
    piece, later = offer(gone, number=2), NOW + DAY
    leave(public_id=gone, kind=LeavingKind.OWN, reason="No.", left_on=local_day(later), by=OFFICER, now=later)
    assert set(OfferedSignature.objects.values_list("state", flat=True)) == {HandedInState.REJECTED.value}
    with pytest.raises(EntryUnknown):
        accept(reference=piece, by=OFFICER, now=later)
    for reference in (refused, gone):
        assert not may_sign_by_link(reference)
        with pytest.raises(StepRefused):
            offer(reference, number=2, now=later)


def test_somebody_else_before_the_first_signature_is_verified_anew() -> None:
    reference = entered()
    offer(reference)
    describe(reference)
    assert Signatory.objects.get().stage == Stage.VERIFIED.value
    describe(reference, email="paul@alpha.example")
    row = Signatory.objects.get()
    assert (row.stage, row.verified_at, row.verified_by, row.verified_words) == (Stage.APPLIED.value, None, "", "")
    assert OfferedSignature.objects.get().state == HandedInState.REJECTED.value
    assert not may_sign_by_link(reference)


def test_what_waits_is_on_no_public_list() -> None:
    reference = signed()
    publish_version(draft=DRAFT, by=OFFICER, now=NOW)
    offer(reference, number=2, name="Wanda Waiting")
    assert "Wanda" not in repr(find_signatory(reference, now=NOW))
    assert evidence().words not in repr(list_signatories(now=NOW))
