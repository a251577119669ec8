"""How a pack is checked, for everybody: the page, its digest, the authority's certificates; who hears of silence."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from demo.stamping import MadeUpAuthority
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.checking.rules.packs import NO_AUTHORITY
from leeward.foundation.checking.workplace import waiting
from leeward.foundation.stamps.operations import stamp_hour
from leeward.foundation.stamps.rules.authorities import Authority, ask_for, take
from leeward.foundation.web.access import Access, Audience
from tests.answer_flaws import flaws

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MADE_UP = MadeUpAuthority(secret="made up for these pages")


def test_the_page_says_its_digest_and_what_witnesses_there_are(client: Client, settings: Any) -> None:
    alone = client.get(reverse("checking:pack-alone"))
    assert list(flaws("checking:pack-alone", Access(audience=Audience.PUBLIC), alone)) == []
    page = client.get(reverse("checking:pack")).content.decode()
    assert hashlib.sha256(alone.content).hexdigest() in page
    assert "No stamping authority works for us" in page
    assert client.get(reverse("checking:authority")).content.decode() == NO_AUTHORITY
    settings.LEEWARD_STAMP_AUTHORITY = Authority(url="https://stamps.example", certificates=MADE_UP.certificates)
    page = client.get(reverse("checking:pack")).content.decode()
    assert "a stamping authority signs one number" in page
    assert client.get(reverse("checking:authority")).content.decode() == MADE_UP.pem
    assert reverse("checking:pack") in client.get(reverse("checking:check")).content.decode()


def test_the_page_that_checks_is_the_same_in_each_language(client: Client) -> None:
    english = client.get(reverse("checking:pack-alone")).content
    client.get("/?lang=ar")
    assert client.get(reverse("checking:pack-alone")).content == english
    assert json.dumps("فحص حزمة صفحات") in english.decode()


def test_administrators_are_told_that_no_stamp_came() -> None:
    administrator = User(role=Role.ADMINISTRATOR)
    assert list(waiting(administrator, NOW)) == []  # nothing was ever stamped: nothing runs yet
    stamp_hour(now=NOW)
    assert list(waiting(administrator, NOW + timedelta(hours=2))) == []
    assert [each.kind for each in waiting(administrator, NOW + timedelta(hours=5))] == ["Stamps are behind"]
    assert list(waiting(User(role=Role.POLICY_OFFICER), NOW + timedelta(hours=5))) == []


def test_the_made_up_nations_authority_answers_and_says_that_it_is_none(client: Client) -> None:
    request = ask_for(bytes(32))
    answer = client.post("/demo/stamping", request.as_bytes(), content_type="application/timestamp-query")
    made_up = MadeUpAuthority(secret=configured.SECRET_KEY)
    stamped = take(answer.content, request=request, root=bytes(32), certificates=made_up.certificates)
    assert abs(stamped.at - timezone.now()) < timedelta(minutes=1)
    assert "no stamping authority" in made_up.certificates[1].subject.rfc4514_string()
    assert client.get("/demo/stamping").status_code == 405
