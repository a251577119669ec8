"""What analysts see and press."""

import pytest
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.justice.outcomes.models import Authority
from tests.foundation.accounts import people
from tests.justice.outcomes.land import authority

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Harbour Police",
    "code": "harbour-police",
    "kind": "police",
    "employer": "",
    "expected_from": "2024-01-01",
}


def test_an_analyst_names_an_authority_and_is_told_what_is_wrong() -> None:
    authority("eastmarsh")
    people.employ("ana", Role.ANALYST)
    client = people.come_in("ana")
    address = reverse("outcomes:authority-add")
    assert client.get(address).status_code == 200
    once = "7f0a1d3e-6a55-4b0e-9a52-1f6f0a8f4c11"
    for wrong, said in (
        ({"code": "Harbour Police"}, "Enter small letters, figures and hyphens"),
        ({"code": "eastmarsh"}, "Another authority has this already"),
        ({"expected_until": "2023-01-01"}, "not before the beginning"),
    ):
        answer = client.post(address, {**TYPED, "once": once, **wrong})
        assert answer.status_code == 400
        assert said in answer.content.decode()
    for _press in range(2):
        assert client.post(address, {**TYPED, "once": once}).status_code == 303
    assert [each.name for each in Authority.objects.order_by("name")] == ["Eastmarsh", "Harbour Police"]
    assert "Harbour Police" in client.get(reverse("outcomes:authorities")).content.decode()
