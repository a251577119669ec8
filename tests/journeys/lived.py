"""The demonstration's nation in the database of a test: its desk, its helpline and its courts have lived a past."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from demo.cast import employ_staff, found_parties
from demo.courts import found_orders
from demo.desk.crew import call_crew
from demo.desk.lives import Lives
from demo.desk.telling import tell_all
from demo.helpline import found_helpline
from tests.journeys.people import Person

SEED = 1
AT_THE_HELPLINE = ("amal", "jonas", "selma", "vida", "milo")


@pytest.fixture
def passphrases(product: Any, settings: Any, tmp_path: Path) -> dict[str, str]:
    """Everybody who works there, with their passphrases; what happened to members of the network is left out."""
    settings.LEEWARD_SERVICE_KEYS, settings.LEEWARD_FOUNDING_KEY = tmp_path / "service-keys", tmp_path / "founding.key"
    now = timezone.now()
    found_parties(tmp_path, walls_url="http://127.0.0.1:9/", now=now)
    staff = {each.name: each.passphrase for each in employ_staff((), now=now)}
    found_helpline({name: staff[name] for name in AT_THE_HELPLINE}, now=now)
    found_orders(staff, now=now)
    crew = call_crew(tmp_path, staff, now=now)
    Lives(crew, tell_all(random.Random(SEED), now=now, brief=True), now=now).live(pause_seconds=0)
    return staff


def sign_in(person: Person, name: str, passphrases: dict[str, str], *, language: str = "en") -> None:
    """Sign in as one of them."""
    page = person.page
    page.goto(f"/staff/sign-in?lang={language}")
    page.locator("[name=username]").fill(name)
    page.locator("[name=passphrase]").fill(passphrases[name])
    page.locator("[name=passphrase]").press("Enter")
    page.wait_for_url(lambda address: "/staff/sign-in" not in address)
