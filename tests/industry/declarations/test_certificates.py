"""Certificates of standing: given to who keeps the declaration, over by themselves, taken back from who has left."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown, StepRefused
from leeward.foundation.signing.models import SignedRecord
from leeward.foundation.signing.rules.terms import Reason, State
from leeward.industry.declarations.operations.certifying import certificates_of, issue_certificate
from leeward.industry.declarations.operations.joining import leave
from leeward.industry.declarations.rules.terms import LeavingKind
from tests.foundation.signing.conftest import drawn, folder, sign_all, signer
from tests.industry.declarations.conftest import DAY, NOW, OFFICER, entered, signed
from tests.industry.staff_people import signed_in

__all__ = ["drawn", "folder", "signer"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("version", "signer")]


def issue(reference: UUID, *, now: Any = NOW) -> str:
    return issue_certificate(public_id=reference, by=OFFICER, now=now)


def test_a_certificate_says_how_the_organisation_stands_until_something_falls_due() -> None:
    alpha = signed()
    number = issue(alpha)
    sign_all(NOW)
    [found] = certificates_of(alpha, now=NOW)
    assert (found.number, found.state) == (number, State.VALID)
    # The first evidence is due thirty days after the signature; at the end of that day nothing is certain any more.
    assert found.valid_until is not None
    assert local_day(found.valid_until - timedelta(seconds=1)) == local_day(NOW) + 30 * DAY
    assert local_day(found.valid_until) == local_day(NOW) + 31 * DAY
    subject = SignedRecord.objects.get().subject
    assert '"organisation":"Alpha"' in subject
    assert "Petra" not in subject
    assert "Dana" not in subject


def test_nobody_gets_one_who_has_lapsed_left_or_only_applied() -> None:
    alpha = signed()
    with pytest.raises(StepRefused):
        issue(alpha, now=NOW + 31 * DAY)
    with pytest.raises(EntryUnknown):
        issue(entered("Beta"))


def test_leaving_takes_back_what_still_counts() -> None:
    alpha, beta = signed(), signed("Beta")
    issue(alpha)
    sign_all(NOW)
    issue(alpha)  # and one that is not signed yet
    issue(beta)
    later = NOW + 2 * DAY
    leave(public_id=alpha, kind=LeavingKind.OWN, reason="Sold.", left_on=local_day(later), by=OFFICER, now=later)
    assert [(each.state, each.reason) for each in certificates_of(alpha, now=later)] == [
        (State.REVOKED, Reason.ENDED)
    ] * 2
    assert [each.state for each in certificates_of(beta, now=later)] == [State.WAITING]


def test_an_officer_issues_one_and_anybody_checks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    alpha = signed()
    officer = signed_in(Role.EXCHANGE_OFFICER)
    address = reverse("declarations:organisation-do", args=[alpha, "certificate"])
    assert "Issue a certificate" in officer.get(address).content.decode()
    assert officer.post(address, {"seen": ""}).status_code == 303
    sign_all(NOW)
    [found] = certificates_of(alpha, now=NOW)
    shown = f"{found.number[:4]}-{found.number[4:]}"
    for page in (reverse("declarations:signatory", args=[alpha]), reverse("declarations:organisation", args=[alpha])):
        assert shown in officer.get(page).content.decode()
    answer = Client().get(f"/check/{shown}").content.decode()
    for part in ("Genuine, and still right", "Alpha", "https://alpha.example/", "In good standing"):
        assert part in answer
    assert Client().get(f"/check/{shown}.jwt").status_code == 200
